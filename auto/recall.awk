# recall.awk - what the cache knows, if nothing that it rests on has changed
#
# Copying and distribution of this file, with or without modification, are
# permitted in any medium without royalty, provided the copyright notice and
# this notice are preserved.  This file is offered as-is, without any warranty.
#
# Runs with auto/questions.awk, which has its input before a ":".  Meanwhile it
# takes the state of the headers, and believes the answers if that is what it
# was.  When some answers are missing, writes what auto/store.awk will keep to
# the files `records` and `headers`.

function read_cache(file,    key, count, line, i, value, missing, programs)
{
    if ((getline < file) <= 0 || $0 != "ngx-auto-cache 3\nE " identity "\n") {
        close(file)
        return
    }
    cached = file
    while ((getline < file) > 0 && /^\n[QA]/) {
        record[++records] = $0
        if (/^\nQ/) {
            key = substr($0, 4)
        } else {
            known[key] = $0
        }
    }
    close(file)
    count = split($0, line, "\n")
    for (i = 1; i <= count; i++) {
        value = substr(line[i], 3)
        if (line[i] ~ /^S/) {
            expected = expected value "\n"
        } else if (line[i] ~ /^P/) {
            programs = programs " " quote(value)
        } else if (line[i] ~ /^[HC]/) {
            rests_on = rests_on line[i] "\n"
            if (line[i] ~ /^H/) {
                files = files " " quote(value)
            } else {
                missing = missing " " quote(value)
            }
        }
    }
    if (answers == "") {
        state = begin_state(" " quote(cached) files, missing, programs)
    }
}

# The cache begins with what is in its own name.
function is_believed(    name, today)
{
    if (cached == "") {
        return 0
    }
    close(state)
    getline today < (work "/today")
    name = cached
    sub(/.*\./, "", name)
    sub(/-/, " ", name)
    return today == name " " cached "\n" expected
}

# Written to `questions` once it is believed.
function put_later(i, name, value)
{
    q[i, name] = value
    later = later "q" i "_" name "=" quote(value) "\n"
}

# "\nA answer\nL library\nV evidence\nT time\nW words", as auto/store.awk says
function put_cached(i,    answer, at, line)
{
    answer = known[q[i, "key"]]
    at = index(answer, "\nW ")
    split(substr(answer, 2, at - 1), line, "\n")
    put_later(i, "a", substr(line[1], 3))
    put_later(i, "lib", substr(line[2], 3))
    put_later(i, "how", substr(line[3], 3))
    put_later(i, "from", substr(line[4], 3))
    q[i, "words"] = substr(answer, at + 3)
}

function keep_cache(    i)
{
    for (i = 1; i <= records; i++) {
        printf "%s%s", RS, record[i] > (work "/records")
    }
    printf "%s", rests_on > (work "/headers")
}

BEGIN {
    RS = "\001"                         # a whole program is one record
    identity = ENVIRON["ngx_identity"]
    gsub(/\n/, "\nE ", identity)
    for (i = 1; ARGV[i] != ":"; i++) {
        if (cached == "") {
            read_cache(ARGV[i])
        }
        ARGV[i] = ""
    }
    ARGV[i] = ""
}
