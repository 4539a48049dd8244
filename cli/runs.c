/* runs.c — planning and running; see runs.h. */
#include "cli/runs.h"

#include "cli/interrupt.h"
#include "cli/progress.h"
#include "cli/world_view.h"
#include "scenarios/format/runner.h"
#include "scenarios/format/suggest.h"

#include <string.h>

#define WORLD_EVENTS_MIN 1000u
#define POLL_US 50000

/* ---- names -------------------------------------------------------------------------------- */

static gboolean name_is_taken(const CliRuns *runs, const char *name)
{
    for (guint i = 0; i < runs->n_variants; i++)
        if (runs->variants[i].name && strcmp(runs->variants[i].name, name) == 0)
            return TRUE;
    return FALSE;
}

static char *variant_name(const CliRuns *runs, const CliRunsRequest *request, const CliInput *input,
                          const ScnVariant *variant)
{
    if (input->point && input->scenario->n_variants == 1)
        return g_strdup(input->point);
    if (input->point)
        return g_strdup_printf("%s:%s", input->point, variant->name);
    if (request->n_inputs == 1)
        return g_strdup(variant->name);
    char *name = g_strdup_printf("%s:%s", input->stem, variant->name);
    for (guint n = 2; name_is_taken(runs, name); n++) {
        g_free(name);
        name = g_strdup_printf("%s#%u:%s", input->stem, n, variant->name);
    }
    return name;
}

static void collect_variants(const CliRunsRequest *request, CliRuns *runs)
{
    GArray *all = g_array_new(FALSE, TRUE, sizeof(CliRunVariant));
    const ScnScenario *first = request->inputs[0]->scenario;
    for (guint i = 0; i < request->n_inputs; i++) {
        const CliInput *input = request->inputs[i];
        for (gsize v = 0; v < input->scenario->n_variants; v++) {
            const ScnVariant *variant = &input->scenario->variants[v];
            CliRunVariant added = {.input = input, .variant = variant};
            added.name = variant_name(runs, request, input, variant);
            added.first = request->replication >= 0 ? (guint)request->replication : 0;
            added.n = request->replication >= 0 ? 1 : (guint)variant->setup->replications;
            added.arrivals = g_new0(guint64, added.n);
            g_array_append_val(all, added);
            runs->variants = (CliRunVariant *)(gpointer)all->data;
            runs->n_variants = all->len;
        }
    }
    runs->variants = (CliRunVariant *)(gpointer)g_array_free(all, FALSE);
    runs->baseline = first->baseline_selected ? (gssize)first->baseline : -1;
}

/* ---- questions ---------------------------------------------------------------------------- */

static gsize number_of(const CliRunVariant *run)
{
    return (gsize)(run->variant - run->input->scenario->variants);
}

/* --metric EXPR for one variant; FALSE: reported. */
static gboolean add_metrics(const CliRunsRequest *request, const CliRunVariant *run,
                            GArray *queries)
{
    g_autoptr(ScnDiags) diags = scn_diags_new();
    for (char **metric = request->metrics; metric && *metric; metric++) {
        ScnSetting setting = {.option = "--metric", .text = *metric};
        AnaQuery query;
        if (scn_scenario_query(run->input->scenario, number_of(run), &setting, &query, diags))
            g_array_append_val(queries, query);
    }
    if (scn_diags_errors(diags) == 0)
        return TRUE;
    CliInput shown = {.diags = diags};
    cli_input_print_diags(&shown);
    return FALSE;
}

/* The baseline must answer what others are compared with; by name, because variants may number
 * their nodes differently. What it does not have, it does not answer. */
static void add_compared(const CliRuns *runs, const CliRunVariant *baseline, GArray *queries)
{
    g_autoptr(ScnDiags) diags = scn_diags_new();
    for (guint i = 0; i < runs->n_variants; i++) {
        const CliRunVariant *other = &runs->variants[i];
        for (gsize e = 0; other != baseline && e < other->variant->n_expectations; e++) {
            const AnaExpectation *expectation = &other->variant->expectations[e];
            if (!expectation->relative)
                continue;
            g_autofree char *name = ana_plan_query_name(other->plan, &expectation->query);
            ScnSetting setting = {.option = "expect", .text = name};
            AnaQuery query;
            if (scn_scenario_query(baseline->input->scenario, number_of(baseline), &setting, &query,
                                   diags))
                g_array_append_val(queries, query);
        }
    }
}

