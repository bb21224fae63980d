/*
 * tracer_test.c - does the tracer arrive where it says?
 *
 * The operation writes down how far it is, in loops, in a function called
 * twice, in a system call and in a rep instruction; a victim stepped all the
 * way and one brought by breakpoint must have written the same at each one.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include "tracer.h"

#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/wait.h>
#include <unistd.h>

#define MOST  4096

typedef struct {
    volatile unsigned  step;
    volatile unsigned  sum;
    volatile pid_t     parent;
    volatile char      row[40];
} page_t;

static page_t  *page;
static page_t   seen[MOST];


__attribute__((noinline)) static void
count(unsigned n)
{
    unsigned  i;

    for (i = 0; i < n; i++) {
        page->step++;
        page->sum += i * n;
    }
}


static void
clear(volatile char *p, size_t n)
{
#if defined(__x86_64__) || defined(__i386__)
    __asm__ volatile("rep stosb" : "+D"(p), "+c"(n) : "a"(1) : "memory");
#else
    while (n-- > 0) {
        *p++ = 1;
    }
#endif
}


static void
operation(void *data)
{
    (void) data;
    kill_stop();
    kill_begin();
    count(9);
    page->parent = getppid();
    clear(page->row, sizeof(page->row));
    count(5);
    kill_end();
}


/* Each instruction's page, from one victim stepped all the way. */
static int
step_all(kill_trace_t *t)
{
    size_t  k;
    pid_t   pid;
    int     status;

    memset(page, 0, sizeof(*page));
    pid = kill_start(operation, NULL);

    for (k = 0; k <= t->last && k < MOST; k++) {
        memcpy(&seen[k], page, sizeof(*page));
        if (ptrace(PTRACE_SINGLESTEP, pid, NULL, NULL) == -1
            || waitpid(pid, &status, 0) == -1)
        {
            return -1;
        }
    }

    kill_now(pid);
    return 0;
}


int
main(void)
{
    kill_trace_t  t;
    size_t        k, wrong = 0, stops;
    pid_t         pid;
    int           rc;

    memset(&t, 0, sizeof(t));
    if (!kill_can_trace()) {
        printf("1..0 # SKIP no process can be single-stepped here\n");
        return 77;
    }

    page = mmap(NULL, sizeof(*page), PROT_READ|PROT_WRITE,
                MAP_SHARED|MAP_ANONYMOUS, -1, 0);
    pid = kill_start(operation, NULL);
    rc = kill_record(&t, pid, MOST);
    kill_now(pid);

    printf("1..3\n%s 1 - an operation is recorded, %zu instructions\n",
           rc == 0 && page->step == 14 ? "ok" : "not ok", t.last - t.first);
    if (rc == -1 || step_all(&t) == -1) {
        return 1;
    }

    t.stops = 0;
    for (k = t.first; k <= t.last; k++) {
        memset(page, 0, sizeof(*page));
        pid = kill_start(operation, NULL);
        rc = kill_advance(&t, pid, k);
        wrong += rc == -1 || memcmp(&seen[k], page, sizeof(*page)) != 0;
        kill_now(pid);
    }
    stops = t.stops / (t.last - t.first + 1);

    printf("%s 2 - each instruction is reached, %zu not\n",
           wrong == 0 ? "ok" : "not ok", wrong);
    printf("%s 3 - by few stops, %zu on average\n",
           stops <= 12 ? "ok" : "not ok", stops);
    return wrong != 0 || stops > 12;
}
