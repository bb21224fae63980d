/* SPDX-License-Identifier: BSD-2-Clause */

#include <ngx_hits.h>

typedef struct ngx_hit_s  ngx_hit_t;

/* In a ring through the head, the latest first. */
struct ngx_hit_s {
    ngx_hit_t *volatile   next;
    ngx_hit_t            *prev;
    ngx_uint_t            n;
    size_t                len;
    unsigned char         key[1];
};

/*
 * A worker may die at any of these steps, so one store puts a hit into the
 * chain of next or takes it out: that one is always whole, and prev follows
 * from it.  Meanwhile hand holds the hit, as an offset: it is in the chain, or
 * nowhere.
 */
struct ngx_hits_s {
    ngx_hit_t           ring;
    volatile uintptr_t  hand;
};

static void
insert(ngx_hits_t *hits, ngx_hit_t *hit)
{
    hit->next = hits->ring.next;
    hit->prev = &hits->ring;
    ngx_memory_barrier();
    hits->ring.next = hit;
    hit->next->prev = hit;
    ngx_memory_barrier();
    hits->hand = 0;
}

static void
take_out(ngx_slab_pool_t *pool, ngx_hits_t *hits, ngx_hit_t *hit)
{
    hits->hand = ngx_slab_offset(pool, hit);
    ngx_memory_barrier();
    hit->prev->next = hit->next;
    hit->next->prev = hit->prev;
}

static ngx_hit_t *
find(ngx_hits_t *hits, const ngx_str_t *key)
{
    ngx_hit_t  *hit;

    for (hit = hits->ring.next; hit != &hits->ring; hit = hit->next) {
        if (hit->len == key->len && memcmp(hit->key, key->data, key->len) == 0)
        {
            return hit;
        }
    }

    return NULL;
}

static ngx_hit_t *
make(ngx_slab_pool_t *pool, ngx_hits_t *hits, const ngx_str_t *key)
{
    size_t      size = offsetof(ngx_hit_t, key) + key->len;
    ngx_hit_t  *hit;

    while ((hit = ngx_slab_alloc_to(pool, &hits->hand, size)) == NULL) {
        if (hits->ring.prev == &hits->ring) {
            return NULL;
        }

        take_out(pool, hits, hits->ring.prev);
        (void) ngx_slab_free_from(pool, &hits->hand);
    }

    hit->n = 0;
    hit->len = key->len;
    ngx_memcpy(hit->key, key->data, key->len);
    return hit;
}

/* The lock tells that a worker died with it, and has called this. */
static void
recover(ngx_shmtx_t *mtx, void *data)
{
    ngx_slab_pool_t  *pool = data;
    ngx_hits_t       *hits = pool->data;
    ngx_hit_t        *hit = &hits->ring;

    (void) mtx;

    do {
        hit->next->prev = hit;
        hit = hit->next;

        if (hits->hand == ngx_slab_offset(pool, hit)) {
            hits->hand = 0;
        }
    } while (hit != &hits->ring);

    if (hits->hand != 0) {
        (void) ngx_slab_free_from(pool, &hits->hand);
    }
}

ngx_hits_t *
ngx_hits_init(ngx_slab_pool_t *pool, ngx_hits_t *old)
{
    ngx_hits_t  *hits;

    if (old != NULL) {
        return old;
    }

    hits = ngx_slab_calloc(pool, sizeof(ngx_hits_t));

    if (hits != NULL) {
        hits->ring.next = &hits->ring;
        hits->ring.prev = &hits->ring;
        pool->data = hits;
        pool->log_nomem = 0;        /* for make() finds room by itself */
        pool->mutex.recover = recover;
        pool->mutex.data = pool;
    }

    return hits;
}

ngx_int_t
ngx_hits_count(ngx_slab_pool_t *pool, ngx_hits_t *hits, const ngx_str_t *key,
    ngx_uint_t *n)
{
    ngx_hit_t  *hit;

    ngx_shmtx_lock(&pool->mutex);

    hit = find(hits, key);

    if (hit != NULL) {
        take_out(pool, hits, hit);

    } else {
        hit = make(pool, hits, key);
    }

    if (hit != NULL) {
        *n = ++hit->n;
        insert(hits, hit);
    }

    ngx_shmtx_unlock(&pool->mutex);

    return hit != NULL ? NGX_OK : NGX_ERROR;
}

void
ngx_hits_clear(ngx_slab_pool_t *pool, ngx_hits_t *hits)
{
    ngx_shmtx_lock(&pool->mutex);

    while (hits->ring.next != &hits->ring) {
        take_out(pool, hits, hits->ring.next);
        (void) ngx_slab_free_from(pool, &hits->hand);
    }

    ngx_shmtx_unlock(&pool->mutex);
}
