/* probe: event ports
 * macro: NGX_HAVE_PORT_CREATE
 * with:  any
 * run:   no
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <port.h>

int
main(void)
{
    return port_create() == -1;
}
