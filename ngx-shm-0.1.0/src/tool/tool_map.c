/*
 * tool_map.c - ngx-shm map: a picture of a pool, one mark for each page or for
 * several.
 *
 * It reads the words of the pages and the bytes of the chunks alone: no lock,
 * no list, nothing that a death can leave half changed.  Without a readable
 * pool a mark shows how many bytes of its pages are not zero.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include "ngx_auto_config.h"
#include "tool_map.h"

#include <stdlib.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define LABEL      10           /* columns before each line */
#define ROWS       32
#define SVG_WIDTH  64

#define cell_of(pic, page)  (&(pic)->cells[(page) / (pic)->each])

static int
letter_of(size_t size)
{
    int  i;

    for (i = 0; i + 1 < TOOL_MAP_LETTERS && (size_t) 8 << i < size; i++) {
        /* void */
    }

    return i;
}

static void
measure(tool_picture_t *pic, uint64_t total, size_t cells)
{
    pic->total = total;
    pic->each = (total + cells - 1) / cells;
    pic->each = pic->each != 0 ? pic->each : 1;
    pic->n = (size_t) ((total + pic->each - 1) / pic->each);
}

static void
add_slab(tool_picture_t *pic, const ngx_heap_run_t *run, uint64_t page)
{
    int             i = letter_of(run->size);
    uint32_t        k;
    tool_cell_t    *cell;
    tool_letter_t  *l = &pic->letters[i];

    l->pages += run->pages;
    l->slabs++;
    l->chunks += run->chunks;
    l->live += run->live;
    l->cached += run->cached;

    for (k = 0; k < run->pages; k++) {
        cell = cell_of(pic, page + k);
        cell->letters[i]++;
        cell->used += run->size * run->live / run->pages;
        cell->room += run->size * run->chunks / run->pages;
        cell->spare += run->chunks - run->live - run->cached;
    }
}

static void
add_run(tool_picture_t *pic, const ngx_heap_run_t *run, uint64_t page)
{
    int       i = 0;
    uint32_t  k;

    for (k = 0; k < run->pages; k++) {
        cell_of(pic, page + k)->pages[run->kind]++;
    }

    if (run->kind == NGX_HEAP_VIEW_SLAB) {
        add_slab(pic, run, page);

    } else if (run->kind == NGX_HEAP_VIEW_RUN) {
        cell_of(pic, page)->begins = 1;

    } else if (run->kind == NGX_HEAP_VIEW_FREE) {
        while (i + 1 < TOOL_MAP_HOLES && run->pages >> (i + 1) != 0) {
            i++;
        }

        pic->holes[i]++;
    }
}

/* The pages of the heap itself come first. */
static void
draw_pool(tool_picture_t *pic, size_t cells)
{
    uint32_t                page;
    uint64_t                before, k;
    ngx_heap_run_t          run;
    const ngx_heap_view_t  *view = &pic->pool->view;

    pic->page = NGX_HEAP_VIEW_PAGE;
    before = (view->head + pic->page - 1) / pic->page;
    measure(pic, before + view->npages, cells);

    for (k = 0; k < before; k++) {
        cell_of(pic, k)->pages[NGX_HEAP_VIEW_OWN]++;
    }

    for (page = 0; page < view->npages; page += run.pages) {
        ngx_heap_view_run(view, page, &run);
        ngx_heap_view_count(view, &run);
        add_run(pic, &run, before + page);
    }
}

static uint64_t
count_bytes(const unsigned char *page, size_t n)
{
    size_t    i;
    uint64_t  count = 0;

    for (i = 0; i < n; i++) {
        count += page[i] != 0;
    }

    return count;
}

static int
draw_bytes(tool_picture_t *pic, size_t cells)
{
    size_t          n;
    uint64_t        i, used, run = 0;
    tool_cell_t    *cell;
    unsigned char  *buf;

    pic->page = tool_view_page(pic->view);
    measure(pic, (pic->view->size + pic->page - 1) / pic->page, cells);
    buf = malloc(pic->page);

    if (buf == NULL) {
        return tool_cannot("read", pic->view->name, strerror(errno),
                           "free some memory");
    }

    for (i = 0; i < pic->total; i++) {
        n = tool_view_read(pic->view, i * pic->page, buf, pic->page);
        used = count_bytes(buf, n);
        cell = cell_of(pic, i);
        cell->pages[TOOL_MAP_BYTES]++;
        cell->used += used;
        cell->room += pic->page;
        pic->empty += used == 0;
        pic->runs += used == 0 && run == 0;
        run = used == 0 ? run + 1 : 0;
        pic->widest = run > pic->widest ? run : pic->widest;
    }

    free(buf);
    return 0;
}

/* Cells in a line: as many as there is room for, by sixteen. */
static size_t
columns_of(const tool_t *tool)
{
    long            n = 80;
    const char     *text = getenv("COLUMNS");
    struct winsize  size;

    if (tool->svg != NULL || tool->json) {
        return SVG_WIDTH;
    }

    if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col != 0) {
        n = size.ws_col;
    } else if (text != NULL && atol(text) > 0) {
        n = atol(text);
    }

    n = (n - LABEL) / 16 * 16;

    return n < 16 ? 16 : n > 128 ? 128 : (size_t) n;
}

static int
map_one(const tool_t *tool, tool_picture_t *pic)
{
    int          status = TOOL_YES;
    size_t       columns = columns_of(tool);
    const char  *words = pic->pool->words;

    if (pic->pool->counted) {
        draw_pool(pic, columns * ROWS);
    } else if (draw_bytes(pic, columns * ROWS) != 0) {
        return TOOL_TROUBLE;
    }

    if (tool->svg != NULL) {
        status = tool_map_svg(tool->svg, pic);
    } else if (tool->json) {
        tool_map_json(pic);
    } else {
        tool_map_text(tool, pic, columns);
    }

    if (status == TOOL_YES && pic->pool->pages[NGX_HEAP_VIEW_BAD] != 0) {
        words = "where runs should begin, none do";
    }

    if (*words != '\0') {
        if (!tool->json) {
            tool_colored(tool, 'r', "damaged: ");
            tool_put_text(stdout, words);
            putchar('\n');
        }
        status = status == TOOL_YES ? TOOL_NO : status;
    }

    return status;
}

static int
map_all(const tool_t *tool, const tool_views_t *views)
{
    int              one, status = views->n != 0 ? TOOL_YES : TOOL_NO;
    size_t           i;
    tool_pool_t     *pool = malloc(sizeof(*pool));
    tool_picture_t  *pic = malloc(sizeof(*pic));

    for (i = 0; pool != NULL && pic != NULL && i < views->n; i++) {
        memset(pic, 0, sizeof(*pic));
        tool_pool_open(&views->v[i], pool);
        pic->view = &views->v[i];
        pic->pool = pool;
        printf("%s", tool->json && views->n > 1 ? i == 0 ? "[" : ", " : "");
        one = map_one(tool, pic);
        status = one > status ? one : status;
        tool_pool_close(pool);
    }

    printf("%s", tool->json && views->n > 1 ? "]\n" : "");
    free(pool);
    free(pic);
    return status;
}

int
tool_map(const tool_t *tool)
{
    int           status;
    tool_views_t  views;

    if (tool_views_open(&views, tool->args[0]) != 0) {
        return TOOL_TROUBLE;
    }

    status = tool->svg == NULL || views.n <= 1 ? map_all(tool, &views)
             : tool_cannot("draw", tool->args[0], "there is more than one pool",
                           "name one of them, as stat does");
    tool_views_close(&views);
    return status;
}
