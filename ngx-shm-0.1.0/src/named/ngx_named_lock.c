/*
 * ngx_named_lock.c - the locks of a segment, on its file, and waiting for them.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include "ngx_auto_config.h"
#include "ngx_named_kind.h"

#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

/*
 * Open file description locks, where there are such: they exclude threads from
 * each other, and closing another descriptor of the file does not release them.
 */
#if defined(F_OFD_SETLK)
#define SET_LOCK  F_OFD_SETLK
#define GET_LOCK  F_OFD_GETLK
#else
#define SET_LOCK  F_SETLK
#define GET_LOCK  F_GETLK
#endif

static ngx_err_t
lock_call(int fd, int cmd, int which, struct flock *fl, short type)
{
    memset(fl, 0, sizeof(*fl));
    fl->l_type = type;
    fl->l_whence = SEEK_SET;
    fl->l_start = which;
    fl->l_len = 1;

    while (fcntl(fd, cmd, fl) == -1) {
        if (errno != EINTR) {
            return errno == EACCES ? EAGAIN : errno;
        }
    }

    return 0;
}

ngx_err_t
ngx_named_lock(int fd, int which, short type)
{
    struct flock  fl;

    return lock_call(fd, SET_LOCK, which, &fl, type);
}

short
ngx_named_lock_query(int fd, int which, short type)
{
    struct flock  fl;

    return lock_call(fd, GET_LOCK, which, &fl, type) == 0 ? fl.l_type
                                                          : F_UNLCK;
}

/*
 * By flock(): a process that removes a name may have the file open read-only,
 * and fcntl() then gives no exclusive lock.  A file system without flock() has
 * no such lock.
 */
ngx_err_t
ngx_named_lock_name(int fd)
{
    while (flock(fd, LOCK_EX|LOCK_NB) == -1) {
        if (errno == EWOULDBLOCK) {
            return EAGAIN;
        }

        if (errno != EINTR) {
            return 0;
        }
    }

    return 0;
}

void
ngx_named_unlock_name(int fd)
{
    (void) flock(fd, LOCK_UN);
}

/* A descriptor of the same file that no other process shares, or -1. */
static int
open_own(int fd)
{
    int          own;
    char         path[32];
    struct stat  a, b;

    (void) snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
    own = open(path, O_RDWR|O_NONBLOCK|O_NOCTTY|O_CLOEXEC);

    if (own == -1 || fstat(fd, &a) == -1 || fstat(own, &b) == -1
        || a.st_dev != b.st_dev || a.st_ino != b.st_ino)
    {
        if (own != -1) {
            (void) close(own);
        }

        return -1;
    }

    return own;
}

/* Excludes the threads of this process; a child reads its parent's pid here. */
static ngx_atomic_t  growing;

static ngx_err_t
lock_process(void)
{
    ngx_atomic_uint_t  old = growing, own = (ngx_atomic_uint_t) getpid();

    return old != own && ngx_atomic_cmp_set(&growing, old, own) ? 0 : EAGAIN;
}

/*
 * Children and receivers of the descriptor share its locks, so these outlive a
 * grower that is killed.  So a descriptor opened for the purpose is locked.
 * Where the system does not allow that, a lock of the process is used, which is
 * lost if another thread closes the file meanwhile.
 */
static ngx_err_t
try_to_grow(int fd, int own)
{
    ngx_err_t     err;
    struct flock  fl;

    if (own != -1) {
        return ngx_named_lock(own, NGX_NAMED_BUILDER, F_WRLCK);
    }

    err = lock_process();

    if (err == 0) {
        err = lock_call(fd, F_SETLK, NGX_NAMED_BUILDER, &fl, F_WRLCK);

        if (err != 0) {
            growing = 0;
        }
    }

    return err;
}

ngx_err_t
ngx_named_lock_grower(int fd, int *own)
{
    int64_t     end = ngx_named_deadline(0);
    ngx_err_t   err;
    ngx_uint_t  round = 0;

    *own = open_own(fd);

    while ((err = try_to_grow(fd, *own)) == EAGAIN) {
        if (ngx_named_now_us() >= end) {
            err = ETIMEDOUT;
            break;
        }

        ngx_named_pause(round++);
    }

    if (err != 0 && *own != -1) {
        (void) close(*own);
    }

    return err;
}

void
ngx_named_unlock_grower(int fd, int own)
{
    struct flock  fl;

    if (own != -1) {
        (void) close(own);
        return;
    }

    (void) lock_call(fd, F_SETLK, NGX_NAMED_BUILDER, &fl, F_UNLCK);
    ngx_memory_barrier();
    growing = 0;
}

int64_t
ngx_named_now_us(void)
{
    struct timespec  now;

    (void) clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t) now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

int64_t
ngx_named_deadline(ngx_uint_t ms)
{
    if (ms == 0) {
        ms = NGX_NAMED_TIMEOUT_MS;
    }

    /* some weeks at most: in microseconds the longest ones would wrap */
    return ngx_named_now_us() + 1000 * (int64_t) (ms < INT_MAX ? ms : INT_MAX);
}

/* Exponential back-off, with a random part. */
void
ngx_named_pause(ngx_uint_t round)
{
    struct timespec  t = { 0, 50000L << (round < 7 ? round : 7) };

    t.tv_nsec += getpid() % 64 * 1000L;
    (void) nanosleep(&t, NULL);
}
