# What only a whole compilation knows: inline assembly, attributes that are
# errors, builtins that the optimiser decides, links of what is never called;
# and what compilers have.

@ asm_nothing yes
--
    __asm__ volatile ("");

@ asm_nonsense no
--
    __asm__ volatile ("this is no instruction");

@ asm_nonsense_compiled compile
int main(void) { __asm__ volatile ("this is no instruction"); return 0; }

@ asm_error no
--
    __asm__ volatile (".error \"by the assembler\"");

@ asm_constraint no
--
    __asm__ volatile ("" : : "Q9"(1));

@ asm_undefined no
--
    __asm__ volatile (".globl not_there_at_all\n.quad not_there_at_all");

@ asm_label no +
--
    __asm__ volatile ("twice_defined:\n");

@ asm_label_again no +
--
    __asm__ volatile ("twice_defined:\n");

@ asm_top no
__asm__ (".globl from_the_top\nfrom_the_top:\n");
int main(void) { return 0; }

@ asm_top_again no
__asm__ (".globl from_the_top\nfrom_the_top:\n");
int main(void) { return 0; }

@ asm_top_nonsense no
__asm__ ("this is no instruction");
int main(void) { return 0; }

@ asm_section no
__asm__ (".section .other\n");
int main(void) { return 0; }

@ asm_text_left yes
--
    __asm__ volatile (".data\n");

@ asm_name yes
int mine(void) __asm__("of_another_name");
int mine(void) { return 0; }
int main(void) { return mine(); }

@ asm_name_missing no
int mine(void) __asm__("of_no_name");
int main(void) { return mine(); }

@ asm_name_main no
int other(void) __asm__("main");
int other(void) { return 0; }

@ asm_register yes
--
    register int r __asm__("rax");
    r = 0;
    return r;

@ asm_register_nonsense no
--
    register int r __asm__("no_register");
    r = 0;
    return r;

@ asm_pause no
--
    __asm__ volatile ("pause");

@ asm_yield no
--
    __asm__ volatile ("yield");

@ error_called no
int bad(void) __attribute__((error("must not be called")));
--
    return bad();

@ error_not_called no
int bad(void) __attribute__((error("must not be called")));
--

@ error_optimised no
 * flags: -O2
int bad(void) __attribute__((error("must not be called")));
--
    if (0) return bad();

@ error_decided no +
 * flags: -O2
int bad(void) __attribute__((error("must not be called")));
--
    int n = 3;
    if (n != 3) return bad();

@ error_decided_unoptimised no
 * flags: -O0
int bad(void) __attribute__((error("must not be called")));
--
    int n = 3;
    if (n != 3) return bad();

@ error_compiled compile
int bad(void) __attribute__((error("must not be called")));
int main(void) { return bad(); }

@ warning_called no
int odd(void) __attribute__((warning("error: must not be called")));
int odd(void) { return 0; }
int main(void) { return odd(); }

@ constant_p yes
--
    return !__builtin_constant_p(3);

% -O0 -O2
@ constant_p_variable yes
 * flags: @1
--
    int n = 3;
    return !__builtin_constant_p(n);

% -O0 -O2
@ constant_p_decides no
 * flags: @1
int not_there_at_all(void);
--
    int n = 3;
    if (!__builtin_constant_p(n)) return not_there_at_all();

@ unreachable_call no
int not_there_at_all(void);
--
    if (0) return not_there_at_all();

@ unreachable_by_return no
int not_there_at_all(void);
--
    return 0;
    not_there_at_all();

@ unreachable_by_sizeof no
int not_there_at_all(void);
--
    return sizeof(not_there_at_all()) == 0;

@ unused_static_calls no +
int not_there_at_all(void);
static int never(void) { return not_there_at_all(); }
int main(void) { return 0; }

@ unused_static_used no
int not_there_at_all(void);
__attribute__((used)) static int never(void) { return not_there_at_all(); }
int main(void) { return 0; }

@ unused_global_calls no
int not_there_at_all(void);
int never(void) { return not_there_at_all(); }
int main(void) { return 0; }

@ inline_undefined no
 * flags: -std=c99
inline int f(void) { return 0; }
--
    return f();

@ inline_optimised no
 * flags: -std=c99 -O2
inline int f(void) { return 0; }
--
    return f();

@ inline_gnu no
 * flags: -std=gnu89
inline int f(void) { return 0; }
--
    return f();

