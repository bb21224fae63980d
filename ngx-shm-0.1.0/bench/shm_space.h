/*
 * shm_space.h - the workloads about room: page growth, fill, waste, idle
 * processes.
 * A part of shm_work.h.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

static int
bench_by_value(const void *a, const void *b)
{
    double  x = *(const double *) a, y = *(const double *) b;

    return x < y ? -1 : x > y;
}


/* The times of single calls, in ns: the median and the far end. */
static void
bench_percentiles(const char *what, double *ns, size_t n)
{
    qsort(ns, n, sizeof(ns[0]), bench_by_value);
    bench_print(what, ".p50", ns[n / 2]);
    bench_print(what, ".p99", ns[n / 100 * 99]);
    bench_print(what, ".p99.9", ns[n / 1000 * 999]);
}


/*
 * Fill the pool with pages, and free one in ten of them: first those side by
 * side, n / 20, then as many that each stand alone.  Time runs of two pages
 * until there are none; the holes are in the way of who keeps one list.
 */
static size_t
bench_holes(void **p, size_t most, double *ns, size_t room)
{
    size_t   i, n, m, side;
    double   t;
    void   **q;

    for (n = 0; n < most && (p[n] = bench_alloc(BENCH_PAGE)) != NULL; n++) {
        /* void */
    }

    side = n / 20;
    for (i = n / 2; i < n / 2 + side; i++) {
        bench_free(p[i]);
        p[i] = NULL;
    }
    for (i = 0; i < n / 10; i += 2) {
        bench_free(p[i]);
        p[i] = NULL;
    }

    q = (void **) calloc(room, sizeof(q[0]));
    for (m = 0; m < room; m++) {
        t = bench_now();
        q[m] = bench_alloc(2 * BENCH_PAGE);
        ns[m] = (bench_now() - t) * 1e9;
        if (q[m] == NULL) {
            break;
        }
    }

    for (i = 0; i < m; i++) {
        bench_free(q[i]);
    }
    free(q);
    return m;
}


static void
bench_growth(const char *what, size_t size)
{
    size_t   i, n, most = size / BENCH_PAGE, room = 4000;
    void   **p = (void **) calloc(most, sizeof(p[0]));
    double  *ns = (double *) calloc(room, sizeof(ns[0])), t;
    double   end = bench_now() + 3;
    char     hopeless[32];

    for (n = 0; n < room && bench_now() < end; ) {
        n += bench_holes(p, most, ns + n, room - n);
        for (i = 0; n < room && i < most; i++) {
            if (p[i] != NULL) {
                bench_free(p[i]);
            }
        }
    }
    bench_percentiles(what, ns, n);

    for (n = 0; n < room && bench_now() < end + 3; n++) {
        t = bench_now();
        (void) bench_alloc(size / 4);       /* the pool is 90 % full */
        ns[n] = (bench_now() - t) * 1e9;
    }
    (void) snprintf(hopeless, sizeof(hopeless), "hopeless%s", what + 6);
    bench_percentiles(hopeless, ns, n);
    free(ns);
    free(p);
}


/*
 * Replace random ones of n live objects of 16..1024 bytes, in bursts as long
 * as a cache is deep, so that those that go to the shared part are among the
 * slowest of a thousand.
 */
static void
bench_fill_at(const char *what, int percent, void **p, size_t n, double *ns,
    size_t room)
{
    char      name[32];
    size_t    i, k, m = 0, at[100];
    double    t;
    uint32_t  seed = 362436069u + (uint32_t) percent;
    double   *freed = ns + room;

    while (m + 100 <= room) {
        for (i = 0; i < 100; i++) {
            do {
                k = (bench_random(&seed) >> 4) % n;
            } while (p[k] == NULL);
            t = bench_now();
            bench_free(p[k]);
            freed[m + i] = (bench_now() - t) * 1e9;
            p[k] = NULL;
            at[i] = k;
        }
        for (i = 0; i < 100; i++) {
            k = 16 + bench_random(&seed) % 1009;
            t = bench_now();
            p[at[i]] = bench_alloc(k);
            ns[m + i] = (bench_now() - t) * 1e9;
        }
        m += 100;
    }

    (void) snprintf(name, sizeof(name), "%s.%d.alloc", what, percent);
    bench_percentiles(name, ns, m);
    (void) snprintf(name, sizeof(name), "%s.%d.free", what, percent);
    bench_percentiles(name, freed, m);
}


