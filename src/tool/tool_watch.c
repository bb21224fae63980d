/*
 * ngx-shm watch: how full a pool is and how fast that changes, like top.
 *
 * On a terminal each picture is one write, drawn in place of the last one, and
 * again when the window changes; whatever ends it leaves the terminal as it
 * was.  Elsewhere pictures follow each other.
 */

#include "ngx_auto_config.h"
#include "tool_watch.h"

#include <signal.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/select.h>
#include <time.h>
#include <unistd.h>

typedef struct {
    sample_t  *samples;
    size_t     n;
} samples_t;

static volatile sig_atomic_t  ended, resized;

static void
on_signal(int sig)
{
    if (sig == SIGWINCH) {
        resized = 1;
    } else {
        ended = 1;
    }
}

static double
now(void)
{
    struct timespec  t;

    (void) clock_gettime(CLOCK_MONOTONIC, &t);
    return (double) t.tv_sec + (double) t.tv_nsec / 1e9;
}

static void
take(sample_t *s, const tool_view_t *view)
{
    uint32_t  i;

    tool_pool_open(view, &s->pool);
    s->when = now();
    s->n = s->pool.counted && s->pool.view.nstats < TOOL_STATS
           ? s->pool.view.nstats : 0;

    for (i = 0; i < s->n; i++) {
        s->size[i] = ngx_heap_view_stat(&s->pool.view, i, &s->stats[i]);
    }

    tool_pool_close(&s->pool);
}

static void
look_at(const tool_t *tool, const tool_view_t *view, sample_t *last, int first)
{
    sample_t  next;

    take(&next, view);

    if (first || last->pool.counted == 0) {
        *last = next;
    }

    if (tool->json) {
        tool_watch_json(view, last, &next);
    } else {
        tool_view_for_people(tool, view);

        if (next.pool.counted) {
            tool_watch_pool(tool, last, &next);
        }
    }

    *last = next;
}

static int
look_at_all(const tool_t *tool, samples_t *last)
{
    int           first;
    size_t        i;
    tool_views_t  views;

    if (tool->nargs == 0) {
        return tool_list(tool);
    }

    if (tool_views_open(&views, tool->args[0]) != 0) {
        return TOOL_TROUBLE;
    }

    first = views.n != last->n;

    if (first) {
        free(last->samples);
        last->n = views.n;
        last->samples = calloc(views.n != 0 ? views.n : 1, sizeof(sample_t));
    }

    for (i = 0; last->samples != NULL && i < views.n; i++) {
        look_at(tool, &views.v[i], &last->samples[i], first);
    }

    tool_views_close(&views);
    return TOOL_YES;
}

/* Until it is time, or somebody wants something.  The signals are blocked. */
static void
wait_until(double end, const sigset_t *unblocked)
{
    double           left = end - now();
    struct timespec  t;

    if (left <= 0 || ended) {
        return;
    }

    t.tv_sec = (time_t) left;
    t.tv_nsec = (long) ((left - (double) t.tv_sec) * 1e9);
    (void) pselect(0, NULL, NULL, NULL, &t, unblocked);
}

static void
catch_signals(sigset_t *before)
{
    size_t            i;
    sigset_t          set;
    const int         signals[] = { SIGINT, SIGTERM, SIGHUP, SIGWINCH };
    struct sigaction  action;

    memset(&action, 0, sizeof(action));
    action.sa_handler = on_signal;
    (void) sigemptyset(&set);

    for (i = 0; i < sizeof(signals) / sizeof(signals[0]); i++) {
        (void) sigaddset(&set, signals[i]);
        (void) sigaction(signals[i], &action, NULL);
    }

    (void) sigprocmask(SIG_BLOCK, &set, before);
}

/* If there are too few lines, only the last two of the screen scroll. */
static void
begin_screen(void)
{
    struct winsize  size;

    if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_row > 2) {
        printf("\033[%d;%dr", size.ws_row - 1, size.ws_row);
    }

    printf("\033[H\033[2J");
}

static int
draw(const tool_t *tool, samples_t *last, int screen)
{
    int  status;

    if (screen) {
        begin_screen();
    }

    status = look_at_all(tool, last);
    (void) fflush(stdout);
    return ferror(stdout) ? TOOL_TROUBLE : status;
}

static void
leave_screen(void)
{
    printf("\033[r\033[?7h\033[?25h\033[?1049l");
    tool_leave = NULL;
}

int
tool_watch(const tool_t *tool)
{
    int          status = TOOL_YES, screen = isatty(STDOUT_FILENO);
    long         i = 0;
    double       next = now();
    sigset_t     before;
    samples_t    last = { NULL, 0 };
    static char  frame[1 << 16];

    catch_signals(&before);

    /* Another screen, no cursor, and long lines are cut, not folded. */
    if (screen) {
        (void) setvbuf(stdout, frame, _IOFBF, sizeof(frame));
        printf("\033[?1049h\033[?25l\033[?7l");
        tool_leave = leave_screen;
    }

    while (!ended && status != TOOL_TROUBLE) {
        if (now() >= next || resized) {
            i += !resized;
            next = resized ? next : next + tool->interval;
            resized = 0;
            status = draw(tool, &last, screen);

            if (i == tool->count) {
                break;
            }
        }

        wait_until(next, &before);
    }

    if (tool_leave != NULL) {
        leave_screen();
    }

    free(last.samples);
    return status;
}
