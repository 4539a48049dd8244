/* partition.c — one partition's beginning and end, and what a crash or a cut does to it; see
 * state.h. */
#include "models/planted.h"
#include "models/policies/single_leader/failover.h"
#include "models/policies/single_leader/upstream.h"

#define RESEND_MIN (200 * SIM_MS)

static SimSpan resend_after(const RepSetup *setup)
{
    gboolean loses = FALSE;
    double slowest = 0;
    for (gsize i = 0; i < setup->network.n_links; i++) {
        const RepLinkSetup *link = &setup->network.links[i];
        loses |= link->loss > 0;
        if (link->delay)
            slowest = MAX(slowest, sim_dist_quantile(link->delay, 0.5, 0));
    }
    for (gsize i = 0; i < setup->n_faults; i++)
        loses |= setup->faults[i].kind == REP_FAULT_LOSE ||
                 setup->faults[i].kind == REP_FAULT_CORRUPT || setup->faults[i].drop;
    if (setup->network.order != REP_ORDER_FREE || !loses)
        return 0;
    return MAX(RESEND_MIN, 4 * (SimSpan)slowest);
}

static void find_members(RepSingleLeaderState *state, const RepSetup *setup)
{
    state->n_nodes = setup->n_nodes;
    state->members = g_new0(RepMember, state->n_nodes);
    state->is_member = g_new0(gboolean, state->n_nodes);
    state->is_joining = g_new0(gboolean, state->n_nodes);
    state->joining = g_new0(RepRound, state->n_nodes);
    state->in_sync = g_new0(gboolean, state->n_nodes);
    state->ids.ids = g_new0(int, state->n_nodes);
    for (int node = 0; node < (int)state->n_nodes; node++) {
        state->members[node].term = 1;
        state->members[node].leader = state->first_leader;
        state->members[node].voted_for = -1;
        rep_reads_init(&state->members[node]);
        state->is_member[node] = rep_is_member(setup, node);
        state->is_joining[node] = state->members[node].is_new =
            state->is_member[node] && rep_setup_joins(setup, node);
        state->in_sync[node] = state->is_member[node] && !state->is_joining[node];
        if (state->is_member[node])
            state->ids.ids[state->ids.n++] = node;
    }
}

void rep_partition_init(RepSingleLeaderState *state, int log, RepView *view, RepEffects *out)
{
    const RepSetup *setup = rep_view_setup(view);
    int leader = rep_first_leader(setup, log);
    state->log = log;
    state->first_leader = leader;
    find_members(state, setup);
    state->resend = resend_after(setup);
    state->reigns = g_array_new(FALSE, FALSE, sizeof(RepReign));
    state->known = g_new0(int, setup->n_regions);
    rep_failover_init(state, view, out);
    rep_lags_init(state, view, out);
    rep_leader_begin(state, view, leader, 1, out);
    REP_EACH_MEMBER(state, node)
    if (node != leader && !state->is_joining[node] &&
        rep_is_direct(rep_policy_of(setup), leader, node))
        rep_ack_note_connection(&state->members[leader].ack, node, TRUE);
    rep_relays_init(state, view, out);
    rep_pull_init(state, view, out);
}

void rep_partition_clear(RepSingleLeaderState *state)
{
    for (gsize i = 0; i < state->n_nodes; i++) {
        RepMember *member = &state->members[i];
        rep_ack_clear(&member->ack);
        g_free(member->sent);
        g_free(member->unchanged);
        g_free(member->snapshot_end);
        g_free(member->told);
        g_free(member->heard);
        g_free(member->answered);
        g_free(member->ahead);
        rep_reads_clear(member);
    }
    rep_failover_clear(state);
    rep_relays_clear(state);
    rep_lags_free(state->lags);
    rep_pull_clear(state);
    if (state->reigns)
        g_array_unref(state->reigns);
    g_free(state->known);
    g_free(state->members);
    g_free(state->is_member);
    g_free(state->is_joining);
    g_free(state->in_sync);
    g_free(state->joining);
    g_free(state->ids.ids);
}

void rep_partition_stopped(RepSingleLeaderState *state, RepView *view, int node, RepEffects *out)
{
    RepMember *member = &state->members[node];
    member->leads = member->claims = FALSE;
    member->granted = 0; /* votes that it counted */
    member->n_ahead = 0;
    member->due = 0;
    member->batch = (RepBatch){0};
    member->agreed_term = member->told_term = 0;
    if (REP_PLANTED(VOTE_NOT_DURABLE))
        member->voted_term = 0;
    member->reported = rep_view_log(view, node, state->log).flushed;
    rep_reads_stopped(state, node, out);
    rep_relay_ends(state, node);
}

void rep_partition_started(RepSingleLeaderState *state, RepView *view, int node, RepEffects *out)
{
    const RepSingleLeaderSetup *policy = rep_policy_in(view);
    if (!state->is_member[node])
        return;
    if (rep_view_is_wiped(view, node))
        rep_failover_forgets(state, view, node);
    if (policy->failover.rule != REP_FAILOVER_NEVER)
        rep_failover_returns(state, view, node, out);
    else if (state->members[node].leader == node &&
             state->members[node].term == state->newest_term) {
        rep_leader_begin(state, view, node, state->newest_term + 1, out);
        rep_leader_commit(state, view, node, out);
    }
    rep_relay_started(state, view, node, out);
    rep_pull_begin(state, view, node, out);
}

void rep_partition_disconnected(RepSingleLeaderState *state, RepView *view, int node, int peer,
                                RepEffects *out)
{
    if (state->members[node].leads)
        rep_leader_disconnected(state, view, node, peer, out);
    else
        rep_relay_disconnected(state, view, node, peer, out);
}

void rep_partition_connected(RepSingleLeaderState *state, RepView *view, int node, int peer,
                             RepEffects *out)
{
    const RepMember *member = &state->members[node];
    if (member->leads) {
        /* A snapshot that was sent while nothing got through is lost. */
        member->snapshot_end[peer] = 0;
        /* Where leaders change, the other may not have heard yet who leads. */
        if (!rep_leader_is_fixed(rep_view_setup(view)))
            rep_tell(state, view, node, peer, REP_MESSAGE_LEADER, member->term, 1,
                     (guint64)rep_view_now(view), out);
    } else if (member->leader == peer)
        rep_follower_resume(state, view, node, out);
}
