/*
 * test_reproduce.c — goal: `selftest --reproduce` tells whether a kept run, or a page alone, comes
 * out here as well. Method: runs and sweeps of a small scenario, told from other folders, without
 * the file, with data beside it; pages and folders in which something has been changed.
 */
#include "tests/support/check.h"
#include "tests/support/command.h"
#include "tests/support/json_look.h"

#include <string.h>

static const char small[] =
    "replsim: 1\nname: small\nseed: 5\nduration: 2s\nreplications: 2\n"
    "network: {between: {us <-> eu: 'lognormal(min=38ms, p50=42ms, p99=70ms)'}}\n"
    "nodes: {db1: us, db2: eu}\n"
    "clients: {web: {rate: poisson(100/s), reads: 80%, keys: uniform_keys(50)}}\n"
    "policy: {reads: nearest}\n"
    "variants:\n  async: {policy.ack: async}\n  sync: {policy.ack: sync(all)}\n"
    "baseline: async\nexpect: [stale_rate < 0.001%]\n";

static void begin(Command *command)
{
    command_init(command);
    command_write(command, "small.yaml", small);
}

static void check_reproduced(Command *command, const char *run)
{
    command_run(command, "selftest --reproduce '%s'", run);
    test_row("%s: %s", run, command->err);
    CHECK_INT(command->status, 0);
    CHECK_CONTAINS(command->out, "reproduced: ");
    CHECK_CONTAINS(command->out, "(event digest ");
    test_row(NULL);
}

static void a_kept_run_comes_out_again_whatever_its_command(void)
{
    static const char *const commands[] = {
        "run small.yaml -q",
        "run small.yaml:sync --seed 7 -o x.html -ox.md --output=y.html --output z.txt -q -j2",
        "run small.yaml --variant async --set 'policy.reads=leader' --replications=3 --json",
        "run small.yaml other.yaml -q --results=elsewhere",
        "run builtin:shopping-cart -q",
        "sweep small.yaml --vary policy.ack=async,sync(all) --vary policy.reads=leader,nearest -q",
    };
    Command command;
    begin(&command);
    command_write(&command, "other.yaml", small);
    for (gsize i = 0; i < G_N_ELEMENTS(commands); i++) {
        command_run(&command, "%s", commands[i]);
        test_row("%s: %s", commands[i], command.err);
        CHECK(command.status <= 3 && command.status != 2);
        check_reproduced(&command,
                         strstr(commands[i], "elsewhere") ? "elsewhere/latest" : "latest");
    }
    command_shell(&command, "\"$replsim\" run - -q < small.yaml");
    check_reproduced(&command, "latest");
    command_clear(&command);
}

static void a_page_is_enough(void)
{
    Command command;
    begin(&command);
    command_run(&command, "run small.yaml --no-save -q -o mailed.html");
    command_run(&command, "sweep small.yaml --vary policy.ack=async,sync(all) --no-save -q "
                          "-o swept.html");
    command_shell(&command, "rm small.yaml; mkdir away; mv *.html away; ls away");
    check_reproduced(&command, "away/mailed.html");
    check_reproduced(&command, "away/swept.html");
    CHECK(!command_has(&command, "results"));
    command_run(&command, "selftest --reproduce away/mailed.html --json");
    json_t *said = look_parse(command.out);
    CHECK(json_is_true(json_object_get(said, "reproduced")));
    CHECK_STR(json_string_value(json_object_get(said, "expected")),
              json_string_value(json_object_get(said, "found")));
    json_decref(said);
    command_clear(&command);
}

