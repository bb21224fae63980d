# SPDX-License-Identifier: BSD-2-Clause
# what: recovery settles the transactions of other locks
# file: ngx_tx_recover.c
# seen: tx_test

s/^            && j->lock == lock)/            \&\& lock != 0)/
