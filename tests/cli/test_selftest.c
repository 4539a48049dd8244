/*
 * test_selftest.c — goal: `selftest` passes, says what it found, and would say so if it did not.
 */
#include "cli/selftest.h"
#include "tests/support/check.h"
#include "tests/support/command.h"
#include "tests/support/json_look.h"

#include <string.h>

static void every_check_passes_and_says_what_it_found(void)
{
    Command command;
    command_init(&command);
    command_run(&command, "selftest --width 200");
    CHECK_INT(command.status, 0);
    CHECK_CONTAINS(command.out, "all good: ");
    CHECK_LACKS(command.out, "FAIL");
    CHECK(count_of(command.out, "  pass  ") >= 12);
    CHECK_CONTAINS(command.out, "lag of an idle follower = link + apply: max error 0 ns");
    command_clear(&command);
}

static void json_has_one_entry_per_check(void)
{
    Command command;
    command_init(&command);
    command_run(&command, "selftest --json");
    CHECK_INT(command.status, 0);
    json_t *document = look_parse(command.out);
    CHECK_INT(json_integer_value(json_object_get(document, "failures")), 0);
    CHECK_INT(json_integer_value(json_object_get(document, "checks")),
              (gint64)json_array_size(json_object_get(document, "results")));
    json_decref(document);
    command_clear(&command);
}

/* The digests that the checks compare do tell worlds apart. */
static void digests_differ_where_worlds_do(void)
{
    static const char *const texts[] = {
        "replsim: 1\nduration: 2s\nnodes: {db1: a, db2: a}\nnetwork: {within: 5ms}\n"
        "clients: {w: {rate: 100/s, reads: 50%, keys: uniform_keys(10)}}\n",
        "replsim: 1\nduration: 2s\nnodes: {db1: a, db2: a}\nnetwork: {within: 6ms}\n"
        "clients: {w: {rate: 100/s, reads: 50%, keys: uniform_keys(10)}}\n",
        "replsim: 1\nduration: 2s\nnodes: {db1: a, db2: a}\nnetwork: {within: 5ms}\n"
        "clients: {w: {rate: 100/s, reads: 51%, keys: uniform_keys(10)}}\n"};
    guint64 seen[G_N_ELEMENTS(texts)];
    for (gsize i = 0; i < G_N_ELEMENTS(texts); i++) {
        g_autoptr(ScnScenario) scenario = cli_selftest_scenario(texts[i]);
        seen[i] = cli_selftest_digests(scenario, 2, 1).events;
        CHECK_UINT(seen[i], cli_selftest_digests(scenario, 2, 2).events);
        for (gsize k = 0; k < i; k++)
            CHECK(seen[k] != seen[i]);
    }
}

static void arguments_are_refused(void)
{
    Command command;
    command_init(&command);
    command_run(&command, "selftest everything");
    CHECK_INT(command.status, 2);
    CHECK_CONTAINS(command.err, "'selftest' takes no arguments");
    command_clear(&command);
}

static void random_scenarios_are_run_by_number(void)
{
    Command command;
    command_init(&command);
    command_run(&command, "selftest --swarm 20 --seed 7 -j 2");
    CHECK_INT(command.status, 0);
    CHECK_CONTAINS(command.out, "swarm: 20 scenarios from seed 7, ");
    CHECK_CONTAINS(command.out, "no invariant violated");
    command_run(&command, "selftest --swarm none");
    CHECK_INT(command.status, 2);
    CHECK_CONTAINS(command.err, "--swarm takes a whole number");
    command_run(&command, "selftest --seed 7");
    CHECK_INT(command.status, 2);
    CHECK_CONTAINS(command.err, "--seed is for --swarm");
    command_clear(&command);
}

static const TestCase cases[] = {TEST(every_check_passes_and_says_what_it_found),
                                 TEST(json_has_one_entry_per_check),
                                 TEST(digests_differ_where_worlds_do),
                                 TEST(arguments_are_refused),
                                 TEST(random_scenarios_are_run_by_number),
                                 {NULL, NULL}};

int main(int argc, char **argv)
{
    return test_main("selftest", cases, argc, argv);
}
