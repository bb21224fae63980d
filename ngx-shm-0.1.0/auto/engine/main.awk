# SPDX-License-Identifier: FSFAP
# main.awk - answer all questions: plan, recall, ask, report, remember
#
# Copying and distribution of this file, with or without modification, are
# permitted in any medium without royalty, provided the copyright notice and
# this notice are preserved.  This file is offered as-is, without any warranty.
#
# Arguments: cache files that may be ours, ":", then one C program per question,
# or "list", a file of blocks.  The rest is in the environment, see auto/unix.

function setup(    k)
{
    work = ENVIRON["ngx_work"]
    engine = ENVIRON["ngx_engine"]
    front = ENVIRON["ngx_front"]
    program = ENVIRON["ngx_program"]
    version = ENVIRON["ngx_engine_version"]
    objs = ENVIRON["ngx_objs"]
    setsid = ENVIRON["ngx_setsid"]
    timeout = ENVIRON["ngx_timeout"]
    prefix = ENVIRON["ngx_prefix"]
    host = other_host = ENVIRON["ngx_host"]
    sub(/-(macosx?|ios)/, "-apple-darwin", other_host)
    sub(/-apple-apple/, "-apple", other_host)
    sub(/-(solaris|sunos)/, "-sun-solaris", other_host)
    emulator = ENVIRON["ngx_emulator"]
    can_run = ENVIRON["ngx_can_run"]
    silent = ENVIRON["ngx_silent"] != ""
    use_cache = ENVIRON["ngx_cache"] == "yes"
    merge = ENVIRON["ngx_merge"] == "yes"
    erase = ENVIRON["ngx_erase"]
    red = ENVIRON["ngx_red"]
    green = ENVIRON["ngx_green"]
    black = ENVIRON["ngx_black"]
    compiler = without_errors(ENVIRON["CC"]) " " \
        without_errors(ENVIRON["CPPFLAGS"]) " " \
        without_errors(ENVIRON["CFLAGS"])
    ldflags = without_errors(ENVIRON["LDFLAGS"])
    libs = without_errors(ENVIRON["LIBS"])
    first_batch = 1
    proven = 0
    if (can_run == "" && host == "") {
        can_run = "yes"
    }
    units = batches = passes = shown = 0
}

function know_compiler()
{
    compiler_version = slurp(work "/version")
    clang = compiler_version ~ /clang/
    gcc = !clang && compiler_version ~ /Free Software Foundation/
    syntax_only = gcc           # of others it is asked
    no_limit = clang ? " -ferror-limit=0" : ""
    merge = merge && (gcc || clang)
    missing_directive = (compiler " " ldflags " " libs) ~ / -w( |$)/ ? \
        "#error" : "#warning"
    headers_too = use_cache && (gcc || clang) ? " -H" : ""
}

function read_questions(k)
{
    if (ARGV[k] == "list") {
        read_blocks(ARGV[k + 1], ENVIRON["ngx_probes"])
        return
    }
    for (; k < ARGC; k++) {
        read_program(ARGV[k])
    }
}

function colon(    k)
{
    for (k = 1; ARGV[k] != ":"; k++) {
    }
    return k
}

function tell_unknown(    line, count, k, part)
{
    count = split(unknown, line, "\n")
    for (k = 1; k <= count; k++) {
        split(line[k], part, "\t")
        printf "%s: error: no value for '%s': %s; to go on without asking, " \
            "preset %s\n", program, part[2], part[3], part[1] > "/dev/stderr"
    }
    exit failed = 1
}

function answer_all(    i, k, left)
{
    setup()
    know_compiler()
    k = use_cache ? recall() : colon()
    read_questions(k + 1)
    believed = use_cache && is_believed()
    if (!believed) {
        split("", rests)
        split("", kept)
        split("", many_kept)
    }
    n += 0
    for (i = 1; i <= n; i++) {
        open[i] = q[i, "from"] == ""
        if (open[i] && believed) {
            recall_answer(i)
        }
        left += open[i]
    }
    if (!left) {
        proven = 1
    }
    show()
    if (left) {
        jobs = number_of_jobs()
        now = output_of("date -u +%Y-%m-%dT%H:%M:%SZ")
        sub(/\n/, "", now)
        while (pass()) {
            show()
        }
    } else {
        now = slurp_time()
    }
    if (unknown != "") {
        tell_unknown()
    }
    if (front == "nginx") {
        print_answers()
        return
    }
    report()
    fflush()
    if (left && use_cache) {
        remember()
    }
}

BEGIN {
    RS = "\001"
    answer_all()
}

# The time in the JSON that is there: a report that stays the same keeps it.
function slurp_time(    text)
{
    text = ENVIRON["ngx_header"]
    sub(/\.h$/, ".json", text)
    text = slurp(objs "/" text)
    return match(text, /"time": "[^"]*/) ? \
        substr(text, RSTART + 9, RLENGTH - 9) : ""
}

function number_of_jobs()
{
    if (ENVIRON["ngx_jobs"] == "") {
        return output_of("exec /bin/sh " quote(engine "/tokens")) + 1
    }
    return ENVIRON["ngx_jobs"] + 0
}
