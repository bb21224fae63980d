/*
 * own_lock.c - locks that lie in the module's own structure in the zone, a
 * handle beside its shared part: the upstream check module has one a peer.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include "names.h"

typedef struct {
    ngx_shmtx_t     mutex;
    ngx_shmtx_sh_t  lock;
    ngx_pid_t       owner;
    ngx_uint_t      fall_count;
    unsigned        down:1;
} names_peer_t;

typedef struct {
    ngx_uint_t    number;
    names_peer_t  peer[1];
} names_peers_t;


ngx_uint_t
names_own_lock(ngx_slab_pool_t *pool)
{
    size_t          size;
    ngx_uint_t      i, right = 1;
    names_peer_t   *peer;
    names_peers_t  *peers;

    size = sizeof(names_peers_t) + 2 * sizeof(names_peer_t);
    peers = ngx_slab_alloc(pool, size);
    if (peers == NULL) {
        return 0;
    }

    ngx_memzero(peers, size);
    peers->number = 3;

    for (i = 0; i < peers->number; i++) {
        peer = &peers->peer[i];
        if (ngx_shmtx_create(&peer->mutex, &peer->lock, NULL) != NGX_OK) {
            return 0;
        }

        ngx_shmtx_lock(&peer->mutex);
        peer->owner = ngx_pid;
        peer->fall_count++;
        right = right && !ngx_shmtx_trylock(&peer->mutex);
        ngx_shmtx_unlock(&peer->mutex);

        right = right && ngx_shmtx_trylock(&peer->mutex)
                && ngx_shmtx_force_unlock(&peer->mutex, ngx_pid)
                && !ngx_shmtx_force_unlock(&peer->mutex, ngx_pid);
        ngx_shmtx_destroy(&peer->mutex);
    }

    ngx_slab_free(pool, peers);
    return right;
}
