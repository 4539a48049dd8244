/*
 * test_explain.c — goal: what `explain` says of a stale read is what happened. Method: stories
 * whose times are worked out by hand, then random runs whose numbers are compared with their
 * traces.
 */
#include "tests/support/check.h"
#include "tests/support/command.h"
#include "tests/support/json_look.h"
#include "tests/support/svg_look.h"
#include "tests/support/trace_scenarios.h"

#include <string.h>

/* Within a region 1 ms, between them 50 ms. The write reaches db1 at 1 ms and is answered at 2 ms.
 * db2 gets the entry at 51 ms and applies it 7 ms later, at 58 ms. Bob asks at 12 ms, and is served
 * at 13 ms: 45 ms too soon. */
static const char story[] = "replsim: 1\n"
                            "name: story\n"
                            "duration: 1s\n"
                            "replications: 1\n"
                            "network: {within: 1ms, between: {us <-> eu: 50ms}}\n"
                            "nodes: {db1: us, db2: {region: eu, storage: {apply: 7ms}}}\n"
                            "clients:\n"
                            "  alice:\n"
                            "    from: {us: 100%}\n"
                            "    script:\n"
                            "      - {name: put, at: 0ms, write: cart, value: eggs}\n"
                            "  bob:\n"
                            "    from: {eu: 100%}\n"
                            "    script:\n"
                            "      - {name: soon, at: 12ms, read: cart, to: db2}\n"
                            "      - {name: late, at: 300ms, read: cart, to: db2}\n"
                            "policy: {model: single-leader, leader: db1, reads: nearest}\n";

static void begin(Command *command)
{
    command_init(command);
    command_write(command, "story.yaml", story);
    command_set(command, "COLUMNS=120");
    for (const TraceScenario *one = trace_scenarios; one->name; one++) {
        g_autofree char *file = g_strconcat(one->name, ".yaml", NULL);
        command_write(command, file, one->yaml);
    }
}

static void a_story_is_explained_by_its_times(void)
{
    static const char *const lines[] = {
        "Read soon returned an old value.",
        "It returned  nothing of key cart     It missed  v1, acknowledged 10 ms before it began",
        "That is 1 version behind; the oldest answer of 1 stale reads.",
        "nothing, STALE",
        "Why",
        "1  policy.ack: async              the writer of v1 was told that it is done 56 ms",
        "before db2 had it",
        "2  db1 → db2                      v1 was 50 ms on the way",
        "3  db2                            7 ms until it was applied",
        "4  policy.reads: nearest          the read went to db2, which had v1 45 ms too late",
        "Who had it   v1, against the begin of the read",
        "db1            11 ms before it",
        "db2            46 ms after it",
        "next     replsim trace story.yaml --variant base --replication 0 --around soon"};
    static const char *const names[] = {"soon", "bob-0", "stale:worst", "stale:typical", "stale:1"};
    Command command;
    begin(&command);
    for (gsize n = 0; n < G_N_ELEMENTS(names); n++) {
        command_run(&command, "explain story.yaml %s --width 120", names[n]);
        CHECK_INT(command.status, 0);
        const char *at = command.out;
        for (gsize i = 0; i < G_N_ELEMENTS(lines); i++) {
            test_row("%s: %s", names[n], lines[i]);
            at = at ? strstr(at, lines[i]) : NULL;
            CHECK(at != NULL);
        }
    }
    test_row(NULL);
    command_clear(&command);
}

/* The replica is down meanwhile, and gets the write when it is back. */
static void faults_are_named(void)
{
    Command command;
    begin(&command);
    g_autofree char *yaml =
        g_strconcat(story, "faults: [{name: nap, at: 5ms, pause: db2, for: 90ms}]\n", NULL);
    command_write(&command, "nap.yaml", yaml);
    command_run(&command, "explain nap.yaml soon --width 120");
    CHECK_INT(command.status, 0);
    CHECK_CONTAINS(command.out, "fault nap");
    CHECK_CONTAINS(command.out, "began at 0.005 s and ended at 0.095 s");
    command_clear(&command);
}

static void nothing_to_explain_is_an_answer(void)
{
    static const struct {
        const char *arguments, *says;
    } rows[] = {{"explain story.yaml late", "late is a read of base, replication 0, and not stale"},
                {"explain story.yaml put", "put is a write of base, replication 0, and no read"},
                {"explain story.yaml stale:worst --set policy.ack=sync(all)",
                 "base answered no stale read in 1 replication."}};
    Command command;
    begin(&command);
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        test_row("%s", rows[i].arguments);
        command_run(&command, "%s", rows[i].arguments);
        CHECK_INT(command.status, 0);
        CHECK_CONTAINS(command.out, rows[i].says);
    }
    test_row(NULL);
    command_clear(&command);
}

