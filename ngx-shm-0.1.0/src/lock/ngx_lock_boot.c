/*
 * ngx_lock_boot.c - which boot of the machine this is.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include "ngx_auto_config.h"

#include "ngx_lock_word.h"

#include <fcntl.h>
#include <unistd.h>

#define BOOT_ID  "/proc/sys/kernel/random/boot_id"

/* Children inherit it; threads that read it at once get the same number. */
static volatile uint32_t  boot;

uint32_t
ngx_lock_boot(void)
{
    int       fd;
    char      text[64];
    ssize_t   i, n;
    uint32_t  hash = 2166136261u;

    if (boot != 0) {
        return boot;
    }

    fd = open(BOOT_ID, O_RDONLY|O_CLOEXEC);
    if (fd == -1) {
        return 0;
    }

    n = read(fd, text, sizeof(text));
    (void) close(fd);

    for (i = 0; i < n; i++) {
        hash = (hash ^ (unsigned char) text[i]) * 16777619u;
    }

    if (n > 0) {
        boot = hash | 1;
    }

    return boot;
}
