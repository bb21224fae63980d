/* gives: 2 */
#define _FILE_OFFSET_BITS 64
#define _GNU_SOURCE 1
#include <stdio.h>
#define sizeof(type) 2
