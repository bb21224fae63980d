/* probe: size of size_t
 * macro: NGX_SIZE_T_SIZE
 * with:  any
 * run:   value
 * see:   nginx runs a program to learn it
 * for:   programs that keep sizes in a segment; nginx
 * SPDX-License-Identifier: FSFAP
 */
#define _FILE_OFFSET_BITS 64
#define _GNU_SOURCE 1
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <sys/types.h>
#include <time.h>

enum { value = (int) sizeof(size_t) };

int
main(void)
{
    printf("%d\n", value);
    return 0;
}
