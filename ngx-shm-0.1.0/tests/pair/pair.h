/*
 * pair.h - two processes that run side by side, a few instructions at a time.
 *
 * The library is built with a call before each instruction that touches memory
 * (points.awk).  A call with an address in the pool is a point: there a process
 * can be stopped, and killed, and another one can run.  Everything else is
 * real: processes, their deaths, and what the kernel does about them.
 *
 * The controller runs one process at a time.  A and B do one operation each,
 * which the plan cuts into segments; C made the pool and examines it in the
 * end; N comes late; R came first and died with memory.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#ifndef PAIR_H_INCLUDED
#define PAIR_H_INCLUDED

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

enum { A, B, C, N, R, PAIR_PROCESSES };

#define PAIR_KNOWN   1800       /* chunks in the ledger */
#define PAIR_CELLS   8
#define PAIR_FILL    640        /* pages that one process can fill */
#define PAIR_TRACE   (1 << 15)
#define PAIR_SEGS    5
#define PAIR_END     0xffffffffu
#define PAIR_PAGE    4096
#define PAIR_WORDS   (1 << 19)      /* in a pool, at most */
#define PAIR_DRAIN   24

/* Why a process stopped. */
enum {
    PAIR_IDLE = 1, PAIR_POINT, PAIR_BLOCKED, PAIR_HANG, PAIR_CRASH, PAIR_DEAD
};

/* What the controller asks of a process. */
enum {
    ASK_SETUP = 1, ASK_RUN, ASK_ACT, ASK_DRAIN, ASK_UNDRAIN, ASK_REAP,
    ASK_FREE, ASK_USE, ASK_FILL, ASK_UNFILL, ASK_CHECK
};

/* What a survivor may do before anybody looks. */
enum {
    ACT_NONE, ACT_ALLOC, ACT_TO, ACT_FROM, ACT_FREE, ACT_REALLOC, ACT_HUGE,
    ACT_REAP, ACT_CHECK, ACT_USAGE, ACT_ROW, PAIR_ACTS,
    /* the two halves of ACT_REAP */
    ACT_ONLY_REAP, ACT_TAKE
};

/* What is known of a chunk: GOING is live or not, somebody died at it. */
enum { NEVER, LIVE, GOING, GONE };

typedef struct {
    unsigned char  *p;
    uint32_t        size;
    uint8_t         owner;
    uint8_t         state;
    uint8_t         drained;
} pair_known_t;

/* What the processes were told; goes back with the pool. */
typedef struct {
    int            n;
    int            calls;           /* of the clock */
    int            alerts;
    int            getting[PAIR_PROCESSES];     /* in an allocation now */
    int            to[PAIR_CELLS];              /* calls that were told yes */
    int            from[PAIR_CELLS];
    int            filler[PAIR_CELLS];          /* who called alloc_to */
    int            spare[PAIR_CELLS];           /* reaped, or freed before */
    int            reaping[PAIR_PROCESSES];     /* whom it reaps now, + 1 */
    int            reaped[PAIR_PROCESSES];      /* chunks, as told */
    int            wrong;           /* what a process saw */
    char           why[120];
    char           said[100];       /* the first alert */
    pair_known_t   known[PAIR_KNOWN];
} pair_ledger_t;

typedef struct {
    volatile uint32_t  go;
    volatile uint32_t  state;
    volatile int       ask;
    volatile int       arg;
    volatile uint64_t  points;      /* since it was asked */
    volatile uint64_t  stop;        /* at this one; 0: nowhere */
    void              *waits;       /* in futex(2) */
    volatile int       woken;
    volatile int       naps;
    pid_t              pid;
    int                counts;      /* 1: its points are recorded */
    int                touched;     /* 1: its last point was in the pool */
} pair_process_t;

typedef struct {
    uint32_t  at;                   /* offset / 8 * 2 + 1 if it is a store */
} pair_touch_t;

typedef struct {
    const char  *name;
    void       (*setup)(void);
    void       (*run)(void);
    unsigned     flags;
} pair_op_t;

enum {
    OP_FRESH = 1,                   /* changes more than the pool */
    OP_DEAD = 2,                    /* R was there */
    OP_FULL = 4,                    /* there is little memory */
    OP_FROM = 8,                    /* of the common cell */
    OP_TO = 16,                     /* to the common cell, if it is empty */
    OP_WRONG = 32,                  /* the library may complain */
    OP_PAGES = 64,                  /* of whole pages only */
    OP_MINE = 128                   /* the common cell is filled by A or B */
};

