#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# m4_values.sh - NGX_FEATURE answers what auto/configure answers: numbers,
# strict flags, presets, libraries
# shellcheck disable=SC2016,SC2317,SC2329  # sed scripts; called by ok and no
# shellcheck disable=SC2015,SC2154  # A && B || C; m4_world.sh

# shellcheck source=tests/auto/m4_world.sh
. "${srcdir-$(dirname "$0")/../..}/tests/auto/m4_world.sh"

default_cc=$CC
if ! command -v autoconf >/dev/null || ! command -v aclocal >/dev/null; then
    skip 'NGX_FEATURE' 'Autoconf or Automake is not here'
    plan
    exit
fi

# begin DIR: a configure.ac that takes ngx_feature.m4; questions follow
begin() {
    rm -rf "$1" questions && mkdir -p "$1/m4" questions &&
        cp "$top/m4/ngx_feature.m4" "$1/m4" &&
        printf '%s\n' 'AC_INIT([x], [1])' 'AC_CONFIG_MACRO_DIRS([m4])' \
            'AC_CONFIG_HEADERS([config.h])' AC_PROG_CC >"$1/configure.ac"
    project=$1
}
# ask MACRO RUN PROLOGUE BODY [CROSS]: the same question to both fronts
ask() {
    printf 'NGX_FEATURE([%s], [the question %s],\n[[%s]],\n[[%s]],\n%s)\n' \
        "$1" "$1" "$3" "$4" "  [], [], [$2], [-lm], [${5-}]" \
        >>"$project/configure.ac"
    printf '%s\n' "/* probe: the question $1" " * macro: $1" " * run: $2" \
        " * libs: -lm" ${5:+" * cross: $5"} ' */' "$3" \
        "int main(void) { $4; return 0; }" >"questions/$1.c"
}
end() { echo AC_OUTPUT >>"$project/configure.ac" && generate "$project"; }
# configure DIR [OPTION...]: its output is in build/words
configure() (
    dir=$1
    shift
    rm -rf build && mkdir build && cd build &&
        "../$dir/configure" "CC=$CC" "$@" >words 2>&1 ||
        { status=$?; cat words; return $status; }
)
# defined MACRO VALUE
defined() {
    grep -x "#define $1 $2" build/config.h || { grep "$1" build/config.h; false; }
}

# --- flags that turn warnings into errors do not change answers
strict_questions() {
    begin strict &&
        ask Q_UNUSED yes '#include <string.h>' \
            'size_t n; return strlen("x") != 1' &&
        ask Q_RESULT yes '#include <unistd.h>' 'write(2, "", 0)' &&
        ask Q_COMPARE compile '' 'unsigned u = 1; int i = -1; return u < i' &&
        ask Q_FORMAT no '#include <stdio.h>' 'printf("%s", 1L)' &&
        ask Q_POINTER compile '' 'char *p = 0; int *q; q = p; return q == p' &&
        ask Q_WRONG compile '' 'struct not_there s; return s.x' &&
        ask Q_MISSING no 'int not_there(void);' 'return not_there()' &&
        ask Q_COS no 'double cos(double);' 'volatile double d = 0; cos(d)' &&
        ask Q_NUMBER value 'enum { value = sizeof(short) };' \
            'extern int printf(const char *, ...); printf("%d", value)' && end
}
ok 'questions that make a compiler warn' strict_questions
# strict FLAGS...: both fronts, by CFLAGS and by CPPFLAGS
strict() {
    for variable in CFLAGS CPPFLAGS; do
        configure strict "$variable=$*" || return
        sh "$top/auto/configure" --probes=questions --no-cache --quiet \
            --output=engine "CC=$CC" "$variable=$*" || return
        sed -n 's/^#define \(Q_[A-Z]*\)  /#define \1 /p' \
            engine/ngx_auto_config.h | sort >engine.answers
        grep '^#define Q_' build/config.h | sort | diff engine.answers - ||
            return
        defined Q_UNUSED 1 && defined Q_RESULT 1 && defined Q_WRONG 0 &&
            defined Q_MISSING 0 && defined Q_COS 1 && defined Q_NUMBER 2 ||
            return
    done
}
while read -r flags; do
    for CC in gcc clang; do
        # shellcheck disable=SC2086  # a list of words
        if command -v $CC >/dev/null; then
            ok "$CC $flags: as auto/configure" strict $flags
        else
            skip "$CC $flags: as auto/configure" 'not installed'
        fi
    done
done <<'END'
-O0
-Wall -Werror
-O2 -Wall -Wextra -Wconversion -Werror -D_FORTIFY_SOURCE=2
-Werror=unused-variable -Werror=unused-result
END
CC=$default_cc

