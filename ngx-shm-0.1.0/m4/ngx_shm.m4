# Made by auto/tom4 from questions in C; change those, not this.
#
# SYNOPSIS
#
#   NGX_CHECK_SHM([ACTION-IF-FOUND], [ACTION-IF-NOT-FOUND])
#   NGX_CHECK_ATOMIC_OPS([ACTION-IF-FOUND], [ACTION-IF-NOT-FOUND])
#   NGX_CHECK_FCNTL_LOCK([ACTION-IF-FOUND], [ACTION-IF-NOT-FOUND])
#   NGX_CHECK_FUTEX([ACTION-IF-FOUND], [ACTION-IF-NOT-FOUND])
#   NGX_CHECK_LITTLE_ENDIAN([ACTION-IF-FOUND], [ACTION-IF-NOT-FOUND])
#   NGX_CHECK_MADV_HUGEPAGE([ACTION-IF-FOUND], [ACTION-IF-NOT-FOUND])
#   NGX_CHECK_MADV_POPULATE_WRITE([ACTION-IF-FOUND], [ACTION-IF-NOT-FOUND])
#   NGX_CHECK_MADV_WIPEONFORK([ACTION-IF-FOUND], [ACTION-IF-NOT-FOUND])
#   NGX_CHECK_MAP_ANON([ACTION-IF-FOUND], [ACTION-IF-NOT-FOUND])
#   NGX_CHECK_MAP_DEVZERO([ACTION-IF-FOUND], [ACTION-IF-NOT-FOUND])
#   NGX_CHECK_MAP_FILE([ACTION-IF-FOUND], [ACTION-IF-NOT-FOUND])
#   NGX_CHECK_MAP_HUGETLB([ACTION-IF-FOUND], [ACTION-IF-NOT-FOUND])
#   NGX_CHECK_MAP_POPULATE([ACTION-IF-FOUND], [ACTION-IF-NOT-FOUND])
#   NGX_CHECK_MEMBARRIER([ACTION-IF-FOUND], [ACTION-IF-NOT-FOUND])
#   NGX_CHECK_MEMFD([ACTION-IF-FOUND], [ACTION-IF-NOT-FOUND])
#   NGX_CHECK_OFF_T_SIZE([ACTION-IF-FOUND], [ACTION-IF-NOT-FOUND])
#   NGX_CHECK_POSIX_FALLOCATE([ACTION-IF-FOUND], [ACTION-IF-NOT-FOUND])
#   NGX_CHECK_POSIX_SEM([ACTION-IF-FOUND], [ACTION-IF-NOT-FOUND])
#   NGX_CHECK_POSIX_SHM([ACTION-IF-FOUND], [ACTION-IF-NOT-FOUND])
#   NGX_CHECK_PROC_STARTTIME([ACTION-IF-FOUND], [ACTION-IF-NOT-FOUND])
#   NGX_CHECK_PTHREAD_CLOCKLOCK([ACTION-IF-FOUND], [ACTION-IF-NOT-FOUND])
#   NGX_CHECK_PTHREAD_PSHARED([ACTION-IF-FOUND], [ACTION-IF-NOT-FOUND])
#   NGX_CHECK_PTHREAD_ROBUST([ACTION-IF-FOUND], [ACTION-IF-NOT-FOUND])
#   NGX_CHECK_PTR_SIZE([ACTION-IF-FOUND], [ACTION-IF-NOT-FOUND])
#   NGX_CHECK_SCM_RIGHTS([ACTION-IF-FOUND], [ACTION-IF-NOT-FOUND])
#   NGX_CHECK_SEM_CLOCKWAIT([ACTION-IF-FOUND], [ACTION-IF-NOT-FOUND])
#   NGX_CHECK_SIG_ATOMIC_T_SIZE([ACTION-IF-FOUND], [ACTION-IF-NOT-FOUND])
#   NGX_CHECK_SIZE_T_SIZE([ACTION-IF-FOUND], [ACTION-IF-NOT-FOUND])
#   NGX_CHECK_SYSVSHM([ACTION-IF-FOUND], [ACTION-IF-NOT-FOUND])
#   NGX_CHECK_TIME_T_SIZE([ACTION-IF-FOUND], [ACTION-IF-NOT-FOUND])
#
# DESCRIPTION
#
#   Each NGX_CHECK_X asks one question about shared memory, or what is
#   needed along with it, by a program that proves it at work.  NGX_CHECK_SHM
#   asks them all; it counts as found when there is a way to share memory
#   between processes, and substitutes NGX_CHECK_SHM_LIBS.
#
#   The answer to NGX_CHECK_X is in the shell variable NGX_HAVE_X (or
#   NGX_X, where it is a number), and defined as a macro of that name: 0, 1
#   or the number, always, so use #if and not #ifdef.  The library that was
#   needed is in NGX_X_LIBS, which is substituted; LIBS stays as it was.
#
#   The cache variable ngx_cv_NGX_HAVE_X holds yes, no, a library, or the
#   number, and in brackets what else is known; set it to preset the answer.
#   NGX_HAVE_X in the environment does the same.
#
#   When cross compiling, programs are run by the command in NGX_EMULATOR,
#   or in --with-emulator.  Without one, what links is assumed to work on the
#   systems that are known to have it; the result says so, and one warning
#   at the end.  Numbers come out of the compiler in any case.
#
# LICENSE
#
# Copying and distribution of this file, with or without modification, are
# permitted in any medium without royalty, provided the copyright notice and
# this notice are preserved.  This file is offered as-is, without any warranty.

#serial 1

AC_DEFUN([NGX_CHECK_SHM],
[m4_pattern_allow([^NGX_CHECK_SHM_LIBS$])dnl
NGX_CHECK_SHM_LIBS=
NGX_CHECK_ATOMIC_OPS
AS_CASE([" $NGX_CHECK_SHM_LIBS "], [*" $NGX_ATOMIC_OPS_LIBS "*], [],
  [NGX_CHECK_SHM_LIBS="$NGX_CHECK_SHM_LIBS $NGX_ATOMIC_OPS_LIBS"])
NGX_CHECK_FCNTL_LOCK
AS_CASE([" $NGX_CHECK_SHM_LIBS "], [*" $NGX_FCNTL_LOCK_LIBS "*], [],
  [NGX_CHECK_SHM_LIBS="$NGX_CHECK_SHM_LIBS $NGX_FCNTL_LOCK_LIBS"])
NGX_CHECK_FUTEX
AS_CASE([" $NGX_CHECK_SHM_LIBS "], [*" $NGX_FUTEX_LIBS "*], [],
  [NGX_CHECK_SHM_LIBS="$NGX_CHECK_SHM_LIBS $NGX_FUTEX_LIBS"])
NGX_CHECK_LITTLE_ENDIAN
AS_CASE([" $NGX_CHECK_SHM_LIBS "], [*" $NGX_LITTLE_ENDIAN_LIBS "*], [],
  [NGX_CHECK_SHM_LIBS="$NGX_CHECK_SHM_LIBS $NGX_LITTLE_ENDIAN_LIBS"])
NGX_CHECK_MADV_HUGEPAGE
AS_CASE([" $NGX_CHECK_SHM_LIBS "], [*" $NGX_MADV_HUGEPAGE_LIBS "*], [],
  [NGX_CHECK_SHM_LIBS="$NGX_CHECK_SHM_LIBS $NGX_MADV_HUGEPAGE_LIBS"])
NGX_CHECK_MADV_POPULATE_WRITE
AS_CASE([" $NGX_CHECK_SHM_LIBS "], [*" $NGX_MADV_POPULATE_WRITE_LIBS "*], [],
  [NGX_CHECK_SHM_LIBS="$NGX_CHECK_SHM_LIBS $NGX_MADV_POPULATE_WRITE_LIBS"])
NGX_CHECK_MADV_WIPEONFORK
AS_CASE([" $NGX_CHECK_SHM_LIBS "], [*" $NGX_MADV_WIPEONFORK_LIBS "*], [],
  [NGX_CHECK_SHM_LIBS="$NGX_CHECK_SHM_LIBS $NGX_MADV_WIPEONFORK_LIBS"])
NGX_CHECK_MAP_ANON
AS_CASE([" $NGX_CHECK_SHM_LIBS "], [*" $NGX_MAP_ANON_LIBS "*], [],
  [NGX_CHECK_SHM_LIBS="$NGX_CHECK_SHM_LIBS $NGX_MAP_ANON_LIBS"])
NGX_CHECK_MAP_DEVZERO
AS_CASE([" $NGX_CHECK_SHM_LIBS "], [*" $NGX_MAP_DEVZERO_LIBS "*], [],
  [NGX_CHECK_SHM_LIBS="$NGX_CHECK_SHM_LIBS $NGX_MAP_DEVZERO_LIBS"])
NGX_CHECK_MAP_FILE
AS_CASE([" $NGX_CHECK_SHM_LIBS "], [*" $NGX_MAP_FILE_LIBS "*], [],
  [NGX_CHECK_SHM_LIBS="$NGX_CHECK_SHM_LIBS $NGX_MAP_FILE_LIBS"])
NGX_CHECK_MAP_HUGETLB
AS_CASE([" $NGX_CHECK_SHM_LIBS "], [*" $NGX_MAP_HUGETLB_LIBS "*], [],
  [NGX_CHECK_SHM_LIBS="$NGX_CHECK_SHM_LIBS $NGX_MAP_HUGETLB_LIBS"])
NGX_CHECK_MAP_POPULATE
AS_CASE([" $NGX_CHECK_SHM_LIBS "], [*" $NGX_MAP_POPULATE_LIBS "*], [],
  [NGX_CHECK_SHM_LIBS="$NGX_CHECK_SHM_LIBS $NGX_MAP_POPULATE_LIBS"])
NGX_CHECK_MEMBARRIER
AS_CASE([" $NGX_CHECK_SHM_LIBS "], [*" $NGX_MEMBARRIER_LIBS "*], [],
  [NGX_CHECK_SHM_LIBS="$NGX_CHECK_SHM_LIBS $NGX_MEMBARRIER_LIBS"])
NGX_CHECK_MEMFD
AS_CASE([" $NGX_CHECK_SHM_LIBS "], [*" $NGX_MEMFD_LIBS "*], [],
  [NGX_CHECK_SHM_LIBS="$NGX_CHECK_SHM_LIBS $NGX_MEMFD_LIBS"])
NGX_CHECK_OFF_T_SIZE
AS_CASE([" $NGX_CHECK_SHM_LIBS "], [*" $NGX_OFF_T_SIZE_LIBS "*], [],
  [NGX_CHECK_SHM_LIBS="$NGX_CHECK_SHM_LIBS $NGX_OFF_T_SIZE_LIBS"])
NGX_CHECK_POSIX_FALLOCATE
AS_CASE([" $NGX_CHECK_SHM_LIBS "], [*" $NGX_POSIX_FALLOCATE_LIBS "*], [],
  [NGX_CHECK_SHM_LIBS="$NGX_CHECK_SHM_LIBS $NGX_POSIX_FALLOCATE_LIBS"])
NGX_CHECK_POSIX_SEM
AS_CASE([" $NGX_CHECK_SHM_LIBS "], [*" $NGX_POSIX_SEM_LIBS "*], [],
  [NGX_CHECK_SHM_LIBS="$NGX_CHECK_SHM_LIBS $NGX_POSIX_SEM_LIBS"])
NGX_CHECK_POSIX_SHM
AS_CASE([" $NGX_CHECK_SHM_LIBS "], [*" $NGX_POSIX_SHM_LIBS "*], [],
  [NGX_CHECK_SHM_LIBS="$NGX_CHECK_SHM_LIBS $NGX_POSIX_SHM_LIBS"])
NGX_CHECK_PROC_STARTTIME
AS_CASE([" $NGX_CHECK_SHM_LIBS "], [*" $NGX_PROC_STARTTIME_LIBS "*], [],
  [NGX_CHECK_SHM_LIBS="$NGX_CHECK_SHM_LIBS $NGX_PROC_STARTTIME_LIBS"])
NGX_CHECK_PTHREAD_CLOCKLOCK
AS_CASE([" $NGX_CHECK_SHM_LIBS "], [*" $NGX_PTHREAD_CLOCKLOCK_LIBS "*], [],
  [NGX_CHECK_SHM_LIBS="$NGX_CHECK_SHM_LIBS $NGX_PTHREAD_CLOCKLOCK_LIBS"])
NGX_CHECK_PTHREAD_PSHARED
AS_CASE([" $NGX_CHECK_SHM_LIBS "], [*" $NGX_PTHREAD_PSHARED_LIBS "*], [],
  [NGX_CHECK_SHM_LIBS="$NGX_CHECK_SHM_LIBS $NGX_PTHREAD_PSHARED_LIBS"])
NGX_CHECK_PTHREAD_ROBUST
AS_CASE([" $NGX_CHECK_SHM_LIBS "], [*" $NGX_PTHREAD_ROBUST_LIBS "*], [],
  [NGX_CHECK_SHM_LIBS="$NGX_CHECK_SHM_LIBS $NGX_PTHREAD_ROBUST_LIBS"])
NGX_CHECK_PTR_SIZE
AS_CASE([" $NGX_CHECK_SHM_LIBS "], [*" $NGX_PTR_SIZE_LIBS "*], [],
  [NGX_CHECK_SHM_LIBS="$NGX_CHECK_SHM_LIBS $NGX_PTR_SIZE_LIBS"])
NGX_CHECK_SCM_RIGHTS
AS_CASE([" $NGX_CHECK_SHM_LIBS "], [*" $NGX_SCM_RIGHTS_LIBS "*], [],
  [NGX_CHECK_SHM_LIBS="$NGX_CHECK_SHM_LIBS $NGX_SCM_RIGHTS_LIBS"])
NGX_CHECK_SEM_CLOCKWAIT
AS_CASE([" $NGX_CHECK_SHM_LIBS "], [*" $NGX_SEM_CLOCKWAIT_LIBS "*], [],
  [NGX_CHECK_SHM_LIBS="$NGX_CHECK_SHM_LIBS $NGX_SEM_CLOCKWAIT_LIBS"])
NGX_CHECK_SIG_ATOMIC_T_SIZE
AS_CASE([" $NGX_CHECK_SHM_LIBS "], [*" $NGX_SIG_ATOMIC_T_SIZE_LIBS "*], [],
  [NGX_CHECK_SHM_LIBS="$NGX_CHECK_SHM_LIBS $NGX_SIG_ATOMIC_T_SIZE_LIBS"])
NGX_CHECK_SIZE_T_SIZE
AS_CASE([" $NGX_CHECK_SHM_LIBS "], [*" $NGX_SIZE_T_SIZE_LIBS "*], [],
  [NGX_CHECK_SHM_LIBS="$NGX_CHECK_SHM_LIBS $NGX_SIZE_T_SIZE_LIBS"])
NGX_CHECK_SYSVSHM
AS_CASE([" $NGX_CHECK_SHM_LIBS "], [*" $NGX_SYSVSHM_LIBS "*], [],
  [NGX_CHECK_SHM_LIBS="$NGX_CHECK_SHM_LIBS $NGX_SYSVSHM_LIBS"])
NGX_CHECK_TIME_T_SIZE
AS_CASE([" $NGX_CHECK_SHM_LIBS "], [*" $NGX_TIME_T_SIZE_LIBS "*], [],
  [NGX_CHECK_SHM_LIBS="$NGX_CHECK_SHM_LIBS $NGX_TIME_T_SIZE_LIBS"])
AC_SUBST([NGX_CHECK_SHM_LIBS])
AS_CASE([$NGX_HAVE_MAP_ANON$NGX_HAVE_MAP_DEVZERO$NGX_HAVE_MEMFD$NGX_HAVE_POSIX_SHM$NGX_HAVE_SYSVSHM], [*1*], [$1], [$2])
])

