/*
 * tool_map_svg.c - the picture of a pool as SVG 1.1.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include "ngx_auto_config.h"
#include "tool_map.h"

#define COLUMNS  64
#define SIDE     12             /* of a cell, in pixels */
#define LEFT     70             /* room for the numbers of the pages */
#define TOP      56
#define LINE     18             /* of the legend */
#define BAR      160

/* What is not full is pale: the cell, and the full part of it. */
typedef struct {
    const char  *pale;
    const char  *full;
    const char  *words;
} paint_t;

static const paint_t  paints[TOOL_MAP_KINDS] = {
    { "#f1f1f1", "#f1f1f1", "free runs" },
    { "#d5e5f5", "#1f6fb5", "slabs: the higher, the more of it is live" },
    { "#e8862e", "#b55a0c", "live runs of whole pages (dark: one begins)" },
    { "#f8d9b8", "#f8d9b8", "runs that processes keep for later" },
    { "#8b8f94", "#8b8f94", "of the heap itself" },
    { "#e00000", "#e00000", "places where no run begins: damaged" },
    { "#f1f1f1", "#4a8f5c", "how much is not zero" }
};

/* Slabs by the size of their chunks, from small to large. */
static const paint_t  slabs[TOOL_MAP_LETTERS] = {
    { "#d9e8f5", "#1b64a8", "" }, { "#d3ecf3", "#1787a6", "" },
    { "#d1efec", "#13948a", "" }, { "#d4f0df", "#1d9a5b", "" },
    { "#dff2d3", "#4f9d22", "" }, { "#eaf2cc", "#84951a", "" },
    { "#f4efc9", "#b58f12", "" }, { "#e6dcf5", "#7b4fc0", "" },
    { "#efd9f3", "#a33fb2", "" }, { "#f6d6e9", "#bf3586", "" },
    { "#f9d6dc", "#c43553", "" }, { "#e3d8ee", "#5f3a92", "" },
    { "#d8dbef", "#3a4a9c", "" }, { "#cfd6e6", "#2c4673", "" },
    { "#cdd9df", "#2a5868", "" }, { "#ccd9d5", "#275c4e", "" }
};

/* As tool_put_text(), in XML. */
static void
print_text(FILE *f, const char *s)
{
    char  c[2] = { '\0', '\0' };

    while ((c[0] = *s++) != '\0') {
        if (c[0] == '<' || c[0] == '&' || c[0] == '>') {
            fprintf(f, "&#%d;", c[0]);
        } else {
            tool_put_text(f, c);
        }
    }
}

static const paint_t *
paint_of(const tool_cell_t *cell)
{
    int  kind = tool_cell_kind(cell);

    return kind == NGX_HEAP_VIEW_SLAB ? &slabs[tool_cell_letter(cell)]
                                      : &paints[kind];
}

static void
rectangle(FILE *f, size_t x, size_t y, size_t width, size_t height,
    const char *color)
{
    fprintf(f, "<rect x=\"%zu\" y=\"%zu\" width=\"%zu\" height=\"%zu\""
            " fill=\"%s\"/>", x, y, width, height, color);
}

static void
draw_cell(FILE *f, const tool_picture_t *pic, size_t i)
{
    size_t              x = LEFT + i % COLUMNS * SIDE;
    size_t              y = TOP + i / COLUMNS * SIDE, full;
    const tool_cell_t  *cell = &pic->cells[i];
    const paint_t      *paint = paint_of(cell);
    int                 kind = tool_cell_kind(cell);

    full = (size_t) tool_cell_fill(cell) * (SIDE - 1) / 100;
    full = full == 0 && cell->used != 0 ? 1 : full;

    fprintf(f, "<g class=\"cell\"><title>page %ju: ",
            (uintmax_t) (i * pic->each));

    if (kind == NGX_HEAP_VIEW_SLAB) {
        fprintf(f, "chunks of up to %zu bytes, %u%% live",
                (size_t) 8 << tool_cell_letter(cell), tool_cell_fill(cell));
    } else {
        fprintf(f, "%s", paints[kind].words);
    }

    fprintf(f, "</title>");
    rectangle(f, x, y, SIDE - 1, SIDE - 1, paint->pale);

    if (full != 0) {
        rectangle(f, x, y + SIDE - 1 - full, SIDE - 1, full, paint->full);
    }

    if (cell->begins && kind == NGX_HEAP_VIEW_RUN) {
        rectangle(f, x, y, 3, SIDE - 1, paint->full);
    }

    fprintf(f, "</g>\n");
}

static void
draw_cells(FILE *f, const tool_picture_t *pic)
{
    size_t  i;

    for (i = 0; i < pic->n; i++) {
        if (i % COLUMNS == 0) {
            fprintf(f, "<text x=\"%d\" y=\"%zu\" text-anchor=\"end\""
                    " fill=\"#777777\" font-size=\"9\">%ju</text>\n",
                    LEFT - 6, TOP + i / COLUMNS * SIDE + SIDE - 3,
                    (uintmax_t) (i * pic->each));
        }

        draw_cell(f, pic, i);
    }
}

