/*
 * tx_referee.c - read the tree, the list and the counts, and compare them.  It
 * must survive what a death has torn.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include "tx_referee.h"

#include <string.h>

static const unsigned char  *base;
static size_t                end, steps;

static const node_t *
at(uintptr_t off)
{
    return off % 8 == 0 && off != 0 && off <= end - sizeof(node_t)
           ? (const node_t *) (const void *) (base + off) : NULL;
}

/* How many nodes the subtree has, whose keys are from..to; -1: it is torn. */
static long
count_tree(uintptr_t off, uintptr_t from, uintptr_t to)
{
    long           left, right;
    const node_t  *node;

    if (off == 0) {
        return 0;
    }

    node = at(off);
    if (node == NULL || ++steps > MOST || node->key < from || node->key > to) {
        return -1;
    }

    left = count_tree(node->left, from, node->key - 1);
    right = count_tree(node->right, node->key + 1, to);
    return left < 0 || right < 0 ? -1 : left + right + 1;
}

static int
is_in_tree(uintptr_t tree, uintptr_t off)
{
    size_t         i;
    const node_t  *node, *wanted = at(off);

    for (i = 0; i < MOST && tree != 0 && tree != off; i++) {
        node = at(tree);
        tree = wanted->key < node->key ? node->left : node->right;
    }

    return tree == off;
}

const char *
referee_read(const void *pool, size_t size, const root_t *root, state_t *s)
{
    long           n;
    uintptr_t      off, last = 0, sum = 0;
    const node_t  *node;

    base = pool;
    end = size;
    steps = 0;
    memset(s, 0, sizeof(*s));
    n = count_tree(root->tree, 1, UINTPTR_MAX - 1);

    if (n < 0) {
        return "the tree is torn";
    }

    for (off = root->head; off != 0; off = node->next) {
        node = at(off);

        if (node == NULL || s->n == MOST || node->prev != last) {
            return "the list is torn";
        }
        if (!is_in_tree(root->tree, off)) {
            return "in the list and not in the tree";
        }

        s->key[s->n] = node->key;
        s->value[s->n] = node->value;
        s->blob[s->n++] = node->blob != 0;
        sum += node->value;
        last = off;
    }

    if (root->tail != last) {
        return "the end of the list is wrong";
    }
    if (s->n != (size_t) n) {
        return "list and tree differ";
    }

    return root->count != s->n ? "the count is wrong"
           : root->sum != sum ? "the sum is wrong" : NULL;
}

int
referee_same(const state_t *a, const state_t *b)
{
    return memcmp(a, b, sizeof(*a)) == 0;
}
