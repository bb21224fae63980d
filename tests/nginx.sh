#!/bin/sh
# nginx.sh - nginx itself runs on our parts
#
# nginx's source comes from NGX_SRC, or Debian's through apt-get.  It is built
# in several ways with the parts of contrib/nginx, and serves under load while
# it is reloaded, its workers are killed KILLS times, and its binary replaced.
# shellcheck disable=SC2317,SC2329,SC2119,SC2120  # functions by ok
# shellcheck disable=SC2016  # commands for eval

# shellcheck source=tests/tap.sh
. "${srcdir-$(dirname "$0")/..}/tests/tap.sh"

KILLS=${KILLS-200}
parts=$top/contrib/nginx
own="$work/nginx of its own" tree="$work/nginx on ours" server=$work/server

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
        tail -n 30 "$work/log"
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
    for file in objs/src/core/ngx_shm* objs/src/core/ngx_slab.o \
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

# ---- the server

# conf "MAIN" "HTTP": its configuration, with these lines
conf() {
    [ "$(id -u)" != 0 ] || echo 'user root;'
    cat <<END
worker_processes 2;
error_log error.log notice;
pid nginx.pid;
$1
events {
    worker_connections 512;
    accept_mutex on;
}
http {
    access_log off;
    shm_check_zone 64k;
    $2
    limit_req_zone \$arg_k zone=req:1m rate=1000000r/s;
    limit_req_zone \$arg_k zone=small:64k rate=1000000r/s;
    limit_conn_zone \$arg_k zone=conn:512k;
    proxy_cache_path cache levels=1 keys_zone=cache:4m inactive=10m
        use_temp_path=off;
    limit_req_status 429;
    limit_conn_status 429;
    upstream back {
        zone back 256k;
        least_conn;
        server 127.0.0.1:$((port + 1)) max_fails=0;
        server 127.0.0.1:$((port + 2)) max_fails=0;
        keepalive 16;
    }
    server {
        listen 127.0.0.1:$port;
        proxy_http_version 1.1;
        proxy_set_header Connection "";
        location /zones { shm_check; }
        location /req { limit_req zone=req burst=1000 nodelay; empty_gif; }
        location /req/small {
            limit_req zone=small burst=1000 nodelay;
            empty_gif;
        }
        location /conn { limit_conn conn 1000; proxy_pass http://back; }
        location /cache/ {
            proxy_pass http://back;
            proxy_cache cache;
            proxy_cache_key \$arg_k;
            proxy_cache_valid 1s;
        }
        location /up { proxy_pass http://back; }
    }
    server {
        listen 127.0.0.1:$((port + 1));
        listen 127.0.0.1:$((port + 2));
        location / { empty_gif; }
    }
    server {
        listen 127.0.0.1:$((port + 3)) ssl;
        ssl_certificate cert.pem;
        ssl_certificate_key key.pem;
        ssl_session_cache shared:ssl:4m;
        ssl_session_tickets off;
        location / { empty_gif; }
    }
}
END
}

nginx() {
    "$tree/objs/nginx" -p "$server" -c nginx.conf
}

start() {
    mkdir -p "$server/logs" && cd "$server" &&
        openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes \
            -keyout key.pem -out cert.pem -days 2 -subj /CN=localhost || return
    tries=0
    until [ -s "$server/nginx.pid" ]; do
        tries=$((tries + 1))
        [ $tries -lt 10 ] || return
        port=$((10000 + ($$ + tries * 977) % 20000))
        conf '' '' >"$server/nginx.conf"
        echo $port >"$server/port"
        nginx || [ -s "$server/nginx.pid" ] || continue
        # the pid is there a moment after the start
        patient test -s "$server/nginx.pid"
    done
    get zones
}

# patient COMMAND...: wait up to 30 seconds until it succeeds
patient() {
    until=$(($(date +%s) + 30))
    while ! "$@"; do
        if [ "$(date +%s)" -ge "$until" ]; then
            echo "in vain: $*"
            return 1
        fi
        sleep 0.1
    done
}

get() {
    curl -s -m 5 "http://127.0.0.1:$port/$1"
}

master() {
    cat "$server/nginx.pid"
}

# load SECONDS: wrk on all zones; prints what it counted
load() {
    exec wrk -t 1 -c 16 -d "$1" --timeout 20 -s "$top/tests/nginx/load.lua" \
        "http://127.0.0.1:$port"
}

# handshakes, new and resumed, until the file `stop' comes
handshakes() {
    while [ ! -e "$server/stop" ]; do
        for how in -new -reuse; do
            timeout 10 openssl s_time -connect 127.0.0.1:$((port + 3)) $how \
                -time 1
        done
    done >"$work/handshakes" 2>&1
}

# under_load COMMAND...: while all zones are at work
under_load() {
    rm -f "$server/stop"
    handshakes &
    hands=$!
    load 600 >"$work/load" 2>&1 &
    loader=$!
    "$@"
    status=$?
    : >"$server/stop"
    kill -INT $loader
    wait $loader $hands
    return $status
}

# 2 seconds of load, not one failure
serves() {
    (load 2) >"$work/load" || return
    cat "$work/load"
    grep -q 'requests in' "$work/load" &&
        ! grep -E 'Socket errors|Non-2xx' "$work/load"
}

resumes() {
    timeout 20 openssl s_time -connect 127.0.0.1:$((port + 3)) -reuse -time 1 \
        -tls1_2 >"$work/a" 2>&1
    tr '\r' '\n' <"$work/a" | tail -n 5
    grep -Eq 'r{20}' "$work/a"      # one letter a connection: r, resumed
}

# chunks ZONE: how many are live in it
chunks() {
    get zones | sed -n "s/^$1 sound chunks \([0-9]*\) .*/\1/p"
}

# every zone is sound, and nobody has its mutex
sound() {
    get zones >"$work/zones" || return
    cat "$work/zones"
    [ "$(grep -c ' sound .* locked 0 ' "$work/zones")" = 7 ] &&
        ! grep -q CORRUPT "$work/zones"
}

drained() {
    [ "$(chunks conn)" = "$idle" ]
}

old_workers_gone() {
    ! pgrep -P "$(master)" -f 'shutting down' >/dev/null
}

reloaded() {
    before=$(grep -c 'load: zone conn is sound' "$server/error.log")
    kill -HUP "$(master)"
    patient reload_done
}
reload_done() {
    [ "$(grep -c 'load: zone conn is sound' "$server/error.log")" \
        -gt "$before" ]
}

reloads() {
    for _ in 1 2 3 4 5 6; do
        sleep 0.5
        reloaded || return
    done
}

# die HOW: a worker dies with that in its hands; the others must not care
die() {
    get "zones?die=$1"
    patient sound
}

pairs() {
    die lock && die lock && die alloc && get zones >"$work/zones"
    cat "$work/zones"
    grep -q '^pair 2 2 healed 3$' "$work/zones"
}

rwlocks() {
    die wlock && die rlock && get zones >"$work/zones"
    cat "$work/zones"
    grep -q '^rwlock 0$' "$work/zones"
}

killed() {
    wc -l <"$server/kills"
}

kills() {
    conf '' "shm_check_kill 20 150 kills;" >"$server/nginx.conf"
    : >"$server/kills"
    reloaded || return
    goal=$KILLS at=0
    for _ in $(seq $((KILLS * 5))); do
        now=$(killed)
        [ "$now" -lt "$goal" ] || break
        if [ "$now" -ge $((at + 20)) ]; then
            at=$now
            reloaded || return
        fi
        sleep 0.1
    done
    [ "$now" -ge "$goal" ]
    status=$?
    conf '' '' >"$server/nginx.conf"
    reloaded && patient calm
    return $status
}

calm() {
    now=$(killed)
    sleep 0.5
    [ "$(killed)" = "$now" ]
}

in_library() {
    [ "$(grep -c '^1' "$server/kills")" -gt 0 ]
}

holding() {
    [ "$(grep -c '1$' "$server/kills")" -gt 0 ]
}

# Who was killed does not say that its requests are over: nginx's own way.
lost() {
    [ $(($(chunks conn) - idle)) -le "$(killed)" ]
}

upgraded() {
    old=$(master)
    kill -USR2 "$old"
    patient test -s "$server/nginx.pid.oldbin" && patient new_master || return
    serves || return
    kill -QUIT "$old"
    patient gone "$old" && patient sound && serves
}
new_master() {
    [ -s "$server/nginx.pid" ] && [ "$(master)" != "$old" ]
}
gone() {
    ! kill -0 "$1" 2>/dev/null
}

ended() {
    last=$(master)
    kill -QUIT "$last"
    patient gone "$last" || return
    tail -n 12 "$server/error.log"
    [ "$(tail -n 12 "$server/error.log" |
        grep -c 'exit: zone .* is sound')" = 7 ]
}

# only what tells of a killed worker
alerts() {
    grep -E '\[(emerg|alert|crit)\]' "$server/error.log" | grep -Ev \
        ' worker process [0-9]+ exited on signal 9$
 shared memory zone "[a-z_]+" was locked by [0-9]+$
 rwlock [0-9A-F]+ was held by [0-9]+, which died$' >"$work/a"
    cat "$work/a"
    [ ! -s "$work/a" ]
}

no_memory() {
    ! grep -E 'no memory|could not allocate' "$server/error.log"
}

# ---- now

stop() {
    cd /
    : >"$server/stop"
    for file in "$server/nginx.pid" "$server/nginx.pid.oldbin"; do
        [ -s "$file" ] || continue
        pid=$(cat "$file")
        workers=$(pgrep -P "$pid")
        kill -TERM "$pid"
        for _ in 1 2 3 4 5 6 7 8 9 10; do
            kill -0 "$pid" || break
            sleep 0.5
        done
        # shellcheck disable=SC2086  # a list of numbers
        kill -0 "$pid" && kill -KILL "$pid" $workers
    done
    rm -rf "$work"
} 2>/dev/null
trap stop EXIT

ok 'the source of nginx is here' "$top/tests/nginx/fetch" "$own"

(cd "$own" && find src/core/ngx_shmtx.[ch] src/core/ngx_rwlock.[ch] \
    src/core/ngx_slab.[ch] src/os/unix/ngx_shmem.[ch] auto/sources |
    sort) >touched

ok 'our parts go into a tree, and out of it byte for byte' undone
ok 'with the probe scripts, too' undone --auto
ok 'they go in twice, and out again' twice
ok 'nothing is touched but what they replace' touched
ok 'a broken-off install can be undone' broken_off
ok 'no folder is refused' refused : into
ok 'a folder too many is refused' refused : into "$work/t" "$work/u"
ok 'an option that is none is refused' refused : into "$work/t" --autos
ok 'a folder that is no tree is refused' refused : into "$parts"
ok 'a tree without a slab allocator is refused' \
    refused 'rm "$work/t/src/core/ngx_slab.c"' into "$work/t"
ok 'a tree that builds it differently is refused' \
    refused 'sed -i s/ngx_slab/ngx_slob/ "$work/t/auto/sources"' into "$work/t"
ok 'a tree that wants more of it is refused' refused \
    'echo "void ngx_slab_new(void);" >>"$work/t/src/core/ngx_slab.h"' \
    into "$work/t"
ok 'where our parts are not, they cannot be removed' refused : from "$work/t"

ok 'nginx builds as Debian builds it' build_server
for other in gcc clang; do
    if command -v $other >/dev/null; then
        ok "$other builds it without --with-debug and --with-threads" \
            build_core $other plain
        ok "$other builds it with both, and our probe scripts" \
            build_core_all $other scripts
    else
        skip "$other builds it" "there is no $other"
        skip "$other builds it with both" "there is no $other"
    fi
done
ok 'our scripts give it the answers of its own' same_answers

ok 'the library is marked in the program' mark
ok 'the server starts' start
if ! [ -s "$server/nginx.pid" ]; then
    echo 'Bail out! no server'
    exit 1
fi
port=$(cat "$server/port")
ok 'it serves' serves
ok 'a session of TLS is found again' resumes
patient old_workers_gone
idle=$(chunks conn)
ok 'every zone is sound' patient sound
ok 'it is reloaded under load' under_load reloads
ok 'no connection is counted any more' patient drained
ok 'zones are as sound as before' patient sound
ok 'who dies in the middle of a change is repaired' pairs
ok 'who dies reading or writing stops nobody' rwlocks
ok "$KILLS workers are killed under load" under_load kills
if [ -d /proc/self ]; then
    ok 'some of them within the library' in_library
fi
ok 'every zone is sound after that' patient sound
ok 'at most one connection for each of the dead is not given back' lost
ok 'it goes on serving' serves
ok 'sessions are found again, still' resumes
ok 'the program is replaced while it runs' upgraded
ok 'the end finds every zone sound' ended
ok 'nothing was alarming but the killed' alerts
ok 'there was memory' no_memory
echo "# killed: $(grep -c . "$server/kills"), within the library:" \
    "$(grep -c '^1' "$server/kills"), with a mutex:" \
    "$(grep -c '1$' "$server/kills")"
plan
