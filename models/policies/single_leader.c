/*
 * single_leader.c — one node accepts writes and sends its log to the others (DDIA ch. 5 "Leaders
 * and Followers"; semantics §4). The table of the policy; its parts are in single_leader/:
 *
 *   partition.c one partition: beginning and end, crash and cut
 *   leader.c    shipping, acknowledgements, commit: where a leader decides to answer
 *   ack_rule.c  the acknowledgement rules themselves
 *   follower.c  taking entries, acknowledging, whom to follow
 *   routing.c   which node a client asks
 *   reads.c     reads that wait: for a replica to catch up, for a majority to confirm the leader
 *   lags.c      how far behind clients believe the nodes to be
 *   failover.c  heartbeats, leases, returning leaders; monitors.c decides who takes over
 *   committed.c how followers learn what has committed
 *   batch.c     entries that wait for others before they are shipped
 *   pull.c      followers that ask for the log instead of being sent it
 *   in_sync.c   who is in the in-sync set
 *   upstream.c  followers that hang on another follower
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
#include "models/policies/single_leader/upstream.h"

static const char *const message_names[] = {
    "entries",  "ack",   "resume",          "leader",         "heartbeat",    "heartbeat-ok",
    "deposed",  "vote",  "claim",           "grant",          "request-vote", "voted",
    "snapshot", "carry", "ask-vote",        "committed",      "confirm",      "confirmed",
    "probe",    "lag",   "report-received", "report-flushed", "poll",         "nothing-new",
    NULL};

/* ---- what the world asks beforehand ------------------------------------------------------- */

static gboolean holds(const RepSetup *setup, int node, int log)
{
    return rep_is_member(setup, node);
}

static gboolean follows(const RepSetup *setup, int node, int log)
{
    gboolean leads_for_ever = rep_leader_is_fixed(setup) && node == rep_first_leader(setup, log);
    return !leads_for_ever && rep_is_member(setup, node);
}

static RepLogForm log_form(const RepSetup *setup)
{
    const RepSingleLeaderSetup *policy = rep_policy_of(setup);
    const RepFailoverSetup *failover = &policy->failover;
    return (RepLogForm){.stops_for_upgrade = policy->log == REP_LOG_PHYSICAL,
                        .nondeterministic =
                            policy->log == REP_LOG_STATEMENT ? policy->nondeterministic : 0,
                        .applies_decided = policy->follower_shows == REP_SHOWS_COMMITTED,
                        .keeps_all = failover->rule != REP_FAILOVER_NEVER &&
                                     failover->returning == REP_RETURNING_KEEP};
}

/* Whoever gets a read answers with what it shows, unless it may have to refuse as a leader that
 * has been replaced. */
static gboolean reads_plainly(const RepSetup *setup, int node)
{
    return rep_is_member(setup, node) && rep_leader_is_fixed(setup) && rep_reads_are_plain(setup);
}

/* ---- life --------------------------------------------------------------------------------- */

static RepSingleLeaderState *partition(void *self, int log)
{
    return &((RepSingleLeader *)self)->logs[log];
}

static void init(void *self, RepView *view, RepEffects *out)
{
    RepSingleLeader *state = self;
    state->n = rep_n_partitions(rep_view_setup(view));
    state->logs = g_new0(RepSingleLeaderState, (gsize)state->n);
    REP_EACH_PARTITION(state, one)
    rep_partition_init(one, (int)(one - state->logs), view, out);
}

static void clear(void *self)
{
    RepSingleLeader *state = self;
    REP_EACH_PARTITION(state, one)
    rep_partition_clear(one);
    g_free(state->logs);
}

static void stopped(void *self, RepView *view, int node, RepEffects *out)
{
    REP_EACH_PARTITION(self, one)
    rep_partition_stopped(one, view, node, out);
}

static void started(void *self, RepView *view, int node, RepEffects *out)
{
    REP_EACH_PARTITION(self, one)
    rep_partition_started(one, view, node, out);
}

static void disconnected(void *self, RepView *view, int node, int peer, RepEffects *out)
{
    REP_EACH_PARTITION(self, one)
    rep_partition_disconnected(one, view, node, peer, out);
}

static void connected(void *self, RepView *view, int node, int peer, RepEffects *out)
{
    REP_EACH_PARTITION(self, one)
    rep_partition_connected(one, view, node, peer, out);
}

/* ---- what happens at a node --------------------------------------------------------------- */

