/*
 * durability.h — private to analysis/: when each entry of the main history became durable at its
 * origin.
 *
 * A ring of runs: entries that one flush made durable share an instant. Only the end is kept that
 * somebody may still ask for.
 */
#ifndef ANA_DURABILITY_H
#define ANA_DURABILITY_H

#include "sim/time.h"

#include <glib.h>

typedef struct AnaDurability AnaDurability;

AnaDurability *ana_durability_new(void);
void ana_durability_free(AnaDurability *durability);

/* Entries up to `last` became durable at `at`, later than all before. */
void ana_durability_extend(AnaDurability *durability, guint64 last, SimTime at);
/* Entries above `index` are no longer in the history; some may be forgotten, if a node led that had
 * joined since. */
void ana_durability_cut(AnaDurability *durability, guint64 index);
/* Nobody asks about entries up to `index` any more. */
void ana_durability_forget(AnaDurability *durability, guint64 index);
/* TRUE where extending once more would grow the ring: a moment to forget. */
gboolean ana_durability_is_full(const AnaDurability *durability);

guint64 ana_durability_last(const AnaDurability *durability);
gsize ana_durability_n_runs(const AnaDurability *durability); /* kept; for tests */
/* When entry `index` became durable; *run_last is the last entry of its run. */
SimTime ana_durability_at(const AnaDurability *durability, guint64 index, guint64 *run_last);

#endif
