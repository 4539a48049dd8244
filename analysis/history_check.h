/*
 * history_check.h — is the history of a window linearizable, and if not, what contradicts what?
 *
 * Key by key (linearizable.h). A value that was read, and whose write was answered before the
 * window, stands for a write before it; if reads return several such values, no order explains
 * them. The zones (register_zones.h) decide; of the few calls that it blames the search of
 * linearizable.h keeps what is needed.
 */
#ifndef ANA_HISTORY_CHECK_H
#define ANA_HISTORY_CHECK_H

#include "analysis/client_history.h"
#include "analysis/offence.h"

typedef struct AnaHistoryVerdict {
    guint64 checked;     /* operations */
    guint64 explained;   /* … on keys for which there is an order */
    guint64 undecided;   /* … on keys that show none, in a history cut at its limit */
    AnaOffence *offence; /* of all keys the one with the fewest calls, then the earliest; or NULL;
                            owned by the caller */
} AnaHistoryVerdict;

void ana_history_check(const AnaClientHistory *history, AnaHistoryVerdict *verdict);
/* Whether `a` is to be shown rather than `b` (either may be NULL). */
gboolean ana_offence_is_plainer(const AnaOffence *a, const AnaOffence *b);

#endif
