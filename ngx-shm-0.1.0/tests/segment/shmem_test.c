/* SPDX-License-Identifier: BSD-2-Clause */

#include "ngx_auto_config.h"
#include "shm_world.h"

#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define MAX       16
#define MUCH      ((size_t) 1 << (sizeof(size_t) == 8 ? 40 : 30)) /* and swap */
#define UNTOUCHED ((unsigned char *) 1)

static ngx_shm_backend_t  list[MAX];
static ngx_uint_t         count;
static int                errors[] = { EPERM, ENOSYS, ENOSPC, ENOMEM };

#define ERRORS  ((int) (sizeof(errors) / sizeof(errors[0])))

static ngx_shm_t
segment_of(size_t size)
{
    ngx_shm_t  shm = { UNTOUCHED, size, ngx_string("test"), &log_to_text, 0 };

    return shm;
}

static ngx_shm_t
create(int backend, size_t size)
{
    ngx_shm_t  shm = segment_of(size);

    ck_assert_msg(ngx_shm_alloc_from(&shm, list[backend].name) == NGX_OK,
                  "%s: %s", list[backend].name, log_text);
    return shm;
}

/* Size, errno and what the log must contain, of a call that must fail. */
static int
refused(const char *backend, size_t size, int err, const char *word)
{
    int        got, seen;
    ngx_int_t  rc;
    ngx_shm_t  shm = segment_of(size);

    log_clear();
    errno = 0;
    rc = backend != NULL ? ngx_shm_alloc_from(&shm, backend)
                         : ngx_shm_alloc(&shm);
    got = errno;
    seen = rc == NGX_ERROR && (err == 0 ? got != 0 : got == err)
           && shm.addr == UNTOUCHED && shm.size == size
           && strstr(log_text, word) != NULL && log_text[0] == '2';

    if (!seen) {
        fprintf(stderr, "# %s of %zu: %ld, errno %d, addr %p, log %s\n",
                backend != NULL ? backend : "any", size, (long) rc, got,
                (void *) shm.addr, log_text);
    }

    return seen;
}

static size_t
sizes(int i)
{
    size_t  page = (size_t) sysconf(_SC_PAGESIZE);
    size_t  all[] = { 1, page - 1, page, page + 1, (size_t) 64 << 20 };

    return all[i];
}

START_TEST(memory_of_every_size_is_zeroed_and_aligned)
{
    int        i;
    size_t     k;
    ngx_shm_t  shm;

    for (i = 0; i < 5; i++) {
        shm = create(_i, sizes(i));
        ck_assert_uint_eq(shm.size, sizes(i));
        ck_assert_uint_eq((uintptr_t) shm.addr % sizes(2), 0);

        for (k = 0; k < shm.size; k++) {
            if (shm.addr[k] != 0) {
                ck_abort_msg("byte %zu of %zu is %d", k, shm.size,
                             shm.addr[k]);
            }
        }

        memset(shm.addr, 0xa5, shm.size);
        ngx_shm_free(&shm);
        ck_assert_ptr_eq(shm.addr, NULL);
    }

    ck_assert_str_eq(log_text, "");
}
END_TEST

/* Each end of the segment, since both ends of the size matter. */
static int
write_ends(void *data)
{
    ngx_shm_t  *shm = data;

    shm->addr[0] = 'x';
    shm->addr[shm->size - 1] = 'y';
    return 0;
}

static int
read_ends(void *data)
{
    ngx_shm_t  *shm = data;

    return !(shm->addr[0] == 'x' && shm->addr[shm->size - 1] == 'y');
}

START_TEST(parent_sees_what_a_child_wrote)
{
    ngx_shm_t  shm = create(_i, sizes(3));

    in_child(write_ends, &shm);
    ck_assert_int_eq(read_ends(&shm), 0);
    ngx_shm_free(&shm);
}
END_TEST

START_TEST(child_sees_what_its_sibling_wrote)
{
    ngx_shm_t  shm = create(_i, sizes(3));

    in_child(write_ends, &shm);
    in_child(read_ends, &shm);
    ngx_shm_free(&shm);
}
END_TEST

static int
free_in_child(void *data)
{
    ngx_shm_free(data);
    return 0;
}

