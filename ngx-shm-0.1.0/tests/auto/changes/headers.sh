# SPDX-License-Identifier: BSD-2-Clause
# headers.sh - changes of what the compiler includes
# shellcheck shell=sh disable=SC2015,SC2016,SC2030,SC2031,SC2034,SC2086
# shellcheck disable=SC2154,SC2317,SC2329

change_edited() {
    value && header inc/v.h 1 && was 1 CPPFLAGS=$inc &&
        header inc/v.h 2 && is 2 CPPFLAGS=$inc
}
change_edited_constant() {
    constant && header inc/v.h 1 && was 1 CPPFLAGS=$inc &&
        header inc/v.h 2 && is 2 CPPFLAGS=$inc
}
change_edited_same_time() {
    value && header inc/v.h 1 && was 1 CPPFLAGS=$inc &&
        same inc/v.h header inc/v.h 2 && is 2 CPPFLAGS=$inc
}
change_edited_md() {
    value && header inc/v.h 1 && was 1 CPPFLAGS="$inc -MD -MF foo.d" &&
        header inc/v.h 2 && is 2 CPPFLAGS="$inc -MD -MF foo.d"
}
change_edited_mmd() {
    value && header inc/v.h 1 && was 1 CPPFLAGS="-isystem inc -MMD" &&
        header inc/v.h 2 && is 2 CPPFLAGS="-isystem inc -MMD"
}
change_edited_forced() {
    question value '' '#include <stdio.h>' 'printf("%d", V); return 0;'
    header inc/v.h 1 && was 1 CPPFLAGS='-include inc/v.h' &&
        header inc/v.h 2 && is 2 CPPFLAGS='-include inc/v.h'
}
change_edited_deep() {
    value && mkdir inc && echo '#include "deep.h"' >inc/v.h &&
        header inc/deep.h 1 && was 1 CPPFLAGS=$inc &&
        header inc/deep.h 2 && is 2 CPPFLAGS=$inc
}
change_edited_by_flags() {
    line flags "-I$PWD/inc"
    question value "$line" '#include <stdio.h>
#include <v.h>' 'printf("%d", V); return 0;'
    header inc/v.h 1 && was 1 && header inc/v.h 2 && is 2
}
change_edited_beside() {
    value '"v.h"' && header q/v.h 1 && was 1 && header q/v.h 2 && is 2
}
change_appears_beside() {
    value '"v.h"' && header inc/v.h 1 && was 1 CPPFLAGS=$inc &&
        header q/v.h 2 && is 2 CPPFLAGS=$inc
}
change_edited_in_no() {
    question no '' '#include <v.h>' 'return NOT_DEFINED;'
    header inc/v.h 1 && was 0 CPPFLAGS=$inc &&
        echo '#define NOT_DEFINED 0' >>inc/v.h && is 1 CPPFLAGS=$inc
}
change_appears_earlier() {
    value && header inc/v.h 1 && mkdir inc2 && was 1 CPPFLAGS="-Iinc2 $inc" &&
        header inc2/v.h 2 && is 2 CPPFLAGS="-Iinc2 $inc"
}
change_appears_in_new_folder() {
    value && header inc/v.h 1 && was 1 CPPFLAGS="-Iinc2 $inc" &&
        header inc2/v.h 2 && is 2 CPPFLAGS="-Iinc2 $inc"
}
change_appears_before_system() {
    question no '' '#include <errno.h>' 'return EPERM == 0;'
    mkdir inc && was 1 CPPFLAGS=$inc && : >inc/errno.h && is 0 CPPFLAGS=$inc
}
change_appears_deep() {
    question no '' '#include <v.h>' 'return V;'
    mkdir inc && echo '#include <ngx_deep.h>' >inc/v.h &&
        was 0 CPPFLAGS=$inc && header inc/ngx_deep.h 1 && is 1 CPPFLAGS=$inc
}
change_appears_deep_before_system() {
    ls /usr/include/*/bits/epoll.h >/dev/null 2>&1 ||
        { echo 'needs a <bits/epoll.h>'; return 77; }
    question no '' '#include <sys/epoll.h>' 'return EPOLLIN == 0;'
    mkdir -p inc/bits && was 1 CPPFLAGS=$inc &&
        echo '#error no' >inc/bits/epoll.h && is 0 CPPFLAGS=$inc
}
change_appears() {
    question no '' '#include <v.h>' 'return V;'
    mkdir inc && was 0 CPPFLAGS=$inc && header inc/v.h 1 && is 1 CPPFLAGS=$inc
}
change_appears_by_has_include() {
    value && mkdir inc && cat >inc/v.h <<'EOF'
#if __has_include(<ngx_extra.h>)
#include <ngx_extra.h>
#else
#define V 1
#endif
EOF
    was 1 CPPFLAGS=$inc && header inc/ngx_extra.h 4 && is 4 CPPFLAGS=$inc
}
change_folder_appears() {
    question no '' '#include <v.h>' 'return V;'
    was 0 CPPFLAGS=$inc && header inc/v.h 1 && is 1 CPPFLAGS=$inc
}
change_removed() {
    question no '' '#include <v.h>' 'return V;'
    header inc/v.h 1 && was 1 CPPFLAGS=$inc && rm inc/v.h && is 0 CPPFLAGS=$inc
}
change_removed_other_left() {
    value && header inc/v.h 1 && header inc2/v.h 2 &&
        was 1 CPPFLAGS="$inc -Iinc2" && rm inc/v.h &&
        is 2 CPPFLAGS="$inc -Iinc2"
}
change_unreadable_folder_moved() {
    value && header inc/v.h 1 && header other/v.h 2 && was 1 CPPFLAGS=$inc &&
        mv inc old && mv other inc && is 2 CPPFLAGS=$inc
}
change_folder_link_turned() {
    value && header one/v.h 1 && header two/v.h 2 && ln -s one inc &&
        was 1 CPPFLAGS=$inc && ln -sfn two inc && is 2 CPPFLAGS=$inc
}
change_header_link_turned() {
    value && header one/v.h 1 && header two/v.h 2 && mkdir inc &&
        ln -s ../one/v.h inc/v.h && was 1 CPPFLAGS=$inc &&
        ln -sf ../two/v.h inc/v.h && is 2 CPPFLAGS=$inc
}
change_cpath() {
    value && header one/v.h 1 && header two/v.h 2 &&
        (export CPATH=one && was 1) && export CPATH=two && is 2
}
change_cpath_content() {
    value && header two/v.h 1 && mkdir one && export CPATH="$PWD/one:$PWD/two"
    was 1 && header one/v.h 2 && is 2
}
change_c_include_path() {
    value && header one/v.h 1 && header two/v.h 2 &&
        (export C_INCLUDE_PATH=$PWD/one && was 1) &&
        export C_INCLUDE_PATH="$PWD/two" && is 2
}
change_at_file() {
    value && header one/v.h 1 && header two/v.h 2 && echo -Ione >words &&
        was 1 CPPFLAGS=@words && echo -Itwo >words && is 2 CPPFLAGS=@words
}
change_working_folder() {
    value && header one/inc/v.h 1 && header two/inc/v.h 2 &&
        mv q one/q && cp -R one/q two/q && export NGX_AUTO_CACHE="$PWD/cache" &&
        (cd one && was 1 CPPFLAGS=$inc) && cd two && is 2 CPPFLAGS=$inc
}
change_system_header() {
    mounts || return
    question no '' '#include <errno.h>' 'return EPERM == 0;'
    was 1 && echo '#error not this time' >errno.h &&
        mount --bind errno.h /usr/include/errno.h || return
    # the change may also be an error of the compiler
    { conf && [ "$answer" = 0 ]; } || grep 'error: .*not this time' log
}
