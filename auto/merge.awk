# merge.awk - which questions may share a compilation, and its text
#
# Copying and distribution of this file, with or without modification, are
# permitted in any medium without royalty, provided the copyright notice and
# this notice are preserved.  This file is offered as-is, without any warranty.
#
# Input: the open questions, twice: number, run, flags, file, between tabs.  Writes
# units (uN.c), a main program for each group of units (gN.c), and assignments
# to the file `units`.  With -v find=yes and a linker's log in front: prints the
# numbers of the questions that name a missing symbol.

function slurp(file,    line)
{
    text = prologue = defines = present = ""
    body = any = 0
    while ((getline line < file) > 0) {
        sub(/\r$/, "", line)
        if (!body && line ~ /^(\/\*| \*) with: +any/) {
            any = !plain_sets
        }
        if (!body && line !~ /^ *(#|\/?\*|\/\/|$)/) {
            body = 1
        }
        if (!body && line ~ /^ *#/) {
            sub(/ *\/\*.*\*\/ *$/, "", line)
            prologue = prologue line "\n"
            if (line ~ /^ *# *include *<[^>]*> *$/) {
                sub(/^[^<]*/, "", line)
                present = present (present == "" ? "" : " && ") \
                    "__has_include(" line ")"
            } else {
                defines = defines line "\n"
            }
        } else if (body) {
            text = text line "\n"
        } else {
            text = text "\n"        # keeps the line numbers
        }
    }
    close(file)
}

# What a body may not do beside others: preprocess, declare types or external
# names, look at its own name or place, have a main with arguments, or leave
# the plain path in ways that this reader of C does not follow.
function may_share(    code)
{
    if (run == "bug" || text !~ /int[ \n]+main *\(void\)/ ||
        prologue ~ /# *(if|else|pragma|undef)|\/\*|\\\n/ ||
        text ~ /#|\\\n|__[A-Z]+__|__func__|\?\?|%:|typedef|extern|asm|_Pragma/) {
        return 0
    }
    code = plain(text)
    split("", top)
    return code != "" && scan(code)
}

# without comments, strings and characters
function plain(s,    out, c)
{
    while (match(s, /\/\*|\/\/|"|'/)) {
        c = substr(s, RSTART, RLENGTH)
        out = out substr(s, 1, RSTART - 1) " "
        s = substr(s, RSTART + RLENGTH)
        if (c == "/*") {
            if (!(c = index(s, "*/"))) {
                return ""
            }
            s = substr(s, c + 2)
        } else if (c == "//") {
            sub(/^[^\n]*/, "", s)
        } else if (!match(s, c == "'" ? "^([^'\\\\]|\\\\.)*'" \
                                      : "^([^\"\\\\]|\\\\.)*\"")) {
            return ""
        } else {
            s = substr(s, RLENGTH + 1)
        }
    }
    return out s
}

# Collect the words outside of braces and parentheses in `top`: what others
# must not say.  Each piece there must begin with static, struct, enum, union
# or be main.
function scan(code,    c, depth, paren, piece, first)
{
    first = 1
    while (match(code, /[A-Za-z_][A-Za-z0-9_]*|[{}();]/)) {
        c = substr(code, RSTART, RLENGTH)
        code = substr(code, RSTART + RLENGTH)
        if (c == "(") {
            if (!depth && code ~ /^ *[*^]/) {
                return 0
            }
            paren++
        } else if (c == ")") {
            paren--
        } else if (c == "{") {
            depth++
        } else if (c == "}") {
            if (!--depth && !tagged) {
                first = 1
            }
        } else if (c == ";") {
            if (!depth) {
                first = 1
            }
        } else if (!depth && !paren) {
            if (first && c !~ /^(static|struct|union|enum|int)$/) {
                return 0
            }
            if (first) {
                tagged = (c != "static" && c != "int")
                outside = (c == "int")
            } else if (outside && c != "main") {
                return 0
            }
            first = 0
            note(c)
        } else if (tagged) {
            note(c)
        }
    }
    return depth == 0 && paren == 0
}

function note(word)
{
    if (word !~ /^(static|struct|union|enum|int|main|void|char|const|volatile|unsigned|long|short|signed|inline|double|float|[a-z_]*_t)$/) {
        top[word] = 1
    }
}

function says(text, word)
{
    return text ~ ("(^|[^A-Za-z0-9_])" word "([^A-Za-z0-9_]|$)")
}

# the first unit with these include lines whose members share no name with it
function find_unit(key,    u, word, clash)
{
    for (u = 1; u <= units; u++) {
        if (key_of[u] != key) {
            continue
        }
        clash = 0
        for (word in top) {
            clash = clash || says(bodies[u], word)
        }
        for (word in names) {
            if (substr(word, 1, index(word, " ") - 1) == u) {
                clash = clash || says(text, substr(word, index(word, " ") + 1))
            }
        }
        if (!clash) {
            return units_found = u
        }
    }
    key_of[++units] = key
    include[units] = !any ? prologue : "#ifndef __has_include\n" \
        "#error there is no __has_include\n#endif\n" defines
    return units_found = units
}

# A question that says "with: any" may be compiled beside the headers of
# others: each is included if it is there, and whoever misses one drops out.
function include_too(u,    n, part, i)
{
    n = split(present, part, " && ")
    for (i = 1; i <= n; i++) {
        if (!((u, part[i]) in included)) {
            included[u, part[i]] = 1
            name = part[i]
            gsub(/^__has_include\(|\)$/, "", name)
            include[u] = include[u] "#if " part[i] "\n#include " name \
                "\n#endif\n"
        }
    }
    return present == "" ? "1" : present
}

function add(u,    word, condition, otherwise)
{
    for (word in top) {
        names[u " " word] = 1
    }
    bodies[u] = bodies[u] text
    if (index(" " dropped " ", " " i " ")) {
        stale[u] = stale[u] || index(" " fresh " ", " " i " ")
        return
    }
    members[u] = members[u] " " i
    if (any) {
        condition = "#if " include_too(u) "\n"
        otherwise = "#else\n#line 1 \"q" i "\"\n#error no header\n#endif\n"
    }
    unit_text[u] = unit_text[u] condition "#define main ngx_probe_" i \
        "\n#line 1 \"q" i "\"\n" text "\n#line 1 \"q" i \
        "\"\nstatic int ngx_end_" i "(void);\n#undef main\n" otherwise
}

function write_units(    u, g, file, b)
{
    for (u = 1; u <= units; u++) {
        if (members[u] == "") {
            continue
        }
        print "u" u "_members='" members[u] "'" > out
        if (!(u in no_link)) {
            g = group_of[key_of[u]]
            objects[g] = objects[g] " \"$ngx_work/u" u ".o\""
            group_members[g] = group_members[g] members[u]
        }
        if (round == 1 || stale[u]) {
            file = work "/u" u ".c"
            printf "%s", include[u] unit_text[u] > file
            close(file)
            put_in_batch(u, (u in no_link) ? "s" : "b")
        }
    }
    for (b in batch) {
        list = list " " b
        print b "_units='" batch[b] "'" > out
    }
    print "ngx_stale='" list "'" > out
}

# as few commands as keep all jobs busy, or one for each unit if paths among
# the flags mean other files elsewhere
function put_in_batch(u, kind,    b)
{
    b = count[kind]++ % (alone != "" ? units : kind == "s" ? jobs : 2 * jobs)
    batch[kind b] = batch[kind b] (batch[kind b] == "" ? "" : " ") "u" u
}

# Does a question that needs no link go to the linked unit with its include
# lines?  For free, if there is one.
function place(    key, joins)
{
    key = flags "\n" prologue
    if (any) {
        key = flags "\n" defines "\nany " any_count++ % jobs
    }
    joins = any || run != "compile" || syntax == "" || (key in linked)
    if (!joins) {
        key = key "\nno link"
    } else if (run != "compile") {
        linked[key] = 1
    }
    if (!(flags in flag_group)) {
        flag_group[flags] = ++groups
        flags_of[groups] = flags
    }
    group_of[key] = flag_group[flags]
    add(find_unit(key))
    if (!joins) {
        no_link[units_found] = 1
    }
}

function write_groups(    g, n, m, j, file, list, all)
{
    for (g = 1; g <= groups; g++) {
        if (group_members[g] == "") {
            continue
        }
        list = list " g" g
        all = all group_members[g]
        print "g" g "_members='" group_members[g] "' g" g "_objects='" \
            objects[g] "' g" g "_flags='" flags_of[g] "'" > out
        file = work "/g" g ".c"
        n = split(group_members[g], m, " ")
        for (j = 1; j <= n; j++) {
            print "int ngx_probe_" m[j] "(void);" > file
            print "q" m[j] "_group=g" g > out
        }
        print "int main(int argc, char **argv)\n{\n    int n = 0;\n    " \
            "while (argc > 1 && *argv[1]) {\n        " \
            "n = n * 10 + *argv[1]++ - '0';\n    }\n    switch (n) {" > file
        for (j = 1; j <= n; j++) {
            print "#ifndef NGX_WITHOUT_" m[j] "\n    case " m[j] \
                ": return ngx_probe_" m[j] "();\n#endif" > file
        }
        print "    }\n    return 125;\n}" > file
        close(file)
    }
    gsub(/ /, " r", all)
    print "ngx_groups='" list "' ngx_merged='" all "'" > out
}

BEGIN {
    FS = "\t"
    work = ENVIRON["ngx_work"]
    out = work "/units"
}

find && NR == FNR {
    if (/undefined/ && match($0, /[`'": ][A-Za-z_0-9]+[`'"]*(;.*)?$/)) {
        name = substr($0, RSTART)
        gsub(/[^A-Za-z_0-9]/, "", name)
        missing[name] = 1
    }
    next
}

{
    i = $1; run = $2; flags = $3
    slurp(substr($0, length(i run flags) + 4))
}

find {
    for (name in missing) {
        if (says(text, name)) {
            printf " %s", i
            break
        }
    }
    next
}

# what needs no link comes last, to go along with what does
(run == "compile") == (NR != FNR) && may_share() {
    place()
}

END {
    if (!find) {
        write_units()
        write_groups()
    }
}
