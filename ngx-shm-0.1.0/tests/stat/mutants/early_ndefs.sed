# SPDX-License-Identifier: BSD-2-Clause
# what: a definition is there before it is written
# file: ngx_stat_define.c
# seen: stat_kill define

/^    stat->ndefs++;/d
/^    ngx_memzero(new, sizeof(\*new));/i\
    stat->ndefs++;
