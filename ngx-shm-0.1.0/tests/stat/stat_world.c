/*
 * stat_world.c - a set of counters, in which somebody is killed.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include "ngx_auto_config.h"

#include "stat_world.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

stat_world_t    *w;
ngx_shm_stat_t  *set;

static const uint64_t  bounds[] = { 10, 100, 1000 };

static void *
shared(size_t size)
{
    void  *p = mmap(NULL, size, PROT_READ|PROT_WRITE, MAP_SHARED|MAP_ANON, -1,
                    0);

    if (p == MAP_FAILED) {
        perror("stat_kill: error: mmap");
        exit(2);
    }

    return p;
}

void
world_map(void)
{
    w = shared(sizeof(*w));
    set = shared(SIZE);
}

static ngx_int_t
define(const char *name, ngx_uint_t kind)
{
    ngx_int_t           id;
    ngx_shm_stat_def_t  def = { NULL, NULL, 0, 0, NULL };

    def.name = name;
    def.kind = kind;

    if (kind == NGX_SHM_STAT_HISTOGRAM) {
        def.bounds = bounds;
        def.nbounds = 3;
    }

    id = ngx_shm_stat_define(set, &def);

    if (id < 0) {
        perror("stat_kill: error: ngx_shm_stat_define");
        exit(2);
    }

    return id;
}

void
world_make(ngx_uint_t members)
{
    ngx_memzero(w, sizeof(*w));
    w->other = -1;

    if (ngx_shm_stat_create(set, SIZE, members, 8) == NULL) {
        perror("stat_kill: error: ngx_shm_stat_create");
        exit(2);
    }

    w->counter = define("counter", NGX_SHM_STAT_COUNTER);
    w->gauge = define("gauge", NGX_SHM_STAT_GAUGE);
    w->level = define("level", NGX_SHM_STAT_LEVEL);
    w->histogram = define("histogram", NGX_SHM_STAT_HISTOGRAM);
}

/* Something in each word, so that what is lost is seen. */
static void
fill(void)
{
    w->failed |= ngx_shm_stat_add(set, w->counter, 5) != NGX_OK;
    w->failed |= ngx_shm_stat_add(set, w->gauge, -3) != NGX_OK;
    w->failed |= ngx_shm_stat_set(set, w->level, 7) != NGX_OK;
    w->failed |= ngx_shm_stat_observe(set, w->histogram, 50) != NGX_OK;
}

void
world_bystander(void)
{
    int    pipes[2], c;
    pid_t  pid;

    if (pipe(pipes) == -1 || (pid = fork()) == -1) {
        perror("stat_kill: error: fork");
        exit(2);
    }

    if (pid == 0) {
        (void) close(pipes[0]);
        fill();
        (void) close(pipes[1]);

        for ( ;; ) {
            (void) pause();
        }
    }

    (void) close(pipes[1]);
    (void) read(pipes[0], &c, 1);
    (void) close(pipes[0]);
    w->bystander = pid;
}

void
world_end(void)
{
    if (w->bystander > 0) {
        (void) kill(w->bystander, SIGKILL);
        (void) waitpid(w->bystander, NULL, 0);
        w->bystander = 0;
    }
}

/* half: as if it had been killed within an observation of 500. */
void
world_dead_member(int half)
{
#if NGX_STAT_HAVE_CELLS
    uint32_t          first = ngx_stat_word(w->histogram);
    ngx_stat_cell_t  *cell = ngx_stat_cell(set, NGX_STAT_FIRST);
#endif

    world_bystander();
    world_end();

#if NGX_STAT_HAVE_CELLS
    if (half) {
        cell->first = first;
        cell->bucket = first + 3;
        cell->count = cell->word[first + 3] + 1;
        cell->sum = cell->word[first] + 500;
        cell->word[first + 3]++;
        cell->op = 1;
    }
#endif
}

int
in_child(void (*fn)(void))
{
    int    status;
    pid_t  pid = fork();

    if (pid == 0) {
        (void) alarm(60);
        fn();
        _exit(0);
    }

    return pid != -1 && waitpid(pid, &status, 0) == pid && status == 0;
}

void
look(void)
{
    int                    i;
    ngx_shm_stat_info_t    info;
    ngx_shm_stat_value_t   v;

    if (mprotect(set, SIZE, PROT_READ) != 0
        || ngx_shm_stat_attach(set, SIZE) != set)
    {
        w->failed = 1;
        return;
    }

    w->failed |= ngx_shm_stat_read(set, w->counter, &v) != NGX_OK;
    w->seen.counter = v.value;
    w->failed |= ngx_shm_stat_read(set, w->gauge, &v) != NGX_OK;
    w->seen.gauge = v.value;
    w->failed |= ngx_shm_stat_read(set, w->level, &v) != NGX_OK;
    w->seen.level = v.value;
    w->failed |= ngx_shm_stat_read(set, w->histogram, &v) != NGX_OK;
    w->seen.count = v.value;
    w->seen.sum = (int64_t) v.sum;

    for (i = 0; i < 4; i++) {
        w->seen.buckets[i] = (int64_t) v.count[i];
    }

    for (i = 0; ngx_shm_stat_info(set, (ngx_uint_t) i, &info) == NGX_OK; i++) {
        /* void */
    }

    w->seen.names = i;
}

void
count_one(void)
{
    ngx_shm_stat_def_t  def = { "later", NULL, NGX_SHM_STAT_COUNTER, 0, NULL };

    w->failed |= ngx_shm_stat_attach(set, SIZE) != set;
    w->failed |= ngx_shm_stat_add(set, w->counter, 1) != NGX_OK;
    w->failed |= ngx_shm_stat_add(set, w->gauge, 1) != NGX_OK;
    w->failed |= ngx_shm_stat_observe(set, w->histogram, 1) != NGX_OK;
    w->failed |= ngx_shm_stat_define(set, &def) < 0;
}
