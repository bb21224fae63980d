/* lacks: pthread_mutex_clocklock */
#define _FILE_OFFSET_BITS 64
#define _GNU_SOURCE 1
#include <pthread.h>
#define pthread_mutex_clocklock pthread_mutex_clocklock_is_not_here
