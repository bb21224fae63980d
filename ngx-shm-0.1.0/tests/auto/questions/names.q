# Names: the same in several questions, the engine's own, macros of one that
# are words of another, words of the language as macros.

% 0 1 2
@ static_function yes
static int helper(void) { return @1; }
int main(void) { return helper(); }

@ static_other_type no
static long helper(char *s) { return s == 0; }
int main(void) { return (int) helper("x"); }

@ global_function no
int helper(void) { return 0; }
int main(void) { return helper(); }

@ global_function_missing no
int helper(void);
int main(void) { return helper(); }

@ global_variable yes +
int counter = 1;
int main(void) { return counter - 1; }

@ global_variable_other yes
int counter = 2;
int main(void) { return counter - 2; }

@ global_tentative yes
int counter;
int main(void) { return counter; }

@ global_extern no +
extern int counter;
int main(void) { return counter; }

@ global_used_alone no
int main(void) { return counter; }

% struct union
@ tag value
#include <stdio.h>
@1 thing { char c[3]; char d[5]; };
int main(void) { printf("%d", (int) sizeof(@1 thing)); return 0; }

@ tag_enum no
enum thing { thing_one };
int main(void) { enum thing t = thing_one; return t; }

@ tag_missing no
int main(void) { struct thing t; return sizeof(t); }

@ enum_constant no
enum { thing_one = 4 };
int main(void) { return thing_one; }

@ enum_constant_missing no
int main(void) { return thing_one; }

@ typedef_int value +
#include <stdio.h>
typedef char mine_t;
int main(void) { printf("%d", (int) sizeof(mine_t)); return 0; }

@ typedef_long value +
#include <stdio.h>
typedef struct { char c[9]; } mine_t;
int main(void) { printf("%d", (int) sizeof(mine_t)); return 0; }

@ typedef_missing no
#include <stdio.h>
int main(void) { printf("%d", (int) sizeof(mine_t)); return 0; }

@ macro_defined no
#define SOMETHING 1
#include <stdio.h>
--
    return SOMETHING;

@ macro_missing no
#include <stdio.h>
--
    return SOMETHING;

@ macro_is_function no
#include <stdio.h>
#define helper(x) 0
--
    return helper(no such thing);

@ macro_word_int no
#define int struct nothing
#include <stdio.h>
--

@ macro_word_static no
#define static
static int f(void) { return 0; }
int main(void) { return f(); }

@ macro_word_main no +
#define main mine
int main(void) { return 0; }

@ macro_word_value no
#define value 3
int main(void) { return value - 3; }

% ngx_probe_1 ngx_probe_2 ngx_end_1 ngx_main_1 ngx_q1 ngx_v1 ngx_e1 main_1 ngx_unit_1 ngx_member_1
@ engine_name no
int @1(void);
int @1(void) { return 0; }
int main(void) { return @1(); }

@ engine_name_missing no
int ngx_probe_1(void);
int main(void) { return ngx_probe_1(); }

@ engine_static yes
static int ngx_probe_3(void) { return 0; }
static int ngx_end_3(void) { return ngx_probe_3(); }
int main(void) { return ngx_end_3(); }

@ engine_macro yes
#define ngx_probe_1 nothing at all
#define ngx_end_1 nothing at all
#define ngx_probe_2 nothing at all
int main(void) { return 0; }

@ static_declared_only no
static int helper(void);
int main(void) { return helper(); }

@ static_declared_unused no
static int helper(void);
int main(void) { return 0; }

@ local_extern no
int main(void) { extern int helper(void); return helper(); }

@ local_static yes
int main(void) { static int helper = 0; return helper; }

@ label_named_main no
int main(void) { goto main; main: return 0; }

@ member_named_main yes
struct m { int main; };
int main(void) { struct m m = { 0 }; return m.main; }

@ variable_named_main_local yes
int main(void) { int main = 0; return main; }

@ calls_itself yes
#include <stdlib.h>
int main(void) { static int n; return n++ < 3 ? main() : 0; }

@ takes_own_address yes
int main(void) { int (*f)(void) = main; return f == 0; }

@ noreturn_other no
static void leave(void) __attribute__((noreturn));
static void leave(void) { for (;;) { } }
int main(void) { leave(); }

@ common_symbol_of_library no
int write;
int main(void) { return write; }

@ argv_like yes
static int argc = 0;
static char **argv;
int main(void) { return argc || argv; }

@ one_is_prefix no
 * macro: NGX_HAVE_NAMES_PREFIX_A
int main(void) { return 0; }

@ one_is_prefix_longer no
 * macro: NGX_HAVE_NAMES_PREFIX_AB
int main(void) { return nothing; }

@ one_is_prefix_shorter no
 * macro: NGX_HAVE_NAMES_PREFIX_
int main(void) { return 0; }

@ macro_without_prefix no
 * macro: HAVE_NAMES_LOWER_case
int main(void) { return 0; }

@ macro_is_regex_like yes
 * macro: NGX_HAVE_NAMES_X__
int main(void) { return 1; }

@ long_macro no
 * macro: NGX_HAVE_NAMES_THAT_IS_AS_LONG_AS_NO_OTHER_NAME_AND_RUNS_PAST_THE_COLUMN_OF_THE_TABLE
int main(void) { return 0; }
