/*
 * tool_map.h - the picture of a pool: marks, each for one page or for
 * several.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#ifndef NGX_TOOL_MAP_H_INCLUDED
#define NGX_TOOL_MAP_H_INCLUDED

#include "tool_pool.h"

#define TOOL_MAP_CELLS    4096
#define TOOL_MAP_BYTES    NGX_HEAP_VIEW_KINDS   /* known by its bytes only */
#define TOOL_MAP_KINDS    (NGX_HEAP_VIEW_KINDS + 1)
#define TOOL_MAP_LETTERS  16            /* sizes of chunks up to 8 << letter */
#define TOOL_MAP_HOLES    23            /* free runs of 1 << i pages or more */

typedef struct {
    uint32_t  pages[TOOL_MAP_KINDS];
    uint32_t  letters[TOOL_MAP_LETTERS];        /* pages of slabs */
    uint64_t  used, room;                       /* bytes */
    uint64_t  spare;                            /* chunks that are free */
    int       begins;                           /* a live run does */
} tool_cell_t;

typedef struct {
    uint64_t  pages, slabs, chunks, live, cached;
} tool_letter_t;

typedef struct {
    const tool_view_t  *view;
    const tool_pool_t  *pool;
    size_t              page;           /* bytes */
    uint64_t            total;          /* pages */
    uint64_t            each;           /* pages in a cell */
    size_t              n;              /* cells */
    tool_cell_t         cells[TOOL_MAP_CELLS];
    tool_letter_t       letters[TOOL_MAP_LETTERS];
    uint64_t            holes[TOOL_MAP_HOLES];
    uint64_t            empty, runs, widest;    /* of bytes: pages of zeros */
} tool_picture_t;

/* What most of its pages are; of slabs, how large the chunks are. */
int tool_cell_kind(const tool_cell_t *cell);
int tool_cell_letter(const tool_cell_t *cell);

/* 0 to 100 */
unsigned tool_cell_fill(const tool_cell_t *cell);

/* For people, of so many cells in a line; for programs; into a file. */
void tool_map_text(const tool_t *tool, const tool_picture_t *pic,
    size_t columns);
void tool_map_json(const tool_picture_t *pic);
int tool_map_svg(const char *path, const tool_picture_t *pic);

#endif
