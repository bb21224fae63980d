# SPDX-License-Identifier: BSD-2-Clause
# what: a reader does not look at what was written down
# file: ngx_stat_read.c
# seen: stat_kill observe in a cell of its own

s/^    return cell->op != 0 && /    return cell->op > 1 \&\& /