extern const pair_op_t  pair_ops[];

typedef struct {
    uint32_t  size;                 /* of the pool */
    unsigned  flags;
    int       few;                  /* 1: less slots than processes */
} pair_pool_t;

/* Two operations, and on what. */
typedef struct {
    int       op[2];
    uint32_t  size;
    int       pool;
} pair_case_t;

typedef struct {
    uint8_t   first;                /* A or B */
    uint8_t   n;                    /* segments */
    int8_t    kill;                 /* the process of this one; -1: of none */
    uint8_t   act;
    uint8_t   now;                  /* 1: C or N does it, right at the death */
    uint8_t   actor;                /* B: who survived, C or N */
    uint8_t   act2;
    uint8_t   look;                 /* 1: somebody looks while much is live */
    uint32_t  seg[PAIR_SEGS];       /* points; PAIR_END: to the end */
} pair_plan_t;

typedef struct {
    volatile uint32_t  back;        /* the controller's turn */
    pair_case_t        c;
    unsigned char     *base;
    size_t             size;
    uintptr_t         *cells;
    int                bad_rc;
    pair_process_t     process[PAIR_PROCESSES];
    size_t             nfill[PAIR_PROCESSES];
    unsigned char     *fill[PAIR_PROCESSES][PAIR_FILL];
    size_t             ntrace;
    pair_touch_t       trace[PAIR_TRACE];
    pair_ledger_t      now;
} pair_world_t;

extern pair_world_t       *w;
extern int                 me;
extern const pair_pool_t   pair_pools[];
extern const uint32_t      pair_sizes[];

/* point.c: in a process */
#define PAIR_SAVES_ALL  __attribute__((no_caller_saved_registers))
void pair_point(unsigned char *addr, int store) PAIR_SAVES_ALL;
extern __thread volatile int  pair_on;
void pair_begin(void);
void pair_finish(void);
void pair_park(uint32_t state);
void pair_catch(void);
void futex_wait(volatile uint32_t *p, uint32_t value, unsigned ms);
void futex_wake(volatile uint32_t *p);

/* told.c, in any; the first one stays */
void pair_wrong(const char *why, long a, long b);

/* serve.c: be a process; does not return */
void pair_serve(int who);

/* world.c: in the controller */
int pair_world(const pair_case_t *c);
/* Back to where both operations begin; new: both processes, too. */
int pair_restore(int anew);
/* Let it run to its stop; why it stopped. */
int pair_run(int who);
/* Let it do something, whatever it waits for; 0: done. */
int pair_ask(int who, int ask, int arg);
void pair_kill(int who);
int pair_spawn(int who);
/* 1: an operation wrote to the pool beside its points. */
int pair_untold(const pair_touch_t *touch, size_t n);
/* What cannot be gone on with. */
void pair_give_up(const char *what);

/* referee.c */
/* 1: as it must be; else w->now.why tells. */
int pair_judge(const pair_plan_t *plan);
/* Room that is left when all has been freed, by who is alive. */
typedef struct {
    unsigned  least;
    unsigned  most;
} pair_room_t;

typedef struct {
    int          known;             /* 0: a serial run, which tells it */
    pair_room_t  of[4];
} pair_rooms_t;
extern pair_rooms_t  pair_rooms;

typedef struct {
    unsigned long  schedules;
    unsigned long  killed;          /* of them with a death */
    unsigned long  findings;
    unsigned long  cases;
    unsigned long  whole;           /* cases in all orders of two stops */
    unsigned long  bad;             /* cases with findings */
} pair_totals_t;

/* pair.c */
void pair_name(const pair_case_t *c, char *text, size_t size);

/* case.c */
void pair_seed(uint64_t seed);
uint32_t pair_roll(uint32_t n);
/*
 * About so many schedules of a case, or all orders of two stops if they are no
 * more than most; once: until the first finding.
 */
void pair_case(const pair_case_t *c, unsigned long budget, unsigned long most,
    int once, pair_totals_t *t);
/* One schedule; 1: nothing is found. */
int pair_again(const pair_case_t *c, const pair_plan_t *plan);

/* schedule.c */
/* 1: as it must be; 0: not; *shorter: a segment ended before its end. */
int pair_execute(const pair_plan_t *plan, int *shorter);
/* What the operation of who touches, run first: how many points. */
size_t pair_solo(int who, pair_touch_t *touch);
void pair_print(char *text, size_t size, const pair_plan_t *plan);
int pair_parse(const char *text, pair_plan_t *plan);

#endif
