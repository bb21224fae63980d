# SPDX-License-Identifier: BSD-2-Clause
# the cache of another user is believed
# file: auto/engine/cache.awk
# caught by: tests/auto/changes.sh cache_of_another
s/name = own\[3\] == name || own\[3\] == 0 ? cached/name = 1 ? cached/
