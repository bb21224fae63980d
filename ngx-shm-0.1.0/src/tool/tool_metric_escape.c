/*
 * tool_metric_escape.c - a name of any bytes as a name that Prometheus allows.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include "ngx_auto_config.h"
#include "tool_metrics.h"

static int
is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static int
is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static int
is_allowed(const char *name)
{
    const char  *p;

    if (is_digit(name[0]) || strncmp(name, "U__", 3) == 0) {
        return 0;
    }

    for (p = name; *p != '\0'; p++) {
        if (!is_letter(*p) && !is_digit(*p) && *p != '_' && *p != ':') {
            return 0;
        }
    }

    return name[0] != '\0';
}

/* As Prometheus does it: U__ in front, _ twice, other bytes as _HH_. */
const char *
tool_metric_escape(const char *name, char *buf)
{
    char  *q = buf;

    if (is_allowed(name)) {
        (void) snprintf(buf, TOOL_ESCAPED, "%s", name);
        return buf;
    }

    q += sprintf(q, "U__");

    for ( /* void */ ; *name != '\0'; name++) {
        if (is_letter(*name) || is_digit(*name)) {
            *q++ = *name;
        } else if (*name == '_') {
            q += sprintf(q, "__");
        } else {
            q += sprintf(q, "_%02X_", (unsigned) (unsigned char) *name);
        }
    }

    *q = '\0';
    return buf;
}
