/* lacks: madvise */
#define _FILE_OFFSET_BITS 64
#define _GNU_SOURCE 1
#include <sys/mman.h>
#define madvise madvise_is_not_here
