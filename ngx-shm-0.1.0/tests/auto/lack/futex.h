/* lacks: SYS_futex */
#define _FILE_OFFSET_BITS 64
#define _GNU_SOURCE 1
#include <sys/syscall.h>
#undef SYS_futex
