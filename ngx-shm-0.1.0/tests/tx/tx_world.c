/*
 * tx_world.c - sections that change the tree, the list and the counts.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include "tx_world.h"

#include <string.h>
#include <unistd.h>

ngx_slab_pool_t  *pool;
root_t           *root;
ngx_shmtx_t       lock;

static node_t *
node_at(uintptr_t off)
{
    return ngx_slab_pointer(pool, off);
}

static void
must(int ok)
{
    if (!ok) {
        _exit(9);
    }
}

static void
set(uintptr_t *word, uintptr_t value)
{
    must(ngx_tx_set(pool, word, value) == NGX_OK);
}

/* The word that names the node of the key, or would. */
static uintptr_t *
link_of(uintptr_t key)
{
    node_t     *node;
    uintptr_t  *link = &root->tree;

    while (*link != 0 && node_at(*link)->key != key) {
        node = node_at(*link);
        link = key < node->key ? &node->left : &node->right;
    }

    return link;
}

void
world_insert(uintptr_t key, uintptr_t value, size_t blob)
{
    void       *data;
    node_t     *node = ngx_tx_alloc(pool, sizeof(*node));
    uintptr_t   off;

    must(node != NULL);
    memset(node, 0, sizeof(*node));
    off = ngx_slab_offset(pool, node);
    node->key = key;
    node->value = value;

    if (blob != 0) {
        data = ngx_tx_alloc(pool, blob);
        must(data != NULL);
        memset(data, 0xb1, blob);
        node->blob = ngx_slab_offset(pool, data);
    }

    node->next = root->head;
    set(root->head == 0 ? &root->tail : &node_at(root->head)->prev, off);
    set(&root->head, off);
    set(link_of(key), off);
    set(&root->count, root->count + 1);
    set(&root->sum, root->sum + value);
}

/* The node of the link leaves the tree; the next greater one takes its place. */
static void
cut(uintptr_t *link)
{
    node_t     *node = node_at(*link), *next;
    uintptr_t  *least, off;

    if (node->left == 0 || node->right == 0) {
        set(link, node->left != 0 ? node->left : node->right);
        return;
    }

    for (least = &node->right; node_at(*least)->left != 0;
         least = &node_at(*least)->left)
    {
        /* void */
    }

    off = *least;
    next = node_at(off);
    set(least, next->right);

    /* as one range, and stored in pieces */
    must(ngx_tx_save(pool, next, 2 * sizeof(uintptr_t)) == NGX_OK);
    next->left = node->left;
    next->right = node->right;
    set(link, off);
}

void
world_remove(uintptr_t key)
{
    uintptr_t  *link = link_of(key);
    node_t     *node;

    must(*link != 0);
    node = node_at(*link);
    cut(link);

    set(node->prev == 0 ? &root->head : &node_at(node->prev)->next, node->next);
    set(node->next == 0 ? &root->tail : &node_at(node->next)->prev, node->prev);
    set(&root->count, root->count - 1);
    set(&root->sum, root->sum - node->value);

    if (node->blob != 0) {
        must(ngx_tx_free(pool, node_at(node->blob)) == NGX_OK);
    }

    must(ngx_tx_free(pool, node) == NGX_OK);

    /* it is ours until the end, so this is taken back, too */
    must(ngx_tx_save(pool, node, sizeof(*node)) == NGX_OK);
    memset(node, 0xdd, sizeof(*node));
}

void
world_touch(void)
{
    node_t     *node;
    uintptr_t   off, sum = 0;

    for (off = root->head; off != 0; off = node->next) {
        node = node_at(off);
        must(ngx_tx_save(pool, &node->value, sizeof(node->value)) == NGX_OK);
        node->value = node->value * 2;
        must(ngx_tx_save(pool, &node->key, 2 * sizeof(node->key)) == NGX_OK);
        node->value++;
        sum += node->value;
    }

    set(&root->sum, sum);
}

/* ---- the model */

static void
move(uintptr_t *a, size_t to, size_t from, size_t n)
{
    memmove(a + to, a + from, n * sizeof(*a));
}

void
model_insert(state_t *s, uintptr_t key, uintptr_t value, int blob)
{
    move(s->key, 1, 0, s->n);
    move(s->value, 1, 0, s->n);
    move(s->blob, 1, 0, s->n);
    s->key[0] = key;
    s->value[0] = value;
    s->blob[0] = blob != 0;
    s->n++;
}

void
model_remove(state_t *s, uintptr_t key)
{
    size_t  i;

    for (i = 0; s->key[i] != key; i++) { /* void */ }

    s->n--;
    move(s->key, i, i + 1, s->n - i);
    move(s->value, i, i + 1, s->n - i);
    move(s->blob, i, i + 1, s->n - i);
    s->key[s->n] = s->value[s->n] = s->blob[s->n] = 0;
}

void
model_touch(state_t *s)
{
    size_t  i;

    for (i = 0; i < s->n; i++) {
        s->value[i] = s->value[i] * 2 + 1;
    }
}
