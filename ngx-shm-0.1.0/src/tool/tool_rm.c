/*
 * tool_rm.c - ngx-shm rm: remove segments by name, or by what they are.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include "ngx_auto_config.h"
#include "tool_list.h"
#include "tool_options.h"

#include <stdlib.h>
#include <sys/shm.h>
#include <unistd.h>

/*
 * Remove a System V segment by number, for one whose key file is gone; only if
 * it begins with the library's header.
 */
static int
remove_by_number(const char *name, const char *number)
{
    int      id;
    char    *end;
    list_t   list = { NULL, 0, 0 };

    errno = 0;
    id = (int) strtol(number, &end, 10);

    if (errno != 0 || end == number || *end != '\0') {
        return tool_cannot("remove", name, "what follows sysv-id: is not a"
                           " number", "see ngx-shm list");
    }

    if (tool_seek_sysv(&list, id) == NULL) {
        return tool_cannot("remove", name, "no segment of ours that may be"
                           " read has this number", "see ngx-shm list");
    }

    free(list.entries);

    return shmctl(id, IPC_RMID, NULL) == -1
           ? tool_cannot("remove", name, strerror(errno), "only its owner may,"
                         " or root") : TOOL_YES;
}

static const char *
todo_of(int err)
{
    switch (err) {
    case EACCES:
    case EPERM:
        return "only its owner may, or root";
    case EBADMSG:
        return "it stays; rm(1) removes files";
    case EINVAL:
        return "see ngx-shm --help for the names there are";
    default:
        return "ngx-shm list shows what there is";
    }
}

static int
remove_one(const char *name)
{
    if (strncmp(name, "sysv-id:", 8) == 0) {
        return remove_by_number(name, name + 8);
    }

    if (ngx_shm_unlink(name, &tool_log) != NGX_OK) {
        return tool_cannot("remove", name, tool_last_reason(), todo_of(errno));
    }

    return TOOL_YES;
}

static void
tell(const char *words, const char *name)
{
    tool_print("%s ", words);
    tool_put_text(tool_out, name);
    tool_print("\n");
}

/* Whether there is one to be removed, not whether the caller may. */
static int
look_at_one(const char *name)
{
    int             there;
    list_t          list = { NULL, 0, 0 };
    ngx_shm_info_t  info;

    if (strncmp(name, "sysv-id:", 8) == 0) {
        there = tool_seek_sysv(&list, atoi(name + 8)) != NULL;
        free(list.entries);

        if (!there) {
            return tool_cannot("remove", name, "there is no such segment of"
                               " ours", todo_of(ENOENT));
        }

    } else if (ngx_shm_info(&info, name, &tool_log) != NGX_OK) {
        return tool_cannot("remove", name, tool_last_reason(), todo_of(errno));
    }

    tell("would remove", name);
    return TOOL_YES;
}

/* What only a process has, or a file in a folder of its users, has no name. */
static void
keep_removable(list_t *list)
{
    size_t   i, kept = 0;
    entry_t  *e;

    for (i = 0; i < list->n; i++) {
        e = &list->entries[i];

        if (e->has_mode) {
            list->entries[kept++] = *e;
        }
    }

    list->n = kept;
}

/* Somebody may have attached it, or made another one, since it was listed. */
static int
is_still_wanted(const tool_t *tool, const entry_t *e)
{
    int             wanted;
    char            path[TOOL_NAME + 16];
    list_t          list = { NULL, 0, 0 };
    const entry_t  *now;

    if (e->sysv) {
        now = tool_seek_sysv(&list, (int) e->ino);

    } else {
        (void) snprintf(path, sizeof(path), "%s%s",
                        strncmp(e->name, "posix:", 6) == 0 ? "/dev/shm" : "",
                        strchr(e->name, ':') + 1);
        now = tool_seek_file(&list, e->name, path);
    }

    wanted = now != NULL && now->ino == e->ino && now->dev == e->dev
             && tool_list_wants(tool, now);
    free(list.entries);
    return wanted;
}

static void
show(const list_t *list, const char *words)
{
    size_t  i;

    for (i = 0; i < list->n; i++) {
        tell(words, list->entries[i].name);
    }
}

/* 1: yes.  Only people can be asked. */
static int
is_confirmed(const list_t *list)
{
    char  line[16];

    show(list, "to remove:");
    tool_print("Remove %zu segment%s? [y/N] ", list->n,
               list->n == 1 ? "" : "s");
    (void) fflush(stdout);

    return fgets(line, sizeof(line), stdin) != NULL
           && (*line == 'y' || *line == 'Y');
}

static int
remove_listed(const tool_t *tool, const list_t *list)
{
    int             status = TOOL_YES;
    size_t          i;
    const entry_t  *e;

    for (i = 0; i < list->n; i++) {
        e = &list->entries[i];

        if (!is_still_wanted(tool, e)) {
            tell("changed meanwhile, kept:", e->name);

        } else if (remove_one(e->name) != TOOL_YES) {
            status = TOOL_TROUBLE;

        } else {
            tell("removed", e->name);
        }
    }

    return status;
}

static int
remove_selected(const tool_t *tool)
{
    int     status = TOOL_YES;
    list_t  list = { NULL, 0, 0 };

    tool_seek_all(&list);
    tool_list_select(tool, &list);
    keep_removable(&list);

    if (tool->dry_run) {
        show(&list, "would remove");

    } else if (list.n == 0) {
        tool_print("nothing to remove\n");

    } else if (tool->yes) {
        status = remove_listed(tool, &list);

    } else if (!isatty(STDIN_FILENO)) {
        status = tool_error("cannot ask whether to remove what was found",
                            "standard input is no terminal", "add --yes, or"
                            " --dry-run to see what it is");

    } else {
        status = is_confirmed(&list) ? remove_listed(tool, &list) : TOOL_NO;
    }

    free(list.entries);
    return status;
}

int
tool_remove(const tool_t *tool)
{
    int  i, one, status = TOOL_YES;
    int  selects = tool->unused || tool->dead || tool->user != NULL;

    if (tool->nargs == 0) {
        return selects ? remove_selected(tool)
               : tool_wrong_usage("rm", "an argument is missing");
    }

    if (selects) {
        return tool_wrong_usage("rm", "name segments, or choose them by"
                                " --unused, --dead or --user, not both");
    }

    for (i = 0; i < tool->nargs; i++) {
        one = tool->dry_run ? look_at_one(tool->args[i])
                            : remove_one(tool->args[i]);
        status = one > status ? one : status;
    }

    return status;
}
