/* replay.c — see replay.h. */
#include "cli/replay.h"

#include "cli/builtin.h"
#include "scenarios/format/suggest.h"

#include <string.h>

/* ---- the manifest ------------------------------------------------------------------------- */

/* The text behind `"key": "` in [text, end), as this program writes manifests; NULL: none. */
static char *member(const char *text, const char *key)
{
    g_autofree char *mark = g_strdup_printf("\"%s\": \"", key);
    const char *at = text ? strstr(text, mark) : NULL;
    at = at ? at + strlen(mark) : NULL;
    return at ? g_strndup(at, strcspn(at, "\"")) : NULL;
}

/* Lines of a manifest below `"what": [`, one for each; a strv. */
static char **lines_below(const char *manifest, const char *what)
{
    g_autofree char *mark = g_strdup_printf("\"%s\": [", what);
    const char *at = strstr(manifest, mark);
    const char *end = at ? strstr(at, "\n  ]") : NULL;
    g_autofree char *part = end ? g_strndup(at, (gsize)(end - at)) : g_strdup("");
    char **all = g_strsplit(part, "\n", -1), **lines = g_new0(char *, g_strv_length(all) + 1);
    guint n = 0;
    for (char **line = all; *line; line++)
        if (strstr(*line, "\": \""))
            lines[n++] = g_strdup(*line);
    g_strfreev(all);
    return lines;
}

/* JSON's escapes of what names and paths may hold. */
static char *unescaped(char *text)
{
    char *plain = text ? g_strcompress(text) : NULL;
    g_free(text);
    return plain;
}

/* The digest of one replication in the line of its variant. */
static char *digest_in(const char *line, guint replication)
{
    const char *digests = strstr(line, "\"digests\": {");
    g_autofree char *key = g_strdup_printf("%u", replication);
    return digests ? member(digests, key) : NULL;
}

/* ---- which variant ------------------------------------------------------------------------ */

static void unknown_variant(const char *name, const char *run, const char *const *names)
{
    const char *nearest = scn_suggest(name, names);
    g_autofree char *all = scn_word_list(names, ", ", 20);
    cli_error("there is no variant '%s' in '%s'", name, run);
    if (nearest)
        cli_hint("did you mean '%s'?", nearest);
    cli_hint("variants: %s", all);
}

static CliStatus choose(CliReplay *replay, const char *wanted)
{
    const ScnScenario *scenario = replay->input->scenario;
    gssize number = wanted ? scn_scenario_variant(scenario, wanted) : 0;
    replay->is_first_of_several = !wanted && scenario->n_variants > 1;
    if (number >= 0) {
        replay->variant = &scenario->variants[number];
        return CLI_OK;
    }
    const char **names = g_new0(const char *, scenario->n_variants + 1);
    for (gsize i = 0; i < scenario->n_variants; i++)
        names[i] = scenario->variants[i].name;
    unknown_variant(wanted, replay->input->shown, names);
    g_free(names);
    return CLI_USAGE;
}

/* ---- of a kept run ------------------------------------------------------------------------ */

/* Which file of the run the variant is of, from 0, and its name there; of several files a name is
 * STEM:VARIANT. */
static guint file_of(char **scenarios, const char *name, const char **inner)
{
    *inner = name;
    if (g_strv_length(scenarios) < 2)
        return 0;
    for (guint i = 0; scenarios[i]; i++) {
        g_autofree char *file = unescaped(member(scenarios[i], "file"));
        const char *colon = file ? strrchr(file, ':') : NULL;
        g_autofree char *stem = g_path_get_basename(colon ? colon + 1 : file ? file : "");
        char *dot = strrchr(stem, '.');
        if (dot && dot != stem && !colon)
            *dot = '\0';
        gsize length = strlen(stem);
        if (strncmp(name, stem, length) == 0 && name[length] == ':') {
            *inner = name + length + 1;
            return i;
        }
    }
    return 0;
}

