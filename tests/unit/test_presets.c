/*
 * Goal: a preset stands for exactly the keys that `list preset` says, every one of them can be
 * expanded, and what is given beside it wins.
 * Method: each preset is loaded bare, with each of its examples and with each word of each
 * argument; the resolved document is compared with that of its rows written out by hand.
 */
#include "scenarios/format/presets.h"

#include "tests/support/check.h"
#include "tests/support/load.h"

#include <string.h>

static char *scenario_of(const char *policy)
{
    return g_strconcat(TEST_SCENARIO, "policy: ", policy, "\n", NULL);
}

/* The resolved lines of the policy but for `policy.preset`, without their origins. */
static char *policy_lines(const ScnScenario *scenario)
{
    const ScnResolved *resolved = scenario->variants[0].resolved;
    GString *out = g_string_new(NULL);
    for (gsize i = 0; i < scn_resolved_count(resolved); i++) {
        const ScnLine *line = scn_resolved_get(resolved, i);
        if (g_str_has_prefix(line->path, "policy.") && strcmp(line->path, "policy.preset") != 0)
            g_string_append_printf(out, "%s: %s\n", line->path, line->value);
    }
    return g_string_free(out, FALSE);
}

static char *lines_of_policy(const char *policy)
{
    g_autofree char *text = scenario_of(policy), *messages = NULL;
    g_autoptr(ScnScenario) scenario = test_load(text, NULL, &messages);
    CHECK(scenario != NULL);
    if (!scenario)
        g_printerr("%s", messages);
    return scenario ? policy_lines(scenario) : g_strdup("");
}

/* ---- every preset ------------------------------------------------------------------------- */

static void check_call(const char *call)
{
    g_autofree char *policy = g_strdup_printf("{preset: \"%s\"}", call);
    g_autofree char *lines = lines_of_policy(policy);
    test_row("%s", call);
    CHECK(strstr(lines, "policy.ack: ") || strstr(lines, "policy.write_quorum: ") ||
          strstr(lines, "policy.conflict: "));
    test_row(NULL);
}

static void check_words(const ScnPreset *preset)
{
    for (const RepField *arg = preset->args; arg && arg->key; arg++)
        for (const RepChoice *word = arg->choices; word && word->name; word++)
            if (!word->args) {
                g_autofree char *call =
                    g_strdup_printf("%s(%s=%s)", preset->name, arg->key, word->name);
                check_call(call);
            }
}

static void every_preset_can_be_expanded_with_every_word_and_example(void)
{
    for (gsize i = 0; scn_presets[i]; i++) {
        check_call(scn_presets[i]->name);
        check_words(scn_presets[i]);
        for (const char *const *call = scn_presets[i]->examples; call && *call; call++)
            check_call(*call);
    }
}

/* The rows as a user would write them: a block mapping of dotted keys. */
static char *written_out(const ScnPreset *preset)
{
    g_autoptr(GPtrArray) values = scn_preset_values(preset, NULL);
    GString *out = g_string_new(TEST_SCENARIO);
    for (guint i = 0; i < values->len; i++) {
        const ScnPresetValue *value = g_ptr_array_index(values, i);
        g_string_append_printf(out, "policy.%s: \"%s\"\n", value->key, value->value);
    }
    return g_string_free(out, FALSE);
}

static void a_preset_is_the_same_as_its_rows_written_out(void)
{
    for (gsize i = 0; scn_presets[i]; i++) {
        g_autofree char *policy = g_strdup_printf("{preset: %s}", scn_presets[i]->name);
        g_autofree char *by_preset = lines_of_policy(policy);
        g_autofree char *text = written_out(scn_presets[i]);
        g_autoptr(ScnScenario) scenario = test_load_good(text, NULL);
        g_autofree char *by_hand = policy_lines(scenario);
        test_row("%s", scn_presets[i]->name);
        CHECK_STR(by_preset, by_hand);
        test_row(NULL);
    }
}

static void each_case_of_a_preset_names_an_argument_and_a_word_of_it(void)
{
    for (gsize i = 0; scn_presets[i]; i++)
        for (const ScnPresetCase *one = scn_presets[i]->cases; one && one->rows; one++) {
            const RepField *arg = scn_presets[i]->args;
            while (arg->key && strcmp(arg->key, one->argument) != 0)
                arg++;
            test_row("%s: %s=%s", scn_presets[i]->name, one->argument, one->word);
            gboolean is_word = FALSE;
            for (const RepChoice *word = arg->key ? arg->choices : NULL; word && word->name; word++)
                is_word |= strcmp(word->name, one->word) == 0;
            CHECK(is_word);
            test_row(NULL);
        }
}