static void data_files_must_lie_where_they_were(void)
{
    Command command;
    begin(&command);
    command_shell(
        &command,
        "mkdir -p in/data; printf 'ms\\n40\\n41\\n45\\n' > in/data/delays.csv; sed "
        "'s/lognormal(.*70ms)/empirical(data\\/delays.csv, unit=ms)/' small.yaml > in/my.yaml; cat "
        "in/my.yaml");
    command_run(&command, "run in/my.yaml -q");
    test_row("%s", command.err);
    CHECK(command.status == 1 || command.status == 3);
    test_row(NULL);
    check_reproduced(&command, "latest");
    command_shell(&command, "echo 46 >> in/data/delays.csv");
    command_run(&command, "selftest --reproduce latest");
    CHECK_INT(command.status, 4);
    CHECK_CONTAINS(command.err, "in/data/delays.csv' is not the one that was used");
    command_shell(&command, "rm in/data/delays.csv");
    command_run(&command, "selftest --reproduce latest");
    CHECK_INT(command.status, 4);
    CHECK_CONTAINS(command.err, "in/data/delays.csv' is not there");
    command_clear(&command);
}

static void what_was_changed_is_seen(void)
{
    static const struct {
        const char *change; /* of page.html, by sed; or a command */
        int status;
        const char *says;
    } rows[] = {
        {"s/<td>\\([0-9a-f]\\{4\\} [0-9a-f ]*\\)<.td>/<td>0123 4567 89ab cdef<\\/td>/", 5,
         "not reproduced: page.html says event digest 0123 4567 89ab cdef"},
        {"s/seed: 5$/seed: 6/", 4, "has been changed"},
        {"s/replsim run small.yaml/replsim run small.yaml --seed 9/", 5, "not reproduced"},
        {"s/replsim run small.yaml/rm small.yaml/", 2, "no command that can be run again"},
        {"s/replsim run small.yaml/replsim run small.yaml --plugin x.so/", 2, "plug-in"},
        {"s/=.reproduce./='other'/g", 2, "does not say how it was made"},
    };
    Command command;
    begin(&command);
    command_run(&command, "run small.yaml -q -o first.html");
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *script = g_strdup_printf(
            "sed \"%s\" first.html > page.html; ! cmp -s first.html page.html", rows[i].change);
        test_row("%s", rows[i].change);
        command_shell(&command, script);
        CHECK_INT(command.status, 0);
        command_run(&command, "selftest --reproduce page.html");
        CHECK_INT(command.status, rows[i].status);
        CHECK_CONTAINS(command.err, rows[i].says);
    }
    test_row(NULL);
    command_shell(&command, "sed -i 's/\"value\": 0/\"value\": 1/' results/latest/summary.json");
    command_run(&command, "selftest --reproduce latest");
    CHECK_INT(command.status, 5);
    CHECK_CONTAINS(command.err, "summary.json of");
    command_clear(&command);
}

static void what_cannot_be_tried_is_said(void)
{
    static const struct {
        const char *arguments;
        int status;
        const char *says;
    } rows[] = {{"--reproduce nowhere", 4, "nowhere"},
                {"--reproduce small.yaml", 4, "small.yaml"},
                {"--reproduce both.html", 2, "only pages of runs and sweeps"},
                {"--reproduce latest --swarm 3", 2, "one at a time"},
                {"--results r", 2, "--results is for --reproduce"}};
    Command command;
    begin(&command);
    command_run(&command, "run small.yaml -q");
    command_run(&command, "compare latest latest -o both.html");
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        test_row("%s", rows[i].arguments);
        command_run(&command, "selftest %s", rows[i].arguments);
        CHECK_INT(command.status, rows[i].status);
        CHECK_CONTAINS(command.err, rows[i].says);
    }
    test_row(NULL);
    command_clear(&command);
}

static const TestCase cases[] = {TEST(a_kept_run_comes_out_again_whatever_its_command),
                                 TEST(a_page_is_enough),
                                 TEST(data_files_must_lie_where_they_were),
                                 TEST(what_was_changed_is_seen),
                                 TEST(what_cannot_be_tried_is_said),
                                 {NULL, NULL}};

int main(int argc, char **argv)
{
    return test_main("reproduce", cases, argc, argv);
}
