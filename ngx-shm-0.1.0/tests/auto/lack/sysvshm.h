/* lacks: shmat */
#define _FILE_OFFSET_BITS 64
#define _GNU_SOURCE 1
#include <sys/shm.h>
#define shmat shmat_is_not_here
