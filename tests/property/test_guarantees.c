/*
 * test_guarantees.c — goal: what a session is promised (semantics §4 `session`) holds, and no more
 * than that is given: its own anomaly is never seen, and the others are. Method: for each promise,
 * random worlds in which semantics promises it, run until its anomaly has had as many opportunities
 * as REPLSIM_OPPORTUNITIES says; the anomalies are those of the meters, and, for writes out of
 * order, counted here. The same worlds without any promise show every anomaly.
 *
 * The worlds: regions that lag unequally, several partitions, pauses, cuts, crashes and, where an
 * elected leader has whatever was shown, failover. Where a promise lasts only while replicas live
 * and answer, or does not cover what a failover loses (list session), nothing of that happens.
 */
#include "analysis/meters.h"
#include "cli/world_view.h"
#include "models/policies/policy.h"
#include "models/world.h"
#include "sim/random.h"
#include "tests/support/check.h"
#include "tests/support/load.h"

#include <stdio.h>

#define OPPORTUNITIES_DEFAULT 20000
#define WORLDS_MAX 100000u
#define BUDGET 20000000u

typedef enum Anomaly { OWN, BACKWARDS, PREFIX, STALE, ORDER, ANOMALIES } Anomaly;

static const char *const anomaly_names[ANOMALIES] = {
    "misses own writes", "goes back in time", "lacks the cause", "is stale", "writes out of order"};

typedef struct Count {
    guint64 of, hits;
} Count;

typedef struct Guarantee {
    const char *session;
    const char *reads;   /* NULL: drawn */
    guint forbids;       /* bits of Anomaly */
    gboolean needs_calm; /* replicas that live and answer */
} Guarantee;

#define BIT(anomaly) (1u << (anomaly))

/* Who keeps to a replica sees each partition in the order of its log, but not one as another;
 * causes carry what the session has read, too. */
static const Guarantee guarantees[] = {
    {"'read-your-writes(leader, 1h)'", NULL, BIT(OWN), FALSE},
    {"'read-your-writes(token)'", NULL, BIT(OWN), FALSE},
    {"'read-your-writes(token, behind=leader)'", NULL, BIT(OWN), FALSE},
    {"monotonic-reads(sticky)", NULL, BIT(BACKWARDS), TRUE},
    {"monotonic-reads(token)", NULL, BIT(BACKWARDS), FALSE},
    {"monotonic-writes", NULL, BIT(ORDER), FALSE},
    {"consistent-prefix(same-partition)", "sticky", BIT(PREFIX) | BIT(BACKWARDS), TRUE},
    {"consistent-prefix(causal)", NULL, BIT(PREFIX) | BIT(BACKWARDS), FALSE},
    {"causal", NULL, BIT(OWN) | BIT(BACKWARDS) | BIT(PREFIX) | BIT(ORDER), FALSE},
};

static const Guarantee none = {"", NULL, 0, FALSE};

static guint64 n_opportunities(void)
{
    const char *text = g_getenv("REPLSIM_OPPORTUNITIES");
    return text ? g_ascii_strtoull(text, NULL, 10) : OPPORTUNITIES_DEFAULT;
}

/* ---- worlds ------------------------------------------------------------------------------- */

static guint between(SimDraw *draw, guint low, guint high)
{
    return low + (guint)sim_draw_below(draw, high - low + 1);
}

static const char *one_of(SimDraw *draw, const char *const *words, guint n)
{
    return words[sim_draw_below(draw, n)];
}

/* Followers near and far, quick and slow; two in one region have an order of their own each. */
static void add_places(GString *text, SimDraw *draw, guint n_nodes)
{
    static const char *const pairs[] = {"a <-> b", "a <-> c", "b <-> c"};
    g_string_append(text, "network:\n  within: lognormal(p50=0.3ms, p99=2ms)\n  between:\n");
    for (gsize i = 0; i < G_N_ELEMENTS(pairs); i++) {
        guint ms = between(draw, 2, 60), more = between(draw, 2, 4);
        g_string_append_printf(text, "    %s: lognormal(p50=%ums, p99=%ums)\n", pairs[i], ms,
                               more * ms);
    }
    g_string_append(text, "cpu: {workers: 4, write: exponential(mean=500us)}\nnodes:\n");
    for (guint i = 0; i < n_nodes; i++) {
        guint delay_ms = sim_draw_chance(draw, 0.4) ? between(draw, 1, 150) : 0;
        g_string_append_printf(text, "  db%u: {region: %c, storage: {apply_delay: %ums}}\n", i + 1,
                               'a' + (int)(i % 3), i ? delay_ms : 0);
    }
}

