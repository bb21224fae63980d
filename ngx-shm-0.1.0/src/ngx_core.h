/*
 * ngx_core.h - return codes, strings, atomics and the log.
 *
 * Inside nginx this file does not exist: nginx's own ngx_core.h takes its
 * place and gives the same names the same meaning.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#ifndef NGX_CORE_H_INCLUDED
#define NGX_CORE_H_INCLUDED

#include "ngx_config.h"

#include <errno.h>
#include <string.h>

#ifdef __cplusplus
extern "C" {
#endif

#define NGX_OK         0
#define NGX_ERROR     -1
#define NGX_AGAIN     -2
#define NGX_BUSY      -3
#define NGX_DONE      -4
#define NGX_DECLINED  -5
#define NGX_ABORT     -6

typedef pid_t  ngx_pid_t;
typedef int    ngx_fd_t;
typedef int    ngx_err_t;

#define ngx_errno             errno
#define ngx_memzero(buf, n)   (void) memset(buf, 0, n)
#define ngx_memcpy(dst, s, n) (void) memcpy(dst, s, n)

/* A counted string; data need not end with a zero byte. */
typedef struct {
    size_t          len;
    unsigned char  *data;
} ngx_str_t;

#define ngx_string(str)  { sizeof(str) - 1, (unsigned char *) str }
#define ngx_null_string  { 0, NULL }

/* A pointer-sized word that processes change together. */
typedef unsigned long                ngx_atomic_uint_t;
typedef volatile ngx_atomic_uint_t   ngx_atomic_t;

#define ngx_atomic_cmp_set(lock, old, set)                                    \
    __sync_bool_compare_and_swap(lock, old, set)
#define ngx_atomic_fetch_add(value, add)  __sync_fetch_and_add(value, add)
#define ngx_memory_barrier()              __sync_synchronize()

/*
 * The log.  The library prints nothing by itself: it hands each message, one
 * line without a line end, to the writer of the log that the caller gave.  A
 * NULL log, or one without a writer, is silent.  Fields as in nginx.
 */
#define NGX_LOG_STDERR  0
#define NGX_LOG_EMERG   1
#define NGX_LOG_ALERT   2
#define NGX_LOG_CRIT    3
#define NGX_LOG_ERR     4
#define NGX_LOG_WARN    5
#define NGX_LOG_NOTICE  6
#define NGX_LOG_INFO    7
#define NGX_LOG_DEBUG   8

typedef struct ngx_log_s  ngx_log_t;

typedef void (*ngx_log_writer_pt)(ngx_log_t *log, ngx_uint_t level,
    unsigned char *buf, size_t len);

struct ngx_log_s {
    ngx_uint_t         log_level;   /* messages above this are dropped */
    ngx_log_writer_pt  writer;
    void              *wdata;       /* for the writer's own use */
};

/*
 * Format a message and hand it to log->writer.  The conversions are nginx's:
 * %s (C string), %V (ngx_str_t *), %p, %uz %z (size_t, ssize_t), %ui %i
 * (ngx_uint_t, ngx_int_t), %ud %d (unsigned, int), %ul %l (long), %uA %A
 * (ngx_atomic_t), %P (ngx_pid_t), %xd %xl %xi %xz (hexadecimal), %%.  If err
 * is not 0, " (13: Permission denied)" follows.  Bytes of a string or a
 * character that are not printable ASCII are written as \xHH.  Keeps errno.
 */
void ngx_log_error_core(ngx_uint_t level, ngx_log_t *log, ngx_err_t err,
    const char *fmt, ...);

#define ngx_log_error(level, log, ...)                                        \
    do {                                                                      \
        if ((log) != NULL && (log)->log_level >= (ngx_uint_t) (level)) {      \
            ngx_log_error_core(level, log, __VA_ARGS__);                      \
        }                                                                     \
    } while (0)

#ifdef __cplusplus
}
#endif

#endif
