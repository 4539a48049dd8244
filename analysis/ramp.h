/*
 * ramp.h — private to analysis/: how long a quantity that grows one per nanosecond stood at each
 * level.
 *
 * `behind` is the age of something: between two events it runs through every level once. Adding
 * each level to a histogram would cost as many steps as the segment has buckets, so only the ends
 * are noted: +1 where a segment starts, -1 where it ends. The number of segments that pass a level
 * is then a running sum over the buckets. Inside the buckets that hold ends, the sums of the ends'
 * offsets and of their squares give weight and level sum exactly, so means are exact and quantiles
 * as good as those of hist.h. Everything is integer.
 */
#ifndef ANA_RAMP_H
#define ANA_RAMP_H

#include "analysis/hist.h"

typedef struct AnaRamp AnaRamp;

AnaRamp *ana_ramp_new(void);
void ana_ramp_free(AnaRamp *ramp);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(AnaRamp, ana_ramp_free)

/* One nanosecond at each of the levels from, from + 1, …, to - 1; 0 <= from <= to. */
void ana_ramp_add(AnaRamp *ramp, gint64 from, gint64 to);
void ana_ramp_clear(AnaRamp *ramp);
/* Adds what was gathered, as weights in ns. */
void ana_ramp_flatten(AnaRamp *ramp, AnaHist *into);

#endif
