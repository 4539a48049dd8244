/* monitors.c — who suspects, votes and decides; see failover.h. */
#include "models/policies/single_leader/monitors.h"

#include "models/planted.h"
#include "models/policies/single_leader/failover.h"

#define NOBODY (-1)
/* In voted_for: the term was granted to the claim of a node. */
#define CLAIM_OF(node) (-2 - (node))

typedef struct Monitor {
    gboolean exists;
    guint32 term;  /* newest leadership it has heard of … */
    int leader;    /* … and whose */
    SimTime heard; /* last heartbeat of it */
    gboolean suspects;
    guint32 voted_term; /* last term it voted or granted in … */
    int voted_for;      /* … the coordinator's region; negative: nobody … */
    SimTime voted_at;   /* … and when */
    /* as a coordinator */
    guint32 poll_term; /* of the votes counted */
    guint32 decided_term;
    gboolean *votes; /* by region */
} Monitor;

struct RepMonitors {
    Monitor *all; /* by region */
    gsize n_regions;
    guint n;
    SimSpan patience; /* until a vote has led to nothing */
};

static const RepFailoverSetup *failover_in(RepView *view)
{
    return &rep_policy_in(view)->failover;
}

static gboolean has_node(const RepSetup *setup, int region)
{
    for (gsize i = 0; i < setup->n_nodes; i++)
        if (setup->nodes[i].region == region)
            return TRUE;
    return FALSE;
}

static gboolean is_named(const RepPlaceList *named, int region)
{
    for (gsize i = 0; i < named->n; i++)
        if (named->places[i].id == region)
            return TRUE;
    return FALSE;
}

void rep_monitors_init(RepSingleLeaderState *state, RepView *view, RepEffects *out)
{
    const RepSetup *setup = rep_view_setup(view);
    const RepFailoverSetup *failover = failover_in(view);
    RepMonitors *monitors = state->monitors = g_new0(RepMonitors, 1);
    monitors->n_regions = setup->n_regions;
    monitors->all = g_new0(Monitor, setup->n_regions);
    monitors->patience =
        2 * failover->detect + (SimSpan)sim_dist_quantile(failover->takes, 0.99, 0);
    for (int region = 0; region < (int)setup->n_regions; region++) {
        Monitor *self = &monitors->all[region];
        self->exists =
            failover->monitors.n ? is_named(&failover->monitors, region) : has_node(setup, region);
        self->term = 1;
        self->leader = state->first_leader;
        self->voted_for = NOBODY;
        self->votes = g_new0(gboolean, setup->n_regions);
        monitors->n += self->exists ? 1 : 0;
        if (self->exists)
            rep_set_timer(state, rep_party_of_region(view, region), REP_TIMER_SUSPECT,
                          sim_time_after(rep_view_now(view), failover->detect), out);
    }
}

void rep_monitors_free(RepMonitors *monitors)
{
    if (!monitors)
        return;
    for (gsize i = 0; i < monitors->n_regions; i++)
        g_free(monitors->all[i].votes);
    g_free(monitors->all);
    g_free(monitors);
}

guint rep_monitors_count(const RepSingleLeaderState *state)
{
    return state->monitors ? state->monitors->n : 0;
}

gboolean rep_monitors_exists(const RepSingleLeaderState *state, int region)
{
    return state->monitors && state->monitors->all[region].exists;
}

/* ---- candidates --------------------------------------------------------------------------- */

/* How much of the old leader's log the node would lose, in time: from its first missing entry to
 * the last one that was durable. */
static SimSpan lag_behind(const RepSingleLeaderState *state, RepView *view, int node, int old)
{
    RepLogView last = rep_view_log(view, old, state->log),
               own = rep_view_log(view, node, state->log);
    if (own.flushed >= last.flushed)
        return 0;
    SimTime first = rep_view_durable_at(view, old, state->log, own.flushed + 1);
    SimTime end = rep_view_durable_at(view, old, state->log, last.flushed);
    return first == SIM_NEVER || end == SIM_NEVER ? 0 : end - first;
}

