/*
 * test_run.c — goal: `run` prints what it says it prints, where, and with the right status.
 * Method: a small scenario of two regions, run in many ways.
 */
#include "tests/support/check.h"
#include "tests/support/command.h"
#include "tests/support/json_look.h"

#include <math.h>
#include <string.h>

static const char small[] = "replsim: 1\n"
                            "name: small\n"
                            "seed: 9\n"
                            "duration: 6s\n"
                            "warmup: 1s\n"
                            "replications: 6\n"
                            "network:\n"
                            "  within: 1ms\n"
                            "  between:\n"
                            "    us <-> eu: lognormal(min=38ms, p50=42ms, p99=70ms)\n"
                            "nodes: {db1: us, db2: eu}\n"
                            "clients:\n"
                            "  web: {rate: poisson(500/s), reads: 80%, keys: 'zipf(100, s=1)'}\n"
                            "policy: {reads: nearest}\n"
                            "variants:\n"
                            "  async: {policy.ack: async}\n"
                            "  sync: {policy.ack: sync(all)}\n"
                            "expect:\n"
                            "  - stale_rate < 90%\n"
                            "  - write.latency.p50{client_region=us} < 10ms\n";

static void begin(Command *command)
{
    command_init(command);
    command_write(command, "small.yaml", small);
}

/* ---- text --------------------------------------------------------------------------------- */

static void the_header_restates_inputs_and_proves_the_same_world(void)
{
    Command command;
    begin(&command);
    command_run(&command, "run small.yaml --no-save");
    CHECK(
        g_regex_match_simple("^small\\.yaml · 2 variants × 6 replications × 6 s \\(first 1 s "
                             "not counted\\) · seed 9\n"
                             "same world in every variant: [0-9,]+ operations, identical "
                             "arrivals, delays and faults\n"
                             "done in [0-9.]+ m?s · [0-9.]+ [kM] events · [0-9.]+ [kM] events/s\n",
                             command.out, 0, 0));
    command_clear(&command);
}

static void tables_sentences_and_next_commands_follow(void)
{
    Command command;
    begin(&command);
    command_run(&command, "run small.yaml --no-save --width 200");
    CHECK_CONTAINS(command.out, "RESULTS");
    CHECK_CONTAINS(command.out, "baseline");
    CHECK_CONTAINS(command.out, "better");
    CHECK_CONTAINS(command.out, "worse");
    CHECK_CONTAINS(command.out, "CHECKS");
    CHECK_CONTAINS(command.out, "FAIL");
    CHECK_CONTAINS(command.out, "IN WORDS\n  async is the only variant that passes every check; "
                                "sync fails 'write.latency.p50{client_region=us} < 10ms'.");
    CHECK_CONTAINS(command.out, "  next     replsim list metric stale_rate");
    static const char *const later[] = {
        "replsim explain", "replsim report", "replsim sweep", "replsim lab",
        "replsim trace",   "significant",    "optimal",       "best"};
    for (gsize i = 0; i < G_N_ELEMENTS(later); i++)
        CHECK_LACKS(command.out, later[i]);
    command_clear(&command);
}

static void every_value_in_the_results_has_a_unit_or_counts(void)
{
    Command command;
    begin(&command);
    command_run(&command, "run small.yaml --no-save --width 160");
    g_auto(GStrv) lines = g_strsplit(strstr(command.out, "RESULTS"), "\n", -1);
    guint rows = 0;
    for (char **line = lines + 2; *line && g_str_has_prefix(*line, "  "); line++) {
        /* The first line of a row has a label; value lines of other kinds begin with blanks. */
        if ((*line)[2] == ' ' || strstr(*line, " ~ no difference") || strstr(*line, "pp percent"))
            continue;
        rows++;
        CHECK(g_regex_match_simple(" (ns|µs|ms|s|%|min|h)( |$)", *line, 0, 0));
    }
    CHECK(rows >= 5 && rows <= 9);
    command_clear(&command);
}