START_TEST(child_frees_its_own_view_only)
{
    ngx_shm_t  shm = create(_i, sizes(3));

    in_child(free_in_child, &shm);
    in_child(write_ends, &shm);
    ck_assert_int_eq(read_ends(&shm), 0);
    ngx_shm_free(&shm);
}
END_TEST

static int
lives(void *data)
{
    ngx_shm_t  *shm = data;

    shm->addr[0] = 1;
    return 0;
}

/* As the filter of a container may be: none of System V. */
static int
free_without_system_v(void *data)
{
    void       *addr;
    ngx_shm_t   shm = segment_of(sizes(2));

#ifdef SYS_ipc
    if (refuse_call(SYS_ipc, -1, 0, 0, EPERM) == -1) {
        return CANNOT;
    }
#endif
#ifdef SYS_shmdt
    if (refuse_call(SYS_shmdt, -1, 0, 0, EPERM) == -1) {
        return CANNOT;
    }
#endif

    if (ngx_shm_alloc_from(&shm, data) != NGX_OK) {
        return 1;
    }

    addr = shm.addr;
    ngx_shm_free(&shm);
    return msync(addr, sizes(2), MS_ASYNC) != -1 || errno != ENOMEM
           || log_text[0] != '\0';
}

START_TEST(memory_is_freed_where_system_v_is_refused)
{
    if (strcmp(list[_i].name, "sysv") != 0) {
        (void) in_child_if_possible(free_without_system_v,
                                    (void *) (uintptr_t) list[_i].name,
                                    NO_SECCOMP);
    }
}
END_TEST

START_TEST(freed_memory_is_unmapped)
{
    int        status;
    pid_t      pid;
    ngx_shm_t  shm = create(_i, sizes(3)), stale = shm;

    ngx_shm_free(&shm);
    fflush(NULL);
    pid = fork();

    if (pid == 0) {
        signal(SIGSEGV, SIG_DFL);
        _exit(lives(&stale));
    }

    ck_assert_int_eq(waitpid(pid, &status, 0), pid);
    ck_assert(WIFSIGNALED(status) && WTERMSIG(status) == SIGSEGV);
}
END_TEST

START_TEST(two_segments_do_not_overlap)
{
    ngx_shm_t  a = create(_i, sizes(3)), b = create(_i, sizes(3));

    memset(a.addr, 'a', a.size);
    memset(b.addr, 'b', b.size);
    ck_assert_int_eq(a.addr[0], 'a');
    ck_assert_int_eq(a.addr[a.size - 1], 'a');
    ngx_shm_free(&a);
    ck_assert_int_eq(b.addr[b.size - 1], 'b');
    ngx_shm_free(&b);
}
END_TEST

START_TEST(automatic_choice_gives_the_first_that_works)
{
    ngx_shm_t  shm = segment_of(sizes(3));

    ck_assert_int_eq(ngx_shm_alloc(&shm), NGX_OK);
    in_child(write_ends, &shm);
    ck_assert_int_eq(read_ends(&shm), 0);
    ngx_shm_free(&shm);
    ck_assert_str_eq(log_text, "");
}
END_TEST

START_TEST(errno_survives_success_and_free)
{
    ngx_shm_t  shm;

    errno = ENOTTY;
    shm = create(_i, 1);
    ngx_shm_free(&shm);
    ck_assert_uint_ge(ngx_shm_backends(list, MAX, 0), 1);
    ck_assert_int_eq(errno, ENOTTY);
}
END_TEST

START_TEST(bad_sizes_are_refused)
{
    const char  *name = list[_i].name;

    ck_assert(refused(name, 0, EINVAL, "(0) failed"));
    ck_assert(refused(name, SIZE_MAX, ENOMEM, "can address"));
    ck_assert(refused(name, (size_t) PTRDIFF_MAX + 1, ENOMEM, "can address"));

    /* More than there is; with 32 bits there may be as much. */
    if (sizeof(size_t) > 4) {
        ck_assert(refused(name, PTRDIFF_MAX, 0, " failed"));
        ck_assert(refused(name, PTRDIFF_MAX - sizes(2), 0, " failed"));
        ck_assert(refused(name, PTRDIFF_MAX / 2, 0, " failed"));
    }
}
END_TEST

