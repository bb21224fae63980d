/* SPDX-License-Identifier: BSD-2-Clause */

#include "ngx_auto_config.h"
#include "shm_world.h"
#include "seccomp.h"

#include <dirent.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static void append(ngx_log_t *log, ngx_uint_t level, unsigned char *buf,
    size_t len);

char       log_text[8192];
ngx_log_t  log_to_text = { NGX_LOG_DEBUG, append, NULL };

/*
 * What others left behind may have our pid in its name, and its owner may
 * remove it at any moment: only what is new is ours.
 */
typedef struct {
    char    *what[5000];        /* more than System V has segments */
    size_t   n;
} things_t;

static struct {
    int       descriptors;
    int       mappings;
    things_t  sysv;
    things_t  names;
} world;

static void
append(ngx_log_t *log, ngx_uint_t level, unsigned char *buf, size_t len)
{
    size_t  used = strlen(log_text);

    (void) log;
    (void) snprintf(log_text + used, sizeof(log_text) - used, "%d %.*s\n",
                    (int) level, (int) len, (char *) buf);
}

void
log_clear(void)
{
    log_text[0] = '\0';
}

static int
status_of_child(int (*work)(void *), void *data)
{
    int    status = -1;
    pid_t  pid;

    fflush(NULL);
    pid = fork();
    ck_assert_int_ne(pid, -1);

    if (pid == 0) {
        _exit(work(data));
    }

    ck_assert_int_eq(waitpid(pid, &status, 0), pid);
    return status;
}

void
in_child(int (*work)(void *), void *data)
{
    int  status = status_of_child(work, data);

    ck_assert_msg(status == 0, "child ended with %#x; log: %s", status,
                  log_text);
}

int
cannot_in_child(int (*work)(void *), void *data)
{
    int  status = status_of_child(work, data);

    if (WIFEXITED(status) && WEXITSTATUS(status) == CANNOT) {
        return 1;
    }

    ck_assert_msg(status == 0, "child ended with %#x; log: %s", status,
                  log_text);
    return 0;
}

/*
 * Check has no skipped tests.  A test that is skipped leaves a line in a file;
 * when all are done, this goes into the log, which tells neither the number
 * of a loop's test: they are counted, as they follow each other.
 */
static char  skipped[64];

int
skip_test(const char *test, int i, const char *reason)
{
    int    len = (int) strlen(test);
    FILE  *f = fopen(skipped, "a");

    /* Check calls the function so. */
    if (len > 3 && strcmp(test + len - 3, "_fn") == 0) {
        len -= 3;
    }

    ck_assert_ptr_ne(f, NULL);
    fprintf(f, "%.*s %d %s\n", len, test, i, reason);
    ck_assert_int_eq(fclose(f), 0);
    return 1;
}

/* "ok 7 - file.c:case:NAME: words", or "ok 7 - NAME ..." */
static void
name_in(const char *line, char *name, size_t size)
{
    int          i;
    const char  *p = strstr(line, " - ");

    *name = '\0';
    p = p != NULL ? p + 3 : "";

    for (i = 0; i < 2 && strchr(p, ':') != NULL; i++) {
        p = strchr(p, ':') + 1;
    }

    (void) snprintf(name, size, "%.*s", (int) strcspn(p, ": \n"), p);
}

static void
print_reason(FILE *skips, const char *name, int i)
{
    int   n, from = 0;
    char  line[300], test[200];

    rewind(skips);

    while (fgets(line, sizeof(line), skips) != NULL) {
        if (sscanf(line, "%199s %d %n", test, &n, &from) == 2 && n == i
            && strcmp(test, name) == 0)
        {
            printf(" # SKIP %.*s", (int) strcspn(line + from, "\n"),
                   line + from);
            return;
        }
    }
}

static void
print_log(FILE *log, FILE *skips)
{
    int   i = 0;
    char  line[4096], name[200], last[200] = "";

    while (fgets(line, sizeof(line), log) != NULL) {
        line[strcspn(line, "\n")] = '\0';
        printf("%s", line);

        if (strstr(line, "ok ") != NULL && *line != '#') {
            name_in(line, name, sizeof(name));
            i = strcmp(name, last) == 0 ? i + 1 : 0;
            memcpy(last, name, sizeof(last));

            if (strncmp(line, "ok", 2) == 0) {
                print_reason(skips, name, i);
            }
        }

        putchar('\n');
    }
}

