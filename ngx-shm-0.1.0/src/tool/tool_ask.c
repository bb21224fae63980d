/*
 * tool_ask.c - try calls in a child, as a seccomp filter may kill the process
 * that makes them; the parent reports.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include "ngx_auto_config.h"
#include "tool.h"

#include <signal.h>
#include <stdint.h>
#include <sys/wait.h>
#include <unistd.h>

static size_t
read_all(int fd, void *data, size_t len)
{
    size_t   done = 0;
    ssize_t  n;

    while (done < len) {
        n = read(fd, (char *) data + done, len - done);

        if (n == -1 && errno == EINTR) {
            continue;
        }

        if (n <= 0) {
            break;
        }

        done += (size_t) n;
    }

    return done;
}

static void
answer(int fd, void (*ask)(void *data), void *data, size_t len)
{
    ask(data);
    _exit(write(fd, data, len) == (ssize_t) len ? 0 : 1);
}

/* Without a child there is but this process to ask. */
static int
ask_here(void (*ask)(void *data), void *data)
{
    ask(data);
    return 0;
}

int
tool_in_child(void (*ask)(void *data), void *data, size_t len)
{
    int    fds[2], status = 0;
    pid_t  pid;

    if (pipe(fds) == -1) {
        return ask_here(ask, data);
    }

    (void) fflush(NULL);
    pid = fork();

    if (pid == 0) {
        (void) close(fds[0]);
        answer(fds[1], ask, data, len);
    }

    (void) close(fds[1]);

    if (pid != -1) {
        (void) read_all(fds[0], data, len);
    }

    (void) close(fds[0]);

    if (pid == -1) {
        return ask_here(ask, data);
    }

    while (waitpid(pid, &status, 0) == -1 && errno == EINTR) {
        /* void */
    }

    return WIFSIGNALED(status) ? WTERMSIG(status) : 0;
}

static void
ask_backend(void *data)
{
    ngx_shm_backend_t  *backend = data;

    (void) ngx_shm_backend(backend, backend->name, 0);
}

/*
 * What is asked for more than a system has gives the names, before anybody
 * asks for anything.
 */
ngx_uint_t
tool_ask_backends(ngx_shm_backend_t *list, ngx_uint_t max)
{
    int         sig;
    ngx_uint_t  i, n = ngx_shm_backends(list, max, SIZE_MAX);

    n = n < max ? n : max;

    for (i = 0; i < n; i++) {
        sig = tool_in_child(ask_backend, &list[i], sizeof(list[i]));

        if (sig != 0) {
            list[i].works = 0;
            list[i].err = 0;
            (void) snprintf(list[i].reason, sizeof(list[i].reason),
                            "signal %d (%s) killed the process that asked%s",
                            sig, strsignal(sig), sig == SIGSYS
                            ? "; a seccomp filter does so for a call that it"
                              " forbids" : "");
        }
    }

    return n;
}
