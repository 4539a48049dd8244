/*
 * test_results.c — goal: what a run keeps is complete or not there, and a run of the same inputs
 * is held against it. Method: folders are looked at after good runs, refused ones and interrupted
 * ones.
 */
#include "tests/support/check.h"
#include "tests/support/command.h"
#include "tests/support/json_look.h"

#include <glib/gstdio.h>
#include <string.h>

static const char small[] =
    "replsim: 1\n"
    "name: kept\n"
    "seed: 5\n"
    "duration: 3s\n"
    "replications: 4\n"
    "network: {between: {us <-> eu: 'lognormal(min=38ms, p50=42ms, p99=70ms)'}}\n"
    "nodes: {db1: us, db2: eu}\n"
    "clients: {web: {rate: poisson(300/s), reads: 80%, keys: uniform_keys(50)}}\n"
    "policy: {reads: nearest}\n"
    "variants:\n"
    "  async: {policy.ack: async}\n"
    "  sync: {policy.ack: sync(all)}\n";

/* Many short worlds: some seconds in all, each finished soon. */
static const char many[] =
    "replsim: 1\n"
    "name: many\n"
    "duration: 2s\n"
    "replications: 20000\n"
    "nodes: {db1: us, db2: us}\n"
    "network: {within: 1ms}\n"
    "clients: {web: {rate: poisson(200/s), reads: 80%, keys: uniform_keys(50)}}\n"
    "variants:\n"
    "  async: {policy.ack: async}\n"
    "  sync: {policy.ack: sync(all)}\n";

static void begin(Command *command)
{
    command_init(command);
    command_write(command, "kept.yaml", small);
    command_write(command, "many.yaml", many);
}

/* Names in results/ but for `latest`, sorted; hidden ones too. */
static char **result_names(const Command *command)
{
    g_autofree char *path = g_build_filename(command->folder, "results", NULL);
    GDir *folder = g_dir_open(path, 0, NULL);
    GPtrArray *names = g_ptr_array_new();
    const char *name;
    while (folder && (name = g_dir_read_name(folder)))
        if (strcmp(name, "latest") != 0)
            g_ptr_array_add(names, g_strdup(name));
    if (folder)
        g_dir_close(folder);
    g_ptr_array_add(names, NULL);
    return (char **)g_ptr_array_free(names, FALSE);
}

/* The one folder there is; NULL where there are none or several. */
static char *only_result(const Command *command)
{
    g_auto(GStrv) names = result_names(command);
    return g_strv_length(names) == 1 ? g_strdup(names[0]) : NULL;
}

static char *result_file(const Command *command, const char *name)
{
    g_autofree char *path = g_build_filename("results/latest", name, NULL);
    return command_read(command, path);
}

/* ---- what is kept --------------------------------------------------------------------------- */

static void a_folder_has_all_files_under_a_name_made_of_its_inputs(void)
{
    static const char *const files[] = {"summary.json",  "summary.txt",   "metrics.csv",
                                        "scenario.yaml", "resolved.yaml", "manifest.json",
                                        "report.html",   "series.csv",    "histograms.csv"};
    Command command;
    begin(&command);
    command_run(&command, "run kept.yaml");
    CHECK_INT(command.status, 0);
    g_autofree char *name = only_result(&command);
    CHECK(name && g_regex_match_simple("^kept-[0-9a-f]{8}-s5$", name, 0, 0));
    CHECK_CONTAINS(command.out, "  report   results/kept-");
    for (gsize i = 0; i < G_N_ELEMENTS(files); i++) {
        g_autofree char *text = result_file(&command, files[i]);
        test_row("%s", files[i]);
        CHECK(text && *text);
    }
    test_row(NULL);
    g_autofree char *target = g_build_filename(command.folder, "results/latest", NULL);
    g_autofree char *link = g_file_read_link(target, NULL);
    CHECK_STR(link, name);
    command_clear(&command);
}

