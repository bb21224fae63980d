/*
 * ngx_shm_pool.c - a named segment, the pool in it, its root and its lock.
 *
 * A pool is made in a segment that nobody else can attach yet, so what is found
 * is complete, or damaged.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include "ngx_auto_config.h"

#include "ngx_shm_pool.h"

#include <stdio.h>

#define MAGIC  0x6e67782d706f6f6cull    /* "ngx-pool" */

/* A chunk of the pool; pool->data is its offset. */
typedef struct {
    uint64_t  magic;
    char      app[NGX_SHM_POOL_APP + 1];
    uint32_t  version;
    uint32_t  unused;
    uint64_t  root;             /* offset and bytes */
    uint64_t  size;
} head_t;

static ngx_int_t
refused(const ngx_shm_pool_options_t *wishes, const char *why, int err)
{
    if (wishes != NULL) {
        ngx_log_error(NGX_LOG_ALERT, wishes->segment.log, err,
                      "ngx_shm_pool: %s", why);
    }

    errno = err;
    return NGX_ERROR;
}

/* NULL, or what is wrong. */
static const char *
unfit(const ngx_shm_pool_options_t *wishes)
{
    if (wishes == NULL || wishes->app == NULL) {
        return "no app is given";
    }

    if (wishes->app[0] == '\0' || strlen(wishes->app) > NGX_SHM_POOL_APP) {
        return "app is empty or longer than 23 bytes";
    }

    if (wishes->version > 0xffffffffu) {
        return "version is 2^32 or more";
    }

    return wishes->root == 0 ? "root has no bytes" : NULL;
}

/* The lock of the pool, where it may be written. */
static ngx_int_t
get_mutex(ngx_shm_pool_t *p, const ngx_shm_pool_options_t *wishes)
{
    if (p->segment.flags & NGX_SHM_RDONLY) {
        return NGX_OK;
    }

    if (ngx_shmtx_create(&p->mutex, &p->pool->lock, NULL) != NGX_OK) {
        ngx_memzero(&p->mutex, sizeof(ngx_shmtx_t));
        return errno == EACCES && !p->created
               ? NGX_OK : refused(wishes, "the lock cannot be used", errno);
    }

    p->mutex.log = wishes->segment.log;
    p->mutex.recover = wishes->recover;
    p->mutex.data = wishes->data == NULL ? p : wishes->data;
    return NGX_OK;
}

static int
is_within(size_t size, uint64_t at, uint64_t bytes)
{
    return at % 8 == 0 && at >= sizeof(ngx_slab_pool_t) && at <= size
           && bytes <= size - at;
}

static ngx_int_t
find_root(ngx_shm_pool_t *p, size_t size, const ngx_shm_pool_options_t *wishes)
{
    char         text[160];
    head_t       head;
    uintptr_t    at = (uintptr_t) p->pool->data;

    if (!is_within(size, at, sizeof(head_t))) {
        return refused(wishes, "the pool has no root", EBADMSG);
    }

    memcpy(&head, (unsigned char *) p->pool + at, sizeof(head_t));

    if (head.magic != MAGIC || head.app[NGX_SHM_POOL_APP] != '\0'
        || !is_within(size, head.root, head.size))
    {
        return refused(wishes, "the pool has no root, or it is damaged",
                       EBADMSG);
    }

    if (strcmp(head.app, wishes->app) != 0 || head.version != wishes->version
        || head.size != wishes->root)
    {
        (void) snprintf(text, sizeof(text), "the data are of \"%s\" version "
                        "%lu with a root of %llu bytes, not of \"%s\" version "
                        "%lu with %llu", head.app,
                        (unsigned long) head.version,
                        (unsigned long long) head.size, wishes->app,
                        (unsigned long) wishes->version,
                        (unsigned long long) wishes->root);
        return refused(wishes, text, EPROTO);
    }

    p->root = (unsigned char *) p->pool + head.root;
    return NGX_OK;
}

