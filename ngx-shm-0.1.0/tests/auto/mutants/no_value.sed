# SPDX-License-Identifier: BSD-2-Clause
# an error in a value is not told
# file: auto/engine/pass.awk
# caught by: tests/auto/questions.sh errors
s/^    unknown = unknown (unknown == "".*/    unknown = unknown \\/;s/^        q\[i, "title"\] "\\t" why$/        ""/
