# SPDX-License-Identifier: BSD-2-Clause
# headers that were missing are not looked for
# file: auto/engine/cache.awk
# caught by: tests/auto/changes.sh appears
/^function named_headers/,/^}/s/may_be_there(/length(/
