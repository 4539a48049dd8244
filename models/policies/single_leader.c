/*
 * single_leader.c — one node accepts writes and sends its log to the others (DDIA ch. 5 "Leaders
 * and Followers"; semantics §4). The table of the policy; its parts are in single_leader/:
 *
 *   leader.c    shipping, acknowledgements, commit: where a leader decides to answer
 *   ack_rule.c  the acknowledgement rules themselves
 *   follower.c  taking entries, acknowledging, whom to follow
 *   routing.c   which node a client asks
 *   failover.c  heartbeats, leases, returning leaders; monitors.c decides who takes over
 *   snapshot.c  setting up a follower that joins, or is too far behind
 *   raft.c      elections among the members instead
 *
 * Under `failover: never` a dead leader means that writes fail until it returns; it then opens a
 * new term at the end of what its disk kept.
 */
#include "models/policies/single_leader.h"

#include "models/planted.h"
#include "models/policies/single_leader/failover.h"
#include "models/policies/single_leader/raft.h"
#include "models/policies/single_leader/state.h"

#define RESEND_MIN (200 * SIM_MS)

static const char *const message_names[] = {
    "entries", "ack",   "resume",       "leader", "heartbeat", "heartbeat-ok", "deposed",  "vote",
    "claim",   "grant", "request-vote", "voted",  "snapshot",  "carry",        "ask-vote", NULL};

/* ---- what the world asks beforehand ------------------------------------------------------- */

static int logs(const RepSetup *setup)
{
    return 1;
}

static gboolean holds(const RepSetup *setup, int node, int log)
{
    return rep_is_member(setup, node);
}

static gboolean follows(const RepSetup *setup, int node, int log)
{
    const RepSingleLeaderSetup *policy = rep_policy_of(setup);
    if (rep_leader_is_fixed(setup))
        return node != policy->leader && rep_is_member(setup, node);
    return rep_is_member(setup, node);
}

static RepLogForm log_form(const RepSetup *setup)
{
    const RepSingleLeaderSetup *policy = rep_policy_of(setup);
    const RepFailoverSetup *failover = &policy->failover;
    return (RepLogForm){.stops_for_upgrade = policy->log == REP_LOG_PHYSICAL,
                        .nondeterministic =
                            policy->log == REP_LOG_STATEMENT ? policy->nondeterministic : 0,
                        .keeps_all = failover->rule != REP_FAILOVER_NEVER &&
                                     failover->returning == REP_RETURNING_KEEP};
}

static int first_leader(const RepSetup *setup)
{
    return rep_policy_of(setup)->leader;
}

/* Whoever gets a read answers with what it shows, unless it may have to refuse as a leader that
 * has been replaced. */
static gboolean reads_plainly(const RepSetup *setup, int node)
{
    return rep_is_member(setup, node) && rep_leader_is_fixed(setup);
}

/* ---- life --------------------------------------------------------------------------------- */

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
        loses |=
            setup->faults[i].kind == REP_FAULT_LOSE || setup->faults[i].kind == REP_FAULT_CORRUPT;
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
    state->ids.ids = g_new0(int, state->n_nodes);
    for (int node = 0; node < (int)state->n_nodes; node++) {
        state->members[node].term = 1;
        state->members[node].leader = rep_policy_of(setup)->leader;
        state->members[node].voted_for = -1;
        state->is_member[node] = rep_is_member(setup, node);
        state->is_joining[node] = state->members[node].is_new =
            state->is_member[node] && rep_setup_joins(setup, node);
        if (state->is_member[node])
            state->ids.ids[state->ids.n++] = node;
    }
}

static void init(void *self, RepView *view, RepEffects *out)
{
    RepSingleLeaderState *state = self;
    const RepSetup *setup = rep_view_setup(view);
    int leader = rep_policy_of(setup)->leader;
    find_members(state, setup);
    state->resend = resend_after(setup);
    state->reigns = g_array_new(FALSE, FALSE, sizeof(RepReign));
    state->known = g_new0(int, setup->n_regions);
    rep_failover_init(state, view, out);
    rep_leader_begin(state, view, leader, 1, out);
    REP_EACH_MEMBER(state, node)
    if (node != leader && !state->is_joining[node])
        rep_ack_note_connection(&state->members[leader].ack, node, TRUE);
}

static void clear(void *self)
{
    RepSingleLeaderState *state = self;
    for (gsize i = 0; i < state->n_nodes; i++) {
        RepMember *member = &state->members[i];
        rep_ack_clear(&member->ack);
        g_free(member->sent);
        g_free(member->unchanged);
        g_free(member->snapshot_end);
        g_free(member->answered);
        g_free(member->ahead);
    }
    rep_failover_clear(state);
    if (state->reigns)
        g_array_unref(state->reigns);
    g_free(state->known);
    g_free(state->members);
    g_free(state->is_member);
    g_free(state->is_joining);
    g_free(state->joining);
    g_free(state->ids.ids);
}

