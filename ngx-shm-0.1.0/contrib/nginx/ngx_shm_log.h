/*
 * ngx_shm_log.h - the log to use if the caller gave none: inside nginx, the log
 * of its cycle, which changes when nginx is reloaded.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#ifndef NGX_SHM_LOG_H_INCLUDED
#define NGX_SHM_LOG_H_INCLUDED

#include "ngx_core.h"

static ngx_inline ngx_log_t *
ngx_shm_log(ngx_log_t *log)
{
    return log != NULL ? log : ngx_cycle->log;
}

#endif
