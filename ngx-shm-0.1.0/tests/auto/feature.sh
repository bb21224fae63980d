#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# feature.sh - nginx's interface does what nginx's own scripts do
#
# Each case is a script as those of nginx and its modules; it runs with nginx's
# own auto/ (Debian's nginx-dev, or NGINX_SRC) and with ours under each shell.
# Messages, both headers, the log and all variables left behind must be equal.
# shellcheck disable=SC2016,SC2317,SC2329  # scripts in strings; functions by ok
# shellcheck disable=SC2086,SC2119,SC2120  # lists of words; arguments by ok

# shellcheck source=tests/tap.sh
. "${srcdir-$(dirname "$0")/../..}/tests/tap.sh"

nginx=${NGINX_SRC-/usr/share/nginx/src}
interface='ask define endianness feature have have_headers include nohave
prefetch types/sizeof types/typedef types/uintptr_t types/value'
shells='dash bash busybox_sh mksh yash'

# tree DIR [OURS]: nginx's tree, with our scripts in place of its own
tree() {
    mkdir "$1" && cp -R "$nginx/." "$1" || return
    [ -n "${2-}" ] || return 0
    for file in $interface; do
        rm -f "$1/auto/$file" && cp "$top/auto/$file" "$1/auto/$file" || return
    done
    cp -R "$top/auto/engine" "$1/auto/engine"
}

# the variables that a script has in nginx's configure; then print the results
prelude() {
    cat <<'END'
CC=${TEST_CC:-cc} NGX_OBJS=objs
. auto/init
NGX_INCLUDE_UNISTD_H='#include <unistd.h>'
NGX_INCLUDE_INTTYPES_H='#include <inttypes.h>'
END
}
names='CC CC_AUX_FLAGS CC_TEST_FLAGS NGX_AUTOTEST NGX_INCLUDE_CRYPT_H
NGX_INCLUDE_NO_SUCH_H NGX_INCLUDE_SYS_PARAM_H NGX_INCLUDE_UNISTD_H NGX_LD_OPT
NGX_OBJS NGX_TEST_LD_OPT found have ngx_c ngx_feature ngx_feature_inc_path
ngx_feature_incs ngx_feature_libs ngx_feature_name ngx_feature_path
ngx_feature_run ngx_feature_test ngx_found ngx_have_feature ngx_include
ngx_max_len ngx_max_value ngx_n ngx_name ngx_param ngx_ptr_size ngx_size
ngx_temp ngx_test ngx_try ngx_type ngx_types ngx_value value mine'
postlude() {
    cat <<'END'
{
    for name in $names; do
        eval "printf '%s=<%s>\n' \$name \"\${$name-unset}\""
    done
    echo "options $-; folder $PWD; arguments $*; traps $(trap)"
    set | sed -n 's/^\([A-Za-z_][A-Za-z_0-9]*\)=.*/\1/p' | grep -Ev \
        '^(ngx_auto_.*|NGX_HOST|_|KSH_MATCH|BASH.*|LINENO|PIPESTATUS|RANDOM|SECONDS)$'
} | sed 's|folder .*/[a-z]*;|folder;|' | tr -s ' ' >variables
END
}

# run SHELL TREE: run the script `case` in a tree, which keeps its results
run() (
    cd "$2" && rm -rf objs out variables && mkdir objs || exit
    echo >objs/ngx_auto_headers.h
    echo >objs/ngx_auto_config.h
    case $1 in busybox_sh) set -- busybox sh ;; *) set -- "$1" ;; esac
    export names
    { prelude; cat ../case; } >script
    postlude >after
    "$@" -c 'set -- a "b c"; . ./script; . ./after' sh >out 2>&1
    echo "status $?" >>out
    cat objs/ngx_auto_config.h objs/ngx_auto_headers.h >headers
    sed 's|/tmp/[A-Za-z0-9.]*|TMP|g' objs/autoconf.err | tr -s ' ' >log
    ls -A objs >>log
    [ -f variables ] || : >variables
)

