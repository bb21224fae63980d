# SPDX-License-Identifier: BSD-2-Clause
# layers.awk - do the files of src/ keep to their layers?  See layers.sh.
#
# Reads lines of words:
#   may FOLDER FOLDER...    it may use itself and these
#   file PATH FOLDER        in order, so that headers are known
#   lines PATH N EXCUSED    how long it is; 1: its first comment says why
#   has PATH SYMBOL         the object of a source defines it
#   wants PATH SYMBOL       or uses it
#   includes PATH NAME      by its last part
# and tells each arrow upwards, each circle, and with -v figures=1 the figures.

function bad(text) { print text; wrong = 1 }
function base(path) { sub(/.*\//, "", path); return path }

function arrow(from, to, why) {
    if (from == to || (from, to) in arrows) {
        return
    }
    arrows[from, to] = why
    if (!((folder[from], folder[to]) in may) && folder[from] != folder[to]) {
        bad("upwards: " from " uses " to " (" why ")")
    }
    if (folder[from] != folder[to]) {
        over[folder[from], folder[to]] = 1
    }
}

# What is left when files that use none that is left, or that none uses, are
# taken out again and again: the circles.
function circles(set, kind,    pair, part, on, n, in_, out, f, list) {
    do {
        n = 0
        split("", in_); split("", out)
        for (pair in set) {
            split(pair, part, SUBSEP)
            out[part[1]] = in_[part[2]] = 1
        }
        for (pair in set) {
            split(pair, part, SUBSEP)
            if (!(part[1] in in_) || !(part[2] in out)) {
                delete set[pair]
                n++
            }
        }
    } while (n != 0)
    for (pair in set) {
        split(pair, part, SUBSEP)
        bad("circle of " kind ": " part[1] " uses " part[2] " (" set[pair] ")")
        on = 1
    }
    return on + 0
}

function floor_of(f,    g, n, most) {
    if (f in floor) {
        return floor[f]
    }
    floor[f] = 1        # a circle of folders was told of before
    most = 0
    for (g in folders) {
        if ((f, g) in over && (n = floor_of(g)) > most) {
            most = n
        }
    }
    return floor[f] = most + 1
}

$1 == "may" { for (i = 3; i <= NF; i++) { may[$2, $i] = 1 } known[$2] = 1 }
$1 == "file" {
    folder[$2] = $3
    folders[$3] = 1
    if (base($2) in path_of) {
        bad("two files have the name " base($2) ": " $2 " " path_of[base($2)])
    }
    path_of[base($2)] = $2
    if (!($3 in known)) {
        bad("the layer of " $3 " is not in tests/layers.sh")
    }
}
$1 == "lines" {
    length_of[++nfiles] = $3
    total += $3
    if ($3 > longest) {
        longest = $3
        who = $2
    }
    if ($3 > 320 && !$4) {
        bad($2 " has " $3 " lines, and its first comment does not say why " \
            "it is over 320 lines long")
    }
}
$1 == "has" { home[$3] = $2 }
$1 == "wants" { wants[++nwants] = $2 SUBSEP $3 }
$1 == "includes" && $3 in path_of {
    arrow($2, path_of[$3], "#include")
    if (path_of[$3] != $2) {
        included[$2, path_of[$3]] = "#include"
    }
}

END {
    if (nwants == 0 || nfiles == 0) {
        bad("nothing to look at: build first")
    }
    for (i = 1; i <= nwants; i++) {
        split(wants[i], part, SUBSEP)
        if (part[2] in home && home[part[2]] != part[1]) {
            arrow(part[1], home[part[2]], part[2])
            calls[part[1], home[part[2]]] = part[2]
        }
    }
    ncalls = 0
    for (pair in calls) {
        ncalls++
    }
    round = circles(calls, "calls") + circles(included, "includes")
    floors = 0
    for (f in folders) {
        if (floor_of(f) > floors) {
            floors = floor_of(f)
        }
    }
    if (floors > 6) {
        bad(floors " floors of folders; 6 are enough")
    }
    for (i = 2; i <= nfiles; i++) {     # by length
        for (n = length_of[j = i]; j > 1 && length_of[j - 1] > n; j--) {
            length_of[j] = length_of[j - 1]
        }
        length_of[j] = n
    }
    median = length_of[int((nfiles + 1) / 2)]
    if (median > most) {
        bad("the median of lines is " median "; it was " most " at most")
    }
    if (figures) {
        printf "files %d, lines %d, longest %d (%s), median %d\n", nfiles, \
            total, longest, who, median
        printf "arrows of calls between files %d, circles %s, floors of " \
            "folders %d\n", ncalls, round ? "yes" : "0", floors
    }
    exit wrong
}
