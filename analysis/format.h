/*
 * format.h — numbers for people: units, digits, intervals, changes.
 *
 * For terminal and pages only; JSON and CSV carry the numbers themselves. A number never becomes 0
 * by rounding: it keeps a significant digit. An interval decides how many digits its value
 * deserves, and shares its unit: `2.72 % [2.69, 2.75]`. With `ascii` nothing beyond ASCII is used.
 * All strings are the caller's to free.
 */
#ifndef ANA_FORMAT_H
#define ANA_FORMAT_H

#include "analysis/result.h"

/* 1.6 ms, 182 ms, 6.3 s, 0.48 %, 2,918, 1.2 kB; two digits, more for whole parts. */
char *ana_format_value(AnaUnit unit, double value, gboolean ascii);
/* The value with the digits that its interval supports: 2.72 %. */
char *ana_format_estimate(AnaUnit unit, const AnaInterval *interval, gboolean ascii);
/* … and the interval: 2.72 % [2.69, 2.75]. A point has none. */
char *ana_format_interval(AnaUnit unit, const AnaInterval *interval, gboolean ascii);
/* A difference, signed: +68 ms; of ratios in percentage points: -2.2 pp. */
char *ana_format_change(AnaUnit unit, const AnaInterval *difference, gboolean ascii);
char *ana_format_change_interval(AnaUnit unit, const AnaInterval *difference, gboolean ascii);
/* 3,598,204 */
char *ana_format_count(guint64 count);
/* 51.3 M, 9.8 k, 412: three digits */
char *ana_format_short_count(double count);
/* 0.1 %, 1 %, 37 %: a share, rounded up to one digit below 10 %. */
char *ana_format_share_up(double share);

/* How a variant compares with the baseline on one measure. */
typedef enum AnaChange {
    ANA_CHANGE_UNKNOWN, /* there is nothing to compare, or no interval (a maximum) */
    ANA_CHANGE_SAME,    /* the interval of the difference contains 0 */
    ANA_CHANGE_BETTER,
    ANA_CHANGE_WORSE,
    ANA_CHANGE_DIFFERS /* and the measure has no good direction */
} AnaChange;

AnaChange ana_change_of(const AnaMetric *metric, const AnaEstimate *estimate);
/* "?", "~", "better", "worse", "differs" */
const char *ana_change_word(AnaChange change);
/* The largest difference, up or down, that the data do not exclude: what `~` leaves open. NaN
 * where there is no interval. */
double ana_change_largest(const AnaEstimate *estimate);

#endif