/* At least so many that each partition has two: what rests on a key has to be another one. */
static guint enough_keys(guint keys, guint n_partitions)
{
    guint *n = g_new0(guint, n_partitions), poorest = 0, count = 0;
    while (count < keys || n[poorest] < 2) {
        n[rep_log_of_key(count++, n_partitions)]++;
        for (guint i = 0; i < n_partitions; i++)
            poorest = n[i] < n[poorest] ? i : poorest;
    }
    g_free(n);
    return count;
}

/* Those who write much, and those who hardly ever do. */
static void add_clients(GString *text, SimDraw *draw, guint n_partitions)
{
    guint keys = enough_keys(between(draw, 3, 60), n_partitions);
    g_string_append(text, "clients:\n");
    for (int group = 0; group < 2; group++) {
        guint rate = between(draw, 50, 400), writes = between(draw, 15, 60);
        guint sessions = between(draw, 3, 20);
        guint after_ms = between(draw, 0, 100), delay_ms = between(draw, 1, 80);
        g_string_append_printf(
            text,
            "  %s: {rate: poisson(%u/s), reads: %u%%, sessions: %u, keys: uniform_keys(%u),\n"
            "    read_after_write: 50%% after %ums, conversation: {share: 30%%, delay: %ums}}\n",
            group ? "readers" : "writers", rate, group ? 98 : 100 - writes, sessions, keys,
            after_ms, delay_ms);
    }
}

static void add_faults(GString *text, SimDraw *draw)
{
    static const char *const faults[] = {
        "{pause: %s, at: %ums, for: %ums}", "{isolate: %s, at: %ums, for: %ums}",
        "{crash: %s, at: %ums, for: %ums}", "{kill: %s, at: %ums, for: %ums}"};
    static const char *const targets[] = {"db1", "db2", "db3"};
    g_string_append(text, "faults:\n");
    for (guint n = between(draw, 1, 3); n > 0; n--) {
        gsize which = sim_draw_below(draw, G_N_ELEMENTS(faults));
        const char *target = one_of(draw, targets, G_N_ELEMENTS(targets));
        guint at_ms = between(draw, 300, 3000), for_ms = between(draw, 100, 900);
        g_string_append(text, "  - ");
        g_string_append_printf(text, faults[which], target, at_ms, for_ms);
        g_string_append_c(text, '\n');
    }
}

/* An elected leader has what was acknowledged or shown: nothing that was read is taken back. */
#define ELECTED                                                                                    \
    "  ack: quorum(majority)\n  follower_shows: committed\n"                                       \
    "  failover: {elect: 'raft(timeout=uniform(400ms, 800ms))'}\n"

static char *draw_world(const Guarantee *given, guint64 seed)
{
    static const char *const reads[] = {"any", "nearest", "any"};
    static const char *const acks[] = {"async", "semi-sync(1)", "quorum(majority)"};
    static const char *const shows[] = {"applied", "committed"};
    SimRng rng;
    sim_rng_seed(&rng, seed);
    SimDraw draw = sim_draw_sequential(&rng);
    GString *text = g_string_new("replsim: 1\nduration: 5s\ndrain: 20s\n");
    g_string_append_printf(text, "seed: %" G_GUINT64_FORMAT "\n", seed);
    guint n_nodes = between(&draw, 3, 5), n_partitions = between(&draw, 1, 4);
    const char *read = one_of(&draw, reads, G_N_ELEMENTS(reads));
    const char *ack = one_of(&draw, acks, G_N_ELEMENTS(acks));
    const char *shown = one_of(&draw, shows, G_N_ELEMENTS(shows));
    add_places(text, &draw, n_nodes);
    add_clients(text, &draw, n_partitions);
    g_string_append_printf(text, "policy:\n  session: [%s]\n  partitions: %u\n  reads: %s\n",
                           given->session, n_partitions, given->reads ? given->reads : read);
    gboolean elects = sim_draw_chance(&draw, 0.3);
    if (elects && !given->needs_calm)
        g_string_append(text, ELECTED);
    else
        g_string_append_printf(text, "  ack: %s\n  follower_shows: %s\n", ack, shown);
    if (!given->needs_calm && sim_draw_chance(&draw, 0.7))
        add_faults(text, &draw);
    return g_string_free(text, FALSE);
}

