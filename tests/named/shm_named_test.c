/* SPDX-License-Identifier: BSD-2-Clause */

#include "ngx_auto_config.h"
#include "ngx_shm_named.h"
#include "ngx_slab.h"
#include "shm_world.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/shm.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define KINDS      3
#define PROCESSES  16
#define SIZE       5000

static char  dir[64];
static char  name[160];
static int   rounds = 40;       /* of each kind; NGX_SHM_ROUNDS for more */

static const char  *prefixes[KINDS] = { "posix:", "file:", "sysv:" };

/* A name of this test alone: tests run side by side. */
static void
choose_name(int kind)
{
    remember_world();
    (void) snprintf(name, sizeof(name), "%s%s/ngx-shm.%ld%s.t",
                    prefixes[kind], kind == 0 ? "" : dir, (long) getpid(),
                    strrchr(dir, '.') != NULL ? strrchr(dir, '.') : "");
    (void) ngx_shm_unlink(name, NULL);
    log_clear();
}

/* The file behind the name. */
static const char *
path_of(void)
{
    static char  path[200];

    (void) snprintf(path, sizeof(path), "%s%s",
                    strncmp(name, "posix:", 6) == 0 ? "/dev/shm" : "",
                    strchr(name, ':') + 1);
    return path;
}

static ngx_shm_options_t
wish(ngx_uint_t flags, size_t size)
{
    ngx_shm_options_t  o;

    memset(&o, 0, sizeof(o));
    o.flags = flags;
    o.size = size;
    o.timeout_ms = 60000;     /* the machine may be busy */
    o.log = &log_to_text;
    return o;
}

static ngx_shm_segment_t
open_or_abort(ngx_uint_t flags, size_t size)
{
    ngx_shm_segment_t  seg;
    ngx_shm_options_t  o = wish(flags, size);

    ck_assert_msg(ngx_shm_open(&seg, name, &o) == NGX_OK, "%s", log_text);
    return seg;
}

static ngx_shm_segment_t
create(size_t size)
{
    ngx_shm_segment_t  seg = open_or_abort(NGX_SHM_CREATE, size);

    ck_assert_uint_eq(seg.created, 1);
    ck_assert_int_eq(ngx_shm_ready(&seg), NGX_OK);
    return seg;
}

/* 1 if opening fails with err, tells word, and leaves the outputs alone. */
static int
refused(ngx_uint_t flags, size_t size, int err, const char *word)
{
    int                got, ok;
    ngx_int_t          rc;
    ngx_shm_segment_t  seg, before;
    ngx_shm_options_t  o = wish(flags, size);

    memset(&seg, 0x5a, sizeof(seg));
    before = seg;
    o.timeout_ms = 50;
    log_clear();
    errno = 0;
    rc = ngx_shm_open(&seg, name, &o);
    got = errno;
    ok = rc == NGX_ERROR && got == err
         && memcmp(&seg, &before, sizeof(seg)) == 0
         && strstr(log_text, word) != NULL;

    if (!ok) {
        fprintf(stderr, "# %s: %ld, errno %d not %d, log %s\n", name,
                (long) rc, got, err, log_text);
    }

    return ok;
}

/* 1 if removing fails with err and tells word. */
static int
not_removed(int err, const char *word)
{
    int        got;
    ngx_int_t  rc;

    log_clear();
    rc = ngx_shm_unlink(name, &log_to_text);
    got = errno;

    if (rc == NGX_ERROR && got == err && strstr(log_text, word) != NULL) {
        return 1;
    }

    fprintf(stderr, "# unlink %s: %ld, errno %d not %d, log %s\n", name,
            (long) rc, got, err, log_text);
    return 0;
}

static void
remove_segment(ngx_shm_segment_t *seg)
{
    ngx_shm_close(seg);
    ck_assert_msg(ngx_shm_unlink(name, &log_to_text) == NGX_OK, "%s",
                  log_text);
    compare_world();
}

static int
read_and_write(void *data)
{
    ngx_shm_segment_t  seg, *parent = data;
    ngx_shm_options_t  o = wish(0, SIZE);

    if (ngx_shm_open(&seg, name, &o) != NGX_OK) {
        return 1;
    }

    /* The parent's mapping is still here, so this one is elsewhere. */
    if (seg.addr == parent->addr || seg.created || seg.size != SIZE
        || seg.addr[0] != 'p' || seg.addr[SIZE - 1] != 'q')
    {
        return 2;
    }

    seg.addr[1] = 'c';
    return 0;
}

START_TEST(another_process_attaches_by_name)
{
    ngx_shm_segment_t  seg;

    choose_name(_i);
    seg = open_or_abort(NGX_SHM_CREATE, SIZE);
    ck_assert_uint_eq(seg.size, SIZE);
    ck_assert_uint_eq(seg.generation, 1);
    ck_assert_uint_eq((uintptr_t) seg.addr % 4096, 0);
    ck_assert_int_eq(seg.addr[0] | seg.addr[SIZE / 2] | seg.addr[SIZE - 1], 0);
    seg.addr[0] = 'p';
    seg.addr[SIZE - 1] = 'q';
    ck_assert_int_eq(ngx_shm_ready(&seg), NGX_OK);

    in_child(read_and_write, &seg);
    ck_assert_int_eq(seg.addr[1], 'c');
    remove_segment(&seg);
}
END_TEST

START_TEST(a_segment_outlives_its_processes_until_unlinked)
{
    ngx_shm_segment_t  seg;

    choose_name(_i);
    seg = create(SIZE);
    seg.addr[7] = 'x';
    ngx_shm_close(&seg);

    seg = open_or_abort(NGX_SHM_CREATE, SIZE);
    ck_assert_uint_eq(seg.created, 0);
    ck_assert_int_eq(seg.addr[7], 'x');
    remove_segment(&seg);
    ck_assert(refused(0, 0, ENOENT, "open()"));
    ck_assert_int_eq(ngx_shm_unlink(name, NULL), NGX_ERROR);
    ck_assert_int_eq(errno, ENOENT);
}
END_TEST

START_TEST(only_one_may_create_exclusively)
{
    ngx_shm_segment_t  seg;

    choose_name(_i);
    seg = open_or_abort(NGX_SHM_CREATE|NGX_SHM_EXCL, SIZE);
    ck_assert(refused(NGX_SHM_CREATE|NGX_SHM_EXCL, SIZE, EEXIST, "building"));
    ck_assert_int_eq(ngx_shm_ready(&seg), NGX_OK);
    ck_assert(refused(NGX_SHM_CREATE|NGX_SHM_EXCL, SIZE, EEXIST, "there"));
    remove_segment(&seg);
}
END_TEST

