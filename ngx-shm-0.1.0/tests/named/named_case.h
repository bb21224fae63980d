/*
 * named_case.h - the parts of shm_named_test: one case a file, and short ways
 * to open, refuse and remove the segment that a test is about.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#ifndef NAMED_CASE_H_INCLUDED
#define NAMED_CASE_H_INCLUDED

#include "shm_world.h"
#include "world.h"

extern int  named_rounds;       /* of each kind; NGX_SHM_ROUNDS for more */

/*
 * Choose a name behind which there is nothing, and remember the world; and
 * close and remove the segment: then the world must be the same again.
 */
void named_fresh(int kind);
void named_remove(ngx_shm_segment_t *seg);

/* The test fails unless the segment is opened; created and ready. */
ngx_shm_segment_t named_open(ngx_uint_t flags, size_t size);
ngx_shm_segment_t named_create(size_t size);

/* 1 if the call fails with err, tells word, and leaves the outputs alone. */
int named_refused(ngx_uint_t flags, size_t size, int err, const char *word);
int named_not_removed(int err, const char *word);

TCase *named_life_case(void);
TCase *named_race_case(void);
TCase *named_header_case(void);
TCase *named_owner_case(void);
TCase *named_grow_case(void);
TCase *named_pass_case(void);
TCase *named_limit_case(void);
TCase *named_space_case(void);

/* Add the test to tc for each kind; for each kind that is a file. */
#define each(test)   tcase_add_loop_test(tc, test, 0, KINDS)
#define files(test)  tcase_add_loop_test(tc, test, 0, SYSV)

#endif
