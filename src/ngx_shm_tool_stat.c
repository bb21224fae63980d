/*
 * ngx-shm stat, check, dump: one segment, whole or damaged.
 */

#include "ngx_auto_config.h"
#include "ngx_shm_tool_pool.h"

#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#define LINE  16

/* Its builder holds a lock while it lives; System V segments: not told. */
static const char *
state_of(const tool_view_t *view)
{
    if (view->why.err != 0) {
        return "damaged";
    }

    if (view->head.state == NGX_SHM_READY) {
        return "ready";
    }

    if (view->fd == -1
        || ngx_shmem_lock_query(view->fd, NGX_SHMEM_BUILDER, F_RDLCK)
           == F_WRLCK)
    {
        return "building";
    }

    return "dead";
}

static int
is_attached(const tool_view_t *view)
{
    return view->fd != -1
           && ngx_shmem_lock_query(view->fd, NGX_SHMEM_USERS, F_WRLCK)
              != F_UNLCK;
}

static void
stat_in_json(const tool_view_t *view, const tool_pool_t *pool)
{
    const ngx_shmem_header_t  *head = &view->head;

    printf("{");
    tool_json_text("name", view->name);
    tool_json_text("state", state_of(view));
    tool_json_number("bytes", (intmax_t) view->size);

    if (view->why.err == 0) {
        tool_json_number("size", (intmax_t) (head->size - head->offset));
        tool_json_number("offset", (intmax_t) head->offset);
        tool_json_number("max_size", (intmax_t) (head->max_size
                                                 - head->offset));
        tool_json_number("version", head->version);
        tool_json_number("word_size", head->word_size);
        tool_json_number("page_size", head->page_size);
        tool_json_number("generation", head->generation);
        tool_json_number("creator", (intmax_t) head->creator);
        tool_json_number("created", (intmax_t) head->created);
        tool_json_number("attached", is_attached(view));
    }

    tool_pool_in_json(pool);
    printf("\"damage\": ");
    tool_json_string(view->why.err != 0 ? view->why.call : "");
    printf("}\n");
}

static void
stat_for_people(const tool_t *tool, const tool_view_t *view)
{
    char                       buf[32], when[32];
    const ngx_shmem_header_t  *head = &view->head;

    tool_colored(tool, 'b', "%s", view->name);
    printf(": ");
    tool_colored(tool, strcmp(state_of(view), "ready") == 0 ? 'g' : 'r', "%s",
                 state_of(view));
    printf(", %s bytes in all\n", tool_bytes(view->size, buf, sizeof(buf)));

    if (view->why.err != 0) {
        printf("  %s\n", view->why.call);
        return;
    }

    printf("  made %s by process %ju, generation %u\n",
           tool_time((int64_t) head->created, when, sizeof(when)),
           (uintmax_t) head->creator, head->generation);
    printf("  %s bytes for its users",
           tool_bytes(head->size - head->offset, buf, sizeof(buf)));
    printf(", may grow to %s",
           tool_bytes(head->max_size - head->offset, buf, sizeof(buf)));
    printf(" in place\n  format %u, words of %u bytes, pages of %u\n",
           head->version, head->word_size, head->page_size);

    if (view->fd != -1) {
        printf("  %s\n", is_attached(view) ? "somebody has it attached"
                                           : "nobody has it attached");
    }
}

/* The number of a process, or 0: a file of that name is given as ./NAME. */
static pid_t
pid_of(const char *s)
{
    char  *end;
    long   pid = strtol(s, &end, 10);

    return *s >= '1' && *s <= '9' && *end == '\0' && pid < 1 << 30
           ? (pid_t) pid : 0;
}

int
tool_stat(const tool_t *tool)
{
    int          status;
    tool_pool_t  pool;
    tool_view_t  view;

    if (pid_of(tool->args[0]) != 0) {
        return tool_list_process(tool, pid_of(tool->args[0]));
    }

    if (tool_view_open(&view, tool->args[0]) != 0) {
        return TOOL_TROUBLE;
    }

    tool_pool_look(&view, &pool);

    if (tool->json) {
        stat_in_json(&view, &pool);
    } else {
        stat_for_people(tool, &view);
        tool_pool_for_people(tool, &pool);
    }

    status = strcmp(state_of(&view), "ready") == 0 ? TOOL_YES : TOOL_NO;
    tool_view_close(&view);
    return status;
}

/* What is wrong, NULL if nothing is: the pool counts, also in a bare file. */
static const char *
damage_of(const tool_view_t *view, const tool_pool_t *pool)
{
    if (pool->found) {
        return pool->sound ? NULL : pool->words;
    }

    if (view->why.err != 0) {
        return view->why.call;
    }

    return strcmp(state_of(view), "ready") == 0 ? NULL : "it is not ready";
}

int
tool_check(const tool_t *tool)
{
    tool_pool_t  pool;
    tool_view_t  view;
    const char  *damage;

    if (tool_view_open(&view, tool->args[0]) != 0) {
        return TOOL_TROUBLE;
    }

    tool_pool_look(&view, &pool);
    damage = damage_of(&view, &pool);

    if (tool->json) {
        stat_in_json(&view, &pool);

    } else {
        printf("%s: ", view.name);
        tool_colored(tool, damage == NULL ? 'g' : 'r', "%s",
                     damage == NULL ? "sound"
                     : pool.found ? "damaged" : state_of(&view));
        printf("%s%s\n", damage != NULL ? ": " : "",
               damage != NULL ? damage : "");
    }

    tool_view_close(&view);
    return damage == NULL ? TOOL_YES : TOOL_NO;
}

static void
dump_line(uint64_t offset, const unsigned char *p, size_t n)
{
    size_t  i;

    printf("%08jx ", (uintmax_t) offset);

    for (i = 0; i < LINE; i++) {
        if (i % 8 == 0) {
            putchar(' ');
        }

        if (i < n) {
            printf("%02x ", p[i]);
        } else {
            printf("   ");
        }
    }

    printf(" |");

    for (i = 0; i < n; i++) {
        putchar(p[i] >= 0x20 && p[i] < 0x7f ? p[i] : '.');
    }

    printf("|\n");
}

/* Lines that are the same as the one before are left out, as hexdump does. */
int
tool_dump(const tool_t *tool)
{
    int            starred = 0;
    size_t         n;
    uint64_t       offset = 0;
    tool_view_t    view;
    unsigned char  line[LINE], last[LINE];

    if (tool_view_open(&view, tool->args[0]) != 0) {
        return TOOL_TROUBLE;
    }

    while ((n = tool_view_read(&view, offset, line, LINE)) != 0) {
        if (offset != 0 && n == LINE && memcmp(line, last, LINE) == 0) {
            if (!starred) {
                printf("*\n");
            }
            starred = 1;

        } else {
            dump_line(offset, line, n);
            starred = 0;
        }

        memcpy(last, line, n);
        offset += n;
    }

    printf("%08jx\n", (uintmax_t) offset);
    tool_view_close(&view);
    return TOOL_YES;
}
