/* lacks: pthread_mutex_consistent */
#define _FILE_OFFSET_BITS 64
#define _GNU_SOURCE 1
#include <pthread.h>
#define pthread_mutex_consistent pthread_mutex_consistent_is_not_here