static ngx_int_t
make_root(ngx_shm_pool_t *p, const ngx_shm_pool_options_t *wishes)
{
    head_t  *head = ngx_slab_calloc(p->pool, sizeof(head_t));

    p->root = head == NULL ? NULL : ngx_slab_calloc(p->pool, wishes->root);

    if (p->root == NULL) {
        return refused(wishes, "no room for the root", ENOMEM);
    }

    strcpy(head->app, wishes->app);
    head->version = (uint32_t) wishes->version;
    head->root = ngx_slab_offset(p->pool, p->root);
    head->size = wishes->root;

    if (wishes->build != NULL
        && wishes->build(p, wishes->data == NULL ? p : wishes->data) != NGX_OK)
    {
        return refused(wishes, "build has failed", errno);
    }

    head->magic = MAGIC;
    p->pool->data = (void *) ngx_slab_offset(p->pool, head);
    return NGX_OK;
}

static ngx_int_t
make(ngx_shm_pool_t *p, void *addr, size_t size,
    const ngx_shm_pool_options_t *wishes)
{
    p->created = 1;
    p->pool = ngx_slab_create(addr, size, wishes->slab);

    if (p->pool == NULL) {
        return refused(wishes, "no pool can be made", errno);
    }

    return get_mutex(p, wishes) == NGX_OK ? make_root(p, wishes) : NGX_ERROR;
}

static ngx_int_t
attach(ngx_shm_pool_t *p, void *addr, size_t size,
    const ngx_shm_pool_options_t *wishes)
{
    p->pool = ngx_slab_attach(addr, size);

    if (p->pool == NULL) {
        return refused(wishes, "there is no pool that can be attached",
                       errno == EINVAL ? EBADMSG : errno);
    }

    if (find_root(p, size, wishes) != NGX_OK) {
        return NGX_ERROR;
    }

    return get_mutex(p, wishes);
}

/* The result, after what is to be done if it is an error. */
static ngx_int_t
end(ngx_shm_pool_t *p, ngx_int_t rc)
{
    int  err = errno;

    if (rc != NGX_OK) {
        ngx_shm_pool_close(p);
        errno = err;
    }

    return rc;
}

ngx_int_t
ngx_shm_pool_open(ngx_shm_pool_t *p, const char *name,
    const ngx_shm_pool_options_t *wishes)
{
    ngx_int_t    rc;
    const char  *why = unfit(wishes);

    if (p == NULL || name == NULL) {
        return refused(wishes, "an argument is NULL", EINVAL);
    }

    ngx_memzero(p, sizeof(ngx_shm_pool_t));

    if (why != NULL) {
        return refused(wishes, why, EINVAL);
    }

    if (ngx_shm_open(&p->segment, name, &wishes->segment) != NGX_OK) {
        return end(p, NGX_ERROR);
    }

    if (!p->segment.created) {
        return end(p, attach(p, p->segment.addr, p->segment.size, wishes));
    }

    rc = make(p, p->segment.addr, p->segment.size, wishes);

    if (rc == NGX_OK) {
        rc = ngx_shm_ready(&p->segment);
    }

    return end(p, rc);
}

ngx_int_t
ngx_shm_pool_make(ngx_shm_pool_t *p, void *addr, size_t size,
    const ngx_shm_pool_options_t *wishes)
{
    const char  *why = unfit(wishes);

    if (p == NULL) {
        return refused(wishes, "an argument is NULL", EINVAL);
    }

    ngx_memzero(p, sizeof(ngx_shm_pool_t));

    return why != NULL ? refused(wishes, why, EINVAL)
                       : end(p, make(p, addr, size, wishes));
}

ngx_int_t
ngx_shm_pool_attach(ngx_shm_pool_t *p, void *addr, size_t size,
    const ngx_shm_pool_options_t *wishes)
{
    const char  *why = unfit(wishes);

    if (p == NULL || addr == NULL) {
        return refused(wishes, "an argument is NULL", EINVAL);
    }

    ngx_memzero(p, sizeof(ngx_shm_pool_t));

    return why != NULL ? refused(wishes, why, EINVAL)
                       : end(p, attach(p, addr, size, wishes));
}

void
ngx_shm_pool_close(ngx_shm_pool_t *p)
{
    int  err = errno;

    if (p->mutex.lock != NULL) {
        ngx_shmtx_destroy(&p->mutex);
    }

    if (p->pool != NULL) {
        ngx_slab_detach(p->pool);
    }

    if (p->segment.base != NULL) {
        ngx_shm_close(&p->segment);
    }

    ngx_memzero(p, sizeof(ngx_shm_pool_t));
    errno = err;
}
