/* probe: event ports
 * macro: NGX_HAVE_PORT_CREATE
 * with:  any
 * run:   no
 */
#include <port.h>

int
main(void)
{
    return port_create() == -1;
}
