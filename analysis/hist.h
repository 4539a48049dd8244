/*
 * hist.h — log-linear histograms of non-negative integers that merge exactly.
 *
 * Values up to 2^62 fall into octaves of 2^10 buckets; values below 2^10 have a bucket of their
 * own. A bucket keeps the number (or weight) of its values and their sum, so a quantile is the
 * mean of the bucket that holds its rank: exact where a bucket holds one distinct value, and within
 * 0.1 % everywhere. Counts and sums are integers, so merging parts in any order gives the whole,
 * bit for bit. Octaves are allocated when first touched.
 */
#ifndef ANA_HIST_H
#define ANA_HIST_H

#include <glib.h>

typedef struct AnaHist AnaHist;

AnaHist *ana_hist_new(void);
void ana_hist_free(AnaHist *hist);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(AnaHist, ana_hist_free)

/* A value below 0 counts as 0 (semantics §9: negative lag). */
void ana_hist_add(AnaHist *hist, gint64 value);
/* `weight` copies of `value`; for time averages the weight is a span in ns. */
void ana_hist_add_weighted(AnaHist *hist, gint64 value, guint64 weight);
void ana_hist_merge(AnaHist *into, const AnaHist *from);
void ana_hist_clear(AnaHist *hist); /* empty again */

guint64 ana_hist_count(const AnaHist *hist); /* sum of weights */
gint64 ana_hist_min(const AnaHist *hist);    /* 0 where empty */
gint64 ana_hist_max(const AnaHist *hist);
double ana_hist_sum(const AnaHist *hist);  /* of weight times value, from 128-bit sums */
double ana_hist_mean(const AnaHist *hist); /* NaN where empty */
/* Smallest recorded level below or at which a share q of the weight lies (0 < q <= 1), rounded to
 * an integer; the least value for q -> 0. */
gint64 ana_hist_quantile(const AnaHist *hist, double q);

/* Calls `visit` for each non-empty bucket, ascending: [low, high], count, sum. */
typedef void (*AnaHistVisit)(void *data, gint64 low, gint64 high, guint64 count, double sum);
void ana_hist_visit(const AnaHist *hist, AnaHistVisit visit, void *data);

#endif
