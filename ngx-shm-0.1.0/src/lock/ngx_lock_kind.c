/*
 * ngx_lock_kind.c - the kinds of lock that this build has, by number and name.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include "ngx_auto_config.h"

#include "ngx_lock_word.h"

/* -DNGX_LOCK_KIND=robust: the default kind, instead of the first listed. */
#ifndef NGX_LOCK_KIND
#define NGX_LOCK_KIND  auto
#endif

#define quoted(text)  quoted_(text)
#define quoted_(text)  #text

/* By number.  Order of choice: futex, robust, sem, fcntl. */
static const ngx_lock_kind_t *const  kinds[NGX_LOCK_KINDS] = {
#if NGX_HAVE_FUTEX && NGX_LOCK_HAVE_WORD
    [NGX_LOCK_FUTEX] = &ngx_lock_futex,
#endif
#if NGX_HAVE_PTHREAD_ROBUST
    [NGX_LOCK_ROBUST] = &ngx_lock_robust,
#endif
#if NGX_HAVE_POSIX_SEM && NGX_LOCK_HAVE_WORD
    [NGX_LOCK_SEM] = &ngx_lock_sem,
#endif
#if NGX_HAVE_FCNTL_LOCK
    [NGX_LOCK_FCNTL] = &ngx_lock_fcntl,
#endif
    [0] = NULL
};

const char *
ngx_shmtx_kind(ngx_uint_t n)
{
    ngx_uint_t   i;
    const char  *first = quoted(NGX_LOCK_KIND);

    /* the configured one first, then the others in their order */
    if (strcmp(first, "auto") != 0) {
        if (n == 0) {
            return first;
        }
        n--;
    }

    for (i = 1; i < NGX_LOCK_KINDS; i++) {
        if (kinds[i] != NULL && strcmp(kinds[i]->name, first) != 0
            && n-- == 0)
        {
            return kinds[i]->name;
        }
    }

    return NULL;
}

const ngx_lock_kind_t *
ngx_lock_kind_by(uint32_t magic)
{
    uint32_t  n = magic - NGX_LOCK_MAGIC;

    return n < NGX_LOCK_KINDS ? kinds[n] : NULL;
}

const ngx_lock_kind_t *
ngx_lock_kind_of(const ngx_lock_t *lock)
{
    return ngx_lock_kind_by(*(const volatile uint32_t *)
                            &lock->made.of.magic);
}

const ngx_lock_kind_t *
ngx_lock_kind_named(const char *name, uint32_t *magic)
{
    uint32_t  i;

    for (i = 1; i < NGX_LOCK_KINDS; i++) {
        if (kinds[i] != NULL && strcmp(kinds[i]->name, name) == 0) {
            *magic = NGX_LOCK_MAGIC + i;
            return kinds[i];
        }
    }

    return NULL;
}
