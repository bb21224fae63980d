/* lacks: sem_init */
#define _FILE_OFFSET_BITS 64
#define _GNU_SOURCE 1
#include <semaphore.h>
#define sem_init sem_init_is_not_here
