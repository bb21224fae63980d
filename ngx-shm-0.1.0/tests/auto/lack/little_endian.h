/* gives: 0 */
#define _FILE_OFFSET_BITS 64
#define _GNU_SOURCE 1
#include <stdio.h>
#undef __BYTE_ORDER__
#define __BYTE_ORDER__ __ORDER_BIG_ENDIAN__
