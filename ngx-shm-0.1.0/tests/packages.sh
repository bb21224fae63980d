#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# packages.sh - the release tarball becomes Debian packages, lintian has nothing
# against them, and projects build with CMake and Meson on what they hold
# shellcheck disable=SC2317,SC2329  # functions are called by ok and no

. "${srcdir-$(dirname "$0")/..}/tests/tap.sh"

for program in dpkg-buildpackage dh lintian cmake meson; do
    command -v "$program" >/dev/null || {
        echo "Bail out! $program is missing (Debian: build-essential" \
            'debhelper lintian cmake meson)'
        exit 1
    }
done
if [ ! -d "$top/debian" ]; then
    echo 'Bail out! debian/ is in the repository, not in the tarball'
    exit 1
fi
version=$(sed -n 's/^AC_INIT(\[ngx-shm\], \[\(.*\)\], \[\].*/\1/p' \
    "$top/configure.ac")
tree=$work/ngx-shm-$version

# --- the tarball, and packages of it; the suites have their own steps
tarball() {
    "${MAKE-make}" -C "$here" dist && mv "$here/ngx-shm-$version.tar.gz" \
        "ngx-shm_$version.orig.tar.gz" &&
        tar xf "ngx-shm_$version.orig.tar.gz" && cp -R "$top/debian" "$tree"
}
ok 'make dist' tarball
nothing_built() {
    tar tf "ngx-shm_$version.orig.tar.gz" >in_it && [ -s in_it ] &&
        ! grep -E '\.l?o$|/\.deps/|/\.dirstamp$' in_it
}
ok 'nothing that was built is in it' nothing_built
same_version() {
    head -n 1 "$top/debian/changelog" | grep -F "($version-" &&
        grep -F "ngx-shm $version, " "$top/NEWS"
}
ok 'debian/changelog and NEWS speak of this version' same_version
build() {
    cd "$tree" && DEB_BUILD_OPTIONS='nocheck parallel=2' \
        dpkg-buildpackage -us -uc
}
ok 'dpkg-buildpackage' build
look() {
    lintian --fail-on error,warning --display-info ./*.changes
}
ok 'lintian finds no error and no warning' look
each_file() {
    for package in libngx-shm0 libngx-shm-dev ngx-shm-tools ngx-shm-auto; do
        dpkg-deb -c "$package"_*.deb || return 1
        mkdir -p root && dpkg-deb -x "$package"_*.deb root || return 1
    done
}
ok 'the four packages' each_file
lib=$(dirname "$(find root -name libngx_shm.a)")
lib=$PWD/${lib:-no-library}

# --- projects on what is in them, at another place than they were made for
works() {
    LD_LIBRARY_PATH=$lib "$1" >said2 && cat said2 && grep -x shared said2
}
cmake_() {
    cmake -S "$top/tests/consumers/installed" -B with-cmake \
        -DCMAKE_PREFIX_PATH="$work/root/usr" &&
        cmake --build with-cmake && works with-cmake/shared &&
        works with-cmake/plusplus && works with-cmake/static &&
        ! ldd with-cmake/static | grep ngx_shm
}
ok 'CMake: find_package(ngx-shm), in C and in C++, and static' cmake_
# asks VERSION: a project that wants this one
asks() {
    mkdir -p "$1" && echo "cmake_minimum_required(VERSION 3.14)
project(asks C)
find_package(ngx-shm $1 CONFIG REQUIRED)" >"$1/CMakeLists.txt" &&
        cmake -S "$1" -B "$1/build" -DCMAKE_PREFIX_PATH="$work/root/usr"
}
ok 'CMake: this version is taken' asks "$version"
no 'CMake: a later version is not' asks 0.99
no 'CMake: another major version is not' asks 9.0
meson_() {
    PKG_CONFIG_SYSROOT_DIR=$work/root PKG_CONFIG_LIBDIR=$lib/pkgconfig \
        meson setup with-meson "$top/tests/consumers/installed" &&
        ninja -C with-meson && works with-meson/shared &&
        works with-meson/plusplus
}
ok 'Meson: dependency(ngx-shm), in C and in C++' meson_
program() {
    LD_LIBRARY_PATH=$lib root/usr/bin/ngx-shm --version | grep -F "$version"
}
ok 'the program runs' program
pages() {
    for page in man1/ngx-shm.1 man3/ngx_slab.3 man7/ngx-auto.7; do
        [ -f "root/usr/share/man/$page.gz" ] || return 1
    done
}
ok 'the manual is in them' pages

plan
