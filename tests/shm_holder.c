/*
 * shm_holder.c - create or attach the segments that are named, say so, and
 * keep them until standard input ends.  With -b they are left being built;
 * with -p there is a pool in each, with 1,000 chunks of 100 bytes.
 */

#include "ngx_shm_named.h"
#include "ngx_slab.h"

#include <stdio.h>
#include <unistd.h>

static int
fill(ngx_shm_segment_t *seg)
{
    int               i;
    ngx_slab_pool_t  *pool = ngx_slab_create(seg->addr, seg->size, 0);

    for (i = 0; pool != NULL && i < 1000; i++) {
        if (ngx_slab_alloc(pool, 100) == NULL) {
            return -1;
        }
    }

    return pool != NULL ? 0 : -1;
}

int
main(int argc, char **argv)
{
    int                i, build = 0, pool = 0;
    char               byte;
    ngx_shm_segment_t  seg;
    ngx_shm_options_t  wishes = { .flags = NGX_SHM_CREATE, .size = 8192 };

    for (i = 1; i < argc; i++) {
        if (strcmp(argv[i], "-b") == 0) {
            build = 1;
            continue;
        }

        if (strcmp(argv[i], "-p") == 0) {
            pool = 1;
            wishes.size = (size_t) 1 << 20;
            continue;
        }

        if (ngx_shm_open(&seg, argv[i], &wishes) != NGX_OK
            || (seg.created && pool && fill(&seg) == -1)
            || (seg.created && !build && ngx_shm_ready(&seg) != NGX_OK))
        {
            perror(argv[i]);
            return 1;
        }
    }

    printf("%ld\n", (long) getpid());
    (void) fflush(stdout);

    return read(STDIN_FILENO, &byte, 1) == 0 ? 0 : 1;
}
