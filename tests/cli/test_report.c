/*
 * test_report.c — goal: every run leaves a page that stands alone and says what the terminal says.
 * Method: pages and pictures of small runs, read back with a parser.
 */
#include "tests/support/check.h"
#include "tests/support/command.h"
#include "tests/support/svg_look.h"

#include <glib/gstdio.h>
#include <string.h>

static const char small[] =
    "replsim: 1\n"
    "name: small\n"
    "question: is <sync> slower & safer?\n"
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
    "baseline: async\n"
    "expect: [stale_rate < 1%, write.latency.p99 < 80ms]\n"
    "not_modelled: [reconnect storms]\n";

/* Two names for one thing. */
static const char same[] =
    "replsim: 1\n"
    "name: same\n"
    "duration: 2s\n"
    "replications: 5\n"
    "network: {within: 'lognormal(p50=1ms, p99=3ms)'}\n"
    "nodes: {db1: us, db2: us}\n"
    "clients: {web: {rate: poisson(300/s), reads: 80%, keys: uniform_keys(50)}}\n"
    "variants: {one: {policy.ack: async}, other: {policy.ack: async}}\n"
    "baseline: one\n";

static void begin(Command *command)
{
    command_init(command);
    command_write(command, "small.yaml", small);
    command_write(command, "same.yaml", same);
    command_set(command, "SOURCE_DATE_EPOCH=1790000000");
}

static char *page_of(Command *command, const char *file)
{
    command_run(command, "run %s --no-save -q -o page.html", file);
    return command_read(command, "page.html");
}

/* What a reader without script sees. */
static char *visible(const char *page)
{
    const char *script = strstr(page, "<script>");
    return script ? g_strndup(page, (gsize)(script - page)) : g_strdup(page);
}

static void a_run_leaves_a_page_that_stands_alone(void)
{
    Command command;
    begin(&command);
    command_run(&command, "run small.yaml -q");
    g_autofree char *page = command_read(&command, "results/latest/report.html");
    CHECK(page != NULL);
    if (page) {
        g_autoptr(SvgLook) look = svg_look_new(page);
        CHECK_STR(look->error, NULL);
        CHECK_UINT(look->outside->len, 0);
        CHECK_LACKS(page, "http:");
        CHECK_LACKS(page, "https:");
        CHECK(strlen(page) < 2000000);
        for (guint i = 0; i < look->ids->len; i++)
            for (guint k = 0; k < i; k++)
                CHECK(strcmp(look->ids->pdata[i], look->ids->pdata[k]) != 0);
    }
    command_clear(&command);
}

static void its_blocks_stand_in_their_order(void)
{
    static const char *const ids[] = {
        "verdict", "compared",  "results", "staleness",    "lag",       "latency", "availability",
        "losses",  "trade-off", "sure",    "not-modelled", "reproduce", "guide"};
    Command command;
    begin(&command);
    g_autofree char *page = page_of(&command, "small.yaml");
    const char *at = page;
    for (gsize i = 0; i < G_N_ELEMENTS(ids) && at; i++) {
        g_autofree char *head = g_strdup_printf("<h2 id=\"%s\">", ids[i]);
        test_row("%s", ids[i]);
        at = strstr(at, head);
        CHECK(at != NULL);
    }
    test_row(NULL);
    command_clear(&command);
}

static void page_and_terminal_say_the_same(void)
{
    Command command;
    begin(&command);
    command_run(&command, "run small.yaml --no-save --width=200 -o page.html");
    g_autofree char *page = command_read(&command, "page.html"), *seen = visible(page);
    const char *words = strstr(command.out, "IN WORDS\n");
    CHECK(words != NULL);
    g_autofree char *sentence = words ? g_strndup(words + 11, strcspn(words + 11, ".;\n")) : NULL;
    CHECK_CONTAINS(seen, sentence);
    CHECK_CONTAINS(seen, "is &lt;sync&gt; slower &amp; safer?");
    CHECK_CONTAINS(seen, "<li class=\"chip fail\">");
    CHECK_CONTAINS(seen, "FAIL");
    CHECK_CONTAINS(seen, "sync(all)");
    CHECK_CONTAINS(seen, "db2 crashes for 500 ms (outage)");
    CHECK_CONTAINS(seen, "reconnect storms");
    CHECK_CONTAINS(seen, "replsim run small.yaml --no-save --width=200 -o page.html");
    CHECK_CONTAINS(seen, "2026-09-21");
    command_clear(&command);
}

