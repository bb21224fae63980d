/*
 * shm_killed.c - run a command under a filter that kills the process for some
 * system calls, as that of a container or a service may.
 *
 *   shm_killed sysv|memfd COMMAND [ARGUMENT]...
 *
 * 77: there is no such filter here.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include "ngx_auto_config.h"

#include "seccomp.h"

#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#define CANNOT  77

static int
kill_for(long call)
{
    struct bpf_op  ops[] = {
        { BPF_LOAD, 0, 0, 0 },
        { BPF_EQUAL, 0, 1, (unsigned) call },
        { BPF_RETURN, 0, 0, KILL_PROCESS },
        { BPF_RETURN, 0, 0, RET_ALLOW }
    };
    struct bpf_program  program = { sizeof(ops) / sizeof(ops[0]), ops };

    return prctl(PR_SET_SECCOMP, MODE_FILTER, &program, 0, 0);
}

static int
kill_for_all(const char *what)
{
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == -1) {
        return -1;
    }

    if (strcmp(what, "memfd") == 0) {
        return kill_for(SYS_memfd_create);
    }

    /* Older systems have one call for all of System V. */
#ifdef SYS_ipc
    if (kill_for(SYS_ipc) == -1) {
        return -1;
    }
#endif
#ifdef SYS_shmget
    return kill_for(SYS_shmget) | kill_for(SYS_shmat) | kill_for(SYS_shmctl);
#else
    return 0;
#endif
}

int
main(int argc, char **argv)
{
    if (argc < 3) {
        fprintf(stderr, "usage: shm_killed sysv|memfd COMMAND...\n");
        return 2;
    }

    if (kill_for_all(argv[1]) != 0) {
        return CANNOT;
    }

    (void) execvp(argv[2], argv + 2);
    perror(argv[2]);
    return 2;
}
