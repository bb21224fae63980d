/*
 * ngx_named_why.c - why a name is refused: what is wrong with it, which folder
 * is missing, or who owns the file.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include "ngx_auto_config.h"
#include "ngx_named_kind.h"

#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

const char *
ngx_named_name_fault(const char *name)
{
    const char  *rest;

    if (strncmp(name, "posix:", 6) != 0) {
        return strcmp(name, "file:") == 0 || strcmp(name, "sysv:") == 0
               ? "the path behind the colon is missing"
               : "a name begins with posix:/, file:, sysv: or memfd:";
    }

    rest = name + 6;

    if (*rest != '/') {
        return "a name of this kind begins with posix:/";
    }

    if (rest[1] == '\0') {
        return "the name behind posix:/ is missing";
    }

    if (strchr(rest + 1, '/') != NULL) {
        return "a second slash: posix:/NAME has no folders, file:PATH has";
    }

    return "posix:/. and posix:/.. are folders";
}

/* The folder of a name: of posix: it is the kind's place. */
static int
path_of(const ngx_named_kind_t *kind, const char *rest, char *path,
    size_t size)
{
    int  n = snprintf(path, size, "%s%s", kind->prefix[0] == 'p'
                      && kind->place != NULL ? kind->place : "", rest);

    return n > 0 && (size_t) n < size ? 0 : -1;
}

static void
folder_of(const char *path, char *folder, size_t size)
{
    char  *slash;

    (void) snprintf(folder, size, "%s", path);
    slash = strrchr(folder, '/');

    if (slash == NULL) {
        (void) snprintf(folder, size, ".");

    } else {
        slash[slash == folder] = '\0';
    }
}

/* A longer path would not fit into a message. */
#define PATH  1024

#define say(why, ...)                                                         \
    ((void) snprintf((why)->limit, sizeof((why)->limit), __VA_ARGS__))

static void
missing(ngx_shmem_refusal_t *why, const char *folder)
{
    struct stat  st;

    if (stat(folder, &st) == -1) {
        say(why, "the folder %.80s is not there", folder);
    } else if (!S_ISDIR(st.st_mode)) {
        say(why, "%.80s is not a folder", folder);
    } else {
        say(why, "there is no such name in %.80s", folder);
    }
}

/* open() was refused; no words if the file's mode allows it. */
static void
not_opened(ngx_shmem_refusal_t *why, const char *path, const char *folder)
{
    struct stat  st;

    if (stat(path, &st) == 0) {
        if (access(path, R_OK|W_OK) == -1) {
            say(why, "no permission: the file belongs to user %lu and has the"
                " mode %04o", (unsigned long) st.st_uid,
                (unsigned) st.st_mode & 07777);
        }

    } else if (errno == EACCES) {
        say(why, "no permission to look into the folder %.80s", folder);

    } else if (access(folder, W_OK) == -1) {
        say(why, "no permission to make a file in the folder %.80s", folder);
    }
}

/* unlink() was refused: is it another user's file in a sticky folder? */
static void
not_removed(ngx_shmem_refusal_t *why, const char *path, const char *folder)
{
    struct stat  st, dir;

    if (lstat(path, &st) == -1 || stat(folder, &dir) == -1) {
        return;
    }

    if (access(folder, W_OK) == -1) {
        say(why, "no permission to change the folder %.80s", folder);

    } else if ((dir.st_mode & S_ISVTX) && st.st_uid != geteuid()
               && dir.st_uid != geteuid())
    {
        say(why, "it belongs to user %lu, and from the sticky folder %.80s only"
            " the owner of a file removes it", (unsigned long) st.st_uid,
            folder);
    }
}

ngx_err_t
ngx_named_refuse_name(ngx_shmem_refusal_t *why, ngx_err_t err,
    const ngx_named_kind_t *kind, const char *rest, const char *call)
{
    char  path[PATH], folder[PATH];

    (void) ngx_shmem_refuse(why, err, 0, rest, "%s", call);

    if (path_of(kind, rest, path, sizeof(path)) == -1) {
        return err;
    }

    folder_of(path, folder, sizeof(folder));

    if (err == ENOENT || err == ENOTDIR) {
        missing(why, folder);

    } else if (err == EACCES || err == EPERM) {
        if (strncmp(call, "open", 4) == 0) {
            not_opened(why, path, folder);
        } else {
            not_removed(why, path, folder);
        }
    }

    return err;
}
