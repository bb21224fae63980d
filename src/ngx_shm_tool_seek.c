/*
 * What segments there are: a segment is known by device and inode, or by its
 * System V number, and so found again in the lists of mappings of every
 * process that we may look at.
 */

#include "ngx_auto_config.h"
#include "ngx_shm_tool_list.h"

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
            exit(tool_error("list", strerror(errno), "free some memory"));
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
tool_seek_header(const ngx_shmem_header_t *head, uint64_t total,
    ngx_shm_info_t *info)
{
    ngx_shmem_refusal_t  why;

    if (memcmp(head->magic, NGX_SHMEM_MAGIC, sizeof(head->magic)) != 0) {
        return 0;
    }

    memset(info, 0, sizeof(*info));
    info->state = DAMAGED;
    info->size = (size_t) total;

    if (ngx_shmem_header_check(head, total, &why) == 0) {
        info->state = head->state;
        info->size = (size_t) (head->size - head->offset);
        info->generation = head->generation;
        info->creator = (ngx_pid_t) head->creator;
        info->created = (int64_t) head->created;
    }

    return 1;
}

static int
info_of_file(const char *path, ngx_shm_info_t *info)
{
    int                 fd, ours;
    struct stat         st;
    ngx_shmem_header_t  head;

    fd = open(path, O_RDONLY|O_NONBLOCK|O_NOCTTY|O_CLOEXEC);

    if (fd == -1) {
        return 0;
    }

    ours = fstat(fd, &st) == 0
           && pread(fd, &head, sizeof(head), 0) == (ssize_t) sizeof(head)
           && tool_seek_header(&head, (uint64_t) st.st_size, info);
    (void) close(fd);
    return ours;
}

/* A file that has a name: ask the library first, which asks for the locks. */
entry_t *
tool_seek_file(list_t *list, const char *name, const char *path)
{
    struct stat     st;
    ngx_shm_info_t  info;

    if (stat(path, &st) == -1 || !S_ISREG(st.st_mode)) {
        return NULL;
    }

    if (ngx_shm_info(&info, name, NULL) != NGX_OK
        && !info_of_file(path, &info))
    {
        return NULL;
    }

    /* An empty file may be anybody's. */
    if (info.state == NGX_SHM_EMPTY) {
        return NULL;
    }

    return tool_seek_add(list, name, 0, st.st_dev, st.st_ino, &info);
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
    ngx_shm_info_t       info;
    struct shmid_ds      ds;
    ngx_shmem_header_t   head;

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
        (void) tool_seek_add(list, name, 1, 0, (ino_t) id, &info);
    }
}

static void
find_sysv(list_t *list)
{
    int    id;
    char   line[256];
    FILE  *f = fopen("/proc/sysvipc/shm", "r");

    if (f == NULL) {
        return;
    }

    while (fgets(line, sizeof(line), f) != NULL) {
        if (sscanf(line, "%*s %d", &id) == 1) {
            add_sysv(list, id);
        }
    }

    (void) fclose(f);
}

static void
find_processes(list_t *list)
{
    DIR            *dir = opendir("/proc");
    struct dirent  *e;

    if (dir == NULL) {
        return;
    }

    while ((e = readdir(dir)) != NULL) {
        if (e->d_name[0] >= '1' && e->d_name[0] <= '9') {
            tool_seek_process(list, (pid_t) strtol(e->d_name, NULL, 10));
        }
    }

    (void) closedir(dir);
}

void
tool_seek_all(list_t *list)
{
    find_posix(list);
    find_sysv(list);
    find_processes(list);
}

entry_t *
tool_seek_sysv(list_t *list, int id)
{
    add_sysv(list, id);
    return tool_seek_entry(list, 1, 0, (ino_t) id);
}
