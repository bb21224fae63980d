/*
 * tool_core.c - the memory in a core dump: each part of it is examined as a
 * segment is.  ELF files of both word sizes are read; a pool of another byte
 * order cannot be read here, so neither can its core.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include "ngx_auto_config.h"
#include "tool_view.h"

#include <unistd.h>

#define TYPE_CORE  4
#define LOADED     1
#define MOST       100000       /* stretches */

typedef struct {
    int       wide;             /* words of 64 bits */
    uint64_t  size;             /* of the file */
    uint64_t  at;               /* of the list of stretches */
    unsigned  each;
    uint64_t  n;
} core_t;

static uint64_t
number(const unsigned char *p, size_t size)
{
    uint16_t  two;
    uint32_t  four;
    uint64_t  eight;

    if (size == 2) {
        memcpy(&two, p, 2);
        return two;
    }

    if (size == 4) {
        memcpy(&four, p, 4);
        return four;
    }

    memcpy(&eight, p, 8);
    return eight;
}

static int
read_head(int fd, core_t *core)
{
    unsigned char  h[64];
    const int      one = 1;

    memset(h, 0, sizeof(h));

    if (pread(fd, h, sizeof(h), 0) < 52 || memcmp(h, "\177ELF", 4) != 0
        || (h[4] != 1 && h[4] != 2)
        || h[5] != (*(const unsigned char *) &one == 1 ? 1 : 2)
        || number(h + 16, 2) != TYPE_CORE)
    {
        return -1;
    }

    core->wide = h[4] == 2;
    core->at = core->wide ? number(h + 32, 8) : number(h + 28, 4);
    core->each = (unsigned) number(h + (core->wide ? 54 : 42), 2);
    core->n = number(h + (core->wide ? 56 : 44), 2);

    /* More than fit into two bytes: the first section tells how many. */
    if (core->n == 0xffff
        && pread(fd, h, 64, (off_t) (core->wide ? number(h + 40, 8)
                                                : number(h + 32, 4))) >= 40)
    {
        core->n = number(h + (core->wide ? 44 : 28), 4);
    }

    return core->each >= (core->wide ? 56u : 32u) && core->n != 0
           && core->n < MOST ? 0 : -1;
}

/* flags: whether it could be read, written, run; 0 of a pool's guard. */
static int
read_stretch(int fd, const core_t *core, uint64_t i, tool_view_t *view,
    uint64_t *flags)
{
    unsigned char  p[56];
    const size_t   word = core->wide ? 8 : 4;

    if (pread(fd, p, word == 8 ? 56 : 32,
              (off_t) (core->at + i * core->each)) < 32
        || number(p, 4) != LOADED)
    {
        return -1;
    }

    *flags = number(p + (core->wide ? 4 : 24), 4);
    view->begin = number(p + word, word);
    view->address = number(p + 2 * word, word);
    view->size = number(p + 4 * word, word);

    if (view->begin > core->size) {
        return -1;
    }

    /* A core may have been cut short. */
    if (view->size > core->size - view->begin) {
        view->size = core->size - view->begin;
    }

    return view->size != 0 ? 0 : -1;
}

/* Guards, which nobody could read, divide what was mapped at once. */
static int
continues(const tool_view_t *view, const tool_view_t *next)
{
    return next->address == view->address + view->size
           && next->begin == view->begin + view->size;
}

int
tool_find_in_core(tool_views_t *views, const char *name)
{
    off_t        size = lseek(views->fd, 0, SEEK_END);
    core_t       core;
    uint64_t     i, flags, last = 1;
    uint64_t     left;          /* damaged stretches may overlap */
    tool_view_t  view, next;

    if (size == -1 || read_head(views->fd, &core) == -1) {
        return -1;
    }

    core.size = (uint64_t) size;
    left = 4 * core.size;
    memset(&view, 0, sizeof(view));
    (void) snprintf(view.name, sizeof(view.name), "%s", name);
    view.fd = views->fd;
    view.pagemap = -1;

    next = view;

    for (i = 0; i < core.n; i++) {
        if (read_stretch(views->fd, &core, i, &next, &flags) == -1
            || next.size > left)
        {
            continue;
        }

        left -= next.size;

        if ((flags == 0 || last == 0) && continues(&view, &next)) {
            view.size += next.size;

        } else {
            if (view.size != 0) {
                tool_find(views, &view, 0);
            }
            view = next;
        }

        last = flags;
    }

    if (view.size != 0) {
        tool_find(views, &view, 0);
    }

    return views->n != 0 ? 0 : -1;
}
