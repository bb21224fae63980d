/*
 * ngx_lock_owner.h - the identity of a thread, and whether the thread or
 * process of an identity is dead.
 *
 * An identity is 64 bits:
 *
 *     63..32  when the thread made it: the low bits of the moment, of
 *             CLOCK_BOOTTIME in units of 2^17 nanoseconds
 *      31     0
 *      30     0; NGX_LOCK_DIED in the word of a lock: the kernel saw its owner
 *             die, and has taken the tid away
 *      29..0  the thread's tid, as the kernel's robust lists have it
 *
 * No two threads have the same identity within one boot and one pid namespace,
 * not even when a tid is used again.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#ifndef NGX_LOCK_OWNER_H_INCLUDED
#define NGX_LOCK_OWNER_H_INCLUDED

#include "ngx_lock.h"

/*
 * Zeroed memory for this process alone, aligned to 64 bytes, which a child
 * finds zeroed again, however it was forked: also by _Fork() or the bare system
 * call.  Without MADV_WIPEONFORK, only a child of fork() does.  NULL: there is
 * no memory.  Not for signal handlers.
 */
void *ngx_lock_wiped(size_t size);

/* size: the size asked for.  A child may free what its parent allocated. */
void ngx_lock_wiped_free(void *memory, size_t size);

/* A number of this boot of the machine; 0: not known, with errno. */
uint32_t ngx_lock_boot(void);

#if NGX_LOCK_HAVE_WORD

#define NGX_LOCK_TID   0x3fffffffu
#define NGX_LOCK_DIED  0x40000000u

/* A unit of the moment in an identity: so many bits of nanoseconds. */
#define NGX_LOCK_MOMENT  17

/* The kernel's layout: see get_robust_list(2). */
typedef struct {
    void  *next;
    long   offset;      /* from an entry to its word */
    void  *pending;     /* the entry of an operation in progress */
} ngx_lock_robust_list_t;

typedef struct {
    uint64_t       word;        /* the thread's identity */
    unsigned long  born;        /* of this process while *ngx_lock_born */
    uint32_t       pid;
    uint32_t       ns;          /* which namespaces */
    uint32_t       clock;       /* the time namespace alone; 0: not known */
    ngx_lock_robust_list_t  *list;
    long           offset;      /* from a word to its entry */
    int            unknown;     /* 1: pthread takes it for its parent */
} ngx_lock_self_t;

/* Not exported, so reached without the table of exported symbols. */
#if defined(__GNUC__) && defined(__ELF__)
#define NGX_LOCK_HIDDEN  __attribute__((visibility("hidden")))
#else
#define NGX_LOCK_HIDDEN
#endif

/* initial-exec: one instruction instead of a call, for each lock operation */
extern __thread ngx_lock_self_t  ngx_lock_self
    __attribute__((tls_model("initial-exec"))) NGX_LOCK_HIDDEN;

/* When this process began to use locks; 0 in a child until it does. */
extern volatile unsigned long  *ngx_lock_born NGX_LOCK_HIDDEN;

/* 1: ngx_lock_self is this thread's own, and not inherited from its parent. */
#define ngx_lock_known()  (ngx_lock_self.born == *ngx_lock_born)

/* Fill in ngx_lock_self; then the fields that the kernel's mark needs. */
void ngx_lock_self_init(void);
void ngx_lock_mark_init(ngx_lock_self_t *self);

/* The present moment, in the units of an identity, with all bits. */
uint64_t ngx_lock_moment(void);

/*
 * 1: the thread named by word is surely dead; 0 also if ns, the namespaces of
 * the word, are not this thread's.
 */
int ngx_lock_owner_dead(uint32_t ns, uint64_t word);

/*
 * 1: the process that had this pid when one of its threads made the identity
 * word is surely gone: all of its threads.
 */
int ngx_lock_process_dead(uint32_t ns, pid_t pid, uint64_t word);

/* 1: no thread in the caller's pid namespace has this tid. */
int ngx_lock_nobody_has(uint32_t tid);

#if NGX_HAVE_PTHREAD_ROBUST

/*
 * Which 32-bit word of a mutex is its owner's tid: the word that is this
 * thread's tid while it has a mutex, and 0 after that.  NGX_LOCK_MUTEX_WORDS:
 * none, as pthread takes this thread for its parent, which forked it by the
 * bare system call.  -1: there is no mutex, or no way to know.
 */
#define NGX_LOCK_MUTEX_WORDS  (sizeof(pthread_mutex_t) / sizeof(uint32_t))
int ngx_lock_mutex_word(uint32_t tid);

/*
 * Mark a mutex whose owner died without the kernel's notice, so that the next
 * lock call gets EOWNERDEAD.  1: marked.  word: its owner's identity.  The
 * second call is for a mutex that has the caller's tid and is not its own.
 */
int ngx_lock_repair(pthread_mutex_t *mutex, uint32_t ns, uint64_t word);
int ngx_lock_repair_own(pthread_mutex_t *mutex);

#endif

/* 1: this process is not in those namespaces and cannot judge. */
int ngx_lock_abroad(uint32_t ns);

/*
 * 0: this process has moved into another time namespace, see setns(2), and
 * start times in its /proc cannot be compared with a moment of before.  It is
 * abroad from now on.
 */
int ngx_lock_same_clock(void);

/*
 * exec keeps tid and start time, so: which program this process runs, 0: not
 * known; and 1: the thread with that tid surely runs another program.
 */
uint64_t ngx_lock_image(void);
int ngx_lock_image_gone(uint32_t tid, uint64_t image);

static ngx_inline uint64_t
ngx_lock_me(void)
{
    if (!ngx_lock_known()) {
        ngx_lock_self_init();
    }

    return ngx_lock_self.word;
}

#endif
#endif
