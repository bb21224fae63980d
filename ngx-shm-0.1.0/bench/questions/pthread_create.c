/* probe: pthread_create()
 * macro: NGX_HAVE_PTHREAD_CREATE
 * with:  any
 * run:   no
 * libs:  -lpthread
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <pthread.h>
#include <stddef.h>

static void *
run(void *data)
{
    return data;
}

int
main(void)
{
    pthread_t thread;

    return pthread_create(&thread, NULL, run, NULL) != 0;
}
