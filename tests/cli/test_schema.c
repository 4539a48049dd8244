/*
 * test_schema.c — goal: what --json prints is what `list schema` says. Method: documents of every
 * golden scenario, of several files, of sweeps and of searches are validated by an independent
 * validator (tests/support/validate_json.py, Debian's python3-jsonschema), and so are documents in
 * which one thing has been made wrong: each of those must be refused.
 *
 * Where there is no validator the test is skipped, unless REPLSIM_NO_SKIP is set
 * (scripts/test.sh).
 */
#include "tests/support/check.h"
#include "tests/support/command.h"
#include "tests/support/json_look.h"

#include <stdlib.h>
#include <string.h>

#define SCENARIOS REPLSIM_SOURCE_DIR "/tests/scenario"
#define VALIDATE                                                                                   \
    "for python in python3 /usr/bin/python3; do $python '" REPLSIM_SOURCE_DIR                      \
    "/tests/support/validate_json.py' "

/* The first Python that has the validator. */
static void validate(Command *command, const char *arguments)
{
    g_autofree char *script = g_strconcat(
        VALIDATE, arguments, "; status=$?; [ $status = 77 ] || break; done; exit $status", NULL);
    command_shell(command, script);
}

static void write_schema(Command *command, const char *name)
{
    command_run(command, "list schema %s", name);
    CHECK_INT(command->status, 0);
    g_autofree char *schema = g_strdup(command->out);
    command_write(command, "schema.json", schema);
}

/* What the command printed, as NAME.doc. */
static void keep(Command *command, const char *name)
{
    g_autofree char *document = g_strdup(command->out);
    g_autofree char *file = g_strconcat(name, ".doc", NULL);
    test_row("%s", name);
    CHECK(strlen(document) > 100);
    test_row(NULL);
    command_write(command, file, document);
}

/* Every *.doc of the folder fits, and there are as many. */
static void check_all_fit(Command *command, unsigned n)
{
    validate(command, "schema.json *.doc");
    CHECK_INT(command->status, 0);
    CHECK_LACKS(command->out, "bad ");
    CHECK_UINT(count_of(command->out, "ok "), n);
}

/* ---- what is printed ---------------------------------------------------------------------- */

static const char small[] =
    "replsim: 1\n"
    "name: small\n"
    "seed: 5\n"
    "duration: 2s\n"
    "replications: 2\n"
    "network: {between: {us <-> eu: 40ms}}\n"
    "nodes: {db1: us, db2: eu}\n"
    "clients: {web: {rate: poisson(100/s), reads: 50%, keys: uniform_keys(50)}}\n"
    "policy: {reads: nearest}\n"
    "variants:\n"
    "  async: {policy.ack: async}\n"
    "  sync: {policy.ack: sync(all)}\n"
    "baseline: async\n"
    "expect:\n"
    "  - write.latency.p99 < 100ms\n"
    "  - write.latency.p99 <= 2 x baseline\n"
    "  - lost_writes == 0\n"
    "  - linearizable\n"
    "  - stale_rate{age>10s} < 1%\n";

static void every_golden_scenario_prints_what_the_schema_says(void)
{
    Command command;
    command_init(&command);
    GDir *folder = g_dir_open(SCENARIOS, 0, NULL);
    const char *name;
    unsigned n = 0;
    while ((name = g_dir_read_name(folder)))
        if (g_str_has_suffix(name, ".yaml")) {
            command_run(&command, "run '" SCENARIOS "/%s' --json --no-save", name);
            keep(&command, name);
            n++;
        }
    g_dir_close(folder);
    CHECK(n >= 7);
    write_schema(&command, "summary");
    check_all_fit(&command, n);
    command_clear(&command);
}

