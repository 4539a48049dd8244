/*
 * single_leader.c — one node accepts writes and sends its log to the others (DDIA ch. 5 "Leaders
 * and Followers"; semantics §4).
 *
 * A write: the leader appends it, flushes, ships what one flush covered to each follower as one
 * message, collects their cumulative acknowledgements, commits as far as its rule allows
 * (ack_rule.h), shows the entry to its readers and answers. A follower takes what has arrived,
 * flushes, applies, and acknowledges at the point the setup names. Every answer goes by position:
 * prefixes only, also where messages overtake.
 *
 * A broken connection ships nothing. When it stands again the follower says where its disk ends,
 * and the leader goes on from the last entry on which both agree; a follower that holds entries
 * the leader has not (the leader lost its memory before its disk had them) cuts them off.
 *
 * Failover: `never`. A dead leader means that writes fail until it returns; it then opens a new
 * term at the end of what its disk kept.
 */
#include "models/policies/single_leader.h"

#include "models/policies/ack_rule.h"

enum { MESSAGE_ENTRIES, MESSAGE_ACK, MESSAGE_RESUME };
static const char *const message_names[] = {"entries", "ack", "resume", NULL};

enum { TIMER_ACK, TIMER_RESEND, N_TIMERS };

#define LOG 0
#define RESEND_MIN (200 * SIM_MS)

/* Entries that arrived ahead of a gap, on links where messages overtake. */
typedef struct Range {
    guint64 first, last;
} Range;

typedef struct NodeState {
    /* as a leader */
    gboolean leads;
    RepAckState ack;
    guint64 *sent;      /* per node: shipped up to here */
    guint64 *unchanged; /* per node: acknowledged when the resend timer last ran */
    gboolean plans_resend;
    /* as a follower */
    guint64 reported;   /* last position acknowledged to the leader */
    guint32 ahead_term; /* of the ranges below */
    Range *ahead;
    guint n_ahead;
} NodeState;

typedef struct State {
    NodeState *nodes;
    gsize n_nodes;
    SimSpan resend; /* 0: nothing is ever lost for good */
} State;

static const RepSingleLeaderSetup *policy_of(const RepSetup *setup)
{
    return setup->policy_setup;
}

static gboolean is_follower(const RepSetup *setup, int node)
{
    const RepIdList *followers = &policy_of(setup)->followers;
    for (gsize i = 0; i < followers->n; i++)
        if (followers->ids[i] == node)
            return TRUE;
    return FALSE;
}

/* ---- what the world asks beforehand ------------------------------------------------------------
 */

static int logs(const RepSetup *setup)
{
    return 1;
}

static gboolean holds(const RepSetup *setup, int node, int log)
{
    return node == policy_of(setup)->leader || is_follower(setup, node);
}

static gboolean follows(const RepSetup *setup, int node, int log)
{
    return is_follower(setup, node);
}

static gboolean answers_reads(const RepSetup *setup, int node)
{
    const RepSingleLeaderSetup *policy = policy_of(setup);
    switch ((RepReadRule)policy->reads) {
    case REP_READS_LEADER:
        return node == policy->leader;
    case REP_READS_FOLLOWER:
        return node == policy->reads_node;
    case REP_READS_NEAREST:
    case REP_READS_ANY:
    case REP_READS_STICKY:
        return holds(setup, node, LOG);
    }
    SIM_UNREACHABLE();
}

/* Whoever gets a read answers with what it shows. */
static gboolean reads_plainly(const RepSetup *setup, int node)
{
    return holds(setup, node, LOG);
}

/* ---- effects -----------------------------------------------------------------------------------
 */

static void send(RepView *view, int from, int to, guint8 kind, guint64 first, guint64 last,
                 RepEffects *out)
{
    RepMessage message = {.from = from,
                          .to = to,
                          .kind = kind,
                          .log = LOG,
                          .term = rep_view_log(view, from, LOG).term,
                          .first = first,
                          .last = last,
                          .bytes = (guint32)rep_view_setup(view)->network.message_size};
    if (kind == MESSAGE_ENTRIES && last >= first)
        message.bytes = (guint32)MIN(rep_view_bytes(view, from, LOG, first, last), G_MAXUINT32);
    rep_effects_send(out, &message);
}

static void set_timer(int node, guint32 timer, SimTime at, RepEffects *out)
{
    rep_effects_add(out,
                    &(RepEffect){.kind = REP_EFFECT_TIMER, .node = node, .timer = timer, .at = at});
}