static void
legend(FILE *f, size_t y, const paint_t *paint, const char *words)
{
    rectangle(f, LEFT, y, SIDE, SIDE, paint->pale);
    rectangle(f, LEFT, y + SIDE / 2, SIDE, SIDE / 2, paint->full);
    fprintf(f, "<text x=\"%d\" y=\"%zu\">%s</text>\n", LEFT + SIDE + 8,
            y + SIDE - 2, words);
}

static size_t
draw_letters(FILE *f, const tool_picture_t *pic, size_t y)
{
    int                   i;
    char                  words[160];
    const tool_letter_t  *l;

    for (i = 0; i < TOOL_MAP_LETTERS; i++) {
        l = &pic->letters[i];

        if (l->pages == 0) {
            continue;
        }

        (void) snprintf(words, sizeof(words), "slabs of chunks up to %zu"
                        " bytes: %ju, %ju pages; %ju of %ju chunks are live,"
                        " %ju cached", (size_t) 8 << i, (uintmax_t) l->slabs,
                        (uintmax_t) l->pages, (uintmax_t) l->live,
                        (uintmax_t) l->chunks, (uintmax_t) l->cached);
        legend(f, y, &slabs[i], words);
        rectangle(f, LEFT + COLUMNS * SIDE - BAR, y, BAR, SIDE, slabs[i].pale);
        rectangle(f, LEFT + COLUMNS * SIDE - BAR, y,
                  (size_t) (l->live * BAR / (l->chunks ? l->chunks : 1)), SIDE,
                  slabs[i].full);
        fprintf(f, "\n");
        y += LINE;
    }

    return y;
}

static size_t
draw_legend(FILE *f, const tool_picture_t *pic, size_t y)
{
    int   i;
    char  words[160];

    if (!pic->pool->counted) {
        legend(f, y, &paints[TOOL_MAP_BYTES], paints[TOOL_MAP_BYTES].words);
        return y + LINE;
    }

    for (i = 0; i < NGX_HEAP_VIEW_KINDS; i++) {
        if (i == NGX_HEAP_VIEW_SLAB || pic->pool->pages[i] == 0) {
            continue;
        }

        (void) snprintf(words, sizeof(words), "%s: %ju, %ju pages",
                        paints[i].words, (uintmax_t) pic->pool->runs[i],
                        (uintmax_t) pic->pool->pages[i]);
        legend(f, y, &paints[i], words);
        y += LINE;
    }

    return draw_letters(f, pic, y);
}

static void
draw_title(FILE *f, const tool_picture_t *pic)
{
    char  size[32];

    fprintf(f, "<text x=\"%d\" y=\"22\" font-size=\"16\">", LEFT);
    print_text(f, pic->view->name);
    fprintf(f, "</text>\n<text x=\"%d\" y=\"42\" fill=\"#555555\">%s bytes,"
            " %ju pages of %zu, %ju in each mark", LEFT,
            tool_bytes(pic->total * pic->page, size, sizeof(size)),
            (uintmax_t) pic->total, pic->page, (uintmax_t) pic->each);

    if (pic->pool->counted) {
        fprintf(f, "; %ju bytes live in %ju chunks, %ju cached",
                (uintmax_t) pic->pool->live, (uintmax_t) pic->pool->chunks,
                (uintmax_t) pic->pool->cached);
    }

    fprintf(f, "</text>\n");
}

static size_t
count_legend(const tool_picture_t *pic)
{
    int     i;
    size_t  n = 1;

    for (i = 0; i < NGX_HEAP_VIEW_KINDS; i++) {
        n += i != NGX_HEAP_VIEW_SLAB && pic->pool->pages[i] != 0;
    }

    for (i = 0; i < TOOL_MAP_LETTERS; i++) {
        n += pic->letters[i].pages != 0;
    }

    return n;
}

int
tool_map_svg(const char *path, const tool_picture_t *pic)
{
    FILE    *f = fopen(path, "w");
    size_t   y = TOP + (pic->n + COLUMNS - 1) / COLUMNS * SIDE + LINE;
    size_t   height = y + (count_legend(pic) + 1) * LINE;

    if (f == NULL) {
        return tool_cannot("write", path, strerror(errno),
                           "write it elsewhere");
    }

    fprintf(f, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\""
            " height=\"%zu\" font-family=\"sans-serif\" font-size=\"12\">\n",
            LEFT + COLUMNS * SIDE + 20, height);
    rectangle(f, 0, 0, LEFT + COLUMNS * SIDE + 20, height, "#ffffff");
    fprintf(f, "\n");
    draw_title(f, pic);
    draw_cells(f, pic);
    (void) draw_legend(f, pic, y);
    fprintf(f, "</svg>\n");

    if (ferror(f) | fclose(f)) {
        return tool_cannot("write", path, strerror(errno), "make room for it");
    }

    return TOOL_YES;
}
