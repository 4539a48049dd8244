/*
 * test_meters.c — the streaming meters against plain definitions that keep everything.
 *
 * Goal: over random histories with crashes, wipes, failovers and faults, every cell of every
 * measure, filter and window equals what the definition gives when it is applied to the whole
 * history at the end; and forgetting changes nothing. A failure names the seed and the cell.
 */
#include "tests/support/check.h"
#include "tests/support/meter_world.h"

#include <string.h>

enum { SEEDS = 200, STEPS = 2500 };

typedef struct Span {
    SimTime from, to;
} Span;

/* ---- windows, by what is known at the end ------------------------------------------------- */

static gboolean has_begun_in_time(const MeterWorld *world, const MeterOccurrence *occurrence,
                                  int fault)
{
    return occurrence->fault == fault && occurrence->from < world->world.duration;
}

static gboolean covers(const MeterWorld *world, const AnaQuery *query, SimTime at)
{
    SimTime first = SIM_NEVER, last = -1;
    gboolean during = FALSE;
    if (at < world->world.warmup || at >= world->world.duration)
        return FALSE;
    for (guint i = 0; i < world->occurrences->len; i++) {
        const MeterOccurrence *o = &g_array_index(world->occurrences, MeterOccurrence, i);
        if (!has_begun_in_time(world, o, query->fault))
            continue;
        first = MIN(first, o->from);
        last = MAX(last, o->to);
        during |= at >= o->from && at < o->to;
    }
    switch (query->window) {
    case ANA_WINDOW_ALL:
        return TRUE;
    case ANA_WINDOW_DURING:
        return during;
    case ANA_WINDOW_BEFORE:
        return at < first;
    case ANA_WINDOW_AFTER:
        return last >= 0 && at >= last;
    case ANA_WINDOW_SPAN:
        return at >= query->from && at < query->to;
    }
    return FALSE;
}

/* ---- measures, by definition -------------------------------------------------------------- */

static gboolean passes(const MeterWorld *world, const AnaQuery *query, const RepOperationSeen *seen)
{
    return (query->client_region < 0 || query->client_region == (int)seen->region) &&
           (query->client < 0 || query->client == (int)seen->client) &&
           (query->session < 0 || query->session == (gint64)seen->session) &&
           (query->key < 0 || query->key == (gint64)seen->key) &&
           (query->node < 0 || query->node == seen->node) &&
           (query->region < 0 ||
            (seen->node >= 0 && world->world.node_regions[seen->node] == query->region)) &&
           covers(world, query, seen->began) && seen->outcome != REP_NOT_STARTED;
}

static gboolean is_named(const AnaQuery *query, const char *name)
{
    return strcmp(query->metric->name, name) == 0;
}

static const char *const session_measures[METER_SESSION_MEASURES] = {
    "ryw_violations", "monotonic_violations", "prefix_violations"};

static void expect_session(AnaCell *cell, const AnaQuery *query, const MeterOperation *operation)
{
    for (int m = 0; m < METER_SESSION_MEASURES; m++)
        if (is_named(query, session_measures[m])) {
            cell->of += operation->is_due[m] ? 1 : 0;
            cell->hits += operation->is_late[m] ? 1 : 0;
        }
}

