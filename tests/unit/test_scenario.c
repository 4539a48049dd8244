/*
 * Goal: a file becomes the setup that it describes: defaults, merging, numbering, every section.
 * Method: small texts are loaded and the structs are looked at.
 */
#include "models/policies/single_leader.h"
#include "tests/support/check.h"
#include "tests/support/load.h"

#include <string.h>

#define SETUP(scenario, variant) ((scenario)->variants[variant].setup)

static const RepSingleLeaderSetup *policy_of(const RepSetup *setup)
{
    return setup->policy_setup;
}

static gboolean is_constant(const SimDist *dist, SimSpan span)
{
    return dist && sim_dist_is_constant(dist) && sim_dist_mean(dist, 0) == (double)span;
}

/* ---- defaults and numbering --------------------------------------------------------------- */

static void what_is_not_given_has_its_default(void)
{
    g_autoptr(ScnScenario) scenario = test_load_good(TEST_SCENARIO, NULL);
    const RepSetup *setup = SETUP(scenario, 0);
    const RepClientSetup *web = &setup->clients[0];
    CHECK_STR(setup->name, "test");
    CHECK_UINT(setup->seed, 1);
    CHECK_INT(setup->duration, 60 * SIM_S);
    CHECK_INT(setup->warmup, 0);
    CHECK_INT(setup->drain, 60 * SIM_S);
    CHECK_INT(setup->replications, 30);
    CHECK_INT(setup->downtime_floor, 100 * SIM_MS);
    CHECK_INT(setup->network.order, REP_ORDER_FIFO);
    CHECK(sim_dist_is_zero(setup->network.within));
    CHECK_INT(setup->nodes[0].cpu.workers, 0);
    CHECK(sim_dist_is_zero(setup->nodes[0].cpu.read));
    CHECK(sim_dist_is_zero(setup->nodes[2].storage.fsync));
    CHECK_INT(setup->nodes[2].storage.apply_workers, 1);
    CHECK_INT(web->sessions, 100);
    CHECK_INT(web->timeout, SIM_S);
    CHECK_INT(web->retry.times, 0);
    CHECK_INT(web->value_size, 256);
    CHECK_UINT(web->from.n, 2);
    CHECK_NEAR(web->from.share[0], 0.5, 0);
    CHECK_UINT(web->read_after_write.n, 0);
    CHECK_STR(setup->policy->name, "single-leader");
    CHECK_INT(policy_of(setup)->leader, 0);
    CHECK_UINT(policy_of(setup)->followers.n, 2);
    CHECK_INT(policy_of(setup)->followers.ids[0], 1);
    CHECK_INT(policy_of(setup)->ack, REP_ACK_ASYNC);
    CHECK(policy_of(setup)->ack_timeout == SIM_NEVER);
    CHECK_INT(policy_of(setup)->reads, REP_READS_LEADER);
    CHECK_STR(scenario->variants[0].name, "base");
    CHECK(scenario->variants[0].gated && scenario->same_world && scenario->baseline_selected);
}

static void everything_named_is_numbered_by_name(void)
{
    static const char text[] =
        "replsim: 1\n"
        "nodes: {z: r2, a: r3, m: r1}\n"
        "network: {between: {r1 <-> r2: 1ms, r3 <-> r1: 2ms, r2 <-> r3: 3ms}}\n"
        "clients:\n  y: {rate: 1/s, reads: 0%, keys: unique}\n"
        "  x: {rate: 2/s, reads: 0%, keys: unique}\n"
        "faults:\n  - {at: 5s, crash: z}\n  - {name: q, at: 6s, crash: a}\n"
        "  - {name: p, at: 7s, load: y, rate: x2}\n  - {at: 8s, crash: m}\n"
        "policy: {leader: z, followers: [m, a]}\n";
    g_autoptr(ScnScenario) scenario = test_load_good(text, NULL);
    const RepSetup *setup = SETUP(scenario, 0);
    CHECK_STR(setup->regions[0], "r1");
    CHECK_STR(setup->regions[2], "r3");
    CHECK_STR(setup->nodes[0].name, "a");
    CHECK_STR(setup->nodes[1].name, "m");
    CHECK_STR(setup->nodes[2].name, "z");
    CHECK_INT(setup->nodes[0].region, 2);
    CHECK_INT(setup->nodes[2].region, 1);
    CHECK_STR(setup->clients[0].name, "x");
    CHECK_STR(setup->faults[0].name, "p");
    CHECK_STR(setup->faults[1].name, "q");
    CHECK(!setup->faults[2].name && !setup->faults[3].name);
    CHECK(is_constant(setup->faults[2].at, 5 * SIM_S));
    CHECK(is_constant(setup->faults[3].at, 8 * SIM_S));
    CHECK_INT(setup->faults[0].client, 1);
    CHECK_INT(setup->faults[1].aim.target.places.places[0].id, 0);
    CHECK_INT(policy_of(setup)->leader, 2);
    CHECK_INT(policy_of(setup)->followers.ids[0], 1); /* in the order of the file */
    CHECK_INT(policy_of(setup)->followers.ids[1], 0);
    CHECK_INT(rep_setup_node(setup, "m"), 1);
    CHECK_INT(rep_setup_fault(setup, "q"), 1);
    CHECK_INT(rep_setup_fault(setup, "r"), -1);
}

