/*
 * test_trace.c — goal: what `trace` writes is what other programs expect, for every family, and it
 * is the run that was kept. Method: each form is read again by a reader of its own and held to its
 * rules; kept runs are tampered with.
 */
#include "tests/support/check.h"
#include "tests/support/command.h"
#include "tests/support/edn_look.h"
#include "tests/support/json_look.h"
#include "tests/support/svg_look.h"
#include "tests/support/trace_scenarios.h"

#include <string.h>

static void begin(Command *command)
{
    command_init(command);
    for (const TraceScenario *one = trace_scenarios; one->name; one++) {
        g_autofree char *file = g_strconcat(one->name, ".yaml", NULL);
        command_write(command, file, one->yaml);
    }
}

/* Runs and keeps a scenario, then traces it into a file, which is returned. */
static char *trace_of(Command *command, const char *name, const char *output, const char *options)
{
    command_run(command, "run %s.yaml -q", name);
    CHECK_INT(command->status, 0);
    command_run(command, "trace %s --replication 1 -o %s %s", name, output, options);
    CHECK_INT(command->status, 0);
    CHECK_STR(command->err, "");
    char *text = command_read(command, output);
    CHECK(text != NULL);
    return text ? text : g_strdup("");
}

/* ---- NDJSON ------------------------------------------------------------------------------- */

static gint64 whole(json_t *object, const char *key)
{
    return json_integer_value(json_object_get(object, key));
}

static const char *word(json_t *object, const char *key)
{
    const char *text = json_string_value(json_object_get(object, key));
    return text ? text : "";
}

static gboolean is_event(json_t *record, const char *event)
{
    return strcmp(word(record, "event"), event) == 0;
}

/* Causes come before, and what arrives was sent as the same message. */
static void check_cause(json_t *record, GPtrArray *records)
{
    gint64 cause = whole(record, "cause");
    gboolean is_delivery = is_event(record, "arrived") || is_event(record, "lost");
    if (cause == 0) {
        CHECK(!is_delivery); /* the window is the whole run */
        return;
    }
    CHECK(cause < whole(record, "id"));
    json_t *other = records->pdata[cause - 1];
    CHECK(whole(other, "t") <= whole(record, "t"));
    if (is_delivery) {
        CHECK(is_event(other, "sent"));
        CHECK_INT(whole(other, "message"), whole(record, "message"));
        CHECK_INT(whole(other, "t"), whole(record, "sent"));
    } else {
        CHECK_STR(word(other, "at"), is_event(record, "down") || is_event(record, "up")
                                         ? "world"
                                         : word(record, "at"));
    }
}

static unsigned check_records(GPtrArray *records)
{
    gint64 last = 0;
    unsigned answered = 0;
    for (guint i = 0; i < records->len; i++) {
        json_t *record = records->pdata[i];
        CHECK_INT(whole(record, "id"), i + 1);
        CHECK(whole(record, "t") >= last);
        last = whole(record, "t");
        check_cause(record, records);
        if (is_event(record, "answered") && strcmp(word(record, "outcome"), "ok") == 0)
            answered++;
    }
    return answered;
}

static void every_line_is_json_and_every_cause_comes_before(void)
{
    Command command;
    begin(&command);
    for (const TraceScenario *one = trace_scenarios; one->name; one++) {
        test_row("%s", one->name);
        g_autofree char *text = trace_of(&command, one->name, "all.ndjson", "");
        g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
        GPtrArray *records = g_ptr_array_new();
        json_t *about = look_parse(lines[0]);
        for (char **line = lines + 1; *line && **line; line++)
            g_ptr_array_add(records, look_parse(*line));
        CHECK(is_event(about, "trace"));
        CHECK(json_is_true(json_object_get(about, "digest_checked")));
        CHECK_INT(whole(about, "records"), records->len);
        CHECK_INT(whole(about, "dropped"), 0);
        CHECK(check_records(records) > 100);
        for (guint i = 0; i < records->len; i++)
            json_decref(records->pdata[i]);
        g_ptr_array_unref(records);
        json_decref(about);
        command_run(&command, "trace %s --replication 1 --json", one->name);
        CHECK_STR(command.out, text);
    }
    test_row(NULL);
    command_clear(&command);
}

