/* probe: size of a pointer
 * macro: NGX_PTR_SIZE
 * with:  any
 * run:   value
 * see:   nginx runs a program to learn it
 * SPDX-License-Identifier: FSFAP
 */
#define _FILE_OFFSET_BITS 64
#define _GNU_SOURCE 1
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <sys/types.h>
#include <time.h>

enum { value = (int) sizeof(void *) };

int
main(void)
{
    printf("%d\n", value);
    return 0;
}
