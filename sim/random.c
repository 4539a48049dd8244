/*
 * random.c — keys of streams, and the seeding of the sequential generator.
 *
 * A stream's key is a hash of its parent's key and its name or number. The hash takes words of
 * eight bytes, each through the finaliser of SplitMix64 (Steele, Lea, Flood 2014; constants of
 * Stafford's variant 13), a bijection in which every input bit moves every output bit with a
 * probability near one half. Kinds of derivation start from different constants and names end with
 * their length, so that no two ways of deriving meet by construction.
 */
#include "sim/random.h"

#include <stdbool.h>
#include <string.h>

#define GOLDEN_GAMMA UINT64_C(0x9e3779b97f4a7c15) /* 2^64 / golden ratio, odd */

/* Starting points of the three derivations: digits of the square roots of 2, 3 and 5. */
#define FROM_ROOT UINT64_C(0x6a09e667f3bcc908)
#define FROM_NAME UINT64_C(0xbb67ae8584caa73b)
#define FROM_NUMBER UINT64_C(0x3c6ef372fe94f82b)

static uint64_t mix(uint64_t z)
{
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return z ^ (z >> 31);
}

static uint64_t absorb(uint64_t hash, uint64_t word)
{
    return mix((hash + GOLDEN_GAMMA) ^ word);
}

/* Squares wants a key whose halves have about as many ones as zeros (§4 of the paper), and odd, so
 * that counters keep apart. A random key is almost always so; the others are hashed once more. */
static bool is_irregular(uint64_t key)
{
    int high = __builtin_popcountll(key >> 32), low = __builtin_popcountll(key & UINT32_MAX);
    return high >= 9 && high <= 23 && low >= 9 && low <= 23;
}

static SimStream stream_of(uint64_t hash)
{
    while (!is_irregular(hash | 1))
        hash = absorb(hash, 0);
    return (SimStream){.key = hash | 1};
}

SimStream sim_stream_root(uint64_t seed, uint64_t replication)
{
    return stream_of(absorb(absorb(FROM_ROOT, seed), replication));
}

SimStream sim_stream_named(SimStream parent, const char *name)
{
    uint64_t hash = absorb(FROM_NAME, parent.key), word = 0;
    size_t length = strlen(name);
    for (size_t i = 0; i < length; i++) {
        word |= (uint64_t)(unsigned char)name[i] << (8 * (i % 8));
        if (i % 8 == 7 || i + 1 == length) {
            hash = absorb(hash, word);
            word = 0;
        }
    }
    return stream_of(absorb(hash, length));
}

SimStream sim_stream_numbered(SimStream parent, uint64_t number)
{
    return stream_of(absorb(absorb(FROM_NUMBER, parent.key), number));
}

void sim_rng_seed(SimRng *rng, uint64_t seed)
{
    for (int i = 0; i < 4; i++)
        rng->s[i] = mix(seed += GOLDEN_GAMMA); /* SplitMix64, as its authors recommend */
}