/* ---- Perfetto ----------------------------------------------------------------------------- */

static char *flow_key(json_t *event, gboolean with_time)
{
    return g_strdup_printf("%" G_GINT64_FORMAT " %" G_GINT64_FORMAT " %.3f", whole(event, "pid"),
                           whole(event, "tid"),
                           with_time ? json_number_value(json_object_get(event, "ts")) : 0);
}

static gboolean has_phase(json_t *event, const char *phase)
{
    return strcmp(word(event, "ph"), phase) == 0;
}

/* Slices that flows may hold on to, and the balance of pairs. */
static void check_flows(json_t *events, unsigned *n_flows)
{
    g_autoptr(GHashTable) slices = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    g_autoptr(GHashTable) open = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    size_t i;
    json_t *event;
    json_array_foreach(events, i, event) if (has_phase(event, "X"))
        g_hash_table_add(slices, flow_key(event, TRUE));
    json_array_foreach(events, i, event)
    {
        if (!has_phase(event, "s") && !has_phase(event, "f"))
            continue;
        g_autofree char *place = flow_key(event, TRUE);
        CHECK(g_hash_table_contains(slices, place));
        char *id = g_strdup_printf("%" G_GINT64_FORMAT, whole(event, "id"));
        if (has_phase(event, "s")) {
            (*n_flows)++;
            CHECK(g_hash_table_add(open, id)); /* no start twice */
            continue;
        }
        CHECK_STR(word(event, "bp"), "e");
        CHECK(g_hash_table_remove(open, id)); /* no end without a start, none twice */
        g_free(id);
    }
    CHECK_UINT(g_hash_table_size(open), 0);
}

static void check_spans(json_t *events)
{
    g_autoptr(GHashTable) open = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    size_t i;
    json_t *event;
    json_array_foreach(events, i, event)
    {
        if (!has_phase(event, "b") && !has_phase(event, "e"))
            continue;
        char *id = g_strconcat(word(event, "cat"), " ", word(event, "id"), NULL);
        if (has_phase(event, "b")) {
            CHECK(g_hash_table_add(open, id));
        } else {
            CHECK(g_hash_table_remove(open, id));
            g_free(id);
        }
    }
    CHECK_UINT(g_hash_table_size(open), 0);
}

static void every_flow_has_both_ends_on_slices(void)
{
    Command command;
    begin(&command);
    for (const TraceScenario *one = trace_scenarios; one->name; one++) {
        test_row("%s", one->name);
        unsigned n_flows = 0;
        g_autofree char *text =
            trace_of(&command, one->name, "a.perfetto.json", "--window 0.9s..1.6s");
        json_t *document = look_parse(text);
        json_t *events = json_object_get(document, "traceEvents");
        check_flows(events, &n_flows);
        check_spans(events);
        CHECK(n_flows > 50);
        CHECK_CONTAINS(text, "\"name\": \"thread_name\"");
        CHECK_CONTAINS(text, "\"name\": \"down\"");
        json_decref(document);
    }
    test_row(NULL);
    command_clear(&command);
}

/* ---- Jepsen ------------------------------------------------------------------------------- */

typedef enum Process { FREE, BUSY, LOST } Process;

static Process *process_of(GArray *processes, gint64 number)
{
    if (processes->len <= number)
        g_array_set_size(processes, (guint)number + 1);
    return &g_array_index(processes, Process, (guint)number);
}

