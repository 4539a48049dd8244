/*
 * Goal: variants, settings from outside, the world they share, and the resolved document, which is
 * the same scenario again; data files; the tables behind it all.
 * Method: small texts are loaded and compared; round trips through what --resolved prints.
 */
#include "models/policies/single_leader.h"
#include "scenarios/format/schema.h"
#include "scenarios/format/tree.h"
#include "tests/support/check.h"
#include "tests/support/load.h"

#include <string.h>
#include <unistd.h>

#define SETUP(scenario, variant) ((scenario)->variants[variant].setup)

static const RepSingleLeaderSetup *policy_of(const RepSetup *setup)
{
    return setup->policy_setup;
}

static gboolean is_constant(const SimDist *dist, SimSpan span)
{
    return dist && sim_dist_is_constant(dist) && sim_dist_mean(dist, 0) == (double)span;
}

/* ---- variants and settings ---------------------------------------------------------------- */

static const char VARIANTS[] = TEST_SCENARIO
    "policy: {ack: async, reads: any}\n"
    "faults: [{name: x, at: 5s, crash: db1}, {at: 7s, crash: db2}]\n"
    "variants:\n"
    "  plain: {}\n"
    "  semi: {policy.ack: semi-sync}\n"
    "  far: {network.between.eu <-> us: 80ms, clients.web.rate: 5/s}\n"
    "  calm: {faults: []}\n"
    "  later: {faults.x.at: 9s, faults.#1.crash: db3}\n"
    "  more: {\"nodes.n1..n2\": us, clients.app: {rate: 1/s, reads: 0%, keys: unique}}\n"
    "  whole: {policy: {leader: db2}}\n";

static void variants_override_single_values_and_whole_sections(void)
{
    g_autoptr(ScnScenario) scenario = test_load_good(VARIANTS, NULL);
    CHECK_UINT(scenario->n_variants, 7);
    CHECK_INT(policy_of(SETUP(scenario, 0))->ack, REP_ACK_ASYNC);
    CHECK_INT(policy_of(SETUP(scenario, 1))->ack, REP_ACK_SEMI_SYNC);
    CHECK_INT(policy_of(SETUP(scenario, 1))->reads, REP_READS_ANY);
    CHECK(is_constant(SETUP(scenario, 2)->network.links[0].delay, 80 * SIM_MS));
    CHECK_UINT(SETUP(scenario, 2)->network.n_links, 2);
    CHECK_UINT(SETUP(scenario, 2)->clients[0].rate.open.per, SIM_S / 5);
    CHECK_UINT(SETUP(scenario, 3)->n_faults, 0);
    CHECK(is_constant(SETUP(scenario, 4)->faults[0].at, 9 * SIM_S));
    CHECK_INT(SETUP(scenario, 4)->faults[1].aim.target.places.places[0].id, 2);
    CHECK_UINT(SETUP(scenario, 5)->n_nodes, 5);
    CHECK_UINT(SETUP(scenario, 5)->n_clients, 2);
    CHECK_INT(policy_of(SETUP(scenario, 6))->leader, 1);
    CHECK_INT(policy_of(SETUP(scenario, 6))->reads, REP_READS_LEADER);
}

static gboolean contains(char **words, const char *word)
{
    return g_strv_contains((const char *const *)words, word);
}

static void worlds_are_equal_where_only_the_policy_differs(void)
{
    g_autoptr(ScnScenario) scenario = test_load_good(VARIANTS, NULL);
    guint64 world = SETUP(scenario, 0)->world_hash;
    CHECK_UINT(SETUP(scenario, 1)->world_hash, world);
    CHECK_UINT(SETUP(scenario, 6)->world_hash, world);
    CHECK(SETUP(scenario, 2)->world_hash != world);
    CHECK(SETUP(scenario, 3)->world_hash != world);
    CHECK(!scenario->same_world);
    CHECK(contains(scenario->differences, "policy.ack"));
    CHECK(!contains(scenario->differences, "policy.ack_timeout")); /* follows from policy.ack */
    CHECK(contains(scenario->world_differences, "network.between.eu <-> us"));
    CHECK(contains(scenario->world_differences, "clients.web.rate"));
    CHECK(!contains(scenario->world_differences, "policy.ack"));
    const char *const only[] = {"plain", "semi", NULL};
    ScnOptions options = {.variants = only};
    ScnInput input = {VARIANTS, strlen(VARIANTS), "x.yaml", NULL};
    g_autoptr(ScnDiags) diags = scn_diags_new();
    g_autoptr(ScnScenario) two = scn_load_bytes(&input, &options, diags);
    CHECK(two && two->n_variants == 2 && two->same_world);
    CHECK_UINT(g_strv_length(two->differences), 1);
}

