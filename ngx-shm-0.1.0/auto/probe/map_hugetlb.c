/* probe: mmap(MAP_HUGETLB), touched
 * macro: NGX_HAVE_MAP_HUGETLB
 * with:  any
 * run:   yes
 * cross: no *
 * see:   mmap(2), Linux 2.6.32; not in nginx
 * depends: /proc/sys/vm/nr_hugepages /proc/sys/vm/nr_overcommit_hugepages
 * for:   the table of ngx-shm features; the library asks the kernel itself
 * change: sysctl vm.nr_hugepages=N, as root, sets N pages aside
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
map_hugetlb_no(const char *call)
{
    perror(call);
    return 1;
}

static void
map_hugetlb_refused(int sig)
{
    (void) sig;
    _exit(1);
}

int
main(void)
{
    volatile char *p;
    pid_t child;
    int status = 0;

    (void) alarm(10);
    p = mmap(NULL, 2097152, PROT_READ|PROT_WRITE,
             MAP_ANON|MAP_SHARED|MAP_HUGETLB, -1, 0);
    if (p == MAP_FAILED && errno == ENOMEM) {
        fputs("mmap: no page is set aside; raise vm.nr_hugepages\n", stderr);
        return 1;
    }
    if (p == MAP_FAILED) {
        return map_hugetlb_no("mmap");
    }

    /* granted is not given: a limit may strike at the first touch */
    child = fork();
    if (child == -1) {
        return map_hugetlb_no("fork");
    }
    if (child == 0) {
        (void) signal(SIGBUS, map_hugetlb_refused);
        p[1] = 'x';
        _exit(0);
    }

    (void) waitpid(child, &status, 0);
    if (status != 0) {
        fputs("refused at the first touch; does a cgroup limit it?\n", stderr);
        return 1;
    }
    if (p[0] != 0 || p[1] != 'x') {
        fputs("the parent does not see what its child wrote\n", stderr);
        return 1;
    }

    return 0;
}
