# SPDX-License-Identifier: BSD-2-Clause
# a worker that finds its job taken ends
# file: auto/engine/work
# caught by: tests/auto/engine.sh
s/{ true >"\$ngx_work\/claim/{ : >"$ngx_work\/claim/
