/* save.c — see save.h. */
#include "cli/save.h"

#include "analysis/course_csv.h"
#include "analysis/csv.h"
#include "analysis/export.h"
#include "analysis/json.h"
#include "cli/resolve.h"
#include "cli/store.h"
#include "cli/version.h"
#include "models/world.h"

#include <string.h>

#define NAME_MAX_BYTES 80

/* ---- names -------------------------------------------------------------------------------- */

static void hash_text(GChecksum *sum, const char *text)
{
    g_checksum_update(sum, (const guchar *)text, (gssize)strlen(text) + 1);
}

static gboolean is_first_of_input(const CliRuns *runs, guint variant)
{
    const CliInput *input = runs->variants[variant].input;
    return variant == 0 || (input != runs->variants[variant - 1].input && !input->point);
}

/* Of everything that decides the result. With one file and nothing else it is the file's own. */
static char *inputs_key(const CliSave *save)
{
    const ScnScenario *first = save->runs->variants[0].input->scenario;
    g_autoptr(GChecksum) sum = g_checksum_new(G_CHECKSUM_SHA256);
    guint files = 0;
    for (guint v = 0; v < save->runs->n_variants; v++) {
        const ScnScenario *scenario = save->runs->variants[v].input->scenario;
        if (!is_first_of_input(save->runs, v))
            continue;
        files++;
        hash_text(sum, scenario->sha256);
        for (gsize d = 0; d < scenario->n_data; d++) {
            hash_text(sum, scenario->data_names[d]);
            hash_text(sum, scenario->data_sha256[d]);
        }
    }
    for (gsize i = 0; save->options[i]; i++)
        hash_text(sum, save->options[i]);
    if (files == 1 && first->n_data == 0 && !save->options[0])
        return g_strdup(first->sha256);
    return g_strdup(g_checksum_get_string(sum));
}

/* The scenarios' names, with nothing a file system may stumble over. */
static char *folder_name(const CliSave *save, const char *key, gboolean partial)
{
    const CliRuns *runs = save->runs;
    GString *name = g_string_new(NULL);
    for (guint v = 0; v < runs->n_variants; v++)
        if (is_first_of_input(runs, v))
            g_string_append_printf(name, "%s%s", v ? "+" : "",
                                   runs->variants[v].input->scenario->name);
    for (char *c = name->str; *c; c++)
        if (!g_ascii_isalnum(*c) && !strchr("._+-", *c))
            *c = '-';
    if (*name->str == '.')
        *name->str = '-';
    if (name->len > NAME_MAX_BYTES)
        g_string_truncate(name, NAME_MAX_BYTES);
    g_string_append_printf(name, "-%.8s-s%" G_GUINT64_FORMAT "%s", key,
                           runs->variants[0].variant->setup->seed, partial ? ".partial" : "");
    return g_string_free(name, FALSE);
}

static guint64 fold_digests(const CliRuns *runs)
{
    guint64 digest = 0;
    for (guint v = 0; v < runs->n_variants; v++)
        digest = rep_digest_fold(digest, ana_result_event_digest(runs->result, v));
    return digest;
}

/* Sixteen digits in groups of four, as people compare them. */
static char *grouped(const char *digest)
{
    if (!digest || strlen(digest) != 16)
        return g_strdup("unknown");
    return g_strdup_printf("%.4s %.4s %.4s %.4s", digest, digest + 4, digest + 8, digest + 12);
}

char *cli_digest_text(const CliRuns *runs)
{
    char text[17];
    g_snprintf(text, sizeof text, "%016" G_GINT64_MODIFIER "x", fold_digests(runs));
    return grouped(text);
}

/* ---- the manifest ------------------------------------------------------------------------- */

static char *binary_sha256(void)
{
    g_autofree char *bytes = NULL;
    gsize length;
    if (!g_file_get_contents("/proc/self/exe", &bytes, &length, NULL))
        return g_strdup("unknown");
    return g_compute_checksum_for_data(G_CHECKSUM_SHA256, (const guchar *)bytes, length);
}

/* UTC; SOURCE_DATE_EPOCH instead of the clock where it is set. */
static char *date_text(void)
{
    const char *epoch = g_getenv("SOURCE_DATE_EPOCH");
    guint64 seconds;
    g_autoptr(GDateTime) now =
        epoch && g_ascii_string_to_unsigned(epoch, 10, 0, G_MAXINT32, &seconds, NULL)
            ? g_date_time_new_from_unix_utc((gint64)seconds)
            : g_date_time_new_now_utc();
    return g_date_time_format(now, "%Y-%m-%dT%H:%M:%SZ");
}