static void variants_with_equal_settings_show_no_difference_anywhere(void)
{
    Command command;
    begin(&command);
    command_run(&command, "run small.yaml --no-save --set variants.sync={policy.ack:async}");
    if (command.status == 2) { /* variants are not a value that --set can reach */
        g_autofree char *text = g_strdup(small);
        char *sync = strstr(text, "sync(all)");
        memcpy(sync, "async    ", 9);
        command_write(&command, "twins.yaml", text);
        command_run(&command, "run twins.yaml --no-save -v");
    }
    CHECK_INT(command.status, 0);
    CHECK_CONTAINS(command.out, "No difference between the variants was detected.");
    CHECK_LACKS(command.out, "better");
    CHECK_LACKS(command.out, "worse");
    CHECK_LACKS(command.out, "only variant");
    CHECK_LACKS(command.out, "at least as good");
    command_clear(&command);
}

static void one_variant_without_faults_and_checks_stays_short(void)
{
    Command command;
    begin(&command);
    command_run(&command, "run small.yaml --no-save --variant async --set 'expect=[]'");
    CHECK_INT(command.status, 0);
    CHECK(count_of(command.out, "\n") <= 14);
    CHECK_LACKS(command.out, "CHECKS");
    CHECK_LACKS(command.out, "baseline");
    command_clear(&command);
}

static void verbose_shows_every_measure(void)
{
    Command brief, verbose;
    begin(&brief);
    begin(&verbose);
    command_run(&brief, "run small.yaml --no-save");
    command_run(&verbose, "run small.yaml --no-save -v");
    CHECK(count_of(verbose.out, "\n") > 3 * count_of(brief.out, "\n"));
    CHECK_CONTAINS(verbose.out, "backlog of db2");
    CHECK_LACKS(brief.out, "backlog of db2");
    command_clear(&brief);
    command_clear(&verbose);
}

static void quiet_prints_nothing_and_keeps_the_status(void)
{
    Command command;
    begin(&command);
    command_run(&command, "run small.yaml --no-save -q");
    CHECK_INT(command.status, 1);
    CHECK_STR(command.out, "");
    CHECK_STR(command.err, "");
    command_clear(&command);
}

static void checks_on_what_never_happened_give_its_bound(void)
{
    Command command;
    begin(&command);
    command_run(&command, "run small.yaml --no-save --set 'expect=[lost_writes == 0]' "
                          "--set policy.reads=leader --width 200");
    CHECK_INT(command.status, 0);
    CHECK_CONTAINS(command.out, "pass  0 of 6 ¹");
    CHECK_CONTAINS(command.out, "none in 6 runs: the true mean may still be as high as 0.50 a run; "
                                "--replications 60 → 0.050");
    command_clear(&command);
}

/* ---- statuses ----------------------------------------------------------------------------- */

typedef struct Status {
    const char *arguments;
    int status;
} Status;

/* `run FILE:VARIANT` is `run FILE --variant VARIANT`; a file of that whole name comes first. */
static void a_variant_may_stand_behind_its_file(void)
{
    Command command;
    begin(&command);
    command_run(&command, "run small.yaml --variant async --json --no-save");
    CHECK_INT(command.status, 0);
    g_autofree char *by_option = g_strdup(command.out);
    command_run(&command, "run small.yaml:async --json --no-save");
    CHECK_INT(command.status, 0);
    CHECK_STR(command.out, by_option);
    command_run(&command, "run small.yaml:nobody --no-save");
    CHECK_INT(command.status, 2);
    CHECK(strstr(command.err, "no variant is called 'nobody'") != NULL);
    command_run(&command, "run none.yaml:async --no-save");
    CHECK_INT(command.status, 4);
    CHECK(strstr(command.err, "cannot read 'none.yaml:async'") != NULL);
    command_run(&command, "run small.yaml: --no-save");
    CHECK_INT(command.status, 4);
    command_clear(&command);
}

