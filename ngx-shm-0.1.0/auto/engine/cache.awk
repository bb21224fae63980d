# SPDX-License-Identifier: FSFAP
# cache.awk - never ask twice: keep answers, and what they depend on
#
# Copying and distribution of this file, with or without modification, are
# permitted in any medium without royalty, provided the copyright notice and
# this notice are preserved.  This file is offered as-is, without any warranty.
#
# A file holds the answers of one identity: engine, compiler and its version
# text, flags, environment, host.  Its name is IDENTITY.CKSUM-SIZE of its own
# content, so that the name of a damaged file does not match.  Only the caller's
# or root's files are believed.  Records end with 001, their fields with 002:
#   the identity; answers; M, the machine that programs ran on; and S:
#     H file that was read      C file that would be read if it were there
#     P program of the compiler, and behind "=" the state of all these files
# An answer of a program that ran is believed on the same machine only: kernel,
# namespaces, mounts, limits, rights, environment.

function identity_of(    name, list, count, k, text)
{
    text = "engine " version "\n" compiler_version
    count = split("CC CPPFLAGS CFLAGS LDFLAGS LIBS PATH NGX_EMULATOR " \
        "ngx_host ngx_path", name, " ")
    for (k = 1; k <= count; k++) {
        text = text name[k] "=" ENVIRON[name[k]] "\n"
    }
    for (k in ENVIRON) {
        if (k ~ ("PATH$|^(LD_|GCC_|CLANG_|CCACHE|DISTCC|ZIG_|DIET|REALGCC|" \
            "TCC|SDKROOT|MACOSX|COMPILER|DEPENDENCIES|SOURCE_DATE)") &&
            ENVIRON[k] != "" && k !~ /^(MANPATH|PATH|INFOPATH|.*DATA_PATH)$/) {
            list = list "\n" k "=" ENVIRON[k]
        }
    }
    # a compiler that is a script may read any variable
    if (slurp_start(ENVIRON["ngx_path"]) ~ /^#!/) {
        list = list environment()
    }
    # relative words mean other files in other folders
    return text sorted(list) "in " (relative() ? ENVIRON["PWD"] : "any folder")
}

