/* probe: struct stat.st_mtim
 * macro: NGX_HAVE_ST_MTIM
 * with:  any
 * run:   compile
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <sys/stat.h>

int
main(void)
{
    struct stat st;

    st.st_mtim.tv_nsec = 1;
    return st.st_mtim.tv_nsec == 0;
}
