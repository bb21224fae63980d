/* lacks: shm_unlink */
#define _FILE_OFFSET_BITS 64
#define _GNU_SOURCE 1
#include <sys/mman.h>
#define shm_unlink shm_unlink_is_not_here