function relative(    word, count, k)
{
    count = cut_words(compiler " " ldflags " " libs, word)
    for (k = 1; k <= count; k++) {
        if (word[k] !~ /^["']?(\/|-)/ && (k > 1 || word[k] ~ /\//) ||
            word[k] ~ /^-(I|L|B|isystem|specs=|-sysroot=|include)["']?[^\/]/ ||
            word[k] ~ /=["']?\.*[A-Za-z0-9_.]+\// && word[k] !~ /^["']?-D/) {
            return 1
        }
    }
    return (ENVIRON["CPATH"] ":" ENVIRON["LIBRARY_PATH"]) ~ /(^|:)[^\/:]/
}

function sorted(list,    line, count, k, j, s, out)
{
    count = split(list, line, "\n")
    for (k = 2; k <= count; k++) {
        s = line[k]
        for (j = k - 1; j > 0 && line[j] > s; j--) {
            line[j + 1] = line[j]
        }
        line[j + 1] = s
    }
    for (k = 1; k <= count; k++) {
        out = out line[k] "\n"
    }
    return out
}

function hash(s,    chars, k, h, g)
{
    for (k = 32; k < 127; k++) {
        chars = chars sprintf("%c", k)
    }
    h = 7
    g = 11
    for (k = length(s); k; k--) {
        h = (h * 131 + index(chars, substr(s, k, 1))) % 16777213
        g = (g * 137 + index(chars, substr(s, k, 1))) % 16777199
    }
    return h "-" g
}

# What the answer of a program that ran depends on, besides its compilation
function machine(    name, count, k, line, text)
{
    count = split("version self/mounts self/limits sys/kernel/shmmax " \
        "sys/kernel/shmall sys/kernel/shmmni sys/kernel/sem " \
        "sys/vm/overcommit_memory sys/vm/max_map_count " \
        "sys/kernel/unprivileged_userns_clone " \
        "sys/user/max_user_namespaces", name, " ")
    for (k = 1; k <= count; k++) {
        text = text slurp("/proc/" name[k])
    }
    if (text == "") {
        text = output_of("uname -a; ulimit -a")
    }
    count = split(slurp("/proc/self/status"), line, "\n")
    for (k = 1; k <= count; k++) {
        if (line[k] ~ /^(Uid|Gid|Groups|Cap|NoNewPrivs|Seccomp)/) {
            text = text line[k] "\n"
        }
    }
    text = text cgroup_limits()
    return text sorted(environment())
}

function environment(    k, list)
{
    for (k in ENVIRON) {
        if (ENVIRON[k] != "" && k !~ ("^(ngx_.*|NGX_(AUTO|HAVE)_.*|_|PWD|" \
            "OLDPWD|SHLVL|MAKE.*|MFLAGS|COLUMNS|LINES|TERM.*|WINDOWID|" \
            "AWK.*|CC|C(PP)?FLAGS|LDFLAGS|LIBS|IFS|PPID|OPTIND|PS[1-4])$")) {
            list = list "\n" k "=" ENVIRON[k]
        }
    }
    return list
}

function cgroup_limits(    path, name, count, k, text)
{
    path = slurp("/proc/self/cgroup")
    if (!match(path, /(^|\n)0::[^\n]*/)) {
        return ""
    }
    path = substr(path, RSTART, RLENGTH)
    sub(/^.*0::/, "", path)
    count = split("memory.max pids.max hugetlb.2MB.max", name, " ")
    for (k = 1; k <= count; k++) {
        text = text slurp("/sys/fs/cgroup" path "/" name[k])
    }
    return text
}

# The paths that answers depend on, each once: kept[KIND, N], see the top
function rests_on(kind, path)
{
    if (!((kind, path) in rests)) {
        rests[kind, path] = 1
        kept[kind, ++many_kept[kind]] = path
    }
}

# Print the paths to FILE, as words for a shell or one a line.  A file that was
# read (H) is left out of those that would be read (C).
function print_kept(kind, words, file,    k)
{
    for (k = 1; k <= many_kept[kind]; k++) {
        if (kind != "C" || !(("H", kept[kind, k]) in rests)) {
            printf "%s", words ? " " quote(kept[kind, k]) : \
                kind " " kept[kind, k] "\n" > file
        }
    }
}

# The command of one process that prints the state of all these paths; to be run
# when the questions are read.
function begin_state(own,    script)
{
    script = work "/state"
    printf "%s", "ls -lnd " quote(work) " " own "\nreadlink " \
        "/proc/self/ns/ipc /proc/self/ns/mnt /proc/self/ns/net " \
        "/proc/self/ns/pid /proc/self/ns/user\necho =\n" \
        "set -- /dev/null\nfor f in" > script
    print_kept("C", 1, script)
    printf "%s", "; do\n[ ! -e \"$f\" ] || echo \"there: $f\"\ndone\n" \
        "for f in" > script
    print_kept("H", 1, script)
    printf "%s", "; do\nif [ -f \"$f\" ]; then set -- \"$@\" \"$f\"\n" \
        "else echo \"gone: $f\"; fi\ndone\ncksum " own " \"$@\"\n" \
        "set --" > script
    print_kept("P", 1, script)
    print "\nls -Llinc --full-time \"$@\" || cksum \"$@\"" > script
    close(script)
    return ". " quote(script) " 2>/dev/null </dev/null"
}

# The second part of its output; the first has owners and namespaces.
function read_state(    text, k)
{
    text = output_of(state)
    k = index(text, "\n=\n")
    namespaces = substr(text, 1, k)
    for (owners = ""; match(namespaces, /^[-d][^\n]*\n/); ) {
        owners = owners substr(namespaces, 1, RLENGTH)
        namespaces = substr(namespaces, RLENGTH + 1)
    }
    return substr(text, k + 3)
}

# Read the cache; nothing in it is believed yet.
function recall(    k, file, record, count, part, j, line, lines, at)
{
    identity = identity_of()
    id = hash(identity)
    for (k = 1; k < ARGC && ARGV[k] != ":"; k++) {
        file = ARGV[k]
        if (cached != "" || index(file, "/" id ".") == 0) {
            continue
        }
        count = split(slurp_all(file), record, /\001/)
        if (count < 3 || record[1] != "ngx-auto-cache 5\n" identity) {
            continue
        }
        cached = file
        for (j = 2; j < count; j++) {
            split(record[j], part, /\002/)
            if (part[1] == "A") {
                known[part[2]] = record[j]
            }
        }
        known_machine = substr(record[count - 1], 3)
        lines = record[count]
        at = index(lines, "\n=\n")
        expected = substr(lines, at + 3)
        count = split(substr(lines, 1, at), line, "\n")
        for (j = 1; j <= count; j++) {
            rests_on(substr(line[j], 1, 1), substr(line[j], 3))
        }
    }
    if (cached != "") {
        state = begin_state(quote(cached))
    }
    return colon()
}

function is_believed(    today, line, own, name, k)
{
    if (cached == "") {
        return 0
    }
    today = read_state()
    # type, links, owner: of the work folder, and of the file
    split(owners, line, "\n")
    k = line[1] ~ /^d/ ? 1 : 2
    split(line[k], own, " +")
    name = own[3]
    split(line[3 - k], own, " +")
    name = own[3] == name || own[3] == 0 ? cached : ""
    sub(/.*\./, "", name)
    sub(/-/, " ", name)
    # remove the line of the cache file itself
    name = name " " cached "\n"
    k = index(today, name)
    same_machine = known_machine == namespaces machine()
    if (own[1] !~ /^-/ || name ~ /^ / || !k || !(("P", 1) in kept)) {
        return 0
    }
    today = substr(today, 1, k - 1) substr(today, k + length(name))
    return today == expected
}

# The cached answer of question I, if it still holds
function recall_answer(i,    part, lib, count, k, good)
{
    if (!(q[i, "key"] in known)) {
        return
    }
    count = split(known[q[i, "key"]], part, /\002/)
    if (part[7] == "run" && !same_machine || part[8] != depends(i)) {
        return
    }
    good = part[4] == ""
    count = split(q[i, "libs"], lib, " ")
    for (k = 1; k <= count; k++) {
        good = good || part[4] == lib[k]
    }
    if (!good || !is_value(part[3]) && front != "blocks") {
        return
    }
    q[i, "answer"] = part[3]
    q[i, "lib"] = part[4]
    q[i, "how"] = part[5]
    q[i, "from"] = part[6]
    q[i, "words"] = part[9]
    state_kind[i] = part[7]
    open[i] = 0
}

# the files in the field depends: of a question
function depends(i,    word, count, k, text)
{
    count = split(q[i, "depends"], word, " ")
    for (k = 1; k <= count; k++) {
        text = text " " quote(word[k])
    }
    if (text != "") {
        text = substr(output_of("cat" text " 2>/dev/null </dev/null"), 1, 9999)
    }
    gsub(/[\001\002\003]/, "?", text)
    return text
}

# ---- what answers depend on

function was_read(path)
{
    if (path != "" && index(path, work) != 1) {
        rests_on("H", absolute(path))
    }
}

function absent(path)
{
    rests_on("C", absolute(path))
}

# Later, another header of the same name, in any folder, may be read instead.
# Folders may be in one another: the innermost tells the name.
function header_read(path,    k, name)
{
    if (path in header_seen || path ~ /^u[0-9]+\./ || index(path, work) == 1) {
        return
    }
    header_seen[path] = 1
    was_read(path)
    for (k = 1; k <= folders; k++) {
        if (index(path, folder[k] "/") == 1 &&
            (name == "" || length(path) - length(folder[k]) <= length(name))) {
            name = substr(path, length(folder[k]) + 2)
        }
    }
    for (k = 1; k <= folders && name != ""; k++) {
        absent(folder[k] "/" name)
    }
}

# the output of -H: a line for each header that was read
function read_headers(text,    line, count, k)
{
    count = split(text, line, "\n")
    for (k = 1; k <= count; k++) {
        if (line[k] ~ /^\.+ |^! .*\.gch$/) {
            sub(/^[.!]+ /, "", line[k])
            header_read(line[k])
        }
    }
}

# the compiler's output without the lines of -H
function without_headers(text)
{
    sub(/ -H /, " ", text)
    gsub(/\n\.+ [^\n]*/, "", text)
    gsub(/\nMultiple include guards may be useful for:(\n\/[^\n]*)*/, "", text)
    return text
}

function read_rule(text,    word, count, k)
{
    gsub(/\\\n/, " ", text)
    gsub(/(^|\n)[+=] [^\n]*/, "\n", text)
    count = split(text, word, "[ \n]+")
    for (k = 1; k <= count; k++) {
        if (word[k] != "" && word[k] !~ /:$/ && word[k] !~ /^[!]/) {
            header_read(word[k])
        }
    }
}

function take_trace(text,    line, count, k)
{
    count = split(text, line, "\n")
    for (k = 1; k <= count; k++) {
        sub(/^\(/, "", line[k])
        sub(/\).*/, "", line[k])
        if (line[k] ~ /^[^ ]*\/[^ ]+\.(o|a|so[.0-9]*)$/) {
            was_read(line[k])
        }
    }
}

function is_folder(path)
{
    if (!(path in folder_known)) {
        folder_known[path] = 1
        folder[++folders] = path
    }
}

function read_paths(    text, line, count, k, inside, part, j, many)
{
    text = slurp(work "/log.paths") slurp(work "/log.b" verbose)
    count = split(text, line, "\n")
    for (k = 1; k <= count; k++) {
        if (line[k] ~ /^#include .* search starts here/) {
            inside = 1
        } else if (line[k] ~ /^End of search list/) {
            inside = 0
        } else if (inside) {
            sub(/^ +/, "", line[k])
            is_folder(line[k])
        } else if (match(line[k], /^ignoring nonexistent directory "/)) {
            sub(/"$/, "", line[k])
            is_folder(substr(line[k], RLENGTH + 1))
        } else if (line[k] ~ /^ "?\/[^ ]*" .*-cc1 |^ \/[^ ]*\/cc1 /) {
            split(line[k], part, " ")
            gsub(/"/, "", part[1])
            is_program(part[1])
        } else if (sub(/^(Reading specs from |Configuration file: )/, "", \
            line[k])) {
            was_read(line[k])
        } else if (sub(/^install: /, "", line[k])) {
            absent(line[k] "specs")
        } else if (sub(/^program: /, "", line[k])) {
            is_program(line[k])
        } else if (sub(/^programs: =?/, "", line[k])) {
            many = split(line[k], part, ":")
            for (j = 1; j <= many; j++) {
                absent(part[j] "/cc1")
                absent(part[j] "/as")
                absent(part[j] "/collect2")
                absent(part[j] "/ld")
            }
        } else if (sub(/^libraries: =?/, "", line[k])) {
            many = split(line[k], part, ":")
            for (j = 1; j <= many; j++) {
                place[++places] = part[j]
            }
        }
        while (match(line[k], /SEARCH_DIR\("=?[^"]*/)) {
            place[++places] = substr(line[k], RSTART + 12, RLENGTH - 12)
            sub(/^=/, "", place[places])
            line[k] = substr(line[k], RSTART + RLENGTH)
        }
    }
}

# Note a program, found as a shell finds it; and the programs a script names.
function is_program(word)
{
    if (word != "" && !(word in sought)) {
        sought[word] = 1
        to_seek = to_seek " " quote(word)
    }
}

function seek_programs(    line, count, k, script)
{
    script = work "/seek"
    while (to_seek != "") {
        print "cd " quote(ENVIRON["PWD"]) "\nfor w in" to_seek "; do\n" \
            "case $w in */*) [ ! -f \"$w\" ] || echo \"p $w\"; continue ;; " \
            "esac\nb=\nIFS=:\nfor d in $PATH; do\n" \
            "if [ -f \"$d/$w\" ] && [ -x \"$d/$w\" ]; then\n" \
            "printf '%s\\n' \"p $d/$w$b\"; break; fi\nb=$b'\na '$d/$w\n" \
            "done; done" > script
        close(script)
        to_seek = ""
        count = split(output_of(". " quote(script) " 2>/dev/null"), line, "\n")
        for (k = 1; k <= count; k++) {
            if (line[k] ~ /^a /) {
                absent(substr(line[k], 3))
            } else if (line[k] ~ /^p /) {
                program_found(substr(line[k], 3))
            }
        }
    }
}

function program_found(path,    text, name)
{
    path = absolute(path)
    if (("P", path) in rests) {
        return
    }
    rests_on("P", path)
    if (slurp_start(path) !~ /^#!/) {
        return
    }
    text = substr(slurp(path), 1, 20000)
    was_read(path)
    while (match(text, /[A-Za-z0-9_.\/+-]+/)) {
        name = substr(text, RSTART, RLENGTH)
        text = substr(text, RSTART + RLENGTH)
        if (name !~ ("^-|^[.]*$|^(if|then|else|fi|do|done|for|in|case|esac|" \
            "exec|exit|set|shift|test|echo|printf)$")) {
            is_program(name)
        }
    }
}

function slurp_start(file,    part)
{
    part = ""
    getline part < file
    close(file)
    return part
}

# The words of a command: files, folders and libraries
function read_words(list,    word, count, k, w)
{
    count = cut_words(list, word)
    for (k = 1; k <= count; k++) {
        w = word[k]
        gsub(/["'\\]/, "", w)
        if (w ~ /^-l./) {
            library[substr(w, 3)] = 1
        } else if (w ~ /^-L./) {
            place[++places] = substr(w, 3)
        } else if (w ~ /^-Wl,.*-rpath[,=]/) {
            sub(/.*[,=]/, "", w)
            place[++places] = w
        } else if (w ~ /^-(I|isystem|idirafter|iquote)$/) {
            is_folder(word[k + 1])
        } else if (w ~ /^-I./) {
            is_folder(substr(w, 3))
        } else {
            sub(/^[^=\/]*[=,@]/, "", w)
            if (w !~ /^-/) {
                may_be_there(w)
            }
        }
    }
}

# ---- write the cache

function collect(    i, name, word, count, k, all)
{
    all = compiler " " ldflags " " libs " " emulator
    for (i = 1; i <= n; i++) {
        all = all " " q[i, "flags"] " " q[i, "libs"]
    }
    read_words(all " " ENVIRON["LD_PRELOAD"])
    count = split(ENVIRON["LIBRARY_PATH"] ":" ENVIRON["LD_LIBRARY_PATH"], \
        word, ":")
    for (k = 1; k <= count; k++) {
        if (word[k] != "") {
            place[++places] = word[k]
        }
    }
    read_paths()
    # the only header that -H does not list
    named_headers("#include <stdc-predef.h>")
    count = cut_words(ENVIRON["CC"] " " emulator, word)
    for (k = 1; k <= count; k++) {
        gsub(/["'\\]/, "", word[k])
        if (word[k] !~ /^-/) {
            is_program(word[k])
        }
    }
    for (k = 1; k <= batches; k++) {
        read_headers(slurp(work "/log.b" k))
    }
    for (i = 1; i <= n; i++) {
        if (q[i, "from"] == "") {
            read_headers(slurp(work "/log.a" i))
            read_headers(slurp(work "/log.s" i))
            read_rule(slurp(work "/log.m" i))
            named_headers(q[i, "prologue"] q[i, "body"])
            named_headers(missing_names(q[i, "words"]))
            if (q[i, "inc"] != "") {
                beside(i)
            }
        }
    }
    for (name in library) {
        library_file("lib" name ".so")
        library_file("lib" name ".a")
    }
}

# Files that a question includes, or would include, from its own folder
function beside(i,    text, name)
{
    text = q[i, "text"]
    was_read(q[i, "file"])
    while (match(text, /# *include *"[^"\n]+/)) {
        name = substr(text, RSTART, RLENGTH)
        text = substr(text, RSTART + RLENGTH)
        sub(/.*"/, "", name)
        may_be_there(q[i, "inc"] "/" name)
    }
}

# Headers that a text includes, in each folder where they may be
function named_headers(text,    name, k)
{
    while (match(text, /(include|has_include(_next)?) *\(? *[<"][^>"\n]+/)) {
        name = substr(text, RSTART, RLENGTH)
        text = substr(text, RSTART + RLENGTH)
        sub(/.*[<"]/, "", name)
        for (k = 1; k <= folders; k++) {
            may_be_there(folder[k] "/" name)
        }
    }
}

# "deep.h: No such file", and the files that include it
function missing_names(words,    line, count, k, out, name)
{
    count = split(words, line, "\n")
    for (k = 1; k <= count; k++) {
        if (match(line[k], /[^ ']+'?( file not found|: No such file)/)) {
            name = substr(line[k], RSTART, RLENGTH)
            sub(/'?( file not found|: No such file).*/, "", name)
            out = out "include <" name ">\n"
        }
        if (match(line[k], /(from |^)\/[^ :]+:[0-9]+/)) {
            name = substr(line[k], RSTART, RLENGTH)
            sub(/^from /, "", name)
            sub(/:[0-9]+$/, "", name)
            was_read(name)
        }
    }
    return out
}

# Which of the files in maybe[] are there?
function sort_out(    path, text, from)
{
    while (maybes()) {
        text = text look_for(from)
        from = many_kept["H"]
    }
    named_headers(text)
    for (path in maybe) {
        absent(path)
    }
}

function maybes(    path)
{
    for (path in maybe) {
        return 1
    }
    return 0
}

# Look for all of maybe[]; search files that were read for __has_include.
function look_for(from,    path, script, line, count, k, text)
{
    script = work "/sort"
    printf "cd %s\nfor f in", quote(ENVIRON["PWD"]) > script
    for (path in maybe) {
        printf " %s", quote(path) > script
    }
    printf "%s", "; do\nif [ -f \"$f\" ]; then echo \"f $f\"; elif " \
        "[ ! -e \"$f\" ]; then echo \"n $f\"; fi; done\ngrep -h " \
        "__has_include /dev/null" > script
    for (k = from + 1; k <= many_kept["H"]; k++) {
        if (kept["H", k] !~ /\.(o|a|so)[.0-9]*$/) {
            printf " %s", quote(kept["H", k]) > script
        }
    }
    print "" > script
    close(script)
    count = split(output_of(". " quote(script) " 2>/dev/null </dev/null"), \
        line, "\n")
    split("", maybe)
    for (k = 1; k <= count; k++) {
        path = substr(line[k], 3)
        if (line[k] ~ /^f /) {
            was_read(path)
            read_script(path)
        } else if (line[k] ~ /^n /) {
            absent(path)
        } else {
            text = text line[k] "\n"
        }
    }
    return text
}

# A library may be a text for the linker, which names others.
function read_script(path,    text, w)
{
    text = path ~ /\.(so|a|o|ld|lds)$/ ? slurp_start(path) : ""
    if (text ~ /^(.ELF|!<arch>|$)/) {
        return
    }
    text = substr(text, 1, 20000)
    while (match(text, /[A-Za-z0-9_.\/+-]+/)) {
        w = substr(text, RSTART, RLENGTH)
        text = substr(text, RSTART + RLENGTH)
        if (w ~ /^\/./) {
            may_be_there(w)
        } else if (w ~ /^-l./) {
            library_file("lib" substr(w, 3) ".so")
            library_file("lib" substr(w, 3) ".a")
        } else if (w ~ /\.(so|a|o)/) {
            library_file(w)
        }
    }
}

function library_file(name,    k)
{
    for (k = 1; k <= places; k++) {
        may_be_there(place[k] "/" name)
    }
}

function may_be_there(path)
{
    if (!(path in wondered)) {
        wondered[path] = maybe[path] = 1
    }
}

function remember(    i, store, k, part, words)
{
    collect()
    seek_programs()
    sort_out()
    store = work "/store"
    printf "ngx-auto-cache 5\n%s\001", identity > store
    for (i = 1; i <= n; i++) {
        if (q[i, "from"] == "preset" || fleeting[i] && q[i, "depends"] == "") {
            continue
        }
        if (q[i, "answer"] == "") {
            continue
        }
        written[q[i, "key"]] = 1
        words = substr(q[i, "words"], 1, 4000)
        gsub(/[\001\002\003]/, "?", words)
        printf "A\002%s\002%s\002%s\002%s\002%s\002%s\002%s\002%s\001", \
            q[i, "key"], q[i, "answer"], q[i, "lib"], q[i, "how"], \
            (q[i, "from"] == "" ? now : q[i, "from"]), state_kind[i], \
            depends(i), words > store
    }
    for (k in known) {
        split(known[k], part, /\002/)
        if (believed && !(k in written) && (part[7] != "run" || same_machine)) {
            printf "%s\001", known[k] > store
        }
    }
    state = begin_state("")
    words = read_state()
    printf "M\002%s\001", namespaces machine() > store
    print_kept("P", 0, store)
    print_kept("C", 0, store)
    print_kept("H", 0, store)
    printf "=\n%s", words > store
    close(store)
    keep(store)
}

function keep(store,    script, dir)
{
    dir = quote(ENVIRON["NGX_AUTO_CACHE"])
    script = "(mkdir -p " dir " && set -- $(cksum <" quote(store) ") && cp " \
        quote(store) " " dir "/tmp.$$ && mv -f " dir "/tmp.$$ " dir "/" id \
        ".$1-$2 || { rm -f " dir "/tmp.$$; exit 1; }"
    if (cached != "") {
        script = script "\n[ " dir "/" id ".$1-$2 = " quote(cached) \
            " ] || rm -f " quote(cached)
    }
    if (system(script ") >/dev/null 2>&1 </dev/null") != 0) {
        printf "%s: warning: the answers cannot be kept in %s, which " \
            "NGX_AUTO_CACHE names\n", program, ENVIRON["NGX_AUTO_CACHE"] \
            > "/dev/stderr"
    }
}