START_TEST(a_fresh_one_is_made_only_if_nobody_has_it)
{
    ngx_shm_segment_t  a, b;

    choose_name(_i);
    a = create(SIZE);
    a.addr[0] = 'x';
    b = open_or_abort(NGX_SHM_CREATE|NGX_SHM_FRESH, SIZE);
    ck_assert_uint_eq(b.created, 0);
    ck_assert_int_eq(b.addr[0], 'x');
    ngx_shm_close(&a);
    ngx_shm_close(&b);

    a = open_or_abort(NGX_SHM_CREATE|NGX_SHM_FRESH, 2 * SIZE);
    ck_assert_uint_eq(a.created, 1);
    ck_assert_uint_eq(a.generation, 2);
    ck_assert_uint_eq(a.size, 2 * SIZE);
    ck_assert_int_eq(a.addr[0], 0);
    remove_segment(&a);
}
END_TEST

START_TEST(who_attaches_waits_for_ready_but_not_for_ever)
{
    ngx_shm_info_t     info;
    ngx_shm_segment_t  seg;

    choose_name(_i);
    seg = open_or_abort(NGX_SHM_CREATE, SIZE);
    ck_assert(refused(0, 0, ETIMEDOUT, "still building"));
    ck_assert(refused(NGX_SHM_CREATE, SIZE, ETIMEDOUT, "still building"));
    ck_assert_int_eq(ngx_shm_info(&info, name, NULL), NGX_OK);
    ck_assert_uint_eq(info.state, NGX_SHM_BUILDING);

    ck_assert_int_eq(ngx_shm_ready(&seg), NGX_OK);
    ck_assert_int_eq(ngx_shm_ready(&seg), NGX_ERROR);
    ck_assert_int_eq(errno, EINVAL);
    ck_assert_int_eq(ngx_shm_info(&info, name, NULL), NGX_OK);
    ck_assert_uint_eq(info.state, NGX_SHM_READY);
    ck_assert_uint_eq(info.attached, 1);
    ck_assert_uint_eq(info.size, SIZE);
    ck_assert_int_eq(info.creator, getpid());
    ngx_shm_close(&seg);
    ck_assert_int_eq(ngx_shm_info(&info, name, NULL), NGX_OK);
    ck_assert_uint_eq(info.attached, 0);
    ck_assert_int_eq(ngx_shm_unlink(name, NULL), NGX_OK);
    compare_world();
}
END_TEST

static int
die_building(void *data)
{
    ngx_shm_segment_t  seg;
    ngx_shm_options_t  o = wish(NGX_SHM_CREATE, SIZE);

    (void) data;

    if (ngx_shm_open(&seg, name, &o) != NGX_OK || !seg.created) {
        return 1;
    }

    seg.addr[0] = 'x';
    return 0;
}

START_TEST(a_dead_builder_is_noticed_and_replaced)
{
    ngx_shm_info_t     info;
    ngx_shm_segment_t  seg;

    choose_name(_i);
    in_child(die_building, NULL);
    ck_assert_int_eq(ngx_shm_info(&info, name, NULL), NGX_OK);
    ck_assert_uint_eq(info.state, NGX_SHM_DEAD);
    ck_assert(refused(0, 0, EOWNERDEAD, "died"));

    seg = open_or_abort(NGX_SHM_CREATE|NGX_SHM_EXCL, SIZE);
    ck_assert_uint_eq(seg.created, 1);
    ck_assert_uint_eq(seg.generation, 2);
    ck_assert_int_eq(seg.addr[0], 0);
    ck_assert_int_eq(ngx_shm_ready(&seg), NGX_OK);
    remove_segment(&seg);
}
END_TEST

/* What the processes of a race share, apart from the segment. */
typedef struct {
    volatile int  go;
    volatile int  waiting;
    volatile int  created;
    volatile int  attached;
    volatile int  killed;
    int           victims;      /* creators that are killed while building */
    int           flags;
} race_t;

static int
run(void *data)
{
    race_t            *race = data;
    ngx_shm_segment_t  seg;
    ngx_shm_options_t  o = wish(NGX_SHM_CREATE | (ngx_uint_t) race->flags,
                                SIZE);

    (void) __sync_fetch_and_add(&race->waiting, 1);

    while (!race->go) {
        (void) usleep(50);
    }

    if (ngx_shm_open(&seg, name, &o) != NGX_OK) {
        fprintf(stderr, "# %s\n", log_text);
        return 1;
    }

    if (seg.created) {
        if (__sync_fetch_and_add(&race->killed, 1) < race->victims) {
            (void) raise(SIGKILL);
        }

        memset(seg.addr, 'r', SIZE);
        (void) __sync_fetch_and_add(&race->created, 1);

        if (ngx_shm_ready(&seg) != NGX_OK) {
            return 2;
        }

    } else {
        (void) __sync_fetch_and_add(&race->attached, 1);
    }

    if (seg.size != SIZE || seg.addr[0] != 'r' || seg.addr[SIZE - 1] != 'r') {
        return 3;
    }

    /* All of them have it at once: none was made anew under another. */
    while (race->created + race->attached < PROCESSES - race->victims) {
        (void) usleep(50);
    }

    return 0;
}

static void
race_once(race_t *race)
{
    int    i, status, died = 0;

    race->go = race->waiting = race->created = race->attached = 0;
    race->killed = 0;

    for (i = 0; i < PROCESSES; i++) {
        if (fork() == 0) {
            (void) alarm(300);
            _exit(run(race));
        }
    }

    while (race->waiting < PROCESSES) {
        (void) usleep(50);
    }

    race->go = 1;

    while (wait(&status) != -1) {
        if (WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL) {
            died++;
        } else {
            ck_assert_int_eq(status, 0);
        }
    }

    ck_assert_int_eq(died, race->victims);
    ck_assert_int_eq(race->created, 1);
    ck_assert_int_eq(race->attached, PROCESSES - 1 - race->victims);
}

static void
race(int kind, int times, int victims, int flags, int stale)
{
    int        i;
    race_t    *shared;
    ngx_shm_t  shm = { NULL, sizeof(race_t), ngx_null_string, NULL, 0 };

    choose_name(kind);
    ck_assert_int_eq(ngx_shm_alloc(&shm), NGX_OK);
    shared = (race_t *) (void *) shm.addr;
    shared->victims = victims;
    shared->flags = flags;
    fflush(NULL);

    for (i = 0; i < times; i++) {
        if (stale) {
            ngx_shm_segment_t  seg = create(2 * SIZE);

            ngx_shm_close(&seg);
        }

        race_once(shared);
        ck_assert_int_eq(ngx_shm_unlink(name, &log_to_text), NGX_OK);
    }

    ngx_shm_free(&shm);
    compare_world();
}

