/* failover.c — heartbeats, leases, returning leaders; the monitors' side is monitors.c. */
#include "models/policies/single_leader/failover.h"

#include "models/planted.h"
#include "models/policies/single_leader/monitors.h"
#include "models/policies/single_leader/raft.h"

static const RepFailoverSetup *failover_in(RepView *view)
{
    return &rep_policy_in(view)->failover;
}

static gboolean uses_raft(RepView *view)
{
    return failover_in(view)->elect == REP_ELECT_RAFT;
}

SimSpan rep_heartbeat_of(const RepSetup *setup)
{
    const RepFailoverSetup *failover = &rep_policy_of(setup)->failover;
    if (failover->heartbeat > 0)
        return failover->heartbeat;
    if (failover->elect == REP_ELECT_RAFT)
        /* A fifth of the shortest election timeout, so that four may be lost. */
        return MAX((SimSpan)sim_dist_quantile(failover->election_timeout, 1e-9, 0) / 5, 1);
    return MAX(failover->detect / 5, 1);
}

void rep_failover_init(RepSingleLeaderState *state, RepView *view, RepEffects *out)
{
    const RepFailoverSetup *failover = failover_in(view);
    if (failover->rule == REP_FAILOVER_NEVER)
        return;
    if (failover->elect == REP_ELECT_RAFT)
        rep_raft_init(state, view, out);
    else
        rep_monitors_init(state, view, out);
}

void rep_failover_clear(RepSingleLeaderState *state)
{
    rep_monitors_free(state->monitors);
}

/* ---- leading ------------------------------------------------------------------------------ */

void rep_failover_leadership_began(RepSingleLeaderState *state, RepView *view, int leader,
                                   RepEffects *out)
{
    guint32 term = state->members[leader].term;
    REP_EACH_MEMBER(state, node)
    {
        if (node == leader)
            continue;
        rep_effects_add(
            out, &(RepEffect){
                     .kind = REP_EFFECT_CONNECT, .node = leader, .log = state->log, .peer = node});
        if (state->reigns->len > 1 && !rep_leader_is_fixed(rep_view_setup(view)))
            rep_tell(state, view, leader, node, REP_MESSAGE_LEADER, term, 0, term, out);
    }
    state->members[leader].has_lapsed = FALSE;
    if (failover_in(view)->rule != REP_FAILOVER_NEVER) {
        rep_failover_heartbeat_timer(state, view, leader, out);
        rep_failover_lease_timer(state, view, leader, out);
    }
}

/* A lease holds while a majority of monitors answered a heartbeat sent less than T ago, by the
 * leader's own clock. */
gboolean rep_failover_holds(const RepSingleLeaderState *state, RepView *view, int node,
                            SimSpan length)
{
    const RepMember *self = &state->members[node];
    SimTime oldest = rep_view_clock(view, node) - length;
    guint answered = 0, monitors = rep_monitors_count(state);
    for (int region = 0; region < (int)rep_view_setup(view)->n_regions; region++)
        if (rep_monitors_exists(state, region) && self->answered[region] > oldest)
            answered++;
    return 2 * answered > monitors;
}

static gboolean holds_lease(const RepSingleLeaderState *state, RepView *view, int node)
{
    return rep_failover_holds(state, view, node, failover_in(view)->lease);
}

/* When it lapses unless a monitor answers: T after the oldest of the majority of newest answers. */
static SimTime lease_end(const RepSingleLeaderState *state, RepView *view, int node)
{
    const RepMember *self = &state->members[node];
    int regions = (int)rep_view_setup(view)->n_regions;
    SimTime end = G_MININT64;
    for (int region = 0; region < regions; region++) {
        guint as_new = 0;
        for (int other = 0; rep_monitors_exists(state, region) && other < regions; other++)
            as_new += rep_monitors_exists(state, other) &&
                      self->answered[other] >= self->answered[region];
        if (2 * as_new > rep_monitors_count(state))
            end = MAX(end, self->answered[region]);
    }
    return rep_view_when(view, node, sim_time_after(end, failover_in(view)->lease));
}