static void the_order_in_the_file_means_nothing(void)
{
    static const char one[] = "replsim: 1\nnodes: {a: x, b: y}\n"
                              "network: {between: {x <-> y: 1ms, a -> b: 2ms}, within: 3ms}\n"
                              "clients: {c: {rate: 1/s, reads: 0%, keys: unique}}\n";
    static const char two[] = "clients: {c: {keys: unique, reads: 0, rate: poisson(60/min)}}\n"
                              "network: {within: 3000us, between: {a -> b: 2ms, y<->x: 1ms}}\n"
                              "nodes: {b: y, a: {region: x}}\nreplsim: 1\n";
    g_autoptr(ScnScenario) first = test_load_good(one, NULL), second = test_load_good(two, NULL);
    CHECK_UINT(SETUP(first, 0)->world_hash, SETUP(second, 0)->world_hash);
    CHECK_UINT(scn_resolved_count(first->variants[0].resolved),
               scn_resolved_count(second->variants[0].resolved));
}

static void ranges_make_nodes(void)
{
    static const char text[] = "replsim: 1\nnodes: {n1..n12: us, db08..db10: us}\n"
                               "clients: {c: {rate: 1/s, reads: 0%, keys: unique}}\n";
    g_autoptr(ScnScenario) scenario = test_load_good(text, NULL);
    const RepSetup *setup = SETUP(scenario, 0);
    CHECK_UINT(setup->n_nodes, 15);
    CHECK_STR(setup->nodes[0].name, "db08");
    CHECK_STR(setup->nodes[2].name, "db10");
    CHECK_STR(setup->nodes[3].name, "n1");
    CHECK_STR(setup->nodes[4].name, "n10");
    CHECK_UINT(policy_of(setup)->followers.n, 14);
}

static void node_settings_merge_key_by_key_over_the_defaults(void)
{
    static const char text[] =
        "replsim: 1\n"
        "storage: {fsync: 1ms, apply: 2ms}\n"
        "cpu: {workers: 4, read: 3ms}\n"
        "nodes:\n  a: us\n  b: {region: us, storage: {fsync: 9ms}, cpu: {write: 5ms}}\n"
        "clients: {c: {rate: 1/s, reads: 0%, keys: unique}}\n";
    g_autoptr(ScnScenario) scenario = test_load_good(text, NULL);
    const RepNodeSetup *a = &SETUP(scenario, 0)->nodes[0], *b = a + 1;
    CHECK(is_constant(a->storage.fsync, SIM_MS) && is_constant(a->storage.apply, 2 * SIM_MS));
    CHECK(is_constant(b->storage.fsync, 9 * SIM_MS) && is_constant(b->storage.apply, 2 * SIM_MS));
    CHECK_INT(a->cpu.workers, 4);
    CHECK_INT(b->cpu.workers, 4);
    CHECK(is_constant(b->cpu.write, 5 * SIM_MS) && is_constant(b->cpu.read, 3 * SIM_MS));
    CHECK(sim_dist_is_zero(a->cpu.write));
}

/* ---- network ------------------------------------------------------------------------------ */

