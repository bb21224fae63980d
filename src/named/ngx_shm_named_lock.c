/*
 * Who does what with a named segment at the moment: locks on its file, and
 * waiting for them.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include "ngx_auto_config.h"
#include "ngx_shm_named_kind.h"

#include <fcntl.h>
#include <stdio.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

/*
 * The newer locks belong to the descriptor: two threads keep each other out,
 * and closing another descriptor of the file does not free them.
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
ngx_shmem_lock(int fd, int which, short type)
{
    struct flock  fl;

    return lock_call(fd, SET_LOCK, which, &fl, type);
}

short
ngx_shmem_lock_query(int fd, int which, short type)
{
    struct flock  fl;

    return lock_call(fd, GET_LOCK, which, &fl, type) == 0 ? fl.l_type
                                                          : F_UNLCK;
}

/*
 * Who removes a name may have the file open for reading only, with which the
 * other locks can't be had exclusively.  A file system without this lock does
 * without it.
 */
ngx_err_t
ngx_shmem_lock_name(int fd)
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
ngx_shmem_unlock_name(int fd)
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

/* Between the threads of this process; a child finds its parent's number. */
static ngx_atomic_t  growing;

static ngx_err_t
lock_process(void)
{
    ngx_atomic_uint_t  old = growing, own = (ngx_atomic_uint_t) getpid();

    return old != own && ngx_atomic_cmp_set(&growing, old, own) ? 0 : EAGAIN;
}

/*
 * Children, and who was sent the descriptor, share its locks, which outlive a
 * grower that is killed as long as one of them lives.  So one that is opened
 * for the purpose is locked.  Where the system does not allow that, it is the
 * older kind of lock, which belongs to the process: it is lost if another
 * thread closes the file meanwhile.
 */
static ngx_err_t
try_to_grow(int fd, int own)
{
    ngx_err_t     err;
    struct flock  fl;

    if (own != -1) {
        return ngx_shmem_lock(own, NGX_SHMEM_BUILDER, F_WRLCK);
    }

    err = lock_process();

    if (err == 0) {
        err = lock_call(fd, F_SETLK, NGX_SHMEM_BUILDER, &fl, F_WRLCK);

        if (err != 0) {
            growing = 0;
        }
    }

    return err;
}

ngx_err_t
ngx_shmem_lock_grower(int fd, int *own)
{
    int64_t     end = ngx_shmem_now_us() + 1000 * NGX_SHMEM_TIMEOUT_MS;
    ngx_err_t   err;
    ngx_uint_t  round = 0;

    *own = open_own(fd);

    while ((err = try_to_grow(fd, *own)) == EAGAIN) {
        if (ngx_shmem_now_us() >= end) {
            err = ETIMEDOUT;
            break;
        }

        ngx_shmem_pause(round++);
    }

    if (err != 0 && *own != -1) {
        (void) close(*own);
    }

    return err;
}

void
ngx_shmem_unlock_grower(int fd, int own)
{
    struct flock  fl;

    if (own != -1) {
        (void) close(own);
        return;
    }

    (void) lock_call(fd, F_SETLK, NGX_SHMEM_BUILDER, &fl, F_UNLCK);
    ngx_memory_barrier();
    growing = 0;
}

int64_t
ngx_shmem_now_us(void)
{
    struct timespec  now;

    (void) clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t) now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

/* Longer and longer, and not all at the same time. */
void
ngx_shmem_pause(ngx_uint_t round)
{
    struct timespec  t = { 0, 50000L << (round < 7 ? round : 7) };

    t.tv_nsec += getpid() % 64 * 1000L;
    (void) nanosleep(&t, NULL);
}
