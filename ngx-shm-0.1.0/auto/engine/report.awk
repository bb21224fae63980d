# SPDX-License-Identifier: FSFAP
# report.awk - write the answers: lines, then header, JSON, table, log
#
# Copying and distribution of this file, with or without modification, are
# permitted in any medium without royalty, provided the copyright notice and
# this notice are preserved.  This file is offered as-is, without any warranty.
#
# A file that would stay the same is left alone, so that make does not build
# anything again.

# Show the answers that can be shown in the order of the questions
function show(    i)
{
    while (shown < n && !open[shown + 1] && (proven || front == "nginx")) {
        i = ++shown
        if (!silent && front != "nginx") {
            printf "%schecking for %s ... %s%s%s%s\n", erase, q[i, "title"], \
                (q[i, "answer"] == 0 ? red : green), in_words(i), black, \
                suffix(i)
        }
    }
    if (erase != "" && shown < n) {
        printf "%s[%d/%d] %s", erase, shown, n, q[shown + 1, "title"]
    }
    fflush()
}

function in_words(i)
{
    if (q[i, "run"] == "value") {
        return q[i, "answer"]
    }
    return q[i, "how"] ~ /^found but/ ? "found but is not working" : \
        q[i, "answer"] == 0 ? "not found" : \
        q[i, "answer"] == 1 ? "found" : q[i, "answer"]
}

function suffix(i)
{
    return q[i, "how"] ~ /^assumed/ ? " (assumed for " host ")" : \
        q[i, "from"] == "preset" ? " (preset)" : \
        q[i, "from"] != "" ? " (cached)" : ""
}

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

function field(name, value)
{
    return ", \"" name "\": " json(value)
}

# s for a C comment, without anything that changes from run to run
function comment(s)
{
    gsub(/\*\//, "* /", s)
    gsub(/\/\*/, "/ *", s)
    return s
}

function leave(name, text)
{
    if (slurp(objs "/" name) != text || !there) {
        printf "%s", text > (work "/report/" name)
        close(work "/report/" name)
    }
}

function report(    i, base, header, features, table, needed, err, how, value)
{
    for (i = 1; i <= n; i++) {
        value = q[i, "answer"]
        how = q[i, "how"]
        gsub("[^ ]*ngx_auto\\.[0-9]+/", "", how)
        gsub("[^ \"'\n]*\"?/?ngx_auto\\.[0-9]+\"?/", "", q[i, "words"])
        header = header "/* " comment(q[i, "title"]) ": " comment(how) \
            " */\n#ifndef " q[i, "macro"] "\n#define " q[i, "macro"] "  " \
            value "\n#endif\n\n"
        features = features (i > 1 ? "," : "") "\n{\"macro\": " \
            json(q[i, "macro"]) ", \"answer\": " \
            (value ~ /^-?[0-9]+$/ ? value : json(value)) \
            field("evidence", how) field("from", q[i, "from"]) \
            field("probe", q[i, "title"]) field("run", q[i, "run"]) \
            field("lib", q[i, "lib"]) field("cross", q[i, "cross"]) \
            field("change", q[i, "change"]) \
            field("depends", q[i, "depends"]) field("file", q[i, "file"]) \
            field("program", q[i, "text"]) field("log", q[i, "words"]) "}"
        if (q[i, "lib"] != "" && !((q[i, "lib"]) in used)) {
            used[q[i, "lib"]] = 1
            needed = needed " " q[i, "lib"]
        }
        if (value == 0) {
            err = err "---- " q[i, "title"] ": " how "\n" q[i, "words"] \
                "the program " q[i, "file"] " was:\n" q[i, "text"] "\n"
        }
        sub(/^found \(/, "(", how)
        if (how ~ /^\(.*\)$/) {
            how = substr(how, 2, length(how) - 2)
        }
        if (q[i, "from"] ~ /^[0-9]/) {
            how = how ", cached"
        }
        table = table sprintf("%-30s %2s  ", q[i, "macro"], value) how "\n"
    }
    base = ENVIRON["ngx_header"]
    leave(base, "/* What this system has.  Made by auto/configure: changes " \
        "here are lost. */\n\n" defines header)
    sub(/\.h$/, "", base)
    leave(base ".json", preamble() features "\n]}\n")
    leave(base ".txt", table)
    leave(base ".libs", substr(needed, 2) "\n")
    leave("autoconf.err", err)
    if (!silent && ENVIRON["ngx_table"] != "no") {
        printf "%s", table
    }
    if (guessed != "") {
        printf "%s: warning: no cross: line knows %s, so these are guessed " \
            "to be 0:%s; preset them, or name an emulator\n", program, host, \
            guessed > "/dev/stderr"
    }
}

function preamble(    count, i, name, text)
{
    text = "{\n"
    count = split("CC CPPFLAGS CFLAGS LDFLAGS LIBS", name, " ")
    for (i = 1; i <= count; i++) {
        text = text json(name[i]) ": " json(ENVIRON[name[i]]) ",\n"
    }
    return text "\"host\": " json(host) ",\n\"emulator\": " \
        json(ENVIRON["NGX_EMULATOR"]) \
        ",\n\"engine\": " json("engine " version) ",\n\"time\": " json(now) \
        ",\n\"features\": ["
}