static void expect_operation(AnaCell *cell, const AnaQuery *query, const MeterOperation *operation)
{
    gboolean is_ok = operation->seen.outcome == REP_OK,
             is_write = operation->seen.kind == REP_WRITE;
    gboolean is_read = is_ok && !is_write;
    SimSpan since = operation->since;
    if (is_named(query, is_write ? "write.latency" : "read.latency") && is_ok)
        ana_hist_add(cell->hist, operation->ended - operation->seen.began);
    if (is_named(query, "availability") && (query->writes < 0 || query->writes == is_write)) {
        cell->of++;
        cell->hits += is_ok ? 1 : 0;
    }
    if (is_named(query, "unknown_rate")) {
        cell->of++;
        cell->hits += operation->seen.outcome == REP_UNKNOWN ? 1 : 0;
    }
    if (is_named(query, "stale_rate") && is_read) {
        cell->of++;
        cell->hits += operation->is_stale && operation->age > query->age ? 1 : 0;
    }
    if (is_named(query, "stale_age") && is_read && operation->is_stale)
        ana_hist_add(cell->hist, operation->age);
    if (is_named(query, "stale_versions") && is_read && operation->is_stale)
        ana_hist_add(cell->hist, (gint64)operation->missed);
    if (is_named(query, "fresh_after") && is_read && since >= query->span &&
        20 * since <= 21 * query->span) {
        cell->of++;
        cell->hits += operation->is_stale ? 0 : 1;
    }
    expect_session(cell, query, operation);
    if (is_named(query, "lost_writes") && is_write && is_ok) {
        cell->of++;
        cell->hits += operation->is_lost ? 1 : 0;
    }
    if (is_named(query, "overwritten_writes") && is_write && is_ok) {
        cell->of++;
        cell->hits += operation->is_overwritten ? 1 : 0;
    }
    if (is_named(query, "conflicts") && is_write && is_ok)
        cell->of++;
    if (is_named(query, "cost.messages") || is_named(query, "cost.flushes"))
        cell->of++;
}

static void expect_level(const MeterWorld *world, AnaCell *cell, const AnaQuery *query,
                         const MeterLevel *level)
{
    gboolean is_behind = is_named(query, "behind");
    if (level->node != query->node || !(is_behind || is_named(query, "backlog")))
        return;
    for (SimTime at = level->from; at < MIN(level->to, world->end); at++) {
        if (!covers(world, query, at))
            continue;
        if (!is_behind)
            ana_hist_add(cell->hist, (gint64)level->backlog);
        else
            ana_hist_add(cell->hist, level->backlog ? at - level->oldest : 0);
    }
}

static gboolean is_in_group(const AnaQuery *query, const MeterOperation *operation)
{
    return operation->seen.outcome != REP_NOT_STARTED &&
           (query->writes < 0 || query->writes == (operation->seen.kind == REP_WRITE)) &&
           (query->client_region < 0 || query->client_region == (int)operation->seen.region) &&
           (query->client < 0 || query->client == (int)operation->seen.client);
}

/* The first invocation of the window that lies between the success at `from` and the next at `to`,
 * if it counts; SIM_NEVER: none does. */
static SimTime window_in_gap(const MeterWorld *world, const AnaQuery *query, SimTime from,
                             SimTime to)
{
    SimTime first = SIM_NEVER;
    gboolean has_failed = FALSE;
    for (guint i = 0; i < world->operations->len; i++) {
        const MeterOperation *o = &g_array_index(world->operations, MeterOperation, i);
        gboolean is_that_success = o->seen.outcome == REP_OK && o->ended == from;
        if (!is_in_group(query, o) || o->seen.began < from || o->seen.began >= to ||
            is_that_success) /* begun at the same instant, it comes before its success */
            continue;
        first = MIN(first, o->seen.began);
        has_failed |= o->seen.outcome != REP_OK;
    }
    return has_failed && to - first >= world->world.downtime_floor ? first : SIM_NEVER;
}

static void add_window(const MeterWorld *world, const AnaQuery *query, SimTime from, SimTime to,
                       GArray *windows)
{
    Span window = {window_in_gap(world, query, from, to), to};
    if (window.from != SIM_NEVER)
        g_array_append_val(windows, window);
}

/* All windows of downtime that count, as Span. */
static GArray *downtime_windows(const MeterWorld *world, const AnaQuery *query)
{
    GArray *windows = g_array_new(FALSE, FALSE, sizeof(Span));
    SimTime last = 0;
    for (guint i = 0; i < world->operations->len; i++) { /* in order of their ends */
        const MeterOperation *o = &g_array_index(world->operations, MeterOperation, i);
        if (!is_in_group(query, o) || o->seen.outcome != REP_OK)
            continue;
        add_window(world, query, last, o->ended, windows);
        last = o->ended;
    }
    add_window(world, query, last, world->end, windows);
    return windows;
}

