/*
 * ngx_heap_access.c - may this process write to the pool?
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include "ngx_auto_config.h"

#include "ngx_heap.h"
#include "ngx_shm_log.h"

#if NGX_HAVE_FUTEX

#include <sys/syscall.h>
#include <unistd.h>

#ifdef SYS_futex
#define FUTEX_CALL  SYS_futex
#else
#define FUTEX_CALL  SYS_futex_time64
#endif

#define OP_WAKE_OP  5
#define ADD_NONE    (1u << 28)      /* add 0 to the word: it stays as it is */

/*
 * The kernel adds 0 to the first word, in one atomic step, and says EFAULT
 * where the memory is mapped for reading only.  Whatever else it says, a
 * filter's refusal too, is no answer: then the memory is taken for writable.
 */
static int
can_write(void *p)
{
    return syscall(FUTEX_CALL, p, OP_WAKE_OP, 0, NULL, p, ADD_NONE) != -1
           || errno != EFAULT;
}

#else

static int
can_write(void *p)
{
    (void) p;
    return 1;
}

#endif

int
ngx_heap_can_write(ngx_heap_t *heap)
{
    int  yes, err = errno;

    if (ngx_heap_is_self(ngx_heap_self_at(heap), heap)) {
        return 1;
    }

    yes = can_write(ngx_heap_pool(heap));
    errno = err;
    return yes;
}

int
ngx_heap_must_write(ngx_heap_t *heap)
{
    if (ngx_heap_can_write(heap)) {
        return 1;
    }

    ngx_log_error(NGX_LOG_ALERT, ngx_shm_log(ngx_slab_log), EACCES,
                  "ngx_slab: the pool is mapped for reading only");
    errno = EACCES;
    return 0;
}

int
ngx_heap_is_home(ngx_heap_t *heap)
{
#if NGX_LOCK_HAVE_WORD
    if (heap->flags & NGX_HEAP_NO_SLOTS) {
        return 1;
    }

    (void) ngx_lock_me();
    return heap->ns == ngx_lock_self.ns;
#else
    (void) heap;
    return 1;
#endif
}

int
ngx_heap_admits(ngx_heap_t *heap)
{
    if (!ngx_heap_must_write(heap)) {
        return 0;
    }

    if (ngx_heap_is_home(heap)) {
        return 1;
    }

    ngx_log_error(NGX_LOG_ALERT, ngx_shm_log(ngx_slab_log), EXDEV,
                  "ngx_slab: the pool is from another pid namespace");
    errno = EXDEV;
    return 0;
}
