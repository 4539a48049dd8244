/* stored_run.c — see stored_run.h. */
#include "cli/stored_run.h"

#include "cli/terminal.h"
#include "scenarios/format/csv.h"
#include "sim/detmath.h"

#include <string.h>

/* ---- life --------------------------------------------------------------------------------- */

static void clear_setting(gpointer data)
{
    CliSetting *setting = data;
    g_free(setting->path);
    g_free(setting->value);
}

static GArray *settings_new(void)
{
    GArray *settings = g_array_new(FALSE, FALSE, sizeof(CliSetting));
    g_array_set_clear_func(settings, clear_setting);
    return settings;
}

static void clear_measure(CliStoredMeasure *measure, guint n_variants)
{
    for (guint v = 0; v < n_variants; v++)
        if (measure->values[v].own)
            g_array_free(measure->values[v].own, TRUE);
    g_free(measure->values);
    g_free(measure->metric);
    g_free(measure->filter);
    g_free(measure->stat);
    g_free(measure->unit);
    g_free(measure);
}

void cli_stored_run_free(CliStoredRun *run)
{
    if (!run)
        return;
    for (guint i = 0; i < run->measures->len; i++)
        clear_measure(run->measures->pdata[i], run->n_variants);
    for (guint v = 0; v < run->n_variants; v++) {
        g_free(run->variants[v].name);
        g_free(run->variants[v].world_digest);
        g_array_free(run->variants[v].settings, TRUE);
    }
    g_free(run->variants);
    g_ptr_array_free(run->measures, TRUE);
    g_hash_table_destroy(run->by_key);
    g_free(run->version);
    g_free(run->build);
    g_free(run->binary);
    cli_stored_clear(&run->where);
    g_free(run);
}

/* ---- manifest.json ------------------------------------------------------------------------ */

/* The text of a member, one a line, as this program writes them; "" where it is not there. */
static char *member(const char *text, const char *key)
{
    g_autofree char *mark = g_strdup_printf("\"%s\": \"", key);
    const char *at = strstr(text, mark);
    return at ? g_strndup(at + strlen(mark), strcspn(at + strlen(mark), "\"")) : g_strdup("");
}

static guint64 number(const char *text, const char *key)
{
    g_autofree char *mark = g_strdup_printf("\"%s\": ", key);
    const char *at = strstr(text, mark);
    return at ? g_ascii_strtoull(at + strlen(mark), NULL, 10) : 0;
}

/* One line for each variant, in the order of the results. Names come from metrics.csv. */
static void read_manifest(CliStoredRun *run, const char *text)
{
    run->version = member(text, "replsim");
    run->build = member(text, "build");
    run->binary = member(text, "binary_sha256");
    const char *variants = strstr(text, "\"variants\": [");
    g_auto(GStrv) lines = g_strsplit(variants ? variants : "", "\n", -1);
    guint n = 0;
    for (char **line = lines; *line; line++)
        n += strstr(*line, "\"world_digest\": ") ? 1 : 0;
    run->variants = g_new0(CliStoredVariant, n + 1);
    for (char **line = lines; *line; line++) {
        if (!strstr(*line, "\"world_digest\": "))
            continue;
        run->variants[run->n_variants++] =
            (CliStoredVariant){.seed = number(*line, "seed"),
                               .replications = (guint)number(*line, "replications"),
                               .world_digest = member(*line, "world_digest"),
                               .settings = settings_new()};
    }
}

/* ---- metrics.csv -------------------------------------------------------------------------- */

static char *key_of(const char *metric, const char *filter, const char *stat)
{
    return g_strjoin("\n", metric, filter, stat, NULL);
}

static CliStoredMeasure *measure_for(CliStoredRun *run, const ScnCsv *csv, gsize row)
{
    const char *metric = scn_csv_field(csv, row, 3), *filter = scn_csv_field(csv, row, 4),
               *stat = scn_csv_field(csv, row, 5);
    g_autofree char *key = key_of(metric, filter, stat);
    CliStoredMeasure *known = g_hash_table_lookup(run->by_key, key);
    if (known)
        return known;
    known = g_new0(CliStoredMeasure, 1);
    *known = (CliStoredMeasure){g_strdup(metric), g_strdup(filter), g_strdup(stat),
                                g_strdup(scn_csv_field(csv, row, 6)),
                                g_new0(CliStoredValues, run->n_variants + 1)};
    for (guint v = 0; v < run->n_variants; v++)
        known->values[v].merged = SIM_NAN;
    g_ptr_array_add(run->measures, known);
    g_hash_table_insert(run->by_key, g_steal_pointer(&key), known);
    return known;
}

/* Variants are numbered as they are met, which is the manifest's order; -1: there are more. */
static gssize variant_for(CliStoredRun *run, const char *name)
{
    for (guint v = 0; v < run->n_variants; v++) {
        if (!run->variants[v].name)
            run->variants[v].name = g_strdup(name);
        if (strcmp(run->variants[v].name, name) == 0)
            return v;
    }
    return -1;
}

