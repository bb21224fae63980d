# SPDX-License-Identifier: BSD-2-Clause
# specs are not looked at
# file: auto/engine/cache.awk
# caught by: tests/auto/changes.sh specs
s/Reading specs from |/No specs|/;s/sub(\/^\[^=\\\/\]\*\[=,@\]\/, "", w)/w = "-"/
