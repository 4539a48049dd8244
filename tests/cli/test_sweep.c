/*
 * test_sweep.c — goal: a point of a sweep is what a run with that setting is, whatever the grid,
 * the number of threads and the spelling of the range; and a bracket is made of points that were
 * simulated. Method: sweeps of a small scenario beside runs with --set.
 */
#include "tests/support/check.h"
#include "tests/support/command.h"
#include "tests/support/json_look.h"
#include "tests/support/svg_look.h"

#include <string.h>

static const char small[] =
    "replsim: 1\nname: small\nduration: 3s\nreplications: 3\n"
    "network: {between: {us <-> eu: 'exponential(mean=20ms)'}}\n"
    "nodes: {db1: us, db2: eu}\n"
    "clients: {web: {rate: poisson(200/s), reads: 60%, keys: uniform_keys(20)}}\n"
    "policy: {reads: nearest}\n"
    "expect: [write.latency.p99 < 100ms]\n";

static void begin(Command *command)
{
    command_init(command);
    command_write(command, "small.yaml", small);
}

static void a_point_is_the_run_with_that_setting(void)
{
    Command command;
    begin(&command);
    command_run(&command, "sweep small.yaml --vary policy.ack=async,sync(all) --vary seed=3,4 "
                          "--json --no-save --inconclusive=pass");
    json_t *sweep = look_parse(command.out);
    CHECK_INT((int)json_array_size(json_object_get(sweep, "variants")), 4);
    command_run(&command, "run small.yaml --set policy.ack='sync(all)' --set seed=4 --json "
                          "--no-save --inconclusive=pass");
    json_t *run = look_parse(command.out);
    json_t *expected = look_own_metrics(run, "base");
    json_t *found = look_own_metrics(sweep, "ack=sync(all), seed=4");
    CHECK(json_object_size(expected) > 50);
    CHECK(json_equal(expected, found));
    json_decref(expected);
    json_decref(found);
    json_decref(run);
    json_decref(sweep);
    command_clear(&command);
}

/* Names of the points, one after the other. */
static char *point_names(const char *text)
{
    json_t *document = look_parse(text), *variant;
    GString *names = g_string_new(NULL);
    size_t i;
    json_array_foreach(json_object_get(document, "variants"), i, variant) g_string_append_printf(
        names, "%s%s", i ? " | " : "", json_string_value(json_object_get(variant, "name")));
    json_decref(document);
    return g_string_free(names, FALSE);
}

/* The page of a sweep, read: well formed, asks for nothing, no two texts of a picture collide. */
static char *page_of(Command *command, const char *file)
{
    char *page = command_read(command, file);
    test_row("%s", file);
    CHECK(page != NULL);
    g_autoptr(SvgLook) look = svg_look_new(page ? strstr(page, "<html") : "<html/>");
    CHECK_STR(look->error ? look->error : "", "");
    CHECK_UINT(look->outside->len, 0);
    for (const char *at = page; at && (at = strstr(at, "<svg viewBox")); at++) {
        g_autofree char *svg = g_strndup(at, (gsize)(strstr(at, "</svg>") - at) + strlen("</svg>"));
        g_autoptr(SvgLook) picture = svg_look_new(svg);
        g_autofree char *collision = svg_look_collision(picture);
        CHECK_STR(collision ? collision : "", "");
    }
    test_row(NULL);
    return page;
}

static void the_page_of_two_knobs_is_a_map(void)
{
    Command command;
    begin(&command);
    command_shell(&command, "sed -i 's/p99 < 100ms/p99 < 180ms/' small.yaml");
    command_run(&command, "sweep small.yaml --vary policy.ack=async,sync(all) "
                          "--vary policy.reads=leader,nearest,any -q -o plane.html");
    CHECK(command.status <= 3);
    g_autofree char *page = page_of(&command, "plane.html");
    const char *const parts[] = {"6 points × 3 replications × 3 s",
                                 "the same world at every point",
                                 "id=\"figure-write-latency-p99\"",
                                 "id=\"figure-checks\"",
                                 "ack \\ reads",
                                 "at 3 of 6 points: ack=async, reads=leader; ack=async",
                                 "<h2 id=\"points\">All points</h2>"};
    for (gsize i = 0; i < G_N_ELEMENTS(parts); i++) {
        test_row("%s", parts[i]);
        CHECK(page && strstr(page, parts[i]));
    }
    test_row(NULL);
    CHECK_UINT(count_of(page, "Everything else:"), 1);
    command_clear(&command);
}

