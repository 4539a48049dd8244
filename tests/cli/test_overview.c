/*
 * test_overview.c — goal: first contact. What is printed without a verb, by --help and --version,
 * and after a slip of the finger. Method: the program is run as a user would.
 */
#include "tests/support/check.h"
#include "tests/support/command.h"

#include <string.h>

static const char *const verbs[] = {"check", "run", "list", "selftest"};

static void alone_it_prints_at_most_24_lines_with_examples_first(void)
{
    Command command;
    command_init(&command);
    command_run(&command, "%s", "");
    CHECK_INT(command.status, 0);
    CHECK(count_of(command.out, "\n") <= 24);
    CHECK_STR(command.err, "");
    const char *example = strstr(command.out, "replsim run builtin:quickstart");
    const char *commands = strstr(command.out, "Commands");
    CHECK(example && commands && example < commands);
    for (gsize i = 0; i < G_N_ELEMENTS(verbs); i++)
        CHECK_CONTAINS(commands, verbs[i]);
    command_clear(&command);
}

static void help_is_the_same_as_nothing(void)
{
    Command alone, help;
    command_init(&alone);
    command_init(&help);
    command_run(&alone, "%s", "");
    command_run(&help, "--help");
    CHECK_STR(alone.out, help.out);
    command_run(&help, "-h");
    CHECK_STR(alone.out, help.out);
    command_clear(&alone);
    command_clear(&help);
}

static void every_verb_has_help_with_examples_first(void)
{
    Command command;
    command_init(&command);
    for (gsize i = 0; i < G_N_ELEMENTS(verbs); i++) {
        test_row("%s", verbs[i]);
        command_run(&command, "%s --help", verbs[i]);
        CHECK_INT(command.status, 0);
        CHECK(g_str_has_prefix(command.out, "Examples\n"));
        CHECK_CONTAINS(command.out, "Usage");
        CHECK_CONTAINS(command.out, "--color WHEN");
        CHECK_STR(command.err, "");
        g_autofree char *page = g_strdup(command.out);
        command_run(&command, "%s something -h", verbs[i]);
        CHECK_STR(command.out, page);
    }
    test_row(NULL);
    command_clear(&command);
}

static void every_example_of_the_help_pages_names_a_verb_that_exists(void)
{
    Command command;
    command_init(&command);
    for (gsize i = 0; i < G_N_ELEMENTS(verbs); i++) {
        command_run(&command, "%s --help", verbs[i]);
        g_auto(GStrv) lines = g_strsplit(command.out, "\n", -1);
        for (char **line = lines; *line && **line; line++) {
            g_autofree char *start = g_strdup_printf("  replsim %s", verbs[i]);
            if (line > lines && strstr(*line, "replsim "))
                CHECK(g_str_has_prefix(*line, start));
        }
    }
    command_clear(&command);
}

static void version_names_version_commit_compiler_and_machine(void)
{
    Command command;
    command_init(&command);
    command_run(&command, "--version");
    CHECK_INT(command.status, 0);
    CHECK(g_regex_match_simple("^replsim [0-9]+\\.[0-9]+\\.[0-9]+ \\((commit [0-9a-f]+|no commit), "
                               "[a-z]+ [0-9.]+, [a-z0-9_]+-linux\\)\n",
                               command.out, 0, 0));
    g_autofree char *line = g_strndup(command.out, strcspn(command.out, "\n"));
    command_run(&command, "run --version");
    CHECK_INT(command.status, 0);
    CHECK_CONTAINS(command.out, line);
    command_clear(&command);
}

typedef struct Slip {
    const char *typed, *complaint, *suggestion;
} Slip;

