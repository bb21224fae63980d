/* gives: 2 */
#define _FILE_OFFSET_BITS 64
#define _GNU_SOURCE 1
#include <sys/types.h>
#define off_t short
