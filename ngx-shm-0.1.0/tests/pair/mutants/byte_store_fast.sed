# SPDX-License-Identifier: BSD-2-Clause
# what: others' chunks are taken back by a store, in the common call
# file: ngx_slab.c
# seen: free-dead|reap/64/256K/0; free-dead|reap/1500/256K/0

/^#include "ngx_heap_.*h"/a\
static int mutant(volatile unsigned char *p, unsigned b, unsigned char set)\
{ (void) b; *p = set; return 1; }
s/|| !ngx_heap_cas(&NGX_HEAP_BYTE(pool, f.byte), (unsigned char) b,/|| !mutant(\&NGX_HEAP_BYTE(pool, f.byte), b,/
