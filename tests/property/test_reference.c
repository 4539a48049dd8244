/*
 * test_reference.c — the shortcuts of models/ against the plain event-by-event model.
 *
 * Goal: a world in reference mode (rep_world_use_reference) gives the same digest of everything
 * that happened as the ordinary one. Method: scenarios in which the shortcuts are taken, and in
 * which as much as possible falls into one instant (round constants, no delays, no costs), with
 * every kind of fault; the small scenarios of tests/scenario; and what comes with the program. All
 * variants, several replications. That the reference did something else is seen in its events.
 */
#include "models/world.h"
#include "tests/support/check.h"
#include "tests/support/load.h"

enum { REPLICATIONS = 3, HANDFUL = 20 };

static RepRunResult run(const RepSetup *setup, guint32 replication, gboolean reference)
{
    g_autoptr(RepWorld) world = rep_world_new(setup, replication, "reference", NULL);
    if (reference)
        rep_world_use_reference(world);
    RepRunResult result = rep_world_run(world, G_MAXUINT64, NULL);
    g_free(result.overflow);
    return result;
}

static void compare(const char *name, const RepSetup *setup, guint32 replication)
{
    RepRunResult quick = run(setup, replication, FALSE);
    RepRunResult plain = run(setup, replication, TRUE);
    test_row("%s, replication %u", name, replication);
    CHECK_UINT(quick.event_digest, plain.event_digest);
    CHECK_UINT(quick.world_digest, plain.world_digest);
    CHECK_INT(quick.ended_at, plain.ended_at);
    CHECK_INT(quick.end, plain.end);
    /* A handful, in a scenario whose operations are far apart, may need none besides. */
    CHECK(plain.events > quick.events || (plain.events == quick.events && quick.events < HANDFUL));
    test_row(NULL);
}

static void compare_all(const char *name, const ScnScenario *scenario, SimSpan longest)
{
    for (gsize v = 0; v < scenario->n_variants; v++) {
        RepSetup piece = *scenario->variants[v].setup; /* shares what the setup points to */
        g_autofree char *row = g_strdup_printf("%s:%s", name, scenario->variants[v].name);
        piece.duration = MIN(piece.duration, longest);
        piece.warmup = MIN(piece.warmup, piece.duration / 10);
        for (guint32 r = 0; r < REPLICATIONS; r++)
            compare(row, &piece, r);
    }
}

/* ---- scenarios in which everything falls together ----------------------------------------- */

/* Nothing takes any time, so whole operations happen in one instant. */
#define INSTANT                                                                                    \
    "replsim: 1\n"                                                                                 \
    "duration: 4s\n"                                                                               \
    "drain: 5s\n"                                                                                  \
    "nodes: {db1: us, db2: us, db3: us}\n"                                                         \
    "clients:\n"                                                                                   \
    "  a: {rate: periodic(200/s), reads: 50%, keys: uniform_keys(10), timeout: 100ms}\n"           \
    "  b: {rate: periodic(100/s), reads: 0%, keys: uniform_keys(10), retry: {times: 2}}\n"

/* Everything takes whole milliseconds. */
#define ROUND                                                                                      \
    "replsim: 1\n"                                                                                 \
    "duration: 4s\n"                                                                               \
    "drain: 5s\n"                                                                                  \
    "nodes: {db1: us, db2: us, db3: eu}\n"                                                         \
    "network: {within: 1ms, between: {us <-> eu: 2ms}}\n"                                          \
    "storage: {fsync: 1ms}\n"                                                                      \
    "clients:\n"                                                                                   \
    "  a: {rate: periodic(200/s), reads: 50%, keys: uniform_keys(10), timeout: 20ms}\n"            \
    "  b: {rate: periodic(500/s), reads: 0%, keys: uniform_keys(10), retry: {times: 2}}\n"

static const char *const nodes[] = {
    "", "cpu: {workers: 1, read: 1ms}\n", "cpu: {workers: 2, read: 1ms, apply: 1ms}\n",
    "cpu: {workers: 2, write: 'mix(50% 0ms, 50% 1ms)', apply: 'mix(50% 0ms, 50% 1ms)'}\n",
    "cpu: {write: 'mix(50% 0ms, 50% 2ms)', apply: 1ms}\n"};

static const char *const rules[] = {
    "policy: {ack: async, reads: nearest}\n",
    "policy: {ack: sync(all), ack_point: applied, reads: any}\n",
    "policy: {ack: semi-sync(1), ack_point: received, ack_timeout: 50ms, ship: on-append}\n",
    "policy: {ack: quorum(majority), reads: sticky, failover: {detect: 200ms, takes: 50ms}}\n",
    "policy: {ack: quorum(majority), reads: any, failover: {elect: 'raft(timeout=150ms)'}}\n",
    "policy: {ack: 'sync(in-sync, min=2, evict=100ms)', reads: any,\n"
    "         failover: {detect: 200ms, takes: 50ms, promote: in-sync}}\n",
    "policy: {ack: sync(all), ack_point: applied, ack_messages: each-stage, reads: any}\n",
    "policy: {ack: quorum(majority), follower_shows: committed, reads: any,\n"
    "         failover: {detect: 200ms, takes: 50ms}}\n",
    "policy: {ack: semi-sync(1), leader_ack: appended, ship: on-append, reads: any}\n",
    "policy: {ack: sync(all), upstream: {db3: db2}, reads: any,\n"
    "         failover: {detect: 200ms, takes: 50ms}}\n",
    "policy: {upstream: {db2: db3}, relay: applied, follower_shows: committed, reads: any}\n",
    "policy: {ack: semi-sync(1), batch: {every: 5ms, most: 1KiB}, reads: any}\n",
    "policy: {batch: {every: 5ms}, upstream: {db3: db2}, reads: any}\n",
    "policy: {ack: semi-sync(1), pull: 20ms, follower_shows: committed, reads: any,\n"
    "         upstream: {db3: db2}, failover: {detect: 200ms, takes: 50ms}}\n"};

