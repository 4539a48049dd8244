/*
 * result.h — the answer: cells of all replications, brought together.
 *
 * Replications arrive in any order from any thread (the caller locks). One is used only once it is
 * complete in every variant that has it, so that an interrupted run still compares like with like.
 * Cells merge exactly and per-replication values are kept by number, so results do not depend on
 * the order of arrival. ana_result_finish() may be called again after more have come.
 *
 * Variants may differ in their nodes, so queries are matched by name.
 */
#ifndef ANA_RESULT_H
#define ANA_RESULT_H

#include "analysis/meters.h"
#include "analysis/stats.h"
#include "analysis/verdict.h"

typedef struct AnaResult AnaResult;

typedef struct AnaVariant {
    const char *name;
    const AnaPlan *plan; /* borrowed until the result is freed */
    guint64 seed;
    guint first_replication;
    guint n_replications;               /* planned */
    const AnaExpectation *expectations; /* borrowed; their queries must be in the plan */
    gsize n_expectations;
    gboolean is_gated;
} AnaVariant;

/* Combines two digests; that of a variant is folded from 0 over its replications in order. */
typedef guint64 (*AnaDigestFold)(guint64 digest, guint64 next);

/* `baseline` is the number of a variant, or -1. Names are copied. */
AnaResult *ana_result_new(const AnaVariant *variants, gsize n_variants, gssize baseline,
                          AnaDigestFold fold);
void ana_result_free(AnaResult *result);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(AnaResult, ana_result_free)

typedef struct AnaReplication {
    guint64 world_digest, event_digest, events;
} AnaReplication;

/* Takes the cells (ana_meters_take_cells()). Each (variant, replication) once. */
void ana_result_add(AnaResult *result, gsize variant, guint replication, AnaCell *cells,
                    const AnaReplication *facts);

/* Takes the course of the replication (ana_meters_take_course()), before its cells. */
void ana_result_add_course(AnaResult *result, gsize variant, guint replication, AnaCourse *course);

/* Computes everything below from what has come. */
void ana_result_finish(AnaResult *result);

/* ---- of a variant ------------------------------------------------------------------------- */

gsize ana_result_n_variants(const AnaResult *result);
const AnaVariant *ana_result_variant(const AnaResult *result, gsize variant);
gssize ana_result_baseline(const AnaResult *result);
guint ana_result_n_arrived(const AnaResult *result, gsize variant); /* replications that came */
guint ana_result_n_used(const AnaResult *result, gsize variant);    /* … and are in the results */
gboolean ana_result_is_partial(const AnaResult *result);            /* some were not used */
guint64 ana_result_world_digest(const AnaResult *result, gsize variant);
guint64 ana_result_event_digest(const AnaResult *result, gsize variant);
guint64 ana_result_events(const AnaResult *result, gsize variant);
/* Same seed and replications as the baseline: differences are paired; and the same world? */
gboolean ana_result_is_paired(const AnaResult *result, gsize variant);
gboolean ana_result_is_same_world(const AnaResult *result, gsize variant);
/* The merged cell that a query reads; empty where nothing was used. */
const AnaCell *ana_result_cell(const AnaResult *result, gsize variant, gsize query);
const char *ana_result_query_name(const AnaResult *result, gsize variant, gsize query);
/* Number of the variant's query with this name, or -1. */
gssize ana_result_find(const AnaResult *result, gsize variant, const char *name);

/* The course of all used replications, merged; NULL where none was kept. */
const AnaCourse *ana_result_course(const AnaResult *result, gsize variant);
/* The replication whose median lag at the node was highest in some cell of its course, and that
 * median by cell (ana_course_n_lag_cells() of them, NaN where nothing became durable); -1: none.
 * Of equal ones the first. */
gint64 ana_result_worst_lag(const AnaResult *result, gsize variant, gsize node,
                            const double **medians);

/* ---- of a query --------------------------------------------------------------------------- */

typedef struct AnaEstimate {
    AnaInterval interval;  /* value NaN: absent; clipped to what is possible; ns are integers */
    gboolean has_bounds;   /* FALSE: of a maximum */
    guint64 count;         /* observations behind it (semantics §10) */
    guint64 opportunities; /* how often what it counts could have been seen */
    guint64 censored;
    gboolean saw_nothing;           /* a count or ratio of 0: high is the rule of three */
    gboolean is_undrained;          /* a loss metric, and some run had not drained */
    gboolean is_thin;               /* a percentile from fewer than 10/(1-p) observations */
    const char *why_absent;         /* static; NULL where there is a value */
    gboolean has_difference;        /* from the baseline */
    gboolean difference_has_bounds; /* FALSE: of a maximum, or too few replications to tell */
    AnaInterval difference;
} AnaEstimate;

const AnaEstimate *ana_result_estimate(const AnaResult *result, gsize variant, gsize query);
/* Of the i-th used replication, and its number; NaN where it has no value. */
double ana_result_own_value(const AnaResult *result, gsize variant, gsize query, guint i);
guint ana_result_used_replication(const AnaResult *result, gsize variant, guint i);
/* … and its own event digest. */
guint64 ana_result_replication_digest(const AnaResult *result, gsize variant, guint i);

/* ---- checks ------------------------------------------------------------------------------- */

typedef struct AnaCheck {
    const AnaExpectation *expectation;
    AnaVerdict verdict;
    double value;      /* NaN: absent */
    double low, high;  /* NaN where there are none */
    double limit;      /* in the metric's unit; of a relative one, the factor times the baseline */
    double bound;      /* where nothing was seen: what the true value may still be; else NaN */
    const char *why;   /* static; where inconclusive */
    const char *found; /* of a claim about a story that does not hold: what was found instead in
                          replication `found_in`; else NULL; borrowed */
    guint found_in;
    const AnaOffence *offence; /* of a history that is not linearizable; else NULL; borrowed */
} AnaCheck;

/* One for each expectation of the variant, in order. */
const AnaCheck *ana_result_check(const AnaResult *result, gsize variant, gsize i);
/* Over the gated variants: FAIL if any check failed, else INCONCLUSIVE if any is. */
AnaVerdict ana_result_overall(const AnaResult *result);

#endif
