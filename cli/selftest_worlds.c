/* selftest_worlds.c — whole worlds against closed forms, and against themselves. */
#include "cli/selftest.h"

#include "cli/builtin.h"
#include "cli/world_view.h"
#include "scenarios/format/runner.h"
#include "sim/check.h"

#include <math.h>
#include <string.h>

/* ---- running ------------------------------------------------------------------------------ */

ScnScenario *cli_selftest_scenario(const char *text)
{
    g_autoptr(ScnDiags) diags = scn_diags_new();
    ScnInput input = {.bytes = text, .length = strlen(text), .display = "selftest"};
    ScnScenario *scenario = scn_load_bytes(&input, NULL, diags);
    SIM_CHECK(scenario, "a scenario of the selftest is not valid");
    return scenario;
}

typedef struct Digesting {
    guint n_replications;
    RepRunResult *results; /* variant by variant */
} Digesting;

static void *begin_nothing(void *self, guint variant, guint replication, RepWorld *world)
{
    (void)self;
    (void)variant;
    (void)replication;
    (void)world;
    return NULL;
}

static void keep_result(void *self, guint variant, guint replication, void *watch,
                        const RepRunResult *result)
{
    Digesting *digesting = self;
    (void)watch;
    digesting->results[variant * digesting->n_replications + replication] = *result;
}

CliDigests cli_selftest_digests(const ScnScenario *scenario, guint n_replications, guint jobs)
{
    guint n = (guint)scenario->n_variants;
    const RepSetup **setups = g_new0(const RepSetup *, n);
    const char **names = g_new0(const char *, n);
    for (guint i = 0; i < n; i++) {
        setups[i] = scenario->variants[i].setup;
        names[i] = scenario->variants[i].name;
    }
    Digesting digesting = {.n_replications = n_replications,
                           .results = g_new0(RepRunResult, (gsize)n * n_replications)};
    ScnRunPlan plan = {.setups = setups,
                       .variants = names,
                       .n_variants = n,
                       .n_replications = n_replications,
                       .n_jobs = jobs,
                       .event_budget = G_MAXUINT64,
                       .scenario = "selftest",
                       .watcher = {&digesting, begin_nothing, keep_result}};
    ScnRun *run = scn_run_start(&plan);
    while (!scn_run_wait(run, G_USEC_PER_SEC))
        ;
    scn_run_free(run);
    CliDigests digests = {.same_world = TRUE};
    for (guint v = 0; v < n; v++) {
        guint64 world = 0;
        for (guint r = 0; r < n_replications; r++) {
            const RepRunResult *result = &digesting.results[v * n_replications + r];
            digests.events = rep_digest_fold(digests.events, result->event_digest);
            world = rep_digest_fold(world, result->world_digest);
            digests.operations += v == 0 ? result->arrivals : 0;
        }
        digests.same_world &= v == 0 || world == digests.world;
        digests.world = world;
    }
    g_free(digesting.results);
    g_free(names);
    g_free(setups);
    return digests;
}

/* One measure of the first variant, replication by replication; the caller frees. */
static double *measure(const ScnScenario *scenario, const AnaQuery *query, guint n)
{
    const RepSetup *setup = scenario->variants[0].setup;
    g_autoptr(CliWorldView) view = cli_world_view_new(setup);
    g_autoptr(AnaPlan) plan = ana_plan_new(&view->world, query, 1);
    gssize at = ana_plan_find(plan, query);
    SIM_CHECK(at >= 0, "the selftest asks for what is not measured");
    double *values = g_new(double, n);
    for (guint r = 0; r < n; r++) {
        g_autoptr(AnaMeters) meters = ana_meters_new(plan);
        g_autoptr(RepWorld) world = rep_world_new(setup, r, "selftest", NULL);
        rep_world_observe(world, ana_meters_observer(meters));
        RepRunResult result = rep_world_run(world, G_MAXUINT64, NULL);
        g_free(result.overflow);
        gsize cell = ana_plan_cell_of(plan, (gsize)at);
        values[r] =
            ana_cell_value(ana_plan_query(plan, (gsize)at), &ana_meters_cells(meters)[cell]);
    }
    return values;
}

