# SPDX-License-Identifier: FSFAP
# judge.awk - read answers from links, programs, and questions asked alone
#
# Copying and distribution of this file, with or without modification, are
# permitted in any medium without royalty, provided the copyright notice and
# this notice are preserved.  This file is offered as-is, without any warranty.

# The linker names every missing symbol, with the function that needs it; a
# question whose function needs none has linked, as far as the others let it.
function judge_link(g, text,    line, count, k, what, owner, i, m, bad, lost)
{
    count = split(text, line, "\n")
    if (text ~ /\n= 0\n$/) {
        take_trace(text)
        all_linked(g)
        count = split(members[g], m, " ")
        for (k = 1; at_once[g] && k <= count; k++) {
            if (is_linked[m[k]] == 1) {
                is_linked[m[k]] = 2
                judge("r" m[k])
            }
        }
        return
    }
    split("", bad)
    for (k = 1; k <= count; k++) {
        if (match(line[k], /in function [`'][A-Za-z0-9_.]+/)) {
            context = substr(line[k], RSTART + 13, RLENGTH - 13)
        } else if (match(line[k], /cannot find -l[^ :]+/)) {
            bad["all"] = line[k]
        } else if (match(line[k], /: undefined reference to [`'].*/)) {
            what = substr(line[k], RSTART + 26, RLENGTH - 27)
            owner = what ~ /^ngx_probe_[0-9]+$/ ? substr(what, 11) : \
                owner_of(substr(line[k], 1, RSTART - 1), g)
            if (owner == "") {
                lost = 1
            } else if (!(owner in bad)) {
                bad[owner] = what ~ /^ngx_probe_/ ? "" : line[k]
            }
        } else if (line[k] !~ /^([+=] |[^ ]*$)|warning: |ld returned/ &&
            line[k] !~ /linker command failed|^[^:]*\.o$/) {
            lost = 1
        }
    }
    if (lost || text !~ /\n= [0-9]+\n$/) {
        doubt(g)
        return
    }
    count = split(members[g], m, " ")
    for (k = 1; k <= count; k++) {
        i = m[k]
        if (("all" in bad) || (i in bad) && bad[i] != "") {
            does_not_link(i, ("all" in bad) ? bad["all"] : bad[i])
        } else if (i in bad) {
            ask_again(i, 0)
        }
    }
    if (!runs(example[g]) || can_run == "no") {
        all_linked(g)
    } else {
        stale[g] = 1
    }
}

# To which question does the code belong?  The linker says
# `file.c:(.text.FUNCTION+0x2)' or, with debug information, the line, perhaps
# with the function on the line before.
function owner_of(s, g,    u, part, count, k, m, j, many)
{
    if (match(s, /q[0-9]+:[0-9]+$/)) {
        s = substr(s, RSTART + 1)
        sub(/:.*/, "", s)
        return s
    }
    if (!match(s, /u[0-9]+\.[co]:\(/)) {
        return ""
    }
    u = substr(s, RSTART + 1)
    sub(/\..*/, "", u)
    sub(/.*:\(/, "", s)
    sub(/\+0x.*/, "", s)
    count = split(s, part, ".")
    many = split(everyone[u], m, " ")
    for (k = 1; k <= count; k++) {
        if (part[k] ~ /^ngx_probe_[0-9]+$/) {
            return substr(part[k], 11)
        }
        for (j = 1; j <= many; j++) {
            if (index(names[m[j]] " ", " " part[k] " ")) {
                return m[j]
            }
        }
    }
    return ""
}

function does_not_link(i, text,    count, lib)
{
    count = split(q[i, "libs"], lib, " ")
    if (tried[i] < count) {
        tried[i]++
        drop(i)
        group_of[i] = 0
        if (runs(i)) {
            ask_again(i, 0)
        } else {
            q[i, "lib"] = lib[tried[i]]
        }
        return
    }
    not_found(i, text "\n")
}

function all_linked(g,    m, count, k, i)
{
    count = split(members[g], m, " ")
    for (k = 1; k <= count; k++) {
        i = m[k]
        if (!open[i] || alone[i]) {
            continue
        }
        own_words(i, "")
        if (front == "nginx") {
            if (runs(i) && can_run != "no") {
                is_linked[i] = 1
            } else {
                answer(i, "built", "")
            }
        } else if (q[i, "run"] == "no") {
            answer(i, 1, "found (" built(i) ")")
        } else if (can_run == "no") {
            assume(i)
        } else {
            is_linked[i] = 1
        }
    }
    if (!runs(example[g])) {
        members[g] = ""
    }
}

function built(i)
{
    return "built" (q[i, "lib"] != "" ? " with " q[i, "lib"] : "")
}

# The question builds, but nothing can be run: take the answer from its cross:
# lines, "yes PATTERN... no PATTERN...", where the first match wins.
function assume(i,    word, count, k, then, known, pattern)
{
    count = split(q[i, "cross"], word, " ")
    known = "none"
    for (k = 1; k <= count && known == "none"; k++) {
        if (word[k] == "yes" || word[k] == "no") {
            then = word[k] == "yes"
            continue
        }
        pattern = word[k]
        gsub(/[.+()|^$]/, "\\\\&", pattern)
        gsub(/\*/, ".*", pattern)
        gsub(/\?/, ".", pattern)
        if (host ~ ("^" pattern "$") || other_host ~ ("^" pattern "$")) {
            known = then
        }
    }
    if (known == "none") {
        guessed = guessed " " q[i, "macro"]
        known = 0
    }
    if (!known) {
        q[i, "lib"] = ""
    }
    answer(i, known, "assumed for " host " (" built(i) \
        "; nothing can be run here)")
}

# ---- programs

function first_value(i,    text)
{
    text = slurp(work "/out." i)
    sub(/\n.*/, "", text)
    gsub(/\001/, "?", text)
    return text
}

function status_of(text)
{
    sub(/\n$/, "", text)
    sub(/.*\n= /, "", text)
    return text ~ /^[0-9]+$/ ? text + 0 : text
}

function status_words(status)
{
    if (status == "late") {
        return "still running after " timeout " s"
    }
    if (status == "large") {
        return "wrote more than 256 MiB"
    }
    return status < 129 ? "exit status " status : \
        "killed by signal " (status - 128)
}

# Question I has run as part of a group (MERGED), or alone.
function judge_run(i, text, merged,    status, how, value, k)
{
    k = index(text, "\n! ")
    status = status_of(text)
    q[i, "words"] = q[i, "words"] substr(text, k ? k + 1 : 1)
    text = k ? substr(text, k + 1) : text
    how = built(i) ", ran"
    state_kind[i] = "run"
    value = q[i, "run"] == "value" && status == 0 ? first_value(i) : ""
    proven = proven || merged && status == 0
    if (status == 0 && front == "nginx") {
        answer(i, "ran", "")
    } else if (q[i, "run"] == "yes" && status == 0) {
        answer(i, 1, "found (" how ")")
    } else if (value != "" && (value !~ /^-?[0-9]+$/ || is_value(value))) {
        answer(i, value, "found (" how ")")
    } else if (merged) {
        is_linked[i] = 0
        alone[i] = 0
        group_of[i] = 0
        ask_again(i, 0)
    } else if (front == "nginx") {
        answer(i, "", "")
    } else if (q[i, "run"] == "bug") {
        answer(i, status != 0, (status ? "" : "not ") "found (" how ")")
    } else if (q[i, "run"] == "value" && status == 0) {
        no_value(i, value == "" ? "the program prints nothing" : \
            "'" value "' is no number from -2^63 to 2^64-1")
    } else {
        value = reason(text)
        fleeting[i] = text ~ ("Cannot allocate|emporarily unavail|No space " \
            "left|Too many open|Disk quota") ||
            status !~ /^[0-9]+$/ ||
            status > 128 && status !~ /^1(32|34|36|39)$/
        q[i, "lib"] = ""
        answer(i, 0, "found but is not working (" status_words(status) \
            (value == "" ? "" : ": " value) ")")
    }
}

# numbers of that length compare as texts
function is_value(s,    most)
{
    if (s !~ /^-?[0-9]+$/) {
        return 0
    }
    most = s ~ /^-/ ? "9223372036854775808" : "18446744073709551615"
    sub(/^-?0*/, "", s)
    return length(s) < length(most) || \
        length(s) == length(most) && ("x" s) <= ("x" most)
}

# ---- asked alone

function judge_alone(i, text,    run, k, count, lib, build, status)
{
    k = index(text, "\n! ")
    run = k ? substr(text, k + 1) : ""
    build = k ? substr(text, 1, k) : text
    status = status_of(build)
    gsub("[^ \"'\n]*ngx_auto\\.[0-9]+/", "", build)
    q[i, "words"] = build
    if (status != 0) {
        is_broken(i, build, status)
        if (front == "nginx") {
            q[i, "words"] = said_by_compiler(build)
            answer(i, q[i, "run"] == "value" ? "" : "no", "")
        } else if (q[i, "run"] == "value" && front != "blocks") {
            no_value(i, reason(build))
        } else {
            answer(i, 0, "not found (" reason(build) ")")
        }
        return
    }
    # the library that was tried last
    count = gsub(/(^|\n)\+ /, "&", build) - 1 - (suspect[i] && syntax_only)
    split(q[i, "libs"], lib, " ")
    k = tried[i] + count
    q[i, "lib"] = k ? lib[k] : ""
    if (run != "") {
        judge_run(i, run, 0)
    } else if (front == "nginx") {
        answer(i, "built", "")
    } else if (q[i, "run"] == "compile") {
        q[i, "lib"] = ""
        answer(i, 1, "found (compiled)")
    } else if (q[i, "run"] == "no") {
        answer(i, 1, "found (" built(i) ")")
    } else {
        assume(i)
    }
}

function said_by_compiler(text,    line, count, k, out)
{
    count = split(text, line, "\n")
    for (k = 1; k < count; k++) {
        if (line[k] !~ /^[+=] /) {
            out = out line[k] "\n"
        }
    }
    return out
}

# ---- values

function judge_solo(i, text,    line, count, k, part, wrong)
{
    count = split(text, line, "\n")
    split("", bit_sum)
    for (k = 1; k <= count; k++) {
        if (line[k] ~ /^v[0-9]+:[0-9]+.*error/) {
            split(line[k], part, ":")
            bit_sum[i, int((part[2] - 1) / 2)]++
            bit_is[i, int((part[2] - 1) / 2)] = part[2] % 2
        } else if (line[k] ~ /error: |too large|constant overflow/) {
            wrong = wrong line[k] "\n"
        }
    }
    q[i, "words"] = text
    if (has_all_bits(i) && wrong == "") {
        value_is(i)
    } else if (wrong != "" && !has_all_bits(i) && (gcc || clang)) {
        is_broken(i, text, status_of(text))
        no_value(i, reason(wrong))
    } else if (wrong != "" && wrong ~ /too large|constant overflow/) {
        no_value(i, reason("error: " wrong))
    } else {
        solo_failed[i] = 1          # a compiler that ends at its first error
        alone[i] = 1
    }
}

function has_all_bits(i,    bit)
{
    for (bit = 0; bit <= 64; bit++) {
        if (bit_sum[i, bit] != 1) {
            return 0
        }
    }
    return 1
}

# two's complement to decimal, six digits at a time
function value_is(i,    bit, minus, d0, d1, d2, d3, k, text)
{
    minus = bit_is[i, 64]
    d0 = d1 = d2 = d3 = 0
    for (bit = 63; bit >= -1; bit--) {
        k = bit < 0 ? 1 : 2
        d0 = k * d0 + (bit < 0 ? minus : (bit_is[i, bit] != minus))
        d1 = k * d1 + int(d0 / 1000000)
        d2 = k * d2 + int(d1 / 1000000)
        d3 = k * d3 + int(d2 / 1000000)
        d0 %= 1000000
        d1 %= 1000000
        d2 %= 1000000
    }
    text = sprintf("%d%06d%06d%06d", d3, d2, d1, d0)
    sub(/^0+/, "", text)
    if (q[i, "words"] == "") {
        own_words(i, "")
    }
    answer(i, (minus ? "-" : "") (text == "" ? 0 : text), "found (compiled)")
}

# ---- the compiler

# Find a compiler that is broken, or missing, before it is reported as a system
# that has no features.  A group that links and runs proves the compiler; until
# then nothing is shown.
function must_check()
{
    if (proven || front == "nginx") {
        return 0
    }
    return passes == 1 ? host != "" || !group_runs("") : \
        passes == 2 ? !group_runs("made") : job_names !~ / [bgr]/
}

function group_runs(compiled,    u)
{
    for (u = 1; u <= units; u++) {
        if (kind_of[u] == "main" && runs(example[u]) &&
            (compiled == "" || is_made[u])) {
            return 1
        }
    }
    return 0
}

function add_check(    exe, file)
{
    file = work "/check.c"
    exe = "\"$ngx_work\"/check"
    printf "%s", standard_headers() "int main(void) { return 0; }\n" > file
    close(file)
    checking = 1
    add_job("check", compile(".", exe, compiler " -o " exe " " quote(file) \
        " " ldflags " " libs) "    [ \"$status\" != 0 ] ||\n" \
        program_job("check", exe))
}

function judge_check(    text, run, k, why)
{
    checking = 0
    proven = 1
    text = slurp(work "/log.check")
    if (text !~ /\n= [a-z0-9]+\n$/) {
        cannot_build(is_file(work "/late") ? "the compiler took more than " \
            timeout " s" : "the compiler was killed; is " objs " full?")
    }
    k = index(text, "\n! ")
    run = k ? substr(text, k + 1) : ""
    if (!k && text ~ /nothing that can be executed/) {
        not_executable(reason(text))
    } else if (!k) {
        cannot_build(reason(text))
    }
    k = status_of(run)
    why = reason(run)
    can_run = "yes"
    if (k == 0) {
        return
    }
    if (k == 126 && why ~ /ermission denied/) {
        not_executable(why)
    }
    if (emulator != "") {
        fail("the emulator '" ENVIRON["NGX_EMULATOR"] "' cannot run a " \
            "program: " why "; give its full path, or a command in PATH")
    }
    if (host == "") {
        fail("a program that '" ENVIRON["CC"] "' built does not run: " why \
            "; when cross compiling, say --host=TRIPLET or --emulator=COMMAND")
    }
    can_run = "no"
}

function not_executable(why)
{
    fail("a program that was just built cannot be run (" why "); is " objs \
        " mounted noexec? give --output=DIR where programs may run")
}

function cannot_build(why)
{
    # on a full disk the compiler's message itself may be missing
    if (why == "" || why ~ /ld returned|linker command failed/) {
        why = why "; is " objs " full?"
    }
    fail("the compiler cannot build a program: " why "; tried CC='" \
        ENVIRON["CC"] "' CPPFLAGS='" ENVIRON["CPPFLAGS"] "' CFLAGS='" \
        ENVIRON["CFLAGS"] "' LDFLAGS='" ENVIRON["LDFLAGS"] "' LIBS='" \
        ENVIRON["LIBS"] "'")
}
