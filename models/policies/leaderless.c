/*
 * leaderless.c — the leaderless policy: what the world calls, handed to who deals with it; see
 * leaderless/state.h.
 */
#include "models/policies/leaderless.h"

#include "models/policies/leaderless/state.h"

static const char *const message_names[] = {"write",     "write ok", "read",       "read ok",
                                            "hint",      "repair",   "repair ok",  "hinted",
                                            "hinted ok", "compare",  "difference", NULL};

/* ---- what the setup says ------------------------------------------------------------------ */

static int logs(const RepSetup *setup)
{
    return 1; /* nobody keeps it: there is none */
}

static gboolean no_log(const RepSetup *setup, int node, int log)
{
    return FALSE;
}

static gboolean stores(const RepSetup *setup, int node)
{
    return TRUE;
}

static gboolean answers_reads(const RepSetup *setup, int node)
{
    return TRUE;
}

static guint possible_events(const RepSetup *setup)
{
    return REP_MAY_CONFLICT |
           (rep_leaderless_of(setup)->handoff == REP_HANDOFF_ON ? REP_MAY_HINT : 0u) |
           (rep_leaderless_of(setup)->wars == REP_WARS_ON ? REP_MAY_FORESEE : 0u);
}

static const RepConflictRule *conflict_rule(const RepSetup *setup, const void **rule_setup)
{
    const RepLeaderlessSetup *policy = rep_leaderless_of(setup);
    *rule_setup = NULL;
    switch ((RepVersioning)policy->versions) {
    case REP_VERSIONS_VECTOR:
        return &rep_conflict_siblings;
    case REP_VERSIONS_SINGLE:
        return &rep_conflict_single;
    case REP_VERSIONS_LWW:
        return policy->clock == REP_VERSIONS_HYBRID ? &rep_conflict_hybrid : &rep_conflict_lww;
    case REP_VERSIONS_HYBRID:
        return &rep_conflict_hybrid;
    case REP_VERSIONS_MERGE:
        *rule_setup = &policy->merge;
        return &rep_conflict_merge;
    case REP_VERSIONS_NONE:
        return &rep_conflict_none;
    }
    return NULL;
}

static guint n_keepers(const RepSetup *setup)
{
    return (guint)rep_leaderless_of(setup)->replicas;
}

static gboolean keeps(const RepSetup *setup, const void *self, int node, guint64 key)
{
    const RepLeaderless *state = self;
    return rep_ring_keeps(&state->ring, node, key);
}

/* ---- beginning and end -------------------------------------------------------------------- */

static SimSpan longest_timeout(const RepSetup *setup)
{
    SimSpan longest = 0;
    for (gsize i = 0; i < setup->n_clients; i++)
        longest = MAX(longest, setup->clients[i].timeout);
    return longest;
}

static void init_party(RepLeaderless *state, int party)
{
    RepParty *self = &state->parties[party];
    sim_ring_init(&self->expiring, sizeof(RepDue), 0);
    sim_ring_init(&self->hedging, sizeof(RepDue), 0);
    sim_ring_init(&self->tombstones, sizeof(RepTombstone), 0);
    self->compared_with = party;
    self->replays_at = SIM_NEVER;
}

static void find_medians(RepLeaderless *state, RepView *view)
{
    state->p50 = g_new(SimSpan, state->n_parties * state->n_nodes);
    for (gsize party = 0; party < state->n_parties; party++)
        for (gsize node = 0; node < state->n_nodes; node++)
            state->p50[party * state->n_nodes + node] =
                party == node ? 0 : rep_view_p50(view, (int)party, (int)node);
}

static void init(void *self, RepView *view, RepEffects *out)
{
    RepLeaderless *state = self;
    const RepSetup *setup = rep_view_setup(view);
    state->setup = rep_leaderless_of(setup);
    state->n_nodes = setup->n_nodes;
    state->n_parties = setup->n_nodes + setup->n_regions;
    state->life = longest_timeout(setup);
    rep_ring_init(&state->ring, setup);
    gsize room = (gsize)state->setup->replicas * sizeof(RepAsked);
    sim_pool_init(&state->coordinations, sizeof(RepCoordination) + room);
    sim_pool_init(&state->owed, sizeof(RepMessage));
    state->parties = g_new0(RepParty, state->n_parties);
    for (int party = 0; party < (int)state->n_parties; party++)
        init_party(state, party);
    if (state->setup->fanout == REP_FANOUT_QUORUM)
        find_medians(state, view);
    if (state->setup->coordinator == REP_COORDINATOR_CLIENT)
        state->seen = rep_seen_new();
    if (state->setup->wars == REP_WARS_ON)
        state->latest = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, g_free);
    for (int node = 0; node < (int)state->n_nodes; node++)
        rep_entropy_begin(state, view, node, out);
}