/* ---- beside a preset ---------------------------------------------------------------------- */

static void what_is_given_beside_a_preset_wins(void)
{
    g_autofree char *plain = lines_of_policy("{preset: patroni}");
    g_autofree char *other = lines_of_policy("{ack: sync(all), preset: patroni, "
                                             "failover: {detect: 3s, fence: true}}");
    CHECK(strstr(plain, "policy.ack: async\n") != NULL);
    CHECK(strstr(plain, "policy.failover.detect: 30s\n") != NULL);
    CHECK(strstr(other, "policy.ack: sync(all)\n") != NULL);
    CHECK(strstr(other, "policy.failover.detect: 3s\n") != NULL);
    CHECK(strstr(other, "policy.failover.fence: true\n") != NULL);
    CHECK(strstr(other, "policy.failover.heartbeat: 10s\n") != NULL);
    g_autofree char *never = lines_of_policy("{preset: patroni, failover: never}");
    CHECK(strstr(never, "policy.failover: never\n") != NULL);
    CHECK(strstr(never, "heartbeat") == NULL);
}

static void later_words_replace_rows_of_earlier_ones(void)
{
    const char *both = "{preset: \"postgresql(off, any(1, [db2, db3]))\"}";
    g_autofree char *lines = lines_of_policy(both);
    CHECK(strstr(lines, "policy.ack: async\n") != NULL);
    g_autofree char *on =
        lines_of_policy("{preset: \"postgresql(synchronous_standby_names=any(1, [db2, db3]))\"}");
    CHECK(strstr(on, "policy.ack: any(1, [db2, db3])\n") != NULL);
}

static void a_variant_may_choose_another_preset(void)
{
    g_autofree char *base = scenario_of("{preset: postgresql}");
    g_autofree char *text = g_strconcat(base,
                                        "variants:\n  a: {}\n  b: {policy.preset: raft}\n"
                                        "  c: {policy.failover.detect: 5s}\n",
                                        NULL);
    g_autoptr(ScnScenario) scenario = test_load_good(text, NULL);
    const ScnResolved *b = scenario->variants[1].resolved, *c = scenario->variants[2].resolved;
    CHECK_STR(scn_resolved_find(b, "policy.ack")->value, "quorum(majority)");
    CHECK_STR(scn_resolved_find(b, "policy.ack")->origin, "preset raft");
    CHECK_STR(scn_resolved_find(c, "policy.failover.detect")->value, "5s");
    CHECK_STR(scn_resolved_find(c, "policy.preset")->value, "postgresql(on, none)");
}

static void the_resolved_document_of_a_preset_is_the_same_scenario(void)
{
    g_autofree char *text = scenario_of("{preset: \"mysql(after_sync, timeout=1s)\"}");
    g_autoptr(ScnScenario) scenario = test_load_good(text, NULL);
    g_autoptr(GString) printed = g_string_new(NULL);
    scn_resolved_print(scenario->variants[0].resolved, printed);
    g_autoptr(ScnScenario) again = test_load_good(printed->str, NULL);
    g_autofree char *first = policy_lines(scenario), *second = policy_lines(again);
    CHECK_STR(first, second);
    CHECK(strstr(printed->str, "# preset mysql") != NULL);
}

static const TestCase cases[] = {
    {"every_preset_can_be_expanded_with_every_word_and_example",
     every_preset_can_be_expanded_with_every_word_and_example},
    {"a_preset_is_the_same_as_its_rows_written_out", a_preset_is_the_same_as_its_rows_written_out},
    {"each_case_of_a_preset_names_an_argument_and_a_word_of_it",
     each_case_of_a_preset_names_an_argument_and_a_word_of_it},
    {"what_is_given_beside_a_preset_wins", what_is_given_beside_a_preset_wins},
    {"later_words_replace_rows_of_earlier_ones", later_words_replace_rows_of_earlier_ones},
    {"a_variant_may_choose_another_preset", a_variant_may_choose_another_preset},
    {"the_resolved_document_of_a_preset_is_the_same_scenario",
     the_resolved_document_of_a_preset_is_the_same_scenario},
    {NULL, NULL}};

int main(int argc, char **argv)
{
    return test_main("presets", cases, argc, argv);
}
