/*
 * server.c - a small web server whose workers are killed while they work.
 *
 *     cc server.c $(pkg-config --cflags --libs ngx-shm) -o server
 *     ./server [-l COMMAND] [SECONDS]
 *
 * The parent listens, forks workers, and every few milliseconds kills one of
 * them with SIGKILL and forks another.  All they know is in a pool that they
 * share: a chunk for each path that was asked for, with its count, and one for
 * each request while it is answered.  Three rules, and nothing is lost:
 *
 *   - a chunk is got and given back together with the cell that names it
 *     (ngx_slab_alloc_to, ngx_slab_free_from), so no death leaks one;
 *   - what takes several steps is done under a lock, and who comes to the lock
 *     after a death is told, and finishes or undoes it;
 *   - a request is counted before it is answered.
 *
 * Most deaths find a worker that waits.  One is sure to be the worst: a worker
 * is told to die with the lock held and its change half done.
 *
 * Load comes from clients of its own, or from COMMAND (wrk, ab), to which the
 * address is added.  At the end it tells whether an answer that a client got
 * is missing from the counts, or a chunk from the pool.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include <ngx_shmem.h>
#include <ngx_slab.h>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define WORKERS  4
#define CLIENTS  4
#define PATHS    100            /* more are counted as one */
#define LENGTH   64
#define REQUEST  1024

/* Offsets in the pool, not addresses: 0 is none. */
typedef struct {
    volatile uintptr_t  next;
    unsigned long       count;
    char                path[LENGTH];
} page_t;

typedef struct {
    volatile uintptr_t  first;              /* of the pages */
    volatile uintptr_t  fresh;              /* one that is not among them */
    volatile uintptr_t  request[WORKERS];   /* what each is at */
    unsigned long       all;        /* the sum of all counts, but for who has
                                       the lock */
    unsigned long       pages;
    unsigned long       repaired;
    ngx_atomic_t        received;   /* by our own clients */
    ngx_atomic_t        stop;
    ngx_atomic_t        die;        /* 1: who counts next dies at it */
    pid_t               died;       /* who did */
} site_t;

static ngx_slab_pool_t    *pool;
static site_t             *site;
static int                 listener;
static struct sockaddr_in  address;

static const char  answer[] =
    "HTTP/1.0 200 OK\r\nContent-Length: 3\r\n\r\nhi\n";

static page_t *
page_at(uintptr_t offset)
{
    return ngx_slab_pointer(pool, offset);
}

/*
 * Whoever had the lock is dead.  The counts are right, each by itself; a fresh
 * page is linked already, or belongs to nobody.
 */
static void
repair(ngx_shmtx_t *mtx, void *data)
{
    uintptr_t  p;

    (void) mtx;
    (void) data;

    site->all = site->pages = 0;

    for (p = site->first; p != 0; p = page_at(p)->next) {
        site->all += page_at(p)->count;
        site->pages++;

        if (p == site->fresh) {
            site->fresh = 0;
        }
    }

    (void) ngx_slab_free_from(pool, &site->fresh);
    site->repaired++;
}

/* With the lock.  The page is whole before it can be found. */
static page_t *
add_page(volatile uintptr_t *last, const char *path)
{
    page_t  *page = ngx_slab_alloc_to(pool, &site->fresh, sizeof(page_t));

    if (page == NULL) {
        return NULL;
    }

    page->next = 0;
    page->count = 0;
    (void) snprintf(page->path, LENGTH, "%s", path);
    site->pages++;
    *last = site->fresh;
    site->fresh = 0;
    return page;
}

static int
count_request(const char *path)
{
    page_t              *page = NULL;
    volatile uintptr_t  *last;

    ngx_shmtx_lock(&pool->mutex);

    for (last = &site->first; *last != 0; last = &page->next) {
        page = page_at(*last);

        if (strcmp(page->path, path) == 0) {
            break;
        }
    }

    if (*last == 0 && site->pages < PATHS) {
        page = add_page(last, path);
    }

    if (page != NULL) {
        page->count++;

        if (site->die) {
            site->die = 0;
            site->died = getpid();
            (void) kill(getpid(), SIGKILL);
        }

        site->all++;
    }

    ngx_shmtx_unlock(&pool->mutex);
    return page != NULL ? 0 : -1;
}

/* Counted before it is answered: what a client has got is in the count. */
static void
serve(int conn, char *request)
{
    char     path[LENGTH];
    ssize_t  n = read(conn, request, REQUEST - 1);

    request[n > 0 ? n : 0] = '\0';

    if (sscanf(request, "GET %63s", path) == 1 && count_request(path) == 0
        && write(conn, answer, sizeof(answer) - 1) == -1)
    {
        /* the client has gone: it got nothing, and misses nothing */
    }
}

static void
work(int place)
{
    int    conn;
    char  *request;

    /* What the one before had in its hands. */
    (void) ngx_slab_free_from(pool, &site->request[place]);

    for ( ;; ) {
        conn = accept(listener, NULL, NULL);

        if (conn == -1) {
            continue;
        }

        request = ngx_slab_alloc_to(pool, &site->request[place], REQUEST);

        if (request != NULL) {
            serve(conn, request);
            (void) ngx_slab_free_from(pool, &site->request[place]);
        }

        (void) close(conn);
    }
}