static AnaQuery query_of(const char *metric, AnaStat stat)
{
    AnaQuery query = ana_query_of(ana_metric_find(metric));
    return ana_query_with(&query, stat);
}

/* |mean - expected| in standard errors, from n values. */
static double deviation(const double *values, guint n, double expected, double *mean)
{
    double sum = 0, squares = 0;
    for (guint i = 0; i < n; i++)
        sum += values[i];
    *mean = sum / n;
    for (guint i = 0; i < n; i++)
        squares += (values[i] - *mean) * (values[i] - *mean);
    return fabs(*mean - expected) / sqrt(squares / n / (n - 1));
}

/* ---- against themselves ------------------------------------------------------------------- */

/* Everything that happens in most scenarios: three regions, three rules, faults, retries. */
static const char busy[] =
    "replsim: 1\n"
    "seed: 42\n"
    "duration: 6s\n"
    "network:\n"
    "  within: lognormal(p50=0.3ms, p99=1.5ms)\n"
    "  between:\n"
    "    us <-> eu: lognormal(min=38ms, p50=42ms, p99=70ms)\n"
    "    us <-> ap: lognormal(min=80ms, p50=86ms, p99=140ms)\n"
    "    eu <-> ap: pareto(min=110ms, alpha=3, max=2s)\n"
    "  loss: {us <-> ap: 1%}\n"
    "nodes: {db1: us, db2: eu, db3: ap}\n"
    "cpu: {workers: 4, read: exponential(mean=100us), apply: 150us}\n"
    "storage: {fsync: 'lognormal(min=0.3ms, p50=0.8ms, p99=4ms)', apply: 0.2ms}\n"
    "clients:\n"
    "  web:\n"
    "    rate: poisson(1k/s)\n"
    "    reads: 80%\n"
    "    keys: zipf(10k, s=0.99)\n"
    "    timeout: 300ms\n"
    "    retry: {times: 1, after: 50ms}\n"
    "    read_after_write: 10% after 20ms\n"
    "policy: {model: single-leader, leader: db1, reads: nearest}\n"
    "faults:\n"
    "  - {at: 2s, crash: db3, for: 1s}\n"
    "  - {at: 3s, isolate: eu, for: 500ms}\n"
    "  - {at: 4s, kill: db1, for: 200ms, refuse: true}\n"
    "variants:\n"
    "  async: {policy.ack: async}\n"
    "  semi-sync: {policy.ack: semi-sync(1)}\n"
    "  sync-all: {policy.ack: sync(all)}\n";

enum { REPLICATIONS = 6 };

static void say_digest(GString *found, guint64 digest)
{
    g_string_append_printf(found, "digest %04x %04x %04x %04x", (unsigned)(digest >> 48),
                           (unsigned)(digest >> 32 & 0xFFFF), (unsigned)(digest >> 16 & 0xFFFF),
                           (unsigned)(digest & 0xFFFF));
}

static gboolean same_seed_same_bytes(GString *found)
{
    g_autoptr(ScnScenario) scenario = cli_selftest_scenario(busy);
    CliDigests first = cli_selftest_digests(scenario, REPLICATIONS, 1);
    CliDigests second = cli_selftest_digests(scenario, REPLICATIONS, 1);
    say_digest(found, first.events);
    return first.events == second.events && first.world == second.world;
}

static gboolean threads_agree(GString *found)
{
    static const guint jobs[] = {2, 3, 8};
    g_autoptr(ScnScenario) scenario = cli_selftest_scenario(busy);
    guint64 alone = cli_selftest_digests(scenario, REPLICATIONS, 1).events;
    gboolean agree = TRUE;
    for (gsize i = 0; i < G_N_ELEMENTS(jobs); i++)
        agree &= cli_selftest_digests(scenario, REPLICATIONS, jobs[i]).events == alone;
    say_digest(found, alone);
    return agree;
}

