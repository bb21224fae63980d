# Libraries: tried in turn, together with others, in their order.  @DIR@/one.o
# has one(), which needs two(); @DIR@/two.o has two().

@ none_needed no folder
 * libs: -lno_such_library
int main(void) { return 0; }

@ first_missing yes folder +
 * libs: -lno_such_library -lm
#include <math.h>
#include <stdlib.h>
int main(int argc, char **argv) { (void) argv; return pow(argc, 3.0) != 1.0; }

@ second_of_two no folder +
 * libs: -lno_such_library -lm
#include <math.h>
--
    volatile double x = 3;
    return pow(x, x) == 2;

@ all_missing yes folder
 * libs: -lno_such_library -lnor_this_one
#include <math.h>
int main(int argc, char **argv) { (void) argv; return lgamma(argc + 0.5) == 3.0; }

@ wrong_one no folder
 * libs: -lm
int not_there(void);
int main(void) { return not_there(); }

@ object yes folder
 * libs: @DIR@/two.o
int two(void);
int main(void) { return two() - 2; }

@ object_second yes folder
 * libs: @DIR@/no.o @DIR@/two.o
int two(void);
int main(void) { return two() - 2; }

@ object_needs_other yes folder +
 * libs: @DIR@/one.o
int one(void);
int main(void) { return one(); }

@ object_and_other yes folder
 * libs: @DIR@/one.o
 * flags: @DIR@/two.o
int one(void);
int main(void) { return one(); }

@ by_flags yes folder
 * flags: @DIR@/one.o @DIR@/two.o
int one(void);
int main(void) { return one(); }

@ by_flags_missing yes folder
 * flags: @DIR@/one.o
int one(void);
int main(void) { return one(); }

@ not_given yes folder
int two(void);
int main(void) { return two() - 2; }

@ not_given_one no folder
int one(void);
int main(void) { return one(); }

@ own_two yes folder
 * flags: @DIR@/one.o
int one(void);
int two(void) { return 2; }
int main(void) { return one(); }

@ own_two_other yes folder
 * flags: @DIR@/one.o
int one(void);
int two(void) { return 3; }
int main(void) { return one() - 1; }

@ clashes no folder
 * flags: @DIR@/two.o
int two(void) { return 2; }
int main(void) { return two(); }

@ unneeded_and_missing no folder
 * flags: -lno_such_library
int main(void) { return 0; }

@ compile_and_missing compile folder
 * flags: -lno_such_library
int main(void) { return 0; }

@ compile_and_libs compile folder
 * libs: -lno_such_library
int main(void) { return not_here; }

@ value_with_library value folder
 * libs: @DIR@/two.o
#include <stdio.h>
int two(void);
int main(void) { printf("%d", two()); return 0; }

@ bug_with_library bug folder +
 * libs: @DIR@/two.o
int two(void);
int main(void) { return two() != 2; }

@ bug_without_library bug folder
int two(void);
int main(void) { return two() != 2; }

@ block_m no
 * flags: -lm
#include <math.h>
#include <stdlib.h>
--
    return fmod(atof("4"), 3.0) == 0;

@ block_missing no
 * flags: -lno_such_library
--

@ block_pthread no
 * flags: -lpthread
#include <pthread.h>
--
    return pthread_create(0, 0, 0, 0);

@ block_object no
 * flags: @DIR@/two.o
int two(void);
--
    return two();

@ block_object_missing no
int two(void);
--
    return two();
