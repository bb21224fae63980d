# SPDX-License-Identifier: BSD-2-Clause
# shellcheck shell=sh disable=SC2154  # tests/nginx/nginx.sh
# serve.sh - the server that tests/nginx/nginx.sh built, and what is seen of it:
# server is its folder, port the first of its four

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
    drained_to "$idle"
}

# what the zones hold, without what a process has of them
held() {
    get zones | sed -n 's/^\([a-z_]* sound chunks [0-9]*\) .*/\1/p
        /^pair /p'
}

# a reload finds in each zone what was there
keeps() {
    held >"$work/held"
    reloaded && patient kept
}
kept() {
    held >"$work/a"
    cat "$work/a"
    [ "$(grep -c ' sound ' "$work/a")" = 7 ] && cmp "$work/held" "$work/a" &&
        grep -q '^pair [1-9]' "$work/a"
}

# but a zone of another size begins anew, and again
anew() {
    for size in 128k 64k; do
        conf '' '' | sed "s/shm_check_zone .*/shm_check_zone $size;/" \
            >"$server/nginx.conf"
        reloaded && patient fresh && die lock || return
    done
}
fresh() {
    get zones | grep '^pair 0 0 healed 0$'
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

# Who was killed does not say that its requests are over: nginx's own way.  It
# had 16 at most, as many as the load has.
lost() {
    echo "$(chunks conn) chunks of conn, $idle when idle, $(killed) killed"
    [ $(($(chunks conn) - idle)) -le $((16 * $(killed))) ]
}

# who lives says so, as before
drained_again() {
    before=$(chunks conn)
    serves && patient drained_to "$before"
}
drained_to() {
    [ "$(chunks conn)" = "$1" ]
}

upgraded() {
    old=$(master)
    kill -USR2 "$old"
    patient test -s "$server/nginx.pid.oldbin" && patient new_master || return
    serves || return
    kill -QUIT "$old"
    patient gone "$old" && patient sound && serves
}

# The new program is not wanted: the old one has its zones as they were.
taken_back() {
    held >"$work/held"
    old=$(master)
    kill -USR2 "$old"
    patient test -s "$server/nginx.pid.oldbin" && patient new_master || return
    new=$(master)
    serves || return
    kill -QUIT "$new"
    patient gone "$new" && patient test -s "$server/nginx.pid" || return
    [ "$(master)" = "$old" ] && patient kept_pair && serves
}
kept_pair() {
    get zones >"$work/a"
    cat "$work/a" "$work/held"
    grep '^pair' "$work/held" | grep -qxf - "$work/a"
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

# only what tells of a killed worker, or of what it left of a cached file: the
# cache renames the file first and notes its length or its end in the zone then
alerts() {
    grep -E '\[(emerg|alert|crit)\]' "$server/error.log" | grep -Ev \
        ' worker process [0-9]+ exited on signal 9$
 shared memory zone "[a-z_]+" was locked by [0-9]+$
 rwlock [0-9A-F]+ was held by [0-9]+, which died$
 cache file "[^"]*" has too long header,
 unlink\(\) "[^"]*/cache/[^"]*" failed \(2: ' >"$work/a"
    cat "$work/a"
    [ ! -s "$work/a" ]
}

no_memory() {
    ! grep -E 'no memory|could not allocate' "$server/error.log"
}
