/*
 * scenario.c — loading, step by step: bytes, tree, normal form, variants, setups, checks.
 *
 * A file with variants is first built once without any of them, for mistakes in values that every
 * variant overrides; what only a complete scenario can have wrong is muted then (ScnCode.whole).
 */
#include "scenarios/format/scenario.h"

#include "scenarios/format/expect.h"
#include "scenarios/format/json.h"
#include "scenarios/format/load.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* ---- bytes -------------------------------------------------------------------------------- */

/* At most one byte more than a scenario may have. */
static GByteArray *read_file(const char *path, GError **error)
{
    int file = open(path, O_RDONLY | O_CLOEXEC);
    struct stat status;
    if (file < 0 || fstat(file, &status) != 0 || S_ISDIR(status.st_mode)) {
        int problem = file >= 0 && S_ISDIR(status.st_mode) ? EISDIR : errno;
        g_set_error(error, G_FILE_ERROR, (gint)g_file_error_from_errno(problem), "%s: %s", path,
                    g_strerror(problem));
        if (file >= 0)
            close(file);
        return NULL;
    }
    GByteArray *bytes = g_byte_array_new();
    guint8 buffer[65536];
    ssize_t n;
    while (bytes->len <= SCN_BYTES_MAX && (n = read(file, buffer, sizeof buffer)) != 0) {
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0) {
            g_set_error(error, G_FILE_ERROR, (gint)g_file_error_from_errno(errno), "%s: %s", path,
                        g_strerror(errno));
            g_byte_array_unref(bytes);
            close(file);
            return NULL;
        }
        g_byte_array_append(bytes, buffer, (guint)n);
    }
    close(file);
    return bytes;
}

ScnScenario *scn_load_file(const char *path, const ScnOptions *options, ScnDiags *diags,
                           GError **error)
{
    g_autoptr(GByteArray) bytes = read_file(path, error);
    g_autofree char *folder = g_path_get_dirname(path);
    if (!bytes)
        return NULL;
    ScnInput input = {.bytes = (const char *)bytes->data,
                      .length = bytes->len,
                      .display = path,
                      .folder = folder};
    return scn_load_bytes(&input, options, diags);
}

/* A name for results: the file's name without its ending. */
static char *name_of(const char *display)
{
    g_autofree char *base = g_path_get_basename(display);
    static const char *const endings[] = {".yaml", ".yml", ".json"};
    for (gsize i = 0; i < G_N_ELEMENTS(endings); i++)
        if (g_str_has_suffix(base, endings[i]) && strlen(base) > strlen(endings[i]))
            base[strlen(base) - strlen(endings[i])] = '\0';
    gboolean is_name = g_ascii_isalnum(base[0]) && g_utf8_validate(base, -1, NULL);
    for (const char *at = base; *at; at++)
        is_name &= (unsigned char)*at >= 0x20 && *at != 0x7F;
    return g_strdup(is_name ? base : "scenario");
}

/* ---- the document ------------------------------------------------------------------------- */

static gboolean report_root(ScnLoad *load, const ScnSource *source, const ScnNode *root)
{
    if (root->kind == SCN_MAP)
        return FALSE;
    ScnSpan span = {source, root->span.start, MIN(root->span.start + 1, source->length)};
    ScnDiag *diag = scn_diags_add(load->diags, SCN_NOT_A_MAPPING, span, "%s",
                                  scn_node_is_empty(root) ? "there is no scenario here"
                                                          : "a scenario is a mapping of keys");
    scn_diag_help(diag, "replsim list scenario failover > my.yaml  gives one to change");
    return TRUE;
}

/* The section is taken out, so that it is not copied for each variant. */
static ScnNode *take_out(ScnNode *root, const char *key, ScnArena *arena)
{
    ScnNode *taken = NULL, *rest = scn_node_map(arena, root);
    for (gsize i = 0; i < root->n; i++) {
        if (strcmp(root->entries[i].key->text, key) == 0)
            taken = root->entries[i].value;
        else
            scn_map_add(arena, rest, root->entries[i].key, root->entries[i].value);
    }
    *root = *rest;
    return taken;
}

/* FALSE: there is nothing to go on with; reported. */
static gboolean read_document(ScnLoad *load, const char *display, const char *bytes, gsize length)
{
    gsize mark = length >= 3 && memcmp(bytes, "\xEF\xBB\xBF", 3) == 0 ? 3 : 0;
    const ScnSource *source = scn_diags_source(load->diags, display, bytes + mark, length - mark);
    ScnNode *root = scn_tree_parse(source, load->arena, load->diags);
    if (!root || report_root(load, source, root))
        return FALSE;
    scn_expand_dotted(root, load->arena, load->diags);
    load->variants = take_out(root, "variants", load->arena);
    load->root = root;
    scn_read_wishes(load);
    scn_read_settings(load);
    load->top = scn_wished_root(load, NULL, TRUE, load->arena);
    return TRUE;
}

