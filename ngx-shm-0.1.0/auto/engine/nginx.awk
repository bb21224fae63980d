# SPDX-License-Identifier: FSFAP
# nginx.awk - print the answers for auto/prefetch, as assignments of a shell
#
# Copying and distribution of this file, with or without modification, are
# permitted in any medium without royalty, provided the copyright notice and
# this notice are preserved.  This file is offered as-is, without any warranty.
#
# For question I: kI the question as asked, aI the answer ("no", "built", "ran",
# a size, or nothing: ask when its time comes), lI the compiler's messages.

function print_answers(    i, said, file, text)
{
    for (i = 1; i <= n; i++) {
        file = q[i, "file"]
        said = q[i, "answer"] == "no" ? q[i, "words"] : ""
        gsub("[^ \"'\n]*b" i "\\.c", file, said)
        text = text "ngx_auto_k" i "=" quote(q[i, "asked"]) " ngx_auto_a" i \
            "='" q[i, "answer"] "' ngx_auto_l" i "=" quote(said) "\n"
    }
    printf "%sngx_auto_n=%d\n", text, n
}
