/*
 * things.c - what somebody may have who dies: see things.h.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include "ngx_auto_config.h"

#include "things.h"
#include "ngx_rwlock.h"
#include "ngx_shm_named.h"
#include "ngx_shmtx.h"
#include "ngx_slab.h"

#include <stdio.h>
#include <string.h>

#define SLAB  ((size_t) 1 << 19)

world_t  *world;
char      lock_file[80];
char      segment[80];

static ngx_shmtx_t        mtx;
static ngx_shm_segment_t  seg;
static ngx_slab_pool_t   *pool;

/* Apart from each other, and from the world's own words. */
static void *
place(void)
{
    uintptr_t  p = (uintptr_t) world->memory;

    return (void *) ((p + 4095) & ~(uintptr_t) 4095);
}

const char *
error_name(int err)
{
    static char  other[24];

    switch (err) {
    case EXDEV:     return "EXDEV";
    case EMFILE:    return "EMFILE";
    case EACCES:    return "EACCES";
    case EPERM:     return "EPERM";
    case EDEADLK:   return "EDEADLK";
    case EINVAL:    return "EINVAL";
    case ENOSYS:    return "ENOSYS";
    case ENOTSUP:   return "ENOTSUP";
    case EAGAIN:
    case ETIMEDOUT:
    case EBUSY:
    case EINPROGRESS:
                    return BUSY;
    default:
        (void) snprintf(other, sizeof(other), "errno-%d", err);
        return other;
    }
}

static const char *
outcome(ngx_int_t rc)
{
    return rc == NGX_OK ? GOT : rc == NGX_SHMTX_OWNER_DIED ? DIED
           : rc == NGX_AGAIN ? BUSY : error_name(errno);
}

static const char *
shmtx_enter(const char *kind, long ms)
{
    if (ngx_shmtx_create_kind(&mtx, place(), (u_char *) lock_file, kind)
        != NGX_OK)
    {
        return error_name(errno);
    }

    return outcome(ngx_shmtx_lock_ex(&mtx, ms));
}

static const char *
shmtx_leave(void)
{
    ngx_shmtx_unlock(&mtx);
    return GOT;
}

static const char *futex_enter(long ms)  { return shmtx_enter("futex", ms); }
static const char *robust_enter(long ms) { return shmtx_enter("robust", ms); }
static const char *sem_enter(long ms)    { return shmtx_enter("sem", ms); }
static const char *fcntl_enter(long ms)  { return shmtx_enter("fcntl", ms); }

static const char *
write_enter(long ms)
{
    if (ngx_rwlock_create(place(), 8) != NGX_OK) {
        return error_name(errno);
    }

    return outcome(ngx_rwlock_wlock_ex(place(), ms));
}

/* The owner reads; the others want to write, and nothing can be torn. */
static const char *
read_enter(long ms)
{
    ngx_int_t  rc;

    if (ngx_rwlock_create(place(), 8) != NGX_OK) {
        return error_name(errno);
    }

    if (!world->made) {
        world->made = 1;
        return outcome(ngx_rwlock_rlock_ex(place(), ms));
    }

    rc = ngx_rwlock_wlock_ex(place(), ms);
    return rc == NGX_OK ? DIED : outcome(rc);
}

static const char *
rwlock_leave(void)
{
    return ngx_rwlock_unlock_ex(place()) == NGX_OK ? GOT : error_name(errno);
}

/* To have it is to have chunks; who comes later asks for what is left. */
static const char *
heap_enter(long ms)
{
    ngx_int_t   rc;
    ngx_uint_t  n = 0;

    (void) ms;
    (void) ngx_slab_set_log(NULL);
    pool = world->made ? ngx_slab_attach(place(), SLAB)
                       : ngx_slab_create(place(), SLAB, 0);
    if (pool == NULL) {
        return error_name(errno);
    }

    pool->log_nomem = 0;
    errno = 0;

    if (ngx_slab_alloc(pool, 100) == NULL) {
        return error_name(errno);
    }

    if (!world->made) {
        world->made = 1;
        return GOT;
    }

    if (ngx_slab_check(pool) != NGX_OK) {
        return "damaged";
    }

    rc = ngx_slab_reap(pool, world->self, &n);

    if (ngx_slab_check(pool) != NGX_OK) {
        return "damaged";
    }

    return rc == NGX_OK && n != 0 ? DIED
           : rc == NGX_BUSY ? BUSY : rc == NGX_ERROR ? error_name(errno)
           : "lost";
}

static const char *
heap_leave(void)
{
    return ngx_slab_check(pool) == NGX_OK ? GOT : "damaged";
}

/* To have it is to build it. */
static const char *
named_enter(long ms)
{
    ngx_shm_options_t  o;

    memset(&o, 0, sizeof(o));
    o.flags = NGX_SHM_CREATE;
    o.size = 4096;
    o.timeout_ms = ms == 0 ? 1 : (ngx_uint_t) ms;

    if (ngx_shm_open(&seg, segment, &o) != NGX_OK) {
        return error_name(errno);
    }

    if (!world->made) {
        world->made = 1;
        return GOT;
    }

    return seg.created ? DIED : GOT;
}

static const char *
named_leave(void)
{
    return ngx_shm_ready(&seg) == NGX_OK ? GOT : error_name(errno);
}

static const thing_t  things[] = {
    { "futex", 0, futex_enter, shmtx_leave },
    { "robust", 0, robust_enter, shmtx_leave },
    { "sem", 0, sem_enter, shmtx_leave },
    { "fcntl", 1, fcntl_enter, shmtx_leave },
    { "writer", 0, write_enter, rwlock_leave },
    { "reader", 0, read_enter, rwlock_leave },
    { "heap", 1, heap_enter, heap_leave },
    { "named", 1, named_enter, named_leave }
};

const thing_t *
thing_named(const char *name)
{
    size_t  i;

    for (i = 0; i < sizeof(things) / sizeof(things[0]); i++) {
        if (strcmp(things[i].name, name) == 0) {
            return &things[i];
        }
    }

    return NULL;
}

void
touch(void)
{
    static ngx_shmtx_sh_t  sh;
    ngx_shmtx_t            m;

    memset(&m, 0, sizeof(m));

    if (ngx_shmtx_create(&m, &sh, (u_char *) lock_file) == NGX_OK
        && ngx_shmtx_trylock(&m))
    {
        ngx_shmtx_unlock(&m);
    }
}
