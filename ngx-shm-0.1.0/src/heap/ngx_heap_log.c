/*
 * ngx_heap_log.c - the messages of the heap.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include "ngx_auto_config.h"

#include "ngx_heap.h"
#include "ngx_shm_log.h"

ngx_log_t  *ngx_slab_log;

ngx_log_t *
ngx_slab_set_log(ngx_log_t *log)
{
    ngx_log_t  *last = ngx_slab_log;

    ngx_slab_log = log;
    return last;
}

/* log_ctx is an address in the mapping of the process that stored it. */
void
ngx_heap_say(ngx_heap_t *heap, ngx_uint_t level, const char *what)
{
    size_t            n;
    const char       *ctx = "";
    uintptr_t         off;
    ngx_slab_pool_t  *pool = ngx_heap_pool(heap);

    off = (uintptr_t) pool->log_ctx - (uintptr_t) pool->addr;
    n = ngx_heap_readable(heap, off);

    if (n != 0 && memchr((char *) pool + off, 0, n) != NULL) {
        ctx = (char *) pool + off;
    }

    ngx_log_error(level, ngx_shm_log(ngx_slab_log), 0, "%s%s", what, ctx);
}

void
ngx_heap_complain(ngx_heap_t *heap, const char *what)
{
    char  text[64] = "ngx_slab_free(): ";

    (void) strncat(text, what, sizeof(text) - strlen(text) - 1);
    ngx_heap_say(heap, NGX_LOG_ALERT, text);
}
