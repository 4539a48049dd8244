/* input.c — see input.h. */
#include "cli/input.h"

#include "cli/builtin.h"
#include "scenarios/format/suggest.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* One byte more than may be: the reader then says that it is too much. */
#define STDIN_MAX (1024u * 1024u + 1)

static GBytes *read_stdin(void)
{
    GByteArray *bytes = g_byte_array_new();
    guint8 buffer[65536];
    while (bytes->len < STDIN_MAX) {
        gssize n = read(STDIN_FILENO, buffer, sizeof buffer);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0) {
            cli_error("cannot read standard input: %s", g_strerror(errno));
            g_byte_array_unref(bytes);
            return NULL;
        }
        if (n == 0)
            break;
        g_byte_array_append(bytes, buffer, (guint)n);
    }
    return g_byte_array_free_to_bytes(bytes);
}

/* "ddia/5-3" → "5-3" */
static const char *last_part(const char *name)
{
    const char *slash = strrchr(name, '/');
    return slash ? slash + 1 : name;
}

/* The name that lacks only its folder, or else the nearest one; NULL: none is near. */
static const char *nearest_builtin(const char *name, char **names)
{
    for (char **each = names; *each; each++)
        if (strcmp(last_part(*each), name) == 0)
            return *each;
    return scn_suggest(name, (const char *const *)names);
}

static void unknown_builtin(const char *name)
{
    g_auto(GStrv) names = cli_builtin_names();
    const char *nearest = nearest_builtin(name, names);
    g_autofree char *all = scn_word_list((const char *const *)names, " ", 100);
    cli_error("there is no built-in scenario '%s'", name);
    if (nearest)
        cli_hint("did you mean '" CLI_BUILTIN_PREFIX "%s'?", nearest);
    cli_hint("built in: %s", all);
}

/* The file's first megabyte and a bit; NULL after an error. */
static GBytes *read_file(const char *path)
{
    FILE *file = fopen(path, "rb");
    if (!file) {
        cli_error("cannot read '%s': %s", path, g_strerror(errno));
        return NULL;
    }
    char *buffer = g_malloc(STDIN_MAX);
    gsize n = fread(buffer, 1, STDIN_MAX, file);
    int problem = ferror(file) ? errno : 0;
    fclose(file);
    if (problem) {
        cli_error("cannot read '%s': %s", path, g_strerror(problem));
        g_free(buffer);
        return NULL;
    }
    return g_bytes_new_take(buffer, n);
}

/* "dir/failover.yaml" → "failover" */
static char *stem_of(const char *path)
{
    char *base = g_path_get_basename(path);
    char *dot = strrchr(base, '.');
    if (dot && dot != base)
        *dot = '\0';
    return base;
}

static gboolean exists(const char *name)
{
    if (!g_str_has_prefix(name, CLI_BUILTIN_PREFIX))
        return strcmp(name, "-") == 0 || g_file_test(name, G_FILE_TEST_EXISTS);
    g_autoptr(GBytes) bytes = cli_builtin_scenario(name + strlen(CLI_BUILTIN_PREFIX));
    return bytes != NULL;
}

/* FILE:VARIANT, where there is no file of that whole name but one of the first half: cuts `name`
 * there. The variant, or NULL. */
static const char *cut_variant(char *name)
{
    char *colon = strrchr(name, ':');
    if (!colon || colon == name || colon[1] == '\0' || exists(name))
        return NULL;
    *colon = '\0';
    if (exists(name))
        return colon + 1;
    *colon = ':';
    return NULL;
}

static CliStatus read_bytes(CliInput *input, const char *argument, char **folder)
{
    if (strcmp(argument, "-") == 0) {
        input->shown = g_strdup("<stdin>");
        input->stem = g_strdup("stdin");
        *folder = g_strdup(".");
        input->bytes = read_stdin();
        return input->bytes ? CLI_OK : CLI_ENVIRONMENT;
    }
    input->shown = g_strdup(argument);
    if (g_str_has_prefix(argument, CLI_BUILTIN_PREFIX)) {
        const char *name = argument + strlen(CLI_BUILTIN_PREFIX);
        input->stem = g_strdup(last_part(name));
        input->bytes = cli_builtin_scenario(name);
        if (!input->bytes)
            unknown_builtin(name);
        return input->bytes ? CLI_OK : CLI_USAGE;
    }
    input->stem = stem_of(argument);
    *folder = g_path_get_dirname(argument);
    input->bytes = read_file(argument);
    return input->bytes ? CLI_OK : CLI_ENVIRONMENT;
}

/* `variant`: only that one; NULL: as the options say. */
static CliStatus check_bytes(CliInput *input, const ScnOptions *options, const char *folder,
                             const char *variant)
{
    const char *const only[] = {variant, NULL};
    ScnOptions used = *options;
    used.lookup = cli_builtin_data;
    if (variant)
        used.variants = only;
    ScnInput bytes = {.display = input->shown, .folder = folder};
    bytes.bytes = g_bytes_get_data(input->bytes, &bytes.length);
    if (!bytes.bytes)
        bytes.bytes = "";
    input->scenario = scn_load_bytes(&bytes, &used, input->diags);
    return input->scenario ? CLI_OK : CLI_USAGE;
}

static CliInput *input_new(const char *argument)
{
    CliInput *input = g_new0(CliInput, 1);
    input->argument = g_strdup(argument);
    input->diags = scn_diags_new();
    return input;
}

CliStatus cli_input_read(const char *argument, const ScnOptions *options, CliInput **result)
{
    CliInput *input = input_new(argument);
    g_autofree char *folder = NULL, *name = g_strdup(argument);
    const char *variant = cut_variant(name);
    *result = input;
    CliStatus status = read_bytes(input, name, &folder);
    return status == CLI_OK ? check_bytes(input, options, folder, variant) : status;
}

CliStatus cli_input_again(const CliInput *first, const ScnOptions *options, CliInput **result)
{
    CliInput *input = input_new(first->argument);
    g_autofree char *name = g_strdup(first->argument);
    const char *variant = cut_variant(name);
    gboolean is_builtin = g_str_has_prefix(name, CLI_BUILTIN_PREFIX);
    g_autofree char *folder = is_builtin ? NULL : g_path_get_dirname(name);
    input->shown = g_strdup(first->shown);
    input->stem = g_strdup(first->stem);
    input->bytes = g_bytes_ref(first->bytes);
    *result = input;
    return check_bytes(input, options, folder, variant);
}

void cli_input_free(CliInput *input)
{
    if (!input)
        return;
    scn_scenario_free(input->scenario);
    scn_diags_free(input->diags);
    g_clear_pointer(&input->bytes, g_bytes_unref);
    g_free(input->argument);
    g_free(input->shown);
    g_free(input->stem);
    g_free(input->point);
    g_free(input);
}

void cli_input_print_diags(const CliInput *input)
{
    const CliTerminal *terminal = cli_terminal();
    ScnDiagStyle style = {.colour = terminal->colour_error, .ascii = terminal->ascii};
    if (scn_diags_count(input->diags) == 0)
        return;
    GString *out = g_string_new(NULL);
    scn_diags_print(input->diags, &style, out);
    fputs(out->str, stderr);
    g_string_free(out, TRUE);
}