static void the_same_run_gives_the_same_page(void)
{
    Command command;
    begin(&command);
    command_run(&command, "run small.yaml --no-save -q -j 1 -o page.html");
    g_autofree char *one = command_read(&command, "page.html");
    command_run(&command, "run small.yaml --no-save -q -j 2 -o page.html");
    g_autofree char *two = command_read(&command, "page.html");
    char *differs = strstr(one, "-j 1"), *also = strstr(two, "-j 2");
    CHECK(differs && also);
    if (differs && also)
        differs[3] = also[3] = 'N';
    CHECK_STR(one, two);
    command_clear(&command);
}

static void identical_variants_have_no_winner(void)
{
    Command command;
    begin(&command);
    g_autofree char *page = page_of(&command, "same.yaml"), *seen = visible(page);
    CHECK_CONTAINS(seen, "No difference between the variants was detected.");
    CHECK_LACKS(seen, "class=\"mark\">better");
    CHECK_LACKS(seen, "class=\"mark\">worse");
    CHECK_CONTAINS(seen, "class=\"mark\">~");
    CHECK_CONTAINS(seen, "The variants do not differ in any setting.");
    command_clear(&command);
}

static void what_is_partial_or_another_world_says_so_on_top(void)
{
    Command command;
    begin(&command);
    command_run(&command,
                "run small.yaml:async small.yaml:sync --set seed=6 --no-save -q -o a.html");
    g_autofree char *same_world = command_read(&command, "a.html");
    CHECK_LACKS(same_world, "class=\"band\">NOT");
    g_autofree char *other = g_strdup(small);
    memcpy(strstr(other, "300/s"), "200/s", 5);
    command_write(&command, "other.yaml", other);
    command_run(&command, "run small.yaml:async other.yaml:async --no-save -q -o b.html");
    g_autofree char *page = command_read(&command, "b.html");
    CHECK_CONTAINS(page, "<p class=\"band\">NOT THE SAME WORLD");
    command_clear(&command);
}

static void markdown_brings_its_pictures(void)
{
    Command command;
    begin(&command);
    command_run(&command, "run small.yaml --no-save -q -o out.md");
    g_autofree char *text = command_read(&command, "out.md");
    CHECK_CONTAINS(text, "# small\n");
    CHECK_CONTAINS(text, "](out-lag.svg)");
    g_auto(GStrv) parts = g_strsplit(text, "](", -1);
    for (guint i = 1; i < g_strv_length(parts); i++) {
        g_autofree char *name = g_strndup(parts[i], strcspn(parts[i], ")"));
        g_autofree char *svg = command_read(&command, name);
        test_row("%s", name);
        CHECK(svg != NULL);
        if (!svg)
            continue;
        g_autoptr(SvgLook) look = svg_look_new(svg);
        g_autofree char *collision = svg_look_collision(look);
        CHECK_STR(look->error, NULL);
        CHECK_STR(collision, NULL);
        CHECK(g_str_has_prefix(svg, "<svg xmlns=\"http://www.w3.org/2000/svg\""));
    }
    test_row(NULL);
    command_clear(&command);
}

static void one_picture_is_asked_for_by_its_name(void)
{
    Command command;
    begin(&command);
    command_run(&command, "run small.yaml --no-save -q -o lag.svg");
    CHECK(command_has(&command, "lag.svg"));
    command_run(&command, "run small.yaml --no-save -q -o lags.svg");
    CHECK_INT(command.status, 2);
    CHECK(!command_has(&command, "lags.svg"));
    CHECK_CONTAINS(command.err, "there is no picture 'lags'");
    CHECK_CONTAINS(command.err, "lag.svg");
    command_clear(&command);
}

static void a_page_that_is_missing_from_a_stored_run_is_added(void)
{
    Command command;
    begin(&command);
    command_run(&command, "run small.yaml -q");
    g_autofree char *path = g_build_filename(command.folder, "results/latest/report.html", NULL);
    CHECK_INT(g_unlink(path), 0);
    command_run(&command, "run small.yaml");
    CHECK_CONTAINS(command.out, "reproduced");
    CHECK(command_has(&command, "results/latest/report.html"));
    command_clear(&command);
}