int
run_tests(SRunner *runner)
{
    int    fd, failed;
    char   log[64] = "/tmp/ngx-shm-log.XXXXXX";
    FILE  *f, *skips;

    (void) snprintf(skipped, sizeof(skipped), "/tmp/ngx-shm-skip.XXXXXX");
    fd = mkstemp(log);

    if (fd == -1 || close(fd) == -1 || (fd = mkstemp(skipped)) == -1
        || close(fd) == -1)
    {
        perror("/tmp");
        return 1;
    }

    srunner_set_tap(runner, log);
    srunner_run_all(runner, CK_SILENT);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);

    f = fopen(log, "r");
    skips = fopen(skipped, "r");

    if (f == NULL || skips == NULL) {
        perror(log);
        return 1;
    }

    print_log(f, skips);
    (void) fclose(f);
    (void) fclose(skips);
    (void) unlink(log);
    (void) unlink(skipped);
    return failed;
}

static int
count_names(const char *dir, const char *prefix)
{
    int             n = 0;
    DIR            *d = opendir(dir);
    struct dirent  *e;

    if (d == NULL) {
        return -1;
    }

    while ((e = readdir(d)) != NULL) {
        n += strncmp(e->d_name, prefix, strlen(prefix)) == 0;
    }

    (void) closedir(d);
    return n;
}

static int
count_lines(const char *path, int (*wanted)(const char *line))
{
    int    n = 0;
    char   line[1024];
    FILE  *f = fopen(path, "r");

    if (f == NULL) {
        return -1;
    }

    while (fgets(line, sizeof(line), f) != NULL) {
        n += wanted(line);
    }

    (void) fclose(f);
    return n;
}

/* "address perms ...": the fourth letter of perms is s if it is shared. */
static int
is_shared(const char *line)
{
    const char  *perms = strchr(line, ' ');

    return perms != NULL && strlen(perms) > 4 && perms[4] == 's';
}

static void
add_thing(things_t *things, const char *what)
{
    ck_assert_uint_lt(things->n, sizeof(things->what) / sizeof(char *));
    things->what[things->n] = strdup(what);
    ck_assert_ptr_ne(things->what[things->n], NULL);
    things->n++;
}

static void
forget(things_t *things)
{
    while (things->n != 0) {
        free(things->what[--things->n]);
    }
}

/* "key shmid perms size cpid ...": the numbers of those we made. */
static void
list_sysv(things_t *things)
{
    int    cpid;
    long   key, id, perms, size;
    char   line[1024];
    FILE  *f = fopen("/proc/sysvipc/shm", "r");

    while (f != NULL && fgets(line, sizeof(line), f) != NULL) {
        if (sscanf(line, "%ld %ld %lo %ld %d", &key, &id,
                   (unsigned long *) &perms, &size, &cpid) == 5
            && cpid == getpid())
        {
            (void) snprintf(line, sizeof(line), "%ld", id);
            add_thing(things, line);
        }
    }

    if (f != NULL) {
        (void) fclose(f);
    }
}

/* A name holds the pid of its maker, and then a dot. */
static void
list_names(things_t *things)
{
    DIR            *d = opendir("/dev/shm");
    char            prefix[48];
    struct dirent  *e;

    (void) snprintf(prefix, sizeof(prefix), "ngx-shm.%ld.", (long) getpid());

    while (d != NULL && (e = readdir(d)) != NULL) {
        if (strncmp(e->d_name, prefix, strlen(prefix)) == 0) {
            add_thing(things, e->d_name);
        }
    }

    if (d != NULL) {
        (void) closedir(d);
    }
}

static void
compare_things(const things_t *before, void (*list)(things_t *things))
{
    size_t    i, k;
    things_t  now;

    now.n = 0;
    list(&now);

    for (i = 0; i < now.n; i++) {
        for (k = 0; k < before->n; k++) {
            if (strcmp(now.what[i], before->what[k]) == 0) {
                break;
            }
        }

        ck_assert_msg(k < before->n, "%s is left behind", now.what[i]);
    }

    forget(&now);
}

