# SPDX-License-Identifier: BSD-2-Clause
# the cache does not know the flags
# file: auto/engine/cache.awk
# caught by: tests/auto/changes.sh cppflags
s/split("CC CPPFLAGS CFLAGS/split("CC CFLAGS/