/* With a stand-in for rsvg-convert, which says what it was given. */
static void a_picture_becomes_a_png_where_there_is_a_converter(void)
{
    Command command;
    begin(&command);
    g_autofree char *path = g_strdup_printf("PATH=%s/bin:/usr/bin:/bin", command.folder);
    command_shell(&command, "mkdir bin");
    command_write(&command, "bin/rsvg-convert", "#!/bin/sh\necho \"$@\"\ncat\n");
    command_shell(&command, "chmod +x bin/rsvg-convert");
    command_set(&command, path);
    command_run(&command, "run small.yaml -q -o lag.png");
    CHECK(command.status <= 3 && command.status != 2);
    g_autofree char *png = command_read(&command, "lag.png");
    CHECK_CONTAINS(png, "--zoom=2 --format=png\n<svg xmlns=");
    command_run(&command, "report latest -o write-latency.png -q");
    CHECK_INT(command.status, 0);
    CHECK(command_has(&command, "write-latency.png"));
    command_shell(&command, "printf '#!/bin/sh\\nexit 3\\n' > bin/rsvg-convert");
    command_run(&command, "report latest -o read-latency.png -q");
    CHECK_INT(command.status, 4);
    CHECK_CONTAINS(command.err, "rsvg-convert failed");
    CHECK(!command_has(&command, "read-latency.png"));
    command_set(&command, "PATH=/nowhere");
    command_run(&command, "run small.yaml --no-save -o lag.png");
    CHECK_INT(command.status, 2);
    CHECK_CONTAINS(command.err, "needs rsvg-convert (Debian: librsvg2-bin)");
    CHECK_CONTAINS(command.err, "the same as .svg needs nothing");
    command_clear(&command);
}

static void other_programs_have_their_forms(void)
{
    static const struct {
        const char *file, *start;
    } rows[] = {
        {"a.junit.xml", "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites tests=\"4\""},
        {"a.prom", "# TYPE replsim_lost_writes_count gauge\n"},
        {"a.hlog", "#[Logged with replsim "},
        {"a.ndjson", "{\"run\": \"small\", \"variant\": \"async\", \"replication\": 0,"}};
    Command command;
    begin(&command);
    command_run(&command, "run small.yaml --no-save -q -o a.junit.xml -o a.prom -o a.ndjson "
                          "-o a.hlog");
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *text = command_read(&command, rows[i].file);
        test_row("%s", rows[i].file);
        CHECK(text && g_str_has_prefix(text, rows[i].start));
    }
    test_row(NULL);
    command_run(&command, "run small.yaml --no-save -q -o a.xml");
    CHECK_INT(command.status, 2);
    CHECK_CONTAINS(command.err, ".junit.xml");
    command_clear(&command);
}

/* Many variants: charts draw some, tables have all, and the page stays small. */
static void many_variants_stay_readable(void)
{
    Command command;
    begin(&command);
    GString *yaml = g_string_new(small);
    g_string_truncate(yaml, (gsize)(strstr(yaml->str, "variants:\n") - yaml->str));
    g_string_append(yaml, "variants:\n");
    for (int i = 0; i < 40; i++)
        g_string_append_printf(yaml, "  v%d: {policy.batch: {every: %dms, most: 1MB}}\n", i, i + 1);
    g_string_append(yaml, "baseline: v0\nexpect: [stale_rate < 1%]\n");
    command_write(&command, "many.yaml", yaml->str);
    command_run(&command, "run many.yaml --no-save -q --replications 2 -o page.html");
    g_autofree char *page = command_read(&command, "page.html");
    CHECK(page && strlen(page) < 2000000);
    CHECK_CONTAINS(page, "Charts draw the first 12 of 40 variants");
    CHECK_CONTAINS(page, "<th scope=\"row\">v39");
    CHECK_LACKS(page, "Every measure");
    g_autoptr(SvgLook) look = svg_look_new(page ? page : "");
    CHECK_STR(look->error, NULL);
    g_string_free(yaml, TRUE);
    command_clear(&command);
}

/* ---- what is kept ------------------------------------------------------------------------- */

