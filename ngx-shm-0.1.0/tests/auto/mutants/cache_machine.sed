# SPDX-License-Identifier: BSD-2-Clause
# what ran on another machine is believed
# file: auto/engine/cache.awk
# caught by: tests/auto/changes.sh limit_raised
s/part\[7\] == "run" \&\& !same_machine/0/