/* What Jepsen demands of a history; the number of operations that succeeded. */
static unsigned check_history(const GPtrArray *halves)
{
    g_autoptr(GArray) processes = g_array_new(FALSE, TRUE, sizeof(Process));
    gint64 last = 0;
    unsigned succeeded = 0;
    for (guint i = 0; i < halves->len; i++) {
        const EdnValue *half = halves->pdata[i];
        const char *type = edn_text(edn_get(half, "type")), *f = edn_text(edn_get(half, "f"));
        Process *process = process_of(processes, edn_get(half, "process")->number);
        CHECK_INT(edn_get(half, "index")->number, i);
        CHECK(edn_get(half, "time")->number >= last);
        last = edn_get(half, "time")->number;
        CHECK(strcmp(f, "read") == 0 || strcmp(f, "write") == 0);
        CHECK(edn_get(half, "key") != NULL && edn_get(half, "value") != NULL);
        CHECK_STR(edn_text(edn_get(half, "value")), ""); /* numbers here: no :unknown */
        if (strcmp(type, "invoke") == 0) {
            CHECK_INT(*process, FREE);
            *process = BUSY;
            continue;
        }
        CHECK_INT(*process, BUSY);
        *process = strcmp(type, "info") == 0 ? LOST : FREE;
        CHECK(*process == LOST || strcmp(type, "ok") == 0 || strcmp(type, "fail") == 0);
        succeeded += strcmp(type, "ok") == 0 ? 1 : 0;
    }
    return succeeded;
}

static void histories_are_as_jepsen_wants_them(void)
{
    Command command;
    begin(&command);
    for (const TraceScenario *one = trace_scenarios; one->name; one++) {
        test_row("%s", one->name);
        g_autofree char *error = NULL, *text = trace_of(&command, one->name, "h.edn", "");
        g_autoptr(GPtrArray) halves = edn_read(text, &error);
        CHECK_STR(error, NULL);
        command_run(&command, "trace %s --replication 1 --json", one->name);
        CHECK(halves && check_history(halves) == count_of(command.out, "\"outcome\": \"ok\""));
    }
    test_row(NULL);
    command_clear(&command);
}

/* The values of a key, read or written, as one line. */
static char *values_of(const GPtrArray *halves, const char *type)
{
    GString *out = g_string_new(NULL);
    for (guint i = 0; halves && i < halves->len; i++) {
        const EdnValue *half = halves->pdata[i], *value = edn_get(half, "value");
        if (strcmp(edn_text(edn_get(half, "type")), type) != 0)
            continue;
        g_string_append_printf(out, "%s%c ", *edn_text(edn_get(half, "f")) == 'r' ? "r" : "w",
                               value->kind == EDN_NIL ? '-' : '=');
        if (value->kind == EDN_TEXT)
            g_string_append_printf(out, "%s ", value->text);
        for (guint k = 0; value->kind == EDN_VECTOR && k < value->items->len; k++)
            g_string_append_printf(out, "%s/", edn_text(value->items->pdata[k]));
    }
    return g_string_free(out, FALSE);
}

static const char story[] =
    "replsim: 1\n"
    "duration: 1s\n"
    "replications: 1\n"
    "network: {within: 1ms, between: {us <-> eu: 50ms}}\n"
    "nodes: {db1: us, db2: eu}\n"
    "clients:\n"
    "  people:\n"
    "    script:\n"
    "      - {name: put, at: 0ms, session: alice, write: cart, value: eggs, to: db1}\n"
    "      - {name: soon, after: put, session: bob, read: cart, to: db2}\n"
    "      - {name: late, at: 400ms, session: bob, read: cart, to: db2}\n"
    "policy: {model: single-leader, leader: db1, reads: any}\n"
    "faults: [{message: {of: put, to: db2}, delay: 100ms}]\n";

