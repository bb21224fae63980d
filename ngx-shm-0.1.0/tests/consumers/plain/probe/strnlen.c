/* probe: strnlen()
 * macro: NGX_HAVE_STRNLEN
 * run:   yes
 */
#define _POSIX_C_SOURCE 200809L
#include <string.h>

int
main(void)
{
    return strnlen("abc", 2) != 2;
}
