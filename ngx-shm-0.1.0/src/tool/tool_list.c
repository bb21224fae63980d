/*
 * tool_list.c - ngx-shm list: the segments of this machine.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include "ngx_auto_config.h"
#include "tool_list.h"

#include <stdlib.h>
#include <time.h>

static const char  *states[] = {
    "empty", "building", "ready", "dead", "damaged or foreign", "a pool"
};

static int
is_gone(pid_t pid)
{
    return *tool_gone_words(pid) != '\0';
}

static void
entry_in_json(const entry_t *e)
{
    char    text[64];
    size_t  i;

    printf("{");
    tool_json_text("name", e->name);
    tool_json_text("label", e->label);
    tool_json_text("state", states[e->info.state]);
    tool_json_number("size", (intmax_t) e->info.size);
    tool_json_text("user", tool_user(e->uid, text, sizeof(text)));
    tool_json_number("uid", e->uid == (uid_t) -1 ? -1 : (intmax_t) e->uid);

    if (e->has_mode) {
        (void) snprintf(text, sizeof(text), "%04o",
                        (unsigned) e->mode & 07777);
        tool_json_text("mode", text);
    } else {
        printf("\"mode\": null, ");
    }

    tool_json_number("generation", (intmax_t) e->info.generation);
    tool_json_number("creator", e->info.creator);
    tool_json_number("creator_lives", e->info.creator != 0
                                      && !is_gone(e->info.creator));
    tool_json_number("created", (intmax_t) e->info.created);
    tool_json_number("unused", tool_list_is_unused(e));
    tool_json_number("processes", (intmax_t) e->npids);
    printf("\"pids\": [");

    for (i = 0; i < e->npids && i < MANY_PIDS; i++) {
        printf("%s%ld", i == 0 ? "" : ", ", (long) e->pids[i]);
    }

    printf("]}");
}

static void
mode_in_letters(const entry_t *e, char letters[10])
{
    int  i;

    for (i = 0; i < 9; i++) {
        letters[i] = e->mode >> (8 - i) & 1 ? "rwx"[i % 3] : '-';
    }

    letters[9] = '\0';

    if (!e->has_mode) {
        (void) snprintf(letters, 10, "-");
    }
}

/* Long ago is told in large units. */
static const char *
age_of(const entry_t *e, char *buf, size_t size)
{
    size_t                i;
    int64_t               age = (int64_t) time(NULL) - e->info.created;
    static const struct {
        int   seconds;
        char  unit;
    } units[] = {
        { 365 * 86400, 'y' }, { 86400, 'd' }, { 3600, 'h' }, { 60, 'm' },
        { 1, 's' }
    };

    if (e->info.created <= 0 || e->info.created > (int64_t) time(NULL)) {
        (void) snprintf(buf, size, "-");
        return buf;
    }

    for (i = 0; i < 4 && age < 2 * units[i].seconds; i++) {
        /* void */
    }

    (void) snprintf(buf, size, "%ld%c", (long) (age / units[i].seconds),
                    units[i].unit);
    return buf;
}

/* Who has it is known to the kernel, which process it is, only to /proc. */
static const char *
attached_to(const entry_t *e, char *buf, size_t size)
{
    if (e->npids == 0 && e->attached) {
        (void) snprintf(buf, size, "yes");
    } else {
        (void) snprintf(buf, size, "%zu", e->npids);
    }

    return buf;
}

static const char *
maker_of(const entry_t *e, char *buf, size_t size)
{
    if (e->info.creator == 0) {
        (void) snprintf(buf, size, "-");
    } else {
        (void) snprintf(buf, size, "%ld%s", (long) e->info.creator,
                        tool_gone_words(e->info.creator));
    }

    return buf;
}

static char
color_of(const entry_t *e)
{
    return e->info.state == NGX_SHM_READY || e->info.state == BARE ? 'g'
           : 'r';
}

void
tool_list_table(const tool_t *tool, const list_t *list, long cursor)
{
    char            mode[10], user[64], age[32], attached[32], maker[48];
    size_t          i;
    const entry_t  *e;

    tool_print("%12s %-9s %-9s %5s %4s %-14s %-8s %s\n",
               tool->bytes ? "BYTES" : "KIB", "USER", "MODE", "AGE", "ATT",
               "MAKER", "STATE", "SEGMENT");
    tool_screen_fix();

    for (i = 0; i < list->n; i++) {
        e = &list->entries[i];
        mode_in_letters(e, mode);
        tool_print("%c%11ju %-9s %-9s %5s %4s %-14s ",
                   (long) i == cursor ? '>' : ' ',
                   tool->bytes ? (uintmax_t) e->info.size
                   : ((uintmax_t) e->info.size + 1023) / 1024,
                   tool_user(e->uid, user, sizeof(user)), mode,
                   age_of(e, age, sizeof(age)),
                   attached_to(e, attached, sizeof(attached)),
                   maker_of(e, maker, sizeof(maker)));
        tool_colored(tool, color_of(e), "%-8s", states[e->info.state]);
        tool_print(" ");
        tool_put_name(tool, e->name, e->label);
        tool_print("\n");
    }
}

static void
entry_for_people(const tool_t *tool, const entry_t *e)
{
    char    text[64], when[32];
    size_t  i;

    tool_put_name(tool, e->name, e->label);
    tool_print("\n    %s bytes, ",
               tool_bytes(e->info.size, text, sizeof(text)));
    tool_colored(tool, color_of(e), "%s", states[e->info.state]);

    if (e->info.state < DAMAGED) {
        tool_print(", generation %lu, made %s by %ld%s",
                   (unsigned long) e->info.generation,
                   tool_time(e->info.created, when, sizeof(when)),
                   (long) e->info.creator, tool_gone_words(e->info.creator));
    }

    tool_print("\n    of user %s", tool_user(e->uid, text, sizeof(text)));
    mode_in_letters(e, when);
    tool_print(", mode %s\n    ", when);
    tool_print("%s process%s%s", attached_to(e, text, sizeof(text)),
               e->npids == 1 ? "" : "es", e->npids == 0 ? "" : ":");

    for (i = 0; i < e->npids && i < MANY_PIDS; i++) {
        tool_print(" %ld", (long) e->pids[i]);
    }

    tool_print("%s\n", e->npids > MANY_PIDS ? " ..." : "");
}

static void
list_in_json(const list_t *list)
{
    size_t  i;

    printf("{\"segments\": [");

    for (i = 0; i < list->n; i++) {
        printf("%s\n", i == 0 ? "" : ",");
        entry_in_json(&list->entries[i]);
    }

    printf("\n]}\n");
}

int
tool_list(const tool_t *tool)
{
    size_t  i;
    list_t  list = { NULL, 0, 0 };

    if (tool_list_check(tool) != 0) {
        return TOOL_TROUBLE;
    }

    tool_seek_all(&list);
    tool_list_select(tool, &list);

    if (tool->json) {
        list_in_json(&list);

    } else if (tool->all) {
        for (i = 0; i < list.n; i++) {
            entry_for_people(tool, &list.entries[i]);
        }

    } else {
        tool_list_table(tool, &list, -1);
    }

    free(list.entries);
    return TOOL_YES;
}
