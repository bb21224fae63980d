/*
 * Names for the tests of named segments: in a folder with a random name, and
 * with that in them, so that nothing of somebody else's is ever met.
 */

#include "world.h"
#include "shm_world.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

char  named[160];

static char  dir[64];

static const char  *prefixes[] = { "posix:", "file:", "sysv:" };

int
named_begin(void)
{
    (void) snprintf(dir, sizeof(dir), "/tmp/ngx-shm-named.XXXXXX");

    if (mkdtemp(dir) == NULL) {
        perror("mkdtemp");
        return -1;
    }

    return 0;
}

int
named_end(void)
{
    char  command[96];

    (void) snprintf(command, sizeof(command), "rm -rf '%s'", dir);
    return system(command);
}

void
named_choose(int kind)
{
    (void) snprintf(named, sizeof(named), "%s%s/ngx-shm.%ld%s.t",
                    prefixes[kind], kind == POSIX ? "" : dir, (long) getpid(),
                    strrchr(dir, '.'));
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

int
named_orphans(pid_t from, pid_t to)
{
    int    n = 0;
    char   line[1024];
    long   key, id, perms, size, cpid, lpid, users;
    FILE  *f = fopen("/proc/sysvipc/shm", "r");

    if (f == NULL) {
        return 0;
    }

    while (fgets(line, sizeof(line), f) != NULL) {
        n += sscanf(line, "%ld %ld %lo %ld %ld %ld %ld", &key, &id,
                    (unsigned long *) &perms, &size, &cpid, &lpid, &users) == 7
             && cpid >= from && cpid <= to && users == 0;
    }

    (void) fclose(f);
    return n;
}
