/*
 * ngx_log.c - messages, one line each, to the writer that the caller gave.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include "ngx_auto_config.h"
#include "ngx_core.h"

#include <stdarg.h>
#include <stdio.h>

/* A longer line is cut. */
#define LINE_SIZE    1024

/* A message grows at pos and never beyond end. */
typedef struct {
    unsigned char  *pos;
    unsigned char  *end;
} line_t;

/* One conversion as written: %[0][width][u][x|X]letter. */
typedef struct {
    char        letter;
    char        fill;
    ngx_uint_t  width;
    ngx_uint_t  is_unsigned;
    ngx_uint_t  is_hex;
} conversion_t;

static void
put_bytes(line_t *line, const void *data, size_t len)
{
    size_t  room = (size_t) (line->end - line->pos);

    if (len > room) {
        len = room;
    }

    if (len != 0) {             /* an empty ngx_str_t may point nowhere */
        memcpy(line->pos, data, len);
        line->pos += len;
    }
}

static void
put_string(line_t *line, const char *s)
{
    put_bytes(line, s, strlen(s));
}

/*
 * Names may come from strangers: escape control characters, so that a name
 * forges no line of the log and sends nothing to a terminal.
 */
static void
put_escaped(line_t *line, const void *data, size_t len)
{
    char                  code[5];
    size_t                i;
    const unsigned char  *p = data;

    for (i = 0; i < len; i++) {
        if (p[i] < 0x20 || p[i] >= 0x7f) {
            (void) snprintf(code, sizeof(code), "\\x%02x", p[i]);
            put_bytes(line, code, 4);
        } else {
            put_bytes(line, &p[i], 1);
        }
    }
}

static void
put_number(line_t *line, const conversion_t *c, uintmax_t n, int negative)
{
    char        digits[3 * sizeof(n) + 1];
    char       *p = digits + sizeof(digits);
    ngx_uint_t  base = c->is_hex ? 16 : 10;
    ngx_uint_t  len;

    do {
        *--p = "0123456789abcdef"[n % base];
        n /= base;
    } while (n != 0);

    if (negative) {
        *--p = '-';
    }

    len = (ngx_uint_t) (digits + sizeof(digits) - p);

    for ( ; len < c->width; len++) {
        put_bytes(line, &c->fill, 1);
    }

    put_bytes(line, p, (size_t) (digits + sizeof(digits) - p));
}

static void
put_signed(line_t *line, const conversion_t *c, intmax_t n)
{
    uintmax_t  u = (uintmax_t) n;

    put_number(line, c, n < 0 ? -u : u, n < 0);
}

/* Read the flags after a '%'; returns the place of the letter. */
static const char *
read_conversion(const char *fmt, conversion_t *c)
{
    memset(c, 0, sizeof(*c));
    c->fill = ' ';

    if (*fmt == '0') {
        c->fill = '0';
    }

    while (*fmt >= '0' && *fmt <= '9' && c->width < LINE_SIZE) {
        c->width = c->width * 10 + (ngx_uint_t) (*fmt++ - '0');
    }

    for ( ;; fmt++) {
        if (*fmt == 'u') {
            c->is_unsigned = 1;

        } else if (*fmt == 'x' || *fmt == 'X') {
            c->is_unsigned = 1;
            c->is_hex = 1;

        } else {
            c->letter = *fmt;
            return fmt;
        }
    }
}

/*
 * One case per type of argument.  The list is passed by pointer to a struct,
 * since a va_list that is a parameter may have decayed to a pointer.
 */
typedef struct {
    va_list  args;
} args_t;

static uintmax_t
take_unsigned(args_t *a, char letter)
{
    switch (letter) {
    case 'z':
        return va_arg(a->args, size_t);
    case 'i':
        return va_arg(a->args, ngx_uint_t);
    case 'l':
        return va_arg(a->args, unsigned long);
    case 'A':
        return va_arg(a->args, ngx_atomic_uint_t);
    default:
        return va_arg(a->args, unsigned int);
    }
}

static intmax_t
take_signed(args_t *a, char letter)
{
    switch (letter) {
    case 'z':
        return va_arg(a->args, ssize_t);
    case 'i':
        return va_arg(a->args, ngx_int_t);
    case 'l':
    case 'A':
        return va_arg(a->args, long);
    case 'P':
        return va_arg(a->args, ngx_pid_t);
    default:
        return va_arg(a->args, int);
    }
}

static void
put_integer(line_t *line, const conversion_t *c, args_t *a)
{
    if (c->is_unsigned) {
        put_number(line, c, take_unsigned(a, c->letter), 0);

    } else {
        put_signed(line, c, take_signed(a, c->letter));
    }
}

static void
put_pointer(line_t *line, void *p)
{
    conversion_t  c = { 'p', '0', 2 * sizeof(void *), 1, 1 };

    put_number(line, &c, (uintptr_t) p, 0);
}

static void
put_conversion(line_t *line, const conversion_t *c, args_t *a)
{
    char         ch;
    ngx_str_t   *str;
    const char  *text;

    switch (c->letter) {
    case 's':
        text = va_arg(a->args, const char *);
        text = text != NULL ? text : "(null)";
        put_escaped(line, text, strlen(text));
        return;

    case 'V':
        str = va_arg(a->args, ngx_str_t *);
        put_escaped(line, str->data, str->len);
        return;

    case 'p':
        put_pointer(line, va_arg(a->args, void *));
        return;

    case 'c':
        ch = (char) va_arg(a->args, int);
        put_escaped(line, &ch, 1);
        return;

    case 'd':
    case 'i':
    case 'l':
    case 'z':
    case 'A':
    case 'P':
        put_integer(line, c, a);
        return;

    default:            /* '%', and unknown letters are printed as they are */
        put_bytes(line, &c->letter, 1);
    }
}

static void
put_format(line_t *line, const char *fmt, args_t *a)
{
    conversion_t  c;
    const char   *percent;

    while ((percent = strchr(fmt, '%')) != NULL) {
        put_bytes(line, fmt, (size_t) (percent - fmt));

        fmt = read_conversion(percent + 1, &c);

        if (*fmt == '\0') {
            return;
        }

        put_conversion(line, &c, a);
        fmt++;
    }

    put_string(line, fmt);
}

/* If the line is too long, cut the message and keep the error code. */
static void
put_error(line_t *line, ngx_err_t err)
{
    conversion_t  c = { 'd', ' ', 0, 0, 0 };
    char          text[128];
    line_t        tail;

    tail.pos = (unsigned char *) text;
    tail.end = tail.pos + sizeof(text) - 1;

    put_string(&tail, " (");
    put_signed(&tail, &c, err);
    put_string(&tail, ": ");
    put_string(&tail, strerror(err));
    put_string(&tail, ")");
    *tail.pos = '\0';

    if ((size_t) (line->end - line->pos) < strlen(text)) {
        line->pos = line->end - strlen(text);
    }

    put_string(line, text);
}

void
ngx_log_error_core(ngx_uint_t level, ngx_log_t *log, ngx_err_t err,
    const char *fmt, ...)
{
    int            saved = errno;
    args_t         a;
    line_t         line;
    unsigned char  buf[LINE_SIZE];

    if (log == NULL || log->writer == NULL) {
        return;
    }

    line.pos = buf;
    line.end = buf + sizeof(buf);

    va_start(a.args, fmt);
    put_format(&line, fmt, &a);
    va_end(a.args);

    if (err != 0) {
        put_error(&line, err);
    }

    log->writer(log, level, buf, (size_t) (line.pos - buf));

    errno = saved;
}
