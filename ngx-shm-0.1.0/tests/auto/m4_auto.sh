#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# m4_auto.sh - NGX_AUTO_CONFIG in the configure of another project, alone,
# beside NGX_CHECK_SHM, and beside what pkg-config knows of the library
# shellcheck disable=SC2016,SC2317,SC2329  # sed scripts; called by ok and no
# shellcheck disable=SC2015,SC2154  # A && B || C; m4_world.sh

# shellcheck source=tests/auto/m4_world.sh
. "${srcdir-$(dirname "$0")/../..}/tests/auto/m4_world.sh"

if ! command -v autoconf >/dev/null || ! command -v aclocal >/dev/null; then
    skip 'NGX_AUTO_CONFIG' 'Autoconf or Automake is not here'
    plan
    exit
fi

# A question of the project's own that needs a library, among few others
questions() {
    mkdir "$1/auto/probe" && cd "$1/auto/probe" || return
    for probe in map_anon map_hugetlb posix_shm ptr_size; do
        cp "$top/auto/probe/$probe.c" .
    done
    cat >cos.c <<'END'
/* probe: cos() at run time
 * macro: NGX_HAVE_COS
 * run:   yes
 * libs:  -lnot_there -lm
 * cross: yes *-linux*
 */
double cos(double);
int main(void) { volatile double d = 0; return cos(d) != 1; }
END
}
# tree DIR LINE...: a project with auto/ and the macros, and these lines
tree() {
    dir=$1
    shift
    rm -rf "$dir" && mkdir -p "$dir/m4" && cp -R "$top/auto" "$dir" &&
        rm -r "$dir/auto/probe" && (questions "$dir") &&
        cp "$top/m4/ngx_auto.m4" "$top/m4/ngx_feature.m4" "$dir/m4" &&
        sh "$top/auto/tom4" "$dir/auto/probe" NGX_CHECK_SHM \
            >"$dir/m4/ngx_shm.m4" &&
        printf '%s\n' 'AC_INIT([x], [1])' 'AC_CONFIG_MACRO_DIRS([m4])' \
            'AC_CONFIG_HEADERS([config.h])' AC_PROG_CC "$@" AC_OUTPUT \
            >"$dir/configure.ac" && generate "$dir"
}
# configure DIR [OPTION...]: its output is in build/words
configure() (
    dir=$1
    shift
    rm -rf build && mkdir build && cd build &&
        "../$dir/configure" "CC=$CC" "$@" >words 2>&1 ||
        { status=$?; cat words; return $status; }
)
# both MACRO VALUE: config.h and the header say so
both() {
    grep "$1\|^/\*" build/config.h build/objs/ngx_auto_config.h
    grep -x "#define $1 $2" build/config.h &&
        grep -x "#define $1  $2" build/objs/ngx_auto_config.h
}
# logged NAME VALUE: a variable at the end of configure
logged() {
    grep "^$1=" build/config.log
    grep -x "$1=$2\|$1='$2'" build/config.log
}
header() { cat build/objs/ngx_auto_config.h; }

one() { tree auto NGX_AUTO_CONFIG; }
ok 'a project with NGX_AUTO_CONFIG' one
first() { tree first NGX_CHECK_SHM NGX_AUTO_CONFIG; }
ok 'NGX_CHECK_SHM and NGX_AUTO_CONFIG in one configure.ac' first
second() { tree second NGX_AUTO_CONFIG NGX_CHECK_SHM; }
ok 'NGX_AUTO_CONFIG and NGX_CHECK_SHM in one configure.ac' second

