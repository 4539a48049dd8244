/*
 * placement.h — which nodes keep a key: consistent hashing with virtual nodes (Karger et al. 1997;
 * Dynamo §4.2).
 *
 * Each node has `vnodes` places on a ring, at hashes of its name and the place's number, so that a
 * node that comes or goes moves only its own share of the keys. The replicas of a key are the first
 * N different nodes clockwise from the key's hash; those after them stand in for them under sloppy
 * quorums. `spread` walks on while a region already has its share of the N.
 */
#ifndef REP_PLACEMENT_H
#define REP_PLACEMENT_H

#include "models/policies/leaderless.h"

typedef struct RepRingPlace {
    guint64 hash;
    int node;
} RepRingPlace;

typedef struct RepRing {
    RepRingPlace *places; /* ascending by hash */
    int *replicas;        /* [place * n_replicas + i] */
    gsize n_places, n_replicas;
    gsize n_nodes;
} RepRing;

void rep_ring_init(RepRing *ring, const RepSetup *setup);
void rep_ring_clear(RepRing *ring);
/* The replicas of a key, in order of preference; n_replicas of them. */
const int *rep_ring_replicas(const RepRing *ring, guint64 key);
gboolean rep_ring_keeps(const RepRing *ring, int node, guint64 key);
/* Node after node clockwise from the key that is not a replica of it, each once: *cursor begins at
 * 0; -1: there is none left. */
int rep_ring_next_fallback(const RepRing *ring, guint64 key, gsize *cursor);

#endif
