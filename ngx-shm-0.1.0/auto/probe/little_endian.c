/* probe: little endian byte order
 * macro: NGX_HAVE_LITTLE_ENDIAN
 * with:  any
 * run:   value
 * see:   gcc 4.6, clang, tcc 0.9.27; nginx runs a program to learn it
 * SPDX-License-Identifier: FSFAP
 */
#define _FILE_OFFSET_BITS 64
#define _GNU_SOURCE 1
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <sys/types.h>
#include <time.h>

enum { value = __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__ };

int
main(void)
{
    printf("%d\n", value);
    return 0;
}