static void request(void *self, RepView *view, int node, const RepRequest *asked, RepEffects *out)
{
    RepSingleLeaderState *state = partition(self, asked->log);
    if (asked->kind == REP_READ)
        rep_reads_asked(state, view, node, asked, out);
    else if (!rep_failover_accepts(state, view, node) ||
             asked->at_least.term > state->members[node].term)
        /* Also by one that has not heard of the newer leader whose log the session has seen. */
        rep_answer(state, REP_EFFECT_REFUSE, node, asked->handle, out);
    else if (!asked->entry)
        rep_answer(state,
                   rep_ack_is_short(&state->members[node].ack) ? REP_EFFECT_REFUSE
                                                               : REP_EFFECT_APPEND,
                   node, asked->handle, out);
    else
        /* A repeated attempt whose write is in the log is not appended again (semantics §4). */
        rep_answer(state,
                   asked->committed || REP_PLANTED(RETRY_ANSWERED_EARLY) ? REP_EFFECT_DONE
                                                                         : REP_EFFECT_WAIT,
                   node, asked->handle, out);
}

static void appended(void *self, RepView *view, int node, int log, guint64 index, RepEffects *out)
{
    rep_leader_appended(partition(self, log), view, node, index, out);
}

static void received(void *self, RepView *view, int node, int log, guint64 index, RepEffects *out)
{
    rep_follower_reached(partition(self, log), view, node, REP_POINT_RECEIVED, index, out);
}

static void flushed(void *self, RepView *view, int node, int log, guint64 first, guint64 index,
                    RepEffects *out)
{
    RepSingleLeaderState *state = partition(self, log);
    if (state->members[node].leads)
        rep_leader_flushed(state, view, node, index, out);
    else
        rep_follower_reached(state, view, node, REP_POINT_FLUSHED, index, out);
}

static void applied(void *self, RepView *view, int node, int log, guint64 index, RepEffects *out)
{
    RepSingleLeaderState *state = partition(self, log);
    rep_follower_shows(state, view, node, index);
    rep_lags_note(state, view, node, index);
    rep_reads_shown(state, view, node, index, out);
    if (!state->members[node].leads)
        rep_follower_reached(state, view, node, REP_POINT_APPLIED, index, out);
}

static void hears_of_leader(RepSingleLeaderState *state, RepView *view, int node,
                            const RepMessage *news, RepEffects *out)
{
    const RepMember *member = &state->members[node];
    /* Whom it follows is all it knows of leaderships. */
    if (rep_is_downstream(state, node) && news->from != member->leader)
        return;
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
        else
            rep_relay_acknowledged(state, view, node, message, out);
        return;
    case REP_MESSAGE_RESUME:
        if (state->members[node].leads)
            rep_leader_resumes(state, view, node, message, out);
        else
            rep_relay_resumes(state, view, node, message, out);
        return;
    case REP_MESSAGE_SNAPSHOT:
        rep_snapshot_arrived(state, view, node, message, out);
        return;
    case REP_MESSAGE_CARRY:
        rep_leader_carries(state, view, node, message, out);
        return;
    case REP_MESSAGE_REPORT_RECEIVED:
    case REP_MESSAGE_REPORT_FLUSHED:
        return; /* the rule is about another stage */
    case REP_MESSAGE_POLL:
        if (state->members[node].leads)
            rep_leader_polled(state, view, node, message, out);
        else
            rep_relay_polled(state, view, node, message, out);
        return;
    case REP_MESSAGE_NOTHING_NEW:
        return;
    case REP_MESSAGE_COMMITTED:
        rep_committed_arrived(state, view, node, message, out);
        return;
    case REP_MESSAGE_LEADER:
        hears_of_leader(state, view, node, message, out);
        return;
    case REP_MESSAGE_REQUEST_VOTE:
    case REP_MESSAGE_VOTED:
        rep_raft_hears(state, view, node, message, out);
        return;
    case REP_MESSAGE_CONFIRM:
        rep_reads_confirm(state, view, node, message, out);
        return;
    case REP_MESSAGE_CONFIRMED:
        rep_reads_confirmed(state, view, node, message, out);
        return;
    case REP_MESSAGE_PROBE:
        rep_lags_probed(state, view, node, message, out);
        return;
    default:
        rep_failover_node_hears(state, view, node, message, out);
    }
}

static void message(void *self, RepView *view, int party, const RepMessage *arrived,
                    RepEffects *out)
{
    if (rep_party_is_node(view, party))
        node_hears(partition(self, arrived->log), view, party, arrived, out);
    else if (arrived->kind == REP_MESSAGE_LAG)
        rep_lags_hear(partition(self, arrived->log), view, rep_region_of_party(view, party),
                      arrived);
    else
        rep_failover_monitor_hears(partition(self, arrived->log), view,
                                   rep_region_of_party(view, party), arrived, out);
}

static void region_timer(RepSingleLeaderState *state, RepView *view, int region, guint which,
                         RepEffects *out)
{
    switch (which) {
    case REP_TIMER_SUSPECT:
        rep_failover_suspect_timer(state, view, region, out);
        return;
    case REP_TIMER_REDIRECT:
        rep_redirect_timer(state, view, region, out);
        return;
    case REP_TIMER_PROBE:
        rep_lags_timer(state, view, region, out);
        return;
    default:
        return;
    }
}