static void the_most_specific_link_wins(void)
{
    static const char text[] =
        "replsim: 1\nnodes: {a1: a, a2: a, b1: b, b2: b}\n"
        "network:\n  within: 1ms\n"
        "  between:\n    a <-> b: 10ms\n    b -> a: 11ms\n    a1 -> b: 20ms\n"
        "    a -> b1: 30ms\n    a1 -> b1: 40ms\n    a1 <-> a2: 2ms\n"
        "  bandwidth: {a -> b: 8Mbit/s}\n  loss: {a1 <-> b: 1%}\n"
        "clients: {c: {rate: 1/s, reads: 0%, keys: unique}}\n";
    static const struct {
        RepPlace from, to;
        SimSpan delay;
    } rows[] = {{{REP_PLACE_NODE, 0}, {REP_PLACE_NODE, 2}, 40 * SIM_MS},
                {{REP_PLACE_NODE, 0}, {REP_PLACE_NODE, 3}, 20 * SIM_MS},
                {{REP_PLACE_NODE, 1}, {REP_PLACE_NODE, 2}, 30 * SIM_MS},
                {{REP_PLACE_NODE, 1}, {REP_PLACE_NODE, 3}, 10 * SIM_MS},
                {{REP_PLACE_NODE, 2}, {REP_PLACE_NODE, 0}, 11 * SIM_MS},
                {{REP_PLACE_NODE, 0}, {REP_PLACE_NODE, 1}, 2 * SIM_MS},
                {{REP_PLACE_NODE, 2}, {REP_PLACE_NODE, 3}, 1 * SIM_MS},
                {{REP_PLACE_REGION, 0}, {REP_PLACE_NODE, 2}, 30 * SIM_MS},
                {{REP_PLACE_REGION, 0}, {REP_PLACE_NODE, 3}, 10 * SIM_MS},
                {{REP_PLACE_REGION, 0}, {REP_PLACE_NODE, 0}, 1 * SIM_MS}};
    g_autoptr(ScnScenario) scenario = test_load_good(text, NULL);
    const RepSetup *setup = SETUP(scenario, 0);
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        test_row("row %u", (guint)i);
        CHECK(is_constant(rep_setup_delay(setup, rows[i].from, rows[i].to), rows[i].delay));
    }
    test_row(NULL);
    RepPlace a1 = {REP_PLACE_NODE, 0}, a2 = {REP_PLACE_NODE, 1}, b1 = {REP_PLACE_NODE, 2};
    CHECK_INT(rep_setup_bandwidth_line(setup, a1, b1)->bits_per_s, 8000000);
    CHECK(rep_setup_bandwidth_line(setup, b1, a1) == NULL);
    CHECK_NEAR(rep_setup_loss_line(setup, b1, a1)->loss, 0.01, 0);
    CHECK(rep_setup_loss_line(setup, a2, b1) == NULL);
}

static void links_are_needed_only_where_somebody_sends(void)
{
    /* c has clients only and talks to nodes of a; b and c never talk. */
    static const char text[] =
        "replsim: 1\nregions: [a, b, c, d]\nnodes: {a1: a}\n"
        "network: {between: {a1 <-> c: 1ms}}\n"
        "clients: {x: {rate: 1/s, reads: 0%, keys: unique, from: {c: 50%, a: 50%}}}\n";
    g_autoptr(ScnScenario) scenario = test_load_good(text, NULL);
    CHECK(scenario != NULL);
}

/* ---- clients, faults, policy -------------------------------------------------------------- */

static void clients_are_filled(void)
{
    static const char text[] =
        "replsim: 1\nnodes: {a: us, b: eu}\nnetwork: {between: {us <-> eu: 1ms}}\n"
        "clients:\n  web:\n    rate: bursty(3/s, on=1s, off=2s)\n    reads: 75%\n"
        "    keys: zipf(100k, s=0.99)\n    sessions: 2k\n    timeout: 250ms\n"
        "    retry: {times: 1, after: 100ms}\n    from: {eu: 100%}\n    value_size: 1KiB\n"
        "    read_after_write: 10% after [0ms, exponential(mean=5ms)]\n"
        "  slow: {rate: \"closed(7, think=1s)\", reads: 1, keys: unique, retry: none}\n";
    g_autoptr(ScnScenario) scenario = test_load_good(text, NULL);
    const RepClientSetup *slow = &SETUP(scenario, 0)->clients[0], *web = slow + 1;
    CHECK(slow->rate.closed && slow->rate.sessions == 7);
    CHECK_INT(web->rate.open.kind, SIM_ARRIVALS_BURSTY);
    CHECK_UINT(web->rate.open.events, 3);
    CHECK_NEAR(web->reads, 0.75, 0);
    CHECK_UINT(sim_keys_count(web->keys), 100000);
    CHECK_INT(web->sessions, 2000);
    CHECK_INT(web->timeout, 250 * SIM_MS);
    CHECK_INT(web->retry.times, 1);
    CHECK(is_constant(web->retry.after, 100 * SIM_MS));
    CHECK_NEAR(web->from.share[0], 1, 0);
    CHECK_NEAR(web->from.share[1], 0, 0);
    CHECK_INT(web->value_size, 1024);
    CHECK_NEAR(web->read_after_write.share, 0.1, 0);
    CHECK_UINT(web->read_after_write.n, 2);
    CHECK(sim_dist_is_zero(web->read_after_write.after[0]));
    CHECK_INT(sim_dist_kind(web->read_after_write.after[1]), SIM_DIST_EXPONENTIAL);
}

