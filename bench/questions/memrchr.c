/* probe: memrchr()
 * macro: NGX_HAVE_MEMRCHR
 * run:   no
 */
#include <string.h>

int
main(void)
{
    return memrchr("text", 't', 4) == 0;
}