static void so_do_other_shapes_of_the_document(void)
{
    static const char *const commands[] = {
        "run small.yaml",
        "run small.yaml other.yaml",
        "run small.yaml --variant async --replications 1",
        "run small.yaml --metric write.latency.p42 --metric 'stale_rate{client=web} 1s..2s'",
        "run builtin:failover --replications 2",
        "run builtin:shopping-cart",
        "run builtin:dynamo --replications 2",
        "sweep small.yaml --vary clients.web.rate=50/s,80/s --vary policy.reads=leader,nearest",
    };
    Command command;
    command_init(&command);
    command_write(&command, "small.yaml", small);
    command_write(&command, "other.yaml", small);
    for (gsize i = 0; i < G_N_ELEMENTS(commands); i++) {
        g_autofree char *name = g_strdup_printf("%" G_GSIZE_FORMAT, i);
        command_run(&command, "%s --json --no-save", commands[i]);
        test_row("%s: %s", commands[i], command.err);
        CHECK(command.status <= 3 && command.status != 2);
        keep(&command, name);
    }
    write_schema(&command, "summary");
    check_all_fit(&command, G_N_ELEMENTS(commands));
    command_clear(&command);
}

static void the_folder_of_a_run_holds_the_same_document(void)
{
    Command command;
    command_init(&command);
    command_write(&command, "small.yaml", small);
    command_run(&command, "run small.yaml -q -o copy.json");
    command_shell(&command, "cmp copy.json results/latest/summary.json && cp copy.json copy.doc");
    CHECK_INT(command.status, 0);
    write_schema(&command, "summary");
    check_all_fit(&command, 1);
    command_clear(&command);
}

static void a_search_prints_what_its_schema_says(void)
{
    Command command;
    command_init(&command);
    command_write(&command, "small.yaml", small);
    command_run(&command, "sweep small.yaml --vary clients.web.rate=50/s..200/s --find --json");
    keep(&command, "all");
    command_run(&command,
                "sweep small.yaml:async --vary clients.web.rate=50/s..200/s --find --json");
    keep(&command, "one");
    write_schema(&command, "brackets");
    check_all_fit(&command, 2);
    command_clear(&command);
}

static void a_comparison_prints_what_its_schema_says(void)
{
    Command command;
    command_init(&command);
    command_write(&command, "small.yaml", small);
    command_run(&command, "run small.yaml -q");
    command_run(&command, "run small.yaml -q --seed 6 --set policy.reads=leader");
    command_run(&command, "compare latest~1 latest --json");
    keep(&command, "unpaired");
    command_run(&command, "compare latest latest --json");
    keep(&command, "same");
    write_schema(&command, "comparison");
    check_all_fit(&command, 2);
    command_clear(&command);
}

static void a_reproduction_prints_what_its_schema_says(void)
{
    Command command;
    command_init(&command);
    command_write(&command, "small.yaml", small);
    command_run(&command, "run small.yaml -q");
    command_run(&command, "selftest --reproduce latest --json");
    keep(&command, "reproduction");
    write_schema(&command, "reproduction");
    check_all_fit(&command, 1);
    command_clear(&command);
}

/* ---- what is wrong is refused --------------------------------------------------------------- */

/* One member of the document, by its path: keys, or numbers of a list. Borrowed. */
static json_t *find(json_t *document, const char *path)
{
    g_auto(GStrv) parts = g_strsplit(path, "|", -1);
    json_t *at = document;
    for (char **part = parts; *part && **part && at; part++)
        at = json_is_array(at) ? json_array_get(at, strtoul(*part, NULL, 10))
                               : json_object_get(at, *part);
    return at;
}

#define METRIC "variants|1|metrics|write.latency.p99|"

/* A path to an object, one of its keys, and what it is made; NULL: removed. */
static const struct {
    const char *path, *key, *value;
} mistakes[] = {
    {"", "format", "2"},
    {"", "seed", "-1"},
    {"", "seed", NULL},
    {"", "partial", "\"no\""},
    {"", "variants", "{}"},
    {"", "date", "\"2026-11-24\""},
    {"", "scenario", "[]"},
    {"scenario|", "sha256", "\"not a digest\""},
    {"variants|0|", "name", "7"},
    {"variants|0|", "checks", NULL},
    {"variants|0|", "metrics", "{\"lag\": 7}"},
    {METRIC, "value", "\"105ms\""},
    {METRIC, "value", "1.5"},
    {METRIC, "value", "null"},
    {METRIC, "unit", NULL},
    {METRIC, "unit", "\"ms\""},
    {METRIC, "low", NULL},
    {METRIC, "high", "null"},
    {METRIC, "high", "0.5"},
    {METRIC, "count", "2.5"},
    {METRIC, "why_absent", "\"no reason\""},
    {METRIC, "per", "\"second\""},
    {METRIC, "mean", "1"},
    {METRIC "vs_baseline|", "paired", NULL},
    {METRIC "vs_baseline|", "difference", "null"},
    {"variants|0|checks|0|", "verdict", "\"passed\""},
    {"variants|0|checks|0|", "gated", "1"},
};

