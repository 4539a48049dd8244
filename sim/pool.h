/*
 * pool.h — fixed-size records named by small integers, reused without allocation.
 *
 * Records live in chunks that never move, so a pointer stays good until the record is given back.
 * Numbers are handed out last-in first-out, which keeps the hot ones in cache and the order
 * deterministic.
 */
#ifndef SIM_POOL_H
#define SIM_POOL_H

#include "sim/check.h"

#include <glib.h>
#include <stdint.h>
#include <string.h>

#define SIM_POOL_NONE UINT32_MAX
#define SIM_POOL_CHUNK_BITS 8

typedef struct SimPool {
    char **chunks; /* private, like all of it but `live` */
    size_t n_chunks, room;
    size_t size;
    uint32_t *free;
    size_t n_free, free_room;
    uint32_t made;
    uint32_t live; /* read-only: records in use */
} SimPool;

void sim_pool_init(SimPool *pool, size_t record_size);
void sim_pool_clear(SimPool *pool);
void sim_pool_add_chunk(SimPool *pool); /* private */
void sim_pool_grow_free(SimPool *pool); /* private */

static inline void *sim_pool_at(const SimPool *pool, uint32_t number)
{
    return pool->chunks[number >> SIM_POOL_CHUNK_BITS] +
           (number & ((1u << SIM_POOL_CHUNK_BITS) - 1)) * pool->size;
}

/* A record holding old bytes, for callers that fill all of it. */
static inline uint32_t sim_pool_take_raw(SimPool *pool)
{
    uint32_t number;
    if (pool->n_free)
        number = pool->free[--pool->n_free];
    else {
        if (pool->made >> SIM_POOL_CHUNK_BITS == pool->n_chunks)
            sim_pool_add_chunk(pool);
        number = pool->made++;
    }
    pool->live++;
    return number;
}

/* A zeroed record. */
static inline uint32_t sim_pool_take(SimPool *pool)
{
    uint32_t number = sim_pool_take_raw(pool);
    memset(sim_pool_at(pool, number), 0, pool->size);
    return number;
}

static inline void sim_pool_give(SimPool *pool, uint32_t number)
{
    if (pool->n_free == pool->free_room)
        sim_pool_grow_free(pool);
    pool->free[pool->n_free++] = number;
    pool->live--;
}

#endif
