/*
 * test_compare.c — goal: two kept runs are compared as their variants would be in one run, and what
 * they do not share is said; what cannot be compared is refused. Method: runs of one small world
 * with one thing changed; the table of a run with both variants is the oracle.
 */
#include "tests/support/check.h"
#include "tests/support/command.h"
#include "tests/support/json_look.h"
#include "tests/support/svg_look.h"

#include <math.h>
#include <string.h>

static const char small[] =
    "replsim: 1\n"
    "name: small\n"
    "seed: 5\n"
    "duration: 4s\n"
    "replications: 6\n"
    "network: {between: {us <-> eu: 'lognormal(min=38ms, p50=42ms, p99=70ms)'}}\n"
    "nodes: {db1: us, db2: eu}\n"
    "clients: {web: {rate: poisson(300/s), reads: 80%, keys: uniform_keys(50)}}\n"
    "policy: {reads: nearest}\n"
    "faults: [{name: outage, at: 2s, crash: db2, for: 500ms}]\n"
    "variants:\n"
    "  async: {policy.ack: async}\n"
    "  sync: {policy.ack: sync(all)}\n"
    "baseline: async\n";

static void begin(Command *command)
{
    command_init(command);
    command_write(command, "small.yaml", small);
}

/* Keeps one run under results/latest~1 and one under latest. */
static void keep_two(Command *command, const char *first, const char *second)
{
    command_run(command, "run small.yaml -q %s", first);
    CHECK_INT(command->status, 0);
    command_run(command, "run small.yaml -q %s", second);
    CHECK_INT(command->status, 0);
}

/* The line that begins with this label, without it, blanks folded; "" where there is none. */
static char *row_of(const char *text, const char *label, guint below)
{
    const char *at = strstr(text, label);
    for (guint i = 0; at && i < below; i++)
        at = strchr(at, '\n') ? strchr(at, '\n') + 1 : NULL;
    if (!at)
        return g_strdup("");
    g_autofree char *line = g_strndup(at, strcspn(at, "\n"));
    g_auto(GStrv) words = g_strsplit_set(line, " ", -1);
    GString *out = g_string_new(NULL);
    for (char **word = words; *word; word++)
        if (**word)
            g_string_append_printf(out, "%s%s", out->len ? " " : "", *word);
    return g_string_free(out, FALSE);
}

static void differences_are_those_of_one_run_with_both(void)
{
    static const char *const labels[] = {"write latency p99", "write latency p50",
                                         "read latency p99"};
    Command command;
    begin(&command);
    command_run(&command, "run small.yaml --no-save --width=200");
    g_autofree char *together = g_strdup(command.out);
    keep_two(&command, "--variant async", "--variant sync");
    command_run(&command, "compare latest~1 latest --width=200 -v");
    CHECK_INT(command.status, 0);
    for (gsize i = 0; i < G_N_ELEMENTS(labels); i++)
        for (guint line = 0; line < 2; line++) {
            g_autofree char *one = row_of(together, labels[i], line);
            g_autofree char *other = row_of(command.out, labels[i], line);
            test_row("%s, line %u", labels[i], line);
            CHECK(strlen(one) > 10);
            CHECK_STR(other, one);
        }
    test_row(NULL);
    CHECK_CONTAINS(command.out, "async and sync");
    CHECK_CONTAINS(command.out, "policy.ack: async → sync(all)\n");
    CHECK_CONTAINS(command.out, "program: the same · world: the same");
    command_clear(&command);
}

/* One number of a measure; NaN where it is not there. */
static double number_of(json_t *metric, const char *object, const char *key)
{
    json_t *at = *object ? json_object_get(metric, object) : metric;
    json_t *number = json_object_get(at, key);
    return json_is_number(number) ? json_number_value(number) : (double)NAN;
}

