/*
 * quantity.h — numbers with units: text to integers without floating point, and back.
 *
 * A number is read as decimal digits and a power of ten, multiplied by its unit and only then made
 * an integer, so 0.1ms is exactly 100000 ns and a value that does not come out whole is a mistake,
 * not a rounding. Ratios, factors and plain numbers become the double nearest to what was written.
 * Space between number and unit is optional; nothing depends on the locale.
 *
 *   duration   5ms 1.5s 2m30s 3h        ns us µs ms s m min h d; several, from large to small
 *   rate       500/s 2k/s 90/min        suffixes k M G; per s, min, h, or 1/10min
 *   count      100k 1M                  suffixes k M G, powers of 1000
 *   size       4KiB 1MB                 B kB MB GB TB KiB MiB GiB TiB
 *   bandwidth  1Gbit/s 10MB/s           bit/s kbit/s Mbit/s Gbit/s, or a size per s
 *   ratio      95% 1e-4 200ppm
 *   factor     x20
 *
 * The writers (quantity_format.c) give a text that reads back to the same value.
 */
#ifndef SCN_QUANTITY_H
#define SCN_QUANTITY_H

#include "models/field.h"
#include "scenarios/format/codes.h"

/* What is wrong with a text, and where in it. Texts are owned; `prefix` is the caller's, put in
 * front of a suggested value ("p50="). Zero it before first use. */
typedef struct ScnIssue {
    ScnCodeId code;
    gsize start, end;
    char *message, *label, *help;
    const char *prefix;
    const char *example; /* the caller's too: a good value, whose unit is suggested; may be NULL */
} ScnIssue;

void scn_issue_clear(ScnIssue *issue);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(ScnIssue, scn_issue_clear)
/* Sets the issue, replacing what it was, and returns FALSE. */
gboolean scn_issue_set(ScnIssue *issue, ScnCodeId code, gsize start, gsize end,
                       const char *message);

/* TRUE and *result, or FALSE and the issue. Signs are read; ranges are the caller's. */
gboolean scn_parse_span(const char *text, SimSpan *result, ScnIssue *issue);
gboolean scn_parse_rate(const char *text, RepRate *result, ScnIssue *issue);
gboolean scn_parse_count(const char *text, gint64 *result, ScnIssue *issue);
gboolean scn_parse_size(const char *text, gint64 *bytes, ScnIssue *issue);
gboolean scn_parse_bandwidth(const char *text, gint64 *bits_per_s, ScnIssue *issue);
gboolean scn_parse_ratio(const char *text, double *result, ScnIssue *issue);
gboolean scn_parse_factor(const char *text, double *result, ScnIssue *issue);
gboolean scn_parse_number(const char *text, double *result, ScnIssue *issue);

/* A bare decimal times `unit` ns, rounded half up: measured data. */
gboolean scn_parse_measured(const char *text, SimSpan unit, SimSpan *result);
/* ns of a unit of time, or 0 where there is none of that name. */
SimSpan scn_time_unit(const char *name);

/* Caller frees. */
char *scn_format_span(SimSpan span);
char *scn_format_rate(RepRate rate);
char *scn_format_count(gint64 count);
char *scn_format_size(gint64 bytes);
char *scn_format_bandwidth(gint64 bits_per_s);
char *scn_format_ratio(double ratio);
char *scn_format_factor(double factor);
char *scn_format_number(double number);

#endif
