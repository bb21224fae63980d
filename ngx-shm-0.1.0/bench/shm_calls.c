/*
 * shm_calls.c - a heap that does nothing: what the two calls cost alone, which
 * no heap in a shared library can be faster than.  Not for the workload pc: there
 * who waits for the ring, and so how often, makes the time.
 *
 * With BENCH_LIBRARY this file is the library.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include <stddef.h>

void *calls_alloc(size_t size);
void calls_free(void *p);

#ifdef BENCH_LIBRARY

static long  chunk[1024];

void *
calls_alloc(size_t size)
{
    (void) size;
    return chunk;
}

void
calls_free(void *p)
{
    (void) p;
}

#else

#define BENCH_NAME      "calls"
#define BENCH_SHARED    1
#define bench_alloc(n)  calls_alloc(n)
#define bench_free(p)   calls_free(p)
#define bench_open(n)   ((void) (n), (void *) 1)

#include "shm_work.h"


int
main(int argc, char **argv)
{
    return bench_main(argc, argv);
}

#endif
