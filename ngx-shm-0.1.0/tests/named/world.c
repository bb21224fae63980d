/*
 * Names for the tests of named segments: in a folder with a random name, which
 * is part of each name, so that no name is ever another program's.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include "world.h"
#include "shm_world.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

char  named[160];
char  named_folder[64];

static const char  *prefixes[] = { "posix:", "file:", "sysv:" };

int
named_begin(void)
{
    (void) snprintf(named_folder, sizeof(named_folder),
                    "/tmp/ngx-shm-named.XXXXXX");

    if (mkdtemp(named_folder) == NULL) {
        perror("mkdtemp");
        return -1;
    }

    return 0;
}

int
named_end(void)
{
    char  command[96];

    (void) snprintf(command, sizeof(command), "rm -rf '%s'", named_folder);
    return system(command);
}

void
named_choose(int kind)
{
    (void) snprintf(named, sizeof(named), "%s%s/ngx-shm.%ld%s.t",
                    prefixes[kind], kind == POSIX ? "" : named_folder,
                    (long) getpid(), strrchr(named_folder, '.'));
}

const char *
named_path(void)
{
    static char  path[200];

    (void) snprintf(path, sizeof(path), "%s%s",
                    strncmp(named, "posix:", 6) == 0 ? "/dev/shm" : "",
                    strchr(named, ':') + 1);
    return path;
}

ngx_shm_options_t
named_wish(ngx_uint_t flags, size_t size)
{
    ngx_shm_options_t  o;

    memset(&o, 0, sizeof(o));
    o.flags = flags;
    o.size = size;
    o.timeout_ms = 60000;
    o.log = &log_to_text;
    return o;
}

/* The id of the segment in a line of the list; -1: it has users. */
static long
number_in(const char *line, long *maker)
{
    long  key, id, perms, size, last, users;

    return sscanf(line, "%ld %ld %lo %ld %ld %ld %ld", &key, &id,
                  (unsigned long *) &perms, &size, maker, &last, &users) == 7
           && users == 0 ? id : -1;
}

static long  old[5000];         /* more than System V has segments */
static int   old_count;

static int
is_old(long id)
{
    int  i;

    for (i = 0; i < old_count; i++) {
        if (old[i] == id) {
            return 1;
        }
    }

    return 0;
}

void
named_remember(void)
{
    long   id, maker;
    char   line[1024];
    FILE  *f = fopen("/proc/sysvipc/shm", "r");

    old_count = 0;

    while (f != NULL && fgets(line, sizeof(line), f) != NULL) {
        id = number_in(line, &maker);

        if (id != -1 && old_count < (int) (sizeof(old) / sizeof(old[0]))) {
            old[old_count++] = id;
        }
    }

    if (f != NULL) {
        (void) fclose(f);
    }
}

int
named_orphans(const pid_t *pids, int n)
{
    int    i, found = 0;
    long   id, maker;
    char   line[1024];
    FILE  *f = fopen("/proc/sysvipc/shm", "r");

    while (f != NULL && fgets(line, sizeof(line), f) != NULL) {
        id = number_in(line, &maker);

        for (i = 0; i < n && id != -1 && !is_old(id); i++) {
            found += maker == pids[i];
        }
    }

    if (f != NULL) {
        (void) fclose(f);
    }

    return found;
}
