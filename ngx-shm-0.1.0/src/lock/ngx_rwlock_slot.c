/*
 * ngx_rwlock_slot.c - the robust read-write lock: a slot for each reader.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include "ngx_auto_config.h"

#include "ngx_rwlock_slot.h"

#include <limits.h>

size_t
ngx_rwlock_size(ngx_uint_t readers)
{
    return offsetof(ngx_rwlock_t, slot) + readers * sizeof(ngx_rwlock_slot_t);
}

#if NGX_LOCK_HAVE_WORD

/* ngx_lock_init() has set the boot of writer to the present one. */
static int
of_old_boot(ngx_rwlock_t *rw)
{
    return ngx_rwlock_load(&rw->boot) != rw->writer.made.of.boot;
}

/* Readers of an earlier boot are dead, even if their tids are in use now. */
static void
forget_readers(ngx_rwlock_t *rw)
{
    uint32_t  i;

    for (i = 0; i < rw->slots; i++) {
        rw->slot[i].word = 0;
    }

    ngx_lock_barrier();
    ngx_rwlock_store(&rw->boot, rw->writer.made.of.boot);
}

#else
#define of_old_boot(rw)  0
#define forget_readers(rw)
#endif

/* Make it under the lock of writer, or join it, which needs no lock. */
static int
make(ngx_rwlock_t *rw, uint32_t readers)
{
    int  rc;

    if (ngx_rwlock_is_made(rw) && !of_old_boot(rw)) {
        ngx_lock_acquired();
        return 0;
    }

    rc = ngx_lock_take(&rw->writer, 0, -1);

    if (rc != 0 && rc != EOWNERDEAD) {
        return rc;
    }

    if (rw->magic == 0) {
        rw->slots = readers;
        rw->writer.death_pending = 0;   /* no data to repair yet */
        forget_readers(rw);
        ngx_lock_barrier();
        ngx_rwlock_store(&rw->magic, NGX_RWLOCK_MAGIC);
    }

    if (ngx_rwlock_is_made(rw) && rw->slots == readers && of_old_boot(rw)) {
        forget_readers(rw);
    }

    return ngx_lock_release(&rw->writer);
}

ngx_int_t
ngx_rwlock_create(ngx_rwlock_t *rw, ngx_uint_t readers)
{
    int  err;

    if (rw == NULL || readers == 0
        || readers > INT_MAX / sizeof(ngx_rwlock_slot_t))
    {
        errno = EINVAL;
        return NGX_ERROR;
    }

    err = ngx_lock_init(&rw->writer, NULL, NULL);

    if (err == 0) {
        err = make(rw, (uint32_t) readers);
    }

    if (err == 0 && !ngx_rwlock_is_made(rw)) {
        err = EINVAL;
    }

    if (err == 0 && rw->slots != readers) {
        err = EEXIST;
    }

#if NGX_LOCK_HAVE_WORD
    if (err == 0 && ngx_lock_abroad(rw->writer.ns)) {
        err = EXDEV;
    }
#endif

    if (err != 0) {
        errno = err;
        return NGX_ERROR;
    }

    return NGX_OK;
}

uint32_t
ngx_rwlock_readers(ngx_rwlock_t *rw)
{
    uint32_t  i, n = 0;

    for (i = 0; i < rw->slots; i++) {
        n += *(volatile uint64_t *) &rw->slot[i].word != 0;
    }

    return n;
}

void
ngx_rwlock_stat(ngx_rwlock_t *rw, ngx_rwlock_stat_t *st)
{
    ngx_memzero(st, sizeof(ngx_rwlock_stat_t));

    if (!ngx_rwlock_is_made(rw)) {
        st->writer.kind = "none";
        return;
    }

    ngx_lock_stat(&rw->writer, &st->writer);

    st->slots = rw->slots;
    st->readers = ngx_rwlock_readers(rw);
    st->reclaimed = ngx_rwlock_load(&rw->reclaimed);
}

#if NGX_LOCK_HAVE_WORD

/* Threads begin their search at different slots, the same one each time. */
static ngx_rwlock_slot_t *
nth(ngx_rwlock_t *rw, uint32_t i)
{
    return &rw->slot[((uint32_t) ngx_lock_self.word % rw->slots + i)
                     % rw->slots];
}

ngx_rwlock_slot_t *
ngx_rwlock_slot_mine(ngx_rwlock_t *rw)
{
    uint32_t            i;
    uint64_t            me = ngx_lock_me();
    ngx_rwlock_slot_t  *s;

    for (i = 0; i < rw->slots; i++) {
        s = nth(rw, i);

        if (*(volatile uint64_t *) &s->word == me) {
            return s;
        }
    }

    return NULL;
}

ngx_rwlock_slot_t *
ngx_rwlock_slot_take(ngx_rwlock_t *rw)
{
    uint32_t            i;
    ngx_rwlock_slot_t  *s;

    (void) ngx_lock_me();

    for (i = 0; i < rw->slots; i++) {
        s = nth(rw, i);

        if (*(volatile uint64_t *) &s->word == 0
            && ngx_lock_swap(&s->word, 0))
        {
            s->more = 0;        /* the reader before may have died with some */
            return s;
        }
    }

    return NULL;
}

void
ngx_rwlock_slot_leave(ngx_rwlock_t *rw, ngx_rwlock_slot_t *s)
{
    if (s->more != 0) {
        s->more--;
        return;
    }

    (void) ngx_lock_cas(&s->word, ngx_lock_me(), 0);
    ngx_lock_unmark(&s->word);

    if (ngx_rwlock_load(&rw->writing)) {
        (void) ngx_atomic_fetch_add(&rw->left, 1);
        (void) ngx_lock_unpark(&rw->left, 1);
    }
}

uint32_t
ngx_rwlock_slot_sweep(ngx_rwlock_t *rw)
{
    uint32_t  i, living = 0;
    uint64_t  word;

    for (i = 0; i < rw->slots; i++) {
        word = ngx_lock_read(&rw->slot[i].word);

        if (word == 0) {
            continue;
        }

        if (ngx_lock_owner_dead(rw->writer.ns, word)
            && ngx_lock_cas(&rw->slot[i].word, word, 0))
        {
            (void) ngx_atomic_fetch_add(&rw->reclaimed, 1);
            continue;
        }

        living++;
    }

    return living;
}

#endif
