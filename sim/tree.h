/*
 * tree.h — a tournament tree over fixed slots: the heart of the event queue.
 *
 * Every event source has a slot, and a slot holds the key of the source's next event or
 * SIM_KEY_NEVER. Inner nodes hold the smallest key of their four children, so the root is the next
 * event of all. Changing any slot (arm, move, disarm) replays one path to the root: log4(slots)
 * steps over one cache line each, with no branch that depends on the data. On the few thousand
 * sources of a replicated system this is several times faster than a binary heap of events,
 * because mispredicted branches, not memory, are the cost there; and cancelling is as cheap as
 * scheduling.
 *
 * Keys are 128 bits, compared as one number: time, then order. The low SIM_SLOT_BITS of `order`
 * are the slot itself, so no two armed slots ever tie and the root names its slot.
 *
 * The select must be free of branches in the generated code, under gcc and clang and at every
 * optimisation level: `?:` became branches at some, and cost three times as much. bench/kernel
 * guards this.
 */
#ifndef SIM_TREE_H
#define SIM_TREE_H

#include "sim/time.h"

#include <stddef.h>
#include <stdint.h>

#define SIM_SLOT_BITS 21
#define SIM_SLOT_MASK ((UINT64_C(1) << SIM_SLOT_BITS) - 1)

typedef uint32_t SimSlot;

typedef struct SimKey {
    uint64_t time;
    uint64_t order;
} SimKey;

#define SIM_KEY_NEVER ((SimKey){.time = (uint64_t)SIM_NEVER, .order = UINT64_MAX})

typedef struct SimTree {
    SimKey *nodes; /* private; [1] is the root, the children of i > 1 are 4i … 4i + 3 */
    size_t leaves; /* private; a power of two; leaves begin at this index */
    void *memory;  /* private; unaligned allocation behind nodes */
} SimTree;

void sim_tree_init(SimTree *tree, size_t slots);
void sim_tree_clear(SimTree *tree);
/* Room for at least `slots` slots; keeps what is armed. */
void sim_tree_grow(SimTree *tree, size_t slots);

static inline SimKey sim_tree_first(const SimTree *tree)
{
    return tree->nodes[1];
}

/* *key becomes the smaller of *key and other, without a branch. On x86-64 the instructions are
 * spelled out, because gcc 12 makes a chain twice as long of any C form tried. */
static inline void sim_key_take_smaller(SimKey *key, SimKey other)
{
#if defined(__x86_64__)
    uint64_t difference = other.time;
    __asm__(
        "cmp %[key_order], %[order]\n\t"
        "sbb %[key_time], %[difference]\n\t"
        "cmovc %[time], %[key_time]\n\t"
        "cmovc %[order], %[key_order]"
        : [key_time] "+&r"(key->time), [key_order] "+&r"(key->order), [difference] "+&r"(difference)
        : [time] "r"(other.time), [order] "r"(other.order)
        : "cc");
#else
    unsigned __int128 a = ((unsigned __int128)key->time << 64) | key->order;
    unsigned __int128 b = ((unsigned __int128)other.time << 64) | other.order;
    uint64_t mask = (uint64_t)0 - (uint64_t)(b < a);
    key->time ^= (key->time ^ other.time) & mask;
    key->order ^= (key->order ^ other.order) & mask;
#endif
}

/* The node at a byte offset: the loop below counts in bytes, which saves a third of it. Copied
 * member by member, because gcc 12 would copy the whole through the stack. */
static inline SimKey sim_tree_key(const SimTree *tree, size_t offset)
{
    const SimKey *node = (const SimKey *)((const char *)tree->nodes + offset);
    return (SimKey){.time = node->time, .order = node->order};
}

static inline void sim_tree_put(SimTree *tree, size_t offset, SimKey key)
{
    SimKey *node = (SimKey *)((char *)tree->nodes + offset);
    node->time = key.time;
    node->order = key.order;
}

static inline void sim_tree_set(SimTree *tree, SimSlot slot, SimKey key)
{
    const size_t node = sizeof(SimKey);
    size_t at = (tree->leaves + slot) * node;
    sim_tree_put(tree, at, key);
    while (at >= 4 * node) {
        /* The two that are not the neighbour are compared off the critical path. */
        SimKey others = sim_tree_key(tree, at ^ 2 * node);
        sim_key_take_smaller(&others, sim_tree_key(tree, at ^ 3 * node));
        sim_key_take_smaller(&key, sim_tree_key(tree, at ^ node));
        at = (at / 4) & ~(node - 1);
        sim_key_take_smaller(&key, others);
        sim_tree_put(tree, at, key);
    }
    if (at > node) { /* the top level of a tree with 2, 8, 32, … leaves has two children */
        sim_key_take_smaller(&key, sim_tree_key(tree, at ^ node));
        tree->nodes[1] = key;
    }
}

#endif