static void files_hold_what_they_say(void)
{
    Command command;
    begin(&command);
    command_run(&command, "run kept.yaml --json");
    g_autofree char *summary = result_file(&command, "summary.json");
    CHECK_STR(summary, command.out);
    g_autofree char *scenario = result_file(&command, "scenario.yaml");
    CHECK_STR(scenario, small);
    command_run(&command, "run results/latest/resolved.yaml --json --no-save");
    json_t *given = look_parse(summary), *resolved = look_parse(command.out);
    CHECK(json_equal(json_object_get(given, "variants"), json_object_get(resolved, "variants")));
    json_decref(given);
    json_decref(resolved);
    g_autofree char *csv = result_file(&command, "metrics.csv");
    CHECK(g_str_has_prefix(csv, "run,variant,replication,metric,filter,stat,unit,value\r\n"));
    g_autofree char *manifest = result_file(&command, "manifest.json");
    json_t *about = look_parse(manifest);
    CHECK_STR(json_string_value(json_object_get(about, "command")), "replsim run kept.yaml --json");
    json_decref(about);
    command_clear(&command);
}

/* Rows of a table whose lines begin so; the sum of their last fields and how many there are. */
static guint64 sum_of(const char *table, const char *start, guint *n)
{
    guint64 sum = 0;
    g_auto(GStrv) lines = g_strsplit(table, "\r\n", -1);
    *n = 0;
    for (char **line = lines; *line; line++)
        if (g_str_has_prefix(*line, start)) {
            sum += g_ascii_strtoull(strrchr(*line, ',') + 1, NULL, 10);
            (*n)++;
        }
    return sum;
}

static void tables_behind_the_curves_add_up_and_do_not_depend_on_threads(void)
{
    static const char *const files[] = {"series.csv", "histograms.csv", "summary.json"};
    Command command;
    begin(&command);
    command_run(&command, "run kept.yaml -q -j 1");
    command_run(&command, "run kept.yaml -q -j 3 --results other");
    for (gsize i = 0; i < G_N_ELEMENTS(files); i++) {
        g_autofree char *one = result_file(&command, files[i]);
        g_autofree char *path = g_build_filename("other/latest", files[i], NULL);
        g_autofree char *other = command_read(&command, path);
        test_row("%s", files[i]);
        CHECK_STR(other, one);
    }
    test_row(NULL);
    guint n;
    g_autofree char *summary = result_file(&command, "summary.json");
    g_autofree char *histograms = result_file(&command, "histograms.csv");
    json_t *document = look_parse(summary);
    json_t *latency = look_metric(document, "sync", "write.latency.p50");
    CHECK_UINT(sum_of(histograms, "kept,sync,write.latency,,ns,", &n),
               (guint64)json_integer_value(json_object_get(latency, "count")));
    CHECK(n > 1);
    json_decref(document);
    g_autofree char *series = result_file(&command, "series.csv");
    sum_of(series, "kept,async,availability(writes),,", &n);
    CHECK_UINT(n, 30); /* of 3 s, 100 ms each */
    sum_of(series, "kept,sync,lag,db2,", &n);
    CHECK_UINT(n, 2 * 6);
    command_clear(&command);
}

static void the_summary_as_text_is_what_was_printed_without_colour(void)
{
    Command command;
    begin(&command);
    command_run(&command, "run kept.yaml --color=always");
    CHECK_CONTAINS(command.out, "\033[");
    g_autofree char *text = result_file(&command, "summary.txt");
    CHECK_LACKS(text, "\033[");
    CHECK_CONTAINS(text, "RESULTS");
    command_run(&command, "run kept.yaml --no-save --color=never");
    const char *tables = strstr(command.out, "RESULTS"), *kept = strstr(text, "RESULTS");
    CHECK(tables && kept && strncmp(tables, kept, strlen(kept)) == 0);
    command_clear(&command);
}

static void no_document_names_a_path_host_or_date(void)
{
    Command command;
    begin(&command);
    command_run(&command, "run kept.yaml --json");
    g_autofree char *csv = result_file(&command, "metrics.csv");
    CHECK_LACKS(command.out, command.folder);
    CHECK_LACKS(command.out, g_get_host_name());
    CHECK_LACKS(command.out, "kept.yaml");
    CHECK_LACKS(csv, "kept.yaml");
    command_clear(&command);
}

