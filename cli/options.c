/* options.c — see options.h. */
#include "cli/options.h"

#include "cli/plugin.h"
#include "cli/version.h"
#include "scenarios/format/suggest.h"

#include <string.h>

#define OPTION_COLUMN 26 /* where remarks begin in help */

/* ---- tables ------------------------------------------------------------------------------- */

static GArray *all_entries(const GOptionEntry *entries, CliCommon *common)
{
    const GOptionEntry shared[] = {
        {"json", 0, 0, G_OPTION_ARG_NONE, &common->json,
         "machine-readable result on stdout, nothing else on stdout", NULL},
        {"quiet", 'q', 0, G_OPTION_ARG_NONE, &common->quiet, "only errors", NULL},
        {"verbose", 'v', 0, G_OPTION_ARG_NONE, &common->verbose, "more detail", NULL},
        {"color", 0, 0, G_OPTION_ARG_FILENAME, &common->colour,
         "auto (default), always, never; NO_COLOR and TERM=dumb mean never", "WHEN"},
        {"ascii", 0, 0, G_OPTION_ARG_NONE, &common->ascii,
         "no characters beyond ASCII in text output", NULL},
        {"width", 0, 0, G_OPTION_ARG_FILENAME, &common->width,
         "lay out for N columns (default: terminal, else 100; 80 to 200)", "N"},
        {"plugin", 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &common->plugins,
         "a policy of your own, as a shared object; repeatable", "FILE"},
        {"help", 'h', 0, G_OPTION_ARG_NONE, &common->help, "this page", NULL},
        {"version", 0, 0, G_OPTION_ARG_NONE, &common->version, "version of the program", NULL},
    };
    GArray *all = g_array_new(TRUE, TRUE, sizeof(GOptionEntry));
    for (; entries && entries->long_name; entries++)
        g_array_append_vals(all, entries, 1);
    g_array_append_vals(all, shared, G_N_ELEMENTS(shared));
    return all;
}

static gboolean takes_value(const GOptionEntry *entry)
{
    return entry->arg != G_OPTION_ARG_NONE;
}

static const GOptionEntry *by_letter(const GArray *entries, char letter)
{
    for (guint i = 0; i < entries->len; i++) {
        const GOptionEntry *entry = &g_array_index(entries, GOptionEntry, i);
        if (entry->short_name == letter)
            return entry;
    }
    return NULL;
}

/* ---- parsing ------------------------------------------------------------------------------ */

/* The arguments with -j8 written as -j 8; a strv. argv[0] is for GOption, which skips it. */
static char **split_short_values(const GArray *entries, int argc, char **argv)
{
    GPtrArray *out = g_ptr_array_new();
    g_ptr_array_add(out, g_strdup("replsim"));
    gboolean options_over = FALSE;
    for (int i = 0; i < argc; i++) {
        const char *text = argv[i];
        options_over |= strcmp(text, "--") == 0;
        const GOptionEntry *entry =
            !options_over && text[0] == '-' && text[1] ? by_letter(entries, text[1]) : NULL;
        if (entry && takes_value(entry) && text[2]) {
            g_ptr_array_add(out, g_strndup(text, 2));
            g_ptr_array_add(out, g_strdup(text + 2));
        } else {
            g_ptr_array_add(out, g_strdup(text));
        }
    }
    g_ptr_array_add(out, NULL);
    return (char **)g_ptr_array_free(out, FALSE);
}

/* GLib puts the option into its message and nowhere else; the message is not translated, because
 * only LC_CTYPE is ever set. */
static void explain_unknown(const CliVerb *verb, const GArray *entries, const char *message)
{
    static const char prefix[] = "Unknown option ";
    const char *option = g_str_has_prefix(message, prefix) ? message + strlen(prefix) : message;
    cli_error("'%s' has no option '%s'", verb->name, option);
    const char **names = g_new0(const char *, entries->len + 1);
    for (guint i = 0; i < entries->len; i++)
        names[i] = g_array_index(entries, GOptionEntry, i).long_name;
    g_autofree char *word = g_strdup(option + strspn(option, "-"));
    word[strcspn(word, "=")] = '\0';
    const char *nearest = scn_suggest(word, names);
    if (nearest)
        cli_hint("did you mean '--%s'?", nearest);
    cli_hint("options: replsim %s --help", verb->name);
    g_free(names);
}

static void explain(const CliVerb *verb, const GArray *entries, const GError *error)
{
    if (g_error_matches(error, G_OPTION_ERROR, G_OPTION_ERROR_UNKNOWN_OPTION)) {
        explain_unknown(verb, entries, error->message);
        return;
    }
    g_autofree char *text = g_strdup(error->message);
    text[0] = g_ascii_tolower(text[0]);
    cli_error("%s", text);
    cli_hint("options: replsim %s --help", verb->name);
}

/* The common options' own meaning; FALSE: something is wrong with them. */
static gboolean apply_common(const CliCommon *common)
{
    guint64 width = 0;
    if (common->colour && strcmp(common->colour, "auto") != 0 &&
        strcmp(common->colour, "always") != 0 && strcmp(common->colour, "never") != 0) {
        cli_error("--color is auto, always or never, not '%s'", common->colour);
        return FALSE;
    }
    if (common->width &&
        !cli_whole_number("--width", common->width, CLI_WIDTH_MIN, CLI_WIDTH_MAX, &width))
        return FALSE;
    CliTerminal terminal;
    cli_terminal_init(&terminal, common->colour, common->ascii, (int)width);
    cli_set_terminal(&terminal);
    cli_set_quiet(common->quiet);
    return TRUE;
}

