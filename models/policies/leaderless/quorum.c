/* quorum.c — are so many answers enough? (semantics §6; Gifford 1979 for the counting.) */
#include "models/policies/leaderless/state.h"

#include "sim/check.h"

static gboolean is_in(const RepSetup *setup, int node, int region)
{
    return setup->nodes[node].region == region;
}

static int region_of_coordinator(RepView *view, int party)
{
    return rep_party_is_node(view, party) ? rep_view_setup(view)->nodes[party].region
                                          : rep_region_of_party(view, party);
}

/* Of the asked ones in the region (-1: anywhere) that count. */
static guint32 have(const RepSetup *setup, const RepCoordination *one, int region, gboolean counted)
{
    guint32 n = 0;
    for (guint32 i = 0; i < one->n_asked; i++) {
        const RepAsked *asked = &one->asked[i];
        if (region < 0 || is_in(setup, asked->node, region))
            n += counted ? asked->counted : 1u;
    }
    return n;
}

/* A majority of the key's replicas in the region; 0 where it has none. */
static guint32 majority_in(const RepLeaderless *state, const RepSetup *setup, guint64 key,
                           int region)
{
    const int *replicas = rep_ring_replicas(&state->ring, key);
    guint32 n = 0;
    for (gsize i = 0; i < state->ring.n_replicas; i++)
        n += is_in(setup, replicas[i], region) ? 1 : 0;
    return n ? n / 2 + 1 : 0;
}

static gboolean is_enough(const RepLeaderless *state, RepView *view, const RepCoordination *one,
                          gboolean counted)
{
    const RepSetup *setup = rep_view_setup(view);
    const RepQuorumSetup *quorum =
        one->request.kind == REP_READ ? &state->setup->read : &state->setup->write;
    guint32 n = (guint32)state->ring.n_replicas;
    switch ((RepQuorumRule)quorum->rule) {
    case REP_QUORUM_COUNT:
        return have(setup, one, -1, counted) >= (guint32)quorum->count;
    case REP_QUORUM_MAJORITY:
        return have(setup, one, -1, counted) >= n / 2 + 1;
    case REP_QUORUM_ALL:
        return have(setup, one, -1, counted) >= n;
    case REP_QUORUM_LOCAL: {
        int region = region_of_coordinator(view, one->party);
        guint32 local = majority_in(state, setup, one->request.key, region);
        /* A region without a replica asks for a majority of all. */
        return local ? have(setup, one, region, counted) >= local
                     : have(setup, one, -1, counted) >= n / 2 + 1;
    }
    case REP_QUORUM_EACH:
        for (int region = 0; region < (int)setup->n_regions; region++)
            if (have(setup, one, region, counted) <
                majority_in(state, setup, one->request.key, region))
                return FALSE;
        return TRUE;
    }
    SIM_UNREACHABLE();
}

gboolean rep_quorum_is_met(const RepLeaderless *state, RepView *view, const RepCoordination *one)
{
    return is_enough(state, view, one, TRUE);
}

gboolean rep_quorum_can_be_met(const RepLeaderless *state, RepView *view,
                               const RepCoordination *one)
{
    return is_enough(state, view, one, FALSE);
}