static void
ask(void)
{
    int      conn, len;
    char     buf[256];
    ssize_t  n, got = 0;

    len = snprintf(buf, sizeof(buf), "GET /%d HTTP/1.0\r\n\r\n",
                   rand() % 20);
    conn = socket(AF_INET, SOCK_STREAM, 0);

    if (connect(conn, (struct sockaddr *) &address, sizeof(address)) == 0
        && write(conn, buf, (size_t) len) == len)
    {
        while ((n = read(conn, buf, sizeof(buf))) > 0) {
            got += n;
        }

        if (got == sizeof(answer) - 1) {
            (void) ngx_atomic_fetch_add(&site->received, 1);
        }
    }

    (void) close(conn);
}

static void
be_client(const char *command)
{
    char  line[512];

    if (command != NULL) {
        (void) snprintf(line, sizeof(line), "%s http://127.0.0.1:%d/", command,
                        ntohs(address.sin_port));
        _exit(system(line) == 0 ? 0 : 1);
    }

    while (!site->stop) {
        ask();
    }

    _exit(0);
}

static pid_t
start_worker(int place)
{
    pid_t  pid = fork();

    if (pid == 0) {
        work(place);
    }

    return pid;
}

static int
prepare(void)
{
    ngx_shm_t  shm = { .size = (size_t) 1 << 20 };
    socklen_t  len = sizeof(address);

    if (ngx_shm_alloc(&shm) != NGX_OK) {
        perror("ngx_shm_alloc");
        return -1;
    }

    pool = ngx_slab_create(shm.addr, shm.size, 0);
    site = pool != NULL ? ngx_slab_calloc(pool, sizeof(site_t)) : NULL;

    if (site == NULL) {
        perror("ngx_slab_create");
        return -1;
    }

    pool->mutex.recover = repair;
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    listener = socket(AF_INET, SOCK_STREAM, 0);

    if (bind(listener, (struct sockaddr *) &address, len) == -1
        || listen(listener, 128) == -1
        || getsockname(listener, (struct sockaddr *) &address, &len) == -1)
    {
        perror("127.0.0.1");
        return -1;
    }

    return 0;
}

/* All workers are dead: what they had is given back, and all must be there. */
static int
report(int kills)
{
    int               i, ok;
    unsigned long     sum = 0, pages = 0;
    uintptr_t         p;
    ngx_slab_usage_t  usage = { .chunks = 0 };

    ngx_shmtx_lock(&pool->mutex);   /* the last one may have died with it */
    ngx_shmtx_unlock(&pool->mutex);

    for (i = 0; i < WORKERS; i++) {
        (void) ngx_slab_free_from(pool, &site->request[i]);
    }

    for (p = site->first; p != 0; p = page_at(p)->next) {
        sum += page_at(p)->count;
        pages++;
    }

    if (site->died != 0) {
        printf("worker %ld died with the lock held, between two counts that"
               " belong together;\nthe next owner of the lock was told, and"
               " made them equal\n", (long) site->died);
    }

    ok = ngx_slab_check(pool) == NGX_OK
         && site->died != 0 && site->repaired != 0
         && ngx_slab_usage(pool, &usage) == NGX_OK
         && usage.chunks == 1 + pages && site->pages == pages
         && site->all == sum && site->all >= site->received;

    printf("%d workers killed, %lu of them with the lock; %lu requests for %lu"
           " paths counted", kills, site->repaired, site->all, pages);

    if (site->received != 0) {
        printf(", %lu answers received", (unsigned long) site->received);
    }

    printf("; lost: %s\n", ok ? "nothing" : "SOMETHING");

    return ok && site->all != 0 ? 0 : 1;
}

int
main(int argc, char **argv)
{
    int              i, place, option, kills = 0, seconds = 3;
    pid_t            workers[WORKERS], clients[CLIENTS];
    time_t           end;
    const char      *command = NULL;
    struct timespec  pause = { 0, 3000000 };

    while ((option = getopt(argc, argv, "l:")) != -1) {
        if (option != 'l') {
            fprintf(stderr, "usage: server [-l COMMAND] [SECONDS]\n");
            return 2;
        }
        command = optarg;
    }

    seconds = optind < argc ? atoi(argv[optind]) : seconds;
    (void) signal(SIGPIPE, SIG_IGN);

    if (prepare() == -1) {
        return 1;
    }

    for (i = 0; i < WORKERS; i++) {
        workers[i] = start_worker(i);
    }

    for (i = 0; i < (command != NULL ? 1 : CLIENTS); i++) {
        clients[i] = fork();

        if (clients[i] == 0) {
            be_client(command);
        }
    }

    site->die = 1;

    for (end = time(NULL) + seconds; time(NULL) < end; kills++) {
        (void) nanosleep(&pause, NULL);
        place = rand() % WORKERS;
        (void) kill(workers[place], SIGKILL);
        (void) waitpid(workers[place], NULL, 0);
        workers[place] = start_worker(place);
    }

    site->stop = 1;

    while (i-- > 0) {
        (void) waitpid(clients[i], NULL, 0);
    }

    for (i = 0; i < WORKERS; i++) {
        (void) kill(workers[i], SIGKILL);
        (void) waitpid(workers[i], NULL, 0);
    }

    return report(kills);
}
