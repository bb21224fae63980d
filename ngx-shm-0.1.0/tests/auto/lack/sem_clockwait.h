/* lacks: sem_clockwait */
#define _FILE_OFFSET_BITS 64
#define _GNU_SOURCE 1
#include <semaphore.h>
#define sem_clockwait sem_clockwait_is_not_here
