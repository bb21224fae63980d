#include "ngx_auto_config.h"

#include "ngx_lock_word.h"

#if NGX_HAVE_FCNTL_LOCK

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

/*
 * The kernel frees the file lock of a dead process and tells nobody, so the
 * lock's member waiting is 1 while somebody has it: who finds it 1 is told.
 *
 * File locks do not know threads; each process has a mutex for those, in a
 * list that a forked child inherits along with the descriptors.
 */
typedef struct place_s  place_t;

struct place_s {
    ngx_lock_t       *lock;
    int               fd;
    pthread_mutex_t   threads;
    place_t          *next;
};

static place_t          *places;
static pthread_mutex_t   guard = PTHREAD_MUTEX_INITIALIZER;
static pthread_once_t    once = PTHREAD_ONCE_INIT;

static void
before_fork(void)
{
    (void) pthread_mutex_lock(&guard);
}

static void
in_parent(void)
{
    (void) pthread_mutex_unlock(&guard);
}

/* What the parent's threads held, the child does not hold. */
static void
in_child(void)
{
    place_t  *p;

    for (p = places; p != NULL; p = p->next) {
        (void) ngx_lock_mutex(&p->threads, 0);
    }

    (void) pthread_mutex_unlock(&guard);
}

static void
first(void)
{
    (void) pthread_atfork(before_fork, in_parent, in_child);
}

static place_t *
place_of(ngx_lock_t *lock)
{
    place_t  *p;

    (void) pthread_mutex_lock(&guard);

    for (p = places; p != NULL && p->lock != lock; p = p->next) {
        /* void */
    }

    (void) pthread_mutex_unlock(&guard);
    return p;
}

static int
open_file(const char *name)
{
    int    fd;
    FILE  *file;

    if (name != NULL && name[0] != '\0') {
        return open(name, O_RDWR|O_CREAT|O_CLOEXEC, 0600);
    }

    file = tmpfile();
    if (file == NULL) {
        return -1;
    }

    fd = fcntl(fileno(file), F_DUPFD_CLOEXEC, 0);
    (void) fclose(file);

    return fd;
}

static int
fcntl_join(ngx_lock_t *lock, const char *name)
{
    int       err;
    place_t  *p;

    (void) pthread_once(&once, first);

    if (place_of(lock) != NULL) {
        return 0;
    }

    p = malloc(sizeof(place_t));
    if (p == NULL) {
        return ENOMEM;
    }

    p->lock = lock;
    p->fd = open_file(name);

    if (p->fd == -1) {
        err = errno;
        free(p);
        return err;
    }

    err = ngx_lock_mutex(&p->threads, 0);
    if (err != 0) {
        (void) close(p->fd);
        free(p);
        return err;
    }

    (void) pthread_mutex_lock(&guard);
    p->next = places;
    places = p;
    (void) pthread_mutex_unlock(&guard);

    return 0;
}

static void
fcntl_forget(ngx_lock_t *lock)
{
    place_t  *p, **prev;

    (void) pthread_mutex_lock(&guard);

    for (prev = &places; *prev != NULL && (*prev)->lock != lock;
         prev = &(*prev)->next)
    {
        /* void */
    }

    p = *prev;

    if (p != NULL) {
        *prev = p->next;
        (void) close(p->fd);
        free(p);
    }

    (void) pthread_mutex_unlock(&guard);
}

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
threads_lock(place_t *p, int64_t us)
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
 * The waiting call of the kernel where there is no limit; but it sees
 * deadlocks where there are none, as it knows of processes only: then, and
 * with a limit, ask again and again.
 */
static int
wait_file(ngx_lock_t *lock, int fd, const ngx_lock_watch_t *w)
{
    int  rc;

    for ( ;; ) {
        ngx_lock_note(lock);

        rc = w->end == -1 ? file_lock(fd, F_SETLKW, F_WRLCK)
                          : file_lock(fd, F_SETLK, F_WRLCK);

        if (rc == 0 || (rc != EAGAIN && rc != EACCES && rc != EINTR
                        && rc != EDEADLK))
        {
            return rc;
        }

        if (w->end != -1 && ngx_lock_now() >= w->end) {
            return EAGAIN;
        }

        ngx_lock_nap(1000);
    }
}

static int
fcntl_acquire(ngx_lock_t *lock, ngx_uint_t spin, ngx_int_t timeout_ms)
{
    int                rc, died;
    place_t           *p = place_of(lock);
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

    died = lock->waiting != 0;
    *(volatile uint32_t *) &lock->waiting = 1;

#if NGX_LOCK_HAVE_WORD
    *(volatile uint64_t *) &lock->word = ngx_lock_me();
#endif

    return ngx_lock_taken(lock, (uint32_t) getpid(), died);
}

/* A thread's own mutex says EDEADLK. */
static int
mine(place_t *p)
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
    place_t  *p = place_of(lock);

    if (p == NULL || !mine(p)) {
        return EPERM;
    }

    if (lock->depth != 0) {
        lock->depth--;
        return 0;
    }

    *(volatile uint64_t *) &lock->word = 0;
    *(volatile uint32_t *) &lock->waiting = 0;

    (void) file_lock(p->fd, F_SETLK, F_UNLCK);
    return pthread_mutex_unlock(&p->threads);
}

static int
fcntl_force(ngx_lock_t *lock, ngx_pid_t pid)
{
    int  rc, died;

    if (lock->waiting == 0 || lock->pid != (uint32_t) pid) {
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

    return lock->waiting != 0;
}

const ngx_lock_kind_t  ngx_lock_fcntl = {
    "fcntl", NULL, fcntl_join, fcntl_forget,
    fcntl_acquire, fcntl_release, fcntl_force, fcntl_held, NULL
};

#endif
