/*
 * The calls of the table of states.  A model is kept beside the segment: an
 * attached segment must have the model's size, generation and content.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include "ngx_auto_config.h"
#include "act.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/ipc.h>
#include <sys/shm.h>
#include <sys/wait.h>
#include <unistd.h>

static const struct {
    int          err;
    const char  *name;
} errors[] = {
    { EINVAL, "EINVAL" }, { EBADMSG, "EBADMSG" }, { EPROTO, "EPROTO" },
    { ERANGE, "ERANGE" }, { EOWNERDEAD, "EOWNERDEAD" }, { EEXIST, "EEXIST" },
    { ETIMEDOUT, "ETIMEDOUT" }, { EPERM, "EPERM" }, { EACCES, "EACCES" },
    { ENOTSUP, "ENOTSUP" }, { ENOSYS, "ENOSYS" }, { ENOENT, "ENOENT" },
    { ENODATA, "ENODATA" }, { ENOSPC, "ENOSPC" }, { ENOMEM, "ENOMEM" }
};

const char *
act_errno(int err)
{
    size_t       i;
    static char  number[32];

    for (i = 0; i < sizeof(errors) / sizeof(errors[0]); i++) {
        if (errors[i].err == err) {
            return errors[i].name;
        }
    }

    (void) snprintf(number, sizeof(number), "errno %d", err);
    return number;
}

void
act_begin(actor_t *a, int kind, size_t max)
{
    memset(a, 0, sizeof(*a));
    a->kind = kind;
    a->max = max;
    a->patience = 60000;

    if (kind == MEMFD) {
        (void) snprintf(named, sizeof(named), "memfd:");
    } else {
        named_choose(kind);
        (void) ngx_shm_unlink(named, NULL);
    }
}

void
act_end(actor_t *a)
{
    if (act_holds(a)) {
        ngx_shm_close(&a->seg);
    }

    if (a->kind != MEMFD) {
        (void) ngx_shm_unlink(named, NULL);
    }
}

void
act_fill(ngx_shm_segment_t *seg, unsigned char mark)
{
    seg->addr[0] = mark;
    seg->addr[SIZE - 1] = mark;
}

const char *
act_torn(const ngx_shm_segment_t *seg, const memory_t *m)
{
    size_t  i;

    if (seg->size != m->size) {
        return "another size";
    }

    if (seg->generation != m->generation) {
        return "another generation";
    }

    if (seg->addr[0] != m->mark || seg->addr[SIZE - 1] != m->mark) {
        return "another content";
    }

    for (i = SIZE; i < seg->size; i++) {
        if (seg->addr[i] != 0) {
            return "not zero where it grew";
        }
    }

    return NULL;
}

/* A created segment has the result made, or again with the next generation. */
static const char *
created(actor_t *a, ngx_shm_segment_t *seg)
{
    int        again = a->name != NULL;
    memory_t  *m = &a->memories[a->made++ % MANY_MEMORIES];

    m->generation = again ? a->name->generation + 1 : 1;
    m->size = SIZE;
    m->mark = (unsigned char) ('A' + a->made);
    act_fill(seg, m->mark);
    a->name = m;

    return act_torn(seg, m) != NULL ? act_torn(seg, m)
           : again ? "again" : "made";
}

static int
attach(actor_t *a, ngx_shm_segment_t *seg, ngx_uint_t flags)
{
    ngx_shm_options_t  o;

    o = named_wish(flags, flags & NGX_SHM_CREATE ? SIZE : 0);
    o.max_size = a->max;
    o.timeout_ms = a->patience;
    o.log = NULL;
    return ngx_shm_open(seg, named, &o) == NGX_OK;
}

static const char *
grow(actor_t *a, ngx_shm_segment_t *seg, memory_t *m)
{
    const char     *torn;
    unsigned char  *addr = seg->addr;

    if (ngx_shm_grow(seg, m->size + STEP) != NGX_OK) {
        return act_errno(errno);
    }

    m->size += STEP;
    torn = act_torn(seg, m);

    return torn != NULL ? torn
           : a->max > m->size && seg->addr != addr ? "it moved" : "grown";
}

static const char *
newcomer(actor_t *a, ngx_uint_t flags, int more)
{
    const char         *result = "ok";
    ngx_shm_segment_t   seg;

    if (!attach(a, &seg, flags)) {
        return act_errno(errno);
    }

    if (seg.created) {
        result = created(a, &seg);

        if (ngx_shm_ready(&seg) != NGX_OK) {
            result = "not ready";
        }

    } else if (a->name == NULL || act_torn(&seg, a->name) != NULL) {
        result = a->name == NULL ? "attached to nothing"
                                 : act_torn(&seg, a->name);
    } else if (more) {
        result = grow(a, &seg, a->name);
    }

    ngx_shm_close(&seg);
    return result;
}

