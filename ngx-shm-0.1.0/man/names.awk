# SPDX-License-Identifier: BSD-2-Clause
# names.awk - the names in the NAME section of a page of the manual, one a line

/^\.SH/ {
    on = /^\.SH "?NAME/
    next
}
on {
    line = $0
    last = sub(/(^| )\\-( .*|$)/, "", line)
    gsub(/\\-/, "-", line)
    n = split(line, name, /[, ]+/)
    for (i = 1; i <= n; i++) {
        if (name[i] != "") {
            print name[i]
        }
    }
    if (last) {
        exit
    }
}
