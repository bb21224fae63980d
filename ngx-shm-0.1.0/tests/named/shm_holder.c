/*
 * shm_holder.c - create or attach the segments that are named, say so, and
 * keep them until standard input ends.  An option is for the names behind it:
 *
 *   -b  leave it being built
 *   -r  attach it for reading only; somebody else has made it
 *   -c  close it again
 *   -p  with a pool in it, of 1,000 chunks of 100 bytes
 *   -v  with a pool of everything: small and large chunks, runs, holes
 *   -d  their pools are of NGX_SLAB_DEBUG
 *   -a  not a segment: a pool in memory that has no name
 *   -e  like -a, but without a pool: 16 MiB that were never touched
 *   -u  use the pool that another process made: 500 chunks of 200 bytes
 *   -m  a lock in a chunk of the last pool, held; one that is free; one
 *       whose chunk was freed; and a rwlock that is held for writing
 *   -l  allocate and free in the last pool all the time
 *   -s  be stopped, -k be killed, with the lock of its heap
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include "ngx_rwlock.h"
#include "ngx_shm_named.h"
#include "ngx_shmem.h"
#include "ngx_slab.h"

#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define CHUNKS  1000
#define EMPTY   ((size_t) 16 << 20)

static int               building, reading, varied, using, closing, busy;
static int               deadly;
static size_t            size = 8192;
static ngx_uint_t        flags;
static ngx_slab_pool_t  *pool;

static int
fill(void *addr, size_t bytes)
{
    int   i;
    void *p[CHUNKS];

    pool = ngx_slab_create(addr, bytes, flags);

    for (i = 0; pool != NULL && i < CHUNKS; i++) {
        p[i] = ngx_slab_alloc(pool, !varied ? 100
                              : i % 20 == 0 ? 9000 + (size_t) i * 41
                              : (size_t) 8 << i % 8);
        if (p[i] == NULL) {
            return -1;
        }
    }

    /* Holes between the runs, and slabs that have few chunks left. */
    for (i = 0; pool != NULL && varied && i < CHUNKS; i++) {
        if (i % 40 == 0 || (i > 500 && i % 8 > 5 && i % 5 != 0)) {
            ngx_slab_free(pool, p[i]);
        }
    }

    return pool != NULL ? 0 : -1;
}

static int
use(void *addr, size_t bytes)
{
    int  i;

    pool = ngx_slab_attach(addr, bytes);

    for (i = 0; pool != NULL && i < CHUNKS / 2; i++) {
        if (ngx_slab_alloc(pool, 200) == NULL) {
            return -1;
        }
    }

    return pool != NULL ? 0 : -1;
}

static int
lock_in_pool(void)
{
    int              i;
    ngx_shmtx_t      mutex;
    ngx_rwlock_t    *rw;
    ngx_shmtx_sh_t  *lock;

    for (i = 0; i < 3; i++) {
        lock = ngx_slab_calloc(pool, sizeof(*lock));
        memset(&mutex, 0, sizeof(mutex));

        if (lock == NULL || ngx_shmtx_create(&mutex, lock, NULL) != NGX_OK) {
            return -1;
        }

        if (i == 0) {
            ngx_shmtx_lock(&mutex);

        } else if (i == 2) {
            ngx_slab_free(pool, lock);
        }
    }

    rw = ngx_slab_calloc(pool, ngx_rwlock_size(4));

    return rw != NULL && ngx_rwlock_create(rw, 4) == NGX_OK
           && ngx_rwlock_wlock_ex(rw, -1) == NGX_OK ? 0 : -1;
}

static int
hold(const char *name)
{
    ngx_shm_segment_t  seg;
    ngx_shm_options_t  wishes = { .flags = NGX_SHM_CREATE };

    wishes.size = size;

    if (reading) {
        wishes.flags = NGX_SHM_RDONLY;
        wishes.size = 0;
    }

    if (ngx_shm_open(&seg, name, &wishes) != NGX_OK) {
        return -1;
    }

    if (!seg.created && using) {
        return use(seg.addr, seg.size);
    }

    if (!seg.created || building) {
        return 0;
    }

    if ((size != 8192 && fill(seg.addr, seg.size) == -1)
        || ngx_shm_ready(&seg) != NGX_OK)
    {
        return -1;
    }

    if (closing) {
        ngx_shm_close(&seg);
    }

    return 0;
}

static int
hold_nameless(size_t bytes)
{
    ngx_shm_t  shm = { .size = bytes };

    if (ngx_shm_alloc(&shm) != NGX_OK) {
        return -1;
    }

    return bytes < EMPTY ? fill(shm.addr, shm.size) : 0;
}

static int
option(char letter)
{
    switch (letter) {
    case 'b':
        building = 1;
        return 0;
    case 'r':
        reading = 1;
        return 0;
    case 'v':
        varied = 1;
        size = (size_t) 4 << 20;
        return 0;
    case 'd':
        flags = NGX_SLAB_DEBUG;
        return 0;
    case 'c':
        closing = 1;
        return 0;
    case 'p':
        size = (size_t) 1 << 20;
        return 0;
    case 'a':
        return hold_nameless((size_t) (varied ? 4 : 1) << 20);
    case 'e':
        return hold_nameless(EMPTY);
    case 'u':
        using = 1;
        return 0;
    case 'm':
        return lock_in_pool();
    case 'l':
        busy = 1;
        return 0;
    default:
        deadly = letter == 's' ? SIGSTOP : SIGKILL;
        return 0;
    }
}

/* The lock of the heap is held meanwhile. */
static void
end_here(void *data, void *p, size_t bytes, ngx_pid_t owner)
{
    (void) data;
    (void) p;
    (void) bytes;
    (void) owner;

    if (deadly != 0) {
        (void) raise(deadly);
    }

    deadly = 0;
}

/* More than a process keeps for itself, so that the pool has work, too. */
static void
churn(void)
{
    int    i;
    void  *p[200];

    for (i = 0; i < 200; i++) {
        p[i] = ngx_slab_alloc(pool, (size_t) 16 << i % 5);
    }

    for (i = 0; i < 200; i++) {
        ngx_slab_free(pool, p[i]);
    }
}

int
main(int argc, char **argv)
{
    int            i;
    char           byte;
    struct pollfd  in = { .fd = STDIN_FILENO, .events = POLLIN };

    for (i = 1; i < argc; i++) {
        if ((argv[i][0] == '-' ? option(argv[i][1]) : hold(argv[i])) == -1) {
            perror(argv[i]);
            return 1;
        }
    }

    printf("%ld\n", (long) getpid());
    (void) fflush(stdout);

    if (deadly != 0) {
        (void) ngx_slab_walk(pool, end_here, NULL);
    }

    while (busy && poll(&in, 1, 0) == 0) {
        churn();
    }

    return read(STDIN_FILENO, &byte, 1) == 0 ? 0 : 1;
}