/* ---- writes out of order ------------------------------------------------------------------ */

typedef struct Write {
    guint32 client, session, log;
    guint64 place; /* in the order in which they began */
    RepVersion version;
} Write;

typedef struct Writes {
    GArray *ended;      /* Write */
    GHashTable *places; /* of those under way, by client << 48 | number */
    guint64 n_begun;
    gsize n_logs;
} Writes;

static void write_ended(Writes *writes, const RepOperationSeen *operation, guint64 place)
{
    Write write = {operation->client, operation->session,
                   (guint32)rep_log_of_key(operation->key, writes->n_logs), place,
                   operation->version};
    if (operation->outcome == REP_OK)
        g_array_append_val(writes->ended, write);
}

static void note_write(void *self, const RepObservation *seen)
{
    Writes *writes = self;
    const RepOperationSeen *operation = &seen->operation;
    guint64 name = (guint64)operation->client << 48 | operation->number;
    if (operation->kind != REP_WRITE)
        return;
    if (seen->kind == REP_OBS_OPERATION_BEGAN) {
        writes->n_begun++;
        g_hash_table_insert(writes->places, g_memdup2(&name, sizeof name),
                            g_memdup2(&writes->n_begun, sizeof writes->n_begun));
        return;
    }
    const guint64 *place = g_hash_table_lookup(writes->places, &name);
    if (place)
        write_ended(writes, operation, *place);
    g_hash_table_remove(writes->places, &name);
}

#define BY(field)                                                                                  \
    if (one->field != other->field)                                                                \
    return one->field < other->field ? -1 : 1

/* Places differ, so no two are alike. */
static gint by_session(gconstpointer a, gconstpointer b)
{
    const Write *one = a, *other = b;
    BY(client);
    BY(session);
    BY(log);
    BY(place);
    return 0;
}

static Count count_disorder(const Writes *writes)
{
    Count count = {0};
    g_array_sort(writes->ended, by_session);
    for (guint i = 1; i < writes->ended->len; i++) {
        const Write *before = &g_array_index(writes->ended, Write, i - 1), *write = before + 1;
        if (before->client != write->client || before->session != write->session ||
            before->log != write->log)
            continue;
        count.of++;
        count.hits += write->version.term != before->version.term
                          ? write->version.term < before->version.term
                          : write->version.index < before->version.index;
    }
    return count;
}

/* ---- running ------------------------------------------------------------------------------ */

static void add(Count *to, guint64 of, guint64 hits)
{
    to->of += of;
    to->hits += hits;
}

