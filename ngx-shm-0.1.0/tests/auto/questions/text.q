# What a careless reader of C stumbles over: comments, strings, lines that are
# continued, directives in bodies, digraphs, names of places.

@ if_in_body yes
--
#if 0
    this is no C at all
#endif

@ else_in_body yes
--
#if 0
    return 1;
#else
    return 0;
#endif

@ define_in_body yes
--
#define ZERO 0
    return ZERO;

@ define_leaks no
--
    return ZERO;

@ undef_leaks yes +
#include <stdio.h>
--
#undef EOF
#define EOF 0
    return EOF;

@ undef_is_alone yes +
#include <stdio.h>
--
    return EOF + 1;

@ include_in_body no
--
#include <stdio.h>
    puts("x");

@ error_in_body no
--
#error not today

@ error_not_taken no
--
#ifdef NOT_DEFINED_ANYWHERE
#error not today
#endif

@ warning_in_body no
--
#warning error: this is a warning

@ line_in_body no
--
#line 77 "elsewhere.c"
    return NOTHING;

@ line_fakes no +
--
#line 1 "q1"
    return NOTHING;

@ line_in_head no
#line 1 "q2"
int main(void) { return NOTHING; }

@ unbalanced_if no
--
#if 1

@ unbalanced_endif no
--
#endif

@ pragma_in_body no
--
#pragma GCC poison strlen

@ pragma_operator no
--
    _Pragma("GCC poison strcpy")

@ a_poisoner no +
#include <string.h>
--
    _Pragma("GCC poison strcpy")

@ not_poisoned no +
#include <string.h>
--
    char b[3];
    strcpy(b, "x");
    return strlen(b) != 1;

@ pragma_alone no
#include <string.h>
--
    char b[3];
    strcpy(b, "x");
    return strlen(b) != 1;

@ pragma_optimize yes
#pragma GCC optimize ("O2")
int main(void) { return 0; }

@ pragma_push no
#pragma GCC diagnostic push
#pragma GCC diagnostic error "-Wimplicit-function-declaration"
int main(void) { getpid(); return 0; }

@ pragma_visibility no
#pragma GCC visibility push(hidden)
int puts(const char *);
int main(void) { return puts("x") < 0; }

@ pack_in_body value
#include <stdio.h>
--
#pragma pack(1)
    struct { char c; int i; } s;
    printf("%d", (int) sizeof(s));

@ no_pack value
#include <stdio.h>
--
    struct { char c; int i; } s;
    printf("%d", (int) sizeof(s));

@ comment_open_in_string yes
--
    const char *s = "/*";
    return s[0] != '/';

@ comment_close_in_string yes
--
    const char *s = "*/";
    return s[0] != '*';

@ slashes_in_string yes
--
    const char *s = "http://x"; return s[5] != '/';

@ quote_in_char yes
--
    return '"' != 34;

@ quotes_in_char yes
--
    return '\'' != 39 || '\\' != 92 || '"' != 34;

@ brace_in_string yes
--
    const char *s = "}}}{";
    return s[0] != '}';

@ brace_in_char yes
--
    return '}' != 125;

@ brace_in_comment yes
--
    /* } } } */
    // }
    return 0;

@ main_in_string yes
static const char *s = "int main(void) { return 1; }";
int main(void) { return s[0] != 'i'; }

@ main_in_comment yes
/* int main(void) { return 1; } */
int main(void) { return 0; }

@ main_in_slashes yes
// int main(void) { return 1; }
int main(void) { return 0; }

@ comment_in_the_middle yes
int main/* here */(void/* and */) /* there */ { return 0; }

@ comment_nested_looks no
/* /* */
int main(void) { return 0; }

@ comment_then_code no
/* one */ int zero = 0; /* two */
int main(void) { return zero; }