# agree DIR [OPTION...]
agree() {
    configure "$@" && both NGX_HAVE_MAP_ANON 1 && both NGX_PTR_SIZE 8 &&
        both NGX_HAVE_POSIX_SHM 1 && both NGX_HAVE_COS 1 &&
        logged NGX_COS_LIBS -lm && logged NGX_AUTO_LIBS -lm &&
        ! grep 'checking.*assumed' build/words
}
ok 'first NGX_CHECK_SHM: both agree, with the library' agree first
ok 'first NGX_AUTO_CONFIG: both agree, with the library' agree second
cached() {
    agree second && grep 'cos() at run time\.\.\. found (cached)' build/words
}
ok 'what NGX_AUTO_CONFIG found is not asked again' cached
# twice DIR: with config.cache
twice() {
    agree "$1" -C && cp build/objs/ngx_auto_config.h kept.h &&
        cp build/config.h kept.config.h && (cd build && "../$1/configure" -C \
            "CC=$CC" >words 2>&1) && both NGX_HAVE_COS 1 &&
        logged NGX_AUTO_LIBS -lm && logged NGX_COS_LIBS -lm &&
        cmp kept.config.h build/config.h
}
ok 'the same twice, with config.cache' twice first

# --- cross compiling, where nothing can be run
# guesses DIR [OPTION...]
guesses() {
    dir=$1
    shift
    CC=$gcc && configure "$dir" --host=aarch64-linux-gnu "$@" || return
    both NGX_HAVE_MAP_ANON 1 && both NGX_HAVE_COS 1 && both NGX_PTR_SIZE 8 &&
        both NGX_HAVE_MAP_HUGETLB 0 && logged NGX_AUTO_LIBS -lm &&
        header | grep 'MAP_ANON|MAP_SHARED): assumed for aarch64'
}
again() {
    guesses "$1" -C && (cd build && "../$1/configure" -C "CC=$gcc" \
        --host=aarch64-linux-gnu >words 2>&1) && both NGX_HAVE_COS 1 &&
        header | grep 'MAP_ANON|MAP_SHARED): assumed for aarch64' &&
        ! header | grep 'MAP.*preset'
}
emulated() {
    CC=$gcc && configure "$1" --host=aarch64-linux-gnu "$2=$qemu" &&
        both NGX_HAVE_MAP_ANON 1 && both NGX_HAVE_COS 1 &&
        ! grep 'assumed\|WARNING' build/words && ! header | grep assumed
}
if command -v $gcc >/dev/null; then
    ok 'cross: first NGX_CHECK_SHM: both assume the same' guesses first
    ok 'cross: first NGX_AUTO_CONFIG: both assume the same' guesses second
    ok 'cross: config.cache makes no preset of what was assumed' again first
    ok 'cross: nor after NGX_AUTO_CONFIG' again second
else
    skip 'cross: both macros' "$gcc is not here"
fi
if command -v $gcc >/dev/null && $qemu --version >/dev/null; then
    ok 'cross: --with-emulator is for both' emulated first --with-emulator
    ok 'cross: NGX_EMULATOR is for both' emulated second NGX_EMULATOR
else
    skip 'cross: both macros with an emulator' "$gcc or qemu is not here"
fi

# --- presets
# library DIR VARIABLE
library() {
    configure "$1" "$2=-lrt" && both NGX_HAVE_POSIX_SHM 1 &&
        header | grep 'shm_open(): preset' &&
        logged NGX_POSIX_SHM_LIBS -lrt &&
        grep '^NGX_AUTO_LIBS=.*-lrt' build/config.log
}
ok 'a preset library: NGX_CHECK_SHM first' \
    library first ngx_cv_NGX_HAVE_POSIX_SHM
ok 'a preset library: NGX_AUTO_CONFIG first' \
    library second ngx_cv_NGX_HAVE_POSIX_SHM
ok 'a preset library by NGX_HAVE_X' library second NGX_HAVE_POSIX_SHM
# no_preset DIR VARIABLE=no
no_preset() {
    configure "$@" && both NGX_HAVE_MAP_ANON 0 &&
        header | grep 'MAP_SHARED): preset'
}
ok 'a preset no' no_preset first ngx_cv_NGX_HAVE_MAP_ANON=no
ok 'a preset 0' no_preset second NGX_HAVE_MAP_ANON=0
kept() {
    configure auto NGX_HAVE_MAP_ANON=0 &&
        cp build/objs/ngx_auto_config.h kept.h && (cd build &&
        rm objs/ngx_auto_config.h && ./config.status) &&
        cmp build/objs/ngx_auto_config.h kept.h
}
ok 'config.status makes the header again, with the presets' kept