START_TEST(of_16_at_once_one_creates_and_15_attach)
{
    race(_i, rounds, 0, 0, 0);
}
END_TEST

START_TEST(of_16_the_survivors_agree_if_builders_are_killed)
{
    race(_i, rounds / 4, 3, 0, 0);
}
END_TEST

START_TEST(of_16_one_makes_a_stale_one_anew)
{
    race(_i, rounds / 4, 0, NGX_SHM_FRESH, 1);
}
END_TEST

/* Each creator removes the name at once, under those who just opened it. */
static int
create_and_remove(void *data)
{
    int                i;
    struct stat        st;
    ngx_shm_segment_t  seg;
    ngx_shm_options_t  o = wish(NGX_SHM_CREATE, SIZE);

    (void) data;

    for (i = 0; i < 3 * rounds; i++) {
        if (ngx_shm_open(&seg, name, &o) != NGX_OK) {
            fprintf(stderr, "# %s\n", log_text);
            return 1;
        }

        if (!seg.created || fstat(seg.fd, &st) == -1 || st.st_nlink != 1
            || ngx_shm_unlink(name, NULL) != NGX_OK)
        {
            return 2;
        }

        ngx_shm_close(&seg);
    }

    return 0;
}

START_TEST(what_is_built_has_a_name)
{
    int  i, status;

    choose_name(_i);
    fflush(NULL);

    for (i = 0; i < 4; i++) {
        if (fork() == 0) {
            (void) alarm(300);
            _exit(create_and_remove(NULL));
        }
    }

    while (wait(&status) != -1) {
        ck_assert_int_eq(status, 0);
    }

    compare_world();
}
END_TEST

START_TEST(read_only_is_read_only)
{
    ngx_shm_segment_t  seg, other;

    choose_name(_i);
    ck_assert(refused(NGX_SHM_CREATE|NGX_SHM_RDONLY, SIZE, EINVAL, "written"));
    seg = create(SIZE);
    seg.addr[0] = 'x';
    other = open_or_abort(NGX_SHM_RDONLY, 0);
    ck_assert_int_eq(other.addr[0], 'x');
    ck_assert_int_eq(ngx_shm_grow(&other, 2 * SIZE), NGX_ERROR);
    ck_assert_int_eq(errno, _i == 2 ? ENOTSUP : EACCES);
    ck_assert_int_eq(ngx_shm_ready(&other), NGX_ERROR);
    ck_assert_int_eq(ngx_shm_refresh(&other), NGX_OK);

    /* The system keeps the promise, too: a read() into it is refused. */
    ck_assert_int_eq(mprotect(other.base, 4096, PROT_READ), 0);
    if (_i != 2) {
        ck_assert_int_eq(mprotect(other.base, 4096, PROT_READ|PROT_WRITE), -1);
    }

    ngx_shm_close(&other);
    remove_segment(&seg);
}
END_TEST

START_TEST(bad_arguments_are_refused)
{
    static const struct {
        const char  *name;
        const char  *word;
    } bad[] = {
        { "", "a name begins with posix:/" },
        { "x", "a name begins with posix:/" },
        { "posix", "a name begins with posix:/" },
        { "memory:/x", "a name begins with posix:/" },
        { "posix:", "begins with posix:/" },
        { "posix:x", "begins with posix:/" },
        { "posix:/", "the name behind posix:/ is missing" },
        { "posix:/a/b", "a second slash" },
        { "posix:/..", "are folders" },
        { "file:", "the path behind the colon is missing" },
        { "sysv:", "the path behind the colon is missing" }
    };

    size_t             i;
    ngx_shm_info_t     info;
    ngx_shm_segment_t  seg;
    ngx_shm_options_t  o = wish(NGX_SHM_CREATE, SIZE);

    for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        (void) snprintf(name, sizeof(name), "%s", bad[i].name);
        ck_assert(refused(NGX_SHM_CREATE, SIZE, EINVAL, bad[i].word));
        ck_assert(not_removed(EINVAL, bad[i].word));
        ck_assert_int_eq(ngx_shm_info(&info, name, NULL), NGX_ERROR);
    }

    choose_name(0);
    ck_assert_int_eq(ngx_shm_open(NULL, name, &o), NGX_ERROR);
    ck_assert_int_eq(ngx_shm_open(&seg, NULL, &o), NGX_ERROR);
    ck_assert_int_eq(ngx_shm_open(&seg, name, NULL), NGX_ERROR);
    ck_assert_int_eq(ngx_shm_info(NULL, name, NULL), NGX_ERROR);
    ck_assert_int_eq(ngx_shm_info(&info, NULL, NULL), NGX_ERROR);
    ck_assert_int_eq(ngx_shm_unlink(NULL, NULL), NGX_ERROR);
    ck_assert_int_eq(ngx_shm_ready(NULL), NGX_ERROR);
    ck_assert_int_eq(ngx_shm_grow(NULL, 1), NGX_ERROR);
    ck_assert_int_eq(ngx_shm_refresh(NULL), NGX_ERROR);
    ck_assert_int_eq(ngx_shm_sync(NULL), NGX_ERROR);
    ck_assert_int_eq(ngx_shm_send(NULL, 0), NGX_ERROR);
    ck_assert_int_eq(ngx_shm_recv(NULL, 0, &o), NGX_ERROR);
    ck_assert_int_eq(ngx_shm_recv(&seg, 0, NULL), NGX_ERROR);
    ck_assert_int_eq(errno, EINVAL);
    ngx_shm_close(NULL);
    compare_world();
}
END_TEST

START_TEST(bad_sizes_leave_nothing_behind)
{
    ngx_shm_segment_t  seg;

    choose_name(_i);
    ck_assert(refused(NGX_SHM_CREATE, 0, EINVAL, "no size"));
    ck_assert(refused(NGX_SHM_CREATE, SIZE_MAX, ENOMEM, "mmap"));
    ck_assert(refused(NGX_SHM_CREATE, PTRDIFF_MAX, ENOMEM, "mmap"));
    ck_assert_int_eq(access(path_of(), F_OK), -1);
    compare_world();

    seg = create(SIZE);
    ck_assert(refused(0, SIZE + 1, ERANGE, "smaller"));
    ck_assert(refused(NGX_SHM_CREATE, SIZE + 1, ERANGE, "smaller"));
    seg.addr[0] = 'x';
    ngx_shm_close(&seg);

    /* Not even a stale one is lost by a wish that cannot be granted. */
    ck_assert(refused(NGX_SHM_CREATE|NGX_SHM_FRESH, 0, EINVAL, "no size"));
    ck_assert(refused(NGX_SHM_CREATE|NGX_SHM_FRESH, SIZE_MAX, ENOMEM, ""));
    seg = open_or_abort(0, SIZE);
    ck_assert_int_eq(seg.addr[0], 'x');
    remove_segment(&seg);
}
END_TEST