static void as_json_it_says_the_same_as_one_run_with_both(void)
{
    static const char *const names[] = {"write.latency.p99", "write.latency{client_region=eu}.p50",
                                        "downtime(reads)", "lag{node=db2}.p90"};
    Command command;
    begin(&command);
    command_run(&command, "run small.yaml --no-save --json");
    json_t *together = look_parse(command.out);
    keep_two(&command, "--variant async", "--variant sync");
    command_run(&command, "compare latest~1 latest --json");
    CHECK_INT(command.status, 0);
    json_t *compared = look_parse(command.out);
    json_t *pair = json_array_get(json_object_get(compared, "variants"), 0);
    json_t *metrics = json_object_get(pair, "metrics");
    CHECK(json_object_size(metrics) > 40);
    CHECK_STR(json_string_value(json_object_get(pair, "before")), "async");
    CHECK_STR(json_string_value(json_object_get(pair, "after")), "sync");
    CHECK(json_is_true(json_object_get(pair, "same_world")));
    for (gsize i = 0; i < G_N_ELEMENTS(names); i++) {
        json_t *one = json_object_get(metrics, names[i]);
        json_t *before = look_metric(together, "async", names[i]);
        json_t *after = look_metric(together, "sync", names[i]);
        test_row("%s", names[i]);
        CHECK(one && before && after);
        CHECK_NEAR(number_of(one, "before", "value"), number_of(before, "", "value"), 0);
        CHECK_NEAR(number_of(one, "before", "low"), number_of(before, "", "low"), 0);
        CHECK_NEAR(number_of(one, "after", "high"), number_of(after, "", "high"), 0);
        CHECK_NEAR(number_of(one, "difference", "low"), number_of(after, "vs_baseline", "low"), 0);
        CHECK_NEAR(number_of(one, "difference", "difference"),
                   number_of(after, "vs_baseline", "difference"), 0);
    }
    test_row(NULL);
    json_t *input = json_array_get(json_object_get(compared, "inputs"), 0);
    CHECK_STR(json_string_value(json_object_get(input, "key")), "policy.ack");
    CHECK_STR(json_string_value(json_object_get(input, "after")), "sync(all)");
    g_autofree char *printed = g_strdup(command.out);
    command_run(&command, "compare latest~1 latest -o both.json");
    g_autofree char *written = command_read(&command, "both.json");
    CHECK_STR(written, printed);
    json_decref(together);
    json_decref(compared);
    command_clear(&command);
}

static void variants_of_one_name_are_compared_one_by_one(void)
{
    Command command;
    begin(&command);
    keep_two(&command, "", "--set policy.reads=leader");
    command_run(&command, "report latest~1 latest");
    CHECK_INT(command.status, 0);
    CHECK_CONTAINS(command.out, "comparing 2 variants of two runs");
    CHECK_CONTAINS(command.out, "inputs differ: policy.reads: nearest → leader\n");
    CHECK_CONTAINS(command.out, "\nasync ");
    CHECK_CONTAINS(command.out, "\nsync ");
    CHECK_CONTAINS(command.out, "better");
    command_clear(&command);
}

static void a_run_does_not_differ_from_itself(void)
{
    Command command;
    begin(&command);
    command_run(&command, "run small.yaml -q");
    command_run(&command, "compare latest latest -v");
    CHECK_INT(command.status, 0);
    CHECK_CONTAINS(command.out, "inputs: the same");
    CHECK_CONTAINS(command.out, "program: the same · world: the same");
    CHECK_CONTAINS(command.out, "no change");
    CHECK_LACKS(command.out, "better");
    CHECK_LACKS(command.out, "worse");
    command_clear(&command);
}

static void what_is_not_shared_is_said(void)
{
    Command command;
    begin(&command);
    keep_two(&command, "", "--seed 6");
    command_run(&command, "compare latest~1 latest");
    CHECK_INT(command.status, 0);
    CHECK_CONTAINS(command.out, "UNPAIRED");
    CHECK_CONTAINS(command.out, "and change, unpaired");
    CHECK_CONTAINS(command.out, "seed: 5 → 6");
    command_run(&command, "run small.yaml -q --set clients.web.reads=70%%");
    command_run(&command, "compare latest~2 latest");
    CHECK_INT(command.status, 0);
    CHECK_CONTAINS(command.out, "world: NOT THE SAME, replications are still compared");
    CHECK_LACKS(command.out, "unpaired");
    command_run(&command, "run small.yaml -q --replications 5");
    command_run(&command, "compare latest~3 latest");
    CHECK_CONTAINS(command.out, "UNPAIRED");
    command_clear(&command);
}

/* Changes a file of the newest run. */
static void change(Command *command, const char *file, const char *from, const char *to)
{
    g_autofree char *path = g_build_filename("results/latest", file, NULL);
    g_autofree char *text = command_read(command, path);
    CHECK(text && strstr(text, from));
    g_auto(GStrv) parts = g_strsplit(text ? text : "", from, 2);
    g_autofree char *changed = g_strjoinv(to, parts);
    command_write(command, path, changed);
}

static void another_program_is_said_first(void)
{
    Command command;
    begin(&command);
    keep_two(&command, "", "--set policy.reads=leader");
    change(&command, "manifest.json", "\"binary_sha256\": \"", "\"binary_sha256\": \"0");
    command_run(&command, "compare latest~1 latest");
    CHECK_INT(command.status, 0);
    CHECK(g_str_has_prefix(command.out, "NOT THE SAME PROGRAM: "));
    CHECK_CONTAINS(command.out, "program: another");
    command_clear(&command);
}

