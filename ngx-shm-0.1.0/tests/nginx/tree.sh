# SPDX-License-Identifier: BSD-2-Clause
# shellcheck shell=sh disable=SC2154  # tests/nginx/nginx.sh
# tree.sh - nginx's source with our parts, and the ways to build it; for
# tests/nginx/nginx.sh, which sets own (nginx's own tree), tree (the server's),
# parts (contrib/nginx), work and top

# what Debian builds nginx with, less what needs further libraries
debian='--with-compat --with-pcre-jit --with-http_ssl_module
    --with-http_stub_status_module --with-http_realip_module
    --with-http_auth_request_module --with-http_v2_module
    --with-http_dav_module --with-http_slice_module
    --with-http_addition_module --with-http_flv_module
    --with-http_gunzip_module --with-http_gzip_static_module
    --with-http_mp4_module --with-http_random_index_module
    --with-http_secure_link_module --with-http_sub_module --with-mail
    --with-mail_ssl_module --with-stream --with-stream_ssl_module
    --with-stream_ssl_preread_module --with-stream_realip_module'

# ---- into a tree and out of it

listing() {
    (cd "$1" && find . -type f -exec ls -l {} + | sort)
}

# copy NAME: nginx's own tree, anew
copy() {
    rm -rf "${work:?}/$1"
    cp -Rp "$own" "$work/$1"
    same "$1"
}

# same NAME: is it nginx's own tree, byte for byte, with modes and times?
same() {
    diff -r "$own" "$work/$1" && listing "$own" >"$work/a" &&
        listing "$work/$1" >"$work/b" && cmp "$work/a" "$work/b"
}

into() {
    sh "$parts/install-into" "$@"
}

from() {
    sh "$parts/remove-from" "$@"
}

undone() {
    copy t && into "$work/t" "$@" && ! same t >/dev/null && from "$work/t" &&
        same t
}

# undone_with COMMAND OPTION...: in a tree that was changed
undone_with() {
    copy t && eval "$1" && shift && cp -Rp "$work/t" "$work/before" || return
    into "$work/t" "$@" && from "$work/t" && diff -r "$work/t" "$work/before"
    status=$?
    rm -rf "$work/before"
    return $status
}

twice() {
    copy t && into "$work/t" && cp -Rp "$work/t" "$work/once" &&
        into "$work/t" && diff -r "$work/t" "$work/once" &&
        into "$work/t" --auto && from "$work/t" && same t
}

# of what nginx has, only what is replaced, and the list of sources
touched() {
    copy t && into "$work/t" "$@" && diff -rq "$own" "$work/t" |
        sed -n 's/^Files .* and .*\/t\/\(.*\) differ$/\1/p' | sort >"$work/a"
    cmp "$work/a" "$work/touched"
}

# a broken-off install, before and after the first file came
broken_off() {
    copy t && into "$work/t" && cp "$own/auto/sources" "$work/t/auto/" &&
        cp "$own/src/core/ngx_slab.h" "$work/t/src/core/" && from "$work/t" &&
        cp -p "$own/auto/sources" "$work/t/auto/" && same t
}

# before it changed anything
broken_off_at_once() {
    copy t && cp -R "$parts" "$work/t/auto/ngx-shm.new" && from "$work/t" &&
        same t && cp -R "$parts" "$work/t/auto/ngx-shm.new" &&
        into "$work/t" && from "$work/t" && same t
}

# what was put there when auto/unix stayed as it was, and other files came
older_undone() {
    copy t && into "$work/t" && cp -p "$own/auto/unix" "$work/t/auto/" &&
        rm "$work/t/auto/ngx-shm/kept/auto-unix" \
            "$work/t/auto/ngx-shm/begin" &&
        echo src/core/ngx_rwlock_ex.c >>"$work/t/auto/ngx-shm/added" &&
        : >"$work/t/src/core/ngx_rwlock_ex.c" && cp -Rp "$work/t" "$work/u" ||
        return
    from "$work/t" && same t && rm -rf "$work/t" && mv "$work/u" "$work/t" &&
        into "$work/t" && test -f "$work/t/auto/ngx-shm/begin" &&
        from "$work/t" && same t
}

# ---- nginx's relatives, as far as install-into looks

