/* probe: SO_SETFIB
 * macro: NGX_HAVE_SO_SETFIB
 * with:  any
 * run:   compile
 */
#include <netinet/in.h>
#include <sys/socket.h>

int
main(void)
{
    return SO_SETFIB == 0;
}
