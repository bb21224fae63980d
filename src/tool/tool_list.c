/*
 * ngx-shm list, ngx-shm rm: the segments of this machine.
 */

#include "ngx_auto_config.h"
#include "tool_list.h"

#include <signal.h>
#include <stdlib.h>
#include <sys/shm.h>

static const char  *states[] = {
    "empty", "building", "ready", "dead", "damaged or foreign", "a pool"
};

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
    tool_json_text("label", e->label);
    tool_json_text("state", states[e->info.state]);
    tool_json_number("size", (intmax_t) e->info.size);
    tool_json_number("generation", (intmax_t) e->info.generation);
    tool_json_number("creator", e->info.creator);
    tool_json_number("creator_lives", e->info.creator != 0
                                      && lives(e->info.creator));
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

    tool_put_name(tool, e->name, e->label);
    printf("\n    %s bytes, ", tool_bytes(e->info.size, size, sizeof(size)));
    tool_colored(tool, e->info.state == NGX_SHM_READY
                       || e->info.state == BARE ? 'g' : 'r', "%s",
                 states[e->info.state]);

    if (e->info.state < DAMAGED) {
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

int
tool_list(const tool_t *tool)
{
    size_t  i;
    list_t  list = { NULL, 0, 0 };

    tool_seek_all(&list);

    if (tool->json) {
        printf("{\"segments\": [");
    }

    for (i = 0; i < list.n; i++) {
        if (tool->json) {
            printf("%s\n", i == 0 ? "" : ",");
            entry_in_json(&list.entries[i]);
        } else {
            entry_for_people(tool, &list.entries[i]);
        }
    }

    if (tool->json) {
        printf("\n]}\n");
    }

    free(list.entries);
    return TOOL_YES;
}

/*
 * A System V segment by its number, for one whose key file is gone.  It is
 * removed only if it begins as ours do.
 */
static int
remove_by_number(const char *number)
{
    int      id;
    char    *end;
    list_t   list = { NULL, 0, 0 };

    errno = 0;
    id = (int) strtol(number, &end, 10);

    if (errno != 0 || end == number || *end != '\0') {
        return tool_error(number, "not a number", "see ngx-shm list");
    }

    if (tool_seek_sysv(&list, id) == NULL) {
        return tool_error(number, "no segment of ours has this number",
                          "see ngx-shm list");
    }

    free(list.entries);

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
