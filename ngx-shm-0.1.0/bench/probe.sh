#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# probe.sh - how long tools take for the same questions, and do they agree?
#
# The programs in bench/questions are asked by nginx's auto/feature, Autoconf,
# CMake, Meson and auto/configure, one tool after the other in each of several
# rounds.  Prints medians of seconds and of the rounds' ratios, and draws them.
# Fails if two tools disagree on an answer.
#
#   ROUNDS      how many [5]              CC    the compiler [cc]
#   NGX_SRC     an nginx tree [/usr/share/nginx/src, of Debian's nginx-dev]
#   QUESTIONS   a folder of programs, whose libs: all can be linked
#               [bench/questions]
#   TOOLS       which to compare with, besides nginx [autoconf cmake meson];
#               CMake and Meson learn sizes, but not other values
# shellcheck disable=SC2317,SC2329  # tools are called by their names

set -eu
LC_ALL=C
export LC_ALL
unset MAKEFLAGS MFLAGS CFLAGS LDFLAGS LIBS NGX_AUTO_CACHE CPPFLAGS

ROUNDS=${ROUNDS-5}
NGX_SRC=${NGX_SRC-/usr/share/nginx/src}
CC=${CC-cc}
TOOLS=${TOOLS-autoconf cmake meson}
flags='-D_GNU_SOURCE -D_FILE_OFFSET_BITS=64'
top=$(cd "${srcdir-$(dirname "$0")/..}" && pwd)
QUESTIONS=$(cd "${QUESTIONS-$top/bench/questions}" && pwd)
objs=$PWD/objs
work=$objs/bench-probe.$$

fail() {
    echo "bench/probe.sh: error: $*" >&2
    exit 1
}

have() {
    command -v "$1" >/dev/null
}

# --- one function for each row of the table; what is no work of the tool's,
# find_answers does when its time is over

nginx() {
    mkdir objs
    ln -s "$NGX_SRC/auto" auto
    sh ../run-nginx
}

autoconf_() {
    project=$1
    shift
    CC=$CC CPPFLAGS=$flags CFLAGS='' sh "../$project/configure" "$@"
}

autoconf_all() { autoconf_ autoconf -C; }
autoconf_none() { autoconf_ autoconf-empty; }
autoconf_warm() { autoconf_ autoconf -C; }

cmake_() {
    cmake -G "$generator" -DCMAKE_C_COMPILER="$CC" -DCMAKE_BUILD_TYPE= \
        -S "../$1" -B .
}

cmake_all() { cmake_ cmake; }
cmake_none() { cmake_ cmake-empty; }
cmake_warm() { cmake_ cmake; }

meson_() {
    project=$1
    shift
    CC=$CC CFLAGS='' meson setup . "../$project" "$@"
}

meson_all() { meson_ meson; }
meson_none() { meson_ meson-empty; }
meson_warm() { meson_ meson --reconfigure; }

ours() {
    sh "$top/auto/configure" --probes="$QUESTIONS" --output=out \
        CC="$CC" CPPFLAGS="$flags" "$@"
}

ours_plain() { ours --jobs=2 --no-merge; }
ours_1() { ours --jobs=1; }
ours_2() { ours --jobs=2; }
ours_warm() { ours --jobs=2; }
ours_again() { ours --jobs=2; }

find_answers() {
    case $1 in
        nginx)
            # what it does not find it does not define
            sed 's/$/ 0/' ../macros >no
            sed -n 's/^#define //p' objs/ngx_auto_config.h |
                awk '!($1 in seen) { seen[$1]; print }' - no >answers ;;
        meson_*)
            sed -n 's/^#define //p' answers.h >answers ;;
        ours_*)
            sed -n 's/^#define \(NGX_[A-Z]\)/\1/p' out/ngx_auto_config.h \
                >answers ;;
    esac
    sort answers | sed 's/  */ /g' >"../answers.$1"
}

# --- the projects, which cost no time

