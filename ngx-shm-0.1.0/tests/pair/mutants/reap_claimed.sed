# SPDX-License-Identifier: BSD-2-Clause
# what: reap frees what a living process has claimed
# file: ngx_heap_sweep.c
# seen: from|from-mine/1500/256K/4; from|from-mine/4096/256K/0

/^note_claim(/,/^}/s/if (\*cell == ngx_heap_claim(tag)$/if (0/
