/* lacks: pthread_mutexattr_setpshared */
#define _FILE_OFFSET_BITS 64
#define _GNU_SOURCE 1
#include <pthread.h>
#define pthread_mutexattr_setpshared pthread_mutexattr_setpshared_is_not_here
