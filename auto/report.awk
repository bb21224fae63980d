# report.awk - write the answers down: header, JSON, table, autoconf.err
#
# Copying and distribution of this file, with or without modification, are
# permitted in any medium without royalty, provided the copyright notice and
# this notice are preserved.  This file is offered as-is, without any warranty.
#
# Input: the feature-test macros that the questions define; a line per question:
# number, run, macro, file, title, cross, between tabs; another one: number,
# from, answer, library, evidence, and what compiler and program said, as the
# cache has it.  -v old=FILE: the header that is there

function json(s)
{
    gsub(/\\/, "\\\\&", s)
    gsub(/"/, "\\\"", s)
    gsub(/\t/, "\\t", s)
    gsub(/\n/, "\\n", s)
    gsub(/[\001-\037]/, "?", s)
    return "\"" s "\""
}

function slurp(file,    text, line)
{
    while ((getline line < file) > 0) {
        text = text line "\n"
    }
    close(file)
    return text
}

function unescape(s,    part, i, n)
{
    n = split(s, part, /\\\\/)
    s = ""
    for (i = 1; i <= n; i++) {
        gsub(/\\n/, "\n", part[i])
        s = s (i > 1 ? "\\" : "") part[i]
    }
    return s
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
    base = work "/report/" file
    header = base; err = work "/report/autoconf.err"
    sub(/\.h$/, "", base)
    table = base ".txt"; json_file = base ".json"; libs_file = base ".libs"
    text = "/* What this system has.  Made by auto/configure: changes here are" \
        " lost. */\n\n"
    line = "{\n"
    count = split("CC CPPFLAGS CFLAGS LDFLAGS LIBS", name, " ")
    for (i = 1; i <= count; i++) {
        line = line json(name[i]) ": " json(ENVIRON[name[i]]) ",\n"
    }
    version = ENVIRON["ngx_identity"]
    gsub(/\n.*/, "", version)
    line = line "\"host\": " json(ENVIRON["ngx_host"]) ",\n\"emulator\": " \
        json(ENVIRON["NGX_EMULATOR"]) ",\n\"engine\": " json(version) \
        ",\n\"time\": " json(now) ",\n\"features\": ["
    printf "%s", line > json_file
    printf "" > err
    printf "" > table
}

FILENAME ~ /\/defines$/ {
    split($0, word, " ")
    text = text "#ifndef " word[1] "\n#define " word[1] "  " word[2] \
        "\n#endif\n\n"
    next
}

FILENAME ~ /\/asked$/ {
    asked[$1] = $0
    next
}

FILENAME ~ /\/said$/ {
    said[$1] = $2
    next
}

{
    split(asked[$1], q, "\t")
    gsub(work "/", "", $5)
    if ($1 in said) {
        log_text = unescape(said[$1])
    } else {
        log_text = slurp(work "/q" $1 ".log")
        gsub(/[^ ]*\/ngx_auto\.[0-9]+\//, "", log_text)
    }
    program = slurp(q[4])
    text = text "/* " comment(q[5]) ": " comment($5) " */\n#ifndef " q[3] \
        "\n#define " q[3] "  " $3 "\n#endif\n\n"
    printf "%s\n{\"macro\": %s, \"answer\": %s, \"evidence\": %s, " \
        "\"from\": %s, \"probe\": %s, \"run\": %s, \"lib\": %s, " \
        "\"cross\": %s, \"file\": %s, \"program\": %s, \"log\": %s}", \
        seen++ ? "," : "", json(q[3]), $3, json($5), \
        json($2), json(q[5]), json(q[2]), json($4), json(q[6]), json(q[4]), \
        json(program), json(log_text) > json_file
    how = $5
    sub(/^found \(/, "(", how)
    if (how ~ /^\(.*\)$/) {
        how = substr(how, 2, length(how) - 2)
    }
    if ($2 != "" && $2 != "preset") {
        how = how ", cached"
    }
    printf "%-30s %2s  %s\n", q[3], $3, how > table
    if ($4 != "" && !($4 in libs)) {
        libs[$4] = 1
        list = list " " $4
    }
    if ($3 == 0) {
        print "---- " q[5] ": " $5 "\n" log_text "the program " q[4] " was:\n" \
            program > err
    }
}

END {
    if (slurp(old) != text) {
        printf "%s", text > header
    }
    print "\n]}" > json_file
    print substr(list, 2) > libs_file
}
