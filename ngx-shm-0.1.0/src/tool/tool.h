/*
 * tool.h - the parts of the program ngx-shm.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#ifndef NGX_TOOL_H_INCLUDED
#define NGX_TOOL_H_INCLUDED

#include "ngx_shm_named.h"
#include "ngx_shmem.h"

#include <stdio.h>

/* The exit status: yes, no, and cannot tell. */
#define TOOL_YES      0
#define TOOL_NO       1
#define TOOL_TROUBLE  2

typedef struct {
    int          json;
    int          openmetrics;
    int          color;
    const char  *svg;
    double       interval;      /* seconds between two pictures */
    long         count;         /* how many; 0: until it is ended */
    const char  *sort;          /* by what; NULL: as the command likes */
    int          reverse;
    int          bytes;         /* sizes are shown in bytes */
    int          all;           /* list: all that is known */
    int          unused;        /* only segments that nobody has ... */
    int          dead;          /* ... and whose maker is gone */
    const char  *user;          /* only those of uid; NULL: of anybody */
    uid_t        uid;
    int          dry_run;
    int          yes;
    int          nargs;
    char       **args;          /* what is neither command nor option */
} tool_t;

typedef struct {
    const char  *name;
    const char  *args;
    const char  *words;
    int          least, most;   /* how many arguments it takes */
    int        (*run)(const tool_t *tool);
} tool_command_t;

int tool_features(const tool_t *tool);
int tool_backends(const tool_t *tool);
int tool_list(const tool_t *tool);
int tool_remove(const tool_t *tool);
int tool_stat(const tool_t *tool);
int tool_check(const tool_t *tool);
int tool_map(const tool_t *tool);
int tool_dump(const tool_t *tool);
int tool_watch(const tool_t *tool);
int tool_bench(const tool_t *tool);

/*
 * "ngx-shm: error: what: why; what to do" on stderr; returns TOOL_TROUBLE.  If
 * the terminal shows another screen, tool_leave is to end that before.
 */
int tool_error(const char *what, const char *why, const char *todo);
extern void (*tool_leave)(void);

/* The same of what cannot be done to a name: "cannot open posix:/x". */
int tool_cannot(const char *verb, const char *name, const char *why,
    const char *todo);

/* Not NULL: the message goes there, and not to stderr; TOOL_KEPT bytes. */
#define TOOL_KEPT  512
extern char  *tool_kept_error;

/*
 * Run ask(data) in a child, which hands data's len bytes back.  0, or the
 * signal that ended the child; data is then as it was.
 */
int tool_in_child(void (*ask)(void *data), void *data, size_t len);

/* 'T' or 't', it is stopped; 'Z' or 'X', it is dead; 0, neither of them. */
int tool_process_rests(pid_t pid);

/* In words behind the number of a process: " (gone)", " (stopped)", "". */
const char *tool_rests_words(int rests);
/* The same of a process that is dead or not. */
const char *tool_gone_words(pid_t pid);

/* Ask each backend for a page; returns how many there are, max at most. */
ngx_uint_t tool_ask_backends(ngx_shm_backend_t *list, ngx_uint_t max);

/* The log of library calls: its last message, for tool_error(). */
extern ngx_log_t  tool_log;

/*
 * That message without its call and its name, and without errno where the
 * library itself refused.
 */
const char *tool_last_reason(void);

/*
 * Where text for people goes: stdout, or what watch makes a picture of.  All
 * that watch shows is printed with these.
 */
extern FILE  *tool_out;
void tool_print(const char *fmt, ...)
#if defined(__GNUC__)
    __attribute__((format(printf, 1, 2)))
#endif
    ;

/*
 * Text of others, such as a name, for people: what is neither printable nor
 * ASCII as \xHH, a backslash twice.  Inside $'...' a shell gives back the name.
 */
void tool_put_text(FILE *f, const char *text);

/* The same in bold, and the label in brackets if there is one. */
void tool_put_name(const tool_t *tool, const char *name, const char *label);

/* A string in quotes, as JSON has it. */
void tool_json_string(const char *s);

/* One member of an object: "name": "text" or "name": number, then a comma. */
void tool_json_text(const char *name, const char *text);
void tool_json_number(const char *name, intmax_t number);

/* Standard output is a terminal that knows more than letters. */
int tool_has_terminal(void);

/*
 * Text in a colour if there are colours: 'g'reen, 'r'ed, 'y'ellow, 'm'agenta,
 * 'c'yan, 'b'old, 'd'im, 'R'ed behind it; 0: none.
 */
void tool_colored(const tool_t *tool, char color, const char *fmt, ...);

/* 4096 as "4K"; what would take five digits rounded, "23.5G"; returns buf. */
const char *tool_bytes(uintmax_t n, char *buf, size_t size);

/* Seconds since 1970 as a date, or as a number if it is none; returns buf. */
const char *tool_time(int64_t seconds, char *buf, size_t size);

/* The name of a user, or his number; returns buf. */
const char *tool_user(uid_t uid, char *buf, size_t size);

/* A number from a file like /proc/sys/kernel/shmmax; -1 if there is none. */
intmax_t tool_read_number(const char *path);

#endif
