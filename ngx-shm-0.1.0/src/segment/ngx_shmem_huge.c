/*
 * ngx_shmem_huge.c - backend huge: mmap(MAP_ANON|MAP_SHARED|MAP_HUGETLB), pages
 * of some MiB.
 *
 * In a container with a limit for huge pages the kernel may grant the mapping
 * and kill the process at its first access.  So all pages are populated first,
 * by a call that fails instead; without such a call the backend refuses.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include "ngx_auto_config.h"
#include "ngx_shmem_backend.h"

#include <inttypes.h>
#include <stdio.h>
#include <sys/mman.h>

#if NGX_HAVE_MAP_ANON

/* Read at run time: huge pages may be reserved after the build. */
#if defined(MAP_HUGETLB) && defined(MADV_POPULATE_WRITE)
#define HUGE_FLAGS  (MAP_ANON|MAP_SHARED|MAP_HUGETLB)
#define POPULATE    MADV_POPULATE_WRITE
#elif defined(MAP_HUGETLB) && defined(__linux__)
#define HUGE_FLAGS  (MAP_ANON|MAP_SHARED|MAP_HUGETLB)
#define POPULATE    23
#endif

#if defined(HUGE_FLAGS)

static void
name_limit(ngx_shmem_refusal_t *why, size_t pages, size_t page)
{
    intmax_t  all = ngx_shmem_read_number("/proc/sys/vm/nr_hugepages");
    intmax_t  more;

    more = ngx_shmem_read_number("/proc/sys/vm/nr_overcommit_hugepages");

    if (why->err == ENOMEM && all != -1) {
        (void) snprintf(why->limit, sizeof(why->limit),
                        "%zu huge pages of %zu bytes are needed, vm.nr_hugepages"
                        " is %jd, vm.nr_overcommit_hugepages %jd, to be raised"
                        " with sysctl", pages, page, all, more);

    } else if (why->err == EFAULT) {
        (void) snprintf(why->limit, sizeof(why->limit),
                        "a limit of the container; raise its hugetlb.*.max");
    }
}

static ngx_err_t
huge_map(void **addr, size_t size, ngx_shmem_refusal_t *why)
{
    void       *p;
    size_t      page = ngx_shmem_huge_page(), len;
    ngx_err_t   err;

    if (page == 0 || size > PTRDIFF_MAX - page) {
        return ngx_shmem_refuse(why, page == 0 ? ENOSYS : ENOMEM, size, NULL,
                                "mmap(MAP_HUGETLB, %zu)", size);
    }

    len = ngx_align(size, page);
    p = mmap(NULL, len, PROT_READ|PROT_WRITE, HUGE_FLAGS, -1, 0);

    if (p == MAP_FAILED) {
        err = ngx_shmem_refuse(why, errno, len, NULL,
                               "mmap(MAP_ANON|MAP_SHARED|MAP_HUGETLB, %zu)",
                               len);
        name_limit(why, len / page, page);
        return err;
    }

    if (madvise(p, len, POPULATE) == -1) {
        err = ngx_shmem_refuse(why, errno, len, NULL,
                               "madvise(MADV_POPULATE_WRITE, %zu)", len);
        name_limit(why, len / page, page);
        (void) munmap(p, len);
        return err;
    }

    *addr = p;
    return 0;
}

#else

static ngx_err_t
huge_map(void **addr, size_t size, ngx_shmem_refusal_t *why)
{
    (void) addr;

    return ngx_shmem_refuse(why, ENOTSUP, size, NULL,
                            "mmap(MAP_HUGETLB, %zu): not on this system",
                            size);
}

#endif

#else
#define huge_map  NULL
#endif

const ngx_shmem_backend_t  ngx_shmem_huge = {
    .name = "huge",
    .feature = "NGX_HAVE_MAP_ANON",
    .automatic = 0,
    .map = huge_map
};
