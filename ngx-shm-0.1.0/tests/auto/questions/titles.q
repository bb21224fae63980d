# Titles, fields and comments that are macros, commands, patterns, formats or
# the words that the engine itself looks for.

% EOF NULL linux unix errno main int -n -e * ? $HOME ${PATH} `id` $(id) %s%d \\n \\c "x" 'x' a~b <stdio.h> #if yes no value &amp; @ ; | .
@ title yes
 * probe: @1
--
    return 0;

@ title_empty no
 * probe: -
--
    return nothing;

@ title_with_error no
 * probe: q1:1: error: nothing
--
    return 0;

@ field_like_text no
/* run: value
 * macro: NGX_HAVE_OTHER
 * libs: -lnothing
 */
int main(void) { return 0; }

@ run_in_text yes
static const char *text = "\n * run: no\n * macro: NGX_NOT_ME\n";
int main(void) { return text == 0; }

@ unknown_field no
 * nonsense: yes
 * see: the manual: of nothing
 * change: nothing would
--

@ comment_has_slashes no
 * see: http://example.org//x // y
--

@ text_has_comment_start no
 * see: / * nested / *
--

@ crossed yes
 * cross: yes *
--
    return 1;

@ crossed_no yes
 * cross: no *
--
    return 0;

@ with_any no
 * with: any
#include <stdio.h>
--
    puts("x");

@ with_any_missing no
 * with: any
#include <no/such.h>
--

@ with_any_undeclared no
 * with: any
#include <stddef.h>
--
    return NOT_DECLARED_ANYWHERE;

@ with_any_defines no
 * with: any
#define _GNU_SOURCE 1
#include <string.h>
--
    return memmem("a", 1, "b", 1) != 0;

@ depends_nothing yes
 * depends: /no/such/file
--
