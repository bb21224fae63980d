# store.awk - write a cache file
#
# Copying and distribution of this file, with or without modification, are
# permitted in any medium without royalty, provided the copyright notice and
# this notice are preserved.  This file is offered as-is, without any warranty.
#
# Input: the records and headers that the cache had, the compiler's search
# path, the keys of this run's questions, their answers, and the dependency
# files that the compiler wrote.  Writes the file `store`.
#
# The byte 001 ends the E lines, each question and each answer, so that programs
# and words stay as they are.

# A file that was read
function header(path)
{
    if (!(path in seen)) {
        was_read[++headers] = path
    }
    seen[path] = 1
}

# A file that would have been read if it were there
function candidate(path)
{
    if (!(path in seen)) {
        waiting[path] = 1
    }
}

# Where would NAME be, in the first COUNT folders that the compiler looks into?
function candidates(name, count,    i)
{
    for (i = 1; i <= count; i++) {
        candidate(folder[i] "/" name)
    }
}

# A header that was read, and those that would be read in its place
function read_header(path,    i)
{
    header(path)
    for (i = folders; i > 0; i--) {
        if (index(path, folder[i] "/") == 1) {
            candidates(substr(path, length(folder[i]) + 2), i - 1)
            return
        }
    }
}

function words(file,    text, line)
{
    while ((getline line < file) > 0 && length(text) < 4000) {
        text = text line "\n"
    }
    close(file)
    gsub(/[^ ]*\/ngx_auto\.[0-9]+\//, "", text)
    gsub(/\001/, "?", text)
    return text
}

function libraries(list,    i, j, name, word, count)
{
    count = split(list, word, " ")
    for (i = 1; i <= count; i++) {
        if (word[i] !~ /^-l./) {
            continue
        }
        name = "lib" substr(word[i], 3)
        for (j = 1; j <= places; j++) {
            candidate(place[j] "/" name ".so")
            candidate(place[j] "/" name ".a")
        }
    }
}

BEGIN {
    store = work "/store"
    print "ngx-auto-cache 3" > store
    count = split(ENVIRON["ngx_identity"], line, "\n")
    for (i = 1; i <= count; i++) {
        print "E " line[i] > store
    }
    compiler[ENVIRON["ngx_path"]] = 1
}

FILENAME == work "/records" {
    print > store
    next
}

FILENAME == work "/headers" {
    if (/^H /) {
        header(substr($0, 3))
    } else {
        candidate(substr($0, 3))
    }
    next
}

FILENAME == work "/paths" {
    if (/^#include .* search starts here/) {
        inside = 1
    } else if (/^End of search list/) {
        inside = 0
    } else if (inside) {
        sub(/^ +/, "")
        folder[++folders] = $0
    } else if (/^ "?\/[^ "]*" .*-cc1 / || /^ \/[^ ]*\/cc1 /) {
        path = $1                       # what the driver calls
        gsub(/"/, "", path)
        compiler[path] = 1
    } else if (sub(/^libraries: =?/, "")) {
        places = split($0, place, ":")
    }
    next
}

# the key of question n, and the files that its answer depends on
FILENAME == work "/keys" {
    if (sub(/^\001/, "")) {
        depends[++keys] = $0
    } else {
        key[keys] = key[keys] $0 "\n"
    }
    next
}

# number, from, answer, library, evidence
FILENAME == work "/answers" {
    gsub(/\001/, "?")
    split($0, a, "\t")
    if (a[2] != "" || a[5] ~ /killed by signal 9|still running/) {
        next
    }
    n = a[1]
    printf "\001\nQ %s\001\nA %s\nL %s\nV %s\nT %s\nW %s", key[n], a[3], a[4], \
        a[5], now, words(work "/q" n ".log") words(work "/err" n) > store
    text = key[n]
    while (match(text, /# *include *[<"][^>"\n]*/)) {
        name = substr(text, RSTART, RLENGTH)
        text = substr(text, RSTART + RLENGTH)
        sub(/.*[<"]/, "", name)
        candidates(name, folders)
    }
    split(key[n], part, "|")
    libraries(part[2] " " part[3])
    count = split(depends[n], word, " ")
    for (i = 1; i <= count; i++) {
        header(word[i])
    }
    next
}

# target: header header \
{
    sub(/\\$/, "")
    for (i = 1; i <= NF; i++) {
        if ($i ~ /^\// && $i !~ /:$/ && index($i, work) != 1) {
            read_header($i)
        }
    }
}

# Of all that would be in a folder that is not there, the folder speaks.
function find_missing_folders(    path, dir, ask)
{
    for (path in waiting) {
        dir = path
        sub(/\/[^\/]*$/, "", dir)
        if (!(dir in asked)) {
            ask = ask " " quote(dir)
        }
        asked[dir] = 1
    }
    ask = "for d in" ask "; do [ -d \"$d\" ] || echo \"$d\"; done"
    while ((ask | getline dir) > 0) {
        absent[dir] = 1
        waiting[dir] = 1
    }
    close(ask)
}

END {
    find_missing_folders()
    print "\001" > store
    for (i = 1; i <= headers; i++) {
        print "H " was_read[i] > store
        files = files " " quote(was_read[i])
    }
    for (path in waiting) {
        dir = path
        sub(/\/[^\/]*$/, "", dir)
        if (!(path in seen) && !(dir in absent)) {
            print "C " path > store
            missing = missing " " quote(path)
        }
    }
    for (path in compiler) {
        print "P " path > store
        programs = programs " " quote(path)
    }
    close(begin_state(files, missing, programs))
    while ((getline sum < (work "/today")) > 0) {
        print "S " sum > store
    }
}
