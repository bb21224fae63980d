/*
 * tool_proc.c - the shared memory of a living process, read by /proc/PID/mem:
 * nothing is attached, stopped or written.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include "ngx_auto_config.h"
#include "tool_proc.h"
#include "tool_heap_view.h"

#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

pid_t
tool_pid(const char *name)
{
    char  *end;
    long   pid = strtol(name, &end, 10);

    return *name >= '1' && *name <= '9' && *end == '\0' && pid < 1 << 30
           ? (pid_t) pid : 0;
}

int
tool_process_rests(pid_t pid)
{
    char   state, line[256];
    FILE  *f;

    /* /proc may hide the processes of others */
    state = kill(pid, 0) == -1 && errno == ESRCH ? 'Z' : 'S';
    (void) snprintf(line, sizeof(line), "/proc/%ld/stat", (long) pid);
    f = fopen(line, "r");

    if (f != NULL) {
        if (fgets(line, sizeof(line), f) != NULL && strrchr(line, ')') != NULL)
        {
            (void) sscanf(strrchr(line, ')') + 1, " %c", &state);
        }
        (void) fclose(f);
    }

    return strchr("TtZX", state) != NULL ? state : 0;
}

const char *
tool_rests_words(int rests)
{
    switch (rests) {
    case 0:
        return "";
    case 'T':
    case 't':
        return " (stopped)";
    default:
        return " (gone)";
    }
}

const char *
tool_gone_words(pid_t pid)
{
    int  rests = tool_process_rests(pid);

    return rests == 'Z' || rests == 'X' ? tool_rests_words(rests) : "";
}

/* "from-to perms offset major:minor inode path"; 0 if it is shared. */
static int
parse(char *line, tool_mapping_t *m, char perms[8])
{
    int            path = 0;
    unsigned       major_number, minor_number;
    unsigned long  offset, ino;

    line[strcspn(line, "\n")] = '\0';

    if (sscanf(line, "%jx-%jx %7s %lx %x:%x %lu %n", &m->from, &m->to, perms,
               &offset, &major_number, &minor_number, &ino, &path) < 7
        || perms[3] != 's' || path == 0)
    {
        return -1;
    }

    m->offset = offset;
    m->dev = makedev(major_number, minor_number);
    m->ino = (ino_t) ino;
    m->what = line + path;
    return 0;
}

/*
 * The guards of a pool, which nobody may read, split one mapping into several:
 * join them again.
 */
static int
continues(const tool_mapping_t *m, const tool_mapping_t *next, int guard)
{
    return guard && next->from == m->to && next->dev == m->dev
           && next->ino == m->ino
           && next->offset == m->offset + (m->to - m->from);
}

int
tool_mappings(pid_t pid, void (*seen)(void *data, const tool_mapping_t *m),
    void *data)
{
    int              guard, was_guard = 0, i = 0;
    char             line[2][1024], perms[8];
    FILE            *f;
    tool_mapping_t   m, next;

    (void) snprintf(*line, sizeof(*line), "/proc/%ld/maps", (long) pid);
    f = fopen(*line, "r");

    if (f == NULL) {
        return -1;
    }

    memset(&m, 0, sizeof(m));
    next.pid = pid;

    while (fgets(line[i], sizeof(line[i]), f) != NULL) {
        if (parse(line[i], &next, perms) != 0) {
            continue;
        }

        guard = perms[0] != 'r';

        if (m.pid != 0 && continues(&m, &next, guard || was_guard)) {
            m.to = next.to;

        } else if (!guard) {
            if (m.pid != 0) {
                seen(data, &m);
            }
            m = next;
            i = !i;         /* what m.what points to stays */
        }

        was_guard = guard;
    }

    if (m.pid != 0) {
        seen(data, &m);
    }

    (void) fclose(f);
    return 0;
}

static int
open_of(pid_t pid, const char *what)
{
    char  path[64];

    (void) snprintf(path, sizeof(path), "/proc/%ld/%s", (long) pid, what);
    return open(path, O_RDONLY|O_CLOEXEC);
}

int
tool_process_memory(pid_t pid)
{
    return open_of(pid, "mem");
}

void
tool_restore_line_ends(char *text)
{
    char  *to = text;

    while (*text != '\0') {
        if (strncmp(text, "\\012", 4) == 0) {
            *to++ = '\n';
            text += 4;
        } else {
            *to++ = *text++;
        }
    }

    *to = '\0';
}

void
tool_mapping_label(const tool_mapping_t *m, char *buf, size_t size)
{
    (void) snprintf(buf, size, "%s", strncmp(m->what, "/memfd:", 7) == 0
                                     ? m->what + 1 : m->what);

    /* of "memfd:x (deleted)", "/dev/zero (deleted)" */
    if (strstr(buf, " (deleted)") != NULL) {
        *strstr(buf, " (deleted)") = '\0';
    }

    tool_restore_line_ends(buf);
}

static void
view_mapping(void *data, const tool_mapping_t *m)
{
    tool_view_t    view;
    tool_views_t  *views = data;

    memset(&view, 0, sizeof(view));
    (void) snprintf(view.name, sizeof(view.name), "%ld", (long) m->pid);
    tool_mapping_label(m, view.label, sizeof(view.label));
    view.fd = views->fd;
    view.pagemap = views->pagemap;
    view.begin = view.address = m->from;
    view.size = m->to - m->from;
    tool_find(views, &view, 0);
}

int
tool_find_in_process(tool_views_t *views, pid_t pid)
{
    char  name[32];

    (void) snprintf(name, sizeof(name), "%ld", (long) pid);
    views->pagemap = open_of(pid, "pagemap");
    views->fd = tool_process_memory(pid);

    if (views->fd == -1 || tool_mappings(pid, view_mapping, views) == -1) {
        return tool_cannot("look into process", name, strerror(errno),
                           errno == ENOENT ? "see ps"
                           : "be root, or trace it as its owner may (see"
                             " kernel.yama.ptrace_scope)");
    }

    return 0;
}
