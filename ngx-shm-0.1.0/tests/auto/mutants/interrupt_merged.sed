# SPDX-License-Identifier: BSD-2-Clause
# what runs together is deaf to ^C
# file: auto/engine/units.awk
# caught by: tests/auto/questions.sh runs
s/signal(SIGINT, SIG_DFL);//
