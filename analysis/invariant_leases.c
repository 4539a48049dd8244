/*
 * invariant_leases.c — until when a leader's lease holds, counted from the sending of heartbeats
 * whose answers arrived; see invariants.h.
 */
#include "analysis/invariants_private.h"

struct AnaLeases {
    SimTime *reached;  /* by node and region: sending of the newest heartbeat that arrived there */
    SimTime *answered; /* likewise: … that an answer of it arrived back, in the node's reign */
    GHashTable *named; /* by message id: sending of the newest heartbeat that the answer can mean */
};

static SimTime *at(const AnaInvariants *self, SimTime *times, int node, int region)
{
    return &times[(gsize)node * self->rules->n_regions + (gsize)region];
}

void ana_leases_init(AnaInvariants *self)
{
    gsize n = self->rules->n_nodes * self->rules->n_regions + 1;
    self->leases = g_new0(AnaLeases, 1);
    self->leases->reached = g_new0(SimTime, n);
    self->leases->answered = g_new0(SimTime, n);
    self->leases->named = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, g_free);
}

void ana_leases_clear(AnaInvariants *self)
{
    g_free(self->leases->reached);
    g_free(self->leases->answered);
    g_hash_table_destroy(self->leases->named);
    g_free(self->leases);
}

/* Later than this the lease of the node does not hold. */
static SimTime end_of(const AnaInvariants *self, int node)
{
    const AnaRules *rules = self->rules;
    SimTime *times = self->leases->answered, end = 0;
    guint n = 0;
    for (int region = 0; region < (int)rules->n_regions; region++)
        n += rules->monitors[region] ? 1 : 0;
    for (int region = 0; region < (int)rules->n_regions; region++) {
        SimTime own = *at(self, times, node, region);
        guint as_new = 0;
        for (int other = 0; other < (int)rules->n_regions; other++)
            as_new += rules->monitors[other] && *at(self, times, node, other) >= own;
        if (rules->monitors[region] && 2 * as_new > n)
            end = MAX(end, own);
    }
    return sim_time_after(end, rules->leases ? rules->leases[node] : rules->lease);
}

static void check_holds(AnaInvariants *self, int node, const char *what)
{
    SimTime end = end_of(self, node);
    if (self->now >= end)
        ana_violated(self, ANA_LEASE_HOLDS, "%s %s, but its lease ended at %" G_GINT64_FORMAT " ns",
                     ana_node_name(self, node), what, end);
}

static void lease_changed(AnaInvariants *self, int node, gboolean holds)
{
    const AnaReplica *replica = &self->replicas[node];
    if (holds) {
        check_holds(self, node, "is said to hold its lease again");
        return;
    }
    SimTime end = end_of(self, node);
    /* Whoever was stopped then notices when it runs again. */
    if (self->now > end && replica->state == REP_NODE_UP && replica->running_since < end)
        ana_violated(self, ANA_LEASE_HOLDS,
                     "%s is said to lose its lease, which ended at %" G_GINT64_FORMAT " ns",
                     ana_node_name(self, node), end);
}

static void sent(AnaInvariants *self, const RepMessageSeen *message)
{
    int region = message->from - (int)self->rules->n_nodes;
    if (message->kind != self->rules->kinds.answer || region < 0)
        return;
    guint64 *id = g_new(guint64, 1);
    SimTime *of = g_new(SimTime, 1);
    *id = message->id;
    *of = *at(self, self->leases->reached, message->to, region);
    g_hash_table_insert(self->leases->named, id, of);
}

static void arrived(AnaInvariants *self, const RepMessageSeen *message)
{
    int from = message->from - (int)self->rules->n_nodes;
    int to = message->to - (int)self->rules->n_nodes;
    if (message->kind == self->rules->kinds.heartbeat && to >= 0) {
        SimTime *reached = at(self, self->leases->reached, message->from, to);
        *reached = MAX(*reached, message->sent);
    }
    const SimTime *of = message->kind == self->rules->kinds.answer && from >= 0
                            ? g_hash_table_lookup(self->leases->named, &message->id)
                            : NULL;
    if (of && message->term == self->replicas[message->to].term) {
        SimTime *answered = at(self, self->leases->answered, message->to, from);
        *answered = MAX(*answered, *of);
    }
}

/* It holds when the leadership begins. */
static void begins(AnaInvariants *self, int node)
{
    for (int region = 0; region < (int)self->rules->n_regions; region++)
        *at(self, self->leases->answered, node, region) = self->now;
}

void ana_leases_observe(AnaInvariants *self, const RepObservation *seen)
{
    if (!self->rules->lease)
        return;
    if (seen->kind == REP_OBS_MESSAGE_SENT)
        sent(self, &seen->message);
    else if (seen->kind == REP_OBS_MESSAGE_ARRIVED)
        arrived(self, &seen->message);
    else if (seen->kind == REP_OBS_LEADERSHIP && seen->leadership.leads)
        begins(self, seen->leadership.node);
    else if (seen->kind == REP_OBS_LEASE)
        lease_changed(self, seen->leadership.node, seen->leadership.leads != 0);
    else if (seen->kind == REP_OBS_APPENDED)
        check_holds(self, seen->appended.node, "takes a write");
}
