/*
 * result_private.h — private to analysis/: the inside of an AnaResult.
 */
#ifndef ANA_RESULT_PRIVATE_H
#define ANA_RESULT_PRIVATE_H

#include "analysis/plan.h"
#include "analysis/result.h"

/* What one replication says about one query. */
typedef struct AnaOwn {
    double value;        /* NaN: none */
    double above, below; /* of a pooled ratio or mean; a total is `above` */
} AnaOwn;

typedef struct AnaRun {
    gboolean has_arrived, is_used;
    AnaReplication facts;
    AnaCell *cells;    /* until it is used */
    AnaOwn *own;       /* by query */
    AnaCourse *course; /* until it is used; or NULL */
} AnaRun;

typedef struct AnaWorstLag {
    double peak;
    guint replication;
    double *medians; /* by cell; NULL: none yet */
} AnaWorstLag;

typedef struct AnaVariantResult {
    AnaVariant given;
    char *name;
    char **names;        /* of the queries */
    GHashTable *by_name; /* name to number + 1; only for look-up */
    AnaRun *runs;        /* by replication - first_replication */
    AnaCell *merged;
    AnaCourse *course;  /* merged; NULL: none has come */
    AnaWorstLag *worst; /* by node; NULL likewise */
    guint n_arrived, n_used;
    guint *used; /* indices into runs, ascending; after finish */
    guint64 world_digest, event_digest, events;
    AnaEstimate *estimates; /* by query */
    AnaCheck *checks;
} AnaVariantResult;

struct AnaResult {
    AnaVariantResult *variants;
    gsize n_variants;
    gssize baseline;
    AnaDigestFold fold;
};

/* estimate.c: fills the estimates of a variant. */
void ana_estimate_variant(AnaResult *result, gsize variant);
/* A variant's query minus a factor times the baseline's. */
typedef struct AnaDifference {
    gboolean exists;     /* both have a value */
    gboolean has_bounds; /* FALSE: of a maximum, or too few replications to tell */
    AnaInterval interval;
} AnaDifference;

AnaDifference ana_estimate_difference(const AnaResult *result, gsize variant, gsize query,
                                      double factor);
/* result.c: a replication by its number; NULL: it is none of the planned ones. */
AnaRun *ana_result_find_run(AnaVariantResult *variant, guint replication);
/* result_course.c: merges the course of a replication, and lets go of it. */
void ana_course_use(AnaVariantResult *variant, AnaRun *run);
void ana_course_clear(AnaVariantResult *variant);
/* checks.c: fills the checks of a variant, after all estimates. */
void ana_check_variant(AnaResult *result, gsize variant);

#endif
