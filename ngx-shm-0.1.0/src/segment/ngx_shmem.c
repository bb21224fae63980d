/*
 * ngx_shmem.c - choose a backend, and log why others were refused.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include "ngx_auto_config.h"
#include "ngx_shmem_backend.h"
#include "ngx_shm_log.h"

#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

#define ENTRY(name)  &ngx_shmem_##name,
#define COUNT        (sizeof(backends) / sizeof(backends[0]))

static const ngx_shmem_backend_t  *backends[] = {
    NGX_SHMEM_BACKENDS(ENTRY)
};

static const ngx_shmem_backend_t *
find_backend(const char *name)
{
    ngx_uint_t  i;

    for (i = 0; i < COUNT; i++) {
        if (strcmp(backends[i]->name, name) == 0) {
            return backends[i];
        }
    }

    return NULL;
}

static void
log_refusal(ngx_log_t *log, ngx_uint_t level, const ngx_shmem_refusal_t *why)
{
    ngx_log_error(level, ngx_shm_log(log), why->err, "%s failed%s%s",
                  why->call, why->limit[0] != '\0' ? ": " : "", why->limit);
}

/* A backend that is not built counts as refused, with ENOSYS. */
static ngx_err_t
map(const ngx_shmem_backend_t *backend, void **addr, size_t size,
    ngx_shmem_refusal_t *why)
{
    if (backend->map != NULL) {
        if (size > PTRDIFF_MAX) {
            return ngx_shmem_refuse(why, ENOMEM, size, NULL, "mmap(%zu)",
                                    size);
        }

        if (ngx_shmem_cgroup_room(size, why) != 0) {
            return ENOMEM;
        }

        return backend->map(addr, size, why);
    }

    why->err = ENOSYS;
    (void) snprintf(why->call, sizeof(why->call), "backend \"%s\"",
                    backend->name);
    (void) snprintf(why->limit, sizeof(why->limit),
                    "not compiled in, since %s was answered 0",
                    backend->feature);
    return ENOSYS;
}

static ngx_err_t
unmap(void *addr, size_t size)
{
    size_t      page;
    ngx_err_t   err;
    ngx_uint_t  i;

    /*
     * ngx_shm_t does not name the backend of addr, and nginx copies addr from
     * one such structure to the next.  So backends that know their addresses
     * are tried first.
     */
    for (i = 0; i < COUNT; i++) {
        if (backends[i]->unmap != NULL) {
            err = backends[i]->unmap(addr, size);

            if (err != EINVAL) {
                return err;
            }
        }
    }

    if (munmap(addr, size) == 0) {
        return 0;
    }

    /* munmap() of a part of a huge page is refused and changes nothing. */
    err = errno;
    page = err == EINVAL ? ngx_shmem_huge_page() : 0;

    return page != 0 && munmap(addr, ngx_align(size, page)) == 0 ? 0 : err;
}

/* 0, or an errno if no backend could map so many bytes. */
static ngx_err_t
check_request(const ngx_shm_t *shm)
{
    if (shm == NULL) {
        return EINVAL;
    }

    if (shm->size == 0) {
        ngx_log_error(NGX_LOG_ALERT, ngx_shm_log(shm->log), EINVAL,
                      "ngx_shm_alloc(0) failed: a segment needs a size");
        return EINVAL;
    }

    if (shm->size > PTRDIFF_MAX) {
        ngx_log_error(NGX_LOG_ALERT, ngx_shm_log(shm->log), ENOMEM,
                      "ngx_shm_alloc(%uz) failed: this system can address %uz"
                      " bytes", shm->size, (size_t) PTRDIFF_MAX);
        return ENOMEM;
    }

    return 0;
}

static ngx_int_t
fail(ngx_err_t err)
{
    errno = err;
    return NGX_ERROR;
}

/* Log at the end: the level depends on whether any backend succeeded. */
static void
log_refusals(ngx_log_t *log, ngx_uint_t level, const ngx_shmem_refusal_t *why,
    ngx_uint_t n)
{
    ngx_uint_t  i;

    for (i = 0; i < n; i++) {
        log_refusal(log, level, &why[i]);
    }
}

