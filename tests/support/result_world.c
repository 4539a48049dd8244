/* result_world.c — results from cells written by hand; see result_world.h. */
#include "tests/support/result_world.h"

#include "tests/support/check.h"
#include "tests/support/meter_script.h"

AnaPlan *result_plan(const AnaExpectation *expectations, gsize n)
{
    AnaWorld world = meter_script_world();
    AnaQuery *queries = g_new0(AnaQuery, n + 1);
    for (gsize i = 0; i < n; i++)
        queries[i] = expectations[i].query;
    AnaPlan *plan = ana_plan_new(&world, queries, n);
    g_free(queries);
    return plan;
}

static AnaCell *cell_of(const AnaPlan *plan, AnaCell *cells, const char *metric, int writes,
                        AnaStat stat)
{
    AnaQuery query = ana_query_of(ana_metric_find(metric));
    query.writes = writes;
    query = ana_query_with(&query, stat);
    return &cells[ana_plan_cell_of(plan, (gsize)ana_plan_find(plan, &query))];
}

AnaCell *result_cells(const AnaPlan *plan, const ResultRow *row)
{
    AnaCell *cells = ana_cells_new(plan);
    for (gsize i = 0; i < ana_plan_n_cells(plan); i++)
        cells[i].replications = 1;
    AnaCell *stale = cell_of(plan, cells, "stale_rate", -1, ANA_STAT_NONE);
    stale->hits = row->stale;
    stale->of = row->reads;
    AnaCell *lost = cell_of(plan, cells, "lost_writes", -1, ANA_STAT_NONE);
    lost->hits = row->lost;
    lost->of = row->acknowledged;
    lost->undrained = row->undrained;
    AnaCell *latency = cell_of(plan, cells, "write.latency", -1, ANA_STAT_P50);
    for (guint i = 0; i < row->writes; i++)
        ana_hist_add(latency->hist, row->latency + i * 1000);
    AnaCell *downtime = cell_of(plan, cells, "downtime", 1, ANA_STAT_NONE);
    downtime->hits = row->downtime;
    downtime->of = row->writes;
    AnaQuery first = ana_query_of(ana_metric_find("time_to_first"));
    first.word = 0;
    AnaCell *until = &cells[ana_plan_cell_of(plan, (gsize)ana_plan_find(plan, &first))];
    until->hits = row->first;
    until->of = row->first ? 1 : 0;
    until->censored = row->is_censored ? 1 : 0;
    return cells;
}

void result_add(AnaResult *result, gsize variant, guint replication, const ResultRow *row)
{
    AnaReplication facts = {.world_digest = row->world ? row->world : 1000 + replication,
                            .event_digest = 77 * (variant + 1) + replication,
                            .events = 100 + replication};
    ana_result_add(result, variant, replication,
                   result_cells(ana_result_variant(result, variant)->plan, row), &facts);
}

AnaExpectation result_expect(const char *metric, AnaStat stat, AnaOp op, double limit,
                             gboolean relative)
{
    AnaQuery query = ana_query_of(ana_metric_find(metric));
    if (query.metric->unit == ANA_UNIT_NS && query.metric->arg == ANA_ARG_KIND)
        query.writes = 1;
    if (query.metric->arg == ANA_ARG_WORD)
        query.word = 0;
    return (AnaExpectation){.text = (char *)"as written",
                            .query = ana_query_with(&query, stat),
                            .op = op,
                            .limit = limit,
                            .relative = relative};
}

guint64 result_fold(guint64 digest, guint64 next)
{
    return (digest ^ next) * G_GUINT64_CONSTANT(0x9E3779B97F4A7C15) + 1;
}

const AnaEstimate *result_estimate(const AnaResult *result, gsize variant, const char *name)
{
    static const AnaEstimate none;
    gssize query = ana_result_find(result, variant, name);
    test_true(query >= 0, name, __FILE__, __LINE__);
    return query < 0 ? &none : ana_result_estimate(result, variant, (gsize)query);
}
