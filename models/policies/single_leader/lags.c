/*
 * lags.c — how far behind clients believe the nodes to be: reads: nearest(max_lag=…).
 *
 * As MongoDB's drivers estimate it (Server Selection and Max Staleness specifications). Every
 * `probe` the clients of a region ask each node; it answers with its time and with that of the last
 * write that it shows. A node's lag is the age of its last write less the age of the leader's,
 * each when it answered, plus `probe` for what may have happened since. Where no leader has
 * answered, the node with the newest write stands for it. Of whom nothing was heard for two probes
 * nothing is known, and nobody reads there. The leader itself is always allowed.
 *
 * Honest, and therefore wrong at times: a cluster that writes seldom looks the same whether a
 * replica follows or not, and a replica that stops following is believed in until the next answer.
 */
#include "models/policies/single_leader/state.h"

#define SILENT_FOR 2 /* probes */

typedef struct Lag {
    SimTime heard;   /* when the answer arrived; -1: never */
    SimTime at;      /* when it left */
    SimTime written; /* of the last write that the node showed then */
    guint32 term;    /* that it led in; 0: it followed */
} Lag;

struct RepLags {
    Lag *all; /* [region * n_nodes + node] */
    gsize n_nodes;
};

void rep_lags_init(RepSingleLeaderState *state, RepView *view, RepEffects *out)
{
    const RepSetup *setup = rep_view_setup(view);
    if (rep_policy_of(setup)->reads != REP_READS_NEAREST_FRESH)
        return;
    state->lags = g_new0(RepLags, 1);
    state->lags->n_nodes = setup->n_nodes;
    state->lags->all = g_new0(Lag, setup->n_regions * setup->n_nodes);
    for (gsize i = 0; i < setup->n_regions * setup->n_nodes; i++)
        state->lags->all[i].heard = -1;
    for (int region = 0; region < (int)setup->n_regions; region++)
        rep_lags_timer(state, view, region, out);
}

void rep_lags_free(RepLags *lags)
{
    if (!lags)
        return;
    g_free(lags->all);
    g_free(lags);
}

void rep_lags_timer(RepSingleLeaderState *state, RepView *view, int region, RepEffects *out)
{
    int party = rep_party_of_region(view, region);
    SimTime now = rep_view_now(view);
    REP_EACH_MEMBER(state, node)
    rep_tell(state, view, party, node, REP_MESSAGE_PROBE, 0, 0, (guint64)now, out);
    rep_set_timer(state, party, REP_TIMER_PROBE, sim_time_after(now, rep_policy_in(view)->probe),
                  out);
}

void rep_lags_note(RepSingleLeaderState *state, RepView *view, int node, guint64 index)
{
    if (!state->lags)
        return;
    SimTime durable = rep_view_durable_at(view, node, state->log, index);
    state->members[node].written = durable == SIM_NEVER ? rep_view_now(view) : durable;
}

void rep_lags_probed(RepSingleLeaderState *state, RepView *view, int node,
                     const RepMessage *question, RepEffects *out)
{
    const RepMember *self = &state->members[node];
    RepMessage answer = {.from = node,
                         .to = question->from,
                         .kind = REP_MESSAGE_LAG,
                         .log = (guint8)state->log,
                         .term = self->leads ? self->term : 0,
                         .first = (guint64)rep_view_now(view),
                         .value = (guint64)self->written,
                         .bytes = (guint64)rep_view_setup(view)->network.message_size};
    rep_effects_send(out, &answer);
}

void rep_lags_hear(RepSingleLeaderState *state, RepView *view, int region, const RepMessage *answer)
{
    Lag *lag = &state->lags->all[(gsize)region * state->lags->n_nodes + (gsize)answer->from];
    if (lag->heard >= 0 && lag->at > (SimTime)answer->first)
        return; /* an older one, overtaken */
    *lag = (Lag){.heard = rep_view_now(view),
                 .at = (SimTime)answer->first,
                 .written = (SimTime)answer->value,
                 .term = answer->term};
}

/* ---- the estimate ------------------------------------------------------------------------- */

static gboolean is_known(const Lag *lag, SimTime now, SimSpan probe)
{
    return lag->heard >= 0 && now - lag->heard <= SILENT_FOR * probe;
}

/* Whoever led in the newest term when it answered; NULL: nobody did. */
static const Lag *leader_among(const Lag *lags, gsize n, SimTime now, SimSpan probe)
{
    const Lag *leader = NULL;
    for (gsize i = 0; i < n; i++)
        if (is_known(&lags[i], now, probe) && lags[i].term &&
            (!leader || lags[i].term > leader->term))
            leader = &lags[i];
    return leader;
}

static SimTime newest_write(const Lag *lags, gsize n, SimTime now, SimSpan probe)
{
    SimTime newest = 0;
    for (gsize i = 0; i < n; i++)
        if (is_known(&lags[i], now, probe))
            newest = MAX(newest, lags[i].written);
    return newest;
}

gboolean rep_lags_allow(const RepSingleLeaderState *state, RepView *view, int region, int node)
{
    const RepSingleLeaderSetup *policy = rep_policy_in(view);
    gsize n = state->lags->n_nodes;
    const Lag *lags = &state->lags->all[(gsize)region * n], *lag = &lags[node];
    SimTime now = rep_view_now(view);
    if (node == rep_known_leader(state, region))
        return TRUE;
    if (!is_known(lag, now, policy->probe))
        return FALSE;
    const Lag *leader = leader_among(lags, n, now, policy->probe);
    SimSpan lead = leader ? (lag->at - lag->written) - (leader->at - leader->written)
                          : newest_write(lags, n, now, policy->probe) - lag->written;
    return lead + policy->probe <= policy->max_lag;
}