@ comment_never_closed no
int main(void) { return 0; }
/* never closed

@ string_never_closed no
int main(void) { const char *s = "never closed; return s == 0; }

@ comment_by_continuation yes
int main(void)
{
    // this comment goes on \
    return 1;
    return 0;
}

@ continued_string yes
int main(void) { const char *s = "a\
b"; return s[1] != 'b'; }

@ continued_word yes
int ma\
in(void) { ret\
urn 0; }

@ continued_define yes
#define ZERO \
    0
int main(void) { return ZERO; }

@ continued_comment yes
/* a comment *\
/
int main(void) { return 0; }

@ trigraph_flag yes
 * flags: -trigraphs
int main(void) ??< return '??/'' != 39; ??>

@ trigraph_without no
int main(void) ??< return 0; ??>

@ trigraph_comment yes
 * flags: -std=c99
int main(void) { // what??/
    return 1;
    return 0; }

@ digraphs yes
int main(void) <% return 0; %>

@ digraph_directive yes
%:define ZERO 0
int main(void) { return ZERO; }

@ digraph_in_body yes
--
%:if 0
    no C at all
%:endif

@ closes_early no +
--
    return 0; } int second(void) { return 1;

@ closes_too_much no
--
    return 0; } }

@ opens_too_much no
--
    { { return 0;

@ semicolons yes
--
    ;;;;

@ nothing yes
--

@ stray no
--
    @ $ `

@ backslash_at_end no
--
    return 0; \

@ form_feed yes
int main(void) { return 0; }

@ tabs yes
int	main(void)	{	return	0;	}

@ one_line_everything yes
struct s { int i; }; static int f(struct s *p) { return p->i; } int main(void) { struct s s = { 0 }; return f(&s); }

@ long_line yes
int main(void) { return 0 + 0 + 0 + 0 + 0 + 0 + 0 + 0 + 0 + 0 + 0 + 0 + 0 + 0 + 0 + 0 + 0 + 0 + 0 + 0 + 0 + 0 + 0 + 0 + 0 + 0 + 0 + 0 + 0 + 0 + 0 + 0 + 0 + 0 + 0 + 0 + 0 + 0 + 0 + 0 + 0 + 0 + 0 + 0 + 0 + 0 + 0 + 0 + 0 + 0 + 0 + 0 + 0; }

@ line_number value folder
#include <stdio.h>
int main(void) { printf("%d", __LINE__); return 0; }

@ file_name value folder
#include <stdio.h>
#include <string.h>
int main(void) { printf("%d", (int) strlen(strrchr(__FILE__, '/') + 1)); return 0; }

@ function_name yes
#include <string.h>
--
    return strcmp(__func__, "main");

@ function_name_gnu yes
#include <string.h>
int main(void) { return strcmp(__FUNCTION__, "main") || strcmp(__PRETTY_FUNCTION__, "main"); }

@ counter yes
int main(void) { return __COUNTER__; }

@ include_level yes
int main(void) { return __INCLUDE_LEVEL__; }

@ base_file yes folder
#include <string.h>
int main(void) { return strstr(__BASE_FILE__, "base_file") == 0; }

@ date_known no
int main(void) { return sizeof(__DATE__) != 12; }

@ strict_ansi yes
 * flags: -std=c99
int main(void) {
#ifdef __STRICT_ANSI__
    return 0;
#else
    return 1;
#endif
}

@ assertion yes
_Static_assert(sizeof(int) >= 2, "int");
int main(void) { return 0; }

@ assertion_fails no
_Static_assert(sizeof(int) >= 200, "error: this is what it says");
int main(void) { return 0; }

@ assertion_in_body no
--
    _Static_assert(0, "q1:1: error: this is what it says");

@ has_include no
#if __has_include(<stdio.h>)
#include <stdio.h>
#endif
int main(void) { return EOF == 0; }

@ has_no_include no
#if __has_include(<no/such.h>)
int main(void) { return 0; }
#endif

@ identifier_dollar no
int main(void) { int a$b = 0; return a$b; }

@ attribute_unused no
 * flags: -Wall -Werror
int main(void) { int nobody __attribute__((unused)); return 0; }

@ ident no
#ident "some text"
int main(void) { return 0; }

@ stringify yes
#define TEXT(x) #x
#define WIDER(x) TEXT(x)
int main(void) { return WIDER(__LINE__)[0] == 'x'; }

@ paste yes
#define PASTE(a, b) a##b
int main(void) { return PASTE(0x, 0); }

@ redefines_keyword_in_body no
--
#define return nothing
    return 0;

@ redefined_by_other yes
--
    int x = 0;
    return x;
