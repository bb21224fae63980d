/*
 * tool_rwlock.c - a read-write lock in the memory of a pool: who reads, who
 * writes, and who waits to write.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include "ngx_auto_config.h"
#include "tool_locks.h"
#include "ngx_rwlock_slot.h"

#include <stdlib.h>

/* The number in a slot: a thread's, which is its process's if it has one. */
#define TID  0x3fffffffu

static void
note_readers(tool_lock_t *lock, const ngx_rwlock_t *rw)
{
    uint32_t  i, n = 0;

    for (i = 0; i < rw->slots && n < TOOL_READERS; i++) {
        if (rw->slot[i].word != 0) {
            lock->reader[n++] = (ngx_pid_t) (rw->slot[i].word & TID);
        }
    }
}

void
tool_rwlock_look(const tool_view_t *view, uint64_t at, size_t room,
    tool_lock_t *lock)
{
    size_t              len;
    ngx_rwlock_t       *rw, head;
    ngx_rwlock_stat_t   st;

    if (room < sizeof(head)
        || tool_view_read(view, at, &head, sizeof(head)) != sizeof(head)
        || !ngx_rwlock_is_made(&head) || head.slots == 0
        || head.slots > (room - ngx_rwlock_size(0)) / sizeof(head.slot[0]))
    {
        return;
    }

    len = ngx_rwlock_size(head.slots);
    rw = malloc(len);

    /* it may have changed since */
    if (rw != NULL && tool_view_read(view, at, rw, len) == len
        && rw->slots == head.slots)
    {
        ngx_rwlock_stat(rw, &st);
        lock->stat = st.writer;
        lock->slots = st.slots;
        lock->readers = st.readers;
        note_readers(lock, rw);
    }

    free(rw);
}