static void other_inputs_get_another_folder(void)
{
    static const char *const runs[] = {"",
                                       "--seed 6",
                                       "--set clients.web.reads=70%",
                                       "--variant async",
                                       "--replications 3",
                                       "--replication 2",
                                       "--metric 'lag{node=db2}.p95'"};
    Command command;
    begin(&command);
    for (gsize i = 0; i < G_N_ELEMENTS(runs); i++) {
        command_run(&command, "run kept.yaml -q %s", runs[i]);
        g_auto(GStrv) names = result_names(&command);
        test_row("%s", runs[i]);
        CHECK_UINT(g_strv_length(names), i + 1);
    }
    test_row(NULL);
    /* … and what never changes results, the same. */
    command_run(&command, "run kept.yaml -j 1 --width 120 -v --ascii");
    CHECK_CONTAINS(command.out, "reproduced: identical");
    g_auto(GStrv) names = result_names(&command);
    CHECK_UINT(g_strv_length(names), G_N_ELEMENTS(runs));
    command_clear(&command);
}

static void outputs_are_written_by_their_endings(void)
{
    Command command;
    begin(&command);
    command_run(&command, "run kept.yaml --json --no-save -o a.json -o b.csv -o c.txt");
    g_autofree char *json = command_read(&command, "a.json");
    g_autofree char *csv = command_read(&command, "b.csv");
    g_autofree char *text = command_read(&command, "c.txt");
    CHECK_STR(json, command.out);
    CHECK_CONTAINS(csv, "kept,async,3,stale_rate,,,ratio,");
    CHECK_CONTAINS(text, "RESULTS");
    CHECK(!command_has(&command, "results"));
    command_clear(&command);
}

/* ---- the same again ------------------------------------------------------------------------- */

static void the_same_inputs_again_are_reproduced(void)
{
    Command command;
    begin(&command);
    command_run(&command, "run kept.yaml");
    CHECK_LACKS(command.out, "reproduced");
    command_run(&command, "run kept.yaml");
    CHECK_INT(command.status, 0);
    CHECK(g_regex_match_simple("reproduced: identical to the run of [0-9]{4}-[0-9]{2}-[0-9]{2} "
                               "\\(event digest [0-9a-f]{4} [0-9a-f]{4} [0-9a-f]{4} [0-9a-f]{4}\\)",
                               command.out, 0, 0));
    command_run(&command, "run kept.yaml --json");
    CHECK_CONTAINS(command.err, "reproduced: identical to the run of ");
    json_decref(look_parse(command.out));
    g_autofree char *name = only_result(&command);
    CHECK(name);
    command_clear(&command);
}

static void another_result_of_the_same_binary_is_status_5_and_kept_beside(void)
{
    Command command;
    begin(&command);
    command_run(&command, "run kept.yaml");
    command_shell(&command, "sed -i 's/\"count\": /\"count\": 9/' results/latest/summary.json");
    command_run(&command, "run kept.yaml");
    CHECK_INT(command.status, 5);
    CHECK_CONTAINS(command.err, "error: not reproducible: the same inputs and the same binary gave "
                                "another result");
    g_auto(GStrv) names = result_names(&command);
    CHECK_UINT(g_strv_length(names), 2);
    CHECK(g_str_has_suffix(names[0], ".differs") != g_str_has_suffix(names[1], ".differs"));
    command_clear(&command);
}

static void another_result_of_another_binary_is_replaced_with_a_note(void)
{
    Command command;
    begin(&command);
    command_run(&command, "run kept.yaml");
    command_shell(&command, "sed -i 's/\"count\": /\"count\": 9/' results/latest/summary.json;"
                            "sed -i 's/\"binary_sha256\": \"./\"binary_sha256\": \"x/' "
                            "results/latest/manifest.json");
    command_run(&command, "run kept.yaml");
    CHECK_INT(command.status, 0);
    CHECK_CONTAINS(command.err, "note: another build gave another result");
    command_run(&command, "run kept.yaml");
    CHECK_CONTAINS(command.out, "reproduced");
    command_clear(&command);
}

/* ---- refused -------------------------------------------------------------------------------- */

static void results_that_cannot_be_written_are_status_4_before_anything_is_simulated(void)
{
    static const char *const places[] = {"kept.yaml/results", "/proc/results", "/dev/full"};
    Command command;
    begin(&command);
    for (gsize i = 0; i < G_N_ELEMENTS(places); i++) {
        test_row("%s", places[i]);
        command_run(&command, "run kept.yaml --results %s", places[i]);
        CHECK_INT(command.status, 4);
        CHECK_STR(command.out, "");
        CHECK_UINT(count_of(command.err, "\n"), 1);
        CHECK_CONTAINS(command.err, "error: cannot write results into '");
    }
    test_row(NULL);
    command_run(&command, "run kept.yaml --results /proc/results --no-save -q");
    CHECK_INT(command.status, 0);
    command_clear(&command);
}

