# SPDX-License-Identifier: BSD-2-Clause
# what runs alone is deaf to ^C
# file: auto/engine/work
# caught by: tests/auto/questions.sh runs
s/signals="env --default-signal=[A-Z,]*"/signals=true/
