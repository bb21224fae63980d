/* What this system has.  Made by auto/configure: changes here are lost. */

#ifndef _FILE_OFFSET_BITS
#define _FILE_OFFSET_BITS  64
#endif

#ifndef _GNU_SOURCE
#define _GNU_SOURCE  1
#endif

/* atomic operations of the compiler on a word: found (built, ran) */
#ifndef NGX_HAVE_ATOMIC_OPS
#define NGX_HAVE_ATOMIC_OPS  1
#endif

/* fcntl(F_SETLK): found (built, ran) */
#ifndef NGX_HAVE_FCNTL_LOCK
#define NGX_HAVE_FCNTL_LOCK  1
#endif

/* futex between processes: found (built, ran) */
#ifndef NGX_HAVE_FUTEX
#define NGX_HAVE_FUTEX  1
#endif

/* little endian byte order: found (compiled) */
#ifndef NGX_HAVE_LITTLE_ENDIAN
#define NGX_HAVE_LITTLE_ENDIAN  1
#endif

/* madvise(MADV_HUGEPAGE) of shared memory: found (built, ran) */
#ifndef NGX_HAVE_MADV_HUGEPAGE
#define NGX_HAVE_MADV_HUGEPAGE  1
#endif

/* madvise(MADV_POPULATE_WRITE): found (built, ran) */
#ifndef NGX_HAVE_MADV_POPULATE_WRITE
#define NGX_HAVE_MADV_POPULATE_WRITE  1
#endif

/* madvise(MADV_WIPEONFORK): found (built, ran) */
#ifndef NGX_HAVE_MADV_WIPEONFORK
#define NGX_HAVE_MADV_WIPEONFORK  1
#endif

/* mmap(MAP_ANON|MAP_SHARED): found (built, ran) */
#ifndef NGX_HAVE_MAP_ANON
#define NGX_HAVE_MAP_ANON  1
#endif

/* mmap("/dev/zero", MAP_SHARED): found (built, ran) */
#ifndef NGX_HAVE_MAP_DEVZERO
#define NGX_HAVE_MAP_DEVZERO  1
#endif

/* mmap() of a file, shared or only to read: found (built, ran) */
#ifndef NGX_HAVE_MAP_FILE
#define NGX_HAVE_MAP_FILE  1
#endif

/* mmap(MAP_HUGETLB), touched: found but is not working (exit status 1: mmap: no page is set aside; raise vm.nr_hugepages) */
#ifndef NGX_HAVE_MAP_HUGETLB
#define NGX_HAVE_MAP_HUGETLB  0
#endif

/* mmap(MAP_POPULATE): found (built, ran) */
#ifndef NGX_HAVE_MAP_POPULATE
#define NGX_HAVE_MAP_POPULATE  1
#endif

/* membarrier(MEMBARRIER_CMD_GLOBAL_EXPEDITED): found (built, ran) */
#ifndef NGX_HAVE_MEMBARRIER
#define NGX_HAVE_MEMBARRIER  1
#endif

/* memfd_create() with seals: found (built, ran) */
#ifndef NGX_HAVE_MEMFD
#define NGX_HAVE_MEMFD  1
#endif

/* size of off_t: found (compiled) */
#ifndef NGX_OFF_T_SIZE
#define NGX_OFF_T_SIZE  8
#endif

/* posix_fallocate() of shared memory: found (built, ran) */
#ifndef NGX_HAVE_POSIX_FALLOCATE
#define NGX_HAVE_POSIX_FALLOCATE  1
#endif

/* semaphore between processes: found (built, ran) */
#ifndef NGX_HAVE_POSIX_SEM
#define NGX_HAVE_POSIX_SEM  1
#endif

/* shm_open(): found (built, ran) */
#ifndef NGX_HAVE_POSIX_SHM
#define NGX_HAVE_POSIX_SHM  1
#endif

/* start time of a process in /proc: found (built, ran) */
#ifndef NGX_HAVE_PROC_STARTTIME
#define NGX_HAVE_PROC_STARTTIME  1
#endif

/* pthread_mutex_clocklock(CLOCK_MONOTONIC): found (built, ran) */
#ifndef NGX_HAVE_PTHREAD_CLOCKLOCK
#define NGX_HAVE_PTHREAD_CLOCKLOCK  1
#endif

/* mutex of pthreads between processes: found (built, ran) */
#ifndef NGX_HAVE_PTHREAD_PSHARED
#define NGX_HAVE_PTHREAD_PSHARED  1
#endif

/* robust mutex, whose owner is killed: found (built, ran) */
#ifndef NGX_HAVE_PTHREAD_ROBUST
#define NGX_HAVE_PTHREAD_ROBUST  1
#endif

/* size of a pointer: found (compiled) */
#ifndef NGX_PTR_SIZE
#define NGX_PTR_SIZE  8
#endif

/* descriptor passed over a socket (SCM_RIGHTS): found (built, ran) */
#ifndef NGX_HAVE_SCM_RIGHTS
#define NGX_HAVE_SCM_RIGHTS  1
#endif

/* sem_clockwait(CLOCK_MONOTONIC): found (built, ran) */
#ifndef NGX_HAVE_SEM_CLOCKWAIT
#define NGX_HAVE_SEM_CLOCKWAIT  1
#endif

/* size of sig_atomic_t: found (compiled) */
#ifndef NGX_SIG_ATOMIC_T_SIZE
#define NGX_SIG_ATOMIC_T_SIZE  4
#endif

/* size of size_t: found (compiled) */
#ifndef NGX_SIZE_T_SIZE
#define NGX_SIZE_T_SIZE  8
#endif

/* System V shared memory: found (built, ran) */
#ifndef NGX_HAVE_SYSVSHM
#define NGX_HAVE_SYSVSHM  1
#endif

/* size of time_t: found (compiled) */
#ifndef NGX_TIME_T_SIZE
#define NGX_TIME_T_SIZE  8
#endif

