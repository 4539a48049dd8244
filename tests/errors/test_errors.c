/*
 * Goal: every message, word for word, and every code reached.
 * Method: each NAME.yaml of this folder (with the `--set` arguments in NAME.set, one a line) is
 * read, and what is printed is compared with NAME.expected. UPDATE_GOLDEN=1 writes those files.
 * Every code must occur in one of them, or be provoked here; the example of each code must
 * provoke it.
 */
#include "scenarios/format/scenario.h"
#include "scenarios/format/tree.h"
#include "tests/support/check.h"

#include <stdio.h>
#include <string.h>

#define FOLDER REPLSIM_SOURCE_DIR "/tests/errors"

static GHashTable *reached; /* code names */

static void note_codes(ScnDiags *diags)
{
    for (gsize i = 0; i < scn_diags_count(diags); i++) {
        char name[8];
        scn_code_name(scn_diags_get(diags, i)->code, name);
        g_hash_table_add(reached, g_strdup(name));
    }
}

static gboolean has_code(ScnDiags *diags, ScnCodeId code)
{
    for (gsize i = 0; i < scn_diags_count(diags); i++)
        if (scn_diags_get(diags, i)->code == code)
            return TRUE;
    return FALSE;
}

/* ---- files -------------------------------------------------------------------------------- */

