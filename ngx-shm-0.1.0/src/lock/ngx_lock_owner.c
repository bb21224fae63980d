/*
 * ngx_lock_owner.c - make this thread's identity, see ngx_lock_owner.h.
 *
 * An identity needs neither /proc nor a descriptor.  A forked child must not
 * use its parent's: a page that the kernel wipes on fork tells the child that
 * the identity it inherited is not its own.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include "ngx_auto_config.h"

#include "ngx_lock_word.h"

#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#if NGX_HAVE_FUTEX
#include <sys/syscall.h>
#endif

#if NGX_LOCK_HAVE_WORD

/* Common to all threads of a process; zeroed in a child. */
typedef struct {
    volatile unsigned long  born;
    volatile uint32_t       ns;
    volatile uint32_t       clock;
} process_t;

/* values of born that no process has */
#define UNBORN  1
#define NEVER   2

static volatile unsigned long  never = NEVER;

volatile unsigned long    *ngx_lock_born = &never;
__thread ngx_lock_self_t   ngx_lock_self = { .born = UNBORN };

static pthread_once_t  once = PTHREAD_ONCE_INIT;
static process_t      *process;
static process_t       fallback;
static uint32_t        home;    /* namespaces of this process or its parent */

#if !NGX_HAVE_FUTEX
static uint32_t        serial;  /* tells apart the threads of a process */
#endif

/* Without memory for a wiped page: works for children of fork() only. */
static void
forked(void)
{
    ngx_memzero(&fallback, sizeof(process_t));
}

static void
first(void)
{
    process = ngx_lock_wiped(sizeof(process_t));

    if (process == NULL) {
        (void) pthread_atfork(NULL, NULL, forked);
        process = &fallback;
    }

    ngx_lock_barrier();
    ngx_lock_born = &process->born;
}

static uint64_t
nanoseconds(void)
{
    struct timespec  ts;

#if defined(CLOCK_BOOTTIME)
    if (clock_gettime(CLOCK_BOOTTIME, &ts) != 0)
#endif
    {
        (void) clock_gettime(CLOCK_MONOTONIC, &ts);
    }

    return (uint64_t) ts.tv_sec * 1000000000 + (uint64_t) ts.tv_nsec;
}

uint64_t
ngx_lock_moment(void)
{
    return nanoseconds() >> NGX_LOCK_MOMENT;
}

/* A number that only this process and its children have. */
static uint32_t
some_number(void)
{
    uint64_t         x;
    struct timespec  ts;

    (void) clock_gettime(CLOCK_REALTIME, &ts);

    x = nanoseconds() ^ (uint64_t) (uintptr_t) &ts
        ^ (uint64_t) (uintptr_t) process << 20
        ^ (uint64_t) getpid() << 40 ^ (uint64_t) ts.tv_nsec << 13
        ^ (uint64_t) ts.tv_sec;
    x *= 0x9e3779b97f4a7c15u;

    return (uint32_t) (x >> 32) | 1;
}

/* The number of a namespace of this process; 0: not known. */
static uint32_t
number_of(const char *path)
{
    struct stat  st;

    return stat(path, &st) == 0 ? (uint32_t) st.st_ino : 0;
}

/* The clock and start times are shifted between time namespaces. */
static uint32_t
clock_number(void)
{
    return number_of("/proc/self/ns/time");
}

static uint32_t
namespaces(uint32_t clock)
{
    uint32_t  ns = number_of("/proc/self/ns/pid");

    if (ns != 0) {
        return clock != 0 ? ns * 31 + clock : ns;
    }

    /*
     * No /proc: take the parent's namespaces, unless the parent has no number
     * here, as it is outside of this pid namespace.
     */
    return home != 0 && getppid() != 0 ? home : some_number();
}

/* Once in each process, by its first thread that uses a lock. */
static void
settle(uint32_t clock)
{
    unsigned long  now;

    (void) ngx_lock_cas(&process->clock, 0, clock);
    (void) ngx_lock_cas(&process->ns, 0, namespaces(clock));
    home = process->ns;

    /* on 32 bits, microseconds, for more than an hour */
    now = (unsigned long) (nanoseconds() >> (sizeof(long) == 8 ? 0 : 10));
    (void) ngx_lock_cas(&process->born, 0, now > NEVER ? now : NEVER + 1);
}

/*
 * setns() moves only a process of one thread.  Threads that begin after it may
 * come here at once: the clock, by which they know, changes last.
 */
static void
move(uint32_t clock)
{
    process->ns = namespaces(clock);
    home = process->ns;
    ngx_lock_barrier();
    process->clock = clock;
}

/* 0: the same, or not known, now or before: /proc may be mounted later. */
static int
has_moved(uint32_t clock, uint32_t before)
{
    return clock != 0 && before != 0 && clock != before;
}

static uint64_t
own_word(void)
{
    uint32_t  tid, moment;

#if NGX_HAVE_FUTEX
    tid = (uint32_t) syscall(SYS_gettid);
    moment = (uint32_t) ngx_lock_moment();
#else
    tid = ngx_lock_self.pid;
    moment = __sync_add_and_fetch(&serial, 1);
#endif

    return (uint64_t) moment << 32 | (tid & NGX_LOCK_TID);
}

void
ngx_lock_self_init(void)
{
    int       err = errno;
    uint32_t  clock = clock_number();

    (void) pthread_once(&once, first);

    if (process->born == 0) {
        settle(clock);

    } else if (has_moved(clock, process->clock)) {
        move(clock);
    }

    ngx_lock_self.pid = (uint32_t) getpid();
    ngx_lock_self.ns = process->ns;
    ngx_lock_self.clock = process->clock;
    ngx_lock_self.word = own_word();
    ngx_lock_mark_init(&ngx_lock_self);
    ngx_lock_self.born = process->born;

    errno = err;
}

int
ngx_lock_abroad(uint32_t ns)
{
    (void) ngx_lock_me();

    return ns != 0 && ns != ngx_lock_self.ns;
}

int
ngx_lock_same_clock(void)
{
    uint32_t  clock = clock_number();

    if (!has_moved(clock, ngx_lock_self.clock)) {
        return 1;
    }

    move(clock);
    ngx_lock_self.ns = process->ns;
    ngx_lock_self.clock = clock;
    return 0;
}

#endif
