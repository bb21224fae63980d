/* What the victim, the survivors and the parent do to the queue. */
/* SPDX-License-Identifier: BSD-2-Clause */

#include "ngx_auto_config.h"

#include "shmcond_kill.h"

#include <unistd.h>

/* A death has torn nothing here: each change is one store. */
static int
has_lock(ngx_int_t rc)
{
    if (rc == NGX_ERROR) {
        w->bad++;
    }

    return rc != NGX_ERROR;
}

static int
lock(void)
{
    return has_lock(ngx_shmtx_lock_ex(&w->mtx, -1));
}

void
consume(void)
{
    if (!lock()) {
        return;
    }

    for ( ;; ) {
        while (w->head == w->tail) {
            if (!has_lock(ngx_shmcond_wait(&w->some, &w->mtx, -1))) {
                return;
            }
        }

        w->head++;
    }
}

void
publish(void)
{
    if (lock()) {
        w->tail++;
        ngx_shmcond_wake(&w->some, 1);
        ngx_shmtx_unlock(&w->mtx);
    }
}

/* The lock has no turn that would tell of the change. */
static void
publish_without_lock(void)
{
    w->tail++;
    ngx_shmcond_wake(&w->some, 1);
}

static void
publish_then_wake(void)
{
    if (lock()) {
        w->tail++;
        ngx_shmtx_unlock(&w->mtx);
        ngx_shmcond_wake(&w->some, 1);
    }
}

static void
publish_two(void)
{
    if (lock()) {
        w->tail++;
        w->tail++;
        ngx_shmcond_wake(&w->some, NGX_SHMCOND_ALL);
        ngx_shmtx_unlock(&w->mtx);
    }
}

static void
take(void)
{
    if (!lock()) {
        return;
    }

    while (w->head == w->tail) {
        if (!has_lock(ngx_shmcond_wait(&w->some, &w->mtx, -1))) {
            return;
        }
    }

    w->head++;
    ngx_shmtx_unlock(&w->mtx);
}

static void
wait_in_vain(void)
{
    if (lock()) {
        if (has_lock(ngx_shmcond_wait(&w->some, &w->mtx, 3))) {
            ngx_shmtx_unlock(&w->mtx);
        }
    }
}

void
await_sleeping(uint32_t n)
{
    int64_t  start = now_us();

    while (*(volatile uint32_t *) &w->some.waiting < n
           && now_us() - start < LIMIT * 1000)
    {
        nap_us(200);
    }

    nap(2);
}

/* Behind the victim, which the kernel wakes first, sleeps another one. */
const situation_t  situations[] = {
    { "publish, wake, unlock", publish, 2, NULL, 0 },
    { "publish, unlock, wake", publish_then_wake, 2, NULL, 0 },
    { "publish two, wake all", publish_two, 2, NULL, 0 },
    { "wait until the time is over", wait_in_vain, 1, NULL, 0 },
    { "wait, be woken, take it", take, 0, publish, 0 },
    { "woken for what has no lock", take, 0, publish_without_lock, 0 },
    { "begin to wait while one publishes", take, 0, NULL, 1 }
};

const int  nsituations = sizeof(situations) / sizeof(situations[0]);