/* Compared questions last: they need the other plans. */
static gboolean plan_variant(const CliRunsRequest *request, CliRuns *runs, guint number)
{
    CliRunVariant *run = &runs->variants[number];
    GArray *queries = g_array_new(FALSE, FALSE, sizeof(AnaQuery));
    for (gsize e = 0; e < run->variant->n_expectations; e++)
        g_array_append_val(queries, run->variant->expectations[e].query);
    gboolean good = add_metrics(request, run, queries);
    if ((gssize)number == runs->baseline)
        add_compared(runs, run, queries);
    g_autoptr(CliWorldView) view = cli_world_view_new(run->variant->setup);
    run->plan =
        ana_plan_new(&view->world, (const AnaQuery *)(gconstpointer)queries->data, queries->len);
    g_array_free(queries, TRUE);
    if (request->keeps_course)
        ana_plan_keep_course(run->plan);
    return good;
}

static gboolean plan_variants(const CliRunsRequest *request, CliRuns *runs)
{
    for (guint i = 0; i < runs->n_variants; i++)
        if ((gssize)i != runs->baseline && !plan_variant(request, runs, i))
            return FALSE;
    return runs->baseline < 0 || plan_variant(request, runs, (guint)runs->baseline);
}

/* ---- the result --------------------------------------------------------------------------- */

static gboolean check_gate(const CliRunsRequest *request, const CliRuns *runs)
{
    for (char **gate = request->gate; gate && *gate; gate++) {
        const char **names = g_new0(const char *, runs->n_variants + 1);
        for (guint i = 0; i < runs->n_variants; i++)
            names[i] = runs->variants[i].name;
        gboolean known = g_strv_contains(names, *gate);
        const char *nearest = known ? NULL : scn_suggest(*gate, names);
        g_free(names);
        if (known)
            continue;
        cli_error("--gate: there is no variant '%s' here", *gate);
        if (nearest)
            cli_hint("did you mean '%s'?", nearest);
        return FALSE;
    }
    return TRUE;
}

static void open_result(const CliRunsRequest *request, CliRuns *runs)
{
    AnaVariant *given = g_new0(AnaVariant, runs->n_variants);
    for (guint i = 0; i < runs->n_variants; i++) {
        const CliRunVariant *run = &runs->variants[i];
        given[i] = (AnaVariant){
            .name = run->name,
            .plan = run->plan,
            .seed = run->variant->setup->seed,
            .first_replication = run->first,
            .n_replications = run->n,
            .expectations = run->variant->expectations,
            .n_expectations = run->variant->n_expectations,
            .is_gated = request->gate
                            ? g_strv_contains((const char *const *)request->gate, run->name)
                            : run->variant->gated};
    }
    runs->result = ana_result_new(given, runs->n_variants, runs->baseline, rep_digest_fold);
    g_free(given);
}

CliStatus cli_runs_prepare(const CliRunsRequest *request, CliRuns *runs)
{
    *runs = (CliRuns){0};
    collect_variants(request, runs);
    if (!check_gate(request, runs) || !plan_variants(request, runs))
        return CLI_USAGE;
    open_result(request, runs);
    return CLI_OK;
}

/* ---- running ------------------------------------------------------------------------------ */

/* Variants that are run together. */
typedef struct Group {
    const CliRunsRequest *request;
    CliRuns *runs;
    guint *numbers; /* of the variants */
    ScnRun *run;
} Group;

static void *begin(void *self, guint variant, guint replication, RepWorld *world)
{
    const Group *group = self;
    (void)replication;
    AnaMeters *meters = ana_meters_new(group->runs->variants[group->numbers[variant]].plan);
    rep_world_observe(world, ana_meters_observer(meters));
    if (group->request->reference)
        rep_world_use_reference(world);
    return meters;
}

static void note_overflow(Group *group, const char *variant, const RepRunResult *result)
{
    const char *what = result->overflow;
    if (group->runs->overflow)
        return;
    group->runs->overflow_variant = g_strdup(variant);
    group->runs->is_full = result->end == REP_RUN_FULL;
    g_atomic_pointer_set(&group->runs->overflow, g_strdup(what ? what : ""));
}

static void finished(void *self, guint variant, guint replication, void *watch,
                     const RepRunResult *result)
{
    Group *group = self;
    guint number = group->numbers[variant];
    CliRunVariant *run = &group->runs->variants[number];
    AnaMeters *meters = watch;
    if (result->end == REP_RUN_DRAINED || result->end == REP_RUN_NOT_DRAINED) {
        AnaReplication facts = {.world_digest = result->world_digest,
                                .event_digest = result->event_digest,
                                .events = result->events};
        run->arrivals[replication - run->first] = result->arrivals;
        if (ana_plan_keeps_course(run->plan))
            ana_result_add_course(group->runs->result, number, replication,
                                  ana_meters_take_course(meters));
        ana_result_add(group->runs->result, number, replication, ana_meters_take_cells(meters),
                       &facts);
    } else if (result->end == REP_RUN_OVER_BUDGET || result->end == REP_RUN_FULL) {
        note_overflow(group, run->name, result);
    }
    ana_meters_free(meters);
}

