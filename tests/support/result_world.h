/*
 * result_world.h — results from cells written by hand, for tests of estimates and output.
 *
 * All variants share the plan of meter_script.h's world. A replication is made of a few numbers:
 * what the tests look at, the other cells stay empty.
 */
#ifndef TEST_RESULT_WORLD_H
#define TEST_RESULT_WORLD_H

#include "analysis/result.h"

typedef struct ResultRow {
    guint64 stale, reads;       /* stale_rate */
    guint64 lost, acknowledged; /* lost_writes */
    gint64 latency;             /* write.latency: `writes` values from latency on, 1000 ns apart */
    guint writes;
    guint64 downtime; /* downtime(writes), ns; one operation at least where writes > 0 */
    guint64 first;    /* time_to_first(unavailable), ns; 0: none */
    gboolean is_censored;
    gboolean undrained;
    guint64 world; /* digest */
} ResultRow;

AnaPlan *result_plan(const AnaExpectation *expectations, gsize n);
AnaCell *result_cells(const AnaPlan *plan, const ResultRow *row);
/* Adds the replication. */
void result_add(AnaResult *result, gsize variant, guint replication, const ResultRow *row);
/* `value OP limit` of the plain query with that statistic. */
AnaExpectation result_expect(const char *metric, AnaStat stat, AnaOp op, double limit,
                             gboolean relative);
guint64 result_fold(guint64 digest, guint64 next);

const AnaEstimate *result_estimate(const AnaResult *result, gsize variant, const char *name);

#endif
