/*
 * ngx_lock.h - the lock itself, for the other files of the library.
 *
 * A ngx_lock_t is position-independent and needs no handle: the heap and the
 * read-write lock keep theirs inside their own structures.  The rules are
 * those of ngx_shmtx.h.  Calls return 0 or an errno value, and do not set
 * errno; EOWNERDEAD: acquired, and the previous owner died.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#ifndef NGX_LOCK_H_INCLUDED
#define NGX_LOCK_H_INCLUDED

#include "ngx_shmtx.h"

#include <pthread.h>

/* Compare-and-swap of 64 bits, tid and moment; some compilers lack it. */
#if NGX_HAVE_ATOMIC_OPS && defined(__GCC_HAVE_SYNC_COMPARE_AND_SWAP_8)
#define NGX_LOCK_HAVE_WORD  1
#else
#define NGX_LOCK_HAVE_WORD  0
#endif

/* Both change in one atomic step, see ngx_lock_make.c. */
typedef union {
    uint64_t  whole;
    struct {
        uint32_t  magic;    /* 0 until made, then NGX_LOCK_MAGIC + the kind */
        uint32_t  boot;     /* when made; words of another boot are void */
    } of;
} ngx_lock_made_t;

typedef struct {
    /* what waiters read; ngx_lock_word.h tells who writes each field */
    uint64_t         word;          /* the owner; 0: free */
    ngx_lock_made_t  made;
    uint32_t         ns;            /* the namespaces of the owners' tids */
    uint16_t         depth;         /* further lock calls by the owner */
    uint8_t          death_pending; /* a death was not reported yet */
    uint8_t          use;           /* what it is part of; NGX_LOCK_OPEN */
    uint32_t         waiting;       /* sleepers; may be too high */
    uint32_t         misused;
    uint64_t         seen;          /* acquired, when since was noted */
    int64_t          since;         /* microseconds of the monotonic clock */
    uint64_t         contended;
    uint32_t         recovered;
    uint32_t         looked;        /* when a try last examined the owner */
    /* another cache line, which owners write without disturbing waiters */
    uint64_t         acquired;
    uint32_t         pid;           /* the last owner's process */
    uint32_t         starving;      /* a waiter asks the owner to yield */
    uint64_t         more[6];       /* of the kind: a mutex, a semaphore */
} ngx_lock_t;

/* By itself, in a ngx_shmtx_t, a heap or a set; or in a ngx_rwlock_t. */
#define NGX_LOCK_ALONE   0
#define NGX_LOCK_RWLOCK  1
/* Set and cleared by owners: one may have died in a transaction (ngx_tx.h). */
#define NGX_LOCK_OPEN    0x80

/*
 * Make the lock in zeroed memory, or join it if it is made; EINVAL if it was
 * made for another use.  kind NULL: the default.  name: as in
 * ngx_shmtx_create().
 */
int ngx_lock_init_for(ngx_uint_t use, ngx_lock_t *lock, const char *kind,
    const char *name);

#define ngx_lock_init(lock, kind, name)                                       \
    ngx_lock_init_for(NGX_LOCK_ALONE, lock, kind, name)

/* Free what this process keeps for the lock: a descriptor. */
void ngx_lock_forget(ngx_lock_t *lock);

/*
 * Take the lock.  spin: as in ngx_shmtx_t.  0, EOWNERDEAD, EAGAIN (timeout),
 * EDEADLK (the caller has it), or another error.
 */
int ngx_lock_acquire(ngx_lock_t *lock, ngx_uint_t spin, ngx_int_t timeout_ms);

/* Release the lock: 0, or EPERM when the caller does not have it. */
int ngx_lock_release(ngx_lock_t *lock);

/* As ngx_shmtx_force_unlock(). */
int ngx_lock_force(ngx_lock_t *lock, ngx_pid_t pid);

void ngx_lock_stat(ngx_lock_t *lock, ngx_shmtx_stat_t *st);

#define ngx_lock_try(lock)  ngx_lock_acquire(lock, 0, 0)

/*
 * 1: the memory at p, 4 bytes, is not mapped for reading only, or nobody can
 * tell.  Keeps errno.
 */
int ngx_lock_can_write(const void *p);

/* Milliseconds of the monotonic clock; coarse, as it costs little. */
int64_t ngx_lock_ms(void);

/* The default of ngx_shmtx_t.spin on this machine. */
ngx_uint_t ngx_lock_spin(void);

#endif
