/*
 * variants.c — variants, and settings from outside the file, as overrides of the document.
 */
#include "scenarios/format/load.h"

#include "scenarios/format/suggest.h"

#include <string.h>

#define VARIANTS_MAX 200u
#define ONLY_NAME "base" /* what the variant of a file without variants is called */

/* ---- what may be overridden --------------------------------------------------------------- */

static gboolean is_one_of(const char *head, const char *const *words)
{
    for (; *words; words++)
        if (strcmp(head, *words) == 0)
            return TRUE;
    return FALSE;
}

static gboolean may_override(ScnLoad *load, const ScnNode *path, gboolean by_variant)
{
    static const char *const fixed[] = {"replsim", "variants", NULL};
    static const char *const shared[] = {"replsim",  "variants",     "name",
                                         "question", "baseline",     "expect",
                                         "gate",     "not_modelled", NULL};
    g_autofree char *head = scn_path_head(path->text);
    if (!is_one_of(head, by_variant ? shared : fixed))
        return TRUE;
    ScnSpan span = scn_node_part(path, 0, strlen(head));
    ScnDiag *diag = scn_diags_add(load->diags, SCN_BAD_PATH, span, "%s cannot change '%s'",
                                  by_variant ? "a variant" : "an option", head);
    if (strcmp(head, "expect") == 0)
        scn_diag_help(diag, "checks of one variant go under expect, after the variant's name");
    return FALSE;
}

/* ---- variants ----------------------------------------------------------------------------- */

static void read_wish(ScnLoad *load, const ScnEntry *entry, ScnWish *wish)
{
    ScnReader reader = {.arena = load->arena, .diags = load->diags};
    *wish = (ScnWish){.name = entry->key->text, .key = entry->key, .selected = TRUE};
    wish->origin = scn_arena_printf(load->arena, "variant %s", wish->name);
    scn_check_name(&reader, entry->key, "a variant");
    if (entry->value->kind == SCN_MAP)
        wish->overrides = entry->value;
    else if (entry->value->kind != SCN_BROKEN && !scn_node_is_empty(entry->value))
        scn_diag_help(scn_diags_add(load->diags, SCN_WRONG_SHAPE, entry->value->span,
                                    "a variant is a mapping of paths to values"),
                      "for example  policy.ack: async");
}

static const char **wish_names(const ScnLoad *load)
{
    const char **names = g_new0(const char *, load->n_wishes + 1);
    for (gsize i = 0; i < load->n_wishes; i++)
        names[i] = load->wishes[i].name;
    return names;
}

static ScnWish *find_wish(const ScnLoad *load, const char *name)
{
    for (gsize i = 0; i < load->n_wishes; i++)
        if (strcmp(load->wishes[i].name, name) == 0)
            return &load->wishes[i];
    return NULL;
}

static void report_variant(ScnLoad *load, const char *name, ScnSpan span)
{
    g_autofree const char **names = wish_names(load);
    g_autofree char *list = scn_word_list(names, " ", 12);
    const char *near = scn_suggest(name, names);
    ScnDiag *diag =
        scn_diags_add(load->diags, SCN_UNKNOWN_VARIANT, span, "no variant is called '%s'", name);
    scn_diag_label(diag, "known: %s", list);
    if (near)
        scn_diag_help(diag, "did you mean '%s'?", near);
}

static void select_wishes(ScnLoad *load)
{
    const char *const *wanted = load->options->variants;
    if (!wanted)
        return;
    for (gsize i = 0; i < load->n_wishes; i++)
        load->wishes[i].selected = FALSE;
    for (; *wanted; wanted++) {
        ScnWish *wish = find_wish(load, *wanted);
        if (wish) {
            wish->selected = TRUE;
            continue;
        }
        const ScnSource *source =
            scn_diags_source(load->diags, "--variant", *wanted, strlen(*wanted));
        report_variant(load, *wanted, (ScnSpan){source, 0, strlen(*wanted)});
    }
}

void scn_read_wishes(ScnLoad *load)
{
    ScnNode *section = load->variants;
    gsize n = section && section->kind == SCN_MAP ? section->n : 0;
    load->wishes = scn_arena_new0(load->arena, ScnWish, MAX(n, 1));
    if (section && section->kind != SCN_MAP && section->kind != SCN_BROKEN &&
        !scn_node_is_empty(section))
        scn_diag_help(scn_diags_add(load->diags, SCN_WRONG_SHAPE, section->span,
                                    "'variants' is a mapping of names to overrides"),
                      "for example  variants: {async: {policy.ack: async}}");
    if (n > VARIANTS_MAX) {
        scn_diags_add(load->diags, SCN_TOO_MANY, section->entries[VARIANTS_MAX].key->span,
                      "%u variants are the most", VARIANTS_MAX);
        n = VARIANTS_MAX;
    }
    for (gsize i = 0; i < n; i++)
        if (!g_str_has_prefix(section->entries[i].key->text, "x-"))
            read_wish(load, &section->entries[i], &load->wishes[load->n_wishes++]);
    if (load->n_wishes == 0)
        load->wishes[load->n_wishes++] = (ScnWish){.name = ONLY_NAME, .selected = TRUE};
    select_wishes(load);
}

