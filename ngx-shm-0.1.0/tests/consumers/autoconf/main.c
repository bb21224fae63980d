/* A parent that sees what its child wrote, in whatever way there is. */
#include "config.h"
#include <stdio.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

#if NGX_HAVE_MAP_ANON
#include <sys/mman.h>
#elif NGX_HAVE_SYSVSHM
#include <sys/ipc.h>
#include <sys/shm.h>
#endif

#if NGX_PTR_SIZE == 0 || HAVE_NOTHING || !HAVE_HOSTILE
#error wrong answers
#endif

static volatile int *
share(void)
{
#if NGX_HAVE_MAP_ANON
    return mmap(NULL, sizeof(int), PROT_READ|PROT_WRITE,
                MAP_ANON|MAP_SHARED, -1, 0);
#elif NGX_HAVE_SYSVSHM
    int id = shmget(IPC_PRIVATE, sizeof(int), 0600);
    void *p = shmat(id, NULL, 0);

    (void) shmctl(id, IPC_RMID, NULL);
    return p;
#endif
}

int
main(void)
{
    volatile int *p = share();
    pid_t child = fork();

    if (child == 0) {
        *p = 42;
        _exit(0);
    }
    (void) waitpid(child, NULL, 0);
    printf("shared %d, answer %d\n", *p, ANSWER);
    return *p != 42;
}