static void node_timer(RepSingleLeaderState *state, RepView *view, int node, guint which,
                       RepEffects *out)
{
    switch (which) {
    case REP_TIMER_ACK:
        rep_leader_ack_timeout(state, view, node, out);
        return;
    case REP_TIMER_RESEND:
        if (state->members[node].leads)
            rep_leader_resend(state, view, node, out);
        else
            rep_relay_resend(state, view, node, out);
        return;
    case REP_TIMER_HEARTBEAT:
        rep_failover_heartbeat_timer(state, view, node, out);
        return;
    case REP_TIMER_BATCH:
        if (state->members[node].leads)
            rep_leader_batch_is_due(state, view, node, out);
        else
            rep_relay_batch_is_due(state, view, node, out);
        return;
    case REP_TIMER_POLL:
        rep_pull_timer(state, view, node, out);
        return;
    case REP_TIMER_ELECTION:
        rep_raft_election_timer(state, view, node, out);
        return;
    case REP_TIMER_LEASE:
        rep_failover_lease_timer(state, view, node, out);
        return;
    case REP_TIMER_IN_SYNC:
        rep_in_sync_timer(state, view, node, out);
        return;
    case REP_TIMER_HELD:
        rep_reads_held_timer(state, view, node, out);
        return;
    case REP_TIMER_ROUND:
        rep_reads_round_timer(state, view, node, out);
        return;
    default:
        return;
    }
}

static void timer(void *self, RepView *view, int party, int log, guint which, RepEffects *out)
{
    if (rep_party_is_node(view, party))
        node_timer(partition(self, log), view, party, which, out);
    else
        region_timer(partition(self, log), view, rep_region_of_party(view, party), which, out);
}

static void worked(void *self, RepView *view, int node, int log, guint32 token, RepEffects *out)
{
    rep_failover_heartbeat(partition(self, log), view, node, out);
}

static void later(void *self, RepView *view, int node, int log, guint32 token, RepEffects *out)
{
    rep_failover_promoted(partition(self, log), view, node, token, out);
}

/* Its lease may have lapsed by its clock, or lapse at another instant than was thought. */
static void clock_changed(void *self, RepView *view, int node, RepEffects *out)
{
    REP_EACH_PARTITION(self, one)
    rep_failover_lease_timer(one, view, node, out);
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
           (policy->log == REP_LOG_STATEMENT ? REP_MAY_DIVERGE : 0u) |
           (policy->session ? REP_MAY_PROMISE : 0u);
}

static int leader_of(const void *self, int log)
{
    const RepSingleLeaderState *state = &((const RepSingleLeader *)self)->logs[log];
    int leader = -1;
    REP_EACH_MEMBER(state, node)
    if (state->members[node].leads &&
        (leader < 0 || state->members[node].term > state->members[leader].term))
        leader = node;
    return leader;
}

static void promote(void *self, RepView *view, int node, RepEffects *out)
{
    REP_EACH_PARTITION(self, one)
    rep_failover_promote(one, view, node, out);
}

static int route(const void *self, RepView *view, const RepRoute *asked)
{
    const RepSingleLeader *state = self;
    return rep_single_leader_route(&state->logs[asked->log], view, asked);
}

const RepPolicyOps rep_single_leader = {
    .abi = REP_POLICY_ABI,
    .name = "single-leader",
    .summary = "one node accepts writes and sends its log to followers",
    .setup_size = sizeof(RepSingleLeaderSetup),
    .fields = rep_single_leader_fields,
    .state_size = sizeof(RepSingleLeader),
    .timers = REP_TIMERS,
    .message_names = message_names,
    .routine = UINT64_C(1) << REP_MESSAGE_HEARTBEAT | UINT64_C(1) << REP_MESSAGE_HEARTBEAT_OK |
               UINT64_C(1) << REP_MESSAGE_LEADER | UINT64_C(1) << REP_MESSAGE_PROBE |
               UINT64_C(1) << REP_MESSAGE_LAG | UINT64_C(1) << REP_MESSAGE_POLL |
               UINT64_C(1) << REP_MESSAGE_NOTHING_NEW,
    .carrying = UINT64_C(1) << REP_MESSAGE_ENTRIES | UINT64_C(1) << REP_MESSAGE_COMMITTED,
    .confirming = UINT64_C(1) << REP_MESSAGE_ACK | UINT64_C(1) << REP_MESSAGE_REPORT_RECEIVED |
                  UINT64_C(1) << REP_MESSAGE_REPORT_FLUSHED,
    .validate = rep_single_leader_validate,
    .advise = rep_single_leader_advise,
    .logs = rep_n_partitions,
    .holds = holds,
    .follows = follows,
    .log_form = log_form,
    .first_leader = rep_first_leader,
    .answers_reads = rep_single_leader_answers,
    .events = possible_events,
    .reads_plainly = reads_plainly,
    .memory = rep_session_memory,
    .init = init,
    .clear = clear,
    .route = route,
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
    .clock_changed = clock_changed,
};
