# SPDX-License-Identifier: BSD-2-Clause
# what: a free_from frees what was reaped and given to another one
# file: ngx_slab_free_from.c
# seen: from|from-mine/64/256K/4; from|from-mine/1500/256K/4

/^free_claimed(/,/^}/{
    s/ && !is_same(seen, tag_in(&place))/ \&\& 0/
    s/h.only = seen->tag;/h.only = 0;/
}
