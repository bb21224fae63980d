# SPDX-License-Identifier: FSFAP
# tom4.awk - from C programs to m4
#
# Copying and distribution of this file, with or without modification, are
# permitted in any medium without royalty, provided the copyright notice and
# this notice are preserved.  This file is offered as-is, without any warranty.
#
# Arguments: the macro for all questions, m4/ngx_feature.m4, the questions
# (which plan.awk reads)

# Escape s for a quoted argument of m4, for any version of Autoconf: brackets as
# quadrigraphs, names of macros split by an empty quadrigraph
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

# Escape s for an unquoted here-document.  An @ could be part of a quadrigraph.
function here_document(s)
{
    gsub(/[\\`$]/, "\\\\&", s)
    gsub(/@/, "\001", s)
    s = m4(s, macros)
    gsub(/\001/, "@S|@{ngx_at}", s)
    return s
}

# Escape s for double quotes of the shell.  Autoconf itself quotes a double
# quote; a backquote is treated differently by its versions.
function message(s)
{
    gsub(/[\\$]/, "\\\\&", s)
    gsub(/`/, "${ngx_backquote}", s)
    return m4(s, macros "|" builtins)
}

function add_macro(i,    macro, run, text, short, libs)
{
    macro = q[i, "macro"]
    text = q[i, "text"]
    sub(/\n$/, "", text)
    if (q[i, "flags"] != "" || text ~ /(^|\n)_ACEOF(\n|$)/) {
        fail(q[i, "file"] " has flags, or a line _ACEOF, which Autoconf " \
            "cannot take")
    } else if (q[i, "title"] ~ /\*\//) {
        fail(q[i, "file"] " ends a comment in its title")
    }
    short = macro
    sub(/^NGX_(HAVE_)?/, "", short)
    list = list "#   NGX_CHECK_" short \
        "([ACTION-IF-FOUND], [ACTION-IF-NOT-FOUND])\n"
    libs = macro
    sub(/HAVE_/, "", libs)
    calls = calls "NGX_CHECK_" short "\nAS_CASE([\" $" all "_LIBS \"], [*\" $" \
        libs "_LIBS \"*], [],\n  [" all "_LIBS=\"$" all "_LIBS $" libs \
        "_LIBS\"])\n"
    body = body "\n# " q[i, "title"] "; see " q[i, "see"] \
        "\nAC_DEFUN([NGX_CHECK_" short "],\n[" ask "([" macro "],\n  [" \
        message(q[i, "title"]) "], [" q[i, "run"] "], [" q[i, "libs"] \
        "],\n  [" q[i, "cross"] "],\n[[" here_document(text) \
        "]])\nAS_IF([test \"$" macro "\" != 0], [$1], [$2])\n])\n"
    if (short ~ /^(MAP_ANON|MAP_DEVZERO|SYSVSHM|POSIX_SHM|MEMFD)$/) {
        any = any "$" macro
    }
}

BEGIN {
    RS = "\001"
    program = "tom4"
    all = ARGV[1]
    ask = "_" all "_ASK"
    macros = "^(dnl$|_*(m4|AC|AH|AM|AS|AT|AU|AX|LT|NGX|PKG)_)"
    builtins = "^(change.*|u?n?divert|divnum|u?n?define|defn|pushdef|popdef|" \
        "ifdef|ifelse|shift|incr|decr|eval|len|index|substr|translit|format|" \
        "s?include|e?syscmd|sysval|errprint|trace.*|dumpdef|builtin|indir|" \
        "patsubst|regexp|mkstemp|maketemp|m4exit|m4wrap|__.*__)$"
    for (i = 3; i < ARGC; i++) {
        read_program(ARGV[i])
        add_macro(n)
    }
    helpers = slurp(ARGV[2])
    sub(/^.*\n# _NGX_FEATURE_ASK/, "# _NGX_FEATURE_ASK", helpers)
    gsub(/_NGX_FEATURE_/, "_" all "_", helpers)
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