/* ---- settings ----------------------------------------------------------------------------- */

/* The value of KEY=VALUE: YAML where it looks like it, or else all of it is one text, so that
 * steps(0s: 1ms) needs no quotes within the shell's. */
static ScnNode *setting_value(ScnLoad *load, ScnSpan span, const char *origin)
{
    const char *text = span.source->text;
    while (span.start < span.end && text[span.start] == ' ')
        span.start++;
    while (span.end > span.start && text[span.end - 1] == ' ')
        span.end--;
    if (span.start < span.end && strchr("{[\"'", text[span.start]))
        return scn_tree_parse_part(span, origin, load->arena, load->diags);
    const char *value = scn_arena_text(load->arena, text + span.start, span.end - span.start);
    return scn_node_scalar(load->arena, value, span, origin);
}

static void read_setting(ScnLoad *load, const ScnSetting *setting)
{
    gsize length = strlen(setting->text);
    const ScnSource *source = scn_diags_source(load->diags, setting->option, setting->text, length);
    ScnSpan all = {source, 0, length};
    const char *equals = strchr(source->text, '=');
    const char *origin = scn_arena_text(load->arena, setting->option, strlen(setting->option));
    if (!scn_text_scan(all, load->diags))
        return;
    if (!equals || equals == source->text) {
        scn_diag_help(scn_diags_add(load->diags, SCN_BAD_PATH, all, "this is not KEY=VALUE"),
                      "for example  policy.ack=async");
        return;
    }
    gsize end = (gsize)(equals - source->text);
    ScnSpan value = {source, end + 1, length};
    while (end > 0 && source->text[end - 1] == ' ')
        end--;
    ScnNode *path = scn_node_scalar(load->arena, scn_arena_text(load->arena, source->text, end),
                                    (ScnSpan){source, 0, end}, origin);
    ScnNode *node = setting_value(load, value, origin);
    if (node && may_override(load, path, FALSE))
        load->settings[load->n_settings++] =
            (ScnOverride){.path = path, .value = node, .origin = origin};
}

void scn_read_settings(ScnLoad *load)
{
    load->settings = scn_arena_new0(load->arena, ScnOverride, load->options->n_settings + 1);
    for (gsize i = 0; i < load->options->n_settings; i++)
        read_setting(load, &load->options->settings[i]);
}

/* ---- documents ---------------------------------------------------------------------------- */

static void apply_wish(ScnLoad *load, const ScnWish *wish, ScnNode *root, ScnArena *arena)
{
    for (gsize i = 0; i < wish->overrides->n; i++) {
        const ScnEntry *entry = &wish->overrides->entries[i];
        ScnOverride override = {.path = entry->key, .value = entry->value, .origin = wish->origin};
        if (g_str_has_prefix(entry->key->text, "x-"))
            continue;
        if (may_override(load, entry->key, TRUE))
            scn_path_set(root, &override, arena, load->diags);
    }
    scn_normalise(root, arena, load->diags);
}

ScnNode *scn_wished_root(ScnLoad *load, const ScnWish *wish, gboolean with_settings,
                         ScnArena *arena)
{
    ScnNode *root = scn_node_copy(arena, load->root, NULL);
    if (wish && wish->overrides)
        apply_wish(load, wish, root, arena);
    for (gsize i = 0; with_settings && i < load->n_settings; i++) {
        scn_path_set(root, &load->settings[i], arena, load->diags);
        scn_normalise(root, arena, load->diags);
    }
    return root;
}

/* ---- baseline and gate -------------------------------------------------------------------- */

gsize scn_read_baseline(ScnLoad *load)
{
    ScnReader reader = {.arena = load->arena, .diags = load->diags};
    const char *name = scn_plain_text(&reader, load->top, "baseline");
    if (!name)
        return 0;
    const ScnWish *wish = find_wish(load, name);
    if (wish)
        return (gsize)(wish - load->wishes);
    report_variant(load, name, scn_map_get(load->top, "baseline")->span);
    return 0;
}

static void gate_one(ScnLoad *load, ScnScenario *scenario, const ScnNode *name)
{
    if (name->kind == SCN_BROKEN)
        return;
    if (!scn_node_is_scalar(name)) {
        scn_diags_add(load->diags, SCN_WRONG_SHAPE, name->span,
                      "'gate' is the name of a variant, or a list of names");
        return;
    }
    if (!find_wish(load, name->text))
        report_variant(load, name->text, name->span);
    gssize variant = scn_scenario_variant(scenario, name->text);
    if (variant >= 0)
        scenario->variants[variant].gated = TRUE;
}

void scn_read_gate(ScnLoad *load, ScnScenario *scenario)
{
    const ScnNode *gate = scn_map_get(load->top, "gate");
    gboolean is_given = gate && !scn_node_is_empty(gate);
    for (gsize i = 0; i < scenario->n_variants; i++)
        scenario->variants[i].gated = !is_given;
    if (is_given && gate->kind == SCN_LIST)
        for (gsize i = 0; i < gate->n; i++)
            gate_one(load, scenario, gate->items[i]);
    else if (is_given)
        gate_one(load, scenario, gate);
}
