# SPDX-License-Identifier: BSD-2-Clause
# probe.awk - write the same questions down as each of the tools takes them
#
# Input: C programs.  -v out=DIR: where to; -v flags=WORDS: for the compiler.
# Writes DIR/nginx.sh, DIR/configure.ac, DIR/CMakeLists.txt, DIR/meson.build.

function to(tool, text)
{
    print text > (out "/" tool)
}

function shell(s)
{
    gsub(/'/, "'\\''", s)
    return "'" s "'"
}

function meson_list(words,    n, i, w, list)
{
    n = split(words, w, " ")
    for (i = 1; i <= n; i++) {
        list = list (i > 1 ? ", " : "") "'" w[i] "'"
    }
    return "[" list "]"
}

function nginx()
{
    to("nginx.sh", "ngx_feature=" shell(f["probe"]))
    to("nginx.sh", "ngx_feature_name=" f["macro"])
    to("nginx.sh", "ngx_feature_run=" (run == "compile" ? "no" : run))
    to("nginx.sh", "ngx_feature_incs=" shell(includes before))
    to("nginx.sh", "ngx_feature_path=\nngx_feature_libs=" shell(f["libs"]))
    to("nginx.sh", "ngx_feature_test=" shell(body) "\n. auto/feature\n")
}

function autoconf(    cache, try)
{
    cache = "ngx_cv_" f["macro"]
    try = run == "compile" ? "COMPILE" : run == "no" ? "LINK" : "RUN"
    to("configure.ac", "AC_CACHE_CHECK([for " f["macro"] "], [" cache "], [")
    if (run == "value") {
        to("configure.ac", "AC_COMPUTE_INT([" cache "], [" value "], [[" \
            includes "]])])")
    } else {
        to("configure.ac", "save_LIBS=$LIBS LIBS=\"" f["libs"] " $LIBS\"\n" \
            "AC_" try "_IFELSE([AC_LANG_SOURCE([[" text "]])], [" cache \
            "=1], [" cache "=0])\nLIBS=$save_LIBS])")
    }
    to("configure.ac", "echo \"" f["macro"] " $" cache "\" >>answers\n")
}

function cmake(    call)
{
    if (run == "value") {
        to("CMakeLists.txt", "set(CMAKE_EXTRA_INCLUDE_FILES " headers ")")
        to("CMakeLists.txt", "check_type_size(\"" type "\" " f["macro"] \
            " BUILTIN_TYPES_ONLY)")
    } else {
        call = run == "yes" ? "runs" : "compiles"
        if (run == "compile") {
            to("CMakeLists.txt", \
                "set(CMAKE_TRY_COMPILE_TARGET_TYPE STATIC_LIBRARY)")
        }
        to("CMakeLists.txt", "set(CMAKE_REQUIRED_LIBRARIES " f["libs"] ")")
        to("CMakeLists.txt", "check_c_source_" call "([==[\n" text "]==] " \
            f["macro"] ")")
        to("CMakeLists.txt", "unset(CMAKE_TRY_COMPILE_TARGET_TYPE)")
    }
    to("CMakeLists.txt", "if(NOT " f["macro"] ")\n  set(" f["macro"] " 0)\n" \
        "endif()\nstring(APPEND answers \"" f["macro"] " ${" f["macro"] \
        "}\\n\")\n")
}

function meson(    set)
{
    set = "answers.set10('" f["macro"] "', "
    if (run == "value") {
        to("meson.build", "answers.set('" f["macro"] "', cc.sizeof('" type \
            "', prefix : '''" includes "''', args : args))\n")
    } else if (run == "yes") {
        to("meson.build", "r = cc.run('''" text "''', name : '" f["macro"] \
            "', args : args + " meson_list(f["libs"]) ")")
        to("meson.build", set "r.compiled() and r.returncode() == 0)\n")
    } else {
        to("meson.build", set (run == "no" ? "cc.links" : "cc.compiles") \
            "('''" text "''', name : '" f["macro"] "', args : args + " \
            meson_list(f["libs"]) "))\n")
    }
}

function finish()
{
    if (text == "") {
        return
    }
    run = f["run"]
    sub(/[}]\n$/, "", body)
    nginx()
    autoconf()
    cmake()
    meson()
}

BEGIN {
    to("nginx.sh", "rm -f objs/*")
    to("configure.ac", "AC_INIT([bench], [1])\nAC_PROG_CC\nrm -f answers\n")
    to("CMakeLists.txt", "cmake_minimum_required(VERSION 3.13)\n" \
        "project(bench C)\ninclude(CheckCSourceCompiles)\n" \
        "include(CheckCSourceRuns)\ninclude(CheckTypeSize)\n" \
        "set(CMAKE_REQUIRED_DEFINITIONS " flags ")")
    to("meson.build", "project('bench', 'c', default_options : " \
        "['buildtype=plain', 'warning_level=0'])\n" \
        "cc = meson.get_compiler('c')\nargs = " meson_list(flags) "\n" \
        "answers = configuration_data()\n")
}

FNR == 1 {
    finish()
    split("", f)
    f["libs"] = f["flags"] = ""     # gawk 5.2 dies of what was never set
    text = includes = headers = before = body = value = type = ""
    part = "comment"
}

part == "comment" {
    if (/^(\/\*| \*) [a-z]+: /) {
        key = $2
        sub(/:$/, "", key)
        sub(/^(\/\*| \*) [a-z]+: +/, "")
        f[key] = $0
    }
    if (/^ \*\/$/) {
        part = "before"
    }
    next
}

{
    text = text $0 "\n"
}

/^#include / {
    includes = includes $0 "\n"
    headers = headers " " substr($2, 2, length($2) - 2)
    next
}

/^enum [{] value = .* [}];$/ {
    value = $0
    sub(/^enum [{] value = /, "", value)
    sub(/ [}];$/, "", value)
    type = value
    sub(/.*sizeof\(/, "", type)
    sub(/\)$/, "", type)
}

# main() in four lines, as all these programs write it
part == "before" && /^int$/ { part = "main"; next }
part == "main" && /^[{]$/ { part = "body"; next }
part == "main" { next }
part == "before" { before = before $0 "\n" }
part == "body" { body = body $0 "\n" }

END {
    finish()
    to("configure.ac", "AC_OUTPUT")
    to("CMakeLists.txt", \
        "file(WRITE ${CMAKE_BINARY_DIR}/answers \"${answers}\")")
    to("meson.build", \
        "configure_file(output : 'answers.h', configuration : answers)")
}