void
remember_world(void)
{
    log_clear();
    forget(&world.sysv);
    forget(&world.names);
    list_sysv(&world.sysv);
    list_names(&world.names);
    world.descriptors = count_names("/proc/self/fd", "");
    world.mappings = count_lines("/proc/self/maps", is_shared);
}

void
compare_world(void)
{
    ck_assert_int_eq(count_names("/proc/self/fd", ""), world.descriptors);
    ck_assert_int_eq(count_lines("/proc/self/maps", is_shared),
                     world.mappings);
    compare_things(&world.sysv, list_sysv);
    compare_things(&world.names, list_names);
}

/* struct seccomp_data: the call at 0, arguments of 8 bytes each from 16. */
static unsigned
argument_offset(int arg)
{
    return 16 + 8 * (unsigned) arg + (NGX_HAVE_LITTLE_ENDIAN ? 0 : 4);
}

int
refuse_call(long call, int arg, unsigned mask, unsigned value, int err)
{
    struct bpf_op  ops[] = {
        { BPF_LOAD, 0, 0, 0 },
        { BPF_EQUAL, 0, 4, (unsigned) call },
        { BPF_LOAD, 0, 0, arg < 0 ? 0 : argument_offset(arg) },
        { BPF_AND_K, 0, 0, arg < 0 ? 0 : mask },
        { BPF_EQUAL, 0, 1, arg < 0 ? 0 : value },
        { BPF_RETURN, 0, 0, RET_ERRNO | (unsigned) err },
        { BPF_RETURN, 0, 0, RET_ALLOW }
    };
    struct bpf_program  program = { sizeof(ops) / sizeof(ops[0]), ops };

    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == -1) {
        return -1;
    }

    return prctl(PR_SET_SECCOMP, MODE_FILTER, &program, 0, 0);
}

static int
refuse_open(unsigned mask, unsigned flags, int err)
{
#ifdef SYS_open
    if (refuse_call(SYS_open, 1, mask, flags, err) == -1) {
        return -1;
    }
#endif
    return refuse_call(SYS_openat, 2, mask, flags, err);
}

int
refuse_backend(const char *backend, int err)
{
    if (strcmp(backend, "anon") == 0) {
#ifdef SYS_mmap2
        return refuse_call(SYS_mmap2, 3, 0xff, MAP_ANON|MAP_SHARED, err);
#else
        return refuse_call(SYS_mmap, 3, 0xff, MAP_ANON|MAP_SHARED, err);
#endif
    }

    if (strcmp(backend, "devzero") == 0) {
        return refuse_open(O_ACCMODE|O_CREAT, O_RDWR, err);
    }

    if (strcmp(backend, "sysv") == 0) {
        /* Older ones have one call for all of System V; 23 is shmget(). */
#ifdef SYS_ipc
        if (refuse_call(SYS_ipc, 0, 0xff, 23, err) == -1) {
            return -1;
        }
#endif
#ifdef SYS_shmget
        return refuse_call(SYS_shmget, -1, 0, 0, err);
#else
        return 0;
#endif
    }

    if (strcmp(backend, "memfd") == 0) {
        return refuse_call(SYS_memfd_create, -1, 0, 0, err);
    }

    return refuse_open(O_CREAT, O_CREAT, err);
}

static int
write_file(const char *path, const char *text)
{
    int  fd = open(path, O_WRONLY);
    int  done = fd != -1
                && write(fd, text, strlen(text)) == (ssize_t) strlen(text);

    (void) close(fd);
    return done ? 0 : -1;
}

int
private_tmpfs(const char *dir, size_t size)
{
    char  uids[64], gids[64], option[64];

    (void) snprintf(uids, sizeof(uids), "0 %ld 1\n", (long) geteuid());
    (void) snprintf(gids, sizeof(gids), "0 %ld 1\n", (long) getegid());
    (void) snprintf(option, sizeof(option), "size=%zu,mode=1777", size);

    if (unshare(CLONE_NEWUSER|CLONE_NEWNS|CLONE_NEWIPC) == -1
        || write_file("/proc/self/uid_map", uids) == -1
        || write_file("/proc/self/setgroups", "deny") == -1
        || write_file("/proc/self/gid_map", gids) == -1)
    {
        return -1;
    }

    return mount("tmpfs", dir, "tmpfs", 0, option);
}
