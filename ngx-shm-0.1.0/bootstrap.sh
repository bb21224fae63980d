#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# bootstrap.sh - make ./configure out of configure.ac
#
#   ./bootstrap.sh          says what is missing, and how to get it
#   ./bootstrap.sh --deps   gets it first (through apt-get)

set -eu

# command that must be there, and the Debian package that has it
needs='autoconf:autoconf automake:automake libtoolize:libtool
       pkg-config:pkg-config make:make'

usage() {
    printf 'usage: ./bootstrap.sh [--deps]\n'
    printf '  --deps  install what is missing through apt-get\n'
}

wrong() {
    printf 'bootstrap.sh: error: %s\n' "$1" >&2
    usage >&2
    exit 2
}

missing() {
    for need in $needs; do
        command -v "${need%%:*}" >/dev/null || printf ' %s' "${need##*:}"
    done
    command -v cc >/dev/null || command -v gcc >/dev/null || printf ' gcc'
    command -v pkg-config >/dev/null && pkg-config check || printf ' check'
}

# how this system is told to install packages, run as its administrator
installer() {
    sudo=
    [ "$(id -u)" = 0 ] || sudo='sudo '
    if command -v apt-get >/dev/null; then
        echo "${sudo}apt-get install -y --no-install-recommends"
    elif command -v dnf >/dev/null; then
        echo "${sudo}dnf install"
    elif command -v apk >/dev/null; then
        echo "${sudo}apk add"
    elif command -v pacman >/dev/null; then
        echo "${sudo}pacman -S"
    elif command -v brew >/dev/null; then
        echo 'brew install'
    fi
}

deps=no
for word in "$@"; do
    case $word in
        --deps) deps=yes ;;
        --help) usage; exit 0 ;;
        *) wrong "unknown option $word" ;;
    esac
done

cd "$(dirname "$0")"
packages=$(missing)
install=$(installer)
if [ -n "$packages" ] && [ "$deps" = yes ]; then
    case $install in
        *apt-get*)
            # a machine that has never asked has no list of packages
            # shellcheck disable=SC2086  # these are lists of words
            ${install%apt-get*}apt-get update -q
            # shellcheck disable=SC2086
            DEBIAN_FRONTEND=noninteractive $install $packages
            packages=$(missing) ;;
    esac
fi

if [ -n "$packages" ]; then
    printf 'bootstrap.sh: error: missing:%s; install it' "$packages" >&2
    printf ' with\n  %s\n' "${install:-your package manager}$packages" >&2
    exit 1
fi

# m4/ngx_shm.m4 is generated, but kept in the tree; libtool's files are not
autoreconf --install
echo 'bootstrap.sh: done; now ./configure && make'
