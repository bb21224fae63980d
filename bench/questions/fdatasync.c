/* probe: fdatasync()
 * macro: NGX_HAVE_FDATASYNC
 * with:  any
 * run:   no
 */
#include <unistd.h>

int
main(void)
{
    return fdatasync(1) == -1;
}