static void every_verb_of_a_fault_is_filled(void)
{
    static const char faults[] =
        "faults:\n"
        "  - {name: a, at: 1s, crash: db1, wipe: true, for: 2s}\n"
        "  - {name: b, at: 1s, kill: db2, refuse: true}\n"
        "  - {name: c, at: 1s, pause: db3}\n"
        "  - {name: d, at: 1s, isolate: eu, direction: in}\n"
        "  - {name: e, at: 1s, partition: [[us, db2], [db3]]}\n"
        "  - {name: f, at: 1s, cut: eu -> us}\n"
        "  - {name: g, at: 1s, slow: us <-> db2, latency: x5, bandwidth: 1Mbit/s}\n"
        "  - {name: h, at: 1s, slow: db1, latency: 9ms, cpu: x4, disk: x10}\n"
        "  - {name: i, at: 1s, lose: us -> eu, rate: 2%, burst: 50ms}\n"
        "  - {name: j, at: 'uniform(1s, 2s)', load: web, rate: x0.5}\n";
    g_autofree char *text = g_strconcat(TEST_SCENARIO, faults, NULL);
    g_autoptr(ScnScenario) scenario = test_load_good(text, NULL);
    const RepFaultSetup *f = SETUP(scenario, 0)->faults;
    CHECK(f[0].kind == REP_FAULT_CRASH && f[0].wipe && !f[0].refuse &&
          f[0].aim.target.places.places[0].id == 0);
    CHECK(is_constant(f[0].duration, 2 * SIM_S) && f[1].duration == NULL);
    CHECK(f[1].kind == REP_FAULT_KILL && f[1].refuse && !f[1].wipe);
    CHECK(f[2].kind == REP_FAULT_PAUSE && f[2].aim.target.places.places[0].kind == REP_PLACE_NODE);
    CHECK(f[3].kind == REP_FAULT_ISOLATE &&
          f[3].aim.target.places.places[0].kind == REP_PLACE_REGION);
    CHECK_INT(f[3].direction, REP_DIRECTION_IN);
    CHECK(f[4].groups.n == 2 && f[4].groups.groups[0].n == 2);
    CHECK_INT(f[4].groups.groups[0].places[0].kind, REP_PLACE_REGION);
    CHECK_INT(f[4].groups.groups[1].places[0].id, 2);
    CHECK(f[5].kind == REP_FAULT_CUT && !f[5].aim.link.both_ways && f[5].aim.link.from.id == 0);
    CHECK(f[6].aim.link.both_ways && f[6].latency.factor == 5 && f[6].bits_per_s == 1000000);
    CHECK_INT(f[7].aim.link.to.kind, REP_PLACE_NONE);
    CHECK(f[7].latency.factor == 1 && is_constant(f[7].latency.dist, 9 * SIM_MS));
    CHECK(f[7].cpu == 4 && f[7].disk == 10);
    CHECK(f[8].loss == 0.02 && f[8].burst == 50 * SIM_MS);
    CHECK(f[9].load == 0.5 && sim_dist_kind(f[9].at) == SIM_DIST_UNIFORM);
}

static void every_acknowledgement_rule_is_filled(void)
{
    static const struct {
        const char *ack;
        int rule;
        gint64 count;
        gsize nodes;
    } rows[] = {{"async", REP_ACK_ASYNC, 0, 0},
                {"semi-sync", REP_ACK_SEMI_SYNC, 1, 0},
                {"semi-sync(2)", REP_ACK_SEMI_SYNC, 2, 0},
                {"semi-sync(K=2)", REP_ACK_SEMI_SYNC, 2, 0},
                {"{semi-sync: 2}", REP_ACK_SEMI_SYNC, 2, 0},
                {"sync(all)", REP_ACK_SYNC_ALL, 0, 0},
                {"sync(db3)", REP_ACK_SYNC, 0, 0},
                {"first(1, [db3, db2])", REP_ACK_FIRST, 1, 2},
                {"any(2, [db2, db3])", REP_ACK_ANY, 2, 2},
                {"{any: [1, [db2, db3]]}", REP_ACK_ANY, 1, 2},
                {"quorum(majority)", REP_ACK_MAJORITY, 0, 0},
                {"quorum", REP_ACK_MAJORITY, 0, 0}};
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *text =
            g_strdup_printf("%spolicy:\n  ack: %s\n", TEST_SCENARIO, rows[i].ack);
        g_autoptr(ScnScenario) scenario = test_load_good(text, NULL);
        test_row("%s", rows[i].ack);
        const RepSingleLeaderSetup *policy = policy_of(SETUP(scenario, 0));
        CHECK_INT(policy->ack, rows[i].rule);
        CHECK_INT(policy->ack_count, rows[i].count);
        CHECK_UINT(policy->ack_nodes.n, rows[i].nodes);
        CHECK_INT(policy->ack_timeout, rows[i].rule == REP_ACK_SEMI_SYNC ? 10 * SIM_S : SIM_NEVER);
    }
    test_row(NULL);
}

