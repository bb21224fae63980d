# SPDX-License-Identifier: BSD-2-Clause
# the inner compiler is not looked at
# file: auto/engine/cache.awk
# caught by: tests/auto/changes.sh cc1
s/^            is_program(part\[1\])/            part[1] = ""/
