# SPDX-License-Identifier: BSD-2-Clause
# what a program prints is lost
# file: auto/engine/work
# caught by: tests/auto/questions.sh values
s/>"$ngx_work\/out\.$name"/>\/dev\/null/
