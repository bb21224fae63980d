/*
 * ngx_shmtx.h - a lock in shared memory that survives its owner.
 *
 * The interface is nginx's; calls that nginx lacks have new names.  A lock is
 * two things: a shared part of at most 128 bytes, the same for all processes,
 * at any address; and a handle, ngx_shmtx_t, that says where it is.  A forked
 * child uses its parent's handle as it stands, without any call, and the handle
 * may itself lie in the shared memory.  An unrelated process makes a handle of
 * its own with the same ngx_shmtx_create().
 *
 * The owner is a thread.  A process or thread that dies in any way while it
 * holds the lock, SIGKILL included, blocks nobody: the next thread that locks
 * gets the lock and is told, so that it can repair data that is half changed.
 * If it dies before the repair is done, the next owner is told again.
 *
 * Threads, processes, forked children and unrelated processes share a lock.
 * Processes of several pid namespaces share only a lock of the kind "fcntl", by
 * a lock file that all can open.  The other kinds name an owner by its tid,
 * which two threads may have in two namespaces: create and lock fail with
 * EXDEV.  Without /proc, which tells namespaces apart, only the children of the
 * process that made the lock share it.  Time namespaces shift start times: a
 * process that enters another one by setns(2) gets EXDEV from locks made
 * before.
 *
 * A lock in a file may outlive its boot.  All its owners are dead then: the
 * first create makes it anew, and the next locker is told of a death.
 *
 * A child of fork(), _Fork() or the bare system call holds no lock of its
 * parent, and has an identity of its own.  (The kind "robust" refuses a child
 * of the bare system call with ENOTSUP.)  Without MADV_WIPEONFORK in the kernel
 * only a child of fork() may use a lock before it calls exec.
 *
 * The shared part must be aligned to 8 bytes, be zeroed before its first use,
 * and stay mapped in every process that holds it or waits for it; that is,
 * until its unlock has returned.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

/* Before the guard: inside nginx, ngx_core.h includes this file. */
#include "ngx_core.h"

#ifndef NGX_SHMTX_H_INCLUDED
#define NGX_SHMTX_H_INCLUDED