static const Slip slips[] = {
    {"chekc my.yaml", "error: there is no command 'chekc'",
     "did you mean 'replsim check my.yaml'?"},
    {"validate failover.yaml", "error: there is no command 'validate'",
     "did you mean 'replsim check failover.yaml'?"},
    {"my.yaml", "error: there is no command 'my.yaml'", "did you mean 'replsim run my.yaml'?"},
    {"zzzzzz", "error: there is no command 'zzzzzz'",
     "commands: check, run, sweep, report, explain, trace, list, selftest"},
    {"--seed 3", "error: unknown option '--seed'", "commands: check"},
    {"run --sed 3 x.yaml", "error: 'run' has no option '--sed'", "did you mean '--seed'?"},
    {"run --replication=3 -z x.yaml", "error: 'run' has no option '-z'", "replsim run --help"},
    {"run builtin:quikstart", "error: there is no built-in scenario 'quikstart'",
     "did you mean 'builtin:quickstart'?"},
    {"run builtin:5-3", "error: there is no built-in scenario '5-3'",
     "did you mean 'builtin:ddia/5-3'?"},
    {"run builtin:ddia/", "error: there is no built-in scenario 'ddia/'", "built in: "},
    {"run builtin:ddia//5-3", "error: there is no built-in scenario 'ddia//5-3'",
     "did you mean 'builtin:ddia/5-3'?"},
    {"list figure 5-99", "error: there is no figure '5-99'",
     "did you mean 'replsim list figure 5-"},
    {"list figure 'figure 5.2'", "error: there is no figure 'figure 5.2'",
     "did you mean 'replsim list figure 5-2'?"},
    {"list figure 9-1", "error: there is no figure '9-1'", "all of them: replsim list figures"},
    {"check builtin:", "error: there is no built-in scenario ''", "built in: "},
    {"list metrcs", "error: there is nothing to list called 'metrcs'",
     "did you mean 'replsim list metrics'?"},
    {"list metric stale_rat", "error: there is no metric 'stale_rat'",
     "did you mean 'replsim list metric stale_rate'?"},
    {"list scenario quickstat", "error: there is no scenario 'quickstat'",
     "did you mean 'replsim list scenario quickstart'?"},
    {"list a b c", "error: 'list' takes a kind and a name, and no more", ""},
    {"run", "error: 'run' needs a file", "builtin:quickstart"},
    {"check", "error: 'check' needs a file", "builtin:quickstart"},
    {"run --color=blue x.yaml", "error: --color is auto, always or never, not 'blue'", ""},
    {"run --width 20 x.yaml", "error: --width takes a whole number from 80 to ", "not '20'"},
    {"run -j none x.yaml", "error: --jobs takes a whole number from 1 to ", "not 'none'"},
    {"run -j", "error: missing argument for -j", "replsim run --help"},
    {"check --diagnostics=xml builtin:quickstart",
     "error: --diagnostics is text, gcc or json, not 'xml'", ""},
    {"check --diff builtin:quickstart async", "error: --diff takes a file and two of its variants",
     ""},
    {"check --diff builtin:quickstart async sink",
     "error: builtin:quickstart has no variant 'sink'", ""},
};

static void every_slip_is_named_with_the_nearest_right_thing_and_nothing_runs(void)
{
    Command command;
    command_init(&command);
    for (gsize i = 0; i < G_N_ELEMENTS(slips); i++) {
        test_row("replsim %s", slips[i].typed);
        command_run(&command, "%s", slips[i].typed);
        CHECK_INT(command.status, 2);
        CHECK_STR(command.out, "");
        CHECK_CONTAINS(command.err, slips[i].complaint);
        CHECK_CONTAINS(command.err, slips[i].suggestion);
        CHECK(!command_has(&command, "results"));
    }
    test_row(NULL);
    command_clear(&command);
}

static void what_was_typed_cannot_steer_the_terminal(void)
{
    Command command;
    command_init(&command);
    command_shell(&command, "\"$replsim\" \"$(printf 'a\\033[31mb')\"");
    CHECK_INT(command.status, 2);
    CHECK_LACKS(command.err, "\033");
    CHECK_CONTAINS(command.err, "a?[31mb");
    command_clear(&command);
}

static const TestCase cases[] = {
    TEST(alone_it_prints_at_most_24_lines_with_examples_first),
    TEST(help_is_the_same_as_nothing),
    TEST(every_verb_has_help_with_examples_first),
    TEST(every_example_of_the_help_pages_names_a_verb_that_exists),
    TEST(version_names_version_commit_compiler_and_machine),
    TEST(every_slip_is_named_with_the_nearest_right_thing_and_nothing_runs),
    TEST(what_was_typed_cannot_steer_the_terminal),
    {NULL, NULL}};

int main(int argc, char **argv)
{
    return test_main("overview", cases, argc, argv);
}
