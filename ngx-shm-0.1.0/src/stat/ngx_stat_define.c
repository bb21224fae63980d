/*
 * ngx_stat_define.c - names, and what they stand for.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include "ngx_auto_config.h"

#include "ngx_stat.h"

/* How many words it takes; 0: errno. */
static uint32_t
words_of(const ngx_shm_stat_def_t *def)
{
    ngx_uint_t  i;

    if (def->kind == NGX_SHM_STAT_COUNTER || def->kind == NGX_SHM_STAT_GAUGE
        || def->kind == NGX_SHM_STAT_LEVEL)
    {
        return 1;
    }

    if (def->kind != NGX_SHM_STAT_HISTOGRAM || def->nbounds == 0
        || def->nbounds > NGX_SHM_STAT_BOUNDS)
    {
        return 0;
    }

    for (i = 1; def->bounds != NULL && i < def->nbounds; i++) {
        if (def->bounds[i] <= def->bounds[i - 1]) {
            return 0;
        }
    }

    return (uint32_t) def->nbounds + 2;
}

static uint64_t
bound_of(const ngx_shm_stat_def_t *def, uint32_t i)
{
    return def->bounds != NULL ? def->bounds[i] : (uint64_t) 1 << i;
}

static uint32_t
shape_of(const ngx_shm_stat_def_t *def)
{
    return def->kind == NGX_SHM_STAT_HISTOGRAM && def->bounds == NULL
           ? NGX_STAT_POWERS : (uint32_t) def->kind;
}

/* What others wrote is not trusted to end. */
static int
has_name(const ngx_stat_def_t *def, const char *name)
{
    return strncmp(def->name, name, sizeof(def->name)) == 0;
}

static int
is_sound(const ngx_shm_stat_t *stat, const ngx_stat_def_t *def)
{
    return def->first != 0 && def->n != 0 && def->first < stat->words
           && def->n <= stat->words - def->first;
}

static const ngx_stat_def_t *
find(const ngx_shm_stat_t *stat, const char *name)
{
    uint32_t               i, n = stat->ndefs;
    const ngx_stat_def_t  *def;

    ngx_lock_acquired();

    for (i = 0; i < n && i < stat->names; i++) {
        def = ngx_stat_def(stat, i);

        if (has_name(def, name) && is_sound(stat, def)) {
            return def;
        }
    }

    return NULL;
}

/* Is what is there what is wished?  Its id, or NGX_ERROR. */
static ngx_int_t
same(const ngx_shm_stat_t *stat, const ngx_stat_def_t *there,
    const ngx_shm_stat_def_t *def, uint32_t n)
{
    uint32_t                  i;
    const volatile uint64_t  *bounds;

    if (there->kind != def->kind || there->n != n) {
        errno = EEXIST;
        return NGX_ERROR;
    }

    bounds = ngx_stat_cell(stat, NGX_STAT_BOUNDS)->word + there->first + 1;

    for (i = 0; i + 2 < n; i++) {
        if (bounds[i] != bound_of(def, i)) {
            errno = EEXIST;
            return NGX_ERROR;
        }
    }

    return ngx_stat_id(there);
}

/* With the lock. */
static ngx_int_t
append(ngx_shm_stat_t *stat, const ngx_shm_stat_def_t *def, uint32_t n)
{
    uint32_t               i, first = 1;
    ngx_stat_def_t        *new = ngx_stat_def(stat, stat->ndefs);
    const ngx_stat_def_t  *last;
    volatile uint64_t     *bounds;

    if (stat->ndefs != 0) {
        last = ngx_stat_def(stat, stat->ndefs - 1);
        first = last->first + last->n;
    }

    if (stat->ndefs >= stat->names || first > stat->words
        || n > stat->words - first)
    {
        errno = ENOSPC;
        return NGX_ERROR;
    }

    ngx_memzero(new, sizeof(*new));
    ngx_memcpy(new->name, def->name, strlen(def->name));

    if (def->help != NULL) {
        ngx_memcpy(new->help, def->help, strlen(def->help));
    }

    new->kind = (uint32_t) def->kind;
    new->shape = shape_of(def);
    new->first = first;
    new->n = n;

    if (def->kind == NGX_SHM_STAT_HISTOGRAM) {
        bounds = &ngx_stat_cell(stat, NGX_STAT_BOUNDS)->word[first];
        bounds[0] = NGX_STAT_MARK + def->nbounds;

        for (i = 0; i < def->nbounds; i++) {
            bounds[1 + i] = bound_of(def, i);
        }
    }

    ngx_lock_publish();
    ngx_lock_in_order();
    stat->ndefs++;
    return ngx_stat_id(new);
}