static void the_exit_status_says_how_the_checks_fared(void)
{
    static const Status rows[] = {
        {"--variant async", 0},
        {"", 1},
        {"--gate async", 0},
        {"--gate sync", 1},
        {"--variant async --set 'expect=[write.latency.p50 < 42ms]' --replications 2", 3},
        {"--variant async --set 'expect=[write.latency.p50 < 42ms]' --replications 2 "
         "--inconclusive=pass",
         0},
        {"--variant async --set 'expect=[write.latency.p50 < 42ms]' --replications 2 "
         "--inconclusive=fail",
         3},
        {"--set 'expect=[stale_rate < 90%, write.latency.max > 1h]'", 1},
        /* no observation at all: never a pass */
        {"--variant async --set clients.web.reads=100%% --set 'expect=[write.latency.p99 < 1h]'",
         3},
        {"--set duration=1", 2},
        {"--set expect=[stale_rat<1%%]", 2},
        {"--gate nobody", 2},
        {"--variant nobody", 2},
        {"--metric nothing", 2},
        {"--inconclusive=maybe", 2},
        {"-o result.pdf", 2},
        {"none.yaml", 4},
    };
    Command command;
    begin(&command);
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        test_row("%s", rows[i].arguments);
        g_autofree char *arguments =
            g_strdup_printf("run small.yaml --no-save -q %s", rows[i].arguments);
        g_auto(GStrv) parts = g_strsplit(arguments, "%%", -1);
        g_autofree char *plain = g_strjoinv("%", parts);
        command_run(&command, "%s", plain);
        CHECK_INT(command.status, rows[i].status);
        CHECK_STR(command.out, "");
        CHECK((rows[i].status == 2 || rows[i].status == 4) == (*command.err != '\0'));
    }
    test_row(NULL);
    command_clear(&command);
}

/* ---- JSON --------------------------------------------------------------------------------- */

static void json_is_one_document_and_nothing_else(void)
{
    Command command;
    begin(&command);
    command_run(&command, "run small.yaml --no-save --json");
    CHECK_INT(command.status, 1);
    json_t *document = look_parse(command.out);
    CHECK_INT(json_integer_value(json_object_get(document, "format")), 1);
    CHECK_INT(json_integer_value(json_object_get(document, "seed")), 9);
    CHECK_INT(json_integer_value(json_object_get(document, "replications")), 6);
    CHECK(json_is_false(json_object_get(document, "partial")));
    CHECK_INT(json_array_size(json_object_get(document, "variants")), 2);
    CHECK_STR(look_verdict(document, "async", "write.latency.p50{client_region=us} < 10ms"),
              "pass");
    CHECK_STR(look_verdict(document, "sync", "write.latency.p50{client_region=us} < 10ms"), "fail");
    const char *key;
    json_t *metric;
    json_object_foreach(json_object_get(look_variant(document, "sync"), "metrics"), key, metric)
    {
        test_row("%s", key);
        CHECK(json_is_string(json_object_get(metric, "unit")));
        CHECK(json_is_integer(json_object_get(metric, "count")));
    }
    test_row(NULL);
    json_decref(document);
    command_clear(&command);
}

static void without_variants_there_is_one_called_base(void)
{
    Command command;
    begin(&command);
    g_autofree char *text = g_strdup(small);
    char *variants = strstr(text, "variants:");
    g_autofree char *tail = g_strdup(strstr(text, "expect:"));
    strcpy(variants, tail);
    command_write(&command, "plain.yaml", text);
    command_run(&command, "run plain.yaml --no-save --json");
    json_t *document = look_parse(command.out);
    CHECK(look_variant(document, "base"));
    json_decref(document);
    command_clear(&command);
}