static void move_to(RepEffectKind kind, int node, guint64 index, guint32 term, RepEffects *out)
{
    rep_effects_add(
        out, &(RepEffect){.kind = kind, .node = node, .log = LOG, .index = index, .term = term});
}

static void answer(RepEffectKind kind, int node, guint32 handle, RepEffects *out)
{
    rep_effects_add(out, &(RepEffect){.kind = kind, .node = node, .log = LOG, .handle = handle});
}

/* ---- the leader --------------------------------------------------------------------------------
 */

/* Ships to one follower what it has not been sent, as one message. */
static void ship(State *state, RepView *view, int leader, int follower, guint64 upto,
                 RepEffects *out)
{
    NodeState *node = &state->nodes[leader];
    if (!node->ack.peers[follower].is_connected || node->sent[follower] >= upto)
        return;
    send(view, leader, follower, MESSAGE_ENTRIES, node->sent[follower] + 1, upto, out);
    node->sent[follower] = upto;
}

static void ship_to_all(State *state, RepView *view, int leader, guint64 upto, RepEffects *out)
{
    const RepIdList *followers = &policy_of(rep_view_setup(view))->followers;
    for (gsize i = 0; i < followers->n; i++)
        if (followers->ids[i] != leader)
            ship(state, view, leader, followers->ids[i], upto, out);
}

/* How far the leader may ship: what its disk has, or already what its memory has. */
static guint64 shippable(RepView *view, int leader)
{
    RepLogView log = rep_view_log(view, leader, LOG);
    gboolean in_parallel = policy_of(rep_view_setup(view))->ship == REP_SHIP_ON_APPEND;
    return in_parallel ? log.arrived : log.flushed;
}

/* The oldest entry that still waits decides when the leader's patience ends; the timeout counts
 * from its local flush. */
static void plan_fall_back(NodeState *node, RepView *view, int leader, RepEffects *out)
{
    if (node->ack.timeout == SIM_NEVER || node->ack.need == 0)
        return;
    SimTime at = SIM_NEVER;
    if (node->ack.is_waiting && node->ack.committed < rep_view_log(view, leader, LOG).flushed)
        at = sim_time_after(rep_view_durable_at(view, leader, LOG, node->ack.committed + 1),
                            node->ack.timeout);
    set_timer(leader, TIMER_ACK, at, out);
}

/* The line where a leader decides to answer: as far as the rule holds, entries become visible
 * and their clients hear. */
static void commit(NodeState *node, RepView *view, int leader, RepEffects *out)
{
    guint64 before = node->ack.committed;
    guint64 index = rep_ack_commit(&node->ack, rep_view_log(view, leader, LOG).flushed);
    if (index > before) {
        if (policy_of(rep_view_setup(view))->visible == REP_VISIBLE_ON_COMMIT)
            move_to(REP_EFFECT_SHOW, leader, index, 0, out);
        move_to(REP_EFFECT_COMMIT, leader, index, 0, out);
    }
    plan_fall_back(node, view, leader, out);
}

static void begin_leadership(State *state, RepView *view, int leader, guint32 term, RepEffects *out)
{
    const RepSetup *setup = rep_view_setup(view);
    NodeState *node = &state->nodes[leader];
    RepLogView log = rep_view_log(view, leader, LOG);
    guint64 decided = MIN(log.applied, log.flushed);
    rep_ack_clear(&node->ack);
    rep_ack_init(&node->ack, setup, policy_of(setup), leader, decided);
    node->leads = TRUE;
    node->plans_resend = FALSE;
    if (!node->sent) {
        node->sent = g_new0(guint64, state->n_nodes);
        node->unchanged = g_new0(guint64, state->n_nodes);
    }
    move_to(REP_EFFECT_LEAD, leader, 0, term, out);
}

static void plan_resend(State *state, RepView *view, int leader, RepEffects *out)
{
    NodeState *node = &state->nodes[leader];
    if (!state->resend || node->plans_resend)
        return;
    node->plans_resend = TRUE;
    set_timer(leader, TIMER_RESEND, sim_time_after(rep_view_now(view), state->resend), out);
}