/* What single calls take in a pool that is 10, 30, 50, 70, 90 % full. */
static void
bench_fill(const char *what, size_t size)
{
    int       percent;
    size_t    n = 0, sum = 0, want, k, room = 50000;
    void    **p = (void **) calloc(size / 64, sizeof(p[0]));
    double   *ns = (double *) calloc(2 * room, sizeof(ns[0]));
    uint32_t  seed = 521288629;

    for (percent = 10; percent <= 90; percent += 20) {
        want = size / 100 * (size_t) percent;
        while (sum < want && n < size / 64) {
            k = 16 + bench_random(&seed) % 1009;
            p[n] = bench_alloc(k);
            if (p[n] == NULL) {
                break;
            }
            sum += k;
            n++;
        }
        if (sum < want) {
            break;              /* that full it cannot be */
        }
        bench_fill_at(what, percent, p, n, ns, room);
    }
    free(ns);
    free(p);
}


/* How much of the segment objects of one size fill. */
static double
bench_payload(size_t size, size_t segment)
{
    size_t   n, most = segment / size + 1;
    void   **p = (void **) calloc(most, sizeof(p[0]));
    size_t   i;

    for (n = 0; n < most && (p[n] = bench_alloc(size)) != NULL; n++) {
        /* void */
    }
    for (i = 0; i < n; i++) {
        bench_free(p[i]);
    }
    free(p);
    return (double) n * (double) size / (double) segment;
}


static double
bench_payload_mixed(size_t least, size_t most, size_t segment)
{
    size_t    n, i, sum = 0, size, room = segment / least;
    void    **p = (void **) calloc(room, sizeof(p[0]));
    uint32_t  seed = 88172645;

    for (n = 0; n < room; n++) {
        size = least + bench_random(&seed) % (most - least + 1);
        p[n] = bench_alloc(size);
        if (p[n] == NULL) {
            break;
        }
        sum += size;
    }
    for (i = 0; i < n; i++) {
        bench_free(p[i]);
    }
    free(p);
    return (double) sum / (double) segment;
}


static void
bench_waste(size_t segment)
{
    static const int  sizes[] = {
        64, 65, 72, 80, 96, 100, 128, 136, 160, 192, 256, 300, 400, 512, 600,
        768, 1024, 1100, 1500, 2048, 2100, 3000, 4096, 4097, 6000, 8192,
        10000, 16384, 20000, 32768, 40000, 65536
    };
    size_t  i;
    char    name[16];

    for (i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
        (void) snprintf(name, sizeof(name), ".%d", sizes[i]);
        bench_print("waste", name, bench_payload((size_t) sizes[i], segment));
    }
    bench_print("waste", ".16..1024", bench_payload_mixed(16, 1024, segment));
    bench_print("waste", ".16..32K", bench_payload_mixed(16, 32768, segment));
}


/* A process that has freed 7 of 8 of its objects idles: what is left? */
static void
bench_idle(size_t segment)
{
    size_t    n, i, most = segment / 64;
    void    **p;
    pid_t     pid;
    uint32_t  seed = 521288629;

    memset(bench, 0, sizeof(*bench));
    pid = fork();
    if (pid == 0) {
        p = (void **) calloc(most, sizeof(p[0]));
        for (n = 0; n < most && (p[n] = bench_alloc(64)) != NULL; n++) {
        /* void */
    }
        for (i = 0; i < n; i++) {
            if (bench_random(&seed) % 8 != 0) {
                bench_free(p[i]);
                bench->worker[0].ops++;
            }
        }
        bench->ready = 1;
        for ( ;; ) {
            (void) pause();
        }
    }

    while (!bench->ready) {
        (void) usleep(1000);
    }
    for (n = 0; bench_alloc(64) != NULL; n++) { /* void */ }
    bench_print("idle", "", (double) n / (double) bench->worker[0].ops);
    (void) kill(pid, 9);
    (void) wait(NULL);
}
