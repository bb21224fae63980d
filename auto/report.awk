# report.awk - write the report: header, JSON, table, autoconf.err
#
# Copying and distribution of this file, with or without modification, are
# permitted in any medium without royalty, provided the copyright notice and
# this notice are preserved.  This file is offered as-is, without any warranty.
#
# Runs with auto/questions.awk, whose answers it takes.  A file that would stay
# the same is not written.

function json(s)
{
    if (s ~ /[\001-\037"\\]/) {
        gsub(/\\/, "\\\\&", s)
        gsub(/"/, "\\\"", s)
        gsub(/\t/, "\\t", s)
        gsub(/\n/, "\\n", s)
        gsub(/[\001-\037]/, "?", s)
    }
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

function make_report(    i, count, line, part)
{
    if (answers != "") {
        count = split(slurp(work "/answers"), line, "\n")
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
}

function write_report(    base)
{
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
function report(i, value, library, evidence, words,    how, at)
{
    while (at = index(evidence, work "/")) {
        evidence = substr(evidence, 1, at - 1) \
            substr(evidence, at + length(work) + 1)
    }
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
