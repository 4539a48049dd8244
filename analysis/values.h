/*
 * values.h — private to analysis/: what versions of a key come to as values, where scripts say what
 * was written (semantics §5 merge, §7).
 *
 * Versions that are shown side by side are values side by side, in the order of their serials;
 * tombstones are none. Where values merge they are one, computed from all writes that the versions
 * cover, so that replicas that know the same writes have the same value:
 *
 *   counter   the sum of the increments (`+1`, `-3`; any other text counts 1), as far as 64 bits go
 *   set       observed-remove: a write adds and removes what tells its list from what its author
 *             had before him, or one element as `+milk` or `-milk`; an addition stays until a write
 *             that had seen it removes it (Shapiro et al. 2011, specification 15)
 *   sequence  a replicated growable array: each element knows its left neighbour; of several at one
 *             place the one written last comes first (Roh et al. 2011). A text is a sequence of its
 *             characters
 *
 * A delete removes all that its author had before him; where there are only deletes, there is
 * nothing. Meant for the few writes of a script: a
 * write costs as much as there are elements.
 */
#ifndef ANA_VALUES_H
#define ANA_VALUES_H

#include "analysis/meters.h"
#include "sim/intervals.h"

typedef struct AnaValues AnaValues;

AnaValues *ana_values_new(AnaMerge merge);
void ana_values_free(AnaValues *values);

/* A write to a key; serials ascend. `text` is canonical (sim/value.h), NULL: a delete; `context`:
 * the serials that its author had before him. */
void ana_values_add(AnaValues *values, guint64 key, guint64 serial, const char *text,
                    const SimIntervals *context);

/* What n versions of a key come to: canonical values, owned by the array, empty where there is
 * nothing. `cover` is all that they are and follow; NULL: found from their contexts. */
GPtrArray *ana_values_of(const AnaValues *values, guint64 key, const guint64 *serials, gsize n,
                         const SimIntervals *cover);

#endif
