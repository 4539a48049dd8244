/*
 * test_builtin.c — goal: every built-in scenario shows what it claims to show. Method: each is run
 * as it is; its `expect` lines, which assert the shape, must hold for the gated variants (exit 0).
 */
#include "tests/support/check.h"
#include "tests/support/command.h"

#include <string.h>

static void every_built_in_scenario_shows_what_it_claims(void)
{
    Command command;
    command_init(&command);
    command_run(&command, "list scenarios --json");
    g_autoptr(GRegex) name =
        g_regex_new("\"name\": *\"([a-z0-9/-]+)\"", G_REGEX_DEFAULT, G_REGEX_MATCH_DEFAULT, NULL);
    g_autofree char *names = g_strdup(command.out);
    g_autoptr(GMatchInfo) match = NULL;
    unsigned n = 0;
    g_regex_match(name, names, G_REGEX_MATCH_DEFAULT, &match);
    for (; g_match_info_matches(match); g_match_info_next(match, NULL), n++) {
        g_autofree char *each = g_match_info_fetch(match, 1);
        test_row("builtin:%s", each);
        command_run(&command, "run builtin:%s --no-save -q", each);
        CHECK_INT(command.status, 0);
    }
    test_row(NULL);
    CHECK(n >= 15);
    command_clear(&command);
}

static const TestCase cases[] = {TEST(every_built_in_scenario_shows_what_it_claims), {NULL, NULL}};

int main(int argc, char **argv)
{
    return test_main("builtin", cases, argc, argv);
}
