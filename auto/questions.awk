# questions.awk - read the questions and what the cache knows of them
#
# Copying and distribution of this file, with or without modification, are
# permitted in any medium without royalty, provided the copyright notice and
# this notice are preserved.  This file is offered as-is, without any warranty.
#
# Input: a cache file (or /dev/null), then one C program per question.  Writes
# shell assignments to the file `questions`, the answers of the cache to the
# file `cached`, and to the file `state` a command that prints the state of the
# headers they rest on; the caller compares before it believes them.
# -v work=DIR: where to write; -v prefix=P: what replaces NGX_ in macros
# Environment: ngx_identity, the compiler and flags that answers belong to

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

function unescape(s,    out)
{
    while (match(s, /\\./)) {
        out = out substr(s, 1, RSTART - 1) \
            (substr(s, RSTART + 1, 1) == "n" ? "\n" : "\\")
        s = substr(s, RSTART + 2)
    }
    return out s
}

function field(name, value)
{
    if (name == "cross" && ("cross" in f)) {
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
    key = escape(f["run"] "|" f["libs"] "|" f["flags"] "|" f["cross"] "|" text)
    print "Q " key > (work "/keys")
    print "D " f["depends"] > (work "/keys")
    if (key in answer) {
        put_cached(key)
    }
}

function put_cached(key)
{
    printf "%s", unescape(words[key]) > (work "/q" n ".log")
    close(work "/q" n ".log")
    print "q" n "_a=" quote(answer[key]) " q" n "_lib=" quote(lib[key]) \
        " q" n "_how=" quote(how[key]) " q" n "_from=" quote(from[key]) > cached
}

BEGIN {
    questions = work "/questions"; cached = work "/cached"
    printf "" > cached
    command = "cksum " quote(ARGV[1]) " /dev/null"
    magic = "ngx-auto-cache 1"
    identity = ENVIRON["ngx_identity"]
}

FILENAME == ARGV[1] {
    if (FNR == 1) {
        good = ($0 == magic)
    } else if (/^E /) {
        stored = stored substr($0, 3) "\n"
    } else if (/^S /) {
        expected = expected "\n" substr($0, 3)
    } else if (/^H /) {
        command = command " " quote(substr($0, 3))
        print > (work "/headers")
    } else if (/^C /) {
        candidates = candidates " " quote(substr($0, 3))
        print > (work "/headers")
    }
    if (/^[ECHS]/ || !good || stored != identity "\n") {
        next
    }
    print > (work "/records")
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
    print "ngx_n=" n + 0 > questions
    print "ngx_expected=" quote(expected) > questions
    print "set --\nfor ngx_file in" candidates "; do\n" \
        "if [ -e \"$ngx_file\" ]; then set -- \"$@\" \"$ngx_file\"; fi\ndone\n" \
        command " \"$@\"" > (work "/state")
}
