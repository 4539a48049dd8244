/* reproduce.c — see reproduce.h. */
#include "cli/reproduce.h"

#include "analysis/json_keys.h"
#include "analysis/report/document.h"
#include "cli/builtin.h"
#include "cli/stored.h"
#include "cli/terminal.h"
#include "cli/version.h"

#include <glib/gstdio.h>
#include <string.h>
#include <sys/wait.h>

#define SHA256 "sha256 "
#define AS_GIVEN "The scenario as given: "
#define STDIN_SHOWN "<stdin>"

/* A file that was simulated, or data beside one. */
typedef struct Source {
    char *shown, *sha256;
    char *bytes; /* as given; NULL: the page does not hold it */
} Source;

typedef struct Recipe {
    char *command, *program, *digest;
    GArray *sources; /* of Source, in the order of the page */
    gboolean is_partial;
} Recipe;

static void clear_source(gpointer data)
{
    Source *source = data;
    g_free(source->shown);
    g_free(source->sha256);
    g_free(source->bytes);
}

static void clear_recipe(Recipe *recipe)
{
    g_free(recipe->command);
    g_free(recipe->program);
    g_free(recipe->digest);
    g_clear_pointer(&recipe->sources, g_array_unref);
}

/* ---- reading a page ----------------------------------------------------------------------- */

static void read_fact(Recipe *recipe, const char *name, const char *value)
{
    if (strcmp(name, "event digest") == 0 && !recipe->digest)
        recipe->digest = g_strdup(value);
    else if (strcmp(name, "replsim") == 0 && !recipe->program)
        recipe->program = g_strdup(value);
    else if (g_str_has_prefix(value, SHA256) && strcmp(name, "inputs") != 0) {
        Source source = {g_strdup(name), g_strdup(value + strlen(SHA256)), NULL};
        g_array_append_val(recipe->sources, source);
    }
}

static void read_facts(Recipe *recipe, const AnaTable *table)
{
    for (guint r = 0; r < table->n_rows && table->n_columns == 2; r++)
        read_fact(recipe, ana_table_cell(table, r, 0)->text, ana_table_cell(table, r, 1)->text);
}

static void read_given(Recipe *recipe, const char *shown, const char *text)
{
    for (guint i = 0; i < recipe->sources->len; i++) {
        Source *source = &g_array_index(recipe->sources, Source, i);
        if (strcmp(source->shown, shown) == 0 && !source->bytes)
            source->bytes = g_strdup(text);
    }
}

/* All that stands in the section on how to get the same again. */
static void read_blocks(Recipe *recipe, const AnaDocument *document)
{
    gboolean is_here = FALSE;
    const char *given = NULL;
    for (guint i = 0; i < document->blocks->len; i++) {
        const AnaBlock *block = &g_array_index(document->blocks, AnaBlock, i);
        if (block->kind == ANA_BLOCK_SECTION)
            is_here = strcmp(block->name, "reproduce") == 0;
        if (block->kind == ANA_BLOCK_BAND)
            recipe->is_partial |= g_str_has_prefix(block->text, "PARTIAL");
        if (!is_here)
            continue;
        if (block->kind == ANA_BLOCK_TABLE)
            read_facts(recipe, block->table);
        else if (block->kind == ANA_BLOCK_FOLD)
            given = g_str_has_prefix(block->text, AS_GIVEN) ? block->text + strlen(AS_GIVEN) : NULL;
        else if (block->kind == ANA_BLOCK_CODE && given)
            read_given(recipe, given, block->text);
        else if (block->kind == ANA_BLOCK_CODE && !recipe->command)
            recipe->command = g_strdup(block->text);
    }
}

static CliStatus read_recipe(const CliStored *stored, Recipe *recipe)
{
    gsize length;
    g_autoptr(GError) error = NULL;
    *recipe = (Recipe){.sources = g_array_new(FALSE, FALSE, sizeof(Source))};
    g_array_set_clear_func(recipe->sources, clear_source);
    g_autofree char *page = cli_stored_read(stored, "report.html", &length);
    if (!page)
        return CLI_ENVIRONMENT;
    g_autoptr(AnaDocument) document = ana_document_read_html(page, length, &error);
    if (!document) {
        cli_error("cannot read the page of '%s': %s", stored->path, error->message);
        return CLI_ENVIRONMENT;
    }
    read_blocks(recipe, document);
    if (recipe->command && recipe->digest && recipe->sources->len > 0)
        return CLI_OK;
    cli_error("'%s' does not say how it was made: only pages of runs and sweeps do", stored->path);
    return CLI_USAGE;
}