prepare() {
    for tool in nginx autoconf cmake meson; do
        mkdir -p "$work/$tool" "$work/$tool-empty"
    done
    cd "$work"
    sed -n 's/^ \* macro: //p' "$QUESTIONS"/*.c >macros
    awk -v out=. -v flags="$flags" -f "$top/bench/probe.awk" \
        "$QUESTIONS"/*.c
    {
        echo "CC='$CC' CC_TEST_FLAGS= CC_AUX_FLAGS='$flags' NGX_TEST_LD_OPT="
        echo 'NGX_OBJS=objs ngx_feature_inc_path='
        echo '. auto/init'
        echo "NGX_INCLUDE_UNISTD_H='#include <unistd.h>'"
        cat nginx.sh
    } >run-nginx
    for tool in autoconf:configure.ac cmake:CMakeLists.txt meson:meson.build
    do
        file=${tool#*:} tool=${tool%:*}
        mv "$file" "$tool/$file"
        empty "$tool" <"$tool/$file" >"$tool-empty/$file"
    done
    ! have autoconf || for tool in autoconf autoconf-empty; do
        (cd "$tool" && autoconf) || fail 'autoconf failed'
    done
    generator='Unix Makefiles'
    ! have ninja || generator=Ninja
}

empty() {
    case $1 in
        autoconf) printf 'AC_INIT([bench], [1])\nAC_PROG_CC\nAC_OUTPUT\n' ;;
        cmake) sed '/^include/,$d' ;;
        meson) sed '/^args/,$d' ;;
    esac
}

# --- measure

# now: milliseconds
now() {
    date +%s%3N
}

# measure ROW: in a folder of its own, which a row ROW_warm or ROW_again finds
# as it was left by the row before; but ours_warm finds its cache alone, and
# writes all the rest
measure() {
    case $1 in
        *_warm | *_again) dir=$before ;;
        *) dir=build-$1-$round ;;
    esac
    before=$dir
    mkdir -p "$dir"
    cd "$dir"
    rm -f answers
    [ "$1" != ours_warm ] || rm -f out/ngx*
    begin=$(now)
    ("$1" >log 2>&1 && times >cpu) || { cat log; fail "$1 failed"; }
    end=$(now)
    # the second line is that of the children: 0m1.200s 0m0.340s
    cpu=$(awk -F '[ms ]+' 'NR == 2 {
        print int(60000 * ($1 + $3) + 1000 * ($2 + $4)) }' cpu)
    echo "$1 $round $((end - begin)) $cpu" >>../times
    case $1 in
        *_none) ;;
        *) find_answers "$1" ;;
    esac
    cd ..
}

agree() {
    for answers in answers.*; do
        diff answers.ours_2 "$answers" >differ || {
            cat differ
            fail "ours_2 and ${answers#*.} disagree"
        }
    done
    echo "$(wc -l <answers.ours_2) answers," \
        "$(grep -c ' 0$' answers.ours_2) of them no; all tools agree"
}

# The table: medians over the rounds, of seconds and of the ratios to nginx and
# to Autoconf without its startup; processor time is less disturbed by others
table() {
    awk '
    function median(row, over, what,    n, r, i, j, t, v) {
        n = 0
        for (r = 1; r <= rounds; r++) {
            v[++n] = used[row, r, what] / (over ? used[over, r, what] : 1000)
        }
        for (i = 2; i <= n; i++) {
            t = v[i]
            for (j = i - 1; j > 0 && v[j] > t; j--) {
                v[j + 1] = v[j]
            }
            v[j + 1] = t
        }
        return n % 2 ? v[(n + 1) / 2] : (v[n / 2] + v[n / 2 + 1]) / 2
    }
    function line(row, words) {
        if ((row, 1, "time") in used) {
            printf "%-36s %7.3f %8.4f ", words, median(row, "", "time"),
                median(row, "nginx", "time")
            if (("autoconf_net", 1, "time") in used) {
                printf "%11.4f", median(row, "autoconf_net", "time")
            } else {
                printf "%11s", "-"
            }
            printf " %12.4f\n", median(row, "nginx", "cpu")
        }
    }
    {
        rounds = $2
        used[$1, $2, "time"] = $3
        used[$1, $2, "cpu"] = $4
        if (sub(/_none$/, "", $1)) {
            used[$1 "_net", $2, "time"] = used[$1 "_all", $2, "time"] - $3
            used[$1 "_net", $2, "cpu"] = used[$1 "_all", $2, "cpu"] - $4
        }
    }
    END {
        printf "%-36s %7s %8s %11s %12s\n", "", "seconds", "to nginx",
            "to Autoconf", "CPU to nginx"
        line("nginx", "nginx auto/feature")
        line("autoconf_all", "Autoconf")
        line("autoconf_net", "Autoconf, without its startup")
        line("autoconf_warm", "Autoconf -C, warm")
        line("cmake_all", "CMake")
        line("cmake_net", "CMake, without its startup")
        line("cmake_warm", "CMake, warm")
        line("meson_all", "Meson")
        line("meson_net", "Meson, without its startup")
        line("meson_warm", "Meson, warm")
        line("ours_plain", "auto/configure, 2 jobs, --no-merge")
        line("ours_1", "auto/configure, 1 job")
        line("ours_2", "auto/configure, 2 jobs")
        line("ours_warm", "auto/configure, warm")
        line("ours_again", "auto/configure, again, all in place")
    }' times
}

chart() {
    have gnuplot || { echo 'no gnuplot: no chart'; return 0; }
    awk 'NR > 1 { print "\"" substr($0, 1, 36) "\" " substr($0, 46, 8) }' table |
        sed 's/  *"/"/' >bars
    gnuplot <<END
set terminal svg size 900,480 font "sans-serif,13"
set output "$objs/bench-probe.svg"
set title "$(wc -l <macros) questions: time, nginx's auto/feature = 1"
set style fill solid 0.8
set yrange [*:*] reverse
set xrange [0:*]
set offsets 0, graph 0.1, 0.5, 0.5
set border 3
set xtics nomirror
set ytics nomirror scale 0
unset key
plot "bars" using 2:0:(0):2:(\$0 - 0.35):(\$0 + 0.35):ytic(1) \
    with boxxyerror lc rgb "#4878a8", \
    "" using 2:0:(sprintf(" %.3g", \$2)) with labels left
END
    echo "chart: $objs/bench-probe.svg"
}

# --- which tools are here

[ -f "$NGX_SRC/auto/feature" ] ||
    fail "no auto/feature in $NGX_SRC; install nginx-dev, or set NGX_SRC"
rows=nginx
for tool in $TOOLS; do
    if have "$tool"; then
        rows="$rows ${tool}_all ${tool}_warm ${tool}_none"
    else
        echo "$tool is not installed: left out"
    fi
done
have autosetup || echo 'autosetup is no package of Debian: left out'
rows="$rows ours_plain ours_1 ours_2 ours_warm ours_again"

trap 'cd /; rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM
mkdir -p "$work"
prepare
round=0
while [ "$round" -lt "$ROUNDS" ]; do
    round=$((round + 1))
    for row in $rows; do
        measure "$row"
    done
    agree
    rm -rf build-*
done
echo
table | tee table
cp times "$objs/bench-probe.times"
cp table "$objs/bench-probe.txt"
chart