/* The resolved scenario of the run, as if it stood where the original did. */
static CliStatus read_resolved(CliReplay *replay, const char *scenario_line, guint number)
{
    gsize length;
    g_autofree char *file =
        number ? g_strdup_printf("resolved-%u.yaml", number + 1) : g_strdup("resolved.yaml");
    g_autofree char *bytes = cli_stored_read(&replay->where, file, &length);
    g_autofree char *original = scenario_line ? unescaped(member(scenario_line, "file")) : NULL;
    g_autofree char *folder = original && !g_str_has_prefix(original, CLI_BUILTIN_PREFIX)
                                  ? g_path_get_dirname(original)
                                  : NULL;
    if (!bytes)
        return CLI_ENVIRONMENT;
    CliInput *input = g_new0(CliInput, 1);
    replay->input = input;
    input->argument = g_strdup(replay->where.path);
    input->shown = g_build_filename(replay->where.path, file, NULL);
    input->stem = g_strdup(replay->where.name);
    input->diags = scn_diags_new();
    input->bytes = g_bytes_new(bytes, length);
    ScnInput given = {.bytes = bytes, .length = length, .display = input->shown, .folder = folder};
    ScnOptions options = {.lookup = cli_builtin_data, .allow_path = TRUE};
    input->scenario = scn_load_bytes(&given, &options, input->diags);
    if (input->scenario)
        return CLI_OK;
    cli_input_print_diags(input);
    cli_hint("the run was kept, but what it simulated cannot be read again");
    return CLI_ENVIRONMENT;
}

gboolean cli_replay_choose(CliReplay *replay, guint replication)
{
    guint first, n;
    cli_replay_replications(replay, &first, &n);
    replay->replication = replication;
    g_free(replay->digest);
    replay->digest = replay->kept ? digest_in(replay->kept, replication) : NULL;
    if (replication >= first && replication - first < n)
        return TRUE;
    cli_error("there is no replication %u of '%s' in '%s'", replication, replay->name,
              replay->where.name ? replay->where.name : replay->input->shown);
    return FALSE;
}

void cli_replay_replications(const CliReplay *replay, guint *first, guint *n)
{
    static const char number[] = "\"replications\": ", digests[] = "\"digests\": {\"";
    const char *of = replay->kept ? strstr(replay->kept, number) : NULL;
    const char *from = replay->kept ? strstr(replay->kept, digests) : NULL;
    gint64 all = replay->variant->setup->replications;
    *first = from ? (guint)g_ascii_strtoull(from + strlen(digests), NULL, 10) : 0;
    *n = of ? (guint)g_ascii_strtoull(of + strlen(number), NULL, 10) : (guint)all;
}

static CliStatus open_kept(CliReplay *replay, const char *wanted)
{
    g_autofree char *manifest = cli_stored_read(&replay->where, "manifest.json", NULL);
    if (!manifest)
        return CLI_ENVIRONMENT;
    g_auto(GStrv) variants = lines_below(manifest, "variants");
    g_auto(GStrv) scenarios = lines_below(manifest, "scenarios");
    guint n = g_strv_length(variants), found = 0;
    char **names = g_new0(char *, n + 1);
    for (guint i = 0; i < n; i++)
        names[i] = unescaped(member(variants[i], "name"));
    while (found < n && wanted && g_strcmp0(names[found], wanted) != 0)
        found++;
    CliStatus status = CLI_OK;
    if (found >= n) {
        unknown_variant(wanted ? wanted : "", replay->where.name, (const char *const *)names);
        status = CLI_USAGE;
    } else {
        const char *inner;
        guint file = file_of(scenarios, names[found], &inner);
        replay->name = g_strdup(names[found]);
        replay->is_first_of_several = !wanted && n > 1;
        status = read_resolved(replay, scenarios[0] ? scenarios[file] : NULL, file);
        gssize number =
            status == CLI_OK ? scn_scenario_variant(replay->input->scenario, inner) : -1;
        if (status == CLI_OK && number < 0) {
            cli_error("'%s' is a point of a sweep, whose settings are not kept: run it alone",
                      replay->name);
            status = CLI_USAGE;
        } else if (status == CLI_OK) {
            replay->variant = &replay->input->scenario->variants[number];
            replay->kept = g_strdup(variants[found]);
            replay->binary = member(manifest, "binary_sha256");
            status = cli_replay_choose(replay, replay->replication) ? CLI_OK : CLI_USAGE;
        }
    }
    g_strfreev(names);
    return status;
}

/* ---- opening ------------------------------------------------------------------------------ */

static gboolean is_scenario(const char *text)
{
    g_autofree char *file = g_strdup(text);
    char *colon = strrchr(file, ':');
    if (strcmp(text, "-") == 0 || g_str_has_prefix(text, CLI_BUILTIN_PREFIX))
        return TRUE;
    if (colon && !g_file_test(text, G_FILE_TEST_EXISTS))
        *colon = '\0';
    return g_str_has_suffix(file, ".yaml") || g_str_has_suffix(file, ".yml") ||
           (g_file_test(file, G_FILE_TEST_IS_REGULAR) && !g_str_has_suffix(file, ".html"));
}

