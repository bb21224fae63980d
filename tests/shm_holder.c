/*
 * shm_holder.c - create or attach the segments that are named, say so, and
 * keep them until standard input ends.  With -b they are left being built.
 */

#include "ngx_shm_named.h"

#include <stdio.h>
#include <unistd.h>

int
main(int argc, char **argv)
{
    int                i, build = 0;
    char               byte;
    ngx_shm_segment_t  seg;
    ngx_shm_options_t  wishes = { .flags = NGX_SHM_CREATE, .size = 8192 };

    for (i = 1; i < argc; i++) {
        if (strcmp(argv[i], "-b") == 0) {
            build = 1;
            continue;
        }

        if (ngx_shm_open(&seg, argv[i], &wishes) != NGX_OK
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
