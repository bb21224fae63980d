/*
 * tool_about.c - ngx-shm features, ngx-shm backends: what this build and this
 * system have.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include "ngx_auto_config.h"
#include "tool.h"

#include <stdlib.h>
#include <sys/resource.h>
#include <sys/statvfs.h>

#define MAX       32
#define NO_LIMIT  ((intmax_t) 1 << 60)     /* Linux writes numbers beyond it */

static const struct {
    const char  *macro;
    const char  *answer;
    const char  *words;
    const char  *evidence;
} features[] = {
#include "ngx_shm_features.h"
};

#define FEATURES  (sizeof(features) / sizeof(features[0]))

static int
features_in_json(void)
{
    size_t  i;

    printf("{\"features\": [");

    for (i = 0; i < FEATURES; i++) {
        printf("%s\n{", i == 0 ? "" : ",");
        tool_json_text("macro", features[i].macro);
        tool_json_number("answer", atol(features[i].answer));
        tool_json_text("words", features[i].words);
        printf("\"evidence\": ");
        tool_json_string(features[i].evidence);
        printf("}");
    }

    printf("\n]}\n");
    return TOOL_YES;
}

int
tool_features(const tool_t *tool)
{
    size_t  i;

    if (tool->json) {
        return features_in_json();
    }

    for (i = 0; i < FEATURES; i++) {
        printf("%-30s ", features[i].macro);
        tool_colored(tool, strcmp(features[i].answer, "0") == 0 ? 'r' : 'g',
                     "%-3s", features[i].answer);
        printf(" %s: %s\n", features[i].words, features[i].evidence);
    }

    return TOOL_YES;
}

/* A limit of the system: what it is, how much, and what would raise it. */
typedef struct {
    const char  *name;
    uintmax_t    value;
    int          known;         /* 0: there is none */
    int          bytes;
    const char  *todo;
} limit_t;

static limit_t
limit_of_file(const char *name, const char *path, int bytes, const char *todo)
{
    limit_t   limit;
    intmax_t  n = tool_read_number(path);

    limit.name = name;
    limit.known = n != -1 && n < NO_LIMIT;
    limit.value = (uintmax_t) n;
    limit.bytes = bytes;
    limit.todo = todo;
    return limit;
}

static limit_t
limit_of_process(const char *name, int resource, const char *todo)
{
    limit_t        limit;
    struct rlimit  max;

    limit.name = name;
    limit.known = getrlimit(resource, &max) == 0
                  && max.rlim_cur != RLIM_INFINITY;
    limit.value = limit.known ? max.rlim_cur : 0;
    limit.bytes = resource != RLIMIT_NOFILE;
    limit.todo = todo;
    return limit;
}

static limit_t
limit_of_space(const char *name, const char *place, int free_now,
    const char *todo)
{
    limit_t         limit;
    struct statvfs  fs;

    memset(&limit, 0, sizeof(limit));
    limit.name = name;
    limit.bytes = 1;
    limit.todo = todo;

    if (statvfs(place, &fs) == 0 && fs.f_blocks != 0) {
        limit.known = 1;
        limit.value = (uintmax_t) (free_now ? fs.f_bavail : fs.f_blocks)
                      * fs.f_frsize;
    }

    return limit;
}

static size_t
read_limits(limit_t *limits)
{
    size_t       n = 0;
    const char  *tmp = getenv("TMPDIR");

    limits[n++] = limit_of_file("kernel.shmmax",
        "/proc/sys/kernel/shmmax", 1, "bytes of a System V segment; sysctl -w");
    limits[n++] = limit_of_file("kernel.shmall",
        "/proc/sys/kernel/shmall", 0, "pages of all of them; sysctl -w");
    limits[n++] = limit_of_file("kernel.shmmni",
        "/proc/sys/kernel/shmmni", 0, "how many there may be; sysctl -w");
    limits[n++] = limit_of_space("/dev/shm", "/dev/shm", 0,
        "mount -o remount,size=N /dev/shm; docker run --shm-size=N");
    limits[n++] = limit_of_space("/dev/shm, free", "/dev/shm", 1,
        "ngx-shm list shows what is there, ngx-shm rm removes it");
    limits[n++] = limit_of_space("folder of \"file\", free",
        tmp != NULL && *tmp != '\0' ? tmp : "/tmp", 1,
        "set TMPDIR to a larger one");
    limits[n++] = limit_of_process("RLIMIT_AS", RLIMIT_AS, "ulimit -v");
    limits[n++] = limit_of_process("RLIMIT_FSIZE", RLIMIT_FSIZE, "ulimit -f");
    limits[n++] = limit_of_process("RLIMIT_NOFILE", RLIMIT_NOFILE,
        "ulimit -n");
    limits[n++] = limit_of_file("vm.overcommit_memory",
        "/proc/sys/vm/overcommit_memory", 0,
        "2 forbids more than there is; sysctl -w");
    limits[n++] = limit_of_file("memory.max",
        "/sys/fs/cgroup/memory.max", 1, "more memory for the container");

    return n;
}

