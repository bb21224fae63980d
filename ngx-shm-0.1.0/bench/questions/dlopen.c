/* probe: dlopen()
 * macro: NGX_HAVE_DLOPEN
 * with:  any
 * run:   no
 * libs:  -ldl
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <dlfcn.h>
#include <stddef.h>

int
main(void)
{
    return dlopen(NULL, RTLD_NOW) == NULL;
}