static gboolean another_seed_is_another_world(GString *found)
{
    g_autoptr(ScnScenario) scenario = cli_selftest_scenario(busy);
    CliDigests first = cli_selftest_digests(scenario, 1, 1);
    scenario->variants[0].setup->seed++;
    CliDigests second = cli_selftest_digests(scenario, 1, 1);
    say_digest(found, second.events);
    return first.events != second.events;
}

static gboolean variants_see_the_same_world(GString *found)
{
    g_autoptr(ScnScenario) scenario = cli_selftest_scenario(busy);
    CliDigests digests = cli_selftest_digests(scenario, REPLICATIONS, 2);
    g_string_append_printf(found, "%" G_GUINT64_FORMAT " operations in each of 3 variants",
                           digests.operations);
    return digests.same_world && digests.operations > 0;
}

/* ---- against closed forms ----------------------------------------------------------------- */

static const char idle[] = "replsim: 1\n"
                           "duration: 60s\n"
                           "network: {between: {a <-> b: 40ms}}\n"
                           "nodes: {db1: a, db2: b}\n"
                           "storage: {apply: 2ms}\n"
                           "clients:\n"
                           "  w: {rate: periodic(2/s), reads: 0%, keys: uniform_keys(10), from: "
                           "{a: 100%}}\n";

static gboolean idle_lag_is_link_plus_apply(GString *found)
{
    g_autoptr(ScnScenario) scenario = cli_selftest_scenario(idle);
    static const AnaStat stats[] = {ANA_STAT_MEAN, ANA_STAT_P50, ANA_STAT_MAX};
    double error = 0;
    for (gsize i = 0; i < G_N_ELEMENTS(stats); i++) {
        AnaQuery query = query_of("lag", stats[i]);
        query.node = 1;
        g_autofree double *lag = measure(scenario, &query, 1);
        error = fmax(error, fabs(lag[0] - 42e6));
    }
    g_string_append_printf(found, "max error %.0f ns", error);
    return error == 0;
}

static gboolean semi_sync_waits_one_round_trip(GString *found)
{
    g_autofree char *text = g_strconcat(idle, "policy: {ack: semi-sync(1)}\n", NULL);
    g_autoptr(ScnScenario) scenario = cli_selftest_scenario(text);
    AnaQuery query = query_of("write.latency", ANA_STAT_MAX);
    g_autofree double *slowest = measure(scenario, &query, 1);
    query = query_of("write.latency", ANA_STAT_MEAN);
    g_autofree double *mean = measure(scenario, &query, 1);
    double error = fmax(fabs(slowest[0] - 80e6), fabs(mean[0] - 80e6));
    g_string_append_printf(found, "max error %.0f ns", error);
    return error == 0;
}

/* theory: the sojourn time of M/M/1 is exponential with mean 1/(m - l). */
static gboolean apply_thread_is_a_queue(GString *found)
{
    static const char text[] =
        "replsim: 1\n"
        "duration: 110s\n"
        "warmup: 10s\n"
        "nodes: {db1: a, db2: a}\n"
        "storage: {apply: exponential(mean=4ms)}\n"
        "clients: {w: {rate: poisson(200/s), reads: 0%, keys: uniform_keys(10)}}\n";
    g_autoptr(ScnScenario) scenario = cli_selftest_scenario(text);
    AnaQuery query = query_of("lag", ANA_STAT_MEAN);
    query.node = 1;
    enum { N = 20 };
    g_autofree double *lags = measure(scenario, &query, N);
    double mean, expected = 1e9 / (250.0 - 200.0);
    double z = deviation(lags, N, expected, &mean);
    g_string_append_printf(found, "mean %.3f ms expected, %.3f, %.1f standard errors apart",
                           expected / 1e6, mean / 1e6, z);
    return z < 4;
}

