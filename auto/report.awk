# report.awk - write the answers down: header, JSON, table, autoconf.err
#
# Copying and distribution of this file, with or without modification, are
# permitted in any medium without royalty, provided the copyright notice and
# this notice are preserved.  This file is offered as-is, without any warranty.
#
# Input: the feature-test macros that the questions define; a line per question:
# number, run, macro, file, title, cross, between tabs; what compiler and
# program said, as the cache has it; a line: number, from, answer, library,
# evidence.  Writes the files that differ from those in the folder -v old=DIR.

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
    RS = "\001"
    while ((got = (getline part < file)) > 0) {
        text = text part
    }
    close(file)
    RS = "\n"
    return text
}

function leave(name, text)
{
    if (slurp(old "/" name) != text || got < 0) {
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

BEGIN {
    FS = "\t"
    base = file
    sub(/\.h$/, "", base)
    header = "/* What this system has.  Made by auto/configure: changes here are" \
        " lost. */\n\n"
    list = "{\n"
    count = split("CC CPPFLAGS CFLAGS LDFLAGS LIBS", name, " ")
    for (i = 1; i <= count; i++) {
        list = list json(name[i]) ": " json(ENVIRON[name[i]]) ",\n"
    }
    version = ENVIRON["ngx_identity"]
    gsub(/\n.*/, "", version)
    list = list "\"host\": " json(ENVIRON["ngx_host"]) ",\n\"emulator\": " \
        json(ENVIRON["NGX_EMULATOR"]) ",\n\"engine\": " json(version) \
        ",\n\"time\": " json(now) ",\n\"features\": ["
}

FILENAME ~ /\/defines$/ {
    split($0, word, " ")
    header = header "#ifndef " word[1] "\n#define " word[1] "  " word[2] \
        "\n#endif\n\n"
    next
}

FILENAME ~ /\/asked$/ {
    asked[$1] = $0
    next
}

FILENAME ~ /\/said$/ {
    if (sub(/^\001/, "")) {
        n = $1
        sub(/[^\t]*\t/, "")
    }
    said[n] = said[n] $0 "\n"
    next
}

{
    split(asked[$1], q, "\t")
    gsub(work "/", "", $5)
    if ($1 in said) {
        log_text = said[$1]
    } else {
        log_text = slurp(work "/q" $1 ".log")
        gsub(/[^ ]*\/ngx_auto\.[0-9]+\//, "", log_text)
    }
    program = slurp(q[4])
    header = header "/* " comment(q[5]) ": " comment($5) " */\n#ifndef " q[3] \
        "\n#define " q[3] "  " $3 "\n#endif\n\n"
    list = list (seen++ ? "," : "") "\n{\"macro\": " json(q[3]) \
        ", \"answer\": " $3 ", \"evidence\": " json($5) ", \"from\": " \
        json($2) ", \"probe\": " json(q[5]) ", \"run\": " json(q[2]) \
        ", \"lib\": " json($4) ", \"cross\": " json(q[6]) ", \"file\": " \
        json(q[4]) ", \"program\": " json(program) ", \"log\": " \
        json(log_text) "}"
    how = $5
    sub(/^found \(/, "(", how)
    if (how ~ /^\(.*\)$/) {
        how = substr(how, 2, length(how) - 2)
    }
    if ($2 != "" && $2 != "preset") {
        how = how ", cached"
    }
    table = table sprintf("%-30s %2s  ", q[3], $3) how "\n"
    if ($4 != "" && !($4 in known)) {
        known[$4] = 1
        libs = libs " " $4
    }
    if ($3 == 0) {
        err = err "---- " q[5] ": " $5 "\n" log_text "the program " q[4] \
            " was:\n" program "\n"
    }
}

END {
    leave(file, header)
    leave(base ".json", list "\n]}\n")
    leave(base ".txt", table)
    leave(base ".libs", substr(libs, 2) "\n")
    leave("autoconf.err", err)
    if (!silent) {
        printf "%s", table
    }
}
