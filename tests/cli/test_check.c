/*
 * test_check.c — goal: `check` reads a scenario back, and says what is wrong with it, in the right
 * form, on the right stream, with the right status. Method: small files with and without mistakes.
 * The messages themselves are under tests/errors.
 */
#include "tests/support/check.h"
#include "tests/support/command.h"

#include <jansson.h>
#include <string.h>

static const char good[] =
    "replsim: 1\n"
    "name: small\n"
    "seed: 9\n"
    "duration: 10s\n"
    "replications: 4\n"
    "network:\n"
    "  within: 1ms\n"
    "  between:\n"
    "    us <-> eu: lognormal(min=38ms, p50=42ms, p99=70ms)\n"
    "nodes: {db1: us, db2: eu}\n"
    "clients:\n"
    "  web: {rate: poisson(500/s), reads: 80%, keys: 'zipf(1000, s=1)', from: {us: 100%}}\n"
    "policy: {model: single-leader, leader: db1, reads: nearest}\n"
    "faults: [{name: outage, at: 4s, crash: db2, for: 2s}]\n"
    "variants:\n"
    "  one: {policy.ack: async}\n"
    "  two: {policy.ack: sync(all)}\n"
    "gate: two\n"
    "expect: [stale_rate < 50%, availability > 10%]\n";

static const char bad[] = "replsim: 1\n"
                          "duration: 10\n"
                          "nodes: {db1: us, db2: eu}\n"
                          "clients:\n"
                          "  web: {rate: poisson(500/s), reads: 80%, keys: uniform_keys(10)}\n"
                          "policy: {ack: semisync}\n"
                          "expect: [stale_rat < 1%]\n";

static void a_good_file_is_read_back_in_plain_words(void)
{
    static const char *const words[] = {
        "small.yaml is valid",
        "format 1, sha256 ",
        "seed 9",
        "db1 us leader · db2 eu",
        "eu↔us 42 / 70 ms",
        "within a region 1 ms",
        "in order (like TCP): effective lag",
        "web: 500 ops/s arriving at random (open loop), 80 % reads, Zipf keys",
        "the hottest of 1,000 gets 13 % of the traffic",
        "one (baseline) · two; they differ only in policy.ack",
        "4 s: db2 crashes for 2 s (outage)",
        "2 checks per variant; exit status follows two",
        "2 variants × 4 replications × 10 s ≈ ",
    };
    Command command;
    command_init(&command);
    command_write(&command, "small.yaml", good);
    command_run(&command, "check small.yaml --width 200");
    CHECK_INT(command.status, 0);
    CHECK_STR(command.err, "");
    for (gsize i = 0; i < G_N_ELEMENTS(words); i++)
        CHECK_CONTAINS(command.out, words[i]);
    command_clear(&command);
}

static void effective_lag_exceeds_the_links_delay_when_the_stream_is_busy(void)
{
    Command command;
    command_init(&command);
    command_write(&command, "small.yaml", good);
    /* 2,000 writes a second share one ordered stream: the running maximum of many delays. */
    command_run(&command, "check small.yaml --width 200 --set clients.web.reads=0%% "
                          "--set clients.web.rate=2k/s");
    const char *at = strstr(command.out, "about db2 ");
    CHECK(at && g_ascii_strtod(at + strlen("about db2 "), NULL) > 55);
    command_run(&command, "check small.yaml --width 200 --set clients.web.rate=1/s");
    at = strstr(command.out, "about db2 ");
    CHECK(at && g_ascii_strtod(at + strlen("about db2 "), NULL) < 45);
    command_clear(&command);
}

static void mistakes_go_to_stderr_with_their_places_and_status_2(void)
{
    Command command;
    command_init(&command);
    command_write(&command, "bad.yaml", bad);
    command_run(&command, "check bad.yaml");
    CHECK_INT(command.status, 2);
    CHECK_STR(command.out, "");
    CHECK_CONTAINS(command.err, "bad.yaml:2:11");
    CHECK_CONTAINS(command.err, "bad.yaml:6:15");
    CHECK_CONTAINS(command.err, "did you mean 'semi-sync(1)'?");
    CHECK_CONTAINS(command.err, "bad.yaml:7:10");
    CHECK_CONTAINS(command.err, "did you mean 'stale_rate'?");
    CHECK_CONTAINS(command.err, "nothing was simulated");
    command_clear(&command);
}

static void gcc_diagnostics_are_one_line_each_on_stdout(void)
{
    Command command;
    command_init(&command);
    command_write(&command, "bad.yaml", bad);
    command_run(&command, "check bad.yaml --diagnostics=gcc");
    CHECK_INT(command.status, 2);
    g_auto(GStrv) lines = g_strsplit(command.out, "\n", -1);
    guint n = 0;
    for (char **line = lines; *line && **line; line++, n++)
        CHECK(g_regex_match_simple(
            "^bad\\.yaml:[0-9]+:[0-9]+: (error: .* \\[E[0-9]{4}\\]|note: .*)$", *line, 0, 0));
    CHECK(n >= 4);
    command_clear(&command);
}