/* ---- setups ------------------------------------------------------------------------------- */

/* Builds a document into a new setup; `resolved` may be NULL. */
static RepSetup *build(ScnLoad *load, const ScnWish *wish, gboolean with_settings,
                       ScnResolved *resolved)
{
    g_autoptr(ScnArena) arena = scn_arena_new();
    ScnReader reader;
    ScnNode *root = scn_wished_root(load, wish, with_settings, arena);
    scn_reader_init(&reader, arena, load->diags, load->files);
    reader.setup = rep_setup_new();
    reader.resolved = resolved;
    scn_build(&reader, root, load->fallback_name);
    scn_reader_clear(&reader);
    return reader.setup;
}

static void check_base(ScnLoad *load)
{
    scn_diags_mute_whole(load->diags, TRUE);
    rep_setup_free(build(load, NULL, FALSE, NULL));
    scn_diags_mute_whole(load->diags, FALSE);
}

static void build_variants(ScnLoad *load, ScnScenario *scenario)
{
    gsize baseline = scn_read_baseline(load);
    scenario->variants = g_new0(ScnVariant, load->n_wishes);
    if (load->variants)
        check_base(load);
    for (gsize i = 0; i < load->n_wishes; i++) {
        const ScnWish *wish = &load->wishes[i];
        if (!wish->selected) {
            rep_setup_free(build(load, wish, FALSE, NULL));
            continue;
        }
        if (i == baseline) {
            scenario->baseline = scenario->n_variants;
            scenario->baseline_selected = TRUE;
        }
        ScnVariant *variant = &scenario->variants[scenario->n_variants++];
        variant->name = g_strdup(wish->name);
        variant->resolved = scn_resolved_new();
        variant->setup = build(load, wish, TRUE, variant->resolved);
        scn_read_checks(load, wish, i == baseline, variant);
    }
    scn_read_gate(load, scenario);
}

/* ---- what variants differ in -------------------------------------------------------------- */

typedef struct Differing {
    const ScnResolved *a, *b;
    GHashTable *seen; /* only looked up */
    GPtrArray *paths, *world_paths;
} Differing;

/* What differs by default only follows from something that differs by choice. */
static gboolean is_chosen(const ScnResolved *resolved, const char *path)
{
    const ScnLine *line = scn_resolved_find(resolved, path);
    return line && strcmp(line->origin, scn_origin_default) != 0;
}

static void note_difference(void *data, const char *path, const char *a, const char *b)
{
    Differing *differing = data;
    (void)a;
    (void)b;
    if (strcmp(path, "expect") == 0 ||
        (!is_chosen(differing->a, path) && !is_chosen(differing->b, path)) ||
        g_hash_table_contains(differing->seen, path))
        return;
    char *copy = g_strdup(path);
    g_hash_table_add(differing->seen, copy);
    g_ptr_array_add(differing->paths, copy);
    if (scn_path_is_world(path))
        g_ptr_array_add(differing->world_paths, g_strdup(path));
}

static void compare_variants(ScnScenario *scenario)
{
    Differing differing = {.paths = g_ptr_array_new(), .world_paths = g_ptr_array_new()};
    differing.seen = g_hash_table_new(g_str_hash, g_str_equal);
    scenario->same_world = TRUE;
    for (gsize i = 1; i < scenario->n_variants; i++) {
        const ScnVariant *first = &scenario->variants[0], *other = &scenario->variants[i];
        differing.a = first->resolved;
        differing.b = other->resolved;
        scn_resolved_diff(first->resolved, other->resolved, note_difference, &differing);
        if (first->setup->world_hash != other->setup->world_hash)
            scenario->same_world = FALSE;
    }
    g_hash_table_unref(differing.seen);
    g_ptr_array_add(differing.paths, NULL);
    g_ptr_array_add(differing.world_paths, NULL);
    scenario->differences = (char **)g_ptr_array_free(differing.paths, FALSE);
    scenario->world_differences = (char **)g_ptr_array_free(differing.world_paths, FALSE);
}

/* ---- the whole ---------------------------------------------------------------------------- */