static CliStatus open_scenario(CliReplay *replay, const char *text, CliScenarioOptions *options,
                               const char *wanted)
{
    ScnOptions read = cli_scenario_read_options(options);
    read.variants = NULL;
    CliStatus status = cli_input_read(text, &read, &replay->input);
    if (status != CLI_OK) { /* warnings are for `check` and `run` */
        if (status == CLI_USAGE && replay->input->bytes)
            cli_input_print_diags(replay->input);
        return status;
    }
    status = choose(replay, wanted);
    if (status == CLI_OK)
        replay->name = g_strdup(replay->variant->name);
    return status;
}

CliStatus cli_replay_open(CliReplay *replay, const char *results, const char *text,
                          CliScenarioOptions *options, guint replication)
{
    *replay = (CliReplay){.replication = replication};
    const char *wanted = options->variants ? options->variants[0] : NULL;
    if (!cli_event_budget(options, &replay->budget))
        return CLI_USAGE;
    if (options->variants && options->variants[1]) {
        cli_error("--variant: one variant at a time");
        return CLI_USAGE;
    }
    if (is_scenario(text))
        return open_scenario(replay, text, options, wanted);
    if (options->set || options->seed || options->replications) {
        cli_error("--set, --seed and --replications go with a scenario: '%s' is a run that was "
                  "kept",
                  text);
        return CLI_USAGE;
    }
    g_autofree char *run = g_strdup(text);
    char *colon = g_file_test(text, G_FILE_TEST_EXISTS) ? NULL : strchr(run, ':');
    if (colon) {
        *colon = '\0';
        wanted = colon + 1;
    }
    CliStatus status = cli_stored_find(results, run, &replay->where);
    return status == CLI_OK ? open_kept(replay, wanted) : status;
}

void cli_replay_clear(CliReplay *replay)
{
    cli_stored_clear(&replay->where);
    cli_input_free(replay->input);
    g_free(replay->name);
    g_free(replay->kept);
    g_free(replay->digest);
    g_free(replay->binary);
    g_free(replay->result.overflow);
    *replay = (CliReplay){0};
}

/* ---- running ------------------------------------------------------------------------------ */

static CliStatus compare_digest(CliReplay *replay)
{
    char now[17];
    g_autofree char *bytes = NULL, *binary = NULL;
    gsize length;
    g_snprintf(now, sizeof now, "%016" G_GINT64_MODIFIER "x", replay->result.event_digest);
    replay->is_checked = g_strcmp0(replay->digest, now) == 0;
    if (replay->is_checked || !replay->where.path)
        return CLI_OK;
    if (!replay->digest) {
        cli_warning("'%s' was kept by a version that wrote no digests of single replications: "
                    "that this is the same run cannot be checked",
                    replay->where.name);
        return CLI_OK;
    }
    if (g_file_get_contents("/proc/self/exe", &bytes, &length, NULL))
        binary = g_compute_checksum_for_data(G_CHECKSUM_SHA256, (const guchar *)bytes, length);
    if (g_strcmp0(binary, replay->binary) == 0) {
        cli_error("not reproducible: replication %u of '%s' in '%s' had the event digest %s, and "
                  "has %s now, by the same binary",
                  replay->replication, replay->name, replay->where.name, replay->digest, now);
        return CLI_NOT_REPRODUCED;
    }
    cli_error("'%s' was kept by another build, which simulated it otherwise (event digest %s, now "
              "%s): its events cannot be shown",
              replay->where.name, replay->digest, now);
    cli_hint("run it again with this build, then trace that run");
    return CLI_ENVIRONMENT;
}

CliStatus cli_replay_run(CliReplay *replay, const RepObserver *observers, guint n)
{
    g_autoptr(RepWorld) world = rep_world_new(replay->variant->setup, replay->replication,
                                              replay->input->shown, replay->name);
    for (guint i = 0; i < n; i++)
        rep_world_observe(world, observers[i]);
    g_free(replay->result.overflow);
    replay->result = rep_world_run(world, replay->budget, NULL);
    if (replay->result.end != REP_RUN_DRAINED && replay->result.end != REP_RUN_NOT_DRAINED) {
        cli_error("the replication is over the event budget of %" G_GUINT64_FORMAT, replay->budget);
        cli_hint("--event-budget N allows more");
        return CLI_USAGE;
    }
    return compare_digest(replay);
}
