/*
 * lock_world.h - what the tests of the locks share: memory, children, time.
 *
 * Nothing outlives a test program: each child is killed with its parent where
 * the system does that, and ends by itself after some minutes anywhere.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#ifndef LOCK_WORLD_H_INCLUDED
#define LOCK_WORLD_H_INCLUDED

#include "ngx_lock.h"

/*
 * As good as for ever, in ms, and still less than the life of a test: what is
 * to happen at once happens late on a machine that is busy or stands still.
 */
#define LONG  60000

/* The life of a test in seconds, and of a process. */
#define TEST_LIFE   300
#define CHILD_LIFE  400

/* This process is to end with its parent, and not to live for long. */
void mortal(void);

/* Zeroed, and the same for all children.  The process ends without it. */
void *shared(size_t size);

/* A mortal child that calls fn and ends. */
pid_t child(void (*fn)(void));

/* It must end by itself, with the status 0. */
void reap(pid_t pid);

/* Kill it, or not; it is gone after that. */
void end(pid_t pid);
void bury(pid_t pid);

/* Wait until it is dead, and leave it a zombie. */
void await_zombie(pid_t pid);

void nap(long ms);
void nap_us(long us);
int64_t now_us(void);

/* Wait until *stage is at least what is asked for, but not for ever. */
void await(volatile int *stage, int least);

/* After <check.h>: run the case, its log is TAP; the status of the program. */
#define run_case(tc)                                                          \
    do {                                                                      \
        int       failed_;                                                    \
        Suite    *s_ = suite_create("locks");                                 \
        SRunner  *sr_;                                                        \
                                                                              \
        tcase_set_timeout(tc, TEST_LIFE);                                     \
        suite_add_tcase(s_, tc);                                              \
        sr_ = srunner_create(s_);                                             \
        srunner_set_tap(sr_, "-");                                            \
        srunner_run_all(sr_, CK_SILENT);                                      \
        failed_ = srunner_ntests_failed(sr_);                                 \
        srunner_free(sr_);                                                    \
        return failed_ != 0;                                                  \
    } while (0)

#endif
