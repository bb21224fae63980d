/* probe: posix_fallocate() of shared memory
 * macro: NGX_HAVE_POSIX_FALLOCATE
 * with:  any
 * run:   yes
 * libs:  -lrt
 * cross: yes *-linux-gnu* *-linux-musl* *-linux
 * cross: no *-darwin* *-macos*
 * see:   posix_fallocate(3), POSIX.1-2001; tmpfs since Linux 3.5
 * SPDX-License-Identifier: FSFAP
 */
#define _FILE_OFFSET_BITS 64
#define _GNU_SOURCE 1
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

/* A new segment without a name: of shm_open(), or else a file. */
static int
posix_fallocate_open(void)
{
    char name[40];
    int fd;

    (void) snprintf(name, sizeof(name), "/ngx_probe_fallocate.%ld",
                    (long) getpid());
    fd = shm_open(name, O_RDWR|O_CREAT|O_EXCL, 0600);
    if (fd != -1) {
        (void) shm_unlink(name);
        return fd;
    }

    fd = open(name + 1, O_RDWR|O_CREAT|O_EXCL, 0600);
    if (fd != -1) {
        (void) unlink(name + 1);
    }
    return fd;
}

int
main(void)
{
    struct stat st;
    int fd, error;

    (void) alarm(10);
    fd = posix_fallocate_open();
    if (fd == -1) {
        perror("open");
        return 1;
    }

    error = posix_fallocate(fd, 0, 65536);
    if (error != 0) {
        fprintf(stderr, "posix_fallocate: %s\n", strerror(error));
        return 1;
    }

    /* as large as asked, and not a hole that fails at the first touch */
    if (fstat(fd, &st) == -1 || st.st_size != 65536 || st.st_blocks < 128) {
        fputs("posix_fallocate: nothing was reserved\n", stderr);
        return 1;
    }

    return 0;
}
