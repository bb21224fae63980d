/* probe: shm_open()
 * macro: NGX_HAVE_POSIX_SHM
 * with:  any
 * run:   yes
 * libs:  -lrt
 * cross: yes *-linux-gnu* *-linux-musl* *-linux *bsd* *-darwin* *-macos*
 * cross: yes *-solaris*
 * cross: yes *-illumos* no *-android*
 * see:   shm_open(3), POSIX.1-2001; in librt before glibc 2.34
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

static int
posix_shm_no(const char *call)
{
    perror(call);
    return 1;
}

/* Two descriptors of one new segment, whose name is gone again. */
static int
posix_shm_open(int fd[2])
{
    char name[32];
    int n;

    for (n = 0; n < 100; n++) {
        (void) snprintf(name, sizeof(name), "/ngx_probe.%ld.%d",
                        (long) getpid(), n);
        fd[0] = shm_open(name, O_RDWR|O_CREAT|O_EXCL, 0600);
        if (fd[0] != -1 || errno != EEXIST) {
            break;
        }
    }
    if (fd[0] == -1) {
        return -1;
    }

    fd[1] = shm_open(name, O_RDWR, 0);
    return shm_unlink(name) == -1 || fd[1] == -1 ? -1 : 0;
}

int
main(void)
{
    volatile char *p;
    pid_t child;
    int fd[2];

    (void) alarm(10);
    if (posix_shm_open(fd) == -1) {
        return posix_shm_no("shm_open");
    }
    if (ftruncate(fd[0], 4096) == -1) {
        return posix_shm_no("ftruncate");
    }

    child = fork();
    if (child == -1) {
        return posix_shm_no("fork");
    }

    p = mmap(NULL, 4096, PROT_READ|PROT_WRITE, MAP_SHARED, fd[child == 0], 0);
    if (child == 0) {
        if (p != MAP_FAILED) {
            p[1] = 'x';
        }
        _exit(0);
    }

    (void) waitpid(child, NULL, 0);
    if (p == MAP_FAILED) {
        return posix_shm_no("mmap");
    }
    if (p[0] != 0 || p[1] != 'x') {
        fputs("one mapping does not show what the other wrote\n", stderr);
        return 1;
    }

    return 0;
}