# --- numbers
number_questions() {
    print='extern int printf(const char *, ...)'
    begin numbers &&
        ask N_BIG value 'enum { value = 5000000000 };' \
            "$print; printf(\"%lld\", (long long) value)" &&
        ask N_UINT value '#include <limits.h>
enum { value = UINT_MAX };' "$print; printf(\"%u\", (unsigned) value)" &&
        ask N_MINUS value 'enum { value = -5 };' "$print; printf(\"-5\")" &&
        ask N_ZERO value 'enum { value = 0 };' "$print; printf(\"0\")" &&
        ask N_LEAST value '#include <limits.h>
enum { value = LLONG_MIN };' "$print; printf(\"%lld\", (long long) value)" &&
        ask N_MOST value '#include <limits.h>
enum { value = ULLONG_MAX };' \
            "$print; printf(\"%llu\", (unsigned long long) value)" &&
        ask N_STRUCT value 'struct pair { char c[7]; int i; };
enum { value = (int) sizeof(struct pair) };' "$print; printf(\"12\")" &&
        ask N_TYPEDEF value 'typedef struct { char a[3]; } mine;
enum { value = (int) sizeof(mine) };' "$print; printf(\"3\")" &&
        ask N_HEADER value '#include <not_there.h>
enum { value = 5 };' 'return 0' &&
        ask N_PRINTED value '' "$print; printf(\"-7\")" &&
        ask N_WORDS value '' "$print; printf(\"seven\")" && end
}
ok 'questions for numbers' number_questions
# numbers [OPTION...]: the numbers that are known without running a program
numbers() {
    configure numbers "$@" && defined N_MINUS -5 && defined N_ZERO 0 &&
        defined N_STRUCT 12 && defined N_TYPEDEF 3 && defined N_HEADER 0 &&
        grep 'question N_MINUS\.\.\. -5$' build/words
}
wide() {
    defined N_BIG 5000000000 && defined N_UINT 4294967295 &&
        defined N_LEAST -9223372036854775808 &&
        defined N_MOST 18446744073709551615
}
native() {
    numbers && wide && defined N_PRINTED -7 && defined N_WORDS 0 &&
        grep 'N_WORDS\.\.\. found but is not working' build/words &&
        grep -x "N_PRINTED_LIBS=''" build/config.log
}
ok 'numbers of up to 64 bits, and none from words' native
bits() { numbers "$@" && wide; }
for CC in clang musl-gcc 'gcc -m32' 'gcc -pedantic -std=c99'; do
    if echo 'int main(void) { return 0; }' >x.c &&
        { $CC -o x x.c && ./x; } 2>/dev/null
    then
        ok "$CC: numbers of up to 64 bits" bits
    else
        skip "$CC: numbers of up to 64 bits" 'not here'
    fi
done
CC=tcc
if command -v tcc >/dev/null; then
    ok 'tcc, which stops at the first error: numbers' numbers
else
    skip 'tcc, which stops at the first error: numbers' 'not installed'
fi
CC=$gcc
crossed() {
    numbers --host=aarch64-linux-gnu && wide &&
        grep 'N_PRINTED\.\.\. not found (guessed for ' build/words
}
strict_cross() { crossed CFLAGS='-Wall -Werror'; }
if command -v $gcc >/dev/null; then
    ok 'cross: an enum in the question is read' crossed
    ok 'cross: so it is under -Wall -Werror' strict_cross
else
    skip 'cross: an enum in the question is read' "$gcc is not here"
fi
CC=$default_cc

# refuse_value ENUM: an error in the expression gives no value
refuse_value() {
    begin wrong && ask N_WRONG value "#include <limits.h>
$1" 'return 0' && end || return
    configure wrong && return 1
    grep 'error: the value of N_WRONG does not compile, or' build/words &&
        configure wrong ngx_cv_N_WRONG=9 && defined N_WRONG 9
}
while read -r enum; do
    ok "no value, and no 0: $enum" refuse_value "$enum"
done <<'END'
enum { value = NO_SUCH_CONSTANT };
enum { value = (int) sizeof(no_such_t) };
enum { value = (__int128) 1 << 70 };
enum { value = 1 / 0 };
END

# --- presets
preset() { configure numbers "ngx_cv_N_BIG=$1"; }
refused() {
    preset "$1" && return 1
    grep "ngx_cv_N_BIG=$1 is no answer; it may be yes, no, a lib" build/words
}
ok 'a preset that is no answer is refused' refused many
number() { preset -12 && defined N_BIG -12; }
ok 'a preset number may be negative' number
library() {
    preset "$1" && defined N_BIG 1 &&
        grep -x "N_BIG_LIBS='$1'" build/config.log
}
ok 'a preset library' library -lm
ok 'a preset archive' library /opt/x/libx.a
environment() {
    N_MINUS=-6 && export N_MINUS && configure numbers && defined N_MINUS -6 &&
        grep 'N_MINUS\.\.\. -6 (preset)' build/words
}
ok 'a preset from the environment is marked' environment

plan