#ifdef __cplusplus
extern "C" {
#endif

/* Acquired; the previous owner died while it held the lock. */
#define NGX_SHMTX_OWNER_DIED  1

typedef struct ngx_shmtx_s  ngx_shmtx_t;

/*
 * The shared part; only the calls below look inside.  On 32-bit systems a
 * 64-bit integer may need less than 8 bytes of alignment: the attribute asks
 * for 8.
 */
typedef union {
    ngx_atomic_t   lock;
    uint64_t       align;
    unsigned char  opaque[128];
}
#if defined(__GNUC__)
__attribute__((aligned(8)))
#endif
ngx_shmtx_sh_t;

/*
 * Called by ngx_shmtx_lock() and ngx_shmtx_trylock() after a death, with the
 * lock held: repair the data, do not acquire or release the lock.
 */
typedef void (*ngx_shmtx_recover_pt)(ngx_shmtx_t *mtx, void *data);

struct ngx_shmtx_s {
    ngx_atomic_t          *lock;    /* the shared part; NULL: none */
    ngx_uint_t             spin;    /* how long to try before sleeping */
    ngx_log_t             *log;     /* may be set after create; NULL: silent */
    ngx_shmtx_recover_pt   recover; /* may be set after create; an address in
                                       this program: unrelated ones must not
                                       call it, wherever the handle lies */
    void                  *data;    /* given to recover */
};

/*
 * Make the handle, and the shared part too if it is still zeroed.  Several
 * processes may do so at once.  Of the fields, only spin is read before it is
 * set: (ngx_uint_t) -1, as for nginx's accept mutex, stays and stands for a
 * lock that does not spin; anything else becomes the default.  name is the
 * path of a lock file and used by the kind "fcntl" only; there, NULL or ""
 * means a file without a name, which only forked children share.  One file
 * serves one lock, at any number of addresses in a process.
 *
 * A handle whose create failed has no lock, like a zeroed handle: lock_ex fails
 * with EINVAL, lock calls abort(), trylock and force_unlock return 0, stat
 * tells the kind "none", unlock and destroy do nothing.
 *
 * EINVAL   addr is NULL or not aligned, or the memory holds something else
 * EXDEV    the lock was made in another pid or time namespace; the kind
 *          "fcntl" serves several
 * EMFILE   no descriptor is left; one is needed once, to ask which boot this is
 * other    as open() or pthread_mutex_init() set it
 */
ngx_int_t ngx_shmtx_create(ngx_shmtx_t *mtx, ngx_shmtx_sh_t *addr,
    unsigned char *name);

/*
 * The same with the kind given: one of ngx_shmtx_kind(0), (1), ...  A lock that
 * exists keeps its kind: EEXIST if kind is another.  ENOSYS: this build has no
 * such kind.
 */
ngx_int_t ngx_shmtx_create_kind(ngx_shmtx_t *mtx, ngx_shmtx_sh_t *addr,
    unsigned char *name, const char *kind);

/* The names of the kinds that were built, the default first; then NULL. */
const char *ngx_shmtx_kind(ngx_uint_t n);

/*
 * Free what this process keeps for the lock.  The shared part stays for other
 * processes; it may be unmapped once no thread here holds or awaits the lock.
 */
void ngx_shmtx_destroy(ngx_shmtx_t *mtx);

/*
 * Acquire the lock, or (trylock) acquire it if that needs no wait: 1 taken, 0
 * not.  After a death mtx->recover is called before they return; if there is
 * none, the death is logged, and the next ngx_shmtx_lock_ex() is told.
 *
 * ngx_shmtx_lock() by the owner logs an ALERT and returns; the lock is then
 * free after as many calls of unlock as there were of lock, 65,536 at most.
 *
 * ngx_shmtx_lock() cannot return an error, and its caller must not go on
 * without the lock: if it is refused, it writes a line to stderr, logs an
 * EMERG, and calls abort().  It is refused with the errors of
 * ngx_shmtx_lock_ex(), and with EAGAIN if its owner has locked it too often.
 * Programs that may get into another pid namespace call ngx_shmtx_lock_ex().
 */
ngx_uint_t ngx_shmtx_trylock(ngx_shmtx_t *mtx);
void ngx_shmtx_lock(ngx_shmtx_t *mtx);

/*
 * Take the lock within timeout_ms milliseconds; 0 does not wait, a negative
 * number waits for ever.  mtx->recover is not called.
 *
 * NGX_OK                 taken
 * NGX_SHMTX_OWNER_DIED   taken; the data it protects may be half changed
 * NGX_AGAIN              not taken in time
 * NGX_ERROR              not taken: EDEADLK, the caller has it already; EINVAL,
 *                        it is no lock, or its create failed; EBADF, "fcntl"
 *                        was not created here; EXDEV, another pid namespace;
 *                        ENOTSUP, "robust" in a child that pthread does not
 *                        know
 *
 * The clock is the monotonic one: setting the time of day changes no wait.
 */
ngx_int_t ngx_shmtx_lock_ex(ngx_shmtx_t *mtx, ngx_int_t timeout_ms);

/*
 * Release the lock.  A call by a thread that is not its owner is logged as an
 * ALERT, counted, and changes nothing else.
 */
void ngx_shmtx_unlock(ngx_shmtx_t *mtx);

/*
 * Take the lock away from process pid: 1 if it had the lock, else 0.  The next
 * locker is told of a death.  Never needed after a death; pid must be dead, as
 * a living owner would go on working.  From a living owner the kinds "robust"
 * and "fcntl" cannot take it: 0.  A signal handler may call it, except with the
 * kind "robust" while the thread it interrupts locks or unlocks a mutex.
 */
ngx_uint_t ngx_shmtx_force_unlock(ngx_shmtx_t *mtx, ngx_pid_t pid);

/*
 * The state, read without the lock; each field is right by itself.  The shared
 * part is not written to: it may be mapped for reading only.
 */
typedef struct {
    const char  *kind;
    ngx_pid_t    pid;         /* the owner's process; 0: no owner */
    ngx_pid_t    tid;         /* the owner's thread, where the system tells */
    ngx_uint_t   dead;        /* 1: the owner died; not acquired since */
    int64_t      held_ms;     /* how long waiters have seen this owner; 0: no
                                 waiters (it may have held it for long) */
    uint64_t     acquired;    /* times acquired */
    uint64_t     contended;   /* of these, after waiting */
    uint64_t     recovered;   /* of these, after a death */
    uint64_t     misused;     /* locked twice, or unlocked by a non-owner */
} ngx_shmtx_stat_t;

void ngx_shmtx_stat(ngx_shmtx_t *mtx, ngx_shmtx_stat_t *st);

#ifdef __cplusplus
}
#endif

#endif