equal() {
    for shell in $shells; do
        command -v "${shell%_*}" >/dev/null || continue
        run "$shell" own && run "$shell" ours || return
        for file in out headers log variables; do
            diff own/$file ours/$file || { echo "$shell: $file"; return 1; }
        done
    done
    # the case itself has the expected results
    while read -r word rest; do
        case $word in '#:') grep -F -e "$rest" own/out own/headers ||
            { echo "not in the output: $rest"; return 1; } ;; esac
    done <case
}

same() {
    cat >case
    ok "$1" equal
}

if [ -f "$nginx/auto/feature" ]; then

tree own || exit
tree ours yes || exit
for where in own ours; do
    mkdir -p $where/mine/include && echo '#define MINE 7' >$where/mine/include/mine.h
    echo 'int mine(void) { return 0; }' >$where/mine/mine.c
    (cd $where/mine && "$CC" -c mine.c && ar rc libmine.a mine.o) || exit
done

block='ngx_feature="a thing"
ngx_feature_name=NGX_have_Thing
ngx_feature_incs="#include <stdio.h>"
ngx_feature_path=
ngx_feature_libs=
'
same 'run=no: found and not found' <<END
$block
ngx_feature_run=no
ngx_feature_test='puts("")'; . auto/feature
ngx_feature_name=NGX_other
ngx_feature_test='not_there("")'; . auto/feature
#: checking for a thing ... found
#: checking for a thing ... not found
#: #define NGX_HAVE_THING  1
END
same 'run=yes: found, not working, killed, not found' <<END
$block
ngx_feature_run=yes
ngx_feature_test='puts("said")'; . auto/feature
ngx_feature_name=NGX_two
ngx_feature_test='return 3'; . auto/feature
ngx_feature_test='*(volatile int *) 0 = 1'; . auto/feature
ngx_feature_test='NOT_THERE'; . auto/feature
#: found but is not working
END
same 'run=value: the name as it is, the output as the value' <<END
$block
ngx_feature_run=value
ngx_feature_test='printf("%d", 42)'; . auto/feature
ngx_feature_name=NGX_two
ngx_feature_test='printf("43"); return 1'; . auto/feature
ngx_feature_test='NOT_THERE'; . auto/feature
#: #define NGX_have_Thing  42
END
same 'run=bug: found when the program fails' <<END
$block
ngx_feature_run=bug
ngx_feature_test='return 1'; . auto/feature
ngx_feature_name=NGX_two
ngx_feature_test='return 0'; . auto/feature
ngx_feature_test='NOT_THERE'; . auto/feature
#: #define NGX_HAVE_THING  1
END
same 'a name may be empty, an unknown run is no' <<END
$block
ngx_feature_name=
ngx_feature_run=yes
ngx_feature_test=; . auto/feature
ngx_feature_run=perhaps
ngx_feature_test='return 1'; . auto/feature
END
same 'values left standing between calls' <<END
ngx_feature=first ngx_feature_name=NGX_FIRST ngx_feature_libs=-lm
ngx_feature_incs='#include <math.h>'
ngx_feature_test='volatile double d = 2; d = cos(d)'
. auto/feature
ngx_feature=second ngx_feature_name=NGX_SECOND
. auto/feature
unset ngx_feature_libs ngx_feature_run
ngx_feature=third ngx_feature_name=NGX_THIRD
. auto/feature
#: #define NGX_SECOND  1
END
same 'a preset include path is kept, added to, and cleared' <<END
$block
ngx_feature_incs='#include <mine.h>'
ngx_feature_inc_path="-I mine/include"
ngx_feature_path="/no/such/folder /nor/this"
ngx_feature_test='return MINE'; . auto/feature
ngx_feature_name=NGX_TWO
ngx_feature_path=; . auto/feature
ngx_feature_path=mine/include; . auto/feature
#: #define NGX_HAVE_THING  1
#: #define NGX_TWO  1
#: not found
END
same 'flags swapped around single calls' <<END
$block
ngx_feature_test='return FROM_TEST + FROM_AUX'
mine=\$CC_TEST_FLAGS
CC_TEST_FLAGS="-DFROM_TEST=1" CC_AUX_FLAGS=-DFROM_AUX=2; . auto/feature
CC_TEST_FLAGS=\$mine ngx_feature_name=NGX_TWO; . auto/feature
ngx_feature_test= NGX_TEST_LD_OPT=-Wl,--no-such-option; . auto/feature
NGX_TEST_LD_OPT= NGX_LD_OPT=-Wl,--no-such-option; . auto/feature
END
same 'bodies with #if, comments, here-document text, nothing' <<END
$block
ngx_feature_test="
#if 1
    puts(\"\");  /* a ' comment */
#else
#error never
#endif
    // and \\\\n \\\$HOME \\\`x\\\`
    puts(\"two;
\");"
ngx_feature_test=\`cat <<TEXT
    int i = 0;   puts("a\\\\tb");
    if (i) return 1;
TEXT
\`
. auto/feature
ngx_feature_test="#if 1
;
#endif
"; . auto/feature
ngx_feature_test=; . auto/feature
ngx_feature_test="puts(\"\");"; . auto/feature
ngx_feature_test='/* open'; . auto/feature
END
same 'libraries are any flags: archives, -I, -R, -Wl' <<END
$block
ngx_feature_incs='#include "mine.h"
int mine(void);'
ngx_feature_libs="mine/libmine.a -Imine/include -Wl,-rpath,/x -Wl,-E"
ngx_feature_run=yes
ngx_feature_test='return mine()'; . auto/feature
ngx_feature_name=NGX_TWO ngx_feature_libs="-Lmine -lmine -I mine/include"
. auto/feature
ngx_feature_libs="-L/nowhere -lmine"; . auto/feature
#: #define NGX_TWO  1
END
same 'two levels of quoting' <<'END'
ngx_feature=quotes ngx_feature_name=NGX_QUOTES ngx_feature_run=yes
ngx_feature_test='return sizeof(V) != 4'
CC_TEST_FLAGS='-DV=\\\\\"a\ b\\\\\"'; . auto/feature
CC_TEST_FLAGS="'-DV=\\\"a b\\\"'" ngx_feature_name=NGX_TWO; . auto/feature
CC_TEST_FLAGS='-DV="a b"'; . auto/feature
CC_TEST_FLAGS='-DV=\"abc\"'; . auto/feature
CC_TEST_FLAGS='-DV=`echo 1234`'; . auto/feature
END
printf '#!/bin/sh\n%s "$@"\nexit 1\n' "$CC" >builds-and-fails
printf '#!/bin/sh\nexit 0\n' >builds-nothing
chmod +x builds-and-fails builds-nothing
same 'the program decides, not the status of the compiler' <<END
$block
ngx_feature_run=yes ngx_feature_test=
CC=../builds-and-fails; . auto/feature
ngx_feature_name=NGX_TWO CC=../builds-nothing; . auto/feature
CC=../no-such-compiler; . auto/feature
#: #define NGX_HAVE_THING  1
END
same 'implicit declarations are warnings' <<END
$block
ngx_feature_incs= ngx_feature_test='puts("")'; . auto/feature
#: #define NGX_HAVE_THING  1
END
same 'the helpers: have, nohave, define, have_headers, value' <<'END'
have=NGX_ONE . auto/have
have=NGX_NONE . auto/nohave
have=NGX_TEXT value="\"a \\ \$b %s\"" . auto/define
have=NGX_HEADER . auto/have_headers
ngx_param=NGX_PARAM; ngx_value='(sizeof("-1") - 1)'; . auto/types/value
#: #define NGX_TEXT  "a \ $b %s"
#: #define NGX_PARAM  (sizeof("-1") - 1)
END
same 'include: found sets a variable, not found none' <<'END'
ngx_include=crypt.h; . auto/include
ngx_include=no/such.h; . auto/include
ngx_include="sys/param.h"; . auto/include
ngx_include="sys/mount.h"; . auto/include
#: #define NGX_HAVE_CRYPT_H  1
#: checking for no/such.h ... not found
END
same 'types: sizes, with 4 and 8 bytes' <<'END'
ngx_type=int; . auto/types/sizeof
mine="$ngx_max_value $ngx_max_len"
ngx_type="void *"; . auto/types/sizeof
ngx_param=NGX_PTR_SIZE; ngx_value=$ngx_size; . auto/types/value
ngx_type="long long"; . auto/types/sizeof
#: checking for int size ... 4 bytes
END
same 'types: a size that is neither ends the script' <<'END'
ngx_type=char; . auto/types/sizeof
echo not reached
#: error: can not detect char size
END
same 'types: an unknown type has no size' <<'END'
ngx_type="struct nix"; . auto/types/sizeof
#: error: can not detect struct nix size
END
same 'types: typedef found, and the fallbacks' <<'END'
ngx_type=size_t; ngx_types=int; . auto/types/typedef
ngx_type=in_nix_t; ngx_types="nix_t unsigned"; . auto/types/typedef
ngx_type=uint32_t; ngx_types=; . auto/types/typedef
#: typedef unsigned  in_nix_t;
END
same 'types: no typedef ends the script' <<'END'
ngx_type=in_nix_t; ngx_types="nix_t"; . auto/types/typedef
echo not reached
#: error: can not define in_nix_t
END
same 'types: uintptr_t, found and made up' <<'END'
. auto/types/uintptr_t
ngx_ptr_size=8
NGX_INCLUDE_INTTYPES_H='#define uintptr_t no such'
. auto/types/uintptr_t
#: typedef uint64_t  uintptr_t;
END
same 'byte order' <<'END'
. auto/endianness
#: #define NGX_HAVE_LITTLE_ENDIAN  1
END
same 'byte order: a compiler that fails ends the script' <<'END'
CC=../builds-nothing
. auto/endianness
#: error: cannot detect system byte ordering
END
same 'a script may test by itself, and end configure' <<'END'
echo $ngx_n "checking for my own ...$ngx_c"
echo 'int main(void) { return 0; }' >$NGX_AUTOTEST.c
$CC -o $NGX_AUTOTEST $NGX_AUTOTEST.c >>$NGX_AUTOCONF_ERR 2>&1
[ -x $NGX_AUTOTEST ] && echo " found"
rm -rf $NGX_AUTOTEST*
echo '#define MY_OWN 1' >>$NGX_AUTO_CONFIG_H
ngx_feature=x ngx_feature_name= ngx_feature_test=nix; . auto/feature
if [ $ngx_found = no ]; then
    exit 1
fi
END

# --- nginx's whole configure: all files that it writes must be equal
# whole SHELL OPTIONS [STATUS]; nginx's own run is kept for the next shell
whole() {
    runs="$2 $(cksum <own/auto/unix)"
    for where in own ours; do
        [ $where = ours ] || [ ! -f own/ran ] ||
            [ "$(cat own/ran)" != "$runs" ] || continue
        shell='sh'
        [ $where = own ] || shell=$1
        (cd $where && rm -rf objs && eval "$(echo "$shell" | tr _ ' ') \
            ./configure $2" >out 2>&1; echo "status $?" >>out
            rm -f objs/autoconf.err) || return
        [ $where = ours ] || echo "$runs" >own/ran
    done
    tail -n 5 own/out
    grep "^status ${3-0}\$" own/out >/dev/null && diff own/out ours/out &&
        diff -r own/objs ours/objs
}
debian() {
    nginx -V 2>&1 | sed -n 's/^configure arguments: //p'
}
# NGX_AUTO_THIN: two of the shells, and one form of each module
few=${NGX_AUTO_THIN:+dash busybox_sh}
for shell in ${few:-$shells}; do
    ok "nginx without options, in $shell" whole "$shell" ''
done
ok 'nginx with threads, file AIO and debug' whole dash \
    '--with-threads --with-file-aio --with-debug --with-cc-opt="-O2 -g"'
if [ -n "$(debian)" ]; then
    ok 'nginx with the options of Debian' whole dash "$(debian)"
else
    skip 'nginx with the options of Debian' 'nginx is not installed'
fi
serial() { NGX_AUTO_JOBS=0 whole dash ''; }
ok 'nginx with each question asked when it comes' serial
# Bodies that must not affect other questions when they are asked together: each
# body, between others with the same include lines
bodies() {
    echo 'ngx_feature_run=no ngx_feature_incs="#include <errno.h>" ngx_feature_libs='
    n=0
    while IFS= read -r body; do
        n=$((n + 1))
        printf 'ngx_feature="body %s" ngx_feature_name=NGX_BODY_%s\n' $n $n
        printf "ngx_feature_test='%s'\n. auto/feature\n" "$body"
    done <<'END'
return LEAK_1
/* */; #define LEAK_1 0
{ enum { LEAK_2 = 1 }; } return LEAK_2
} enum { LEAK_3 = 1 }; int leak_3(void) {
return LEAK_3
} int twice(void) {
} int twice(void) {
{ {
} }
/* open
return leak_4
extern int errno; extern int leak_4
return leak_5()
return leak_6(1)
int leak_6(int); return leak_6(1)
leak_7: goto leak_7
goto leak_7
return __LINE__ > 1000000 ? no : 0
return __func__[0] != 109 || __func__[4]
static int leak_8 = 1; return leak_8
return leak_8
struct leak_9 { int i; }; struct leak_9 x; (void) x
struct leak_9 y; (void) y
return main() + sizeof(main)
return errno
END
    echo 'ngx_feature_run=yes'
    for body in 'return __func__[0] != 109' 'return 0' 'exit(0)' 'abort()' \
        'int (*f)(void) = main; return f != main'; do
        n=$((n + 1))
        printf 'ngx_feature=b ngx_feature_name=NGX_BODY_%s\n' $n
        printf "ngx_feature_test='%s'\n. auto/feature\n" "$body"
    done
}
hostile() {
    for where in own ours; do
        cp $where/auto/unix kept.$where && bodies | sed 's/\/\*.*; #/\
#/' >>$where/auto/unix || return
    done
    whole dash ''
    status=$?
    cp kept.own own/auto/unix && cp kept.ours ours/auto/unix && return $status
}
ok 'questions asked at once do not see each other' hostile
wrong_flags() { whole dash '--with-ld-opt=-Wl,--no-such-option' 1 &&
    grep 'invalid value' ours/out; }
ok 'nginx with a wrong linker option' wrong_flags
prefetched() {
    (cd ours && rm -rf objs && strace -f -e trace=execve -o ../calls sh \
        ./configure >/dev/null 2>&1)
    (cd own && rm -rf objs && strace -f -e trace=execve -o ../calls.own sh \
        ./configure >/dev/null 2>&1)
    few=$(grep -c '/ld".*= 0' calls) many=$(grep -c '/ld".*= 0' calls.own)
    echo "$few links for $many"
    [ "$few" -gt 0 ] && [ $((few * 3)) -lt "$many" ]
}
if command -v strace >/dev/null; then
    ok 'questions share their links' prefetched
else
    skip 'questions share their links' 'strace is not here'
fi

# --- config scripts of modules, static and dynamic
one=
for config in "$top"/tests/consumers/nginx-modules/*/config; do
    module=${config%/config} module=${module##*/}
    status=0
    [ "$module" != refuses ] || status=1
    rm -rf own/mine.module ours/mine.module own/ran
    for where in own ours; do
        cp -R "${config%/config}" $where/mine.module
        chmod -R u+w $where/mine.module
    done
    [ "$one" = static ] && one=dynamic || one=static
    forms='static dynamic'
    [ -z "$few" ] || forms=$one
    for form in $forms; do
        option=--add-module=mine.module
        [ $form = static ] || option=--add-dynamic-module=mine.module
        ok "module $module, $form" whole dash $option $status
    done
done

else
    skip "nginx's interface" "no nginx-dev in $nginx; name one by NGINX_SRC"
fi

# --- for aarch64 on this machine
unset CC
gcc=aarch64-linux-gnu-gcc
qemu='qemu-aarch64-static -L /usr/aarch64-linux-gnu'
without='--without-http_rewrite_module --without-http_gzip_module'
# nginx's own scripts: each program becomes a script that runs it in qemu
emulated() {
    mkdir -p bin
    cat >bin/cc-emulated <<END
#!/bin/sh
$gcc "\$@" || exit
for word; do
    if [ "\${last-}" = -o ] && [ -f "\$word" ]; then
        mv "\$word" "\$word.bin"
        printf '#!/bin/sh\nexec $qemu %s.bin "\$@"\n' "\$word" >"\$word"
        chmod +x "\$word"
    fi
    last=\$word
done
END
    printf '#!/bin/sh\n[ "$*" != -m ] || exec echo aarch64\nexec %s "$@"\n' \
        "$(command -v uname)" >bin/uname
    chmod +x bin/*
    (cd own && rm -rf objs && PATH=$work/bin:$PATH CC=cc-emulated \
        sh ./configure $without) || return
    sed 's/^#define NGX_CONFIGURE.*//' own/objs/ngx_auto_config.h >aarch64.h
}
# crossed [VARIABLE=VALUE...]: the headers for aarch64 are those
crossed() {
    (cd ours && rm -rf objs && env NGX_HOST=aarch64-linux-gnu "$@" \
        sh ./configure $without) || return
    sed 's/^#define NGX_CONFIGURE.*//' ours/objs/ngx_auto_config.h |
        diff aarch64.h - &&
        diff own/objs/ngx_auto_headers.h ours/objs/ngx_auto_headers.h
}
assumed() {
    crossed >words || { cat words; return 1; }
    grep 'epoll ... found (assumed for aarch64-linux-gnu)' words
}
forced() {
    (cd ours && rm -rf objs && NGX_HOST=aarch64-linux-gnu \
        ngx_cv_NGX_HAVE_EPOLL=no ngx_cv_NGX_HAVE_KQUEUE=yes \
        sh ./configure $without) >words &&
        grep 'epoll ... not found (preset)' words &&
        grep 'NGX_HAVE_KQUEUE  1' ours/objs/ngx_auto_config.h &&
        ! grep 'NGX_HAVE_EPOLL ' ours/objs/ngx_auto_config.h
}
sysnerr() {
    (cd ours && rm -rf objs && mkdir objs && cat >script <<'END'
CC=cc NGX_OBJS=objs
. auto/init
ngx_feature=v ngx_feature_name=NGX_V ngx_feature_run=value
ngx_feature_test='return 0'
. auto/feature
ngx_cv_NGX_V=17
. auto/feature
END
    NGX_HOST=aarch64-linux-gnu sh -c '. ./script') >words &&
        cat words && grep 'unknown; preset ngx_cv_NGX_V=' words &&
        grep '#define NGX_V  17' ours/objs/ngx_auto_config.h
}
if [ -d ours ] && command -v $gcc >/dev/null && $qemu --version >/dev/null
then
    ok "aarch64: nginx's own scripts, under emulation" emulated
    ok 'aarch64: ours with an emulator answer the same' \
        crossed "NGX_EMULATOR=$qemu"
    ok 'aarch64: ours with nothing run answer the same' assumed
    ok 'aarch64: each question when it comes, the same' \
        crossed NGX_AUTO_JOBS=0
    ok 'aarch64: CROSS=PREFIX- is a name for it' \
        crossed NGX_HOST= CROSS=aarch64-linux-gnu-
    ok 'aarch64: presets win' forced
    ok 'aarch64: a value that only a run tells is not guessed' sysnerr
else
    skip 'aarch64' "needs nginx-dev, $gcc and qemu-user-static"
fi

# a script with nothing but a compiler, in a folder with files of its own
bare() {
    mkdir bare && cp -R "$top/auto" bare/auto && cd bare && echo kept >mine ||
        return
    cat >script <<'END'
ngx_feature='a function' ngx_feature_name=NGX_HAVE_GETPID ngx_feature_run=yes
ngx_feature_incs='#include <unistd.h>' ngx_feature_test='return getpid() <= 0'
. auto/feature
ngx_feature='another one' ngx_feature_name=NGX_HAVE_GETPIE
ngx_feature_test='return getpie()'
. auto/feature
END
    "$1" ./script </dev/null && [ -f mine ] && [ -f auto/feature ] &&
        grep '^#define NGX_HAVE_GETPID  *1' objs/ngx_auto_config.h &&
        ! grep '^#define NGX_HAVE_GETPIE  *1' objs/ngx_auto_config.h
}
for shell in $shells; do
    case $shell in busybox_sh) continue ;; esac
    ! command -v "$shell" >/dev/null ||
        ok "without nginx's auto/init: $shell" bare "$shell"
    rm -rf bare
done
plan
