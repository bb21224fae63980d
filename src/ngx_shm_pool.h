/*
 * ngx_shm_pool.h - a pool that unrelated processes find by name, in one call.
 *
 * It holds what each program would write itself: a named segment, the pool in
 * it, an object in the pool that all find (the root), whose data they are and in
 * which version, and a handle of this process for the lock of the pool.
 *
 *     ngx_shm_pool_t          p;
 *     ngx_shm_pool_options_t  wishes = {
 *         .app = "queue", .version = 1, .root = sizeof(queue_t),
 *         .segment = { .flags = NGX_SHM_CREATE, .size = 1 << 20 }
 *     };
 *
 *     if (ngx_shm_pool_open(&p, "posix:/queue", &wishes) == NGX_OK) {
 *         queue_t  *q = p.root;
 *
 *         ngx_shmtx_lock(&p.mutex);
 *         ...
 *         ngx_shmtx_unlock(&p.mutex);
 *         ngx_shm_pool_close(&p);
 *     }
 *
 * A pool is complete when others find it: a process that is killed while it
 * makes one leaves none, and the next one that opens it makes it.  A pool keeps
 * the size that it was made with.
 *
 * A forked child uses its parent's ngx_shm_pool_t as it stands.  The calls for
 * one ngx_shm_pool_t must not run at the same time; neither may be called in a
 * signal handler.
 *
 * Calls return NGX_OK, or NGX_ERROR with errno set, *p all zero, nothing kept,
 * and the reason logged.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#ifndef NGX_SHM_POOL_H_INCLUDED
#define NGX_SHM_POOL_H_INCLUDED

#include "ngx_shm_named.h"
#include "ngx_shmtx.h"
#include "ngx_slab.h"

#ifdef __cplusplus
extern "C" {
#endif

#define NGX_SHM_POOL_APP  23    /* bytes in the name of a program, at most */

typedef struct ngx_shm_pool_s  ngx_shm_pool_t;

/* The caller reads the first part only. */
struct ngx_shm_pool_s {
    ngx_slab_pool_t    *pool;
    void               *root;       /* zeroed when it was made */
    ngx_shmtx_t         mutex;      /* of pool->lock; not if read-only */
    ngx_uint_t          created;    /* 1: the pool was made by this call */

    ngx_shm_segment_t   segment;    /* if it was opened by name */
};

typedef struct {
    const char            *app;     /* whose data: 1 to NGX_SHM_POOL_APP bytes */
    ngx_uint_t             version; /* of their layout, below 2^32 */
    size_t                 root;    /* bytes of the root, at least 1 */

    /* Fill in the root, before anybody else can see it.  NGX_ERROR, and errno:
       the pool is not made.  NULL: it stays zeroed. */
    ngx_int_t            (*build)(ngx_shm_pool_t *p, void *data);

    /* What p->mutex calls after a death, in this process: ngx_shmtx.h. */
    ngx_shmtx_recover_pt   recover;
    void                  *data;    /* for both functions; NULL: p */

    ngx_uint_t             slab;    /* flags of ngx_slab_create() */
    ngx_shm_options_t      segment; /* flags, size, mode, log and so on */
} ngx_shm_pool_options_t;

/*
 * Make the pool of that name, with NGX_SHM_CREATE, or attach it.  With
 * NGX_SHM_RDONLY nothing is written, p->mutex has no lock, and whoever reads
 * must cope with changes meanwhile.  Errors are those of ngx_shm_open(),
 * ngx_slab_create(), ngx_slab_attach() and ngx_shmtx_create(), and:
 *
 * EINVAL   an argument is NULL; app is empty or too long, version too large,
 *          root 0
 * EBADMSG  the segment holds no pool that these calls have made, or its root is
 *          damaged
 * EPROTO   the data are another program's, or of another version, or the root
 *          has another size; the log names both
 */
ngx_int_t ngx_shm_pool_open(ngx_shm_pool_t *p, const char *name,
    const ngx_shm_pool_options_t *wishes);

/*
 * The same in size bytes of memory at addr, which the caller has: make a pool
 * there, or attach the one that is there.  Memory is as ngx_slab_create() wants
 * it, inherited or mapped by a descriptor, say; who attaches must know that the
 * maker has come to its end.  Of wishes->segment only log is used.  Attaching
 * works in read-only memory too, without p->mutex.
 */
ngx_int_t ngx_shm_pool_make(ngx_shm_pool_t *p, void *addr, size_t size,
    const ngx_shm_pool_options_t *wishes);
ngx_int_t ngx_shm_pool_attach(ngx_shm_pool_t *p, void *addr, size_t size,
    const ngx_shm_pool_options_t *wishes);

/*
 * End the use of it in this process: no thread here may use the pool or its
 * locks any more.  The name and what is in the pool stay: ngx_shm_unlink().
 * Keeps errno.  What is closed or all zero may be closed again.
 */
void ngx_shm_pool_close(ngx_shm_pool_t *p);

#ifdef __cplusplus
}
#endif

#endif
