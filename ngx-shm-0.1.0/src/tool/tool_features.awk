# SPDX-License-Identifier: BSD-2-Clause
# The answers of ngx_auto_config.json, one in a line, as rows of a C table.
# The strings of JSON are those of C but for \u, which stands for a control.

function value(key,    rest) {
    if (!match($0, "\"" key "\": (\"([^\"\\\\]|\\\\.)*\"|-?[0-9]+)"))
        return "\"\""
    rest = substr($0, RSTART + length(key) + 4, RLENGTH - length(key) - 4)
    gsub(/\\u[0-9a-fA-F][0-9a-fA-F][0-9a-fA-F][0-9a-fA-F]/, "?", rest)
    gsub(/\\\//, "/", rest)
    return rest ~ /^"/ ? rest : "\"" rest "\""
}

/^\{"macro": "/ {
    print "{ " value("macro") ", " value("answer") ", " value("probe") ", " \
        value("evidence") " },"
}
