/*
 * tool_seek.c - the list of segments.  A segment is identified by device and
 * inode, or by its System V number, and so found in the mappings of processes.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include "ngx_auto_config.h"
#include "tool_list.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/shm.h>
#include <sys/stat.h>
#include <unistd.h>

entry_t *
tool_seek_entry(list_t *list, int sysv, dev_t dev, ino_t ino)
{
    size_t  i;

    for (i = 0; i < list->n; i++) {
        if (list->entries[i].sysv == sysv && list->entries[i].ino == ino
            && (sysv || list->entries[i].dev == dev))
        {
            return &list->entries[i];
        }
    }

    return NULL;
}

entry_t *
tool_seek_add(list_t *list, const char *name, int sysv, dev_t dev, ino_t ino,
    const ngx_shm_info_t *info)
{
    entry_t  *e;

    if (list->n == list->room) {
        list->room = list->room * 2 + 16;
        e = realloc(list->entries, list->room * sizeof(entry_t));

        if (e == NULL) {
            exit(tool_error("cannot list segments", strerror(errno),
                            "free some memory"));
        }

        list->entries = e;
    }

    e = &list->entries[list->n++];
    memset(e, 0, sizeof(*e));
    (void) snprintf(e->name, sizeof(e->name), "%s", name);
    e->sysv = sysv;
    e->dev = dev;
    e->ino = ino;
    e->info = *info;
    return e;
}

/* What the library tells of a name, from a header without one. */
int
tool_seek_header(const ngx_named_header_t *head, uint64_t total,
    ngx_shm_info_t *info)
{
    ngx_shmem_refusal_t  why;

    if (memcmp(head->magic, NGX_NAMED_MAGIC, sizeof(head->magic)) != 0) {
        return 0;
    }

    memset(info, 0, sizeof(*info));
    info->state = DAMAGED;
    info->size = (size_t) total;

    if (ngx_named_header_check(head, total, &why) == 0) {
        info->state = head->state;
        info->size = (size_t) (head->size - head->offset);
        info->generation = head->generation;
        info->creator = (ngx_pid_t) head->creator;
        info->created = (int64_t) head->created;
    }

    return 1;
}

/* An empty file may be anybody's, unless it is locked as ours are. */
static int
is_being_built(int fd, ngx_shm_info_t *info)
{
    memset(info, 0, sizeof(*info));
    info->state = NGX_SHM_BUILDING;
    return ngx_named_lock_query(fd, NGX_NAMED_BUILDER, F_RDLCK) == F_WRLCK;
}

/* Of the file that is open, whatever its name leads to by now. */
static int
info_of_file(int fd, const struct stat *st, ngx_shm_info_t *info)
{
    ngx_named_header_t  head;

    if (st->st_size == 0) {
        return is_being_built(fd, info);
    }

    if (pread(fd, &head, sizeof(head), 0) != (ssize_t) sizeof(head)
        || !tool_seek_header(&head, (uint64_t) st->st_size, info))
    {
        return 0;
    }

    if (info->state == NGX_SHM_BUILDING
        && ngx_named_lock_query(fd, NGX_NAMED_BUILDER, F_RDLCK) != F_WRLCK)
    {
        info->state = NGX_SHM_DEAD;
    }

    return 1;
}

entry_t *
tool_seek_file(list_t *list, const char *name, const char *path)
{
    int             fd, ours, attached;
    entry_t        *e;
    struct stat     st;
    ngx_shm_info_t  info;

    fd = open(path, O_RDONLY|O_NONBLOCK|O_NOCTTY|O_NOFOLLOW|O_CLOEXEC);

    if (fd == -1) {
        return NULL;
    }

    ours = fstat(fd, &st) == 0 && S_ISREG(st.st_mode)
           && info_of_file(fd, &st, &info);
    attached = ours && ngx_named_lock_query(fd, NGX_NAMED_USERS, F_WRLCK)
                       != F_UNLCK;
    (void) close(fd);

    if (!ours) {
        return NULL;
    }

    e = tool_seek_add(list, name, 0, st.st_dev, st.st_ino, &info);
    e->attached = attached;
    e->uid = st.st_uid;
    e->mode = st.st_mode;
    e->has_mode = 1;
    return e;
}

static void
find_posix(list_t *list)
{
    DIR            *dir = opendir("/dev/shm");
    char            name[TOOL_NAME], path[TOOL_NAME];
    struct dirent  *e;

    if (dir == NULL) {
        return;
    }

    while ((e = readdir(dir)) != NULL) {
        (void) snprintf(name, sizeof(name), "posix:/%s", e->d_name);
        (void) snprintf(path, sizeof(path), "/dev/shm/%s", e->d_name);
        (void) tool_seek_file(list, name, path);
    }

    (void) closedir(dir);
}

static void
add_sysv(list_t *list, int id)
{
    char                 name[TOOL_NAME];
    void                *p = shmat(id, NULL, SHM_RDONLY);
    entry_t             *e;
    ngx_shm_info_t       info;
    struct shmid_ds      ds;
    ngx_named_header_t   head;

    if (p == (void *) -1) {
        return;
    }

    memset(&ds, 0, sizeof(ds));
    memset(&head, 0, sizeof(head));

    if (shmctl(id, IPC_STAT, &ds) == 0 && ds.shm_segsz >= sizeof(head)) {
        memcpy(&head, p, sizeof(head));
    }

    (void) shmdt(p);

    if (tool_seek_header(&head, ds.shm_segsz, &info)) {
        (void) snprintf(name, sizeof(name), "sysv-id:%d", id);
        e = tool_seek_add(list, name, 1, 0, (ino_t) id, &info);
        e->uid = ds.shm_perm.uid;
        e->mode = ds.shm_perm.mode & 0777;
        e->has_mode = 1;

        /* not counting ourselves */
        e->attached = shmctl(id, IPC_STAT, &ds) == 0 && ds.shm_nattch != 0;

        /* The lock of its builder is on its key file, which is not known. */
        if (info.state == NGX_SHM_BUILDING && !e->attached
            && *tool_gone_words(info.creator) != '\0')
        {
            e->info.state = NGX_SHM_DEAD;
        }
    }
}

/* The calls with which the segments of System V are looked at. */
static void
call_sysv(void *data)
{
    struct shmid_ds  ds;

    (void) shmget(IPC_PRIVATE, 0, 0);
    (void) shmctl(-1, IPC_STAT, &ds);
    *(int *) data = shmat(-1, NULL, SHM_RDONLY) != (void *) -1;
}

static void
find_sysv(list_t *list)
{
    int    id, sig;
    char   line[256];
    FILE  *f = fopen("/proc/sysvipc/shm", "r");

    if (f == NULL) {
        return;
    }

    sig = tool_in_child(call_sysv, &id, sizeof(id));

    if (sig != 0) {
        (void) tool_error("cannot list System V segments", strsignal(sig),
                          "they are left out, since to look at them kills");
        (void) fclose(f);
        return;
    }

    while (fgets(line, sizeof(line), f) != NULL) {
        if (sscanf(line, "%*s %d", &id) == 1) {
            add_sysv(list, id);
        }
    }

    (void) fclose(f);
}

void
tool_seek_named(list_t *list)
{
    find_posix(list);
    find_sysv(list);
}

entry_t *
tool_seek_sysv(list_t *list, int id)
{
    add_sysv(list, id);
    return tool_seek_entry(list, 1, 0, (ino_t) id);
}
