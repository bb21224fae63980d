# SPDX-License-Identifier: BSD-2-Clause
# tool_world.sh - what the suites of the program ngx-shm share; after tap.sh
# shellcheck shell=sh disable=SC2154,SC2034  # from tap.sh, and for the suites

tool=$here/objs/ngx-shm
holder=$here/objs/shm_holder
# a number of a process comes back, and others may have left names with it
id=ngx-shm-tool.$$.$(od -An -N4 -tx4 /dev/urandom | tr -d ' ')
sysv=

# whatever ends this, no segment stays
sweep() {
    cd / || return
    rm -f "/dev/shm/$id" "/dev/shm/$id".*
    [ -z "$sysv" ] || "$tool" rm "$sysv" 2>/dev/null
    rm -rf "$work"
}
trap sweep EXIT

# alone: the suite runs with a /dev/shm and System V segments of its own, so
# that no other segments are listed; 1: that is refused here
alone() {
    if [ -n "${NGX_TOOL_ALONE-}" ]; then
        mount -t tmpfs tmpfs /dev/shm
        return
    fi
    NGX_TOOL_ALONE=yes
    export NGX_TOOL_ALONE
    for how in -mi -Urmi; do
        # shellcheck disable=SC2016  # for the shell inside
        if unshare $how sh -c 'mount -t tmpfs tmpfs /dev/shm' 2>/dev/null; then
            rm -rf "$work"
            cd "$here" && exec unshare $how sh "$top/tests/tool/${0##*/}"
        fi
    done
    return 1
}

# has TEXT COMMAND...: the command succeeds and prints TEXT
has() {
    text=$1
    shift
    "$@" >out 2>&1 || { cat out; return 1; }
    grep -qF -e "$text" out || { cat out; return 1; }
}

# says STATUS TEXT COMMAND...: it fails with STATUS and this line on stderr
says() {
    wanted=$1 text=$2
    shift 2
    "$@" >out 2>err
    got=$?
    cat err
    [ "$got" = "$wanted" ] || { echo "status $got"; return 1; }
    grep -qF -e "ngx-shm: error: $text" err && [ ! -s out ]
}

# hold NAME...: another process creates these and keeps them until `let_go`
hold() {
    mkfifo hold.in hold.out
    "$holder" "$@" <hold.in >hold.out &
    exec 5>hold.in
    read -r holder_pid <hold.out
    rm -f hold.in hold.out
}
let_go() {
    exec 5>&-
    wait
}
