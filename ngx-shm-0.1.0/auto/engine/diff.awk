# SPDX-License-Identifier: FSFAP
# diff.awk - compare the answers of two headers or JSON files
#
# Copying and distribution of this file, with or without modification, are
# permitted in any medium without royalty, provided the copyright notice and
# this notice are preserved.  This file is offered as-is, without any warranty.

FNR == 1 {
    file++
}

# _GNU_SOURCE and its like are in a header, but are no answers
/^#define [A-Za-z_]/ && $2 !~ /^_[A-Z]/ && NF == 3 {
    answer[file, $2] = $3
    macros[$2] = answers[file] = 1
}

/^\{"macro": / && match($0, /"answer": -?[0-9]+/) {
    value = substr($0, RSTART + 10, RLENGTH - 10)
    split($0, part, "\"")
    answer[file, part[4]] = value
    macros[part[4]] = answers[file] = 1
}

END {
    for (file = 1; file <= 2; file++) {
        if (!(file in answers)) {
            print "auto/configure: error: " ARGV[file] \
                " holds no answers; is it a header or a JSON file of ours?" \
                > "/dev/stderr"
            exit 2
        }
    }
    for (macro in macros) {
        a = (1, macro) in answer ? answer[1, macro] : "-"
        b = (2, macro) in answer ? answer[2, macro] : "-"
        if (a != b) {
            differ = 1
            printf "%-32s %s  %s\n", macro, a, b | "sort"
        }
    }
    close("sort")
    exit differ
}