START_TEST(bad_arguments_are_refused)
{
    ngx_shm_t  shm = segment_of(1);

    ck_assert(refused(NULL, 0, EINVAL, "(0) failed"));
    ck_assert(refused(NULL, SIZE_MAX, ENOMEM, "can address"));
    ck_assert(sizeof(size_t) == 4
              || refused(NULL, PTRDIFF_MAX, ENOMEM, "MAP_ANON"));
    ck_assert(refused("", 1, EINVAL, "no such backend"));
    ck_assert(refused("ano", 1, EINVAL, "no such backend"));
    ck_assert(refused("anonymous", 1, EINVAL, "no such backend"));

    errno = 0;
    ck_assert_int_eq(ngx_shm_alloc_from(&shm, NULL), NGX_ERROR);
    ck_assert_int_eq(errno, EINVAL);
    ck_assert_ptr_eq(shm.addr, UNTOUCHED);

    errno = 0;
    ck_assert_int_eq(ngx_shm_alloc(NULL), NGX_ERROR);
    ck_assert_int_eq(errno, EINVAL);

    errno = 0;
    ck_assert_int_eq(ngx_shm_alloc_from(NULL, "anon"), NGX_ERROR);
    ck_assert_int_eq(errno, EINVAL);

    ngx_shm_free(NULL);
    shm.addr = NULL;
    ngx_shm_free(&shm);
    ck_assert_ptr_ne(strstr(log_text, "ngx_shm_free(NULL)"), NULL);
}
END_TEST

START_TEST(a_silent_log_is_no_obstacle)
{
    ngx_log_t  silent = { NGX_LOG_DEBUG, NULL, NULL };
    ngx_shm_t  shm = segment_of(0);

    shm.log = NULL;
    ck_assert_int_eq(ngx_shm_alloc(&shm), NGX_ERROR);
    shm.log = &silent;
    ck_assert_int_eq(ngx_shm_alloc_from(&shm, "none"), NGX_ERROR);
    ck_assert_int_eq(ngx_shm_alloc_from(&shm, "anon"), NGX_ERROR);
    ck_assert_int_eq(errno, EINVAL);
}
END_TEST

START_TEST(the_list_tells_all_backends)
{
    ngx_uint_t         i;
    ngx_shm_backend_t  few[MAX];

    memset(few, 0xff, sizeof(few));
    ck_assert_uint_eq(ngx_shm_backends(NULL, 0, 0), count);
    ck_assert_uint_eq(ngx_shm_backends(few, 1, 0), count);
    ck_assert_ptr_eq(few[1].name, (char *) -1);

    for (i = 0; i < count; i++) {
        if (strcmp(list[i].name, "huge") != 0) {
            ck_assert_msg(list[i].works, "%s: %s", list[i].name,
                          list[i].reason);
        }

        ck_assert_int_eq(list[i].err == 0, list[i].works == 1);
        ck_assert_int_eq(list[i].reason[0] == '\0', list[i].works == 1);
        ck_assert_ptr_eq(strstr(list[i].feature, "NGX_HAVE_"),
                         list[i].feature);
    }

    (void) ngx_shm_backends(few, MAX, SIZE_MAX);

    for (i = 0; i < count; i++) {
        ck_assert_uint_eq(few[i].works, 0);
        ck_assert_int_eq(few[i].err, ENOMEM);
        ck_assert_str_ne(few[i].reason, "");
    }
}
END_TEST

/*
 * There are none but on few machines, and then few: what is tested is that the
 * answer is right, and that a refusal names what would help.
 */
START_TEST(huge_pages_are_taken_or_refused_with_the_limit)
{
    ngx_shm_t  shm = segment_of(3000);

    if (ngx_shm_alloc_from(&shm, "huge") == NGX_OK) {
        in_child(write_ends, &shm);
        ck_assert_int_eq(shm.addr[0], 'x');
        ck_assert_int_eq(shm.addr[1], 0);
        ck_assert_uint_eq((uintptr_t) shm.addr % ((size_t) 1 << 20), 0);
        ngx_shm_free(&shm);
        ck_assert_str_eq(log_text, "");

    } else {
        ck_assert_ptr_eq(shm.addr, UNTOUCHED);
        ck_assert_msg(strstr(log_text, "MAP_HUGETLB") != NULL, "%s", log_text);
        ck_assert_msg(errno != ENOMEM
                      || strstr(log_text, "vm.nr_hugepages is") != NULL,
                      "%s", log_text);
    }

    /* More than there is: a refusal, and never a SIGBUS. */
    ck_assert(refused("huge", (size_t) 1 << 30, 0, "MAP_HUGETLB"));
    ck_assert(refused("huge", PTRDIFF_MAX, ENOMEM, ""));
}
END_TEST