/* Round instants, so that faults fall together with everything else and with each other. */
static const char *const faults[] = {
    "",
    "faults:\n"
    "  - {at: 1s, pause: db1, for: 300ms}\n"
    "  - {at: 2s, pause: db2, for: 500ms}\n"
    "  - {at: 2s, pause: db3, for: 500ms}\n",
    "faults:\n"
    "  - {at: 1s, crash: db2, for: 200ms}\n"
    "  - {at: 1s, kill: db3, for: 200ms, wipe: true}\n"
    "  - {at: 2s, kill: db1, for: 500ms, refuse: true}\n",
    "faults:\n"
    "  - {at: 1s, pause: db1, for: 500ms}\n"
    "  - {at: 1500ms, crash: db1, for: 500ms}\n"
    "  - {at: 2500ms, isolate: db1, for: 300ms}\n"
    "  - {at: 2800ms, pause: db3, for: 200ms}\n"
    "  - {at: 3s, kill: db3, for: 100ms}\n",
    "faults:\n"
    "  - {at: 1s, slow: db2, latency: x3, disk: x4, cpu: x2, for: 1s}\n"
    "  - {at: 2s, lose: db1 <-> db2, rate: 20%, for: 1s}\n"
    "  - {every: 300ms, pause: db2, for: 100ms}\n"};

static void try_all(const char *name, const char *base, const char *order)
{
    for (gsize n = 0; n < G_N_ELEMENTS(nodes); n++)
        for (gsize r = 0; r < G_N_ELEMENTS(rules); r++)
            for (gsize f = 0; f < G_N_ELEMENTS(faults); f++) {
                g_autofree char *text = g_strconcat(base, nodes[n], rules[r], faults[f], NULL);
                const char *settings[] = {order, NULL};
                g_autoptr(ScnScenario) scenario = test_load_good(text, settings);
                g_autofree char *row = g_strdup_printf("%s, nodes %zu, rules %zu, faults %zu, %s",
                                                       name, n, r, f, order);
                compare(row, scenario->variants[0].setup, 0);
            }
}

static void steps_that_take_no_time_happen_in_the_order_of_events(void)
{
    try_all("instant", INSTANT, "network.order=fifo");
    try_all("instant", INSTANT, "network.order=free");
    try_all("instant", INSTANT, "network.fifo_scope=link");
}

static void steps_that_fall_together_happen_in_the_order_of_events(void)
{
    try_all("round", ROUND, "network.order=fifo");
    try_all("round", ROUND, "network.order=free");
    try_all("round", ROUND, "network.fifo_scope=link");
    try_all("round", ROUND, "network.transport_acks=1");
    try_all("round", ROUND, "wake=1ms");
    try_all("round", ROUND, "wake=mix(50% 0ms, 50% 1ms)");
}

/* ---- scenarios that stand ----------------------------------------------------------------- */

/* Returns how many files there are. */
static guint compare_folder(const char *path, SimSpan longest)
{
    GDir *folder = g_dir_open(path, 0, NULL);
    const char *name;
    guint n = 0;
    while (folder && (name = g_dir_read_name(folder))) {
        if (!g_str_has_suffix(name, ".yaml"))
            continue;
        g_autofree char *file = g_build_filename(path, name, NULL);
        g_autoptr(ScnDiags) diags = scn_diags_new();
        g_autoptr(ScnScenario) scenario = scn_load_file(file, NULL, diags, NULL);
        test_row("%s", name);
        CHECK(scenario != NULL);
        if (scenario)
            compare_all(name, scenario, longest);
        n++;
    }
    g_clear_pointer(&folder, g_dir_close);
    test_row(NULL);
    return n;
}

static void the_small_scenarios_agree_with_the_reference(void)
{
    CHECK(compare_folder(REPLSIM_SOURCE_DIR "/tests/scenario", 20 * SIM_S) >= 7);
}

static void what_comes_with_the_program_agrees_with_the_reference(void)
{
    CHECK(compare_folder(REPLSIM_SOURCE_DIR "/scenarios/starters", 6 * SIM_S) >= 2);
    CHECK(compare_folder(REPLSIM_SOURCE_DIR "/scenarios/guides", 6 * SIM_S) >= 4);
}

static const TestCase cases[] = {TEST(steps_that_take_no_time_happen_in_the_order_of_events),
                                 TEST(steps_that_fall_together_happen_in_the_order_of_events),
                                 TEST(the_small_scenarios_agree_with_the_reference),
                                 TEST(what_comes_with_the_program_agrees_with_the_reference),
                                 {NULL, NULL}};

int main(int argc, char **argv)
{
    return test_main("reference", cases, argc, argv);
}
