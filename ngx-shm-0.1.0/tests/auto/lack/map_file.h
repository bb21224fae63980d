/* lacks: mmap */
#define _FILE_OFFSET_BITS 64
#define _GNU_SOURCE 1
#include <sys/mman.h>
#define mmap mmap_is_not_here
