/*
 * scale.h — from values to places on a chart, and the ticks that tell them back.
 *
 * - LINEAR.
 * - LOG: values at or below 0 stand at the low end.
 * - TAIL: of a quantile q in [0, 1), stretched by 1/(1 - q) on a log axis, so that 90 %, 99 % and
 *   99.9 % are equally far apart and the tail of a distribution is visible (as HdrHistogram's
 *   plots have it).
 *
 * Values are in the units of results: ns, shares, counts, bytes. Portable arithmetic only, so a
 * chart has the same bytes everywhere.
 */
#ifndef ANA_REPORT_SCALE_H
#define ANA_REPORT_SCALE_H

#include <glib.h>

typedef enum AnaScaleKind { ANA_SCALE_LINEAR, ANA_SCALE_LOG, ANA_SCALE_TAIL } AnaScaleKind;

typedef struct AnaScale {
    AnaScaleKind kind;
    double low, high; /* values; LOG: above 0; TAIL: in [0, 1) */
    double from, to;  /* where they stand, in pixels; to < from where the axis goes up */
} AnaScale;

/* Values beyond the ends stand beyond them. */
double ana_scale_at(const AnaScale *scale, double value);
/* The value that stands there. */
double ana_scale_value(const AnaScale *scale, double at);

/* How a tick is written. */
typedef enum AnaTickForm {
    ANA_TICK_COUNT,
    ANA_TICK_TIME,    /* ns: 100 µs, 10 ms, 2 s, 5 min; one unit for all ticks of a linear scale */
    ANA_TICK_SHARE,   /* 0.1 % */
    ANA_TICK_QUANTILE /* of a TAIL scale: 99.9 % */
} AnaTickForm;

#define ANA_TICK_TEXT 24

typedef struct AnaTick {
    double value;
    gboolean is_major; /* has a label */
    char label[ANA_TICK_TEXT];
} AnaTick;

/* Of AnaTick, ascending, none outside the scale; at most about `most` have a label, and at least
 * two where the scale holds two round values. Ticks are round: 1, 2 or 5 times a power of ten; of
 * times beyond a minute also 15 and 30 s, min, h. Free with g_array_unref(). */
GArray *ana_ticks(const AnaScale *scale, AnaTickForm form, guint most);

/* Widens a scale's ends to round values, so that the data do not touch the frame: LOG to 1, 2 or 5
 * times a power of ten, LINEAR to a tick. */
void ana_scale_widen(AnaScale *scale, AnaTickForm form, guint most);

#endif