static void clear(void *self)
{
    RepLeaderless *state = self;
    if (!state->parties)
        return;
    for (gsize party = 0; party < state->n_parties; party++) {
        RepParty *one = &state->parties[party];
        sim_ring_clear(&one->expiring);
        sim_ring_clear(&one->hedging);
        sim_ring_clear(&one->tombstones);
        for (gsize i = 0; one->replay && i < state->n_nodes; i++)
            sim_ring_clear(&one->replay[i].marks);
        g_free(one->replay);
    }
    g_free(state->parties);
    g_free(state->p50);
    rep_ring_clear(&state->ring);
    rep_seen_free(state->seen);
    if (state->latest)
        g_hash_table_unref(state->latest);
    sim_pool_clear(&state->coordinations);
    sim_pool_clear(&state->owed);
}

/* ---- what happens ------------------------------------------------------------------------- */

/* The client itself, or the nearest replica of the key that its session does not avoid. */
static int route(const void *self, RepView *view, const RepRoute *asked)
{
    const RepLeaderless *state = self;
    if (state->setup->coordinator == REP_COORDINATOR_CLIENT)
        return rep_party_of_region(view, asked->region);
    for (int pass = 0; pass < 2; pass++)
        for (gsize i = 0; i < state->n_nodes; i++) {
            int node = asked->nearest[i];
            if ((pass > 0 || rep_ring_keeps(&state->ring, node, asked->key)) &&
                !rep_route_avoids(view, asked, node))
                return node;
        }
    return asked->nearest[0];
}

static void request(void *self, RepView *view, int party, const RepRequest *asked, RepEffects *out)
{
    rep_coordinate(self, view, party, asked, out);
}

static void message(void *self, RepView *view, int party, const RepMessage *arrived,
                    RepEffects *out)
{
    if (rep_party_is_node(view, party))
        rep_replica_message(self, view, party, arrived, out);
    else
        rep_coordinate_answered(self, view, party, arrived, out);
}

static void stored(void *self, RepView *view, int node, guint64 token, RepEffects *out)
{
    rep_replica_stored(self, view, node, token, out);
}

static void timer(void *self, RepView *view, int party, int log, guint which, RepEffects *out)
{
    switch (which) {
    case REP_LL_TIMER_EXPIRE:
        rep_coordinate_expire(self, view, party, out);
        return;
    case REP_LL_TIMER_HEDGE:
        rep_coordinate_hedge(self, view, party, out);
        return;
    case REP_LL_TIMER_REPLAY:
        rep_handoff_tick(self, view, party, out);
        return;
    case REP_LL_TIMER_PURGE:
        rep_replica_purge(self, view, party, out);
        return;
    default:
        rep_entropy_tick(self, view, party, out);
    }
}

static void stopped(void *self, RepView *view, int node, RepEffects *out)
{
    RepLeaderless *state = self;
    state->last_round.failed = TRUE;
    state->last_round.looked_at = REP_NEVER_LOOKED;
    rep_coordinate_stop(self, view, node, out);
    rep_replica_stop(self, node);
    rep_handoff_stop(self, view, node);
}

static void started(void *self, RepView *view, int node, RepEffects *out)
{
    ((RepLeaderless *)self)->last_round.looked_at = REP_NEVER_LOOKED;
    rep_entropy_begin(self, view, node, out);
    rep_replica_purge(self, view, node, out);
    rep_handoff_kick(self, view, node, out);
}

static void connected(void *self, RepView *view, int node, int peer, RepEffects *out)
{
    rep_handoff_kick(self, view, node, out);
}

static gboolean unsettled(void *self, RepView *view, RepEffects *out)
{
    RepLeaderless *state = self;
    if (rep_handoff_is_pending(state, view))
        return TRUE;
    if (state->setup->anti_entropy == REP_ANTI_ENTROPY_NONE)
        return FALSE;
    if (state->last_round.began && !rep_entropy_is_due_again(state, view))
        return FALSE;
    if (!rep_entropy_can_reach_all(state, view))
        return TRUE;
    gboolean is_again = state->last_round.began;
    rep_entropy_force(state, view, out);
    return is_again || out->n_messages > 0;
}

static const SimDist *delay_law(const RepSetup *setup, guint8 kind)
{
    return rep_wars_law(setup, kind);
}

const RepPolicyOps rep_leaderless = {
    .abi = REP_POLICY_ABI,
    .name = "leaderless",
    .summary = "every replica of a key takes writes; coordinators count answers",
    .setup_size = sizeof(RepLeaderlessSetup),
    .fields = rep_leaderless_fields,
    .state_size = sizeof(RepLeaderless),
    .timers = REP_LL_TIMERS,
    .message_names = message_names,
    .validate = rep_leaderless_validate,
    .advise = rep_leaderless_advise,
    .logs = logs,
    .holds = no_log,
    .follows = no_log,
    .stores = stores,
    .answers_reads = answers_reads,
    .events = possible_events,
    .conflict_rule = conflict_rule,
    .n_keepers = n_keepers,
    .keeps = keeps,
    .delay_law = delay_law,
    .init = init,
    .clear = clear,
    .route = route,
    .request = request,
    .stored = stored,
    .message = message,
    .timer = timer,
    .unsettled = unsettled,
    .stopped = stopped,
    .started = started,
    .connected = connected,
};
