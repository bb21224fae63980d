/*
 * passing.c - memory without a name, given to one process over a socket.
 *
 *     cc passing.c $(pkg-config --cflags --libs ngx-shm) && ./a.out
 *
 * The two could as well be unrelated: a Unix socket is all they share.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include <ngx_shm_named.h>

#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

static int
give(int sock)
{
    ngx_shm_segment_t  seg;
    ngx_shm_options_t  wishes = { .flags = NGX_SHM_CREATE, .size = 65536 };

    if (ngx_shm_open(&seg, "memfd:passing", &wishes) != NGX_OK) {
        perror("ngx_shm_open");
        return 1;
    }

    (void) snprintf((char *) seg.addr, seg.size, "written by %ld",
                    (long) getpid());

    if (ngx_shm_ready(&seg) != NGX_OK || ngx_shm_send(&seg, sock) != NGX_OK) {
        perror("ngx_shm_send");
        return 1;
    }

    ngx_shm_close(&seg);
    return 0;
}

static int
take(int sock)
{
    ngx_shm_segment_t  seg;
    ngx_shm_options_t  wishes = { .size = 65536 };

    if (ngx_shm_recv(&seg, sock, &wishes) != NGX_OK) {
        perror("ngx_shm_recv");
        return 1;
    }

    printf("%ld received a segment of %zu bytes, %s\n", (long) getpid(),
           seg.size, (char *) seg.addr);
    ngx_shm_close(&seg);
    return 0;
}

int
main(void)
{
    int    sock[2], status, failed;
    pid_t  pid;

    if (socketpair(AF_UNIX, SOCK_STREAM, 0, sock) == -1) {
        perror("socketpair");
        return 1;
    }

    pid = fork();

    if (pid == 0) {
        (void) close(sock[1]);
        _exit(give(sock[0]));
    }

    (void) close(sock[0]);
    failed = take(sock[1]);

    return pid == -1 || waitpid(pid, &status, 0) != pid || status != 0
           || failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