static void what_cannot_be_compared_is_refused(void)
{
    Command command;
    begin(&command);
    keep_two(&command, "", "--set duration=5s");
    command_run(&command, "compare latest~1 latest");
    CHECK_INT(command.status, 2);
    CHECK_STR(command.out, "");
    CHECK_CONTAINS(command.err, "duration of async is 4s in one, 5s in the other");
    command_clear(&command);
}

static void other_units_and_other_names_are_refused(void)
{
    Command command;
    begin(&command);
    keep_two(&command, "", "--set policy.reads=leader");
    g_autofree char *csv = command_read(&command, "results/latest/metrics.csv");
    g_auto(GStrv) parts = g_strsplit(csv, "write.latency,,p99,ns,", -1);
    g_autofree char *changed = g_strjoinv("write.latency,,p99,bytes,", parts);
    command_write(&command, "results/latest/metrics.csv", changed);
    command_run(&command, "compare latest~1 latest");
    CHECK_INT(command.status, 2);
    CHECK_CONTAINS(command.err, "'write.latency.p99' is in ns in one run, in bytes in the other");
    command_write(&command, "results/latest/metrics.csv", csv);
    g_auto(GStrv) names = g_strsplit(csv, ",async,", -1);
    g_autofree char *renamed = g_strjoinv(",fast,", names);
    g_auto(GStrv) others = g_strsplit(renamed, ",sync,", -1);
    g_autofree char *both = g_strjoinv(",safe,", others);
    command_write(&command, "results/latest/metrics.csv", both);
    command_run(&command, "compare latest~1 latest");
    CHECK_INT(command.status, 2);
    CHECK_CONTAINS(command.err, "no variant of the same name: async, sync; fast, safe");
    command_clear(&command);
}

static void broken_and_missing_runs_are_errors(void)
{
    Command command;
    begin(&command);
    keep_two(&command, "", "--set policy.reads=leader");
    command_write(&command, "results/latest/metrics.csv", "run,variant\na,\"b\n");
    command_run(&command, "compare latest~1 latest");
    CHECK_INT(command.status, 4);
    CHECK_CONTAINS(command.err, "is not as replsim writes it");
    command_run(&command, "compare latest~1 nowhere");
    CHECK_INT(command.status, 4);
    CHECK_CONTAINS(command.err, "there is no run 'nowhere'");
    command_clear(&command);
}

static void wrong_use_says_what_is_right(void)
{
    static const struct {
        const char *arguments, *error;
    } rows[] = {{"compare latest", "'compare' needs two runs"},
                {"compare", "'compare' needs two runs"},
                {"report", "'report' needs a run"},
                {"report a b c", "two runs are compared at a time"},
                {"compare a b -o x.csv", "written as .html, .md or .json"},
                {"report a -o x.pdf", "-o writes .html"}};
    Command command;
    begin(&command);
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        test_row("%s", rows[i].arguments);
        command_run(&command, "%s", rows[i].arguments);
        CHECK_INT(command.status, 2);
        CHECK_CONTAINS(command.err, rows[i].error);
    }
    test_row(NULL);
    command_run(&command, "compare --help");
    CHECK_INT(command.status, 0);
    CHECK_CONTAINS(command.out, "replsim compare");
    command_clear(&command);
}

static void a_comparison_is_a_page_too(void)
{
    Command command;
    begin(&command);
    keep_two(&command, "", "--set policy.reads=leader");
    command_run(&command, "compare latest~1 latest -o change.html -o change.md");
    CHECK_INT(command.status, 0);
    g_autofree char *page = command_read(&command, "change.html");
    g_autofree char *markdown = command_read(&command, "change.md");
    g_autoptr(SvgLook) look = svg_look_new(page ? page : "");
    CHECK_STR(look->error, NULL);
    CHECK_UINT(look->outside->len, 0);
    CHECK_CONTAINS(page, "policy.reads: nearest → leader");
    CHECK_CONTAINS(page, "class=\"mark\">better");
    CHECK_CONTAINS(markdown, "**better**");
    command_clear(&command);
}

static const TestCase cases[] = {TEST(differences_are_those_of_one_run_with_both),
                                 TEST(as_json_it_says_the_same_as_one_run_with_both),
                                 TEST(variants_of_one_name_are_compared_one_by_one),
                                 TEST(a_run_does_not_differ_from_itself),
                                 TEST(what_is_not_shared_is_said),
                                 TEST(another_program_is_said_first),
                                 TEST(what_cannot_be_compared_is_refused),
                                 TEST(other_units_and_other_names_are_refused),
                                 TEST(broken_and_missing_runs_are_errors),
                                 TEST(wrong_use_says_what_is_right),
                                 TEST(a_comparison_is_a_page_too),
                                 {NULL, NULL}};

int main(int argc, char **argv)
{
    return test_main("compare", cases, argc, argv);
}
