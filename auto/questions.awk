# questions.awk - read the questions and what the cache knows of them
#
# Copying and distribution of this file, with or without modification, are
# permitted in any medium without royalty, provided the copyright notice and
# this notice are preserved.  This file is offered as-is, without any warranty.
#
# Input: a cache file (or /dev/null), then one C program per question.  Writes
# shell assignments to the file `questions`, what the report says of them to
# `asked`, the answers of the cache to `cached`, and to `state` a command that
# prints the state of the headers they rest on; the caller compares before it
# believes them.
# -v work=DIR: where to write; -v prefix=P: what replaces NGX_ in macros
# Environment: ngx_identity, the compiler and flags that answers belong to; a
# variable of a macro's name presets its answer

function quote(s)
{
    gsub(/'/, "'\\''", s)
    return "'" s "'"
}

function escape(s)
{
    gsub(/\\/, "\\\\&", s)
    gsub(/\n/, "\\n", s)
    return s
}

function field(name, value)
{
    if (name == "cross" && f["cross"] != "") {
        value = f["cross"] " " value    # several lines make one
    }
    f[name] = value
}

function put(name, value)
{
    print "q" n "_" name "=" quote(value) > questions
}

function check(    why)
{
    if (f["macro"] !~ /^[A-Za-z_][A-Za-z0-9_]*$/) {
        why = "has no line \"macro: NAME\" in its opening comment"
    } else if (f["run"] !~ /^(yes|no|value|bug|compile)$/) {
        why = "says run: " f["run"] "; it may be yes, no, value, bug, compile"
    } else if (f["macro"] in place) {
        why = "asks for " f["macro"] ", which " place[f["macro"]] " asks for"
    }
    place[f["macro"]] = file
    if (why != "") {
        print "ngx_fail " quote(file " " why) > questions
    }
}

function finish(    key)
{
    if (!n) {
        return
    }
    if (!("probe" in f)) {
        f["probe"] = f["macro"]
    }
    if (!("run" in f)) {
        f["run"] = "yes"
    }
    check()
    if (prefix != "" && f["macro"] ~ /^NGX_/) {
        f["macro"] = prefix substr(f["macro"], 5)
    }
    put("file", file); put("title", f["probe"]); put("macro", f["macro"])
    put("run", f["run"]); put("libs", f["libs"]); put("flags", f["flags"])
    put("cross", f["cross"])
    print n "\t" f["run"] "\t" f["macro"] "\t" file "\t" f["probe"] "\t" \
        f["cross"] > (work "/asked")
    key = escape(f["run"] "|" f["libs"] "|" f["flags"] "|" f["cross"] "|" text)
    print "Q " key > (work "/keys")
    print "D " f["depends"] > (work "/keys")
    if (ENVIRON[f["macro"]] != "") {
        put_preset(ENVIRON[f["macro"]])
        return
    }
    open = open " " n
    if (key in answer) {
        put_cached(key)
    } else {
        unknown = unknown " " n
    }
}

function put_preset(value)
{
    if (value ~ /^(yes|no)$/) {
        value = value == "yes"
    } else if (value !~ /^[0-9]+$/) {
        print "ngx_fail " quote("the preset " f["macro"] "=" value \
            " is no number; give 0, 1, or the value") > questions
    }
    put("a", value); put("from", "preset"); put("how", "preset")
}

function put_cached(key)
{
    print n "\t" words[key] > (work "/said")
    print "q" n "_a=" quote(answer[key]) " q" n "_lib=" quote(lib[key]) \
        " q" n "_how=" quote(how[key]) " q" n "_from=" quote(from[key]) > cached
}

BEGIN {
    questions = work "/questions"; cached = work "/cached"
    printf "" > cached
    state = work "/state"; records = work "/records"; list = work "/headers"
    magic = "ngx-auto-cache 1"
    identity = ENVIRON["ngx_identity"]
}

FILENAME == ARGV[1] {
    if (FNR == 1) {
        good = ($0 == magic)
    } else if (/^E /) {
        stored = stored substr($0, 3) "\n"
    } else if (/^S /) {
        expected[++sums] = substr($0, 3)
    } else if (/^H /) {
        read_then[++headers] = substr($0, 3)
    } else if (/^C /) {
        missing_then[++candidates] = substr($0, 3)
    }
    if (/^[ECHS]/ || !good || stored != identity "\n") {
        next
    }
    print > records
    if (/^Q /) {
        key = substr($0, 3)
    } else if (/^A /) {
        answer[key] = substr($0, 3)
    } else if (/^L/) {
        lib[key] = substr($0, 3)
    } else if (/^V /) {
        how[key] = substr($0, 3)
    } else if (/^T /) {
        from[key] = substr($0, 3)
    } else if (/^W /) {
        words[key] = substr($0, 3)
    }
    next
}

FNR == 1 {
    finish()
    n++
    file = FILENAME
    text = ""
    split("", f)
    # gawk 5.2 dies of an element that was never set and is handed on
    f["libs"] = f["flags"] = f["cross"] = f["depends"] = ""
    comment = 1
}

{
    text = text $0 "\n"
}

/^#define _[A-Za-z_]+ [0-9]+$/ && !($0 in defined) {
    defined[$0] = 1
    print substr($0, 9) > (work "/defines")
}

comment && /^(\/\*| \*) [a-z]+: / {
    name = $2
    sub(/:$/, "", name)
    value = $0
    sub(/^(\/\*| \*) [a-z]+: +/, "", value)
    sub(/ *\*\/ *$/, "", value)
    field(name, value)
}

/\*\// {
    comment = 0
}

END {
    finish()
    print "ngx_n=" n + 0 " ngx_open='" open "'" > questions
    print "ngx_open='" unknown "'" > cached
    printf "ngx_expected='" > questions
    for (i = 1; i <= sums; i++) {
        gsub(/'/, "'\\''", expected[i])
        printf "\n%s", expected[i] > questions
    }
    print "'" > questions
    # /dev/null, lest cksum read its input
    printf "set -- %s /dev/null", quote(ARGV[1]) > state
    for (i = 1; i <= headers; i++) {
        print "H " read_then[i] > list
        printf " %s", quote(read_then[i]) > state
    }
    printf "\nfor ngx_file in" > state
    for (i = 1; i <= candidates; i++) {
        print "C " missing_then[i] > list
        printf " %s", quote(missing_then[i]) > state
    }
    print "; do\n[ ! -e \"$ngx_file\" ] || set -- \"$@\" \"$ngx_file\"\n" \
        "done\ncksum \"$@\"" > state
}
