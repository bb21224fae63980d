/*
 * tool_seek_mapped.c - the segments and pools that processes have mapped, with
 * or without a name.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include "ngx_auto_config.h"
#include "tool_list.h"
#include "tool_heap_view.h"

#include <sys/stat.h>
#include <unistd.h>

/* The memory of the process whose mappings are seen, opened when needed. */
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
    char         name[TOOL_NAME], path[32];
    entry_t     *e;
    struct stat  st;

    (void) snprintf(name, sizeof(name), "%ld@0x%jx", (long) m->pid, m->from);
    e = tool_seek_add(s->list, name, strncmp(m->what, "/SYSV", 5) == 0, m->dev,
                  m->ino, info);
    tool_mapping_label(m, e->label, sizeof(e->label));

    /* It is of whom the process is, and has no mode. */
    (void) snprintf(path, sizeof(path), "/proc/%ld", (long) m->pid);
    e->uid = stat(path, &st) == 0 ? st.st_uid : (uid_t) -1;
    return e;
}

/* The path as the system shows it, or with the line ends that it hides. */
static entry_t *
add_file(list_t *list, const char *path)
{
    char      name[TOOL_NAME];
    entry_t  *e;

    (void) snprintf(name, sizeof(name), "file:%s", path);
    e = tool_seek_file(list, name, path);

    if (e == NULL && strstr(path, "\\012") != NULL) {
        tool_restore_line_ends(name);
        e = tool_seek_file(list, name, name + 5);
    }

    return e;
}

/* Mapped by a process, and not yet known: nothing, or a file, has its name. */
static entry_t *
add_mapped(seeker_t *s, const tool_mapping_t *m)
{
    uint64_t            start[512];
    tool_view_t         view;
    ngx_shm_info_t      info;
    ngx_heap_view_t     pool;
    ngx_named_header_t  head;

    if (m->what[0] == '/' && strstr(m->what, " (deleted)") == NULL
        && strncmp(m->what, "/SYSV", 5) != 0)
    {
        return strncmp(m->what, "/dev/", 5) != 0 ? add_file(s->list, m->what)
                                                 : NULL;
    }

    if (read_memory(s, m, 0, &head, sizeof(head)) != 0) {
        return NULL;
    }

    if (tool_seek_header(&head, m->to - m->from, &info)) {
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

    e = tool_seek_entry(s->list, sysv, m->dev, m->ino);
    e = e != NULL ? e : add_mapped(s, m);
    add_pid(e, m->pid);
}

void
tool_seek_process(list_t *list, pid_t pid)
{
    seeker_t  s = { list, -1 };

    (void) tool_mappings(pid, see_mapping, &s);

    if (s.memory != -1) {
        (void) close(s.memory);
    }
}