static gint by_text(gconstpointer a, gconstpointer b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static GPtrArray *scenario_files(void)
{
    GPtrArray *names = g_ptr_array_new_with_free_func(g_free);
    GDir *folder = g_dir_open(FOLDER, 0, NULL);
    const char *name;
    while (folder && (name = g_dir_read_name(folder)))
        if (g_str_has_suffix(name, ".yaml"))
            g_ptr_array_add(names, g_strdup(name));
    if (folder)
        g_dir_close(folder);
    g_ptr_array_sort(names, by_text);
    return names;
}

static char *read_or_empty(const char *path, gsize *length)
{
    char *text = NULL;
    if (!g_file_get_contents(path, &text, length, NULL)) {
        *length = 0;
        return g_strdup("");
    }
    return text;
}

/* The settings of NAME.set. */
static gsize read_settings(const char *stem, char ***lines, ScnSetting settings[32])
{
    gsize length, n = 0;
    char *path = g_strdup_printf(FOLDER "/%s.set", stem);
    char *text = read_or_empty(path, &length);
    *lines = g_strsplit(text, "\n", -1);
    for (char **line = *lines; *line && n < 32; line++)
        if (**line)
            settings[n++] = (ScnSetting){"--set", *line};
    g_free(text);
    g_free(path);
    return n;
}

static char *messages_of(const char *name, const char *stem, gboolean *loaded)
{
    gsize length;
    char *path = g_build_filename(FOLDER, name, NULL);
    char *bytes = read_or_empty(path, &length), **lines;
    ScnSetting settings[32];
    ScnOptions options = {.settings = settings};
    ScnInput input = {bytes, length, name, FOLDER};
    ScnDiagStyle style = {0};
    g_autoptr(ScnDiags) diags = scn_diags_new();
    GString *out = g_string_new(NULL);
    options.n_settings = read_settings(stem, &lines, settings);
    g_autoptr(ScnScenario) scenario = scn_load_bytes(&input, &options, diags);
    *loaded = scenario != NULL;
    scn_diags_print(diags, &style, out);
    note_codes(diags);
    g_strfreev(lines);
    g_free(bytes);
    g_free(path);
    return g_string_free(out, FALSE);
}

static void each_file_gives_its_messages_word_for_word(void)
{
    g_autoptr(GPtrArray) names = scenario_files();
    gboolean update = g_getenv("UPDATE_GOLDEN") != NULL;
    CHECK(names->len > 50);
    for (guint i = 0; i < names->len; i++) {
        const char *name = g_ptr_array_index(names, i);
        g_autofree char *stem = g_strndup(name, strlen(name) - strlen(".yaml"));
        g_autofree char *expected_path = g_strdup_printf(FOLDER "/%s.expected", stem);
        gboolean loaded;
        g_autofree char *got = messages_of(name, stem, &loaded);
        if (update)
            g_file_set_contents(expected_path, got, -1, NULL);
        gsize length;
        g_autofree char *expected = read_or_empty(expected_path, &length);
        test_row("%s", name);
        CHECK(length > 0);
        CHECK_STR(got, expected);
        CHECK(loaded == !strstr(got, "error["));
    }
    test_row(NULL);
}

/* ---- codes -------------------------------------------------------------------------------- */

static ScnDiags *diags_of(const char *text, gsize length, const ScnOptions *options)
{
    ScnDiags *diags = scn_diags_new();
    ScnInput input = {text, length, "example.yaml", FOLDER};
    scn_scenario_free(scn_load_bytes(&input, options, diags));
    note_codes(diags);
    return diags;
}

static void the_example_of_each_code_provokes_it(void)
{
    for (gsize i = 0; i < scn_codes_count(); i++) {
        const ScnCode *code = scn_codes_get(i);
        ScnSetting setting = {"--set", code->set};
        ScnOptions options = {.settings = &setting, .n_settings = code->set ? 1 : 0};
        char name[8];
        scn_code_name(code->id, name);
        if (!code->example)
            continue;
        g_autoptr(ScnDiags) diags = diags_of(code->example, strlen(code->example), &options);
        test_row("%s", name);
        CHECK(has_code(diags, code->id));
    }
    test_row(NULL);
}

/* An example is to show one mistake, not several. */
static void the_example_of_each_code_provokes_nothing_else(void)
{
    for (gsize i = 0; i < scn_codes_count(); i++) {
        const ScnCode *code = scn_codes_get(i);
        ScnSetting setting = {"--set", code->set};
        ScnOptions options = {.settings = &setting, .n_settings = code->set ? 1 : 0};
        char name[8];
        scn_code_name(code->id, name);
        if (!code->example)
            continue;
        g_autoptr(ScnDiags) diags = diags_of(code->example, strlen(code->example), &options);
        for (gsize j = 0; j < scn_diags_count(diags); j++) {
            const ScnDiag *diag = scn_diags_get(diags, j);
            test_row("%s also gives: %s", name, diag->message);
            CHECK(diag->code == code->id);
        }
    }
    test_row(NULL);
}

static void a_file_of_more_than_a_mebibyte_is_refused(void)
{
    gsize length = SCN_BYTES_MAX + 1;
    g_autofree char *text = g_malloc(length);
    memset(text, '#', length);
    g_autoptr(ScnDiags) diags = diags_of(text, length, NULL);
    CHECK(has_code(diags, SCN_TOO_LARGE));
    g_autoptr(ScnDiags) smaller = diags_of(text, length - 1, NULL);
    CHECK(!has_code(smaller, SCN_TOO_LARGE));
}

static void a_file_of_too_many_values_is_refused(void)
{
    GString *text = g_string_new("x-a: [");
    for (gsize i = 0; i < SCN_VALUES_MAX; i++)
        g_string_append(text, "a,");
    g_string_append(text, "]\n");
    g_autoptr(ScnDiags) diags = diags_of(text->str, text->len, NULL);
    CHECK(has_code(diags, SCN_TOO_MANY_VALUES));
    CHECK_INT(scn_diags_errors(diags), 1);
    g_string_free(text, TRUE);
}

static GBytes *huge(void *data, const char *name)
{
    (void)data;
    (void)name;
    return g_bytes_new_take(g_malloc0(16), 16);
}

static void data_files_called_builtin_come_from_the_programs_own(void)
{
    static const char text[] = "replsim: 1\nnodes: {a: us}\nnetwork: {within: "
                               "\"empirical(file=builtin:x.csv, unit=ms)\"}\n";
    ScnOptions options = {.lookup = huge};
    g_autoptr(ScnDiags) diags = diags_of(text, strlen(text), &options);
    CHECK(has_code(diags, SCN_CSV_MALFORMED));
    CHECK(!has_code(diags, SCN_FILE_UNREADABLE));
}

static void a_data_file_of_more_than_64_mebibytes_is_refused(void)
{
    g_autofree char *folder = g_dir_make_tmp("replsim-XXXXXX", NULL);
    g_autofree char *path = g_build_filename(folder, "large.csv", NULL);
    static const char text[] =
        "replsim: 1\nnodes: {a: us}\nnetwork: {within: \"empirical(file=large.csv, unit=ms)\"}\n";
    FILE *file = fopen(path, "w");
    CHECK(file && fseek(file, SCN_FILE_BYTES_MAX, SEEK_SET) == 0 && fputc('1', file) == '1');
    fclose(file);
    ScnInput input = {text, strlen(text), "x.yaml", folder};
    g_autoptr(ScnDiags) diags = scn_diags_new();
    scn_scenario_free(scn_load_bytes(&input, NULL, diags));
    note_codes(diags);
    CHECK(has_code(diags, SCN_FILE_TOO_LARGE));
    remove(path);
    remove(folder);
}

/* The last test: those before it have noted what they reached. */
static void every_code_is_reached(void)
{
    for (gsize i = 0; i < scn_codes_count(); i++) {
        char name[8];
        scn_code_name(scn_codes_get(i)->id, name);
        test_row("%s is reached by no file and no test", name);
        CHECK(g_hash_table_contains(reached, name));
        CHECK(scn_code_find(name) == scn_codes_get(i));
        CHECK(i == 0 || scn_codes_get(i - 1)->id < scn_codes_get(i)->id);
    }
    test_row(NULL);
}

static const TestCase cases[] = {
    {"each_file_gives_its_messages_word_for_word", each_file_gives_its_messages_word_for_word},
    {"the_example_of_each_code_provokes_it", the_example_of_each_code_provokes_it},
    {"the_example_of_each_code_provokes_nothing_else",
     the_example_of_each_code_provokes_nothing_else},
    {"a_file_of_more_than_a_mebibyte_is_refused", a_file_of_more_than_a_mebibyte_is_refused},
    {"a_file_of_too_many_values_is_refused", a_file_of_too_many_values_is_refused},
    {"data_files_called_builtin_come_from_the_programs_own",
     data_files_called_builtin_come_from_the_programs_own},
    {"a_data_file_of_more_than_64_mebibytes_is_refused",
     a_data_file_of_more_than_64_mebibytes_is_refused},
    {"every_code_is_reached", every_code_is_reached},
    {NULL, NULL}};

int main(int argc, char **argv)
{
    reached = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    int status = test_main("errors", cases, argc, argv);
    g_hash_table_unref(reached);
    return status;
}
