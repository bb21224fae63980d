/*
 * shadow_do.c - what AddressSanitizer and Valgrind must tell of a pool of
 * NGX_SLAB_DEBUG, and what they must not
 *
 *   shadow_do right     all is as it should be: exit 0, nothing told
 *   shadow_do chunk     writes to a chunk that it has freed
 *   shadow_do pages     reads pages that it has freed
 *   shadow_do plain     the same as right, without the flag
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include "ngx_auto_config.h"

#include "ngx_slab.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#define SIZE  ((size_t) 4 << 20)
#define MANY  200

static ngx_slab_pool_t    *pool;
static void              **shelf;       /* chunks that go from hand to hand */
static volatile uintptr_t  sum;

static size_t
size_of(int i)
{
    return (size_t) i * 37 % 3000 + (i % 20 == 0 ? 8000 : 1);
}

static void
make(ngx_uint_t flags)
{
    pool = mmap(NULL, SIZE, PROT_READ|PROT_WRITE, MAP_SHARED|MAP_ANON, -1, 0);
    shelf = mmap(NULL, 65536, PROT_READ|PROT_WRITE, MAP_SHARED|MAP_ANON, -1,
                 0);

    if (pool == MAP_FAILED || (void *) shelf == MAP_FAILED
        || ngx_slab_create(pool, SIZE, flags) == NULL)
    {
        perror("shadow_do: error: no pool");
        exit(2);
    }
}

static void
fill(void)
{
    int  i;

    for (i = 0; i < MANY; i++) {
        shelf[i] = ngx_slab_alloc(pool, size_of(i));
        if (shelf[i] == NULL) {
            fputs("shadow_do: error: no memory\n", stderr);
            exit(2);
        }
        memset(shelf[i], i, size_of(i));
    }
}

static void
look(void)
{
    int     i;
    size_t  n;

    for (i = 0; i < MANY; i++) {
        for (n = 0; n < size_of(i); n += 7) {
            if (((unsigned char *) shelf[i])[n] != (unsigned char) i) {
                fputs("shadow_do: error: not what was written\n", stderr);
                exit(2);
            }
        }
    }
}

/* Each chunk is freed, had again, and freed. */
static void *
empty(void *unused)
{
    int  i;

    for (i = 0; i < MANY; i++) {
        ngx_slab_free(pool, shelf[i]);
        shelf[i] = ngx_slab_alloc(pool, size_of(i));
        memset(shelf[i], i, size_of(i));
        ngx_slab_free(pool, shelf[i]);
    }

    return unused;
}

static void
wait_for(pid_t pid)
{
    int  status = -1;

    if (waitpid(pid, &status, 0) != pid || status != 0) {
        fprintf(stderr, "shadow_do: error: child: status %x\n",
                (unsigned) status);
        exit(2);
    }
}

/* What a child got is looked at here. */
static void
from_child(void)
{
    pid_t  pid = fork();

    if (pid == 0) {
        (void) ngx_slab_check(pool);
        fill();
        exit(0);
    }

    wait_for(pid);
    look();
}

/* A child looks at what lay in a magazine when it began. */
static void
to_child(void)
{
    pid_t          pid;
    volatile int  *ready = (volatile int *) (void *) (shelf + MANY);

    *ready = 0;
    pid = fork();

    if (pid == 0) {
        (void) alarm(100);
        while (*ready == 0) {
            (void) usleep(1000);
        }
        look();
        exit(0);
    }

    fill();
    *ready = 1;
    wait_for(pid);
}

/* What is freed here, by a thread, by a parent, is had by others. */
static void
right(void)
{
    int        i;
    pthread_t  thread;

    for (i = 0; i < 5; i++) {
        fill();
        look();
        (void) empty(NULL);
        to_child();
        (void) empty(NULL);
        from_child();
        if (pthread_create(&thread, NULL, empty, NULL) != 0
            || pthread_join(thread, NULL) != 0)
        {
            fputs("shadow_do: error: no thread\n", stderr);
            exit(2);
        }
        from_child();
        (void) empty(NULL);
    }

    if (ngx_slab_check(pool) != NGX_OK) {
        exit(2);
    }
}

int
main(int argc, char **argv)
{
    const char              *what = argc > 1 ? argv[1] : "";
    volatile unsigned char  *p;

    (void) alarm(100);
    make(strcmp(what, "plain") == 0 ? 0 : NGX_SLAB_DEBUG);

    if (strcmp(what, "chunk") == 0) {
        p = ngx_slab_alloc(pool, 100);
        ngx_slab_free(pool, (void *) (uintptr_t) p);
        p[50] = 1;

    } else if (strcmp(what, "pages") == 0) {
        p = ngx_slab_alloc(pool, 20000);
        ngx_slab_free(pool, (void *) (uintptr_t) p);
        sum += p[10000];

    } else {
        right();
    }

    return 0;
}
