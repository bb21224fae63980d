# Flags of a question's own.  Each is asked beside questions of the same text
# without them, so that a compilation that is shared gives one of the two wrong.

@file v1/value.h
#define VALUE 1
static int only_in_v1(void) { return 0; }
@file v2/value.h
#define VALUE 2
@file force.h
#define FORCED 1
@file main.h
#define main other_main

% -DX=1 -DX=2 -DX -UX -DY -UX~-DX=1 -DX=1~-UX
@ define yes
 * flags: @1
--
    return X != 1;

% -I@DIR@/v1 -I@DIR@/v2 -I@DIR@/v1~-I@DIR@/v2 -I@DIR@/v2~-I@DIR@/v1 -I@DIR@ -DNONE -idirafter~@DIR@/v1 -isystem~@DIR@/v2
@ path_v1 yes
 * flags: @1
#include <value.h>
--
    return only_in_v1() + VALUE - 1;

% -I@DIR@/v2 -I@DIR@/v1~-I@DIR@/v2 -isystem~@DIR@/v2
@ path_v2 value folder
 * flags: @1
#include <stdio.h>
#if 1
#include <value.h>
#endif
--
    printf("%d", VALUE);

% -I@DIR@/v1 -I@DIR@/v2 -DOTHER
@ path_value value folder
 * flags: -I@DIR@/v2 @1
#include <stdio.h>
#include <value.h>
enum { value = VALUE };
int main(void) { printf("%d", value); return 0; }

% @DIR@/force.h /dev/null
@ include no
 * flags: -include @1
--
    return FORCED;

% -include~@DIR@/main.h -Dmain=other_main -I@DIR@~-D"main()=int~other(void)"
@ main_is_a_macro no +
 * flags: @1
--
    return 0;

@ main_is_a_macro_of_a_header no +
 * flags: -I@DIR@
#include <main.h>
--
    return 0;

@ forced_without no
--
    return FORCED;

% -funsigned-char -fsigned-char -DNONE
@ char_signed yes +
 * flags: @1
--
    volatile char c = (char) 200;
    return c > 0;

% -std=c89~-pedantic-errors -std=c99 -std=gnu89 -std=c11
@ for_declares no
 * flags: @1
--
    for (int i = 0; i < 1; i++) { }

% -std=c99 -std=gnu99
@ asm_keyword no
 * flags: @1
--
    int asm = 1;
    return asm;

% -std=c99 -std=gnu99 -ansi
@ linux_is_a_macro no
 * flags: @1
--
    int linux = 0;
    return linux;

% -D_POSIX_C_SOURCE=199309L -D_GNU_SOURCE -D_POSIX_C_SOURCE=200809L -std=c99
@ map_anon no
 * flags: @1
#include <sys/mman.h>
--
    return MAP_ANON == 0;

% -Werror -Wall -Wall~-Werror -Werror=unused-variable -Wunused-variable~-Werror -w~-Wall~-Werror -Werror~-Wall~-Wno-unused-variable
@ unused no
 * flags: @1
--
    int nobody_uses_this;

@ strict no +
 * flags: -Wall -Wextra -Werror
--
    return 0;

% -Werror~-Wattributes -Werror -Wattributes -Werror=attributes
@ attribute compile +
 * flags: @1
static int f(void) __attribute__((no_such_attribute));
static int f(void) { return 0; }
int main(void) { return f(); }

% -Werror~-Wno-such-warning -Wno-such-warning -Wsuch-no-warning -Werror~-Wunknown-such -fno-such-option -mno-such-machine --no-such -Xno
@ option compile
 * flags: @1
int main(void) { return 0; }

% -O0 -O2 -Os -O2~-O0 -O0~-O2
@ optimised yes
 * flags: @1
--
#ifdef __OPTIMIZE__
    return 0;
#else
    return 1;
#endif

% -O0 -O2
@ optimised_link no folder +
 * flags: @1
int not_there(void);
int main(void) { int n = 3; if (n == 4) { return not_there(); } return 0; }

% -static -DNONE -nostdlib -c -E -fsyntax-only -S
@ links no
 * flags: @1
#include <stdio.h>
--
    puts("x");

% -fshort-enums -fno-short-enums
@ enum_size value
 * flags: @1
#include <stdio.h>
enum small { one };
--
    printf("%d", (int) sizeof(enum small));

% -Dmain=other_main -Dint=long -Dreturn=0+ -Dputs=no_such_puts -Dvoid= -DNULL=1
@ poisoned no
 * flags: @1
#include <stdio.h>
--
    puts("x");

@ quoted_value yes folder
 * flags: -DTEXT='"a b"'
#include <string.h>
int main(void) { return strcmp(TEXT, "a b"); }

@ quoted_backslash yes folder
 * flags: -DTEXT=\"ab\"
#include <string.h>
int main(void) { return strcmp(TEXT, "ab"); }

@ no_includes_known no
 * flags: -nostdinc
#include <stdio.h>
--

@ builtin_include no
--
    return 0;

@ wrong_path no
 * flags: -I/no/such/folder
#include <stdio.h>
--
    puts("x");
