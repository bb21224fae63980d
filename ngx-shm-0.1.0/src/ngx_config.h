/*
 * ngx_config.h - the integer types and alignment that the other headers use.
 *
 * Inside nginx this file does not exist: nginx's own ngx_config.h takes its
 * place and gives the same names the same meaning.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#ifndef NGX_CONFIG_H_INCLUDED
#define NGX_CONFIG_H_INCLUDED

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/*
 * nginx writes u_char for unsigned char.  The headers here write it out: a
 * program that asks for strict POSIX does not get u_char from <sys/types.h>.
 */
typedef intptr_t   ngx_int_t;
typedef uintptr_t  ngx_uint_t;

#define ngx_inline  inline

/* Round d up to a multiple of a; a is a power of two. */
#define ngx_align(d, a)  (((d) + ((a) - 1)) & ~((a) - 1))
#define ngx_align_ptr(p, a)                                                   \
    (unsigned char *) (((uintptr_t) (p) + ((uintptr_t) (a) - 1))              \
                       & ~((uintptr_t) (a) - 1))

#endif
