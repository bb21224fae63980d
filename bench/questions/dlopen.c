/* probe: dlopen()
 * macro: NGX_HAVE_DLOPEN
 * with:  any
 * run:   no
 * libs:  -ldl
 */
#include <dlfcn.h>
#include <stddef.h>

int
main(void)
{
    return dlopen(NULL, RTLD_NOW) == NULL;
}
