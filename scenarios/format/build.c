/* build.c — the order in which a setup is filled, and what its parts must agree on. */
#include "scenarios/format/build.h"
#include "scenarios/format/path.h"

#include "models/policies/policy.h"
#include "scenarios/format/presets.h"
#include "scenarios/format/suggest.h"

#include <string.h>

#define FORMAT_VERSION "1"
#define DEFAULT_MODEL "single-leader"

/* ---- the top ------------------------------------------------------------------------------ */

static void check_version(ScnReader *reader, const ScnNode *root)
{
    const char *version = scn_plain_text(reader, root, "replsim");
    if (!version || strcmp(version, FORMAT_VERSION) == 0)
        return;
    ScnDiag *diag =
        scn_diags_add(reader->diags, SCN_FORMAT_VERSION, scn_map_get(root, "replsim")->span,
                      "the scenario format '%s' is not known", version);
    scn_diag_label(diag, "this program reads format %s", FORMAT_VERSION);
}

static void check_top(ScnReader *reader, const ScnNode *root)
{
    const RepField *tables[] = {rep_top_fields, NULL};
    ScnFill fill = {.map = root};
    scn_check_keys(reader, root, "a scenario", tables);
    for (const RepField *field = rep_top_fields; field->key; field++)
        if (field->type == REP_FIELD_READER && field->required && !scn_map_find(root, field->key))
            scn_report_missing(reader, &fill, field);
    check_version(reader, root);
}

static void fill_top(ScnReader *reader, const ScnNode *root, const char *fallback_name)
{
    RepSetup *setup = reader->setup;
    ScnFill fill = {.fields = rep_top_fields, .base = setup, .map = root, .path = ""};
    const char *question = scn_plain_text(reader, root, "question");
    scn_record(reader, "replsim", FORMAT_VERSION, scn_origin_file);
    if (question) {
        g_autofree char *text = g_strstrip(g_strdup(question));
        scn_record(reader, "question", text, scn_map_get(root, "question")->origin);
    }
    scn_fill(reader, &fill);
    if (!setup->name) {
        setup->name = g_strdup(fallback_name);
        scn_record(reader, "name", fallback_name, scn_origin_default);
    }
}

static void check_warmup(ScnReader *reader, const ScnNode *root)
{
    const RepSetup *setup = reader->setup;
    const ScnNode *warmup = scn_map_get(root, "warmup");
    if (!warmup || setup->duration == 0 || setup->warmup < setup->duration)
        return;
    g_autofree char *duration = scn_format_span(setup->duration);
    ScnDiag *diag =
        scn_diags_add(reader->diags, SCN_WARMUP_TOO_LONG, warmup->span, "nothing would be counted");
    scn_diag_label(diag, "the warm-up must be shorter than the duration, %s", duration);
}

/* ---- clients ------------------------------------------------------------------------------ */

static void build_client_names(ScnReader *reader, const ScnNode *root)
{
    RepSetup *setup = reader->setup;
    const ScnEntry *section = scn_map_find(root, "clients");
    gsize n;
    gboolean is_map = !section || scn_expect_map(reader, section->value, "'clients'");
    g_autofree ScnNamed *entries = scn_named_entries(section ? section->value : NULL, &n);
    if (section && (n > SCN_CLIENTS_MAX || (n == 0 && is_map)))
        scn_diags_add(reader->diags, n ? SCN_TOO_MANY : SCN_NOTHING_THERE, section->key->span,
                      n ? "1,000 client groups are the most"
                        : "there must be at least one client group");
    n = n > SCN_CLIENTS_MAX ? 0 : n;
    setup->clients = g_new0(RepClientSetup, MAX(n, 1));
    setup->n_clients = n;
    for (gsize i = 0; i < n; i++) {
        scn_check_name(reader, entries[i].key, "a client group");
        setup->clients[i].name = g_strdup(entries[i].name);
    }
}

/* Who asks, who answers, who watches; and two keys. */
static void check_conversation(ScnReader *reader, const ScnFill *fill)
{
    const RepClientSetup *client = fill->base;
    const ScnEntry *entry = scn_map_find(fill->map, "conversation");
    gint64 sessions = client->rate.closed ? client->rate.sessions : client->sessions;
    if (entry && entry->value->kind == SCN_MAP && !scn_map_get(entry->value, "share"))
        scn_diags_add(reader->diags, SCN_MISSING_KEY, entry->key->span,
                      "'conversation' needs 'share': the share of the writes that are questions");
    if (!entry || client->conversation.share <= 0)
        return;
    if (sessions < REP_TALKERS) {
        ScnDiag *diag = scn_diags_add(reader->diags, SCN_TOO_FEW, entry->key->span,
                                      "a conversation needs three sessions");
        scn_diag_label(diag, "this group has %" G_GINT64_FORMAT, sessions);
        scn_diag_note(diag, "one asks, another answers, a third watches");
    }
    if (client->keys && sim_keys_count(client->keys) == 1)
        scn_diags_add(reader->diags, SCN_TOO_FEW, entry->key->span,
                      "a conversation needs two keys: the answer has one of its own");
}

static void build_clients(ScnReader *reader, const ScnNode *root)
{
    RepSetup *setup = reader->setup;
    const RepField *tables[] = {rep_client_fields, NULL};
    gsize n;
    g_autofree ScnNamed *entries = scn_named_entries(scn_map_get(root, "clients"), &n);
    for (gsize i = 0; i < setup->n_clients && i < n; i++) {
        g_autofree char *part = scn_path_part(entries[i].name);
        g_autofree char *path = g_strdup_printf("clients.%s.", part);
        const ScnNode *map = scn_node_is_empty(entries[i].value) ? NULL : entries[i].value;
        if (!scn_expect_map(reader, map, "a client group"))
            continue;
        scn_check_keys(reader, map, "a client group", tables);
        ScnFill fill = {.fields = rep_client_fields,
                        .base = &setup->clients[i],
                        .map = map,
                        .owner = entries[i].key,
                        .path = path};
        if (scn_has_script(map)) {
            scn_build_script(reader, map, &fill);
            continue;
        }
        scn_fill(reader, &fill);
        check_conversation(reader, &fill);
    }
    scn_link_scripts(reader, root);
}

