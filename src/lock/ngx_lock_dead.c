/*
 * ngx_lock_dead.c - is the thread or the process that an identity names dead?
 *
 * The kernel's mark is the best proof, see ngx_lock_mark.c.  Without it a
 * thread is dead if no thread has its tid, or the thread that has it is a
 * zombie or started after the identity was made.  Start times and states come
 * from /proc/TID/task/TID/stat, which no emulator fakes, and only if /proc
 * shows this pid namespace.  If no descriptor is left to read them, a thread
 * without memory has ended.  In doubt the thread is alive.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include "ngx_auto_config.h"

#include "ngx_lock_word.h"

#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#if NGX_HAVE_FUTEX
#include <sys/syscall.h>
#include <sys/uio.h>
#endif

#if NGX_LOCK_HAVE_WORD

#define START    22             /* fields of stat, see proc(5) */
#define ENV_END  51

typedef struct {
    char                state;
    unsigned long long  start;      /* in clock ticks since boot */
    unsigned long long  env_end;    /* 0: not permitted to see it */
} thread_stat_t;

#if NGX_HAVE_FUTEX && NGX_HAVE_PROC_STARTTIME

/* Field 2, the name, may hold anything; the last ')' ends it. */
static int
parse_stat(const char *text, thread_stat_t *ts)
{
    int          field = 3;
    const char  *p = strrchr(text, ')');

    if (p == NULL || p[1] != ' ') {
        return -1;
    }

    ts->state = p[2];
    ts->start = 0;
    ts->env_end = 0;

    for (p = strchr(p + 2, ' '); p != NULL; p = strchr(p + 1, ' ')) {
        field++;

        if (field == START) {
            ts->start = strtoull(p, NULL, 10);

        } else if (field == ENV_END) {
            ts->env_end = strtoull(p, NULL, 10);
        }
    }

    return field >= START ? 0 : -1;
}

/* Does /proc show this process's pid namespace?  Needs no descriptor. */
static int
proc_is_ours(void)
{
    char     text[24];
    ssize_t  n = readlink("/proc/self", text, sizeof(text) - 1);

    if (n <= 0) {
        return 0;
    }

    text[n] = '\0';
    return strtol(text, NULL, 10) == (long) getpid();
}

static int
read_stat(uint32_t tid, thread_stat_t *ts)
{
    int      fd;
    char     path[64], text[1024];
    ssize_t  n;

    if (!proc_is_ours()) {
        return -1;
    }

    (void) snprintf(path, sizeof(path), "/proc/%lu/task/%lu/stat",
                    (unsigned long) tid, (unsigned long) tid);

    fd = open(path, O_RDONLY|O_CLOEXEC);
    if (fd == -1) {
        return -1;
    }

    n = read(fd, text, sizeof(text) - 1);
    (void) close(fd);

    if (n <= 0) {
        return -1;
    }

    text[n] = '\0';
    return parse_stat(text, ts);
}

/*
 * Did the thread start after the identity was made?  Only the low bits of the
 * moment are known: take the last moment that has them.
 */
static int
started_later(const thread_stat_t *ts, uint64_t word)
{
    long      hz = sysconf(_SC_CLK_TCK);
    uint64_t  now = ngx_lock_moment();
    uint64_t  moment = (now & ~(uint64_t) 0xffffffff) | word >> 32;

    if (moment > now) {
        if (moment >> 32 == 0) {
            return 0;
        }
        moment -= (uint64_t) 1 << 32;
    }

    return hz > 0
           && ts->start * (1000000000u / (unsigned long) hz)
              > (moment + 1) << NGX_LOCK_MOMENT
           && ngx_lock_same_clock();
}

#else

static int
read_stat(uint32_t tid, thread_stat_t *ts)
{
    (void) tid;
    (void) ts;
    return -1;
}

static int
started_later(const thread_stat_t *ts, uint64_t word)
{
    (void) ts;
    (void) word;
    return 0;
}

#endif