static gboolean is_eligible(const RepSingleLeaderState *state, RepView *view, int party, int node,
                            int old)
{
    const RepFailoverSetup *failover = failover_in(view);
    if (node == old || !state->is_member[node] || state->is_joining[node] ||
        !rep_view_reaches(view, party, node))
        return FALSE;
    if (failover->promote == REP_PROMOTE_IN_SYNC && !state->in_sync[node])
        return FALSE;
    return failover->max_lag == SIM_NEVER ||
           lag_behind(state, view, node, old) <= failover->max_lag;
}

/* Longer logs first: by the term of the last entry, then by flushed position. */
static gboolean is_further(const RepSingleLeaderState *state, RepView *view, int a, int b)
{
    int log = REP_PLANTED(PROMOTE_BY_FIRST_LOG) ? 0 : state->log;
    RepLogView x = rep_view_log(view, a, log), y = rep_view_log(view, b, log);
    if (REP_PLANTED(PROMOTE_BY_APPLIED))
        return x.applied > y.applied;
    guint32 x_term = rep_view_term_at(view, a, log, x.flushed);
    guint32 y_term = rep_view_term_at(view, b, log, y.flushed);
    if (x_term != y_term)
        return x_term > y_term;
    return x.flushed > y.flushed;
}

/* Whom the monitor would promote in place of `old`, among those it can reach; or NOBODY. */
static int find_candidate(const RepSingleLeaderState *state, RepView *view, int region, int old)
{
    const RepFailoverSetup *failover = failover_in(view);
    int party = rep_party_of_region(view, region), best = NOBODY;
    if (failover->promote == REP_PROMOTE_NEVER)
        return NOBODY;
    if (failover->promote == REP_PROMOTE_PREFERRED) {
        for (gsize i = 0; i < failover->preferred.n; i++)
            if (is_eligible(state, view, party, failover->preferred.ids[i], old))
                return failover->preferred.ids[i];
        return NOBODY;
    }
    REP_EACH_MEMBER(state, node)
    if (is_eligible(state, view, party, node, old) &&
        (best == NOBODY || is_further(state, view, node, best)))
        best = node;
    return best;
}

/* The monitor nearest the candidate, by configured delay and then by name. */
static int nearest_monitor(const RepMonitors *monitors, RepView *view, int candidate)
{
    int nearest = NOBODY;
    SimSpan least = SIM_NEVER;
    for (int region = 0; region < (int)monitors->n_regions; region++) {
        if (!monitors->all[region].exists)
            continue;
        SimSpan p50 = rep_view_p50(view, rep_party_of_region(view, region), candidate);
        if (nearest == NOBODY || p50 < least) {
            nearest = region;
            least = p50;
        }
    }
    return nearest;
}

/* ---- voting ------------------------------------------------------------------------------- */

static void decide(RepSingleLeaderState *state, RepView *view, int region, RepEffects *out)
{
    Monitor *self = &state->monitors->all[region];
    guint votes = 0;
    for (gsize i = 0; i < state->monitors->n_regions; i++)
        votes += self->votes[i] ? 1 : 0;
    if (2 * votes <= state->monitors->n || self->decided_term >= self->poll_term)
        return;
    int candidate = find_candidate(state, view, region, self->leader);
    if (candidate == NOBODY)
        return; /* votes are repeated; it may be there then */
    self->decided_term = self->poll_term;
    rep_fence(state, view, self->leader, self->poll_term, out);
    SimSpan takes =
        rep_view_span(view, failover_in(view)->takes, candidate, state->log, self->poll_term);
    rep_effects_add(out, &(RepEffect){.kind = REP_EFFECT_LATER,
                                      .node = candidate,
                                      .log = state->log,
                                      .token = self->poll_term,
                                      .at = sim_time_after(rep_view_now(view), takes)});
}

/* Votes against an older leadership say nothing about a newer one. */
static void note_leader(const RepMonitors *monitors, Monitor *self, guint32 term, int leader)
{
    for (gsize i = 0; term > self->term && i < monitors->n_regions; i++)
        self->votes[i] = REP_PLANTED(STALE_VOTES_COUNT) && self->votes[i];
    self->term = term;
    self->leader = leader;
}

