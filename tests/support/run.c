/* run.c — scenario text to measures; see run.h. */
#include "tests/support/run.h"

#include "analysis/meters.h"
#include "cli/world_view.h"
#include "scenarios/format/runner.h"
#include "tests/support/check.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BUDGET 2000000000u

typedef struct Pair {
    AnaMeters *meters;
    RepRunResult result;
} Pair;

struct TestRun {
    ScnScenario *scenario;
    CliWorldView **views; /* per variant */
    AnaPlan **plans;
    guint n_replications;
    Pair *pairs; /* [variant * n_replications + replication] */
};

static Pair *pair_of(const TestRun *run, gsize variant, guint replication)
{
    return &run->pairs[variant * run->n_replications + replication];
}

static void *begin(void *self, guint variant, guint replication, RepWorld *world)
{
    TestRun *run = self;
    Pair *pair = pair_of(run, variant, replication);
    pair->meters = ana_meters_new(run->plans[variant]);
    rep_world_observe(world, ana_meters_observer(pair->meters));
    return pair;
}

static void finished(void *self, guint variant, guint replication, void *watch,
                     const RepRunResult *result)
{
    Pair *pair = watch;
    pair->result = *result;
    pair->result.overflow = NULL;
}

static ScnScenario *load(const char *yaml)
{
    g_autoptr(ScnDiags) diags = scn_diags_new();
    ScnInput input = {.bytes = yaml, .length = strlen(yaml), .display = "test.yaml"};
    ScnScenario *scenario = scn_load_bytes(&input, NULL, diags);
    if (scenario)
        return scenario;
    g_autoptr(GString) text = g_string_new("");
    scn_diags_print_gcc(diags, text);
    fputs(text->str, stderr);
    exit(2);
}

static AnaPlan *make_plan(const TestRun *run, gsize variant, const char *const *metrics)
{
    const ScnVariant *asked = &run->scenario->variants[variant];
    g_autoptr(GArray) queries = g_array_new(FALSE, FALSE, sizeof(AnaQuery));
    for (gsize i = 0; i < asked->n_expectations; i++)
        g_array_append_val(queries, asked->expectations[i].query);
    for (; metrics && *metrics; metrics++) {
        g_autoptr(ScnDiags) diags = scn_diags_new();
        AnaQuery query;
        if (!scn_scenario_query(run->scenario, variant,
                                &(ScnSetting){.option = "--metric", .text = *metrics}, &query,
                                diags)) {
            fprintf(stderr, "no such measure: %s\n", *metrics);
            exit(2);
        }
        g_array_append_val(queries, query);
    }
    return ana_plan_new(&run->views[variant]->world, (const AnaQuery *)queries->data, queries->len);
}

static void simulate(TestRun *run)
{
    gsize n = run->scenario->n_variants;
    const RepSetup **setups = g_new(const RepSetup *, n);
    const char **names = g_new(const char *, n);
    for (gsize i = 0; i < n; i++) {
        setups[i] = run->scenario->variants[i].setup;
        names[i] = run->scenario->variants[i].name;
    }
    ScnRunPlan plan = {.setups = setups,
                       .variants = names,
                       .n_variants = (guint)n,
                       .n_replications = run->n_replications,
                       .n_jobs = 2,
                       .event_budget = BUDGET,
                       .scenario = "test.yaml",
                       .watcher = {.self = run, .begin = begin, .finished = finished}};
    ScnRun *threads = scn_run_start(&plan);
    while (!scn_run_wait(threads, G_USEC_PER_SEC))
        ;
    scn_run_free(threads);
    g_free(setups);
    g_free(names);
}

TestRun *test_run_with(const char *yaml, const char *const *metrics)
{
    TestRun *run = g_new0(TestRun, 1);
    run->scenario = load(yaml);
    gsize n = run->scenario->n_variants;
    run->n_replications = (guint)run->scenario->variants[0].setup->replications;
    run->views = g_new0(CliWorldView *, n);
    run->plans = g_new0(AnaPlan *, n);
    run->pairs = g_new0(Pair, n * run->n_replications);
    for (gsize i = 0; i < n; i++) {
        run->views[i] = cli_world_view_new(run->scenario->variants[i].setup);
        run->plans[i] = make_plan(run, i, metrics);
    }
    simulate(run);
    return run;
}

TestRun *test_run(const char *yaml)
{
    return test_run_with(yaml, NULL);
}

void test_run_free(TestRun *run)
{
    for (gsize i = 0; i < run->scenario->n_variants; i++) {
        for (guint r = 0; r < run->n_replications; r++)
            ana_meters_free(pair_of(run, i, r)->meters);
        ana_plan_free(run->plans[i]);
        cli_world_view_free(run->views[i]);
    }
    g_free(run->plans);
    g_free(run->views);
    g_free(run->pairs);
    scn_scenario_free(run->scenario);
    g_free(run);
}