static void json_diagnostics_are_one_array_on_stdout(void)
{
    Command command;
    command_init(&command);
    command_write(&command, "bad.yaml", bad);
    command_write(&command, "small.yaml", good);
    command_run(&command, "check bad.yaml --diagnostics=json");
    CHECK_INT(command.status, 2);
    json_t *array = json_loads(command.out, JSON_REJECT_DUPLICATES, NULL);
    CHECK(json_is_array(array) && json_array_size(array) >= 4);
    json_decref(array);
    command_run(&command, "check small.yaml --diagnostics=json");
    CHECK_INT(command.status, 0);
    array = json_loads(command.out, JSON_REJECT_DUPLICATES, NULL);
    CHECK(json_is_array(array) && json_array_size(array) == 0);
    json_decref(array);
    command_clear(&command);
}

static void json_says_whether_the_file_is_valid_and_what_it_holds(void)
{
    Command command;
    command_init(&command);
    command_write(&command, "bad.yaml", bad);
    command_write(&command, "small.yaml", good);
    command_run(&command, "check small.yaml --json");
    json_t *object = json_loads(command.out, JSON_REJECT_DUPLICATES, NULL);
    CHECK(json_is_true(json_object_get(object, "valid")));
    CHECK_INT(json_array_size(json_object_get(object, "variants")), 2);
    CHECK_INT(json_integer_value(json_object_get(object, "worlds")), 8);
    CHECK(json_is_true(json_object_get(object, "same_world")));
    json_decref(object);
    command_run(&command, "check bad.yaml --json");
    CHECK_INT(command.status, 2);
    CHECK_STR(command.err, "");
    object = json_loads(command.out, JSON_REJECT_DUPLICATES, NULL);
    CHECK(json_is_false(json_object_get(object, "valid")));
    CHECK(json_array_size(json_object_get(object, "diagnostics")) >= 4);
    json_decref(object);
    command_clear(&command);
}

static void resolved_output_is_a_scenario_whose_resolved_output_is_itself(void)
{
    static const char *const files[] = {"small.yaml", "builtin:quickstart", "builtin:read-scaling",
                                        "builtin:sync-vs-async", "builtin:apply-cannot-keep-up"};
    Command command;
    command_init(&command);
    command_write(&command, "small.yaml", good);
    for (gsize i = 0; i < G_N_ELEMENTS(files); i++) {
        test_row("%s", files[i]);
        command_run(&command, "check %s --resolved", files[i]);
        CHECK_INT(command.status, 0);
        CHECK_CONTAINS(command.out, "# default");
        command_write(&command, "once.yaml", command.out);
        command_run(&command, "check once.yaml --resolved");
        CHECK_INT(command.status, 0);
        command_write(&command, "twice.yaml", command.out);
        command_run(&command, "check twice.yaml --resolved");
        g_autofree char *twice = command_read(&command, "twice.yaml");
        CHECK_STR(command.out, twice);
    }
    test_row(NULL);
    command_clear(&command);
}

static void resolved_lines_name_their_origin(void)
{
    Command command;
    command_init(&command);
    command_write(&command, "small.yaml", good);
    command_run(&command, "check small.yaml --resolved --set clients.web.timeout=3s --seed 4");
    CHECK(g_regex_match_simple("clients\\.web\\.timeout: 3s +# --set\n", command.out, 0, 0));
    CHECK(g_regex_match_simple("seed: 4 +# --seed\n", command.out, 0, 0));
    CHECK(g_regex_match_simple("policy\\.ack: sync\\(all\\) +# variant two\n", command.out, 0, 0));
    CHECK(g_regex_match_simple("drain: 60s +# default\n", command.out, 0, 0));
    CHECK(g_regex_match_simple("duration: 10s\n", command.out, 0, 0));
    command_clear(&command);
}

static void diff_prints_only_what_differs(void)
{
    Command command;
    command_init(&command);
    command_write(&command, "small.yaml", good);
    command_run(&command, "check --diff small.yaml one two");
    CHECK_STR(command.out, "policy.ack: async → sync(all)\n");
    command_run(&command, "check --diff one two small.yaml");
    CHECK_STR(command.out, "policy.ack: async → sync(all)\n");
    command_run(&command, "check --diff small.yaml one one");
    CHECK_STR(command.out, "no difference\n");
    command_clear(&command);
}

static void a_dash_reads_standard_input(void)
{
    Command command;
    command_init(&command);
    command_write(&command, "small.yaml", good);
    command_shell(&command, "\"$replsim\" check - < small.yaml");
    CHECK_INT(command.status, 0);
    CHECK_CONTAINS(command.out, "<stdin> is valid");
    command_clear(&command);
}

