/* probe: futex between processes
 * macro: NGX_HAVE_FUTEX
 * with:  any
 * run:   yes
 * cross: yes *-linux-* *-linux
 * cross: no *bsd* *-darwin* *-macos* *-solaris* *-illumos*
 * see:   futex(2), Linux 2.6; no header of the kernel is needed
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

enum { futex_wait = 0, futex_wake = 1 };    /* not private to a process */

/* The child sleeps while the word is 0. */
static void
futex_child(volatile int *word)
{
    (void) alarm(10);
    if (syscall(SYS_futex, word, futex_wait, 0, NULL, NULL, 0) == 0) {
        word[1] = 1;
    } else {
        word[1] = errno == EAGAIN ? 2 : -errno;
    }
    _exit(0);
}

int
main(void)
{
    volatile int *word;
    pid_t child;
    long woken;
    int tries;

    (void) alarm(10);
    word = mmap(NULL, 4096, PROT_READ|PROT_WRITE, MAP_ANON|MAP_SHARED, -1, 0);
    if (word == MAP_FAILED) {
        perror("mmap");
        return 1;
    }

    /* to wait for another value than the word has is refused at once */
    if (syscall(SYS_futex, word, futex_wait, 1, NULL, NULL, 0) == 0
        || errno != EAGAIN)
    {
        perror("futex");
        return 1;
    }

    child = fork();
    if (child == -1) {
        perror("fork");
        return 1;
    }
    if (child == 0) {
        futex_child(word);
    }

    woken = 0;
    for (tries = 0; woken == 0 && word[1] == 0 && tries < 160; tries++) {
        (void) usleep(tries < 100 ? 1000 : 50000);
        woken = syscall(SYS_futex, word, futex_wake, 1, NULL, NULL, 0);
    }
    if (woken != 1) {
        (void) kill(child, SIGKILL);
    }
    (void) waitpid(child, NULL, 0);

    if (woken != 1 || word[1] != 1) {
        fputs("one process does not wake another\n", stderr);
        return 1;
    }

    return 0;
}
