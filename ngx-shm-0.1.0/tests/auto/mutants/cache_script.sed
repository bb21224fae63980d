# SPDX-License-Identifier: BSD-2-Clause
# what a linker script names is not looked at
# file: auto/engine/cache.awk
# caught by: tests/auto/changes.sh lib_script
s/^            read_script(path)/            path = ""/