const ScnScenario *test_run_scenario(const TestRun *run)
{
    return run->scenario;
}

const RepRunResult *test_run_result(const TestRun *run, gsize variant, guint replication)
{
    return &pair_of(run, variant, replication)->result;
}

/* ---- values ------------------------------------------------------------------------------- */

static gsize find(const TestRun *run, gsize variant, const char *metric)
{
    const AnaPlan *plan = run->plans[variant];
    for (gsize i = 0; i < ana_plan_n_queries(plan); i++) {
        g_autofree char *name = ana_plan_query_name(plan, ana_plan_query(plan, i));
        if (strcmp(name, metric) == 0)
            return i;
    }
    fprintf(stderr, "'%s' is not measured; there are:\n", metric);
    for (gsize i = 0; i < ana_plan_n_queries(plan); i++) {
        g_autofree char *name = ana_plan_query_name(plan, ana_plan_query(plan, i));
        fprintf(stderr, "  %s\n", name);
    }
    exit(2);
}

double test_run_value(const TestRun *run, gsize variant, guint replication, const char *metric)
{
    const AnaPlan *plan = run->plans[variant];
    gsize query = find(run, variant, metric);
    const AnaCell *cells = ana_meters_cells(pair_of(run, variant, replication)->meters);
    return ana_cell_value(ana_plan_query(plan, query), &cells[ana_plan_cell_of(plan, query)]);
}

const char *test_run_found(const TestRun *run, gsize variant, const AnaQuery *claim)
{
    const AnaPlan *plan = run->plans[variant];
    gsize query = (gsize)ana_plan_find(plan, claim);
    return ana_meters_cells(pair_of(run, variant, 0)->meters)[ana_plan_cell_of(plan, query)].found;
}

double test_run_merged(const TestRun *run, gsize variant, const char *metric)
{
    const AnaPlan *plan = run->plans[variant];
    gsize query = find(run, variant, metric), cell = ana_plan_cell_of(plan, query);
    AnaCell *merged = ana_cells_new(plan);
    for (guint r = 0; r < run->n_replications; r++)
        ana_cells_merge(plan, merged, ana_meters_cells(pair_of(run, variant, r)->meters));
    double value = ana_cell_value(ana_plan_query(plan, query), &merged[cell]);
    ana_cells_free(plan, merged);
    return value;
}

static AnaResult *judge(TestRun *run, const gsize *variants, gsize n, gssize baseline,
                        gboolean is_paired)
{
    g_autofree AnaVariant *given = g_new0(AnaVariant, n);
    for (gsize i = 0; i < n; i++) {
        const ScnVariant *variant = &run->scenario->variants[variants[i]];
        given[i] = (AnaVariant){.name = variant->name,
                                .plan = run->plans[variants[i]],
                                .seed = is_paired ? 0 : variant->setup->seed,
                                .n_replications = run->n_replications,
                                .expectations = variant->expectations,
                                .n_expectations = variant->n_expectations};
    }
    AnaResult *result = ana_result_new(given, n, baseline, rep_digest_fold);
    for (gsize i = 0; i < n; i++)
        for (guint r = 0; r < run->n_replications; r++) {
            const Pair *pair = pair_of(run, variants[i], r);
            AnaReplication facts = {pair->result.world_digest, pair->result.event_digest,
                                    pair->result.events};
            ana_result_add(result, i, r, ana_meters_take_cells(pair->meters), &facts);
        }
    ana_result_finish(result);
    return result;
}

AnaResult *test_run_judge(TestRun *run, const gsize *variants, gsize n, gssize baseline)
{
    return judge(run, variants, n, baseline, FALSE);
}

AnaResult *test_run_judge_paired(TestRun *run, const gsize *variants, gsize n, gssize baseline)
{
    return judge(run, variants, n, baseline, TRUE);
}

double test_run_z(const TestRun *run, gsize variant, const char *metric, double expected,
                  double *mean)
{
    double sum = 0, squares = 0, n = run->n_replications;
    for (guint r = 0; r < run->n_replications; r++) {
        double value = test_run_value(run, variant, r, metric);
        sum += value;
        squares += value * value;
    }
    double average = sum / n, variance = (squares - n * average * average) / (n - 1);
    if (mean)
        *mean = average;
    return (average - expected) / sqrt(variance / n);
}

void test_theory(const TestRun *run, gsize variant, const char *metric, double expected,
                 const char *file, int line)
{
    double mean, z = test_run_z(run, variant, metric, expected, &mean);
    printf("\n    %-28s %-12s expected %-12.8g simulated %-12.8g z %+.2f", metric,
           run->scenario->variants[variant].name, expected, mean, z);
    test_row("%s", metric);
    test_double_near(z, 0, 4, "|z| < 4", file, line);
    test_row(NULL);
}
