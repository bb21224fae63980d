# SPDX-License-Identifier: BSD-2-Clause
# what: old bytes are put back first to last
# file: ngx_tx_settle.c
# seen: tx_test

s/^    ngx_tx_kept_t   \*kept;/&\
    ngx_tx_kept_t *list[400]; int n = 0;/
/^        memcpy((unsigned char/,/;/c\
        list[n++] = kept;
s/^    j->used = 0;/    while (n-- > 0) {\
        memcpy((unsigned char *) pool + list[n]->at, (unsigned char *) list[n]\
               - ngx_align((size_t) list[n]->size, 8), list[n]->size);\
    }\
&/
