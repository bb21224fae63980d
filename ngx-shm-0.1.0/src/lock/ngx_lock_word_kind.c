/*
 * ngx_lock_word_kind.c - the kinds whose lock is the word: futex and sem.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include "ngx_auto_config.h"

#include "ngx_lock_word.h"

#if NGX_LOCK_HAVE_WORD

#if NGX_HAVE_FUTEX

const ngx_lock_kind_t  ngx_lock_futex = {
    .name = "futex",
    .acquire = ngx_lock_word_acquire,
    .release = ngx_lock_word_release,
    .force = ngx_lock_word_force,
    .held = ngx_lock_word_held,
    .ns = 1
};

#endif

#if NGX_HAVE_POSIX_SEM

const ngx_lock_kind_t  ngx_lock_sem = {
    .name = "sem",
    .init = ngx_lock_sem_init,
    .acquire = ngx_lock_word_acquire,
    .release = ngx_lock_word_release,
    .force = ngx_lock_word_force,
    .held = ngx_lock_word_held,
    .ns = 1
};

#endif

#endif
