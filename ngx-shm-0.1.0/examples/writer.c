/*
 * writer.c - put a line where reader.c, another program, finds it by name.
 *
 *     cc writer.c $(pkg-config --cflags --libs ngx-shm) -o writer
 *     ./writer posix:/greeting hello && ./reader posix:/greeting
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include <ngx_shm_named.h>

#include <stdio.h>
#include <string.h>

int
main(int argc, char **argv)
{
    ngx_shm_segment_t  seg;
    ngx_shm_options_t  wishes = { .flags = NGX_SHM_CREATE, .size = 4096 };

    if (argc != 3) {
        fprintf(stderr, "usage: writer SEGMENT TEXT\n");
        return 2;
    }

    if (ngx_shm_open(&seg, argv[1], &wishes) != NGX_OK) {
        perror(argv[1]);
        return 1;
    }

    (void) snprintf((char *) seg.addr, seg.size, "%s", argv[2]);

    /* A reader that came too early waits until here. */
    if (seg.created && ngx_shm_ready(&seg) != NGX_OK) {
        perror("ngx_shm_ready");
        return 1;
    }

    ngx_shm_close(&seg);
    return 0;
}