static void count_group(const MeterWorld *world, AnaCell *cell, const AnaQuery *query)
{
    for (guint i = 0; i < world->operations->len; i++) {
        const MeterOperation *o = &g_array_index(world->operations, MeterOperation, i);
        cell->of += is_in_group(query, o) && covers(world, query, o->seen.began) ? 1 : 0;
    }
}

static void expect_downtime(const MeterWorld *world, AnaCell *cell, const AnaQuery *query)
{
    GArray *windows = downtime_windows(world, query);
    count_group(world, cell, query);
    for (guint i = 0; i < windows->len; i++) {
        const Span *window = &g_array_index(windows, Span, i);
        for (SimTime at = window->from; at < window->to; at++)
            cell->hits += covers(world, query, at) ? 1 : 0;
    }
    g_array_free(windows, TRUE);
}

static gboolean is_in_any(const GArray *windows, SimTime at)
{
    for (guint i = 0; i < windows->len; i++)
        if (at >= g_array_index(windows, Span, i).from && at < g_array_index(windows, Span, i).to)
            return TRUE;
    return FALSE;
}

/* What the window has before its first instant without reads or without writes. */
static void expect_first(const MeterWorld *world, AnaCell *cell, const AnaQuery *query)
{
    AnaQuery reads = *query, writes = *query;
    reads.writes = 0;
    writes.writes = 1;
    GArray *without[] = {downtime_windows(world, &reads), downtime_windows(world, &writes)};
    count_group(world, cell, query);
    cell->censored = cell->of ? 1 : 0;
    for (SimTime at = world->world.warmup; cell->censored && at < world->world.duration; at++) {
        gboolean is_over = is_in_any(without[0], at) || is_in_any(without[1], at);
        if (!covers(world, query, at))
            continue;
        if (is_over)
            cell->censored = 0;
        else
            cell->hits++;
    }
    g_array_free(without[0], TRUE);
    g_array_free(without[1], TRUE);
}

static gboolean is_covered_at_all(const MeterWorld *world, const AnaQuery *query)
{
    for (SimTime at = world->world.warmup; at < world->world.duration; at++)
        if (covers(world, query, at))
            return TRUE;
    return FALSE;
}

static void expect_leaders(const MeterWorld *world, AnaCell *cell, const AnaQuery *query)
{
    gboolean all = is_named(query, "failovers"), some = is_named(query, "false_failovers");
    gboolean is_split = is_named(query, "split_brain");
    if (!all && !some && !is_split)
        return;
    cell->of = is_covered_at_all(world, query) ? 1 : 0;
    for (guint i = 0; i < world->failovers->len; i++) {
        const MeterFailover *f = &g_array_index(world->failovers, MeterFailover, i);
        cell->hits += (all || (some && f->is_false)) && covers(world, query, f->at) ? 1 : 0;
    }
    for (guint i = 0; is_split && i < world->accepting->len; i++) {
        const MeterAccepting *a = &g_array_index(world->accepting, MeterAccepting, i);
        SimTime to = i + 1 < world->accepting->len ? a[1].at : world->end;
        for (SimTime at = a->at; a->nodes >= 2 && at < to; at++)
            cell->hits += covers(world, query, at) ? 1 : 0;
    }
}

static void expect_entries(const MeterWorld *world, AnaCell *cell, const AnaQuery *query)
{
    for (guint i = 0; is_named(query, "divergences") && i < world->applied->len; i++) {
        const MeterApplied *a = &g_array_index(world->applied, MeterApplied, i);
        if ((query->node >= 0 && query->node != a->node) || !covers(world, query, a->at))
            continue;
        cell->of += a->entries;
        cell->hits += a->diverged;
    }
    for (guint i = 0; is_named(query, "conflicts") && i < world->conflicts->len; i++)
        cell->hits += covers(world, query, g_array_index(world->conflicts, SimTime, i)) ? 1 : 0;
}