# --- errors are reported, with the remedy
missing() {
    tree bare NGX_AUTO_CONFIG && rm -r bare/auto && ! configure bare &&
        grep 'error: .* needs the folder auto/ .*; copy it from' build/words
}
ok 'no auto/ in the tree: an error that tells where it is' missing
half() {
    tree half NGX_AUTO_CONFIG && rm -r half/auto/probe && ! configure half &&
        grep 'error: .*/auto is missing, or not whole' build/words
}
ok 'auto/ without its questions: the same' half
command_() {
    ! configure auto --with-emulator &&
        grep 'error: --with-emulator needs a command' build/words
}
ok '--with-emulator without a command is an error' command_
# A path without NAME
without() {
    rm -rf bin && mkdir bin
    IFS=:
    for dir in $PATH; do
        for file in "$dir"/*; do
            [ "${file##*/}" = "$1" ] || [ -e "bin/${file##*/}" ] ||
                ln -s "$file" bin
        done
    done
}
reuse() {
    tree reuse NGX_AUTO_REUSE && (without cksum) || return
    PATH=$work/bin NGX_AUTO_CACHE=$work/remembered
    export PATH NGX_AUTO_CACHE
    configure reuse && ! grep 'not found' build/words &&
        set -- "$work/remembered"/configure-* && [ ! -f "$1" ]
}
ok 'a path without cksum: nothing is remembered under a wrong key' reuse

fifo() {
    (without mkfifo) && PATH=$work/bin && export PATH && configure auto &&
        grep -x '#define NGX_HAVE_MAP_ANON  1' build/objs/ngx_auto_config.h
}
ok 'a path without mkfifo: the same answers' fifo
# a folder in which no program runs, in a namespace of its own
noexec() {
    tree noexec NGX_AUTO_CONFIG && rm -rf build && mkdir -p build/objs || return
    unshare -m sh -c 'mount -t tmpfs -o noexec none build/objs && cd build &&
        ../noexec/configure "CC=$0"' "$CC" >words 2>&1 && return 1
    cat words
    grep 'error: .* mounted noexec?.* where programs may run' words
}
if unshare -m true 2>/dev/null; then
    ok 'objs/ is mounted noexec: an error that says so, with the remedy' noexec
else
    skip 'objs/ is mounted noexec' 'needs the right to mount'
fi
relative() {
    printf '#!/bin/sh\nexec %s "$@"\n' "$qemu" >emulator &&
        chmod +x emulator && qemu=../emulator &&
        emulated second --with-emulator
}
if command -v $gcc >/dev/null && $qemu --version >/dev/null; then
    ok 'a relative emulator' relative
    no_such() {
        CC=$gcc && ! configure auto --host=aarch64-linux-gnu \
            --with-emulator=./not-there &&
            grep "emulator './not-there' cannot run .*; give its" build/words
    }
    ok 'an emulator that is not there: an error with the remedy' no_such
fi

