/*
 * test_golden.c — goal: results do not change unnoticed. Method: each small scenario of this folder
 * is run, and what it gives (digests, checks, every measure) compared with golden/NAME.txt, line by
 * line. UPDATE_GOLDEN=1 rewrites the files; a change of results belongs into CHANGELOG.md.
 *
 * A golden file shows change, not correctness: that is what tests/theory is for.
 */
#include "tests/support/check.h"
#include "tests/support/command.h"
#include "tests/support/json_look.h"

#include <string.h>

#define FOLDER REPLSIM_SOURCE_DIR "/tests/scenario"

/* Enough to see what moved: the digests cover every event, other measures follow from the same
 * observations. */
static gboolean is_kept(const char *name)
{
    static const char *const left_out[] = {"client_region=", ".mean", ".p90", ".p999"};
    for (gsize i = 0; i < G_N_ELEMENTS(left_out); i++)
        if (strstr(name, left_out[i]))
            return FALSE;
    return TRUE;
}

/* One line per fact, so that differences read well. */
static void describe_metrics(GString *out, json_t *metrics)
{
    const char *name;
    json_t *metric;
    json_object_foreach(metrics, name, metric)
    {
        if (!is_kept(name))
            continue;
        g_string_append_printf(out, "  %s =", name);
        static const char *const keys[] = {"value", "low", "high", "count"};
        for (gsize i = 0; i < G_N_ELEMENTS(keys); i++) {
            json_t *value = json_object_get(metric, keys[i]);
            char *text =
                value ? json_dumps(value, JSON_ENCODE_ANY | JSON_REAL_PRECISION(17)) : NULL;
            g_string_append_printf(out, " %s", text ? text : "-");
            free(text);
        }
        g_string_append_c(out, '\n');
    }
}

static void describe_variant(GString *out, json_t *variant)
{
    g_string_append_printf(out, "variant %s\n  world %s\n  events %" JSON_INTEGER_FORMAT " %s\n",
                           json_string_value(json_object_get(variant, "name")),
                           json_string_value(json_object_get(variant, "world_digest")),
                           json_integer_value(json_object_get(variant, "events")),
                           json_string_value(json_object_get(variant, "event_digest")));
    json_t *checks = json_object_get(variant, "checks");
    for (size_t i = 0; i < json_array_size(checks); i++)
        g_string_append_printf(
            out, "  %s: %s\n",
            json_string_value(json_object_get(json_array_get(checks, i), "verdict")),
            json_string_value(json_object_get(json_array_get(checks, i), "check")));
    describe_metrics(out, json_object_get(variant, "metrics"));
}

static char *describe(const char *text)
{
    json_t *document = look_parse(text);
    GString *out = g_string_new(NULL);
    json_t *variants = json_object_get(document, "variants");
    for (size_t i = 0; i < json_array_size(variants); i++)
        describe_variant(out, json_array_get(variants, i));
    json_decref(document);
    return g_string_free(out, FALSE);
}

/* The first line that differs, and how many do. */
static void compare(const char *name, const char *golden, const char *now)
{
    g_auto(GStrv) old_lines = g_strsplit(golden, "\n", -1);
    g_auto(GStrv) new_lines = g_strsplit(now, "\n", -1);
    guint n_old = g_strv_length(old_lines), n_new = g_strv_length(new_lines), differing = 0;
    for (guint i = 0; i < MIN(n_old, n_new); i++) {
        if (strcmp(old_lines[i], new_lines[i]) == 0)
            continue;
        if (differing++ == 0) {
            test_row("%s, line %u", name, i + 1);
            CHECK_STR(new_lines[i], old_lines[i]);
        }
    }
    test_row("%s: lines that differ", name);
    CHECK_UINT(differing, 0);
    CHECK_UINT(n_new, n_old);
    test_row(NULL);
}

static void every_small_scenario_gives_what_it_gave(void)
{
    Command command;
    GDir *folder = g_dir_open(FOLDER, 0, NULL);
    const char *name;
    guint n = 0;
    command_init(&command);
    while ((name = g_dir_read_name(folder))) {
        if (!g_str_has_suffix(name, ".yaml"))
            continue;
        n++;
        command_run(&command, "run '" FOLDER "/%s' --json --no-save --quiet", name);
        test_row("%s", name);
        CHECK_INT(command.status, 0);
        test_row(NULL);
        g_autofree char *now = describe(command.out);
        g_autofree char *stem = g_strndup(name, strlen(name) - strlen(".yaml"));
        g_autofree char *path = g_strdup_printf(FOLDER "/golden/%s.txt", stem);
        g_autofree char *golden = NULL;
        if (g_getenv("UPDATE_GOLDEN"))
            g_file_set_contents(path, now, -1, NULL);
        gboolean read = g_file_get_contents(path, &golden, NULL, NULL);
        CHECK(read);
        if (read)
            compare(name, golden, now);
    }
    CHECK(n >= 7);
    g_dir_close(folder);
    command_clear(&command);
}

static const TestCase cases[] = {TEST(every_small_scenario_gives_what_it_gave), {NULL, NULL}};

int main(int argc, char **argv)
{
    return test_main("golden", cases, argc, argv);
}