static void expect_cell(const MeterWorld *world, AnaCell *cell, const AnaQuery *query)
{
    static const char *const stages[] = {"lag.received", "lag.flushed", "lag"};
    for (guint i = 0; i < world->operations->len; i++) {
        const MeterOperation *o = &g_array_index(world->operations, MeterOperation, i);
        if (passes(world, query, &o->seen))
            expect_operation(cell, query, o);
    }
    for (guint i = 0; i < world->lags->len; i++) {
        const MeterLag *lag = &g_array_index(world->lags, MeterLag, i);
        if (lag->node != query->node || !is_named(query, stages[lag->stage]) ||
            !covers(world, query, lag->durable))
            continue;
        ana_hist_add(cell->hist, lag->passed - lag->durable);
        cell->censored += lag->is_censored ? 1 : 0;
    }
    for (guint i = 0; i < world->levels->len; i++)
        expect_level(world, cell, query, &g_array_index(world->levels, MeterLevel, i));
    if (is_named(query, "downtime"))
        expect_downtime(world, cell, query);
    if (is_named(query, "time_to_first"))
        expect_first(world, cell, query);
    expect_leaders(world, cell, query);
    expect_entries(world, cell, query);
}

/* ---- comparison --------------------------------------------------------------------------- */

static void check_hists(const AnaHist *got, const AnaHist *expected)
{
    CHECK_UINT(ana_hist_count(got), ana_hist_count(expected));
    CHECK_INT(ana_hist_min(got), ana_hist_min(expected));
    CHECK_INT(ana_hist_max(got), ana_hist_max(expected));
    CHECK(ana_hist_sum(got) == ana_hist_sum(expected));
    for (int i = 1; i <= 50 && ana_hist_count(got); i++)
        CHECK_INT(ana_hist_quantile(got, i / 50.0), ana_hist_quantile(expected, i / 50.0));
}

static void check_cells(const AnaCell *got, const AnaCell *expected)
{
    CHECK_UINT(got->hits, expected->hits);
    CHECK_UINT(got->of, expected->of);
    CHECK_UINT(got->censored, expected->censored);
    CHECK((got->hist != NULL) == (expected->hist != NULL));
    if (got->hist && expected->hist)
        check_hists(got->hist, expected->hist);
}

/* ---- queries ------------------------------------------------------------------------------ */

static void ask(GArray *queries, AnaQuery query)
{
    g_array_append_val(queries, query);
}

static GArray *questions(const MeterWorld *world)
{
    static const SimSpan spans[] = {0, 40, 100, 105, 300, 1000, 5000};
    GArray *queries = g_array_new(FALSE, FALSE, sizeof(AnaQuery));
    for (const AnaMetric *metric = ana_metrics; metric->name; metric++) {
        AnaQuery query = ana_query_of(metric);
        if (metric->is_claim)
            continue; /* judged in test_linearizable.c and test_client_history.c */
        query.from = world->world.duration / 3;
        query.to = world->world.duration / 2;
        if (metric->required & ANA_FILTER_NODE)
            query.node = 2;
        query.span = 300;
        query.word = metric->arg == ANA_ARG_WORD ? 0 : -1;
        for (int window = ANA_WINDOW_DURING; window <= ANA_WINDOW_SPAN; window++) {
            query.window = (AnaWindowKind)window;
            query.fault = window % METER_FAULTS;
            query.writes = metric->arg == ANA_ARG_KIND ? window % 3 - 1 : -1;
            ask(queries, query);
            query.fault = 1 - query.fault;
            query.client = metric->filters & ANA_FILTER_CLIENT ? 1 : -1;
            ask(queries, query);
            query.client = -1;
        }
        query = ana_query_of(metric);
        query.word = metric->arg == ANA_ARG_WORD ? 0 : -1;
        for (gsize i = 0; metric->arg == ANA_ARG_SPAN && i < G_N_ELEMENTS(spans); i++) {
            query.span = spans[i];
            ask(queries, query);
        }
        query.age = metric->filters & ANA_FILTER_AGE ? 200 : -1;
        query.region = metric->filters & ANA_FILTER_REGION ? 1 : -1;
        query.session = metric->filters & ANA_FILTER_SESSION ? 2 : -1;
        query.key = metric->filters & ANA_FILTER_KEY ? 3 : -1;
        if (!metric->required)
            ask(queries, query);
    }
    return queries;
}

