/*
 * tool_error.c - error messages: what failed, why, and what to do; and escaping
 * of text that strangers have chosen.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include "ngx_auto_config.h"
#include "tool.h"

void   (*tool_leave)(void);
char    *tool_kept_error;

static char  last_message[1024];

static void
keep_message(ngx_log_t *log, ngx_uint_t level, unsigned char *buf, size_t len)
{
    (void) log;
    (void) level;
    (void) snprintf(last_message, sizeof(last_message), "%.*s", (int) len,
                    (char *) buf);
}

ngx_log_t  tool_log = { NGX_LOG_DEBUG, keep_message, NULL };

static const char *
last_words(void)
{
    return last_message[0] != '\0' ? last_message : strerror(errno);
}

/* Its own judgement needs no errno, whose words are for system calls. */
static void
cut_errno(char *text, int err)
{
    char   tail[128];
    size_t len = strlen(text), n;

    (void) snprintf(tail, sizeof(tail), " (%d: %s)", err, strerror(err));
    n = strlen(tail);

    if (len > n && strcmp(text + len - n, tail) == 0) {
        text[len - n] = '\0';
    }
}

const char *
tool_last_reason(void)
{
    const char    end[] = "\") failed: ";
    const char   *p, *next;
    const size_t  n = sizeof(end) - 1;

    if (errno == EINVAL || errno == EBADMSG || errno == EPROTO
        || errno == EOWNERDEAD)
    {
        cut_errno(last_message, errno);
    }

    p = last_words();

    while ((next = strstr(p, end)) != NULL) {
        p = next + n;
    }

    return p;
}

/* In a message that has been escaped once, a backslash is what it is. */
static void
put(FILE *f, const char *text, int twice)
{
    unsigned char  c;

    while ((c = (unsigned char) *text++) != '\0') {
        if (c < 0x20 || c >= 0x7f) {
            fprintf(f, "\\x%02x", c);

        } else if (c == '\\' && twice) {
            fputs("\\\\", f);

        } else {
            putc(c, f);
        }
    }
}

void
tool_put_text(FILE *f, const char *text)
{
    put(f, text, 1);
}

static void
put_error(FILE *f, const char *what, const char *why, const char *todo)
{
    tool_put_text(f, what);
    fputs(": ", f);
    put(f, why, 0);
    fprintf(f, "; %s", todo);
}

int
tool_error(const char *what, const char *why, const char *todo)
{
    FILE  *kept = tool_kept_error == NULL ? NULL
                  : fmemopen(tool_kept_error, TOOL_KEPT - 1, "w");

    if (kept != NULL) {
        put_error(kept, what, why, todo);
        (void) fclose(kept);
        return TOOL_TROUBLE;
    }

    if (tool_leave != NULL) {
        tool_leave();
    }

    (void) fflush(stdout);
    fputs("ngx-shm: error: ", stderr);
    put_error(stderr, what, why, todo);
    fputs("\n", stderr);
    return TOOL_TROUBLE;
}

int
tool_cannot(const char *verb, const char *name, const char *why,
    const char *todo)
{
    char  what[512];

    (void) snprintf(what, sizeof(what), "cannot %s %.450s", verb, name);
    return tool_error(what, why, todo);
}
