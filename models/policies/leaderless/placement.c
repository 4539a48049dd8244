/* placement.c — the ring; see placement.h. */
#include "models/policies/leaderless/placement.h"

#include "sim/check.h"

static guint64 mix(guint64 x)
{
    x = (x ^ x >> 30) * G_GUINT64_CONSTANT(0xbf58476d1ce4e5b9);
    x = (x ^ x >> 27) * G_GUINT64_CONSTANT(0x94d049bb133111eb);
    return x ^ x >> 31;
}

/* FNV-1a of the name, then mixed with the number of the place. */
static guint64 place_hash(const char *name, guint64 number)
{
    guint64 hash = G_GUINT64_CONSTANT(0xcbf29ce484222325);
    for (; *name; name++)
        hash = (hash ^ (guint8)*name) * G_GUINT64_CONSTANT(0x100000001b3);
    return mix(hash + number * G_GUINT64_CONSTANT(0x9e3779b97f4a7c15));
}

/* Larger names come later at one hash: no two places are equal. */
static int compare_places(gconstpointer a, gconstpointer b)
{
    const RepRingPlace *x = a, *y = b;
    if (x->hash != y->hash)
        return x->hash < y->hash ? -1 : 1;
    return x->node - y->node;
}

/* How many of the replicas may be in a region: its share of N, rounded up; what a region cannot
 * have because it has too few nodes goes to the others. */
static void region_shares(const RepSetup *setup, gsize n, gsize *share)
{
    g_autofree gsize *nodes = g_new0(gsize, setup->n_regions);
    for (gsize i = 0; i < setup->n_nodes; i++)
        nodes[setup->nodes[i].region]++;
    for (gsize placed = 0; placed < n;) {
        gsize before = placed;
        for (gsize region = 0; region < setup->n_regions && placed < n; region++)
            if (share[region] < nodes[region]) {
                share[region]++;
                placed++;
            }
        SIM_CHECK(placed > before, "more replicas than nodes");
    }
}

static void walk(RepRing *ring, const RepSetup *setup, gsize place, const gsize *share)
{
    g_autofree gsize *taken = g_new0(gsize, setup->n_regions);
    g_autofree gboolean *has = g_new0(gboolean, ring->n_nodes);
    int *replicas = ring->replicas + place * ring->n_replicas;
    gsize n = 0;
    for (gsize i = 0; n < ring->n_replicas; i++) {
        SIM_CHECK(i < 2 * ring->n_places, "the ring has too few nodes");
        int node = ring->places[(place + i) % ring->n_places].node;
        gsize region = (gsize)setup->nodes[node].region;
        if (has[node] || (share && taken[region] >= share[region]))
            continue;
        has[node] = TRUE;
        taken[region]++;
        replicas[n++] = node;
    }
}

void rep_ring_init(RepRing *ring, const RepSetup *setup)
{
    const RepLeaderlessSetup *policy = rep_leaderless_of(setup);
    gsize vnodes = (gsize)policy->vnodes;
    ring->n_nodes = setup->n_nodes;
    ring->n_replicas = (gsize)policy->replicas;
    ring->n_places = setup->n_nodes * vnodes;
    ring->places = g_new(RepRingPlace, ring->n_places);
    for (gsize node = 0; node < setup->n_nodes; node++)
        for (gsize i = 0; i < vnodes; i++)
            ring->places[node * vnodes + i] =
                (RepRingPlace){.hash = place_hash(setup->nodes[node].name, i), .node = (int)node};
    qsort(ring->places, ring->n_places, sizeof *ring->places, compare_places);
    ring->replicas = g_new(int, ring->n_places * ring->n_replicas);
    g_autofree gsize *share = g_new0(gsize, setup->n_regions);
    region_shares(setup, ring->n_replicas, share);
    for (gsize place = 0; place < ring->n_places; place++)
        walk(ring, setup, place, policy->placement == REP_PLACEMENT_SPREAD ? share : NULL);
}

void rep_ring_clear(RepRing *ring)
{
    g_free(ring->places);
    g_free(ring->replicas);
}

/* The first place at or after the key's hash. */
static gsize place_of(const RepRing *ring, guint64 key)
{
    guint64 hash = mix(key + G_GUINT64_CONSTANT(0x9e3779b97f4a7c15));
    gsize low = 0, high = ring->n_places;
    while (low < high) {
        gsize middle = low + (high - low) / 2;
        if (ring->places[middle].hash < hash)
            low = middle + 1;
        else
            high = middle;
    }
    return low == ring->n_places ? 0 : low;
}

const int *rep_ring_replicas(const RepRing *ring, guint64 key)
{
    return ring->replicas + place_of(ring, key) * ring->n_replicas;
}

static gboolean is_among(const int *nodes, gsize n, int node)
{
    for (gsize i = 0; i < n; i++)
        if (nodes[i] == node)
            return TRUE;
    return FALSE;
}

gboolean rep_ring_keeps(const RepRing *ring, int node, guint64 key)
{
    return is_among(rep_ring_replicas(ring, key), ring->n_replicas, node);
}

/* Did the walk meet the node before its i-th step? */
static gboolean was_met(const RepRing *ring, gsize first, gsize i, int node)
{
    for (gsize before = 0; before < i; before++)
        if (ring->places[(first + before) % ring->n_places].node == node)
            return TRUE;
    return FALSE;
}

int rep_ring_next_fallback(const RepRing *ring, guint64 key, gsize *cursor)
{
    gsize first = place_of(ring, key);
    const int *replicas = ring->replicas + first * ring->n_replicas;
    while (*cursor < ring->n_places) {
        gsize i = (*cursor)++;
        int node = ring->places[(first + i) % ring->n_places].node;
        if (!is_among(replicas, ring->n_replicas, node) && !was_met(ring, first, i, node))
            return node;
    }
    return -1;
}
