/*
 * invariant_ranks.c — whether anybody was further than the one who was promoted; see invariants.h.
 *
 * When the decision fell cannot be seen, only that it was no earlier than promotion_max and no
 * later than promotion_min before the leadership began. A position only grows until something is
 * cut off. So the promoted one is judged by where it begins, the others by where they were at the
 * earliest instant; who was stopped or cut back in between is left out, and so is everybody who has
 * ever led, since the deciding side may still have taken it for the one to be replaced, or who lost
 * its disk, since when it has caught up again cannot be seen.
 */
#include "analysis/invariants_private.h"

/* How far a node's disk is, from some time on. */
typedef struct Rank {
    SimTime at;
    guint32 term; /* of the last entry */
    guint64 flushed;
} Rank;

typedef struct Ranked {
    GArray *ranks; /* Rank */
    SimTime cut_at;
    gboolean has_led, was_wiped;
} Ranked;

struct AnaRanks {
    Ranked *nodes;
    guint cuts;         /* links are cut by so many faults now … */
    SimTime free_since; /* … or by none since */
};

void ana_ranks_init(AnaInvariants *self)
{
    self->ranks = g_new0(AnaRanks, 1);
    self->ranks->nodes = g_new0(Ranked, self->rules->n_nodes + 1);
    for (gsize i = 0; i < self->rules->n_nodes; i++) {
        self->ranks->nodes[i].ranks = g_array_new(FALSE, FALSE, sizeof(Rank));
        self->ranks->nodes[i].cut_at = -1;
    }
}

void ana_ranks_clear(AnaInvariants *self)
{
    for (gsize i = 0; i < self->rules->n_nodes; i++)
        g_array_free(self->ranks->nodes[i].ranks, TRUE);
    g_free(self->ranks->nodes);
    g_free(self->ranks);
}

static Rank rank_at(const AnaInvariants *self, int node, SimTime at)
{
    const GArray *ranks = self->ranks->nodes[node].ranks;
    for (guint i = ranks->len; i-- > 0;)
        if (g_array_index(ranks, Rank, i).at <= at)
            return g_array_index(ranks, Rank, i);
    return (Rank){0};
}

static void note(AnaInvariants *self, const RepEntriesSeen *seen, guint64 flushed)
{
    const AnaReign *reign = ana_reign(self, seen->term);
    Rank rank = {self->now, ana_chain_term_at(&reign->log, flushed), flushed};
    g_array_append_val(self->ranks->nodes[seen->node].ranks, rank);
}

/* Nothing beyond `last` is left; what is before it is as it was. */
static void cut(AnaInvariants *self, int node, guint64 last)
{
    const AnaReplica *replica = &self->replicas[node];
    self->ranks->nodes[node].cut_at = self->now;
    if (replica->flushed <= last)
        return;
    Rank rank = {self->now, ana_chain_term_at(&replica->chain, last), last};
    g_array_append_val(self->ranks->nodes[node].ranks, rank);
}

/* Could the deciding side have chosen it, all the time since? */
static gboolean could_be_chosen(const AnaInvariants *self, int node, SimTime since)
{
    const AnaReplica *replica = &self->replicas[node];
    const Ranked *ranked = &self->ranks->nodes[node];
    return self->rules->members[node] && !self->rules->joins[node] && !replica->has_installed &&
           replica->state == REP_NODE_UP && replica->running_since < since && !ranked->has_led &&
           !ranked->was_wiped && ranked->cut_at < since;
}

static void begins(AnaInvariants *self, int leader, guint32 term)
{
    AnaRanks *ranks = self->ranks;
    SimTime since = self->now - self->rules->promotion_max - 1;
    gboolean is_judged = self->n_leaderships > 0 && self->rules->ranks_candidates && since > 0 &&
                         ranks->cuts == 0 && ranks->free_since < since &&
                         ranks->nodes[leader].cut_at < since &&
                         !ana_elections_are_granted(self, leader, term);
    Rank own = rank_at(self, leader, self->now);
    for (int id = 0; is_judged && id < (int)self->rules->n_nodes; id++) {
        Rank other = rank_at(self, id, since);
        gboolean is_further =
            other.term > own.term || (other.term == own.term && other.flushed > own.flushed);
        if (id == leader || !is_further || !could_be_chosen(self, id, since) ||
            (self->rules->limits_lag && other.flushed <= own.flushed))
            continue;
        ana_violated(self, ANA_MOST_CAUGHT_UP,
                     "%s is promoted with entry %" G_GUINT64_FORMAT
                     " of term %u as the last on its disk; %s has had entry %" G_GUINT64_FORMAT
                     " of term %u on its own since before the decision",
                     ana_node_name(self, leader), own.flushed, own.term, ana_node_name(self, id),
                     other.flushed, other.term);
    }
    ranks->nodes[leader].has_led = TRUE;
}

static void fault_changed(AnaInvariants *self, guint32 fault, gboolean is_there)
{
    AnaRanks *ranks = self->ranks;
    if (!self->rules->cuts || !self->rules->cuts[fault])
        return;
    ranks->cuts += is_there ? 1 : -1u;
    ranks->free_since = self->now;
}

void ana_ranks_observe(AnaInvariants *self, const RepObservation *seen)
{
    if (seen->kind == REP_OBS_DURABLE || seen->kind == REP_OBS_FLUSHED ||
        seen->kind == REP_OBS_INSTALLED)
        note(self, &seen->entries, seen->entries.last);
    else if (seen->kind == REP_OBS_TRUNCATED)
        cut(self, seen->entries.node, seen->entries.first - 1);
    else if (seen->kind == REP_OBS_LEADERSHIP && seen->leadership.leads)
        begins(self, seen->leadership.node, seen->leadership.term);
    else if (seen->kind == REP_OBS_NODE_CHANGED && seen->node.wiped)
        self->ranks->nodes[seen->node.node].was_wiped = TRUE;
    else if (seen->kind == REP_OBS_FAULT_BEGAN || seen->kind == REP_OBS_FAULT_ENDED)
        fault_changed(self, seen->fault.fault, seen->kind == REP_OBS_FAULT_BEGAN);
}