START_TEST(a_foreign_file_is_refused_and_untouched)
{
    char         text[8] = "";
    FILE        *f;
    const char  *path;

    choose_name(_i);
    path = path_of();
    f = fopen(path, "w");
    fputs("foreign", f);
    fclose(f);

    ck_assert(refused(0, 0, EBADMSG, "not a segment"));
    ck_assert(refused(NGX_SHM_CREATE, SIZE, EBADMSG, "not a segment"));
    ck_assert(refused(NGX_SHM_CREATE|NGX_SHM_FRESH, SIZE, EBADMSG, "not a"));
    ck_assert_int_eq(ngx_shm_unlink(name, NULL), NGX_ERROR);
    ck_assert_int_eq(errno, EBADMSG);

    f = fopen(path, "r");
    ck_assert_ptr_ne(fgets(text, sizeof(text), f), NULL);
    fclose(f);
    ck_assert_str_eq(text, "foreign");
    ck_assert_int_eq(unlink(path), 0);
    compare_world();
}
END_TEST

START_TEST(an_empty_file_is_taken_for_a_dead_creators)
{
    ngx_shm_segment_t  seg;

    choose_name(_i);
    fclose(fopen(path_of(), "w"));
    ck_assert(refused(0, 0, EOWNERDEAD, "died"));
    seg = create(SIZE);
    remove_segment(&seg);
}
END_TEST

/* Bytes of the header's fields that may not change, the highest of a size. */
static struct {
    const char  *field;
    int          offset;
    int          err;
} fields[] = {
    { "magic", 0, EBADMSG }, { "version", 8, EPROTO },
    { "byte order", 12, EPROTO }, { "word size", 16, EPROTO },
    { "page size", 20, EPROTO }, { "offset", 24, EBADMSG },
    { "size", NGX_HAVE_LITTLE_ENDIAN ? 39 : 32, EBADMSG },
    { "greatest size", NGX_HAVE_LITTLE_ENDIAN ? 47 : 40, EBADMSG },
    { "state", 48, EBADMSG }
};

START_TEST(each_field_of_the_header_is_checked)
{
    int                k = _i / 9;
    ngx_shm_segment_t  seg;
    unsigned char     *byte;

    choose_name(k);
    seg = create(SIZE);
    byte = (unsigned char *) seg.base + fields[_i % 9].offset;
    *byte ^= 0xf0;
    ck_assert(refused(0, 0, fields[_i % 9].err,
                      _i % 9 == 0 ? "" : fields[_i % 9].field));
    ck_assert(refused(NGX_SHM_CREATE, SIZE, fields[_i % 9].err, ""));
    *byte ^= 0xf0;
    remove_segment(&seg);
}
END_TEST

START_TEST(a_file_cut_short_is_refused)
{
    ngx_shm_segment_t  seg;

    choose_name(_i);
    seg = create(SIZE);
    ngx_shm_close(&seg);
    ck_assert_int_eq(truncate(path_of(), 5000), 0);
    ck_assert(refused(0, 0, EBADMSG, "larger than its file"));
    ck_assert_int_eq(truncate(path_of(), 50), 0);
    ck_assert(refused(0, 0, EBADMSG, "not a segment"));
    ck_assert_int_eq(unlink(path_of()), 0);
    compare_world();
}
END_TEST

static uint32_t
random_number(void)
{
    static uint32_t  x = 2463534242u;

    x ^= x << 13;
    x ^= x >> 17;
    x ^= x << 5;
    return x;
}

/* Whatever stands there: an answer, and no crash. */
START_TEST(no_header_does_harm)
{
    int                i, k, fd, opened = 0, times = 50 * rounds;
    ssize_t            done;
    unsigned char      good[80], bad[80];
    ngx_shm_segment_t  seg;
    ngx_shm_options_t  o = wish(0, 0);

    choose_name(_i);
    seg = create(SIZE);
    memcpy(good, seg.base, sizeof(good));
    ngx_shm_close(&seg);
    fd = open(path_of(), O_RDWR);
    o.timeout_ms = 1;
    o.log = NULL;

    for (i = 0; i < times; i++) {
        memcpy(bad, good, sizeof(bad));

        for (k = random_number() % 4; k >= 0; k--) {
            bad[random_number() % sizeof(bad)] = (unsigned char)
                                                 random_number();
        }

        done = pwrite(fd, bad, sizeof(bad), 0);
        ck_assert_int_eq(done, sizeof(bad));
        o.flags = random_number() % 2 ? NGX_SHM_RDONLY : 0;

        if (ngx_shm_open(&seg, name, &o) == NGX_OK) {
            ck_assert_uint_le(seg.size, SIZE);
            ck_assert_int_eq(seg.addr[seg.size - 1], 0);
            ngx_shm_close(&seg);
            opened++;

        } else {
            ck_assert_int_ne(errno, 0);
        }
    }

    ck_assert_int_gt(opened, 0);
    ck_assert_int_lt(opened, times);
    close(fd);
    ck_assert_int_eq(unlink(path_of()), 0);
    compare_world();
}
END_TEST

/* Only root can be, and not where root is alone in its name space. */
static int
can_be_somebody_else(void)
{
    int    status = -1;
    pid_t  pid;

    fflush(NULL);
    pid = fork();

    if (pid == 0) {
        _exit(setuid(4711) != 0);
    }

    (void) waitpid(pid, &status, 0);
    return status == 0;
}

START_TEST(trusted_means_nobody_else_could_have_made_it)
{
    char               other[200];
    ngx_shm_segment_t  seg;

    choose_name(_i);
    seg = create(SIZE);
    ngx_shm_close(&seg);
    seg = open_or_abort(NGX_SHM_TRUSTED, SIZE);
    ngx_shm_close(&seg);

    ck_assert_int_eq(chmod(path_of(), 0666), 0);
    ck_assert(refused(NGX_SHM_TRUSTED, 0, EPERM, "everybody may write"));
    seg = open_or_abort(0, SIZE);
    ngx_shm_close(&seg);
    ck_assert_int_eq(chmod(path_of(), 0600), 0);

    (void) snprintf(other, sizeof(other), "%s.2", path_of());
    ck_assert_int_eq(link(path_of(), other), 0);
    ck_assert(refused(NGX_SHM_TRUSTED, 0, EPERM, "further names"));
    ck_assert_int_eq(unlink(other), 0);

    ck_assert_int_eq(rename(path_of(), other), 0);
    ck_assert_int_eq(symlink(other, path_of()), 0);
    ck_assert(refused(NGX_SHM_TRUSTED, 0, EPERM, "symbolic link"));
    ck_assert(refused(NGX_SHM_TRUSTED|NGX_SHM_CREATE, SIZE, EPERM, "symbol"));
    ck_assert_int_eq(unlink(path_of()), 0);
    ck_assert_int_eq(rename(other, path_of()), 0);
    ck_assert_int_eq(ngx_shm_unlink(name, NULL), NGX_OK);
    compare_world();
}
END_TEST

