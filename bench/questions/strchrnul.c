/* probe: strchrnul()
 * macro: NGX_HAVE_STRCHRNUL
 * with:  any
 * run:   no
 */
#include <string.h>

int
main(void)
{
    return *strchrnul("text", 'y') != 0;
}