static void several_files_are_stem_and_variant_with_a_list_of_scenarios(void)
{
    Command command;
    begin(&command);
    command_write(&command, "other.yaml", small);
    command_run(&command, "run small.yaml other.yaml --no-save --json");
    json_t *document = look_parse(command.out);
    CHECK_INT(json_array_size(json_object_get(document, "scenario")), 2);
    CHECK(look_variant(document, "small:async") && look_variant(document, "other:sync"));
    /* The same file twice still has names of its own. */
    CHECK_NEAR(look_value(document, "small:sync", "stale_rate"),
               look_value(document, "other:sync", "stale_rate"), 0);
    json_decref(document);
    command_run(&command, "run small.yaml small.yaml --no-save --json");
    document = look_parse(command.out);
    CHECK_INT(json_array_size(json_object_get(document, "variants")), 4);
    CHECK(look_variant(document, "small#2:async"));
    json_decref(document);
    command_clear(&command);
}

static void metric_adds_a_measure(void)
{
    Command command;
    begin(&command);
    command_run(&command, "run small.yaml --no-save --json --metric 'lag{node=db2}.p95' "
                          "--metric 'stale_rate{age>20ms}'");
    json_t *document = look_parse(command.out);
    CHECK(look_value(document, "async", "lag{node=db2}.p95") >
          look_value(document, "async", "lag{node=db2}.p90"));
    CHECK(look_value(document, "async", "stale_rate{age>20ms}") <
          look_value(document, "async", "stale_rate"));
    json_decref(document);
    command_clear(&command);
}

static void standard_input_is_read_for_a_dash(void)
{
    Command command;
    begin(&command);
    command_shell(&command, "\"$replsim\" run - --json --no-save < small.yaml > dash.json;"
                            "\"$replsim\" run small.yaml --json --no-save > file.json;"
                            "cmp dash.json file.json && echo same");
    CHECK_STR(command.out, "same\n");
    command_clear(&command);
}

/* ---- worlds ------------------------------------------------------------------------------- */

static void threads_change_no_byte(void)
{
    Command command;
    begin(&command);
    command_shell(&command, "for j in 1 2 8; do \"$replsim\" run small.yaml --no-save --json -j $j"
                            " > $j.json; done; \"$replsim\" run small.yaml --no-save --json -j8"
                            " > 9.json; cmp 1.json 2.json && cmp 1.json 8.json && cmp 1.json 9.json"
                            " && echo same");
    CHECK_STR(command.out, "same\n");
    command_clear(&command);
}

static void removing_a_variant_leaves_the_numbers_of_others_unchanged(void)
{
    Command command;
    begin(&command);
    command_run(&command, "run small.yaml --no-save --json");
    json_t *both = look_parse(command.out);
    command_run(&command, "run small.yaml --no-save --json --variant sync");
    json_t *alone = look_parse(command.out);
    json_t *with = look_own_metrics(both, "sync"), *without = look_own_metrics(alone, "sync");
    CHECK(json_object_size(with) > 50);
    CHECK(json_equal(with, without));
    CHECK_STR(json_string_value(json_object_get(look_variant(both, "sync"), "event_digest")),
              json_string_value(json_object_get(look_variant(alone, "sync"), "event_digest")));
    json_decref(with);
    json_decref(without);
    json_decref(both);
    json_decref(alone);
    command_clear(&command);
}

static void another_seed_is_another_world_and_the_same_seed_is_not(void)
{
    Command command;
    begin(&command);
    command_run(&command, "run small.yaml --no-save --json");
    json_t *nine = look_parse(command.out);
    command_run(&command, "run small.yaml --no-save --json --seed 9");
    json_t *again = look_parse(command.out);
    command_run(&command, "run small.yaml --no-save --json --set seed=10");
    json_t *ten = look_parse(command.out);
    CHECK(json_equal(nine, again));
    CHECK(look_value(nine, "async", "stale_rate") != look_value(ten, "async", "stale_rate"));
    json_decref(nine);
    json_decref(again);
    json_decref(ten);
    command_clear(&command);
}

/* One value of metrics.csv. */
static double csv_value(const char *csv, const char *row)
{
    const char *at = strstr(csv, row);
    return at ? g_ascii_strtod(at + strlen(row), NULL) : (double)NAN;
}