/* ---- what it takes, in a folder of its own ------------------------------------------------- */

static char *sha256_of(const char *bytes, gsize length)
{
    return g_compute_checksum_for_data(G_CHECKSUM_SHA256, (const guchar *)bytes, length);
}

static CliStatus write_file(const char *path, const char *bytes, gsize length)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *folder = g_path_get_dirname(path);
    if (g_mkdir_with_parents(folder, 0700) == 0 &&
        g_file_set_contents(path, bytes, (gssize)length, &error))
        return CLI_OK;
    cli_error("cannot write '%s'%s%s", path, error ? ": " : "", error ? error->message : "");
    return CLI_ENVIRONMENT;
}

static CliStatus check_builtin(const Source *source)
{
    g_autoptr(GBytes) bytes = cli_builtin_scenario(source->shown + strlen(CLI_BUILTIN_PREFIX));
    gsize length = 0;
    const char *data = bytes ? g_bytes_get_data(bytes, &length) : "";
    g_autofree char *sha256 = sha256_of(data, length);
    if (strcmp(sha256, source->sha256) == 0)
        return CLI_OK;
    cli_error("'%s' is another file in this version than in the one that wrote the report",
              source->shown);
    return CLI_NOT_REPRODUCED;
}

/* Names of data files are relative to the scenario's folder; absolute ones stay where they are.
 * Nothing is written outside of our own folder, whatever a page says. */
static CliStatus copy_data(const Source *source, const char *scenario, const char *folder)
{
    gboolean is_absolute = g_path_is_absolute(source->shown);
    if (strstr(source->shown, "..")) {
        cli_error("the data file '%s' lies outside of the scenario's folder; run the command of "
                  "the report yourself",
                  source->shown);
        return CLI_USAGE;
    }
    g_autofree char *beside = g_path_get_dirname(scenario), *bytes = NULL;
    g_autofree char *from =
        is_absolute ? g_strdup(source->shown) : g_build_filename(beside, source->shown, NULL);
    g_autofree char *to = g_build_filename(folder, source->shown, NULL);
    gsize length = 0;
    gboolean is_there = g_file_get_contents(from, &bytes, &length, NULL);
    g_autofree char *sha256 = is_there ? sha256_of(bytes, length) : NULL;
    if (g_strcmp0(sha256, source->sha256) != 0) {
        cli_error("the data file '%s' is %s: reports do not hold data files", from,
                  is_there ? "not the one that was used" : "not there");
        return CLI_ENVIRONMENT;
    }
    return is_absolute ? CLI_OK : write_file(to, bytes, length);
}

static CliStatus write_scenario(const Source *source, const char *path)
{
    g_autofree char *sha256 = sha256_of(source->bytes, strlen(source->bytes));
    if (strcmp(sha256, source->sha256) == 0)
        return write_file(path, source->bytes, strlen(source->bytes));
    cli_error("the scenario in the page is not the one that was run: '%s' has been changed",
              source->shown);
    return CLI_ENVIRONMENT;
}

/* Arguments that name the file, alone or with a variant behind it, name the copy. */
static void rename_argument(char **argv, const char *shown, const char *path)
{
    const char *typed = strcmp(shown, STDIN_SHOWN) == 0 ? "-" : shown;
    gsize length = strlen(typed);
    for (char **text = argv; *text; text++)
        if (g_str_has_prefix(*text, typed) && ((*text)[length] == '\0' || (*text)[length] == ':')) {
            char *renamed = g_strconcat(path, *text + length, NULL);
            g_free(*text);
            *text = renamed;
        }
}

