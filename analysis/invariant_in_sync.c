/* invariant_in_sync.c — who is in the in-sync set, and what that means; see invariants.h. */
#include "analysis/invariants_private.h"

struct AnaInSync {
    gboolean *members; /* by node */
    guint32 term;      /* of the newest leadership, whose the set is … */
    SimTime began;     /* … and when it began */
};

void ana_in_sync_init(AnaInvariants *self)
{
    const AnaRules *rules = self->rules;
    self->in_sync = g_new0(AnaInSync, 1);
    self->in_sync->members = g_new0(gboolean, rules->n_nodes + 1);
    for (gsize id = 0; id < rules->n_nodes; id++)
        self->in_sync->members[id] = rules->members[id] && !rules->joins[id];
}

void ana_in_sync_clear(AnaInvariants *self)
{
    g_free(self->in_sync->members);
    g_free(self->in_sync);
}

static void check_size(AnaInvariants *self, int leader, const char *what)
{
    guint64 n = 0;
    for (gsize id = 0; id < self->rules->n_nodes; id++)
        n += self->in_sync->members[id] ? 1 : 0;
    if (n < self->rules->in_sync_min)
        ana_violated(self, ANA_IN_SYNC_CONFIRMS,
                     "%s %s while the in-sync set has %" G_GUINT64_FORMAT " members",
                     ana_node_name(self, leader), what, n);
}

static void check_commit(AnaInvariants *self, const RepEntriesSeen *seen)
{
    RepVersion entry = {seen->last,
                        ana_chain_term_at(&ana_reign(self, seen->term)->log, seen->last)};
    check_size(self, seen->node, "commits");
    if (ana_settled_has(self, entry))
        return;
    for (int id = 0; id < (int)self->rules->n_nodes; id++)
        if (id != seen->node && self->in_sync->members[id] &&
            (!ana_logs_has_reached(&self->replicas[id], self->rules->point, entry) ||
             !ana_acks_cover(self, seen->node, id, entry.index)))
            ana_violated(self, ANA_IN_SYNC_CONFIRMS,
                         "%s commits entry %" G_GUINT64_FORMAT
                         " of term %u, which %s of the in-sync set has not confirmed",
                         ana_node_name(self, seen->node), entry.index, entry.term,
                         ana_node_name(self, id));
}

static void check_leaving(AnaInvariants *self, int leader, int member)
{
    SimTime then = self->now - self->rules->in_sync_evict;
    /* A leader that was paused, or has to be woken, has yet to read what arrived meanwhile. */
    if (self->in_sync->began == self->now || self->replicas[leader].running_since == self->now ||
        self->rules->wakes)
        return;
    guint64 end = then < 0 ? 0 : ana_logs_flushed_at(&self->replicas[leader], then);
    /* What it has applied it says itself, and not where its disk ends. */
    gboolean is_at_end = self->rules->point != ANA_POINT_APPLIED &&
                         ana_acks_cover(self, leader, member, MAX(end, 1));
    if (self->in_sync->began > then || is_at_end)
        ana_violated(self, ANA_IN_SYNC_CHANGES,
                     "%s leaves the in-sync set of %s, and has not been behind for long",
                     ana_node_name(self, member), ana_node_name(self, leader));
}

static void check_entering(AnaInvariants *self, int leader, int member)
{
    const AnaReign *reign = ana_reign(self, self->replicas[leader].term);
    RepVersion entry = {reign->committed, ana_chain_term_at(&reign->log, reign->committed)};
    if (leader == member || !entry.index || ana_acks_cover(self, leader, member, entry.index) ||
        ana_settled_has(self, entry))
        return;
    ana_violated(self, ANA_IN_SYNC_CHANGES,
                 "%s enters the in-sync set of %s without entry %" G_GUINT64_FORMAT
                 " of term %u, which has committed",
                 ana_node_name(self, member), ana_node_name(self, leader), entry.index, entry.term);
}

static void check_leader(AnaInvariants *self, int leader)
{
    if (self->rules->in_sync_leads && !self->in_sync->members[leader])
        ana_violated(self, ANA_IN_SYNC_LEADS, "%s begins to lead and is not in the in-sync set",
                     ana_node_name(self, leader));
}

void ana_in_sync_observe(AnaInvariants *self, const RepObservation *seen)
{
    if (!self->rules->in_sync_min)
        return;
    /* A leader that has been replaced and does not know it goes by the set as it last knew it. */
    if (seen->kind == REP_OBS_COMMITTED && seen->entries.term == self->in_sync->term)
        check_commit(self, &seen->entries);
    else if (seen->kind == REP_OBS_APPENDED && seen->appended.entry.term == self->in_sync->term)
        check_size(self, seen->appended.node, "accepts a write");
    else if (seen->kind == REP_OBS_LEADERSHIP && seen->leadership.leads &&
             seen->leadership.term > self->in_sync->term) {
        check_leader(self, seen->leadership.node);
        self->in_sync->term = seen->leadership.term;
        self->in_sync->began = seen->at;
    } else if (seen->kind == REP_OBS_IN_SYNC) {
        int leader = seen->in_sync.node, member = seen->in_sync.member;
        if (seen->in_sync.enters)
            check_entering(self, leader, member);
        else
            check_leaving(self, leader, member);
        self->in_sync->members[member] = seen->in_sync.enters != 0;
    }
}
