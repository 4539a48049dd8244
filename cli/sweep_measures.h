/*
 * sweep_measures.h — which measures of a sweep are shown, their values at its points, and which
 * points no other beats: what the terminal's tables and the page's pictures have in common.
 */
#ifndef CLI_SWEEP_MEASURES_H
#define CLI_SWEEP_MEASURES_H

#include "cli/runs.h"
#include "cli/vary.h"

typedef struct CliSweep {
    const CliRuns *runs;  /* variants of the first point, of the second, … */
    const GArray *axes;   /* CliAxis */
    const GArray *points; /* CliPoint */
    gboolean is_zipped;
} CliSweep;

guint cli_sweep_variants(const CliSweep *sweep); /* of one point */
const CliPoint *cli_sweep_point(const CliSweep *sweep, guint point);
const CliAxis *cli_sweep_axis(const CliSweep *sweep, guint axis);
/* The number of a variant of a point among those that were run. */
guint cli_sweep_number(const CliSweep *sweep, guint point, guint variant);
/* Two knobs, every value of one with every value of the other: a table over both. */
gboolean cli_sweep_is_plane(const CliSweep *sweep);

enum { CLI_SWEEP_MEASURES = 6 };

typedef struct CliSweepMeasures {
    char *names[CLI_SWEEP_MEASURES]; /* as `expect` accepts them; owned */
    guint n;
} CliSweepMeasures;

/* Those that checks ask for, then headlines that vary. */
CliSweepMeasures cli_sweep_measures(const CliSweep *sweep);
void cli_sweep_measures_clear(CliSweepMeasures *measures);

/* The estimate of a measure at a point; NULL: it has none there. */
const AnaEstimate *cli_sweep_estimate(const CliSweep *sweep, guint point, guint variant,
                                      const char *name, const AnaQuery **query);
char *cli_sweep_label(const CliSweep *sweep, guint variant, const char *name); /* caller frees */

typedef struct CliSweepChecks {
    gsize n, passed, failed;
} CliSweepChecks;

CliSweepChecks cli_sweep_checks(const CliSweep *sweep, guint point, guint variant);
char *cli_sweep_checks_text(const CliSweepChecks *checks); /* "pass", "1 of 2 FAIL", … */

/* Which points no other beats on every measure that has a good direction; by point, caller frees.
 * NULL where that says nothing: there is one such measure, or nobody is beaten. */
gboolean *cli_sweep_frontier(const CliSweep *sweep, guint variant,
                             const CliSweepMeasures *measures);

#endif
