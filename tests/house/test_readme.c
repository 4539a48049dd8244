/*
 * test_readme.c — goal: what README.md shows is what the program does. Method: its scenario is
 * checked, and its output compared with that of the command; UPDATE_GOLDEN=1 rewrites the latter.
 */
#include "tests/support/check.h"
#include "tests/support/command.h"

#include <string.h>

#define README REPLSIM_SOURCE_DIR "/README.md"
#define FENCE "```\n"

static char *read_readme(void)
{
    char *text = NULL;
    g_assert(g_file_get_contents(README, &text, NULL, NULL));
    return text;
}

/* The block that begins with `start`, without its fences; NULL: there is none. */
static char *block(const char *text, const char *start)
{
    const char *from = strstr(text, start);
    if (!from)
        return NULL;
    from = strchr(from, '\n') + 1;
    const char *to = strstr(from, FENCE);
    return to ? g_strndup(from, (gsize)(to - from)) : NULL;
}

static void its_scenario_is_valid_and_runs(void)
{
    Command command;
    g_autofree char *text = read_readme();
    g_autofree char *scenario = block(text, "```yaml\n");
    CHECK(scenario);
    command_init(&command);
    command_write(&command, "my.yaml", scenario ? scenario : "");
    command_run(&command, "check my.yaml");
    CHECK_INT(command.status, 0);
    CHECK_STR(command.err, "");
    command_run(&command, "run my.yaml --replications 2 --no-save");
    CHECK(command.status != 2 && command.status != 4);
    command_clear(&command);
}

/* The run's time is that of the machine. */
static char *without_time(const char *text)
{
    g_autoptr(GRegex) time = g_regex_new("done in [^\n]*\n", 0, 0, NULL);
    return g_regex_replace_literal(time, text, -1, 0, "", 0, NULL);
}

static void replace_block(const char *text, const char *old, const char *now)
{
    const char *at = strstr(text, old);
    GString *out = g_string_new_len(text, at - text);
    g_string_append(out, now);
    g_string_append(out, at + strlen(old));
    g_file_set_contents(README, out->str, -1, NULL);
    g_string_free(out, TRUE);
}

static void its_output_is_what_the_first_command_prints(void)
{
    Command command;
    g_autofree char *text = read_readme();
    g_autofree char *shown = block(text, "```quickstart\n");
    CHECK(shown);
    command_init(&command);
    command_run(&command, "run builtin:quickstart");
    CHECK_INT(command.status, 0);
    if (g_getenv("UPDATE_GOLDEN") && shown) {
        replace_block(text, shown, command.out);
    } else {
        g_autofree char *claimed = without_time(shown ? shown : "");
        g_autofree char *printed = without_time(command.out);
        CHECK_STR(claimed, printed);
    }
    command_clear(&command);
}

static const TestCase cases[] = {TEST(its_scenario_is_valid_and_runs),
                                 TEST(its_output_is_what_the_first_command_prints),
                                 {NULL, NULL}};

int main(int argc, char **argv)
{
    return test_main("readme", cases, argc, argv);
}
