/* tree.c — set-up and growth of the tournament tree; the hot path is in the header. */
#include "sim/tree.h"

#include "sim/check.h"

#include <glib.h>
#include <string.h>

#define CACHE_LINE 64u

/* Levels lie at [1], [4, 8), [16, 32), … or at [1], [2, 4), [8, 16), …; what is between is unused.
 */
static void allocate(SimTree *tree, size_t leaves)
{
    size_t bytes = 2 * leaves * sizeof(SimKey);
    tree->memory = g_malloc(bytes + CACHE_LINE);
    uintptr_t start = ((uintptr_t)tree->memory + CACHE_LINE - 1) & ~(uintptr_t)(CACHE_LINE - 1);
    tree->nodes = (SimKey *)start;
    tree->leaves = leaves;
    for (size_t level = leaves; level >= 1; level /= 4)
        for (size_t i = level; i < 2 * level; i++)
            tree->nodes[i] = SIM_KEY_NEVER;
    tree->nodes[1] = SIM_KEY_NEVER;
}

static size_t power_of_two(size_t slots)
{
    size_t leaves = 2;
    while (leaves < slots)
        leaves *= 2;
    return leaves;
}

void sim_tree_init(SimTree *tree, size_t slots)
{
    allocate(tree, power_of_two(slots));
}

void sim_tree_clear(SimTree *tree)
{
    g_free(tree->memory);
    *tree = (SimTree){0};
}

void sim_tree_grow(SimTree *tree, size_t slots)
{
    SIM_CHECK(slots <= SIM_SLOT_MASK, "%zu event sources are more than the queue can hold", slots);
    if (slots <= tree->leaves)
        return;
    SimTree old = *tree;
    allocate(tree, power_of_two(slots));
    for (size_t slot = 0; slot < old.leaves; slot++)
        if (old.nodes[old.leaves + slot].time != (uint64_t)SIM_NEVER)
            sim_tree_set(tree, (SimSlot)slot, old.nodes[old.leaves + slot]);
    g_free(old.memory);
}