# atomic operations of the compiler on a word; see builtins of gcc 4.7 and clang; nginx asks for the __sync ones
AC_DEFUN([NGX_CHECK_ATOMIC_OPS],
[_NGX_CHECK_SHM_ASK([NGX_HAVE_ATOMIC_OPS],
  [atomic operations of the compiler on a word], [yes], [],
  [yes *-linux-* *-linux *bsd* *-darwin* *-macos* *-solaris* *-illumos*],
[[/* probe: atomic operations of the compiler on a word
 * macro: N@&t@GX_HAVE_ATOMIC_OPS
 * with:  any
 * run:   yes
 * cross: yes *-linux-* *-linux *bsd* *-darwin* *-macos* *-solaris* *-illumos*
 * see:   builtins of gcc 4.7 and clang; nginx asks for the __sync ones
 * SPDX-License-Identifier: FSFAP
 */
@%:@define _FILE_OFFSET_BITS 64
@%:@define _GNU_SOURCE 1
@%:@include <errno.h>
@%:@include <fcntl.h>
@%:@include <signal.h>
@%:@include <stddef.h>
@%:@include <stdio.h>
@%:@include <string.h>
@%:@include <sys/mman.h>
@%:@include <sys/stat.h>
@%:@include <sys/types.h>
@%:@include <sys/wait.h>
@%:@include <unistd.h>

/* Both ways of counting; what two processes count together is exact. */
static void
atomic_ops_count(volatile unsigned long *word)
{
    unsigned long old;
    int i;

    for (i = 0; i < 20000; i++) {
        (void) __sync_fetch_and_add(word, 1);
        do {
            old = __atomic_load_n(word, __ATOMIC_ACQUIRE);
        } while (!__sync_bool_compare_and_swap(word, old, old + 1));
        (void) __atomic_fetch_add(word, 1, __ATOMIC_SEQ_CST);
    }
    __sync_synchronize();
}

int
main(void)
{
    volatile unsigned long *word;
    pid_t child;

    (void) alarm(10);
    if (sizeof(unsigned long) != sizeof(void *)
        || !__atomic_always_lock_free(sizeof(unsigned long), 0))
    {
        fputs("a word is not free of locks\\n", stderr);
        return 1;
    }

    word = mmap(NULL, 4096, PROT_READ|PROT_WRITE, MAP_ANON|MAP_SHARED, -1, 0);
    if (word == MAP_FAILED) {
        perror("mmap");
        return 1;
    }

    child = fork();
    if (child == -1) {
        perror("fork");
        return 1;
    }
    atomic_ops_count(word);
    if (child == 0) {
        _exit(0);
    }

    (void) waitpid(child, NULL, 0);
    if (*word != 120000) {
        fprintf(stderr, "two processes count to %lu, not 120000\\n", *word);
        return 1;
    }

    return 0;
}]])
AS_IF([test "$NGX_HAVE_ATOMIC_OPS" != 0], [$1], [$2])
])

# fcntl(F_SETLK); see fcntl(2), POSIX.1-2001; nginx uses it without asking
AC_DEFUN([NGX_CHECK_FCNTL_LOCK],
[_NGX_CHECK_SHM_ASK([NGX_HAVE_FCNTL_LOCK],
  [fcntl(F_SETLK)], [yes], [],
  [yes *-linux-* *-linux *bsd* *-darwin* *-macos* *-solaris* *-illumos*],
[[/* probe: fcntl(F_SETLK)
 * macro: N@&t@GX_HAVE_FCNTL_LOCK
 * with:  any
 * run:   yes
 * cross: yes *-linux-* *-linux *bsd* *-darwin* *-macos* *-solaris* *-illumos*
 * see:   fcntl(2), POSIX.1-2001; nginx uses it without asking
 * SPDX-License-Identifier: FSFAP
 */
@%:@define _FILE_OFFSET_BITS 64
@%:@define _GNU_SOURCE 1
@%:@include <errno.h>
@%:@include <fcntl.h>
@%:@include <signal.h>
@%:@include <stddef.h>
@%:@include <stdio.h>
@%:@include <string.h>
@%:@include <sys/mman.h>
@%:@include <sys/stat.h>
@%:@include <sys/types.h>
@%:@include <sys/wait.h>
@%:@include <unistd.h>

static int
fcntl_lock_no(const char *call)
{
    perror(call);
    return 1;
}

static int
fcntl_lock_file(void)
{
    char name@<:@32@:>@;
    int fd;

    (void) snprintf(name, sizeof(name), "fcntl_lock.%ld", (long) getpid());
    fd = open(name, O_RDWR|O_CREAT|O_EXCL, 0600);
    if (fd != -1) {
        (void) unlink(name);
    }
    return fd;
}

static int
fcntl_lock_try(int fd)
{
    struct flock fl;

    memset(&fl, 0, sizeof(fl));
    fl.l_type = F_WRLCK;
    fl.l_whence = SEEK_SET;
    return fcntl(fd, F_SETLK, &fl);
}

/* A child that locks, says so, and keeps the lock until it dies. */
static pid_t
fcntl_lock_holder(int fd, int told@<:@2@:>@)
{
    pid_t child;

    child = fork();
    if (child == 0) {
        (void) alarm(10);
        if (fcntl_lock_try(fd) == 0 && write(told@<:@1@:>@, "x", 1) == 1) {
            (void) pause();
        }
        _exit(1);
    }
    return child;
}

int
main(void)
{
    int fd, told@<:@2@:>@, locked, refused;
    pid_t child;
    char c;

    (void) alarm(10);
    fd = fcntl_lock_file();
    if (fd == -1) {
        return fcntl_lock_no("open");
    }
    if (pipe(told) == -1) {
        return fcntl_lock_no("pipe");
    }
    child = fcntl_lock_holder(fd, told);
    if (child == -1) {
        return fcntl_lock_no("fork");
    }

    (void) close(told@<:@1@:>@);      /* so that a child's end ends the read */
    locked = read(told@<:@0@:>@, &c, 1) == 1;
    refused = fcntl_lock_try(fd) == -1
              && (errno == EAGAIN || errno == EACCES);
    (void) kill(child, SIGKILL);
    (void) waitpid(child, NULL, 0);

    if (!locked || !refused) {
        fputs("the lock of one process does not keep another out\\n", stderr);
        return 1;
    }
    if (fcntl_lock_try(fd) == -1) {
        return fcntl_lock_no("the lock outlives its holder");
    }

    return 0;
}]])
AS_IF([test "$NGX_HAVE_FCNTL_LOCK" != 0], [$1], [$2])
])

# futex between processes; see futex(2), Linux 2.6; no header of the kernel is needed
AC_DEFUN([NGX_CHECK_FUTEX],
[_NGX_CHECK_SHM_ASK([NGX_HAVE_FUTEX],
  [futex between processes], [yes], [],
  [yes *-linux-* *-linux no *bsd* *-darwin* *-macos* *-solaris* *-illumos*],
[[/* probe: futex between processes
 * macro: N@&t@GX_HAVE_FUTEX
 * with:  any
 * run:   yes
 * cross: yes *-linux-* *-linux
 * cross: no *bsd* *-darwin* *-macos* *-solaris* *-illumos*
 * see:   futex(2), Linux 2.6; no header of the kernel is needed
 * SPDX-License-Identifier: FSFAP
 */
@%:@define _FILE_OFFSET_BITS 64
@%:@define _GNU_SOURCE 1
@%:@include <errno.h>
@%:@include <fcntl.h>
@%:@include <signal.h>
@%:@include <stddef.h>
@%:@include <stdio.h>
@%:@include <string.h>
@%:@include <sys/mman.h>
@%:@include <sys/stat.h>
@%:@include <sys/syscall.h>
@%:@include <sys/types.h>
@%:@include <sys/wait.h>
@%:@include <unistd.h>

enum { futex_wait = 0, futex_wake = 1 };    /* not private to a process */

/* The child sleeps while the word is 0. */
static void
futex_child(volatile int *word)
{
    (void) alarm(10);
    if (syscall(SYS_futex, word, futex_wait, 0, NULL, NULL, 0) == 0) {
        word@<:@1@:>@ = 1;
    } else {
        word@<:@1@:>@ = errno == EAGAIN ? 2 : -errno;
    }
    _exit(0);
}

int
main(void)
{
    volatile int *word;
    pid_t child;
    long woken;
    int tries;

    (void) alarm(10);
    word = mmap(NULL, 4096, PROT_READ|PROT_WRITE, MAP_ANON|MAP_SHARED, -1, 0);
    if (word == MAP_FAILED) {
        perror("mmap");
        return 1;
    }

    /* to wait for another value than the word has is refused at once */
    if (syscall(SYS_futex, word, futex_wait, 1, NULL, NULL, 0) == 0
        || errno != EAGAIN)
    {
        perror("futex");
        return 1;
    }

    child = fork();
    if (child == -1) {
        perror("fork");
        return 1;
    }
    if (child == 0) {
        futex_child(word);
    }

    woken = 0;
    for (tries = 0; woken == 0 && word@<:@1@:>@ == 0 && tries < 160; tries++) {
        (void) usleep(tries < 100 ? 1000 : 50000);
        woken = syscall(SYS_futex, word, futex_wake, 1, NULL, NULL, 0);
    }
    if (woken != 1) {
        (void) kill(child, SIGKILL);
    }
    (void) waitpid(child, NULL, 0);

    if (woken != 1 || word@<:@1@:>@ != 1) {
        fputs("one process does not wake another\\n", stderr);
        return 1;
    }

    return 0;
}]])
AS_IF([test "$NGX_HAVE_FUTEX" != 0], [$1], [$2])
])

# little endian byte order; see gcc 4.6, clang, tcc 0.9.27; nginx runs a program to learn it
AC_DEFUN([NGX_CHECK_LITTLE_ENDIAN],
[_NGX_CHECK_SHM_ASK([NGX_HAVE_LITTLE_ENDIAN],
  [little endian byte order], [value], [],
  [],
[[/* probe: little endian byte order
 * macro: N@&t@GX_HAVE_LITTLE_ENDIAN
 * with:  any
 * run:   value
 * see:   gcc 4.6, clang, tcc 0.9.27; nginx runs a program to learn it
 * SPDX-License-Identifier: FSFAP
 */
@%:@define _FILE_OFFSET_BITS 64
@%:@define _GNU_SOURCE 1
@%:@include <signal.h>
@%:@include <stddef.h>
@%:@include <stdio.h>
@%:@include <sys/types.h>
@%:@include <time.h>

enum { value = __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__ };

int
main(void)
{
    printf("%d\\n", value);
    return 0;
}]])
AS_IF([test "$NGX_HAVE_LITTLE_ENDIAN" != 0], [$1], [$2])
])

