/* lacks: posix_fallocate */
#define _FILE_OFFSET_BITS 64
#define _GNU_SOURCE 1
#include <fcntl.h>
#define posix_fallocate posix_fallocate_is_not_here
