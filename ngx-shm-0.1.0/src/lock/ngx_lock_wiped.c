/*
 * ngx_lock_wiped.c - memory of this process alone, which a forked child finds
 * zeroed.
 *
 * The kernel zeroes it where it has MADV_WIPEONFORK, after _Fork() and the bare
 * system call too.  Otherwise a handler of pthread_atfork() does: blocks that
 * the kernel does not wipe are in a list.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include "ngx_auto_config.h"

#include "ngx_lock_fork.h"
#include "ngx_lock_word.h"

#include <stdlib.h>
#include <sys/mman.h>

/* The kernel's number: headers may lack it. */
#define WIPEONFORK  18

/*
 * In front of the memory that is given out, in the same block: zeroed with it
 * where the kernel wipes, which means that it is in no list.
 */
typedef struct wiped_s  wiped_t;

struct wiped_s {
    size_t    size;         /* of the whole block */
    wiped_t  *next;
    int       listed;       /* 1: the handler must zero it */
};

#define FRONT  64

static wiped_t  *blocks;

static void
in_child(void)
{
    wiped_t  *p;

    for (p = blocks; p != NULL; p = p->next) {
        ngx_memzero((char *) p + FRONT, p->size - FRONT);
    }
}

static ngx_lock_heir_t  heir = { .child = in_child };

static void
enlist(wiped_t *p)
{
    ngx_lock_guard(&heir);

    p->listed = 1;
    p->next = blocks;
    blocks = p;

    ngx_lock_unguard();
}

static void
delist(wiped_t *p)
{
    wiped_t  **link;

    ngx_lock_guard(&heir);

    for (link = &blocks; *link != p; link = &(*link)->next) {
        /* void */
    }
    *link = p->next;

    ngx_lock_unguard();
}

#if NGX_HAVE_MADV_WIPEONFORK

/* Some sandboxes refuse the advice: then the block goes into the list. */
static wiped_t *
get(size_t size)
{
    void  *p = mmap(NULL, size, PROT_READ|PROT_WRITE, MAP_ANON|MAP_PRIVATE,
                    -1, 0);

    if (p == MAP_FAILED) {
        return NULL;
    }

    if (madvise(p, size, WIPEONFORK) == -1) {
        ((wiped_t *) p)->size = size;
        enlist(p);
    }

    return p;
}

static void
put(wiped_t *p, size_t size)
{
    (void) munmap(p, size);
}

#else

static wiped_t *
get(size_t size)
{
    void  *p;

    if (posix_memalign(&p, FRONT, size) != 0) {
        return NULL;
    }

    ngx_memzero(p, size);
    ((wiped_t *) p)->size = size;
    enlist(p);

    return p;
}

static void
put(wiped_t *p, size_t size)
{
    (void) size;
    free(p);
}

#endif

void *
ngx_lock_wiped(size_t size)
{
    int       err = errno;
    wiped_t  *p = get(size + FRONT);

    errno = err;
    return p != NULL ? (char *) p + FRONT : NULL;
}

void
ngx_lock_wiped_free(void *memory, size_t size)
{
    int       err = errno;
    wiped_t  *p = (wiped_t *) (void *) ((char *) memory - FRONT);

    if (p->listed) {
        delist(p);
    }

    put(p, size + FRONT);
    errno = err;
}
