#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# probe.sh - each probe says yes where it should, and no where it must
# shellcheck disable=SC2317,SC2329  # functions are called by ok and no
#
# Every probe has a header in tests/auto/lack that hides its feature, and every
# probe that runs has words for tests/auto/deny.c in tests/auto/expect/denied.
# COMPILERS: the compilers that must not warn
# EMULATOR: runs the programs that CC builds, if they do not run here

. "${srcdir-$(dirname "$0")/../..}/tests/tap.sh"
COMPILERS=${COMPILERS-gcc clang tcc musl-gcc}
EMULATOR=${EMULATOR-}

# field FILE NAME: from the opening comment
field() {
    sed -n "s/^[/ ]\* $2: *//p" "$1" | sed 's, *\*/$,,'
}

# build PROBE OUTPUT [FLAG...]: with the first of its libraries that links
build() {
    source=$top/auto/probe/$1.c output=$2
    shift 2
    for lib in '' $(field "$source" libs); do
        # shellcheck disable=SC2086  # CC is a list of words, lib may be empty
        $CC "$@" -o "$output" "$source" $lib && return 0
    done
    return 1
}

# alone COMMAND...: run it in its own folder and session, where it may leave
# nothing behind; its output is in out and err
alone() {
    rm -rf scratch
    mkdir scratch
    segments >before
    (
        cd scratch || exit 126
        # shellcheck disable=SC2086  # a list of words
        exec setsid sh -c 'echo $$ >../session; exec "$@"' sh $EMULATOR "$@"
    ) >out 2>err
    status=$?
    cat out err
    leftovers "$(cat session)" >left
    if [ -s left ]; then
        echo 'left behind:'
        cat left
        return 125
    fi
    return "$status"
}

# all objects with a name or a number, and the process that made them: lines of
# "KIND NAME PID"
segments() {
    awk 'NR > 1 { print "sysv", $2, $5 }' /proc/sysvipc/shm
    for segment in /dev/shm/ngx_probe*; do
        number=${segment#*.}
        [ ! -e "$segment" ] || echo "posix ${segment##*/} ${number%%.*}"
    done
}

# files, names and segments of shared memory, and processes.  A segment that
# was there before belongs to an earlier process with the same pid.
leftovers() {
    ls -A scratch
    segments | awk -v pid="$1" 'FILENAME == "before" { old[$0] = 1; next }
        $3 == pid && !($0 in old)' before -
    cat /proc/[0-9]*/stat 2>/dev/null |
        awk -v pid="$1" '{ all = $0; sub(/.*\) /, "") }
                         $4 == pid && $1 != "Z" { print all }'
}

# under WORDS PROBE: run it under deny.c, where WORDS fail or lie
under() {
    alone env LD_PRELOAD="$work/deny.so" NGX_DENY="$1" "$work/$2"
}

# a plain no, with its reason on standard error
refuses() {
    "$@"
    [ "$?:$(wc -l <err)" = 1:1 ]
}

# answers PROBE MACRO: its answer is the one known for this system
answers() {
    alone "$work/$1"
    status=$?
    [ "$status" -lt 125 ] || return 1
    case $run in
        value) answer=$(cat out) ;;
        *) answer=$((status == 0)) ;;
    esac
    wanted=$(expected "$2")
    echo "$2 is $answer, expected $wanted"
    echo "$answer" | grep -Ex "$wanted"
}

unbuilt() {
    wanted=$(expected "$1")
    echo "$1 is 0, expected $wanted"
    echo 0 | grep -Ex "$wanted"
}

# expected MACRO: as an extended regular expression; later files overrule
expected() {
    pages=0
    if grep -q '[1-9]' /proc/sys/vm/nr_overcommit_hugepages ||
       grep -q '^HugePages_Free: *[1-9]' /proc/meminfo; then
        pages=1
    fi
    cat "$top/tests/auto/expect/linux-glibc" "$known" | awk -v macro="$1" \
        -v kernel="$(uname -r)" -v pages="$pages" '
        function older(a, b,    x, y) {
            split(a, x, ".")
            split(b, y, ".")
            return x[1] == y[1] ? x[2] + 0 < y[2] + 0 : x[1] + 0 < y[1] + 0
        }
        $1 == macro {
            value = $2 == "pages" ? pages : $2
            if ($3 != "" && older(kernel, $3)) {
                value = 0
            }
        }
        END { print value }'
}

# The compiler itself confirms a value, in another way.
confirmed() {
    {
        sed -n 's/ \/\*.*//; /^#/p' "$source"
        sed -n 's/^enum { value = \(.*\) };$/enum { value = \1 };/p' "$source"
        echo "char right[value == $(cat out) ? 1 : -1];"
    } >confirm.c
    grep -q '^enum' confirm.c && $CC -c -o confirm.o confirm.c
}

# With the header that hides its feature it does not build, for that reason; or
# it gives the value that the header makes up.
lacks() {
    header=$top/tests/auto/lack/$1.h
    gives=$(field "$header" gives)
    if [ -n "$gives" ]; then
        build "$1" lack.exe -w -include "$header" && alone "$work/lack.exe"
        [ "$(cat out)" = "$gives" ]
    else
        ! build "$1" lack.exe -include "$header" >said.lack 2>&1 &&
            cat said.lack &&
            grep -F "$(field "$header" lacks)" said.lack
    fi
}

# silent CC: the compiler does not warn; tcc has no atomic operations, and musl
# declares no calls that it lacks
silent() {
    case $1 in
        tcc) lacking=' atomic_ops ' ;;
        musl*) lacking=' pthread_clocklock sem_clockwait ' ;;
        *) lacking= ;;
    esac
    for source in "$top"/auto/probe/*.c; do
        name=${source##*/}
        case $lacking in
            *" ${name%.c} "*) continue ;;
        esac
        "$1" -std=c99 -pedantic -Wall -Wextra -Werror -c -o silent.o \
            "$source" || break
    done >silent 2>&1
    status=$?
    cat silent
    [ "$status" = 0 ] && [ ! -s silent ]
}

