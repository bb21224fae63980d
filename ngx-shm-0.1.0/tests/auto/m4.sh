#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# m4.sh - our macros in the configure of another project
# shellcheck disable=SC2016,SC2317,SC2329  # sed scripts; called by ok and no
# shellcheck disable=SC2015,SC2086,SC2154  # A && B || C; lists; tap.sh

# shellcheck source=tests/auto/m4_world.sh
. "${srcdir-$(dirname "$0")/../..}/tests/auto/m4_world.sh"

generated() {
    sh "$top/auto/tom4" >made.m4 && diff "$top/m4/ngx_shm.m4" made.m4
}
ok 'm4/ngx_shm.m4 is what auto/tom4 makes of the questions' generated
every_question() {
    for file in "$top"/auto/probe/*.c; do
        macro=$(sed -n 's/^ \* macro: NGX_\(HAVE_\)*//p' "$file")
        grep -F "AC_DEFUN([NGX_CHECK_$macro]," "$top/m4/ngx_shm.m4" || return
    done
}
ok 'there is a macro for every question' every_question
no 'tom4 refuses a folder without questions' sh "$top/auto/tom4" "$work"
no 'tom4 refuses a wrong name' sh "$top/auto/tom4" "$top/auto/probe" 'a b'
usage() { sh "$top/auto/tom4" --help; [ $? = 2 ]; }
ok 'tom4 tells its usage' usage

if ! command -v autoconf >/dev/null || ! command -v aclocal >/dev/null; then
    skip 'Autoconf consumers' 'Autoconf or Automake is not here'
    plan
    exit
fi

vendored() {
    project vendored && cp "$top/m4/ngx_shm.m4" "$top/m4/ngx_feature.m4" \
        vendored/m4 && generate vendored && built vendored
}
ok 'vendored: two files of ours, no warning, and it builds and works' vendored
# our tree in a folder of theirs: theirs COMMAND... makes one/ngx-shm
theirs() {
    rm -rf one && mkdir one && (cd one && "$@") && printf '%s\n' \
        'AC_INIT([one], [1])' 'AC_CONFIG_HEADERS([config.h])' \
        'AC_CONFIG_MACRO_DIRS([ngx-shm/m4])' \
        'NGX_CHECK_POSIX_SHM([echo posix=$NGX_POSIX_SHM_LIBS=found])' \
        'AC_OUTPUT' >one/configure.ac && mkdir one/m4 && generate one &&
        (cd one && ./configure "CC=$CC" | grep '^posix=.*=found' &&
            grep 'NGX_HAVE_POSIX_SHM 1' config.h &&
            sh ngx-shm/auto/configure --output=objs --quiet &&
            grep 'NGX_HAVE_POSIX_SHM  1' objs/ngx_auto_config.h)
}
copy() { mkdir ngx-shm && cp -R "$top/auto" "$top/m4" ngx-shm; }
ok 'a copy of our tree in a folder of theirs: one line with one macro' \
    theirs copy
git_() { git -c user.name=x -c user.email=x -c protocol.file.allow=always "$@"; }
repository() {
    mkdir repository && cp -R "$top/auto" "$top/m4" repository &&
        cd repository && git_ init -q && git_ add . && git_ commit -q -m all
}
submodule() { git_ init -q && git_ submodule --quiet add ../repository ngx-shm; }
subtree() {
    git_ init -q && git_ commit -q --allow-empty -m start &&
        git_ subtree add -q --prefix=ngx-shm ../repository HEAD --squash
}
if git --version >/dev/null 2>&1; then
    (repository)
    ok 'our tree as a git submodule of theirs' theirs submodule
    ok 'our tree as a git subtree of theirs' theirs subtree
else
    skip 'our tree as a git submodule or subtree of theirs' 'git is not here'
