/*
 * ngx_lock_mark.c - let the kernel mark the lock word of a thread that dies.
 *
 * The C library registers a list of robust mutexes for each thread, and beside
 * it one address of an operation in progress.  When the thread ends, is killed
 * or calls exec, the kernel reads the 32 bits at that address: if they are the
 * thread's tid, they become NGX_LOCK_DIED.  So a thread that acquires a word
 * stores the word's address there, if there is none yet.  Hence:
 *
 *   - of several words that a thread has, only the first is marked;
 *   - locking a robust mutex of pthread's while having a word ends the mark,
 *     as the C library clears the address.
 *
 * In these cases, and where the system call is missing, as under qemu-user,
 * ngx_lock_dead.c decides.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include "ngx_auto_config.h"

#include "ngx_lock_word.h"

#include <unistd.h>

#if NGX_HAVE_FUTEX
#include <sys/syscall.h>
#endif

#if NGX_LOCK_HAVE_WORD

/* Stands for a missing list: its address is never free. */
static ngx_lock_robust_list_t  none = { NULL, 0, &none };

#if NGX_HAVE_FUTEX && defined(SYS_get_robust_list)

static ngx_lock_robust_list_t *
registered(void)
{
    size_t                   size = 0;
    ngx_lock_robust_list_t  *list = NULL;

    if (syscall(SYS_get_robust_list, 0, &list, &size) != 0
        || size != sizeof(ngx_lock_robust_list_t))
    {
        return NULL;
    }

    return list;
}

/* Some C libraries register it when a thread locks its first robust mutex. */
static ngx_lock_robust_list_t *
list_of_thread(void)
{
    ngx_lock_robust_list_t  *list = registered();

#if NGX_HAVE_PTHREAD_ROBUST
    pthread_mutex_t  mutex;

    if (list == NULL && ngx_lock_mutex(&mutex, 1) == 0) {

        if (pthread_mutex_lock(&mutex) == 0) {
            (void) pthread_mutex_unlock(&mutex);
        }

        (void) pthread_mutex_destroy(&mutex);
        list = registered();
    }
#endif

    return list;
}

#else

static ngx_lock_robust_list_t *
list_of_thread(void)
{
    return NULL;
}

#endif

void
ngx_lock_mark_init(ngx_lock_self_t *self)
{
    ngx_lock_robust_list_t  *list = list_of_thread();

    if (list == NULL) {
        list = &none;
    }

    /* a forked child does not have the word that its parent's thread had */
    if (self->list == list && list != &none) {
        list->pending = NULL;
    }

    self->list = list;

#if NGX_HAVE_PTHREAD_ROBUST
    self->unknown = ngx_lock_mutex_word((uint32_t) self->word & NGX_LOCK_TID)
                    == (int) NGX_LOCK_MUTEX_WORDS;
#endif

    /* the half of the word that is the tid */
    self->offset = (NGX_HAVE_LITTLE_ENDIAN ? 0 : 4) - list->offset;
}

#endif