void rep_failover_lease_timer(RepSingleLeaderState *state, RepView *view, int node, RepEffects *out)
{
    RepMember *self = &state->members[node];
    if (!self->leads || failover_in(view)->fence != REP_FENCE_LEASE)
        return;
    gboolean holds = holds_lease(state, view, node);
    if (holds == self->has_lapsed)
        rep_effects_add(out, &(RepEffect){.kind = REP_EFFECT_LEASE,
                                          .node = node,
                                          .log = state->log,
                                          .value = holds ? 1 : 0});
    self->has_lapsed = !holds;
    if (holds)
        rep_set_timer(state, node, REP_TIMER_LEASE, lease_end(state, view, node), out);
}

gboolean rep_failover_accepts(const RepSingleLeaderState *state, RepView *view, int node)
{
    const RepMember *self = &state->members[node];
    if (!self->leads || self->is_fenced)
        return FALSE;
    const RepFailoverSetup *failover = failover_in(view);
    return failover->rule == REP_FAILOVER_NEVER || failover->fence != REP_FENCE_LEASE ||
           holds_lease(state, view, node);
}

/* A leadership that was decided before the newest decision does not begin, or end otherwise than
 * fenced. */
static gboolean is_overruled(const RepSingleLeaderState *state, RepView *view, guint32 term)
{
    return failover_in(view)->fence == REP_FENCE_TRUE && term < state->newest_term;
}

static void fence(RepSingleLeaderState *state, int node, RepEffects *out)
{
    if (state->members[node].is_fenced)
        return;
    state->members[node].is_fenced = TRUE;
    rep_leader_end(state, node, out);
}

void rep_fence(RepSingleLeaderState *state, RepView *view, int node, guint32 term, RepEffects *out)
{
    state->newest_term = MAX(state->newest_term, term);
    if (failover_in(view)->fence != REP_FENCE_TRUE)
        return;
    if (node >= 0)
        fence(state, node, out);
    REP_EACH_MEMBER(state, other)
    if (state->members[other].leads)
        fence(state, other, out);
}

/* ---- heartbeats --------------------------------------------------------------------------- */

void rep_failover_heartbeat_timer(RepSingleLeaderState *state, RepView *view, int node,
                                  RepEffects *out)
{
    const RepMember *self = &state->members[node];
    if (!self->leads && !self->claims)
        return;
    rep_set_timer(state, node, REP_TIMER_HEARTBEAT,
                  sim_time_after(rep_view_now(view), rep_heartbeat_of(rep_view_setup(view))), out);
    rep_effects_add(out, &(RepEffect){.kind = REP_EFFECT_WORK,
                                      .node = node,
                                      .log = state->log,
                                      .token = REP_WORK_HEARTBEAT});
}

void rep_failover_heartbeat(RepSingleLeaderState *state, RepView *view, int node, RepEffects *out)
{
    const RepMember *self = &state->members[node];
    if (!self->leads && !self->claims)
        return;
    if (uses_raft(view)) {
        rep_raft_heartbeat(state, view, node, out);
        return;
    }
    SimTime now = rep_view_now(view);
    guint64 sent = (guint64)rep_view_clock(view, node);
    guint8 kind = self->leads ? REP_MESSAGE_HEARTBEAT : REP_MESSAGE_CLAIM;
    guint32 term = self->leads ? self->term : self->claim_term;
    for (int region = 0; region < (int)rep_view_setup(view)->n_regions; region++)
        if (rep_monitors_exists(state, region))
            rep_tell(state, view, node, rep_party_of_region(view, region), kind, term, sent,
                     (guint64)now, out);
}

/* ---- what a node hears from monitors ------------------------------------------------------ */

static void granted(RepSingleLeaderState *state, RepView *view, int node, const RepMessage *grant,
                    RepEffects *out)
{
    RepMember *self = &state->members[node];
    int region = rep_region_of_party(view, grant->from);
    if (!self->claims || grant->term != self->claim_term || self->answered[region] == SIM_NEVER)
        return;
    self->answered[region] = SIM_NEVER; /* counted */
    if (2 * ++self->granted > rep_monitors_count(state) &&
        !is_overruled(state, view, self->claim_term)) {
        /* Whom an operator had promoted meanwhile, perhaps, and no monitor has heard. */
        rep_fence(state, view, -1, self->claim_term, out);
        rep_leader_begin(state, view, node, self->claim_term, out);
        rep_leader_commit(state, view, node, out);
    }
}