static void what_is_not_simulated_does_not_change_the_world(void)
{
    static const char *const same[] = {"name: other\n",       "question: why\n",
                                       "replications: 7\n",   "expect: [stale_rate < 1%]\n",
                                       "not_modelled: [x]\n", "policy: {ack: semi-sync}\n"};
    static const char *const other[] = {"seed: 2\n", "duration: 61s\n", "drain: 1s\n",
                                        "storage: {fsync: 1ms}\n",
                                        "faults: [{at: 1s, crash: db1}]\n"};
    g_autoptr(ScnScenario) base = test_load_good(TEST_SCENARIO, NULL);
    for (gsize i = 0; i < G_N_ELEMENTS(same); i++) {
        g_autofree char *text = g_strconcat(TEST_SCENARIO, same[i], NULL);
        g_autoptr(ScnScenario) scenario = test_load_good(text, NULL);
        test_row("%s", same[i]);
        CHECK_UINT(SETUP(scenario, 0)->world_hash, SETUP(base, 0)->world_hash);
    }
    for (gsize i = 0; i < G_N_ELEMENTS(other); i++) {
        g_autofree char *text = g_strconcat(TEST_SCENARIO, other[i], NULL);
        g_autoptr(ScnScenario) scenario = test_load_good(text, NULL);
        test_row("%s", other[i]);
        CHECK(SETUP(scenario, 0)->world_hash != SETUP(base, 0)->world_hash);
    }
    test_row(NULL);
}

static void settings_win_over_variants(void)
{
    static const char *const settings[] = {"policy.ack=sync(all)",
                                           "seed=9",
                                           "clients.web.from={us: 25%, eu: 75%}",
                                           "policy.followers=[db3]",
                                           "network.within=steps(0s: 1ms, 1s: 2ms)",
                                           "clients.web.keys=zipf(1k, s=0.5)",
                                           NULL};
    g_autoptr(ScnScenario) scenario = test_load_good(
        TEST_SCENARIO "variants: {a: {policy.ack: async}, b: {policy.ack: semi-sync}}\n", settings);
    for (gsize i = 0; i < 2; i++) {
        const RepSetup *setup = SETUP(scenario, i);
        CHECK_INT(policy_of(setup)->ack, REP_ACK_SYNC_ALL);
        CHECK_UINT(policy_of(setup)->followers.n, 1);
        CHECK_UINT(setup->seed, 9);
        CHECK_NEAR(setup->clients[0].from.share[0], 0.75, 0);
        CHECK_INT(sim_dist_kind(setup->network.within), SIM_DIST_STEPS);
        CHECK_INT(sim_keys_kind(setup->clients[0].keys), SIM_KEYS_ZIPF);
    }
}

static void every_line_of_the_resolved_document_has_its_origin(void)
{
    static const char *const settings[] = {"seed=9", NULL};
    g_autoptr(ScnScenario) scenario =
        test_load_good(TEST_SCENARIO "variants: {v: {policy.ack: semi-sync}}\n", settings);
    const ScnResolved *resolved = scenario->variants[0].resolved;
    CHECK_STR(scn_resolved_find(resolved, "seed")->origin, "--set");
    CHECK_STR(scn_resolved_find(resolved, "policy.ack")->origin, "variant v");
    CHECK_STR(scn_resolved_find(resolved, "policy.ack")->value, "semi-sync(1)");
    CHECK_STR(scn_resolved_find(resolved, "policy.ack_timeout")->value, "10s");
    CHECK_STR(scn_resolved_find(resolved, "policy.ack_timeout")->origin, "default");
    CHECK_STR(scn_resolved_find(resolved, "nodes.db1.region")->origin, "file");
    CHECK_STR(scn_resolved_find(resolved, "duration")->origin, "default");
}

/* ---- the resolved document ---------------------------------------------------------------- */

static void check_round_trip(const ScnScenario *scenario, gsize variant)
{
    const ScnVariant *first = &scenario->variants[variant];
    g_autoptr(GString) printed = g_string_new(NULL);
    scn_resolved_print(first->resolved, printed);
    g_autoptr(ScnScenario) back = test_load_good(printed->str, NULL);
    CHECK_UINT(SETUP(back, 0)->world_hash, first->setup->world_hash);
    CHECK_STR(back->name, scenario->name);
    CHECK_UINT(scn_resolved_count(back->variants[0].resolved), scn_resolved_count(first->resolved));
    for (gsize i = 0; i < scn_resolved_count(first->resolved); i++) {
        const ScnLine *line = scn_resolved_get(first->resolved, i);
        const ScnLine *same = scn_resolved_find(back->variants[0].resolved, line->path);
        test_row("%s", line->path);
        CHECK_STR(same ? same->value : NULL, line->value);
    }
    test_row(NULL);
    CHECK_UINT(back->variants[0].n_expectations, first->n_expectations);
}