static void reads_return_what_was_written(void)
{
    Command command;
    begin(&command);
    command_write(&command, "story.yaml", story);
    command_run(&command, "trace story.yaml -o h.edn");
    g_autofree char *error = NULL, *text = command_read(&command, "h.edn");
    g_autoptr(GPtrArray) halves = edn_read(text, &error);
    g_autofree char *values = values_of(halves, "ok");
    CHECK_STR(values, "w= eggs r- r= eggs ");
    command_run(&command, "trace builtin:shopping-cart -o h.edn");
    g_autofree char *cart = command_read(&command, "h.edn");
    g_autoptr(GPtrArray) siblings = edn_read(cart, &error);
    g_autofree char *shown = values_of(siblings, "ok");
    CHECK_CONTAINS(shown, "r= [eggs, milk, ham]/[milk, flour, eggs, bacon]/");
    command_clear(&command);
}

static void a_broken_history_is_not_read(void)
{
    static const char *const broken[] = {"{:a 1", "{:a}", "[1 2", "{:a \"x}", "{:a 1.5}", "}"};
    for (gsize i = 0; i < G_N_ELEMENTS(broken); i++) {
        g_autofree char *error = NULL;
        test_row("%s", broken[i]);
        GPtrArray *values = edn_read(broken[i], &error);
        CHECK(values == NULL && error != NULL);
        if (values)
            g_ptr_array_unref(values);
    }
    test_row(NULL);
}

/* ---- ShiViz ------------------------------------------------------------------------------- */

/* The clock of a host as a map. */
static json_t *clock_of(const GMatchInfo *match)
{
    g_autofree char *text = g_match_info_fetch_named(match, "clock");
    return look_parse(text);
}

static void the_pattern_on_line_1_fits_every_event(void)
{
    Command command;
    begin(&command);
    for (const TraceScenario *one = trace_scenarios; one->name; one++) {
        test_row("%s", one->name);
        g_autofree char *text = trace_of(&command, one->name, "a.shiviz.log", "");
        g_auto(GStrv) head = g_strsplit(text, "\n", 3);
        CHECK_STR(head[1], "");
        g_autoptr(GRegex) pattern = g_regex_new(head[0], G_REGEX_MULTILINE, 0, NULL);
        CHECK(pattern != NULL);
        g_autoptr(GMatchInfo) match = NULL;
        g_autoptr(GHashTable) own = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
        unsigned n = 0;
        int covered = 0;
        for (g_regex_match(pattern, head[2], 0, &match); g_match_info_matches(match);
             g_match_info_next(match, NULL)) {
            int from, to;
            char *host = g_match_info_fetch_named(match, "host");
            json_t *clock = clock_of(match);
            g_match_info_fetch_pos(match, 0, &from, &to);
            CHECK_INT(from, covered); /* nothing between events */
            covered = to + 1;
            gint64 before = GPOINTER_TO_INT(g_hash_table_lookup(own, host));
            CHECK_INT(whole(clock, host), before + 1);
            g_hash_table_insert(own, host, GINT_TO_POINTER((int)before + 1));
            json_decref(clock);
            n++;
        }
        CHECK_INT(covered, strlen(head[2]));
        command_run(&command, "trace %s --replication 1 --json", one->name);
        CHECK_UINT(n, count_of(command.out, "\n") - 1);
    }
    test_row(NULL);
    command_clear(&command);
}

/* ---- Mermaid ------------------------------------------------------------------------------ */

