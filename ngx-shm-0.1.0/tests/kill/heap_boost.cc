/*
 * heap_boost.cc - Boost.Interprocess under the same knife, for comparison.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include <boost/interprocess/managed_external_buffer.hpp>
#include <boost/interprocess/indexes/null_index.hpp>
#include <boost/interprocess/mem_algo/rbtree_best_fit.hpp>
#include <boost/interprocess/sync/mutex_family.hpp>
#include <new>
#include <sys/mman.h>

extern "C" {
#include "kill.h"
}

using namespace boost::interprocess;

typedef basic_managed_external_buffer<char, rbtree_best_fit<mutex_family>,
                                      null_index>  heap_t;

static heap_t  *heap;


static size_t
create(void **base)
{
    size_t  size = 128 * 1024;

    *base = mmap(NULL, size, PROT_READ|PROT_WRITE, MAP_SHARED|MAP_ANONYMOUS,
                 -1, 0);
    if (*base == MAP_FAILED) {
        return 0;
    }

    heap = new heap_t(create_only, *base, size);
    return size;
}


static void *
alloc(size_t size)
{
    return heap->allocate(size, std::nothrow);
}


static void *
zalloc(size_t size)
{
    void  *p = alloc(size);

    return p == NULL ? NULL : memset(p, 0, size);
}


static void
release(void *p)
{
    heap->deallocate(p);
}


extern "C" const kill_heap_t  kill_heap = {
    "Boost.Interprocess", 0, create, alloc, release, NULL, zalloc, NULL, NULL,
    NULL, NULL, NULL, NULL, NULL, NULL
};
