/* probe: semaphore between processes
 * macro: NGX_HAVE_POSIX_SEM
 * with:  any
 * run:   yes
 * libs:  -lpthread -lrt
 * cross: yes *-linux-gnu* *-linux-musl* *-linux *-freebsd* *-solaris*
 * cross: yes *-illumos* no *-darwin* *-macos*
 * see:   sem_init(3), POSIX.1-2001; nginx asks too, but lets no child wait
 * SPDX-License-Identifier: FSFAP
 */
#define _FILE_OFFSET_BITS 64
#define _GNU_SOURCE 1
#include <errno.h>
#include <fcntl.h>
#include <semaphore.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

struct posix_sem {
    sem_t sem;
    volatile int refused;       /* by trywait in the child: its reason */
    volatile int passed;
};

static int
posix_sem_no(const char *call)
{
    perror(call);
    return 1;
}

/* The child is refused at first, and waits until the parent posts. */
static void
posix_sem_child(struct posix_sem *s)
{
    (void) alarm(5);            /* before the parent, which says why */
    s->refused = sem_trywait(&s->sem) == 0 ? -1 : errno;
    if (s->refused == EAGAIN && sem_wait(&s->sem) == 0) {
        s->passed = 1;
    }
    _exit(0);
}

int
main(void)
{
    struct posix_sem *s;
    pid_t child;
    int tries, early;

    (void) alarm(10);
    s = mmap(NULL, sizeof(*s), PROT_READ|PROT_WRITE, MAP_ANON|MAP_SHARED,
             -1, 0);
    if (s == MAP_FAILED) {
        return posix_sem_no("mmap");
    }
    if (sem_init(&s->sem, 1, 0) == -1) {
        return posix_sem_no("sem_init");
    }

    child = fork();
    if (child == -1) {
        return posix_sem_no("fork");
    }
    if (child == 0) {
        posix_sem_child(s);
    }

    for (tries = 0; s->refused == 0 && tries < 160; tries++) {
        (void) usleep(tries < 100 ? 1000 : 50000);
    }
    (void) usleep(1000);        /* most likely it waits now */
    early = s->passed;
    if (s->refused != EAGAIN || sem_post(&s->sem) == -1) {
        (void) kill(child, SIGKILL);
    }
    (void) waitpid(child, NULL, 0);

    if (s->refused != EAGAIN || early || !s->passed) {
        fputs("a post in one process does not let another pass\n", stderr);
        return 1;
    }

    return 0;
}