/* On links that lose messages for good: whoever made no progress gets what it lacks again. */
static void resend(State *state, RepView *view, int leader, RepEffects *out)
{
    NodeState *node = &state->nodes[leader];
    gboolean is_waiting = FALSE;
    node->plans_resend = FALSE;
    for (gsize follower = 0; follower < state->n_nodes; follower++) {
        const RepAckPeer *peer = &node->ack.peers[follower];
        if (!peer->is_connected || peer->acked >= node->sent[follower])
            continue;
        is_waiting = TRUE;
        if (peer->acked == node->unchanged[follower])
            send(view, leader, (int)follower, MESSAGE_ENTRIES, peer->acked + 1,
                 node->sent[follower], out);
        node->unchanged[follower] = peer->acked;
    }
    if (is_waiting)
        plan_resend(state, view, leader, out);
}

static void acknowledged(State *state, RepView *view, int leader, int follower, guint64 index,
                         RepEffects *out)
{
    NodeState *node = &state->nodes[leader];
    guint64 flushed = rep_view_log(view, leader, LOG).flushed;
    rep_ack_note(&node->ack, follower, index);
    if (rep_ack_try_return(&node->ack, follower, flushed, rep_view_now(view)))
        rep_effects_add(out, &(RepEffect){.kind = REP_EFFECT_RULE, .node = leader, .value = 1});
    commit(node, view, leader, out);
}

/* A follower connects and says where its disk ends, and in which term. */
static void resume(State *state, RepView *view, int leader, const RepMessage *message,
                   RepEffects *out)
{
    NodeState *node = &state->nodes[leader];
    int follower = message->from;
    guint64 agreed = MIN(message->last, rep_view_common(view, leader, LOG, message->term));
    rep_ack_note_connection(&node->ack, follower, TRUE);
    rep_ack_note_cut(&node->ack, follower, agreed);
    node->sent[follower] = agreed;
    acknowledged(state, view, leader, follower, agreed, out);
    guint64 upto = shippable(view, leader);
    if (upto > agreed || message->last > agreed)
        send(view, leader, follower, MESSAGE_ENTRIES, agreed + 1, upto, out);
    node->sent[follower] = MAX(upto, agreed);
    plan_resend(state, view, leader, out);
}

/* ---- the follower ------------------------------------------------------------------------------
 */

static void report(State *state, RepView *view, int node, guint64 index, RepEffects *out)
{
    NodeState *self = &state->nodes[node];
    guint64 first = MIN(self->reported + 1, index);
    self->reported = index;
    send(view, node, policy_of(rep_view_setup(view))->leader, MESSAGE_ACK, first, index, out);
}

static void keep_ahead(NodeState *self, const RepMessage *message)
{
    if (self->ahead_term != message->term)
        self->n_ahead = 0;
    self->ahead_term = message->term;
    self->ahead = g_renew(Range, self->ahead, self->n_ahead + 1);
    self->ahead[self->n_ahead++] = (Range){message->first, message->last};
}

/* Entries up to `last` join the log; whatever waited behind the gap they close joins too. */
static guint64 close_gaps(NodeState *self, guint32 term, guint64 last)
{
    if (self->ahead_term != term)
        return last;
    for (guint i = 0; i < self->n_ahead;) {
        if (self->ahead[i].first > last + 1) {
            i++;
            continue;
        }
        last = MAX(last, self->ahead[i].last);
        self->ahead[i] = self->ahead[--self->n_ahead];
        i = 0;
    }
    return last;
}

static void take_entries(State *state, RepView *view, int node, const RepMessage *message,
                         RepEffects *out)
{
    NodeState *self = &state->nodes[node];
    RepLogView log = rep_view_log(view, node, LOG);
    if (message->term < log.term)
        return; /* from a leadership that is over */
    if (message->term > log.term && log.arrived > 0) {
        /* A new leadership: what its log does not contain goes (Raft §5.3). */
        guint64 agreed = rep_view_common(view, node, LOG, message->term);
        if (log.arrived > agreed) {
            move_to(REP_EFFECT_TRUNCATE, node, agreed, 0, out);
            self->reported = MIN(self->reported, agreed);
            log.arrived = agreed;
        }
    }
    if (message->last <= log.arrived) {
        /* Seen before: the acknowledgement may have been lost. */
        if (message->last >= message->first)
            report(state, view, node, self->reported, out);
        return;
    }
    if (message->first > log.arrived + 1)
        keep_ahead(self, message);
    else
        move_to(REP_EFFECT_ACCEPT, node, close_gaps(self, message->term, message->last),
                message->term, out);
}

/* ---- callbacks ---------------------------------------------------------------------------------
 */

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
        loses |= setup->faults[i].kind == REP_FAULT_LOSE;
    if (setup->network.order != REP_ORDER_FREE || !loses)
        return 0;
    return MAX(RESEND_MIN, 4 * (SimSpan)slowest);
}

