/*
 * tx_speed.c - what a transaction costs, beside the lock alone.
 *
 *   tx_speed [BURSTS]
 *
 * In processor time, the least of many short bursts, in turns; without
 * contention.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include "ngx_shmem.h"
#include "ngx_tx.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#define CALLS  5000
#define WORDS  32
#define KINDS  5

static ngx_slab_pool_t  *pool;
static ngx_shmtx_t       mtx;
static uintptr_t        *word;

static void
locked(void)
{
    (void) ngx_shmtx_lock_ex(&mtx, -1);
    ngx_shmtx_unlock(&mtx);
}

static void
empty(void)
{
    (void) ngx_tx_begin(pool, &mtx);
    (void) ngx_tx_commit(pool);
}

static void
words(void)
{
    int  i;

    (void) ngx_tx_begin(pool, &mtx);

    for (i = 0; i < WORDS; i++) {
        (void) ngx_tx_set(pool, &word[i], (uintptr_t) i);
    }

    (void) ngx_tx_commit(pool);
}

static void
ranges(void)
{
    int  i;

    (void) ngx_tx_begin(pool, &mtx);

    for (i = 0; i < WORDS; i++) {
        (void) ngx_tx_save(pool, &word[i * 8], 64);
    }

    (void) ngx_tx_commit(pool);
}

/* A chunk comes, another goes. */
static void
chunk(void)
{
    uintptr_t  old = word[0];

    (void) ngx_tx_begin(pool, &mtx);
    (void) ngx_tx_set(pool, word,
                      ngx_slab_offset(pool, ngx_tx_alloc(pool, 64)));
    (void) ngx_tx_free(pool, ngx_slab_pointer(pool, old));
    (void) ngx_tx_commit(pool);
}

static double
burst(void (*call)(void))
{
    int              i;
    struct timespec  a, b;

    (void) clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &a);

    for (i = 0; i < CALLS; i++) {
        call();
    }

    (void) clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &b);

    return ((double) (b.tv_sec - a.tv_sec) * 1e9
            + (double) (b.tv_nsec - a.tv_nsec)) / CALLS;
}

int
main(int argc, char **argv)
{
    int        i, k, bursts = argc > 1 ? atoi(argv[1]) : 300;
    double     ns, least[KINDS];
    ngx_shm_t  shm = { .size = 4 << 20 };

    void  (*const call[KINDS])(void) = { locked, empty, words, ranges, chunk };

    if (ngx_shm_alloc(&shm) != NGX_OK
        || (pool = ngx_slab_create(shm.addr, shm.size, 0)) == NULL
        || (word = ngx_slab_calloc(pool, WORDS * 64)) == NULL
        || ngx_shmtx_create(&mtx, &pool->lock, NULL) != NGX_OK
        || ngx_tx_begin(pool, &mtx) != NGX_OK
        || ngx_tx_abort(pool) != NGX_OK)
    {
        perror("tx_speed: error");
        return 1;
    }

    for (k = 0; k < KINDS; k++) {
        least[k] = 1e9;
    }

    for (i = 0; i < bursts; i++) {
        for (k = 0; k < KINDS; k++) {
            if (k == KINDS - 1) {
                word[0] = ngx_slab_offset(pool, ngx_slab_alloc(pool, 64));
            }
            ns = burst(call[k]);
            least[k] = ns < least[k] ? ns : least[k];
        }
        ngx_slab_free(pool, ngx_slab_pointer(pool, word[0]));
        word[0] = 0;
    }

    printf("lock and unlock            %6.1f ns\n", least[0]);
    printf("an empty transaction, more %6.1f ns\n", least[1] - least[0]);
    printf("each word set              %6.1f ns\n",
           (least[2] - least[1]) / WORDS);
    printf("each 64 bytes saved        %6.1f ns\n",
           (least[3] - least[1]) / WORDS);
    printf("a chunk got, one freed     %6.1f ns\n", least[4] - least[1]);
    return 0;
}
