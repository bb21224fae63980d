/*
 * server.c - a small web server whose workers are killed while they work.
 *
 *     cc server.c $(pkg-config --cflags --libs ngx-shm) -o server
 *     ./server [-l COMMAND] [SECONDS]
 *
 * The parent listens, forks workers, and every few milliseconds kills one of
 * them with SIGKILL and forks another.  The workers count requests in shared
 * memory, under a lock: one number for each worker's place and one for all.
 * A worker that dies between the two, or with the lock, leaves that to the
 * next one that comes to the lock, which is told, and repairs it.
 *
 * Load comes from clients of its own, or from COMMAND (wrk, ab), to which the
 * address is added.  At the end it tells whether an answer that a client got
 * is missing from the count.
 */

#include <ngx_shmem.h>
#include <ngx_shmtx.h>

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

typedef struct {
    ngx_shmtx_sh_t  lock;
    unsigned long   all;                /* always the sum of place[] ... */
    unsigned long   place[WORKERS];     /* ... but for who has the lock */
    unsigned long   repaired;
    ngx_atomic_t    received;           /* by our own clients */
    ngx_atomic_t    stop;
} shared_t;

static shared_t           *shared;
static ngx_shmtx_t         mutex;
static int                 listener;
static struct sockaddr_in  address;

static const char  answer[] =
    "HTTP/1.0 200 OK\r\nContent-Length: 3\r\n\r\nhi\n";

/* Whoever had the lock is dead.  The places are right, each by itself. */
static void
repair(ngx_shmtx_t *mtx, void *data)
{
    int            i;
    unsigned long  sum = 0;

    (void) mtx;
    (void) data;

    for (i = 0; i < WORKERS; i++) {
        sum += shared->place[i];
    }

    shared->all = sum;
    shared->repaired++;
}

static void
count_request(int place)
{
    ngx_shmtx_lock(&mutex);
    shared->place[place]++;
    shared->all++;
    ngx_shmtx_unlock(&mutex);
}

/* Counted before it is answered: what a client has got is in the count. */
static void
work(int place)
{
    int   conn;
    char  request[1024];

    for ( ;; ) {
        conn = accept(listener, NULL, NULL);

        if (conn == -1) {
            continue;
        }

        if (read(conn, request, sizeof(request)) > 0) {
            count_request(place);

            if (write(conn, answer, sizeof(answer) - 1) == -1) {
                /* the client has gone: it got nothing, and misses nothing */
            }
        }

        (void) close(conn);
    }
}

static void
ask(void)
{
    int      conn;
    char     buf[256];
    ssize_t  n, got = 0;

    conn = socket(AF_INET, SOCK_STREAM, 0);

    if (connect(conn, (struct sockaddr *) &address, sizeof(address)) == 0
        && write(conn, "GET / HTTP/1.0\r\n\r\n", 18) == 18)
    {
        while ((n = read(conn, buf, sizeof(buf))) > 0) {
            got += n;
        }

        if (got == sizeof(answer) - 1) {
            (void) ngx_atomic_fetch_add(&shared->received, 1);
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

    while (!shared->stop) {
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
    ngx_shm_t  shm = { .size = sizeof(shared_t) };
    socklen_t  len = sizeof(address);

    if (ngx_shm_alloc(&shm) != NGX_OK) {
        perror("ngx_shm_alloc");
        return -1;
    }

    shared = (shared_t *) (void *) shm.addr;

    if (ngx_shmtx_create(&mutex, &shared->lock, NULL) != NGX_OK) {
        perror("ngx_shmtx_create");
        return -1;
    }

    mutex.recover = repair;
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

static int
report(int kills)
{
    int            i;
    unsigned long  sum = 0;

    ngx_shmtx_lock(&mutex);     /* the last one may have died with it, too */

    for (i = 0; i < WORKERS; i++) {
        sum += shared->place[i];
    }

    printf("%d workers killed, %lu of them with the lock; %lu requests"
           " counted, %lu answers received; lost: %s\n", kills,
           shared->repaired, shared->all, shared->received,
           shared->all == sum && shared->all >= shared->received ? "nothing"
           : "SOMETHING");

    return shared->all == sum && shared->all >= shared->received
           && shared->all != 0 ? 0 : 1;
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

    for (end = time(NULL) + seconds; time(NULL) < end; kills++) {
        (void) nanosleep(&pause, NULL);
        place = rand() % WORKERS;
        (void) kill(workers[place], SIGKILL);
        (void) waitpid(workers[place], NULL, 0);
        workers[place] = start_worker(place);
    }

    shared->stop = 1;

    while (i-- > 0) {
        (void) waitpid(clients[i], NULL, 0);
    }

    for (i = 0; i < WORKERS; i++) {
        (void) kill(workers[i], SIGKILL);
        (void) waitpid(workers[i], NULL, 0);
    }

    return report(kills);
}
