/* probe: atomic operations of the compiler on a word
 * macro: NGX_HAVE_ATOMIC_OPS
 * with:  any
 * run:   yes
 * cross: yes *-linux-* *-linux *bsd* *-darwin* *-macos* *-solaris* *-illumos*
 * see:   builtins of gcc 4.7 and clang; nginx asks for the __sync ones
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

/* Both ways of counting; what two processes count together is exact. */
static void
atomic_ops_count(volatile unsigned long *word)
{
    unsigned long old;
    int i;

    for (i = 0; i < 20000; i++) {
        (void) __sync_fetch_and_add(word, 1);
        do {
            old = __atomic_load_n(word, __ATOMIC_ACQUIRE);
        } while (!__sync_bool_compare_and_swap(word, old, old + 1));
        (void) __atomic_fetch_add(word, 1, __ATOMIC_SEQ_CST);
    }
    __sync_synchronize();
}

int
main(void)
{
    volatile unsigned long *word;
    pid_t child;

    (void) alarm(10);
    if (sizeof(unsigned long) != sizeof(void *)
        || !__atomic_always_lock_free(sizeof(unsigned long), 0))
    {
        fputs("a word is not free of locks\n", stderr);
        return 1;
    }

    word = mmap(NULL, 4096, PROT_READ|PROT_WRITE, MAP_ANON|MAP_SHARED, -1, 0);
    if (word == MAP_FAILED) {
        perror("mmap");
        return 1;
    }

    child = fork();
    if (child == -1) {
        perror("fork");
        return 1;
    }
    atomic_ops_count(word);
    if (child == 0) {
        _exit(0);
    }

    (void) waitpid(child, NULL, 0);
    if (*word != 120000) {
        fprintf(stderr, "two processes count to %lu, not 120000\n", *word);
        return 1;
    }

    return 0;
}
