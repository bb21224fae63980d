/*
 * ngx_shm_log.h - who is told when the caller named no log; private.
 *
 * Nobody.  Inside nginx contrib/nginx/ngx_shm_log.h takes the place of this
 * file, and it is nginx's own log.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#ifndef NGX_SHM_LOG_H_INCLUDED
#define NGX_SHM_LOG_H_INCLUDED

#define ngx_shm_log(log)  (log)

#endif
