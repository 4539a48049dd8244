/*
 * test_terminal.c — goal: what is written where. No control characters but on a terminal, colour
 * only where it is wanted, ASCII where asked for or where the locale has nothing else, no line
 * beyond the width. Method: the output's bytes; `script` lends a terminal.
 */
#include "tests/support/check.h"
#include "tests/support/command.h"

#include <string.h>

/* Lines are counted in characters: nothing that is printed here is wide. */
static int longest_line(const char *text)
{
    int longest = 0;
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
    for (char **line = lines; *line; line++)
        longest = MAX(longest, (int)g_utf8_strlen(*line, -1));
    return longest;
}

static gboolean is_ascii(const char *text)
{
    for (; *text; text++)
        if ((unsigned char)*text >= 0x80)
            return FALSE;
    return TRUE;
}

/* Runs the command on a terminal of 100 columns; out has what the terminal got. */
static void on_terminal(Command *command, const char *arguments)
{
    g_autofree char *script =
        g_strdup_printf("script -qec 'stty cols 100 2>/dev/null; \"$replsim\" %s' /dev/null "
                        "</dev/null",
                        arguments);
    command_shell(command, script);
}

static void piped_output_has_no_control_characters(void)
{
    static const char *const runs[] = {"", "list metrics", "check builtin:quickstart",
                                       "run builtin:quickstart --replications 2 --no-save"};
    Command command;
    command_init(&command);
    command_set(&command, "TERM=xterm-256color");
    for (gsize i = 0; i < G_N_ELEMENTS(runs); i++) {
        test_row("%s", runs[i]);
        command_run(&command, "%s", runs[i]);
        CHECK_LACKS(command.out, "\033");
        CHECK_LACKS(command.out, "\r");
        CHECK_LACKS(command.err, "\033");
        CHECK_LACKS(command.err, "\r");
    }
    test_row(NULL);
    command_clear(&command);
}

static void colour_needs_a_terminal_or_to_be_asked_for(void)
{
    Command command;
    command_init(&command);
    command_set(&command, "TERM=xterm-256color");
    on_terminal(&command, "list --help");
    CHECK_CONTAINS(command.out, "\033[1m");
    command_run(&command, "list --help --color=always");
    CHECK_CONTAINS(command.out, "\033[1m");
    command_clear(&command);
}

static void no_color_dumb_terminals_and_never_mean_no_colour(void)
{
    Command command;
    command_init(&command);
    command_set(&command, "TERM=xterm-256color");
    on_terminal(&command, "list --help --color=never");
    CHECK_LACKS(command.out, "\033");
    command_set(&command, "NO_COLOR=1");
    on_terminal(&command, "list --help");
    CHECK_LACKS(command.out, "\033");
    on_terminal(&command, "list --help --color=always");
    CHECK_CONTAINS(command.out, "\033[1m");
    command_set(&command, "NO_COLOR=");
    on_terminal(&command, "list --help");
    CHECK_CONTAINS(command.out, "\033[1m");
    command_set(&command, "NO_COLOR");
    command_set(&command, "TERM=dumb");
    on_terminal(&command, "list --help");
    CHECK_LACKS(command.out, "\033");
    command_clear(&command);
}

static void ascii_output_has_nothing_beyond_ascii(void)
{
    static const char *const runs[] = {"", "list metrics", "list distributions",
                                       "check builtin:quickstart",
                                       "run builtin:quickstart --replications 2 --no-save"};
    Command command;
    command_init(&command);
    for (gsize i = 0; i < G_N_ELEMENTS(runs); i++) {
        test_row("%s", runs[i]);
        if (*runs[i]) {
            command_run(&command, "%s --ascii", runs[i]);
            CHECK(is_ascii(command.out) && is_ascii(command.err));
        }
        command_set(&command, "LC_ALL=C");
        command_run(&command, "%s", runs[i]);
        CHECK(is_ascii(command.out) && is_ascii(command.err));
        CHECK_LACKS(command.out, "?M");
        command_set(&command, "LC_ALL=C.UTF-8");
        command_run(&command, "%s", runs[i]);
        CHECK(i == 1 || i == 2 || !is_ascii(command.out));
    }
    test_row(NULL);
    command_clear(&command);
}

static void no_line_is_longer_than_the_width(void)
{
    static const int widths[] = {80, 100, 140, 200};
    static const char *const runs[] = {
        "list scenarios",
        "list metrics",
        "check builtin:quickstart",
        "run --help",
        "run builtin:quickstart --replications 2 --no-save",
        "run builtin:read-scaling --replications 1 --set duration=7s --no-save"};
    Command command;
    command_init(&command);
    for (gsize i = 0; i < G_N_ELEMENTS(runs); i++)
        for (gsize w = 0; w < G_N_ELEMENTS(widths); w++) {
            test_row("%s, %d columns", runs[i], widths[w]);
            command_run(&command, "%s --width %d", runs[i], widths[w]);
            CHECK(longest_line(command.out) <= widths[w]);
            CHECK(longest_line(command.out) > 60);
        }
    test_row(NULL);
    command_clear(&command);
}

static void the_terminals_width_is_used(void)
{
    Command command;
    command_init(&command);
    on_terminal(&command, "list metrics");
    CHECK(longest_line(command.out) <= 101); /* with the carriage return */
    CHECK(longest_line(command.out) > 85);
    command_run(&command, "list metrics --width 80");
    CHECK(longest_line(command.out) <= 80);
    command_clear(&command);
}

static void a_closed_pipe_is_quiet_and_status_4(void)
{
    Command command;
    command_init(&command);
    /* The reader is gone before the first byte: sleep lets `true` end. */
    command_shell(&command, "{ sleep 0.3; \"$replsim\" list metrics; echo $? > status; } | true;"
                            " sleep 0.6; cat status");
    CHECK_STR(command.out, "4\n");
    CHECK_STR(command.err, "");
    command_clear(&command);
}

static void a_full_disk_behind_stdout_is_one_line_and_status_4(void)
{
    Command command;
    command_init(&command);
    command_shell(&command, "\"$replsim\" list metrics > /dev/full");
    CHECK_INT(command.status, 4);
    CHECK_UINT(count_of(command.err, "\n"), 1);
    CHECK_CONTAINS(command.err, "error: cannot write to standard output: No space left on device");
    command_clear(&command);
}

static const TestCase cases[] = {TEST(piped_output_has_no_control_characters),
                                 TEST(colour_needs_a_terminal_or_to_be_asked_for),
                                 TEST(no_color_dumb_terminals_and_never_mean_no_colour),
                                 TEST(ascii_output_has_nothing_beyond_ascii),
                                 TEST(no_line_is_longer_than_the_width),
                                 TEST(the_terminals_width_is_used),
                                 TEST(a_closed_pipe_is_quiet_and_status_4),
                                 TEST(a_full_disk_behind_stdout_is_one_line_and_status_4),
                                 {NULL, NULL}};

int main(int argc, char **argv)
{
    return test_main("terminal", cases, argc, argv);
}