static void text_member(AnaJson *json, const char *key, const char *value)
{
    ana_json_key(json, key);
    ana_json_text(json, value);
}

static void digest_member(AnaJson *json, const char *key, guint64 digest)
{
    char text[17];
    g_snprintf(text, sizeof text, "%016" G_GINT64_MODIFIER "x", digest);
    text_member(json, key, text);
}

static void write_scenarios(AnaJson *json, const CliRuns *runs)
{
    ana_json_key(json, "scenarios");
    ana_json_array(json, ANA_JSON_LINES);
    for (guint v = 0; v < runs->n_variants; v++) {
        const CliInput *input = runs->variants[v].input;
        if (!is_first_of_input(runs, v))
            continue;
        ana_json_object(json, ANA_JSON_INLINE);
        text_member(json, "file", input->shown);
        text_member(json, "name", input->scenario->name);
        text_member(json, "sha256", input->scenario->sha256);
        ana_json_key(json, "data");
        ana_json_object(json, ANA_JSON_INLINE);
        for (gsize d = 0; d < input->scenario->n_data; d++)
            text_member(json, input->scenario->data_names[d], input->scenario->data_sha256[d]);
        ana_json_end(json);
        ana_json_end(json);
    }
    ana_json_end(json);
}

/* Of each world, by number, so that one alone can be replayed and compared. */
static void write_replication_digests(AnaJson *json, const CliRuns *runs, guint v)
{
    ana_json_key(json, "digests");
    ana_json_object(json, ANA_JSON_INLINE);
    for (guint i = 0; i < ana_result_n_used(runs->result, v); i++) {
        char number[16];
        guint replication = ana_result_used_replication(runs->result, v, i);
        g_snprintf(number, sizeof number, "%u", replication);
        digest_member(json, number, ana_result_replication_digest(runs->result, v, i));
    }
    ana_json_end(json);
}

static void write_variants(AnaJson *json, const CliRuns *runs)
{
    ana_json_key(json, "variants");
    ana_json_array(json, ANA_JSON_LINES);
    for (guint v = 0; v < runs->n_variants; v++) {
        ana_json_object(json, ANA_JSON_INLINE);
        text_member(json, "name", runs->variants[v].name);
        ana_json_key(json, "seed");
        ana_json_uint(json, runs->variants[v].variant->setup->seed);
        ana_json_key(json, "replications");
        ana_json_uint(json, ana_result_n_used(runs->result, v));
        digest_member(json, "world_digest", ana_result_world_digest(runs->result, v));
        digest_member(json, "event_digest", ana_result_event_digest(runs->result, v));
        write_replication_digests(json, runs, v);
        ana_json_end(json);
    }
    ana_json_end(json);
}

static GString *manifest(const CliSave *save, const char *key, const char *binary)
{
    GString *out = g_string_new(NULL);
    AnaJson *json = ana_json_new(out);
    g_autofree char *date = date_text();
    g_autofree char *summary = g_compute_checksum_for_data(
        G_CHECKSUM_SHA256, (const guchar *)save->summary->str, save->summary->len);
    g_autofree char *build =
        g_strdup_printf("%s, %s, %s", cli_build_commit, cli_build_compiler, cli_build_machine);
    ana_json_object(json, ANA_JSON_LINES);
    ana_json_key(json, "format");
    ana_json_int(json, 1);
    text_member(json, "replsim", REPLSIM_VERSION);
    text_member(json, "build", build);
    text_member(json, "binary_sha256", binary);
    text_member(json, "command", save->command);
    text_member(json, "date", date);
    ana_json_key(json, "seconds");
    ana_json_double(json, save->runs->seconds);
    text_member(json, "inputs_sha256", key);
    text_member(json, "summary_sha256", summary);
    digest_member(json, "event_digest", fold_digests(save->runs));
    write_scenarios(json, save->runs);
    write_variants(json, save->runs);
    ana_json_end(json);
    ana_json_free(json);
    g_string_append_c(out, '\n');
    return out;
}

/* A text member of a manifest that this program wrote, one member a line; NULL: not there. */
static char *manifest_text(const char *text, const char *key)
{
    g_autofree char *mark = g_strdup_printf("\"%s\": \"", key);
    const char *at = text ? strstr(text, mark) : NULL;
    if (!at)
        return NULL;
    at += strlen(mark);
    return g_strndup(at, strcspn(at, "\""));
}

