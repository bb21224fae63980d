# prefetch.awk - which of nginx's questions may share a compilation
#
# Copying and distribution of this file, with or without modification, are
# permitted in any medium without royalty, provided the copyright notice and
# this notice are preserved.  This file is offered as-is, without any warranty.
#
# Input: the questions as auto/prefetch wrote them down.  Writes their programs
# and prints, for a shell to read, what is to be done; with -v results=yes,
# what was found.

function quote(s)
{
    gsub(/'/, "'\\''", s)
    return "'" s "'"
}

function slurp(file,    line, all)
{
    while ((getline line < file) > 0) {
        all = all line "\n"
    }
    close(file)
    return all
}

function put(name, value)
{
    print "ngx_auto_" name "=" quote(value)
}

function read_answers(file)
{
    while ((getline < file) > 0) {
        answers[$1] = $2
    }
    close(file)
}

function result(i,    answer)
{
    answer = answers[i]
    said = answer == "no" ? slurp(dir "/x" i ".err") : ""
    gsub(dir "/x" i "\\.c", autotest ".c", said)
    gsub("x" i "\\.c", base ".c", said)      # so the linker has it
    put("k" i, kind[i] "\n" pre[i] "\n" post[i] "\n" head[i] "\n" body[i])
    put("a" i, answer)
    put("l" i, said)
}

# Does the body stay inside of the function that it is put into?
function inside(s,    depth)
{
    if (s ~ /[{}]/ && s ~ /["']|\/\*|\/\/|<%|%>/) {
        return 0        # braces that are text are not told from others here
    }
    while (match(s, /[{}]/)) {
        depth += substr(s, RSTART, 1) == "{" ? 1 : -1
        if (depth < 0) {
            return 0
        }
        s = substr(s, RSTART + 1)
    }
    return depth == 0
}

# Are the include lines nothing else, and does the body look at nothing around
# it?
function may_share(i,    n, line, j)
{
    n = split(head[i], line, "\n")
    for (j = 1; j <= n; j++) {
        if (line[j] !~ /^[ \t]*(#[ \t]*include[ \t]*[<"][^<>"]*[>"][ \t]*)?$/) {
            return 0
        }
    }
    return inside(body[i]) && \
        body[i] !~ /#|\\\n|__[A-Za-z]+__|__func__|\?\?|extern|main|_Pragma/
}

# The headers of a question, each once: including a standard header again
# has no effect, but for assert.h.
function headers(i,    n, line, j, list)
{
    n = split(head[i], line, "\n")
    for (j = 1; j <= n; j++) {
        if (match(line[j], /[<"].*[>"]/)) {
            line[j] = " " substr(line[j], RSTART, RLENGTH) " "
            if (!index(list, line[j]) || line[j] ~ /assert/) {
                list = list line[j]
            }
        }
    }
    return list
}

function command(i)
{
    return pre[i] "\n" post[i] "\n"
}

function unit(type, i)
{
    unit_list = unit_list " " type "." ++units
    put("pre_" type units, pre[i])
    put("post_" type units, post[i])
}

# A unit for the questions with the headers of question i, and for those with
# the first few of them: each comes as soon as all its headers are there.
function chain(i,    n, word, j, k, key, m, list)
{
    unit("u", i)
    key = command(i)
    n = split(headers(i), word, " ")
    for (j = 0; j <= n; j++) {
        if (j) {
            key = key " " word[j] " "
            text("i" units "_" j, "#include " word[j] "\n")
            list = list " i" units "_" j
        }
        m = split(sharing[key], k, " ")
        list = list sharing[key]
        sharing[key] = ""
        while (m) {
            share(k[m--])
        }
    }
    put("members_u" units, list)
    group(units, i)
}

# What a link looks at: all but macros and folders of headers
function linking(i,    words)
{
    words = " " pre[i] " " post[i] " "
    while (sub(/ -[DUI] ?[^ ]* /, " ", words)) {
    }
    gsub(/ +/, " ", words)
    return words
}

function group(u, i,    key)
{
    key = linking(i)
    if (!(key in group_of)) {
        group_of[key] = ++groups
        group_list = group_list " g." groups
        put("pre_g" groups, pre[i])
        put("post_g" groups, post[i])
    }
    members["g" group_of[key]] = members["g" group_of[key]] " " u
}

# Part of the unit, and known to the shell, should the unit be written anew.
function text(name, s)
{
    put("text_" name, s)
    printf "%s", s > (dir "/u" units ".c")
}

# The function behind each question holds it in, should its braces not match.
function share(i)
{
    text(i, sprintf("int ngx_q%s(void);\n#line 1 \"q%s\"\nint ngx_q%s(void) {\n%s\n}\n" \
        "#line 1 \"q%s\"\nstatic int ngx_e%s(void) { return 0; }\n" \
        "int (*ngx_p%s)(void) = ngx_e%s;\n", \
        i, i, i, body[i], i, i, i, i))
}

function alone(i)
{
    put("alone_" i, sprintf("\n%s\n\nint main(void) {\n%s\n}\n\n", \
        head[i], body[i]))
    put("pre_q" i, pre[i])
    put("post_q" i, post[i])
}

function size(i,    type, key, file)
{
    key = command(i) head[i]
    if (!(key in size_unit)) {
        unit("s", i)
        size_unit[key] = units
        type = head[i]
        sub(/"ngx_auto_config.h"/, "\"../ngx_auto_config.h\"", type)
        printf "%s\n", type > (dir "/s" units ".c")
    }
    type = body[i]
    sub(/.*\(int\) /, "", type)
    sub(/\);.*/, "", type)
    printf "#line 1 \"s%s\"\nextern char ngx_4_%s[%s == 4 ? 1 : -1];\n" \
        "extern char ngx_8_%s[%s == 8 ? 1 : -1];\n", \
        i, i, type, i, type > (dir "/s" size_unit[key] ".c")
}

function plan(    i, j, key, word)
{
    for (i = 1; i <= n; i++) {
        put("kind_" i, kind[i])
        if (post[i] ~ /[^A-Za-z0-9_+=,.:\/@% -]/) {
            continue
        } else if (kind[i] == "size") {
            size(i)
            continue
        }
        alone(i)
        if (kind[i] == "include" && guess[i] == "yes") {
            put("pre_h" i, pre[i])
            put("post_h" i, post[i])
            put("members_h" i, "")
            unit_list = unit_list " h." i
        } else if (guess[i] == "yes" && may_share(i)) {
            key = command(i) headers(i)
            sharing[key] = sharing[key] " " i
        } else {
            lone = lone " q." i
        }
    }
    # longest first, so that the shorter ones find their chain
    for (j = 20; j >= 0; j--) {
        for (i = 1; i <= n; i++) {
            key = headers(i)
            if (sharing[command(i) key] != "" && split(key, word, " ") == j) {
                chain(i)
            }
        }
    }
    for (key in members) {
        put("members_" key, members[key])
    }
    put("units", unit_list)
    put("groups", group_list)
    put("lone", lone)
}

line == "head" && /^@body$/ { line = "body"; next }
line == "body" && /^@end$/ { line = ""; next }
line == "head" { head[n] = head[n] glue $0; glue = "\n"; next }
line == "body" { body[n] = body[n] (body[n] == "" ? "" : "\n") $0; next }
line == "" { kind[++n] = $0; line = "guess"; next }
line == "guess" { guess[n] = $0; line = "pre"; next }
line == "pre" { pre[n] = $0; line = "post"; next }
line == "post" { post[n] = $0; line = "head"; glue = "" }

END {
    if (results) {
        read_answers(dir "/answers")
        base = autotest
        sub(/.*\//, "", base)
        for (i = 1; i <= n; i++) {
            result(i)
        }
        put("n", n)
    } else {
        plan()
    }
}