/* Every scenario gets a folder of its own under `folder`. */
static CliStatus lay_out(const Recipe *recipe, const char *folder, char **argv)
{
    CliStatus status = CLI_OK;
    const char *scenario = NULL;
    g_autofree char *beside = NULL;
    for (guint i = 0; i < recipe->sources->len && status == CLI_OK; i++) {
        const Source *source = &g_array_index(recipe->sources, Source, i);
        if (g_str_has_prefix(source->shown, CLI_BUILTIN_PREFIX)) {
            status = check_builtin(source);
            scenario = NULL;
        } else if (source->bytes) {
            g_autofree char *number = g_strdup_printf("%u", i), *base = NULL, *path = NULL;
            g_free(beside);
            beside = g_build_filename(folder, number, NULL);
            base = strcmp(source->shown, STDIN_SHOWN) == 0 ? g_strdup("stdin.yaml")
                                                           : g_path_get_basename(source->shown);
            path = g_build_filename(beside, base, NULL);
            scenario = source->shown;
            status = write_scenario(source, path);
            rename_argument(argv, source->shown, path);
        } else if (scenario) {
            status = copy_data(source, scenario, beside);
        }
    }
    return status;
}

/* ---- running it again --------------------------------------------------------------------- */

/* Where results go is our business; all else is as it was. */
static char **arguments(char **given, const char *results)
{
    static const char *const dropped[] = {"-o", "--output", "--results"}; /* with their value */
    GPtrArray *argv = g_ptr_array_new();
    g_ptr_array_add(argv, g_strdup("/proc/self/exe"));
    for (char **text = given + 1; *text; text++) {
        gboolean is_dropped = strcmp(*text, "--no-save") == 0 || strcmp(*text, "--resume") == 0;
        for (gsize i = 0; i < G_N_ELEMENTS(dropped); i++) {
            gsize length = strlen(dropped[i]);
            if (!g_str_has_prefix(*text, dropped[i]))
                continue;
            if ((*text)[length] == '\0' && text[1])
                text++;
            else if (length > 2 && (*text)[length] != '=')
                continue;
            is_dropped = TRUE;
            break;
        }
        if (!is_dropped)
            g_ptr_array_add(argv, g_strdup(*text));
    }
    g_ptr_array_add(argv, g_strdup("--quiet"));
    g_ptr_array_add(argv, g_strconcat("--results=", results, NULL));
    g_ptr_array_add(argv, NULL);
    return (char **)g_ptr_array_free(argv, FALSE);
}

static CliStatus run_again(char **given, const char *results)
{
    g_auto(GStrv) argv = arguments(given, results);
    g_autofree char *said = NULL;
    g_autoptr(GError) error = NULL;
    int status;
    if (!g_spawn_sync(NULL, argv, NULL, G_SPAWN_STDOUT_TO_DEV_NULL, NULL, NULL, NULL, &said,
                      &status, &error)) {
        cli_error("cannot run the command again: %s", error->message);
        return CLI_ENVIRONMENT;
    }
    if (g_spawn_check_wait_status(status, NULL))
        return CLI_OK;
    int code = WIFEXITED(status) ? WEXITSTATUS(status) : CLI_INTERNAL;
    if (code == CLI_FAILED || code == CLI_INCONCLUSIVE)
        return CLI_OK;
    g_printerr("%s", said);
    cli_error("the command did not run again (status %d)", code);
    return CLI_ENVIRONMENT;
}

static void remove_tree(const char *path)
{
    GDir *folder = g_file_test(path, G_FILE_TEST_IS_SYMLINK) ? NULL : g_dir_open(path, 0, NULL);
    for (const char *name; folder && (name = g_dir_read_name(folder));) {
        g_autofree char *inside = g_build_filename(path, name, NULL);
        remove_tree(inside);
    }
    if (folder)
        g_dir_close(folder);
    g_remove(path);
}

/* ---- the answer --------------------------------------------------------------------------- */