/* What a vote says. */
typedef struct Vote {
    int voter; /* region */
    guint32 term;
    guint32 against; /* term of the leadership that it wants replaced … */
    int leader;      /* … and whose that was */
} Vote;

static void count_vote(RepSingleLeaderState *state, RepView *view, int region, const Vote *vote,
                       RepEffects *out)
{
    Monitor *self = &state->monitors->all[region];
    if (vote->term <= self->term || vote->against < self->term)
        return; /* that leadership has been replaced already */
    note_leader(state->monitors, self, vote->against, vote->leader);
    if (vote->term < self->poll_term) {
        rep_tell(state, view, rep_party_of_region(view, region),
                 rep_party_of_region(view, vote->voter), REP_MESSAGE_ASK_VOTE, self->poll_term, 0,
                 self->poll_term, out);
        return;
    }
    if (vote->term > self->poll_term) {
        self->poll_term = vote->term;
        for (gsize i = 0; i < state->monitors->n_regions; i++)
            self->votes[i] = REP_PLANTED(STALE_VOTES_COUNT) && self->votes[i];
    }
    self->votes[vote->voter] = TRUE;
    decide(state, view, region, out);
}

static void send_vote(RepSingleLeaderState *state, RepView *view, int region, RepEffects *out)
{
    const Monitor *self = &state->monitors->all[region];
    if (self->voted_for == region) {
        Vote own = {region, self->voted_term, self->term, self->leader};
        count_vote(state, view, region, &own, out);
        return;
    }
    RepMessage vote = {.from = rep_party_of_region(view, region),
                       .to = rep_party_of_region(view, self->voted_for),
                       .kind = REP_MESSAGE_VOTE,
                       .log = (guint8)state->log,
                       .term = self->voted_term,
                       .first = (guint64)rep_view_now(view),
                       .last = self->term,
                       .value = (guint64)self->leader,
                       .bytes = (guint64)rep_view_setup(view)->network.message_size};
    rep_effects_send(out, &vote);
}

static void note_vote(RepView *view, Monitor *self, guint32 term, int coordinator)
{
    self->voted_term = term;
    self->voted_for = coordinator;
    self->voted_at = rep_view_now(view);
}

/* A vote still counts until it has led to nothing for too long. */
static gboolean has_open_vote(const RepMonitors *monitors, RepView *view, const Monitor *self)
{
    return self->voted_term > self->term &&
           rep_view_now(view) < sim_time_after(self->voted_at, monitors->patience);
}

static void vote(RepSingleLeaderState *state, RepView *view, int region, RepEffects *out)
{
    Monitor *self = &state->monitors->all[region];
    if (!has_open_vote(state->monitors, view, self)) {
        int candidate = find_candidate(state, view, region, self->leader);
        if (candidate == NOBODY)
            return;
        note_vote(view, self, MAX(self->voted_term, self->term) + 1,
                  nearest_monitor(state->monitors, view, candidate));
    }
    if (self->voted_for >= 0)
        send_vote(state, view, region, out);
}

void rep_failover_suspect_timer(RepSingleLeaderState *state, RepView *view, int region,
                                RepEffects *out)
{
    Monitor *self = &state->monitors->all[region];
    SimTime now = rep_view_now(view);
    SimTime due = sim_time_after(self->heard, failover_in(view)->detect);
    self->suspects = now >= due;
    if (self->suspects) {
        vote(state, view, region, out);
        due = sim_time_after(now, rep_heartbeat_of(rep_view_setup(view)));
    }
    rep_set_timer(state, rep_party_of_region(view, region), REP_TIMER_SUSPECT, due, out);
}

/* ---- what a monitor hears ----------------------------------------------------------------- */

static void reply(const RepSingleLeaderState *state, RepView *view, int region,
                  const RepMessage *to, guint8 kind, guint32 term, guint64 value, RepEffects *out)
{
    rep_tell(state, view, rep_party_of_region(view, region), to->from, kind, term, value, to->first,
             out);
}

