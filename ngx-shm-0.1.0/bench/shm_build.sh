#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# shm_build.sh FOLDER [LIBRARY-FOLDER]: build the programs of the
# comparison, each if what it needs is installed; one that is missing is named
# and left out.

set -eu

here=$(dirname "$0")
out=$1 lib=${2-}
mkdir -p "$out"

# build NAME SOURCE COMPILER [ARGUMENT...]
build() {
    name=$1 source=$2
    shift 2
    if ! "$@" -O2 -D_GNU_SOURCE -c -o "$out/$name.o" "$here/$source" \
        >"$out/$name.log" 2>&1
    then
        echo "shm_build.sh: $name is left out; see $out/$name.log" >&2
        return 1
    fi
}

CC=${CC-cc} CXX=${CXX-c++}

# shellcheck disable=SC2046,SC2086  # lists of words
{
    if [ -n "$lib" ] && build ours shm_ours.c $CC -std=gnu99 -I "$here/../src"
    then
        $CC -o "$out/shm_ours" "$out/ours.o" -L "$lib" -lngx_shm \
            -Wl,-rpath,"$(cd "$lib" && pwd)" -lpthread
    fi
    if build malloc shm_malloc.c $CC -std=gnu99; then
        $CC -o "$out/shm_malloc" "$out/malloc.o" -lpthread
    fi
    if build calls shm_calls.c $CC -std=gnu99 && $CC -O2 -shared -fPIC \
        -DBENCH_LIBRARY -o "$out/libcalls.so" "$here/shm_calls.c"; then
        $CC -o "$out/shm_calls" "$out/calls.o" -L "$out" -lcalls \
            -Wl,-rpath,"$(cd "$out" && pwd)" -lpthread
    fi
    if build mm shm_mm.c $CC -std=gnu99; then
        $CC -o "$out/shm_mm" "$out/mm.o" -lmm -lpthread
    fi
    if build rmm shm_rmm.c $CC -std=gnu99 \
        $(apr-1-config --cppflags --includes 2>/dev/null); then
        $CC -o "$out/shm_rmm" "$out/rmm.o" -laprutil-1 -lapr-1 -lpthread
    fi
    if build boost shm_boost.cc $CXX; then
        $CXX -o "$out/shm_boost" "$out/boost.o" -lpthread
    fi
    if build boost-seq shm_boost.cc $CXX -DBENCH_SIMPLE; then
        $CXX -o "$out/shm_boost-seq" "$out/boost-seq.o" -lpthread
    fi
}