# madvise(MADV_HUGEPAGE) of shared memory; see madvise(2), Linux 2.6.38, of shared memory 4.8; not in nginx
AC_DEFUN([NGX_CHECK_MADV_HUGEPAGE],
[_NGX_CHECK_SHM_ASK([NGX_HAVE_MADV_HUGEPAGE],
  [madvise(MADV_HUGEPAGE) of shared memory], [yes], [],
  [yes *-linux-* *-linux no *bsd* *-darwin* *-macos* *-solaris* *-illumos*],
[[/* probe: madvise(MADV_HUGEPAGE) of shared memory
 * macro: N@&t@GX_HAVE_MADV_HUGEPAGE
 * with:  any
 * run:   yes
 * cross: yes *-linux-* *-linux
 * cross: no *bsd* *-darwin* *-macos* *-solaris* *-illumos*
 * see:   madvise(2), Linux 2.6.38, of shared memory 4.8; not in nginx
 * for:   programs that want huge pages below what ngx_shm_alloc() gives
 * SPDX-License-Identifier: FSFAP
 */
@%:@define _FILE_OFFSET_BITS 64
@%:@define _GNU_SOURCE 1
@%:@include <errno.h>
@%:@include <fcntl.h>
@%:@include <signal.h>
@%:@include <stddef.h>
@%:@include <stdio.h>
@%:@include <string.h>
@%:@include <sys/mman.h>
@%:@include <sys/stat.h>
@%:@include <sys/types.h>
@%:@include <sys/wait.h>
@%:@include <unistd.h>

int
main(void)
{
    volatile char *p;
    void *addr;
    size_t size = 4194304;

    (void) alarm(10);
    addr = mmap(NULL, size, PROT_READ|PROT_WRITE, MAP_ANON|MAP_SHARED, -1, 0);
    if (addr == MAP_FAILED) {
        perror("mmap");
        return 1;
    }
    if (madvise(addr, size, MADV_HUGEPAGE) == -1) {
        perror("madvise");
        return 1;
    }

    p = addr;
    p@<:@size / 2@:>@ = 'x';
    return p@<:@size / 2@:>@ == 'x' && p@<:@0@:>@ == 0 ? 0 : 1;
}]])
AS_IF([test "$NGX_HAVE_MADV_HUGEPAGE" != 0], [$1], [$2])
])

# madvise(MADV_POPULATE_WRITE); see madvise(2), Linux 5.14; headers may be older; not in nginx
AC_DEFUN([NGX_CHECK_MADV_POPULATE_WRITE],
[_NGX_CHECK_SHM_ASK([NGX_HAVE_MADV_POPULATE_WRITE],
  [madvise(MADV_POPULATE_WRITE)], [yes], [],
  [yes *-linux-* *-linux no *bsd* *-darwin* *-macos* *-solaris* *-illumos*],
[[/* probe: madvise(MADV_POPULATE_WRITE)
 * macro: N@&t@GX_HAVE_MADV_POPULATE_WRITE
 * with:  any
 * run:   yes
 * cross: yes *-linux-* *-linux
 * cross: no *bsd* *-darwin* *-macos* *-solaris* *-illumos*
 * see:   madvise(2), Linux 5.14; headers may be older; not in nginx
 * for:   the table of ngx-shm features; the library asks the kernel itself
 * SPDX-License-Identifier: FSFAP
 */
@%:@define _FILE_OFFSET_BITS 64
@%:@define _GNU_SOURCE 1
@%:@include <errno.h>
@%:@include <fcntl.h>
@%:@include <signal.h>
@%:@include <stddef.h>
@%:@include <stdio.h>
@%:@include <string.h>
@%:@include <sys/mman.h>
@%:@include <sys/stat.h>
@%:@include <sys/types.h>
@%:@include <sys/wait.h>
@%:@include <unistd.h>

enum { madv_populate_write = 23 };      /* whether or not headers know it */

int
main(void)
{
    static unsigned char present@<:@16@:>@;
    size_t i, page;
    char *p;

    (void) alarm(10);
    page = (size_t) sysconf(_SC_PAGESIZE);
    p = mmap(NULL, 16 * page, PROT_READ|PROT_WRITE, MAP_ANON|MAP_SHARED,
             -1, 0);
    if (p == MAP_FAILED) {
        perror("mmap");
        return 1;
    }
    if (madvise(p, 16 * page, madv_populate_write) == -1) {
        perror("madvise");
        return 1;
    }
    if (mincore(p, 16 * page, present) == -1) {
        perror("mincore");
        return 1;
    }

    /* there are systems that accept any advice, and do nothing */
    for (i = 0; i < 16; i++) {
        if (!(present@<:@i@:>@ & 1)) {
            fputs("madvise(MADV_POPULATE_WRITE) leaves pages out\\n", stderr);
            return 1;
        }
    }

    return 0;
}]])
AS_IF([test "$NGX_HAVE_MADV_POPULATE_WRITE" != 0], [$1], [$2])
])

# madvise(MADV_WIPEONFORK); see madvise(2), Linux 4.14; headers may be older; not in nginx
AC_DEFUN([NGX_CHECK_MADV_WIPEONFORK],
[_NGX_CHECK_SHM_ASK([NGX_HAVE_MADV_WIPEONFORK],
  [madvise(MADV_WIPEONFORK)], [yes], [],
  [yes *-linux-* *-linux no *bsd* *-darwin* *-macos* *-solaris* *-illumos*],
[[/* probe: madvise(MADV_WIPEONFORK)
 * macro: N@&t@GX_HAVE_MADV_WIPEONFORK
 * with:  any
 * run:   yes
 * cross: yes *-linux-* *-linux
 * cross: no *bsd* *-darwin* *-macos* *-solaris* *-illumos*
 * see:   madvise(2), Linux 4.14; headers may be older; not in nginx
 * SPDX-License-Identifier: FSFAP
 */
@%:@define _FILE_OFFSET_BITS 64
@%:@define _GNU_SOURCE 1
@%:@include <errno.h>
@%:@include <fcntl.h>
@%:@include <signal.h>
@%:@include <stddef.h>
@%:@include <stdio.h>
@%:@include <string.h>
@%:@include <sys/mman.h>
@%:@include <sys/stat.h>
@%:@include <sys/types.h>
@%:@include <sys/wait.h>
@%:@include <unistd.h>

enum { madv_wipeonfork = 18 };          /* whether or not headers know it */

int
main(void)
{
    int status;
    pid_t child;
    size_t page;
    char *p;

    (void) alarm(10);
    page = (size_t) sysconf(_SC_PAGESIZE);
    p = mmap(NULL, page, PROT_READ|PROT_WRITE, MAP_ANON|MAP_PRIVATE, -1, 0);
    if (p == MAP_FAILED) {
        perror("mmap");
        return 1;
    }
    if (madvise(p, page, madv_wipeonfork) == -1) {
        perror("madvise");
        return 1;
    }
    p@<:@0@:>@ = 1;

    child = fork();
    if (child == -1) {
        perror("fork");
        return 1;
    }
    if (child == 0) {
        _exit(p@<:@0@:>@ != 0);
    }

    /* there are systems that accept any advice, and do nothing */
    if (waitpid(child, &status, 0) != child || status != 0 || p@<:@0@:>@ != 1) {
        fputs("madvise(MADV_WIPEONFORK) does not clear the child's memory\\n",
              stderr);
        return 1;
    }

    return 0;
}]])
AS_IF([test "$NGX_HAVE_MADV_WIPEONFORK" != 0], [$1], [$2])
])

# mmap(MAP_ANON|MAP_SHARED); see mmap(2), POSIX.1-2024; nginx asks too, but lets no child write
AC_DEFUN([NGX_CHECK_MAP_ANON],
[_NGX_CHECK_SHM_ASK([NGX_HAVE_MAP_ANON],
  [mmap(MAP_ANON|MAP_SHARED)], [yes], [],
  [yes *-linux-* *-linux *bsd* *-darwin* *-macos* *-solaris* *-illumos*],
[[/* probe: mmap(MAP_ANON|MAP_SHARED)
 * macro: N@&t@GX_HAVE_MAP_ANON
 * with:  any
 * run:   yes
 * cross: yes *-linux-* *-linux *bsd* *-darwin* *-macos* *-solaris* *-illumos*
 * see:   mmap(2), POSIX.1-2024; nginx asks too, but lets no child write
 * SPDX-License-Identifier: FSFAP
 */
@%:@define _FILE_OFFSET_BITS 64
@%:@define _GNU_SOURCE 1
@%:@include <errno.h>
@%:@include <fcntl.h>
@%:@include <signal.h>
@%:@include <stddef.h>
@%:@include <stdio.h>
@%:@include <string.h>
@%:@include <sys/mman.h>
@%:@include <sys/stat.h>
@%:@include <sys/types.h>
@%:@include <sys/wait.h>
@%:@include <unistd.h>

static int
map_anon_no(const char *call)
{
    perror(call);
    return 1;
}

int
main(void)
{
    volatile char *p;
    pid_t child;

    (void) alarm(10);
    p = mmap(NULL, 4096, PROT_READ|PROT_WRITE, MAP_ANON|MAP_SHARED, -1, 0);
    if (p == MAP_FAILED) {
        return map_anon_no("mmap");
    }

    child = fork();
    if (child == -1) {
        return map_anon_no("fork");
    }
    if (child == 0) {
        p@<:@1@:>@ = 'x';
        _exit(0);
    }

    (void) waitpid(child, NULL, 0);
    if (p@<:@0@:>@ != 0 || p@<:@1@:>@ != 'x') {
        fputs("the parent does not see what its child wrote\\n", stderr);
        return 1;
    }

    return 0;
}]])
AS_IF([test "$NGX_HAVE_MAP_ANON" != 0], [$1], [$2])
])

# mmap("/dev/zero", MAP_SHARED); see zero(4), mmap(2); nginx asks too, but also maps a failed open
AC_DEFUN([NGX_CHECK_MAP_DEVZERO],
[_NGX_CHECK_SHM_ASK([NGX_HAVE_MAP_DEVZERO],
  [mmap("/dev/zero", MAP_SHARED)], [yes], [],
  [yes *-linux-* *-linux *-solaris* *-illumos* no *-darwin* *-macos*],
[[/* probe: mmap("/dev/zero", MAP_SHARED)
 * macro: N@&t@GX_HAVE_MAP_DEVZERO
 * with:  any
 * run:   yes
 * cross: yes *-linux-* *-linux *-solaris* *-illumos* no *-darwin* *-macos*
 * see:   zero(4), mmap(2); nginx asks too, but also maps a failed open
 * SPDX-License-Identifier: FSFAP
 */
@%:@define _FILE_OFFSET_BITS 64
@%:@define _GNU_SOURCE 1
@%:@include <errno.h>
@%:@include <fcntl.h>
@%:@include <signal.h>
@%:@include <stddef.h>
@%:@include <stdio.h>
@%:@include <string.h>
@%:@include <sys/mman.h>
@%:@include <sys/stat.h>
@%:@include <sys/types.h>
@%:@include <sys/wait.h>
@%:@include <unistd.h>

static int
map_devzero_no(const char *call)
{
    perror(call);
    return 1;
}

int
main(void)
{
    volatile char *p;
    pid_t child;
    int fd;

    (void) alarm(10);
    fd = open("/dev/zero", O_RDWR);
    if (fd == -1) {
        return map_devzero_no("open /dev/zero");
    }

    p = mmap(NULL, 4096, PROT_READ|PROT_WRITE, MAP_SHARED, fd, 0);
    if (p == MAP_FAILED) {
        return map_devzero_no("mmap");
    }
    (void) close(fd);           /* the mapping lives on without it */

    child = fork();
    if (child == -1) {
        return map_devzero_no("fork");
    }
    if (child == 0) {
        p@<:@1@:>@ = 'x';
        _exit(0);
    }

    (void) waitpid(child, NULL, 0);
    if (p@<:@0@:>@ != 0 || p@<:@1@:>@ != 'x') {
        fputs("the parent does not see what its child wrote\\n", stderr);
        return 1;
    }

    return 0;
}]])
AS_IF([test "$NGX_HAVE_MAP_DEVZERO" != 0], [$1], [$2])
])