static void mermaid_says_what_it_loses_and_declares_everybody(void)
{
    Command command;
    begin(&command);
    for (const TraceScenario *one = trace_scenarios; one->name; one++) {
        test_row("%s", one->name);
        g_autofree char *text = trace_of(&command, one->name, "a.mmd", "--window 0.95s..1.1s");
        CHECK(g_str_has_prefix(text, "%% no delays shown"));
        CHECK_CONTAINS(text, "\nsequenceDiagram\n  autonumber\n");
        g_autoptr(GRegex) arrow = g_regex_new(
            "^  (?:P(\\d+)-[)x]P(\\d+): [^:;]+|Note (?:over|right of) P(\\d+)(?:,P(\\d+))?:"
            " [^:;]+|participant P\\d+ as [^:;]+|autonumber)$",
            0, 0, NULL);
        g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
        for (char **line = lines; *line; line++) {
            if (!g_str_has_prefix(*line, "  "))
                continue;
            g_autoptr(GMatchInfo) match = NULL;
            CHECK(g_regex_match(arrow, *line, 0, &match));
            for (int i = 1; i < g_match_info_get_match_count(match); i++) {
                g_autofree char *number = g_match_info_fetch(match, i);
                g_autofree char *declared = g_strdup_printf("participant P%s as ", number);
                CHECK(*number == '\0' || strstr(text, declared) != NULL);
            }
        }
        CHECK_CONTAINS(text, " ms)");
        CHECK_CONTAINS(text, "-x");
    }
    test_row(NULL);
    command_clear(&command);
}

/* ---- which run ---------------------------------------------------------------------------- */

static void a_run_that_is_not_reproduced_is_not_shown(void)
{
    Command command;
    begin(&command);
    command_run(&command, "run single.yaml -q");
    command_shell(&command,
                  "sed -i 's/\"1\": \"....\"*/\"1\": \"0000/' results/latest/manifest.json");
    command_run(&command, "trace latest --replication 1 --json");
    CHECK_INT(command.status, 5);
    CHECK_CONTAINS(command.err, "not reproducible: replication 1");
    CHECK_STR(command.out, "");
    command_run(&command, "trace latest --replication 2 -o x.edn");
    CHECK_INT(command.status, 0);
    command_shell(&command, "sed -i 's/\"binary_sha256\": \"/&0/' results/latest/manifest.json");
    command_run(&command, "trace latest --replication 1 -o y.edn");
    CHECK_INT(command.status, 4);
    CHECK_CONTAINS(command.err, "another build");
    CHECK(!command_has(&command, "y.edn"));
    command_shell(&command, "sed -i 's/, \"digests\": {[^}]*}//' results/latest/manifest.json");
    command_run(&command, "trace latest --replication 1 -o y.edn");
    CHECK_INT(command.status, 0);
    CHECK_CONTAINS(command.err, "cannot be checked");
    command_clear(&command);
}

/* What was set on the command line, several files, and data beside the scenario. */
static void a_kept_run_is_replayed_with_all_that_it_had(void)
{
    Command command;
    begin(&command);
    command_run(&command, "run single.yaml -q --set duration=3s --seed 9");
    command_run(&command, "trace latest -o a.ndjson");
    CHECK_INT(command.status, 0);
    CHECK_STR(command.err, "");
    command_run(&command, "run single.yaml multi.yaml -q");
    command_run(&command, "trace latest:multi:base --json");
    CHECK_INT(command.status, 0);
    CHECK_CONTAINS(command.out, "\"variant\": \"multi:base\"");
    CHECK_CONTAINS(command.out, "\"digest_checked\": true");
    command_shell(&command, "mkdir -p data && printf 'delay_ms\\n1\\n2\\n' > data/d.csv && "
                            "sed \"s/within: .*/within: 'empirical(file=d.csv, column=delay_ms, "
                            "unit=ms)'/\" single.yaml > "
                            "data/own.yaml");
    command_run(&command, "run data/own.yaml -q");
    CHECK_INT(command.status, 0);
    command_run(&command, "trace latest -o a.ndjson");
    CHECK_INT(command.status, 0);
    command_run(&command, "run builtin:failover -q --replications 1 --set duration=20s");
    command_run(&command, "trace latest -o a.ndjson");
    CHECK_INT(command.status, 0);
    command_clear(&command);
}

