/* probe: membarrier(MEMBARRIER_CMD_GLOBAL_EXPEDITED)
 * macro: NGX_HAVE_MEMBARRIER
 * with:  any
 * run:   yes
 * cross: yes *-linux-* *-linux
 * cross: no *bsd* *-darwin* *-macos* *-solaris* *-illumos*
 * see:   membarrier(2), Linux 4.16; no header of the kernel is needed
 * for:   projects that take NGX_CHECK_MEMBARRIER
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
#include <sys/syscall.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
    membarrier_query = 0,
    membarrier_global_expedited = 2,
    membarrier_register_global_expedited = 4
};

static int
membarrier_no(const char *command)
{
    fprintf(stderr, "membarrier(%s): %s\n", command, strerror(errno));
    return 1;
}

int
main(void)
{
    long commands;

    (void) alarm(10);
    commands = syscall(SYS_membarrier, membarrier_query, 0, 0);
    if (commands == -1) {
        return membarrier_no("query");
    }
    if (!(commands & membarrier_global_expedited)) {
        fputs("membarrier: the expedited command is not there\n", stderr);
        return 1;
    }

    if (syscall(SYS_membarrier, membarrier_register_global_expedited, 0, 0)
        == -1)
    {
        return membarrier_no("register");
    }
    if (syscall(SYS_membarrier, membarrier_global_expedited, 0, 0) == -1) {
        return membarrier_no("global expedited");
    }

    return 0;
}
