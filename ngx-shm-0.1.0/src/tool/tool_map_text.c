/*
 * tool_map_text.c - the picture of a pool as text and as JSON.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include "ngx_auto_config.h"
#include "tool_map.h"

#include <ctype.h>

#define BAR  20

static const char  *kinds[TOOL_MAP_KINDS] = {
    "free", "slab", "run", "cached", "own", "bad", "bytes"
};

static char
mark_of(const tool_cell_t *cell)
{
    char  letter;

    switch (tool_cell_kind(cell)) {
    case NGX_HEAP_VIEW_FREE:
        return '.';
    case NGX_HEAP_VIEW_RUN:
        return cell->begins ? '[' : '=';
    case NGX_HEAP_VIEW_CACHED:
        return '~';
    case NGX_HEAP_VIEW_OWN:
        return '@';
    case NGX_HEAP_VIEW_BAD:
        return '!';
    case TOOL_MAP_BYTES:
        return cell->used == 0 ? '.' : "-+*#"[tool_cell_fill(cell) * 3 / 100];
    }

    letter = (char) ('a' + tool_cell_letter(cell));
    return cell->spare == 0 ? (char) toupper(letter) : letter;
}

/* By fill where there is one, so that full and nearly empty ones stand out. */
static char
color_of(const tool_cell_t *cell)
{
    unsigned  fill = tool_cell_fill(cell);

    switch (tool_cell_kind(cell)) {
    case NGX_HEAP_VIEW_FREE:
        return 'd';
    case NGX_HEAP_VIEW_RUN:
        return 'm';
    case NGX_HEAP_VIEW_CACHED:
        return 'c';
    case NGX_HEAP_VIEW_OWN:
        return 'b';
    case NGX_HEAP_VIEW_BAD:
        return 'R';
    case TOOL_MAP_BYTES:
        return cell->used == 0 ? 'd' : "gyyr"[fill * 3 / 100];
    }

    return fill < 34 ? 'g' : fill < 90 ? 'y' : 'r';
}

/* One colour for all marks that follow each other in a line and share it. */
static size_t
print_alike(const tool_t *tool, const tool_picture_t *pic, size_t i,
    size_t end)
{
    int   n = 0;
    char  marks[64], color = color_of(&pic->cells[i]);

    while (i < end && n < (int) sizeof(marks)
           && color_of(&pic->cells[i]) == color)
    {
        marks[n++] = mark_of(&pic->cells[i++]);
    }

    tool_colored(tool, color, "%.*s", n, marks);
    return i;
}

static void
print_cells(const tool_t *tool, const tool_picture_t *pic, size_t columns)
{
    size_t  i, end;

    for (i = 0; i < pic->n; ) {
        end = pic->n - i < columns ? pic->n : i + columns;
        printf("%s%8ju ", i == 0 ? "" : "\n", (uintmax_t) (i * pic->each));

        while (i < end) {
            i = print_alike(tool, pic, i, end);
        }
    }

    printf("\n\n%ju pages of %zu bytes, %ju for each mark\n",
           (uintmax_t) pic->total, pic->page, (uintmax_t) pic->each);
}

static void
print_letters(const tool_t *tool, const tool_picture_t *pic)
{
    int                   i, k, full;
    const tool_letter_t  *l;

    for (i = 0; i < TOOL_MAP_LETTERS; i++) {
        l = &pic->letters[i];

        if (l->pages == 0) {
            continue;
        }

        full = l->chunks != 0 ? (int) (l->live * BAR / l->chunks) : 0;
        printf("  %c  chunks of up to %5zu: %6ju slabs, %6ju pages, ", 'a' + i,
               (size_t) 8 << i, (uintmax_t) l->slabs, (uintmax_t) l->pages);

        for (k = 0; k < BAR; k++) {
            tool_colored(tool, k < full ? 'g' : 'd', "%c",
                         k < full ? '#' : '-');
        }

        printf(" %3.0f%% live, %ju cached\n",
               100.0 * (double) l->live / (double) (l->chunks ? l->chunks : 1),
               (uintmax_t) l->cached);
    }
}