static void record_texts(ScnScenario *scenario)
{
    g_autoptr(GString) list = g_string_new("[");
    for (gsize i = 0; scenario->not_modelled[i]; i++) {
        g_string_append(list, i ? ", " : "");
        scn_json_string(list, scenario->not_modelled[i]);
    }
    g_string_append_c(list, ']');
    for (gsize i = 0; scenario->not_modelled[0] && i < scenario->n_variants; i++)
        scn_resolved_add(scenario->variants[i].resolved, "not_modelled", list->str, scn_origin_file,
                         NULL);
}

static void note_data(ScnScenario *scenario, const ScnFiles *files)
{
    scenario->n_data = scn_files_count(files);
    scenario->data_names = g_new0(char *, scenario->n_data + 1);
    scenario->data_sha256 = g_new0(char *, scenario->n_data + 1);
    for (gsize i = 0; i < scenario->n_data; i++) {
        scenario->data_names[i] = g_strdup(scn_files_get(files, i)->name);
        scenario->data_sha256[i] = g_strdup(scn_files_get(files, i)->sha256);
    }
}

static void fill_scenario(ScnLoad *load, ScnScenario *scenario)
{
    const ScnNode *question = scn_map_get(load->top, "question");
    scn_check_expect(load);
    build_variants(load, scenario);
    scenario->not_modelled = scn_read_texts(load, "not_modelled");
    record_texts(scenario);
    if (scn_node_is_scalar(question))
        scenario->question = g_strstrip(g_strdup(question->text));
    if (scenario->n_variants)
        scenario->name = g_strdup(scenario->variants[0].setup->name);
    compare_variants(scenario);
    note_data(scenario, load->files);
}

ScnScenario *scn_load_bytes(const ScnInput *input, const ScnOptions *options, ScnDiags *diags)
{
    static const ScnOptions no_options = {0};
    g_autoptr(ScnArena) arena = scn_arena_new();
    ScnLoad load = {.arena = arena, .diags = diags, .options = options ? options : &no_options};
    ScnFilesOptions files_options = {.folder = input->folder,
                                     .allow_path = load.options->allow_path,
                                     .lookup = load.options->lookup,
                                     .lookup_data = load.options->lookup_data};
    gsize before = scn_diags_errors(diags);
    g_autoptr(ScnFiles) files = scn_files_new(&files_options);
    g_autoptr(ScnScenario) scenario = g_new0(ScnScenario, 1);
    g_autofree char *fallback_name = name_of(input->display);
    load.files = files;
    load.fallback_name = fallback_name;
    scenario->file = g_strdup(input->display);
    scenario->sha256 = g_compute_checksum_for_data(
        G_CHECKSUM_SHA256, (const guchar *)(input->length ? input->bytes : ""), input->length);
    if (!read_document(&load, input->display, input->bytes, input->length))
        return NULL;
    fill_scenario(&load, scenario);
    return scn_diags_errors(diags) == before ? g_steal_pointer(&scenario) : NULL;
}

static void variant_clear(ScnVariant *variant)
{
    g_free(variant->name);
    rep_setup_free(variant->setup);
    for (gsize i = 0; i < variant->n_expectations; i++)
        g_free(variant->expectations[i].text);
    g_free(variant->expectations);
    scn_resolved_free(variant->resolved);
}

void scn_scenario_free(ScnScenario *scenario)
{
    if (!scenario)
        return;
    for (gsize i = 0; i < scenario->n_variants; i++)
        variant_clear(&scenario->variants[i]);
    g_free(scenario->variants);
    g_free(scenario->name);
    g_free(scenario->question);
    g_free(scenario->file);
    g_free(scenario->sha256);
    g_strfreev(scenario->data_names);
    g_strfreev(scenario->data_sha256);
    g_strfreev(scenario->not_modelled);
    g_strfreev(scenario->differences);
    g_strfreev(scenario->world_differences);
    g_free(scenario);
}

gssize scn_scenario_variant(const ScnScenario *scenario, const char *name)
{
    for (gsize i = 0; i < scenario->n_variants; i++)
        if (strcmp(scenario->variants[i].name, name) == 0)
            return (gssize)i;
    return -1;
}

gboolean scn_scenario_query(const ScnScenario *scenario, gsize variant, const ScnSetting *metric,
                            AnaQuery *query, ScnDiags *diags)
{
    g_autoptr(ScnArena) arena = scn_arena_new();
    gsize length = strlen(metric->text);
    const ScnSource *source = scn_diags_source(diags, metric->option, metric->text, length);
    ScnSpan all = {source, 0, length};
    if (!scn_text_scan(all, diags))
        return FALSE;
    ScnNode *node = scn_node_scalar(arena, source->text, all, metric->option);
    ScnQuestion question = {
        .arena = arena, .diags = diags, .setup = scenario->variants[variant].setup, .node = node};
    return scn_read_question(&question, query);
}