static const char *
hold(actor_t *a, ngx_uint_t flags)
{
    const char  *result = "ok";

    if (!attach(a, &a->seg, flags)) {
        return act_errno(errno);
    }

    if (a->seg.created) {
        result = created(a, &a->seg);

    } else if (act_torn(&a->seg, a->name) != NULL) {
        result = act_torn(&a->seg, a->name);
    }

    a->mine = a->name;
    a->addr = a->seg.addr;
    return result;
}

static const char *
grow_in_child(actor_t *a)
{
    int          status = -1;
    pid_t        pid;
    const char  *torn;

    fflush(NULL);
    pid = fork();

    if (pid == 0) {
        (void) alarm(300);
        _exit(ngx_shm_grow(&a->seg, a->mine->size + STEP) == NGX_OK ? 0
              : errno);
    }

    if (waitpid(pid, &status, 0) != pid || !WIFEXITED(status)) {
        return "the child died";
    }

    if (WEXITSTATUS(status) != 0) {
        return act_errno(WEXITSTATUS(status));
    }

    a->mine->size += STEP;

    if (ngx_shm_refresh(&a->seg) != NGX_OK) {
        return act_errno(errno);
    }

    torn = act_torn(&a->seg, a->mine);
    return torn != NULL ? torn : "grown";
}

static const char *
info(void)
{
    ngx_shm_info_t  about;

    static const char *states[] = { "EMPTY", "BUILDING", "READY", "DEAD" };

    if (ngx_shm_info(&about, named, NULL) != NGX_OK) {
        return act_errno(errno);
    }

    return about.state == NGX_SHM_READY && about.attached
           ? "USED" : states[about.state];
}

static const char *
remove_memory(void)
{
    FILE      *f = fopen(named_path(), "r");
    unsigned   key = 0;

    if (f == NULL || fscanf(f, "ngx-shm sysv key %x", &key) != 1) {
        key = 0;
    }

    if (f != NULL) {
        (void) fclose(f);
    }

    return shmctl(shmget((key_t) key, 0, 0), IPC_RMID, NULL) == 0
           ? "ok" : act_errno(errno);
}

static const char *
touch(void)
{
    int  fd = open(named_path(), O_RDWR|O_CREAT|O_EXCL, 0600);

    return fd != -1 && close(fd) == 0 ? "ok" : act_errno(errno);
}

static const char *
of_code(ngx_int_t rc)
{
    return rc == NGX_OK ? "ok" : rc == NGX_DECLINED ? "DECLINED"
           : act_errno(errno);
}

static const char *
unlink_name(actor_t *a)
{
    if (ngx_shm_unlink(named, NULL) != NGX_OK) {
        return act_errno(errno);
    }

    a->name = NULL;
    return "ok";
}

/* Also sees growth by others, and checks that addr stays where it must. */
static const char *
refresh(actor_t *a)
{
    const char  *result = of_code(ngx_shm_refresh(&a->seg));

    if (act_torn(&a->seg, a->mine) != NULL) {
        return act_torn(&a->seg, a->mine);
    }

    return a->max > a->mine->size && a->seg.addr != a->addr ? "it moved"
                                                            : result;
}

static const char *
leave(actor_t *a)
{
    ngx_shm_close(&a->seg);
    a->name = a->kind == MEMFD ? NULL : a->name;
    a->mine = NULL;
    return "ok";
}

const char *
act(actor_t *a, int call)
{
    switch (call) {
    case TOUCH:
        return touch();
    case IPCRM:
        return remove_memory();
    case HOLD:
        return hold(a, NGX_SHM_CREATE);
    case ANEW:
        return hold(a, NGX_SHM_CREATE|NGX_SHM_FRESH);
    case OPEN:
        return newcomer(a, 0, 0);
    case CREATE:
        return newcomer(a, NGX_SHM_CREATE, 0);
    case EXCL:
        return newcomer(a, NGX_SHM_CREATE|NGX_SHM_EXCL, 0);
    case FRESH:
        return newcomer(a, NGX_SHM_CREATE|NGX_SHM_FRESH, 0);
    case MORE:
        return newcomer(a, 0, 1);
    case INFO:
        return info();
    case UNLINK:
        return unlink_name(a);
    case READY:
        return of_code(ngx_shm_ready(&a->seg));
    case LINKED:
        return of_code(ngx_shm_linked(&a->seg));
    case REFRESH:
        return refresh(a);
    case GROW:
        return grow(a, &a->seg, a->mine);
    case FORK:
        return grow_in_child(a);
    case SYNC:
        return of_code(ngx_shm_sync(&a->seg));
    default:
        return leave(a);
    }
}
