# SPDX-License-Identifier: BSD-2-Clause
# what: who called exec lives on
# file: ngx_stat_join.c
# seen: stat_test

s/&& ngx_lock_image_gone(.*/\&\& image == 1;/