static const char EVERYTHING[] =
    "replsim: 1\nname: 'all: of #it'\nquestion: >\n  Is \"this\" the\n  question?\n"
    "seed: 42\nduration: 2m30s\nwarmup: 5s\ndrain: 1.5s\nreplications: 300\n"
    "regions: [us, eu, 'no']\n"
    "network:\n  order: free\n  message_size: 100B\n"
    "  within: mix(97.5% lognormal(p50=0.3ms, p99=1.5ms), 2.5% pareto(min=1ms, alpha=1.4, "
    "max=2s))\n"
    "  between:\n    us <-> eu: \"steps(0s: 40ms, 30s: normal(mean=10ms, sd=2ms, min=0ms))\"\n"
    "    us -> eu: rtt(exponential(mean=20ms))\n"
    "    no <-> eu: empirical(file=rtt.csv, column=one_way, unit=ms)\n"
    "    no <-> us: replay(file=rtt.csv, time=t, column=ms)\n"
    "    n.1 -> n.2: 0.1ms\n"
    "  bandwidth: {us <-> eu: 8Mbit/s}\n  loss: {us -> eu: 0.0123%}\n"
    "storage: {fsync: 1ms, apply_workers: 3}\ncpu: {workers: 4}\n"
    "nodes:\n  n.1: us\n  n.2: {region: eu, storage: {fsync: 2ms}, cpu: {read: 1us}}\n"
    "  m1..m3: no\n"
    "clients:\n  web: {rate: 90/min, reads: 33.3%, keys: \"hotset(1M, hot=1%, share=90%)\",\n"
    "    from: {us: 20%, no: 80%}, read_after_write: \"10% after [0ms, 5ms]\"}\n"
    "  app: {rate: \"closed(5)\", reads: 0%, keys: \"file(weights.csv, column=weight)\"}\n"
    "policy: {leader: n.2, followers: [m3, n.1], ack: \"any(1, [n.1, m3])\", reads: follower(m3)}\n"
    "faults:\n  - {name: f.1, at: 1s, partition: [[us, m1], [eu]], for: 'uniform(1s, 2s)'}\n"
    "  - {at: 2s, slow: us -> eu, latency: x1.5}\n  - {at: 3s, isolate: eu, direction: out}\n"
    "  - {at: 4s, load: web, rate: x3}\n"
    "expect:\n  - lost_writes == 0\n  - stale_rate{client_region=no} < 1% during f.1\n"
    "not_modelled: ['a: b', c]\nx-note: {ignored: yes}\n";

static void the_resolved_document_is_the_same_scenario(void)
{
    g_autoptr(ScnScenario) scenario = test_load_good(EVERYTHING, NULL);
    check_round_trip(scenario, 0);
    g_autoptr(ScnScenario) variants = test_load_good(VARIANTS, NULL);
    for (gsize i = 0; i < variants->n_variants; i++)
        check_round_trip(variants, i);
}

/* One data file, whose contents are `data`. */
static GBytes *one_file(void *data, const char *name)
{
    return strcmp(name, "d.csv") == 0 ? g_bytes_new_static(data, strlen(data)) : NULL;
}

static void data_files_are_part_of_the_world(void)
{
    static const char text[] =
        "replsim: 1\nnodes: {a: us}\nnetwork: {within: \"empirical(builtin:d.csv, unit=ms)\"}\n"
        "clients: {c: {rate: 1/s, reads: 0%, keys: unique}}\n";
    static char one[] = "x\n1\n2\n", other[] = "x\n1\n3\n";
    ScnInput input = {text, strlen(text), "builtin:t", NULL};
    ScnOptions options = {.lookup = one_file, .lookup_data = one};
    g_autoptr(ScnDiags) diags = scn_diags_new();
    g_autoptr(ScnScenario) first = scn_load_bytes(&input, &options, diags);
    g_autoptr(ScnScenario) again = scn_load_bytes(&input, &options, diags);
    options.lookup_data = other;
    g_autoptr(ScnScenario) second = scn_load_bytes(&input, &options, diags);
    CHECK(first && again && second);
    CHECK_UINT(SETUP(first, 0)->world_hash, SETUP(again, 0)->world_hash);
    CHECK(SETUP(first, 0)->world_hash != SETUP(second, 0)->world_hash);
    CHECK_UINT(first->n_data, 1);
    CHECK_STR(first->data_names[0], "builtin:d.csv");
    CHECK_UINT(strlen(first->data_sha256[0]), 64);
}

