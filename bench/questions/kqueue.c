/* probe: kqueue()
 * macro: NGX_HAVE_KQUEUE
 * with:  any
 * run:   no
 */
#include <sys/event.h>

int
main(void)
{
    return kqueue() == -1;
}
