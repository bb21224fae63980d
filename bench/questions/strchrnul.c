/* probe: strchrnul()
 * macro: NGX_HAVE_STRCHRNUL
 * run:   no
 */
#include <string.h>

int
main(void)
{
    return *strchrnul("text", 'y') != 0;
}
