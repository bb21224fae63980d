/*
 * tool_keys.c - signals and keys, while watch has the terminal.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include "ngx_auto_config.h"
#include "tool_terminal.h"

#include <signal.h>
#include <sys/select.h>
#include <time.h>
#include <unistd.h>

static volatile sig_atomic_t  ended, resized, suspended, continued;

static sigset_t  before;        /* the signals that were blocked at first */
static pid_t     owner;
static char      typed[32];     /* what is not yet taken */
static size_t    ntyped;

double
tool_now(void)
{
    struct timespec  t;

    (void) clock_gettime(CLOCK_MONOTONIC, &t);
    return (double) t.tv_sec + (double) t.tv_nsec / 1e9;
}

static void
on_signal(int sig)
{
    switch (sig) {
    case SIGWINCH:
        resized = 1;
        break;
    case SIGTSTP:
        suspended = 1;
        break;
    case SIGCONT:
        continued = 1;
        break;
    default:
        ended = 1;
        break;
    }
}

/* Its effect is as it would have been; a forked child has no terminal. */
static void
on_fatal(int sig)
{
    if (getpid() == owner) {
        tool_terminal_restore();
    }

    (void) signal(sig, SIG_DFL);
    (void) raise(sig);
}

static void
handle(int sig, void (*handler)(int), sigset_t *set)
{
    struct sigaction  action;

    memset(&action, 0, sizeof(action));
    action.sa_handler = handler;
    (void) sigaction(sig, &action, NULL);

    if (set != NULL) {
        (void) sigaddset(set, sig);
    }
}

/* nohup is kept. */
static int
is_ignored(int sig)
{
    struct sigaction  action;

    return sigaction(sig, NULL, &action) == 0 && action.sa_handler == SIG_IGN;
}

void
tool_keys_begin(void)
{
    size_t            i;
    sigset_t          set;
    static const int  kept[] = { SIGINT, SIGTERM, SIGQUIT, SIGHUP };
    static const int  drawn[] = { SIGWINCH, SIGTSTP, SIGCONT };
    static const int  fatal[] = { SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT,
                                  SIGALRM, SIGUSR1, SIGUSR2, SIGPIPE, SIGSYS,
                                  SIGXCPU, SIGTRAP, SIGVTALRM };

    (void) sigemptyset(&set);

    for (i = 0; i < sizeof(kept) / sizeof(kept[0]); i++) {
        if (kept[i] != SIGHUP || !is_ignored(SIGHUP)) {
            handle(kept[i], on_signal, &set);
        }
    }

    owner = getpid();

    if (tool_leave != NULL) {
        for (i = 0; i < sizeof(drawn) / sizeof(drawn[0]); i++) {
            handle(drawn[i], on_signal, &set);
        }

        for (i = 0; i < sizeof(fatal) / sizeof(fatal[0]); i++) {
            handle(fatal[i], on_fatal, NULL);
        }
    }

    (void) sigprocmask(SIG_BLOCK, &set, &before);
}

/* As the terminal's ^Z would do, with the terminal as it was. */
static void
suspend(void)
{
    sigset_t  set;

    suspended = 0;
    tool_terminal_restore();
    handle(SIGTSTP, SIG_DFL, NULL);
    (void) sigemptyset(&set);
    (void) sigaddset(&set, SIGTSTP);
    (void) raise(SIGTSTP);
    (void) sigprocmask(SIG_UNBLOCK, &set, NULL);
    /* stopped here */
    (void) sigprocmask(SIG_BLOCK, &set, NULL);
    handle(SIGTSTP, on_signal, NULL);
    continued = 1;
}

/* Arrows and such are several characters, which come at once. */
static const struct {
    const char  *text;
    int          key;
} sequences[] = {
    { "\033[A", TOOL_UP }, { "\033OA", TOOL_UP },
    { "\033[B", TOOL_DOWN }, { "\033OB", TOOL_DOWN },
    { "\033[C", TOOL_RIGHT }, { "\033OC", TOOL_RIGHT },
    { "\033[D", TOOL_LEFT }, { "\033OD", TOOL_LEFT },
    { "\033[5~", TOOL_PAGE_UP }, { "\033[6~", TOOL_PAGE_DOWN },
    { "\033[H", TOOL_HOME }, { "\033[1~", TOOL_HOME }, { "\033OH", TOOL_HOME },
    { "\033[F", TOOL_LAST }, { "\033[4~", TOOL_LAST }, { "\033OF", TOOL_LAST }
};

/* 0: nothing is typed that means anything. */
static int
take_key(void)
{
    int     key = 0;
    size_t  i, n = 1;

    if (ntyped == 0) {
        return 0;
    }

    if (typed[0] != '\033') {
        key = (unsigned char) typed[0];

    } else if (ntyped == 1 || (typed[1] != '[' && typed[1] != 'O')) {
        key = TOOL_ESCAPE;

    } else {
        n = ntyped;             /* what is not known goes as a whole */

        for (i = 0; i < sizeof(sequences) / sizeof(sequences[0]); i++) {
            if (strncmp(typed, sequences[i].text, strlen(sequences[i].text))
                == 0)
            {
                key = sequences[i].key;
                n = strlen(sequences[i].text);
                break;
            }
        }
    }

    ntyped -= n;
    memmove(typed, typed + n, ntyped);
    typed[ntyped] = '\0';
    return key;
}

/* Nothing to be read for ever: there is no terminal any more. */
static void
read_keys(void)
{
    ssize_t  n = read(STDIN_FILENO, typed + ntyped, sizeof(typed) - 1 - ntyped);

    if (n > 0) {
        ntyped += (size_t) n;
        typed[ntyped] = '\0';

    } else if (n == 0 || errno != EINTR) {
        tool_terminal_no_keys();
    }
}

static int
news(void)
{
    if (ended) {
        return TOOL_END;
    }

    if (suspended) {
        suspend();
    }

    if (continued) {
        continued = 0;
        tool_terminal_take();
        return TOOL_REDRAW;
    }

    if (resized) {
        resized = 0;
        return TOOL_REDRAW;
    }

    return take_key();
}

int
tool_screen_wait(double when)
{
    int              what, keys;
    double           left;
    fd_set           in;
    struct timespec  t;

    for ( ;; ) {
        what = news();
        left = when - tool_now();

        if (what != 0 || left <= 0) {
            return what;
        }

        t.tv_sec = (time_t) left;
        t.tv_nsec = (long) ((left - (double) t.tv_sec) * 1e9);
        keys = tool_screen_has_keys() && tool_terminal_is_ours();
        FD_ZERO(&in);

        if (keys) {
            FD_SET(STDIN_FILENO, &in);
        }

        if (pselect(keys ? STDIN_FILENO + 1 : 0, &in, NULL, NULL, &t, &before)
            > 0)
        {
            read_keys();
        }
    }
}
