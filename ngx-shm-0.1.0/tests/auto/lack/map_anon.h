/* lacks: MAP_ANON */
#define _FILE_OFFSET_BITS 64
#define _GNU_SOURCE 1
#include <sys/mman.h>
#undef MAP_ANON