static void init(void *self, RepView *view, RepEffects *out)
{
    State *state = self;
    const RepSetup *setup = rep_view_setup(view);
    const RepSingleLeaderSetup *policy = policy_of(setup);
    state->n_nodes = setup->n_nodes;
    state->nodes = g_new0(NodeState, state->n_nodes);
    state->resend = resend_after(setup);
    begin_leadership(state, view, policy->leader, 1, out);
    for (gsize i = 0; i < policy->followers.n; i++) {
        int follower = policy->followers.ids[i];
        rep_effects_add(
            out,
            &(RepEffect){.kind = REP_EFFECT_CONNECT, .node = policy->leader, .peer = follower});
        rep_ack_note_connection(&state->nodes[policy->leader].ack, follower, TRUE);
    }
}

static void clear(void *self)
{
    State *state = self;
    for (gsize i = 0; i < state->n_nodes; i++) {
        rep_ack_clear(&state->nodes[i].ack);
        g_free(state->nodes[i].sent);
        g_free(state->nodes[i].unchanged);
        g_free(state->nodes[i].ahead);
    }
    g_free(state->nodes);
}

static void request(void *self, RepView *view, int node, const RepRequest *asked, RepEffects *out)
{
    const State *state = self;
    if (asked->kind == REP_READ)
        answer(REP_EFFECT_READ, node, asked->handle, out);
    else if (!state->nodes[node].leads)
        answer(REP_EFFECT_REFUSE, node, asked->handle, out);
    else if (!asked->entry)
        answer(REP_EFFECT_APPEND, node, asked->handle, out);
    else
        /* A repeated attempt whose write is in the log is not appended again (semantics §4). */
        answer(asked->committed ? REP_EFFECT_DONE : REP_EFFECT_WAIT, node, asked->handle, out);
}

static void appended(void *self, RepView *view, int node, int log, guint64 index, RepEffects *out)
{
    State *state = self;
    if (policy_of(rep_view_setup(view))->ship == REP_SHIP_ON_APPEND)
        ship_to_all(state, view, node, index, out);
}

static void received(void *self, RepView *view, int node, int log, guint64 index, RepEffects *out)
{
    if (policy_of(rep_view_setup(view))->ack_point == REP_POINT_RECEIVED)
        report(self, view, node, index, out);
}

static void flushed(void *self, RepView *view, int node, int log, guint64 first, guint64 index,
                    RepEffects *out)
{
    State *state = self;
    const RepSingleLeaderSetup *policy = policy_of(rep_view_setup(view));
    if (!state->nodes[node].leads) {
        if (policy->ack_point == REP_POINT_FLUSHED)
            report(state, view, node, index, out);
        return;
    }
    ship_to_all(state, view, node, index, out);
    plan_resend(state, view, node, out);
    if (policy->visible == REP_VISIBLE_ON_FLUSH)
        move_to(REP_EFFECT_SHOW, node, index, 0, out);
    commit(&state->nodes[node], view, node, out);
}

static void applied(void *self, RepView *view, int node, int log, guint64 index, RepEffects *out)
{
    State *state = self;
    if (!state->nodes[node].leads &&
        policy_of(rep_view_setup(view))->ack_point == REP_POINT_APPLIED)
        report(state, view, node, index, out);
}

static void message(void *self, RepView *view, int node, const RepMessage *arrived, RepEffects *out)
{
    State *state = self;
    if (arrived->kind == MESSAGE_ENTRIES) {
        take_entries(state, view, node, arrived, out);
        return;
    }
    if (!state->nodes[node].leads)
        return;
    if (arrived->kind == MESSAGE_RESUME)
        resume(state, view, node, arrived, out);
    else
        /* A follower may still be in an older term: what both logs share counts. */
        acknowledged(state, view, node, arrived->from,
                     MIN(arrived->last, rep_view_common(view, node, LOG, arrived->term)), out);
}

static void timer(void *self, RepView *view, int node, guint which, RepEffects *out)
{
    State *state = self;
    NodeState *leader = &state->nodes[node];
    if (which == TIMER_RESEND) {
        resend(state, view, node, out);
        return;
    }
    guint64 durable = rep_view_log(view, node, LOG).flushed;
    rep_ack_fall_back(&leader->ack, durable, rep_view_now(view));
    rep_effects_add(out, &(RepEffect){.kind = REP_EFFECT_RULE, .node = node, .value = 0});
    commit(leader, view, node, out);
}