static void begin_claim(RepSingleLeaderState *state, RepView *view, int node, guint32 term)
{
    RepMember *self = &state->members[node];
    self->claims = TRUE;
    self->claim_term = term;
    self->granted = 0;
    for (gsize region = 0; region < rep_view_setup(view)->n_regions; region++)
        self->answered[region] = 0;
}

static void deposed(RepSingleLeaderState *state, RepView *view, int node, const RepMessage *news,
                    RepEffects *out)
{
    RepMember *self = &state->members[node];
    int leader = (int)news->value - 1;
    if (leader < 0) {
        /* No newer leader, but the claimed term is spoken for: claim a later one. */
        if (self->claims && news->term >= self->claim_term)
            begin_claim(state, view, node, news->term + 1);
        return;
    }
    if (leader == node || news->term <= self->term)
        return;
    rep_follower_hears(state, view, node, news->term, leader, out);
    rep_follower_resume(state, view, node, out);
}

void rep_failover_node_hears(RepSingleLeaderState *state, RepView *view, int node,
                             const RepMessage *message, RepEffects *out)
{
    RepMember *self = &state->members[node];
    if (message->kind == REP_MESSAGE_HEARTBEAT_OK) {
        int region = rep_region_of_party(view, message->from);
        if (!self->leads || message->term != self->term)
            return;
        SimTime since = (SimTime)message->value;
        if (REP_PLANTED(LEASE_FROM_ANSWER))
            since = rep_view_clock(view, node);
        if (REP_PLANTED(LEASE_BY_TWO_CLOCKS))
            since = (SimTime)message->first;
        self->answered[region] = MAX(self->answered[region], since);
        rep_failover_lease_timer(state, view, node, out);
    } else if (message->kind == REP_MESSAGE_GRANT)
        granted(state, view, node, message, out);
    else
        deposed(state, view, node, message, out);
}

/* ---- promotion and return ----------------------------------------------------------------- */

void rep_failover_promoted(RepSingleLeaderState *state, RepView *view, int node, guint32 term,
                           RepEffects *out)
{
    if (state->members[node].term >= term || is_overruled(state, view, term))
        return; /* somebody else leads in that term or a later one, or is to */
    rep_leader_end(state, node, out);
    rep_leader_begin(state, view, node, term, out);
    rep_leader_commit(state, view, node, out);
}

/* Would anybody but an operator ever lead in its place? */
static gboolean is_replaceable(RepView *view)
{
    const RepFailoverSetup *failover = failover_in(view);
    return failover->rule != REP_FAILOVER_NEVER &&
           (uses_raft(view) || failover->promote != REP_PROMOTE_NEVER);
}

void rep_failover_forgets(RepSingleLeaderState *state, RepView *view, int node)
{
    RepMember *self = &state->members[node];
    if (self->leader == node && self->term == state->newest_term && !is_replaceable(view))
        return;
    /* An empty disk does not say that it led: monitors go on to miss its heartbeats. */
    if (self->leader == node)
        self->leader = -1;
    state->is_joining[node] = TRUE;
    state->joining[node] = (RepRound){0};
}

void rep_failover_returns(RepSingleLeaderState *state, RepView *view, int node, RepEffects *out)
{
    RepMember *self = &state->members[node];
    if (uses_raft(view)) {
        rep_raft_returns(state, view, node, out);
        return;
    }
    if (self->leader != node)
        return;
    begin_claim(state, view, node, self->term + 1);
    rep_failover_heartbeat_timer(state, view, node, out);
}

void rep_failover_promote(RepSingleLeaderState *state, RepView *view, int node, RepEffects *out)
{
    if (state->is_joining[node])
        return; /* it has nothing to lead with yet */
    if (!state->is_member[node])
        return;
    if (failover_in(view)->rule != REP_FAILOVER_NEVER && uses_raft(view))
        rep_raft_stand(state, view, node, out);
    else
        rep_monitors_promote(state, view, node, out);
}
