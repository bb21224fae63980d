/*
 * ngx_stat_seat.c - the seats of a thread: a small table, by address.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include "ngx_auto_config.h"

#include "ngx_stat_seat.h"

#include <pthread.h>

#if NGX_STAT_HAVE_CELLS

#define SEATS  32           /* a power of two */

static ngx_stat_seat_t  nobody;

__thread ngx_stat_seat_t  *ngx_stat_last = &nobody;

static __thread ngx_stat_seat_t  *seats;

static pthread_key_t   key;
static pthread_once_t  once = PTHREAD_ONCE_INIT;
static int             has_key;

static void
ended(void *arg)
{
    ngx_stat_last = &nobody;
    seats = NULL;
    ngx_lock_wiped_free(arg, SEATS * sizeof(ngx_stat_seat_t));
}

static void
first(void)
{
    has_key = pthread_key_create(&key, ended) == 0;
}

#if defined(__GNUC__)
/* Unloaded by dlclose(): a thread that ends later must not call ended(). */
static void __attribute__((destructor))
unloaded(void)
{
    if (has_key) {
        (void) pthread_key_delete(key);
        has_key = 0;
    }
}
#endif

static size_t
home_of(const ngx_shm_stat_t *stat)
{
    uint32_t  n = (uint32_t) ((uintptr_t) stat / NGX_STAT_ALIGN);

    return (n * 2654435761u) >> 20 & (SEATS - 1);
}

ngx_stat_seat_t *
ngx_stat_seat(const ngx_shm_stat_t *stat)
{
    size_t  i, n;

    if (seats == NULL) {
        return NULL;
    }

    for (n = 0, i = home_of(stat); n < SEATS; n++, i = (i + 1) % SEATS) {

        if (seats[i].set == stat) {
            return seats[i].id == stat->id ? &seats[i] : NULL;
        }

        if (seats[i].set == NULL) {
            break;
        }
    }

    return NULL;
}

/* Without the key nobody would free the table. */
static int
furnish(void)
{
    void  *p;

    (void) pthread_once(&once, first);

    if (!has_key) {
        return 0;
    }

    p = ngx_lock_wiped(SEATS * sizeof(ngx_stat_seat_t));

    if (p == NULL) {
        return 0;
    }

    if (pthread_setspecific(key, p) != 0) {
        ngx_lock_wiped_free(p, SEATS * sizeof(ngx_stat_seat_t));
        return 0;
    }

    seats = p;
    return 1;
}

ngx_stat_seat_t *
ngx_stat_seat_new(const ngx_shm_stat_t *stat)
{
    size_t  i, n, home = home_of(stat);

    if (seats == NULL && !furnish()) {
        return NULL;
    }

    for (n = 0, i = home; n < SEATS; n++, i = (i + 1) % SEATS) {
        if (seats[i].set == stat || seats[i].set == NULL) {
            return &seats[i];
        }
    }

    return &seats[home];
}

#endif
