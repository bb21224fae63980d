#include "ngx_auto_config.h"

#include "ngx_lock_kind.h"

#include <time.h>

#if NGX_HAVE_FUTEX

#include <sys/syscall.h>
#include <unistd.h>

/* Operations of futex(2), shared between processes; musl has no header. */
#define OP_WAIT  0
#define OP_WAKE  1

/* 32-bit systems that came late have the call with a 64-bit time alone. */
#ifdef SYS_futex
#define FUTEX_CALL  SYS_futex
#else
#define FUTEX_CALL  SYS_futex_time64
#endif

void
ngx_lock_park(void *p, uint32_t value, ngx_int_t ms)
{
    struct timespec  ts;

    ts.tv_sec = (time_t) (ms / 1000);
    ts.tv_nsec = (long) (ms % 1000) * 1000000;

    (void) syscall(FUTEX_CALL, p, OP_WAIT, value, &ts, NULL, 0);
}

void
ngx_lock_unpark(void *p, int n)
{
    (void) syscall(FUTEX_CALL, p, OP_WAKE, n, NULL, NULL, 0);
}

#else

/* Nobody to wake: look again soon. */
void
ngx_lock_park(void *p, uint32_t value, ngx_int_t ms)
{
    struct timespec  ts = { 0, 1000000 };

    (void) ms;

    if (*(volatile uint32_t *) p == value) {
        (void) nanosleep(&ts, NULL);
    }
}

void
ngx_lock_unpark(void *p, int n)
{
    (void) p;
    (void) n;
}

#endif
