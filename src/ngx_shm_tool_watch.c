/*
 * ngx-shm watch: how full a pool is and how fast that changes, like top.
 *
 * On a terminal each picture is one write, drawn in place of the last one, and
 * again when the window changes; whatever ends it leaves the terminal as it
 * was.  Elsewhere pictures follow each other.
 */

#include "ngx_auto_config.h"
#include "ngx_shm_tool_pool.h"

#include <signal.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/select.h>
#include <time.h>
#include <unistd.h>

#define STATS  64
#define BAR    40

/* What is counted, to be compared with the next look. */
typedef struct {
    double           when;
    size_t           size[STATS];
    ngx_slab_stat_t  stats[STATS];
    uint32_t         n;
    tool_pool_t      pool;
} sample_t;

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
    s->n = s->pool.counted && s->pool.view.nstats < STATS
           ? s->pool.view.nstats : 0;

    for (i = 0; i < s->n; i++) {
        s->size[i] = ngx_heap_view_stat(&s->pool.view, i, &s->stats[i]);
    }

    tool_pool_close(&s->pool);
}

/* Per second; counters may have begun anew with another pool. */
static double
rate(double from, double to, double seconds)
{
    return seconds > 0 && to >= from ? (to - from) / seconds : 0;
}

/* Chunks brought back: those taken that are not there any more. */
static double
freed(const ngx_slab_stat_t *a, const ngx_slab_stat_t *b, double seconds)
{
    double  n = (double) (b->reqs - a->reqs)
                - ((double) b->used - (double) a->used);

    return n > 0 && seconds > 0 ? n / seconds : 0;
}

static void
print_bar(const tool_t *tool, const tool_pool_t *pool)
{
    int     i, live, cached;
    double  all = (double) (pool->live + pool->cached + pool->free);

    all = all > 0 ? all : 1;
    live = (int) (BAR * (double) pool->live / all + 0.5);
    cached = (int) (BAR * (double) pool->cached / all + 0.5);

    printf("  [");

    for (i = 0; i < BAR; i++) {
        tool_colored(tool, i < live ? 'g' : i < live + cached ? 'y' : 'd',
                     "%c", i < live ? '#' : i < live + cached ? '~' : '.');
    }

    printf("] %.1f%% live, %.1f%% cached, %.1f%% free\n",
           100 * (double) pool->live / all, 100 * (double) pool->cached / all,
           100 * (double) pool->free / all);
}

static void
print_rate(const char *words, uint64_t from, uint64_t to, double seconds)
{
    printf("  %-24s %14ju %12.0f\n", words, (uintmax_t) to,
           rate((double) from, (double) to, seconds));
}

static void
print_lock(const tool_t *tool, const char *name, const ngx_shmtx_stat_t *a,
    const ngx_shmtx_stat_t *b, double seconds)
{
    char    words[64];
    double  taken = rate((double) a->acquired, (double) b->acquired, seconds);
    double  late = rate((double) a->contended, (double) b->contended, seconds);

    (void) snprintf(words, sizeof(words), "lock of %s, taken", name);
    print_rate(words, a->acquired, b->acquired, seconds);
    printf("    %-22s %14ju %12.0f %5.1f%%\n", "not at once",
           (uintmax_t) b->contended, late,
           taken > 0 ? 100 * late / taken : 0);
    print_rate("  after a death", a->recovered, b->recovered, seconds);

    if (b->tid != 0 || b->pid != 0) {
        tool_colored(tool, b->dead ? 'r' : 'y', "    held by %ld%s",
                     (long) b->pid, b->dead ? ", which is dead"
                     : tool_process_rests(b->pid) ? ", which is stopped" : "");
        printf(b->held_ms > 0 ? ", waited for since %.1f s\n" : "\n",
               (double) b->held_ms / 1e3);
    }
}

