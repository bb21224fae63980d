/*
 * tool_fuzz.c - damage a file at random and ask ngx-shm what is in it
 *
 *     tool_fuzz TOOL FILE FROM TO TIMES SEED
 *
 * The bytes FROM to TO of FILE are damaged TIMES times, each time in another
 * way, and made whole again.  Whatever the damage: TOOL ends in time, by
 * itself, with 0 or 1, and with 1 says why.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include "ngx_auto_config.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define MOST  64                /* bytes damaged at once */

static const char  *tool, *file;
static const char  *commands[] = { "check", "stat", "map" };

static unsigned long long  state;

static unsigned
random_below(unsigned n)
{
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return (unsigned) (state >> 11) % n;
}

/* The status of the tool, 256 for a signal; what it says is in out. */
static int
ask(const char *command)
{
    int    status, fd;
    pid_t  pid = fork();

    if (pid == 0) {
        (void) alarm(60);
        fd = open("fuzz.out", O_RDWR|O_CREAT|O_TRUNC, 0600);

        if (fd == -1 || dup2(fd, 1) == -1 || dup2(fd, 2) == -1) {
            _exit(100);
        }

        (void) execl(tool, tool, command, file, (char *) NULL);
        _exit(101);
    }

    if (pid == -1 || waitpid(pid, &status, 0) != pid) {
        return 102;
    }

    return WIFEXITED(status) ? WEXITSTATUS(status) : 256;
}

static int
has_words(void)
{
    struct stat  st;

    return stat("fuzz.out", &st) == 0 && st.st_size > 20;
}

/* One byte, a word, or some bytes; zeros, ones, noise, or one bit. */
static size_t
damage(unsigned char *p)
{
    static const size_t  sizes[] = { 1, 1, 1, 4, 8, MOST };

    size_t    i, n = sizes[random_below(6)];
    unsigned  how = random_below(5), bit = 1u << random_below(8);

    for (i = 0; i < n; i++) {
        p[i] = (unsigned char) (how == 0 ? 0u : how == 1 ? 0xffu
                                : how == 2 ? p[i] ^ bit
                                : how == 3 ? p[i] + 1u : random_below(256));
    }

    return n;
}

int
main(int argc, char **argv)
{
    int            fd, i, k, got, times, seen = 0, bad = 0;
    long           at, from, to;
    size_t         n;
    unsigned char  before[MOST], after[MOST];

    if (argc != 7) {
        fprintf(stderr, "usage: tool_fuzz TOOL FILE FROM TO TIMES SEED\n");
        return 2;
    }

    tool = argv[1];
    file = argv[2];
    from = atol(argv[3]);
    to = atol(argv[4]) - MOST;
    times = atoi(argv[5]);
    state = strtoull(argv[6], NULL, 10) * 0x9e3779b97f4a7c15u + 1;
    fd = open(file, O_RDWR);

    for (i = 0; fd != -1 && to > from && i < times && bad < 10; i++) {
        at = from + (long) random_below((unsigned) (to - from));

        if (pread(fd, before, MOST, at) != MOST) {
            break;
        }

        memcpy(after, before, MOST);
        n = damage(after);

        if (pwrite(fd, after, n, at) != (ssize_t) n) {
            break;
        }

        for (k = 0; k < 3; k++) {
            got = ask(commands[k]);
            seen += got == 1 && k == 0;

            if (got > 1 || (got == 1 && !has_words())) {
                printf("# %zu bytes at %ld, number %d: %s gave %d\n", n, at, i,
                       commands[k], got);
                bad++;
            }
        }

        if (pwrite(fd, before, n, at) != (ssize_t) n) {
            break;
        }
    }

    printf("# %d damages, %d of them seen, %d wrong answers\n", i, seen, bad);
    return i == times && bad == 0 ? 0 : 1;
}
