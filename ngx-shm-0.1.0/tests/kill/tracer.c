/*
 * tracer.c - bring a process to any instruction of an operation.
 *
 * A stop costs some 25 us and an operation has thousands of instructions, so
 * stepping each victim all the way would make a run quadratic.  Instead the
 * victim runs freely to a breakpoint near its end.  An address in a loop is
 * met many times, and each time but the last costs a stop and a step; the plan
 * for instruction k is the anchor a <= k for which 2 * hits[a] stops and
 * k - a steps are the fewest.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include "tracer.h"

#include <elf.h>
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/ptrace.h>
#include <sys/uio.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

#if defined(__x86_64__)
#define PC_REG  rip
#define INT3    0xccul
#elif defined(__i386__)
#define PC_REG  eip
#define INT3    0xccul
#elif defined(__aarch64__)
#define PC_REG  pc
#endif

#ifdef PC_REG
#define PC(regs)  ((uintptr_t) (regs)->PC_REG)
#endif

static int
wait_stop(pid_t pid)
{
    int  status;

    while (waitpid(pid, &status, __WALL) == -1) {
        if (errno != EINTR) {
            return -1;
        }
    }

    return WIFSTOPPED(status) ? WSTOPSIG(status) : -1;
}


static int
resume(kill_trace_t *t, pid_t pid, int how)
{
    t->stops++;

    if (ptrace(how, pid, NULL, NULL) == -1) {
        return -1;
    }

    return wait_stop(pid) == SIGTRAP ? 0 : -1;
}


#ifdef PC

static int
get_regs(pid_t pid, struct user_regs_struct *regs)
{
    struct iovec  io = { regs, sizeof(*regs) };

    return (int) ptrace(PTRACE_GETREGSET, pid, (void *) NT_PRSTATUS, &io);
}

#endif


static uintptr_t
get_pc(pid_t pid)
{
#ifdef PC
    struct user_regs_struct  regs;

    if (get_regs(pid, &regs) == 0) {
        return PC(&regs);
    }
#else
    (void) pid;
#endif
    return 0;
}


#ifdef INT3

/*
 * Run to the breakpoint instruction that stands at pc for the time.  Debug
 * registers would need no change of the text, but they never fire in some
 * virtual machines, though ptrace accepts them.  The victim's text is its own
 * copy as soon as it is written.
 */
static int
run_until(kill_trace_t *t, pid_t pid, uintptr_t pc)
{
    struct user_regs_struct  regs;
    struct iovec             io = { &regs, sizeof(regs) };
    uintptr_t                word = pc & ~(sizeof(long) - 1);
    unsigned                 shift = 8 * (unsigned) (pc - word);
    unsigned long            was;

    errno = 0;
    was = (unsigned long) ptrace(PTRACE_PEEKTEXT, pid, word, NULL);
    if (errno != 0
        || ptrace(PTRACE_POKETEXT, pid, word,
                  (was & ~(0xfful << shift)) | INT3 << shift) == -1
        || resume(t, pid, PTRACE_CONT) == -1
        || ptrace(PTRACE_POKETEXT, pid, word, was) == -1
        || get_regs(pid, &regs) == -1
        || PC(&regs) != pc + 1)
    {
        return -1;
    }

    regs.PC_REG = pc;
    return (int) ptrace(PTRACE_SETREGSET, pid, (void *) NT_PRSTATUS, &io);
}

#else

static int
run_until(kill_trace_t *t, pid_t pid, uintptr_t pc)
{
    (void) t;
    (void) pid;
    (void) pc;
    return -1;
}

#endif


static int
grow(kill_trace_t *t, size_t n)
{
    void  *pc, *hits;

    if (n < t->room) {
        return 0;
    }

    t->room = t->room ? 2 * t->room : 4096;
    pc = realloc(t->pc, t->room * sizeof(t->pc[0]));
    if (pc == NULL) {
        return -1;
    }
    t->pc = pc;

    hits = realloc(t->hits, t->room * sizeof(t->hits[0]));
    if (hits == NULL) {
        return -1;
    }
    t->hits = hits;
    return 0;
}


static int
repeats(kill_trace_t *t, size_t i)
{
    return i > 0 && t->pc[i] == t->pc[i - 1];
}


/*
 * For each instruction, how often its address has come up until then.  A rep
 * instruction is stepped once for each repetition, but met once.
 */
static int
count_hits(kill_trace_t *t, size_t n)
{
    size_t     size, i, j;
    uint32_t  *last;                /* hash table: index + 1 of the last one */

    for (size = 64; size < 4 * n; size *= 2) { /* void */ }
    last = calloc(size, sizeof(last[0]));
    if (last == NULL) {
        return -1;
    }

    for (i = 0; i < n; i++) {
        j = (t->pc[i] * 0x9e3779b1u) & (size - 1);
        while (last[j] != 0 && t->pc[last[j] - 1] != t->pc[i]) {
            j = (j + 1) & (size - 1);
        }
        t->hits[i] = (last[j] ? t->hits[last[j] - 1] : 0) + !repeats(t, i);
        last[j] = (uint32_t) i + 1;
    }

    free(last);
    return 0;
}


