# SPDX-License-Identifier: FSFAP
# pass.awk - from units to answers: write jobs, run workers, read their logs
#
# Copying and distribution of this file, with or without modification, are
# permitted in any medium without royalty, provided the copyright notice and
# this notice are preserved.  This file is offered as-is, without any warranty.
#
# Each pass does what can be done now, as many jobs at a time as there are
# processors: compile units that changed, link groups whose units are there,
# run programs that are linked, and ask alone the questions that dropped out.  A
# yes counts if the unit had no error; a no counts if the other questions of the
# unit cannot have caused it; every other question drops out and is asked alone,
# by its own command only.

# The command of question I, or of a unit that has the same, on OPTIONS FILE
function command(i, options, file)
{
    return q[i, "prefix"] " " options " " file q[i, "suffix"] q[i, "lib"] \
        q[i, "end"]
}

function add_job(name, code)
{
    job_names = job_names " " name
    jobs_text = jobs_text name ")\n" code "    ;;\n"
}

# compile DIR EXPECTED COMMAND: EXPECTED is the file that it makes, or -
function compile(dir, expected, words)
{
    return "    compile " dir " " expected " " words "\n"
}

# A compilation of several files writes to the folder where the compiler runs,
# so it runs elsewhere; no word of the command may mean another file there.
function may_move(i,    word, count, k)
{
    count = cut_words(command(i, "", ""), word)
    if (word[1] ~ /\// && word[1] !~ /^["']?\//) {
        return 0
    }
    for (k = 2; k <= count; k++) {
        if (word[k] !~ /^["']?(\/|-[DUWOgmflw]|-std=|-[IL]["']?\/)/ &&
            word[k] !~ /^-(pthread|pedantic|ansi|isystem)$/ ||
            word[k] ~ /=["']?\.*[A-Za-z0-9_.]+\// && word[k] !~ /^["']?-D/) {
            return k == 2 && word[k] ~ /^[a-z]+$/ && word[1] !~ /cc$/
        }
    }
    return (ENVIRON["CPATH"] ":" ENVIRON["C_INCLUDE_PATH"]) !~ \
        /(^|:)[^\/:]/
}

function options_of(kind)
{
    if (kind == "value") {
        return "-fsyntax-only " (clang ? "-fno-caret-diagnostics" : \
            "-fno-diagnostics-show-caret") no_limit headers_too
    }
    return (kind == "syntax" && gcc ? "-S" : \
        "-c -ffunction-sections -fdata-sections") no_limit headers_too
}

function compile_units(    u, key, count, b, k, name, kind)
{
    for (u = 1; u <= units; u++) {
        if (!stale[u] || (kind_of[u] == "main" && !runs(example[u]) ? \
            everyone[u] : members[u]) !~ /[0-9]/) {
            continue
        }
        printf "%s", unit_text(u) > (work "/u" u ".c")
        close(work "/u" u ".c")
        key = command_key(example[u])
        if (!(key in moves)) {
            moves[key] = may_move(example[u])
        }
        kind = kind_of[u] == "main" ? "object" : kind_of[u]
        k = moves[key] && kind != "value" ? many[key kind]++ % (2 * jobs) : u
        name = key kind k
        if (!(name in batch_of)) {
            batch_of[name] = ++batches
            batch_units[batches] = ""
            new_batch[batches] = kind
        }
        batch_units[batch_of[name]] = batch_units[batch_of[name]] " " u
        stale[u] = 0
        is_made[u] = 0
    }
    for (b = first_batch; b <= batches; b++) {
        compile_batch(b, new_batch[b])
    }
    split("", batch_of)
    split("", many)
    first_batch = batches + 1
}

function compile_batch(b, kind,    u, count, k, list, options)
{
    count = split(batch_units[b], u, " ")
    options = options_of(kind)
    # the first compilation without flags of its own tells where headers are
    if (headers_too != "" && !verbose && q[example[u[1]], "flags"] == "") {
        options = options " -v"
        verbose = b
    }
    if (moves[command_key(example[u[1]])]) {
        for (k = 1; k <= count; k++) {
            list = list " u" u[k] ".c"
        }
        add_job("b" b, compile("\"$ngx_work\"", "-", \
            command(example[u[1]], options, list)))
        return
    }
    list = ""
    for (k = 1; k <= count; k++) {
        list = list compile(".", "-", command(example[u[k]], \
            options (kind == "value" ? "" : " -o \"$ngx_work\"/u" \
            u[k] (kind == "syntax" && gcc ? ".s" : ".o")), \
            "\"$ngx_work\"/u" u[k] ".c"))
    }
    add_job("b" b, list)
}

# the units that group G needs, when all are there
function objects(g,    m, count, k, u, seen, list)
{
    count = split(members[g], m, " ")
    for (k = 1; k <= count; k++) {
        u = unit_of[m[k]]
        if (!is_made[u]) {
            return ""
        }
        if (!(u in seen)) {
            seen[u] = 1
            list = list " \"$ngx_work\"/u" u ".o"
        }
    }
    u = main_of[g]
    return is_made[u] && count ? list " \"$ngx_work\"/u" u ".o" : ""
}

function link_groups(    g, list)
{
    for (g = 1; g <= units; g++) {
        if (kind_of[g] == "main" && !linked[g] &&
            (list = objects(g)) != "") {
            linked[g] = 1
            add_job("g" g, compile(".", "\"$ngx_work\"/g" g, \
                command(example[g], "-o \"$ngx_work\"/g" g " -Wl,-t" \
                (runs(example[g]) ? " -Wl,--gc-sections" : ""), list)) \
                run_at_once(g))
        }
    }
}

# The worker that links a few programs runs them, too; more programs than that
# are run in parallel, each as a job.
function run_at_once(g,    m, count, k, code)
{
    count = split(members[g], m, " ")
    at_once[g] = runs(example[g]) && can_run == "yes" && count <= 16
    if (at_once[g]) {
        code = "    [ \"$status\" = 0 ] || return 0\n"
        for (k = 1; k <= count; k++) {
            code = code "    job=r" m[k] "\n    {\n" program_job(m[k], \
                "\"$ngx_work\"/g" g " " m[k]) \
                "    } >\"$ngx_work/log.r" m[k] "\" 2>&1\n"
        }
    }
    return code
}

# program NAME COMMAND
function program_job(i, words)
{
    folders_to_run = folders_to_run " run." passes "." i
    return "    program " i " " emulator " " words "\n"
}

function ask_alone(i,    file, code, lib, count, k, exe, solo)
{
    file = quote(q[i, "source"])
    if (sort_of(i) == "value" && !solo_failed[i] && front != "nginx" &&
        absolute(q[i, "source"]) !~ /["\\]/) {
        solo = work "/s" i ".c"
        printf "#include \"%s\"\n%s", absolute(q[i, "source"]), \
            bits("value", "v" i) > solo
        close(solo)
        add_job("s" i, compile(".", "-", command(i, options_of("value"), \
            quote(solo))))
        return
    }
    if (suspect[i] && syntax_only) {
        code = compile(".", "-", command(i, "-fsyntax-only" \
            headers_too, file)) \
            "    [ \"$status\" = 0 ] || return 0\n"
    }
    exe = "\"$ngx_work\"/x" i \
        (q[i, "run"] == "compile" && front != "nginx" ? ".o" : "")
    count = split(q[i, "libs"], lib, " ")
    for (k = tried[i]; k <= count; k++) {
        q[i, "lib"] = k ? lib[k] : ""
        code = code (k > tried[i] ? "    [ \"$status\" = 0 ] ||\n" : "") \
            compile(".", exe, \
            command(i, (exe ~ /o$/ ? "-c " : "") "-o " exe, file))
    }
    if (q[i, "run"] ~ /^(yes|bug|value)$/ && can_run != "no") {
        code = code "    [ \"$status\" != 0 ] ||\n" program_job(i, exe)
    }
    q[i, "lib"] = ""
    add_job("a" i, code)
    if (headers_too != "" && !(unit_of[i] && is_made[unit_of[i]]) &&
        !(suspect[i] && syntax_only)) {
        add_job("m" i, compile(".", "-", command(i, "-M", file)))
    }
}

function absolute(path)
{
    return path ~ /^\// ? path : ENVIRON["PWD"] "/" path
}

# One pass; false when nothing is left to do
function pass(    i, k, count, name)
{
    jobs_text = job_names = ""
    passes++
    plan_units()
    compile_units()
    link_groups()
    for (i = 1; i <= n; i++) {
        if (open[i] && is_linked[i] == 1) {
            is_linked[i] = 2
            add_job("r" i, program_job(i, "\"$ngx_work\"/g" group_of[i] " " i))
        } else if (open[i] && alone[i] == 1 && (host == "" || can_run != "")) {
            alone[i] = 2
            ask_alone(i)
        }
    }
    if (must_check()) {
        add_check()
    }
    if (passes == 1 && clang) {
        print "int ngx_one;" > (work "/one.c")
        close(work "/one.c")
        add_job("one", compile(".", "-", q[1, "prefix"] \
            " -fsyntax-only \"$ngx_work\"/one.c"))
    }
    if (passes == 1 && front != "nginx" && use_cache) {
        add_job("paths", (verbose ? "" : "    " compiler \
            " -E -v -x c /dev/null\n") "    search_paths " compiler "\n")
    }
    if (job_names == "") {
        return 0
    }
    do_jobs()
    count = split(job_names, name, " ")
    if (checking) {
        judge_check()
    }
    for (k = 1; k <= count; k++) {
        judge(name[k])
    }
    return 1
}

# Write the file `jobs` and run the workers, each in its own process group.
function do_jobs(    slot, worker, count, name)
{
    printf "job() {\ncase $1 in\n%sesac\n}\n", jobs_text > (work "/jobs")
    close(work "/jobs")
    if (folders_to_run != "") {
        system("cd " quote(work) " && mkdir" folders_to_run)
        folders_to_run = ""
    }
    count = split(job_names, name, " ")
    for (slot = 1; slot <= jobs && slot <= count; slot++) {
        worker[slot] = "exec " setsid " /bin/sh " quote(engine "/work") " " \
            passes " " slot job_names
        printf "" | worker[slot]
    }
    for (slot = 1; slot <= jobs && slot <= count; slot++) {
        close(worker[slot])
    }
}

# --- results

function own_words(i, text)
{
    q[i, "words"] = "+ " command(i, "-o x" i, q[i, "source"]) "\n" text
}

# The line that tells the reason
function reason(log_text,    line, count, k, last)
{
    count = split(log_text, line, "\n")
    for (k = 1; k <= count; k++) {
        if (line[k] ~ /rror: |undefined |cannot find |o space left/) {
            last = line[k]
            break
        }
        if (line[k] !~ /^([+=!] |$)/) {
            last = line[k]
        }
    }
    sub(/.*rror: /, "", last)
    sub(/.*\/ld: /, "", last)
    if (last ~ /: undefined /) {
        sub(/.*: undefined /, "undefined ", last)
    }
    return last
}

function answer(i, value, how)
{
    q[i, "answer"] = value
    q[i, "how"] = how
    open[i] = 0
    drop(i)
}

function not_found(i, text)
{
    q[i, "lib"] = ""
    own_words(i, text)
    if (front == "nginx" && q[i, "run"] != "value") {
        q[i, "words"] = text
        answer(i, "no", "")
    } else if (q[i, "run"] == "value" && front != "blocks") {
        no_value(i, reason(text))
    } else {
        answer(i, 0, "not found (" reason(text) ")")
    }
}

# A value that cannot be determined is an error, and not 0.
function no_value(i, why)
{
    if (front == "nginx") {
        answer(i, "", "")
        return
    }
    unknown = unknown (unknown == "" ? "" : "\n") q[i, "macro"] "\t" \
        q[i, "title"] "\t" why
    answer(i, "", why)
}

function take(list, i)
{
    list = list " "
    sub(" " i " ", " ", list)
    sub(/ +$/, "", list)
    return list
}

# Question I leaves its unit; the other questions of the unit are tried again.
function drop(i,    u)
{
    u = unit_of[i]
    if (u && !is_made[u]) {
        members[u] = take(members[u], i)
        stale[u] = 1
    }
    u = group_of[i]
    if (u && !is_linked[i]) {
        members[u] = take(members[u], i)
        linked[u] = 0
    }
}

function ask_again(i, is_suspect)
{
    if (open[i] && !alone[i]) {
        drop(i)
        suspect[i] = is_suspect
        alone[i] = 1
    }
}

# Ask all members of a unit or group alone; or, if its headers do not go
# together, in units of the very same headers.
function doubt(u,    m, count, k)
{
    count = split(members[u], m, " ")
    for (k = 1; k <= count; k++) {
        if (!open[m[k]]) {
            continue
        }
        if (any_of[u]) {
            drop(m[k])
            plain[m[k]] = 1
            unit_of[m[k]] = group_of[m[k]] = 0
        } else {
            ask_again(m[k], 0)
        }
    }
    members[u] = ""
}

function judge(name,    text, kind)
{
    kind = substr(name, 1, 1)
    text = slurp(work "/log." name)
    if (kind ~ /^[as]/ && headers_too != "") {
        text = without_headers(text)
    }
    if (kind ~ /^[ar]/ && length(text) > 20000) {
        text = substr(text, 1, 10000) "\n" substr(text, length(text) - 2000)
    }
    gsub(/\n\n= /, "\n= ", text)
    late(name, text)
    if (name == "one") {
        # false with zig, which says FileNotFound of a right program
        syntax_only = text ~ /\n= 0\n$/
    } else if (kind == "b") {
        judge_batch(substr(name, 2), text)
    } else if (kind == "g") {
        judge_link(substr(name, 2), text)
    } else if (kind == "r") {
        judge_run(substr(name, 2), text, 1)
    } else if (kind == "s") {
        judge_solo(substr(name, 2), text)
    } else if (kind == "a") {
        judge_alone(substr(name, 2), text)
    }
}

# If a worker was ended, a compiler crashed, or the disk is full, there is no
# answer: end the run before a wrong one is taken.
function late(name, text,    i, why, m)
{
    if (text ~ /(^|\n)= [a-z0-9]+\n$/) {
        return
    }
    why = (slurp(work "/late") != "") ? "the compiler took more than " \
        timeout " s" : "the compiler was killed; is " objs " full?"
    i = substr(name, 2)
    if (name ~ /^[bg]/) {
        m = name ~ /^b/ ? batch_units[i] : " " i
        sub(/^ /, "", m)
        sub(/ .*/, "", m)
        i = example[m]
    }
    if (name ~ /^[0-9a-z]*$/ && i ~ /^[0-9]+$/) {
        no_answer(i, why)
    }
}

function no_answer(i, why)
{
    fail("no answer for '" q[i, "title"] "': " why "; to go on without " \
        "asking, preset " q[i, "macro"] "=0 or 1")
}

function is_broken(i, text, status,    why)
{
    if (text ~ /o space left/) {
        no_answer(i, "the disk is full: " reason(text))
    } else if (text ~ /internal compiler error/ ||
        status >= 130 && status < 150) {
        no_answer(i, "the compiler crashed: " reason(text))
    }
}

function judge_batch(b, text,    line, count, k, tag, part, u, w, i, many, bad)
{
    split("", errors)           # of unit U: "doubt", a line, or " " members
    split("", firsts)
    split("", lines)
    split("", bit_sum)
    many = split(batch_units[b], w, " ")
    count = split(text, line, "\n")
    for (k = 1; k <= count; k++) {
        tag = ""
        if (match(line[k], "^(In file included from | +from )?" \
            "[qiv][0-9]+([.][0-9]+)?:[0-9]+")) {
            tag = substr(line[k], RSTART, RLENGTH)
            sub(/^(In file included from | +from )/, "", tag)
            split(tag, part, ":")
            tag = part[1]
        }
        if (tag != "" || line[k] ~ /^In file included/) {
            context = tag
        }
        if (tag ~ /^q/) {
            i = substr(tag, 2)
            lines[i] = lines[i] line[k] "\n"
            if (line[k] ~ /is missing/ && line[k] ~ /warning/) {
                missing[i] = line[k]
            }
        }
        if (line[k] !~ /error: /) {
            continue
        }
        bad = 1
        if (line[k] ~ /internal compiler error/ || context == "") {
            for (u = 1; u <= many; u++) {
                errors[w[u]] = "doubt"
            }
        } else if (context ~ /^v/ && line[k] ~ /^v/) {
            bit_sum[substr(tag, 2), int((part[2] - 1) / 2)]++
            bit_is[substr(tag, 2), int((part[2] - 1) / 2)] = part[2] % 2
        } else if (context ~ /^i/) {
            split(substr(context, 2), part, ".")
            if (line[k] ~ /No such file|file not found/ && !any_of[part[1]]) {
                if (!(part[1] in errors)) {
                    errors[part[1]] = part[2] + 0
                    lines["i" part[1]] = line[k] "\n"
                }
            } else {
                errors[part[1]] = "doubt"
            }
        } else {
            i = substr(context, 2)
            u = unit_of[i]
            # a warning in a unit may not appear when asked alone
            soft[i] = soft[i] || line[k] ~ /\[-Werror/
            if (errors[u] !~ /^doubt/ && (" " errors[u] " ") !~ (" " i " ")) {
                errors[u] = errors[u] " " i
            }
        }
    }
    for (k = 1; k <= many; k++) {
        judge_unit(w[k], errors[w[k]], bad || text ~ /\n= 0\n/)
    }
}

function judge_unit(u, found, sane,    m, count, k, i)
{
    count = split(members[u], m, " ")
    if (kind_of[u] == "value") {
        for (k = 1; k <= count; k++) {
            i = m[k]
            if ((" " found " ") !~ (" " i " ") && found !~ /^doubt/ &&
                lines[i] !~ /too large/ && has_all_bits(i)) {
                value_is(i)
            }
        }
    }
    if (found ~ /^doubt/ || !sane || kind_of[u] == "main" && found != "") {
        doubt(u)
        for (k = 1; k <= units; k++) {
            if (main_of[k] == u && k != u) {
                doubt(k)
            }
        }
        return
    }
    if (found ~ /^[0-9]/) {
        for (k = 1; k <= count; k++) {
            if (open[m[k]] && at_line[m[k]] >= found) {
                header_missing[m[k]] = 1
                not_found(m[k], lines["i" u])
            }
        }
        include[u] = first_lines(include[u], found - 1)
        return
    }
    if (found != "") {
        count = split(found, m, " ")
        sane = !any_of[u]
        for (k = 1; k <= count; k++) {
            i = m[k]
            if (sane && open[i] && q[i, "run"] != "value" && !soft[i]) {
                not_found(i, renamed(i))
            }
            sane = sane && leaves_no_trace(lines[i])
            ask_again(i, 1)
        }
        return
    }
    if (kind_of[u] == "value") {
        for (k = 1; k <= count; k++) {
            ask_again(m[k], 0)
        }
        return
    }
    made(u)
}

# 1: the errors are about the meaning of a name in a function; the compiler goes
# on behind the function as if there had been none.
function leaves_no_trace(text,    line, count, k)
{
    count = split(text, line, "\n")
    for (k = 1; k <= count; k++) {
        if (line[k] ~ /error: / && line[k] !~ ("undeclared [(]first use|" \
            "undeclared identifier|no member named|storage size of|" \
            "has incomplete type")) {
            return 0
        }
    }
    return 1
}

function made(u,    m, count, k, i, s)
{
    s = kind_of[u] == "syntax" && gcc ? ".s" : ".o"
    if (!is_file(work "/u" u s) || s == ".s" &&
        slurp(work "/u" u s) ~ /#APP/) {
        doubt(u)
        return
    }
    is_made[u] = 1
    count = split(members[u], m, " ")
    for (k = 1; k <= count; k++) {
        i = m[k]
        if (kind_of[u] == "main" || !open[i]) {
            continue
        }
        if (missing[i] != "") {
            s = missing[i]
            sub(/.*</, "", s)
            sub(/>.*/, "", s)
            header_missing[i] = 1
            not_found(i, "error: " s ": No such file or directory\n")
        } else if (q[i, "run"] == "compile") {
            own_words(i, renamed(i))
            answer(i, front == "nginx" ? "built" : 1, "found (compiled)")
        }
    }
}

function is_file(name,    part, got)
{
    got = (getline part < name)
    close(name)
    return got >= 0
}

function first_lines(s, count,    line, k, out)
{
    split(s, line, "\n")
    for (k = 1; k <= count; k++) {
        out = out line[k] "\n"
    }
    return out
}

# the lines about question I, with the name of its file
function renamed(i,    line, count, k, out)
{
    count = split(lines[i], line, "\n")
    for (k = 1; k < count; k++) {
        sub("^q" i ":", "", line[k])
        out = out q[i, "file"] ":" line[k] "\n"
    }
    return out
}
