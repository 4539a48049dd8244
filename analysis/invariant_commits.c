/* invariant_commits.c — what the acknowledgement rule asks for; see invariants_private.h. */
#include "analysis/invariants_private.h"

#define E() "%" G_GUINT64_FORMAT

static gboolean is_direct(const AnaRules *rules, int leader, int id)
{
    return !rules->upstream || rules->upstream[id] < 0 || rules->upstream[id] == leader;
}

static guint64 confirmations(AnaInvariants *self, int leader, RepVersion entry, guint group)
{
    const AnaRules *rules = self->rules;
    guint64 n = 0;
    gboolean is_settled = ana_settled_has(self, entry);
    for (int id = 0; id < (int)rules->n_nodes; id++)
        if (id != leader && rules->confirms[id] && is_direct(rules, leader, id) &&
            rules->groups[id] == group &&
            ana_logs_has_reached(&self->replicas[id], rules->point, entry))
            n += is_settled || ana_acks_cover(self, leader, id, entry.index) ? 1 : 0;
    return n;
}

static guint64 needed(AnaInvariants *self, int leader, guint group)
{
    const AnaRules *rules = self->rules;
    guint64 need = rules->confirmations;
    if (rules->leader_confirms && rules->confirms[leader] && rules->groups[leader] == group &&
        leader != rules->first_leader && need)
        need--;
    for (gsize id = 0; rules->spares_joining && id < rules->n_nodes; id++)
        if (rules->confirms[id] && (rules->joins[id] || self->replicas[id].was_wiped))
            need -= MIN(need, 1u);
    /* The leader before may be left out until it has caught up; the rest must have it. */
    if (rules->spares_previous && need && self->n_leaderships > 1)
        need--;
    return need;
}

static void check_entry(AnaInvariants *self, int leader, RepVersion entry)
{
    for (guint group = 0; group < self->rules->n_groups; group++) {
        guint64 need = needed(self, leader, group), have = 0;
        if (need)
            have = confirmations(self, leader, entry, group);
        if (have < need)
            ana_violated(
                self, ANA_ACKNOWLEDGED_BY_RULE,
                "%s commits entry " E() " of term %u, which " E() " followers have confirmed; the "
                                                                  "rule asks for " E(),
                ana_node_name(self, leader), entry.index, entry.term, have, need);
    }
}

void ana_commits_check(AnaInvariants *self, const RepEntriesSeen *seen, const AnaReign *reign)
{
    if (self->replicas[seen->node].has_fallen_back)
        return;
    for (guint64 index = seen->first; index <= seen->last; index++) {
        RepVersion entry = {.term = ana_chain_term_at(&reign->log, index)};
        entry.index = index = ana_chain_end_of(&reign->log, entry.term, seen->last);
        check_entry(self, seen->node, entry);
    }
}

void ana_commits_check_shown(AnaInvariants *self, int node, guint64 last)
{
    RepVersion entry = {last, ana_chain_term_at(&self->replicas[node].chain, last)};
    if (!ana_logs_is_committed(self, entry))
        ana_violated(self, ANA_SHOWS_COMMITTED,
                     "%s shows entry " E() " of term %u, which has not committed",
                     ana_node_name(self, node), entry.index, entry.term);
}
