/*
 * entropy.c — anti-entropy: replicas compare what they hold in the background, whether anybody
 * reads it or not (Demers et al. 1987; Dynamo §4.7).
 *
 * Every `every` a node compares with the next of the others, in turn: it asks the partner, who
 * sends what the node lacks of the keys that both keep, and asks back. That stands for comparing
 * Merkle trees: who is asked knows at once which keys differ. What it costs to build and to walk
 * the trees is not modelled; what differs is sent, and counts.
 */
#include "models/planted.h"
#include "models/policies/leaderless/state.h"

#define ROUNDS_MAX 50u

static void arm(const RepLeaderless *state, RepView *view, int node, RepEffects *out)
{
    rep_effects_add(out,
                    &(RepEffect){.kind = REP_EFFECT_TIMER,
                                 .node = node,
                                 .timer = REP_LL_TIMER_COMPARE,
                                 .at = sim_time_after(rep_view_now(view), state->setup->every)});
}

void rep_entropy_begin(RepLeaderless *state, RepView *view, int node, RepEffects *out)
{
    if (state->setup->anti_entropy == REP_ANTI_ENTROPY_EVERY)
        arm(state, view, node, out);
}

static void ask(RepLeaderless *state, RepView *view, int node, int partner, gboolean and_back,
                RepEffects *out)
{
    int last = (int)state->n_nodes - 1;
    if (REP_PLANTED(ENTROPY_SKIPS_LAST) && (partner == last || node == last))
        return;
    state->last_round.n_sent++;
    RepMessage message = {.from = node,
                          .to = partner,
                          .kind = REP_LL_COMPARE,
                          .first = ++state->parties[node].said,
                          .value = and_back ? 1 : 0,
                          .bytes = (guint64)rep_view_setup(view)->network.message_size};
    rep_effects_send(out, &message);
}

/* The next other node by number, whatever it is at: an unreachable partner costs a turn. */
void rep_entropy_tick(RepLeaderless *state, RepView *view, int node, RepEffects *out)
{
    RepParty *self = &state->parties[node];
    int n = (int)state->n_nodes;
    self->compared_with = (self->compared_with + 1) % n;
    if (self->compared_with == node)
        self->compared_with = (node + 1) % n;
    if (self->compared_with != node && rep_view_reaches(view, node, self->compared_with))
        ask(state, view, node, self->compared_with, TRUE, out);
    arm(state, view, node, out);
}

/* Does `has` say anything that `lacks` does not? A tombstone whose time is over is left alone. */
static gboolean adds(const RepLeaderless *state, RepView *view, guint32 has, guint32 lacks)
{
    const RepVersions *versions = rep_view_versions(view);
    if (rep_purge_time(state, view, has) <= rep_view_now(view))
        return FALSE;
    return !lacks || !rep_sets_agree(versions, rep_set_join(view, lacks, has), lacks);
}

void rep_entropy_compare(RepLeaderless *state, RepView *view, int node, const RepMessage *message,
                         RepEffects *out)
{
    int partner = message->from;
    gsize cursor = 0;
    guint64 key;
    guint32 set;
    rep_entropy_heard(state);
    while (rep_view_next_shown(view, node, &cursor, &key, &set)) {
        if (!rep_ring_keeps(&state->ring, partner, key) ||
            !adds(state, view, set, rep_view_shown(view, partner, key)))
            continue;
        const RepVersions *versions = rep_view_versions(view);
        RepMessage difference = {.from = node,
                                 .to = partner,
                                 .kind = REP_LL_DIFFERENCE,
                                 .service = REP_SERVICE_WRITE,
                                 .first = ++state->parties[node].said,
                                 .bytes =
                                     rep_set_version(versions, rep_set_at(versions, set), 0)->bytes,
                                 .set = set};
        state->last_round.n_sent++;
        rep_effects_send(out, &difference);
    }
    if (message->value)
        ask(state, view, node, partner, FALSE, out);
}

static gboolean are_joined(RepView *view, int a, int b)
{
    return rep_view_reaches(view, a, b) && rep_view_reaches(view, b, a);
}

gboolean rep_entropy_can_reach_all(const RepLeaderless *state, RepView *view)
{
    for (int node = 0; node < (int)state->n_nodes; node++)
        for (int partner = 0; partner < node; partner++)
            if (rep_view_is_up(view, node) && rep_view_is_up(view, partner) &&
                !are_joined(view, node, partner))
                return FALSE;
    return TRUE;
}

/* Does a replica that is up lack anything that another one shows? */
static gboolean differ(const RepLeaderless *state, RepView *view)
{
    for (int node = 0; node < (int)state->n_nodes; node++) {
        gsize cursor = 0;
        guint64 key;
        guint32 set;
        while (rep_view_is_up(view, node) && rep_view_next_shown(view, node, &cursor, &key, &set)) {
            const int *replicas = rep_ring_replicas(&state->ring, key);
            for (gsize i = 0; i < state->ring.n_replicas; i++)
                if (rep_view_is_up(view, replicas[i]) &&
                    adds(state, view, set, rep_view_shown(view, replicas[i], key)))
                    return TRUE;
        }
    }
    return FALSE;
}

/* Where a message was lost or a node died, the round was not one; where what arrives last stays,
 * replicas would swap what they have for ever. */
gboolean rep_entropy_is_due_again(RepLeaderless *state, RepView *view)
{
    gboolean is_whole =
        !state->last_round.failed && state->last_round.n_sent == state->last_round.n_heard;
    if (is_whole || !rep_view_versions(view)->rule->converges)
        return FALSE;
    guint64 now = state->last_round.n_sent + state->last_round.n_heard;
    if (now != state->last_round.looked_at)
        state->last_round.differ = differ(state, view);
    state->last_round.looked_at = now;
    return state->last_round.differ;
}

void rep_entropy_force(RepLeaderless *state, RepView *view, RepEffects *out)
{
    /* What so many rounds do not get across is left to the rounds of every day, or to the limit of
     * the drain. */
    if (state->last_round.n_rounds == ROUNDS_MAX)
        return;
    state->last_round.n_rounds++;
    state->last_round.began = TRUE;
    state->last_round.failed = FALSE;
    state->last_round.n_sent = state->last_round.n_heard = 0;
    state->last_round.looked_at = REP_NEVER_LOOKED;
    for (int node = 0; node < (int)state->n_nodes; node++)
        for (int partner = 0; partner < (int)state->n_nodes; partner++)
            if (node != partner && are_joined(view, node, partner))
                ask(state, view, node, partner, FALSE, out);
}