static CliStatus say(const CliStored *stored, const Recipe *before, const Recipe *after,
                     gboolean is_same, gboolean json)
{
    if (json) {
        g_autoptr(GString) out = g_string_new(NULL);
        AnaJson *document = ana_json_new(out);
        ana_json_object(document, ANA_JSON_LINES);
        ana_put_format(document, ANA_JSON_REPRODUCTION_FORMAT);
        ana_put_text(document, ANA_JSON_REPRODUCTION_REPLSIM, REPLSIM_VERSION);
        ana_put_text(document, ANA_JSON_REPRODUCTION_RUN, stored->name);
        ana_put_bool(document, ANA_JSON_REPRODUCTION_REPRODUCED, is_same);
        ana_put_text(document, ANA_JSON_REPRODUCTION_EXPECTED, before->digest);
        ana_put_text(document, ANA_JSON_REPRODUCTION_FOUND, after->digest);
        ana_json_end(document);
        ana_json_free(document);
        g_string_append_c(out, '\n');
        CliStatus written = cli_write(out->str, out->len);
        return written != CLI_OK ? written : is_same ? CLI_OK : CLI_NOT_REPRODUCED;
    }
    if (is_same) {
        g_autofree char *line =
            g_strdup_printf("reproduced: %s (event digest %s)\n", stored->name, after->digest);
        return cli_write(line, strlen(line));
    }
    cli_error("not reproduced: %s says event digest %s, this program gives %s", stored->name,
              before->digest, after->digest);
    if (g_strcmp0(before->program, after->program) != 0)
        cli_hint("it was written by %s; this is %s", before->program ? before->program : "unknown",
                 after->program);
    return CLI_NOT_REPRODUCED;
}

/* Of a kept run the document of results has to be the same, too. */
static gboolean has_same_summary(const CliStored *before, const CliStored *after)
{
    gsize length_a = 0, length_b = 0;
    if (before->is_page)
        return TRUE;
    g_autofree char *a = cli_stored_read(before, "summary.json", &length_a);
    g_autofree char *b = cli_stored_read(after, "summary.json", &length_b);
    if (a && b && length_a == length_b && memcmp(a, b, length_a) == 0)
        return TRUE;
    cli_error("summary.json of '%s' is another one than this program writes", before->path);
    return FALSE;
}

static CliStatus try_again(const CliStored *stored, const Recipe *recipe, const char *folder,
                           gboolean json)
{
    g_auto(GStrv) argv = NULL;
    g_autofree char *results = g_build_filename(folder, "results", NULL);
    CliStored again = {0};
    Recipe found = {0};
    gboolean can_read = g_shell_parse_argv(recipe->command, NULL, &argv, NULL) &&
                        g_strv_length(argv) > 2 &&
                        (strcmp(argv[1], "run") == 0 || strcmp(argv[1], "sweep") == 0);
    if (!can_read) {
        cli_error("'%s' is no command that can be run again", recipe->command);
        return CLI_USAGE;
    }
    for (char **text = argv; *text; text++)
        if (g_str_has_prefix(*text, "--plugin")) { /* a page is not to choose what code is loaded */
            cli_error("the run used a plug-in; run the command yourself: %s", recipe->command);
            return CLI_USAGE;
        }
    CliStatus status = lay_out(recipe, folder, argv);
    if (status == CLI_OK)
        status = run_again(argv, results);
    if (status == CLI_OK)
        status = cli_stored_find(results, "latest", &again);
    if (status == CLI_OK)
        status = read_recipe(&again, &found);
    if (status == CLI_OK) {
        gboolean is_same = strcmp(recipe->digest, found.digest) == 0;
        if (is_same)
            is_same = has_same_summary(stored, &again);
        status = say(stored, recipe, &found, is_same, json);
    }
    if (found.sources)
        clear_recipe(&found);
    cli_stored_clear(&again);
    return status;
}

CliStatus cli_reproduce(const char *results, const char *run, gboolean json)
{
    CliStored stored;
    Recipe recipe = {0};
    CliStatus status = cli_stored_find(results, run, &stored);
    if (status == CLI_OK)
        status = read_recipe(&stored, &recipe);
    if (status == CLI_OK && recipe.is_partial) {
        cli_error("'%s' is partial: what was interrupted cannot be interrupted at the same place",
                  stored.path);
        status = CLI_USAGE;
    }
    if (status == CLI_OK) {
        g_autoptr(GError) error = NULL;
        g_autofree char *folder = g_dir_make_tmp("replsim-XXXXXX", &error);
        if (folder) {
            status = try_again(&stored, &recipe, folder, json);
            remove_tree(folder);
        } else {
            cli_error("cannot make a folder: %s", error->message);
            status = CLI_ENVIRONMENT;
        }
    }
    if (recipe.sources)
        clear_recipe(&recipe);
    cli_stored_clear(&stored);
    return status;
}