static void what_is_not_there_is_said(void)
{
    static const struct {
        const char *arguments;
        int status;
        const char *says;
    } rows[] = {{"trace", 2, "'trace' needs"},
                {"trace --json", 2, "'trace' needs a run"},
                {"trace latest --max 0", 2, "--max takes a whole number"},
                {"trace latest --time up", 2, "--time is down or right"},
                {"trace latest --window 90s..91s -o x.svg", 2, "nothing to draw"},
                {"trace a b --json", 2, "one run"},
                {"trace latest -o x.xml", 2, "-o writes .svg"},
                {"trace nothing --json", 4, "there is no run 'nothing'"},
                {"trace latest:slow --json", 2, "there is no variant 'slow'"},
                {"trace latest --replication 3 --json", 2, "there is no replication 3"},
                {"trace latest --seed 4 --json", 2, "go with a scenario"},
                {"trace latest --window 3s --json", 2, "--window takes two instants"},
                {"trace latest --window 3s..2s --json", 2, "--window takes two instants"},
                {"trace latest --window 0s..1s --around outage --json", 2, "both say when"},
                {"trace latest --around outag --json", 2, "there is no event 'outag'"},
                {"trace latest --around web-99999 --json", 2, "did not happen"},
                {"trace latest --around stale:last --json", 2, "stale:worst, stale:typical"},
                {"trace latest --around stale:999999 --json", 2, "so there is no stale:999999"},
                {"trace story.yaml --set faults=[] --around stale:worst --json", 2,
                 "answered no stale read in 1 replication"},
                {"trace latest --influence outage --json", 2, "nothing leads to a fault"},
                {"trace latest --nodes db1,db9 --json", 2, "there are: db1, db2, db3, web"},
                {"trace latest --max-events 0 --json", 2, "--max-events takes a count"},
                {"trace latest --event-budget 10 --json", 2, "event budget"},
                {"trace single.yaml --set duration=3 --json", 2, "error["},
                {"trace missing.yaml --json", 4, "cannot read"},
                {"trace latest -o no/such/folder/x.edn", 4, "cannot write"}};
    Command command;
    begin(&command);
    command_write(&command, "story.yaml", story);
    command_run(&command, "run single.yaml -q");
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

/* ---- diagrams ----------------------------------------------------------------------------- */

static void check_svg(Command *command, const char *name)
{
    g_autofree char *svg = command_read(command, name);
    g_autoptr(SvgLook) look = svg_look_new(svg ? svg : "");
    CHECK_STR(look->error, NULL);
    g_autofree char *collision = svg_look_collision(look);
    CHECK_STR(collision, NULL);
    CHECK_UINT(look->outside->len, 0);
    CHECK(look->title && strstr(look->title, "replication"));
    CHECK(look->description && strstr(look->description, "messages"));
}

static void diagrams_of_every_family_are_drawn(void)
{
    Command command;
    begin(&command);
    for (const TraceScenario *one = trace_scenarios; one->name; one++)
        for (int key = 0; key < 2; key++) {
            const char *what = key ? "--key 2 --window 0.8s..1.5s" : "--window 0.95s..1.1s";
            test_row("%s %s", one->name, what);
            command_run(&command, "trace %s.yaml %s -o d.svg -o d.txt", one->name, what);
            CHECK_INT(command.status, 0);
            check_svg(&command, "d.svg");
            g_autofree char *file = command_read(&command, "d.txt");
            command_run(&command, "trace %s.yaml %s", one->name, what);
            CHECK_STR(command.out, file);
            CHECK_CONTAINS(command.out, "× down");
            CHECK_CONTAINS(command.out, "outage begins");
            CHECK_CONTAINS(command.out, "╮");
            command_run(&command, "trace %s.yaml %s --time right -o d.svg", one->name, what);
            check_svg(&command, "d.svg");
            command_run(&command, "trace %s.yaml %s --ascii", one->name, what);
            CHECK(g_str_is_ascii(command.out));
            CHECK_LACKS(command.out, "?");
        }
    test_row(NULL);
    command_clear(&command);
}

static void a_story_is_told_by_its_diagram(void)
{
    Command command;
    begin(&command);
    command_write(&command, "story.yaml", story);
    command_run(&command, "trace story.yaml");
    CHECK_INT(command.status, 0);
    CHECK_CONTAINS(command.out, "alice");
    CHECK_CONTAINS(command.out, "write cart eggs");
    CHECK_CONTAINS(command.out, "nothing, STALE");
    CHECK_CONTAINS(command.out, "has v1");
    command_run(&command, "trace story.yaml -o a.svg");
    g_autofree char *svg = command_read(&command, "a.svg");
    CHECK_CONTAINS(svg, "nothing, STALE");
    CHECK_CONTAINS(svg, "v1 promised");
    command_clear(&command);
}

/* An entry is what its own log has there, not what another one has. */
static void entries_are_called_by_what_they_are(void)
{
    Command command;
    begin(&command);
    command_run(&command, "trace builtin:ddia/5-5:figure -o a.svg");
    g_autofree char *two_logs = command_read(&command, "a.svg");
    CHECK_CONTAINS(two_logs, ">ack ten seconds</text>");
    CHECK_CONTAINS(two_logs, ">ack v1</text>");
    CHECK_CONTAINS(two_logs, ">nothing, STALE</text>");
    command_run(&command, "trace builtin:ddia/5-9:figure -o b.svg");
    g_autofree char *leaders = command_read(&command, "b.svg");
    CHECK_CONTAINS(leaders, ">ack v2</text>");
    CHECK_CONTAINS(leaders, ">v2 x = 1 + 1</text>");
    CHECK_LACKS(leaders, ">entries 1</text>");
    command_clear(&command);
}

/* Too many messages: what is suggested is taken at its word. */
static void suggested_windows_can_be_drawn(void)
{
    Command command;
    begin(&command);
    for (const TraceScenario *one = trace_scenarios; one->name; one++) {
        test_row("%s", one->name);
        command_shell(&command, "rm -f d.svg");
        command_run(&command, "trace %s.yaml -o d.svg", one->name);
        CHECK_INT(command.status, 2);
        CHECK(!command_has(&command, "d.svg"));
        CHECK_CONTAINS(command.err, "are too many for one diagram: 400 are the most");
        CHECK_UINT(count_of(command.err, "try --window "), 3);
        g_auto(GStrv) lines = g_strsplit(command.err, "\n", -1);
        for (char **line = lines; *line; line++) {
            const char *option = strstr(*line, "--window ");
            if (!option || !strstr(*line, "try "))
                continue;
            g_autofree char *window =
                g_strndup(option, strlen("--window ") + strcspn(option + 9, " "));
            command_run(&command, "trace %s.yaml -o d.svg %s", one->name, window);
            CHECK_INT(command.status, 0);
        }
    }
    test_row(NULL);
    command_clear(&command);
}

/* ---- selection ---------------------------------------------------------------------------- */

static void only_what_was_asked_for_is_shown(void)
{
    Command command;
    begin(&command);
    command_run(&command, "trace single.yaml --window 0.5s..0.6s --json");
    CHECK_INT(command.status, 0);
    CHECK_CONTAINS(command.out, "\"from\": 500000000, \"to\": 600000000");
    CHECK_LACKS(command.out, "\"t\": 7");
    command_run(&command, "trace single.yaml --around outage --json");
    CHECK_CONTAINS(command.out, "\"from\": 750000000, \"to\": 1250000000");
    command_run(&command, "trace single.yaml --nodes db1,db3 --json");
    CHECK_LACKS(command.out, "\"at\": \"db2\"");
    CHECK_LACKS(command.out, "\"to\": \"db2\"");
    CHECK_CONTAINS(command.out, "\"from\": \"db1\", \"to\": \"db3\"");
    command_run(&command, "trace single.yaml --nodes db1,web/2 --json");
    CHECK_CONTAINS(command.out, "\"at\": \"web/2\"");
    CHECK_LACKS(command.out, "\"at\": \"web/3\"");
    command_run(&command, "trace single.yaml --key 2 --json");
    CHECK_CONTAINS(command.out, "\"key\": \"2\"");
    CHECK_LACKS(command.out, "\"key\": \"3\"");
    command_run(&command, "trace single.yaml --max-events 100 --json");
    CHECK_CONTAINS(command.out, "\"records\": 100, \"dropped\": ");
    CHECK_CONTAINS(command.err, "100 events were kept");
    command_clear(&command);
}

/* The worst of all replications is no better than that of one alone. */
static void stale_reads_are_found_by_their_rank(void)
{
    Command command;
    begin(&command);
    command_write(&command, "story.yaml", story);
    command_run(&command, "trace story.yaml --around stale:worst -o a.txt");
    CHECK_INT(command.status, 0);
    CHECK_CONTAINS(command.err, "people-1 in replication 0: it missed what was acknowledged 0s");
    g_autofree char *text = command_read(&command, "a.txt");
    CHECK_CONTAINS(text, "nothing, STALE");
    command_run(&command, "run single.yaml -q");
    command_run(&command, "trace latest --around stale:worst -o a.txt");
    CHECK_INT(command.status, 0);
    g_autofree char *worst = g_strdup(command.err);
    command_run(&command, "trace latest --around stale:1 -o b.txt");
    CHECK_STR(command.err, worst);
    g_autofree char *first = command_read(&command, "a.txt");
    g_autofree char *second = command_read(&command, "b.txt");
    CHECK_STR(first, second);
    CHECK_CONTAINS(first, "STALE");
    command_run(&command, "trace latest --around stale:typical --replication 1 -o c.txt");
    CHECK_CONTAINS(command.err, "in replication 1: it missed");
    command_clear(&command);
}

static void an_answer_is_traced_back_to_its_request(void)
{
    Command command;
    begin(&command);
    command_write(&command, "story.yaml", story);
    command_run(&command, "trace story.yaml --influence put --json");
    CHECK_INT(command.status, 0);
    static const char *const chain[] = {"\"invoked\"",  "\"sent\"",    "\"arrived\"",
                                        "\"appended\"", "\"durable\"", "\"committed\"",
                                        "\"sent\"",     "\"arrived\"", "\"answered\""};
    const char *at = command.out;
    for (gsize i = 0; i < G_N_ELEMENTS(chain); i++) {
        test_row("%s", chain[i]);
        at = at ? strstr(at + 1, chain[i]) : NULL;
        CHECK(at != NULL);
    }
    test_row(NULL);
    CHECK_LACKS(command.out, "db2");
    command_clear(&command);
}

static const TestCase cases[] = {TEST(every_line_is_json_and_every_cause_comes_before),
                                 TEST(every_flow_has_both_ends_on_slices),
                                 TEST(histories_are_as_jepsen_wants_them),
                                 TEST(reads_return_what_was_written),
                                 TEST(a_broken_history_is_not_read),
                                 TEST(the_pattern_on_line_1_fits_every_event),
                                 TEST(mermaid_says_what_it_loses_and_declares_everybody),
                                 TEST(a_run_that_is_not_reproduced_is_not_shown),
                                 TEST(a_kept_run_is_replayed_with_all_that_it_had),
                                 TEST(what_is_not_there_is_said),
                                 TEST(diagrams_of_every_family_are_drawn),
                                 TEST(a_story_is_told_by_its_diagram),
                                 TEST(entries_are_called_by_what_they_are),
                                 TEST(suggested_windows_can_be_drawn),
                                 TEST(only_what_was_asked_for_is_shown),
                                 TEST(stale_reads_are_found_by_their_rank),
                                 TEST(an_answer_is_traced_back_to_its_request),
                                 {NULL, NULL}};

int main(int argc, char **argv)
{
    return test_main("trace", cases, argc, argv);
}