# mmap() of a file, shared or only to read; see mmap(2), POSIX.1-2001; not in nginx
AC_DEFUN([NGX_CHECK_MAP_FILE],
[_NGX_CHECK_SHM_ASK([NGX_HAVE_MAP_FILE],
  [mmap() of a file, shared or only to read], [yes], [],
  [yes *-linux-* *-linux *bsd* *-darwin* *-macos* *-solaris* *-illumos*],
[[/* probe: mmap() of a file, shared or only to read
 * macro: N@&t@GX_HAVE_MAP_FILE
 * with:  any
 * run:   yes
 * cross: yes *-linux-* *-linux *bsd* *-darwin* *-macos* *-solaris* *-illumos*
 * see:   mmap(2), POSIX.1-2001; not in nginx
 * SPDX-License-Identifier: FSFAP
 */
@%:@define _FILE_OFFSET_BITS 64
@%:@define _GNU_SOURCE 1
@%:@include <errno.h>
@%:@include <fcntl.h>
@%:@include <signal.h>
@%:@include <stddef.h>
@%:@include <stdio.h>
@%:@include <string.h>
@%:@include <sys/mman.h>
@%:@include <sys/stat.h>
@%:@include <sys/types.h>
@%:@include <sys/wait.h>
@%:@include <unistd.h>

static int
map_file_no(const char *call)
{
    perror(call);
    return 1;
}

static void
map_file_refused(int sig)
{
    (void) sig;
    _exit(0);
}

/* fd@<:@0@:>@ reads and writes a new file, fd@<:@1@:>@ only reads; its name is gone. */
static int
map_file_open(int fd@<:@2@:>@)
{
    char name@<:@32@:>@;

    (void) snprintf(name, sizeof(name), "map_file.%ld", (long) getpid());
    fd@<:@0@:>@ = open(name, O_RDWR|O_CREAT|O_EXCL, 0600);
    if (fd@<:@0@:>@ == -1) {
        return -1;
    }

    fd@<:@1@:>@ = open(name, O_RDONLY);
    return unlink(name) == -1 || fd@<:@1@:>@ == -1 ? -1 : 0;
}

static void
map_file_child(int fd, volatile char *shown)
{
    volatile char *p;

    p = mmap(NULL, 4096, PROT_READ|PROT_WRITE, MAP_SHARED, fd, 0);
    if (p == MAP_FAILED) {
        _exit(1);
    }

    p@<:@0@:>@ = 'x';
    (void) signal(SIGSEGV, map_file_refused);
    (void) signal(SIGBUS, map_file_refused);
    shown@<:@1@:>@ = 'y';
    p@<:@2@:>@ = 'z';                 /* still here: the write was not refused */
    _exit(1);
}

int
main(void)
{
    volatile char *p;
    pid_t child;
    int fd@<:@2@:>@;

    (void) alarm(10);
    if (map_file_open(fd) == -1) {
        return map_file_no("open");
    }
    if (ftruncate(fd@<:@0@:>@, 4096) == -1) {
        return map_file_no("ftruncate");
    }

    p = mmap(NULL, 4096, PROT_READ|PROT_WRITE, MAP_SHARED, fd@<:@1@:>@, 0);
    if (p != MAP_FAILED) {
        fputs("a file opened to be read is mapped to be written\\n", stderr);
        return 1;
    }
    p = mmap(NULL, 4096, PROT_READ, MAP_SHARED, fd@<:@1@:>@, 0);
    if (p == MAP_FAILED) {
        return map_file_no("mmap");
    }

    child = fork();
    if (child == -1) {
        return map_file_no("fork");
    }
    if (child == 0) {
        map_file_child(fd@<:@0@:>@, p);
    }

    (void) waitpid(child, NULL, 0);
    if (p@<:@0@:>@ != 'x') {
        fputs("one mapping does not show what the other wrote\\n", stderr);
        return 1;
    }
    if (p@<:@1@:>@ != 0 || p@<:@2@:>@ != 0) {
        fputs("a mapping to read is written to\\n", stderr);
        return 1;
    }

    return 0;
}]])
AS_IF([test "$NGX_HAVE_MAP_FILE" != 0], [$1], [$2])
])

# mmap(MAP_HUGETLB), touched; see mmap(2), Linux 2.6.32; not in nginx
AC_DEFUN([NGX_CHECK_MAP_HUGETLB],
[_NGX_CHECK_SHM_ASK([NGX_HAVE_MAP_HUGETLB],
  [mmap(MAP_HUGETLB), touched], [yes], [],
  [no *],
[[/* probe: mmap(MAP_HUGETLB), touched
 * macro: N@&t@GX_HAVE_MAP_HUGETLB
 * with:  any
 * run:   yes
 * cross: no *
 * see:   mmap(2), Linux 2.6.32; not in nginx
 * depends: /proc/sys/vm/nr_hugepages /proc/sys/vm/nr_overcommit_hugepages
 * for:   the table of ngx-shm features; the library asks the kernel itself
 * change: sysctl vm.nr_hugepages=N, as root, sets N pages aside
 * SPDX-License-Identifier: FSFAP
 */
@%:@define _FILE_OFFSET_BITS 64
@%:@define _GNU_SOURCE 1
@%:@include <errno.h>
@%:@include <fcntl.h>
@%:@include <signal.h>
@%:@include <stddef.h>
@%:@include <stdio.h>
@%:@include <string.h>
@%:@include <sys/mman.h>
@%:@include <sys/stat.h>
@%:@include <sys/types.h>
@%:@include <sys/wait.h>
@%:@include <unistd.h>

static int
map_hugetlb_no(const char *call)
{
    perror(call);
    return 1;
}

static void
map_hugetlb_refused(int sig)
{
    (void) sig;
    _exit(1);
}

int
main(void)
{
    volatile char *p;
    pid_t child;
    int status = 0;

    (void) alarm(10);
    p = mmap(NULL, 2097152, PROT_READ|PROT_WRITE,
             MAP_ANON|MAP_SHARED|MAP_HUGETLB, -1, 0);
    if (p == MAP_FAILED && errno == ENOMEM) {
        fputs("mmap: no page is set aside; raise vm.nr_hugepages\\n", stderr);
        return 1;
    }
    if (p == MAP_FAILED) {
        return map_hugetlb_no("mmap");
    }

    /* granted is not given: a limit may strike at the first touch */
    child = fork();
    if (child == -1) {
        return map_hugetlb_no("fork");
    }
    if (child == 0) {
        (void) signal(SIGBUS, map_hugetlb_refused);
        p@<:@1@:>@ = 'x';
        _exit(0);
    }

    (void) waitpid(child, &status, 0);
    if (status != 0) {
        fputs("refused at the first touch; does a cgroup limit it?\\n", stderr);
        return 1;
    }
    if (p@<:@0@:>@ != 0 || p@<:@1@:>@ != 'x') {
        fputs("the parent does not see what its child wrote\\n", stderr);
        return 1;
    }

    return 0;
}]])
AS_IF([test "$NGX_HAVE_MAP_HUGETLB" != 0], [$1], [$2])
])

# mmap(MAP_POPULATE); see mmap(2), Linux 2.5.46; not in nginx
AC_DEFUN([NGX_CHECK_MAP_POPULATE],
[_NGX_CHECK_SHM_ASK([NGX_HAVE_MAP_POPULATE],
  [mmap(MAP_POPULATE)], [yes], [],
  [yes *-linux-* *-linux no *bsd* *-darwin* *-macos* *-solaris* *-illumos*],
[[/* probe: mmap(MAP_POPULATE)
 * macro: N@&t@GX_HAVE_MAP_POPULATE
 * with:  any
 * run:   yes
 * cross: yes *-linux-* *-linux
 * cross: no *bsd* *-darwin* *-macos* *-solaris* *-illumos*
 * see:   mmap(2), Linux 2.5.46; not in nginx
 * for:   projects that take N@&t@GX_CHECK_MAP_POPULATE
 * SPDX-License-Identifier: FSFAP
 */
@%:@define _FILE_OFFSET_BITS 64
@%:@define _GNU_SOURCE 1
@%:@include <errno.h>
@%:@include <fcntl.h>
@%:@include <signal.h>
@%:@include <stddef.h>
@%:@include <stdio.h>
@%:@include <string.h>
@%:@include <sys/mman.h>
@%:@include <sys/stat.h>
@%:@include <sys/types.h>
@%:@include <sys/wait.h>
@%:@include <unistd.h>

int
main(void)
{
    static unsigned char present@<:@16@:>@;
    size_t i, page;
    char *p;

    (void) alarm(10);
    page = (size_t) sysconf(_SC_PAGESIZE);
    p = mmap(NULL, 16 * page, PROT_READ|PROT_WRITE,
             MAP_ANON|MAP_SHARED|MAP_POPULATE, -1, 0);
    if (p == MAP_FAILED) {
        perror("mmap");
        return 1;
    }
    if (mincore(p, 16 * page, present) == -1) {
        perror("mincore");
        return 1;
    }

    for (i = 0; i < 16; i++) {
        if (!(present@<:@i@:>@ & 1)) {
            fputs("mmap(MAP_POPULATE) leaves pages out\\n", stderr);
            return 1;
        }
    }

    return 0;
}]])
AS_IF([test "$NGX_HAVE_MAP_POPULATE" != 0], [$1], [$2])
])

# membarrier(MEMBARRIER_CMD_GLOBAL_EXPEDITED); see membarrier(2), Linux 4.16; no header of the kernel is needed
AC_DEFUN([NGX_CHECK_MEMBARRIER],
[_NGX_CHECK_SHM_ASK([NGX_HAVE_MEMBARRIER],
  [membarrier(MEMBARRIER_CMD_GLOBAL_EXPEDITED)], [yes], [],
  [yes *-linux-* *-linux no *bsd* *-darwin* *-macos* *-solaris* *-illumos*],
[[/* probe: membarrier(MEMBARRIER_CMD_GLOBAL_EXPEDITED)
 * macro: N@&t@GX_HAVE_MEMBARRIER
 * with:  any
 * run:   yes
 * cross: yes *-linux-* *-linux
 * cross: no *bsd* *-darwin* *-macos* *-solaris* *-illumos*
 * see:   membarrier(2), Linux 4.16; no header of the kernel is needed
 * for:   projects that take N@&t@GX_CHECK_MEMBARRIER
 * SPDX-License-Identifier: FSFAP
 */
@%:@define _FILE_OFFSET_BITS 64
@%:@define _GNU_SOURCE 1
@%:@include <errno.h>
@%:@include <fcntl.h>
@%:@include <signal.h>
@%:@include <stddef.h>
@%:@include <stdio.h>
@%:@include <string.h>
@%:@include <sys/mman.h>
@%:@include <sys/stat.h>
@%:@include <sys/syscall.h>
@%:@include <sys/types.h>
@%:@include <sys/wait.h>
@%:@include <unistd.h>

enum {
    membarrier_query = 0,
    membarrier_global_expedited = 2,
    membarrier_register_global_expedited = 4
};

static int
membarrier_no(const char *command)
{
    fprintf(stderr, "membarrier(%s): %s\\n", command, strerror(errno));
    return 1;
}

int
main(void)
{
    long commands;

    (void) alarm(10);
    commands = syscall(SYS_membarrier, membarrier_query, 0, 0);
    if (commands == -1) {
        return membarrier_no("query");
    }
    if (!(commands & membarrier_global_expedited)) {
        fputs("membarrier: the expedited command is not there\\n", stderr);
        return 1;
    }

    if (syscall(SYS_membarrier, membarrier_register_global_expedited, 0, 0)
        == -1)
    {
        return membarrier_no("register");
    }
    if (syscall(SYS_membarrier, membarrier_global_expedited, 0, 0) == -1) {
        return membarrier_no("global expedited");
    }

    return 0;
}]])
AS_IF([test "$NGX_HAVE_MEMBARRIER" != 0], [$1], [$2])
])

# memfd_create() with seals; see memfd_create(2), Linux 3.17, glibc 2.27; not in nginx
AC_DEFUN([NGX_CHECK_MEMFD],
[_NGX_CHECK_SHM_ASK([NGX_HAVE_MEMFD],
  [memfd_create() with seals], [yes], [],
  [yes *-linux-gnu* *-linux-musl* *-linux no *-darwin* *-macos* *-solaris* *-illumos*],
[[/* probe: memfd_create() with seals
 * macro: N@&t@GX_HAVE_MEMFD
 * with:  any
 * run:   yes
 * cross: yes *-linux-gnu* *-linux-musl* *-linux
 * cross: no *-darwin* *-macos* *-solaris* *-illumos*
 * see:   memfd_create(2), Linux 3.17, glibc 2.27; not in nginx
 * SPDX-License-Identifier: FSFAP
 */
@%:@define _FILE_OFFSET_BITS 64
@%:@define _GNU_SOURCE 1
@%:@include <errno.h>
@%:@include <fcntl.h>
@%:@include <signal.h>
@%:@include <stddef.h>
@%:@include <stdio.h>
@%:@include <string.h>
@%:@include <sys/mman.h>
@%:@include <sys/stat.h>
@%:@include <sys/types.h>
@%:@include <sys/wait.h>
@%:@include <unistd.h>

static int
memfd_no(const char *call)
{
    perror(call);
    return 1;
}

int
main(void)
{
    volatile char *p;
    pid_t child;
    int fd;

    (void) alarm(10);
    fd = memfd_create("ngx_probe", MFD_CLOEXEC|MFD_ALLOW_SEALING);
    if (fd == -1) {
        return memfd_no("memfd_create");
    }
    if (ftruncate(fd, 4096) == -1) {
        return memfd_no("ftruncate");
    }

    /* whoever gets the descriptor must not cut the memory short */
    if (fcntl(fd, F_ADD_SEALS, F_SEAL_SHRINK|F_SEAL_GROW) == -1) {
        return memfd_no("fcntl F_ADD_SEALS");
    }
    if (ftruncate(fd, 0) == 0 || errno != EPERM) {
        fputs("the seals do not hold\\n", stderr);
        return 1;
    }

    p = mmap(NULL, 4096, PROT_READ|PROT_WRITE, MAP_SHARED, fd, 0);
    if (p == MAP_FAILED) {
        return memfd_no("mmap");
    }

    child = fork();
    if (child == -1) {
        return memfd_no("fork");
    }
    if (child == 0) {
        p@<:@1@:>@ = 'x';
        _exit(0);
    }

    (void) waitpid(child, NULL, 0);
    if (p@<:@0@:>@ != 0 || p@<:@1@:>@ != 'x') {
        fputs("the parent does not see what its child wrote\\n", stderr);
        return 1;
    }

    return 0;
}]])
AS_IF([test "$NGX_HAVE_MEMFD" != 0], [$1], [$2])
])

