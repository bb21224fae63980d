# SPDX-License-Identifier: BSD-2-Clause
# machine.sh - changes of the system, of the question, and by other writers
# shellcheck shell=sh disable=SC2015,SC2016,SC2030,SC2031,SC2034,SC2086
# shellcheck disable=SC2154,SC2317,SC2329,SC3045

of_environment() {
    question yes '' '#include <stdlib.h>' 'return getenv("NGX_EMULATED") == 0;'
}
change_emulator() {
    of_environment && script emu 'env' && was 0 --emulator="$PWD/emu" &&
        script emu 'env NGX_EMULATED=1' && is 1 --emulator="$PWD/emu"
}
change_emulator_path() {
    of_environment && mkdir one two && script one/emu env &&
        script two/emu 'env NGX_EMULATED=1' && PATH=$PWD/one:$PATH_WAS &&
        was 0 --emulator=emu && PATH=$PWD/two:$PATH_WAS && is 1 --emulator=emu
}
change_emulator_given() {
    of_environment && script emu 'env NGX_EMULATED=1' && was 0 &&
        is 1 --emulator="$PWD/emu"
}
change_environment() {
    of_environment && was 0 && export NGX_EMULATED=1 && is 1
}
change_environment_unset() {
    of_environment && (export NGX_EMULATED=1 && was 1) && is 0
}
change_limit_raised() {
    question yes '' '#include <fcntl.h>
#include <unistd.h>' 'return dup2(0, 60) != 60;'
    (ulimit -n 50 && was 0) && is 1
}
change_limit_lowered() {
    question yes '' '#include <fcntl.h>
#include <unistd.h>' 'return dup2(0, 60) != 60;'
    was 1 && ulimit -S -n 50 && is 0
}
change_file_limit() {
    question yes '' '#include <sys/resource.h>' 'struct rlimit r;
    return getrlimit(RLIMIT_FSIZE, &r) || r.rlim_cur != RLIM_INFINITY;'
    (ulimit -S -f 100000 && was 0) && is 1
}
change_shm_writable() {
    mounts || return
    question yes '' '#include <fcntl.h>
#include <sys/mman.h>' 'int fd = shm_open("/ngx_referee", O_CREAT|O_RDWR, 0600);
    shm_unlink("/ngx_referee"); return fd == -1;'
    mkdir shm && mount -t tmpfs -o ro tmpfs shm && mount --bind shm /dev/shm &&
        was 0 && umount /dev/shm && is 1
}
change_shm_read_only() {
    mounts || return
    question yes '' '#include <fcntl.h>
#include <sys/mman.h>' 'int fd = shm_open("/ngx_referee", O_CREAT|O_RDWR, 0600);
    shm_unlink("/ngx_referee"); return fd == -1;'
    was 1 && mkdir shm && mount -t tmpfs -o ro tmpfs shm &&
        mount --bind shm /dev/shm && is 0
}
change_signalled() {
    echo 1 >fatal
    question yes '' '#include <signal.h>
#include <stdio.h>' "int n = 0; FILE *f = fopen(\"$PWD/fatal\", \"r\");
    if (fscanf(f, \"%d\", &n) == 1 && n) raise(SIGBUS); return 0;"
    was 0 && echo 0 >fatal && is 1
}
change_depends() {
    echo 1 >state
    line depends "$PWD/state"
    question yes "$line" '#include <stdio.h>' "int n = 0; FILE *f =
    fopen(\"$PWD/state\", \"r\"); return fscanf(f, \"%d\", &n) != 1 || n;"
    was 0 && echo 0 >state && is 1
}
change_question() {
    question yes '' '' 'return 1;' && was 0 && question yes '' '' 'return 0;' &&
        is 1
}
change_question_run() {
    question yes '' '' 'return 1;' && was 0 && question no '' '' 'return 1;' &&
        is 1
}
change_question_flags() {
    line flags -DV=1
    question yes "$line" '' 'return V;' && was 0 && line flags -DV=0 &&
        question yes "$line" '' 'return V;' && is 1
}
change_question_libs() {
    library "$PWD/x/x.so" ngx_foo || return
    question no '' 'int ngx_foo(void);' 'return ngx_foo();' && was 0 &&
        line libs "$PWD/x/x.so" &&
        question no "$line" 'int ngx_foo(void);' 'return ngx_foo();' && is 1
}
change_preset_goes() {
    question yes '' '' 'return 0;' && was 0 NGX_ONE=0 && is 1
}
# the compiler is always asked in the same language
change_locale() {
    question value '' '#include <stdio.h>' 'printf("%d", V); return 0;'
    compiler="$PWD/mycc" && script mycc "$gcc -DV=\${LC_ALL%%[!C]*}1 -DC1=1" &&
        (export LC_ALL=C.UTF-8 && was 1) &&
        script mycc "$gcc -DV=\${LC_ALL%%[!C]*}1  -DC1=2" &&
        (export LC_ALL=de_DE.UTF-8 && is 2)
}

# --- the cache itself: other writers must not decide an answer, nor hang it

kept() {
    question yes '' '' 'return 0;' && was 1 &&
        entries=$(find o/cache -type f)
}

# hostile COMMAND...: COMMAND ENTRY turns each file of the cache into something
hostile() {
    kept && [ -n "$entries" ] || return
    for entry in $entries; do
        "$@" "$entry" || return
    done
    rm -f o/ngx*
    timeout 60 sh "$top/auto/configure" --probes=q --output=o --quiet \
        CC="$compiler" >log 2>&1 </dev/null || { cat log; return 1; }
    grep '^NGX_ONE *1 ' o/ngx_auto_config.txt
}
change_cache_fifo() {
    to() { rm "$1" && mkfifo "$1"; }
    hostile to
}
change_cache_folder() {
    to() { rm "$1" && mkdir "$1" && : >"$1/x"; }
    hostile to
}
change_cache_device() {
    to() { ln -sf /dev/zero "$1"; }
    hostile to
}
change_cache_terminal() {
    to() { ln -sf /dev/tty "$1"; }
    hostile to
}
change_cache_empty() {
    to() { : >"$1"; }
    hostile to
}
change_cache_half() {
    to() { head -c "$(($(wc -c <"$1") / 2))" "$1" >x && cat x >"$1"; }
    hostile to
}
change_cache_garbage() {
    to() { head -c 30000 /dev/urandom >"$1"; }
    hostile to
}
change_cache_commands() {
    to() { echo '$(touch pwned)`touch pwned`"; touch pwned' >"$1"; }
    hostile to && [ ! -e pwned ]
}
change_cache_unreadable() {
    to() { chmod 0 "$1"; }
    hostile to
}
change_cache_not_a_folder() {
    question yes '' '' 'return 0;' && mkdir o && : >o/cache && is 1
}
change_cache_dangling() {
    question yes '' '' 'return 0;' && mkdir o && ln -s nowhere/at/all o/cache &&
        is 1
}
# forged: the answer is turned, and the file renamed to match its content
change_cache_forged() {
    to() {
        sed 's/^A 1$/A 0/; s/\(NGX_ONE[^0-9]*\)1/\10/; s/found (/not found (/' \
            "$1" >forged
        new=$(cksum <forged)
        new=${1%.*}.${new% *}-${new#* }
        rm "$1" && cp forged "$new"
        [ "$(id -u)" != 0 ] || chown 65534 "$new"
    }
    [ "$(id -u)" = 0 ] && chown 65534 . 2>/dev/null ||
        { echo 'needs root'; return 77; }
    hostile to
}
change_cache_of_another() {
    [ "$(id -u)" = 0 ] && chown 65534 . 2>/dev/null ||
        { echo 'needs root'; return 77; }
    kept && chown -R 65534 o/cache &&
        sh "$top/auto/configure" --probes=q --output=o CC="$compiler" >log &&
        cat log && ! grep '(cached)' log
}
change_nothing() {
    kept && sh "$top/auto/configure" --probes=q --output=o CC="$compiler" \
        >log && cat log && grep '(cached)' log
}
