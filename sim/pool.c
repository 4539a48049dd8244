/* pool.c — growth of a pool; the hot path is in the header. */
#include "sim/pool.h"

void sim_pool_init(SimPool *pool, size_t record_size)
{
    *pool = (SimPool){.size = record_size};
}

void sim_pool_clear(SimPool *pool)
{
    for (size_t i = 0; i < pool->n_chunks; i++)
        g_free(pool->chunks[i]);
    g_free(pool->chunks);
    g_free(pool->free);
    *pool = (SimPool){0};
}

void sim_pool_add_chunk(SimPool *pool)
{
    SIM_CHECK(pool->made < SIM_POOL_NONE - (1u << SIM_POOL_CHUNK_BITS), "pool is full");
    if (pool->n_chunks == pool->room) {
        pool->room = pool->room ? 2 * pool->room : 4;
        pool->chunks = g_renew(char *, pool->chunks, pool->room);
    }
    pool->chunks[pool->n_chunks++] = g_malloc(pool->size << SIM_POOL_CHUNK_BITS);
}

void sim_pool_grow_free(SimPool *pool)
{
    pool->free_room = pool->free_room ? 2 * pool->free_room : 64;
    pool->free = g_renew(uint32_t, pool->free, pool->free_room);
}
