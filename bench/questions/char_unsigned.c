/* probe: a char that is unsigned
 * macro: NGX_HAVE_CHAR_UNSIGNED
 * with:  any
 * run:   yes
 */
#include <limits.h>

int
main(void)
{
    return CHAR_MIN != 0;
}