START_TEST(trusted_means_ours_or_roots)
{
    ngx_shm_segment_t  seg;

    choose_name(_i);

    if (!can_be_somebody_else()) {
        skip_test(__func__, _i, NOT_ROOT);
        return;
    }

    seg = create(SIZE);
    ck_assert_int_eq(chown(path_of(), 4711, (gid_t) -1), 0);
    ck_assert(refused(NGX_SHM_TRUSTED, 0, EPERM, "somebody else"));
    ck_assert_int_eq(chown(path_of(), 0, (gid_t) -1), 0);
    remove_segment(&seg);
}
END_TEST

START_TEST(an_owner_is_as_wished)
{
    struct stat        st;
    ngx_shm_segment_t  seg;
    ngx_shm_options_t  o = wish(NGX_SHM_CREATE, SIZE);

    choose_name(_i);

    if (!can_be_somebody_else()) {
        skip_test(__func__, _i, NOT_ROOT);
        return;
    }

    o.set_owner = 1;
    o.owner = 4711;
    o.group = getegid();
    ck_assert_int_eq(ngx_shm_open(&seg, name, &o), NGX_OK);
    ck_assert_int_eq(ngx_shm_ready(&seg), NGX_OK);
    ck_assert_int_eq(fstat(seg.fd, &st), 0);
    ck_assert_int_eq(st.st_uid, 4711);
    remove_segment(&seg);
}
END_TEST

START_TEST(mode_and_owner_are_as_wished)
{
    mode_t             old = umask(077);
    struct stat        st;
    ngx_shm_segment_t  seg;
    ngx_shm_options_t  o = wish(NGX_SHM_CREATE, SIZE);

    choose_name(_i);
    seg = create(SIZE);
    ck_assert_int_eq(fstat(seg.fd, &st), 0);
    ck_assert_int_eq(st.st_mode & 0777, 0600);
    remove_segment(&seg);

    o.mode = 0664;
    o.set_owner = 1;
    o.owner = geteuid();
    o.group = getegid();

    ck_assert_int_eq(ngx_shm_open(&seg, name, &o), NGX_OK);
    ck_assert_int_eq(ngx_shm_ready(&seg), NGX_OK);
    ck_assert_int_eq(fstat(seg.fd, &st), 0);
    ck_assert_int_eq(st.st_mode & 0777, 0664);
    ck_assert_int_eq(st.st_uid, o.owner);
    remove_segment(&seg);
    (void) umask(old);
}
END_TEST

static int
is_not_permitted(void *data)
{
    (void) data;

    return setuid(4711) == -1 || !refused(0, 0, EACCES, "permission")
           || !refused(NGX_SHM_RDONLY, 0, EACCES, "permission");
}

static int
may_read_only(void *data)
{
    (void) data;

    ngx_shm_segment_t  seg;
    ngx_shm_options_t  o = wish(NGX_SHM_RDONLY, 0);

    if (setuid(4711) == -1 || !refused(0, 0, EACCES, "permission")) {
        return 1;
    }

    return ngx_shm_open(&seg, name, &o) != NGX_OK || seg.addr[0] != 'x';
}

START_TEST(what_is_missing_is_named)
{
    choose_name(_i);
    ck_assert(refused(0, 0, ENOENT, "there is no such name in /"));
    ck_assert(not_removed(ENOENT, "there is no such name in /"));
    ck_assert_ptr_eq(strstr(log_text, "is not there"), NULL);

    if (_i != 0) {
        (void) snprintf(name, sizeof(name), "%s:/no/such/folder/x",
                        _i == 1 ? "file" : "sysv");
        ck_assert(refused(NGX_SHM_CREATE, SIZE, ENOENT,
                          "the folder /no/such/folder is not there"));
    }
}
END_TEST

/* In a folder like /tmp, a file that all may read. */
static int
is_told_who_may(void *data)
{
    const char  *word = "it belongs to user 0, and from the sticky folder /";

    (void) data;

    /* glibc's shm_unlink() says EACCES for EPERM */
    return setuid(4711) == -1
           || (!not_removed(EPERM, word) && !not_removed(EACCES, word))
           || !refused(0, 0, EACCES, "belongs to user 0 and has the mode 0444");
}

START_TEST(who_may_remove_it_is_told)
{
    ngx_shm_segment_t  seg;
    ngx_shm_options_t  o = wish(NGX_SHM_CREATE, SIZE);

    choose_name(_i);

    if (_i == 2 || !can_be_somebody_else()) {
        return;
    }

    o.mode = 0444;
    ck_assert_int_eq(ngx_shm_open(&seg, name, &o), NGX_OK);
    ck_assert_int_eq(ngx_shm_ready(&seg), NGX_OK);
    ck_assert_int_eq(chmod(dir, 01777), 0);
    in_child(is_told_who_may, NULL);
    ck_assert_int_eq(chmod(dir, 0700), 0);
    remove_segment(&seg);
}
END_TEST

START_TEST(each_process_maps_with_its_own_permissions)
{
    ngx_shm_segment_t  seg;
    ngx_shm_options_t  o = wish(NGX_SHM_CREATE, SIZE);

    choose_name(_i);

    if (!can_be_somebody_else()) {
        skip_test(__func__, _i, NOT_ROOT);
        return;
    }

    if (_i == 2 && getenv("NGX_EMULATED") != NULL) {
        skip_test(__func__, _i, "qemu mixes up the mode of System V segments");
        return;
    }

    ck_assert_int_eq(chmod(dir, 0755), 0);
    seg = create(SIZE);
    in_child(is_not_permitted, NULL);
    remove_segment(&seg);

    o.mode = 0644;
    ck_assert_int_eq(ngx_shm_open(&seg, name, &o), NGX_OK);
    seg.addr[0] = 'x';
    ck_assert_int_eq(ngx_shm_ready(&seg), NGX_OK);
    in_child(may_read_only, NULL);
    remove_segment(&seg);
}
END_TEST

static int
grow_to_a_megabyte(void *data)
{
    ngx_shm_segment_t  seg;
    ngx_shm_options_t  o = wish(0, 0);

    (void) data;

    if (ngx_shm_open(&seg, name, &o) != NGX_OK
        || ngx_shm_grow(&seg, (size_t) 1 << 20) != NGX_OK)
    {
        return 1;
    }

    seg.addr[seg.size - 1] = 'g';
    return seg.size != (size_t) 1 << 20;
}