static void observe_all(AnaMeters *meters, const MeterWorld *world)
{
    RepObserver observer = ana_meters_observer(meters);
    for (guint i = 0; i < world->observed->len; i++)
        observer.observe(observer.self, &g_array_index(world->observed, RepObservation, i));
}

static guint features_of(guint64 seed)
{
    return (seed % 2 ? METER_WIPES : 0) | (seed % 3 ? METER_FAILOVER : 0) |
           (seed % 5 < 3 ? METER_COARSE_TERMS : 0) | (seed % 7 < 4 ? METER_CARRIES : 0) |
           (seed % 11 < 6 ? METER_JOINS : 0) | (seed % 13 < 8 ? METER_SPLITS : 0);
}

static void check_world(const MeterWorld *world, guint64 seed)
{
    GArray *queries = questions(world);
    g_autoptr(AnaPlan) plan =
        ana_plan_new(&world->world, &g_array_index(queries, AnaQuery, 0), queries->len);
    g_autoptr(AnaMeters) meters = ana_meters_new(plan);
    observe_all(meters, world);
    AnaCell *expected = ana_cells_new(plan);
    gsize last = G_MAXSIZE;
    for (gsize i = 0; i < ana_plan_n_queries(plan); i++) {
        gsize cell = ana_plan_cell_of(plan, i);
        if (cell == last)
            continue;
        last = cell;
        g_autofree char *name = ana_plan_query_name(plan, ana_plan_query(plan, i));
        test_row("seed %" G_GUINT64_FORMAT ": %s", seed, name);
        expect_cell(world, &expected[cell], ana_plan_query(plan, i));
        if (!g_str_has_prefix(name, "cost."))
            check_cells(&ana_meters_cells(meters)[cell], &expected[cell]);
    }
    test_row(NULL);
    ana_cells_free(plan, expected);
    g_array_free(queries, TRUE);
}

/* What happened in all the histories together. */
typedef struct Tally {
    guint wipes, failovers, false_failovers, carried, conflicts, late, back, installs, joins;
    guint stale, lost, overwritten;
    guint due[METER_SESSION_MEASURES], late_reads[METER_SESSION_MEASURES];
} Tally;

static void tally(Tally *sum, const MeterWorld *world)
{
    sum->wipes += world->wipes;
    sum->carried += world->carried;
    sum->conflicts += world->conflicts->len;
    sum->late += world->late;
    sum->back += world->back;
    sum->installs += world->installs;
    sum->joins += world->joins;
    sum->failovers += world->failovers->len;
    for (guint i = 0; i < world->failovers->len; i++)
        sum->false_failovers += g_array_index(world->failovers, MeterFailover, i).is_false ? 1 : 0;
    for (guint i = 0; i < world->operations->len; i++) {
        const MeterOperation *o = &g_array_index(world->operations, MeterOperation, i);
        sum->stale += o->is_stale ? 1 : 0;
        sum->lost += o->is_lost ? 1 : 0;
        sum->overwritten += o->is_overwritten ? 1 : 0;
        for (int m = 0; m < METER_SESSION_MEASURES; m++) {
            sum->due[m] += o->is_due[m] ? 1 : 0;
            sum->late_reads[m] += o->is_late[m] ? 1 : 0;
        }
    }
}

static void every_cell_is_what_its_definition_gives_over_the_whole_history(void)
{
    Tally sum = {0};
    for (guint64 seed = 1; seed <= SEEDS; seed++) {
        g_autoptr(MeterWorld) world = meter_world_new(seed, STEPS, features_of(seed));
        check_world(world, seed);
        tally(&sum, world);
    }
    /* The histories do contain what the test is about. */
    CHECK(sum.wipes > SEEDS / 2);
    CHECK(sum.failovers > 3 * SEEDS);
    CHECK(sum.false_failovers > SEEDS && sum.false_failovers < sum.failovers);
    CHECK(sum.stale > 20 * SEEDS);
    CHECK(sum.lost > 3 * SEEDS);
    CHECK(sum.carried > SEEDS);
    CHECK(sum.conflicts > SEEDS / 4);
    CHECK(sum.overwritten > SEEDS / 8);
    CHECK(sum.late > 0);
    CHECK(sum.back > 0);
    CHECK(sum.installs > SEEDS);
    CHECK(sum.joins > SEEDS / 4);
    for (int m = 0; m < METER_SESSION_MEASURES; m++) {
        CHECK(sum.due[m] > 5 * SEEDS);
        CHECK(sum.late_reads[m] > SEEDS / 2);
    }
}

