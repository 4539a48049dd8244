/* ack_rule.c — the acknowledgement rules; see ack_rule.h. */
#include "models/policies/single_leader/ack_rule.h"

#include "models/planted.h"

#include "sim/check.h"

static gboolean is_in(const RepIdList *list, int node)
{
    for (gsize i = 0; i < list->n; i++)
        if (list->ids[i] == node)
            return TRUE;
    return FALSE;
}

static gboolean counts(const RepSingleLeaderSetup *policy, int follower)
{
    switch ((RepAckRule)policy->ack) {
    case REP_ACK_ASYNC:
        return FALSE;
    case REP_ACK_SEMI_SYNC:
    case REP_ACK_SYNC_ALL:
    case REP_ACK_MAJORITY:
        return follower == policy->leader || is_in(&policy->followers, follower);
    case REP_ACK_SYNC:
        return follower == policy->ack_node;
    case REP_ACK_FIRST:
    case REP_ACK_ANY:
        return is_in(&policy->ack_nodes, follower);
    }
    SIM_UNREACHABLE();
}

static guint64 needed(const RepSingleLeaderSetup *policy, int leader)
{
    guint64 followers = policy->followers.n, itself = counts(policy, leader) ? 1 : 0;
    switch ((RepAckRule)policy->ack) {
    case REP_ACK_ASYNC:
        return 0;
    case REP_ACK_SYNC_ALL:
        return followers;
    case REP_ACK_SYNC:
        return 1 - itself;
    case REP_ACK_SEMI_SYNC:
        return (guint64)policy->ack_count;
    case REP_ACK_FIRST:
    case REP_ACK_ANY:
        return (guint64)policy->ack_count - itself;
    case REP_ACK_MAJORITY:
        /* Of 1 + followers nodes a majority is (1 + followers) / 2 + 1, the leader among them. */
        return (1 + followers) / 2;
    }
    SIM_UNREACHABLE();
}

void rep_ack_init(RepAckState *state, const RepSetup *setup, int leader, guint64 committed)
{
    const RepSingleLeaderSetup *policy = setup->policy_setup;
    *state = (RepAckState){.setup = policy,
                           .n_nodes = setup->n_nodes,
                           .peers = g_new0(RepAckPeer, setup->n_nodes),
                           .need = needed(policy, leader),
                           .timeout = policy->ack_timeout,
                           .is_waiting = TRUE,
                           .committed = committed};
    for (int node = 0; node < (int)setup->n_nodes; node++)
        state->peers[node].is_eligible = node != leader && counts(policy, node);
    sim_ring_init(&state->votes, sizeof(guint32), committed + 1);
}

void rep_ack_clear(RepAckState *state)
{
    g_free(state->peers);
    if (state->votes.items)
        sim_ring_clear(&state->votes);
    *state = (RepAckState){0};
}

/* One more vote for each uncommitted entry first … last. */
static void add_votes(RepAckState *state, guint64 first, guint64 last)
{
    SimRing *votes = &state->votes;
    for (guint64 entry = MAX(first, state->committed + 1); entry <= last; entry++) {
        while (votes->end <= entry)
            *(guint32 *)sim_ring_push(votes) = 0;
        ++*(guint32 *)sim_ring_at(votes, entry);
    }
}

void rep_ack_note(RepAckState *state, int follower, guint64 index)
{
    RepAckPeer *peer = &state->peers[follower];
    guint64 before = peer->acked;
    if (index <= before)
        return;
    peer->acked = index;
    if (peer->is_eligible)
        add_votes(state, before + 1, index);
}

void rep_ack_note_cut(RepAckState *state, int follower, guint64 index)
{
    RepAckPeer *peer = &state->peers[follower];
    guint64 before = peer->acked;
    if (index >= before)
        return;
    peer->acked = index;
    peer->has_caught_up = FALSE;
    if (peer->is_eligible && !REP_PLANTED(ACK_COUNTED_TWICE))
        for (guint64 entry = MAX(index, state->committed) + 1; entry <= before; entry++)
            --*(guint32 *)sim_ring_at(&state->votes, entry);
}

