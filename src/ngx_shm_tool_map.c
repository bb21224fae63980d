/*
 * ngx-shm map: a picture of a segment, one mark for each page or for several.
 *
 * How full a page is, is told by its bytes that are not zero: that needs no
 * lock and no sound structure, and shows a damaged segment as well.
 */

#include "ngx_auto_config.h"
#include "ngx_shm_tool_view.h"

#include <stdlib.h>
#include <unistd.h>

#define COLUMNS  64
#define CELLS    (COLUMNS * 32)     /* more pages share a cell */
#define LEVELS   5
#define SIDE     10                 /* of a cell of the SVG, in pixels */

static const char  marks[] = ".-+*#";

typedef struct {
    size_t         n;               /* cells */
    size_t         pages;           /* in each of them */
    size_t         total;           /* pages */
    size_t         empty;           /* pages all of zeros */
    size_t         holes;           /* runs of such pages */
    size_t         widest;          /* pages of the longest such run */
    unsigned char  level[CELLS];
} picture_t;

static size_t
count_bytes(const unsigned char *page, size_t n)
{
    size_t  i, count = 0;

    for (i = 0; i < n; i++) {
        count += page[i] != 0;
    }

    return count;
}

/* 0 only if there is nothing at all. */
static unsigned char
level_of(size_t used, size_t size)
{
    if (used == 0) {
        return 0;
    }

    return (unsigned char) (1 + used * (LEVELS - 2) / size);
}

static int
draw(const tool_view_t *view, picture_t *pic)
{
    size_t          i, n, used, cell = 0, run = 0, in_cell = 0, bytes = 0;
    size_t          page = tool_view_page(view);
    unsigned char  *buf = malloc(page);

    if (buf == NULL) {
        return tool_error(view->name, strerror(errno), "free some memory");
    }

    memset(pic, 0, sizeof(*pic));
    pic->total = (size_t) ((view->size + page - 1) / page);
    pic->pages = (pic->total + CELLS - 1) / CELLS;
    pic->pages = pic->pages != 0 ? pic->pages : 1;

    for (i = 0; i < pic->total; i++) {
        n = tool_view_read(view, (uint64_t) i * page, buf, page);
        used = count_bytes(buf, n);
        in_cell += used;
        bytes += page;
        pic->empty += used == 0;
        pic->holes += used == 0 && run == 0;
        run = used == 0 ? run + 1 : 0;
        pic->widest = run > pic->widest ? run : pic->widest;

        if ((i + 1) % pic->pages == 0 || i + 1 == pic->total) {
            pic->level[cell++] = level_of(in_cell, bytes);
            in_cell = bytes = 0;
        }
    }

    pic->n = cell;
    free(buf);
    return 0;
}

static void
picture_for_people(const tool_t *tool, const tool_view_t *view,
    const picture_t *pic)
{
    size_t  i;

    for (i = 0; i < pic->n; i++) {
        if (i % COLUMNS == 0) {
            printf("%s%8zu ", i == 0 ? "" : "\n", i * pic->pages);
        }

        tool_colored(tool, "bgyyr"[pic->level[i]], "%c",
                     marks[pic->level[i]]);
    }

    printf("\n%zu pages of %zu bytes, %zu for each mark; . empty, - to # how"
           " full\n%zu pages hold nothing, in %zu runs, the longest of %zu\n",
           pic->total, tool_view_page(view), pic->pages, pic->empty,
           pic->holes, pic->widest);
}

static void
picture_in_json(const tool_view_t *view, const picture_t *pic)
{
    size_t  i;

    printf("{");
    tool_json_text("name", view->name);
    tool_json_number("page_size", (intmax_t) tool_view_page(view));
    tool_json_number("pages", (intmax_t) pic->total);
    tool_json_number("pages_each", (intmax_t) pic->pages);
    tool_json_number("empty", (intmax_t) pic->empty);
    tool_json_number("holes", (intmax_t) pic->holes);
    tool_json_number("longest_hole", (intmax_t) pic->widest);
    printf("\"levels\": [");

    for (i = 0; i < pic->n; i++) {
        printf("%s%d", i == 0 ? "" : ",", pic->level[i]);
    }

    printf("]}\n");
}

/* The name is not written into it: it would have to be quoted for XML. */
static int
picture_in_svg(const char *path, const picture_t *pic)
{
    static const char  *colors[LEVELS] = {
        "#eeeeee", "#c6e2c6", "#8cc68c", "#f0b050", "#d04040"
    };
    FILE    *f = fopen(path, "w");
    size_t   i, rows = (pic->n + COLUMNS - 1) / COLUMNS;

    if (f == NULL) {
        return tool_error(path, strerror(errno), "write it elsewhere");
    }

    fprintf(f, "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\""
            " height=\"%zu\">\n", COLUMNS * SIDE, rows * SIDE);

    for (i = 0; i < pic->n; i++) {
        fprintf(f, "<rect x=\"%zu\" y=\"%zu\" width=\"%d\" height=\"%d\""
                " fill=\"%s\"><title>page %zu</title></rect>\n",
                i % COLUMNS * SIDE, i / COLUMNS * SIDE, SIDE - 1, SIDE - 1,
                colors[pic->level[i]], i * pic->pages);
    }

    fprintf(f, "</svg>\n");

    if (ferror(f) | fclose(f)) {
        return tool_error(path, strerror(errno), "make room for it");
    }

    return TOOL_YES;
}

int
tool_map(const tool_t *tool)
{
    int               status;
    tool_view_t       view;
    static picture_t  pic;

    if (tool_view_open(&view, tool->args[0]) != 0) {
        return TOOL_TROUBLE;
    }

    status = draw(&view, &pic);

    if (status == 0 && tool->svg != NULL) {
        status = picture_in_svg(tool->svg, &pic);

    } else if (status == 0 && tool->json) {
        picture_in_json(&view, &pic);

    } else if (status == 0) {
        picture_for_people(tool, &view, &pic);
    }

    tool_view_close(&view);
    return status;
}
