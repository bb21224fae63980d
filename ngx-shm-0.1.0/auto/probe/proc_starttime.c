/* probe: start time of a process in /proc
 * macro: NGX_HAVE_PROC_STARTTIME
 * with:  any
 * run:   yes
 * cross: yes *-linux-* *-linux
 * cross: no *bsd* *-darwin* *-macos* *-solaris* *-illumos*
 * see:   proc(5), /proc/PID/stat, field 22; not in nginx
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

/* In ticks since the machine's start, or 0.  Field 2, the program's name, is
   between parentheses and may hold anything, so count from the last one. */
static unsigned long long
proc_starttime_of(pid_t pid)
{
    char name[40], text[1024], *p;
    unsigned long long ticks;
    ssize_t n;
    int fd, field;

    (void) snprintf(name, sizeof(name), "/proc/%ld/stat", (long) pid);
    fd = open(name, O_RDONLY);
    if (fd == -1) {
        return 0;
    }
    n = read(fd, text, sizeof(text) - 1);
    (void) close(fd);
    if (n <= 0) {
        return 0;
    }

    text[n] = '\0';
    p = strrchr(text, ')');
    for (field = 2; p != NULL && field < 22; field++) {
        p = strchr(p + 1, ' ');
    }
    return p != NULL && sscanf(p, "%llu", &ticks) == 1 ? ticks : 0;
}

int
main(void)
{
    unsigned long long ours, its, again;
    pid_t child;

    (void) alarm(10);
    ours = proc_starttime_of(getpid());
    if (ours == 0) {
        fputs("/proc/PID/stat tells no start time\n", stderr);
        return 1;
    }

    child = fork();
    if (child == -1) {
        perror("fork");
        return 1;
    }
    if (child == 0) {
        (void) alarm(10);
        (void) pause();
        _exit(0);
    }

    its = proc_starttime_of(child);
    (void) usleep(30000);
    again = proc_starttime_of(child);
    (void) kill(child, SIGKILL);
    (void) waitpid(child, NULL, 0);

    if (its < ours || its != again) {
        fputs("/proc/PID/stat tells no start time of another\n", stderr);
        return 1;
    }
    if (proc_starttime_of(child) != 0) {
        fputs("/proc/PID/stat shows a process that is gone\n", stderr);
        return 1;
    }

    return 0;
}
