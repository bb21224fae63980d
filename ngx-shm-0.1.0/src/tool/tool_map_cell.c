/*
 * tool_map_cell.c - a mark of the picture: what most of its pages are, and how
 * full they are.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include "ngx_auto_config.h"
#include "tool_map.h"

int
tool_cell_kind(const tool_cell_t *cell)
{
    int  i, most = 0;

    /* What is wrong must not be lost among many. */
    if (cell->pages[NGX_HEAP_VIEW_BAD] != 0) {
        return NGX_HEAP_VIEW_BAD;
    }

    for (i = 1; i < TOOL_MAP_KINDS; i++) {
        most = cell->pages[i] > cell->pages[most] ? i : most;
    }

    return most;
}

int
tool_cell_letter(const tool_cell_t *cell)
{
    int  i, most = 0;

    for (i = 1; i < TOOL_MAP_LETTERS; i++) {
        most = cell->letters[i] > cell->letters[most] ? i : most;
    }

    return most;
}

unsigned
tool_cell_fill(const tool_cell_t *cell)
{
    return cell->room != 0 ? (unsigned) (cell->used * 100 / cell->room) : 0;
}
