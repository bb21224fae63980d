/*
 * deny.c - a library to preload that makes system calls fail, or lie.
 *
 * NGX_DENY holds words.  CALL=ERROR lets the call fail (shmat=EPERM); the
 * other words are lies, as systems tell them: the call succeeds, and does not
 * do what it says.
 *
 *   private      memory that is mapped shared, or attached, is private
 *   writable     a file mapped only to be read can be written to
 *   seals        seals are accepted, and do not hold
 *   hole         posix_fallocate() reserves nothing
 *   unpopulated  MAP_POPULATE and all advice are accepted and ignored
 *   untouchable  MAP_HUGETLB is granted, and SIGBUS at the first touch
 *   hugetlb      MAP_HUGETLB is granted, of ordinary pages (no lie: this is
 *                how a probe is seen to say yes where there are none)
 *   unlocked     locks never refuse anyone
 *   outlives     a lock is not released by its holder's death
 *   unlimited    a semaphore never refuses anyone
 *   notrobust    a mutex is said to be robust, and is not
 *   undead       no locker is told that the owner died
 *   timeofday    waiting by the monotonic clock goes by the time of day
 *   alone        a futex wakes nobody in other processes
 *   empty        messages arrive without the descriptor
 *   mistaken     messages arrive with a descriptor of something else
 *   nodevzero, noproc    there is no /dev/zero, or no /proc
 *   timeless     all processes started at the same time, before time began
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#define _GNU_SOURCE 1

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/shm.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

static const struct {
    const char *name;
    int error;
} errors[] = {
    { "EACCES", EACCES }, { "EINVAL", EINVAL }, { "EMFILE", EMFILE },
    { "ENOLCK", ENOLCK }, { "ENOMEM", ENOMEM }, { "ENOSPC", ENOSPC },
    { "ENOSYS", ENOSYS }, { "ENOTSUP", ENOTSUP }, { "EPERM", EPERM },
};

/* The text behind the word in NGX_DENY: "", "=EPERM ..."; NULL: no word. */
static const char *
word(const char *name)
{
    const char *p, *all;
    size_t len = strlen(name);

    all = getenv("NGX_DENY");
    for (p = all; p != NULL && (p = strstr(p, name)) != NULL; p += len) {
        if ((p == all || p[-1] == ' ') && strchr(" =", p[len]) != NULL) {
            return p + len;
        }
    }
    return NULL;
}

/* The error that the call must fail with, or 0. */
static int
denied(const char *call)
{
    const char *p = word(call);
    size_t i;

    for (i = 0; p != NULL && i < sizeof(errors) / sizeof(errors[0]); i++) {
        if (strncmp(p + 1, errors[i].name, strlen(errors[i].name)) == 0) {
            errno = errors[i].error;
            return errno;
        }
    }
    return 0;
}

/* REAL(call): the function itself, as a pointer of its type */
static void *
real(const char *call)
{
    return dlsym(RTLD_NEXT, call);
}

#define REAL(call)  (*(__typeof__(&call)) (size_t) real(#call))

static int has_child;

static void
note_child(void)
{
    has_child = 1;
}

__attribute__((constructor)) static void
start(void)
{
    (void) pthread_atfork(NULL, note_child, NULL);
}

/* --- memory */

static void *
map(void *addr, size_t size, int prot, int flags, int fd, off64_t offset)
{
    char path[40];

    if (denied("mmap")) {
        return MAP_FAILED;
    }
    if ((flags & MAP_HUGETLB) && word("hugetlb")) {
        flags &= ~MAP_HUGETLB;
    }
    if ((flags & MAP_HUGETLB) && word("untouchable")) {
        fd = REAL(memfd_create)("untouchable", 0);
        flags = MAP_SHARED;
    }
    if ((flags & MAP_TYPE) != MAP_PRIVATE && word("private")) {
        flags = (flags & ~MAP_TYPE) | MAP_PRIVATE;
    }
    if (word("unpopulated")) {
        flags &= ~MAP_POPULATE;
    }
    if (fd != -1 && prot == PROT_READ && word("writable")) {
        (void) snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
        fd = REAL(open64)(path, O_RDWR);
        prot |= PROT_WRITE;
    }

    return REAL(mmap64)(addr, size, prot, flags, fd, offset);
}

void *
mmap(void *addr, size_t size, int prot, int flags, int fd, off_t offset)
{
    return map(addr, size, prot, flags, fd, offset);
}

void *
mmap64(void *addr, size_t size, int prot, int flags, int fd, off64_t offset)
{
    return map(addr, size, prot, flags, fd, offset);
}

void *
shmat(int id, const void *addr, int flags)
{
    if (denied("shmat")) {
        return (void *) -1;
    }
    if (word("private")) {
        return REAL(mmap64)(NULL, 4096, PROT_READ|PROT_WRITE,
                            MAP_PRIVATE|MAP_ANONYMOUS, -1, 0);
    }
    return REAL(shmat)(id, addr, flags);
}

int
shmget(key_t key, size_t size, int flags)
{
    return denied("shmget") ? -1 : REAL(shmget)(key, size, flags);
}

int
shm_open(const char *name, int flags, mode_t mode)
{
    return denied("shm_open") ? -1 : REAL(shm_open)(name, flags, mode);
}

int
memfd_create(const char *name, unsigned flags)
{
    return denied("memfd_create") ? -1 : REAL(memfd_create)(name, flags);
}