static void an_order_of_followers_is_kept(void)
{
    static const char policy[] = "policy: {ack: \"first(1, [db3, db2])\", ack_timeout: 3s}\n";
    g_autofree char *text = g_strconcat(TEST_SCENARIO, policy, NULL);
    g_autoptr(ScnScenario) scenario = test_load_good(text, NULL);
    CHECK_INT(policy_of(SETUP(scenario, 0))->ack_nodes.ids[0], 2);
    CHECK_INT(policy_of(SETUP(scenario, 0))->ack_nodes.ids[1], 1);
    CHECK_INT(policy_of(SETUP(scenario, 0))->ack_timeout, 3 * SIM_S);
}

/* ---- the example of the manual ------------------------------------------------------------ */

/* 250 rows between 70 and 95 ms. */
static GBytes *measured(void *data, const char *name)
{
    (void)data;
    GString *rows = g_string_new("ms\n");
    for (int i = 0; i < 250; i++)
        g_string_append_printf(rows, "%d.5\n", 70 + i / 10);
    CHECK_STR(name, "eu_ap_oneway.csv");
    return g_string_free_to_bytes(rows);
}

static void the_example_of_a_failover_is_read(void)
{
    g_autoptr(ScnDiags) diags = scn_diags_new();
    g_autoptr(GError) error = NULL;
    ScnOptions options = {.lookup = measured};
    g_autoptr(ScnScenario) scenario =
        scn_load_file(REPLSIM_SOURCE_DIR "/tests/unit/failover.yaml", &options, diags, &error);
    CHECK(scenario != NULL);
    CHECK_UINT(scn_diags_errors(diags), 0);
    CHECK_UINT(scn_diags_warnings(diags), 1); /* a rare event in 30 replications */
    if (!scenario)
        return;
    CHECK_UINT(scenario->n_variants, 3);
    CHECK_STR(scenario->variants[1].name, "semi-sync");
    CHECK(scenario->same_world && scenario->variants[1].gated && !scenario->variants[0].gated);
    CHECK_UINT(g_strv_length(scenario->differences), 1);
    CHECK_STR(scenario->differences[0], "policy.ack");
    const RepSetup *setup = SETUP(scenario, 2);
    CHECK_INT(policy_of(setup)->ack, REP_ACK_SYNC_ALL);
    CHECK_UINT(setup->n_nodes, 4);
    CHECK_UINT(setup->network.n_links, 12);
    CHECK_INT(setup->warmup, 5 * SIM_S);
    CHECK_UINT(scenario->variants[2].n_expectations, 4);
    CHECK_INT(scenario->variants[2].expectations[3].query.window, ANA_WINDOW_BEFORE);
    RepPlace ap = {REP_PLACE_REGION, 0}, eu = {REP_PLACE_REGION, 1};
    CHECK_INT(sim_dist_kind(rep_setup_delay(setup, eu, ap)), SIM_DIST_EMPIRICAL);
}

static const TestCase cases[] = {
    {"what_is_not_given_has_its_default", what_is_not_given_has_its_default},
    {"everything_named_is_numbered_by_name", everything_named_is_numbered_by_name},
    {"the_order_in_the_file_means_nothing", the_order_in_the_file_means_nothing},
    {"ranges_make_nodes", ranges_make_nodes},
    {"node_settings_merge_key_by_key_over_the_defaults",
     node_settings_merge_key_by_key_over_the_defaults},
    {"the_most_specific_link_wins", the_most_specific_link_wins},
    {"links_are_needed_only_where_somebody_sends", links_are_needed_only_where_somebody_sends},
    {"clients_are_filled", clients_are_filled},
    {"every_verb_of_a_fault_is_filled", every_verb_of_a_fault_is_filled},
    {"every_acknowledgement_rule_is_filled", every_acknowledgement_rule_is_filled},
    {"an_order_of_followers_is_kept", an_order_of_followers_is_kept},
    {"the_example_of_a_failover_is_read", the_example_of_a_failover_is_read},
    {NULL, NULL}};

int main(int argc, char **argv)
{
    return test_main("scenario", cases, argc, argv);
}