static gboolean read_row(CliStoredRun *run, const ScnCsv *csv, gsize row)
{
    gssize variant = variant_for(run, scn_csv_field(csv, row, 1));
    const char *replication = scn_csv_field(csv, row, 2), *text = scn_csv_field(csv, row, 7);
    double value = *text ? g_ascii_strtod(text, NULL) : SIM_NAN;
    if (variant < 0)
        return FALSE;
    CliStoredValues *values = &measure_for(run, csv, row)->values[variant];
    if (!values->own)
        values->own = g_array_new(FALSE, FALSE, sizeof(double));
    if (*replication)
        g_array_append_val(values->own, value);
    else
        values->merged = value;
    return TRUE;
}

static gboolean read_measures(CliStoredRun *run, const char *text, gsize length)
{
    gsize line;
    g_autofree char *message = NULL;
    g_autoptr(ScnCsv) csv = scn_csv_parse(text, length, &line, &message);
    gboolean good = csv && csv->columns == 8 && strcmp(csv->header[0], "run") == 0;
    for (gsize row = 0; good && row < csv->rows; row++)
        good = read_row(run, csv, row);
    for (guint v = 0; v < run->n_variants; v++)
        good &= run->variants[v].name != NULL;
    if (!good)
        cli_error("'%s/metrics.csv' is not as replsim writes it%s%s", run->where.path,
                  message ? ": " : "", message ? message : "");
    return good;
}

/* ---- resolved.yaml ------------------------------------------------------------------------ */

/* "path: value" without the remark on its origin. */
static void add_setting(GArray *settings, const char *line)
{
    const char *colon = strstr(line, ": ");
    if (!colon)
        return;
    const char *remark = g_strrstr(line, "  # ");
    gsize length = remark && remark > colon ? (gsize)(remark - colon - 2) : strlen(colon + 2);
    CliSetting setting = {g_strndup(line, (gsize)(colon - line)), g_strndup(colon + 2, length)};
    g_strchomp(setting.value);
    g_array_append_val(settings, setting);
}

static void add_to_all(CliStoredRun *run, const char *line)
{
    for (guint v = 0; v < run->n_variants; v++)
        add_setting(run->variants[v].settings, line);
}

/* What stands below `variants:`: a name, then its lines. */
static void read_settings(CliStoredRun *run, const char *text)
{
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
    gboolean in_variants = FALSE;
    gssize variant = -1;
    for (char **line = lines; *line; line++) {
        if (**line != ' ')
            in_variants = g_str_has_prefix(*line, "variants:");
        if (!in_variants && **line != ' ' && **line != '\0') {
            add_to_all(run, *line);
        } else if (in_variants && g_str_has_prefix(*line, "    ") && variant >= 0) {
            add_setting(run->variants[variant].settings, *line + 4);
        } else if (in_variants && g_str_has_prefix(*line, "  ")) {
            g_autofree char *name = g_strndup(*line + 2, strcspn(*line + 2, ":"));
            variant = cli_stored_run_variant(run, name);
        }
    }
}

/* ---- the whole ---------------------------------------------------------------------------- */

static gboolean read_all(CliStoredRun *run)
{
    gsize length;
    g_autofree char *manifest = cli_stored_read(&run->where, "manifest.json", NULL);
    g_autofree char *csv = manifest ? cli_stored_read(&run->where, "metrics.csv", &length) : NULL;
    g_autofree char *resolved = csv ? cli_stored_read(&run->where, "resolved.yaml", NULL) : NULL;
    if (!resolved)
        return FALSE;
    read_manifest(run, manifest);
    if (!read_measures(run, csv, length))
        return FALSE;
    g_autofree char *second = g_build_filename(run->where.path, "resolved-2.yaml", NULL);
    if (!g_file_test(second, G_FILE_TEST_EXISTS))
        read_settings(run, resolved);
    return TRUE;
}

CliStoredRun *cli_stored_run_read(const char *results, const char *text)
{
    CliStoredRun *run = g_new0(CliStoredRun, 1);
    run->measures = g_ptr_array_new();
    run->by_key = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    if (cli_stored_find(results, text, &run->where) == CLI_OK && read_all(run))
        return run;
    cli_stored_run_free(run);
    return NULL;
}

const CliStoredMeasure *cli_stored_run_measure(const CliStoredRun *run,
                                               const CliStoredMeasure *like)
{
    g_autofree char *key = key_of(like->metric, like->filter, like->stat);
    return g_hash_table_lookup(run->by_key, key);
}

const char *cli_stored_run_setting(const CliStoredVariant *variant, const char *path)
{
    for (guint i = 0; i < variant->settings->len; i++)
        if (strcmp(g_array_index(variant->settings, CliSetting, i).path, path) == 0)
            return g_array_index(variant->settings, CliSetting, i).value;
    return NULL;
}

gssize cli_stored_run_variant(const CliStoredRun *run, const char *name)
{
    for (guint v = 0; v < run->n_variants; v++)
        if (g_strcmp0(run->variants[v].name, name) == 0)
            return v;
    return -1;
}