/* theory: with constant lag d and Poisson writes at rate l to a key, a read on the follower is
 * stale with probability 1 - exp(-l d). */
static gboolean staleness_has_its_closed_form(GString *found)
{
    static const char text[] =
        "replsim: 1\n"
        "duration: 60s\n"
        "warmup: 2s\n"
        "network: {between: {a <-> b: 40ms}}\n"
        "nodes: {db1: a, db2: b}\n"
        "clients:\n"
        "  w: {rate: poisson(200/s), reads: 0%, keys: uniform_keys(20), from: {a: 100%}}\n"
        "  r: {rate: poisson(500/s), reads: 100%, keys: uniform_keys(20), from: {b: 100%}}\n"
        "policy: {reads: nearest}\n";
    const double expected = 0.329679953964360727; /* 1 - exp(-10/s * 40 ms) */
    g_autoptr(ScnScenario) scenario = cli_selftest_scenario(text);
    AnaQuery query = query_of("stale_rate", ANA_STAT_NONE);
    enum { N = 20 };
    g_autofree double *shares = measure(scenario, &query, N);
    double mean, z = deviation(shares, N, expected, &mean);
    g_string_append_printf(found, "%.2f %% expected, %.2f %%, %.1f standard errors apart",
                           expected * 100, mean * 100, z);
    return z < 4;
}

static gboolean leader_reads_are_never_stale(GString *found)
{
    g_autofree char *text = g_strconcat(busy, NULL);
    g_autoptr(ScnScenario) scenario = NULL;
    char **parts = g_strsplit(text, "reads: nearest", 2);
    g_autofree char *leader = g_strconcat(parts[0], "reads: leader", parts[1], NULL);
    g_strfreev(parts);
    scenario = cli_selftest_scenario(leader);
    AnaQuery query = query_of("stale_rate", ANA_STAT_NONE);
    enum { N = 4 };
    g_autofree double *shares = measure(scenario, &query, N);
    double worst = 0;
    for (guint i = 0; i < N; i++)
        worst = fmax(worst, shares[i]);
    g_string_append_printf(found, "largest share of stale reads %.0f %%, through three faults",
                           worst * 100);
    return worst == 0;
}

/* ---- what comes with the program ---------------------------------------------------------- */

static gboolean built_in_scenarios_are_valid(GString *found)
{
    g_auto(GStrv) names = cli_builtin_names();
    guint valid = 0, n = g_strv_length(names);
    for (guint i = 0; i < n; i++) {
        g_autoptr(GBytes) bytes = cli_builtin_scenario(names[i]);
        g_autoptr(ScnDiags) diags = scn_diags_new();
        ScnInput input = {.display = names[i]};
        input.bytes = g_bytes_get_data(bytes, &input.length);
        ScnOptions options = {.lookup = cli_builtin_data};
        g_autoptr(ScnScenario) scenario = scn_load_bytes(&input, &options, diags);
        valid += scenario ? 1 : 0;
    }
    g_string_append_printf(found, "%u of %u", valid, n);
    return n > 0 && valid == n;
}

const CliSelfCheck cli_selftest_worlds[] = {
    {"same seed, twice", same_seed_same_bytes},
    {"1, 2, 3 and 8 threads agree", threads_agree},
    {"another seed is another world", another_seed_is_another_world},
    {"every variant sees the same arrivals", variants_see_the_same_world},
    {"lag of an idle follower = link + apply", idle_lag_is_link_plus_apply},
    {"semi-sync(1) waits for exactly one round trip", semi_sync_waits_one_round_trip},
    {"M/M/1: lag behind one apply thread", apply_thread_is_a_queue},
    {"stale reads at constant lag: 1 - exp(-rate x lag)", staleness_has_its_closed_form},
    {"reads from the leader are never stale", leader_reads_are_never_stale},
    {"all built-in scenarios are valid", built_in_scenarios_are_valid},
    {NULL, NULL}};
