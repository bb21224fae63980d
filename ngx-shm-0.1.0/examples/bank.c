/*
 * bank.c - workers move money between accounts and are killed all the time; no
 * coin is lost.
 *
 *     cc bank.c $(pkg-config --cflags --libs ngx-shm) -o bank && ./bank 1000
 *
 * A payment changes two accounts and puts a receipt, a chunk, in a list; the
 * oldest receipt goes when there are too many.  The accounts are not repaired
 * anywhere: each payment is one transaction.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include <ngx_shmem.h>
#include <ngx_tx.h>

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#define WORKERS   4
#define ACCOUNTS  100
#define COINS     1000
#define RECEIPTS  50

typedef struct {
    uintptr_t  older;               /* offsets, never pointers */
    uintptr_t  newer;
} receipt_t;

typedef struct {
    uintptr_t  account[ACCOUNTS];
    uintptr_t  newest, oldest;
    uintptr_t  receipts, payments;
} bank_t;

static ngx_slab_pool_t  *pool;
static ngx_shmtx_t       mtx;
static bank_t           *bank;

static int
set(uintptr_t *word, uintptr_t value)
{
    return ngx_tx_set(pool, word, value) == NGX_OK;
}

static int
drop_oldest(void)
{
    receipt_t  *r = ngx_slab_pointer(pool, bank->oldest);
    receipt_t  *newer = ngx_slab_pointer(pool, r->newer);

    return set(&bank->oldest, r->newer) && set(&newer->older, 0)
           && set(&bank->receipts, bank->receipts - 1)
           && ngx_tx_free(pool, r) == NGX_OK;
}

static int
pay(uintptr_t *from, uintptr_t *to, uintptr_t coins)
{
    uintptr_t   off;
    receipt_t  *r = ngx_tx_alloc(pool, sizeof(*r)), *last;

    if (r == NULL || *from < coins) {
        return 0;
    }

    off = ngx_slab_offset(pool, r);
    r->older = bank->newest;
    r->newer = 0;
    last = ngx_slab_pointer(pool, bank->newest);

    return set(from, *from - coins) && set(to, *to + coins)
           && set(last == NULL ? &bank->oldest : &last->newer, off)
           && set(&bank->newest, off)
           && set(&bank->receipts, bank->receipts + 1)
           && set(&bank->payments, bank->payments + 1)
           && (bank->receipts <= RECEIPTS || drop_oldest());
}

static void
work(unsigned seed)
{
    for ( ;; ) {
        seed = seed * 1103515245 + 12345;

        if (ngx_tx_begin(pool, &mtx) == NGX_ERROR) {
            continue;               /* no slot: the dead are being cleared */
        }

        if (pay(&bank->account[seed / 65536 % ACCOUNTS],
                &bank->account[seed / 64 % ACCOUNTS], seed % 7))
        {
            (void) ngx_tx_commit(pool);
        } else {
            (void) ngx_tx_abort(pool);
        }
    }
}

/* All coins, and as many receipts, and chunks, as are counted. */
static int
is_sound(void)
{
    uintptr_t         i, coins = 0, n = 0;
    receipt_t        *r;
    ngx_slab_usage_t  u;

    for (i = 0; i < ACCOUNTS; i++) {
        coins += bank->account[i];
    }

    for (r = ngx_slab_pointer(pool, bank->oldest); r != NULL;
         r = ngx_slab_pointer(pool, r->newer))
    {
        n++;
    }

    printf("%lu coins, %lu payments, %lu receipts\n", (unsigned long) coins,
           (unsigned long) bank->payments, (unsigned long) n);

    return coins == ACCOUNTS * COINS && n == bank->receipts && n <= RECEIPTS
           && ngx_slab_check(pool) == NGX_OK
           && ngx_slab_usage(pool, &u) == NGX_OK && u.chunks == n + 1;
}

int
main(int argc, char **argv)
{
    int        i, kills = argc > 1 ? atoi(argv[1]) : 200;
    pid_t      pid[WORKERS] = { 0 };
    ngx_shm_t  shm = { .size = 8 << 20 };

    if (ngx_shm_alloc(&shm) != NGX_OK
        || (pool = ngx_slab_create(shm.addr, shm.size, 0)) == NULL
        || (bank = ngx_slab_calloc(pool, sizeof(*bank))) == NULL
        || ngx_shmtx_create(&mtx, &pool->lock, NULL) != NGX_OK)
    {
        perror("bank");
        return 1;
    }

    for (i = 0; i < ACCOUNTS; i++) {
        bank->account[i] = COINS;
    }

    for (i = 0; i < kills + WORKERS; i++) {
        if (pid[i % WORKERS] > 0) {
            (void) usleep(500);
            (void) kill(pid[i % WORKERS], SIGKILL);
            (void) waitpid(pid[i % WORKERS], NULL, 0);
        }

        pid[i % WORKERS] = i < kills ? fork() : 0;
        if (i < kills && pid[i % WORKERS] == 0) {
            work((unsigned) i);
        }
    }

    if (ngx_tx_begin(pool, &mtx) == NGX_ERROR) {
        perror("bank");
        return 1;
    }

    (void) ngx_tx_commit(pool);
    return !is_sound();
}
