/*
 * run_case.h - the end of main() of a test: run its one case, in TAP.
 *
 * After <check.h>.  A test may last for timeout seconds.  Returns the status
 * of the program.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#ifndef RUN_CASE_H_INCLUDED
#define RUN_CASE_H_INCLUDED

static int
run_case(TCase *tc, const char *name, int timeout)
{
    int       failed;
    Suite    *suite = suite_create(name);
    SRunner  *runner;

    tcase_set_timeout(tc, timeout);
    suite_add_tcase(suite, tc);
    runner = srunner_create(suite);
    srunner_set_tap(runner, "-");
    srunner_run_all(runner, CK_SILENT);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);

    return failed != 0;
}

#endif