/* A limit on the size of files stands for a disk that fills up while the folder is written. */
static void a_disk_that_fills_up_leaves_no_folder_but_the_answer_is_printed(void)
{
    Command command;
    begin(&command);
    command_shell(&command, "ulimit -f 8; \"$replsim\" run kept.yaml; echo status $?");
    CHECK_CONTAINS(command.out, "status 4\n");
    CHECK_CONTAINS(command.out, "RESULTS");
    CHECK_UINT(count_of(command.err, "\n"), 1);
    CHECK_CONTAINS(command.err, "error: cannot write 'results/kept-");
    CHECK_CONTAINS(command.err, "File too large");
    g_auto(GStrv) names = result_names(&command);
    CHECK_UINT(g_strv_length(names), 0);
    CHECK(!command_has(&command, "results/latest"));
    command_clear(&command);
}

static void a_full_disk_keeps_what_was_there_before(void)
{
    Command command;
    begin(&command);
    command_run(&command, "run kept.yaml -q");
    g_autofree char *before = result_file(&command, "summary.json");
    command_shell(&command,
                  "sed -i 's/\"binary_sha256\": \"./\"binary_sha256\": \"x/' "
                  "results/latest/manifest.json; sed -i 's/ratio/ration/' "
                  "results/latest/summary.json; ulimit -f 8; \"$replsim\" run kept.yaml -q");
    CHECK_INT(command.status, 4);
    g_autofree char *after = result_file(&command, "summary.json");
    CHECK(after && strlen(after) > strlen(before));
    g_autofree char *name = only_result(&command);
    CHECK(name);
    command_clear(&command);
}

static void an_output_file_that_cannot_be_written_is_status_4(void)
{
    Command command;
    begin(&command);
    command_run(&command, "run kept.yaml --no-save -o nowhere/a.json");
    CHECK_INT(command.status, 4);
    CHECK_CONTAINS(command.err, "error: cannot write 'nowhere/a.json': No such file or directory");
    CHECK_CONTAINS(command.out, "RESULTS");
    command_shell(&command, "ulimit -f 8; \"$replsim\" run kept.yaml --no-save -q -o a.json");
    CHECK_INT(command.status, 4);
    CHECK(!command_has(&command, "a.json"));
    command_clear(&command);
}

static void a_closed_pipe_still_keeps_the_folder(void)
{
    Command command;
    begin(&command);
    command_shell(&command, "{ \"$replsim\" run kept.yaml; echo $? > status; } | true; "
                            "while [ ! -s status ]; do sleep 0.1; done; cat status");
    CHECK_STR(command.err, "");
    g_autofree char *status = command_read(&command, "status");
    /* The reader may have lasted until the end: then all is well. */
    CHECK(strcmp(status, "4\n") == 0 || strcmp(status, "0\n") == 0);
    g_autofree char *name = only_result(&command);
    CHECK(name);
    command_clear(&command);
}

/* ---- Ctrl-C --------------------------------------------------------------------------------- */

static void interrupt_gives_a_partial_result_of_matched_replications(void)
{
    Command command;
    begin(&command);
    command_shell(&command,
                  "\"$replsim\" run many.yaml --json > out.json 2> err & pid=$!; sleep 1.5; "
                  "kill -INT $pid; wait $pid; echo $?");
    CHECK_STR(command.out, "130\n");
    g_autofree char *err = command_read(&command, "err");
    CHECK_CONTAINS(err, "stopping after the current replications... (Ctrl-C again to quit at "
                        "once)\n");
    g_autofree char *out = command_read(&command, "out.json");
    json_t *partial = look_parse(out);
    CHECK(json_is_true(json_object_get(partial, "partial")));
    gint64 used = json_integer_value(json_object_get(partial, "replications"));
    CHECK(used > 0 && used < 20000);
    g_autofree char *name = only_result(&command);
    CHECK(name && g_str_has_suffix(name, ".partial"));
    /* What is there is what a run of so many gives. */
    command_run(&command, "run many.yaml --no-save --json --replications %d", (int)used);
    json_t *whole = look_parse(command.out);
    json_t *a = look_own_metrics(partial, "sync"), *b = look_own_metrics(whole, "sync");
    CHECK(json_equal(a, b));
    json_decref(a);
    json_decref(b);
    json_decref(partial);
    json_decref(whole);
    command_clear(&command);
}

