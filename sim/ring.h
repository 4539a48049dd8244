/*
 * ring.h — a growing queue of fixed-size items with random access from the head.
 *
 * Items are counted from the first ever pushed: `sim_ring_at(ring, position)` with
 * ring->begin <= position < ring->end. So a log entry keeps its number while older ones are
 * dropped in front of it. Growth copies; pointers are good until the next push.
 */
#ifndef SIM_RING_H
#define SIM_RING_H

#include <glib.h>
#include <stdint.h>

typedef struct SimRing {
    char *items;         /* private */
    size_t size;         /* private */
    uint64_t mask;       /* private; capacity - 1 */
    uint64_t begin, end; /* read-only: positions held are [begin, end) */
} SimRing;

/* `first` is the position of the first item to be pushed. */
void sim_ring_init(SimRing *ring, size_t item_size, uint64_t first);
void sim_ring_clear(SimRing *ring);
void sim_ring_grow(SimRing *ring); /* private */

static inline uint64_t sim_ring_len(const SimRing *ring)
{
    return ring->end - ring->begin;
}

static inline void *sim_ring_at(const SimRing *ring, uint64_t position)
{
    return ring->items + (position & ring->mask) * ring->size;
}

/* Room for one more at the end; the caller fills it (it holds old bytes). */
static inline void *sim_ring_push(SimRing *ring)
{
    if (ring->end - ring->begin > ring->mask)
        sim_ring_grow(ring);
    return sim_ring_at(ring, ring->end++);
}

static inline void *sim_ring_head(const SimRing *ring)
{
    return sim_ring_at(ring, ring->begin);
}

/* Drops the head; what it held may be read until the next push. */
static inline void sim_ring_pop(SimRing *ring)
{
    ring->begin++;
}

#endif
