/* probe: struct dirent.d_type
 * macro: NGX_HAVE_D_TYPE
 * with:  any
 * run:   compile
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <dirent.h>

int
main(void)
{
    struct dirent de;

    de.d_type = DT_REG;
    return de.d_type == DT_DIR;
}
