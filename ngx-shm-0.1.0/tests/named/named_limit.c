/* Named segments: limits of the system, and the messages that name them. */
/* SPDX-License-Identifier: BSD-2-Clause */

#include "ngx_auto_config.h"

#include "named_case.h"

#include <fcntl.h>
#include <stdio.h>
#include <sys/shm.h>
#include <unistd.h>

static int
is_too_small(void *data)
{
    size_t             size = *(size_t *) data;
    ngx_shm_segment_t  seg;
    ngx_shm_options_t  o = named_wish(NGX_SHM_CREATE, size / 2);

    if (private_tmpfs("/dev/shm", size) == -1) {
        return CANNOT;
    }

    named_fresh(0);

    if (!named_refused(NGX_SHM_CREATE, size, ENOSPC, "/dev/shm has")
        || access(named_path(), F_OK) != -1)
    {
        return 1;
    }

    if (ngx_shm_open(&seg, named, &o) != NGX_OK
        || ngx_shm_ready(&seg) != NGX_OK)
    {
        return 2;
    }

    /* A grow fails as cleanly, and the segment stays as it was. */
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
    return ngx_shm_unlink(named, NULL) != NGX_OK;
}

static int
is_absent(void *data)
{
    (void) data;

    if (private_tmpfs("/dev", 4096) == -1) {
        return CANNOT;
    }

    (void) snprintf(named, sizeof(named), "posix:/x");
    return !named_refused(NGX_SHM_CREATE, SIZE, ENOENT,
                          "/dev/shm is not there");
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

    named_fresh(2);

    if (!named_refused(NGX_SHM_CREATE, 1 << 20, EINVAL, "SHMMAX) is 65536")
        || set_number("/proc/sys/kernel/shmall", "4") == -1
        || !named_refused(NGX_SHM_CREATE, 60000, ENOSPC, "SHMALL) is 4")
        || set_number("/proc/sys/kernel/shmall", "1000") == -1
        || set_number("/proc/sys/kernel/shmmni", "0") == -1
        || !named_refused(NGX_SHM_CREATE, 60000, ENOSPC, "SHMMNI) is 0"))
    {
        return 1;
    }

    return access(named_path(), F_OK) != -1;
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

TCase *
named_limit_case(void)
{
    TCase  *tc = tcase_create("limit");

    tcase_add_loop_test(tc, a_small_dev_shm_is_named, 0, 2);
    tcase_add_test(tc, no_dev_shm_is_named);
    tcase_add_test(tc, the_limits_of_system_v_are_named);

    return tc;
}