START_TEST(all_see_a_segment_grow)
{
    unsigned char     *addr;
    ngx_shm_segment_t  seg;
    ngx_shm_options_t  o = wish(NGX_SHM_CREATE, SIZE);

    choose_name(_i);
    o.max_size = (size_t) 1 << 20;
    ck_assert_int_eq(ngx_shm_open(&seg, name, &o), NGX_OK);
    ck_assert_int_eq(ngx_shm_ready(&seg), NGX_OK);
    seg.addr[0] = 'x';
    addr = seg.addr;

    in_child(grow_to_a_megabyte, NULL);
    ck_assert_uint_eq(seg.size, SIZE);
    ck_assert_int_eq(ngx_shm_refresh(&seg), NGX_OK);
    ck_assert_uint_eq(seg.size, (size_t) 1 << 20);
    ck_assert_ptr_eq(seg.addr, addr);
    ck_assert_int_eq(seg.addr[seg.size - 1], 'g');
    ck_assert_int_eq(seg.addr[SIZE], 0);

    /* Less is not less; more than was reserved moves it. */
    ck_assert_int_eq(ngx_shm_grow(&seg, 1), NGX_OK);
    ck_assert_uint_eq(seg.size, (size_t) 1 << 20);
    ck_assert_int_eq(ngx_shm_grow(&seg, (size_t) 3 << 20), NGX_OK);
    ck_assert_uint_eq(seg.size, (size_t) 3 << 20);
    ck_assert_int_eq(seg.addr[0], 'x');
    ck_assert_int_eq(seg.addr[seg.size - 1], 0);
    ck_assert_int_eq(ngx_shm_sync(&seg), NGX_OK);

    ck_assert_int_eq(ngx_shm_grow(&seg, SIZE_MAX), NGX_ERROR);
    ck_assert_int_eq(errno, ENOMEM);
    ck_assert(sizeof(size_t) == 4
              || ngx_shm_grow(&seg, PTRDIFF_MAX / 2) == NGX_ERROR);
    ck_assert_uint_eq(seg.size, (size_t) 3 << 20);
    remove_segment(&seg);
}
END_TEST

START_TEST(any_call_sees_a_segment_grow)
{
    ngx_shm_segment_t  seg, other;
    ngx_shm_options_t  o = wish(NGX_SHM_CREATE, SIZE);

    choose_name(_i);
    o.max_size = (size_t) 1 << 20;
    ck_assert_int_eq(ngx_shm_open(&seg, name, &o), NGX_OK);
    ck_assert_int_eq(ngx_shm_ready(&seg), NGX_OK);
    other = open_or_abort(0, SIZE);

    in_child(grow_to_a_megabyte, NULL);
    ck_assert_uint_eq(seg.size, SIZE);
    ck_assert_int_eq(ngx_shm_sync(&seg), NGX_OK);
    ck_assert_uint_eq(seg.size, (size_t) 1 << 20);
    ck_assert_int_eq(seg.addr[seg.size - 1], 'g');
    ck_assert_int_eq(ngx_shm_grow(&other, 1), NGX_OK);
    ck_assert_uint_eq(other.size, (size_t) 1 << 20);
    ck_assert_int_eq(other.addr[other.size - 1], 'g');
    ngx_shm_close(&other);
    remove_segment(&seg);
}
END_TEST

/* In another process: a pool it finds, and one that it puts into more room. */
static int
use_pools(void *data)
{
    void              *p;
    size_t             old = (size_t) 1 << 20;
    ngx_slab_pool_t   *first, *second;
    ngx_shm_segment_t  seg;
    ngx_shm_options_t  o = wish(0, 0);

    if (ngx_shm_open(&seg, name, &o) != NGX_OK
        || ngx_shm_grow(&seg, 2 * old) != NGX_OK)
    {
        return 1;
    }

    first = ngx_slab_attach(seg.addr, seg.size);
    second = ngx_slab_create(seg.addr + old, seg.size - old, 0);

    if (first == NULL || second == NULL) {
        return 2;
    }

    /* The first has not grown with it. */
    p = ngx_slab_alloc(second, 900000);
    *(uintptr_t *) data = ngx_slab_offset(seg.addr, p);

    if (p == NULL || ngx_slab_alloc(first, 1100000) != NULL) {
        return 3;
    }

    memset(p, 'b', 900000);
    return ngx_slab_check(first) != NGX_OK || ngx_slab_check(second) != NGX_OK;
}

START_TEST(a_pool_keeps_its_size_and_another_takes_the_rest)
{
    uintptr_t         *offset;
    ngx_shm_t          shm = { .size = sizeof(uintptr_t) };
    ngx_slab_usage_t   usage;
    ngx_slab_pool_t   *first, *second;
    ngx_shm_segment_t  seg;
    ngx_shm_options_t  o = wish(NGX_SHM_CREATE, (size_t) 1 << 20);

    choose_name(_i);
    o.max_size = (size_t) 4 << 20;
    ck_assert_int_eq(ngx_shm_open(&seg, name, &o), NGX_OK);
    first = ngx_slab_create(seg.addr, seg.size, 0);
    ck_assert_ptr_ne(first, NULL);
    ck_assert_int_eq(ngx_shm_ready(&seg), NGX_OK);
    ck_assert_int_eq(ngx_shm_alloc(&shm), NGX_OK);
    offset = (uintptr_t *) (void *) shm.addr;
    in_child(use_pools, offset);

    ck_assert_int_eq(ngx_shm_refresh(&seg), NGX_OK);
    ck_assert_uint_eq(seg.size, (size_t) 2 << 20);
    ck_assert_int_eq(seg.addr[*offset + 899999], 'b');
    second = ngx_slab_attach(seg.addr + ((size_t) 1 << 20), (size_t) 1 << 20);
    ck_assert_ptr_ne(second, NULL);
    ck_assert_int_eq(ngx_slab_usage(first, &usage), NGX_OK);
    ck_assert_uint_eq(usage.size, (size_t) 1 << 20);
    ck_assert_uint_eq(usage.chunks, 0);
    ngx_slab_free(second, seg.addr + *offset);
    ck_assert_int_eq(ngx_slab_usage(second, &usage), NGX_OK);
    ck_assert_uint_eq(usage.chunks, 0);
    ngx_shm_free(&shm);
    remove_segment(&seg);
}
END_TEST

START_TEST(a_builder_may_grow_what_it_builds)
{
    ngx_shm_segment_t  seg;

    choose_name(_i);
    seg = open_or_abort(NGX_SHM_CREATE, SIZE);
    ck_assert_int_eq(ngx_shm_grow(&seg, 3 * SIZE), NGX_OK);
    ck_assert(refused(0, 0, ETIMEDOUT, "still building"));
    ck_assert_int_eq(ngx_shm_ready(&seg), NGX_OK);
    ck_assert_uint_eq(seg.size, 3 * SIZE);
    remove_segment(&seg);
}
END_TEST