static void the_page_of_one_knob_is_a_curve_or_rows_of_dots(void)
{
    Command command;
    begin(&command);
    command_run(&command, "sweep small.yaml --vary policy.ack_timeout='10ms..10s log 5' --set "
                          "policy.ack='semi-sync(1)' -q -o curve.html -o curve.md "
                          "-o write-latency-p99.svg");
    CHECK(command.status <= 3);
    g_autofree char *curve = page_of(&command, "curve.html");
    CHECK_CONTAINS(curve, ">10 ms<");
    CHECK_CONTAINS(curve, ">10 s<");
    CHECK_CONTAINS(curve, "between points the line only joins them");
    CHECK(command_has(&command, "curve-write-latency-p99.svg"));
    CHECK(command_has(&command, "write-latency-p99.svg"));
    command_run(&command, "sweep small.yaml --vary policy.ack=async,sync(all) -q -o rows.html");
    g_autofree char *rows = page_of(&command, "rows.html");
    CHECK_CONTAINS(rows, "id=\"figure-trade-off-map\"");
    CHECK_CONTAINS(rows, "id=\"figure-write-latency\""); /* a few points are drawn like variants */
    CHECK_CONTAINS(rows, "one dot a replication");
    CHECK_CONTAINS(rows, ">ack=sync(all)</text>");
    command_clear(&command);
}

static void a_kept_sweep_is_written_again(void)
{
    Command command;
    begin(&command);
    command_run(&command, "sweep small.yaml --vary policy.ack=async,sync(all) "
                          "--vary policy.reads=leader,nearest -q -o first.html");
    command_run(&command, "report latest -q -o again.html -o again.md");
    CHECK_INT(command.status, 0);
    g_autofree char *first = command_read(&command, "first.html");
    g_autofree char *again = command_read(&command, "again.html");
    g_autofree char *markdown = command_read(&command, "again.md");
    CHECK(strlen(first) > 10000);
    CHECK_STR(again, first);
    CHECK_CONTAINS(markdown, "## Frontier");
    command_clear(&command);
}

static void ranges_are_what_they_say(void)
{
    static const struct {
        const char *options, *names;
    } rows[] = {
        {"--vary seed=1..4", "seed=1 | seed=2 | seed=3 | seed=4"},
        {"--vary seed='1..9 step 4'", "seed=1 | seed=5 | seed=9"},
        {"--vary clients.web.value_size='1KiB, 2KiB'", "value_size=1KiB | value_size=2KiB"},
        {"--vary network.within='1ms..4ms step 1500us'", "within=1ms | within=2.5ms | within=4ms"},
        {"--vary network.within='1ms..1s log 4'",
         "within=1ms | within=10ms | within=100ms | within=1s"},
        {"--vary clients.web.reads='10%..90% step 40%'", "reads=10% | reads=50% | reads=90%"},
        {"--vary clients.web.rate='500/s..2k/s step 500/s'",
         "rate=500/s | rate=1000/s | rate=1500/s | rate=2000/s"},
        {"--vary clients.web.value_size='1KiB..4KiB log 3'",
         "value_size=1KiB | value_size=2050B | value_size=4100B"},
        {"--vary policy.ack='any(1, [db2]), async'", "ack=any(1, [db2]) | ack=async"},
        {"--zip --vary seed=1,2 --vary clients.web.rate=100/s,50/s",
         "seed=1, rate=100/s | seed=2, rate=50/s"},
        {"--vary nodes.db1.storage.fsync=1ms --vary nodes.db2.storage.fsync=2ms",
         "nodes.db1.storage.fsync=1ms, nodes.db2.storage.fsync=2ms"},
    };
    Command command;
    begin(&command);
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        test_row("%s", rows[i].options);
        command_run(&command, "sweep small.yaml %s --json --no-save --replications 1",
                    rows[i].options);
        g_autofree char *names = point_names(command.out);
        CHECK_STR(names, rows[i].names);
    }
    test_row(NULL);
    command_clear(&command);
}

static void threads_change_nothing(void)
{
    Command command;
    begin(&command);
    command_run(&command, "sweep small.yaml --vary seed=1..5 -j 1 --json --no-save");
    g_autofree char *one = g_strdup(command.out);
    command_run(&command, "sweep small.yaml --vary seed=1..5 -j 8 --json --no-save");
    CHECK_STR(command.out, one);
    command_clear(&command);
}

static void tables_say_what_depends_on_what(void)
{
    Command command;
    begin(&command);
    command_run(&command, "sweep small.yaml --vary policy.ack=async,sync(all) --vary "
                          "policy.reads=leader,nearest");
    CHECK_INT(command.status, 1);
    CHECK_CONTAINS(command.out, "4 points × 3 replications · same world at every point");
    CHECK_CONTAINS(command.out, "ack \\ reads");
    CHECK_CONTAINS(command.out, "stale reads");
    CHECK_CONTAINS(command.out, "write latency p99");
    CHECK_CONTAINS(command.out, "FRONTIER");
    CHECK_CONTAINS(command.out, "FAIL");
    CHECK_CONTAINS(command.out, "metrics.csv");
    CHECK(command_has(&command, "results/latest/metrics.csv"));
    CHECK(command_has(&command, "results/latest/resolved.yaml"));
    CHECK(!command_has(&command, "results/latest/resolved-2.yaml"));
    command_clear(&command);
}

