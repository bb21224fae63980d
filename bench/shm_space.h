/*
 * shm_space.h - the workloads about room: page growth, waste, idle processes.
 * A part of shm_work.h.
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
bench_growth(size_t size)
{
    size_t   i, n, most = size / BENCH_PAGE, room = 4000;
    void   **p = (void **) calloc(most, sizeof(p[0]));
    double  *ns = (double *) calloc(room, sizeof(ns[0])), t;
    double   end = bench_now() + 3;

    for (n = 0; n < room && bench_now() < end; ) {
        n += bench_holes(p, most, ns + n, room - n);
        for (i = 0; n < room && i < most; i++) {
            if (p[i] != NULL) {
                bench_free(p[i]);
            }
        }
    }
    bench_percentiles("growth", ns, n);

    for (n = 0; n < room && bench_now() < end + 3; n++) {
        t = bench_now();
        (void) bench_alloc(size / 4);       /* the pool is 90 % full */
        ns[n] = (bench_now() - t) * 1e9;
    }
    bench_percentiles("hopeless", ns, n);
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
