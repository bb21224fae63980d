/*
 * What segments there are: a segment is known by device and inode, or by its
 * System V number, and so found again in the lists of mappings of every
 * process that we may look at.
 */

#include "ngx_auto_config.h"
#include "ngx_shm_tool_list.h"
#include "ngx_heap_view.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/shm.h>
#include <sys/stat.h>
#include <unistd.h>

static entry_t *
find_entry(list_t *list, int sysv, dev_t dev, ino_t ino)
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

static entry_t *
add_entry(list_t *list, const char *name, int sysv, dev_t dev, ino_t ino,
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
static int
info_of_header(const ngx_shmem_header_t *head, uint64_t total,
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
           && info_of_header(&head, (uint64_t) st.st_size, info);
    (void) close(fd);
    return ours;
}

/* A file that has a name: ask the library first, which asks for the locks. */
static entry_t *
add_file(list_t *list, const char *name, const char *path)
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

    return add_entry(list, name, 0, st.st_dev, st.st_ino, &info);
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
        (void) add_file(list, name, path);
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

    if (info_of_header(&head, ds.shm_segsz, &info)) {
        (void) snprintf(name, sizeof(name), "sysv-id:%d", id);
        (void) add_entry(list, name, 1, 0, (ino_t) id, &info);
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

/* The memory of the process whose mappings are seen, opened once it is needed */
typedef struct {
    list_t  *list;
    int      memory;
} seeker_t;

static int
read_memory(seeker_t *s, const tool_mapping_t *m, uint64_t offset, void *buf,
    size_t len)
{
    if (s->memory == -1) {
        s->memory = tool_process_memory(m->pid);
    }

    return s->memory != -1
           && pread(s->memory, buf, len, (off_t) (m->from + offset))
              == (ssize_t) len ? 0 : -1;
}

static entry_t *
add_memory(seeker_t *s, const tool_mapping_t *m, const ngx_shm_info_t *info)
{
    char      name[TOOL_NAME];
    entry_t  *e;

    (void) snprintf(name, sizeof(name), "%ld@0x%jx", (long) m->pid, m->from);
    e = add_entry(s->list, name, strncmp(m->what, "/SYSV", 5) == 0, m->dev,
                  m->ino, info);
    tool_mapping_label(m, e->label, sizeof(e->label));
    return e;
}

/* Mapped by a process, and not yet known: nothing, or a file, has its name. */
static entry_t *
add_mapped(seeker_t *s, const tool_mapping_t *m)
{
    char                name[TOOL_NAME];
    uint64_t            start[512];
    tool_view_t         view;
    ngx_shm_info_t      info;
    ngx_heap_view_t     pool;
    ngx_shmem_header_t  head;

    if (m->what[0] == '/' && strstr(m->what, " (deleted)") == NULL
        && strncmp(m->what, "/SYSV", 5) != 0)
    {
        (void) snprintf(name, sizeof(name), "file:%s", m->what);
        return strncmp(m->what, "/dev/", 5) != 0
               ? add_file(s->list, name, m->what) : NULL;
    }

    if (read_memory(s, m, 0, &head, sizeof(head)) != 0) {
        return NULL;
    }

    if (info_of_header(&head, m->to - m->from, &info)) {
        return add_memory(s, m, &info);
    }

    memset(&view, 0, sizeof(view));
    view.fd = s->memory;
    view.pagemap = -1;
    view.begin = view.address = m->from;
    view.size = m->to - m->from;

    if (!tool_find_pool_at(&view, 0)
        || read_memory(s, m, 0, start, ngx_heap_view_least()) != 0
        || ngx_heap_view_open(&pool, start) != NULL)
    {
        return NULL;
    }

    memset(&info, 0, sizeof(info));
    info.state = BARE;
    info.size = (size_t) pool.size;
    return add_memory(s, m, &info);
}

static void
add_pid(entry_t *e, pid_t pid)
{
    if (e == NULL || (e->npids != 0 && e->npids <= MANY_PIDS
                      && e->pids[e->npids - 1] == pid))
    {
        return;
    }

    if (e->npids < MANY_PIDS) {
        e->pids[e->npids] = pid;
    }

    e->npids++;
}

static void
see_mapping(void *data, const tool_mapping_t *m)
{
    int        sysv = strncmp(m->what, "/SYSV", 5) == 0;
    entry_t   *e;
    seeker_t  *s = data;

    if (m->offset != 0) {
        return;
    }

    e = find_entry(s->list, sysv, m->dev, m->ino);
    e = e != NULL ? e : add_mapped(s, m);
    add_pid(e, m->pid);
}

static void
read_process(list_t *list, pid_t pid)
{
    seeker_t  s = { list, -1 };

    (void) tool_mappings(pid, see_mapping, &s);

    if (s.memory != -1) {
        (void) close(s.memory);
    }
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
            read_process(list, (pid_t) strtol(e->d_name, NULL, 10));
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
    return find_entry(list, 1, 0, (ino_t) id);
}
