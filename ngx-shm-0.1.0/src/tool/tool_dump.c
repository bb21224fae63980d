/*
 * tool_dump.c - ngx-shm dump: bytes, as hexdump prints them, or as JSON.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include "ngx_auto_config.h"
#include "tool_view.h"

#define LINE  16

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
static void
dump(const tool_view_t *view)
{
    int            starred = 0;
    size_t         n;
    uint64_t       offset = 0;
    unsigned char  line[LINE], last[LINE];

    while ((n = tool_view_read(view, offset, line, LINE)) != 0) {
        if (offset != 0 && n == LINE && memcmp(line, last, LINE) == 0) {
            if (!starred) {
                printf("*\n");
            }
            starred = 1;

        } else {
            dump_line(view->address + offset, line, n);
            starred = 0;
        }

        memcpy(last, line, n);
        offset += n;
    }

    printf("%08jx\n", (uintmax_t) (view->address + offset));
}

/* So many lines that are the same, one after the other. */
static void
line_in_json(const tool_view_t *view, uint64_t offset,
    const unsigned char *p, size_t n, uint64_t times)
{
    size_t  i;

    printf("%s\n{\"at\": %ju, \"times\": %ju, \"hex\": \"",
           offset == 0 ? "" : ",", (uintmax_t) (view->address + offset),
           (uintmax_t) times);

    for (i = 0; i < n; i++) {
        printf("%02x", p[i]);
    }

    printf("\"}");
}

static void
dump_in_json(const tool_view_t *view)
{
    size_t         n, had = 0;
    uint64_t       from = 0, offset = 0;
    unsigned char  line[LINE], last[LINE];

    printf("{");
    tool_json_text("name", view->name);
    printf("\"lines\": [");

    while ((n = tool_view_read(view, offset, line, LINE)) != 0) {
        if (had != 0 && (n != had || memcmp(line, last, n) != 0)) {
            line_in_json(view, from, last, had, (offset - from) / LINE);
            from = offset;
        }

        memcpy(last, line, n);
        had = n;
        offset += n;
    }

    if (had != 0) {
        line_in_json(view, from, last, had, (offset - from + LINE - 1) / LINE);
    }

    printf("\n]}");
}

int
tool_dump(const tool_t *tool)
{
    int           status;
    size_t        i;
    tool_views_t  views;

    if (tool_views_open(&views, tool->args[0]) != 0) {
        return TOOL_TROUBLE;
    }

    printf("%s", tool->json ? "{\"dumps\": [\n" : "");

    for (i = 0; i < views.n; i++) {
        /* Several pools in one stretch: it is shown once. */
        if (i != 0 && views.v[i].begin == views.v[i - 1].begin) {
            continue;
        }

        if (tool->json) {
            printf("%s", i == 0 ? "" : ",\n");
            dump_in_json(&views.v[i]);
        } else {
            dump(&views.v[i]);
        }
    }

    printf("%s", tool->json ? "\n]}\n" : "");
    status = views.n != 0 ? TOOL_YES : TOOL_NO;
    tool_views_close(&views);
    return status;
}
