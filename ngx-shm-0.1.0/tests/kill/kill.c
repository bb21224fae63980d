/*
 * kill.c - kill a process at each instruction of each situation.
 *
 *   kill [-e every] [-p points] [-V variants] [-j jobs] [-c churn] [-S seed]
 *        [-n nested] [-t milliseconds] [-b] [-q] [-x] [situation ...]
 *
 * -x ends a situation at its first finding, -q leaves the table out.
 *
 * Prints TAP, a line for each situation and the table of verdicts as comments;
 * the exit status is 0 if all is clean, 1 if not, 77 if nothing can be traced.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include "point.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define MOST  128                   /* situations */

kill_options_t  kill_options = { 1, 0, 500, 40, 20000, 0, 2, 0, 0, 0, 0 };

const char *const  kill_words[] = {
    "clean", "hang", "crash", "check", "lost", "gained", "overlap", "damaged",
    "diverged"
};

void *
kill_shared(size_t size)
{
    void  *p = mmap(NULL, size, PROT_READ|PROT_WRITE, MAP_SHARED|MAP_ANONYMOUS,
                    -1, 0);

    if (p == MAP_FAILED) {
        perror("kill: error: mmap");
        exit(2);
    }
    return p;
}


static void
usage(void)
{
    fprintf(stderr, "kill: error: wrong option; usage: kill [-e every] "
            "[-p points] [-V variants] [-j jobs] [-c churn] [-S seed] "
            "[-n nested] [-t milliseconds] [-q] [-x] [situation ...]\n");
    exit(2);
}


static void
run(const kill_situation_t *s, kill_result_t *r)
{
    int       i, status;
    unsigned  first = kill_options.seed;

    for (i = 0; i < kill_options.jobs; i++) {
        kill_options.seed = first;      /* the workers share the points out */
        if (fork() == 0) {
            kill_work(s, r, i);
        }
    }
    (void) kill_random();

    while (wait(&status) > 0) {
        r->broken += !WIFEXITED(status) || WEXITSTATUS(status) != 0;
    }
}


static int
wanted(const kill_situation_t *s, int n, char **names)
{
    int  i;

    if ((s->needs & ~kill_heap.can) != 0) {
        return 0;
    }
    for (i = 0; i < n; i++) {
        if (strcmp(names[i], s->name) == 0) {
            return 1;
        }
    }
    return n == 0;
}


static void
print_row(const char *name, kill_result_t *r)
{
    int  i;

    printf("# %-30s %8zu %8zu", name, r->instructions, r->points);
    for (i = 0; i < KILL_VERDICTS; i++) {
        printf(" %8zu", r->verdicts[i]);
    }
    printf(" %8.1f\n", (double) r->healing / 1000);
}


static void
print_table(const kill_situation_t **list, kill_result_t *r, int n)
{
    int       i, j;
    kill_result_t  sum;

    memset(&sum, 0, sizeof(sum));
    printf("# killed at each instruction: %s, every %zu, seed %u\n",
           kill_heap.name, kill_options.every, kill_options.seed);
    printf("# %-30s %8s %8s", "situation", "instr.", "points");
    for (i = 0; i < KILL_VERDICTS; i++) {
        printf(" %8s", kill_words[i]);
    }
    printf(" %8s\n", "heal us");

    for (i = 0; i < n; i++) {
        print_row(list[i]->name, &r[i]);
        sum.instructions += r[i].instructions;
        sum.points += r[i].points;
        for (j = 0; j < KILL_VERDICTS; j++) {
            sum.verdicts[j] += r[i].verdicts[j];
        }
        if (r[i].healing > sum.healing) {
            sum.healing = r[i].healing;
        }
    }
    print_row("all", &sum);
}


static void
options(int argc, char **argv)
{
    kill_options_t  *o = &kill_options;
    int              c;

    o->seed = (unsigned) time(NULL) & 0xffff;

    while ((c = getopt(argc, argv, "e:p:V:j:c:S:n:t:bqx")) != -1) {
        switch (c) {
        case 'e': o->every = strtoul(optarg, NULL, 10); break;
        case 'p': o->points = strtoul(optarg, NULL, 10); break;
        case 'V': o->variants = atoi(optarg); break;
        case 'j': o->jobs = atoi(optarg); break;
        case 'c': o->churn = strtoul(optarg, NULL, 10); break;
        case 'S': o->seed = (unsigned) strtoul(optarg, NULL, 10); break;
        case 'n': o->nested = strtoul(optarg, NULL, 10); break;
        case 't': o->patience = strtoul(optarg, NULL, 10); break;
        case 'b': o->bury = 1; break;
        case 'q': o->quiet = 1; break;
        case 'x': o->once = 1; break;
        default: usage();
        }
    }

    if (o->every < 1 || o->jobs < 1 || o->nested < 1) {
        usage();
    }
}


static int
report(int n, const kill_situation_t *s, kill_result_t *r)
{
    int  ok = r->broken == 0 && r->points == r->verdicts[KILL_CLEAN];

    printf("%s %d - %s: %zu points\n", ok ? "ok" : "not ok", n, s->name,
           r->points);
    if (r->broken != 0) {
        printf("# %zu cases could not be run\n", r->broken);
    }
    if (r->first[0] != '\0') {
        printf("# %s\n", r->first);
    }
    return ok;
}


int
main(int argc, char **argv)
{
    const kill_situation_t  *s, *list[MOST];
    kill_result_t           *r;
    int                      n = 0, i, bad = 0;

    options(argc, argv);

    if (!kill_can_trace()) {
        printf("1..0 # SKIP no process can be single-stepped here\n");
        return 77;
    }

    for (s = kill_situations; s->name != NULL && n < MOST; s++) {
        if (wanted(s, argc - optind, argv + optind)) {
            list[n++] = s;
        }
    }
    if (n == 0) {
        usage();
    }

    r = kill_shared((size_t) n * sizeof(r[0]));
    printf("1..%d\n", n);

    for (i = 0; i < n; i++) {
        (void) fflush(stdout);
        run(list[i], &r[i]);
        bad += !report(i + 1, list[i], &r[i]);
    }

    if (!kill_options.quiet) {
        print_table(list, r, n);
    }
    return bad != 0;
}
