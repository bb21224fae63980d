/* probe: System V shared memory
 * macro: NGX_HAVE_SYSVSHM
 * with:  any
 * run:   yes
 * libs:  -lipc
 * cross: yes *-linux-gnu* *-linux-musl* *-linux *bsd* *-darwin* *-macos*
 * cross: yes *-solaris*
 * cross: yes *-illumos* no *-android*
 * see:   shmop(2), POSIX XSI; nginx asks too, but does not attach
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
#include <sys/ipc.h>
#include <sys/mman.h>
#include <sys/shm.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

static int
sysvshm_no(const char *call)
{
    perror(call);
    return 1;
}

int
main(void)
{
    volatile char *p;
    pid_t child;
    int id;

    (void) alarm(10);
    id = shmget(IPC_PRIVATE, 4096, IPC_CREAT|0600);
    if (id == -1) {
        return sysvshm_no("shmget");
    }

    /* marked before it is looked at, so that no death leaves it behind */
    p = shmat(id, NULL, 0);
    if (shmctl(id, IPC_RMID, NULL) == -1) {
        return sysvshm_no("shmctl IPC_RMID");
    }
    if (p == (void *) -1) {
        return sysvshm_no("shmat");
    }

    child = fork();
    if (child == -1) {
        return sysvshm_no("fork");
    }
    if (child == 0) {
        p[1] = 'x';
        _exit(0);
    }

    (void) waitpid(child, NULL, 0);
    if (p[0] != 0 || p[1] != 'x') {
        fputs("the parent does not see what its child wrote\n", stderr);
        return 1;
    }

    return 0;
}