/* ---- files -------------------------------------------------------------------------------- */

static void a_file_that_is_not_there_is_no_mistake_in_it(void)
{
    g_autoptr(ScnDiags) diags = scn_diags_new();
    g_autoptr(GError) error = NULL, folder_error = NULL;
    CHECK(!scn_load_file("/nowhere/x.yaml", NULL, diags, &error));
    CHECK(g_error_matches(error, G_FILE_ERROR, G_FILE_ERROR_NOENT));
    CHECK(!scn_load_file("/", NULL, diags, &folder_error));
    CHECK(folder_error != NULL);
    CHECK_UINT(scn_diags_errors(diags), 0);
}

static void links_out_of_the_folder_are_not_followed(void)
{
    static const char text[] =
        "replsim: 1\nnodes: {a: us}\nnetwork: {within: \"empirical(link.csv, unit=ms)\"}\n"
        "clients: {c: {rate: 1/s, reads: 0%, keys: unique}}\n";
    g_autofree char *outer = g_dir_make_tmp("replsim-XXXXXX", NULL);
    g_autofree char *folder = g_build_filename(outer, "scenario", NULL);
    g_autofree char *file = g_build_filename(outer, "secret.csv", NULL);
    g_autofree char *link = g_build_filename(folder, "link.csv", NULL);
    CHECK(g_mkdir_with_parents(folder, 0700) == 0);
    CHECK(g_file_set_contents(file, "x\n1\n", -1, NULL));
    CHECK(symlink(file, link) == 0);
    ScnInput input = {text, strlen(text), "t.yaml", folder};
    ScnOptions options = {.allow_path = TRUE};
    g_autoptr(ScnDiags) diags = scn_diags_new();
    g_autoptr(ScnScenario) refused = scn_load_bytes(&input, NULL, diags);
    CHECK(!refused && scn_diags_get(diags, 0)->code == SCN_FILE_OUTSIDE);
    g_autoptr(ScnDiags) quiet = scn_diags_new();
    g_autoptr(ScnScenario) allowed = scn_load_bytes(&input, &options, quiet);
    CHECK(allowed != NULL);
    unlink(link);
    unlink(file);
    rmdir(folder);
    rmdir(outer);
}

static void a_scenario_remembers_what_it_was_read_from(void)
{
    g_autoptr(ScnScenario) scenario = test_load_good(
        TEST_SCENARIO "name: trial\nquestion: >\n  why\n  so\nnot_modelled: [a, b c]\n", NULL);
    CHECK_STR(scenario->name, "trial");
    CHECK_STR(scenario->question, "why so");
    CHECK_STR(scenario->file, "test.yaml");
    CHECK_UINT(strlen(scenario->sha256), 64);
    CHECK_STR(scenario->not_modelled[1], "b c");
    CHECK(scenario->not_modelled[2] == NULL);
}

/* Many nodes must not make reading slow or a setup wrong. */
static void ten_thousand_nodes_are_read(void)
{
    static const char text[] = "replsim: 1\nnodes: {n1..n10000: {region: us, storage: {fsync: "
                               "1ms}}}\nclients: {c: {rate: 1/s, reads: 0%, keys: unique}}\n";
    g_autoptr(ScnScenario) scenario = test_load_good(text, NULL);
    CHECK_UINT(SETUP(scenario, 0)->n_nodes, 10000);
    CHECK_STR(SETUP(scenario, 0)->nodes[9999].name, "n9999");
    CHECK(is_constant(SETUP(scenario, 0)->nodes[1234].storage.fsync, SIM_MS));
    CHECK_UINT(policy_of(SETUP(scenario, 0))->followers.n, 9999);
}

/* ---- tables ------------------------------------------------------------------------------- */

static void count_key(void *data, const ScnKey *key)
{
    GHashTable *paths = data;
    test_row("%s", key->path);
    CHECK(key->field->doc && *key->field->doc);
    CHECK(key->field->example && *key->field->example);
    CHECK(scn_field_kind(key->field) != NULL);
    /* Policies may use a word for keys of their own. */
    g_autofree char *whose =
        g_strdup_printf("%s of %s", key->path, key->policy ? key->policy->name : "all");
    if (!key->verb) {
        CHECK(!g_hash_table_contains(paths, whose));
    }
    g_hash_table_add(paths, g_steal_pointer(&whose));
    g_hash_table_add(paths, g_strdup(key->path));
    test_row(NULL);
}