static char *make_wrong(const char *document, gsize row)
{
    json_t *wrong = look_parse(document);
    json_t *object = find(wrong, mistakes[row].path);
    CHECK(json_is_object(object));
    if (mistakes[row].value)
        json_object_set_new(object, mistakes[row].key,
                            json_loads(mistakes[row].value, JSON_DECODE_ANY, NULL));
    else
        CHECK_INT(json_object_del(object, mistakes[row].key), 0);
    char *dumped = json_dumps(wrong, JSON_REAL_PRECISION(17)), *text = g_strdup(dumped);
    free(dumped);
    json_decref(wrong);
    return text;
}

static void one_thing_wrong_and_the_document_is_refused(void)
{
    Command command;
    command_init(&command);
    command_write(&command, "small.yaml", small);
    command_run(&command, "run small.yaml --json --no-save");
    g_autofree char *document = g_strdup(command.out);
    command_write(&command, "right.doc", document);
    for (gsize row = 0; row < G_N_ELEMENTS(mistakes); row++) {
        g_autofree char *name = g_strdup_printf("wrong%" G_GSIZE_FORMAT ".doc", row);
        g_autofree char *text = make_wrong(document, row);
        command_write(&command, name, text);
    }
    write_schema(&command, "summary");
    validate(&command, "schema.json *.doc");
    CHECK_CONTAINS(command.out, "ok right.doc");
    for (gsize row = 0; row < G_N_ELEMENTS(mistakes); row++) {
        g_autofree char *line = g_strdup_printf("bad wrong%" G_GSIZE_FORMAT ".doc: ", row);
        test_row("%s%s: %s", mistakes[row].path, mistakes[row].key, mistakes[row].value);
        CHECK_CONTAINS(command.out, line);
    }
    test_row(NULL);
    command_clear(&command);
}

static void a_schema_that_is_not_there_is_named(void)
{
    Command command;
    command_init(&command);
    command_run(&command, "list schema sumary");
    CHECK_INT(command.status, 2);
    CHECK_CONTAINS(command.err, "there is no schema 'sumary'");
    CHECK_CONTAINS(command.err, "did you mean 'replsim list schema summary'?");
    CHECK_CONTAINS(command.err, "schemas: scenario summary brackets comparison reproduction");
    command_clear(&command);
}

static const TestCase cases[] = {TEST(every_golden_scenario_prints_what_the_schema_says),
                                 TEST(so_do_other_shapes_of_the_document),
                                 TEST(the_folder_of_a_run_holds_the_same_document),
                                 TEST(a_search_prints_what_its_schema_says),
                                 TEST(a_comparison_prints_what_its_schema_says),
                                 TEST(a_reproduction_prints_what_its_schema_says),
                                 TEST(one_thing_wrong_and_the_document_is_refused),
                                 TEST(a_schema_that_is_not_there_is_named),
                                 {NULL, NULL}};

static int look_for_validator(void)
{
    Command command;
    command_init(&command);
    command_write(&command, "schema.json", "{}");
    validate(&command, "schema.json");
    int status = command.status;
    command_clear(&command);
    return status;
}

int main(int argc, char **argv)
{
    if (look_for_validator() != 0 && !g_getenv("REPLSIM_NO_SKIP")) {
        g_printerr("skipped: no Python with jsonschema (Debian: python3-jsonschema)\n");
        return 77;
    }
    return test_main("schema", cases, argc, argv);
}
