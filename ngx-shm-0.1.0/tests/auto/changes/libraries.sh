# SPDX-License-Identifier: BSD-2-Clause
# libraries.sh - changes of what the linker reads
# shellcheck shell=sh disable=SC2015,SC2016,SC2030,SC2031,SC2034,SC2086
# shellcheck disable=SC2154,SC2317,SC2329

change_lib_appears() {
    needs_foo && mkdir lib && was 0 LDFLAGS=-Llib &&
        library lib/libngxfoo.so ngx_foo && is 1 LDFLAGS=-Llib
}
change_lib_archive_appears() {
    needs_foo && mkdir lib && was 0 LDFLAGS=-Llib &&
        library lib/libngxfoo.a ngx_foo && is 1 LDFLAGS=-Llib
}
change_lib_gets_symbol() {
    needs_foo && library lib/libngxfoo.so ngx_old && was 0 LDFLAGS=-Llib &&
        library lib/libngxfoo.so ngx_foo && is 1 LDFLAGS=-Llib
}
change_lib_loses_symbol() {
    needs_foo && library lib/libngxfoo.so ngx_foo && was 1 LDFLAGS=-Llib &&
        library lib/libngxfoo.so ngx_old && is 0 LDFLAGS=-Llib
}
change_lib_goes() {
    needs_foo && library lib/libngxfoo.so ngx_foo && was 1 LDFLAGS=-Llib &&
        rm lib/libngxfoo.so && is 0 LDFLAGS=-Llib
}
change_lib_earlier() {
    needs_foo && library lib/libngxfoo.so ngx_foo && mkdir lib1 &&
        was 1 LDFLAGS='-Llib1 -Llib' && library lib1/libngxfoo.so ngx_old &&
        is 0 LDFLAGS='-Llib1 -Llib'
}
change_lib_folder_appears() {
    needs_foo && was 0 LDFLAGS=-Llib && library lib/libngxfoo.so ngx_foo &&
        is 1 LDFLAGS=-Llib
}
change_lib_link_turned() {
    needs_foo && library lib/one.so ngx_old && library lib/two.so ngx_foo &&
        ln -s one.so lib/libngxfoo.so && was 0 LDFLAGS=-Llib &&
        ln -sf two.so lib/libngxfoo.so && is 1 LDFLAGS=-Llib
}
change_lib_script() {
    needs_foo && library lib/real.so ngx_old &&
        echo "INPUT($PWD/lib/real.so)" >lib/libngxfoo.so &&
        was 0 LDFLAGS=-Llib && library lib/real.so ngx_foo &&
        is 1 LDFLAGS=-Llib
}
change_library_path() {
    needs_foo && mkdir lib && export LIBRARY_PATH="$PWD/lib" && was 0 &&
        library lib/libngxfoo.so ngx_foo && is 1
}
change_library_path_set() {
    needs_foo && library lib/libngxfoo.so ngx_foo && was 0 &&
        export LIBRARY_PATH="$PWD/lib" && is 1
}
# /usr/local/lib, with a folder of ours in its place
local_lib() {
    mounts || return
    mkdir -p local && mount --bind local /usr/local/lib
}
change_local_lib_appears() {
    local_lib || return
    needs_foo && was 0 && library /usr/local/lib/libngxfoo.so ngx_foo && is 1
}
change_local_lib_goes() {
    local_lib || return
    needs_foo && library /usr/local/lib/libngxfoo.so ngx_foo && was 1 &&
        rm /usr/local/lib/libngxfoo.so && is 0
}
change_local_lib_gets_symbol() {
    local_lib || return
    needs_foo && library /usr/local/lib/libngxfoo.so ngx_old && was 0 &&
        library /usr/local/lib/libngxfoo.so ngx_foo && is 1
}
change_libs_gets_symbol() {
    needs_foo_plain && library lib/libngxfoo.so ngx_old &&
        was 0 LDFLAGS=-Llib LIBS=-lngxfoo &&
        library lib/libngxfoo.so ngx_foo && is 1 LDFLAGS=-Llib LIBS=-lngxfoo
}
change_libs_by_path() {
    needs_foo_plain && library lib/x.so ngx_old && was 0 LIBS=lib/x.so &&
        library lib/x.so ngx_foo && is 1 LIBS=lib/x.so
}
change_libs_archive() {
    needs_foo_plain && library lib/x.a ngx_old && was 0 LIBS=lib/x.a &&
        library lib/x.a ngx_foo && is 1 LIBS=lib/x.a
}
change_libs_object() {
    needs_foo_plain && echo 'int ngx_old;' >x.c && $gcc -c x.c &&
        was 0 LIBS=x.o && echo 'int ngx_foo(void) { return 0; }' >x.c &&
        $gcc -c x.c && is 1 LIBS=x.o
}
change_lib_by_flags() {
    line flags "-L$PWD/lib -lngxfoo"
    question no "$line" 'int ngx_foo(void);' 'return ngx_foo();'
    library lib/libngxfoo.so ngx_old && was 0 &&
        library lib/libngxfoo.so ngx_foo && is 1
}
# libraries that are loaded when the program runs
change_lib_loaded() {
    needs_foo yes && library lib/libngxfoo.so ngx_foo 1 &&
        set -- "LDFLAGS=-L$PWD/lib -Wl,-rpath,$PWD/lib" && was 0 "$@" &&
        library lib/libngxfoo.so ngx_foo 0 && is 1 "$@"
}
change_lib_loaded_yes() {
    needs_foo yes && library lib/libngxfoo.so ngx_foo 0 &&
        set -- "LDFLAGS=-L$PWD/lib -Wl,-rpath,$PWD/lib" && was 1 "$@" &&
        library lib/libngxfoo.so ngx_foo 1 && is 0 "$@"
}
change_lib_loaded_elsewhere() {
    needs_foo yes && library lib/libngxfoo.so ngx_foo 0 &&
        library lib2/libngxfoo.so ngx_foo 1 &&
        (export LD_LIBRARY_PATH="$PWD/lib" && was 1 LDFLAGS=-Llib) &&
        export LD_LIBRARY_PATH="$PWD/lib2" && is 0 LDFLAGS=-Llib
}
change_preloaded() {
    question yes '' '#include <unistd.h>' 'return getppid() == 12345;'
    library own.d/own.so getppid 12345 && was 1 &&
        export LD_PRELOAD="$PWD/own.d/own.so" && is 0
}
change_preloaded_content() {
    question yes '' '#include <unistd.h>' 'return getppid() == 12345;'
    library own.d/own.so getppid 1 && export LD_PRELOAD="$PWD/own.d/own.so" &&
        was 1 && library own.d/new.so getppid 12345 &&
        mv own.d/new.so own.d/own.so && is 0
}
change_linker_script() {
    question no '' 'extern char ngx_foo;' 'return ngx_foo;'
    echo 'ngx_old = 1;' >mine.ld && was 0 LDFLAGS=mine.ld &&
        echo 'ngx_foo = 1;' >mine.ld && is 1 LDFLAGS=mine.ld
}
change_ldflags() {
    needs_foo && library lib/libngxfoo.so ngx_foo && was 0 &&
        is 1 LDFLAGS=-Llib
}