static void every_key_is_described_and_visited_once(void)
{
    g_autoptr(GHashTable) paths = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    scn_schema_walk(count_key, paths);
    CHECK(g_hash_table_contains(paths, "clients.NAME.retry.times"));
    CHECK(g_hash_table_contains(paths, "network.between.LINK"));
    CHECK(g_hash_table_contains(paths, "policy.ack"));
    CHECK(g_hash_table_contains(paths, "faults.NAME.crash"));
    CHECK(g_hash_table_contains(paths, "nodes.NAME.storage.fsync"));
}

static void the_json_schema_is_json(void)
{
    g_autofree char *schema = scn_schema_json();
    g_autoptr(ScnArena) arena = scn_arena_new();
    g_autoptr(ScnDiags) diags = scn_diags_new();
    const ScnSource *source = scn_diags_source(diags, "schema", schema, strlen(schema));
    ScnNode *root = scn_tree_parse(source, arena, diags); /* JSON is a subset */
    CHECK_UINT(scn_diags_errors(diags), 0);
    const ScnNode *keys = scn_map_get(root, "properties");
    CHECK(scn_map_get(scn_map_get(scn_map_get(keys, "policy"), "properties"), "ack") != NULL);
    CHECK(scn_map_get(keys, "not_modelled") != NULL);
}

static void mistakes_are_printed_in_every_form(void)
{
    static const char text[] = "replsim: 1\nnodes: {é: us}\nsede: \"x\"\n";
    ScnInput input = {text, strlen(text), "a\"b.yaml", NULL};
    g_autoptr(ScnDiags) diags = scn_diags_new();
    g_autoptr(GString) out = g_string_new(NULL);
    CHECK(!scn_load_bytes(&input, NULL, diags));
    ScnDiagStyle ascii = {.ascii = TRUE}, colour = {.colour = TRUE};
    scn_diags_print(diags, &ascii, out);
    CHECK(g_str_is_ascii(out->str));
    CHECK(strstr(out->str, " --> a\"b.yaml:3:1\n3| sede: \"x\"\n | ^^^^ did you mean 'seed'?\n"));
    g_string_truncate(out, 0);
    scn_diags_print(diags, &colour, out);
    CHECK(strstr(out->str, "\033[1;31merror[E0201]\033[0m"));
    g_string_truncate(out, 0);
    scn_diags_print_gcc(diags, out);
    CHECK(strstr(out->str, "a\"b.yaml:3:1: error: a scenario has no key 'sede' [E0201]\n"));
    g_string_truncate(out, 0);
    scn_diags_print_json(diags, out);
    CHECK(strstr(out->str, "\"file\": \"a\\\"b.yaml\", \"line\": 3, \"column\": 1"));
}

static const TestCase cases[] = {
    {"variants_override_single_values_and_whole_sections",
     variants_override_single_values_and_whole_sections},
    {"worlds_are_equal_where_only_the_policy_differs",
     worlds_are_equal_where_only_the_policy_differs},
    {"what_is_not_simulated_does_not_change_the_world",
     what_is_not_simulated_does_not_change_the_world},
    {"settings_win_over_variants", settings_win_over_variants},
    {"every_line_of_the_resolved_document_has_its_origin",
     every_line_of_the_resolved_document_has_its_origin},
    {"the_resolved_document_is_the_same_scenario", the_resolved_document_is_the_same_scenario},
    {"data_files_are_part_of_the_world", data_files_are_part_of_the_world},
    {"a_file_that_is_not_there_is_no_mistake_in_it", a_file_that_is_not_there_is_no_mistake_in_it},
    {"links_out_of_the_folder_are_not_followed", links_out_of_the_folder_are_not_followed},
    {"a_scenario_remembers_what_it_was_read_from", a_scenario_remembers_what_it_was_read_from},
    {"ten_thousand_nodes_are_read", ten_thousand_nodes_are_read},
    {"every_key_is_described_and_visited_once", every_key_is_described_and_visited_once},
    {"the_json_schema_is_json", the_json_schema_is_json},
    {"mistakes_are_printed_in_every_form", mistakes_are_printed_in_every_form},
    {NULL, NULL}};

int main(int argc, char **argv)
{
    return test_main("variants", cases, argc, argv);
}
