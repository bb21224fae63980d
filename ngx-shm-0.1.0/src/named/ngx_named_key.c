/*
 * ngx_named_key.c - the file that holds the key of a System V segment.
 *
 * A key is a number that any program may use, in each IPC namespace for another
 * segment.  So the file also has the number of the namespace, and the id of the
 * segment, which is in its header.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include "ngx_auto_config.h"
#include "ngx_named_key.h"

#include <stdio.h>
#include <sys/ipc.h>
#include <sys/shm.h>
#include <sys/stat.h>
#include <unistd.h>

#if NGX_HAVE_SYSVSHM

#define LINE  "ngx-shm sysv key 0x%08x generation %010u id %016jx ipc %010u\n"

typedef struct {
    unsigned   key;
    unsigned   generation;
    uintmax_t  id;              /* 0: not known */
    unsigned   ipc;             /* 0: not known */
} content_t;

/* The IPC namespace of this process; 0: not known. */
static unsigned
namespace(void)
{
    struct stat  st;

    return stat("/proc/self/ns/ipc", &st) == 0 ? (unsigned) st.st_ino : 0;
}

ngx_err_t
ngx_named_key_write(int fd, key_t key, uint32_t generation, uint64_t id)
{
    char     line[128];
    int      len = snprintf(line, sizeof(line), LINE, (unsigned) key,
                            (unsigned) generation, (uintmax_t) id,
                            namespace());
    ssize_t  n = pwrite(fd, line, (size_t) len, 0);

    if (n == -1) {
        return errno;
    }

    return n == len ? 0 : ENOSPC;
}

/* 0; ENODATA: it is empty; EBADMSG: it is no key file. */
static ngx_err_t
read_file(int fd, content_t *c)
{
    char     line[128];
    ssize_t  n = pread(fd, line, sizeof(line) - 1, 0);

    memset(c, 0, sizeof(*c));

    if (n <= 0) {
        return n == 0 ? ENODATA : errno;
    }

    line[n] = '\0';

    return sscanf(line, LINE, &c->key, &c->generation, &c->id, &c->ipc) < 1
           ? EBADMSG : 0;
}

/*
 * Another program may have the key by now, if ours was removed.  A maker that
 * died left no header.  Who may not read the segment cannot tell.
 */
static int
is_ours(int id, uint64_t want)
{
    int                        yes;
    const ngx_named_header_t  *head;
    struct shmid_ds            ds;

    if (want == 0) {
        return 1;
    }

    head = shmat(id, NULL, SHM_RDONLY);

    if (head == (void *) -1) {
        return 1;
    }

    yes = head->magic[0] == '\0'
          || (shmctl(id, IPC_STAT, &ds) == 0 && ds.shm_segsz >= sizeof(*head)
              && (head->id == want || head->id == 0));
    (void) shmdt(head);
    return yes;
}

ngx_err_t
ngx_named_key_find(int fd, int *id, uint32_t *generation)
{
    unsigned   here = namespace();
    content_t  c;
    ngx_err_t  err = read_file(fd, &c);

    if (err != 0) {
        return err;
    }

    *generation = c.generation;

    if (c.key == NGX_NAMED_NO_KEY) {
        return ENODATA;
    }

    if (c.ipc != 0 && here != 0 && c.ipc != here) {
        return EXDEV;
    }

    *id = shmget((key_t) c.key, 0, 0);

    if (*id == -1) {
        return errno == ENOENT || errno == EIDRM ? ENODATA : errno;
    }

    return is_ours(*id, c.id) ? 0 : ENODATA;
}

#endif