void rep_ack_note_connection(RepAckState *state, int follower, gboolean is_connected)
{
    state->peers[follower].is_connected = is_connected;
}

void rep_ack_exclude(RepAckState *state, int follower)
{
    RepAckPeer *peer = &state->peers[follower];
    if (state->setup->ack != REP_ACK_SYNC_ALL || !peer->is_eligible)
        return;
    SIM_CHECK(peer->acked == 0, "a follower is left out at the beginning of a leadership");
    peer->is_eligible = FALSE;
    peer->is_excluded = TRUE;
    state->need--;
}

static void begin_round(RepAckPeer *peer, guint64 flushed, SimTime now)
{
    peer->round_target = flushed;
    peer->round_began = now;
}

void rep_ack_readmit(RepAckState *state, int follower, guint64 flushed, SimTime now)
{
    RepAckPeer *peer = &state->peers[follower];
    if (!peer->is_excluded)
        return;
    gboolean has_round = peer->round_target > 0;
    gboolean is_over = has_round && peer->acked >= peer->round_target;
    gboolean was_short = is_over && now - peer->round_began <= REP_SHORT_ROUND;
    if (peer->acked < flushed && !was_short) {
        if (is_over || !has_round)
            begin_round(peer, flushed, now);
        return;
    }
    peer->is_excluded = FALSE;
    peer->is_eligible = TRUE;
    state->need++;
    add_votes(state, 1, peer->acked);
}

/* first(K, list): the least position among the first K connected; PostgreSQL waits where fewer
 * are connected. */
static guint64 first_connected(const RepAckState *state)
{
    const RepIdList *list = &state->setup->ack_nodes;
    guint64 least = G_MAXUINT64, found = 0;
    for (gsize i = 0; i < list->n && found < state->need; i++) {
        const RepAckPeer *peer = &state->peers[list->ids[i]];
        if (!peer->is_connected)
            continue;
        found++;
        least = MIN(least, peer->acked);
    }
    return found == state->need ? least : 0;
}

static guint64 voted(const RepAckState *state, guint64 flushed)
{
    guint64 index = state->committed;
    while (index < flushed && index + 1 < state->votes.end &&
           *(guint32 *)sim_ring_at(&state->votes, index + 1) >= state->need)
        index++;
    return index;
}

guint64 rep_ack_commit(RepAckState *state, guint64 flushed)
{
    guint64 index;
    if (!state->is_waiting || state->need == 0)
        index = flushed;
    else if (state->setup->ack == REP_ACK_FIRST)
        index = MIN(first_connected(state), flushed);
    else
        index = voted(state, flushed);
    if (index <= state->committed || index < state->not_before)
        return state->committed;
    state->committed = index;
    SimRing *votes = &state->votes;
    while (votes->begin <= index) {
        if (votes->begin == votes->end)
            votes->end++;
        sim_ring_pop(votes);
    }
    return index;
}

/* ---- falling back ------------------------------------------------------------------------- */

void rep_ack_fall_back(RepAckState *state, guint64 flushed, SimTime now)
{
    state->is_waiting = FALSE;
    for (gsize node = 0; node < state->n_nodes; node++) {
        state->peers[node].has_caught_up = FALSE;
        begin_round(&state->peers[node], flushed, now);
    }
}

gboolean rep_ack_try_return(RepAckState *state, int follower, guint64 flushed, SimTime now)
{
    RepAckPeer *peer = &state->peers[follower];
    if (state->is_waiting || !peer->is_eligible || peer->acked < peer->round_target)
        return FALSE;
    peer->has_caught_up = now - peer->round_began <= state->timeout;
    begin_round(peer, flushed, now);
    guint64 ready = 0;
    for (gsize node = 0; node < state->n_nodes; node++)
        ready += state->peers[node].is_eligible && state->peers[node].has_caught_up;
    state->is_waiting = ready >= state->need;
    return state->is_waiting;
}