/* ---- what was there before ---------------------------------------------------------------- */

typedef enum Before { BEFORE_NOTHING, BEFORE_SAME, BEFORE_OTHER_PROGRAM, BEFORE_DIFFERENT } Before;

typedef struct Earlier {
    Before before;
    char *date, *digest; /* owned */
} Earlier;

static Earlier look_back(const CliSave *save, const char *name, const char *key, const char *binary)
{
    gsize length;
    Earlier earlier = {0};
    g_autofree char *summary = cli_store_read(save->results, name, "summary.json", &length);
    g_autofree char *text = cli_store_read(save->results, name, "manifest.json", NULL);
    g_autofree char *old_key = manifest_text(text, "inputs_sha256");
    g_autofree char *old_binary = manifest_text(text, "binary_sha256");
    if (!summary || g_strcmp0(old_key, key) != 0)
        return earlier;
    earlier.date = manifest_text(text, "date");
    earlier.digest = manifest_text(text, "event_digest");
    if (length == save->summary->len && memcmp(summary, save->summary->str, length) == 0)
        earlier.before = BEFORE_SAME;
    else
        earlier.before =
            g_strcmp0(old_binary, binary) == 0 ? BEFORE_DIFFERENT : BEFORE_OTHER_PROGRAM;
    return earlier;
}

/* ---- the folder --------------------------------------------------------------------------- */

static gboolean write_piece(void *data, const char *text, gsize length)
{
    return fwrite(text, 1, length, data) == length;
}

gboolean cli_write_csv(void *data, FILE *file)
{
    const CliRuns *runs = data;
    const char *name = runs->variants[0].input->scenario->name;
    return ana_csv_write(runs->result, name, write_piece, file);
}

gboolean cli_write_ndjson(void *data, FILE *file)
{
    const CliRuns *runs = data;
    const char *name = runs->variants[0].input->scenario->name;
    return ana_ndjson_write(runs->result, name, write_piece, file);
}

static gboolean write_series(void *data, FILE *file)
{
    const CliRuns *runs = data;
    return ana_series_csv_write(runs->result, runs->variants[0].input->scenario->name, write_piece,
                                file);
}

static gboolean write_histograms(void *data, FILE *file)
{
    const CliRuns *runs = data;
    return ana_histograms_csv_write(runs->result, runs->variants[0].input->scenario->name,
                                    write_piece, file);
}

/* The tables behind the curves, where the course of runs was kept. */
static void add_course(GArray *files, const CliRuns *runs)
{
    CliFile tables[] = {
        {.name = "series.csv", .write = write_series, .data = (void *)runs},
        {.name = "histograms.csv", .write = write_histograms, .data = (void *)runs}};
    for (guint v = 0; v < runs->n_variants; v++)
        if (ana_result_course(runs->result, v)) {
            g_array_append_vals(files, tables, G_N_ELEMENTS(tables));
            return;
        }
}

static void add_file(GArray *files, const char *name, const char *bytes, gsize length)
{
    CliFile file = {.name = name, .bytes = bytes, .length = length};
    g_array_append_val(files, file);
}

/* Names and texts live as long as `texts`. */
static void add_scenarios(GArray *files, GPtrArray *texts, const CliRuns *runs)
{
    guint number = 0;
    for (guint v = 0; v < runs->n_variants; v++) {
        const CliInput *input = runs->variants[v].input;
        if (!is_first_of_input(runs, v))
            continue;
        number++;
        char *suffix = number > 1 ? g_strdup_printf("-%u", number) : g_strdup("");
        char *given = g_strdup_printf("scenario%s.yaml", suffix);
        char *filled = g_strdup_printf("resolved%s.yaml", suffix);
        GString *resolved = g_string_new(NULL);
        cli_resolve_print(input->scenario, resolved);
        gsize length;
        const char *bytes = g_bytes_get_data(input->bytes, &length);
        add_file(files, given, bytes ? bytes : "", length);
        gsize resolved_length = resolved->len;
        char *resolved_text = g_string_free(resolved, FALSE);
        add_file(files, filled, resolved_text, resolved_length);
        g_ptr_array_add(texts, suffix);
        g_ptr_array_add(texts, given);
        g_ptr_array_add(texts, filled);
        g_ptr_array_add(texts, resolved_text);
    }
}