/* Cells are bytes: the same with a life so long that nothing is ever forgotten. */
static void forgetting_changes_nothing(void)
{
    for (guint64 seed = 100; seed < 130; seed++) {
        g_autoptr(MeterWorld) world =
            meter_world_new(seed, STEPS, features_of(seed) & ~(guint)METER_WIPES);
        const SimSpan unlimited[METER_CLIENTS] = {SIM_NEVER, SIM_NEVER};
        AnaWorld patient = world->world;
        patient.client_lives = unlimited;
        GArray *queries = questions(world);
        const AnaQuery *first = &g_array_index(queries, AnaQuery, 0);
        g_autoptr(AnaPlan) plan = ana_plan_new(&world->world, first, queries->len);
        g_autoptr(AnaPlan) patient_plan = ana_plan_new(&patient, first, queries->len);
        g_autoptr(AnaMeters) meters = ana_meters_new(plan);
        g_autoptr(AnaMeters) patient_meters = ana_meters_new(patient_plan);
        observe_all(meters, world);
        observe_all(patient_meters, world);
        test_row("seed %" G_GUINT64_FORMAT, seed);
        for (gsize i = 0; i < ana_plan_n_cells(plan); i++)
            check_cells(&ana_meters_cells(meters)[i], &ana_meters_cells(patient_meters)[i]);
        g_array_free(queries, TRUE);
    }
    test_row(NULL);
}

/* A planted error: the comparison above must see one stale read more, or one late by 1 ns. */
static void the_comparison_barks(void)
{
    g_autoptr(MeterWorld) world = meter_world_new(7, STEPS, METER_FAILOVER);
    g_autoptr(AnaPlan) plan = ana_plan_new(&world->world, NULL, 0);
    AnaQuery rate = ana_query_of(ana_metric_find("stale_rate"));
    AnaQuery age = ana_query_with(&rate, ANA_STAT_MAX);
    age.metric = ana_metric_find("stale_age");
    AnaCell *honest = ana_cells_new(plan), *planted = ana_cells_new(plan);
    gsize rate_cell = ana_plan_cell_of(plan, (gsize)ana_plan_find(plan, &rate));
    gsize age_cell = ana_plan_cell_of(plan, (gsize)ana_plan_find(plan, &age));
    expect_cell(world, &honest[rate_cell], &rate);
    expect_cell(world, &honest[age_cell], &age);
    for (guint i = 0; i < world->operations->len; i++) {
        MeterOperation *o = &g_array_index(world->operations, MeterOperation, i);
        if (o->is_stale && covers(world, &rate, o->seen.began)) {
            o->age++;
            break;
        }
    }
    for (guint i = 0; i < world->operations->len; i++) {
        MeterOperation *o = &g_array_index(world->operations, MeterOperation, i);
        if (!o->is_stale && o->seen.outcome == REP_OK && o->seen.kind == REP_READ &&
            covers(world, &rate, o->seen.began)) {
            o->is_stale = TRUE;
            break;
        }
    }
    expect_cell(world, &planted[rate_cell], &rate);
    expect_cell(world, &planted[age_cell], &age);
    CHECK_UINT(planted[rate_cell].hits, honest[rate_cell].hits + 1);
    CHECK(ana_hist_sum(planted[age_cell].hist) == ana_hist_sum(honest[age_cell].hist) + 1);
    ana_cells_free(plan, honest);
    ana_cells_free(plan, planted);
}

static const TestCase cases[] = {
    {"every_cell_is_what_its_definition_gives_over_the_whole_history",
     every_cell_is_what_its_definition_gives_over_the_whole_history},
    {"forgetting_changes_nothing", forgetting_changes_nothing},
    {"the_comparison_barks", the_comparison_barks},
    {0},
};

int main(int argc, char **argv)
{
    return test_main("meters", cases, argc, argv);
}
