/* probe: System V shared memory
 * macro: NGX_HAVE_SYSVSHM
 * with:  any
 * run:   yes
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <sys/ipc.h>
#include <sys/shm.h>
#include <sys/types.h>

int
main(void)
{
    int id;

    id = shmget(IPC_PRIVATE, 4096, IPC_CREAT|0600);
    return id == -1 || shmctl(id, IPC_RMID, 0) == -1;
}