static void run(const RepSetup *setup, Count counts[ANOMALIES])
{
    static const char *const metrics[] = {
        [OWN] = "ryw_violations",
        [BACKWARDS] = "monotonic_violations",
        [PREFIX] = "prefix_violations",
        [STALE] = "stale_rate",
    };
    AnaQuery queries[G_N_ELEMENTS(metrics)];
    for (gsize i = 0; i < G_N_ELEMENTS(metrics); i++)
        queries[i] = ana_query_of(ana_metric_find(metrics[i]));
    g_autoptr(CliWorldView) view = cli_world_view_new(setup);
    g_autoptr(AnaPlan) plan = ana_plan_new(&view->world, queries, G_N_ELEMENTS(queries));
    g_autoptr(AnaMeters) meters = ana_meters_new(plan);
    Writes writes = {.ended = g_array_new(FALSE, FALSE, sizeof(Write)),
                     .places = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, g_free),
                     .n_logs = (gsize)setup->policy->logs(setup)};
    g_autoptr(RepWorld) world = rep_world_new(setup, 0, "guarantees", NULL);
    rep_world_observe(world, ana_meters_observer(meters));
    rep_world_observe(world, (RepObserver){.mask = REP_OBS_BIT(REP_OBS_OPERATION_BEGAN) |
                                                   REP_OBS_BIT(REP_OBS_OPERATION_ENDED),
                                           .observe = note_write,
                                           .self = &writes});
    RepRunResult result = rep_world_run(world, BUDGET, NULL);
    CHECK_STR(result.overflow, NULL);
    g_free(result.overflow);
    for (gsize i = 0; i < G_N_ELEMENTS(metrics); i++) {
        gsize q = 0;
        while (ana_plan_query(plan, q)->metric != queries[i].metric)
            q++;
        const AnaCell *cell = &ana_meters_cells(meters)[ana_plan_cell_of(plan, q)];
        add(&counts[i], cell->of, cell->hits);
    }
    Count disorder = count_disorder(&writes);
    add(&counts[ORDER], disorder.of, disorder.hits);
    g_array_free(writes.ended, TRUE);
    g_hash_table_destroy(writes.places);
}

static gboolean lacks_opportunities(const Guarantee *given, const Count counts[ANOMALIES])
{
    guint64 wanted = given->forbids ? n_opportunities() : OPPORTUNITIES_DEFAULT;
    guint asked = given->forbids ? given->forbids : BIT(OWN);
    for (int i = 0; i < ANOMALIES; i++)
        if (asked & BIT(i) && counts[i].of < wanted)
            return TRUE;
    return FALSE;
}

static guint64 n_forbidden(const Guarantee *given, const Count counts[ANOMALIES])
{
    guint64 n = 0;
    for (int i = 0; i < ANOMALIES; i++)
        n += given->forbids & BIT(i) ? counts[i].hits : 0;
    return n;
}

/* Runs worlds until each anomaly that is ruled out could have been seen often enough. */
static void collect(const Guarantee *given, Count counts[ANOMALIES])
{
    for (guint64 seed = 1; lacks_opportunities(given, counts) && seed <= WORLDS_MAX; seed++) {
        guint64 before = n_forbidden(given, counts);
        g_autofree char *text = draw_world(given, seed);
        g_autoptr(ScnScenario) scenario = test_load_good(text, NULL);
        run(scenario->variants[0].setup, counts);
        if (n_forbidden(given, counts) > before)
            printf("\n# a forbidden anomaly is seen in this world\n%s", text);
    }
    printf("\n    %s", *given->session ? given->session : "nothing promised");
    for (int i = 0; i < ANOMALIES; i++)
        printf("\n      %-20s %9" G_GUINT64_FORMAT " of %9" G_GUINT64_FORMAT, anomaly_names[i],
               counts[i].hits, counts[i].of);
}

/* ---- claims ------------------------------------------------------------------------------- */

static void each_guarantee_rules_out_its_own_anomaly_and_no_other(void)
{
    for (gsize g = 0; g < G_N_ELEMENTS(guarantees); g++) {
        const Guarantee *given = &guarantees[g];
        Count counts[ANOMALIES] = {{0}};
        collect(given, counts);
        CHECK(!lacks_opportunities(given, counts));
        for (int i = 0; i < ANOMALIES; i++) {
            gboolean is_forbidden = (given->forbids & BIT(i)) != 0;
            test_row("%s: %s", given->session, anomaly_names[i]);
            CHECK((counts[i].hits == 0) == is_forbidden);
        }
        test_row(NULL);
    }
}

static void without_any_guarantee_all_anomalies_are_seen(void)
{
    Count counts[ANOMALIES] = {{0}};
    collect(&none, counts);
    for (int i = 0; i < ANOMALIES; i++) {
        test_row("%s", anomaly_names[i]);
        CHECK(counts[i].hits > 0);
    }
    test_row(NULL);
}

static const TestCase cases[] = {TEST(each_guarantee_rules_out_its_own_anomaly_and_no_other),
                                 TEST(without_any_guarantee_all_anomalies_are_seen),
                                 {NULL, NULL}};

int main(int argc, char **argv)
{
    return test_main("guarantees", cases, argc, argv);
}
