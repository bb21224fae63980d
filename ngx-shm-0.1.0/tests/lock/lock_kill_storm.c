/* Kill workers at random moments, and see that the others go on. */
/* SPDX-License-Identifier: BSD-2-Clause */

#include "ngx_auto_config.h"

#include "lock_kill.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define WORKERS  8
#define HANG     LONG       /* ms after which a worker is said to hang */

static void
work(void)
{
    int64_t    start;
    ngx_int_t  rc;

    for ( ;; ) {
        start = ngx_lock_now() / 1000;
        rc = ngx_shmtx_lock_ex(&w->mtx, HANG);

        if (!usable(rc)) {
            w->hung += rc == NGX_AGAIN;
            w->error = rc == NGX_ERROR ? errno : w->error;
            w->bad++;
            continue;
        }

        if (rc == NGX_SHMTX_OWNER_DIED) {
            w->told++;
            w->b = w->a;
        }

        w->bad += w->a != w->b;
        w->late += ngx_lock_now() / 1000 - start > LIMIT;
        w->turns++;
        w->a++;
        w->b++;
        ngx_shmtx_unlock(&w->mtx);
    }
}

static void
work_rw(void)
{
    int        write;
    unsigned   dice = (unsigned) getpid();
    ngx_int_t  rc;

    for ( ;; ) {
        write = rand_r(&dice) % 4 == 0;
        rc = write ? ngx_rwlock_wlock_ex(rw, HANG)
                   : ngx_rwlock_rlock_ex(rw, HANG);

        if (!usable(rc)) {
            (void) ngx_atomic_fetch_add((ngx_atomic_t *) (uintptr_t) &w->bad,
                                        1);
            continue;
        }

        if (rc == NGX_SHMTX_OWNER_DIED) {
            w->told++;
            w->b = w->a;
            write = 1;
        }

        if (w->a != w->b) {
            (void) ngx_atomic_fetch_add((ngx_atomic_t *) (uintptr_t) &w->bad,
                                        1);
        }

        if (write) {
            w->turns++;
            w->a++;
            w->b++;
        }

        if (write && dice % 2) {
            (void) ngx_rwlock_downgrade_ex(rw);
        }

        (void) ngx_rwlock_unlock_ex(rw);
    }
}

/* How much longer than asked a nap lasts, in ms: the load of the machine. */
static long
nap_and_time(long us)
{
    int64_t  start = ngx_lock_now();

    nap_us(us);
    return (long) ((ngx_lock_now() - start - us) / 1000);
}

int
storm(int number, const char *kind, int kills)
{
    int    i, n;
    long   turns, stall = 0, ms;
    pid_t  pid[WORKERS];
    void (*fn)(void) = kind != NULL ? work : work_rw;

    make(kind);
    w->mtx.spin = ngx_lock_spin();

    for (i = 0; i < WORKERS; i++) {
        pid[i] = child(fn);
    }

    for (n = 0; n < kills; n++) {
        ms = nap_and_time(rand_r(&seed) % 2000);
        stall = ms > stall ? ms : stall;
        i = rand_r(&seed) % WORKERS;
        end(pid[i]);
        pid[i] = child(fn);
    }

    /* all still make progress */
    turns = w->turns;

    for (n = 0; n < LONG / 5 && w->turns == turns; n++) {
        nap(5);
    }

    w->bad += w->turns == turns;

    /* where the parent's own naps last for seconds, a wait is no hang */
    if (stall > HANG / 20) {
        w->bad -= w->hung;
    }

    for (i = 0; i < WORKERS; i++) {
        end(pid[i]);
    }

    unmake();
    printf("%sok %d - %s: storm (%d kills, %ld turns, %ld told, %ld waits over "
           "%d ms, %ld bad, %ld hung, last error %ld, naps up to %ld ms "
           "late)\n",
           w->bad ? "not " : "", number,
           kind != NULL ? kind : "rwlock", kills, w->turns, w->told,
           w->late, LIMIT, w->bad, w->hung, w->error, stall);
    (void) fflush(stdout);

    return w->bad == 0;
}
