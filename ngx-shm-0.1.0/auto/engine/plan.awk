# SPDX-License-Identifier: FSFAP
# plan.awk - read the questions: the one reader of C comments
#
# Copying and distribution of this file, with or without modification, are
# permitted in any medium without royalty, provided the copyright notice and
# this notice are preserved.  This file is offered as-is, without any warranty.
#
# A question is a record of q[I, FIELD]: file title macro run libs flags cross
# depends change with, text (as it is), prologue (its preprocessor lines) and
# body (the lines after them); prefix and suffix are the words of its command
# before and behind the name of the file, without the library that is tried.

function fail(why)
{
    gsub(/\n/, " ", why)
    printf "%s: error: %s\n", program, why > "/dev/stderr"
    failed = 1
    exit 1
}

# RS is a byte that is in no text: a file is one record
function slurp(file,    text, part, got)
{
    there = 0
    while ((got = (getline part < file)) > 0) {
        text = text (there++ ? RS : "") part
    }
    if (got == 0) {
        there++
    }
    close(file)
    return text
}

function output_of(command,    text, part)
{
    while ((command | getline part) > 0) {
        text = text part
    }
    close(command)
    return text
}

# s as one word of a shell
function quote(s)
{
    gsub(/'/, "'\\''", s)
    return "'" s "'"
}

# Cut a list of shell words into word[]; each keeps its quotes.
function cut_words(s, word,    count, w)
{
    split("", word)
    while (sub(/^[ \t\n]+/, "", s) || s != "") {
        w = ""
        while (s != "" && s !~ /^[ \t\n]/) {
            if (!match(s, /^[^ \t\n'"\\]+/) && !match(s, /^'[^']*'/) &&
                !match(s, /^"([^"\\]|\\.)*"/) && !match(s, /^\\./)) {
                RLENGTH = length(s)
            }
            w = w substr(s, 1, RLENGTH)
            s = substr(s, RLENGTH + 1)
        }
        if (w != "") {
            word[++count] = w
        }
    }
    return count + 0
}

# The user's -Werror decides no answer; a -Werror in the question's flags does.
function without_errors(s,    word, count, i, out)
{
    if (s !~ /-(Werror|pedantic-errors)/) {
        return s
    }
    count = cut_words(s, word)
    for (i = 1; i <= count; i++) {
        if (word[i] == "-pedantic-errors") {
            word[i] = "-pedantic"
        }
        if (word[i] !~ /^-Werror(=|$)/) {
            out = out " " word[i]
        }
    }
    return substr(out, 2)
}

# The fields in the opening comment
function read_fields(i, text,    count, line, k, name, value)
{
    k = index(text, "*/")
    count = split(k ? substr(text, 1, k + 1) : text, line, "\n")
    for (k = 1; k <= count; k++) {
        if (match(line[k], /^(\/\*| \*) [a-z]+: +/)) {
            name = substr(line[k], 4, RLENGTH - 3)
            sub(/:.*/, "", name)
            value = substr(line[k], RLENGTH + 1)
            sub(/ *\*\/ *$/, "", value)
            gsub(/\t/, " ", value)
            if (name == "probe") {
                name = "title"
            }
            if (name == "cross" && q[i, name] != "") {
                value = q[i, name] " " value    # several lines make one
            }
            q[i, name] = value
        }
    }
}

# Comments become blanks, lines stay lines.  Text that this reader of C does not
# understand sets `odd`: then the question is asked alone.
function without_comments(s,    out, c, k)
{
    odd = s ~ /\?\?|\\\n/
    while (match(s, /\/[*\/]|["']/)) {
        c = substr(s, RSTART, RLENGTH)
        out = out substr(s, 1, RSTART - 1)
        s = substr(s, RSTART)
        if (c == "//") {
            sub(/^[^\n]*/, " ", s)
        } else if (c == "/*") {
            if (!(k = index(substr(s, 3), "*/"))) {
                odd = 1
                return out
            }
            c = substr(s, 1, k + 3)
            gsub(/[^\n]/, "", c)
            out = out " " c
            s = substr(s, k + 4)
        } else if (match(s, c == "'" ? "^'([^'\\\\\n]|\\\\.)*'" \
                                     : "^\"([^\"\\\\\n]|\\\\.)*\"")) {
            out = out substr(s, 1, RLENGTH)
            s = substr(s, RLENGTH + 1)
        } else {
            odd = 1
            return out s
        }
    }
    return out s
}

# The preprocessor lines at the beginning, and the rest, whose lines keep
# their numbers
function split_program(i,    s, line, blank)
{
    s = without_comments(q[i, "text"])
    q[i, "odd"] = odd
    while (match(s, /^[ \t]*(#[^\n]*)?\n/)) {
        line = substr(s, 1, RLENGTH - 1)
        s = substr(s, RLENGTH + 1)
        blank = blank "\n"
        gsub(/^[ \t]+|[ \t]+$/, "", line)
        if (line != "") {
            q[i, "prologue"] = q[i, "prologue"] line "\n"
        }
    }
    q[i, "body"] = blank s
}

# Macros that the system's headers read go into our header.
function read_defines(text,    line, word)
{
    while (index(text, "\n#define _") &&
        match(text, /\n#define _[A-Za-z_]+ [0-9]+\n/)) {
        line = substr(text, RSTART + 9, RLENGTH - 10)
        text = substr(text, RSTART + RLENGTH - 1)
        if (!(line in defined)) {
            split(line, word, " ")
            defines = defines "#ifndef " word[1] "\n#define " word[1] "  " \
                word[2] "\n#endif\n\n"
        }
        defined[line] = 1
    }
}

function check(i,    why)
{
    if (q[i, "macro"] !~ /^[A-Za-z_][A-Za-z0-9_]*$/) {
        why = "has no line \"macro: NAME\" in its opening comment"
    } else if (q[i, "run"] !~ /^(yes|no|value|bug|compile)$/) {
        why = "says run: " q[i, "run"] \
            "; it may be yes, no, value, bug, compile"
    } else if (q[i, "macro"] in asked_by) {
        why = "asks for " q[i, "macro"] ", which " asked_by[q[i, "macro"]] \
            " asks for"
    } else if (index(q[i, "text"], RS)) {
        why = "holds a control character"
    }
    if (why != "") {
        fail(q[i, "file"] " " why)
    }
    asked_by[q[i, "macro"]] = q[i, "file"]
}

function new_question(file,    count, field, k)
{
    n++
    count = split("file title macro run libs flags cross depends change " \
        "with text prologue body answer lib how from words inc", field, " ")
    for (k = 1; k <= count; k++) {
        q[n, field[k]] = ""     # gawk 5.2 dies of what was never set
    }
    q[n, "file"] = q[n, "source"] = file
    tried[n] = 0
    return n
}

function finish_question(i,    macro)
{
    split_program(i)
    if (q[i, "title"] == "") {
        q[i, "title"] = q[i, "macro"]
    }
    if (q[i, "run"] == "") {
        q[i, "run"] = "yes"
    }
    check(i)
    macro = q[i, "macro"]
    if (prefix != "" && macro ~ /^NGX_/) {
        macro = q[i, "macro"] = prefix substr(macro, 5)
    }
    q[i, "prefix"] = compiler
    q[i, "suffix"] = " " q[i, "flags"] " " ldflags " "
    q[i, "end"] = " " libs
    q[i, "key"] = q[i, "run"] "|" q[i, "libs"] "|" q[i, "flags"] "|" \
        q[i, "cross"] "|" q[i, "inc"] "|" q[i, "text"]
    if (ENVIRON[macro] != "") {
        preset(i, ENVIRON[macro])
    }
}

function preset(i, value)
{
    q[i, "from"] = q[i, "how"] = "preset"
    if (value ~ /^-[A-Za-z]/) {
        q[i, "lib"] = value
        value = 1
    } else if (value ~ /^(yes|no)$/) {
        value = value == "yes"
    } else if (value !~ /^-?[0-9]+$/) {
        fail("the preset " q[i, "macro"] "=" value \
            " is no number; give 0, 1, the value, or a library")
    }
    q[i, "answer"] = value
}

# A folder: one program a file
function read_program(file,    text, i)
{
    text = slurp(file)
    if (text == "") {
        fail(file " is no file, or cannot be read, or is empty")
    }
    gsub(/\r\n/, "\n", text)
    if (substr(text, length(text)) != "\n") {
        text = text "\n"
    }
    i = new_question(file)
    q[i, "text"] = text
    # files that it includes from its own folder are part of the question
    if (text ~ /# *include *"/) {
        q[i, "inc"] = file
        sub(/\/?[^\/]*$/, "", q[i, "inc"])
    }
    read_fields(i, text)
    read_defines(text)
    finish_question(i)
}

# A list of blocks, as auto/block and auto/prefetch wrote them down: records
# that begin with 001, fields that end with 002
function read_blocks(file, name,    count, record, r, part, i)
{
    count = split(slurp_all(file), record, /\001/)
    for (r = 2; r <= count; r++) {
        split(record[r], part, /\002/)
        i = new_question(name)
        q[i, "kind"] = part[1]
        q[i, "title"] = part[2]
        q[i, "macro"] = part[3]
        q[i, "run"] = part[4]
        q[i, "flags"] = part[5]
        q[i, "text"] = part[6]
        q[i, "source"] = work "/b" i ".c"
        printf "%s", part[6] > q[i, "source"]
        close(q[i, "source"])
        finish_question(i)
        if (front == "nginx") {
            q[i, "asked"] = part[9]
            q[i, "prefix"] = part[7]
            q[i, "suffix"] = " " part[8]
            q[i, "end"] = ""
        }
    }
}

function slurp_all(file,    text)
{
    RS = "\003"
    text = slurp(file)
    RS = "\001"
    return text
}