# size of off_t; see POSIX.1-2001; nginx runs a program to learn it
AC_DEFUN([NGX_CHECK_OFF_T_SIZE],
[_NGX_CHECK_SHM_ASK([NGX_OFF_T_SIZE],
  [size of off_t], [value], [],
  [],
[[/* probe: size of off_t
 * macro: N@&t@GX_OFF_T_SIZE
 * with:  any
 * run:   value
 * see:   POSIX.1-2001; nginx runs a program to learn it
 * for:   programs that keep offsets of files in a segment; nginx
 * SPDX-License-Identifier: FSFAP
 */
@%:@define _FILE_OFFSET_BITS 64
@%:@define _GNU_SOURCE 1
@%:@include <signal.h>
@%:@include <stddef.h>
@%:@include <stdio.h>
@%:@include <sys/types.h>
@%:@include <time.h>

enum { value = (int) sizeof(off_t) };

int
main(void)
{
    printf("%d\\n", value);
    return 0;
}]])
AS_IF([test "$NGX_OFF_T_SIZE" != 0], [$1], [$2])
])

# posix_fallocate() of shared memory; see posix_fallocate(3), POSIX.1-2001; tmpfs since Linux 3.5
AC_DEFUN([NGX_CHECK_POSIX_FALLOCATE],
[_NGX_CHECK_SHM_ASK([NGX_HAVE_POSIX_FALLOCATE],
  [posix_fallocate() of shared memory], [yes], [-lrt],
  [yes *-linux-gnu* *-linux-musl* *-linux no *-darwin* *-macos*],
[[/* probe: posix_fallocate() of shared memory
 * macro: N@&t@GX_HAVE_POSIX_FALLOCATE
 * with:  any
 * run:   yes
 * libs:  -lrt
 * cross: yes *-linux-gnu* *-linux-musl* *-linux
 * cross: no *-darwin* *-macos*
 * see:   posix_fallocate(3), POSIX.1-2001; tmpfs since Linux 3.5
 * SPDX-License-Identifier: FSFAP
 */
@%:@define _FILE_OFFSET_BITS 64
@%:@define _GNU_SOURCE 1
@%:@include <errno.h>
@%:@include <fcntl.h>
@%:@include <signal.h>
@%:@include <stddef.h>
@%:@include <stdio.h>
@%:@include <string.h>
@%:@include <sys/mman.h>
@%:@include <sys/stat.h>
@%:@include <sys/types.h>
@%:@include <sys/wait.h>
@%:@include <unistd.h>

/* A new segment without a name: of shm_open(), or else a file. */
static int
posix_fallocate_open(void)
{
    char name@<:@40@:>@;
    int fd;

    (void) snprintf(name, sizeof(name), "/ngx_probe_fallocate.%ld",
                    (long) getpid());
    fd = shm_open(name, O_RDWR|O_CREAT|O_EXCL, 0600);
    if (fd != -1) {
        (void) shm_unlink(name);
        return fd;
    }

    fd = open(name + 1, O_RDWR|O_CREAT|O_EXCL, 0600);
    if (fd != -1) {
        (void) unlink(name + 1);
    }
    return fd;
}

int
main(void)
{
    struct stat st;
    int fd, error;

    (void) alarm(10);
    fd = posix_fallocate_open();
    if (fd == -1) {
        perror("open");
        return 1;
    }

    error = posix_fallocate(fd, 0, 65536);
    if (error != 0) {
        fprintf(stderr, "posix_fallocate: %s\\n", strerror(error));
        return 1;
    }

    /* as large as asked, and not a hole that fails at the first touch */
    if (fstat(fd, &st) == -1 || st.st_size != 65536 || st.st_blocks < 128) {
        fputs("posix_fallocate: nothing was reserved\\n", stderr);
        return 1;
    }

    return 0;
}]])
AS_IF([test "$NGX_HAVE_POSIX_FALLOCATE" != 0], [$1], [$2])
])

# semaphore between processes; see sem_init(3), POSIX.1-2001; nginx asks too, but lets no child wait
AC_DEFUN([NGX_CHECK_POSIX_SEM],
[_NGX_CHECK_SHM_ASK([NGX_HAVE_POSIX_SEM],
  [semaphore between processes], [yes], [-lpthread -lrt],
  [yes *-linux-gnu* *-linux-musl* *-linux *-freebsd* *-solaris* yes *-illumos* no *-darwin* *-macos*],
[[/* probe: semaphore between processes
 * macro: N@&t@GX_HAVE_POSIX_SEM
 * with:  any
 * run:   yes
 * libs:  -lpthread -lrt
 * cross: yes *-linux-gnu* *-linux-musl* *-linux *-freebsd* *-solaris*
 * cross: yes *-illumos* no *-darwin* *-macos*
 * see:   sem_init(3), POSIX.1-2001; nginx asks too, but lets no child wait
 * SPDX-License-Identifier: FSFAP
 */
@%:@define _FILE_OFFSET_BITS 64
@%:@define _GNU_SOURCE 1
@%:@include <errno.h>
@%:@include <fcntl.h>
@%:@include <semaphore.h>
@%:@include <signal.h>
@%:@include <stddef.h>
@%:@include <stdio.h>
@%:@include <string.h>
@%:@include <sys/mman.h>
@%:@include <sys/stat.h>
@%:@include <sys/types.h>
@%:@include <sys/wait.h>
@%:@include <unistd.h>

struct posix_sem {
    sem_t sem;
    volatile int refused;       /* by trywait in the child: its reason */
    volatile int passed;
};

static int
posix_sem_no(const char *call)
{
    perror(call);
    return 1;
}

/* The child is refused at first, and waits until the parent posts. */
static void
posix_sem_child(struct posix_sem *s)
{
    (void) alarm(5);            /* before the parent, which says why */
    s->refused = sem_trywait(&s->sem) == 0 ? -1 : errno;
    if (s->refused == EAGAIN && sem_wait(&s->sem) == 0) {
        s->passed = 1;
    }
    _exit(0);
}

int
main(void)
{
    struct posix_sem *s;
    pid_t child;
    int tries, early;

    (void) alarm(10);
    s = mmap(NULL, sizeof(*s), PROT_READ|PROT_WRITE, MAP_ANON|MAP_SHARED,
             -1, 0);
    if (s == MAP_FAILED) {
        return posix_sem_no("mmap");
    }
    if (sem_init(&s->sem, 1, 0) == -1) {
        return posix_sem_no("sem_init");
    }

    child = fork();
    if (child == -1) {
        return posix_sem_no("fork");
    }
    if (child == 0) {
        posix_sem_child(s);
    }

    for (tries = 0; s->refused == 0 && tries < 160; tries++) {
        (void) usleep(tries < 100 ? 1000 : 50000);
    }
    (void) usleep(1000);        /* most likely it waits now */
    early = s->passed;
    if (s->refused != EAGAIN || sem_post(&s->sem) == -1) {
        (void) kill(child, SIGKILL);
    }
    (void) waitpid(child, NULL, 0);

    if (s->refused != EAGAIN || early || !s->passed) {
        fputs("a post in one process does not let another pass\\n", stderr);
        return 1;
    }

    return 0;
}]])
AS_IF([test "$NGX_HAVE_POSIX_SEM" != 0], [$1], [$2])
])

# shm_open(); see shm_open(3), POSIX.1-2001; in librt before glibc 2.34
AC_DEFUN([NGX_CHECK_POSIX_SHM],
[_NGX_CHECK_SHM_ASK([NGX_HAVE_POSIX_SHM],
  [shm_open()], [yes], [-lrt],
  [yes *-linux-gnu* *-linux-musl* *-linux *bsd* *-darwin* *-macos* yes *-solaris* yes *-illumos* no *-android*],
[[/* probe: shm_open()
 * macro: N@&t@GX_HAVE_POSIX_SHM
 * with:  any
 * run:   yes
 * libs:  -lrt
 * cross: yes *-linux-gnu* *-linux-musl* *-linux *bsd* *-darwin* *-macos*
 * cross: yes *-solaris*
 * cross: yes *-illumos* no *-android*
 * see:   shm_open(3), POSIX.1-2001; in librt before glibc 2.34
 * SPDX-License-Identifier: FSFAP
 */
@%:@define _FILE_OFFSET_BITS 64
@%:@define _GNU_SOURCE 1
@%:@include <errno.h>
@%:@include <fcntl.h>
@%:@include <signal.h>
@%:@include <stddef.h>
@%:@include <stdio.h>
@%:@include <string.h>
@%:@include <sys/mman.h>
@%:@include <sys/stat.h>
@%:@include <sys/types.h>
@%:@include <sys/wait.h>
@%:@include <unistd.h>

static int
posix_shm_no(const char *call)
{
    perror(call);
    return 1;
}

/* Two descriptors of one new segment, whose name is gone again. */
static int
posix_shm_open(int fd@<:@2@:>@)
{
    char name@<:@32@:>@;
    int n;

    for (n = 0; n < 100; n++) {
        (void) snprintf(name, sizeof(name), "/ngx_probe.%ld.%d",
                        (long) getpid(), n);
        fd@<:@0@:>@ = shm_open(name, O_RDWR|O_CREAT|O_EXCL, 0600);
        if (fd@<:@0@:>@ != -1 || errno != EEXIST) {
            break;
        }
    }
    if (fd@<:@0@:>@ == -1) {
        return -1;
    }

    fd@<:@1@:>@ = shm_open(name, O_RDWR, 0);
    return shm_unlink(name) == -1 || fd@<:@1@:>@ == -1 ? -1 : 0;
}

int
main(void)
{
    volatile char *p;
    pid_t child;
    int fd@<:@2@:>@;

    (void) alarm(10);
    if (posix_shm_open(fd) == -1) {
        return posix_shm_no("shm_open");
    }
    if (ftruncate(fd@<:@0@:>@, 4096) == -1) {
        return posix_shm_no("ftruncate");
    }

    child = fork();
    if (child == -1) {
        return posix_shm_no("fork");
    }

    p = mmap(NULL, 4096, PROT_READ|PROT_WRITE, MAP_SHARED, fd@<:@child == 0@:>@, 0);
    if (child == 0) {
        if (p != MAP_FAILED) {
            p@<:@1@:>@ = 'x';
        }
        _exit(0);
    }

    (void) waitpid(child, NULL, 0);
    if (p == MAP_FAILED) {
        return posix_shm_no("mmap");
    }
    if (p@<:@0@:>@ != 0 || p@<:@1@:>@ != 'x') {
        fputs("one mapping does not show what the other wrote\\n", stderr);
        return 1;
    }

    return 0;
}]])
AS_IF([test "$NGX_HAVE_POSIX_SHM" != 0], [$1], [$2])
])

# start time of a process in /proc; see proc(5), /proc/PID/stat, field 22; not in nginx
AC_DEFUN([NGX_CHECK_PROC_STARTTIME],
[_NGX_CHECK_SHM_ASK([NGX_HAVE_PROC_STARTTIME],
  [start time of a process in /proc], [yes], [],
  [yes *-linux-* *-linux no *bsd* *-darwin* *-macos* *-solaris* *-illumos*],
[[/* probe: start time of a process in /proc
 * macro: N@&t@GX_HAVE_PROC_STARTTIME
 * with:  any
 * run:   yes
 * cross: yes *-linux-* *-linux
 * cross: no *bsd* *-darwin* *-macos* *-solaris* *-illumos*
 * see:   proc(5), /proc/PID/stat, field 22; not in nginx
 * SPDX-License-Identifier: FSFAP
 */
@%:@define _FILE_OFFSET_BITS 64
@%:@define _GNU_SOURCE 1
@%:@include <errno.h>
@%:@include <fcntl.h>
@%:@include <signal.h>
@%:@include <stddef.h>
@%:@include <stdio.h>
@%:@include <string.h>
@%:@include <sys/mman.h>
@%:@include <sys/stat.h>
@%:@include <sys/types.h>
@%:@include <sys/wait.h>
@%:@include <unistd.h>

/* In ticks since the machine's start, or 0.  Field 2, the program's name, is
   between parentheses and may hold anything, so count from the last one. */
static unsigned long long
proc_starttime_of(pid_t pid)
{
    char name@<:@40@:>@, text@<:@1024@:>@, *p;
    unsigned long long ticks;
    ssize_t n;
    int fd, field;

    (void) snprintf(name, sizeof(name), "/proc/%ld/stat", (long) pid);
    fd = open(name, O_RDONLY);
    if (fd == -1) {
        return 0;
    }
    n = read(fd, text, sizeof(text) - 1);
    (void) close(fd);
    if (n <= 0) {
        return 0;
    }

    text@<:@n@:>@ = '\\0';
    p = strrchr(text, ')');
    for (field = 2; p != NULL && field < 22; field++) {
        p = strchr(p + 1, ' ');
    }
    return p != NULL && sscanf(p, "%llu", &ticks) == 1 ? ticks : 0;
}

int
main(void)
{
    unsigned long long ours, its, again;
    pid_t child;

    (void) alarm(10);
    ours = proc_starttime_of(getpid());
    if (ours == 0) {
        fputs("/proc/PID/stat tells no start time\\n", stderr);
        return 1;
    }

    child = fork();
    if (child == -1) {
        perror("fork");
        return 1;
    }
    if (child == 0) {
        (void) alarm(10);
        (void) pause();
        _exit(0);
    }

    its = proc_starttime_of(child);
    (void) usleep(30000);
    again = proc_starttime_of(child);
    (void) kill(child, SIGKILL);
    (void) waitpid(child, NULL, 0);

    if (its < ours || its != again) {
        fputs("/proc/PID/stat tells no start time of another\\n", stderr);
        return 1;
    }
    if (proc_starttime_of(child) != 0) {
        fputs("/proc/PID/stat shows a process that is gone\\n", stderr);
        return 1;
    }

    return 0;
}]])
AS_IF([test "$NGX_HAVE_PROC_STARTTIME" != 0], [$1], [$2])
])

