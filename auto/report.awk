# report.awk - write the answers down: header, JSON, table, autoconf.err
#
# Copying and distribution of this file, with or without modification, are
# permitted in any medium without royalty, provided the copyright notice and
# this notice are preserved.  This file is offered as-is, without any warranty.
#
# Input: the feature-test macros that the questions define, then one line per
# question: number, from, answer, library, evidence, run, macro, file, title,
# cross, between tabs.

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
    print "/* What this system has.  Made by auto/configure: changes here are" \
        " lost. */\n" > header
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
    print "#ifndef " word[1] "\n#define " word[1] "  " word[2] "\n#endif\n" \
        > header
    next
}

{
    gsub(work "/", "", $5)
    log_text = slurp(work "/q" $1 ".log")
    gsub(/[^ ]*\/ngx_auto\.[0-9]+\//, "", log_text)
    program = slurp($8)
    print "/* " comment($9) ": " comment($5) " */\n#ifndef " $7 "\n#define " \
        $7 "  " $3 "\n#endif\n" > header
    printf "%s\n{\"macro\": %s, \"answer\": %s, \"evidence\": %s, " \
        "\"from\": %s, \"probe\": %s, \"run\": %s, \"lib\": %s, " \
        "\"cross\": %s, \"file\": %s, \"program\": %s, \"log\": %s}", \
        seen++ ? "," : "", json($7), $3, json($5), \
        json($2), json($9), json($6), json($4), json($10), json($8), \
        json(program), json(log_text) > json_file
    how = $5
    sub(/^found \(/, "(", how)
    if (how ~ /^\(.*\)$/) {
        how = substr(how, 2, length(how) - 2)
    }
    if ($2 != "" && $2 != "preset") {
        how = how ", cached"
    }
    printf "%-30s %2s  %s\n", $7, $3, how > table
    if ($4 != "" && !($4 in libs)) {
        libs[$4] = 1
        list = list " " $4
    }
    if ($3 == 0) {
        print "---- " $9 ": " $5 "\n" log_text "the program " $8 " was:\n" \
            program > err
    }
}

END {
    print "\n]}" > json_file
    print substr(list, 2) > libs_file
}
