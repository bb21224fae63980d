/* Named segments: 16 processes at once. */
/* SPDX-License-Identifier: BSD-2-Clause */

#include "ngx_auto_config.h"

#include "named_case.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/shm.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define PROCESSES  16

/* Memory that the processes of a race share, apart from the segment. */
typedef struct {
    volatile int  go;
    volatile int  waiting;
    volatile int  created;
    volatile int  attached;
    volatile int  killed;
    int           victims;      /* creators that are killed while building */
    int           flags;
} race_t;

static int
run(void *data)
{
    race_t            *race = data;
    ngx_shm_segment_t  seg;
    ngx_uint_t         flags = NGX_SHM_CREATE | (ngx_uint_t) race->flags;
    ngx_shm_options_t  o = named_wish(flags, SIZE);

    (void) __sync_fetch_and_add(&race->waiting, 1);

    while (!race->go) {
        (void) usleep(50);
    }

    if (ngx_shm_open(&seg, named, &o) != NGX_OK) {
        fprintf(stderr, "# %s\n", log_text);
        return 1;
    }

    if (seg.created) {
        if (__sync_fetch_and_add(&race->killed, 1) < race->victims) {
            (void) raise(SIGKILL);
        }

        memset(seg.addr, 'r', SIZE);
        (void) __sync_fetch_and_add(&race->created, 1);

        if (ngx_shm_ready(&seg) != NGX_OK) {
            return 2;
        }

    } else {
        (void) __sync_fetch_and_add(&race->attached, 1);
    }

    if (seg.size != SIZE || seg.addr[0] != 'r' || seg.addr[SIZE - 1] != 'r') {
        return 3;
    }

    /* All have it at once: it was not made anew while a process had it. */
    while (race->created + race->attached < PROCESSES - race->victims) {
        (void) usleep(50);
    }

    return 0;
}

static void
race_once(race_t *race)
{
    int    i, status, died = 0;

    race->go = race->waiting = race->created = race->attached = 0;
    race->killed = 0;

    for (i = 0; i < PROCESSES; i++) {
        if (fork() == 0) {
            (void) alarm(300);
            _exit(run(race));
        }
    }

    while (race->waiting < PROCESSES) {
        (void) usleep(50);
    }

    race->go = 1;

    while (wait(&status) != -1) {
        if (WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL) {
            died++;
        } else {
            ck_assert_int_eq(status, 0);
        }
    }

    ck_assert_int_eq(died, race->victims);
    ck_assert_int_eq(race->created, 1);
    ck_assert_int_eq(race->attached, PROCESSES - 1 - race->victims);
}

static void
race(int kind, int times, int victims, int flags, int stale)
{
    int        i;
    race_t    *shared;
    ngx_shm_t  shm = { NULL, sizeof(race_t), ngx_null_string, NULL, 0 };

    named_fresh(kind);
    ck_assert_int_eq(ngx_shm_alloc(&shm), NGX_OK);
    shared = (race_t *) (void *) shm.addr;
    shared->victims = victims;
    shared->flags = flags;
    fflush(NULL);

    for (i = 0; i < times; i++) {
        if (stale) {
            ngx_shm_segment_t  seg = named_create(2 * SIZE);

            ngx_shm_close(&seg);
        }

        race_once(shared);
        ck_assert_int_eq(ngx_shm_unlink(named, &log_to_text), NGX_OK);
    }

    ngx_shm_free(&shm);
    compare_world();
}

START_TEST(of_16_at_once_one_creates_and_15_attach)
{
    race(_i, named_rounds, 0, 0, 0);
}
END_TEST

START_TEST(of_16_the_survivors_agree_if_builders_are_killed)
{
    race(_i, named_rounds / 4, 3, 0, 0);
}
END_TEST

START_TEST(of_16_one_makes_a_stale_one_anew)
{
    race(_i, named_rounds / 4, 0, NGX_SHM_FRESH, 1);
}
END_TEST

/* Each creator removes the name at once, while others have just opened it. */
static int
create_and_remove(void *data)
{
    int                i;
    struct stat        st;
    ngx_shm_segment_t  seg;
    ngx_shm_options_t  o = named_wish(NGX_SHM_CREATE, SIZE);

    (void) data;

    for (i = 0; i < 3 * named_rounds; i++) {
        if (ngx_shm_open(&seg, named, &o) != NGX_OK) {
            fprintf(stderr, "# %s\n", log_text);
            return 1;
        }

        if (!seg.created || fstat(seg.fd, &st) == -1 || st.st_nlink != 1
            || ngx_shm_unlink(named, NULL) != NGX_OK)
        {
            return 2;
        }

        ngx_shm_close(&seg);
    }

    return 0;
}

START_TEST(what_is_built_has_a_name)
{
    int  i, status;

    named_fresh(_i);
    fflush(NULL);

    for (i = 0; i < 4; i++) {
        if (fork() == 0) {
            (void) alarm(300);
            _exit(create_and_remove(NULL));
        }
    }

    while (wait(&status) != -1) {
        ck_assert_int_eq(status, 0);
    }

    compare_world();
}
END_TEST

TCase *
named_race_case(void)
{
    TCase  *tc = tcase_create("race");

    each(of_16_at_once_one_creates_and_15_attach);
    each(of_16_the_survivors_agree_if_builders_are_killed);
    each(of_16_one_makes_a_stale_one_anew);
    each(what_is_built_has_a_name);

    return tc;
}