static void a_kept_run_is_shown_and_written_again(void)
{
    Command command;
    begin(&command);
    command_run(&command, "run small.yaml -q -o fresh.md");
    g_autofree char *text = command_read(&command, "results/latest/summary.txt");
    g_autofree char *summary = command_read(&command, "results/latest/summary.json");
    g_autofree char *csv = command_read(&command, "results/latest/metrics.csv");
    g_autofree char *page = command_read(&command, "results/latest/report.html");
    g_autofree char *fresh = command_read(&command, "fresh.md");
    command_run(&command, "report latest");
    CHECK_INT(command.status, 0);
    CHECK_STR(command.out, text);
    command_run(&command, "report latest --json");
    CHECK_STR(command.out, summary);
    command_run(&command, "report latest -o a.html -o fresh.md -o a.csv -o lag.svg");
    CHECK_INT(command.status, 0);
    CHECK_STR(command.out, "");
    g_autofree char *again = command_read(&command, "a.html");
    CHECK_STR(again, page);
    g_autofree char *markdown = command_read(&command, "fresh.md");
    CHECK_STR(markdown, fresh);
    g_autofree char *table = command_read(&command, "a.csv");
    CHECK_STR(table, csv);
    CHECK(command_has(&command, "lag.svg"));
    command_clear(&command);
}

static void a_page_alone_is_enough(void)
{
    Command command;
    begin(&command);
    command_run(&command, "run small.yaml --no-save -q -o mailed.html -o out.md");
    g_autofree char *fresh = command_read(&command, "out.md");
    g_autofree char *picture = command_read(&command, "out-lag.svg");
    command_run(&command, "report mailed.html -o out.md");
    CHECK_INT(command.status, 0);
    g_autofree char *again = command_read(&command, "out.md");
    g_autofree char *picture_again = command_read(&command, "out-lag.svg");
    CHECK_STR(again, fresh);
    CHECK_STR(picture_again, picture);
    command_run(&command, "report mailed.html");
    CHECK_INT(command.status, 2);
    CHECK_CONTAINS(command.err, "with -o");
    command_run(&command, "report mailed.html -o x.json");
    CHECK_INT(command.status, 4);
    CHECK_CONTAINS(command.err, "a page alone");
    command_write(&command, "other.html", "<html><body>hello</body></html>");
    command_run(&command, "report other.html -o x.md");
    CHECK_INT(command.status, 4);
    CHECK_CONTAINS(command.err, "not a report of replsim");
    command_clear(&command);
}

static void runs_are_found_by_short_names(void)
{
    Command command;
    begin(&command);
    command_run(&command, "report latest");
    CHECK_INT(command.status, 4);
    CHECK_CONTAINS(command.err, "there is none yet");
    command_run(&command, "run small.yaml -q");
    command_run(&command, "run small.yaml -q --seed 6");
    command_run(&command, "run same.yaml -q");
    static const struct {
        const char *name, *shown;
    } rows[] = {{"latest", "same.yaml"},
                {"latest~1", "seed 6"},
                {"latest~2", "seed 5"},
                {"same", "same.yaml"},
                {"results/latest", "same.yaml"}};
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        test_row("%s", rows[i].name);
        command_run(&command, "report %s", rows[i].name);
        CHECK_INT(command.status, 0);
        CHECK_CONTAINS(command.out, rows[i].shown);
    }
    test_row(NULL);
    command_run(&command, "report small");
    CHECK_INT(command.status, 4);
    CHECK_CONTAINS(command.err, "'small' is the beginning of 2 runs");
    CHECK_LACKS(command.err, "same-");
    command_run(&command, "report smal1");
    CHECK_INT(command.status, 4);
    CHECK_CONTAINS(command.err, "the newest: same-");
    command_run(&command, "report latest~3");
    CHECK_INT(command.status, 4);
    command_clear(&command);
}

static const TestCase cases[] = {TEST(a_run_leaves_a_page_that_stands_alone),
                                 TEST(its_blocks_stand_in_their_order),
                                 TEST(page_and_terminal_say_the_same),
                                 TEST(the_same_run_gives_the_same_page),
                                 TEST(identical_variants_have_no_winner),
                                 TEST(what_is_partial_or_another_world_says_so_on_top),
                                 TEST(markdown_brings_its_pictures),
                                 TEST(one_picture_is_asked_for_by_its_name),
                                 TEST(a_page_that_is_missing_from_a_stored_run_is_added),
                                 TEST(a_picture_becomes_a_png_where_there_is_a_converter),
                                 TEST(other_programs_have_their_forms),
                                 TEST(many_variants_stay_readable),
                                 TEST(a_kept_run_is_shown_and_written_again),
                                 TEST(a_page_alone_is_enough),
                                 TEST(runs_are_found_by_short_names),
                                 {NULL, NULL}};

int main(int argc, char **argv)
{
    return test_main("report", cases, argc, argv);
}
