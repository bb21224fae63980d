/*
 * ngx_lock.h - the lock itself, for the other files of the library.
 *
 * A ngx_lock_t is position-independent and needs no handle: the heap and the
 * read-write lock keep theirs inside their own structures.  The rules are
 * those of ngx_shmtx.h.  Calls return 0 or an errno value, and do not set
 * errno; EOWNERDEAD means taken, with news.
 */

#ifndef NGX_LOCK_H_INCLUDED
#define NGX_LOCK_H_INCLUDED

#include "ngx_shmtx.h"

#include <pthread.h>

/* 64 bits in one atomic step: tid and start time.  Not with every compiler. */
#if NGX_HAVE_ATOMIC_OPS && defined(__GCC_HAVE_SYNC_COMPARE_AND_SWAP_8)
#define NGX_LOCK_HAVE_WORD  1
#else
#define NGX_LOCK_HAVE_WORD  0
#endif

typedef struct {
    /* what waiters look at, and owners seldom write besides the word */
    uint64_t  word;         /* the owner, see ngx_lock_self.c; 0: free */
    uint32_t  magic;        /* 0 until made, then NGX_LOCK_MAGIC + the kind */
    uint32_t  ns;           /* the namespaces in which tids are meant */
    uint32_t  depth;        /* further lock calls by the owner */
    uint32_t  unheard;      /* a death that nobody was told of yet */
    uint32_t  waiting;      /* how many sleep, or some more */
    uint32_t  misused;
    uint64_t  seen;         /* value of acquired when since was noted */
    int64_t   since;        /* microseconds of the monotonic clock */
    uint64_t  contended;
    uint32_t  recovered;
    uint32_t  looked;       /* when a try looked whether the owner lives */
    /* the next cache line: what owners write, so that looking is no brake */
    uint64_t  acquired;
    uint32_t  pid;          /* the last owner's process */
    uint32_t  hungry;       /* one waits for long: let it in */
    uint64_t  more[6];      /* what the kind needs: a mutex, a semaphore */
} ngx_lock_t;

/*
 * Make the lock in zeroed memory, or join it if it is made.  kind NULL: the
 * default.  name: as in ngx_shmtx_create().
 */
int ngx_lock_init(ngx_lock_t *lock, const char *kind, const char *name);

/* Forget what this process keeps for the lock. */
void ngx_lock_forget(ngx_lock_t *lock);

/*
 * Take the lock.  spin: as in ngx_shmtx_t.  0, EOWNERDEAD, EAGAIN (timeout),
 * EDEADLK (the caller has it), or another error.
 */
int ngx_lock_acquire(ngx_lock_t *lock, ngx_uint_t spin, ngx_int_t timeout_ms);

/* Leave the lock: 0, or EPERM when the caller does not have it. */
int ngx_lock_release(ngx_lock_t *lock);

/* As ngx_shmtx_force_unlock(). */
int ngx_lock_force(ngx_lock_t *lock, ngx_pid_t pid);

void ngx_lock_stat(ngx_lock_t *lock, ngx_shmtx_stat_t *st);

#define ngx_lock_try(lock)  ngx_lock_acquire(lock, 0, 0)

/* The default of ngx_shmtx_t.spin on this machine. */
ngx_uint_t ngx_lock_spin(void);

/*
 * A sign of life: an object that one thread holds from now to its end, and
 * others can ask for.  Robust mutexes where there are: right across pid
 * namespaces and reused pids.
 *
 * The holder is a thread, and a forked child does not inherit it.  The memory
 * must stay mapped in the holder until it has dropped it or is dead.
 */
typedef union {
    uint64_t         word;
    unsigned char    opaque[64];
    pthread_mutex_t  mutex;
} ngx_lock_life_t;

/* Make it, in zeroed memory, before anybody else looks at it.  0 or errno. */
int ngx_lock_life_init(ngx_lock_life_t *life);

/*
 * Try to hold it.  0: held, nobody had it.  EOWNERDEAD: held, and its last
 * holder died: clean up after it; if the caller dies at that, the next one
 * is told the same.  EBUSY: a living thread holds it, perhaps the caller.
 */
int ngx_lock_life_hold(ngx_lock_life_t *life);

/*
 * Ask whether the holder died.  1: it did, and now the caller holds it, as
 * after EOWNERDEAD.  0: it lives, or nobody holds it.
 */
int ngx_lock_life_dead(ngx_lock_life_t *life);

/* Let it go, cleanly.  Only the holder may. */
void ngx_lock_life_drop(ngx_lock_life_t *life);

#endif