static void stopped(void *self, RepView *view, int node)
{
    RepMember *member = &((RepSingleLeaderState *)self)->members[node];
    member->leads = member->claims = FALSE;
    member->granted = 0; /* votes that it counted */
    member->n_ahead = 0;
    if (REP_PLANTED(VOTE_NOT_DURABLE))
        member->voted_term = 0;
    member->reported = rep_view_log(view, node, REP_LOG).flushed;
}

static void started(void *self, RepView *view, int node, RepEffects *out)
{
    RepSingleLeaderState *state = self;
    const RepSingleLeaderSetup *policy = rep_policy_in(view);
    if (!state->is_member[node])
        return;
    if (policy->failover.rule != REP_FAILOVER_NEVER)
        rep_failover_returns(state, view, node, out);
    else if (state->members[node].leader == node &&
             state->members[node].term == state->newest_term) {
        rep_leader_begin(state, view, node, state->newest_term + 1, out);
        rep_leader_commit(state, view, node, out);
    }
}

static void disconnected(void *self, RepView *view, int node, int peer, RepEffects *out)
{
    RepSingleLeaderState *state = self;
    if (state->members[node].leads)
        rep_leader_disconnected(state, view, node, peer, out);
}

static void connected(void *self, RepView *view, int node, int peer, RepEffects *out)
{
    RepSingleLeaderState *state = self;
    const RepMember *member = &state->members[node];
    if (member->leads) {
        /* A snapshot that was sent while nothing got through is lost. */
        member->snapshot_end[peer] = 0;
        /* Where leaders change, the other may not have heard yet who leads. */
        if (!rep_leader_is_fixed(rep_view_setup(view)))
            rep_tell(view, node, peer, REP_MESSAGE_LEADER, member->term, 1,
                     (guint64)rep_view_now(view), out);
    } else if (member->leader == peer)
        rep_follower_resume(state, view, node, out);
}

/* ---- what happens at a node --------------------------------------------------------------- */

static void request(void *self, RepView *view, int node, const RepRequest *asked, RepEffects *out)
{
    const RepSingleLeaderState *state = self;
    const RepMember *member = &state->members[node];
    gboolean may_lead = rep_failover_accepts(state, view, node);
    if (asked->kind == REP_READ)
        /* A fenced leader accepts nothing, reads included; so does one that lost its lease. */
        rep_answer(member->is_fenced || (member->leads && !may_lead) ? REP_EFFECT_REFUSE
                                                                     : REP_EFFECT_READ,
                   node, asked->handle, out);
    else if (!may_lead)
        rep_answer(REP_EFFECT_REFUSE, node, asked->handle, out);
    else if (!asked->entry)
        rep_answer(REP_EFFECT_APPEND, node, asked->handle, out);
    else
        /* A repeated attempt whose write is in the log is not appended again (semantics §4). */
        rep_answer(asked->committed || REP_PLANTED(RETRY_ANSWERED_EARLY) ? REP_EFFECT_DONE
                                                                         : REP_EFFECT_WAIT,
                   node, asked->handle, out);
}

static void appended(void *self, RepView *view, int node, int log, guint64 index, RepEffects *out)
{
    rep_leader_appended(self, view, node, index, out);
}

static void received(void *self, RepView *view, int node, int log, guint64 index, RepEffects *out)
{
    rep_follower_reached(self, view, node, REP_POINT_RECEIVED, index, out);
}

static void flushed(void *self, RepView *view, int node, int log, guint64 first, guint64 index,
                    RepEffects *out)
{
    RepSingleLeaderState *state = self;
    if (state->members[node].leads)
        rep_leader_flushed(state, view, node, index, out);
    else
        rep_follower_reached(state, view, node, REP_POINT_FLUSHED, index, out);
}

static void applied(void *self, RepView *view, int node, int log, guint64 index, RepEffects *out)
{
    RepSingleLeaderState *state = self;
    rep_follower_shows(state, view, node, index);
    if (!state->members[node].leads)
        rep_follower_reached(state, view, node, REP_POINT_APPLIED, index, out);
}

static void hears_of_leader(RepSingleLeaderState *state, RepView *view, int node,
                            const RepMessage *news, RepEffects *out)
{
    const RepMember *member = &state->members[node];
    gboolean is_new = news->term > member->term || member->leader != news->from;
    if (!rep_follower_hears(state, view, node, news->term, news->from, out))
        return;
    if (is_new || news->value)
        rep_follower_resume(state, view, node, out);
    rep_raft_wait(state, view, node, out);
}

