/*
 * ngx_lock_owner.c - who this thread is, and where: its identity.
 *
 * The moment in an identity is that of CLOCK_BOOTTIME when the thread made it.
 * It needs neither /proc nor a descriptor, and no thread asks /proc about
 * itself.  A forked child must not have its parent's identity: a page that the
 * kernel wipes on fork tells the child that what it inherited is not its own.
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

/* What all threads of a process have in common; zeroed in a child. */
typedef struct {
    volatile unsigned long  born;
    volatile uint32_t       ns;
} process_t;

/* born of no process */
#define UNBORN  1
#define NEVER   2

static volatile unsigned long  never = NEVER;

volatile unsigned long    *ngx_lock_born = &never;
__thread ngx_lock_self_t   ngx_lock_self = { 0, UNBORN, 0, 0, NULL, 0, 0 };

static pthread_once_t  once = PTHREAD_ONCE_INIT;
static process_t      *process;
static process_t       fallback;
static uint32_t        home;    /* namespaces: of this process or its parent */

#if !NGX_HAVE_FUTEX
static uint32_t        serial;  /* tells apart the threads of a process */
#endif

/* Without memory for a page of its own: for children of fork() alone. */
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

/* Nobody else has it who was not forked by this process. */
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

static uint32_t
namespaces(void)
{
    uint32_t     ns = 0;
    struct stat  st;

    if (stat("/proc/self/ns/pid", &st) == 0) {
        ns = (uint32_t) st.st_ino;
    }

    /* the clock and start times are shifted between time namespaces */
    if (ns != 0 && stat("/proc/self/ns/time", &st) == 0) {
        ns = ns * 31 + (uint32_t) st.st_ino;
    }

    if (ns != 0) {
        return ns;
    }

    /*
     * No /proc: those of the parent, unless the parent has no number here, as
     * it is outside of this pid namespace.
     */
    return home != 0 && getppid() != 0 ? home : some_number();
}

/* In each process once, by the first thread that comes. */
static void
settle(void)
{
    unsigned long  now;

    (void) ngx_lock_cas(&process->ns, 0, namespaces());
    home = process->ns;

    /* on 32 bits, microseconds, for more than an hour */
    now = (unsigned long) (nanoseconds() >> (sizeof(long) == 8 ? 0 : 10));
    (void) ngx_lock_cas(&process->born, 0, now > NEVER ? now : NEVER + 1);
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
    int  err = errno;

    (void) pthread_once(&once, first);

    if (process->born == 0) {
        settle();
    }

    ngx_lock_self.pid = (uint32_t) getpid();
    ngx_lock_self.ns = process->ns;
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

#endif