static void stopped(void *self, RepView *view, int node)
{
    State *state = self;
    state->nodes[node].leads = FALSE;
    state->nodes[node].n_ahead = 0;
    state->nodes[node].reported = rep_view_log(view, node, LOG).flushed;
}

static void started(void *self, RepView *view, int node, RepEffects *out)
{
    State *state = self;
    if (node != policy_of(rep_view_setup(view))->leader)
        return;
    begin_leadership(state, view, node, rep_view_log(view, node, LOG).term + 1, out);
    commit(&state->nodes[node], view, node, out);
}

static void disconnected(void *self, RepView *view, int node, int peer, RepEffects *out)
{
    State *state = self;
    if (!state->nodes[node].leads)
        return;
    rep_ack_note_connection(&state->nodes[node].ack, peer, FALSE);
    /* first(K, …) may hold without the follower that went away. */
    commit(&state->nodes[node], view, node, out);
}

static void connected(void *self, RepView *view, int node, int peer, RepEffects *out)
{
    State *state = self;
    if (state->nodes[node].leads)
        return;
    NodeState *follower = &state->nodes[node];
    RepLogView log = rep_view_log(view, node, LOG);
    follower->n_ahead = 0;
    follower->reported = log.flushed;
    send(view, node, peer, MESSAGE_RESUME, log.flushed + 1, log.flushed, out);
}

/* ---- routing -----------------------------------------------------------------------------------
 */

/* The first of a region's nearest that the session does not avoid; all avoided: the nearest. */
static int route_nearest(RepView *view, const RepRoute *route)
{
    const RepSetup *setup = rep_view_setup(view);
    int nearest = -1;
    for (gsize i = 0; i < setup->n_nodes; i++) {
        int node = route->nearest[i];
        if (!answers_reads(setup, node))
            continue;
        if (!rep_route_avoids(view, route, node))
            return node;
        if (nearest < 0)
            nearest = node;
    }
    return nearest;
}

/* One of the replicas that the session does not avoid, each as likely; all avoided: one of all. */
static int route_any(RepView *view, const RepRoute *route, guint64 lot)
{
    const RepSetup *setup = rep_view_setup(view);
    for (int even_avoided = 0; even_avoided < 2; even_avoided++) {
        guint64 n = 0;
        for (int pass = 0; pass < 2; pass++) {
            guint64 place = (guint64)(((unsigned __int128)lot * n) >> 64);
            n = 0;
            for (int node = 0; node < (int)setup->n_nodes; node++) {
                if (!answers_reads(setup, node) ||
                    (!even_avoided && rep_route_avoids(view, route, node)))
                    continue;
                if (pass == 1 && n == place)
                    return node;
                n++;
            }
            if (n == 0)
                break;
        }
    }
    SIM_UNREACHABLE();
}

static int route(const void *self, RepView *view, const RepRoute *asked)
{
    const RepSingleLeaderSetup *policy = policy_of(rep_view_setup(view));
    if (asked->kind == REP_WRITE)
        return policy->leader;
    switch ((RepReadRule)policy->reads) {
    case REP_READS_LEADER:
        return policy->leader;
    case REP_READS_FOLLOWER:
        return policy->reads_node;
    case REP_READS_NEAREST:
        return route_nearest(view, asked);
    case REP_READS_ANY:
        return route_any(view, asked, rep_route_lot(view, asked));
    case REP_READS_STICKY:
        if (asked->sticky >= 0 && !rep_route_avoids(view, asked, asked->sticky))
            return asked->sticky;
        return route_any(view, asked, rep_route_session_lot(view, asked));
    }
    SIM_UNREACHABLE();
}

const RepPolicyOps rep_single_leader = {
    .abi = REP_POLICY_ABI,
    .name = "single-leader",
    .summary = "one node accepts writes and sends its log to followers",
    .setup_size = sizeof(RepSingleLeaderSetup),
    .fields = rep_single_leader_fields,
    .state_size = sizeof(State),
    .timers = N_TIMERS,
    .message_names = message_names,
    .validate = rep_single_leader_validate,
    .logs = logs,
    .holds = holds,
    .follows = follows,
    .answers_reads = answers_reads,
    .reads_plainly = reads_plainly,
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
    .stopped = stopped,
    .started = started,
    .disconnected = disconnected,
    .connected = connected,
};
