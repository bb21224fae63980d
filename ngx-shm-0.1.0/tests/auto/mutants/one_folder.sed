# SPDX-License-Identifier: BSD-2-Clause
# all programs run in one folder
# file: auto/engine/work
# caught by: tests/auto/questions.sh runs
s/cd "$ngx_work\/run[^"]*"/cd "$ngx_work"/
