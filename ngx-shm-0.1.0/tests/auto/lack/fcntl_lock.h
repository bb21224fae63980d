/* lacks: F_SETLK */
#define _FILE_OFFSET_BITS 64
#define _GNU_SOURCE 1
#include <fcntl.h>
#undef F_SETLK