AnaDocument *cli_save_document(const CliSave *save)
{
    g_autofree char *key = inputs_key(save), *date = date_text();
    g_autofree char *digest = cli_digest_text(save->runs);
    return cli_report_document(&(CliReport){.runs = save->runs,
                                            .sweep = save->sweep,
                                            .command = save->command,
                                            .date = date,
                                            .digest = digest,
                                            .inputs_sha256 = key});
}

static GString *page_of(const CliSave *save)
{
    g_autoptr(AnaDocument) document = cli_save_document(save);
    GString *page = g_string_new(NULL);
    ana_document_html(document, page);
    return page;
}

/* The folder of a run that an earlier version has stored may have no page yet. */
static CliStatus add_missing_page(const CliSave *save, const char *name)
{
    g_autofree char *path = g_build_filename(save->results, name, "report.html", NULL);
    if (g_file_test(path, G_FILE_TEST_EXISTS))
        return CLI_OK;
    g_autoptr(GString) page = page_of(save);
    return cli_store_file(&(CliFile){.name = path, .bytes = page->str, .length = page->len});
}

static CliStatus write_folder(const CliSave *save, const char *name, const char *key,
                              const char *binary)
{
    GArray *files = g_array_new(FALSE, FALSE, sizeof(CliFile));
    GPtrArray *texts = g_ptr_array_new_with_free_func(g_free);
    GString *about = manifest(save, key, binary), *page = page_of(save);
    CliFile csv = {.name = "metrics.csv", .write = cli_write_csv, .data = (void *)save->runs};
    add_file(files, "summary.json", save->summary->str, save->summary->len);
    add_file(files, "summary.txt", save->text, strlen(save->text));
    add_file(files, "manifest.json", about->str, about->len);
    add_file(files, "report.html", page->str, page->len);
    g_array_append_val(files, csv);
    add_course(files, save->runs);
    add_scenarios(files, texts, save->runs);
    CliStatus status = cli_store_folder(save->results, name,
                                        (const CliFile *)(gconstpointer)files->data, files->len);
    g_string_free(about, TRUE);
    g_string_free(page, TRUE);
    g_ptr_array_unref(texts);
    g_array_free(files, TRUE);
    return status;
}

/* The folder that is there stays; the new one goes beside it, so that both can be looked at. */
static CliStatus report_difference(const CliSave *save, const char *name, const char *key,
                                   const char *binary, const Earlier *earlier)
{
    g_autofree char *beside = g_strconcat(name, ".differs", NULL);
    g_autofree char *digest = cli_digest_text(save->runs);
    g_autofree char *before = grouped(earlier->digest);
    CliStatus status = write_folder(save, beside, key, binary);
    cli_error("not reproducible: the same inputs and the same binary gave another result on %s "
              "(event digest %s then, %s now); compare %s/%s and %s/%s",
              earlier->date, before, digest, save->results, name, save->results, beside);
    return status == CLI_OK ? CLI_NOT_REPRODUCED : status;
}

CliStatus cli_save(const CliSave *save, CliSaved *saved)
{
    gboolean partial = ana_result_is_partial(save->runs->result);
    g_autofree char *key = inputs_key(save);
    g_autofree char *name = folder_name(save, key, partial);
    g_autofree char *binary = binary_sha256();
    g_autofree char *digest = cli_digest_text(save->runs);
    Earlier earlier = partial ? (Earlier){0} : look_back(save, name, key, binary);
    CliStatus status = CLI_OK;
    *saved = (CliSaved){0};
    switch (earlier.before) {
    case BEFORE_DIFFERENT:
        status = report_difference(save, name, key, binary, &earlier);
        break;
    case BEFORE_SAME:
        cli_store_latest(save->results, name);
        status = add_missing_page(save, name);
        saved->reproduced = g_strdup_printf("reproduced: identical to the run of %.10s (event "
                                            "digest %s)",
                                            earlier.date, digest);
        break;
    case BEFORE_OTHER_PROGRAM:
        cli_note("note: another build gave another result on %.10s; it is replaced", earlier.date);
        status = write_folder(save, name, key, binary);
        break;
    case BEFORE_NOTHING:
        status = write_folder(save, name, key, binary);
        break;
    }
    if (status == CLI_OK)
        saved->path = g_build_filename(save->results, name, NULL);
    g_free(earlier.date);
    g_free(earlier.digest);
    return status;
}

void cli_saved_clear(CliSaved *saved)
{
    g_free(saved->path);
    g_free(saved->reproduced);
    *saved = (CliSaved){0};
}