static int show_help(const CliVerb *verb, const GOptionEntry *entries)
{
    CliPage page = cli_page_new(cli_terminal());
    cli_verb_help(verb, entries, &page);
    int status = cli_write_page(&page);
    cli_page_clear(&page);
    return status;
}

static int show_version(void)
{
    g_autofree char *version = cli_version_text();
    g_autofree char *line = g_strdup_printf("%s\n", version);
    return cli_write(line, strlen(line));
}

gboolean cli_parse_options(const CliVerb *verb, const GOptionEntry *entries, CliCommon *common,
                           int argc, char **argv, char ***rest, int *status)
{
    g_autoptr(GError) error = NULL;
    GArray *all = all_entries(entries, common);
    char **arguments = split_short_values(all, argc, argv);
    GOptionContext *context = g_option_context_new(NULL);
    g_option_context_set_help_enabled(context, FALSE);
    g_option_context_add_main_entries(context, (GOptionEntry *)(gpointer)all->data, NULL);
    gboolean parsed = g_option_context_parse_strv(context, &arguments, &error);
    g_option_context_free(context);
    *status = CLI_USAGE;
    if (!parsed) {
        explain(verb, all, error);
    } else if (apply_common(common)) {
        if (common->help)
            *status = show_help(verb, entries);
        else if (common->version)
            *status = show_version();
        else
            *status = cli_plugins_load((const char *const *)common->plugins);
        if (*status == CLI_OK && !common->help && !common->version)
            *status = -1;
    }
    g_array_free(all, TRUE);
    if (*status == -1) {
        /* Without the program's name; GLib leaves a "--" that ended the options. */
        gboolean marked = arguments[1] && strcmp(arguments[1], "--") == 0;
        *rest = g_strdupv(arguments + (marked ? 2 : 1));
    }
    g_strfreev(arguments);
    if (*status != -1)
        cli_common_clear(common);
    return *status == -1;
}

void cli_common_clear(CliCommon *common)
{
    g_clear_pointer(&common->colour, g_free);
    g_clear_pointer(&common->width, g_free);
    g_clear_pointer(&common->plugins, g_strfreev);
}

gboolean cli_whole_number(const char *option, const char *text, guint64 least, guint64 most,
                          guint64 *result)
{
    if (g_ascii_string_to_unsigned(text, 10, least, most, result, NULL))
        return TRUE;
    cli_error("%s takes a whole number from %" G_GUINT64_FORMAT " to %" G_GUINT64_FORMAT
              ", not '%s'",
              option, least, most, text);
    return FALSE;
}

/* ---- help --------------------------------------------------------------------------------- */

static void help_entries(CliPage *page, const GOptionEntry *entries, guint n)
{
    for (guint i = 0; i < n; i++) {
        const GOptionEntry *entry = &entries[i];
        if (entry->short_name)
            cli_page_printf(page, "  -%c, --%s", entry->short_name, entry->long_name);
        else
            cli_page_printf(page, "      --%s", entry->long_name);
        if (entry->arg_description)
            cli_page_printf(page, " %s", entry->arg_description);
        cli_page_to_column(page, OPTION_COLUMN);
        cli_page_wrap(page, OPTION_COLUMN, entry->description);
    }
}

static void help_examples(CliPage *page, const char *examples)
{
    char **lines = g_strsplit(examples, "\n", -1);
    int column = 0;
    for (char **line = lines; *line; line++) {
        column = MAX(column, (int)strcspn(*line, "\t"));
    }
    for (char **line = lines; *line; line++) {
        if (!**line)
            continue;
        const char *remark = strchr(*line, '\t');
        cli_page_printf(page, "  %.*s", (int)(remark - *line), *line);
        cli_page_to_column(page, column + 4);
        cli_page_wrap(page, column + 4, remark + 1);
    }
    g_strfreev(lines);
}

void cli_verb_help(const CliVerb *verb, const GOptionEntry *entries, CliPage *page)
{
    cli_page_coloured(page, CLI_BOLD, "Examples");
    cli_page_add(page, "\n");
    help_examples(page, verb->examples);
    cli_page_add(page, "\n");
    cli_page_coloured(page, CLI_BOLD, "Usage");
    cli_page_printf(page, "  replsim %s [OPTIONS] %s\n\n", verb->name, verb->usage);
    cli_page_wrap(page, 0, verb->about);
    cli_page_add(page, "\n");
    CliCommon unused = {0};
    GArray *all = all_entries(entries, &unused);
    guint own = 0;
    for (; entries && entries[own].long_name; own++)
        ;
    const GOptionEntry *table = (const GOptionEntry *)(gconstpointer)all->data;
    if (own > 0) {
        cli_page_coloured(page, CLI_BOLD, "Options");
        cli_page_add(page, "\n");
        help_entries(page, table, own);
        cli_page_add(page, "\n");
    }
    cli_page_coloured(page, CLI_BOLD, "Options of every command");
    cli_page_add(page, "\n");
    help_entries(page, table + own, all->len - own);
    g_array_free(all, TRUE);
}

char *cli_version_text(void)
{
    return g_strdup_printf("replsim %s (%s, %s, %s)", REPLSIM_VERSION, cli_build_commit,
                           cli_build_compiler, cli_build_machine);
}