# --- one wording: "checking for WHAT... ANSWER" in each front
words() { sed -n 's/^checking for \(.*[^ ]\) *\.\.\. /\1: /p' "$1" | sort -u; }
# same_words DIR [OPTION...]
same_words() {
    configure "$@" && shift && sh "$top/auto/configure" --no-cache \
        --probes=first/auto/probe --output=engine "CC=$CC" "$@" >engine.out &&
        words engine.out >engine.words && words build/words >m4.words &&
        grep -Fxf m4.words engine.words | diff - engine.words
}
worded() {
    same_words first && grep 'MAP_SHARED): found$' engine.words &&
        grep 'touched: found but is not working$\|touched: found$' \
            engine.words && grep 'pointer: [48]$' engine.words
}
preset_words() {
    NGX_HAVE_MAP_ANON=0 NGX_PTR_SIZE=16 && export NGX_HAVE_MAP_ANON \
        NGX_PTR_SIZE && same_words first &&
        grep 'MAP_SHARED): not found (preset)' engine.words &&
        grep 'pointer: 16 (preset)' engine.words
}
assumed_words() {
    CC=$gcc && same_words first "--host=$1" && shift &&
        for words; do grep -Fx "$words" engine.words || return; done
}
ok 'NGX_CHECK_X and auto/configure say the same' worded
ok 'so they do of a preset' preset_words
if command -v $gcc >/dev/null; then
    ok 'so they do of what is assumed' assumed_words aarch64-linux-gnu \
        'mmap(MAP_ANON|MAP_SHARED): found (assumed for aarch64-linux-gnu)' \
        'mmap(MAP_HUGETLB), touched: not found (assumed for aarch64-linux-gnu)'
fi

# --- pkg-config has a name of its own: PKG_CHECK_MODULES([NGX_SHM], ...)
if pkg-config --version >/dev/null 2>&1 &&
    [ -n "$(find "$(aclocal --print-ac-dir)" -name pkg.m4)" ]
then
    pkg_alone() {
        rm -rf pkg build && mkdir -p pkg/m4 build && printf '%s\n' \
            'AC_INIT([x], [1])' AC_PROG_CC \
            'PKG_CHECK_MODULES([NGX_SHM], [ngx-shm])' \
            'AC_CONFIG_FILES([out])' AC_OUTPUT >pkg/configure.ac &&
            echo '@NGX_SHM_CFLAGS@ and @NGX_SHM_LIBS@' >pkg/out.in &&
            (cd pkg && ACLOCAL_PATH=$top/m4 aclocal -Wall && autoconf -Wall) &&
            ! grep NGX_CHECK pkg/aclocal.m4 && pc &&
            (cd build && PKG_CONFIG_PATH=$work ../pkg/configure "CC=$CC" &&
                grep -x -e '-I/opt/pkg/include *and -L/opt/pkg/lib -lngx_shm *' out)
    }
    pc() {
        printf '%s\n' 'Name: x' 'Description: x' 'Version: 1' \
            'Cflags: -I/opt/pkg/include' 'Libs: -L/opt/pkg/lib -lngx_shm' \
            >ngx-shm.pc
    }
    ok 'PKG_CHECK_MODULES([NGX_SHM]) where our macros are installed' pkg_alone
    pkg_beside() {
        tree beside 'PKG_CHECK_MODULES([NGX_SHM], [ngx-shm])' NGX_CHECK_SHM \
            NGX_AUTO_CONFIG && pc || return
        PKG_CONFIG_PATH=$work && export PKG_CONFIG_PATH
        configure beside && logged NGX_CHECK_SHM_LIBS ' -lm' &&
            logged NGX_SHM_LIBS '-L/opt/pkg/lib -lngx_shm '
    }
    ok 'PKG_CHECK_MODULES([NGX_SHM]) beside our macros' pkg_beside
else
    skip 'PKG_CHECK_MODULES([NGX_SHM])' 'pkg-config is not here'
fi
# old LINE...: the old name beside a macro of ours is no command of the shell
old() {
    ! tree old "$@" >tried 2>&1 && cat tried &&
        grep 'macro is NGX_CHECK_SHM\|undefined macro: NGX_SHM$' tried
}
ok 'the old name NGX_SHM is refused beside NGX_CHECK_COS' \
    old NGX_CHECK_COS NGX_SHM
ok 'the old name NGX_SHM is refused beside NGX_AUTO_CONFIG' \
    old NGX_AUTO_CONFIG NGX_SHM
prefix() { tree prefix NGX_CHECK_COS NGX_SHM_MINE=1 'NGX_SHMEM=2'; }
ok 'a name that only begins so is free' prefix

plan