/* Also after SIGTERM, as `timeout` sends it. */
static void a_partial_result_says_so_in_every_heading(void)
{
    Command command;
    begin(&command);
    command_shell(&command, "\"$replsim\" run many.yaml > out 2> err & pid=$!; sleep 1; kill -TERM "
                            "$pid; wait $pid; echo $?; cat out");
    CHECK(g_str_has_prefix(command.out, "130\n"));
    CHECK_CONTAINS(command.out, "PARTIAL: ");
    CHECK_CONTAINS(command.out, " used, so that all match)");
    CHECK_CONTAINS(command.out, "PARTIAL RESULTS");
    command_clear(&command);
}

static void a_second_interrupt_quits_at_once_and_keeps_nothing(void)
{
    Command command;
    begin(&command);
    command_shell(&command,
                  "\"$replsim\" run many.yaml --set duration=10h --replications 2 > out 2> err & "
                  "pid=$!; sleep 1; kill -INT $pid; sleep 0.3; kill -INT $pid; wait $pid; echo $?");
    CHECK_STR(command.out, "130\n");
    g_autofree char *out = command_read(&command, "out");
    CHECK_STR(out, "");
    g_auto(GStrv) names = result_names(&command);
    CHECK_UINT(g_strv_length(names), 0);
    command_clear(&command);
}

static void progress_is_at_most_ten_plain_lines_on_stderr(void)
{
    Command command;
    begin(&command);
    command_run(&command, "run many.yaml --no-save --replications 9000");
    CHECK_INT(command.status, 0);
    CHECK(count_of(command.err, "\n") <= 10);
    CHECK_UINT(count_of(command.err, "\n"), count_of(command.err, " %  replication "));
    CHECK_LACKS(command.err, "\033");
    CHECK_LACKS(command.err, "\r");
    command_run(&command, "run many.yaml --no-save -q --replications 9000");
    CHECK_STR(command.err, "");
    command_clear(&command);
}

static void progress_on_a_terminal_is_one_line_that_is_wiped(void)
{
    Command command;
    begin(&command);
    command_set(&command, "TERM=xterm");
    command_shell(&command, "script -qec '\"$replsim\" run many.yaml --no-save --replications 6000 "
                            "> out' /dev/null </dev/null");
    CHECK_CONTAINS(command.out, "\r  ");
    CHECK_CONTAINS(command.out, " %  replication ");
    CHECK(g_str_has_suffix(command.out, "\r\033[K"));
    CHECK_LACKS(command.out, "\n");
    command_clear(&command);
}

static const TestCase cases[] = {
    TEST(a_folder_has_all_files_under_a_name_made_of_its_inputs),
    TEST(files_hold_what_they_say),
    TEST(tables_behind_the_curves_add_up_and_do_not_depend_on_threads),
    TEST(the_summary_as_text_is_what_was_printed_without_colour),
    TEST(no_document_names_a_path_host_or_date),
    TEST(other_inputs_get_another_folder),
    TEST(outputs_are_written_by_their_endings),
    TEST(the_same_inputs_again_are_reproduced),
    TEST(another_result_of_the_same_binary_is_status_5_and_kept_beside),
    TEST(another_result_of_another_binary_is_replaced_with_a_note),
    TEST(results_that_cannot_be_written_are_status_4_before_anything_is_simulated),
    TEST(a_disk_that_fills_up_leaves_no_folder_but_the_answer_is_printed),
    TEST(a_full_disk_keeps_what_was_there_before),
    TEST(an_output_file_that_cannot_be_written_is_status_4),
    TEST(a_closed_pipe_still_keeps_the_folder),
    TEST(interrupt_gives_a_partial_result_of_matched_replications),
    TEST(a_partial_result_says_so_in_every_heading),
    TEST(a_second_interrupt_quits_at_once_and_keeps_nothing),
    TEST(progress_is_at_most_ten_plain_lines_on_stderr),
    TEST(progress_on_a_terminal_is_one_line_that_is_wiped),
    {NULL, NULL}};

int main(int argc, char **argv)
{
    return test_main("results", cases, argc, argv);
}