# pthread_mutex_clocklock(CLOCK_MONOTONIC); see pthread_mutex_clocklock(3), POSIX.1-2024, glibc 2.30; not in nginx
AC_DEFUN([NGX_CHECK_PTHREAD_CLOCKLOCK],
[_NGX_CHECK_SHM_ASK([NGX_HAVE_PTHREAD_CLOCKLOCK],
  [pthread_mutex_clocklock(CLOCK_MONOTONIC)], [yes], [-lpthread],
  [yes *-linux-gnu* no *],
[[/* probe: pthread_mutex_clocklock(CLOCK_MONOTONIC)
 * macro: N@&t@GX_HAVE_PTHREAD_CLOCKLOCK
 * with:  any
 * run:   yes
 * libs:  -lpthread
 * cross: yes *-linux-gnu* no *
 * see:   pthread_mutex_clocklock(3), POSIX.1-2024, glibc 2.30; not in nginx
 * for:   waits with a limit that no change of the wall clock moves
 * SPDX-License-Identifier: FSFAP
 */
@%:@define _FILE_OFFSET_BITS 64
@%:@define _GNU_SOURCE 1
@%:@include <errno.h>
@%:@include <fcntl.h>
@%:@include <pthread.h>
@%:@include <signal.h>
@%:@include <stddef.h>
@%:@include <stdio.h>
@%:@include <string.h>
@%:@include <sys/mman.h>
@%:@include <sys/stat.h>
@%:@include <sys/types.h>
@%:@include <sys/wait.h>
@%:@include <time.h>
@%:@include <unistd.h>

static pthread_mutex_t pthread_clocklock_held = PTHREAD_MUTEX_INITIALIZER;
static int pthread_clocklock_rc;

/* A lock that another thread has. */
static void *
pthread_clocklock_wait(void *data)
{
    const struct timespec *end = data;

    pthread_clocklock_rc = pthread_mutex_clocklock(&pthread_clocklock_held,
                                                   CLOCK_MONOTONIC, end);
    return NULL;
}

/* By another clock the time would be over already: 0 ms. */
int
main(void)
{
    struct timespec start, end;
    pthread_t thread;
    long ms;

    (void) alarm(10);
    if (clock_gettime(CLOCK_MONOTONIC, &start) == -1) {
        perror("clock_gettime");
        return 1;
    }

    end = start;
    end.tv_nsec += 20000000;
    if (end.tv_nsec >= 1000000000) {
        end.tv_nsec -= 1000000000;
        end.tv_sec++;
    }

    if (pthread_mutex_lock(&pthread_clocklock_held) != 0
        || pthread_create(&thread, NULL, pthread_clocklock_wait, &end) != 0
        || pthread_join(thread, NULL) != 0)
    {
        fputs("pthread_create: failed\\n", stderr);
        return 1;
    }

    if (pthread_clocklock_rc != ETIMEDOUT) {
        fprintf(stderr, "pthread_mutex_clocklock: %s\\n",
                strerror(pthread_clocklock_rc));
        return 1;
    }

    (void) clock_gettime(CLOCK_MONOTONIC, &end);
    ms = (long) (end.tv_sec - start.tv_sec) * 1000
         + (end.tv_nsec - start.tv_nsec) / 1000000;
    if (ms < 15) {
        fprintf(stderr, "pthread_mutex_clocklock: waited %ld ms instead of"
                " 20\\n", ms);
        return 1;
    }

    return 0;
}]])
AS_IF([test "$NGX_HAVE_PTHREAD_CLOCKLOCK" != 0], [$1], [$2])
])

# mutex of pthreads between processes; see pthread_mutexattr_setpshared(3), POSIX.1-2001; not in nginx
AC_DEFUN([NGX_CHECK_PTHREAD_PSHARED],
[_NGX_CHECK_SHM_ASK([NGX_HAVE_PTHREAD_PSHARED],
  [mutex of pthreads between processes], [yes], [-lpthread],
  [yes *-linux-gnu* *-linux-musl* *-linux *-freebsd* *-darwin* *-macos* yes *-solaris* *-illumos*],
[[/* probe: mutex of pthreads between processes
 * macro: N@&t@GX_HAVE_PTHREAD_PSHARED
 * with:  any
 * run:   yes
 * libs:  -lpthread
 * cross: yes *-linux-gnu* *-linux-musl* *-linux *-freebsd* *-darwin* *-macos*
 * cross: yes *-solaris* *-illumos*
 * see:   pthread_mutexattr_setpshared(3), POSIX.1-2001; not in nginx
 * for:   programs with mutexes of their own in a segment
 * SPDX-License-Identifier: FSFAP
 */
@%:@define _FILE_OFFSET_BITS 64
@%:@define _GNU_SOURCE 1
@%:@include <errno.h>
@%:@include <fcntl.h>
@%:@include <pthread.h>
@%:@include <signal.h>
@%:@include <stddef.h>
@%:@include <stdio.h>
@%:@include <string.h>
@%:@include <sys/mman.h>
@%:@include <sys/stat.h>
@%:@include <sys/types.h>
@%:@include <sys/wait.h>
@%:@include <unistd.h>

struct pthread_pshared {
    pthread_mutex_t mutex;
    volatile int refused;       /* by trylock in the child: its reason */
    volatile int entered;
};

static int
pthread_pshared_no(const char *call, int error)
{
    fprintf(stderr, "%s: %s\\n", call, strerror(error));
    return 1;
}

static int
pthread_pshared_init(pthread_mutex_t *mutex)
{
    pthread_mutexattr_t attr;
    int error;

    error = pthread_mutexattr_init(&attr);
    if (error == 0) {
        error = pthread_mutexattr_setpshared(&attr, PTHREAD_PROCESS_SHARED);
    }
    return error != 0 ? error : pthread_mutex_init(mutex, &attr);
}

/* The child is refused at first, and waits until the parent unlocks. */
static void
pthread_pshared_child(struct pthread_pshared *s)
{
    int error;

    (void) alarm(5);            /* before the parent, which says why */
    error = pthread_mutex_trylock(&s->mutex);
    s->refused = error == 0 ? -1 : error;
    if (error == EBUSY && pthread_mutex_lock(&s->mutex) == 0) {
        s->entered = 1;
        (void) pthread_mutex_unlock(&s->mutex);
    }
    _exit(0);
}

int
main(void)
{
    struct pthread_pshared *s;
    pid_t child;
    int error, tries, early;

    (void) alarm(10);
    s = mmap(NULL, sizeof(*s), PROT_READ|PROT_WRITE, MAP_ANON|MAP_SHARED,
             -1, 0);
    if (s == MAP_FAILED) {
        return pthread_pshared_no("mmap", errno);
    }
    error = pthread_pshared_init(&s->mutex);
    if (error != 0) {
        return pthread_pshared_no("pthread_mutex_init", error);
    }
    error = pthread_mutex_lock(&s->mutex);
    if (error != 0) {
        return pthread_pshared_no("pthread_mutex_lock", error);
    }

    child = fork();
    if (child == -1) {
        return pthread_pshared_no("fork", errno);
    }
    if (child == 0) {
        pthread_pshared_child(s);
    }

    for (tries = 0; s->refused == 0 && tries < 160; tries++) {
        (void) usleep(tries < 100 ? 1000 : 50000);
    }
    (void) usleep(1000);        /* most likely it waits now */
    early = s->entered;
    (void) pthread_mutex_unlock(&s->mutex);
    if (s->refused != EBUSY) {
        (void) kill(child, SIGKILL);
    }
    (void) waitpid(child, NULL, 0);

    if (s->refused != EBUSY || early) {
        fputs("the lock of one process does not keep another out\\n", stderr);
        return 1;
    }
    if (!s->entered) {
        fputs("the lock is not passed on to another process\\n", stderr);
        return 1;
    }

    return 0;
}]])
AS_IF([test "$NGX_HAVE_PTHREAD_PSHARED" != 0], [$1], [$2])
])

# robust mutex, whose owner is killed; see pthread_mutexattr_setrobust(3), POSIX.1-2008; not in nginx
AC_DEFUN([NGX_CHECK_PTHREAD_ROBUST],
[_NGX_CHECK_SHM_ASK([NGX_HAVE_PTHREAD_ROBUST],
  [robust mutex, whose owner is killed], [yes], [-lpthread],
  [yes *-linux-gnu* *-linux-musl* *-linux *-freebsd* *-solaris* yes *-illumos* no *-darwin* *-macos*],
[[/* probe: robust mutex, whose owner is killed
 * macro: N@&t@GX_HAVE_PTHREAD_ROBUST
 * with:  any
 * run:   yes
 * libs:  -lpthread
 * cross: yes *-linux-gnu* *-linux-musl* *-linux *-freebsd* *-solaris*
 * cross: yes *-illumos* no *-darwin* *-macos*
 * see:   pthread_mutexattr_setrobust(3), POSIX.1-2008; not in nginx
 * SPDX-License-Identifier: FSFAP
 */
@%:@define _FILE_OFFSET_BITS 64
@%:@define _GNU_SOURCE 1
@%:@include <errno.h>
@%:@include <fcntl.h>
@%:@include <pthread.h>
@%:@include <signal.h>
@%:@include <stddef.h>
@%:@include <stdio.h>
@%:@include <string.h>
@%:@include <sys/mman.h>
@%:@include <sys/stat.h>
@%:@include <sys/types.h>
@%:@include <sys/wait.h>
@%:@include <unistd.h>

struct pthread_robust {
    pthread_mutex_t mutex;
    volatile int locked;
};

static int
pthread_robust_no(const char *call, int error)
{
    fprintf(stderr, "%s: %s\\n", call, strerror(error));
    return 1;
}

static int
pthread_robust_init(pthread_mutex_t *mutex)
{
    pthread_mutexattr_t attr;
    int error;

    error = pthread_mutexattr_init(&attr);
    if (error == 0) {
        error = pthread_mutexattr_setpshared(&attr, PTHREAD_PROCESS_SHARED);
    }
    if (error == 0) {
        error = pthread_mutexattr_setrobust(&attr, PTHREAD_MUTEX_ROBUST);
    }
    return error != 0 ? error : pthread_mutex_init(mutex, &attr);
}

/* A child that locks, says so, and is killed after a while. */
static pid_t
pthread_robust_owner(struct pthread_robust *s, useconds_t life)
{
    pid_t child;

    s->locked = 0;
    child = fork();
    if (child == 0) {
        s->locked = pthread_mutex_lock(&s->mutex) == 0 ? 1 : -1;
        (void) usleep(life);
        (void) raise(SIGKILL);
    }
    return child;
}

/* The next one is told, makes the mutex good, and it stays so. */
static int
pthread_robust_heal(pthread_mutex_t *mutex, int told)
{
    int error;

    if (told != EOWNERDEAD) {
        fprintf(stderr, "the next locker is told: %s\\n", strerror(told));
        return 1;
    }
    error = pthread_mutex_consistent(mutex);
    if (error != 0) {
        return pthread_robust_no("pthread_mutex_consistent", error);
    }
    (void) pthread_mutex_unlock(mutex);
    error = pthread_mutex_trylock(mutex);
    if (error != 0) {
        return pthread_robust_no("pthread_mutex_trylock", error);
    }
    (void) pthread_mutex_unlock(mutex);
    return 0;
}

int
main(void)
{
    struct pthread_robust *s;
    pid_t child;
    int error, tries;

    (void) alarm(10);
    s = mmap(NULL, sizeof(*s), PROT_READ|PROT_WRITE, MAP_ANON|MAP_SHARED,
             -1, 0);
    if (s == MAP_FAILED) {
        return pthread_robust_no("mmap", errno);
    }
    error = pthread_robust_init(&s->mutex);
    if (error != 0) {
        return pthread_robust_no("pthread_mutex_init", error);
    }

    /* who comes after the owner's death */
    child = pthread_robust_owner(s, 0);
    if (child == -1) {
        return pthread_robust_no("fork", errno);
    }
    (void) waitpid(child, NULL, 0);
    if (pthread_robust_heal(&s->mutex, pthread_mutex_trylock(&s->mutex))) {
        return 1;
    }

    /* who waits at the owner's death */
    child = pthread_robust_owner(s, 10000);
    if (child == -1) {
        return pthread_robust_no("fork", errno);
    }
    for (tries = 0; s->locked == 0 && tries < 160; tries++) {
        (void) usleep(tries < 100 ? 1000 : 50000);
    }
    error = pthread_mutex_lock(&s->mutex);
    (void) waitpid(child, NULL, 0);
    return pthread_robust_heal(&s->mutex, error);
}]])
AS_IF([test "$NGX_HAVE_PTHREAD_ROBUST" != 0], [$1], [$2])
])

# size of a pointer; see nginx runs a program to learn it
AC_DEFUN([NGX_CHECK_PTR_SIZE],
[_NGX_CHECK_SHM_ASK([NGX_PTR_SIZE],
  [size of a pointer], [value], [],
  [],
[[/* probe: size of a pointer
 * macro: N@&t@GX_PTR_SIZE
 * with:  any
 * run:   value
 * see:   nginx runs a program to learn it
 * SPDX-License-Identifier: FSFAP
 */
@%:@define _FILE_OFFSET_BITS 64
@%:@define _GNU_SOURCE 1
@%:@include <signal.h>
@%:@include <stddef.h>
@%:@include <stdio.h>
@%:@include <sys/types.h>
@%:@include <time.h>

enum { value = (int) sizeof(void *) };

int
main(void)
{
    printf("%d\\n", value);
    return 0;
}]])
AS_IF([test "$NGX_PTR_SIZE" != 0], [$1], [$2])
])

