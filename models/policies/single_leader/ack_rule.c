/* ack_rule.c — the acknowledgement rules; see ack_rule.h. */
#include "models/policies/single_leader/ack_rule.h"

#include "models/planted.h"
#include "models/policies/single_leader/upstream.h"

#include "sim/check.h"

static gboolean is_in(const RepIdList *list, int node)
{
    for (gsize i = 0; i < list->n; i++)
        if (list->ids[i] == node)
            return TRUE;
    return FALSE;
}

static gboolean counts(const RepSetup *setup, int follower)
{
    const RepSingleLeaderSetup *policy = setup->policy_setup;
    gboolean is_member = follower == policy->leader || is_in(&policy->followers, follower);
    switch ((RepAckRule)policy->ack) {
    case REP_ACK_ASYNC:
        return FALSE;
    case REP_ACK_SEMI_SYNC:
    case REP_ACK_SYNC_ALL:
    case REP_ACK_IN_SYNC:
    case REP_ACK_MAJORITY:
        return is_member;
    case REP_ACK_SYNC:
        return follower == policy->ack_node;
    case REP_ACK_FIRST:
    case REP_ACK_ANY:
        return is_in(&policy->ack_nodes, follower);
    case REP_ACK_EACH:
        return is_member && rep_ack_region(policy, setup->nodes[follower].region) >= 0;
    }
    SIM_UNREACHABLE();
}

int rep_ack_region(const RepSingleLeaderSetup *policy, int region)
{
    for (gsize i = 0; i < policy->ack_regions.n; i++)
        if (policy->ack_regions.places[i].id == region)
            return (int)i;
    return -1;
}

/* Of the followers in one group; `itself`: the rule counts the leader there. */
static guint64 needed(const RepSingleLeaderSetup *policy, guint64 eligible, guint64 itself)
{
    guint64 followers = policy->followers.n;
    switch ((RepAckRule)policy->ack) {
    case REP_ACK_ASYNC:
        return 0;
    case REP_ACK_SYNC_ALL:
    case REP_ACK_IN_SYNC:
        return eligible;
    case REP_ACK_SYNC:
        return 1 - itself;
    case REP_ACK_SEMI_SYNC:
        return (guint64)policy->ack_count;
    case REP_ACK_FIRST:
    case REP_ACK_ANY:
    case REP_ACK_EACH:
        return (guint64)policy->ack_count - itself;
    case REP_ACK_MAJORITY:
        /* Of 1 + followers nodes a majority is (1 + followers) / 2 + 1, the leader among them. */
        return (1 + followers) / 2;
    }
    SIM_UNREACHABLE();
}

static void init_groups(RepAckState *state, const RepSetup *setup, int leader)
{
    const RepSingleLeaderSetup *policy = setup->policy_setup;
    gboolean by_region = policy->ack == REP_ACK_EACH;
    guint64 eligible = 0;
    for (int node = 0; node < (int)state->n_nodes; node++) {
        RepAckPeer *peer = &state->peers[node];
        gboolean is_counted = counts(setup, node);
        peer->is_eligible = node != leader && is_counted && rep_is_direct(policy, leader, node);
        eligible += peer->is_eligible ? 1 : 0;
        if (by_region && is_counted)
            peer->group = (gsize)rep_ack_region(policy, setup->nodes[node].region);
    }
    /* Of the regions, who led first is no follower that was asked for. */
    gboolean itself = counts(setup, leader) && !(by_region && leader == policy->leader);
    for (gsize i = 0; i < state->n_groups; i++) {
        gboolean is_its = itself && state->peers[leader].group == i;
        state->groups[i].need = needed(policy, eligible, is_its ? 1 : 0);
        sim_ring_init(&state->groups[i].votes, sizeof(guint32), state->committed + 1);
    }
}

void rep_ack_init(RepAckState *state, const RepSetup *setup, int leader, guint64 committed)
{
    const RepSingleLeaderSetup *policy = setup->policy_setup;
    gsize n_groups = policy->ack == REP_ACK_EACH ? policy->ack_regions.n : 1;
    *state = (RepAckState){.setup = policy,
                           .n_nodes = setup->n_nodes,
                           .peers = g_new0(RepAckPeer, setup->n_nodes),
                           .groups = g_new0(RepAckGroup, n_groups),
                           .n_groups = n_groups,
                           .timeout = policy->ack_timeout,
                           .is_waiting = TRUE,
                           .committed = committed};
    init_groups(state, setup, leader);
}

void rep_ack_clear(RepAckState *state)
{
    g_free(state->peers);
    for (gsize i = 0; i < state->n_groups; i++)
        sim_ring_clear(&state->groups[i].votes);
    g_free(state->groups);
    *state = (RepAckState){0};
}