int
ngx_lock_nobody_has(uint32_t tid)
{
#if NGX_HAVE_FUTEX
    return syscall(SYS_tkill, (pid_t) tid, 0) == -1 && errno == ESRCH;
#else
    return kill((pid_t) tid, 0) == -1 && errno == ESRCH;
#endif
}

/* A zombie counts as dead: its parent may wait for the lock before it reaps. */
static int
is_zombie(const thread_stat_t *ts)
{
    return ts->state == 'Z' || ts->state == 'X';
}

/*
 * A thread gives up its memory when it ends, and a zombie has none.  Needs no
 * descriptor, but the right to trace the thread; a sandbox without /proc may
 * forbid the call, so it is the last resort.
 */
static int
has_no_memory(uint32_t tid)
{
#if NGX_HAVE_FUTEX && defined(SYS_process_vm_readv)
    char          byte;
    struct iovec  here = { &byte, 1 }, there = { NULL, 1 };

    return syscall(SYS_process_vm_readv, (pid_t) tid, &here, 1L, &there, 1L,
                   0L) == -1
           && errno == ESRCH;
#else
    (void) tid;
    return 0;
#endif
}

/* The thread that has the tid now is not, or no longer, the owner. */
static int
not_the_owner(uint32_t tid, uint64_t word)
{
    thread_stat_t  ts;

    if (read_stat(tid, &ts) != 0) {
        return (errno == EMFILE || errno == ENFILE) && has_no_memory(tid);
    }

    return is_zombie(&ts) || started_later(&ts, word);
}

int
ngx_lock_owner_dead(uint32_t ns, uint64_t word)
{
    int       dead, err = errno;
    uint32_t  tid = (uint32_t) word & NGX_LOCK_TID;

    if (tid == 0) {
        return (word & NGX_LOCK_DIED) != 0;
    }

    if (ngx_lock_abroad(ns)) {
        return 0;
    }

    /*
     * The caller has this tid now: the owner ended, or called exec.  Without
     * futexes a tid is that of the process, and the owner may be a thread of it.
     */
    if (tid == ((uint32_t) ngx_lock_me() & NGX_LOCK_TID)) {
        return NGX_HAVE_FUTEX && word != ngx_lock_self.word;
    }

    dead = ngx_lock_nobody_has(tid) || not_the_owner(tid, word);

    errno = err;
    return dead;
}

/* Has the process other threads than its first one? */
static int
has_others(pid_t pid)
{
    int             n = 0;
    char            path[40];
    DIR            *dir;
    struct dirent  *entry;

    (void) snprintf(path, sizeof(path), "/proc/%ld/task", (long) pid);
    dir = opendir(path);

    if (dir == NULL) {
        return 1;       /* not known */
    }

    while (n < 2 && (entry = readdir(dir)) != NULL) {
        n += entry->d_name[0] != '.';
    }

    (void) closedir(dir);
    return n > 1;
}

int
ngx_lock_process_dead(uint32_t ns, pid_t pid, uint64_t word)
{
    int            dead, err = errno;
    thread_stat_t  ts;

    if (pid <= 0 || ngx_lock_abroad(ns) || pid == (pid_t) ngx_lock_self.pid) {
        return 0;
    }

    dead = (kill(pid, 0) == -1 && errno == ESRCH)
           || (read_stat((uint32_t) pid, &ts) == 0
               && (started_later(&ts, word)
                   || (is_zombie(&ts) && !has_others(pid))));

    errno = err;
    return dead;
}

uint64_t
ngx_lock_image(void)
{
    int            err = errno;
    uint64_t       image = 0;
    uint32_t       tid = (uint32_t) ngx_lock_me() & NGX_LOCK_TID;
    thread_stat_t  ts;

    if (read_stat(tid, &ts) == 0) {
        image = ts.env_end;
    }

    errno = err;
    return image;
}

int
ngx_lock_image_gone(uint32_t tid, uint64_t image)
{
    int            gone, err = errno;
    thread_stat_t  ts;

    gone = image != 0 && read_stat(tid, &ts) == 0 && ts.env_end != 0
           && ts.env_end != image;

    errno = err;
    return gone;
}

#endif
