/*
 * stats.h — how sure a number is: intervals over replications (semantics §9 "Over replications").
 *
 * Replications are independent runs, so everything here is about n values, one per replication, or
 * n pairs of them. Portable: the bits do not depend on compiler or CPU (sim/detmath.h).
 *
 * - Counts and times: Student's t interval of the mean.
 * - Ratios pooled over replications (also means of distributions): the delete-one jack-knife
 *   (Quenouille 1956, Tukey 1958; Efron, Tibshirani 1993, ch. 11).
 * - Quantiles of merged distributions: sectioning (Asmussen, Glynn 2007, III.5a): the spread of the
 *   replications' own quantiles about the merged one.
 * - Differences: the same on paired differences; Welch's interval where they are not paired, there
 *   also over the replications' own values.
 *
 * With one replication, or identical values in all, low = high = value: nothing is known about the
 * spread.
 */
#ifndef ANA_STATS_H
#define ANA_STATS_H

#include <glib.h>

#define ANA_CONFIDENCE 0.95

typedef struct AnaInterval {
    double value; /* NaN where there is nothing to estimate from */
    double low, high;
    double error;   /* standard error; 0 where unknown */
    double freedom; /* degrees of freedom of the t law */
} AnaInterval;

/* The t with P(|T| <= t) = p, for 0 < p < 1 and freedom > 0; relative error below 1e-10. */
double ana_t_quantile(double freedom, double p);
/* P(|T| > t), t >= 0. */
double ana_t_tail(double freedom, double t);

/* n values, none of them NaN. */
AnaInterval ana_mean_interval(const double *values, gsize n);
/* Sum of `above` over sum of `below`; replications with below = 0 had no opportunity. */
AnaInterval ana_ratio_interval(const double *above, const double *below, gsize n);
/* Quantile `merged` of the merged distribution; NaN in `own` where a replication has none. */
AnaInterval ana_section_interval(double merged, const double *own, gsize n);

/* Numerators and denominators; a merged quantile and the replications' own. */
typedef struct AnaRatios {
    const double *above, *below;
} AnaRatios;
typedef struct AnaSections {
    double merged;
    const double *own;
} AnaSections;

/* Of `a` minus `factor` times `b`, replication by replication. Where the replications' own values
 * do not lie about the pooled one — a quantile in a gap of its distribution, a tail of few values,
 * a ratio for which some replications had no opportunity — the interval also holds what their mean
 * says; elsewhere it is the textbook's. */
AnaInterval ana_mean_difference(const double *a, const double *b, double factor, gsize n);
AnaInterval ana_ratio_difference(AnaRatios a, AnaRatios b, double factor, gsize n);
AnaInterval ana_section_difference(AnaSections a, AnaSections b, double factor, gsize n);
/* Of two intervals from different replications (Welch 1947). */
AnaInterval ana_unpaired_difference(const AnaInterval *a, const AnaInterval *b, double factor);

/* A side of an unpaired difference: its interval, and what each replication by itself gives (NaN:
 * nothing). */
typedef struct AnaSide {
    const AnaInterval *interval;
    const double *own;
    gsize n;
} AnaSide;

/* The same, made to hold, always, also the difference of the means of the replications' own values
 * with its interval. A pooled spread is too small where a quantile lies in a gap of its
 * distribution or a ratio had few opportunities; but own values of two runs of the same policy are
 * distributed alike whatever they are, so what holds both differs falsely no more often than it
 * may. FALSE: of several replications only one had a value on some side, and nothing is known of
 * the spread. */
gboolean ana_unpaired_interval(const AnaSide *a, const AnaSide *b, double factor,
                               AnaInterval *difference);

/* Upper 95 % bound where nothing was seen in n opportunities: the rule of three, 3/n (Hanley,
 * Lippman-Hand 1983). */
double ana_zero_bound(double n);
/* Exact two-sided bounds of a probability (Clopper, Pearson 1934) and of a Poisson mean (Garwood
 * 1936), from `hits`. */
void ana_binomial_bounds(guint64 hits, guint64 n, double confidence, double *low, double *high);
void ana_poisson_bounds(guint64 hits, double confidence, double *low, double *high);

/* p-value of "no difference" of an interval; 1 where its error is unknown. */
double ana_p_value(const AnaInterval *interval);
/* Holm's (1979) step-down adjustment for n comparisons; in place. */
void ana_holm(double *p, gsize n);
/* Half the interval's width in units of the value; infinite where that is 0 and the width is not.
 */
double ana_relative_half_width(const AnaInterval *interval);

#endif
