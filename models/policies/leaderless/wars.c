/*
 * wars.c — the mode in which the model is the WARS model of PBS: delays drawn from four given laws
 * for each operation and replica, and nothing else (Bailis et al., VLDB 2012, §5.1).
 *
 * A read that began at b and was counted at replica i after R_i would first have been fresh with
 * respect to the latest write acknowledged by b, at replica i at A_i, had it begun min(A_i - R_i)
 * over the replicas that it counted: the quantiles of that, from the acknowledgement on, are
 * t-visibility.
 */
#include "models/policies/leaderless/state.h"

const SimDist *rep_wars_law(const RepSetup *setup, guint8 kind)
{
    const RepLeaderlessSetup *policy = rep_leaderless_of(setup);
    if (policy->wars == REP_WARS_OFF)
        return NULL;
    switch ((RepLeaderlessMessage)kind) {
    case REP_LL_WRITE:
        return policy->w;
    case REP_LL_WRITE_OK:
        return policy->a;
    case REP_LL_READ:
        return policy->r;
    case REP_LL_READ_OK:
        return policy->s;
    case REP_LL_HINT:
    case REP_LL_REPAIR:
    case REP_LL_REPAIR_OK:
    case REP_LL_HINTED:
    case REP_LL_HINTED_OK:
    case REP_LL_COMPARE:
    case REP_LL_DIFFERENCE:
        break;
    }
    return NULL;
}

void rep_wars_acknowledged(RepLeaderless *state, RepView *view, const RepCoordination *one)
{
    if (!state->latest)
        return;
    RepLatest *latest = g_hash_table_lookup(state->latest, &one->request.key);
    if (!latest) {
        guint64 *key = g_new(guint64, 1);
        *key = one->request.key;
        latest = g_new(RepLatest, 1);
        g_hash_table_insert(state->latest, key, latest);
    }
    *latest = (RepLatest){.client = one->request.client,
                          .number = one->request.number,
                          .attempt = one->request.attempt,
                          .written_at = one->began,
                          .acknowledged_at = rep_view_now(view)};
}

void rep_wars_read(RepLeaderless *state, RepCoordination *one)
{
    const RepLatest *latest =
        state->latest ? g_hash_table_lookup(state->latest, &one->request.key) : NULL;
    one->has_latest = latest != NULL;
    if (latest)
        one->latest = *latest;
}

void rep_wars_answer(RepLeaderless *state, RepView *view, const RepCoordination *one,
                     RepEffects *out)
{
    if (!state->latest || !one->has_latest)
        return;
    const RepLatest *write = &one->latest;
    SimTime first = SIM_NEVER;
    for (guint32 i = 0; i < one->n_asked; i++) {
        const RepAsked *asked = &one->asked[i];
        if (!asked->counted)
            continue;
        SimSpan to_write = rep_view_drawn_delay(view, write->client, write->number, write->attempt,
                                                asked->node, TRUE, REP_LL_WRITE);
        SimSpan to_read =
            rep_view_drawn_delay(view, one->request.client, one->request.number,
                                 one->request.attempt, asked->node, TRUE, REP_LL_READ);
        first = MIN(first, sim_time_after(write->written_at, to_write) - to_read);
    }
    rep_effects_add(out, &(RepEffect){.kind = REP_EFFECT_VISIBLE,
                                      .node = one->party,
                                      .handle = one->request.handle,
                                      .at = MAX(0, first - write->acknowledged_at)});
}
