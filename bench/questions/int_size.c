/* probe: size of int
 * macro: NGX_INT_SIZE
 * with:  any
 * run:   value
 */
#include <stdio.h>

enum { value = (int) sizeof(int) };

int
main(void)
{
    printf("%d\n", value);
    return 0;
}