/* 0 or errno. */
static int
judge(const ngx_shm_stat_def_t *def)
{
    if (def == NULL || def->name == NULL || def->name[0] == '\0') {
        return EINVAL;
    }

    if (strlen(def->name) >= NGX_SHM_STAT_NAME
        || (def->help != NULL && strlen(def->help) >= NGX_SHM_STAT_HELP))
    {
        return ENAMETOOLONG;
    }

    return words_of(def) != 0 ? 0 : EINVAL;
}

static ngx_int_t
define_locked(ngx_shm_stat_t *stat, const ngx_shm_stat_def_t *def, uint32_t n)
{
    int                    err;
    ngx_int_t              id;
    const ngx_stat_def_t  *there;

    err = ngx_lock_acquire(&stat->lock, 0, NGX_STAT_LOCK_MS);

    if (err != 0 && err != EOWNERDEAD) {
        errno = err;
        return NGX_ERROR;
    }

    there = find(stat, def->name);
    id = there != NULL ? same(stat, there, def, n) : append(stat, def, n);
    err = errno;
    (void) ngx_lock_release(&stat->lock);
    errno = err;
    return id;
}

ngx_int_t
ngx_shm_stat_define(ngx_shm_stat_t *stat, const ngx_shm_stat_def_t *def)
{
    int                    err = judge(def);
    const ngx_stat_def_t  *there;

    if (err != 0) {
        errno = err;
        return NGX_ERROR;
    }

    if (ngx_stat_sound(stat, SIZE_MAX) == NULL) {
        return NGX_ERROR;
    }

    there = find(stat, def->name);

    if (there != NULL) {
        return same(stat, there, def, words_of(def));
    }

    return ngx_stat_can_write(stat) ? define_locked(stat, def, words_of(def))
                                    : NGX_ERROR;
}

ngx_int_t
ngx_shm_stat_find(const ngx_shm_stat_t *stat, const char *name)
{
    const ngx_stat_def_t  *def;

    if (name == NULL || ngx_stat_sound(stat, SIZE_MAX) == NULL) {
        errno = EINVAL;
        return NGX_ERROR;
    }

    def = strlen(name) < NGX_SHM_STAT_NAME ? find(stat, name) : NULL;
    return def != NULL ? ngx_stat_id(def) : NGX_DECLINED;
}

ngx_int_t
ngx_shm_stat_info(const ngx_shm_stat_t *stat, ngx_uint_t i,
    ngx_shm_stat_info_t *info)
{
    const ngx_stat_def_t  *def;

    if (ngx_stat_sound(stat, SIZE_MAX) == NULL || info == NULL) {
        errno = EINVAL;
        return NGX_ERROR;
    }

    if (i >= stat->ndefs) {
        return NGX_DONE;
    }

    ngx_lock_acquired();
    def = ngx_stat_def(stat, i);

    if (!is_sound(stat, def)) {
        errno = EINVAL;
        return NGX_ERROR;
    }

    ngx_memcpy(info->name, def->name, sizeof(info->name));
    ngx_memcpy(info->help, def->help, sizeof(info->help));
    info->name[sizeof(info->name) - 1] = '\0';
    info->help[sizeof(info->help) - 1] = '\0';
    info->kind = def->kind;
    info->id = ngx_stat_id(def);
    return NGX_OK;
}
