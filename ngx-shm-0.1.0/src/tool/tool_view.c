/*
 * tool_view.c - open the SEGMENT, file or process that is named on the command
 * line.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include "ngx_auto_config.h"
#include "tool_view.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/shm.h>
#include <sys/stat.h>
#include <unistd.h>

static int
fail(const char *name, const char *why)
{
    return tool_cannot("open", name, why, "ngx-shm list shows what there is");
}

/* What the system refused.  The library has words for what it calls so. */
static int
refused(const char *name)
{
    int             err = errno;
    ngx_shm_info_t  info;

    if ((strncmp(name, "posix:", 6) == 0 || strncmp(name, "file:", 5) == 0
         || strncmp(name, "sysv:", 5) == 0)
        && ngx_shm_info(&info, name, &tool_log) != NGX_OK)
    {
        return fail(name, tool_last_reason());
    }

    return err == EACCES
           ? tool_cannot("open", name, strerror(err), "be root, or its owner")
           : fail(name, strerror(err));
}

static int
open_sysv(tool_views_t *views, tool_view_t *all, int id)
{
    void             *p = shmat(id, NULL, SHM_RDONLY);
    struct shmid_ds   ds;

    if (p == (void *) -1) {
        return refused(all->name);
    }

    if (shmctl(id, IPC_STAT, &ds) == -1) {
        (void) shmdt(p);
        return refused(all->name);
    }

    views->addr = all->addr = p;
    all->size = ds.shm_segsz;
    return 0;
}

/* A FIFO, say, opens at once, and is refused by what it is then. */
#define LOOK  O_RDONLY|O_NONBLOCK|O_NOCTTY|O_CLOEXEC

/* 0: it is no key file of ours, or has none. */
static unsigned
read_key(int fd)
{
    char          line[64];
    ssize_t       n = pread(fd, line, sizeof(line) - 1, 0);
    unsigned      key = 0;
    struct stat   st;

    if (n <= 0 || fstat(fd, &st) == -1 || !S_ISREG(st.st_mode)) {
        return 0;
    }

    line[n] = '\0';
    return sscanf(line, "ngx-shm sysv key 0x%x", &key) == 1 ? key : 0;
}

static int
open_key_file(tool_views_t *views, tool_view_t *all, const char *path)
{
    int       id, fd = open(path, LOOK);
    unsigned  key;

    if (fd == -1) {
        return refused(all->name);
    }

    key = read_key(fd);
    (void) close(fd);
    id = key != 0 ? shmget((key_t) key, 0, 0) : -1;

    if (id == -1) {
        return fail(all->name, key == 0 ? "not a key file of ours"
                                        : strerror(errno));
    }

    return open_sysv(views, all, id);
}

static int
open_number(tool_views_t *views, tool_view_t *all, const char *number)
{
    char  *end;
    long   id = strtol(number, &end, 10);

    if (end == number || *end != '\0') {
        return fail(all->name, "what follows sysv-id: is not a number");
    }

    return open_sysv(views, all, (int) id);
}

static int
open_file(tool_views_t *views, tool_view_t *all, int fd)
{
    struct stat  st;

    if (fd == -1 || fstat(fd, &st) == -1) {
        return refused(all->name);
    }

    views->fd = all->fd = fd;
    all->locks = 1;
    all->size = (uint64_t) st.st_size;

    return S_ISREG(st.st_mode) ? 0 : fail(all->name, "not a plain file");
}

static int
starts_with(const char *s, const char *start)
{
    return strncmp(s, start, strlen(start)) == 0;
}

/* On Linux it is open(). */
#if defined(__linux__)
#define POSIX_LOOK  LOOK
#else
#define POSIX_LOOK  O_RDONLY
#endif

static int
open_bytes(tool_views_t *views, tool_view_t *all)
{
    const char  *name = all->name;
    const char  *rest = strchr(name, ':');

    rest = rest != NULL ? rest + 1 : name;

    if (starts_with(name, "sysv-id:")) {
        return open_number(views, all, rest);
    }

    if (starts_with(name, "sysv:")) {
        return open_key_file(views, all, rest);
    }

#if NGX_HAVE_POSIX_SHM
    if (starts_with(name, "posix:")) {
        return open_file(views, all, shm_open(rest, POSIX_LOOK, 0));
    }
#endif

    return open_file(views, all,
                     open(starts_with(name, "file:") ? rest : name, LOOK));
}

/* NAME@ADDRESS: cut it off; 0 if there is none. */
static uint64_t
cut_address(char *name)
{
    char                *end, *at = strrchr(name, '@');
    unsigned long long   n;

    if (at == NULL || at == name || access(name, F_OK) == 0) {
        return 0;
    }

    errno = 0;
    n = strtoull(at + 1, &end, 16);

    if (errno != 0 || end == at + 1 || *end != '\0') {
        return 0;
    }

    *at = '\0';
    return n;
}

/* Keep those that begin, or whose pool begins, at the address. */
static void
keep_only(tool_views_t *views, uint64_t wanted)
{
    size_t       i, kept = 0;
    tool_view_t  v;

    for (i = 0; i < views->n; i++) {
        v = views->v[i];

        if (v.address == wanted
            || (v.pool != NO_POOL && v.address + v.pool == wanted))
        {
            views->v[kept++] = v;
        }
    }

    views->n = kept;
}

/* If there is more than one, each has a name of its own. */
static void
name_all(tool_views_t *views)
{
    char          base[TOOL_NAME];
    size_t        i;
    tool_view_t  *v;

    for (i = 0; i < views->n; i++) {
        v = &views->v[i];

        if (views->n > 1 || v->address != 0) {
            memcpy(base, v->name, sizeof(base));
            (void) snprintf(v->name, sizeof(v->name), "%.*s@0x%jx",
                            TOOL_NAME - 24, base,
                            (uintmax_t) (v->address + (v->pool != NO_POOL
                                                       ? v->pool : 0)));
        }
    }
}

static int
open_all(tool_views_t *views, const char *name)
{
    tool_view_t  all;

    memset(&all, 0, sizeof(all));
    (void) snprintf(all.name, sizeof(all.name), "%s", name);
    all.fd = all.pagemap = -1;

    if (open_bytes(views, &all) != 0) {
        return TOOL_TROUBLE;
    }

    if (views->fd == -1 || tool_find_in_core(views, name) != 0) {
        tool_find(views, &all, 1);
    }

    return 0;
}

int
tool_views_open(tool_views_t *views, const char *name)
{
    int       status;
    char      copy[TOOL_NAME];
    pid_t     pid;
    uint64_t  wanted;

    memset(views, 0, sizeof(*views));
    views->fd = views->pagemap = -1;

    if (strlen(name) >= sizeof(copy) - 24) {
        return fail(name, strerror(ENAMETOOLONG));
    }

    (void) snprintf(copy, sizeof(copy), "%s", name);
    wanted = cut_address(copy);
    pid = tool_pid(copy);
    status = pid != 0 ? tool_find_in_process(views, pid)
                      : open_all(views, copy);

    if (status == 0 && wanted != 0) {
        keep_only(views, wanted);
        status = views->n != 0 ? 0 : fail(name, "nothing of ours is there");
    }

    if (status != 0) {
        tool_views_close(views);
        return status;
    }

    name_all(views);
    return 0;
}

void
tool_views_close(tool_views_t *views)
{
    if (views->fd != -1) {
        (void) close(views->fd);
    }

    if (views->pagemap != -1) {
        (void) close(views->pagemap);
    }

    if (views->addr != NULL) {
        (void) shmdt(views->addr);
    }

    free(views->v);
}