static void several_files_are_all_checked_and_the_worst_decides(void)
{
    Command command;
    command_init(&command);
    command_write(&command, "bad.yaml", bad);
    command_write(&command, "small.yaml", good);
    command_run(&command, "check bad.yaml small.yaml");
    CHECK_INT(command.status, 2);
    CHECK_CONTAINS(command.out, "small.yaml is valid");
    CHECK_CONTAINS(command.err, "bad.yaml:2:11");
    command_clear(&command);
}

static void unreadable_files_are_status_4_with_one_line(void)
{
    static const char *const files[] = {"none.yaml", ".", "/proc/self/mem"};
    Command command;
    command_init(&command);
    for (gsize i = 0; i < G_N_ELEMENTS(files); i++) {
        test_row("%s", files[i]);
        command_run(&command, "check %s", files[i]);
        CHECK_INT(command.status, 4);
        CHECK_STR(command.out, "");
        CHECK_UINT(count_of(command.err, "\n"), 1);
        CHECK_CONTAINS(command.err, "error: cannot read '");
    }
    test_row(NULL);
    command_clear(&command);
}

static void work_beyond_the_event_budget_is_refused(void)
{
    Command command;
    command_init(&command);
    command_write(&command, "small.yaml", good);
    command_run(&command, "check small.yaml --set duration=20000h");
    CHECK_INT(command.status, 2);
    CHECK_CONTAINS(command.err, "but the event budget is 20 G");
    command_run(&command, "check small.yaml --event-budget 1k");
    CHECK_INT(command.status, 2);
    CHECK_CONTAINS(command.err, "but the event budget is 1 k");
    command_run(&command, "check small.yaml --event-budget many");
    CHECK_INT(command.status, 2);
    command_clear(&command);
}

/* Nearly all events are heartbeats: operations say nothing of how much work it is. */
static const char idle[] = "replsim: 1\n"
                           "duration: 1000h\n"
                           "nodes: {db1..db3: dc1}\n"
                           "clients:\n"
                           "  web: {rate: 10/h, reads: 50%, keys: \"zipf(10, s=1)\"}\n"
                           "policy:\n"
                           "  model: single-leader\n"
                           "  leader: db1\n"
                           "  followers: [db2, db3]\n"
                           "  failover: {detect: 100ms, heartbeat: 1ms}\n";

static void quiet_and_gcc_judge_the_budget_as_the_words_do(void)
{
    static const char *const forms[] = {"", "-q", "--diagnostics=gcc", "--diagnostics=json"};
    static const struct {
        const char *file, *budget;
        int status;
    } rows[] = {{"small.yaml", "20G", 0}, {"small.yaml", "1k", 2},   {"idle.yaml", "20G", 2},
                {"idle.yaml", "100G", 2}, {"idle.yaml", "1000G", 0}, {"idle.yaml", "100000G", 0}};
    Command command;
    command_init(&command);
    command_write(&command, "small.yaml", good);
    command_write(&command, "idle.yaml", idle);
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++)
        for (gsize k = 0; k < G_N_ELEMENTS(forms); k++) {
            test_row("check %s %s, %s", rows[i].file, forms[k], rows[i].budget);
            command_run(&command, "check %s %s --event-budget %s", rows[i].file, forms[k],
                        rows[i].budget);
            CHECK_INT(command.status, rows[i].status);
        }
    test_row(NULL);
    command_clear(&command);
}

static void quiet_prints_nothing_but_errors(void)
{
    Command command;
    command_init(&command);
    command_write(&command, "bad.yaml", bad);
    command_write(&command, "small.yaml", good);
    command_run(&command, "check -q small.yaml");
    CHECK_STR(command.out, "");
    CHECK_STR(command.err, "");
    command_run(&command, "check -q bad.yaml");
    CHECK_CONTAINS(command.err, "E0203");
    command_clear(&command);
}

static const TestCase cases[] = {
    TEST(a_good_file_is_read_back_in_plain_words),
    TEST(effective_lag_exceeds_the_links_delay_when_the_stream_is_busy),
    TEST(mistakes_go_to_stderr_with_their_places_and_status_2),
    TEST(gcc_diagnostics_are_one_line_each_on_stdout),
    TEST(json_diagnostics_are_one_array_on_stdout),
    TEST(json_says_whether_the_file_is_valid_and_what_it_holds),
    TEST(resolved_output_is_a_scenario_whose_resolved_output_is_itself),
    TEST(resolved_lines_name_their_origin),
    TEST(diff_prints_only_what_differs),
    TEST(a_dash_reads_standard_input),
    TEST(several_files_are_all_checked_and_the_worst_decides),
    TEST(unreadable_files_are_status_4_with_one_line),
    TEST(work_beyond_the_event_budget_is_refused),
    TEST(quiet_and_gcc_judge_the_budget_as_the_words_do),
    TEST(quiet_prints_nothing_but_errors),
    {NULL, NULL}};

int main(int argc, char **argv)
{
    return test_main("check", cases, argc, argv);
}
