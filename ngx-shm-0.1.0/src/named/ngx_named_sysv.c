/*
 * ngx_named_sysv.c - the kind sysv: a System V segment whose key is in a file.
 *
 * ftok() is not used: different files may have the same key.  The key is chosen
 * and written to the file before the segment is made, so that there is never a
 * segment without a file.  The generation is in the file, too, and outlives a
 * segment that ipcrm removes.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include "ngx_auto_config.h"
#include "ngx_named_key.h"

#include <fcntl.h>
#include <sys/ipc.h>
#include <sys/shm.h>
#include <sys/stat.h>
#include <unistd.h>

#if NGX_HAVE_SYSVSHM

#define TRIES  100

static int
key_file_open(const char *name, int flags, mode_t mode)
{
    return open(name, flags|O_CLOEXEC|O_NONBLOCK|O_NOCTTY, mode);
}

/* EINVAL, EIDRM: the segment was removed between two calls. */
static ngx_err_t
gone(ngx_err_t err)
{
    return err == EIDRM || err == EINVAL ? ENODATA : err;
}

static ngx_err_t
put_header(int id, const ngx_named_header_t *head)
{
    void  *p = shmat(id, NULL, 0);

    if (p == (void *) -1) {
        return errno;
    }

    memcpy(p, head, sizeof(*head));
    return shmdt(p) == -1 ? errno : 0;
}

/* A key that no segment has, made from the id of the header. */
static ngx_err_t
create_segment(int fd, const ngx_named_header_t *head, int *id)
{
    int        i;
    key_t      key;
    ngx_err_t  err;

    for (i = 0; i < TRIES; i++) {
        key = (key_t) (((head->id >> 8) + (uint64_t) i) & 0x7fffffff) | 1;
        err = ngx_named_key_write(fd, key, head->generation, head->id);

        if (err != 0) {
            return err;
        }

        *id = shmget(key, (size_t) head->size, IPC_CREAT|IPC_EXCL|0600);

        if (*id != -1) {
            return 0;
        }

        if (errno != EEXIST) {
            return errno;
        }
    }

    /* Else the file would lead to another program's segment. */
    err = ngx_named_key_write(fd, NGX_NAMED_NO_KEY, head->generation, 0);
    return err != 0 ? err : EEXIST;
}

static ngx_err_t
sysv_make(int fd, const ngx_named_header_t *head, const char *name,
    const char *place, ngx_shmem_refusal_t *why)
{
    int        id;
    ngx_err_t  err = create_segment(fd, head, &id);

    (void) place;

    if (err != 0) {
        (void) ngx_shmem_refuse(why, err, (size_t) head->size, NULL,
                                "shmget(key in \"%s\", %zu)", name,
                                (size_t) head->size);
        ngx_shmem_sysv_limit(why);
        return err;
    }

    err = put_header(id, head);

    if (err != 0) {
        (void) shmctl(id, IPC_RMID, NULL);
        return ngx_shmem_refuse(why, err, (size_t) head->size, NULL,
                                "shmat(%d)", id);
    }

    return 0;
}

static ngx_err_t
sysv_permit(int fd, mode_t mode, uid_t owner, gid_t group)
{
    int              id;
    uint32_t         generation;
    ngx_err_t        err = ngx_named_file_permit(fd, mode, owner, group);
    struct shmid_ds  ds;

    if (err == 0) {
        err = ngx_named_key_find(fd, &id, &generation);
    }

    if (err != 0) {
        return err;
    }

    if (shmctl(id, IPC_STAT, &ds) == -1) {
        return errno;
    }

    ds.shm_perm.mode = mode & 0777;
    ds.shm_perm.uid = owner != (uid_t) -1 ? owner : ds.shm_perm.uid;
    ds.shm_perm.gid = group != (gid_t) -1 ? group : ds.shm_perm.gid;

    return shmctl(id, IPC_SET, &ds) == -1 ? errno : 0;
}

static ngx_err_t
sysv_peek(int fd, ngx_named_header_t *head, uint64_t *total)
{
    int              id;
    void            *p;
    ngx_err_t        err = ngx_named_key_find(fd, &id, &head->generation);
    struct shmid_ds  ds;

    if (err != 0) {
        return err;
    }

    p = shmat(id, NULL, SHM_RDONLY);

    if (p == (void *) -1) {
        return gone(errno);
    }

    err = shmctl(id, IPC_STAT, &ds) == -1 ? gone(errno) : 0;

    if (err == 0 && ds.shm_segsz < sizeof(*head)) {
        err = EBADMSG;
    }

    /* Its maker died before it wrote the header. */
    if (err == 0 && *(char *) p == '\0') {
        err = ENODATA;
    }

    if (err == 0) {
        memcpy(head, p, sizeof(*head));
        *total = ds.shm_segsz;
    }

    (void) shmdt(p);
    return err;
}

static ngx_err_t
sysv_named_map(int fd, void **addr, size_t len, int writable)
{
    int        id;
    void      *p;
    uint32_t   generation;
    ngx_err_t  err = ngx_named_key_find(fd, &id, &generation);

    (void) len;

    if (err != 0) {
        return err;
    }

    p = shmat(id, NULL, writable ? 0 : SHM_RDONLY);

    if (p == (void *) -1) {
        return gone(errno);
    }

    *addr = p;
    return 0;
}

static ngx_err_t
sysv_named_unmap(void *addr, size_t len)
{
    (void) len;

    return shmdt(addr) == -1 ? errno : 0;
}

/* It is removed when the last process that has it attached ends. */
static ngx_err_t
sysv_release(int fd)
{
    int        id;
    uint32_t   generation;
    ngx_err_t  err = ngx_named_key_find(fd, &id, &generation);

    if (err == 0 && shmctl(id, IPC_RMID, NULL) == -1) {
        err = gone(errno);
    }

    return err != ENODATA ? err : 0;
}

static ngx_err_t
sysv_clear(int fd, const ngx_named_header_t *head)
{
    ngx_err_t  err = sysv_release(fd);

    return err != 0 ? err
           : ngx_named_key_write(fd, NGX_NAMED_NO_KEY, head->generation, 0);
}

#define SYSV_CALLS                                                            \
    .open = key_file_open,                                                    \
    .unlink = unlink,                                                         \
    .make = sysv_make,                                                        \
    .permit = sysv_permit,                                                    \
    .peek = sysv_peek,                                                        \
    .map = sysv_named_map,                                                    \
    .unmap = sysv_named_unmap,                                                \
    .clear = sysv_clear,                                                      \
    .release = sysv_release
#else
#define SYSV_CALLS  .open = NULL
#endif

const ngx_named_kind_t  ngx_named_kind_sysv = {
    .prefix = "sysv:",
    .feature = "NGX_HAVE_SYSVSHM",
    SYSV_CALLS
};