gboolean rep_ack_waits_for_nobody(const RepAckState *state)
{
    for (gsize i = 0; i < state->n_groups; i++)
        if (state->groups[i].need > 0)
            return FALSE;
    return TRUE;
}

/* ---- counting ----------------------------------------------------------------------------- */

/* One more vote of the follower for each uncommitted entry first … last. */
static void add_votes(RepAckState *state, int follower, guint64 first, guint64 last)
{
    SimRing *votes = &state->groups[state->peers[follower].group].votes;
    for (guint64 entry = MAX(first, state->committed + 1); entry <= last; entry++) {
        while (votes->end <= entry)
            *(guint32 *)sim_ring_push(votes) = 0;
        ++*(guint32 *)sim_ring_at(votes, entry);
    }
}

static void drop_votes(RepAckState *state, int follower, guint64 first, guint64 last)
{
    SimRing *votes = &state->groups[state->peers[follower].group].votes;
    for (guint64 entry = MAX(first, state->committed + 1); entry <= last; entry++)
        --*(guint32 *)sim_ring_at(votes, entry);
}

void rep_ack_note(RepAckState *state, int follower, guint64 index)
{
    RepAckPeer *peer = &state->peers[follower];
    guint64 before = peer->acked;
    if (index <= before)
        return;
    peer->acked = index;
    if (peer->is_eligible)
        add_votes(state, follower, before + 1, index);
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
        drop_votes(state, follower, index + 1, before);
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
    state->groups[peer->group].need--;
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
    state->groups[peer->group].need++;
    add_votes(state, follower, 1, peer->acked);
}

void rep_ack_leave(RepAckState *state, int follower)
{
    RepAckPeer *peer = &state->peers[follower];
    if (!peer->is_eligible)
        return;
    state->groups[peer->group].need--;
    peer->is_eligible = FALSE;
    drop_votes(state, follower, 1, peer->acked);
}

void rep_ack_enter(RepAckState *state, int follower)
{
    RepAckPeer *peer = &state->peers[follower];
    state->groups[peer->group].need++;
    add_votes(state, follower, 1, peer->acked);
    peer->is_eligible = TRUE;
}

gboolean rep_ack_is_short(const RepAckState *state)
{
    return state->setup->ack == REP_ACK_IN_SYNC &&
           1 + state->groups[0].need < (guint64)state->setup->ack_min;
}

/* ---- committing --------------------------------------------------------------------------- */

/* first(K, list): the least position among the first K connected; PostgreSQL waits where fewer
 * are connected. */
static guint64 first_connected(const RepAckState *state)
{
    const RepIdList *list = &state->setup->ack_nodes;
    guint64 need = state->groups[0].need, least = G_MAXUINT64, found = 0;
    for (gsize i = 0; i < list->n && found < need; i++) {
        const RepAckPeer *peer = &state->peers[list->ids[i]];
        if (!peer->is_connected)
            continue;
        found++;
        least = MIN(least, peer->acked);
    }
    return found == need ? least : 0;
}

/* How far enough followers of the group have acknowledged. */
static guint64 voted(const RepAckState *state, const RepAckGroup *group, guint64 upto)
{
    guint64 index = state->committed;
    if (group->need == 0)
        return upto;
    while (index < upto && index + 1 < group->votes.end &&
           *(guint32 *)sim_ring_at(&group->votes, index + 1) >= group->need)
        index++;
    return index;
}

/* How far the rule holds. */
static guint64 holds_up_to(const RepAckState *state, guint64 upto)
{
    if (!state->is_waiting)
        return upto;
    if (rep_ack_is_short(state))
        return state->committed;
    if (state->setup->ack == REP_ACK_FIRST)
        return rep_ack_waits_for_nobody(state) ? upto : MIN(first_connected(state), upto);
    for (gsize i = 0; i < state->n_groups; i++)
        upto = MIN(upto, voted(state, &state->groups[i], upto));
    return upto;
}

guint64 rep_ack_commit(RepAckState *state, guint64 upto)
{
    guint64 index = holds_up_to(state, upto);
    if (index <= state->committed || index < state->not_before)
        return state->committed;
    state->committed = index;
    for (gsize i = 0; i < state->n_groups; i++) {
        SimRing *votes = &state->groups[i].votes;
        while (votes->begin <= index) {
            if (votes->begin == votes->end)
                votes->end++;
            sim_ring_pop(votes);
        }
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
    for (gsize i = 0; i < state->n_groups; i++) {
        guint64 ready = 0;
        for (gsize node = 0; node < state->n_nodes; node++) {
            const RepAckPeer *other = &state->peers[node];
            ready += other->group == i && other->is_eligible && other->has_caught_up;
        }
        if (ready < state->groups[i].need)
            return FALSE;
    }
    state->is_waiting = TRUE;
    return TRUE;
}
