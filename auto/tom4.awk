# SPDX-License-Identifier: FSFAP
# tom4.awk - from C programs to m4
#
# Copying and distribution of this file, with or without modification, are
# permitted in any medium without royalty, provided the copyright notice and
# this notice are preserved.  This file is offered as-is, without any warranty.
#
# Input: m4/ngx_feature.m4, then the questions.  -v all=NAME: the macro for all

# What stands for itself in a quoted argument of m4, in any version of Autoconf:
# the brackets as quadrigraphs, names of macros split by an empty one
function m4(s, names,    out, word)
{
    gsub(/\[/, "@<:@", s)
    gsub(/\]/, "@:>@", s)
    gsub(/#/, "@%:@", s)
    gsub(/\$/, "@S|@", s)
    while (match(s, /[A-Za-z_][A-Za-z_0-9]*/)) {
        word = substr(s, RSTART, RLENGTH)
        out = out substr(s, 1, RSTART - 1)
        s = substr(s, RSTART + RLENGTH)
        if (word ~ names) {
            match(word, /^_*./)
            word = substr(word, 1, RLENGTH) "@&t@" substr(word, RLENGTH + 1)
        }
        out = out word
    }
    return out s
}

# Behind an unquoted here-document.  An @ could be part of a quadrigraph.
function program(s)
{
    gsub(/[\\`$]/, "\\\\&", s)
    gsub(/@/, "\001", s)
    s = m4(s, macros)
    gsub(/\001/, "@S|@{ngx_at}", s)
    return s
}

# Between double quotes of the shell.  Autoconf quotes a double quote itself;
# about a backquote its versions differ.
function message(s)
{
    gsub(/[\\$]/, "\\\\&", s)
    gsub(/`/, "${ngx_backquote}", s)
    return m4(s, macros "|" builtins)
}

function fail(why)
{
    print "tom4: error: " file " " why > "/dev/stderr"
    exit failed = 1
}

function finish(    short)
{
    if (!n) {
        return
    }
    sub(/\n$/, "", text)
    if (f["macro"] !~ /^[A-Z_][A-Z0-9_]*$/) {
        fail("has no line \"macro: NAME\" in its opening comment")
    } else if (("flags" in f) || text ~ /(^|\n)_ACEOF(\n|$)/) {
        fail("has flags, or a line _ACEOF, which Autoconf cannot take")
    } else if (f["probe"] ~ /\*\//) {
        fail("ends a comment in its title")
    }
    short = f["macro"]
    sub(/^NGX_(HAVE_)?/, "", short)
    list = list "#   NGX_CHECK_" short "([ACTION-IF-FOUND], [ACTION-IF-NOT-FOUND])\n"
    libs = f["macro"]
    sub(/HAVE_/, "", libs)
    calls = calls "NGX_CHECK_" short "\nAS_CASE([\" $" all "_LIBS \"], [*\" $" \
        libs "_LIBS \"*], [],\n  [" all "_LIBS=\"$" all "_LIBS $" libs \
        "_LIBS\"])\n"
    body = body "\n# " f["probe"] "; see " f["see"] "\nAC_DEFUN([NGX_CHECK_" \
        short "],\n[" ask "([" f["macro"] "],\n  [" message(f["probe"]) "], [" \
        (f["run"] == "" ? "yes" : f["run"]) "], [" f["libs"] "],\n  [" \
        f["cross"] "],\n[[" program(text) "]])\nAS_IF([test \"$" f["macro"] \
        "\" != 0], [$1], [$2])\n])\n"
    if (short ~ /^(MAP_ANON|MAP_DEVZERO|SYSVSHM|POSIX_SHM|MEMFD)$/) {
        any = any "$" f["macro"]
    }
}

BEGIN {
    ask = "_" all "_ASK"
    macros = "^(dnl$|_*(m4|AC|AH|AM|AS|AT|AU|AX|LT|NGX|PKG)_)"
    builtins = "^(change.*|u?n?divert|divnum|u?n?define|defn|pushdef|popdef|" \
        "ifdef|ifelse|shift|incr|decr|eval|len|index|substr|translit|format|" \
        "s?include|e?syscmd|sysval|errprint|trace.*|dumpdef|builtin|indir|" \
        "patsubst|regexp|mkstemp|maketemp|m4exit|m4wrap|__.*__)$"
}

FILENAME == ARGV[1] {
    if (/^# _NGX_FEATURE_ASK/) {
        core = 1
    }
    if (core) {
        gsub(/_NGX_FEATURE_/, "_" all "_")
        helpers = helpers $0 "\n"
    }
    next
}

FNR == 1 {
    finish()
    n++
    file = FILENAME
    text = ""
    split("", f)
    comment = 1
}

{
    text = text $0 "\n"
}

comment && /^(\/\*| \*) [a-z]+: / {
    key = $2
    sub(/:$/, "", key)
    value = $0
    sub(/^(\/\*| \*) [a-z]+: +/, "", value)
    sub(/ *\*\/ *$/, "", value)
    if (key in f) {
        value = f[key] " " value
    }
    f[key] = value
}

/\*\// { comment = 0 }

END {
    finish()
    if (failed) {
        exit 1
    }
    print "# Made by auto/tom4 from questions in C; change those, not this.\n#\n" \
        "# SYNOPSIS\n#\n#   " all "([ACTION-IF-FOUND], [ACTION-IF-NOT-FOUND])\n" \
        list "#"
    print "# DESCRIPTION\n#\n" \
        "#   Each NGX_CHECK_X asks one question about shared memory, or what is\n" \
        "#   needed along with it, by a program that proves it at work.  " all "\n" \
        "#   asks them all; it counts as found when there is a way to share memory\n" \
        "#   between processes, and substitutes " all "_LIBS.\n#"
    print "#   The answer to NGX_CHECK_X is in the shell variable NGX_HAVE_X (or\n" \
        "#   NGX_X, where it is a number), and defined as a macro of that name: 0, 1\n" \
        "#   or the number, always, so use #if and not #ifdef.  The library that was\n" \
        "#   needed is in NGX_X_LIBS, which is substituted; LIBS stays as it was.\n#"
    print "#   The cache variable ngx_cv_NGX_HAVE_X holds yes, no, a library, or the\n" \
        "#   number, and in brackets what else is known; set it to preset the answer.\n" \
        "#   NGX_HAVE_X in the environment does the same.\n#"
    print "#   When cross compiling, programs are run by the command in NGX_EMULATOR,\n" \
        "#   or in --with-emulator.  Without one, what links is assumed to work on the\n" \
        "#   systems that are known to have it; the result says so, and one warning\n" \
        "#   at the end.  Numbers come out of the compiler in any case.\n#"
    print "# LICENSE\n#\n" \
        "# Copying and distribution of this file, with or without modification, are\n" \
        "# permitted in any medium without royalty, provided the copyright notice and\n" \
        "# this notice are preserved.  This file is offered as-is, without any warranty.\n" \
        "\n#serial 1\n"
    print "AC_DEFUN([" all "],\n[m4_pattern_allow([^" all "_LIBS$])dnl\n" all \
        "_LIBS=\n" calls "AC_SUBST([" all "_LIBS])"
    if (any != "") {
        print "AS_CASE([" any "], [*1*], [$1], [$2])"
    }
    print "])\n" body
    printf "%s", helpers
}
