/* The operations of victims, bystanders and heirs. */
/* SPDX-License-Identifier: BSD-2-Clause */

#include "ngx_auto_config.h"

#include "lock_kill.h"

#include <signal.h>
#include <unistd.h>

int
usable(ngx_int_t rc)
{
    return rc == NGX_OK || rc == NGX_SHMTX_OWNER_DIED;
}

static void
change(ngx_int_t rc)
{
    if (rc == NGX_SHMTX_OWNER_DIED) {
        w->b = w->a;
    }

    w->in = 1;
    w->a++;
    w->b++;
    w->in = 0;

    if (rc == NGX_SHMTX_OWNER_DIED) {
        w->heir = 1;
    }
}

static void
v_lock(void)
{
    change(ngx_shmtx_lock_ex(&w->mtx, -1));
    ngx_shmtx_unlock(&w->mtx);
}

static void
v_trylock(void)
{
    if (ngx_shmtx_trylock(&w->mtx)) {
        change(NGX_OK);
        ngx_shmtx_unlock(&w->mtx);
    }
}

static void
v_timed(void)
{
    ngx_int_t  rc = ngx_shmtx_lock_ex(&w->mtx, 25);

    if (usable(rc)) {
        change(rc);
        ngx_shmtx_unlock(&w->mtx);
    }
}

static void
hook(ngx_shmtx_t *mtx, void *data)
{
    (void) mtx;
    (void) data;
    w->b = w->a;
}

static void
v_hook(void)
{
    w->mtx.recover = hook;
    ngx_shmtx_lock(&w->mtx);
    w->mtx.recover = NULL;
    change(NGX_SHMTX_OWNER_DIED);
    ngx_shmtx_unlock(&w->mtx);
}

static void
v_again(void)
{
    ngx_shmtx_lock(&w->mtx);
    w->in = 1;
    ngx_shmtx_lock(&w->mtx);
    ngx_shmtx_unlock(&w->mtx);
    w->in = 0;
    ngx_shmtx_unlock(&w->mtx);
}

static void
v_force(void)
{
    ngx_shmtx_stat_t  st;

    ngx_shmtx_stat(&w->mtx, &st);
    (void) ngx_shmtx_force_unlock(&w->mtx, st.pid);
}

static void
v_write(void)
{
    ngx_int_t  rc = ngx_rwlock_wlock_ex(rw, -1);

    if (usable(rc)) {
        change(rc);
        (void) ngx_rwlock_unlock_ex(rw);
    }
}

static void
v_read(void)
{
    ngx_int_t  rc = ngx_rwlock_rlock_ex(rw, -1);

    if (rc == NGX_SHMTX_OWNER_DIED) {
        change(rc);
    }

    if (usable(rc)) {
        (void) ngx_rwlock_unlock_ex(rw);
    }
}

static void
v_downgrade(void)
{
    ngx_int_t  rc = ngx_rwlock_wlock_ex(rw, -1);

    change(rc);
    (void) ngx_rwlock_downgrade_ex(rw);
    (void) ngx_rwlock_unlock_ex(rw);
}

/* ---- operations of bystanders, which live on and must make progress */

void
survive(ngx_int_t rc)
{
    if (rc == NGX_SHMTX_OWNER_DIED) {
        w->told++;
        w->b = w->a;
    }

    if (!usable(rc) || w->a != w->b) {
        w->bad++;
    }
}

static void
b_wait(void)
{
    ngx_int_t  rc;

    /* start once the victim has the lock, or is dead and the parent says so */
    while (!w->in && !w->release) {
        nap_us(100);
    }

    rc = ngx_shmtx_lock_ex(&w->mtx, LONG);
    survive(rc);
    ngx_shmtx_unlock(&w->mtx);
}

static void
b_hold(void)
{
    ngx_shmtx_lock(&w->mtx);
    w->ready = 1;

    while (!w->release) {
        nap_us(200);
    }

    ngx_shmtx_unlock(&w->mtx);
}

static void
b_write(void)
{
    (void) ngx_rwlock_wlock_ex(rw, -1);
    w->ready = 1;

    while (!w->release) {
        nap_us(200);
    }

    (void) ngx_rwlock_unlock_ex(rw);
}

static void
b_read(void)
{
    (void) ngx_rwlock_rlock_ex(rw, -1);
    w->ready = 1;

    while (!w->release) {
        nap_us(200);
    }

    (void) ngx_rwlock_unlock_ex(rw);
}

static void
b_wait_read(void)
{
    ngx_int_t  rc;

    while (!w->in && !w->release) {
        nap_us(100);
    }

    rc = ngx_rwlock_rlock_ex(rw, LONG);
    survive(rc);
    (void) ngx_rwlock_unlock_ex(rw);
}

void
die_with_lock(void)
{
    (void) ngx_shmtx_lock_ex(&w->mtx, -1);
    w->a++;
    (void) raise(SIGKILL);
}

void
die_writing(void)
{
    (void) ngx_rwlock_wlock_ex(rw, -1);
    w->a++;
    (void) raise(SIGKILL);
}

const situation_t  situations[] = {
    { "lock, unlock",           v_lock,      NULL,        0, 0, 4000, 0, 0 },
    { "trylock, unlock",        v_trylock,   NULL,        0, 0, 4000, 0, 0 },
    { "timed lock, unlock",     v_timed,     NULL,        0, 0, 4000, 0, 0 },
    { "lock again, unlock",     v_again,     NULL,        0, 0, 4000, 0, 0 },
    { "first lock of a child",  v_lock,      NULL,        0, 0, 20000, 1, 0 },
    { "unlock, one waits",      v_lock,      b_wait,      0, 0, 4000, 0, 0 },
    { "wait for the lock",      v_lock,      b_hold,      0, 0, 700, 0, 1 },
    { "timed lock in vain",     v_timed,     b_hold,      0, 0, 1500, 0, 1 },
    { "trylock in vain",        v_trylock,   b_hold,      0, 0, 4000, 0, 1 },
    { "recover",                v_lock,      NULL,        1, 0, 20000, 0, 0 },
    { "recover, one waits",     v_lock,      b_wait,      1, 0, 20000, 0, 0 },
    { "recover in the hook",    v_hook,      NULL,        1, 0, 20000, 0, 0 },
    { "force the lock open",    v_force,     NULL,        1, 0, 20000, 0, 0 },
    { "wlock, unlock",          v_write,     NULL,        0, 1, 4000, 0, 0 },
    { "rlock, unlock",          v_read,      NULL,        0, 1, 4000, 0, 0 },
    { "wlock, downgrade",       v_downgrade, NULL,        0, 1, 4000, 0, 0 },
    { "wlock, a reader waits",  v_write,     b_wait_read, 0, 1, 4000, 0, 0 },
    { "downgrade, one waits",   v_downgrade, b_wait_read, 0, 1, 4000, 0, 0 },
    { "wlock waits for reader", v_write,     b_read,      0, 1, 2500, 0, 1 },
    { "rlock waits for writer", v_read,      b_write,     0, 1, 2500, 0, 1 },
    { "wlock recovers",         v_write,     NULL,        1, 1, 20000, 0, 0 },
    { "rlock recovers",         v_read,      NULL,        1, 1, 20000, 0, 0 }
};

const int  nsituations = sizeof(situations) / sizeof(situations[0]);