# descriptor passed over a socket (SCM_RIGHTS); see unix(7), cmsg(3); nginx asks for struct msghdr's msg_control
AC_DEFUN([NGX_CHECK_SCM_RIGHTS],
[_NGX_CHECK_SHM_ASK([NGX_HAVE_SCM_RIGHTS],
  [descriptor passed over a socket (SCM_RIGHTS)], [yes], [-lsocket],
  [yes *-linux-* *-linux *bsd* *-darwin* *-macos*],
[[/* probe: descriptor passed over a socket (SCM_RIGHTS)
 * macro: N@&t@GX_HAVE_SCM_RIGHTS
 * with:  any
 * run:   yes
 * libs:  -lsocket
 * cross: yes *-linux-* *-linux *bsd* *-darwin* *-macos*
 * see:   unix(7), cmsg(3); nginx asks for struct msghdr's msg_control
 * for:   the table of ngx-shm features; the library tries, and tells errno
 * SPDX-License-Identifier: FSFAP
 */
@%:@define _FILE_OFFSET_BITS 64
@%:@define _GNU_SOURCE 1
@%:@include <errno.h>
@%:@include <fcntl.h>
@%:@include <signal.h>
@%:@include <stddef.h>
@%:@include <stdio.h>
@%:@include <string.h>
@%:@include <sys/mman.h>
@%:@include <sys/socket.h>
@%:@include <sys/stat.h>
@%:@include <sys/types.h>
@%:@include <sys/wait.h>
@%:@include <unistd.h>

static int
scm_rights_no(const char *call)
{
    perror(call);
    return 1;
}

/* Send the descriptor, or put the one that comes into *fd; -1 when not. */
static int
scm_rights_pass(int s, int *fd, int receive)
{
    union {
        struct cmsghdr header;
        char space@<:@CMSG_SPACE(sizeof(int))@:>@;
    } control;
    struct cmsghdr *cmsg;
    struct msghdr msg;
    struct iovec iov;
    char c = 'c';

    memset(&msg, 0, sizeof(msg));
    memset(&control, 0, sizeof(control));
    iov.iov_base = &c;
    iov.iov_len = 1;
    msg.msg_iov = &iov;
    msg.msg_iovlen = 1;
    msg.msg_control = control.space;
    msg.msg_controllen = sizeof(control.space);

    if (receive && recvmsg(s, &msg, 0) != 1) {
        return -1;
    }
    cmsg = CMSG_FIRSTHDR(&msg);
    if (cmsg == NULL) {
        return -1;
    }
    if (receive) {
        memcpy(fd, CMSG_DATA(cmsg), sizeof(int));
        return cmsg->cmsg_level == SOL_SOCKET
               && cmsg->cmsg_type == SCM_RIGHTS ? 0 : -1;
    }

    cmsg->cmsg_level = SOL_SOCKET;
    cmsg->cmsg_type = SCM_RIGHTS;
    cmsg->cmsg_len = CMSG_LEN(sizeof(int));
    memcpy(CMSG_DATA(cmsg), fd, sizeof(int));
    return sendmsg(s, &msg, 0) == 1 ? 0 : -1;
}

static volatile char *
scm_rights_map(int fd)
{
    return mmap(NULL, 4096, PROT_READ|PROT_WRITE, MAP_SHARED, fd, 0);
}

/* The child makes a file, which is its own, and shares it. */
static void
scm_rights_child(int s)
{
    char name@<:@32@:>@;
    volatile char *p;
    char c;
    int fd;

    (void) alarm(10);
    (void) snprintf(name, sizeof(name), "scm_rights.%ld", (long) getpid());
    fd = open(name, O_RDWR|O_CREAT|O_EXCL, 0600);
    if (fd == -1 || unlink(name) == -1 || ftruncate(fd, 4096) == -1) {
        _exit(scm_rights_no("open"));
    }
    p = scm_rights_map(fd);
    if (p == MAP_FAILED) {
        _exit(scm_rights_no("mmap"));
    }

    p@<:@0@:>@ = 'x';
    if (scm_rights_pass(s, &fd, 0) == -1 || read(s, &c, 1) != 1) {
        _exit(1);
    }
    p@<:@2@:>@ = p@<:@1@:>@ == 'y' ? 'z' : 0;
    _exit(0);
}

int
main(void)
{
    volatile char *p;
    pid_t child;
    int s@<:@2@:>@, fd;

    (void) alarm(10);
    (void) signal(SIGPIPE, SIG_IGN);
    if (socketpair(AF_UNIX, SOCK_STREAM, 0, s) == -1) {
        return scm_rights_no("socketpair");
    }
    child = fork();
    if (child == -1) {
        return scm_rights_no("fork");
    }
    if (child == 0) {
        (void) close(s@<:@0@:>@);
        scm_rights_child(s@<:@1@:>@);
    }

    (void) close(s@<:@1@:>@);         /* so that a child's end ends the read */
    if (scm_rights_pass(s@<:@0@:>@, &fd, 1) == -1) {
        fd = -1;
    }
    p = scm_rights_map(fd);
    if (p != MAP_FAILED && p@<:@0@:>@ == 'x') {
        p@<:@1@:>@ = 'y';
        (void) !write(s@<:@0@:>@, "c", 1);
    }
    (void) close(s@<:@0@:>@);
    (void) waitpid(child, NULL, 0);

    if (p == MAP_FAILED) {
        return scm_rights_no("mmap of the descriptor that came");
    }
    if (p@<:@2@:>@ != 'z') {
        fputs("the descriptor does not show the same memory\\n", stderr);
        return 1;
    }

    return 0;
}]])
AS_IF([test "$NGX_HAVE_SCM_RIGHTS" != 0], [$1], [$2])
])

# sem_clockwait(CLOCK_MONOTONIC); see sem_clockwait(3), POSIX.1-2024, glibc 2.30; not in nginx
AC_DEFUN([NGX_CHECK_SEM_CLOCKWAIT],
[_NGX_CHECK_SHM_ASK([NGX_HAVE_SEM_CLOCKWAIT],
  [sem_clockwait(CLOCK_MONOTONIC)], [yes], [-lpthread -lrt],
  [yes *-linux-gnu* no *],
[[/* probe: sem_clockwait(CLOCK_MONOTONIC)
 * macro: N@&t@GX_HAVE_SEM_CLOCKWAIT
 * with:  any
 * run:   yes
 * libs:  -lpthread -lrt
 * cross: yes *-linux-gnu* no *
 * see:   sem_clockwait(3), POSIX.1-2024, glibc 2.30; not in nginx
 * for:   waits with a limit that no change of the wall clock moves
 * SPDX-License-Identifier: FSFAP
 */
@%:@define _FILE_OFFSET_BITS 64
@%:@define _GNU_SOURCE 1
@%:@include <errno.h>
@%:@include <fcntl.h>
@%:@include <semaphore.h>
@%:@include <signal.h>
@%:@include <stddef.h>
@%:@include <stdio.h>
@%:@include <string.h>
@%:@include <sys/mman.h>
@%:@include <sys/stat.h>
@%:@include <sys/types.h>
@%:@include <sys/wait.h>
@%:@include <time.h>
@%:@include <unistd.h>

/* By another clock the time would be over already: 0 ms. */
int
main(void)
{
    sem_t sem;
    struct timespec start, end;
    long ms;
    int rc;

    (void) alarm(10);
    if (sem_init(&sem, 1, 0) == -1) {
        perror("sem_init");
        return 1;
    }
    if (clock_gettime(CLOCK_MONOTONIC, &start) == -1) {
        perror("clock_gettime");
        return 1;
    }

    end = start;
    end.tv_nsec += 20000000;
    if (end.tv_nsec >= 1000000000) {
        end.tv_nsec -= 1000000000;
        end.tv_sec++;
    }

    rc = sem_clockwait(&sem, CLOCK_MONOTONIC, &end);
    if (rc == 0 || errno != ETIMEDOUT) {
        perror("sem_clockwait");
        return 1;
    }

    (void) clock_gettime(CLOCK_MONOTONIC, &end);
    ms = (long) (end.tv_sec - start.tv_sec) * 1000
         + (end.tv_nsec - start.tv_nsec) / 1000000;
    if (ms < 15) {
        fprintf(stderr, "sem_clockwait: waited %ld ms instead of 20\\n", ms);
        return 1;
    }

    return 0;
}]])
AS_IF([test "$NGX_HAVE_SEM_CLOCKWAIT" != 0], [$1], [$2])
])

# size of sig_atomic_t; see nginx runs a program to learn it
AC_DEFUN([NGX_CHECK_SIG_ATOMIC_T_SIZE],
[_NGX_CHECK_SHM_ASK([NGX_SIG_ATOMIC_T_SIZE],
  [size of sig_atomic_t], [value], [],
  [],
[[/* probe: size of sig_atomic_t
 * macro: N@&t@GX_SIG_ATOMIC_T_SIZE
 * with:  any
 * run:   value
 * see:   nginx runs a program to learn it
 * for:   nginx, whose header has it
 * SPDX-License-Identifier: FSFAP
 */
@%:@define _FILE_OFFSET_BITS 64
@%:@define _GNU_SOURCE 1
@%:@include <signal.h>
@%:@include <stddef.h>
@%:@include <stdio.h>
@%:@include <sys/types.h>
@%:@include <time.h>

enum { value = (int) sizeof(sig_atomic_t) };

int
main(void)
{
    printf("%d\\n", value);
    return 0;
}]])
AS_IF([test "$NGX_SIG_ATOMIC_T_SIZE" != 0], [$1], [$2])
])

# size of size_t; see nginx runs a program to learn it
AC_DEFUN([NGX_CHECK_SIZE_T_SIZE],
[_NGX_CHECK_SHM_ASK([NGX_SIZE_T_SIZE],
  [size of size_t], [value], [],
  [],
[[/* probe: size of size_t
 * macro: N@&t@GX_SIZE_T_SIZE
 * with:  any
 * run:   value
 * see:   nginx runs a program to learn it
 * for:   programs that keep sizes in a segment; nginx
 * SPDX-License-Identifier: FSFAP
 */
@%:@define _FILE_OFFSET_BITS 64
@%:@define _GNU_SOURCE 1
@%:@include <signal.h>
@%:@include <stddef.h>
@%:@include <stdio.h>
@%:@include <sys/types.h>
@%:@include <time.h>

enum { value = (int) sizeof(size_t) };

int
main(void)
{
    printf("%d\\n", value);
    return 0;
}]])
AS_IF([test "$NGX_SIZE_T_SIZE" != 0], [$1], [$2])
])

# System V shared memory; see shmop(2), POSIX XSI; nginx asks too, but does not attach
AC_DEFUN([NGX_CHECK_SYSVSHM],
[_NGX_CHECK_SHM_ASK([NGX_HAVE_SYSVSHM],
  [System V shared memory], [yes], [-lipc],
  [yes *-linux-gnu* *-linux-musl* *-linux *bsd* *-darwin* *-macos* yes *-solaris* yes *-illumos* no *-android*],
[[/* probe: System V shared memory
 * macro: N@&t@GX_HAVE_SYSVSHM
 * with:  any
 * run:   yes
 * libs:  -lipc
 * cross: yes *-linux-gnu* *-linux-musl* *-linux *bsd* *-darwin* *-macos*
 * cross: yes *-solaris*
 * cross: yes *-illumos* no *-android*
 * see:   shmop(2), POSIX XSI; nginx asks too, but does not attach
 * SPDX-License-Identifier: FSFAP
 */
@%:@define _FILE_OFFSET_BITS 64
@%:@define _GNU_SOURCE 1
@%:@include <errno.h>
@%:@include <fcntl.h>
@%:@include <signal.h>
@%:@include <stddef.h>
@%:@include <stdio.h>
@%:@include <string.h>
@%:@include <sys/ipc.h>
@%:@include <sys/mman.h>
@%:@include <sys/shm.h>
@%:@include <sys/stat.h>
@%:@include <sys/types.h>
@%:@include <sys/wait.h>
@%:@include <unistd.h>

static int
sysvshm_no(const char *call)
{
    perror(call);
    return 1;
}

int
main(void)
{
    volatile char *p;
    pid_t child;
    int id;

    (void) alarm(10);
    id = shmget(IPC_PRIVATE, 4096, IPC_CREAT|0600);
    if (id == -1) {
        return sysvshm_no("shmget");
    }

    /* marked before it is looked at, so that no death leaves it behind */
    p = shmat(id, NULL, 0);
    if (shmctl(id, IPC_RMID, NULL) == -1) {
        return sysvshm_no("shmctl IPC_RMID");
    }
    if (p == (void *) -1) {
        return sysvshm_no("shmat");
    }

    child = fork();
    if (child == -1) {
        return sysvshm_no("fork");
    }
    if (child == 0) {
        p@<:@1@:>@ = 'x';
        _exit(0);
    }

    (void) waitpid(child, NULL, 0);
    if (p@<:@0@:>@ != 0 || p@<:@1@:>@ != 'x') {
        fputs("the parent does not see what its child wrote\\n", stderr);
        return 1;
    }

    return 0;
}]])
AS_IF([test "$NGX_HAVE_SYSVSHM" != 0], [$1], [$2])
])

