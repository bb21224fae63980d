# SPDX-License-Identifier: FSFAP
# units.awk - which questions may share a compilation and a link
#
# Copying and distribution of this file, with or without modification, are
# permitted in any medium without royalty, provided the copyright notice and
# this notice are preserved.  This file is offered as-is, without any warranty.
#
# A unit is one file that holds questions with the very same command, each
# behind its own preprocessor lines and no others; so a question with only the
# first lines of another one goes in between.  Kinds: "object" is linked,
# "syntax" is only compiled, "value" has an error for each bit of a value.
# "main" is the main program of a group: units that are linked by the very same
# command; either all of its questions are to be run, or none.
# Lines say where they come from: "qI" question I, "vI" its bits, "iU.N" the
# N-th preprocessor line of unit U.

# May question I share a unit?  Not if it has preprocessor lines in its body,
# declares types or names for the linker, reads its own name or place, lets the
# optimiser decide, or has C that this reader does not understand.
function may_share(i,    code, s)
{
    code = q[i, "body"]
    s = q[i, "prologue"]
    if (!merge || q[i, "odd"] || q[i, "run"] == "bug" ||
        q[i, "inc"] != "" || index(code, "#") ||
        q[i, "flags"] ~ /(^| )-([cESoxMv]|fsyntax|save|#)/ ||
        s ~ ("# *define +(main|int|void|static|struct|union|enum|char)" \
            "[ \t(\n]") ||
        s ~ /# *(if|else|elif|endif|pragma|undef|error|warning|line)/ ||
        s ~ /(include_next|#.*##|# *[0-9"'])|# *define[^\n]*#/ ||
        gsub(/int[ \n]+main *\(void\)/, "&", code) != 1 ||
        gsub(/[^A-Za-z0-9_]main[^A-Za-z0-9_]/, "&", code) != 1 ||
        s code ~ /ngx_(probe|end|value)_|__(func|FUNC|PRETTY|asm|attr|built)/ ||
        s code ~ /__([A-Z]+|INCLUDE_LEVEL|BASE_FILE|FILE_NAME)__/ ||
        code ~ /typedef|extern|asm|_Pragma/) {
        return 0
    }
    gsub(/"([^"\\]|\\.)*"|'([^'\\]|\\.)*'/, " ", code)
    return code !~ /[^ -~\n\t\f]|[$@`\\]|%:|<%|<:/ && scan(i, code)
}

# Collect the names outside of functions in names[I]: other questions must not
# use them.  Each declaration there must begin with static, struct, union or
# enum, or be main; tags[I] is 1 if it declares more than functions and objects.
function scan(i, code,    c, last, depth, paren, body, tagged, first, own)
{
    first = 1
    while (match(code, /[A-Za-z_][A-Za-z0-9_]*|[{}();=\[\]]/)) {
        c = substr(code, RSTART, RLENGTH)
        code = substr(code, RSTART + RLENGTH)
        if (c == "(") {
            if (!depth && !paren && code ~ /^[ \n]*[*^]/) {
                return 0
            }
            paren++
        } else if (c == ")") {
            paren--
        } else if (c == "{") {
            if (!depth++ && last == ")") {
                body = 1
            }
        } else if (c == "}") {
            if (!--depth && body) {
                body = tagged = 0
                first = 1
            }
        } else if (c == ";") {
            first = first || !depth && !paren
        } else if (!body && c ~ /^[A-Za-z_]/) {
            if (first && c !~ /^(static|struct|union|enum|int)$/) {
                return 0
            }
            if (first) {
                own = (c == "int")
                first = 0
            } else if (!paren && !own == (c == "main")) {
                return 0
            }
            if (c ~ /^(struct|union|enum)$/) {
                tagged = tags[i] = 1
            }
            # a name in parentheses does not concern others, unless it is a
            # tag; nor does the name of a type, where it is used
            if ((!paren || tagged) && (last ~ /^(struct|union|enum)$/ ||
                c !~ /_t$/ || code !~ /^[ \n]*[A-Za-z_*]/)) {
                note(i, c)
            }
        }
        if (c == ";" && !depth) {
            tagged = 0
        }
        last = c
        if (depth < 0 || paren < 0) {
            return 0
        }
    }
    return !depth && !paren && first
}

function note(i, word)
{
    if (word !~ ("^(static|struct|union|enum|int|main|void|char|const|" \
        "volatile|unsigned|long|short|signed|inline|double|float|" \
        "sizeof)$") &&
        !(word == "value" && sort_of(i) == "value")) {
        names[i] = names[i] " " word
    }
}

function says(text, word)
{
    return index(text, word) &&
        text ~ ("(^|[^A-Za-z0-9_])" word "([^A-Za-z0-9_]|$)")
}

# Does question I share a name with unit U?
function clash(i, u,    word, count, k)
{
    count = split(names[i], word, " ")
    for (k = 1; k <= count; k++) {
        if (says(said[u], word[k])) {
            return 1
        }
    }
    count = split(names_of[u], word, " ")
    for (k = 1; k <= count; k++) {
        if (says(q[i, "prologue"] q[i, "body"], word[k])) {
            return 1
        }
    }
    return 0
}

# A question that is only compiled does not depend on libraries.
function command_key(i,    words)
{
    words = q[i, "prefix"] " \n " q[i, "suffix"] " \n " q[i, "end"] " \n"
    while (sub(/ -l[^ '"\\]+ /, " ", words)) {
    }
    gsub(/ +/, " ", words)
    return words
}

function new_unit(kind, i)
{
    units++
    kind_of[units] = kind
    example[units] = i              # whose command it has
    stale[units] = 1
    members[units] = include[units] = said[units] = names_of[units] = ""
    return units
}

function join(i, u, at)
{
    members[u] = members[u] " " i
    everyone[u] = everyone[u] " " i
    unit_of[i] = u
    at_line[i] = at
    said[u] = said[u] q[i, "prologue"] q[i, "body"]
    names_of[u] = names_of[u] names[i]
}

# Questions that may be compiled with the headers of others: one unit for each
# job
function plan_any(i,    key, line, count, k, u, s)
{
    count = split(q[i, "prologue"], line, "\n")
    for (k = 1; k < count; k++) {
        if (line[k] !~ /^# *include *<[^>]*>$/) {
            key = key line[k] "\n"
        }
    }
    # questions that need no link have their own units: their errors must not
    # cause those that are linked to be compiled again
    s = sort_of(i)
    key = s "\n" command_key(i) key
    k = s == "object" ? any_count[key]++ % jobs : 0
    for (u = any_unit[key, k]; u && clash(i, u); u = any_next[u]) {
        any_last = u
    }
    if (!u) {
        u = new_unit(s, i)
        any_of[u] = 1
        if (any_unit[key, k]) {
            any_next[any_last] = u
        } else {
            any_unit[key, k] = u
        }
    }
    # defines first, and each header if it is there
    for (k = 1; k < count; k++) {
        if (!((u, line[k]) in has_line)) {
            has_line[u, line[k]] = 1
            if (line[k] ~ /^# *include/) {
                include[u] = include[u] header_name(line[k]) "\n"
            } else {
                any_defines[u] = any_defines[u] line[k] "\n"
            }
        }
    }
    join(i, u, 0)
}

function header_name(line)
{
    sub(/^[^<]*/, "", line)
    return line
}

function may_be_any(i,    s)
{
    s = q[i, "prologue"]
    gsub(/# *include *<[^>\n]*>\n/, "", s)
    return q[i, "with"] ~ /^any/ && !plain[i] && s !~ /# *include/
}

function sort_of(i)
{
    return q[i, "run"] == "value" && constant(i) ? "value" : \
        q[i, "run"] == "compile" ? "syntax" : "object"
}

function constant(i)
{
    return match(q[i, "body"], /(^|\n)enum \{ value = [^\n]*\};\n/)
}

# The others: longest first, so that shorter ones find their place in between
function plan_chains(kinds,    i, key, lines, most, waiting, line, u, at)
{
    most = 0
    for (i = 1; i <= n; i++) {
        if (open[i] && shares[i] && !unit_of[i] && sort_of(i) == kinds) {
            lines = gsub(/\n/, "&", q[i, "prologue"])
            length_of[i] = lines
            key = command_key(i) q[i, "prologue"]
            waits[key] = waits[key] " " i
            if (lines > most) {
                most = lines
            }
        }
    }
    for (; most >= 0; most--) {
        for (i = 1; i <= n; i++) {
            if (open[i] && shares[i] && !unit_of[i] && sort_of(i) == kinds &&
                length_of[i] == most) {
                u = new_unit(kinds, i)
                include[u] = q[i, "prologue"]
                fill(u, i, command_key(i), most)
            }
        }
    }
}

function fill(u, i, key, most,    line, at, k, count, w, rest)
{
    split(q[i, "prologue"], line, "\n")
    for (at = 0; at <= most; at++) {
        if (at) {
            key = key line[at] "\n"
        }
        if (kind_of[u] == "object") {
            object_at[key] = u
            object_line[key] = at
        }
        count = split(waits[key], w, " ")
        rest = ""
        for (k = 1; k <= count; k++) {
            # a question that declares types could change later headers
            if (!unit_of[w[k]] && !clash(w[k], u) &&
                (at == most || !tags[w[k]])) {
                join(w[k], u, at)
            } else {
                rest = rest " " w[k]
            }
        }
        waits[key] = rest
    }
}

# Questions that need no link join units that are linked, if that costs nothing.
function plan_syntax(    i, key)
{
    for (i = 1; i <= n; i++) {
        key = command_key(i) q[i, "prologue"]
        if (open[i] && shares[i] && !unit_of[i] && sort_of(i) == "syntax" &&
            (key in object_at) && !clash(i, object_at[key]) && !tags[i]) {
            join(i, object_at[key], object_line[key])
        }
    }
}

function plan_units(    i)
{
    for (i = 1; i <= n; i++) {
        if (open[i] && (i in shares) == 0) {
            shares[i] = may_share(i)
        }
        if (open[i] && shares[i] && !unit_of[i] && may_be_any(i)) {
            plan_any(i)
        }
    }
    plan_chains("object")
    plan_syntax()
    plan_chains("syntax")
    plan_chains("value")
    for (i = 1; i <= n; i++) {
        if (open[i] && !unit_of[i] && !alone[i]) {
            alone[i] = 1
        }
        if (open[i] && !alone[i] && !group_of[i] && sort_of(i) == "object") {
            join_group(i)
        }
    }
}

# The words of the command that a link depends on: all but -D, -U and -I
function linking(i,    words)
{
    words = " " q[i, "prefix"] " " q[i, "suffix"] " " q[i, "end"] " "
    while (sub(/ -[DUI] ?[^ '"\\]+ /, " ", words)) {
    }
    gsub(/ +/, " ", words)
    return words
}

function runs(i)
{
    return q[i, "run"] ~ /^(yes|value)$/
}

# Groups that are not run share the main program of the first one.
function join_group(i,    key, g)
{
    key = runs(i) "\n" q[i, "lib"] "\n" linking(i)
    if (!(key in group_by)) {
        group_by[key] = g = new_unit("main", i)
        stale[g] = 0
        main_of[g] = !runs(i) && main_by[command_key(i)] ? \
            main_by[command_key(i)] : g
        if (!runs(i)) {
            main_by[command_key(i)] = main_of[g]
        }
    }
    group_of[i] = g = group_by[key]
    members[g] = members[g] " " i
    linked[g] = 0
    g = main_of[g]
    if (runs(i) || !index(everyone[g] " ", " " i " ")) {
        everyone[g] = everyone[g] " " i
        stale[g] = 1
    }
}

# --- their text

function member_text(i,    text)
{
    text = "#line 1 \"q" i "\"\n"
    if (any_of[unit_of[i]]) {
        text = text needs(i)
    }
    text = text "#define main ngx_probe_" i "\n"
    if (sort_of(i) == "value") {
        text = text "#define value ngx_value_" i "\n"
    }
    text = text "#line 1 \"q" i "\"\n" q[i, "body"] "\n#line 1 \"q" i \
        "\"\nstatic int ngx_end_" i "(void);\n#undef main\n"
    if (sort_of(i) == "value") {
        text = text "#undef value\n" bits("ngx_value_" i, "v" i)
    }
    return text (any_of[unit_of[i]] ? "#endif\n" : "")
}

# a warning for a missing header, so that the other questions go on
function needs(i,    line, count, k, text)
{
    count = split(q[i, "prologue"], line, "\n")
    text = "#if 0\n"
    for (k = 1; k < count; k++) {
        if (line[k] ~ /^# *include/) {
            text = text "#elif !__has_include(" header_name(line[k]) ")\n" \
                missing_directive " " header_name(line[k]) " is missing\n"
        }
    }
    return text "#else\n"
}

# Of two arrays for each bit one has a negative size; the last bit is the sign.
# The value is known only if each bit has exactly one error.
function bits(name, tag,    bit, test, text)
{
    text = "#line 1 \"" tag "\"\n"
    for (bit = 0; bit <= 64; bit++) {
        test = bit == 64 ? "(" name ") < 0" : \
            "(unsigned long long) " name " >> " bit " & 1"
        text = text "extern char " name "_" bit "_1[" test " ? -1 : 1];\n" \
            "extern char " name "_" bit "_0[" test " ? 1 : -1];\n"
    }
    return text
}

function unit_text(u,    line, count, k, text, guard, m, many, j)
{
    if (kind_of[u] == "main") {
        return main_text(u)
    }
    many = split(members[u], m, " ")
    split(include[u], line, "\n")
    count = gsub(/\n/, "&", include[u])
    if (any_of[u]) {
        text = "#line 1 \"i" u ".0\"\n#ifndef __has_include\n" \
            "#error there is no __has_include\n#endif\n" any_defines[u]
    }
    for (k = 0; k <= count; k++) {
        if (k && any_of[u]) {
            text = text "#line 1 \"i" u "." k "\"\n#if __has_include(" line[k] \
                ")\n#include " line[k] "\n#endif\n"
        } else if (k) {
            text = text "#line 1 \"i" u "." k "\"\n" line[k] "\n"
        }
        guard = our_words(u "." k)
        for (j = 1; j <= many; j++) {
            if (at_line[m[j]] == k && !any_of[u]) {
                text = text guard member_text(m[j])
                guard = ""
            }
        }
    }
    text = text (any_of[u] ? guard : "")
    for (j = 1; j <= many && any_of[u]; j++) {
        text = text member_text(m[j])
    }
    return text
}

# Flags and headers may make macros of the words that a unit adds.
function our_words(where)
{
    return "#line 1 \"i" where "\"\n#if defined main || defined int || " \
        "defined void || defined static || defined extern || " \
        "defined char || defined unsigned || defined long\n" \
        "#error a word that the unit needs is a macro\n#endif\n"
}

# A program that is run has the signals that a shell would give it, and its own
# session; the headers here prove that the compiler has any.  Members are weak,
# so that the group still links when one of them is no longer compiled.
function main_text(u,    m, count, k, text)
{
    count = split(runs(example[u]) ? members[u] : everyone[u], m, " ")
    text = runs(m[1]) ? standard_headers() "#include <unistd.h>\n" : ""
    for (k = 1; k <= count; k++) {
        text = text "__attribute__((weak)) int ngx_probe_" m[k] "(void);\n"
    }
    text = text "int main(int argc, char **argv)\n{\n    int n = 0;\n" \
        (runs(m[1]) ? "    signal(SIGINT, SIG_DFL);\n" \
        "    signal(SIGQUIT, SIG_DFL);\n" : "") \
        (owns_session() ? "    setsid();\n" : "") \
        "    while (argc > 1 && *argv[1]) {\n" \
        "        n = n * 10 + *argv[1]++ - '0';\n    }\n    switch (n) {\n"
    for (k = 1; k <= count; k++) {
        text = text "    case " m[k] ": return ngx_probe_" m[k] "();\n"
    }
    return text "    }\n    return 125;\n}\n"
}

# Not with an emulator: the watchdog must end its process, too.
function owns_session()
{
    return setsid != "" && emulator == ""
}

function standard_headers(    name, count, k, text)
{
    count = split("errno limits signal stddef stdio stdlib string", name, " ")
    for (k = 1; k <= count; k++) {
        text = text "#include <" name[k] ".h>\n"
    }
    return text "#ifdef __cplusplus\n" \
        "#error this is no C compiler, but one for C++\n#endif\n"
}
