# SPDX-License-Identifier: BSD-2-Clause
# shellcheck shell=sh disable=SC2154,SC2119  # tests/nginx/nginx.sh
# names.sh - modules with names and fields of their own, tests/nginx/names,
# built into nginx on our parts and, as the control, into nginx of its own

# names_build NAME [own]: nginx with these modules
names_build() {
    if [ "${2-}" = own ]; then
        rm -rf "${work:?}/$1"
        cp -Rp "$own" "$work/$1"
    else
        tree "$1"
    fi
    cp -R "$top/tests/nginx/names" "$work/$1/hook" &&
        build "$1" "$CC" --without-pcre --without-http_rewrite_module \
            --without-http_gzip_module --add-module=hook
}

names_conf() {
    [ "$(id -u)" != 0 ] || echo 'user root;'
    cat <<END
worker_processes 2;
error_log error.log notice;
pid nginx.pid;
events { worker_connections 64; }
http {
    access_log off;
    keepalive_timeout 0;
    shm_names_zones 512k;
    server { listen 127.0.0.1:$1; location / { shm_names; } }
}
END
}

names_nginx() {
    "$work/$name/objs/nginx" -p "$work/$name/run" -c nginx.conf
}

# names_start NAME: its server, on a port that is free
names_start() {
    name=$1 port='' tries=0
    mkdir -p "$work/$1/run/logs"
    until [ -s "$work/$1/run/nginx.pid" ]; do
        tries=$((tries + 1))
        [ $tries -lt 10 ] || return
        port=$((10000 + ($$ + tries * 977) % 20000))
        names_conf $port >"$work/$1/run/nginx.conf"
        names_nginx || continue
        patient test -s "$work/$1/run/nginx.pid"
    done
    patient names_page
}

names_stop() {
    pid=$(cat "$work/$1/run/nginx.pid")
    kill -TERM "$pid" && patient gone "$pid"
}

# names_page [ARGUMENT]: what the modules found
names_page() {
    curl -s -m 10 "http://127.0.0.1:$port/${1-}" >"$work/page" && test -s "$work/page"
}

names_all_right() {
    cat "$work/page"
    [ "$(grep -c ' right$' "$work/page")" = "$1" ] &&
        ! grep -v ' right$' "$work/page"
}

# names_workers: the ids of the workers that take requests
names_workers() {
    pgrep -P "$(cat "$work/$name/run/nginx.pid")" -f 'nginx: worker process$'
}

names_renewed() {
    names_workers >"$work/workers" && [ "$(wc -l <"$work/workers")" = 2 ] &&
        ! grep -qxf "$work/workers.old" "$work/workers"
}

# names_reload: until two workers are there that were not
names_reload() {
    names_workers >"$work/workers.old"
    kill -HUP "$(cat "$work/$name/run/nginx.pid")"
    patient names_renewed
}

# names_found NAME: all that the modules look at, but zero.c's
names_found() {
    names_start "$1" && names_page / && sed -i '/^zero /d' "$work/page" &&
        names_all_right 8
    status=$?
    names_stop "$1" && ! grep -E '\[(emerg|alert|crit)\]' \
        "$work/$1/run/error.log" && return $status
}

# names_zero NAME: memory that was never given out is zero, though workers came
# and went, each with its share of it
names_zero() {
    names_start "$1" || return
    status=0
    for _ in 1 2 3 4; do
        for _ in 1 2 3 4 5 6; do
            names_page / || status=1
        done
        names_reload || status=1
    done
    names_page '?end=1' && names_all_right 9 || status=1
    names_stop "$1"
    return $status
}
