# SPDX-License-Identifier: BSD-2-Clause
# compilers.sh - changes of the compiler and of the programs that it calls
# shellcheck shell=sh disable=SC2015,SC2016,SC2030,SC2031,SC2034,SC2086
# shellcheck disable=SC2154,SC2317,SC2329

change_wrapper_edited() {
    v_of_compiler && script mycc "$gcc -DV=1" && compiler=$PWD/mycc && was 1 &&
        script mycc "$gcc -DV=2" && is 2
}
change_wrapper_same_time() {
    v_of_compiler && script mycc "$gcc -DV=1" && compiler=$PWD/mycc && was 1 &&
        same mycc script mycc "$gcc -DV=2" && is 2
}
change_replaced() {
    v_of_compiler && script mycc "$gcc -DV=1" && script new "$gcc -DV=2" &&
        touch -r mycc new && compiler=$PWD/mycc && was 1 && mv new mycc && is 2
}
change_link_turned() {
    v_of_compiler && script one "$gcc -DV=1" && script two "$gcc -DV=2" &&
        ln -s one mycc && compiler=$PWD/mycc && was 1 && ln -sf two mycc && is 2
}
change_path() {
    v_of_compiler && mkdir one two && script one/mycc "$gcc -DV=1" &&
        script two/mycc "$gcc -DV=2" && compiler=mycc &&
        PATH=$PWD/one:$PATH_WAS && was 1 && PATH=$PWD/two:$PATH_WAS && is 2
}
change_inner_path() {
    v_of_compiler && mkdir one two && script one/inner "$gcc -DV=1" &&
        script two/inner "$gcc -DV=2" && script mycc inner &&
        compiler=$PWD/mycc && PATH=$PWD/one:$PATH_WAS && was 1 &&
        PATH=$PWD/two:$PATH_WAS && is 2
}
change_inner_edited() {
    v_of_compiler && mkdir one && script one/inner "$gcc -DV=1" &&
        script mycc inner && compiler=$PWD/mycc &&
        PATH=$PWD/one:$PATH_WAS && was 1 && script one/inner "$gcc  -DV=2" &&
        is 2
}
change_inner_appears() {
    v_of_compiler && mkdir one two && script two/inner "$gcc -DV=1" &&
        script mycc inner && compiler=$PWD/mycc &&
        PATH=$PWD/one:$PWD/two:$PATH_WAS && was 1 &&
        script one/inner "$gcc -DV=2" && is 2
}

# a program of gcc's, in front of the real one
inner() {
    real=$(unset COMPILER_PATH && $gcc -print-prog-name="$1")
    mkdir -p b && script "b/$1" "$real $2"
}
change_cc1() {
    v_of_compiler && inner cc1 -DV=1 && compiler="$gcc -B$PWD/b/" && was 1 &&
        inner cc1 -DV=2 && is 2
}
change_cc1_appears() {
    question no '' '#ifdef V
#error V
#endif' 'return 0;'
    mkdir b && compiler="$gcc -B$PWD/b/" && was 1 && inner cc1 -DV && is 0
}
change_assembler() {
    question no '' '__asm__(".if V - 1\n.error \"V\"\n.endif");' 'return 0;'
    inner as '--defsym V=1' && compiler="$gcc -B$PWD/b/" && was 1 &&
        inner as '--defsym V=2' && is 0
}
change_linker() {
    question value '' '#include <stdio.h>
extern char v;' 'printf("%d", (int) (long) &v); return 0;'
    inner ld '--defsym=v=1' && compiler="$gcc -no-pie -B$PWD/b/" && was 1 &&
        inner ld '--defsym=v=2' && is 2
}
change_compiler_path() {
    v_of_compiler && mkdir one two && inner cc1 -DV=1 && mv b/cc1 one &&
        inner cc1 -DV=2 && mv b/cc1 two &&
        (export COMPILER_PATH="$PWD/one" && was 1) &&
        export COMPILER_PATH="$PWD/two" && is 2
}
change_compiler_path_content() {
    v_of_compiler && inner cc1 -DV=1 && export COMPILER_PATH="$PWD/b" &&
        was 1 && inner cc1 -DV=2 && is 2
}
# as gcc reads it: the folder that lib/gcc/MACHINE/VERSION would be in
change_gcc_exec_prefix() {
    v_of_compiler
    machine=$($gcc -dumpmachine)/$($gcc -dumpversion)
    real=$($gcc -print-prog-name=cc1)
    for n in 1 2; do
        mkdir -p "prefix$n/$machine" &&
            script "prefix$n/$machine/cc1" "$real -DV=$n" || return
        for file in collect2 lto-wrapper liblto_plugin.so libgcc.a include \
            libgcc_s.so crtbegin.o crtend.o crtbeginS.o crtendS.o crtbeginT.o
        do
            ln -s "${real%/*}/$file" "prefix$n/$machine/$file"
        done
    done
    (export GCC_EXEC_PREFIX="$PWD/prefix1/" && was 1) &&
        export GCC_EXEC_PREFIX="$PWD/prefix2/" && is 2
}
change_specs() {
    v_of_compiler && printf '*cpp:\n+ -DV=1\n\n' >specs &&
        compiler="$gcc -specs=$PWD/specs" && was 1 &&
        printf '*cpp:\n+ -DV=2\n\n' >specs && is 2
}
change_specs_by_b() {
    v_of_compiler && mkdir b && printf '*cpp:\n+ -DV=1\n\n' >b/mine.specs &&
        compiler="$gcc -B$PWD/b/ -specs=mine.specs" && was 1 &&
        printf '*cpp:\n+ -DV=2\n\n' >b/mine.specs && is 2
}
change_clang_config() {
    command -v clang >/dev/null || { echo 'needs clang'; return 77; }
    v_of_compiler && echo -DV=1 >mine.cfg &&
        compiler="clang --config $PWD/mine.cfg" && was 1 &&
        echo -DV=2 >mine.cfg && is 2
}
change_other_compiler() {
    command -v clang >/dev/null || { echo 'needs clang'; return 77; }
    question no '' '#ifdef __clang__
#error clang
#endif' 'return 0;'
    was 1 && compiler=clang && is 0
}
change_wrapper_reads_file() {
    v_of_compiler && echo -DV=1 >words && compiler=$PWD/mycc &&
        script mycc "$gcc @$PWD/words" && was 1 && echo -DV=2 >words && is 2
}
change_gcc_environment() {
    v_of_compiler
    compiler="$PWD/mycc"
    script mycc "$gcc -DV=\${V_OF_COMPILER-1}" && was 1 &&
        export V_OF_COMPILER=2 && is 2
}
change_cflags() {
    v_of_compiler && was 1 CFLAGS=-DV=1 && is 2 CFLAGS=-DV=2
}
change_cppflags() {
    v_of_compiler && was 1 CPPFLAGS=-DV=1 && is 2 CPPFLAGS=-DV=2
}
change_timeout() {
    question yes '' '#include <unistd.h>' 'sleep(7); return 0;'
    was 0 --timeout=1 && is 1 --timeout=60
}
