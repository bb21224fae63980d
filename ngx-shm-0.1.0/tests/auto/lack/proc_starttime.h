/* lacks: getpid */
#define _FILE_OFFSET_BITS 64
#define _GNU_SOURCE 1
#include <unistd.h>
#define getpid getpid_is_not_here
