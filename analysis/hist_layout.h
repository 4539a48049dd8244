/*
 * hist_layout.h — private to analysis/: where the buckets of hist.h lie.
 *
 * Octave 0 holds the values below 2^10, one bucket each. Octave o > 0 holds [2^(o+9), 2^(o+10)) in
 * 2^10 buckets of width 2^(o-1). Every non-negative gint64 has a place.
 */
#ifndef ANA_HIST_LAYOUT_H
#define ANA_HIST_LAYOUT_H

#include "analysis/hist.h"

enum { ANA_SUB_BITS = 10, ANA_SUBS = 1 << ANA_SUB_BITS, ANA_OCTAVES = 64 - ANA_SUB_BITS };

__extension__ typedef unsigned __int128 AnaWide;
__extension__ typedef __int128 AnaWideSigned;

typedef struct AnaBucketAt {
    unsigned octave, sub;
} AnaBucketAt;

static inline AnaBucketAt ana_bucket_at(gint64 value)
{
    if (value < ANA_SUBS)
        return (AnaBucketAt){.octave = 0, .sub = (unsigned)value};
    unsigned top = 63u - (unsigned)__builtin_clzll((unsigned long long)value);
    return (AnaBucketAt){.octave = top - ANA_SUB_BITS + 1,
                         .sub = (unsigned)(value >> (top - ANA_SUB_BITS)) - ANA_SUBS};
}

static inline gint64 ana_bucket_width(unsigned octave)
{
    return octave == 0 ? 1 : (gint64)1 << (octave - 1);
}

static inline gint64 ana_bucket_low(unsigned octave, unsigned sub)
{
    return octave == 0 ? (gint64)sub : (gint64)(ANA_SUBS + sub) << (octave - 1);
}

/* Values that all lie in one bucket. */
typedef struct AnaMass {
    guint64 weight;
    AnaWide sum;           /* weighted */
    gint64 least, largest; /* bounds are enough where others reach them */
} AnaMass;

void ana_hist_add_mass(AnaHist *hist, AnaBucketAt at, const AnaMass *mass);

#endif
