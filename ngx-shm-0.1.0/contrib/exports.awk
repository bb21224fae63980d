# SPDX-License-Identifier: BSD-2-Clause
# exports.awk - the names that public headers declare: what the library exports

/^(typedef|static|#)/ { next }
/^extern .*;$/ {
    name = $NF
    gsub(/[*;]/, "", name)
    print name
    next
}
match($0, /^[a-z].*[ *]ngx_[a-z0-9_]+\(/) {
    name = substr($0, 1, RLENGTH - 1)
    sub(/.*[ *]/, "", name)
    print name
}