static void
print_sizes(const sample_t *a, const sample_t *b, double seconds)
{
    uint32_t                i;
    const ngx_slab_stat_t  *x, *y;

    printf("\n  chunks up to      there       used    taken/s    freed/s"
           "  refused/s\n");

    for (i = 0; i < b->n; i++) {
        x = i < a->n ? &a->stats[i] : &b->stats[i];
        y = &b->stats[i];

        if (y->total != 0 || y->reqs != 0 || y->fails != 0) {
            printf("  %12zu %10ju %10ju %10.0f %10.0f %10.0f\n", b->size[i],
                   (uintmax_t) y->total, (uintmax_t) y->used,
                   rate((double) x->reqs, (double) y->reqs, seconds),
                   freed(x, y, seconds),
                   rate((double) x->fails, (double) y->fails, seconds));
        }
    }
}

static void
print_pool(const tool_t *tool, const sample_t *a, const sample_t *b)
{
    double              seconds = b->when - a->when, back = 0;
    uint32_t            i;
    const tool_pool_t  *p = &b->pool;

    for (i = 0; i < b->n && i < a->n; i++) {
        back += freed(&a->stats[i], &b->stats[i], seconds);
    }

    print_bar(tool, p);
    printf("  %ju bytes live in %ju chunks, %ju free in %ju holes, the longest"
           " of %ju pages\n  used by %ju thread%s\n\n", (uintmax_t) p->live,
           (uintmax_t) p->chunks, (uintmax_t) p->free,
           (uintmax_t) p->runs[NGX_HEAP_VIEW_FREE], (uintmax_t) p->longest,
           (uintmax_t) p->users_n, p->users_n == 1 ? "" : "s");
    printf("  %-24s %14s %12s\n", "", "so far", "a second");
    print_rate("chunks taken", a->pool.reqs, p->reqs, seconds);
    printf("  %-24s %14s %12.0f\n", "chunks brought back", "", back);
    print_rate("requests refused", a->pool.fails, p->fails, seconds);
    print_rate("cleaned up after a death", a->pool.view.recovered,
               p->view.recovered, seconds);
    print_lock(tool, "the heap", &a->pool.heap, &p->heap, seconds);
    print_lock(tool, "its users", &a->pool.users, &p->users, seconds);
    print_sizes(a, b, seconds);
}

static void
lock_in_json(const char *name, const ngx_shmtx_stat_t *a,
    const ngx_shmtx_stat_t *b, double seconds)
{
    printf(", \"%s_per_s\": %.1f, \"%s_contended_per_s\": %.1f,"
           " \"%s_recovered\": %ju, \"%s_owner\": %ld", name,
           rate((double) a->acquired, (double) b->acquired, seconds), name,
           rate((double) a->contended, (double) b->contended, seconds), name,
           (uintmax_t) b->recovered, name, (long) b->pid);
}

static void
print_json(const tool_view_t *view, const sample_t *a, const sample_t *b)
{
    double    seconds = b->when - a->when, back = 0;
    uint32_t  i;

    for (i = 0; i < b->n && i < a->n; i++) {
        back += freed(&a->stats[i], &b->stats[i], seconds);
    }

    printf("{");
    tool_json_text("name", view->name);
    tool_json_number("live", (intmax_t) b->pool.live);
    tool_json_number("cached", (intmax_t) b->pool.cached);
    tool_json_number("free", (intmax_t) b->pool.free);
    tool_json_number("chunks", (intmax_t) b->pool.chunks);
    tool_json_number("recovered", (intmax_t) b->pool.view.recovered);
    printf("\"seconds\": %.3f, \"taken_per_s\": %.1f, \"freed_per_s\": %.1f,"
           " \"refused_per_s\": %.1f", seconds,
           rate((double) a->pool.reqs, (double) b->pool.reqs, seconds), back,
           rate((double) a->pool.fails, (double) b->pool.fails, seconds));
    lock_in_json("heap_lock", &a->pool.heap, &b->pool.heap, seconds);
    lock_in_json("users_lock", &a->pool.users, &b->pool.users, seconds);
    printf("}\n");
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
        print_json(view, last, &next);
    } else {
        tool_view_for_people(tool, view);

        if (next.pool.counted) {
            print_pool(tool, last, &next);
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
