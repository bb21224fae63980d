/*
 * ngx_lock_fcntl.c - the lock that is a lock on a file.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include "ngx_auto_config.h"

#include "ngx_lock_file.h"
#include "ngx_lock_word.h"

#if NGX_HAVE_FCNTL_LOCK

#include <fcntl.h>
#include <unistd.h>

/*
 * The kernel drops the file lock of a dead process and reports no death.  So
 * this is 1 while the lock is held: an owner that finds 1 follows a dead owner.
 */
#define held(lock)  (*(volatile uint64_t *) (lock)->more)

/* Told apart from other locks by its number, see ngx_lock_file.h. */
static int
fcntl_init(ngx_lock_t *lock)
{
    uint64_t  n = (uint64_t) ngx_lock_now() << 16 ^ (uint64_t) getpid() << 44
                  ^ (uint64_t) (uintptr_t) lock >> 3
                  ^ (uint64_t) (uintptr_t) &lock << 20;

    ngx_lock_file_id(lock) = n * 0x9e3779b97f4a7c15u | 1;
    return 0;
}

/* The sleeps between the first tries, and between later ones, in us. */
#define ASK     125
#define ASKS    8
#define PAUSE   1000

/* Sleep longer than PAUSE after a release, for a starving waiter. */
#define YIELD  1500

static int
file_lock(int fd, int cmd, int type)
{
    struct flock  fl;

    ngx_memzero(&fl, sizeof(struct flock));
    fl.l_type = (short) type;
    fl.l_whence = SEEK_SET;

    return fcntl(fd, cmd, &fl) == 0 ? 0 : errno;
}

/* Within so many microseconds; -1: no limit. */
static int
threads_lock(ngx_lock_file_t *p, int64_t us)
{
    int  rc = us < 0 ? pthread_mutex_lock(&p->threads)
                     : ngx_lock_mutex_timed(&p->threads, us);

#if NGX_HAVE_PTHREAD_ROBUST
    if (rc == EOWNERDEAD) {
        (void) pthread_mutex_consistent(&p->threads);
        return 0;
    }
#endif

    return rc == ETIMEDOUT ? EAGAIN : rc;
}

/*
 * Poll a few times, then wait in the kernel if there is no time limit.  The
 * kernel knows processes only and reports false deadlocks between threads:
 * then, and with a time limit, poll on.
 */
static int
wait_file(ngx_lock_t *lock, int fd, const ngx_lock_watch_t *w)
{
    int  rc, n;

    for (n = 0; /* void */ ; n++) {
        ngx_lock_note(lock);

        if (n >= ASKS) {
            lock->starving = 1;
        }

        rc = file_lock(fd, n >= ASKS && w->end == -1 ? F_SETLKW : F_SETLK,
                       F_WRLCK);

        if (rc == 0 || (rc != EAGAIN && rc != EACCES && rc != EINTR
                        && rc != EDEADLK))
        {
            return rc;
        }

        if (w->end != -1 && ngx_lock_now() >= w->end) {
            return EAGAIN;
        }

        ngx_lock_nap(n < ASKS ? ASK : PAUSE);
    }
}

static int
fcntl_acquire(ngx_lock_t *lock, ngx_uint_t spin, ngx_int_t timeout_ms)
{
    int                rc, died;
    ngx_lock_file_t   *p = ngx_lock_file_of(lock);
    ngx_lock_watch_t   w;

    (void) spin;

    if (p == NULL) {
        return EBADF;
    }

    ngx_lock_watch(&w, 0, timeout_ms, 0, 0);
    rc = threads_lock(p, w.end == -1 ? -1 : w.end - w.start);

    if (rc != 0) {
        return rc;
    }

    rc = file_lock(p->fd, F_SETLK, F_WRLCK);

    if (rc != 0) {
        rc = wait_file(lock, p->fd, &w);

        if (rc != 0) {
            (void) pthread_mutex_unlock(&p->threads);
            return rc;
        }

        lock->contended++;
    }

    died = held(lock) != 0;
    held(lock) = 1;

#if NGX_LOCK_HAVE_WORD
    /* for stat; valid in these namespaces */
    *(volatile uint64_t *) &lock->word = ngx_lock_me();
    lock->ns = ngx_lock_self.ns;
#endif

    return ngx_lock_taken(lock, (uint32_t) getpid(), died);
}

/* The mutex returns EDEADLK to its owner. */
static int
mine(ngx_lock_file_t *p)
{
    int  rc = threads_lock(p, 0);

    if (rc == 0) {
        (void) pthread_mutex_unlock(&p->threads);
    }

    return rc == EDEADLK;
}

static int
fcntl_release(ngx_lock_t *lock)
{
    int               rc, starving;
    ngx_lock_file_t  *p = ngx_lock_file_of(lock);

    if (p == NULL || !mine(p)) {
        return EPERM;
    }

    if (lock->depth != 0) {
        lock->depth--;
        return 0;
    }

    *(volatile uint64_t *) &lock->word = 0;
    held(lock) = 0;
    starving = ngx_lock_starving(lock);

    (void) file_lock(p->fd, F_SETLK, F_UNLCK);
    rc = pthread_mutex_unlock(&p->threads);

    if (starving) {
        ngx_lock_nap(YIELD);
    }

    return rc;
}

static int
fcntl_force(ngx_lock_t *lock, ngx_pid_t pid)
{
    int  rc, died;

    if (held(lock) == 0 || lock->pid != (uint32_t) pid) {
        return 0;
    }

    died = 0;
    rc = fcntl_acquire(lock, 0, 0);

    if (rc == 0 || rc == EOWNERDEAD) {
        died = rc == EOWNERDEAD;
        (void) fcntl_release(lock);
    }

    return died;
}

static int
fcntl_held(ngx_lock_t *lock, ngx_pid_t *tid, ngx_uint_t *dead)
{
    *tid = 0;
    *dead = 0;

#if NGX_LOCK_HAVE_WORD
    (void) ngx_lock_word_held(lock, tid, dead);
#endif

    return held(lock) != 0;
}

const ngx_lock_kind_t  ngx_lock_fcntl = {
    .name = "fcntl",
    .init = fcntl_init,
    .join = ngx_lock_file_open,
    .forget = ngx_lock_file_close,
    .acquire = fcntl_acquire,
    .release = fcntl_release,
    .force = fcntl_force,
    .held = fcntl_held,
    .ns = 0
};

#endif