static void heartbeat(RepSingleLeaderState *state, RepView *view, int region,
                      const RepMessage *message, RepEffects *out)
{
    Monitor *self = &state->monitors->all[region];
    if (message->term < self->term) {
        reply(state, view, region, message, REP_MESSAGE_DEPOSED, self->term,
              (guint64)self->leader + 1, out);
        return;
    }
    note_leader(state->monitors, self, message->term, message->from);
    self->heard = rep_view_now(view);
    self->suspects = FALSE;
    reply(state, view, region, message, REP_MESSAGE_HEARTBEAT_OK, message->term, message->value,
          out);
}

static void claim(RepSingleLeaderState *state, RepView *view, int region, const RepMessage *message,
                  RepEffects *out)
{
    Monitor *self = &state->monitors->all[region];
    gboolean is_granted_to_it = self->voted_for == CLAIM_OF(message->from);
    gboolean has_granted = is_granted_to_it && self->voted_term == message->term;
    /* Who claims again has given the earlier claim up: it does not stand in its own way. */
    gboolean is_taken = has_open_vote(state->monitors, view, self) && !is_granted_to_it;
    if (message->term <= self->term)
        reply(state, view, region, message, REP_MESSAGE_DEPOSED, self->term,
              self->leader == message->from ? 0 : (guint64)self->leader + 1, out);
    else if (has_granted || (message->term > self->voted_term && !is_taken)) {
        note_vote(view, self, message->term, CLAIM_OF(message->from));
        self->heard = rep_view_now(view); /* it lives */
        reply(state, view, region, message, REP_MESSAGE_GRANT, message->term, 0, out);
    } else if (is_taken)
        self->heard = rep_view_now(view); /* the vote runs out, and no other follows it */
    else
        reply(state, view, region, message, REP_MESSAGE_DEPOSED, self->voted_term, 0, out);
}

void rep_failover_monitor_hears(RepSingleLeaderState *state, RepView *view, int region,
                                const RepMessage *message, RepEffects *out)
{
    Monitor *self = &state->monitors->all[region];
    if (message->kind == REP_MESSAGE_HEARTBEAT)
        heartbeat(state, view, region, message, out);
    else if (message->kind == REP_MESSAGE_CLAIM)
        claim(state, view, region, message, out);
    else if (message->kind == REP_MESSAGE_VOTE) {
        Vote vote = {.voter = rep_region_of_party(view, message->from),
                     .term = message->term,
                     .against = (guint32)message->last,
                     .leader = (int)message->value};
        count_vote(state, view, region, &vote, out);
    } else if (self->suspects && message->term > self->voted_term) {
        /* A coordinator asks for a vote in a later term. */
        note_vote(view, self, message->term, rep_region_of_party(view, message->from));
        send_vote(state, view, region, out);
    }
}

/* ---- by hand ------------------------------------------------------------------------------ */

void rep_monitors_promote(RepSingleLeaderState *state, RepView *view, int node, RepEffects *out)
{
    guint32 term = state->newest_term;
    int old = rep_known_leader(state, -1);
    for (gsize i = 0; i < state->n_nodes; i++)
        term = MAX(term, state->members[i].term);
    for (gsize i = 0; state->monitors && i < state->monitors->n_regions; i++)
        term = MAX(term, state->monitors->all[i].voted_term);
    term++;
    for (gsize i = 0; state->monitors && i < state->monitors->n_regions; i++)
        note_vote(view, &state->monitors->all[i], term, NOBODY);
    if (old == node && state->members[node].leads)
        return;
    rep_fence(state, view, old, term, out);
    const SimDist *law = failover_in(view)->takes;
    SimSpan takes = law ? rep_view_span(view, law, node, state->log, term) : 0;
    rep_effects_add(out, &(RepEffect){.kind = REP_EFFECT_LATER,
                                      .node = node,
                                      .log = state->log,
                                      .token = term,
                                      .at = sim_time_after(rep_view_now(view), takes)});
}