ngx_int_t
ngx_shm_alloc(ngx_shm_t *shm)
{
    void                 *addr;
    ngx_err_t             err = check_request(shm);
    ngx_uint_t            i, n = 0;
    ngx_shmem_refusal_t   why[COUNT];

    if (err != 0) {
        return fail(err);
    }

    for (i = 0; i < COUNT; i++) {
        if (!backends[i]->automatic || backends[i]->map == NULL) {
            continue;
        }

        if (map(backends[i], &addr, shm->size, &why[n]) == 0) {
            log_refusals(shm->log, NGX_LOG_WARN, why, n);
            shm->addr = addr;
            return NGX_OK;
        }

        n++;
    }

    log_refusals(shm->log, NGX_LOG_ALERT, why, n);

    if (n == 0) {
        ngx_log_error(NGX_LOG_ALERT, ngx_shm_log(shm->log), ENOSYS,
                      "ngx_shm_alloc() failed: no backend is compiled in");
        return fail(ENOSYS);
    }

    return fail(why[0].err);
}

ngx_int_t
ngx_shm_alloc_from(ngx_shm_t *shm, const char *name)
{
    void                       *addr;
    ngx_err_t                   err = check_request(shm);
    ngx_shmem_refusal_t         why;
    const ngx_shmem_backend_t  *backend;

    if (err != 0) {
        return fail(err);
    }

    backend = name != NULL ? find_backend(name) : NULL;

    if (backend == NULL) {
        ngx_log_error(NGX_LOG_ALERT, ngx_shm_log(shm->log), EINVAL,
                      "ngx_shm_alloc_from(\"%s\") failed: no such backend",
                      name);
        return fail(EINVAL);
    }

    if (map(backend, &addr, shm->size, &why) != 0) {
        log_refusal(shm->log, NGX_LOG_ALERT, &why);
        return fail(why.err);
    }

    shm->addr = addr;
    return NGX_OK;
}

void
ngx_shm_free(ngx_shm_t *shm)
{
    int        saved = errno;
    ngx_err_t  err;

    if (shm == NULL) {
        return;
    }

    if (shm->addr == NULL) {
        ngx_log_error(NGX_LOG_ALERT, ngx_shm_log(shm->log), 0,
                      "ngx_shm_free(NULL): nothing is mapped");
        return;
    }

    err = unmap(shm->addr, shm->size);

    if (err != 0) {
        ngx_log_error(NGX_LOG_ALERT, ngx_shm_log(shm->log), err,
                      "munmap(%p, %uz) failed", shm->addr, shm->size);
    }

    shm->addr = NULL;
    errno = saved;
}

static void
describe(ngx_shm_backend_t *to, const ngx_shmem_backend_t *backend,
    size_t size)
{
    void                 *addr;
    ngx_shmem_refusal_t   why;

    memset(to, 0, sizeof(*to));
    to->name = backend->name;
    to->feature = backend->feature;
    to->automatic = backend->automatic;
    to->compiled = backend->map != NULL;
    to->err = map(backend, &addr, size, &why);

    if (to->err == 0) {
        to->works = 1;
        (void) unmap(addr, size);
        return;
    }

    (void) snprintf(to->reason, sizeof(to->reason), "%s failed%s%s", why.call,
                    why.limit[0] != '\0' ? ": " : "", why.limit);
}

static size_t
size_to_ask(size_t size)
{
    return size != 0 ? size : (size_t) sysconf(_SC_PAGESIZE);
}

ngx_int_t
ngx_shm_backend(ngx_shm_backend_t *to, const char *name, size_t size)
{
    int                         saved = errno;
    const ngx_shmem_backend_t  *backend;

    backend = name != NULL ? find_backend(name) : NULL;

    if (to == NULL || backend == NULL) {
        return fail(EINVAL);
    }

    describe(to, backend, size_to_ask(size));
    errno = saved;
    return NGX_OK;
}

ngx_uint_t
ngx_shm_backends(ngx_shm_backend_t *list, ngx_uint_t max, size_t size)
{
    int         saved = errno;
    ngx_uint_t  i;

    size = size_to_ask(size);

    for (i = 0; i < COUNT && i < max; i++) {
        describe(&list[i], backends[i], size);
    }

    errno = saved;
    return COUNT;
}
