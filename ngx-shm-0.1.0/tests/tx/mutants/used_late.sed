# SPDX-License-Identifier: BSD-2-Clause
# what: old bytes are put back into what is free already
# file: ngx_tx_settle.c
# seen: tx_kill who takes back its own chunk is killed

/^    j->used = 0;/d