int
madvise(void *addr, size_t size, int advice)
{
    if (denied("madvise")) {
        return -1;
    }
    return word("unpopulated") ? 0 : REAL(madvise)(addr, size, advice);
}

int
posix_fallocate64(int fd, off64_t start_at, off64_t size)
{
    int error = denied("posix_fallocate");

    if (error == 0 && word("hole")) {
        return ftruncate64(fd, start_at + size);
    }
    return error ? error : REAL(posix_fallocate64)(fd, start_at, size);
}

int
posix_fallocate(int fd, off_t start_at, off_t size)
{
    return posix_fallocate64(fd, start_at, size);
}

/* --- files */

static int
open_file(const char *path, int flags, mode_t mode)
{
    if ((word("nodevzero") && strcmp(path, "/dev/zero") == 0)
        || (word("noproc") && strncmp(path, "/proc/", 6) == 0))
    {
        errno = ENOENT;
        return -1;
    }
    if (word("timeless") && strncmp(path, "/proc/", 6) == 0) {
        path = "/dev/zero";
    }
    return denied("open") ? -1 : REAL(open64)(path, flags, mode);
}

int
open(const char *path, int flags, ...)
{
    va_list ap;
    mode_t mode = 0;

    va_start(ap, flags);
    if (flags & O_CREAT) {
        mode = va_arg(ap, mode_t);
    }
    va_end(ap);
    return open_file(path, flags, mode);
}

int open64(const char *, int, ...) __attribute__((alias("open")));

static int
control(int fd, int command, void *argument)
{
    if (command == F_SETLK || command == F_SETLK64) {
        if (denied("fcntl")) {
            return -1;
        }
        if (has_child && word("outlives")) {
            errno = EAGAIN;
            return -1;
        }
        if (word("unlocked")) {
            return 0;
        }
    }
    if (command == F_ADD_SEALS && word("seals")) {
        return 0;
    }
    return REAL(fcntl64)(fd, command, argument);
}

int
fcntl(int fd, int command, ...)
{
    va_list ap;
    void *argument;

    va_start(ap, command);
    argument = va_arg(ap, void *);
    va_end(ap);
    return control(fd, command, argument);
}

int fcntl64(int, int, ...) __attribute__((alias("fcntl")));

ssize_t
sendmsg(int s, const struct msghdr *msg, int flags)
{
    return denied("sendmsg") ? -1 : REAL(sendmsg)(s, msg, flags);
}

ssize_t
recvmsg(int s, struct msghdr *msg, int flags)
{
    struct cmsghdr *cmsg;
    ssize_t n = REAL(recvmsg)(s, msg, flags);
    int fd;

    if (word("empty")) {
        msg->msg_controllen = 0;
    }
    cmsg = CMSG_FIRSTHDR(msg);
    if (cmsg != NULL && word("mistaken")) {
        fd = REAL(open64)("/dev/zero", O_RDWR);
        memcpy(CMSG_DATA(cmsg), &fd, sizeof(fd));
    }
    return n;
}

/* --- locks */

int
pthread_mutexattr_setpshared(pthread_mutexattr_t *attr, int pshared)
{
    int error = denied("pthread_mutexattr_setpshared");

    return error ? error
                 : REAL(pthread_mutexattr_setpshared)(attr, pshared);
}

int
pthread_mutexattr_setrobust(pthread_mutexattr_t *attr, int robust)
{
    int error = denied("pthread_mutexattr_setrobust");

    if (error == 0 && word("notrobust")) {
        return 0;
    }
    return error ? error : REAL(pthread_mutexattr_setrobust)(attr, robust);
}

int
pthread_mutex_trylock(pthread_mutex_t *mutex)
{
    int error = REAL(pthread_mutex_trylock)(mutex);

    if (error == EOWNERDEAD && word("undead")) {
        return 0;
    }
    return error == EBUSY && word("unlocked") ? 0 : error;
}

int
sem_init(sem_t *sem, int pshared, unsigned value)
{
    return denied("sem_init") ? -1 : REAL(sem_init)(sem, pshared, value);
}

int
sem_trywait(sem_t *sem)
{
    return word("unlimited") ? 0 : REAL(sem_trywait)(sem);
}

#if defined(__GLIBC_PREREQ)
#if __GLIBC_PREREQ(2, 30)

int
sem_clockwait(sem_t *sem, clockid_t clock, const struct timespec *end)
{
    if (denied("sem_clockwait")) {
        return -1;
    }
    return REAL(sem_clockwait)(sem, word("timeofday") ? CLOCK_REALTIME : clock,
                               end);
}

int
pthread_mutex_clocklock(pthread_mutex_t *mutex, clockid_t clock,
    const struct timespec *end)
{
    int error = denied("pthread_mutex_clocklock");

    if (error != 0) {
        return error;
    }
    return REAL(pthread_mutex_clocklock)(mutex, word("timeofday")
                                         ? CLOCK_REALTIME : clock, end);
}

#endif
#endif

long
syscall(long number, ...)
{
    va_list ap;
    long a[6];
    int i;

    va_start(ap, number);
    for (i = 0; i < 6; i++) {
        a[i] = va_arg(ap, long);
    }
    va_end(ap);

    if ((number == SYS_futex && denied("futex"))
        || (number == SYS_membarrier && denied("membarrier")))
    {
        return -1;
    }
    if (number == SYS_futex && word("alone")) {
        a[1] |= 128;            /* FUTEX_PRIVATE_FLAG */
    }
    return REAL(syscall)(number, a[0], a[1], a[2], a[3], a[4], a[5]);
}
