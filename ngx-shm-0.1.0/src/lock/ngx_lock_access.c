/*
 * ngx_lock_access.c - may this process write to memory?
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include "ngx_auto_config.h"

#include "ngx_lock.h"

#if NGX_HAVE_FUTEX

#include <sys/syscall.h>
#include <unistd.h>

#ifdef SYS_futex
#define FUTEX_CALL  SYS_futex
#else
#define FUTEX_CALL  SYS_futex_time64
#endif

#define OP_WAKE_OP  5
#define ADD_NONE    (1u << 28)      /* add 0 to the word: it stays as it is */

/*
 * The kernel adds 0 to the first word atomically, and fails with EFAULT if the
 * memory is read-only.  Any other error, a seccomp filter's too, tells nothing:
 * then the memory is assumed to be writable.
 */
static int
can_write(const void *p)
{
    return syscall(FUTEX_CALL, p, OP_WAKE_OP, 0, NULL, p, ADD_NONE) != -1
           || errno != EFAULT;
}

#else

static int
can_write(const void *p)
{
    (void) p;
    return 1;
}

#endif

int
ngx_lock_can_write(const void *p)
{
    int  yes, err = errno;

    yes = can_write(p);
    errno = err;
    return yes;
}
