/*
 * point.c - what happens at a point.
 *
 * The library calls pair_load() and pair_store() before its instructions; it
 * is compiled as if nobody did, so no register may change.  This file is built
 * with -mgeneral-regs-only.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include "pair.h"

#include <linux/futex.h>
#include <signal.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#define MANY  3000000       /* points of one call: it does not end */

__thread volatile int  pair_on;

#define SAVES_ALL  PAIR_SAVES_ALL

__asm__(
    ".text\n"
    ".globl pair_load\npair_load:\n"
    "    pushfq\n    pushq %rdi\n    pushq %rsi\n"
    "    movq %rax, %rdi\n    xorl %esi, %esi\n    call pair_point\n"
    "    popq %rsi\n    popq %rdi\n    popfq\n    ret\n"
    ".globl pair_store\npair_store:\n"
    "    pushfq\n    pushq %rdi\n    pushq %rsi\n"
    "    movq %rax, %rdi\n    movl $1, %esi\n    call pair_point\n"
    "    popq %rsi\n    popq %rdi\n    popfq\n    ret\n"
    ".globl pair_after\npair_after:\n"
    "    pushfq\n    call pair_point_after\n    popfq\n    ret\n"
);

SAVES_ALL static void
call_futex(volatile uint32_t *p, long op, long value, struct timespec *ts)
{
    long                  rc;
    register long         r10 __asm__("r10") = (long) ts;

    __asm__ volatile("syscall" : "=a"(rc)
                     : "a"(SYS_futex), "D"(p), "S"(op), "d"(value), "r"(r10)
                     : "rcx", "r11", "memory");
}

void
futex_wait(volatile uint32_t *p, uint32_t value, unsigned ms)
{
    struct timespec  ts = { ms / 1000, (long) (ms % 1000) * 1000000 };

    call_futex(p, FUTEX_WAIT, value, ms != 0 ? &ts : NULL);
}

void
futex_wake(volatile uint32_t *p)
{
    call_futex(p, FUTEX_WAKE, 1, NULL);
}

SAVES_ALL static void
park(uint32_t state)
{
    pair_process_t  *p = &w->process[me];

    p->state = state;
    w->back = 1;
    call_futex(&w->back, FUTEX_WAKE, 1, NULL);
    while (p->go == 0) {
        call_futex(&p->go, FUTEX_WAIT, 0, NULL);
    }
    p->go = 0;
}

void
pair_park(uint32_t state)
{
    park(state);
}

SAVES_ALL static void
pass(pair_process_t *p)
{
    p->points++;
    if (p->points == p->stop) {
        park(PAIR_POINT);
    }
    while (p->points > MANY) {
        park(PAIR_HANG);
    }
}

void pair_point_after(void) SAVES_ALL;

__attribute__((used)) void
pair_point(unsigned char *addr, int store)
{
    size_t           at;
    pair_process_t  *p;

    if (!pair_on) {
        return;
    }

    p = &w->process[me];
    at = (size_t) (addr - w->base);
    p->touched = at < w->size;
    if (!p->touched) {
        return;
    }

    if (p->counts && w->ntrace < PAIR_TRACE) {
        w->trace[w->ntrace++].at = (uint32_t) (at / 8 * 2) + (uint32_t) store;
    }
    pass(p);
}

/* The store before was into the pool. */
__attribute__((used)) void
pair_point_after(void)
{
    pair_process_t  *p;

    if (!pair_on) {
        return;
    }

    p = &w->process[me];
    if (p->touched) {
        p->touched = 0;
        if (p->counts && w->ntrace < PAIR_TRACE) {
            w->trace[w->ntrace] = w->trace[w->ntrace - 1];
            w->ntrace++;
        }
        pass(p);
    }
}

void
pair_begin(void)
{
    w->process[me].points = 0;
    w->process[me].naps = 0;
    pair_on = 1;
}

void
pair_finish(void)
{
    pair_on = 0;
}

static void
crashed(int number)
{
    pair_on = 0;
    pair_wrong("signal %ld%.0ld", number, 0);
    for ( ;; ) {
        park(PAIR_CRASH);
    }
}

void
pair_catch(void)
{
    (void) signal(SIGSEGV, crashed);
    (void) signal(SIGBUS, crashed);
    (void) signal(SIGFPE, crashed);
    (void) signal(SIGILL, crashed);
    (void) signal(SIGABRT, crashed);
}

/* Memory that is set or copied by one call changes piece by piece. */
#define PIECE  64

void *pair_memset(void *p, int c, size_t n);
void *pair_memcpy(void *to, const void *from, size_t n);
void *pair_memmove(void *to, const void *from, size_t n);

void *
pair_memset(void *p, int c, size_t n)
{
    size_t  i, piece;

    for (i = 0; pair_on && i < n; i += piece) {
        piece = n - i < PIECE ? n - i : PIECE;
        pair_point((unsigned char *) p + i, 1);
        (void) memset((unsigned char *) p + i, c, piece);
    }
    return pair_on ? p : memset(p, c, n);
}

void *
pair_memcpy(void *to, const void *from, size_t n)
{
    return pair_memmove(to, from, n);
}

/* Those of the heap go down, or lie apart. */
void *
pair_memmove(void *to, const void *from, size_t n)
{
    size_t                i, piece;
    unsigned char        *t = to;
    const unsigned char  *f = from;

    if (!pair_on || (t > f && t < f + n)) {
        return memmove(to, from, n);
    }

    for (i = 0; i < n; i += piece) {
        piece = n - i < PIECE ? n - i : PIECE;
        pair_point((unsigned char *) (uintptr_t) (f + i), 0);
        pair_point(t + i, 1);
        (void) memmove(t + i, f + i, piece);
    }
    return to;
}