static void node_hears(RepSingleLeaderState *state, RepView *view, int node,
                       const RepMessage *message, RepEffects *out)
{
    switch (message->kind) {
    case REP_MESSAGE_ENTRIES:
        rep_follower_takes(state, view, node, message, out);
        rep_raft_wait(state, view, node, out);
        return;
    case REP_MESSAGE_ACK:
        if (state->members[node].leads)
            rep_leader_acknowledged(state, view, node, message, out);
        return;
    case REP_MESSAGE_RESUME:
        if (state->members[node].leads)
            rep_leader_resumes(state, view, node, message, out);
        return;
    case REP_MESSAGE_SNAPSHOT:
        rep_snapshot_arrived(state, view, node, message, out);
        return;
    case REP_MESSAGE_CARRY:
        rep_leader_carries(state, view, node, message, out);
        return;
    case REP_MESSAGE_LEADER:
        hears_of_leader(state, view, node, message, out);
        return;
    case REP_MESSAGE_REQUEST_VOTE:
    case REP_MESSAGE_VOTED:
        rep_raft_hears(state, view, node, message, out);
        return;
    default:
        rep_failover_node_hears(state, view, node, message, out);
    }
}

static void message(void *self, RepView *view, int party, const RepMessage *arrived,
                    RepEffects *out)
{
    if (rep_party_is_node(view, party))
        node_hears(self, view, party, arrived, out);
    else
        rep_failover_monitor_hears(self, view, rep_region_of_party(view, party), arrived, out);
}

static void timer(void *self, RepView *view, int party, guint which, RepEffects *out)
{
    switch (which) {
    case REP_TIMER_ACK:
        rep_leader_ack_timeout(self, view, party, out);
        return;
    case REP_TIMER_RESEND:
        rep_leader_resend(self, view, party, out);
        return;
    case REP_TIMER_HEARTBEAT:
        rep_failover_heartbeat_timer(self, view, party, out);
        return;
    case REP_TIMER_SUSPECT:
        rep_failover_suspect_timer(self, view, rep_region_of_party(view, party), out);
        return;
    case REP_TIMER_LEASE:
        rep_failover_lease_timer(self, view, party, out);
        return;
    case REP_TIMER_REDIRECT:
        rep_redirect_timer(self, view, rep_region_of_party(view, party), out);
        return;
    case REP_TIMER_ELECTION:
        rep_raft_election_timer(self, view, party, out);
        return;
    default:
        return;
    }
}

static void worked(void *self, RepView *view, int node, guint32 token, RepEffects *out)
{
    rep_failover_heartbeat(self, view, node, out);
}

static void later(void *self, RepView *view, int node, guint32 token, RepEffects *out)
{
    rep_failover_promoted(self, view, node, token, out);
}

static guint possible_events(const RepSetup *setup)
{
    const RepSingleLeaderSetup *policy = rep_policy_of(setup);
    const RepFailoverSetup *failover = &policy->failover;
    gboolean fails_over = failover->rule != REP_FAILOVER_NEVER;
    gboolean conflicts = failover->returning == REP_RETURNING_KEEP;
    for (gsize i = 0; i < setup->n_faults; i++)
        fails_over |= setup->faults[i].kind == REP_FAULT_PROMOTE;
    return (fails_over ? REP_MAY_FAIL_OVER : 0u) |
           (fails_over && conflicts ? REP_MAY_CONFLICT : 0u) |
           (policy->log == REP_LOG_STATEMENT ? REP_MAY_DIVERGE : 0u);
}

static int leader_of(const void *self)
{
    const RepSingleLeaderState *state = self;
    int leader = -1;
    REP_EACH_MEMBER(state, node)
    if (state->members[node].leads &&
        (leader < 0 || state->members[node].term > state->members[leader].term))
        leader = node;
    return leader;
}

static void promote(void *self, RepView *view, int node, RepEffects *out)
{
    rep_failover_promote(self, view, node, out);
}

const RepPolicyOps rep_single_leader = {
    .abi = REP_POLICY_ABI,
    .name = "single-leader",
    .summary = "one node accepts writes and sends its log to followers",
    .setup_size = sizeof(RepSingleLeaderSetup),
    .fields = rep_single_leader_fields,
    .state_size = sizeof(RepSingleLeaderState),
    .timers = REP_TIMERS,
    .message_names = message_names,
    .routine = UINT64_C(1) << REP_MESSAGE_HEARTBEAT | UINT64_C(1) << REP_MESSAGE_HEARTBEAT_OK |
               UINT64_C(1) << REP_MESSAGE_LEADER,
    .validate = rep_single_leader_validate,
    .advise = rep_single_leader_advise,
    .logs = logs,
    .holds = holds,
    .follows = follows,
    .log_form = log_form,
    .first_leader = first_leader,
    .answers_reads = rep_single_leader_answers,
    .events = possible_events,
    .reads_plainly = reads_plainly,
    .init = init,
    .clear = clear,
    .route = rep_single_leader_route,
    .request = request,
    .appended = appended,
    .received = received,
    .flushed = flushed,
    .applied = applied,
    .message = message,
    .timer = timer,
    .worked = worked,
    .later = later,
    .leader = leader_of,
    .promote = promote,
    .stopped = stopped,
    .started = started,
    .disconnected = disconnected,
    .connected = connected,
};
