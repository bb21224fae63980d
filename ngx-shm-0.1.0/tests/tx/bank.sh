#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# bank.sh - workers killed at random in their payments; the example must find
# all coins, receipts and chunks
# shellcheck disable=SC2317,SC2329  # functions are called by ok and no

. "${srcdir-$(dirname "$0")/../..}/tests/tap.sh"

ok "${NGX_TX_KILLS-300} workers are killed and no coin is lost" \
    timeout 300 "$here/objs/bank" "${NGX_TX_KILLS-300}"
plan
