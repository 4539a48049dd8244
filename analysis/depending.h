/*
 * depending.h — private to analysis/: which entries were written in the knowledge of which others.
 *
 * Noted when an entry is appended, because it may be read before its author hears of it, or without
 * its author ever hearing of it. Kept per key, with what was appended to the key since: an entry
 * that every replica has shown a later one of its key for, for longer than an operation can take,
 * can be read no more and is forgotten.
 */
#ifndef ANA_DEPENDING_H
#define ANA_DEPENDING_H

#include "analysis/meter_context.h"
#include "analysis/version.h"

typedef struct AnaDepending AnaDepending;

AnaDepending *ana_depending_new(const AnaMeterContext *context);
void ana_depending_free(AnaDepending *self);
/* REP_OBS_APPENDED, of every write. */
void ana_depending_appended(AnaDepending *self, const RepObservation *seen);
/* What the entry that was read depends on: the key goes to *key. 0: on nothing. */
AnaVersion ana_depending_of(const AnaDepending *self, guint64 read_key, AnaVersion read,
                            guint64 *key);
/* The main history left the entries above `index`. */
void ana_depending_forked(AnaDepending *self, guint64 index);
/* All entries move to where they were carried (carried.h) … */
void ana_depending_settle(AnaDepending *self);
/* … and so does what they depend on in the log that the context is about, the same or another. */
void ana_depending_settle_upon(AnaDepending *self, const AnaMeterContext *of);
/* Entries kept, for tests. */
gsize ana_depending_n_entries(const AnaDepending *self);

#endif