static void
print_kind(const tool_picture_t *pic, int kind, const char *mark,
    const char *words)
{
    if (pic->pool->pages[kind] != 0) {
        printf("  %-2s %s: %ju, %ju pages\n", mark, words,
               (uintmax_t) pic->pool->runs[kind],
               (uintmax_t) pic->pool->pages[kind]);
    }
}

static void
print_holes(const tool_picture_t *pic)
{
    int  i, n = 0;

    for (i = 0; i < TOOL_MAP_HOLES; i++) {
        if (pic->holes[i] != 0) {
            printf("%s%ju of %lu", n++ == 0 ? "     holes: " : ", ",
                   (uintmax_t) pic->holes[i], 1ul << i);

            if (i != 0) {
                printf("-%lu", (2ul << i) - 1);
            }
        }
    }

    printf("%s", n != 0 ? " pages\n" : "");
}

void
tool_map_text(const tool_t *tool, const tool_picture_t *pic, size_t columns)
{
    tool_put_name(tool, pic->view->name, pic->view->label);
    putchar('\n');
    print_cells(tool, pic, columns);

    if (!pic->pool->counted) {
        printf("  .  nothing but zeros: %ju pages, in %ju runs, the longest of"
               " %ju\n  - to #  how full of other bytes\n",
               (uintmax_t) pic->empty, (uintmax_t) pic->runs,
               (uintmax_t) pic->widest);
        return;
    }

    print_kind(pic, NGX_HEAP_VIEW_OWN, "@", "of the heap itself");
    print_kind(pic, NGX_HEAP_VIEW_FREE, ".", "free runs");
    print_holes(pic);
    print_kind(pic, NGX_HEAP_VIEW_RUN, "[=", "live runs of whole pages");
    print_kind(pic, NGX_HEAP_VIEW_CACHED, "~", "runs that processes keep");
    print_kind(pic, NGX_HEAP_VIEW_BAD, "!", "places where no run begins");
    print_letters(tool, pic);

    if (pic->pool->pages[NGX_HEAP_VIEW_SLAB] != 0) {
        printf("     a capital letter: no chunk is free\n");
    }
}

static void
runs_in_json(const tool_picture_t *pic)
{
    uint32_t                page;
    ngx_heap_run_t          run;
    const ngx_heap_view_t  *view = &pic->pool->view;

    printf("\"runs\": [");

    for (page = 0; page < view->npages; page += run.pages) {
        ngx_heap_view_run(view, page, &run);
        ngx_heap_view_count(view, &run);
        printf("%s\n{\"page\": %lu, \"pages\": %lu, \"kind\": \"%s\"",
               page == 0 ? "" : ",", (unsigned long) page,
               (unsigned long) run.pages, kinds[run.kind]);

        if (run.kind == NGX_HEAP_VIEW_SLAB) {
            printf(", \"size\": %zu, \"chunks\": %lu, \"live\": %lu,"
                   " \"cached\": %lu", run.size, (unsigned long) run.chunks,
                   (unsigned long) run.live, (unsigned long) run.cached);

        } else if (run.owner != 0) {
            printf(", \"owner\": %ld", (long) run.owner);
        }

        printf("}");
    }

    printf("\n]");
}

void
tool_map_json(const tool_picture_t *pic)
{
    size_t  i;

    printf("{");
    tool_json_text("name", pic->view->name);
    tool_json_number("page_size", (intmax_t) pic->page);
    tool_json_number("pages", (intmax_t) pic->total);
    printf("\"damage\": ");
    tool_json_string(pic->pool->words);
    printf(", ");

    if (pic->pool->counted) {
        runs_in_json(pic);

    } else {
        tool_json_number("pages_each", (intmax_t) pic->each);
        tool_json_number("empty", (intmax_t) pic->empty);
        printf("\"full\": [");

        for (i = 0; i < pic->n; i++) {
            printf("%s%u", i == 0 ? "" : ",", tool_cell_fill(&pic->cells[i]));
        }

        printf("]");
    }

    printf("}\n");
}
