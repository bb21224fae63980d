/*
 * ngx_shm_log.h - the log to use if the caller gave none; private.
 *
 * Here it is none.  Inside nginx contrib/nginx/ngx_shm_log.h replaces this file
 * and uses nginx's own log.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#ifndef NGX_SHM_LOG_H_INCLUDED
#define NGX_SHM_LOG_H_INCLUDED

#define ngx_shm_log(log)  (log)

#endif
