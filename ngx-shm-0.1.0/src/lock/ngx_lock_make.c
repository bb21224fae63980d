/*
 * ngx_lock_make.c - make a lock once, by the first process that needs it, and
 * again in each boot of the machine that finds it in a file.
 *
 * Several processes may try at once and be killed at it, so the lock's own word
 * guards the making.  In a lock of an earlier boot the word may hold anything,
 * and cannot be told from the word of a thread of this boot.  So the lock goes
 * through two states, each entered by one compare-and-swap of magic and boot:
 *
 *   {kind, old}              found
 *   {kind + VOID, old}       the word is of the old boot: set it to 0
 *   {kind + CLAIM, new}      the word is of this boot: take it, make the lock
 *   {kind, new}              made; the data that it protects may be torn
 *
 * A thread that reads the word and then the state VOID has read a word of an
 * earlier boot, as no thread takes the word before CLAIM.
 *
 * Numbers of threads mean something in one pid namespace only: two makers may
 * both be number 1.  So a maker first puts its namespaces into ns, which is 0
 * (VOID sees to that), and only who finds its own there takes the word.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include "ngx_auto_config.h"

#include "ngx_lock_word.h"

/* Fill the lock in; the magic comes last and opens it to all. */
static int
fill(ngx_lock_t *lock, const ngx_lock_kind_t *kind, ngx_lock_made_t made)
{
    int  err = kind->init != NULL ? kind->init(lock) : 0;

    if (err != 0) {
        return err;
    }

    lock->acquired = 0;
    lock->contended = 0;
    lock->recovered = 0;
    lock->waiting = 0;
    lock->seen = 0;
    lock->starving = 0;
    lock->depth = 0;

    ngx_lock_barrier();
    *(volatile uint64_t *) &lock->made.whole = made.whole;
    return 0;
}

#if NGX_LOCK_HAVE_WORD

#define VOID   0x40
#define CLAIM  0x80

/* Longest wait for another maker, which is quick, or cannot be judged here. */
#define MOMENT  2000        /* ms */

/* A lock without a kind has no wakes: poll. */
static int
nap(ngx_lock_t *lock, uint64_t word, int64_t us)
{
    (void) lock;
    (void) word;
    ngx_lock_nap(us < 1000 ? us : 1000);

    return 0;
}

static const ngx_lock_sleep_t  by_nap = { .sleep = nap };

static ngx_lock_made_t
state(ngx_lock_t *lock)
{
    ngx_lock_made_t  made;

    made.whole = ngx_lock_read(&lock->made.whole);
    return made;
}

static int
of_old_boot(ngx_lock_made_t made, uint32_t boot)
{
    return made.of.magic != 0 && made.of.boot != boot
           && made.of.boot != 0 && boot != 0;
}

/* 1: a lock of ours, in any of its states. */
static int
is_lock(ngx_lock_made_t made)
{
    uint32_t  n = (made.of.magic & ~(uint32_t) (VOID|CLAIM))
                  - NGX_LOCK_MAGIC;

    return n > 0 && n < NGX_LOCK_KINDS;
}

/* 1: the lock must be made. */
static int
unmade(ngx_lock_made_t made)
{
    return made.of.magic == 0
           || (is_lock(made) && (made.of.magic & CLAIM) != 0);
}

/* Bring a lock of another boot to CLAIM. */
static void
make_void(ngx_lock_t *lock, uint32_t boot)
{
    uint32_t         ns;
    uint64_t         word;
    ngx_lock_made_t  seen, next;

    for ( ;; ) {
        ns = *(volatile uint32_t *) &lock->ns;
        word = ngx_lock_read(&lock->word);
        seen = state(lock);

        if (!is_lock(seen) || !of_old_boot(seen, boot)) {
            return;
        }

        next = seen;

        if (!(seen.of.magic & VOID)) {
            next.of.magic = (seen.of.magic & ~(uint32_t) CLAIM) | VOID;

        } else {
            if (word != 0 && !ngx_lock_cas(&lock->word, word, 0)) {
                continue;
            }

            (void) ngx_lock_cas(&lock->ns, ns, 0);
            next.of.magic = (seen.of.magic & ~(uint32_t) VOID) | CLAIM;
            next.of.boot = boot;
        }

        (void) ngx_lock_cas(&lock->made.whole, seen.whole, next.whole);
    }
}

/* The caller has the word. */
static int
make_owned(ngx_lock_t *lock, const ngx_lock_kind_t *kind, ngx_lock_made_t made)
{
    ngx_lock_made_t  seen = state(lock);

    if (!unmade(seen)) {
        return 0;
    }

    lock->depth = 0;
    lock->death_pending = 0;

    if (seen.of.magic & CLAIM) {
        made.of.magic = seen.of.magic & ~(uint32_t) CLAIM;
        kind = ngx_lock_kind_by(made.of.magic);
        lock->death_pending = 1;
    }

    return kind != NULL ? fill(lock, kind, made) : EINVAL;
}

/* Another namespace makes it: 0 when it is made. */
static int
await_made(ngx_lock_t *lock)
{
    int64_t  end = ngx_lock_now() + MOMENT * 1000;

    while (unmade(state(lock))) {

        if (ngx_lock_now() >= end) {
            return EXDEV;
        }

        ngx_lock_nap(1000);
    }

    return 0;
}

int
ngx_lock_make(ngx_lock_t *lock, const ngx_lock_kind_t *kind, uint32_t magic)
{
    int              rc, err;
    ngx_lock_made_t  made;

    made.of.magic = magic;
    made.of.boot = ngx_lock_boot();

    /* without a descriptor the boot is unknown; else 0: the system has no id */
    if (made.of.boot == 0 && (errno == EMFILE || errno == ENFILE)) {
        return errno;
    }

    (void) ngx_lock_me();
    make_void(lock, made.of.boot);

    if (!unmade(state(lock))) {
        return 0;
    }

    (void) ngx_lock_cas(&lock->ns, 0, ngx_lock_self.ns);

    if (ngx_lock_abroad(lock->ns)) {
        return await_made(lock);
    }

    rc = ngx_lock_word_wait(lock, 0, MOMENT, &by_nap);

    if (rc != 0 && rc != EOWNERDEAD) {
        return ngx_lock_abroad(lock->ns) ? EXDEV : rc;
    }

    err = make_owned(lock, kind, made);
    lock->depth = 0;

    (void) ngx_lock_word_leave(lock);
    return err;
}

#else

/* Without atomic operations the caller makes the lock before others use it. */
int
ngx_lock_make(ngx_lock_t *lock, const ngx_lock_kind_t *kind, uint32_t magic)
{
    ngx_lock_made_t  made;

    made.of.magic = magic;
    made.of.boot = 0;

    return lock->made.of.magic == 0 ? fill(lock, kind, made) : 0;
}

#endif
