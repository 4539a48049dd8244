/* invariant_meters.c — totals of the meters against what was observed; see invariants.h. */
#include "analysis/invariants_private.h"

static void expect(AnaInvariants *self, const char *what, guint64 value, guint64 seen)
{
    if (value != seen)
        ana_violated(self, ANA_METERS_SUM_UP,
                     "%s: the meters say %" G_GUINT64_FORMAT ", observed were %" G_GUINT64_FORMAT,
                     what, value, seen);
}

static const AnaCell *cell_of(const AnaPlan *plan, const AnaCell *cells, const AnaQuery *query)
{
    gssize at = ana_plan_find(plan, query);
    return at < 0 ? NULL : &cells[ana_plan_cell_of(plan, (gsize)at)];
}

static const AnaCell *cell_named(const AnaPlan *plan, const AnaCell *cells, const char *metric,
                                 AnaStat stat)
{
    AnaQuery query = ana_query_of(ana_metric_find(metric));
    query.stat = stat;
    return cell_of(plan, cells, &query);
}

static void compare_operations(AnaInvariants *self, const AnaPlan *plan, const AnaCell *cells)
{
    guint64 of = 0, ok = 0, unknown = 0;
    for (int kind = REP_READ; kind <= REP_WRITE; kind++) {
        const guint64 *outcomes = self->totals.outcomes[kind];
        of += outcomes[REP_OK] + outcomes[REP_FAILED] + outcomes[REP_UNKNOWN];
        ok += outcomes[REP_OK];
        unknown += outcomes[REP_UNKNOWN];
    }
    const AnaCell *cell = cell_named(plan, cells, "availability", ANA_STAT_NONE);
    if (cell) {
        expect(self, "operations", cell->of, of);
        expect(self, "operations that succeeded", cell->hits, ok);
    }
    cell = cell_named(plan, cells, "unknown_rate", ANA_STAT_NONE);
    if (cell)
        expect(self, "operations of unknown outcome", cell->hits, unknown);
    cell = cell_named(plan, cells, "write.latency", ANA_STAT_MEAN);
    if (cell)
        expect(self, "writes with a latency", ana_hist_count(cell->hist),
               self->totals.outcomes[REP_WRITE][REP_OK]);
    cell = cell_named(plan, cells, "read.latency", ANA_STAT_MEAN);
    if (cell)
        expect(self, "reads with a latency", ana_hist_count(cell->hist),
               self->totals.outcomes[REP_READ][REP_OK]);
    cell = cell_named(plan, cells, "lost_writes", ANA_STAT_NONE);
    if (cell) {
        expect(self, "acknowledged writes", cell->of, self->totals.outcomes[REP_WRITE][REP_OK]);
        if (self->rules->elects_complete && !self->rules->dead_may_keep && !cell->undrained)
            expect(self, "lost writes", cell->hits, 0);
    }
}

static void compare_cost(AnaInvariants *self, const AnaPlan *plan, const AnaCell *cells)
{
    const struct {
        const char *metric;
        guint64 seen;
    } sums[] = {{"cost.messages", self->totals.messages},
                {"cost.bytes", self->totals.bytes},
                {"cost.bytes_between_regions", self->totals.bytes_between_regions},
                {"cost.flushes", self->totals.flushes}};
    for (gsize i = 0; i < G_N_ELEMENTS(sums); i++) {
        const AnaCell *cell = cell_named(plan, cells, sums[i].metric, ANA_STAT_NONE);
        if (cell)
            expect(self, sums[i].metric, cell->hits, sums[i].seen);
    }
}

/* Entries whose lag at the node must be known or censored: while one leadership lasts, all that
 * were made durable elsewhere; where it joined later, all since. */
static guint64 lags_at(const AnaInvariants *log, int node)
{
    const AnaReplica *replica = &log->replicas[node];
    gboolean is_absent = log->rules->joins[node] && !replica->has_run;
    int leader = g_array_index(log->reigns, AnaReign, log->latest).leader;
    return node == leader || is_absent ? 0 : log->totals.durable - replica->durable_before;
}

/* Every entry has one lag at each follower, counted when it was made durable. */
static void compare_lag(AnaInvariants *self, const AnaPlan *plan, const AnaCell *cells)
{
    static const char *const metrics[] = {"lag", "lag.received", "lag.flushed"};
    for (gsize i = 0; i < self->n_logs; i++)
        if (self->logs[i]->n_leaderships != 1)
            return;
    for (int node = 0; node < (int)self->rules->n_nodes; node++) {
        guint64 seen = 0;
        for (gsize i = 0; i < self->n_logs; i++)
            seen += lags_at(self->logs[i], node);
        for (gsize i = 0; i < G_N_ELEMENTS(metrics); i++) {
            AnaQuery query = ana_query_of(ana_metric_find(metrics[i]));
            query.stat = ANA_STAT_MEAN;
            query.node = node;
            const AnaCell *cell = cell_of(plan, cells, &query);
            if (cell)
                expect(self, metrics[i], ana_hist_count(cell->hist), seen);
        }
    }
}

static gboolean is_led_throughout(const AnaInvariants *self)
{
    for (gsize i = 0; i < self->n_logs; i++)
        if (self->logs[i]->n_leaderships != 1)
            return FALSE;
    return TRUE;
}

/* Reads that could have been late, and that were; none where sessions are promised that and no
 * other leader has begun without what they have seen. */
static void compare_sessions(AnaInvariants *self, const AnaPlan *plan, const AnaCell *cells)
{
    const AnaSessionRules *rules = &self->rules->sessions;
    const struct {
        const char *metric;
        gboolean is_promised;
    } measures[ANA_SESSION_MEASURES] = {{"ryw_violations", rules->own_writes == SIM_NEVER},
                                        {"monotonic_violations", rules->reads},
                                        {"prefix_violations", rules->causes}};
    for (int m = 0; m < ANA_SESSION_MEASURES; m++) {
        const AnaCell *cell = cell_named(plan, cells, measures[m].metric, ANA_STAT_NONE);
        guint64 due, late;
        if (!cell)
            continue;
        if (ana_tally_counted(self, (AnaSessionMeasure)m, &due))
            expect(self, measures[m].metric, cell->of, due);
        if (ana_tally_late(self, (AnaSessionMeasure)m, &late))
            expect(self, measures[m].metric, cell->hits, late);
        if (measures[m].is_promised && is_led_throughout(self))
            expect(self, measures[m].metric, cell->hits, 0);
    }
}

void ana_invariants_compare(AnaInvariants *self, const AnaPlan *plan, const AnaCell *cells)
{
    if (ana_invariants_violation(self) || self->versions)
        return;
    compare_operations(self, plan, cells);
    compare_cost(self, plan, cells);
    compare_sessions(self, plan, cells);
    compare_lag(self, plan, cells);
}
