/*
 * ngx_lock_use.c - which file serves the lock at an address of this process.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include "ngx_auto_config.h"

#include "ngx_lock_file.h"

#if NGX_HAVE_FCNTL_LOCK

#include <stdlib.h>

typedef struct use_s  use_t;

struct use_s {
    ngx_lock_t       *lock;     /* NULL: not in use */
    uint64_t          id;       /* of the lock that was at this address */
    ngx_lock_file_t  *file;
    use_t            *next;
};

/*
 * Read without the guard, even by a signal handler: an entry never goes away,
 * and lock is set last.
 */
static use_t  *uses;

static use_t *
use_of(ngx_lock_t *lock)
{
    use_t  *u;

    for (u = uses; u != NULL && u->lock != lock; u = u->next) {
        /* void */
    }

    return u;
}

ngx_lock_file_t *
ngx_lock_file_of(ngx_lock_t *lock)
{
    use_t  *u = use_of(lock);

    return u != NULL ? u->file : NULL;
}

static use_t *
free_use(void)
{
    use_t  *u = use_of(NULL);

    if (u != NULL) {
        return u;
    }

    u = calloc(1, sizeof(use_t));

    if (u != NULL) {
        u->next = uses;
        ngx_lock_barrier();
        uses = u;
    }

    return u;
}

/* u: the lock that was at this address and is no more, or NULL. */
static int
join(ngx_lock_t *lock, const char *name, use_t *u)
{
    int               err;
    uint64_t          id = ngx_lock_file_id(lock);
    ngx_lock_file_t  *file;

    if (u == NULL) {
        u = free_use();
    }

    if (u == NULL) {
        return ENOMEM;
    }

    err = ngx_lock_file_get(name, id, &file);

    if (err != 0) {
        return err;
    }

    if (u->lock != NULL) {
        ngx_lock_file_put(u->file);
    }

    u->file = file;
    u->id = id;
    ngx_lock_barrier();
    u->lock = lock;
    return 0;
}

int
ngx_lock_file_open(ngx_lock_t *lock, const char *name)
{
    int     err = 0;
    use_t  *u;

    if (name != NULL && name[0] == '\0') {
        name = NULL;
    }

    ngx_lock_guard(&ngx_lock_file_heir);
    u = use_of(lock);

    if (u == NULL || u->id != ngx_lock_file_id(lock)) {
        err = join(lock, name, u);
    }

    ngx_lock_unguard();
    return err;
}

void
ngx_lock_file_close(ngx_lock_t *lock)
{
    use_t  *u;

    ngx_lock_guard(&ngx_lock_file_heir);
    u = use_of(lock);

    if (u != NULL) {
        u->lock = NULL;
        ngx_lock_file_put(u->file);
    }

    ngx_lock_unguard();
}

#endif