/* What the failed call is called in the log. */
static const char *
call_of(const char *backend)
{
    static const char  *calls[] = {
        "anon", "mmap(MAP_ANON|MAP_SHARED, 4096) failed",
        "devzero", "open(\"/dev/zero\", O_RDWR) failed",
        "sysv", "shmget(IPC_PRIVATE, 4096) failed",
        "memfd", "memfd_create(\"ngx-shm\") failed",
        "posix", "shm_open(\"/ngx-shm.", "file", "mkstemp(\"", NULL
    };
    int  i;

    for (i = 0; strcmp(calls[i], backend) != 0; i += 2) {
        /* the list of calls knows every backend */
    }

    return calls[i + 1];
}

struct refusal {
    const char  *backend;
    int          err;
};

/* musl makes ENOMEM of an EPERM that mmap(MAP_ANON) is refused with. */
static int
as_told(const struct refusal *r)
{
    if (strcmp(r->backend, "anon") != 0) {
        return r->err;
    }

    errno = 0;
    (void) mmap(NULL, 4096, PROT_READ, MAP_ANON|MAP_SHARED, -1, 0);
    return errno == ENOMEM ? ENOMEM : r->err;
}

static int
is_refused_by_kernel(void *data)
{
    struct refusal  *r = data;

    if (refuse_backend(r->backend, r->err) == -1) {
        return CANNOT;
    }

    remember_world();

    if (!refused(r->backend, 4096, as_told(r), call_of(r->backend))) {
        return 1;
    }

    (void) ngx_shm_backends(list, MAX, 0);
    compare_world();
    return 0;
}

START_TEST(a_refusing_kernel_is_quoted)
{
    struct refusal  r = { list[_i / ERRORS].name, errors[_i % ERRORS] };

    in_child_if_possible(is_refused_by_kernel, &r, NO_SECCOMP);
}
END_TEST

static int
next_is_taken(void *data)
{
    ngx_uint_t  i;
    ngx_shm_t   shm;

    (void) data;

    /* One after the other is refused; there is memory until the last one. */
    for (i = 0; i < count && list[i].automatic; i++) {
        log_clear();
        shm = segment_of(4096);

        if (ngx_shm_alloc(&shm) != NGX_OK) {
            return 1;
        }

        if (i > 0 && (log_text[0] != '5'
                      || strstr(log_text, call_of(list[i - 1].name)) == NULL))
        {
            return 2;
        }

        ngx_shm_free(&shm);

        if (refuse_backend(list[i].name, i == 0 ? ENOSYS : EPERM) == -1) {
            return CANNOT;
        }
    }

    return refused(NULL, 4096, ENOSYS, call_of("memfd")) ? 0 : 3;
}

START_TEST(the_next_backend_is_taken_if_one_is_refused)
{
    in_child_if_possible(next_is_taken, NULL, NO_SECCOMP);
}
END_TEST

static int
limit(int resource, rlim_t max)
{
    struct rlimit  r;

    (void) getrlimit(resource, &r);
    r.rlim_cur = max;
    return setrlimit(resource, &r);
}

static int
is_limited_in_memory(void *data)
{
    limit(RLIMIT_AS, (rlim_t) 48 << 20);

    /* An emulator keeps such limits for itself. */
    if (mmap(NULL, (size_t) 64 << 20, PROT_NONE, MAP_ANON|MAP_PRIVATE, -1, 0)
        != MAP_FAILED)
    {
        return 0;
    }

    return !refused(data, (size_t) 64 << 20, ENOMEM, "RLIMIT_AS is 50331648");
}

START_TEST(a_limit_of_memory_is_named)
{
    in_child(is_limited_in_memory, (void *) (uintptr_t) list[_i].name);
}
END_TEST

static int
is_limited_in_files(void *data)
{
    limit(RLIMIT_NOFILE, 0);
    return !refused(data, 4096, EMFILE, "RLIMIT_NOFILE is 0");
}

