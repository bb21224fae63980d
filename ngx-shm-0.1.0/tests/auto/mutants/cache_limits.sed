# SPDX-License-Identifier: BSD-2-Clause
# the cache does not know the limits of the machine
# file: auto/engine/cache.awk
# caught by: tests/auto/changes.sh limit_raised
s/split("version self\/mounts self\/limits /split("version self\/mounts /
