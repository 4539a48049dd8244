/* ring.c — growth of a ring; the hot path is in the header. */
#include "sim/ring.h"

#include <string.h>

#define FIRST_CAPACITY 16u

void sim_ring_init(SimRing *ring, size_t item_size, uint64_t first)
{
    *ring = (SimRing){.size = item_size, .mask = FIRST_CAPACITY - 1, .begin = first, .end = first};
    ring->items = g_malloc(item_size * FIRST_CAPACITY);
}

void sim_ring_clear(SimRing *ring)
{
    g_free(ring->items);
    *ring = (SimRing){0};
}

void sim_ring_grow(SimRing *ring)
{
    SimRing larger = *ring;
    larger.mask = 2 * ring->mask + 1;
    larger.items = g_malloc((larger.mask + 1) * ring->size);
    for (uint64_t position = ring->begin; position < ring->end; position++)
        memcpy(sim_ring_at(&larger, position), sim_ring_at(ring, position), ring->size);
    g_free(ring->items);
    *ring = larger;
}
