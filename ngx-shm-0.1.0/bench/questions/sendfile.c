/* probe: sendfile()
 * macro: NGX_HAVE_SENDFILE
 * with:  any
 * run:   no
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <stddef.h>
#include <sys/sendfile.h>

int
main(void)
{
    return sendfile(1, 0, NULL, 1) == -1;
}
