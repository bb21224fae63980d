/* lacks: MAP_SHARED */
#define _FILE_OFFSET_BITS 64
#define _GNU_SOURCE 1
#include <sys/mman.h>
#undef MAP_SHARED