static void a_replication_run_alone_is_the_one_of_that_number(void)
{
    Command command;
    begin(&command);
    command_run(&command, "run small.yaml --no-save -q -o all.csv");
    g_autofree char *csv = command_read(&command, "all.csv");
    command_run(&command, "run small.yaml --no-save --json --replication 4 --variant async");
    json_t *alone = look_parse(command.out);
    CHECK_NEAR(look_value(alone, "async", "lag{node=db2}.p99"),
               csv_value(csv, "\nsmall,async,4,lag,node=db2,p99,ns,"), 0);
    CHECK(csv_value(csv, "\nsmall,async,4,lag,node=db2,p99,ns,") !=
          csv_value(csv, "\nsmall,async,3,lag,node=db2,p99,ns,"));
    json_decref(alone);
    command_clear(&command);
}

static void resolved_output_gives_the_same_events(void)
{
    Command command;
    begin(&command);
    command_shell(&command, "\"$replsim\" check small.yaml --resolved > resolved.yaml");
    command_run(&command, "run small.yaml --no-save --json");
    json_t *given = look_parse(command.out);
    command_run(&command, "run resolved.yaml --no-save --json");
    json_t *resolved = look_parse(command.out);
    CHECK(json_equal(json_object_get(given, "variants"), json_object_get(resolved, "variants")));
    json_decref(given);
    json_decref(resolved);
    command_clear(&command);
}

static void the_reference_takes_more_events_to_the_same_result(void)
{
    Command command;
    begin(&command);
    command_run(&command, "run small.yaml --json --no-save");
    json_t *quick = look_parse(command.out);
    int status = command.status;
    command_run(&command, "run small.yaml --json --no-save --reference");
    CHECK_INT(command.status, status);
    json_t *plain = look_parse(command.out);
    json_t *quick_variants = json_object_get(quick, "variants");
    json_t *plain_variants = json_object_get(plain, "variants");
    for (gsize i = 0; i < json_array_size(quick_variants); i++) {
        json_t *a = json_array_get(quick_variants, i), *b = json_array_get(plain_variants, i);
        CHECK(json_integer_value(json_object_get(b, "events")) >
              json_integer_value(json_object_get(a, "events")));
        json_object_del(a, "events");
        json_object_del(b, "events");
        CHECK(json_equal(a, b));
    }
    CHECK(json_array_size(quick_variants) > 0);
    json_decref(quick);
    json_decref(plain);
    command_clear(&command);
}

static const TestCase cases[] = {TEST(the_header_restates_inputs_and_proves_the_same_world),
                                 TEST(tables_sentences_and_next_commands_follow),
                                 TEST(every_value_in_the_results_has_a_unit_or_counts),
                                 TEST(variants_with_equal_settings_show_no_difference_anywhere),
                                 TEST(one_variant_without_faults_and_checks_stays_short),
                                 TEST(verbose_shows_every_measure),
                                 TEST(quiet_prints_nothing_and_keeps_the_status),
                                 TEST(checks_on_what_never_happened_give_its_bound),
                                 TEST(a_variant_may_stand_behind_its_file),
                                 TEST(the_exit_status_says_how_the_checks_fared),
                                 TEST(json_is_one_document_and_nothing_else),
                                 TEST(without_variants_there_is_one_called_base),
                                 TEST(several_files_are_stem_and_variant_with_a_list_of_scenarios),
                                 TEST(metric_adds_a_measure),
                                 TEST(standard_input_is_read_for_a_dash),
                                 TEST(threads_change_no_byte),
                                 TEST(removing_a_variant_leaves_the_numbers_of_others_unchanged),
                                 TEST(another_seed_is_another_world_and_the_same_seed_is_not),
                                 TEST(a_replication_run_alone_is_the_one_of_that_number),
                                 TEST(resolved_output_gives_the_same_events),
                                 TEST(the_reference_takes_more_events_to_the_same_result),
                                 {NULL, NULL}};

int main(int argc, char **argv)
{
    return test_main("run", cases, argc, argv);
}
