#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# nginx.sh - nginx itself runs on our parts
#
# nginx's source comes from NGX_SRC, or Debian's through apt-get.  It is built
# in several ways with the parts of contrib/nginx, and serves under load while
# it is reloaded, its workers are killed KILLS times, and its binary replaced.
# shellcheck disable=SC2317,SC2329,SC2119,SC2120  # functions by ok
# shellcheck disable=SC2016  # commands for eval

# shellcheck source=tests/tap.sh
. "${srcdir-$(dirname "$0")/../..}/tests/tap.sh"

KILLS=${KILLS-200}
parts=$top/contrib/nginx
own="$work/nginx of its own" tree="$work/nginx on ours" server=$work/server

# shellcheck source=tests/nginx/tree.sh
. "$top/tests/nginx/tree.sh"
# shellcheck source=tests/nginx/serve.sh
. "$top/tests/nginx/serve.sh"
# shellcheck source=tests/nginx/names.sh
. "$top/tests/nginx/names.sh"

stop() {
    cd /
    : >"$server/stop"
    for file in "$server/nginx.pid" "$server/nginx.pid.oldbin" \
        "$work"/*/run/nginx.pid
    do
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
    src/core/ngx_slab.[ch] src/os/unix/ngx_shmem.[ch] auto/sources \
    auto/unix | sort) >touched

ok 'our parts go into a tree, and out of it byte for byte' undone
ok 'with the probe scripts, too' undone --auto
ok 'they go in twice, and out again' twice
ok 'nothing is touched but what they replace' touched
ok 'a broken-off install can be undone' broken_off
ok 'one that changed nothing yet, too' broken_off_at_once
ok 'what an older install-into left can be undone' older_undone
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
ok 'a tree that has more fields in it is refused' refused \
    'echo "    int  more;" >>"$work/t/src/core/ngx_slab.h"' into "$work/t"
ok 'a tree that has a file of our names is refused' refused \
    ': >"$work/t/src/core/ngx_lock.h"' into "$work/t"
ok 'a script that was changed is not replaced' refused \
    'echo ". auto/cache" >>"$work/t/auto/feature"' into "$work/t" --auto
ok 'one with another comment is' undone_with \
    'echo "# this is a comment" >>"$work/t/auto/feature"' --auto
ok 'Angie is told to be Angie' refused_as 'Angie 1.10.0' angie
ok 'Tengine is told to be Tengine' refused_as 'Tengine 1.3.0' tengine
ok 'freenginx is taken, and told to be freenginx' \
    noted_as 'freenginx 1.27.0' freenginx
ok 'OpenResty is taken, and told to be OpenResty' \
    noted_as 'openresty 1.21.4' openresty
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

ok 'modules with names and fields of their own build with nginx of its own' \
    names_build 'names on own' own
ok 'and find what they look for' names_found 'names on own'
ok 'they build with our parts' names_build 'names on ours'
ok 'and find the same' names_found 'names on ours'
ok 'memory never given out is zero, with nginx of its own' \
    names_zero 'names on own'
ok 'and with our parts, after reloads' names_zero 'names on ours'

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
ok 'no more connections stay counted than the dead had' lost
ok 'it goes on serving, and counts no other connection any more' drained_again
ok 'sessions are found again, still' resumes
ok 'a reload keeps what the zones hold' keeps
ok 'the program is replaced, but the new one not wanted: zones are kept' \
    taken_back
ok 'a zone of another size begins anew' anew
ok 'the program is replaced while it runs' upgraded
ok 'the end finds every zone sound' ended
ok 'nothing was alarming but the killed' alerts
ok 'there was memory' no_memory
echo "# killed: $(grep -c . "$server/kills"), within the library:" \
    "$(grep -c '^1' "$server/kills"), with a mutex:" \
    "$(grep -c '1$' "$server/kills")"
plan
