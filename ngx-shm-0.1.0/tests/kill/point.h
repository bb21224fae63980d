/*
 * point.h - the inner parts of the kill test: one point, and all of one case.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#ifndef KILL_POINT_H_INCLUDED
#define KILL_POINT_H_INCLUDED

#include "kill.h"
#include "tracer.h"

typedef struct {                    /* of one situation, from all workers */
    size_t         instructions;
    size_t         points;
    size_t         nested;
    size_t         stepped;         /* points that took all the steps */
    size_t         verdicts[KILL_VERDICTS];
    size_t         healing;         /* ns, the longest */
    size_t         broken;          /* cases that could not be run */
    char           first[200];      /* the first that was not clean */
} kill_result_t;

typedef struct {                    /* a worker's own */
    kill_world_t  *w;
    kill_result_t *r;
    const kill_situation_t  *s;
    unsigned char *fresh;           /* the heap just made */
    unsigned char *image;           /* and with the neighbour's part */
    kill_world_t  *ledger;          /* and the ledger then */
    kill_trace_t   trace;
    kill_trace_t   heal;
    kill_record_t  ref[2];          /* not begun, completed */
    int            job;
    size_t         count;           /* points, for the churn */
} kill_bench_t;

typedef struct {                    /* what the command line says */
    size_t         every;           /* instructions from point to point */
    size_t         points;          /* of a situation, about; 0: all */
    size_t         churn;           /* points from churn to churn; 0: none */
    size_t         nested;          /* deaths whose healers are killed too */
    size_t         patience;        /* ms, of a survivor */
    unsigned       seed;
    int            jobs;
    int            variants;        /* of a situation; 0: all */
    int            quiet;
    int            once;            /* one finding is enough */
    int            bury;            /* allocate first, and look then */
} kill_options_t;

extern kill_options_t     kill_options;
extern const char *const  kill_words[];     /* a name for each verdict */

unsigned kill_random(void);

/* Zeroed memory that children share. */
void *kill_shared(size_t size);

/* Whatever happens, this process ends with its parent; ms not 0: and then. */
void kill_limit(size_t ms);

/* A new neighbour in a fresh heap; -1 if that failed. */
int kill_populate(kill_bench_t *b);
/* Back to what the neighbour had left. */
void kill_restore(kill_bench_t *b);
/* The two who are killed, for kill_start(). */
void kill_victim(void *bench);
void kill_healer(void *bench);
/* Kill at instruction k; the world is then as the dead left it. */
int kill_strike(kill_bench_t *b, size_t k);
int kill_strike_healer(kill_bench_t *b, size_t k);
/* Let a survivor examine the world. */
kill_record_t *kill_inspect(kill_bench_t *b, int with_churn);
/* A clean record must be that of before or that of after. */
void kill_compare(kill_bench_t *b, kill_record_t *rec, int exact);

/* A worker's share of a situation; does not return. */
void kill_work(const kill_situation_t *s, kill_result_t *r, int job);

#endif
