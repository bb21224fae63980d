#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# build.sh FOLDER: build the module with the sources of package nginx-dev, and
# write a configuration that loads it; done once.

set -eu

src=${NGX_SRC-/usr/share/nginx/src}
here=$(cd "$(dirname "$0")" && pwd)
newer=$(find "$here/../shm_work.h" "$here/shm_nginx.c" \
    -newer "$1/nginx.conf" 2>&1) || newer=yes
[ -n "$newer" ] || exit 0

if [ ! -f "$src/conf_flags" ] || ! command -v nginx >/dev/null; then
    echo "build.sh: error: no nginx; install nginx and nginx-dev" >&2
    exit 2
fi

mkdir -p "$1"
dir=$(cd "$1" && pwd)
cp -RL "$src/." "$dir"
cd "$dir"

# Debian keeps the options of its binary in an array of bash.
flags=$(sed -n 's/^NGX_CONF_FLAGS=( \(.*\) )$/\1/p' conf_flags)
# shellcheck disable=SC2086  # a list of words
./configure $flags --with-cc-opt=-O2 --add-dynamic-module="$here"
make -f objs/Makefile modules

cat >nginx.conf <<EOF
load_module $dir/objs/ngx_bench_shm_module.so;
pid nginx.pid;
error_log stderr;
events { }
EOF
