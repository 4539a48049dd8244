/* invariant_linear.c — what clients saw has an order; see invariants_private.h. */
#include "analysis/history_check.h"
#include "analysis/invariants_private.h"

/* Operations of a log; what comes after them is not judged. */
#define OPERATIONS_MOST 20000u

void ana_linear_init(AnaInvariants *self)
{
    self->seen_by_clients = ana_client_history_new(OPERATIONS_MOST, self->rules->n_logs);
    ana_client_history_open(self->seen_by_clients);
}

void ana_linear_clear(AnaInvariants *self)
{
    ana_client_history_free(self->seen_by_clients);
}

void ana_linear_observe(AnaInvariants *self, const RepObservation *seen)
{
    if (self->rules->is_linearizable)
        ana_client_history_observe(self->seen_by_clients, seen, TRUE);
}

static char *offence_text(const AnaOffence *offence)
{
    GString *out = g_string_new(NULL);
    for (gsize i = 0; i < offence->n; i++) {
        const AnaOffender *call = &offence->calls[i];
        g_string_append_printf(out, "%s%s of %u/%" G_GUINT64_FORMAT, i ? ", " : "",
                               call->is_write ? "write" : "read", call->term, call->index);
        if (!call->is_earlier)
            g_string_append_printf(out, " begun at %" G_GINT64_FORMAT " ns", call->began);
    }
    return g_string_free(out, FALSE);
}

void ana_linear_finish(AnaInvariants *self)
{
    AnaHistoryVerdict verdict;
    if (!self->rules->is_linearizable)
        return;
    ana_history_check(self->seen_by_clients, &verdict);
    if (verdict.offence) {
        g_autofree char *text = offence_text(verdict.offence);
        ana_violated(self, ANA_LINEARIZABLE_RUN,
                     "no order explains these operations on key %" G_GUINT64_FORMAT ": %s",
                     verdict.offence->key, text);
    }
    ana_offence_free(verdict.offence);
}