fi
installed() {
    if [ -f "$here/Makefile" ]; then
        "${MAKE-make}" -C "$here" DESTDIR="$work/dest" install-aclocalDATA
    else
        mkdir -p dest/aclocal && cp "$top"/m4/ngx_*.m4 dest/aclocal
    fi
    share=$(find "$work/dest" -name ngx_shm.m4) && project found &&
        (ACLOCAL_PATH=${share%/*} && export ACLOCAL_PATH && generate found) &&
        ! grep -r NGX_CHECK found/m4 && built found
}
ok 'installed: aclocal finds them' installed

right() {
    built vendored && answer HAVE_EPOLL 1 && answer HAVE_COS 1 &&
        answer HAVE_NOTHING 0 && answer HAVE_TYPE 1 &&
        answer HAVE_FAILING 0 && answer HAVE_BUG 1 && answer ANSWER 42 &&
        answer HAVE_HOSTILE 1 && answer NGX_PTR_SIZE '[48]'
}
ok 'each answer is right' right
logged() {
    grep 'no luck' build/config.log && grep 'exit status 3' build/config.log &&
        grep '^| .*fputs("no luck' build/config.log &&
        grep '^| .*not_there *();' build/config.log
}
ok 'what failed is in config.log: program, words, status' logged
title() {
    (cd vendored && ./configure "CC=$CC") >words 2>&1
    grep -F 'checking for the "title" with $1, #, [ and ]... found' words
}
ok 'a title may hold any character' title
template() {
    grep -F 'Define to 1 if you have mmap(MAP_ANON|MAP_SHARED), else to 0.' \
        vendored/config.h.in && grep 'undef NGX_HAVE_MAP_ANON' \
        vendored/config.h.in && grep 'The size of off_t' vendored/config.h.in
}
ok 'autoheader has a text for each' template
presets() {
    built vendored ngx_cv_NGX_HAVE_MAP_ANON=no ngx_cv_ANSWER=43 \
        NGX_HAVE_MEMFD=0 && answer NGX_HAVE_MAP_ANON 0 && answer ANSWER 43 &&
        answer NGX_HAVE_MEMFD 0 || return
    built vendored ngx_cv_NGX_HAVE_POSIX_SHM=-lm &&
        answer NGX_HAVE_POSIX_SHM 1 &&
        grep 'D\["NGX_POSIX_SHM_LIBS\|S\["NGX_POSIX_SHM_LIBS"\]="-lm"' \
            build/config.status
}
ok 'presets win, with their library' presets
site() {
    echo 'ngx_cv_NGX_HAVE_SYSVSHM=no' >site
    rm -rf build && mkdir build && (cd build && CONFIG_SITE=../site \
        ../vendored/configure "CC=$CC" | grep 'System V.*not found (cached)' &&
        grep 'yes no yes missing' Makefile)
}
ok 'config.site presets too; ACTION-IF-NOT-FOUND runs' site
cache() {
    built vendored -C && cp build/config.h kept.h && (cd build &&
        ../vendored/configure -C "CC=$CC" >words &&
        [ "$(grep -c '(cached)' words)" -gt 30 ] &&
        grep 'config.h is unchanged' words) && cmp build/config.h kept.h
}
ok 'config.cache: all cached, the header unchanged' cache

for cc in gcc clang musl-gcc; do
    truth() { engine CC=$cc && CC=$cc && built vendored && same_answers; }
    if command -v $cc >/dev/null; then
        ok "$cc: the same answers as from auto/configure" truth
    else
        skip "$cc: the same answers as from auto/configure" 'not installed'
    fi
done

# --- other releases of Autoconf, as autoconf2.69 beside the usual one
# older VERSION: as vendored, and with the same answers
older() {
    project old && cp "$top/m4/ngx_shm.m4" "$top/m4/ngx_feature.m4" old/m4 &&
        (cd old && AUTOM4TE=autom4te$1 && export AUTOM4TE &&
            aclocal -I m4 -Wall && autoconf"$1" -Wall -Werror &&
            autoheader"$1" -Wall -Werror) >words 2>&1 && [ ! -s words ] ||
        { cat words; return 1; }
    grep "Generated by GNU Autoconf $1" old/configure && engine CC="$CC" &&
        built old && same_answers
}
for version in 2.69 2.70 2.72; do
    if command -v autoconf$version >/dev/null; then
        ok "Autoconf $version: no warning, and the same answers" older $version
    fi
done

# --- cross compiling
crossed() {
    rm -rf build && mkdir build && (cd build &&
        ../vendored/configure --host=aarch64-linux-gnu "CC=$gcc" "$@" \
            >words 2>&1)
}
assumed() {
    engine --host=aarch64-linux-gnu CC=$gcc && crossed && same_answers &&
        grep 'MAP_ANON.*found (assumed for aarch64-linux-gnu)' \
        build/words && answer NGX_PTR_SIZE 8 && answer HAVE_EPOLL 1 &&
        answer HAVE_FAILING 0
}
emulated() {
    engine --host=aarch64-linux-gnu CC=$gcc --emulator="$qemu" &&
        crossed "NGX_EMULATOR=$qemu" && same_answers &&
        ! grep assumed build/words && answer HAVE_FAILING 0 && answer ANSWER 42
}
# the emulator's name is quoted as in a command line
quoted() {
    mkdir -p 'an emulator' &&
        printf '#!/bin/sh\nexec %s "$@"\n' "$qemu" >'an emulator/run' &&
        chmod +x 'an emulator/run' &&
        crossed "NGX_EMULATOR='$work/an emulator/run'" &&
        ! grep 'assumed\|WARNING' build/words && answer ANSWER 42
}
no_emulator() {
    crossed NGX_EMULATOR=./no-emulator && grep 'found (assumed for ' build/words &&
        grep 'WARNING: NGX_EMULATOR=./no-emulator cannot run' build/words
}
warned_once() {
    crossed && grep -c WARNING build/words | grep -x 1 || return
    warning=$(grep 'WARNING: nothing could be run' build/words) &&
        grep WARNING -A 2 build/words | grep 'config.status' &&
        [ "$(echo "$warning" | grep -o ' NGX_HAVE_SYSVSHM\>' | wc -l)" = 1 ] &&
        echo "$warning" | grep 'assumed:.* NGX_HAVE_MAP_ANON .* HAVE_EPOLL;' &&
        echo "$warning" | grep 'guessed, .* HAVE_FAILING HAVE_BUG ANSWER '
}
preset() {
    crossed ngx_cv_ANSWER=41 ngx_cv_NGX_HAVE_MAP_ANON=no && answer ANSWER 41 &&
        answer NGX_HAVE_MAP_ANON 0
}
if command -v $gcc >/dev/null; then
    ok 'cross: nothing runs; assumed, as auto/configure' assumed
    ok 'cross: one warning at the end names what was assumed' warned_once
    ok 'cross: presets win' preset
else
    skip 'cross: nothing runs' "$gcc is not here"
fi
if command -v $gcc >/dev/null && $qemu --version >/dev/null; then
    ok 'cross: an emulator runs them, as auto/configure' emulated
    ok 'cross: an emulator whose name has a space' quoted
    ok 'cross: an emulator that is none is told, and nothing is run' no_emulator
else
    skip 'cross: an emulator runs them' "$gcc or qemu is not here"
fi

# --- a text that tries to break quoting arrives byte for byte
hostile() {
    mkdir -p hostile/m4 questions && cat >questions/hostile.c <<'END' &&
/* probe: a lone [, ], "two", #, $1, `x`, \n, index(), dnl and m4_define
 * macro: NGX_HAVE_HOSTILE
 * run:   yes
 */
#define HASH(x) #x
const char *a[] = { "[", "]]]", "%1$d", "$(y)", "$1 $* $@ $#", "@<:@ @:>@",
    "@S|@ @%:@ @&t@ @{:@", "dnl", "m4_define([x])", "AC_INIT", "`pwd`",
    "\`", "\\", "\n\\n", "'", "'''", "${HOME}", "@", "@@<:@@", "LT_ NGX_X",
    "a\
b", ",", "(", "changequote", "divert(-1)", "include", "\"", "_AC_", "m4_n",
    "syscmd(touch syscmd)", "esyscmd(x)", "index(", "__gnu__", "define(a,b)" };
int main(void) { return a[0][0] != '[' || HASH(a b)[1] != ' '; } // [
END
        sh "$top/auto/tom4" questions NGX_ALL >hostile/m4/all.m4 &&
        printf '%s\n' 'AC_INIT([x], [1])' 'AC_CONFIG_HEADERS([config.h])' \
            'NGX_ALL' 'AC_OUTPUT' >hostile/configure.ac || return
    # a compiler that keeps the last program
    printf '#!/bin/sh\nfor w; do case $w in *.c) cp "$w" "%s/last.c" ;; esac
        done\nexec %s "$@"\n' "$work" "$CC" >keeps && chmod +x keeps
    generate hostile || { cat words; return 1; }
    (cd hostile && ./configure "CC=$work/keeps" >words) || return
    grep -F 'for a lone [, ], "two", #, $1, `x`, \n, index(), dnl and m4_define... found' \
        hostile/words || return
    sed '1,/^\/\* end confdefs.h/d' last.c >from-m4.c
    diff questions/hostile.c from-m4.c && [ ! -f hostile/syscmd ]
}
ok 'a hostile text reaches the compiler byte for byte' hostile

# --- a project of plain shell
plain() {
    rm -rf plain && cp -R "$top/tests/consumers/plain" plain &&
        chmod -R u+w plain && cd plain && CC=$CC AUTO=$1 sh ./configure &&
        "${MAKE-make}" && [ "$(./plain)" = \
            'strnlen 1, poll 1, nothing 0, anonymous mappings 1' ]
}
plain_copy() {
    rm -rf copy && mkdir copy && cp -R "$top/auto" copy && plain ../copy/auto
}
ok 'plain shell, with a copy of auto/' plain_copy
plain_installed() {
    "${MAKE-make}" -C "$here" DESTDIR="$work/dest" install-toolkitDATA \
        install-toolkitSCRIPTS install-toolkitengineSCRIPTS \
        install-toolkitengineDATA \
        install-data-local &&
        file=$(find "$work/dest" -path '*/auto/configure') &&
        plain "${file%/configure}"
}
if [ -f "$here/Makefile" ]; then
    ok 'plain shell, with the installed auto/' plain_installed
else
    ok 'plain shell, with auto/ where it is' plain "$top/auto"
fi
short() { [ "$(wc -l <"$top/tests/consumers/plain/configure")" -le 20 ]; }
ok 'plain shell: at most 20 lines' short

# --- the third front: each question by nginx's auto/feature
# A question is a whole program, so its main gets another name.
blocks() {
    cat <<'END'
CC_TEST_FLAGS='-D_GNU_SOURCE=1 -D_FILE_OFFSET_BITS=64 -w'
CC_AUX_FLAGS='' NGX_TEST_LD_OPT='' NGX_INCLUDE_UNISTD_H='' ngx_feature_path=
NGX_OBJS=objs NGX_AUTOTEST=objs/autotest NGX_AUTOCONF_ERR=objs/autoconf.err
NGX_AUTO_CONFIG_H=objs/config.h ngx_n=-n ngx_c='' ngx_feature_inc_path=
END
    for file in "$top"/auto/probe/*.c; do
        printf 'ngx_file=%s ngx_libs="%s"\n' "$file" \
            "$(sed -n 's/^ \* libs: *//p' "$file")"
        sed -n 's/^ \* run: *\(.*\)/ngx_feature_run=\1/p
            s/^ \* macro: *\(.*\)/ngx_feature_name=\1/p' "$file"
        cat <<'END'
ngx_feature=$ngx_feature_name ngx_feature_test='return ngx_main()'
ngx_feature_incs="#define main ngx_main
$(cat $ngx_file)
#undef main"
ngx_found=no
for ngx_feature_libs in '' $ngx_libs; do
    [ $ngx_found = yes ] || . auto/feature
done
[ $ngx_found = yes ] || { have=$ngx_feature_name . auto/nohave; }
END
    done
}
by_feature() {
    rm -rf third && mkdir -p third/objs && cp -R "$top/auto" third &&
        blocks >third/blocks && (cd third && "$@" sh -c '. ./blocks') \
        >third/words || return
    sed -n 's/^#define \(NGX_[A-Z_]*\)  \([0-9]*\)$/\1 \2/p' \
        third/objs/config.h | sort | diff engine.answers -
}
for cc in gcc clang musl-gcc; do
    third() { engine CC=$cc && by_feature env CC=$cc; }
    if command -v $cc >/dev/null; then
        ok "$cc: the same answers from nginx's interface" third
    else
        skip "$cc: the same answers from nginx's interface" 'not installed'
    fi
done
third_cross() {
    engine --host=aarch64-linux-gnu CC=$gcc --emulator="$qemu" && by_feature env \
        CC=$gcc NGX_HOST=aarch64-linux-gnu NGX_EMULATOR="$qemu"
}
if command -v $gcc >/dev/null && $qemu --version >/dev/null; then
    ok "cross: the same answers from nginx's interface" third_cross
else
    skip "cross: the same answers from nginx's interface" 'no compiler or qemu'
fi

plan
