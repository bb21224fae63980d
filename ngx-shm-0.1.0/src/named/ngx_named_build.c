/*
 * ngx_named_build.c - make a named segment, with BUILDER held.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include "ngx_auto_config.h"
#include "ngx_named_open.h"

#include <fcntl.h>
#include <unistd.h>

static const char *
place_of(const ngx_named_opening_t *o)
{
    return o->kind->place != NULL ? o->kind->place : o->rest;
}

static ngx_err_t
permit(ngx_named_opening_t *o)
{
    int        set = o->options.set_owner != 0;
    mode_t     mode = o->options.mode != 0 ? o->options.mode & 0777 : 0600;
    ngx_err_t  err = o->kind->permit(o->fd, mode,
                                     set ? o->options.owner : (uid_t) -1,
                                     set ? o->options.group : (gid_t) -1);

    return err != 0 ? ngx_named_open_refuse(o, err, "fchown() or fchmod()")
                    : 0;
}

static void
remove_name(ngx_named_opening_t *o)
{
    if (o->kind->unlink != NULL) {
        (void) o->kind->unlink(o->rest);
    }
}

/* From here on the old segment is gone, and on failure the new one, too. */
static ngx_err_t
make(ngx_named_opening_t *o)
{
    ngx_err_t  err = o->kind->clear(o->fd, &o->head);

    if (err != 0) {
        if (o->head.generation == 1) {
            remove_name(o);
        }

        return ngx_named_open_refuse(o, err, "clearing the old segment");
    }

    err = o->kind->make(o->fd, &o->head, o->rest, place_of(o), &o->why);

    if (err == 0) {
        err = permit(o);
    }

    if (err == 0) {
        err = ngx_named_attach(o->seg, o->fd, o->kind, &o->head, &o->options,
                               &o->why);
    }

    if (err != 0) {
        (void) o->kind->clear(o->fd, &o->head);
        remove_name(o);
    }

    return err;
}

ngx_err_t
ngx_named_open_refuse(ngx_named_opening_t *o, ngx_err_t err, const char *call)
{
    return ngx_shmem_refuse(&o->why, err, o->options.size, place_of(o), "%s",
                            call);
}

ngx_err_t
ngx_named_open_object(ngx_named_opening_t *o, ngx_err_t err,
    const char *words)
{
    return ngx_named_object(&o->why, err, words, "");
}

ngx_err_t
ngx_named_build(ngx_named_opening_t *o)
{
    ngx_err_t   err;
    ngx_uint_t  last = (ngx_uint_t) o->head.generation;

    ngx_named_header_make(&o->head, o->options.size, o->options.max_size,
                          last + 1);
    err = ngx_shmem_cgroup_room((size_t) o->head.size, &o->why);

    if (err == 0) {
        err = ngx_named_lock(o->fd, NGX_NAMED_USERS, F_RDLCK);
        err = err != 0 ? ngx_named_open_refuse(o, err, "fcntl(USERS)") : 0;
    }

    if (err != 0) {
        if (last == 0) {
            remove_name(o);
        }
        return err;
    }

    err = make(o);
    o->seg->created = err == 0;
    return err;
}

ngx_err_t
ngx_named_build_nameless(ngx_named_opening_t *o)
{
    ngx_err_t  err;

    if (!(o->options.flags & NGX_SHM_CREATE)) {
        return ngx_named_open_object(o, EINVAL, "a memfd can be created or"
                                     " received only");
    }

    o->fd = o->kind->open(o->rest, 0, 0);

    if (o->fd == -1) {
        return ngx_named_open_refuse(o, errno, "memfd_create()");
    }

    o->head.generation = 0;
    err = ngx_named_lock(o->fd, NGX_NAMED_BUILDER, F_WRLCK);
    err = err != 0 ? ngx_named_open_refuse(o, err, "fcntl(BUILDER)")
                   : ngx_named_build(o);

    if (err != 0) {
        (void) close(o->fd);
        return err;
    }

    err = ngx_named_seal(o->fd);

    if (err != 0) {
        ngx_shm_close(o->seg);
        return ngx_named_open_refuse(o, err, "fcntl(F_ADD_SEALS)");
    }

    return 0;
}
