/*
 * ngx-shm list, ngx-shm rm: the segments of this machine.
 *
 * A segment is known by device and inode, or by its System V number, and so
 * found again in the lists of mappings of every process that we may look at.
 */

#include "ngx_auto_config.h"
#include "ngx_shm_tool.h"
#include "ngx_shm_named_kind.h"

#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/shm.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#define NAME_SIZE  320
#define MANY_PIDS  64           /* shown; all are counted */

typedef struct {
    char            name[NAME_SIZE];
    int             sysv;
    dev_t           dev;
    ino_t           ino;        /* the number, if it is System V */
    ngx_shm_info_t  info;
    size_t          npids;
    pid_t           pids[MANY_PIDS];
} entry_t;

static struct {
    entry_t  *entries;
    size_t    n, room;
} list;

/* One more than the library has: ours by its first bytes, and unfit for use. */
#define DAMAGED  (NGX_SHM_DEAD + 1)

static const char  *states[] = {
    "empty", "building", "ready", "dead", "damaged or foreign"
};

static entry_t *
find_entry(int sysv, dev_t dev, ino_t ino)
{
    size_t  i;

    for (i = 0; i < list.n; i++) {
        if (list.entries[i].sysv == sysv && list.entries[i].ino == ino
            && (sysv || list.entries[i].dev == dev))
        {
            return &list.entries[i];
        }
    }

    return NULL;
}

static entry_t *
add_entry(const char *name, int sysv, dev_t dev, ino_t ino,
    const ngx_shm_info_t *info)
{
    entry_t  *e;

    if (list.n == list.room) {
        list.room = list.room * 2 + 16;
        e = realloc(list.entries, list.room * sizeof(entry_t));

        if (e == NULL) {
            exit(tool_error("list", strerror(errno), "free some memory"));
        }

        list.entries = e;
    }

    e = &list.entries[list.n++];
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
add_file(const char *name, const char *path)
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

    return add_entry(name, 0, st.st_dev, st.st_ino, &info);
}

static void
find_posix(void)
{
    DIR            *dir = opendir("/dev/shm");
    char            name[NAME_SIZE], path[NAME_SIZE];
    struct dirent  *e;

    if (dir == NULL) {
        return;
    }

    while ((e = readdir(dir)) != NULL) {
        (void) snprintf(name, sizeof(name), "posix:/%s", e->d_name);
        (void) snprintf(path, sizeof(path), "/dev/shm/%s", e->d_name);
        (void) add_file(name, path);
    }

    (void) closedir(dir);
}

static void
add_sysv(int id)
{
    char                 name[NAME_SIZE];
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
        (void) add_entry(name, 1, 0, (ino_t) id, &info);
    }
}

static void
find_sysv(void)
{
    int    id;
    char   line[256];
    FILE  *f = fopen("/proc/sysvipc/shm", "r");

    if (f == NULL) {
        return;
    }

    while (fgets(line, sizeof(line), f) != NULL) {
        if (sscanf(line, "%*s %d", &id) == 1) {
            add_sysv(id);
        }
    }

    (void) fclose(f);
}

