/* probe: mkostemp()
 * macro: NGX_HAVE_MKOSTEMP
 * with:  any
 * run:   no
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <fcntl.h>
#include <stdlib.h>

int
main(void)
{
    char name[] = "/no/such/folder/XXXXXX";

    return mkostemp(name, O_CLOEXEC) == -1;
}
