/* SPDX-License-Identifier: BSD-2-Clause */

#include "ngx_auto_config.h"

#include "shmcond_world.h"

queue_t  *queue;

void
make_queue(int i)
{
    make(i);
    queue = shared(sizeof(queue_t));
}

void
await_sleepers(uint32_t n)
{
    int64_t  start = now_us();

    while (*(volatile uint32_t *) &queue->some.waiting < n
           && now_us() - start < LONG * 1000)
    {
        nap_us(200);
    }

    /* counted with the lock; asleep a moment later */
    nap(3);
}

void
push(ngx_uint_t n)
{
    (void) ngx_shmtx_lock_ex(&world->mtx, -1);
    queue->tail++;
    ngx_shmcond_wake(&queue->some, n);
    ngx_shmtx_unlock(&world->mtx);
}

static void
keep(ngx_int_t rc)
{
    queue->error = errno;
    queue->result = rc;
    queue->woken_us = now_us();
    queue->returns++;
}

void
take_one(void)
{
    (void) ngx_shmtx_lock_ex(&world->mtx, -1);

    while (queue->head == queue->tail) {
        keep(ngx_shmcond_wait(&queue->some, &world->mtx, -1));
    }

    queue->head++;
    ngx_shmtx_unlock(&world->mtx);
}

void
wait_once(void)
{
    keep(wait_for(-1));
}

ngx_int_t
wait_for(ngx_int_t timeout_ms)
{
    ngx_int_t  rc;

    (void) ngx_shmtx_lock_ex(&world->mtx, -1);
    rc = ngx_shmcond_wait(&queue->some, &world->mtx, timeout_ms);

    if (rc != NGX_ERROR) {
        ngx_shmtx_unlock(&world->mtx);
    }

    return rc;
}

long
await_taken(uint32_t n)
{
    int64_t  start = now_us();

    while (queue->head < n) {
        if (now_us() - start > LONG * 1000) {
            return LONG;
        }

        nap_us(200);
    }

    return (long) ((now_us() - start) / 1000);
}