static void points_that_are_alike_do_not_differ(void)
{
    Command command;
    begin(&command);
    command_run(&command, "sweep small.yaml --vary policy.ack=async,async --json --no-save");
    json_t *document = look_parse(command.out);
    json_t *variants = json_object_get(document, "variants"), *metric;
    const char *name;
    guint n = 0;
    json_object_foreach(json_object_get(json_array_get(variants, 1), "metrics"), name, metric)
    {
        json_t *difference = json_object_get(json_object_get(metric, "vs_baseline"), "difference");
        if (!difference)
            continue;
        n++;
        CHECK_NEAR(json_number_value(difference), 0, 0);
    }
    CHECK(n > 50);
    json_decref(document);
    command_clear(&command);
}

/* Under sync a write takes the round trip: its p99 grows with the link. */
static void a_threshold_is_bracketed_by_points(void)
{
    static const char *const options =
        "--set policy.ack='sync(all)' --set expect='[write.latency.p99 < 300ms]' --replications 4";
    Command command;
    begin(&command);
    command_run(&command,
                "sweep small.yaml --vary 'network.between.us <-> eu=1ms..200ms' --find %s",
                options);
    CHECK_INT(command.status, 0);
    /* To the leader and back, and to the follower and back: four times the link. */
    CHECK_CONTAINS(command.out, "'write.latency.p99 < 300ms' passes up to us <-> eu = ");
    CHECK_CONTAINS(command.out, "and fails from ");
    CHECK_CONTAINS(command.out, "passing range: 1ms … ");
    CHECK_CONTAINS(command.out, "points tried)");
    command_run(&command,
                "sweep small.yaml --vary 'network.between.us <-> eu=100ms..200ms' --find %s",
                options);
    CHECK_INT(command.status, 1);
    CHECK_CONTAINS(command.out, "fails everywhere");
    CHECK_CONTAINS(command.out, "no point passes every check");
    command_clear(&command);
}

static void mistakes_are_named_and_nothing_runs(void)
{
    static const struct {
        const char *options, *message;
    } rows[] = {
        {"", "'sweep' needs a knob"},
        {"--vary", "--vary"},
        {"--vary seed", "expected KEY=VALUES"},
        {"--vary seed=", "expected KEY=VALUES"},
        {"--vary seed=1,,2", "a value is empty"},
        {"--vary seed=4..1", "a range goes from less to more"},
        {"--vary network.within=1ms..10ms", "needs a 'step C' or 'log N'"},
        {"--vary network.within='1ms..10ms step 1'", "a step is a quantity of the same unit"},
        {"--vary network.within='1ms..10% step 1ms'", "the ends of a range have one unit"},
        {"--vary network.within='0ms..10ms log 3'", "even ratios begin above 0"},
        {"--vary network.within='1ms..10ms by 3'", "'step C' or 'log N'"},
        {"--vary seed=1,2 --vary seed=3", "this key is varied already"},
        {"--zip --vary seed=1,2 --vary replications=1", "--zip pairs values"},
        {"--vary seed=1..201", "these are 201 points; add --yes"},
        {"--vary polcy.ack=async", "polcy"},
        {"--vary policy.ack=async,asink", "asink"},
        {"--vary seed=1,2 --find", "--find searches one range"},
        {"--vary seed=1..3 --set expect=[] --find", "has none"},
        {"other.yaml --vary seed=1..3", "takes one file"},
    };
    Command command;
    begin(&command);
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        test_row("%s", rows[i].options);
        command_run(&command, "sweep small.yaml %s", rows[i].options);
        CHECK_INT(command.status, 2);
        CHECK_CONTAINS(command.err, rows[i].message);
        CHECK_STR(command.out, "");
    }
    test_row(NULL);
    CHECK(!command_has(&command, "results/latest"));
    command_clear(&command);
}

static const TestCase cases[] = {TEST(a_point_is_the_run_with_that_setting),
                                 TEST(the_page_of_two_knobs_is_a_map),
                                 TEST(the_page_of_one_knob_is_a_curve_or_rows_of_dots),
                                 TEST(a_kept_sweep_is_written_again),
                                 TEST(ranges_are_what_they_say),
                                 TEST(threads_change_nothing),
                                 TEST(tables_say_what_depends_on_what),
                                 TEST(points_that_are_alike_do_not_differ),
                                 TEST(a_threshold_is_bracketed_by_points),
                                 TEST(mistakes_are_named_and_nothing_runs),
                                 {NULL, NULL}};

int main(int argc, char **argv)
{
    return test_main("sweep", cases, argc, argv);
}
