/* probe: mkostemp()
 * macro: NGX_HAVE_MKOSTEMP
 * run:   no
 */
#include <fcntl.h>
#include <stdlib.h>

int
main(void)
{
    char name[] = "/no/such/folder/XXXXXX";

    return mkostemp(name, O_CLOEXEC) == -1;
}