static void what_is_asked_wrongly_is_said(void)
{
    static const struct {
        const char *arguments;
        int status;
        const char *says;
    } rows[] = {{"explain", 2, "'explain' needs a run and an event"},
                {"explain story.yaml", 2, "'explain' needs a run and an event"},
                {"explain story.yaml sooon", 2, "did you mean 'soon'"},
                {"explain story.yaml stale:first", 2, "stale:worst, stale:typical"},
                {"explain story.yaml stale:2", 2, "so there is no stale:2"},
                {"explain single.yaml outage", 2, "'outage' is a fault"},
                {"explain story.yaml soon --json", 2, "has no JSON form"},
                {"explain story.yaml soon -o x.png", 2, "-o writes .svg or .txt"},
                {"explain nothing stale:worst", 4, "there is no run 'nothing'"}};
    Command command;
    begin(&command);
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        test_row("%s", rows[i].arguments);
        command_run(&command, "%s", rows[i].arguments);
        CHECK_INT(command.status, rows[i].status);
        CHECK_CONTAINS(command.err, rows[i].says);
        CHECK_STR(command.out, "");
    }
    test_row(NULL);
    command_clear(&command);
}

static void the_diagram_is_written_too(void)
{
    Command command;
    begin(&command);
    command_run(&command, "explain story.yaml soon -q -o why.svg -o why.txt");
    CHECK_INT(command.status, 0);
    CHECK_STR(command.out, "");
    g_autofree char *svg = command_read(&command, "why.svg");
    g_autofree char *text = command_read(&command, "why.txt");
    g_autoptr(SvgLook) look = svg_look_new(svg ? svg : "");
    CHECK_STR(look->error, NULL);
    g_autofree char *collision = svg_look_collision(look);
    CHECK_STR(collision, NULL);
    CHECK(svg_look_has_text(look, "nothing, STALE"));
    CHECK_CONTAINS(text, "nothing, STALE");
    command_clear(&command);
}

/* ---- random runs -------------------------------------------------------------------------- */

/* The instant of an event of an operation in a trace; -1: it is not there. */
static gint64 instant_of(const char *ndjson, const char *operation, const char *event)
{
    g_auto(GStrv) lines = g_strsplit(ndjson, "\n", -1);
    gint64 at = -1;
    for (char **line = lines; *line && **line; line++) {
        json_t *record = look_parse(*line);
        const char *name = json_string_value(json_object_get(record, "operation"));
        const char *kind = json_string_value(json_object_get(record, "event"));
        if (g_strcmp0(name, operation) == 0 && g_strcmp0(kind, event) == 0)
            at = json_integer_value(json_object_get(record, "t"));
        json_decref(record);
    }
    return at;
}

/* What is between two words. */
static char *between(const char *text, const char *before, const char *behind)
{
    const char *at = strstr(text, before);
    const char *end = at ? strstr(at + strlen(before), behind) : NULL;
    return end ? g_strndup(at + strlen(before), (gsize)(end - at) - strlen(before)) : g_strdup("");
}

/* Age and instant, as they are printed, against the trace of the same operation. */
static void stale_reads_of_random_runs_are_told_truly(void)
{
    Command command;
    begin(&command);
    for (const TraceScenario *one = trace_scenarios; one->name; one++)
        for (int which = 1; which <= 5; which++) {
            test_row("%s stale:%d", one->name, which);
            command_run(&command, "explain %s.yaml stale:%d --width 120", one->name, which);
            if (command.status == 2 || strstr(command.out, "no stale read"))
                continue; /* there are fewer */
            CHECK_INT(command.status, 0);
            CHECK_CONTAINS(command.out, "STALE");
            g_autofree char *name = between(command.out, "Read ", " returned");
            g_autofree char *at = between(command.out, "t = ", " s");
            g_autofree char *replication = between(command.out, "--replication ", " --around");
            command_run(&command, "trace %s.yaml --replication %s --around %s --json", one->name,
                        replication, name);
            CHECK_INT(command.status, 0);
            g_autofree char *answered =
                g_strdup_printf("%.6f", (double)instant_of(command.out, name, "answered") / 1e9);
            CHECK_STR(at, answered);
            CHECK_CONTAINS(command.out, "\"kind\": \"read\"");
        }
    test_row(NULL);
    command_clear(&command);
}

static const TestCase cases[] = {TEST(a_story_is_explained_by_its_times),
                                 TEST(faults_are_named),
                                 TEST(nothing_to_explain_is_an_answer),
                                 TEST(what_is_asked_wrongly_is_said),
                                 TEST(the_diagram_is_written_too),
                                 TEST(stale_reads_of_random_runs_are_told_truly),
                                 {NULL, NULL}};

int main(int argc, char **argv)
{
    return test_main("explain", cases, argc, argv);
}
