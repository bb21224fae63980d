# SPDX-License-Identifier: BSD-2-Clause
# asked alone, the last library is not tried
# file: auto/engine/pass.awk
# caught by: tests/auto/questions.sh libs
s/for (k = tried\[i\]; k <= count; k++)/for (k = tried[i]; k < count || k == tried[i]; k++)/
