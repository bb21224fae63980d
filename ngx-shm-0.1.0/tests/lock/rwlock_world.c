/* SPDX-License-Identifier: BSD-2-Clause */

#include "ngx_auto_config.h"

#include "rwlock_world.h"

#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

world_t       *w;
ngx_rwlock_t  *rw;

void
setup(void)
{
    mortal();
    w = shared(sizeof(world_t));
    rw = (ngx_rwlock_t *) (void *) w->rw;

    if (ngx_rwlock_size(SLOTS) > sizeof(w->rw)
        || ngx_rwlock_create(rw, SLOTS) != NGX_OK)
    {
        printf("# no read-write lock: %s\n", strerror(errno));
        (void) fflush(stdout);
        _exit(1);
    }
}

void
teardown(void)
{
    (void) munmap(w, sizeof(world_t));
}

void
hang(void)
{
    w->stage = 1;

    for ( ;; ) {
        (void) pause();
    }
}

void
read_and_hang(void)
{
    if (ngx_rwlock_rlock_ex(rw, -1) == NGX_OK) {
        hang();
    }
}

void
write_and_hang(void)
{
    if (ngx_rwlock_wlock_ex(rw, -1) >= 0) {
        w->a++;
        hang();
    }
}

pid_t
child_at_stage(void (*fn)(void), int killed)
{
    pid_t  pid;

    w->stage = 0;
    pid = child(fn);
    await(&w->stage, 1);

    if (killed) {
        end(pid);
    }

    return pid;
}
