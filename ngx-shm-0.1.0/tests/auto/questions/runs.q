# What a program finds when it runs: space, limits, signals, input, a folder of
# its own, descriptors, arguments; and how it ends.

% 0 1 2 77 125 126 127 128 255 256
@ exit yes +
--
    return @1;

% 0 1 255
@ exit_bug bug +
--
    return @1;

% SIGKILL SIGTERM SIGSEGV SIGABRT SIGPIPE SIGINT SIGHUP SIGALRM SIGUSR1 SIGXFSZ
@ killed yes
#include <signal.h>
#include <unistd.h>
--
    kill(getpid(), @1);

% SIGINT SIGHUP SIGPIPE SIGTERM SIGQUIT SIGCHLD SIGALRM SIGXFSZ SIGUSR1
@ default_action yes +
#include <signal.h>
--
    struct sigaction a;
    return sigaction(@1, 0, &a) != 0 || a.sa_handler != SIG_DFL;

% SIGINT SIGQUIT
@ deaf yes +
#include <signal.h>
--
    struct sigaction a;
    return sigaction(@1, 0, &a) != 0 || a.sa_handler != SIG_IGN;

@ nothing_blocked yes
#include <signal.h>
--
    sigset_t set;
    int i;
    if (sigprocmask(SIG_BLOCK, 0, &set) != 0) return 1;
    for (i = 1; i < 32; i++) if (sigismember(&set, i) == 1) return 2;

@ large_memfd yes +
#define _GNU_SOURCE 1
#include <sys/mman.h>
#include <unistd.h>
int main(void) { int fd = memfd_create("x", 0);
    return fd == -1 || ftruncate(fd, 64 << 20) != 0; }

@ large_file yes
#define _FILE_OFFSET_BITS 64
#include <fcntl.h>
#include <unistd.h>
int main(void) { int fd = open("big", O_CREAT|O_RDWR, 0600);
    return fd == -1 || ftruncate(fd, ((off_t) 1 << 31) + 1) != 0; }

@ writes_40_mib yes
#include <stdio.h>
#include <unistd.h>
--
    static char block[1 << 20];
    FILE *f = fopen("blocks", "w");
    int i;
    for (i = 0; i < 40; i++) if (fwrite(block, 1, sizeof(block), f) != sizeof(block)) return 1;
    return fclose(f) != 0 || unlink("blocks") != 0;

@ file_size_unlimited yes
#include <sys/resource.h>
--
    struct rlimit r;
    return getrlimit(RLIMIT_FSIZE, &r) != 0 || r.rlim_cur != RLIM_INFINITY;

@ large_mapping yes
#include <sys/mman.h>
--
    return mmap(0, 256 << 20, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANON, -1, 0) == MAP_FAILED;

% one two three four
@ exclusive yes folder +
#include <fcntl.h>
#include <unistd.h>
--
    return open("conftest.tmp", O_CREAT|O_EXCL|O_RDWR, 0600) == -1 || "@1" == 0;

% one two
@ fifo yes folder +
#include <sys/stat.h>
--
    return mkfifo("conftest.fifo", 0600) == -1 || "@1" == 0;

@ folder_is_empty yes folder
#include <dirent.h>
--
    DIR *d = opendir(".");
    struct dirent *e;
    int n = 0;
    while ((e = readdir(d)) != 0) n++;
    return n != 2;

@ folder_is_writable yes
#include <unistd.h>
--
    return access(".", R_OK|W_OK|X_OK) != 0;

@ folder_is_left_full yes
#include <stdio.h>
#include <sys/stat.h>
--
    return mkdir("deep", 0700) != 0 || mkdir("deep/er", 0500) != 0;

@ input_ends yes +
#include <stdio.h>
--
    return getchar() != EOF;

@ input_is_no_terminal yes
#include <unistd.h>
--
    return isatty(0) || isatty(1) || isatty(2);

@ input_is_readable yes
#include <unistd.h>
--
    char c;
    return read(0, &c, 1) != 0;

@ few_descriptors yes
#include <fcntl.h>
--
    int fd;
    for (fd = 3; fd < 9; fd++) if (fcntl(fd, F_GETFD) != -1) return fd;

@ no_arguments yes
int main(int argc, char **argv) { return argc != 1 || argv[1] != 0; }

@ no_arguments_void yes
#include <fcntl.h>
#include <unistd.h>
--
    char text[4096];
    int fd = open("/proc/self/cmdline", O_RDONLY), i, zeroes = 0;
    long n = read(fd, text, sizeof(text));
    for (i = 0; i < n; i++) zeroes += text[i] == 0;
    return zeroes != 1;

@ name_exists yes
#include <unistd.h>
int main(int argc, char **argv) { return argc < 1 || access("/proc/self/exe", X_OK) != 0 || argv[0] == 0; }

@ leaves_child yes
#include <unistd.h>
--
    if (fork() == 0) { sleep(1); _exit(0); }

@ child_holds_output value
#include <stdio.h>
#include <unistd.h>
--
    printf("5");
    fflush(stdout);
    if (fork() == 0) { close(1); close(2); sleep(1); _exit(0); }

@ child_fails yes
#include <sys/wait.h>
#include <unistd.h>
--
    int status;
    if (fork() == 0) { _exit(3); }
    wait(&status);
    return WEXITSTATUS(status) != 3;

@ handler_runs yes
#include <signal.h>
static volatile int seen;
static void handler(int n) { seen = n; }
int main(void) { signal(SIGUSR1, handler); raise(SIGUSR1); return seen != SIGUSR1; }

@ reads_after_flood value
#include <stdio.h>
--
    int i;
    for (i = 0; i < 20000; i++) fputs("0123456789\n", stderr);
    printf("6");

@ exits_in_atexit yes
#include <stdlib.h>
#include <unistd.h>
static void last(void) { _exit(4); }
int main(void) { return atexit(last); }

@ null_is_read yes
--
    return *(volatile int *) 0;

@ stack_of_1_mib yes
--
    volatile char room[1 << 20];
    room[0] = 0;
    room[(1 << 20) - 1] = 0;
    return room[0];

@ variable_of_environment yes
#include <stdlib.h>
--
    return getenv("PATH") == 0;

@ sets_environment yes
#include <stdlib.h>
--
    return setenv("PATH", "/nowhere", 1);

@ limits_itself yes
#include <sys/resource.h>
--
    struct rlimit r = { 0, 0 };
    return setrlimit(RLIMIT_NPROC, &r) + setrlimit(RLIMIT_FSIZE, &r);

@ changes_folder yes
#include <unistd.h>
--
    return chdir("/");

@ own_session yes
#include <unistd.h>
--
    return setpgid(0, 0) != 0 && getpgrp() != getpid();

@ kills_its_group yes
#include <signal.h>
#include <unistd.h>
--
    setpgid(0, 0);
    kill(0, SIGTERM);

@ umask_is_usual yes
#include <sys/stat.h>
--
    return umask(0) == 0777;
