/* lacks: __sync_bool_compare_and_swap */
#define _FILE_OFFSET_BITS 64
#define _GNU_SOURCE 1
#include <stddef.h>
#define __sync_bool_compare_and_swap __sync_bool_compare_and_swap_is_not_here
