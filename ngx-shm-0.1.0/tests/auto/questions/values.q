# Values: found without running where the question has the line that promises
# it, by the program elsewhere.  "error" is no value at all.

% 0 1 -1 2147483647 (-2147483647-1) 2147483648U 4294967295U 4294967296LL 5000000000LL 9223372036854775807LL (-9223372036854775807LL-1) -5000000000LL 0x7fffffff 0777 'a' '\\0' (1?2:3) 1<<30 1LL<<40 ~0 !0 -7/2 7%4 (char)200 (unsigned~char)300
@ constant value
#include <stdio.h>
enum { value = @1 };
int main(void) { printf("%lld", (long long) value); return 0; }

% 18446744073709551615ULL 9223372036854775808ULL
@ unsigned value +
#include <stdio.h>
enum { value = @1 };
int main(void) { printf("%llu", (unsigned long long) value); return 0; }

% UINT_MAX INT_MAX INT_MIN CHAR_BIT LONG_MAX LONG_MIN LLONG_MAX PATH_MAX SCHAR_MIN USHRT_MAX
@ limit value
#include <limits.h>
#include <stdio.h>
enum { value = @1 };
int main(void) { printf("%lld", (long long) value); return 0; }

% char short int long long~long float double void* size_t wchar_t int[3] struct~{char~c;int~i;} union~{char~c;long~l;}
@ size value
#include <stddef.h>
#include <stdio.h>
enum { value = (int) sizeof(@1) };
int main(void) { printf("%d", value); return 0; }

@ own_struct value +
#include <stdio.h>
struct pair { char c; int i; };
enum { value = (int) sizeof(struct pair) };
int main(void) { printf("%d", value); return 0; }

@ own_struct_other value
#include <stdio.h>
struct pair { char c; int i[3]; };
enum { value = (int) sizeof(struct pair) };
int main(void) { printf("%d", value); return 0; }

@ own_typedef value
#include <stdio.h>
typedef struct { long a, b; } mine;
enum { value = (int) sizeof(mine) };
int main(void) { printf("%d", value); return 0; }

@ own_enum value
#include <stdio.h>
enum { first = 40, second };
enum { value = second + 1 };
int main(void) { printf("%d", value); return 0; }

@ own_function value +
#include <stdio.h>
static int three(void) { return 3; }
enum { value = (int) sizeof(three()) };
int main(void) { printf("%d", value + three() - 3); return 0; }

@ own_macro value +
#include <stdio.h>
#define EIGHT 8
enum { value = EIGHT };
int main(void) { printf("%d", value); return 0; }

@ own_macro_other value +
#include <stdio.h>
#define EIGHT 9
enum { value = EIGHT };
int main(void) { printf("%d", value); return 0; }

@ errno_constant value
#include <errno.h>
#include <stdio.h>
enum { value = EOWNERDEAD };
int main(void) { printf("%d", value); return 0; }

@ flag_decides value
 * flags: -DWIDTH=3
#include <stdio.h>
enum { value = WIDTH };
int main(void) { printf("%d", value); return 0; }

@ flag_decides_other value
 * flags: -DWIDTH=4
#include <stdio.h>
enum { value = WIDTH };
int main(void) { printf("%d", value); return 0; }

@ packed_by_flag value
 * flags: -fpack-struct
#include <stdio.h>
struct pair { char c; int i; };
enum { value = (int) sizeof(struct pair) };
int main(void) { printf("%d", value); return 0; }

@ offset value
#include <stddef.h>
#include <stdio.h>
struct pair { char c; int i; };
enum { value = offsetof(struct pair, i) };
int main(void) { printf("%d", value); return 0; }

@ behind_if value
#include <stdio.h>
#if 1
enum { value = 12 };
#else
enum { value = 13 };
#endif
int main(void) { printf("%d", value); return 0; }

@ in_comment value
#include <stdio.h>
/*
enum { value = 1 };
*/
enum { value = 2 };
int main(void) { printf("%d", value); return 0; }

@ spaced_otherwise value
#include <stdio.h>
enum { value=6 };
int main(void) { printf("%d", value); return 0; }

@ two_lines value
#include <stdio.h>
enum {
    value = 14
};
int main(void) { printf("%d", value); return 0; }

@ commented_line value
#include <stdio.h>
enum { value = 15 }; /* enum { value = 16 }; */
int main(void) { printf("%d", value); return 0; }

@ alignment value
#include <stdio.h>
enum { value = (int) __alignof__(long double) };
int main(void) { printf("%d", value); return 0; }

@ printed value
#include <stdio.h>
int main(void) { printf("42"); return 0; }

@ printed_line value
#include <stdio.h>
int main(void) { printf("43\n"); return 0; }

@ printed_negative value
#include <stdio.h>
--
    printf("-5");

@ printed_big value +
#include <stdio.h>
--
    printf("18446744073709551615");

@ printed_by_block value
#include <stdio.h>
--
    printf("%d", (int) sizeof(long));

@ printed_exit_1 value
#include <stdio.h>
--
    printf("42");
    return 1;

@ printed_and_killed value
#include <stdio.h>
#include <stdlib.h>
--
    printf("42");
    abort();

@ printed_by_write value
#include <unistd.h>
--
    return write(1, "77", 2) != 2;

@ printed_beside_stderr value
#include <stdio.h>
--
    fprintf(stderr, "99");
    printf("78");