@ always_inline no
static inline __attribute__((always_inline)) int f(int n) { return n; }
int main(void) { return f(0); }

@ always_inline_recursive no +
static inline __attribute__((always_inline)) int f(int n) { return n ? f(n - 1) : 0; }
int main(void) { return f(3); }

@ array_negative no
--
    char a[-1];
    return sizeof(a);

@ array_decided no
--
    extern char a[sizeof(int) == 4 ? 1 : -1];
    return sizeof(a) != 1;

@ division_constant no
--
    static int n = 1 / 0;
    return n;

@ case_twice no
--
    switch (0) { case 1: case 1: break; }

@ section_conflict no
__attribute__((section(".mine"))) int variable = 1;
__attribute__((section(".mine"))) int function(void) { return 0; }
int main(void) { return 0; }

@ section_rodata_elsewhere no
__attribute__((section(".mine"))) const int constant = 1;
int main(void) { return 0; }

@ section_data_elsewhere no
__attribute__((section(".mine"))) int variable = 1;
int main(void) { return 0; }

@ common_and_function no
int shared_name;
int main(void) { return shared_name; }

@ common_and_function_too no
int shared_name(void) { return 0; }
int main(void) { return shared_name(); }

% bswap16(1) bswap64(1) clz(1) ctz(1) popcount(1) expect(0,1) prefetch("") trap() unreachable() alloca(1) frame_address(0) return_address(0) add_overflow(1,1,(int*)0) no_such_builtin(1) cpu_supports("sse2") object_size("",0) types_compatible_p(int,long) choose_expr(1,0,no) speculation_safe_value(1) shuffle(1,2,3) dynamic_object_size("",0) ia32_pause() assume_aligned("",8) clear_cache(0,0) strlen("") offsetof(int,no)
@ builtin no
--
    __builtin_@1;

% noreturn packed aligned(16) cold hot malloc pure const weak visibility("hidden") no_such_thing constructor format(printf,1,2) nonnull sentinel section("x") target("avx2") optimize("O2") ifunc("no") cleanup(no) mode(DI) vector_size(16) alloc_size(1) fallthrough
@ attribute compile
 * flags: -Werror=attributes
void f(char *s, ...) __attribute__((@1));
int main(void) { return 0; }

% _Bool _Complex~double __int128 _Float128 __float80 _Decimal64 _Atomic~int __auto_type long~long~long _BitInt(7) char~_Alignas(16) _Thread_local
@ type no
--
    static @1 variable;

% __atomic_fetch_add(&n,1,5) __sync_fetch_and_add(&n,1) __atomic_is_lock_free(4,&n) __atomic_no_such(&n) __sync_lock_test_and_set(&n,1) __atomic_compare_exchange_n(&n,&n,1,0,5,5)
@ atomic no
--
    static int n;
    @1;

% __int128 struct~{char~c[64];} char long~long
@ atomic_size no
--
    static _Atomic @1 a;
    static @1 b;
    b = a;

@ generic yes
--
    return _Generic(1L, int: 1, long: 0, default: 2);

@ compound yes
--
    return ((struct { int i; }) { 0 }).i;

@ vla yes
--
    int n = 3;
    char a[n];
    return sizeof(a) != 3;

@ initialiser_order yes
--
    struct { int a, b; } s = { .b = 1, .a = 0 };
    return s.a;

@ case_range yes
--
    switch (3) { case 1 ... 5: return 0; default: return 1; }

@ declaration_after yes
--
    ;
    int late = 0;
    return late;

@ int_from_pointer no
--
    int n = "text";
    return n == 0;

@ wrong_pointer no
--
    long *p = "text";
    return p == 0;

@ const_lost no
--
    const char *s = "";
    char *t = s;
    return t == 0;

@ returns_nothing no
static int f(void) { return; }
int main(void) { return f() == 12345; }

@ redeclared no
--
    int a;
    int a;
    return 0;

@ conflicting_types no
int f(void);
long f(int);
int main(void) { return 0; }

@ conflicting_with_header no
#include <unistd.h>
char *getpid(void);
int main(void) { return 0; }

@ void_variable no
--
    void v;

@ incomplete no
--
    struct unknown s;

@ missing_member no
#include <sys/stat.h>
--
    struct stat s;
    return s.st_no_such_member;

@ member no
#include <sys/stat.h>
--
    struct stat s;
    return s.st_mtim.tv_sec == 0;

@ deep_recursion_of_macro no
#define A B
#define B A
int main(void) { int A = 0; return B; }
