/* probe: PR_SET_DUMPABLE
 * macro: NGX_HAVE_PR_SET_DUMPABLE
 * run:   compile
 */
#include <sys/prctl.h>

int
main(void)
{
    return PR_SET_DUMPABLE == 0;
}
