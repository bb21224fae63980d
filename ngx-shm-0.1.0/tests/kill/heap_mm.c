/*
 * heap_mm.c - OSSP mm under the same knife, for comparison.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include "kill.h"

#include <mm.h>
#include <stdlib.h>
#include <unistd.h>

static MM  *mm;


static size_t
create(void **base)
{
    char    file[] = "/tmp/kill-mm-XXXXXX";
    int     fd = mkstemp(file);

    if (fd == -1) {
        return 0;
    }
    (void) close(fd);
    (void) unlink(file);

    mm = mm_create(128 * 1024, file);
    *base = mm;
    return mm == NULL ? 0 : mm_core_size(mm);
}


static void *
alloc(size_t size)
{
    return mm_malloc(mm, size);
}


static void *
zalloc(size_t size)
{
    return mm_calloc(mm, 1, size);
}


static void *
again(void *p, size_t size)
{
    return mm_realloc(mm, p, size);
}


static void
release(void *p)
{
    mm_free(mm, p);
}


const kill_heap_t  kill_heap = {
    "OSSP mm", KILL_REALLOC, create, alloc, release, again, zalloc, NULL, NULL,
    NULL, NULL, NULL, NULL, NULL, NULL
};