/* Mapped by a process, and not yet known: a memfd, or a file somewhere. */
static entry_t *
add_mapped(pid_t pid, const char *range, dev_t dev, ino_t ino,
    const char *what)
{
    char            name[NAME_SIZE], path[NAME_SIZE];
    ngx_shm_info_t  info;

    (void) snprintf(name, sizeof(name), "file:%s", what);

    if (what[0] == '/' && strstr(what, " (deleted)") == NULL) {
        return strncmp(what, "/dev/", 5) != 0 ? add_file(name, what) : NULL;
    }

    (void) snprintf(path, sizeof(path), "/proc/%ld/map_files/%s", (long) pid,
                    range);

    if (!info_of_file(path, &info)) {
        return NULL;
    }

    (void) snprintf(name, sizeof(name), "%s%s",
                    strncmp(what, "/memfd:", 7) == 0 ? "" : "nameless:",
                    strncmp(what, "/memfd:", 7) == 0 ? what + 1 : what);
    name[strcspn(name, " ")] = '\0';
    return add_entry(name, 0, dev, ino, &info);
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

/* "from-to perms offset major:minor inode path" */
static void
read_mapping(pid_t pid, char *line)
{
    int            path = 0;
    char           range[64], perms[8];
    dev_t          dev;
    entry_t       *e;
    unsigned       major_number, minor_number;
    unsigned long  offset, ino;

    line[strcspn(line, "\n")] = '\0';

    if (sscanf(line, "%63s %7s %lx %x:%x %lu %n", range, perms, &offset,
               &major_number, &minor_number, &ino, &path) < 6
        || perms[3] != 's' || path == 0 || offset != 0)
    {
        return;
    }

    if (strncmp(line + path, "/SYSV", 5) == 0) {
        add_pid(find_entry(1, 0, (ino_t) ino), pid);
        return;
    }

    dev = makedev(major_number, minor_number);
    e = find_entry(0, dev, (ino_t) ino);

    if (e == NULL) {
        e = add_mapped(pid, range, dev, (ino_t) ino, line + path);
    }

    add_pid(e, pid);
}

static void
read_process(pid_t pid)
{
    char   line[1024];
    FILE  *f;

    (void) snprintf(line, sizeof(line), "/proc/%ld/maps", (long) pid);
    f = fopen(line, "r");

    if (f == NULL) {
        return;
    }

    while (fgets(line, sizeof(line), f) != NULL) {
        read_mapping(pid, line);
    }

    (void) fclose(f);
}

static void
find_processes(void)
{
    DIR            *dir = opendir("/proc");
    struct dirent  *e;

    if (dir == NULL) {
        return;
    }

    while ((e = readdir(dir)) != NULL) {
        if (e->d_name[0] >= '1' && e->d_name[0] <= '9') {
            read_process((pid_t) strtol(e->d_name, NULL, 10));
        }
    }

    (void) closedir(dir);
}

static int
lives(pid_t pid)
{
    return kill(pid, 0) == 0 || errno == EPERM;
}

static void
entry_in_json(const entry_t *e)
{
    size_t  i;

    printf("{");
    tool_json_text("name", e->name);
    tool_json_text("state", states[e->info.state]);
    tool_json_number("size", (intmax_t) e->info.size);
    tool_json_number("generation", (intmax_t) e->info.generation);
    tool_json_number("creator", e->info.creator);
    tool_json_number("creator_lives", lives(e->info.creator));
    tool_json_number("created", (intmax_t) e->info.created);
    tool_json_number("processes", (intmax_t) e->npids);
    printf("\"pids\": [");

    for (i = 0; i < e->npids && i < MANY_PIDS; i++) {
        printf("%s%ld", i == 0 ? "" : ", ", (long) e->pids[i]);
    }

    printf("]}");
}

static void
entry_for_people(const tool_t *tool, const entry_t *e)
{
    char    size[32], when[32];
    size_t  i;

    tool_colored(tool, 'b', "%s", e->name);
    printf("\n    %s bytes, ", tool_bytes(e->info.size, size, sizeof(size)));
    tool_colored(tool, e->info.state == NGX_SHM_READY ? 'g' : 'r', "%s",
                 states[e->info.state]);

    if (e->info.state != DAMAGED) {
        printf(", generation %lu, made %s by %ld%s",
               (unsigned long) e->info.generation,
               tool_time(e->info.created, when, sizeof(when)),
               (long) e->info.creator,
               lives(e->info.creator) ? "" : " (gone)");
    }

    printf("\n    ");
    printf("%zu process%s%s", e->npids, e->npids == 1 ? "" : "es",
           e->npids == 0 ? "" : ":");

    for (i = 0; i < e->npids && i < MANY_PIDS; i++) {
        printf(" %ld", (long) e->pids[i]);
    }

    printf("%s\n", e->npids > MANY_PIDS ? " ..." : "");
}

static int
has_pid(const entry_t *e, pid_t pid)
{
    size_t  i;

    for (i = 0; i < e->npids && i < MANY_PIDS; i++) {
        if (e->pids[i] == pid) {
            return 1;
        }
    }

    return 0;
}

/* Returns how many there were. */
static size_t
print_list(const tool_t *tool, pid_t pid)
{
    size_t  i, printed = 0;

    if (tool->json) {
        printf("{\"segments\": [");
    }

    for (i = 0; i < list.n; i++) {
        if (pid != 0 && !has_pid(&list.entries[i], pid)) {
            continue;
        }

        if (tool->json) {
            printf("%s\n", printed == 0 ? "" : ",");
            entry_in_json(&list.entries[i]);
        } else {
            entry_for_people(tool, &list.entries[i]);
        }

        printed++;
    }

    if (tool->json) {
        printf("\n]}\n");
    }

    return printed;
}

static size_t
list_segments(const tool_t *tool, pid_t pid)
{
    size_t  printed;

    find_posix();
    find_sysv();
    find_processes();
    printed = print_list(tool, pid);

    free(list.entries);
    memset(&list, 0, sizeof(list));
    return printed;
}

int
tool_list(const tool_t *tool)
{
    (void) list_segments(tool, 0);
    return TOOL_YES;
}

int
tool_list_process(const tool_t *tool, pid_t pid)
{
    if (!lives(pid)) {
        return tool_error(tool->args[0], strerror(errno), "see ps");
    }

    return list_segments(tool, pid) != 0 ? TOOL_YES : TOOL_NO;
}

/*
 * A System V segment by its number, for one whose key file is gone.  It is
 * removed only if it begins as ours do.
 */
static int
remove_by_number(const char *number)
{
    int   id;
    char *end;

    errno = 0;
    id = (int) strtol(number, &end, 10);

    if (errno != 0 || end == number || *end != '\0') {
        return tool_error(number, "not a number", "see ngx-shm list");
    }

    add_sysv(id);

    if (find_entry(1, 0, (ino_t) id) == NULL) {
        return tool_error(number, "no segment of ours has this number",
                          "see ngx-shm list");
    }

    if (shmctl(id, IPC_RMID, NULL) == -1) {
        return tool_error(number, strerror(errno), "ask its owner");
    }

    return TOOL_YES;
}

static int
remove_one(const char *name)
{
    if (strncmp(name, "sysv-id:", 8) == 0) {
        return remove_by_number(name + 8);
    }

    if (ngx_shm_unlink(name, &tool_log) != NGX_OK) {
        return tool_error(name, tool_last_message(), "see ngx-shm list");
    }

    return TOOL_YES;
}

int
tool_remove(const tool_t *tool)
{
    int  i, status = TOOL_YES;

    for (i = 0; i < tool->nargs; i++) {
        if (remove_one(tool->args[i]) != TOOL_YES) {
            status = TOOL_TROUBLE;
        }
    }

    return status;
}