START_TEST(a_system_v_segment_says_that_it_cannot)
{
    ngx_shm_segment_t  seg;

    choose_name(2);
    seg = create(SIZE);
    ck_assert_int_eq(ngx_shm_grow(&seg, 2 * SIZE), NGX_ERROR);
    ck_assert_int_eq(errno, ENOTSUP);
    ck_assert_int_eq(ngx_shm_sync(&seg), NGX_ERROR);
    ck_assert_int_eq(errno, ENOTSUP);
    ck_assert_int_eq(ngx_shm_send(&seg, 0), NGX_ERROR);
    ck_assert_int_eq(errno, ENOTSUP);
    remove_segment(&seg);
}
END_TEST

static int
receive_and_grow(void *data)
{
    int               *sock = data;
    ngx_shm_segment_t  seg;
    ngx_shm_options_t  o = wish(NGX_SHM_TRUSTED, SIZE);

    if (ngx_shm_recv(&seg, *sock, &o) != NGX_OK) {
        fprintf(stderr, "# %s\n", log_text);
        return 1;
    }

    if (seg.addr[0] != 'm' || ngx_shm_grow(&seg, 2 * SIZE) != NGX_OK) {
        return 2;
    }

    seg.addr[2 * SIZE - 1] = 'r';

    /* It is sealed: nobody cuts it under us. */
    return ftruncate(seg.fd, 0) != -1 || errno != EPERM;
}

START_TEST(a_memfd_is_passed_over_a_socket)
{
    int                sock[2];
    ngx_shm_segment_t  seg;

    remember_world();
    (void) snprintf(name, sizeof(name), "memfd:");
    ck_assert(refused(0, 0, EINVAL, "created or received"));
    seg = open_or_abort(NGX_SHM_CREATE, SIZE);
    ck_assert_int_eq(socketpair(AF_UNIX, SOCK_STREAM, 0, sock), 0);
    ck_assert_int_eq(ngx_shm_send(&seg, sock[0]), NGX_ERROR);
    ck_assert_int_eq(errno, EINVAL);
    ck_assert_int_eq(ngx_shm_ready(&seg), NGX_OK);
    seg.addr[0] = 'm';
    ck_assert_int_eq(ngx_shm_send(&seg, sock[0]), NGX_OK);
    in_child(receive_and_grow, &sock[1]);
    ck_assert_int_eq(ngx_shm_refresh(&seg), NGX_OK);
    ck_assert_uint_eq(seg.size, 2 * SIZE);
    ck_assert_int_eq(seg.addr[2 * SIZE - 1], 'r');
    ngx_shm_close(&seg);
    close(sock[0]);
    close(sock[1]);
    compare_world();
}
END_TEST

/* Send n descriptors with a byte, as anybody could. */
static void
send_raw(int sock, int fd, int n, char byte)
{
    struct iovec    iov = { &byte, 1 };
    struct msghdr   msg;
    struct cmsghdr *cmsg;
    union {
        struct cmsghdr  header;
        char            space[CMSG_SPACE(16 * sizeof(int))];
    } control;
    int             i;

    memset(&msg, 0, sizeof(msg));
    memset(&control, 0, sizeof(control));
    msg.msg_iov = &iov;
    msg.msg_iovlen = 1;

    if (n > 0) {
        msg.msg_control = control.space;
        msg.msg_controllen = CMSG_SPACE((size_t) n * sizeof(int));
        cmsg = CMSG_FIRSTHDR(&msg);
        cmsg->cmsg_level = SOL_SOCKET;
        cmsg->cmsg_type = SCM_RIGHTS;
        cmsg->cmsg_len = CMSG_LEN((size_t) n * sizeof(int));

        for (i = 0; i < n; i++) {
            memcpy(CMSG_DATA(cmsg) + (size_t) i * sizeof(int), &fd,
                   sizeof(int));
        }
    }

    ck_assert_int_eq(sendmsg(sock, &msg, 0), 1);
}

static void
refused_from(int sock, int err, ngx_uint_t flags)
{
    ngx_shm_segment_t  seg;
    ngx_shm_options_t  o = wish(flags, 0);

    log_clear();
    ck_assert_int_eq(ngx_shm_recv(&seg, sock, &o), NGX_ERROR);
    ck_assert_int_eq(errno, err);
    ck_assert_str_ne(log_text, "");
}

START_TEST(what_comes_over_a_socket_is_not_believed)
{
    int                sock[2], fd, zero;
    ssize_t            done;
    ngx_shm_segment_t  seg;

    choose_name(0);
    seg = create(SIZE);
    ck_assert_int_eq(socketpair(AF_UNIX, SOCK_STREAM, 0, sock), 0);
    zero = open("/dev/zero", O_RDWR);
    fd = memfd_create("x", MFD_CLOEXEC|MFD_ALLOW_SEALING);
    done = write(fd, seg.base, 4096);
    ck_assert_int_eq(done, 4096);
    ck_assert_int_eq(ftruncate(fd, 4096 + SIZE), 0);

    send_raw(sock[0], fd, 0, 's');
    refused_from(sock[1], EPROTO, 0);
    send_raw(sock[0], fd, 2, 's');
    refused_from(sock[1], EPROTO, 0);

    /* More than there is room for; qemu keeps those that were cut off. */
    if (getenv("NGX_EMULATED") == NULL) {
        send_raw(sock[0], fd, 16, 's');
        refused_from(sock[1], EPROTO, 0);
    }

    send_raw(sock[0], seg.fd, 1, 'x');
    refused_from(sock[1], EPROTO, 0);
    send_raw(sock[0], zero, 1, 's');
    refused_from(sock[1], EBADMSG, 0);
    send_raw(sock[0], fd, 1, 's');
    refused_from(sock[1], EPERM, 0);

    ck_assert_int_eq(fcntl(fd, F_ADD_SEALS, F_SEAL_SHRINK), 0);
    send_raw(sock[0], fd, 1, 's');
    {
        ngx_shm_segment_t  got;
        ngx_shm_options_t  o = wish(0, SIZE);

        ck_assert_int_eq(ngx_shm_recv(&got, sock[1], &o), NGX_OK);
        ngx_shm_close(&got);
    }

    close(sock[0]);
    refused_from(sock[1], EPIPE, 0);
    close(sock[1]);
    refused_from(sock[1], EBADF, 0);
    close(zero);
    close(fd);
    remove_segment(&seg);
}
END_TEST

