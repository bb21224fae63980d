/*
 * reader.c - read what writer.c, another program, left under a name.
 *
 *     cc reader.c $(pkg-config --cflags --libs ngx-shm) -o reader
 *     ./reader posix:/greeting
 *
 * With -u the name is removed afterwards.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include <ngx_shm_named.h>

#include <stdio.h>
#include <string.h>

int
main(int argc, char **argv)
{
    int                remove = argc == 3 && strcmp(argv[1], "-u") == 0;
    ngx_shm_segment_t  seg;
    ngx_shm_options_t  wishes = { .flags = NGX_SHM_RDONLY };

    if (argc != 2 + remove) {
        fprintf(stderr, "usage: reader [-u] SEGMENT\n");
        return 2;
    }

    if (ngx_shm_open(&seg, argv[1 + remove], &wishes) != NGX_OK) {
        perror(argv[1 + remove]);
        return 1;
    }

    printf("%.*s\n", (int) seg.size, (char *) seg.addr);
    ngx_shm_close(&seg);

    if (remove && ngx_shm_unlink(argv[2], NULL) != NGX_OK) {
        perror(argv[2]);
        return 1;
    }

    return 0;
}
