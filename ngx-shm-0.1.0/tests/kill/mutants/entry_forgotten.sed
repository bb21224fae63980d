# SPDX-License-Identifier: BSD-2-Clause
# what: what was on its way into a magazine or out of it is not given back
# file: ngx_heap_reclaim.c
# options: -b
# seen: n-th free in a row; n-th chunk of 64

s/at <= m->top \&\& at < m->limit/at < m->top/
