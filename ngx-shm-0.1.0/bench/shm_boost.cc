/*
 * shm_boost.cc - Boost.Interprocess, by its best-fit tree or, with
 * -DBENCH_SIMPLE, by its simple sequential fit.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include <boost/interprocess/indexes/null_index.hpp>
#include <boost/interprocess/managed_external_buffer.hpp>
#include <boost/interprocess/mem_algo/rbtree_best_fit.hpp>
#include <boost/interprocess/mem_algo/simple_seq_fit.hpp>
#include <boost/interprocess/sync/mutex_family.hpp>
#include <new>
#include <sys/mman.h>

using namespace boost::interprocess;

#ifdef BENCH_SIMPLE
#define BENCH_NAME  "boost-seq"
typedef simple_seq_fit<mutex_family>  algorithm_t;
#else
#define BENCH_NAME  "boost"
typedef rbtree_best_fit<mutex_family>  algorithm_t;
#endif

#define BENCH_SHARED     1
#define bench_alloc(n)   ((long *) heap->allocate(n, std::nothrow))
#define bench_free(p)    heap->deallocate(p)

typedef basic_managed_external_buffer<char, algorithm_t, null_index>  heap_t;

static heap_t  *heap;


static void *
bench_open(size_t size)
{
    void  *p = mmap(NULL, size, PROT_READ|PROT_WRITE,
                    MAP_SHARED|MAP_ANONYMOUS, -1, 0);

    if (p == MAP_FAILED) {
        return NULL;
    }

    heap = new heap_t(create_only, p, size);
    return p;
}


#include "shm_work.h"


int
main(int argc, char **argv)
{
    return bench_main(argc, argv);
}
