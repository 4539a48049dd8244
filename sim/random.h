/*
 * random.h — random bits keyed by cause, and an ordinary generator for everything else.
 *
 * A draw in a simulation is a pure function of (seed, replication, purpose, entity names, identity
 * of the cause). A SimStream stands for everything up to the entity names; the cause is the
 * counter. So the delay of entry 1022 on its way from db1 to db4 is the same number whatever else
 * happened before it: two policies that send the same message see the same delay, and adding a
 * message, a node or a variant shifts nobody else's luck (architecture, decision 3).
 *
 * Bits come from the counter-based generator Squares (B. Widynski, "Squares: A Fast Counter-Based
 * RNG", 2020), 64-bit output, five rounds. Stream keys are derived by hashing names, so no two
 * entities share one by adjacency.
 *
 * Sub-draws: samplers that reject need more than one number for one cause. A SimDraw hands out up
 * to 256 per cause; counters are cause * 256 + sub-draw, so a cause is below 2^56.
 *
 * SimRng is xoshiro256++ (Blackman, Vigna 2018): fast, sequential, for benchmarks, bootstraps and
 * tests; never for anything inside a simulated world.
 */
#ifndef SIM_RANDOM_H
#define SIM_RANDOM_H

#include "sim/check.h"

#include <stddef.h>
#include <stdint.h>

typedef struct SimStream {
    uint64_t key; /* private; odd */
} SimStream;

/* The root of everything random in one replication of one run. */
SimStream sim_stream_root(uint64_t seed, uint64_t replication);
/* The stream below `parent` called `name` (any bytes; compared exactly). */
SimStream sim_stream_named(SimStream parent, const char *name);
/* The stream below `parent` numbered `number`, e.g. one session of a client group. */
SimStream sim_stream_numbered(SimStream parent, uint64_t number);

/* The last stream derived by number, for whoever asks for the same again and again. Begins as 0s.
 */
typedef struct SimStreamMemo {
    uint64_t number; /* private */
    SimStream stream;
} SimStreamMemo;

/* sim_stream_numbered(); a memo serves one parent. */
static inline SimStream sim_stream_remembered(SimStreamMemo *memo, SimStream parent,
                                              uint64_t number)
{
    if (memo->number != number || !memo->stream.key)
        *memo = (SimStreamMemo){.number = number, .stream = sim_stream_numbered(parent, number)};
    return memo->stream;
}

static inline uint64_t sim_squares64(uint64_t counter, uint64_t key)
{
    uint64_t x = counter * key, y = x, z = y + key, t;
    x = x * x + y;
    x = (x >> 32) | (x << 32);
    x = x * x + z;
    x = (x >> 32) | (x << 32);
    x = x * x + y;
    x = (x >> 32) | (x << 32);
    t = x = x * x + z;
    x = (x >> 32) | (x << 32);
    return t ^ ((x * x + y) >> 32);
}

/* The numbers that belong to one cause, handed out in order. Either keyed (a stream and a cause)
 * or sequential (a SimRng); samplers do not see the difference. */
typedef struct SimRng {
    uint64_t s[4]; /* private */
} SimRng;

typedef struct SimDraw {
    uint64_t key;     /* private */
    uint64_t counter; /* private */
    SimRng *rng;      /* private; NULL for a keyed draw */
} SimDraw;

#define SIM_SUBDRAWS_MAX 256u
#define SIM_CAUSE_MAX (UINT64_MAX / SIM_SUBDRAWS_MAX)

static inline SimDraw sim_draw(SimStream stream, uint64_t cause)
{
    return (SimDraw){.key = stream.key, .counter = cause * SIM_SUBDRAWS_MAX, .rng = NULL};
}

static inline SimDraw sim_draw_sequential(SimRng *rng)
{
    return (SimDraw){.key = 0, .counter = 0, .rng = rng};
}

static inline uint64_t sim_rotl(uint64_t x, int k)
{
    return (x << k) | (x >> (64 - k));
}

static inline uint64_t sim_rng_bits(SimRng *rng)
{
    uint64_t *s = rng->s, result = sim_rotl(s[0] + s[3], 23) + s[0], t = s[1] << 17;
    s[2] ^= s[0];
    s[3] ^= s[1];
    s[1] ^= s[2];
    s[0] ^= s[3];
    s[2] ^= t;
    s[3] = sim_rotl(s[3], 45);
    return result;
}

void sim_rng_seed(SimRng *rng, uint64_t seed);

/* 64 uniform bits: the next sub-draw of this cause. */
static inline uint64_t sim_draw_bits(SimDraw *draw)
{
    if (draw->rng)
        return sim_rng_bits(draw->rng);
    return sim_squares64(draw->counter++, draw->key);
}

/* Uniform in [0, 1), a multiple of 2^-53. */
static inline double sim_draw_unit(SimDraw *draw)
{
    return (double)(sim_draw_bits(draw) >> 11) * 0x1p-53;
}

/* Uniform in (0, 1), an odd multiple of 2^-54: never 0 and never 1. */
static inline double sim_draw_open(SimDraw *draw)
{
    return ((double)(sim_draw_bits(draw) >> 11) + 0.5) * 0x1p-53;
}

/* Uniform integer in [0, n), n >= 1; bias below 2^-64 * n (multiply-shift, Lemire 2019). */
static inline uint64_t sim_draw_below(SimDraw *draw, uint64_t n)
{
    return (uint64_t)(((unsigned __int128)sim_draw_bits(draw) * n) >> 64);
}

/* True with probability `share` (0 … 1, exact at both ends). */
static inline int sim_draw_chance(SimDraw *draw, double share)
{
    return sim_draw_unit(draw) < share;
}

#endif
