#define _GNU_SOURCE 1
#include "config.h"
#include "config2.h"
#include "shm.h"
#include <stdio.h>

int
main(void)
{
    printf("strnlen %d, poll %d, nothing %d, anonymous mappings %d\n",
           PLAIN_HAVE_STRNLEN, PLAIN_HAVE_POLL, PLAIN_HAVE_NOTHING,
           PLAIN_HAVE_MAP_ANON);
    return PLAIN_HAVE_NOTHING;
}