typedef struct Budget {
    guint64 of_world;
    guint done_before;
    guint64 events_before;
} Budget;

/* Polls rather than waits: progress is drawn, and a world over budget stops the rest. */
static void wait_for(Group *group, CliProgress *progress, Budget *budget)
{
    while (!scn_run_wait(group->run, POLL_US)) {
        cli_progress_show(progress, budget->done_before + scn_run_pairs_done(group->run),
                          budget->events_before + scn_run_events_done(group->run));
        if (g_atomic_pointer_get(&group->runs->overflow))
            scn_run_wind_down(group->run);
    }
    budget->done_before += scn_run_pairs_done(group->run);
    budget->events_before += scn_run_events_done(group->run);
}

/* Runs the variants in `numbers`, which have the same number of replications. */
static void run_group(const CliRunsRequest *request, CliRuns *runs, GArray *numbers,
                      CliProgress *progress, Budget *budget)
{
    guint n = numbers->len;
    const RepSetup **setups = g_new0(const RepSetup *, n);
    const char **names = g_new0(const char *, n);
    Group group = {.request = request, .runs = runs, .numbers = (guint *)(gpointer)numbers->data};
    for (guint i = 0; i < n; i++) {
        setups[i] = runs->variants[group.numbers[i]].variant->setup;
        names[i] = runs->variants[group.numbers[i]].variant->name;
    }
    const CliRunVariant *one = &runs->variants[group.numbers[0]];
    ScnRunPlan plan = {.setups = setups,
                       .variants = names,
                       .n_variants = n,
                       .first_replication = one->first,
                       .n_replications = one->n,
                       .n_jobs = request->jobs,
                       .event_budget = budget->of_world,
                       .scenario = one->input->shown,
                       .watcher = {&group, begin, finished}};
    group.run = scn_run_start(&plan);
    cli_interrupt_watch(group.run);
    wait_for(&group, progress, budget);
    runs->interrupted |= cli_interrupt_end();
    scn_run_free(group.run);
    g_free(setups);
    g_free(names);
}

void cli_runs_execute(const CliRunsRequest *request, CliRuns *runs)
{
    guint worlds = cli_runs_worlds(runs);
    gint64 started = g_get_monotonic_time();
    Budget budget = {.of_world = MAX(request->event_budget / MAX(worlds, 1), WORLD_EVENTS_MIN)};
    gboolean *taken = g_new0(gboolean, runs->n_variants);
    CliProgress progress;
    cli_progress_begin(&progress, worlds);
    for (guint i = 0; i < runs->n_variants && !runs->interrupted && !runs->overflow; i++) {
        if (taken[i])
            continue;
        GArray *numbers = g_array_new(FALSE, FALSE, sizeof(guint));
        for (guint k = i; k < runs->n_variants; k++) {
            if (runs->variants[k].n != runs->variants[i].n)
                continue;
            taken[k] = TRUE;
            g_array_append_val(numbers, k);
        }
        run_group(request, runs, numbers, &progress, &budget);
        g_array_free(numbers, TRUE);
    }
    cli_progress_end(&progress);
    g_free(taken);
    ana_result_finish(runs->result);
    runs->seconds = (double)(g_get_monotonic_time() - started) / G_USEC_PER_SEC;
}

void cli_runs_clear(CliRuns *runs)
{
    ana_result_free(runs->result);
    for (guint i = 0; i < runs->n_variants; i++) {
        g_free(runs->variants[i].name);
        g_free(runs->variants[i].arrivals);
        ana_plan_free(runs->variants[i].plan);
    }
    g_free(runs->variants);
    g_free(runs->overflow);
    g_free(runs->overflow_variant);
    *runs = (CliRuns){0};
}

/* ---- facts -------------------------------------------------------------------------------- */

guint cli_runs_worlds(const CliRuns *runs)
{
    guint worlds = 0;
    for (guint i = 0; i < runs->n_variants; i++)
        worlds += runs->variants[i].n;
    return worlds;
}

guint64 cli_runs_events(const CliRuns *runs)
{
    guint64 events = 0;
    for (guint i = 0; i < runs->n_variants; i++)
        events += ana_result_events(runs->result, i);
    return events;
}

guint64 cli_runs_operations(const CliRuns *runs, guint variant)
{
    const CliRunVariant *run = &runs->variants[variant];
    guint64 operations = 0;
    for (guint i = 0; i < ana_result_n_used(runs->result, variant); i++)
        operations +=
            run->arrivals[ana_result_used_replication(runs->result, variant, i) - run->first];
    return operations;
}

gboolean cli_runs_same_world(const CliRuns *runs)
{
    for (guint i = 1; i < runs->n_variants; i++)
        if (ana_result_world_digest(runs->result, i) != ana_result_world_digest(runs->result, 0))
            return FALSE;
    return TRUE;
}
