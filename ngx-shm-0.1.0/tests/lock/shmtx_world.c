/* SPDX-License-Identifier: BSD-2-Clause */

#include "ngx_auto_config.h"

#include "shmtx_world.h"

#include <signal.h>
#include <stdio.h>
#include <unistd.h>

world_t     *world;
const char  *kind;

int
kinds(void)
{
    int  n = 0;

    while (ngx_shmtx_kind((ngx_uint_t) n) != NULL) {
        n++;
    }

    return n;
}

void
make(int i)
{
    mortal();
    kind = ngx_shmtx_kind((ngx_uint_t) i);
    world = shared(sizeof(world_t));

    if (ngx_shmtx_create_kind(&world->mtx, &world->sh, NULL, kind) != NGX_OK)
    {
        printf("# no lock of the kind %s: %s\n", kind, strerror(errno));
        (void) fflush(stdout);
        _exit(1);
    }
}

int
sees_zombies(void)
{
    return (NGX_HAVE_FUTEX && NGX_HAVE_PROC_STARTTIME)
           || strcmp(kind, "robust") == 0 || strcmp(kind, "fcntl") == 0;
}

int
slow_kind(void)
{
    return strcmp(kind, "fcntl") == 0;
}

void
lock_and_hang(void)
{
    ngx_shmtx_lock(&world->mtx);
    world->stage = 1;

    for ( ;; ) {
        (void) pause();
    }
}

void
lock_and_tell(void)
{
    ngx_int_t  rc = ngx_shmtx_lock_ex(&world->mtx, LONG);

    if (rc == NGX_SHMTX_OWNER_DIED) {
        world->told++;
    }

    if (rc == NGX_OK || rc == NGX_SHMTX_OWNER_DIED) {
        world->counter++;
        ngx_shmtx_unlock(&world->mtx);
    }
}

pid_t
killed_owner(void)
{
    pid_t  pid;

    world->stage = 0;
    pid = child(lock_and_hang);
    await(&world->stage, 1);
    (void) kill(pid, SIGKILL);
    let_go(pid);

    return pid;
}

void
let_go(pid_t pid)
{
    if (!sees_zombies()) {
        bury(pid);
    }
}
