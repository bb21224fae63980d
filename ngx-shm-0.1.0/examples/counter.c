/*
 * counter.c - a parent and its children share a counter, over each backend.
 *
 *     cc counter.c $(pkg-config --cflags --libs ngx-shm) && ./a.out
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include <ngx_shmem.h>

#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#define CHILDREN  3
#define STEPS     100000
#define BACKENDS  16

static void
count(ngx_atomic_t *counter)
{
    int  i;

    for (i = 0; i < STEPS; i++)
        (void) ngx_atomic_fetch_add(counter, 1);
}

/* Returns 0 if every step of every process is found in the counter. */
static int
demo(const char *backend)
{
    int            i, status, lost = 0;
    pid_t          pid;
    ngx_shm_t      shm = { .size = sizeof(ngx_atomic_t) };
    ngx_atomic_t  *counter;

    if (ngx_shm_alloc_from(&shm, backend) != NGX_OK) {
        perror(backend);
        return 1;
    }

    counter = (ngx_atomic_t *) (void *) shm.addr;
    printf("%-8s parent %ld, children", backend, (long) getpid());
    fflush(stdout);

    for (i = 0; i < CHILDREN; i++) {
        pid = fork();
        if (pid == 0) {
            count(counter);
            _exit(0);
        }
        printf(" %ld", (long) pid);
    }

    count(counter);
    while (wait(&status) != -1)
        lost |= status;

    lost |= *counter != (CHILDREN + 1) * STEPS;
    printf(": expected %d, found %lu%s\n", (CHILDREN + 1) * STEPS, *counter,
           lost ? " - WRONG" : "");
    ngx_shm_free(&shm);
    return lost;
}

int
main(void)
{
    ngx_shm_backend_t  list[BACKENDS];
    ngx_uint_t         i, n = ngx_shm_backends(list, BACKENDS, 0);
    int                wrong = 0;

    for (i = 0; i < n && i < BACKENDS; i++) {
        if (list[i].works)
            wrong |= demo(list[i].name);
        else
            printf("%-8s %s\n", list[i].name, list[i].reason);
    }

    return wrong ? EXIT_FAILURE : EXIT_SUCCESS;
}