static int
is_limited_in_file_size(void *data)
{
    limit(RLIMIT_FSIZE, 4096);
    return !refused(data, 4097, EFBIG, "RLIMIT_FSIZE is 4096");
}

START_TEST(a_limit_of_files_is_named)
{
    static const char  *with_file[] = { "memfd", "posix", "file" };

    in_child(is_limited_in_files, (void *) (uintptr_t) with_file[_i]);
    in_child(is_limited_in_file_size, (void *) (uintptr_t) with_file[_i]);
}
END_TEST

static int
is_full(void *data)
{
    ngx_shm_t  shm = segment_of((size_t) 900 << 10), more = shm;

    if (private_tmpfs("/dev/shm", (size_t) 1 << 20) == -1) {
        return CANNOT;
    }

    setenv("TMPDIR", "/dev/shm", 1);
    remember_world();

    if (!refused(data, (size_t) 2 << 20, ENOSPC, "/dev/shm has 1048576 of")) {
        return 1;
    }

    if (ngx_shm_alloc_from(&shm, data) != NGX_OK) {
        return 2;
    }

    /* Full by what others have, and no access to what is ours can fail. */
    if (!refused(data, (size_t) 900 << 10, ENOSPC, "free")) {
        return 3;
    }

    memset(shm.addr, 1, shm.size);
    ngx_shm_free(&shm);

    if (ngx_shm_alloc(&more) != NGX_OK) {
        return 4;
    }

    ngx_shm_free(&more);
    compare_world();
    return 0;
}

START_TEST(a_full_file_system_is_refused_and_no_bus_error)
{
    static const char  *in_file_system[] = { "posix", "file" };

    in_child_if_possible(is_full, (void *) (uintptr_t) in_file_system[_i],
                         NO_NAME_SPACE);
}
END_TEST

static int
has_no_dev(void *data)
{
    (void) data;

    if (private_tmpfs("/dev", 4096) == -1) {
        return CANNOT;
    }

    return !(refused("posix", 1, ENOENT, "/dev/shm is not there")
             && refused("devzero", 1, ENOENT, "/dev/zero is not there"));
}

/* A tree as the kernel shows it, of either version; the limit at its top. */
static int
is_limited_by_group(void *data)
{
    int          second = data != NULL;
    FILE        *f;
    ngx_shm_t    shm = segment_of((size_t) 64 << 20);
    const char  *file = second ? "/sys/fs/cgroup/memory.max"
                        : "/sys/fs/cgroup/memory/memory.limit_in_bytes";
    char         word[128];

    if (private_tmpfs("/sys/fs/cgroup", 65536) == -1
        || mkdir("/sys/fs/cgroup/memory", 0755) == -1
        || (f = fopen(file, "w")) == NULL)
    {
        return CANNOT;
    }

    fputs(second ? "max\n" : "9223372036854771712\n", f);
    fclose(f);

    if (ngx_shm_alloc_from(&shm, "anon") != NGX_OK) {
        return 1;
    }

    ngx_shm_free(&shm);
    f = fopen(file, "w");
    fputs("33554432\n", f);
    fclose(f);
    (void) snprintf(word, sizeof(word), "%s is 33554432 bytes", file);
    return !(refused("anon", MUCH, ENOMEM, word)
             && refused("posix", MUCH, ENOMEM, word));
}

/* A group within the one that this process is in, as a container has one. */
static char  group[512];

static int
make_group(void)
{
    char  line[256], *path = NULL;
    FILE *f = fopen("/proc/self/cgroup", "r");

    while (f != NULL && path == NULL && fgets(line, sizeof(line), f) != NULL) {
        line[strcspn(line, "\n")] = '\0';
        path = strstr(line, ":memory:");
        path = path != NULL ? path + 8
               : strncmp(line, "0::", 3) == 0
                 && access("/sys/fs/cgroup/memory.stat", F_OK) == 0
               ? line + 3 : NULL;
    }

    if (f != NULL) {
        fclose(f);
    }

    if (path == NULL) {
        return -1;
    }

    (void) snprintf(group, sizeof(group), "/sys/fs/cgroup%s%s/ngx-shm.%ld",
                    access("/sys/fs/cgroup/memory", F_OK) == 0 ? "/memory"
                    : "", path, (long) getpid());
    return mkdir(group, 0755);
}

