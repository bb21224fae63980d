/*
 * shm_world.h - what the tests of segments need of the system: children, a
 * small /dev/shm, refused system calls, and a count of what is left behind.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#ifndef SHM_WORLD_H_INCLUDED
#define SHM_WORLD_H_INCLUDED

#include "ngx_shmem.h"

#include <check.h>

/* Run work(data) in a child; fails unless it returns 0. */
void in_child(int (*work)(void *), void *data);

/*
 * The same for work that returns CANNOT where it cannot be done: the log then
 * has "# SKIP reason" for this test, which must not go on.  1: skipped.
 */
#define CANNOT  77
#define in_child_if_possible(work, data, reason)                              \
    (cannot_in_child(work, data) ? skip_test(__func__, _i, reason) : 0)
#define NO_NAME_SPACE  "unshare() or mount() is refused here"
#define NO_SECCOMP     "there is no seccomp here"
#define NOT_ROOT       "only root can be somebody else"
int cannot_in_child(int (*work)(void *), void *data);
int skip_test(const char *test, int i, const char *reason);

/* Run all; the log is TAP.  Returns how many failed. */
int run_tests(SRunner *runner);

/* The messages since the last log_clear(), one a line, "LEVEL text". */
extern char       log_text[8192];
extern ngx_log_t  log_to_text;

void log_clear(void);

/* Fail if descriptors, shared mappings, segments or names are left over. */
void remember_world(void);
void compare_world(void);

/*
 * Let the kernel refuse a call with err, in this process and for good: if
 * its argument arg, under mask, is value (arg -1: always).  Returns 0, or -1
 * where there is no seccomp.
 */
int refuse_call(long call, int arg, unsigned mask, unsigned value, int err);

/* The calls, by what they are for. */
int refuse_backend(const char *backend, int err);

/*
 * Enter a mount namespace of this process alone and mount a tmpfs of so many
 * bytes on dir.  Returns 0, or -1 where unshare() is refused.
 */
int private_tmpfs(const char *dir, size_t size);

#endif
