/* invariant_settled.c — what every member has shown at one moment; see invariants_private.h. */
#include "analysis/invariants_private.h"

struct AnaSettled {
    GArray *upto; /* guint64, by term: the last entry of a prefix that ends in it */
};

void ana_settled_init(AnaInvariants *self)
{
    self->settled = g_new0(AnaSettled, 1);
    self->settled->upto = g_array_new(FALSE, TRUE, sizeof(guint64));
}

void ana_settled_clear(AnaInvariants *self)
{
    g_array_free(self->settled->upto, TRUE);
    g_free(self->settled);
}

/* Length of what all members show and agree on. */
static guint64 shown_by_all(const AnaInvariants *self)
{
    const AnaReplica *first = NULL;
    guint64 upto = G_MAXUINT64;
    for (gsize id = 0; id < self->rules->n_nodes; id++) {
        const AnaReplica *node = &self->replicas[id];
        if (!self->rules->members[id] || (self->rules->joins[id] && !node->has_installed))
            continue;
        upto = MIN(upto, MIN(node->applied, node->flushed));
        if (first)
            upto = MIN(upto, ana_chain_common(&first->chain, &node->chain));
        first = first ? first : node;
    }
    return first ? upto : 0;
}

void ana_settled_observe(AnaInvariants *self, const RepObservation *seen)
{
    if (seen->kind != REP_OBS_APPLIED && seen->kind != REP_OBS_INSTALLED)
        return;
    GArray *settled = self->settled->upto;
    guint64 upto = shown_by_all(self);
    guint32 term = ana_chain_term_at(&self->replicas[seen->entries.node].chain, upto);
    if (term >= settled->len)
        g_array_set_size(settled, term + 1);
    guint64 *before = &g_array_index(settled, guint64, term);
    *before = MAX(*before, upto);
}

gboolean ana_settled_has(AnaInvariants *self, RepVersion entry)
{
    for (guint32 term = entry.term; term < self->settled->upto->len; term++)
        if (ana_chain_contains(&ana_reign(self, term)->log, entry,
                               g_array_index(self->settled->upto, guint64, term)))
            return TRUE;
    return FALSE;
}