static int
write_to_group(const char *file, long number)
{
    int   done;
    char  path[600];
    FILE *f;

    (void) snprintf(path, sizeof(path), "%s/%s", group, file);
    f = fopen(path, "w");

    if (f == NULL) {
        return -1;
    }

    done = fprintf(f, "%ld\n", number) > 0;
    return fclose(f) == 0 && done ? 0 : -1;
}

static int
is_limited_in_a_real_group(void *data)
{
    ngx_shm_t  less = segment_of(1 << 20);

    (void) data;

    if ((write_to_group("memory.limit_in_bytes", 32 << 20) == -1
         && write_to_group("memory.max", 32 << 20) == -1)
        || write_to_group("cgroup.procs", (long) getpid()) == -1)
    {
        return CANNOT;
    }

    if (ngx_shm_alloc_from(&less, "anon") != NGX_OK) {
        return 1;
    }

    memset(less.addr, 1, less.size);

    return !(refused("anon", MUCH, ENOMEM, "is 33554432 bytes; give")
             && refused("memfd", MUCH, ENOMEM, "is 33554432 bytes; give"));
}

START_TEST(a_limit_of_a_real_container_is_named)
{
    if (make_group() == -1) {
        skip_test(__func__, _i, "no memory cgroup can be made here");
        return;
    }

    in_child_if_possible(is_limited_in_a_real_group, NULL,
                         "no memory cgroup can be entered here");
    ck_assert_int_eq(rmdir(group), 0);
}
END_TEST

START_TEST(a_limit_of_a_container_is_named)
{
    in_child_if_possible(is_limited_by_group, _i ? &list : NULL,
                         NO_NAME_SPACE);
}
END_TEST

START_TEST(a_missing_dev_is_named)
{
    in_child_if_possible(has_no_dev, NULL, NO_NAME_SPACE);
}
END_TEST

int
main(void)
{
    int       n;
    Suite    *suite = suite_create("shmem");
    TCase    *each = tcase_create("each backend");
    TCase    *all = tcase_create("all backends");
    SRunner  *runner = srunner_create(suite);

    count = ngx_shm_backends(list, MAX, 0);
    n = (int) count - 1;        /* the last one is huge */

    tcase_set_timeout(each, 300);
    tcase_set_timeout(all, 300);
    tcase_add_checked_fixture(each, remember_world, compare_world);
    tcase_add_checked_fixture(all, remember_world, compare_world);

#define EACH(test)  tcase_add_loop_test(each, test, 0, n)
    EACH(memory_of_every_size_is_zeroed_and_aligned);
    EACH(parent_sees_what_a_child_wrote);
    EACH(child_sees_what_its_sibling_wrote);
    EACH(child_frees_its_own_view_only);
    EACH(freed_memory_is_unmapped);
    EACH(memory_is_freed_where_system_v_is_refused);
    EACH(two_segments_do_not_overlap);
    EACH(errno_survives_success_and_free);
    EACH(bad_sizes_are_refused);
    EACH(a_limit_of_memory_is_named);
    tcase_add_loop_test(each, a_refusing_kernel_is_quoted, 0, n * ERRORS);

    tcase_add_test(all, automatic_choice_gives_the_first_that_works);
    tcase_add_test(all, bad_arguments_are_refused);
    tcase_add_test(all, a_silent_log_is_no_obstacle);
    tcase_add_test(all, the_list_tells_all_backends);
    tcase_add_test(all, huge_pages_are_taken_or_refused_with_the_limit);
    tcase_add_test(all, the_next_backend_is_taken_if_one_is_refused);
    tcase_add_loop_test(all, a_limit_of_files_is_named, 0, 3);
    tcase_add_loop_test(all, a_full_file_system_is_refused_and_no_bus_error,
                        0, 2);
    tcase_add_test(all, a_missing_dev_is_named);
    tcase_add_loop_test(all, a_limit_of_a_container_is_named, 0, 2);
    tcase_add_test(all, a_limit_of_a_real_container_is_named);

    suite_add_tcase(suite, each);
    suite_add_tcase(suite, all);
    return run_tests(runner) != 0;
}