static void
limits_in_json(const limit_t *limits, size_t n)
{
    size_t  i;

    printf("\"limits\": [");

    for (i = 0; i < n; i++) {
        printf("%s\n{", i == 0 ? "" : ",");
        tool_json_text("name", limits[i].name);

        if (limits[i].known) {
            printf("\"value\": %ju, ", limits[i].value);
        } else {
            printf("\"value\": null, ");
        }

        printf("\"raise\": ");
        tool_json_string(limits[i].todo);
        printf("}");
    }

    printf("\n]");
}

static void
backends_in_json(const ngx_shm_backend_t *list, ngx_uint_t n)
{
    ngx_uint_t  i;

    printf("{\"backends\": [");

    for (i = 0; i < n; i++) {
        printf("%s\n{", i == 0 ? "" : ",");
        tool_json_text("name", list[i].name);
        tool_json_text("feature", list[i].feature);
        tool_json_number("automatic", (intmax_t) list[i].automatic);
        tool_json_number("compiled", (intmax_t) list[i].compiled);
        tool_json_number("works", (intmax_t) list[i].works);
        tool_json_number("errno", list[i].err);
        printf("\"reason\": ");
        tool_json_string(list[i].reason);
        printf("}");
    }

    printf("\n],\n");
}

static void
print_error(ngx_err_t err)
{
    if (err != 0) {
        printf(" (%d: %s)", err, strerror(err));
    }

    putchar('\n');
}

static void
backends_for_people(const tool_t *tool, const ngx_shm_backend_t *list,
    ngx_uint_t n)
{
    ngx_uint_t  i;

    for (i = 0; i < n; i++) {
        printf("%-9s ", list[i].name);

        if (list[i].works) {
            tool_colored(tool, 'g', "works");
            printf("%s\n", list[i].automatic ? "" : ", by its name only");

        } else {
            tool_colored(tool, 'r', list[i].err == 0 ? "killed"
                                    : list[i].compiled ? "refused"
                                    : "not built in");
            printf(": %s", list[i].reason);
            print_error(list[i].err);
        }
    }
}

static void
limits_for_people(const limit_t *limits, size_t n)
{
    char    buf[32];
    size_t  i;

    putchar('\n');

    for (i = 0; i < n; i++) {
        if (!limits[i].known) {
            (void) snprintf(buf, sizeof(buf), "none");
        } else if (limits[i].bytes) {
            (void) tool_bytes(limits[i].value, buf, sizeof(buf));
        } else {
            (void) snprintf(buf, sizeof(buf), "%ju", limits[i].value);
        }

        printf("%-23s %20s  %s\n", limits[i].name, buf, limits[i].todo);
    }
}

int
tool_backends(const tool_t *tool)
{
    size_t             limits;
    limit_t            limit[MAX];
    ngx_uint_t         i, n, works = 0;
    ngx_shm_backend_t  list[MAX];

    n = tool_ask_backends(list, MAX);
    limits = read_limits(limit);

    for (i = 0; i < n; i++) {
        works += list[i].works;
    }

    if (tool->json) {
        backends_in_json(list, n);
        limits_in_json(limit, limits);
        printf("}\n");

    } else {
        backends_for_people(tool, list, n);
        limits_for_people(limit, limits);
    }

    return works != 0 ? TOOL_YES : TOOL_NO;
}