/* ---- policy ------------------------------------------------------------------------------- */

static void report_model(ScnReader *reader, const ScnNode *node)
{
    g_autoptr(GPtrArray) names = g_ptr_array_new();
    for (gsize i = 0; rep_policies[i]; i++)
        g_ptr_array_add(names, (gpointer)rep_policies[i]->name);
    g_ptr_array_add(names, NULL);
    const char *const *all = (const char *const *)names->pdata;
    g_autofree char *list = scn_word_list(all, ", ", 20);
    const char *near = scn_suggest(node->text, all);
    ScnDiag *diag = scn_diags_add(reader->diags, SCN_UNKNOWN_MODEL, node->span,
                                  "'%s' is not a replication policy", node->text);
    scn_diag_label(diag, "expected: %s", list);
    if (near)
        scn_diag_help(diag, "did you mean '%s'?", near);
    scn_diag_more(diag, "replsim list policies");
}

static const RepPolicyOps *find_policy(ScnReader *reader, const ScnNode *map)
{
    const char *name = map ? scn_plain_text(reader, map, "model") : NULL;
    const ScnNode *node = scn_map_get(map, "model");
    if (node && !name)
        return NULL;
    const RepPolicyOps *policy = rep_policy_find(name ? name : DEFAULT_MODEL);
    if (!policy)
        report_model(reader, node);
    else
        scn_record(reader, "policy.model", policy->name, name ? node->origin : scn_origin_default);
    return policy;
}

/* Where the policy's key is given, or what stands for it. */
static ScnSpan policy_span(const ScnNode *root, const ScnNode *map, const char *key)
{
    const ScnNode *node = key && map ? scn_map_get(map, key) : NULL;
    const ScnEntry *section = scn_map_find(root, "policy");
    return node      ? node->span
           : section ? section->key->span
                     : scn_map_find(root, "nodes")->key->span;
}

static void validate_policy(ScnReader *reader, const ScnNode *root, const ScnNode *map)
{
    const RepSetup *setup = reader->setup;
    char *message = NULL;
    const char *key = NULL;
    if (setup->policy->validate && !setup->policy->validate(setup, &message, &key)) {
        scn_diags_add(reader->diags, SCN_POLICY_IMPOSSIBLE, policy_span(root, map, key), "%s",
                      message);
        g_free(message);
        return;
    }
    for (guint n = 0; setup->policy->advise && setup->policy->advise(setup, n, &message, &key);
         n++) {
        scn_diags_add(reader->diags, SCN_POLICY_RISK, policy_span(root, map, key), "%s", message);
        g_free(message);
    }
}

static void build_policy(ScnReader *reader, const ScnNode *root)
{
    static const RepField model_row[] = {{.key = "model"}, {.key = NULL}};
    RepSetup *setup = reader->setup;
    const ScnEntry *section = scn_map_find(root, "policy");
    const ScnNode *map = section && !scn_node_is_empty(section->value) ? section->value : NULL;
    gsize before = scn_diags_attempts(reader->diags);
    if (!scn_expect_map(reader, map, "'policy'"))
        return;
    map = scn_preset_expand(reader, map);
    const RepPolicyOps *policy = find_policy(reader, map);
    if (!policy)
        return;
    setup->policy = policy;
    setup->policy_setup = g_malloc0(MAX(policy->setup_size, 1));
    const RepField *tables[] = {model_row, scn_preset_field, policy->fields, NULL};
    g_autofree char *what = g_strdup_printf("the policy '%s'", policy->name);
    scn_check_keys(reader, map, what, tables);
    ScnFill fill = {.fields = policy->fields,
                    .base = setup->policy_setup,
                    .map = map,
                    .owner = section ? section->key : NULL,
                    .path = "policy."};
    scn_fill(reader, &fill);
    if (setup->n_nodes > 0 && scn_diags_attempts(reader->diags) == before)
        validate_policy(reader, root, map);
}

/* ---- the whole ---------------------------------------------------------------------------- */

void scn_build(ScnReader *reader, const ScnNode *root, const char *fallback_name)
{
    check_top(reader, root);
    gsize before = scn_diags_attempts(reader->diags);
    scn_build_names(reader, root);
    gboolean has_names = scn_diags_attempts(reader->diags) == before;
    build_client_names(reader, root);
    scn_build_fault_names(reader, root);
    fill_top(reader, root, fallback_name);
    check_warmup(reader, root);
    before = scn_diags_attempts(reader->diags);
    scn_build_links(reader, root);
    gboolean has_links = scn_diags_attempts(reader->diags) == before;
    scn_build_nodes(reader, root);
    build_clients(reader, root);
    if (has_names && has_links) /* or else what is misspelt would be missing, too */
        scn_check_links(reader, root);
    build_policy(reader, root);
    before = scn_diags_attempts(reader->diags);
    scn_build_faults(reader, root);
    if (reader->setup->policy_setup && scn_diags_attempts(reader->diags) == before)
        scn_check_targets(reader, root);
    if (!reader->resolved)
        return;
    const RepField *tables[] = {rep_top_fields, NULL};
    g_autofree const char **heads = scn_field_keys(tables);
    scn_resolved_arrange(reader->resolved, heads);
    reader->setup->world_hash = scn_resolved_world_hash(reader->resolved);
}
