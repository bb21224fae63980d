# Is a header there?  Linked, compiled, alone and after others, misspelt, and
# the macros of a header looked at without it.

% stdio.h stdlib.h stdint.h stdbool.h sys/mman.h sys/ipc.h sys/shm.h sys/sem.h pthread.h semaphore.h fcntl.h unistd.h sys/eventfd.h sys/epoll.h sys/event.h sys/filio.h crypt.h malloc.h linux/futex.h sys/prctl.h no/such.h stdio.h.h sys stdi0.h dlfcn.h math.h complex.h tgmath.h threads.h stdatomic.h
@ has compile
#include <@1>
int main(void) { return 0; }

# after another, in both orders
% stddef.h|no/such.h no/such.h|stddef.h sys/types.h|sys/socket.h netinet/in.h|sys/types.h stdio.h|stdio.h
@ two no
#include <@1>
#include <@2>
--

@ missing_behind no +
#include <stddef.h>
#include <no/such.h>
--

@ nothing_behind compile +
#include <stddef.h>
--
    struct nobody_declares_this x;
    (void) x;

@ null_without no
--
    return NULL == 0;

@ null_with no +
#include <stddef.h>
--
    return NULL == 0;

@ errno_without no
--
    return errno;

@ errno_with no
#include <errno.h>
--
    return errno;

@ eof_other_header no
#include <string.h>
--
    return EOF;

@ file_type_missing compile
#include <string.h>
int f(FILE *x);
int f(FILE *x) { return x == 0; }

@ file_type compile
#include <stdio.h>
int f(FILE *x);
int f(FILE *x) { return x == 0; }

@ quoted_system no
#include "stdio.h"
--
    puts("");

@ computed no
#define WHICH <stdio.h>
#include WHICH
--
    puts("");

@ computed_missing no
#define WHICH <no_such.h>
#include WHICH
--

@ spaced no
  #  include   <stdio.h>
--
    puts("");

@ commented no
#include <stdio.h> /* for puts */
--
    puts("");

@ commented_out no
/* #include <stdio.h> */
--
    return EOF == -1;

@ slashed_out no
// #include <stdio.h>
--
    return EOF == -1;
