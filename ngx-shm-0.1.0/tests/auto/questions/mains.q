# main() in all its forms, what runs before and after it, and what a function
# leaves behind in its unit.

@ empty_parentheses yes
int main() { return 0; }

@ arguments yes
int main(int argc, char **argv) { return argc != 1 || argv[0] == 0; }

@ environment yes
int main(int argc, char **argv, char **envp) { return argc != 1 || argv == 0 || envp == 0; }

@ implicit_int yes
main() { return 0; }

@ implicit_void yes
main(void) { return 0; }

@ returns_void no
void main(void) { }

@ returns_long no
long main(void) { return 0; }

@ kr_style yes
int main(argc, argv) int argc; char **argv; { return argc != 1 || argv == 0; }

@ lines_apart yes
int
main
(
void
)
{
    return 0;
}

@ no_return yes
int main(void) { }

@ no_main no
int other(void) { return 0; }

@ no_main_compiled compile +
int other(void) { return 0; }

@ static_main no
static int main(void) { return 0; }

@ two_mains no
int main(void) { return 0; }
int main(void) { return 1; }

@ declared_before yes
int main(void);
int main(void) { return 0; }

@ declared_static_after no
int main(void) { return later(); }
static int later(void) { return 0; }

@ function_after yes
static int later(void);
int main(void) { return later(); }
static int later(void) { return 0; }

@ variable_main no
int main = 0;

@ array_main no
const char main[] = "text";

@ inline_main no
inline int main(void) { return 0; }

@ noreturn_main yes
#include <stdlib.h>
_Noreturn int main(void);
int main(void) { exit(0); }

@ constructor yes +
#include <unistd.h>
__attribute__((constructor)) static void first(void) { _exit(3); }
int main(void) { return 0; }

@ constructor_sets yes
static int set;
__attribute__((constructor)) static void first(void) { set = 1; }
int main(void) { return set != 1; }

@ destructor yes
#include <unistd.h>
__attribute__((destructor)) static void last(void) { _exit(3); }
int main(void) { return 0; }

@ no_constructor yes
#include <unistd.h>
int main(void) { return 0; }

@ preinit yes
static int ran;
static void early(void) { ran = 1; }
__attribute__((section(".init_array"), used)) static void (*at_start)(void) = early;
int main(void) { return ran != 1; }

@ alias yes
int real_one(void) { return 0; }
int other_one(void) __attribute__((alias("real_one")));
int main(void) { return other_one(); }

@ alias_missing no
int other_one(void) __attribute__((alias("real_one")));
int main(void) { return other_one(); }

@ weak_replaces yes
__attribute__((weak)) int helper(void) { return 0; }
int main(void) { return helper(); }

@ replaces_puts yes
int puts(const char *s) { return s == 0; }
int main(void) { return puts("x"); }

@ replaces_exit yes
#include <unistd.h>
void exit(int n) { _exit(n + 5); }
int main(void) { return 0; }

@ replaces_write yes
long write(int fd, const void *p, unsigned long n) { (void) fd; (void) p; (void) n; return -1; }
int main(void) { return write(1, "", 0) != -1; }

@ malloc_is_mine yes +
#include <stddef.h>
void *malloc(size_t n) { (void) n; return NULL; }
int main(void) { return malloc(1) != NULL; }

@ malloc_is_libcs yes +
#include <stdlib.h>
int main(void) { return malloc(1) == NULL; }

@ static_local_counts yes
static int next(void) { static int n; return ++n; }
int main(void) { return next() - 1 + next() - 2; }

@ thread_local yes
static __thread int mine = 4;
int main(void) { return mine - 4; }

@ large_static yes
static char room[1 << 22];
int main(void) { return room[12345]; }

@ init_data yes
static int data[1000] = { [999] = 3 };
int main(void) { return data[999] - 3; }

@ entry_is_start no
void _start(void);
int main(void) { return _start == 0; }

@ own_start no
void _start(void) { for (;;) { } }
int main(void) { return 0; }

@ own_environ no
char **environ;
int main(void) { return environ == 0; }

@ nested_function yes
int main(void) { int f(int x) { return x; } return f(0); }

@ statement_expression yes
int main(void) { return ({ int x = 0; x; }); }

@ goto_computed yes
int main(void) { void *p = &&out; goto *p; out: return 0; }

@ longjmp yes
#include <setjmp.h>
static jmp_buf place;
int main(void) { if (setjmp(place) == 0) { longjmp(place, 1); } return 0; }

@ exits_by_exit yes
#include <stdlib.h>
int main(void) { exit(0); return 1; }

@ exits_by_quick yes
#include <stdlib.h>
int main(void) { quick_exit(0); return 1; }
