# questions.awk - read the questions
#
# Copying and distribution of this file, with or without modification, are
# permitted in any medium without royalty, provided the copyright notice and
# this notice are preserved.  This file is offered as-is, without any warranty.
#
# Input: cache files of which one may be ours, ":", then one C program per
# question.  Writes shell assignments to the file `questions`, with the answers
# that the cache has, and what the cache keeps of each question to `keys`.  When
# no answer is missing, writes the report.
# -v prefix=P: what replaces NGX_ in macros; -v now=TIME
# -v answers=yes: only write the report, with what the file `answers` has: number,
# from, answer, library, evidence, between tabs
# Environment: ngx_work, where to write; ngx_identity, the compiler and flags
# that answers belong to; ngx_objs, where reports are, and ngx_header; a variable
# of a macro's name presets its answer

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
function read_defines(    rest, line, word)
{
    rest = text
    while (index(rest, "\n#define _") &&
        match(rest, /\n#define _[A-Za-z_]+ [0-9]+\n/)) {
        line = substr(rest, RSTART + 9, RLENGTH - 10)
        rest = substr(rest, RSTART + RLENGTH - 1)
        if (!(line in defined)) {
            split(line, word, " ")
            header = header "#ifndef " word[1] "\n#define " word[1] "  " \
                word[2] "\n#endif\n\n"
        }
        defined[line] = 1
    }
}

function put(i, name, value)
{
    q[i, name] = value
    print "q" i "_" name "=" quote(value) > questions
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
    gsub(/\r\n/, "\n", text)
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
    put(n, "file", file); put(n, "title", f["probe"])
    put(n, "macro", f["macro"]); put(n, "run", f["run"])
    put(n, "libs", f["libs"]); put(n, "flags", f["flags"])
    put(n, "cross", f["cross"])
    q[n, "text"] = text
    key = f["run"] "|" f["libs"] "|" f["flags"] "|" f["cross"] "|" text
    q[n, "key"] = key
    printf "%s%s\n%s", RS, f["depends"], key > keys
    if (ENVIRON[f["macro"]] != "") {
        put_preset(ENVIRON[f["macro"]])
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
    put(n, "a", value); put(n, "lib", "")
    put(n, "from", "preset"); put(n, "how", "preset")
}

function answer_all(    i, open, unknown)
{
    for (i = 1; i <= n; i++) {
        if (q[i, "from"] != "preset") {
            open = open " " i
            if (q[i, "key"] in known) {
                put_cached(i)
            } else {
                unknown = unknown " " i
            }
        }
    }
    if (answers != "" || unknown == "") {
        make_report()       # meanwhile
    }
    if (answers == "" && is_believed()) {
        printf "%s", later > questions
        if (unknown != "") {
            keep_cache()
        }
    } else {
        unknown = open
    }
    print "ngx_n=" n + 0 " ngx_open='" unknown "' ngx_cached=" quote(cached) \
        > questions
    if (answers != "" || unknown == "") {
        write_report()
    }
}

BEGIN {
    questions = work "/questions"; keys = work "/keys"
    if (answers != "") {
        questions = keys = "/dev/null"
    }
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
    answer_all()
}