static int
is_too_small(void *data)
{
    size_t             size = *(size_t *) data;
    ngx_shm_segment_t  seg;
    ngx_shm_options_t  o = wish(NGX_SHM_CREATE, size / 2);

    if (private_tmpfs("/dev/shm", size) == -1) {
        return CANNOT;
    }

    choose_name(0);

    if (!refused(NGX_SHM_CREATE, size, ENOSPC, "/dev/shm has")
        || access(path_of(), F_OK) != -1)
    {
        return 1;
    }

    if (ngx_shm_open(&seg, name, &o) != NGX_OK
        || ngx_shm_ready(&seg) != NGX_OK)
    {
        return 2;
    }

    /* Growing fails as cleanly, and what there is stays. */
    memset(seg.addr, 1, seg.size);
    log_clear();

    if (ngx_shm_grow(&seg, size) != NGX_ERROR || errno != ENOSPC
        || seg.size != size / 2 || strstr(log_text, "/dev/shm has") == NULL)
    {
        fprintf(stderr, "# %s\n", log_text);
        return 3;
    }

    memset(seg.addr, 2, seg.size);
    ngx_shm_close(&seg);
    return ngx_shm_unlink(name, NULL) != NGX_OK;
}

static int
is_absent(void *data)
{
    (void) data;

    if (private_tmpfs("/dev", 4096) == -1) {
        return CANNOT;
    }

    (void) snprintf(name, sizeof(name), "posix:/x");
    return !refused(NGX_SHM_CREATE, SIZE, ENOENT, "/dev/shm is not there");
}

static int
set_number(const char *path, const char *number)
{
    int      fd = open(path, O_WRONLY);
    ssize_t  n = fd != -1 ? write(fd, number, strlen(number)) : -1;

    (void) close(fd);
    return n > 0 ? 0 : -1;
}

static int
is_beyond_system_v(void *data)
{
    (void) data;

    if (private_tmpfs("/dev/shm", 4096) == -1
        || set_number("/proc/sys/kernel/shmmax", "65536") == -1)
    {
        return CANNOT;
    }

    choose_name(2);

    if (!refused(NGX_SHM_CREATE, 1 << 20, EINVAL, "SHMMAX) is 65536")
        || set_number("/proc/sys/kernel/shmall", "4") == -1
        || !refused(NGX_SHM_CREATE, 60000, ENOSPC, "SHMALL) is 4")
        || set_number("/proc/sys/kernel/shmall", "1000") == -1
        || set_number("/proc/sys/kernel/shmmni", "0") == -1
        || !refused(NGX_SHM_CREATE, 60000, ENOSPC, "SHMMNI) is 0"))
    {
        return 1;
    }

    return access(path_of(), F_OK) != -1;
}

START_TEST(a_small_dev_shm_is_named)
{
    size_t  sizes[] = { 65536, (size_t) 1 << 20 };

    in_child_if_possible(is_too_small, &sizes[_i], NO_NAME_SPACE);
}
END_TEST

START_TEST(no_dev_shm_is_named)
{
    in_child_if_possible(is_absent, NULL, NO_NAME_SPACE);
}
END_TEST

START_TEST(the_limits_of_system_v_are_named)
{
    in_child_if_possible(is_beyond_system_v, NULL, NO_NAME_SPACE);
}
END_TEST

int
main(void)
{
    int       failed;
    char      command[96];
    Suite    *suite = suite_create("named");
    TCase    *each = tcase_create("each kind");
    TCase    *files = tcase_create("files");
    TCase    *races = tcase_create("races");
    TCase    *other = tcase_create("other");
    SRunner  *runner = srunner_create(suite);

    (void) snprintf(dir, sizeof(dir), "/tmp/ngx-shm-named.XXXXXX");

    if (mkdtemp(dir) == NULL) {
        perror("mkdtemp");
        return 1;
    }

    if (getenv("NGX_SHM_ROUNDS") != NULL) {
        rounds = atoi(getenv("NGX_SHM_ROUNDS"));
    }

    tcase_set_timeout(each, 300);
    tcase_set_timeout(files, 300);
    tcase_set_timeout(races, 600);
    tcase_set_timeout(other, 300);

#define EACH(test)  tcase_add_loop_test(each, test, 0, KINDS)
    EACH(another_process_attaches_by_name);
    EACH(a_segment_outlives_its_processes_until_unlinked);
    EACH(only_one_may_create_exclusively);
    EACH(a_fresh_one_is_made_only_if_nobody_has_it);
    EACH(who_attaches_waits_for_ready_but_not_for_ever);
    EACH(a_dead_builder_is_noticed_and_replaced);
    EACH(read_only_is_read_only);
    EACH(bad_sizes_leave_nothing_behind);
    EACH(a_foreign_file_is_refused_and_untouched);
    EACH(an_empty_file_is_taken_for_a_dead_creators);
    EACH(trusted_means_nobody_else_could_have_made_it);
    EACH(trusted_means_ours_or_roots);
    EACH(an_owner_is_as_wished);
    EACH(mode_and_owner_are_as_wished);
    EACH(what_is_missing_is_named);
    EACH(who_may_remove_it_is_told);
    EACH(each_process_maps_with_its_own_permissions);
    tcase_add_loop_test(each, each_field_of_the_header_is_checked, 0,
                        KINDS * 9);

#define FILES(test)  tcase_add_loop_test(files, test, 0, 2)
    FILES(a_file_cut_short_is_refused);
    FILES(no_header_does_harm);
    FILES(all_see_a_segment_grow);
    FILES(any_call_sees_a_segment_grow);
    FILES(a_pool_keeps_its_size_and_another_takes_the_rest);
    FILES(a_builder_may_grow_what_it_builds);

#define RACE(test)  tcase_add_loop_test(races, test, 0, KINDS)
    RACE(of_16_at_once_one_creates_and_15_attach);
    RACE(of_16_the_survivors_agree_if_builders_are_killed);
    RACE(of_16_one_makes_a_stale_one_anew);
    RACE(what_is_built_has_a_name);

    tcase_add_test(other, bad_arguments_are_refused);
    tcase_add_test(other, a_system_v_segment_says_that_it_cannot);
    tcase_add_test(other, a_memfd_is_passed_over_a_socket);
    tcase_add_test(other, what_comes_over_a_socket_is_not_believed);
    tcase_add_loop_test(other, a_small_dev_shm_is_named, 0, 2);
    tcase_add_test(other, no_dev_shm_is_named);
    tcase_add_test(other, the_limits_of_system_v_are_named);

    suite_add_tcase(suite, each);
    suite_add_tcase(suite, files);
    suite_add_tcase(suite, races);
    suite_add_tcase(suite, other);
    failed = run_tests(runner);

    (void) snprintf(command, sizeof(command), "rm -rf '%s'", dir);
    failed += system(command) != 0;

    return failed != 0;
}
