/*
 * ngx_rwlock_plain.c - the robust read-write lock without atomic operations:
 * readers exclude each other as writers do.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include "ngx_auto_config.h"

#include "ngx_rwlock_slot.h"

#if !NGX_LOCK_HAVE_WORD

static ngx_int_t
answer(int rc)
{
    switch (rc) {

    case 0:
        return NGX_OK;

    case EOWNERDEAD:
        return NGX_SHMTX_OWNER_DIED;

    case EAGAIN:
        return NGX_AGAIN;
    }

    errno = rc;
    return NGX_ERROR;
}

ngx_int_t
ngx_rwlock_wlock_ex(ngx_rwlock_t *rw, ngx_int_t timeout_ms)
{
    return answer(ngx_rwlock_is_made(rw)
                  ? ngx_lock_acquire(&rw->writer, 0, timeout_ms) : EINVAL);
}

ngx_int_t
ngx_rwlock_rlock_ex(ngx_rwlock_t *rw, ngx_int_t timeout_ms)
{
    return ngx_rwlock_wlock_ex(rw, timeout_ms);
}

ngx_int_t
ngx_rwlock_unlock_ex(ngx_rwlock_t *rw)
{
    int  rc;

    if (!ngx_rwlock_is_made(rw)) {
        return answer(EINVAL);
    }

    rc = ngx_lock_release(&rw->writer);
    rw->writer.misused += rc == EPERM;
    return answer(rc);
}

ngx_int_t
ngx_rwlock_downgrade_ex(ngx_rwlock_t *rw)
{
    return ngx_rwlock_is_made(rw) ? NGX_OK : answer(EINVAL);
}

#endif
