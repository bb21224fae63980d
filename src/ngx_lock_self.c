#include "ngx_auto_config.h"

#include "ngx_lock_word.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#if NGX_HAVE_FUTEX
#include <sys/syscall.h>
#endif

#if NGX_LOCK_HAVE_WORD

__thread ngx_lock_self_t  ngx_lock_self;

static pthread_once_t  once = PTHREAD_ONCE_INIT;
static uint32_t        home;    /* the namespaces the first process was in */
static int             moved;   /* a fork led into another pid namespace */

#if !NGX_HAVE_FUTEX
static uint32_t        serial;  /* tells apart the threads of a process */
#endif

/*
 * The child's only thread begins with its parent's words, and has its own.  A
 * parent without a number is one outside of the child's pid namespace.
 */
static void
forked(void)
{
    ngx_lock_self.word = 0;
    moved |= getppid() == 0;
}

static uint32_t
namespaces(void)
{
    uint32_t     ns = 0;
    struct stat  st;

    if (stat("/proc/self/ns/pid", &st) == 0) {
        ns = (uint32_t) st.st_ino;
    }

    /* start times are shifted between time namespaces */
    if (ns != 0 && stat("/proc/self/ns/time", &st) == 0) {
        ns = ns * 31 + (uint32_t) st.st_ino;
    }

    /* locked up where there is no /proc: they are those of its parent */
    return ns == 0 && !moved ? home : ns;
}

static void
first(void)
{
    (void) pthread_atfork(NULL, NULL, forked);
    home = namespaces();
}

#if NGX_HAVE_FUTEX && NGX_HAVE_PROC_STARTTIME

typedef struct {
    unsigned long       tid;
    char                state;
    unsigned long long  start;
} thread_stat_t;

/* Field 2, the name, may hold anything; the last ')' ends it. */
static int
parse_stat(char *text, thread_stat_t *ts)
{
    int    field;
    char  *p = strrchr(text, ')');

    if (p == NULL || p[1] != ' ') {
        return -1;
    }

    ts->tid = strtoul(text, NULL, 10);
    ts->state = p[2];

    for (p += 2, field = 3; field < 22; field++) {
        p = strchr(p, ' ');
        if (p == NULL) {
            return -1;
        }
        p++;
    }

    ts->start = strtoull(p, NULL, 10);
    return 0;
}

static int
read_stat(const char *path, thread_stat_t *ts)
{
    int      fd;
    char     text[1024];
    ssize_t  n;

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

/* Low bits of the start time, 0: unknown, and never the special value. */
static uint32_t
own_start(uint32_t tid)
{
    thread_stat_t  ts;

    /* a /proc of other pid namespaces shows another number, or none */
    if (read_stat("/proc/thread-self/stat", &ts) != 0 || ts.tid != tid) {
        ngx_lock_self.proc = 0;
        return 0;
    }

    ngx_lock_self.proc = 1;
    return (uint32_t) ts.start == NGX_LOCK_FOREIGN ? 0 : (uint32_t) ts.start;
}

static int
gone(uint32_t tid, uint32_t start)
{
    char           path[32];
    thread_stat_t  ts;

    if (!ngx_lock_self.proc) {
        return 0;
    }

    (void) snprintf(path, sizeof(path), "/proc/%lu/stat",
                    (unsigned long) tid);

    if (read_stat(path, &ts) != 0) {
        return 0;       /* hidden, or gone now: the next look will tell */
    }

    /* a zombie waits for its parent, who may wait for the lock */
    return ts.state == 'Z' || ts.state == 'X'
           || (start != 0 && (uint32_t) ts.start != start);
}

#endif

static uint64_t
own_word(void)
{
    uint32_t  tid, start;

#if NGX_HAVE_FUTEX
    tid = (uint32_t) syscall(SYS_gettid);
    start = 0;
#else
    tid = ngx_lock_self.pid;
    start = __sync_add_and_fetch(&serial, 1);
#endif

#if NGX_HAVE_FUTEX && NGX_HAVE_PROC_STARTTIME
    start = own_start(tid);
#endif

    if (ngx_lock_self.ns != home || moved) {
        start = NGX_LOCK_FOREIGN;
    }

    return (uint64_t) start << 32 | (tid & NGX_LOCK_TID);
}

void
ngx_lock_self_init(void)
{
    int  err = errno;

    (void) pthread_once(&once, first);

    ngx_lock_self.pid = (uint32_t) getpid();
    ngx_lock_self.ns = namespaces();
    ngx_lock_self.word = own_word();

    errno = err;
}

int
ngx_lock_abroad(uint32_t ns)
{
    (void) ngx_lock_me();

    return ns != 0 && ngx_lock_self.ns != 0 && ns != ngx_lock_self.ns;
}

int
ngx_lock_owner_dead(uint32_t ns, uint64_t word)
{
    int       dead;
    int       err = errno;
    uint32_t  tid = (uint32_t) word & NGX_LOCK_TID;
    uint32_t  start = (uint32_t) (word >> 32);

    if (tid == 0 || start == NGX_LOCK_FOREIGN || ngx_lock_abroad(ns)) {
        return 0;
    }

#if NGX_HAVE_FUTEX
    dead = syscall(SYS_tkill, (pid_t) tid, 0) == -1 && errno == ESRCH;
#else
    dead = kill((pid_t) tid, 0) == -1 && errno == ESRCH;
#endif

#if NGX_HAVE_FUTEX && NGX_HAVE_PROC_STARTTIME
    dead = dead || gone(tid, start);
#endif

    errno = err;
    return dead;
}

#endif
