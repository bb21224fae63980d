# Values that are none: each is asked in a folder of its own, and must be an
# error that names the macro, never a number.

% NO_SUCH_CONSTANT sizeof(no_such_t) 1+ 1/0 (1 "text" 3) 99999999999999999999999999 18446744073709551615ULL+0.0
@ value value +
#include <limits.h>
#include <stdio.h>
enum { value = @1 };
int main(void) { printf("%lld", (long long) value); return 0; }

@ struct_missing value
#include <stdio.h>
enum { value = (int) sizeof(struct nowhere_at_all) };
int main(void) { printf("%d", value); return 0; }
