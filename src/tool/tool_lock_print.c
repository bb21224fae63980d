/*
 * tool_lock_print.c - print the state of locks: who has one, and who waits.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include "ngx_auto_config.h"
#include "tool_locks.h"

#include <inttypes.h>

/* The process that holds it, and whether that will ever let it go. */
void
tool_lock_for_people(const tool_t *tool, const char *what,
    const ngx_shmtx_stat_t *st)
{
    int  rests;

    tool_print("    lock %s: ", what);

    if (st->tid == 0 && st->pid == 0) {
        tool_print("free");

    } else {
        rests = st->dead ? 'Z' : tool_process_rests(st->pid);
        tool_colored(tool, rests ? 'r' : 'y', "held by process %ld%s",
                     (long) st->pid, tool_rests_words(rests));
        tool_print("%s", rests == 'Z' || rests == 'X'
                         ? ": the next owner repairs what it left" : "");

        if (st->held_ms > 0) {
            tool_print(", waited for since %.1f s",
                       (double) st->held_ms / 1e3);
        }
    }

    tool_print("; %ju times taken, %ju not at once, %ju after a death\n",
               (uintmax_t) st->acquired, (uintmax_t) st->contended,
               (uintmax_t) st->recovered);
}

void
tool_lock_in_json(const ngx_shmtx_stat_t *st)
{
    tool_json_text("kind", st->kind);
    tool_json_number("owner", (intmax_t) st->pid);
    tool_json_number("dead", (intmax_t) st->dead);
    tool_json_number("held_ms", (intmax_t) st->held_ms);
    tool_json_number("acquired", (intmax_t) st->acquired);
    tool_json_number("contended", (intmax_t) st->contended);
    tool_json_number("misused", (intmax_t) st->misused);
    printf("\"recovered\": %ju", (uintmax_t) st->recovered);
}

/* Only if nobody reads has who owns the writers' lock got the lock. */
static int
writer_waits(const tool_lock_t *lock)
{
    return lock->readers != 0 && lock->stat.pid != 0;
}

static void
readers_for_people(const tool_t *tool, const tool_lock_t *lock)
{
    ngx_uint_t  i;

    tool_colored(tool, 'y', "held by %ju reader%s (",
                 (uintmax_t) lock->readers, lock->readers == 1 ? "" : "s");

    for (i = 0; i < lock->readers && i < TOOL_READERS; i++) {
        tool_print("%s%ld", i == 0 ? "" : ", ", (long) lock->reader[i]);
    }

    tool_print("%s) of %ju", i < lock->readers ? ", ..." : "",
               (uintmax_t) lock->slots);
}

static void
one_for_people(const tool_t *tool, const char *what,
    const tool_lock_t *lock)
{
    if (lock->readers == 0) {
        tool_lock_for_people(tool, what, &lock->stat);
        return;
    }

    tool_print("    lock %s: ", what);
    readers_for_people(tool, lock);

    if (writer_waits(lock)) {
        tool_print(", process %ld waits to write", (long) lock->stat.pid);
    }

    tool_print("; %ju times taken to write, %ju not at once, %ju after a"
               " death\n", (uintmax_t) lock->stat.acquired,
               (uintmax_t) lock->stat.contended,
               (uintmax_t) lock->stat.recovered);
}

/* owner: who writes, 0 while there are readers. */
static void
one_in_json(const tool_lock_t *lock)
{
    ngx_uint_t        i;
    ngx_shmtx_stat_t  st = lock->stat;

    tool_json_number("slots", (intmax_t) lock->slots);
    tool_json_number("waits_to_write", writer_waits(lock)
                                       ? (intmax_t) st.pid : 0);
    printf("\"readers\": [");

    for (i = 0; i < lock->readers && i < TOOL_READERS; i++) {
        printf("%s%ld", i == 0 ? "" : ", ", (long) lock->reader[i]);
    }

    printf("], ");
    st.pid = lock->readers != 0 ? 0 : st.pid;
    tool_lock_in_json(&st);
}

void
tool_locks_for_people(const tool_t *tool, const tool_locks_t *locks)
{
    char    what[64];
    size_t  i;

    for (i = 0; i < locks->n && i < TOOL_LOCKS; i++) {
        (void) snprintf(what, sizeof(what), "found at 0x%jx in it",
                        (uintmax_t) locks->lock[i].offset);
        one_for_people(tool, what, &locks->lock[i]);
    }

    if (locks->n > TOOL_LOCKS) {
        tool_print("    and %zu more locks\n", locks->n - TOOL_LOCKS);
    }
}

void
tool_locks_in_json(const tool_locks_t *locks)
{
    size_t  i;

    tool_json_number("locks_found", (intmax_t) locks->n);
    printf("\"locks\": [");

    for (i = 0; i < locks->n && i < TOOL_LOCKS; i++) {
        printf("%s{", i == 0 ? "" : ", ");
        tool_json_number("offset", (intmax_t) locks->lock[i].offset);
        one_in_json(&locks->lock[i]);
        printf("}");
    }

    printf("]");
}
