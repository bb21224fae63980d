# SPDX-License-Identifier: BSD-2-Clause
# split.awk - questions out of the files in tests/auto/questions
#
#   awk -v theme=T -v out=FOLDER [-v stride=N] -f split.awk T.q
#
# With a stride only every Nth question, and those marked "+" (as "folder" is).
#
# Writes FOLDER/NAME.c for each question, the files that they include, and the
# same questions as nginx's blocks, where that form can express them, to
# FOLDER/blocks.  @DIR@ in the text is FOLDER.  A file has
#
#   # ...               comments, above the first question
#   % A|B C|D           the next question is asked for each word: @1 is A, @2
#                       is B there, and ~ a blank
#   @ NAME RUN [folder] [+] begins a question; "folder": not as a block.  Lines
#                       " * FIELD: VALUE" go into its comment, the rest is the
#                       program; after a line "--", the lines are the statements
#                       of a main() that is added
#   @file NAME          the rest is a file that questions include

function put_file(    name)
{
    name = out "/" words[2]
    printf "%s", text > name
    close(name)
}

function shell(s)
{
    gsub(/'/, "'\\''", s)
    return "'" s "'"
}

# Statements may stand in a block, if nginx can be told the flags.
function put_block(macro, fields,    flags, libs, path, n, i, word)
{
    flags = field(fields, "flags"); libs = field(fields, "libs")
    if (words[4] words[5] ~ /folder/ || libs ~ / / || flags ~ /["'\\$()]/) {
        return
    }
    n = split(flags, word, " ")
    flags = ""
    for (i = 1; i <= n; i++) {
        if (word[i] ~ /^-I/) {
            path = path (path == "" ? "" : " ") substr(word[i], 3)
        } else {
            flags = flags word[i] " "
        }
    }
    printf "ngx_feature=%s\nngx_feature_name=%s\nngx_feature_run=%s\n" \
        "ngx_feature_incs=%s\nngx_feature_path=%s\nngx_feature_libs=%s\n" \
        "ngx_feature_test=%s\n. auto/feature\n\n", shell(macro), macro, \
        words[3], shell(prologue), shell(path), shell(flags libs), \
        shell(body) >> (out "/blocks")
}

function field(fields, name)
{
    if (!match(fields, "(^|\n) \\* " name ": *[^\n]*")) {
        return ""
    }
    fields = substr(fields, RSTART, RLENGTH)
    sub("^\n? \\* " name ": *", "", fields)
    return fields
}

function fill(s, item,    n, i, part)
{
    n = split(item, part, "|")
    for (i = 1; i <= n; i++) {
        gsub(/~/, " ", part[i])
        gsub(/&/, "\\\\&", part[i])
        gsub("@" i, part[i], s)
    }
    gsub(/@DIR@/, out, s)
    return s
}

function put_question(number, item,    name, macro, fields, at, file)
{
    if (stride > 1 && count++ % stride && words[5] words[4] !~ /[+]/) {
        return
    }
    name = words[2] (number ? "_" number : "")
    macro = toupper("NGX_HAVE_" theme "_" name)
    fields = fill(head, item)
    prologue = fill(text, item)
    body = ""
    if ((at = index(prologue, "\n--\n")) || prologue ~ /^--\n/) {
        body = substr(prologue, at ? at + 4 : 4)
        prologue = substr(prologue, 1, at)
    }
    file = out "/" theme "_" name ".c"
    if (fields !~ /(^|\n) \* macro: /) {
        fields = fields " * macro: " macro "\n"
    }
    if (fields !~ /(^|\n) \* probe: /) {
        fields = fields " * probe: " theme " " name "\n"
    }
    printf "/*\n%s * run: %s\n */\n%s", fields, words[3], prologue > file
    if (body != "") {
        printf "int main(void)\n{\n%s    return 0;\n}\n", body > file
        sub(/\n$/, "", prologue); sub(/\n$/, "", body)
        put_block(macro, fields)
    }
    close(file)
}

function finish(    n, i, list)
{
    if (words[1] == "@file") {
        put_file()
    } else if (words[1] == "@") {
        n = split(items, list, " ")
        for (i = 1; i <= n; i++) {
            put_question(i, list[i])
        }
        if (!n) {
            put_question(0, "")
        }
        items = ""
    }
    words[1] = text = head = ""
}

/^@(file)? / { finish(); split($0, words, " "); heading = 1; next }
/^% / { finish(); items = substr($0, 3); next }
words[1] == "" { next }
heading && /^ \* / { head = head $0 "\n"; next }
{ heading = 0; text = text $0 "\n" }
END { finish() }
