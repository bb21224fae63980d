# Files that questions include: beside them, of one name in two folders, that
# change what comes after them, that may be included once, or never with others.

@file beside.h
static int beside(void) { return 0; }
@file nested.h
#include "beside.h"
@file a/same.h
#define SAME 1
@file b/same.h
#define SAME 2
@file a/next.h
#include_next <next.h>
@file b/next.h
#define NEXT 7
@file int.h
#define int long
@file pragma.h
#pragma GCC poison snprintf
@file once.h
#ifdef ONCE
#error included twice
#endif
#define ONCE 1
@file pragma_once.h
#pragma once
static int once_more(void) { return 0; }
@file alone.h
#ifdef _STDIO_H
#error not after stdio.h
#endif
@file needs.h
#ifndef NEEDED
#error say NEEDED first
#endif
@file unbalanced.h
#if 1
@file open_brace.h
int opened(void) {
@file open_comment.h
/* never closed
@file typed.h
typedef int size_of_things;
@file typed_too.h
typedef long size_of_things;
@file macro.h
#define helper(x) ((x) + 1)
#define errno 5
@file function.h
int defined_in_header(void) { return 0; }
@file variable.h
int variable_in_header = 1;
@file pack.h
#pragma pack(1)
@file error.h
#pragma GCC diagnostic error "-Wunused-variable"
@file line.h
#line 1 "q1"
@file line99.h
#line 99 "u1.c"
@file empty.h
@file nonewline.h
#define LAST 1
@file says_error.h
#warning q2: error: a warning with words of an error

@ beside yes folder +
#include "beside.h"
int main(void) { return beside(); }

@ beside_again yes folder
#include "beside.h"
--
    return beside();

@ beside_after yes folder
#include <stdio.h>
#include "beside.h"
--
    return beside();

@ beside_angle no folder
#include <beside.h>
--
    return beside();

@ nested yes folder
#include "nested.h"
--
    return beside();

@ below value folder
#include <stdio.h>
#include "a/same.h"
--
    printf("%d", SAME);

@ below_other value folder
#include <stdio.h>
#include "b/same.h"
--
    printf("%d", SAME);

@ below_constant value folder
#include <stdio.h>
#include "b/same.h"
enum { value = SAME };
int main(void) { printf("%d", value); return 0; }

@ missing_beside no folder
#include "not_beside.h"
--

@ above yes folder
#include "a/../beside.h"
--
    return beside();

@ own_source no folder
#include "includes_beside.c"
--

@ same_a value +
 * flags: -I@DIR@/a -I@DIR@/b
#include <stdio.h>
#include <same.h>
--
    printf("%d", SAME);

@ same_b value
 * flags: -I@DIR@/b -I@DIR@/a
#include <stdio.h>
#include <same.h>
--
    printf("%d", SAME);

@ next value
 * flags: -I@DIR@/a -I@DIR@/b
#include <stdio.h>
#include <next.h>
--
    printf("%d", NEXT);

@ next_none no
 * flags: -I@DIR@/a
#include <next.h>
--

% int pragma once pragma_once alone needs unbalanced open_brace open_comment typed typed_too macro function variable pack error line line99 empty nonewline says_error
@ with no
 * flags: -I@DIR@
#include <@1.h>
--
    int unused;

% int pragma once alone typed typed_too macro error line line99 empty says_error pack function variable
@ before_stdio no
 * flags: -I@DIR@
#include <stdio.h>
#include <@1.h>
--
    puts("x");

@ clean_after_poison no
 * flags: -I@DIR@
#include <stdio.h>
--
    char b[9];
    snprintf(b, 9, "x");

@ poisoned no
 * flags: -I@DIR@
#include <stdio.h>
#include <pragma.h>
--
    char b[9];
    snprintf(b, 9, "x");

@ int_is_long value
 * flags: -I@DIR@
#include <stdio.h>
#include <int.h>
--
    printf("%d", (signed) (sizeof(int) == sizeof(long)));

@ int_is_int value
 * flags: -I@DIR@
#include <stdio.h>
--
    printf("%d", (signed) (sizeof(int) == sizeof(long)));

@ packed value +
 * flags: -I@DIR@
#include <stdio.h>
#include <pack.h>
struct pair { char c; int i; };
--
    printf("%d", (signed) sizeof(struct pair));

@ not_packed value +
 * flags: -I@DIR@
#include <stdio.h>
struct pair { char c; int i; };
--
    printf("%d", (signed) sizeof(struct pair));

@ twice no
 * flags: -I@DIR@
#include <once.h>
#include <once.h>
--

@ pragma_once_twice no
 * flags: -I@DIR@
#include <pragma_once.h>
#include <pragma_once.h>
--
    return once_more();

@ alone_first no
 * flags: -I@DIR@
#include <alone.h>
#include <stdio.h>
--
    puts("x");

@ needs_given no
 * flags: -I@DIR@
#define NEEDED 1
#include <needs.h>
--

@ needs_given_after no
 * flags: -I@DIR@
#include <needs.h>
#define NEEDED 1
--

@ needs_given_by_flag no
 * flags: -I@DIR@ -DNEEDED
#include <needs.h>
--

@ ndebug yes
#define NDEBUG 1
#include <assert.h>
--
    assert(0);

@ assert_aborts yes
#include <assert.h>
--
    assert(0);

@ assert_aborts_bug bug
#include <stdlib.h>
#include <assert.h>
--
    assert(0);

@ inside_main no
int main(void)
{
#include <stddef.h>
    return (int) sizeof(size_t) == 0;
}
