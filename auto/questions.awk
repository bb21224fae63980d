# questions.awk - read the questions and what the cache knows of them, and write
# the report: header, JSON, table, autoconf.err
#
# Copying and distribution of this file, with or without modification, are
# permitted in any medium without royalty, provided the copyright notice and
# this notice are preserved.  This file is offered as-is, without any warranty.
#
# Input: a cache file (or /dev/null), then one C program per question.  Writes
# shell assignments to the file `questions`, the answers of the cache to `cached`,
# and to `state` a command that prints the state of the headers they rest on;
# the caller compares before it believes them.  When none is missing, writes
# the report with them.
# -v work=DIR: where to write; -v prefix=P: what replaces NGX_ in macros
# -v answers=FILE: only write the report, with the answers there: number, from,
# answer, library, evidence, between tabs; -v now=TIME
# Environment: ngx_identity, the compiler and flags that answers belong to;
# ngx_objs, where reports are, and ngx_header; a variable of a macro's name
# presets its answer

function quote(s)
{
    gsub(/'/, "'\\''", s)
    return "'" s "'"
}

function json(s)
{
    gsub(/\\/, "\\\\&", s)
    gsub(/"/, "\\\"", s)
    gsub(/\t/, "\\t", s)
    gsub(/\n/, "\\n", s)
    gsub(/[\001-\037]/, "?", s)
    return "\"" s "\""
}

function slurp(file,    text, part)
{
    while ((got = (getline part < file)) > 0) {
        text = text part
    }
    close(file)
    return text
}

function leave(name, text)
{
    if (slurp(ENVIRON["ngx_objs"] "/" name) != text || got < 0) {
        printf "%s", text > (work "/report/" name)
    }
}

# in a C comment; nothing there may change from run to run
function comment(s)
{
    gsub(/\*\//, "* /", s)
    gsub(/\/\*/, "/ *", s)
    return s
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

function put(name, value, file)
{
    q[n, name] = value
    print "q" n "_" name "=" quote(value) > file
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
    put("file", file, questions); put("title", f["probe"], questions)
    put("macro", f["macro"], questions); put("run", f["run"], questions)
    put("libs", f["libs"], questions); put("flags", f["flags"], questions)
    put("cross", f["cross"], questions)
    q[n, "text"] = text
    key = f["run"] "|" f["libs"] "|" f["flags"] "|" f["cross"] "|" text
    printf "%s%s\n%s", RS, f["depends"], key > keys
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
    put("a", value, questions); put("lib", "", questions)
    put("from", "preset", questions); put("how", "preset", questions)
}

# "\nA answer\nL library\nV evidence\nT time\nW words", as auto/store.awk says
function put_cached(record,    i, line)
{
    i = index(record, "\nW ")
    split(substr(record, 2, i - 1), line, "\n")
    put("a", substr(line[1], 3), cached); put("lib", substr(line[2], 3), cached)
    put("how", substr(line[3], 3), cached)
    put("from", substr(line[4], 3), cached)
    q[n, "words"] = substr(record, i + 3)
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

function report_all(    i, count, line, part, base)
{
    if (answers != "") {
        count = split(slurp(answers), line, "\n")
        for (i = 1; i < count; i++) {
            split(line[i], part, "\t")
            q[i, "from"] = part[2]; q[i, "a"] = part[3]
            q[i, "lib"] = part[4]; q[i, "how"] = part[5]
        }
    }
    for (i = 1; i <= n; i++) {
        if (q[i, "from"] == "") {
            q[i, "words"] = slurp(work "/q" i ".log")
            gsub(/[^ ]*\/ngx_auto\.[0-9]+\//, "", q[i, "words"])
        }
        report(i, q[i, "a"], q[i, "lib"], q[i, "how"], q[i, "words"] "")
    }
    base = ENVIRON["ngx_header"]
    leave(base, "/* What this system has.  Made by auto/configure: changes here" \
        " are lost. */\n\n" header)
    sub(/\.h$/, "", base)
    leave(base ".json", preamble() features "\n]}\n")
    leave(base ".txt", table)
    leave(base ".libs", substr(libs, 2) "\n")
    leave("autoconf.err", err)
    print "ngx_table=" quote(table) > (work "/table")
}

function preamble(    count, i, name, text)
{
    text = "{\n"
    count = split("CC CPPFLAGS CFLAGS LDFLAGS LIBS", name, " ")
    for (i = 1; i <= count; i++) {
        text = text json(name[i]) ": " json(ENVIRON[name[i]]) ",\n"
    }
    i = ENVIRON["ngx_identity"]
    gsub(/\n.*/, "", i)
    return text "\"host\": " json(ENVIRON["ngx_host"]) ",\n\"emulator\": " \
        json(ENVIRON["NGX_EMULATOR"]) ",\n\"engine\": " json(i) \
        ",\n\"time\": " json(now) ",\n\"features\": ["
}

# What was asked is in q[i, FIELD]
function report(i, value, library, evidence, words,    how)
{
    gsub(work "/", "", evidence)
    header = header "/* " comment(q[i, "title"]) ": " comment(evidence) \
        " */\n#ifndef " q[i, "macro"] "\n#define " q[i, "macro"] "  " value \
        "\n#endif\n\n"
    features = features (i > 1 ? "," : "") "\n{\"macro\": " \
        json(q[i, "macro"]) ", \"answer\": " value \
        ", \"evidence\": " json(evidence) ", \"from\": " json(q[i, "from"]) \
        ", \"probe\": " json(q[i, "title"]) ", \"run\": " json(q[i, "run"]) \
        ", \"lib\": " json(library) ", \"cross\": " json(q[i, "cross"]) \
        ", \"file\": " json(q[i, "file"]) ", \"program\": " \
        json(q[i, "text"]) ", \"log\": " json(words) "}"
    how = evidence
    sub(/^found \(/, "(", how)
    if (how ~ /^\(.*\)$/) {
        how = substr(how, 2, length(how) - 2)
    }
    if (q[i, "from"] ~ /^[0-9]/) {
        how = how ", cached"
    }
    table = table sprintf("%-30s %2s  ", q[i, "macro"], value) how "\n"
    if (library != "" && !(library in needed)) {
        needed[library] = 1
        libs = libs " " library
    }
    if (value == 0) {
        err = err "---- " q[i, "title"] ": " evidence "\n" words \
            "the program " q[i, "file"] " was:\n" q[i, "text"] "\n"
    }
}

BEGIN {
    RS = "\001"                         # a whole program is one record
    questions = work "/questions"; cached = work "/cached"; keys = work "/keys"
    state = work "/state"; records = work "/records"; list = work "/headers"
    if (answers != "") {
        questions = cached = keys = state = records = list = "/dev/null"
    }
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
    if (unknown == "" || answers != "") {
        report_all()
    }
    # /dev/null, lest cksum read its input
    print "set --\nfor ngx_file in" candidates \
        "; do\n[ ! -e \"$ngx_file\" ] || set -- \"$@\" \"$ngx_file\"\ndone\n" \
        "cksum " quote(ARGV[1]) " /dev/null" headers " \"$@\"" > state
}
