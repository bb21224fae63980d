/* probe: malloc(0) that is not NULL
 * macro: NGX_HAVE_MALLOC_0
 * with:  any
 * run:   yes
 */
#include <stdlib.h>

int
main(void)
{
    void *p = malloc(0);

    return p == NULL;
}