/* A rep instruction is left when all its repetitions are done. */
static int
step_over(kill_trace_t *t, pid_t pid, uintptr_t pc)
{
    do {
        if (resume(t, pid, PTRACE_SINGLESTEP) == -1) {
            return -1;
        }
    } while (get_pc(pid) == pc);

    return 0;
}


static int
run_to(kill_trace_t *t, pid_t pid, size_t a)
{
    uint32_t  n;

    for (n = 1; run_until(t, pid, t->pc[a]) == 0; n++) {
        if (n == t->hits[a]) {
            return 0;
        }
        if (step_over(t, pid, t->pc[a]) == -1) {
            return -1;
        }
    }

    return -1;
}


static size_t
best_anchor(kill_trace_t *t, size_t k)
{
    size_t  a, best, cost;

    for (a = best = k, cost = (size_t) -1; k - a < cost; a--) {
        if (!repeats(t, a) && k - a + 2 * t->hits[a] < cost) {
            cost = k - a + 2 * t->hits[a];
            best = a;
        }
        if (a == 1) {
            break;
        }
    }

    return k < cost ? 0 : best;
}


__attribute__((noinline)) void
kill_begin(void)
{
    __asm__ volatile("" ::: "memory");
}


__attribute__((noinline)) void
kill_end(void)
{
    __asm__ volatile(" " ::: "memory");
}


void
kill_stop(void)
{
    (void) raise(SIGSTOP);
}


void
kill_now(pid_t pid)
{
    if (pid > 0) {                  /* 0 and -1 mean many */
        (void) kill(pid, SIGKILL);
        (void) waitpid(pid, NULL, __WALL);
    }
}


pid_t
kill_start(void (*fn)(void *), void *data)
{
    pid_t  pid = fork();

    if (pid == 0) {
        if (ptrace(PTRACE_TRACEME, 0, NULL, NULL) == -1) {
            _exit(1);
        }
        fn(data);
        _exit(0);
    }

    if (pid == -1) {
        return -1;
    }
    if (wait_stop(pid) != SIGSTOP) {
        kill_now(pid);
        return -1;
    }

    (void) ptrace(PTRACE_SETOPTIONS, pid, NULL,
                  (void *) (uintptr_t) PTRACE_O_EXITKILL);
    return pid;
}


int
kill_record(kill_trace_t *t, pid_t pid, size_t max)
{
    size_t     n;
    uintptr_t  pc;

    t->first = t->last = 0;

    for (n = 0; n < max; n++) {
        pc = get_pc(pid);
        if (pc == 0 || grow(t, n) == -1) {
            return -1;
        }

        t->pc[n] = pc;
        if (pc == (uintptr_t) kill_begin) {
            t->first = n;
        }
        if (pc == (uintptr_t) kill_end) {
            t->last = n;
            return count_hits(t, n + 1);
        }

        if (resume(t, pid, PTRACE_SINGLESTEP) == -1) {
            return -1;
        }
    }

    return -1;
}


int
kill_advance(kill_trace_t *t, pid_t pid, size_t k)
{
    size_t  a = best_anchor(t, k);

    if (a > 0 && run_to(t, pid, a) == -1) {
        return -1;
    }

    for ( /* void */ ; a < k; a++) {
        if (resume(t, pid, PTRACE_SINGLESTEP) == -1) {
            return -1;
        }
    }

    return get_pc(pid) == t->pc[k] ? 0 : -1;
}


int
kill_step(kill_trace_t *t, pid_t pid, size_t k)
{
    for ( /* void */ ; k > 0; k--) {
        if (get_pc(pid) == (uintptr_t) kill_end) {
            return 0;
        }
        if (resume(t, pid, PTRACE_SINGLESTEP) == -1) {
            return -1;
        }
    }

    return 0;
}


void
kill_trace_free(kill_trace_t *t)
{
    free(t->pc);
    free(t->hits);
    t->pc = NULL;
    t->hits = NULL;
    t->room = 0;
}


static void
nothing(void *data)
{
    (void) data;
    kill_stop();
    kill_begin();
    kill_end();
}


int
kill_can_trace(void)
{
    kill_trace_t  t = { NULL, NULL, 0, 0, 0, 0 };
    pid_t         pid = kill_start(nothing, NULL);
    int           ok;

    if (pid == -1) {
        return 0;
    }

    ok = kill_record(&t, pid, 100000) == 0;
    kill_now(pid);
    kill_trace_free(&t);
    return ok;
}
