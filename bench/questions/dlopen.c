/* probe: dlopen()
 * macro: NGX_HAVE_DLOPEN
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
