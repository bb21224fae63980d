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

# The fields in the opening comment
function read_fields(    count, line, i, name, value)
{
    split("", f)
    # gawk 5.2 dies of an element that was never set and is handed on
    f["libs"] = f["flags"] = f["cross"] = f["depends"] = ""
    i = index(text, "*/")
    count = split(i ? substr(text, 1, i + 1) : text, line, "\n")
    for (i = 1; i <= count; i++) {
        if (match(line[i], /^(\/\*| \*) [a-z]+: +/)) {
            name = substr(line[i], 4, RLENGTH - 3)
            sub(/:.*/, "", name)
            value = substr(line[i], RLENGTH + 1)
            sub(/ *\*\/ *$/, "", value)
            gsub(/\t/, " ", value)
            if (name == "cross" && f["cross"] != "") {
                value = f["cross"] " " value    # several lines make one
            }
            f[name] = value
        }
    }
}

# Macros that the system's headers look at
function read_defines(    rest, line)
{
    rest = text
    while (index(rest, "\n#define _") &&
        match(rest, /\n#define _[A-Za-z_]+ [0-9]+\n/)) {
        line = substr(rest, RSTART + 9, RLENGTH - 10)
        rest = substr(rest, RSTART + RLENGTH - 1)
        if (!(line in defined)) {
            print line > (work "/defines")
        }
        defined[line] = 1
    }
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
    } else if (index(text, RS)) {
        why = "holds a control character"
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
    if (substr(text, length(text)) != "\n") {
        text = text "\n"
    }
    read_fields()
    read_defines()
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
    key = f["run"] "|" f["libs"] "|" f["flags"] "|" f["cross"] "|" text
    printf "%s%s\n%s", RS, f["depends"], key > (work "/keys")
    if (ENVIRON[f["macro"]] != "") {
        put_preset(ENVIRON[f["macro"]])
        return
    }
    open = open " " n
    if (key in known) {
        put_cached(known[key])
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

# "\nA answer\nL library\nV evidence\nT time\nW words", as auto/store.awk says
function put_cached(record,    i, line)
{
    i = index(record, "\nW ")
    split(substr(record, 2, i - 1), line, "\n")
    print "q" n "_a=" quote(substr(line[1], 3)) \
        " q" n "_lib=" quote(substr(line[2], 3)) \
        " q" n "_how=" quote(substr(line[3], 3)) \
        " q" n "_from=" quote(substr(line[4], 3)) > cached
    record = substr(record, i + 3)
    sub(/\n$/, "", record)
    print RS n "\t" record > (work "/said")
}

function read_cache(file,    key)
{
    if ((getline < file) <= 0 || $0 != "ngx-auto-cache 2\nE " identity "\n") {
        return
    }
    while ((getline < file) > 0 && /^\n[QA]/) {
        printf "%s%s", RS, $0 > records
        if (/^\nQ/) {
            key = substr($0, 4)
        } else {
            known[key] = $0
        }
    }
    lines = split($0, last, "\n")
}

BEGIN {
    RS = "\001"                         # a whole program is one record
    questions = work "/questions"; cached = work "/cached"
    printf "" > cached
    state = work "/state"; records = work "/records"; list = work "/headers"
    identity = ENVIRON["ngx_identity"]
    gsub(/\n/, "\nE ", identity)
    read_cache(ARGV[1])
}

FILENAME == ARGV[1] {
    next
}

FNR == 1 {
    finish()
    n++
    file = FILENAME
    text = $0
    next
}

{
    text = text RS $0
}

END {
    finish()
    for (i = 1; i <= lines; i++) {
        value = substr(last[i], 3)
        if (last[i] ~ /^S/) {
            expected = expected "\n" value
        } else if (last[i] ~ /^[HC]/) {
            print last[i] > list
            if (last[i] ~ /^H/) {
                headers = headers " " quote(value)
            } else {
                candidates = candidates " " quote(value)
            }
        }
    }
    print "ngx_n=" n + 0 " ngx_open='" open "' ngx_expected=" \
        quote(expected) > questions
    print "ngx_open='" unknown "'" > cached
    # /dev/null, lest cksum read its input
    print "set -- " quote(ARGV[1]) " /dev/null" headers "\nfor ngx_file in" \
        candidates "; do\n[ ! -e \"$ngx_file\" ] || set -- \"$@\" \"$ngx_file\"" \
        "\ndone\ncksum \"$@\"" > state
}
