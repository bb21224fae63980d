# Functions: declared, undeclared, missing, in a library, with wrong types.

% stdio.h|puts("x") stdio.h|no_such_call("x") unistd.h|pause() unistd.h|fork() sys/mman.h|munmap(0,0) sys/mman.h|memfd_create("x",0) time.h|time(0) stdlib.h|arc4random() string.h|strlcpy(0,0,0) string.h|strnlen("x",1) string.h|mempcpy(0,0,0) unistd.h|setproctitle("x") sys/epoll.h|epoll_create1(0) sys/socket.h|accept4(0,0,0,0) sched.h|sched_yield() fcntl.h|posix_fallocate(0,0,0) stdlib.h|posix_memalign(0,0,0) stdlib.h|aligned_alloc(8,8) signal.h|sigwaitinfo(0,0) unistd.h|getentropy(0,0) sys/random.h|getrandom(0,0,0) errno.h|perror("x") sys/stat.h|mkdirat(0,"",0)
@ call no
#include <@1>
--
    @2;

% _GNU_SOURCE|string.h|memmem(0,0,0,0) _XOPEN_SOURCE|unistd.h|usleep(1) _POSIX_C_SOURCE|time.h|clock_gettime(0,0)
@ feature_macro no
#define @1 700
#include <@2>
--
    return sizeof(@3) == 0;

@ undeclared no
--
    puts("implicit");

@ undeclared_missing no
--
    no_such_function_at_all("implicit");

@ undeclared_twice no
--
    getpid();
    getpid();

@ undeclared_strict no
 * flags: -Werror=implicit-function-declaration
--
    getpid();

@ declared_by_hand yes
int getpid(void);
--
    return getpid() <= 0;

@ declared_wrong_arguments no
#include <unistd.h>
--
    return getpid(1, 2, 3);

@ too_few no
#include <string.h>
--
    return strlen();

@ address_only no
#include <sys/mman.h>
--
    return (void *) mmap == 0;

@ address_missing no
extern int not_there_at_all(void);
--
    return (void *) not_there_at_all == 0;

@ sizeof_missing no
extern int not_there_at_all(void);
--
    return sizeof(not_there_at_all());

@ sqrt_constant yes
#include <math.h>
--
    return sqrt(4.0) != 2.0;

@ sqrt_needs_library yes folder
 * libs: -lm
#include <math.h>
#include <stdlib.h>
--
    volatile double d = 4.0;
    return sqrt(d) != 2.0;

@ sqrt_without_library no
#include <math.h>
#include <stdlib.h>
--
    volatile double d = atof("4");
    return sqrt(d) != 2.0;

@ own_name_of_library yes
static int puts(const char *s) { return s == 0; }
int main(void) { return puts("x"); }

@ own_name_clashes no
#include <stdio.h>
static int puts(const char *s) { return s == 0; }
int main(void) { return puts("x"); }

@ returns_struct no
#include <stdlib.h>
--
    return div(1, 1).quot;

@ weak_missing yes
extern int surely_not_there(void) __attribute__((weak));
--
    return surely_not_there != 0;

@ variable_environ no
extern char **environ;
--
    return environ == 0;

@ variable_missing no
extern char **no_environ_of_this_name;
--
    return no_environ_of_this_name == 0;

@ macro_not_function no
#include <stdio.h>
--
#ifdef stdin
    return 0;
#else
    no stdin here
#endif

@ tls_errno no
#include <errno.h>
--
    errno = 3;
