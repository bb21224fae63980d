/* lacks: CMSG_SPACE */
#define _FILE_OFFSET_BITS 64
#define _GNU_SOURCE 1
#include <sys/socket.h>
#undef CMSG_SPACE
