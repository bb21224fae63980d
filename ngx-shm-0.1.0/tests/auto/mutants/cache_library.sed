# SPDX-License-Identifier: BSD-2-Clause
# libraries that were missing are not looked for
# file: auto/engine/cache.awk
# caught by: tests/auto/changes.sh lib_appears
s/for (name in library)/for (name in nothing)/
