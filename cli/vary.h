/*
 * vary.h — the knobs of a sweep: `--vary KEY=VALUES`, and the points that they span.
 *
 *   VALUES = value, value, …           a comma inside ( ), [ ] or { } separates nothing
 *          | A..B                      whole numbers, each one
 *          | A..B step C               A, A + C, … up to B
 *          | A..B log N                N values at even ratios, rounded to three digits
 *
 * A, B and C are quantities of one kind, such as 10ms, 5% or 3. A value is spelled as the scenario
 * has it, so it reads back as what it says.
 */
#ifndef CLI_VARY_H
#define CLI_VARY_H

#include <glib.h>

typedef struct CliAxis {
    char *key, *label; /* policy.read_quorum, read_quorum; owned */
    GPtrArray *values; /* texts; owned */
    gboolean is_range; /* A..B and nothing else: a bracket for --find */
    double from, to;
    char *unit; /* of from and to: "ns" for times; owned */
} CliAxis;

/* All of --vary. With `is_find` a bare range of anything is a bracket. NULL after an error. */
GArray *cli_vary_read(char **texts, gboolean is_find);
void cli_vary_free(GArray *axes);

/* A value of the axis, spelled: at most three digits that count, and whole between whole ends at
 * least 2 apart. Caller frees. */
char *cli_vary_text(const CliAxis *axis, double number);

/* All values of the axis as numbers of one unit ("ns" for times, "/s", "B", "%", …; "" for bare
 * numbers), caller frees both; NULL: some are words. */
double *cli_vary_numbers(const CliAxis *axis, char **unit);

/* One point: a value of each axis, by number. */
typedef struct CliPoint {
    guint *at;  /* per axis; owned */
    char *name; /* "read_quorum=1, write_quorum=2"; owned */
} CliPoint;

/* All combinations, the last axis running fastest; or, zipped, the first values, the second, … NULL
 * after an error. */
GArray *cli_points_new(const GArray *axes, gboolean is_zipped);
void cli_points_free(GArray *points);

#endif