# size of time_t; see nginx runs a program to learn it
AC_DEFUN([NGX_CHECK_TIME_T_SIZE],
[_NGX_CHECK_SHM_ASK([NGX_TIME_T_SIZE],
  [size of time_t], [value], [],
  [],
[[/* probe: size of time_t
 * macro: N@&t@GX_TIME_T_SIZE
 * with:  any
 * run:   value
 * see:   nginx runs a program to learn it
 * for:   programs that keep times in a segment; nginx
 * SPDX-License-Identifier: FSFAP
 */
@%:@define _FILE_OFFSET_BITS 64
@%:@define _GNU_SOURCE 1
@%:@include <signal.h>
@%:@include <stddef.h>
@%:@include <stdio.h>
@%:@include <sys/types.h>
@%:@include <time.h>

enum { value = (int) sizeof(time_t) };

int
main(void)
{
    printf("%d\\n", value);
    return 0;
}]])
AS_IF([test "$NGX_TIME_T_SIZE" != 0], [$1], [$2])
])

# _NGX_CHECK_SHM_ASK(MACRO, WHAT, RUN, LIBS, CROSS, PROGRAM): as above
AC_DEFUN([_NGX_CHECK_SHM_ASK],
[AC_REQUIRE([_NGX_CHECK_SHM_INIT])dnl
m4_case([$3], [compile], [], [no], [], [yes], [], [bug], [], [value], [],
  [m4_fatal([$1: RUN is "$3"; it may be compile, no, yes, bug, value])])dnl
m4_pattern_allow([^$1$])dnl
m4_pushdef([_ngx_libs], m4_bpatsubst([[[$1]]], [HAVE_])[_LIBS])dnl
m4_pattern_allow(m4_defn([_ngx_libs]))dnl
AC_MSG_CHECKING([for $2])
ngx_run=$3 ngx_from=
AS_IF([test -n "$ngx_cv_$1"], [ngx_from=' (cached)'],
  [test -n "$$1"], [ngx_cv_$1=$$1 ngx_from=' (preset)'],
  [AC_LANG_PUSH([C])
  AC_LANG_CONFTEST([AC_LANG_SOURCE([$6])])
  ngx_libs="$4" ngx_cross="$5"
  ngx_fn_ask
  AC_LANG_POP([C])
  ngx_cv_$1=$ngx_answer])
ngx_answer=$ngx_cv_$1
ngx_fn_read_answer
AC_MSG_RESULT([$ngx_words$ngx_from])
AS_CASE(["$ngx_value:$ngx_answer:$ngx_assumed $ngx_guessed "],
  [error:*], [AC_MSG_ERROR([ngx_cv_$1=$ngx_answer is no answer; it may be yes, no, a library, or a number])],
  [unknown:*], [AC_MSG_ERROR([the value of $1 does not compile, or needs more than 64 bits, as config.log tells; preset ngx_cv_$1 to go on])],
  [*" $1 "*], [],
  [*assumed*], [ngx_assumed="$ngx_assumed $1"],
  [*guessed*], [ngx_guessed="$ngx_guessed $1"])
$1=$ngx_value _ngx_libs=$ngx_lib
AC_SUBST(_ngx_libs)
AC_DEFINE_UNQUOTED([$1], [$$1],
  m4_if([$3], [value], [[The $2.]],
    [[Define to 1 if you have $2, else to 0.]]))
m4_popdef([_ngx_libs])dnl
])

# _NGX_CHECK_SHM_INIT: once in each configure
AC_DEFUN([_NGX_CHECK_SHM_INIT],
[m4_pattern_forbid([^_?NGX_(CHECK_|FEATURE)])dnl
dnl PKG_CHECK_MODULES([NGX_SHM], [ngx-shm]) writes the name into --help.
m4_pattern_forbid([^NGX_SHM$], [the macro is NGX_CHECK_SHM])dnl
m4_wrap([m4_provide_if([PKG_CHECK_MODULES], [m4_pattern_allow([^NGX_SHM$])])])dnl
AC_REQUIRE([AC_PROG_CC])dnl
AC_ARG_VAR([NGX_EMULATOR],
  [command that runs programs of the host here, when cross compiling])dnl
AC_LANG_PUSH([C])
m4_divert_once([DEFAULTS], [ngx_assumed= ngx_guessed=])dnl
ngx_at='@' ngx_backquote='`'
_NGX_CHECK_SHM_FUNCTIONS
ngx_emulator=${NGX_EMULATOR:-$with_emulator}
AS_CASE([$ngx_emulator], [yes | no], [ngx_emulator=])
AS_IF([test -n "$ngx_emulator"],
  [AC_LINK_IFELSE([AC_LANG_PROGRAM()],
    [(eval "$ngx_emulator ./conftest$EXEEXT") </dev/null >/dev/null \
      2>&AS_MESSAGE_LOG_FD ||
      { AC_MSG_WARN([NGX_EMULATOR=$ngx_emulator cannot run a program: none is run])
        ngx_emulator=; }])])
AC_LANG_POP([C])
AC_CONFIG_COMMANDS_PRE([AS_IF([test -n "$ngx_assumed$ngx_guessed"],
  [ngx_words="nothing could be run for ${host-$host_alias}"
  test -z "$ngx_assumed" || ngx_words="$ngx_words; assumed:$ngx_assumed"
  test -z "$ngx_guessed" ||
    ngx_words="$ngx_words; guessed, as no pattern knows this host:$ngx_guessed"
  AC_MSG_WARN([$ngx_words
  Set NGX_EMULATOR to a command that runs its programs, or preset ngx_cv_MACRO.])
  ngx_assumed= ngx_guessed=])])dnl
])

# _NGX_CHECK_SHM_FUNCTIONS: shell functions; the program is in conftest.c, RUN,
# LIBS and CROSS in ngx_run, ngx_libs, ngx_cross, the result in ngx_answer
AC_DEFUN([_NGX_CHECK_SHM_FUNCTIONS],
[ngx_fn_ask ()
{
  ngx_answer=no ngx_linked= ngx_save_LIBS=$LIBS ngx_save_CFLAGS=$CFLAGS
  AS_CASE(["$CC $CPPFLAGS $CFLAGS"], [*-Werror*], [CFLAGS="$CFLAGS -w"])
  AS_IF([test "$ngx_run" = compile],
    [AC_COMPILE_IFELSE([], [ngx_answer=yes])],
    [test "$ngx_run" = value &&
      grep '^ *enum { value = .*}; *$' conftest.$ac_ext >/dev/null],
    [ngx_fn_constant],
    [for ngx_lib in '' $ngx_libs
    do
      LIBS="$ngx_lib $ngx_save_LIBS"
      AC_LINK_IFELSE([], [ngx_linked=yes
        ngx_fn_linked])
      test -z "$ngx_linked" || break
    done])
  LIBS=$ngx_save_LIBS CFLAGS=$ngx_save_CFLAGS
  rm -f conftest.$ac_ext
}

ngx_fn_linked ()
{
  ngx_answer=${ngx_lib:-yes}
  AS_IF([test "$ngx_run" = no], [],
    [test "$cross_compiling" != yes || test -n "$ngx_emulator"], [ngx_fn_run],
    [ngx_fn_assume])
}

ngx_fn_run ()
{
  AS_ECHO(["running: $ngx_emulator ./conftest$EXEEXT"]) >&AS_MESSAGE_LOG_FD
  (eval "$ngx_emulator ./conftest$EXEEXT") </dev/null >conftest.out \
    2>&AS_MESSAGE_LOG_FD
  ngx_status=$?
  AS_ECHO(["exit status $ngx_status"]) >&AS_MESSAGE_LOG_FD
  AS_CASE(["$ngx_run:$ngx_status"],
    [bug:0], [ngx_answer=no],
    [bug:* | yes:0], [],
    [value:0], [ngx_answer=`sed ['/^-\{0,1\}[0-9][0-9]*$/!d;q'] conftest.out`],
    [ngx_answer=])
  AS_IF([test -z "$ngx_answer"],
    [ngx_answer='no (not working)'
    sed 's/^/| /' conftest.out conftest.$ac_ext >&AS_MESSAGE_LOG_FD])
  rm -f conftest.out
}

# The program is linked, and nothing can run.
ngx_fn_assume ()
{
  ngx_known= ngx_then=
  set -f
  for ngx_word in $ngx_cross
  do
    AS_CASE(["$ngx_word:${host-$host_alias}"],
      [yes:* | no:*], [ngx_then=$ngx_word],
      [AS_CASE([${host-$host_alias}],
        [$ngx_word], [ngx_known=${ngx_known:-$ngx_then}])])
  done
  set +f
  AS_IF([test "$ngx_known" != yes || test "$ngx_run" = value], [ngx_answer=no])
  AS_IF([test -n "$ngx_known"], [ngx_answer="$ngx_answer (assumed)"],
    [ngx_answer="$ngx_answer (guessed)"])
}

# The number is read out of the compiler's errors: an array for each bit has a
# negative size where the bit is 1, the 65th where the number is negative, the
# 66th always, and the 67th where 64 bits are too few.  A compiler that does
# not tell all of them is asked for one bit at a time.
ngx_fn_constant ()
{
  sed '/^ *enum { value = .*}; *$/q' conftest.$ac_ext >conftest.head
  ngx_answer=
  ngx_fn_bits 0
  AS_IF([(eval "$ac_compile") 2>conftest.err], [],
    [ngx_answer=`${AWK-awk} -F : ['
      /rror:/ || /error / {
        if (@S|@1 != "bit" || @S|@2 == 67) bad = 1
        else print @S|@2
      }
      END { if (bad) print "bad" }'] conftest.err | sort -nu | tr '\n' ' '`])
  cat conftest.err >&AS_MESSAGE_LOG_FD
  AS_CASE([" $ngx_answer"],
    [*bad*], [ngx_fn_bit_by_bit],
    [*' 66 '], [],
    [ngx_fn_bit_by_bit])
  AS_CASE([" $ngx_answer "],
    [*' 66 '*], [ngx_fn_add_bits],
    [' no '], [],
    [ngx_answer=unknown])
  rm -f conftest.head conftest.err conftest.$ac_objext
}

# the program for all bits, when the argument is 0, or for one
ngx_fn_bits ()
{
  cat conftest.head >conftest.$ac_ext
  ${AWK-awk} -v only=@S|@1 ['BEGIN {
    print "#line 1 \"bit\""
    part = "(value < 0 ? ~value : value)"
    for (bit = 1; bit <= 67; bit++) {
      is = "(" part ") >> " (bit - 1) % 16 " & 1"
      if (bit % 16 == 0) part = part " / 65536"
      if (bit == 64) beyond = part " || (value < 0 && (" is "))"
      if (bit == 65) is = "value < 0"
      if (bit == 66) is = "value <= 0 || value > 0"
      if (bit == 67) is = beyond
      if (only == 0 || only == bit)
        printf "extern char ngx_%d@<:@%s ? -1 : 1@:>@;", bit, is
      print ""
    }
  }'] >>conftest.$ac_ext
}

ngx_fn_bit_by_bit ()
{
  ngx_answer=unknown
  ngx_fn_bits 67
  AC_COMPILE_IFELSE([], [ngx_answer=])
  AS_IF([test -n "$ngx_answer"],
    [{ sed '$d' conftest.head; echo 'int ngx_value;'; } >conftest.$ac_ext
    AC_COMPILE_IFELSE([], [], [ngx_answer=no])
    return])
  ngx_bit=0
  while test $ngx_bit -lt 66
  do
    AS_VAR_ARITH([ngx_bit], [$ngx_bit + 1])
    ngx_fn_bits $ngx_bit
    AC_COMPILE_IFELSE([], [], [ngx_answer="$ngx_answer $ngx_bit"])
  done
}

# from the numbers of the bits that are 1 to digits
ngx_fn_add_bits ()
{
  ngx_answer=`AS_ECHO([" $ngx_answer "]) | ${AWK-awk} ['{
    minus = index(@S|@0, " 65 ") > 0
    for (bit = 64; bit >= 0; bit--) {
      carry = bit ? index(@S|@0, " " bit " ") > 0 : minus
      for (i = 0; i < 20; i++) {
        sum = (bit ? 2 : 1) * d@<:@i@:>@ + carry
        carry = sum > 9
        d@<:@i@:>@ = sum % 10
      }
    }
    for (i = 19; i >= 0; i--) digits = digits d@<:@i@:>@
    sub(/^0*/, "", digits)
    print (minus ? "-" : "") (digits == "" ? 0 : digits)
  }']`
}

# What the cache knows becomes ngx_value, ngx_lib, and words for the user.
ngx_fn_read_answer ()
{
  ngx_value=1 ngx_lib= ngx_words=found
  AS_CASE([$ngx_answer],
    [unknown], [ngx_value=unknown ngx_words='no answer'],
    ['no (not'*], [ngx_value=0 ngx_words='found but is not working'],
    [no | no\ * | 0], [ngx_value=0 ngx_words='not found'],
    [yes | yes\ *], [],
    [@<:@0-9@:>@* | -@<:@0-9@:>@*], [ngx_value=${ngx_answer%% *}],
    [-* | */* | *.a | *.so | *.o], [ngx_lib=${ngx_answer%% *}],
    [ngx_value=error])
  AS_CASE(["$ngx_run:$ngx_answer"],
    [value:no* | value:unknown], [],
    [value:*], [ngx_words=$ngx_value])
  AS_CASE([$ngx_answer],
    [*assumed*], [ngx_words="$ngx_words (assumed for ${host-$host_alias})"],
    [*guessed*], [ngx_words="$ngx_words (guessed for ${host-$host_alias})"])
}
])