# The engine relies on this form when questions share a compilation: known
# fields, then defines and sorted includes, then neither # nor names of others.
well_formed() {
    awk -v name="$1" '
    function bad(why) {
        print FILENAME ":" FNR ": " why
        failed = 1
    }
    BEGIN {
        upper = toupper(name)
    }
    FNR == 1 && !/^\/\* probe: [^ ]/ { bad("does not begin with its question") }
    state == "" {
        if (/^ \* SPDX-License-Identifier: FSFAP$/) {
            next
        } else if (/^ \*\/$/) {
            state = "prologue"
        } else if (!/^[\/ ]\* (probe|macro|run|with|libs|cross|see|depends|for|change): +[^ ]/) {
            bad("no field")
        }
        if ($2 == "macro:" && $3 != "NGX_HAVE_" upper && $3 != "NGX_" upper) {
            bad("the macro is not named as the file")
        }
        next
    }
    state == "prologue" && /^#include </ {
        if ($0 <= last) {
            bad("not sorted")
        }
        last = $0
        next
    }
    state == "prologue" && last == "" && /^#define / { next }
    state == "prologue" && /^$/ { state = "body" }
    state == "prologue" { bad("neither #define nor #include") }
    /#|__LINE__|__FILE__|__func__/ { bad("not for a shared compilation") }
    /^[a-z_]+\(/ && !/^main\(void\)$/ && index($0, name "_") != 1 {
        bad("the name does not begin with " name)
    }
    length > 80 { bad("too long") }
    END { exit failed }' "$top/auto/probe/$1.c"
}

# A macro that no source of ours uses has a field for:.
needed() {
    find "$top/src" "$top/contrib" -name '*.[ch]' -exec grep -lw "$2" {} + |
        grep -v /objs/ && return
    field "$top/auto/probe/$1.c" for | grep .
}

# Each question that must run has a cross: pattern for the usual hosts.
known() (
    set -f
    for host in x86_64-pc-linux-gnu s390x-linux-gnu riscv64-linux-musl \
        aarch64-openwrt-linux aarch64-apple-darwin23 aarch64-macos; do
        for pattern in $(field "$top/auto/probe/$1.c" cross); do
            # shellcheck disable=SC2254  # it is a pattern
            case $host in $pattern) continue 2 ;; esac
        done
        echo "$host is not known"
        return 1
    done
)

# --- the compiler, and what is known of it

if [ "$(uname -s)" != Linux ]; then
    echo '1..0 # SKIP only Linux is written down in tests/auto/expect'
    exit 0
fi
echo 'int main(void) { return 0; }' >try.c
# shellcheck disable=SC2086  # CC is a list of words
if ! $CC -o try.exe try.c || ! $EMULATOR ./try.exe; then
    echo "1..0 # SKIP programs of $CC do not run here"
    exit 0
fi

# tcc has no constructors; the library is for the C library, not the compiler
deny_cc=$CC known=/dev/null
case $($CC -v 2>&1) in
    *tcc*) deny_cc=cc known=$top/tests/auto/expect/tcc ;;
esac
printf '%s\n' '#include <features.h>' '#ifndef __GLIBC__' '#error' '#endif' >libc.c
# shellcheck disable=SC2086  # a list of words
if [ -n "$EMULATOR" ]; then
    known=$top/tests/auto/expect/qemu-user
    skip 'the library that denies builds' 'an emulator does not preload it'
elif ! $CC -c -o libc.o libc.c 2>/dev/null; then
    skip 'the library that denies builds' 'it is for glibc'
else
    ok 'the library that denies builds' \
        $deny_cc -shared -fPIC -o deny.so "$top/tests/auto/deny.c" -ldl
fi

for cc in $COMPILERS; do
    if command -v "$cc" >/dev/null; then
        ok "$cc finds nothing to warn of" silent "$cc"
    else
        skip "$cc finds nothing to warn of" 'it is not installed'
    fi
done

# --- each probe

for source in "$top"/auto/probe/*.c; do
    probe=${source##*/}
    probe=${probe%.c}
    macro=$(field "$source" macro)
    run=$(field "$source" run)
    words=$(sed -n "s/^$probe  *//p" "$top/tests/auto/expect/denied")

    ok "$probe is well formed" well_formed "$probe"
    if ! build "$probe" "$probe" 2>/dev/null; then
        ok "$probe does not build, as expected" unbuilt "$macro"
        continue
    fi
    ok "$probe is used, or says what for" needed "$probe" "$macro"
    ok "$probe says no where there is no such thing" lacks "$probe"
    ok "$probe answers as expected" answers "$probe" "$macro"
    if [ "$run" = value ]; then
        ok "$probe: the compiler agrees" confirmed "$probe"
    else
        ok "$probe has a negative control" [ -n "$words" ]
        ok "$probe knows the usual hosts" known "$probe"
    fi
    [ -f deny.so ] || continue
    for word in $words; do
        ok "$probe says no under $word" refuses under "$word" "$probe"
    done
done

# --- both answers of probes that give only one of them here

if [ -f deny.so ]; then
    remedy() { ! under mmap=ENOMEM map_hugetlb && grep vm.nr_hugepages err; }
    ok 'map_hugetlb tells what would change a no' remedy
    ok 'map_hugetlb says yes where huge pages are given' \
        under hugetlb map_hugetlb
fi
cp proc_starttime 'a) 1 2 (b'
ok 'proc_starttime reads the line of a program with any name' \
    alone "$work/a) 1 2 (b"

plan
