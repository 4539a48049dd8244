/*
 * main.c — the program `replsim`: a table of verbs, and what is said where none is given.
 *
 * A verb that does not exist is never guessed at: the nearest one is named, nothing runs, exit 2.
 */
#include "cli/crash.h"
#include "cli/verbs.h"
#include "cli/version.h"
#include "scenarios/format/suggest.h"

#include <locale.h>
#include <signal.h>
#include <string.h>

const CliVerb *const cli_verbs[] = {&cli_verb_check,  &cli_verb_run,      &cli_verb_sweep,
                                    &cli_verb_report, &cli_verb_explain,  &cli_verb_trace,
                                    &cli_verb_list,   &cli_verb_selftest, NULL};

/* What people type who know other tools: suggested, never run. */
static const struct {
    const char *word, *verb;
} other_words[] = {{"validate", "check"}, {"lint", "check"},      {"verify", "check"},
                   {"simulate", "run"},   {"start", "run"},       {"execute", "run"},
                   {"describe", "list"},  {"docs", "list"},       {"new", "list"},
                   {"show", "report"},    {"doctor", "selftest"}, {"test", "selftest"},
                   {"help", "--help"}};

static int overview(void)
{
    CliPage page = cli_page_new(cli_terminal());
    cli_page_printf(&page, "replsim %s — simulate database replication, deterministically\n\n",
                    REPLSIM_VERSION);
    cli_page_coloured(&page, CLI_BOLD, "Start here");
    cli_page_add(&page, "\n"
                        "  replsim run builtin:quickstart             three policies, one outage, "
                        "one answer\n"
                        "  replsim list scenario quickstart > my.yaml a commented file to change\n"
                        "  replsim check my.yaml                      read back what it says\n\n");
    cli_page_coloured(&page, CLI_BOLD, "Commands");
    cli_page_add(&page, "\n");
    for (const CliVerb *const *verb = cli_verbs; *verb; verb++)
        cli_page_printf(&page, "  %-9s%s\n", (*verb)->name, (*verb)->question);
    cli_page_add(&page, "\n'replsim COMMAND --help' shows examples and options.\n");
    int status = cli_write_page(&page);
    cli_page_clear(&page);
    return status;
}

static int print_version(void)
{
    g_autofree char *version = cli_version_text();
    g_autofree char *text = g_strdup_printf(
        "%s\nLicence GPL-3.0-or-later. There is no warranty, to the extent permitted by law.\n",
        version);
    return cli_write(text, strlen(text));
}

/* "did you mean 'replsim check failover.yaml'?" */
static void suggest_verb(const char *nearest, int argc, char **argv)
{
    GString *command = g_string_new("replsim ");
    g_string_append(command, nearest);
    for (int i = 2; i < argc; i++)
        g_string_append_printf(command, " %s", argv[i]);
    cli_hint("did you mean '%s'?", command->str);
    g_string_free(command, TRUE);
}

static int unknown_verb(int argc, char **argv)
{
    const char *word = argv[1];
    const char *nearest = NULL;
    for (gsize i = 0; i < G_N_ELEMENTS(other_words); i++)
        if (g_ascii_strcasecmp(word, other_words[i].word) == 0)
            nearest = other_words[i].verb;
    const char *names[G_N_ELEMENTS(cli_verbs)] = {NULL};
    for (gsize i = 0; cli_verbs[i]; i++)
        names[i] = cli_verbs[i]->name;
    if (word[0] == '-') {
        cli_error("unknown option '%s'; options stand after the command", word);
        nearest = NULL;
    } else if (g_str_has_suffix(word, ".yaml") || g_str_has_prefix(word, "builtin:")) {
        cli_error("there is no command '%s'", word);
        cli_hint("did you mean 'replsim run %s'?", word);
        return CLI_USAGE;
    } else {
        cli_error("there is no command '%s'", word);
    }
    if (!nearest)
        nearest = scn_suggest(word, names);
    if (nearest)
        suggest_verb(nearest, argc, argv);
    char *list = scn_word_list(names, ", ", G_N_ELEMENTS(names));
    cli_hint("commands: %s", list);
    g_free(list);
    return CLI_USAGE;
}

int main(int argc, char **argv)
{
    /* Characters only: numbers, messages and sorting never depend on the locale. */
    setlocale(LC_CTYPE, "");
    signal(SIGPIPE, SIG_IGN); /* a closed pipe is an error of write(): exit 4, quietly */
    signal(SIGXFSZ, SIG_IGN); /* and so is a file that may not grow */
    cli_crash_install();
    if (argc < 2 || strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0)
        return overview();
    if (strcmp(argv[1], "--version") == 0)
        return print_version();
    for (const CliVerb *const *verb = cli_verbs; *verb; verb++)
        if (strcmp(argv[1], (*verb)->name) == 0)
            return (*verb)->run(*verb, argc - 2, argv + 2);
    if (strcmp(argv[1], cli_verb_compare.name) == 0)
        return cli_verb_compare.run(&cli_verb_compare, argc - 2, argv + 2);
    return unknown_verb(argc, argv);
}
