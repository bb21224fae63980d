/* probe: size of off_t
 * macro: NGX_OFF_T_SIZE
 * with:  any
 * run:   value
 * see:   POSIX.1-2001; nginx runs a program to learn it
 * for:   programs that keep offsets of files in a segment; nginx
 * SPDX-License-Identifier: FSFAP
 */
#define _FILE_OFFSET_BITS 64
#define _GNU_SOURCE 1
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <sys/types.h>
#include <time.h>

enum { value = (int) sizeof(off_t) };

int
main(void)
{
    printf("%d\n", value);
    return 0;
}