# in_nginx_h NAME TEXT: define NAME anew
in_nginx_h() {
    sed -i "/^#define $1[ ]/d" "$work/t/src/core/nginx.h" &&
        echo "#define $1  $2" >>"$work/t/src/core/nginx.h"
}
angie() {
    echo '#define ANGIE_VERSION      "1.10.0"' >"$work/t/src/core/angie.h" &&
        echo 'ngx_int_t ngx_slab_save_pool(void *hdr, void *file);' \
            >>"$work/t/src/core/ngx_slab.h"
}
tengine() {
    in_nginx_h TENGINE_VERSION '"1.3.0"' &&
        sed -i 's/^    size_t  *min_shift;/&\n    size_t total_pages;/' \
            "$work/t/src/core/ngx_slab.h"
}
freenginx() {
    in_nginx_h NGINX_VERSION '"1.27.0"' &&
        in_nginx_h NGINX_NAME '"freenginx"' &&
        in_nginx_h NGINX_VER 'NGINX_NAME "/" NGINX_VERSION'
}
openresty() {
    in_nginx_h NGINX_VERSION '"1.21.4"' &&
        in_nginx_h NGINX_VER '"openresty/" NGINX_VERSION ".1"'
}

# refused_as NAME RELATIVE, noted_as NAME RELATIVE: what is said of it
refused_as() {
    refused "$2" into "$work/t" && grep -q " is $1: it has a " "$work/why"
}
noted_as() {
    copy t && "$2" && into "$work/t" 2>"$work/why" && cat "$work/why" &&
        grep -q "^install-into: note: .* is $1; " "$work/why"
}

# refused COMMAND...: it must fail, with a clear word, and change nothing
refused() {
    copy t && eval "$1" && cp -Rp "$work/t" "$work/before" && shift || return
    "$@" 2>"$work/why" && return
    cat "$work/why"
    grep -Eq '^(install-into|remove-from): error: .*;' "$work/why" &&
        diff -r "$work/t" "$work/before"
    status=$?
    rm -rf "$work/before"
    return $status
}

# ---- builds

# quiet COMMAND...: of what it says only the end, and that if it fails
quiet() {
    "$@" >"$work/log" 2>&1 || {
        grep -E 'error:|error |\*\*\*' "$work/log" | head -n 20
        tail -n 10 "$work/log"
        return 1
    }
}

# tree NAME [--auto]: nginx's with our parts
tree() {
    rm -rf "${work:?}/$1"
    cp -Rp "$own" "$work/$1" && into "$work/$1" ${2+"$2"}
}

# build NAME CC OPTION...
build() {
    name=$1 cc=$2
    shift 2
    cd "$work/$name" && quiet ./configure --with-cc="$cc" "$@" &&
        quiet "${MAKE-make}" -j2 && quiet objs/nginx -V
}

# the server, with a module that looks into its zones
# shellcheck disable=SC2086  # a list of words
build_server() {
    tree 'nginx on ours' && cp -R "$top/tests/nginx/module" "$tree/hook" &&
        build 'nginx on ours' "$CC" --with-debug --with-threads $debian \
            --add-module=hook
}

# build_core CC NAME: the core alone
build_core() {
    tree "$2" && build "$2" "$1" --without-http --without-pcre
}
build_core_all() {
    tree "$2" --auto &&
        build "$2" "$1" --without-http --without-pcre --with-debug \
            --with-threads
}

# the same questions with nginx's scripts and with ours
same_answers() {
    for scripts in '' --auto; do
        # shellcheck disable=SC2086  # a list of words
        tree "answers$scripts" $scripts && cd "$work/answers$scripts" &&
            quiet ./configure --with-cc="$CC" --with-debug --with-threads \
                $debian || return
        macros objs/ngx_auto_config.h >"$work/of$scripts"
    done
    [ -s "$work/of" ] && diff "$work/of" "$work/of--auto" &&
        grep -q '^NGX_HAVE_FUTEX [01]$' "$work/of"
}

# Where was a worker killed?  The library's code gets a section of its own.
mark() {
    cd "$tree" || return
    for file in objs/src/core/ngx_shm* objs/src/core/ngx_slab*.o \
        objs/src/core/ngx_heap* objs/src/core/ngx_lock* \
        objs/src/core/ngx_rwlock* objs/src/os/unix/ngx_shmem*
    do
        objcopy --rename-section .text=ngx_shm_text "$file" || return
    done
    quiet "${MAKE-make}" && readelf -SW objs/nginx | grep ngx_shm_text
}

# macros FILE: what a header defines, without what may differ
macros() {
    sed -n 's/^#define  *\([A-Z_0-9a-z]*\)  *\(.*\)/\1 \2/p' "$1" |
        grep -v '^NGX_CONFIGURE ' | sort -u
}
