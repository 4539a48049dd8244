/*
 * build_script.c — scripts: steps by name, what each does, and what they refer to.
 */
#include "models/policies/policy.h"
#include "scenarios/format/build.h"
#include "scenarios/format/path.h"

#include "scenarios/format/suggest.h"
#include "sim/check.h"

#include <string.h>

#define STEPS_MAX 10000u
#define REFERENCES_SHOWN 12

static const char *const verbs[] = {"write", "read", "delete"};

gboolean scn_has_script(const ScnNode *client)
{
    return scn_map_find(client, "script") != NULL;
}

/* ---- beside the script -------------------------------------------------------------------- */

/* What a group with a script takes besides; everything else is about operations that come by a
 * rate. */
static gboolean is_kept(const char *key)
{
    static const char *const kept[] = {"script", "timeout", "retry", "from", "value_size"};
    for (gsize i = 0; i < G_N_ELEMENTS(kept); i++)
        if (strcmp(kept[i], key) == 0)
            return TRUE;
    return FALSE;
}

static void fill_others(ScnReader *reader, const ScnFill *fill)
{
    RepField kept[8] = {{.key = NULL}};
    gsize n = 0;
    for (const RepField *field = rep_client_fields; field->key; field++) {
        if (is_kept(field->key)) {
            SIM_CHECK(n + 1 < G_N_ELEMENTS(kept), "more keys beside a script than there is room");
            kept[n++] = *field;
            continue;
        }
        const ScnEntry *given = scn_map_find(fill->map, field->key);
        if (!given)
            continue;
        ScnDiag *diag = scn_diags_add(reader->diags, SCN_NOT_WITH_SCRIPT, given->key->span,
                                      "'%s' says nothing beside a script", field->key);
        scn_diag_label(diag, "the steps are all that these clients do");
        scn_diag_help(diag, "leave it out, or make a second client group of it");
    }
    ScnFill others = *fill;
    others.fields = kept;
    scn_fill(reader, &others);
}

/* ---- one step ----------------------------------------------------------------------------- */

static const ScnNode *key_of(const ScnNode *map, const char *key)
{
    const ScnEntry *entry = scn_map_find(map, key);
    return entry ? entry->key : NULL;
}

static ScnSpan step_span(const ScnNamed *entry)
{
    ScnSpan span = entry->name[0] == '#' ? entry->value->span : entry->key->span;
    if (entry->name[0] == '#')
        span.end = MIN(span.start + 1, span.end);
    return span;
}

/* Exactly one of write, read and delete. */
static gboolean check_verb(ScnReader *reader, const RepStepSetup *step, const ScnNamed *entry)
{
    const ScnNode *first = NULL;
    for (gsize i = 0; i < G_N_ELEMENTS(verbs); i++) {
        const ScnNode *key = key_of(entry->value, verbs[i]);
        if (key && first) {
            ScnDiag *diag = scn_diags_add(reader->diags, SCN_STEP_VERB, key->span,
                                          "a step is one operation, and this is a second");
            scn_diag_relate(diag, first->span, "the first");
            scn_diag_help(diag, "make two steps of it");
            return FALSE;
        }
        first = key ? key : first;
    }
    if (first)
        return step->keys[0] || step->keys[1] || step->keys[2];
    ScnDiag *diag =
        scn_diags_add(reader->diags, SCN_STEP_VERB, step_span(entry), "this step does nothing");
    scn_diag_label(diag, "expected one of: write read delete");
    scn_diag_help(diag, "for example  write: cart");
    return FALSE;
}

static void report_when(ScnReader *reader, ScnSpan span, const char *message, const char *help)
{
    scn_diag_help(scn_diags_add(reader->diags, SCN_STEP_WHEN, span, "%s", message), "%s", help);
}

static void check_when(ScnReader *reader, const RepStepSetup *step, const ScnNamed *entry)
{
    const RepSetup *setup = reader->setup;
    const ScnNode *at = key_of(entry->value, "at"), *after = key_of(entry->value, "after");
    const ScnNode *wait = key_of(entry->value, "wait");
    if (at && after)
        report_when(reader, after->span,
                    "a step begins 'at' an instant or 'after' a step, not both",
                    "a pause after a step is  after: s1, wait: 20ms");
    else if (!at && !after)
        report_when(reader, step_span(entry), "this step has neither 'at' nor 'after'",
                    "for example  at: 0ms");
    if (wait && !after)
        report_when(reader, wait->span, "'wait' counts from the end of a step, and none is named",
                    "for example  after: s1");
    if (!step->at || !sim_dist_is_constant(step->at) ||
        sim_dist_mean(step->at, 0) < (double)setup->duration)
        return;
    g_autofree char *duration = scn_format_span(setup->duration);
    ScnDiag *diag =
        scn_diags_add(reader->diags, SCN_FAULT_TOO_LATE, scn_map_get(entry->value, "at")->span,
                      "this step would begin when no operations come any more");
    scn_diag_label(diag, "the run lasts %s, and then drains", duration);
}

static void check_write_keys(ScnReader *reader, const RepStepSetup *step, const ScnNode *map)
{
    const ScnNode *value = key_of(map, "value"), *context = key_of(map, "context");
    if (value && !step->keys[0])
        scn_diag_label(
            scn_diags_add(reader->diags, SCN_STEP_MISFIT, value->span, "only a write has a value"),
            "this step %s", step->keys[1] ? "reads" : "deletes");
    if (context && step->keys[1])
        scn_diag_label(scn_diags_add(reader->diags, SCN_STEP_MISFIT, context->span,
                                     "only what writes or deletes has a context"),
                       "this step reads");
}

static void resolve_step(RepStepSetup *step)
{
    for (gsize i = 0; i < G_N_ELEMENTS(verbs); i++)
        if (step->keys[i])
            step->key = rep_key_number(step->keys[i]);
    step->kind = step->keys[1] ? REP_READ : REP_WRITE;
    step->is_delete = step->keys[2] != NULL;
}

static void fill_step(ScnReader *reader, RepStepSetup *step, const ScnNamed *entry,
                      const char *path)
{
    const RepField *tables[] = {rep_step_fields, NULL};
    g_autofree char *part = scn_path_part(entry->name);
    g_autofree char *own = g_strdup_printf("%sscript.%s.", path, part);
    step->to = -1;
    step->follows = step->based_on = (RepStepName){-1, -1};
    if (!scn_expect_map(reader, entry->value, "a step") || entry->value->kind != SCN_MAP)
        return;
    scn_check_keys(reader, entry->value, "a step", tables);
    ScnFill fill = {.fields = rep_step_fields,
                    .base = step,
                    .map = entry->value,
                    .owner = entry->key,
                    .path = own};
    scn_fill(reader, &fill);
    check_when(reader, step, entry);
    if (!check_verb(reader, step, entry))
        return;
    check_write_keys(reader, step, entry->value);
    resolve_step(step);
}

/* ---- a script ----------------------------------------------------------------------------- */

static void check_step_name(ScnReader *reader, const ScnNamed *entry)
{
    if (entry->name[0] == '#')
        return;
    scn_check_name(reader, entry->key, "a step");
    if (strcmp(entry->name, "last") == 0)
        scn_diags_add(reader->diags, SCN_BAD_NAME, entry->key->span,
                      "no step can be called 'last': 'context: last' means something else");
    RepStepName other = rep_setup_step(reader->setup, entry->name);
    if (other.client >= 0)
        scn_diag_label(scn_diags_add(reader->diags, SCN_NAME_TAKEN, entry->key->span,
                                     "another step is called '%s'", entry->name),
                       "it is in the script of '%s'", reader->setup->clients[other.client].name);
}

/* Sessions are numbered as they come up. */
static void number_session(RepScriptSetup *script, gsize i)
{
    RepStepSetup *step = &script->steps[i];
    for (gsize other = 0; other < i; other++)
        if (g_strcmp0(script->steps[other].session, step->session) == 0) {
            step->session_number = script->steps[other].session_number;
            return;
        }
    step->session_number = (guint32)script->sessions++;
}

/* In the order of the list; names sort nothing here. */
static void build_steps(ScnReader *reader, const ScnNode *steps, RepScriptSetup *script,
                        const char *path)
{
    script->steps = g_new0(RepStepSetup, steps->n + 1);
    for (gsize i = 0; i < steps->n; i++) {
        const ScnNamed entry = {.name = steps->entries[i].key->text,
                                .key = steps->entries[i].key,
                                .value = steps->entries[i].value};
        RepStepSetup *step = &script->steps[script->n];
        check_step_name(reader, &entry);
        fill_step(reader, step, &entry, path);
        step->name = entry.name[0] == '#' ? NULL : g_strdup(entry.name);
        number_session(script, script->n++);
    }
}

void scn_build_script(ScnReader *reader, const ScnNode *client, const ScnFill *fill)
{
    RepClientSetup *setup = fill->base;
    const ScnEntry *entry = scn_map_find(client, "script");
    const ScnNode *steps = entry->value;
    fill_others(reader, fill);
    setup->rate.open = (SimArrivals){.kind = SIM_ARRIVALS_PERIODIC, .events = 0, .per = 1};
    setup->sessions = 1;
    if (steps->kind == SCN_BROKEN)
        return;
    if (steps->kind == SCN_SCALAR && !scn_node_is_empty(steps)) {
        ScnDiag *diag = scn_diags_add(reader->diags, SCN_WRONG_SHAPE, steps->span,
                                      "'script' is a list of steps");
        scn_diag_help(diag, "for example  [{at: 0ms, write: x, value: A}]");
        return;
    }
    if (steps->kind == SCN_SCALAR || steps->n == 0) {
        scn_diags_add(reader->diags, SCN_NOTHING_THERE, entry->key->span,
                      "there must be at least one step");
        return;
    }
    if (steps->n > STEPS_MAX) {
        scn_diags_add(reader->diags, SCN_TOO_MANY, entry->key->span, "%u steps are the most",
                      STEPS_MAX);
        return;
    }
    build_steps(reader, steps, &setup->script, fill->path);
    gsize reads = 0;
    for (gsize i = 0; i < setup->script.n; i++)
        reads += setup->script.steps[i].kind == REP_READ;
    setup->reads = (double)reads / (double)setup->script.n;
    setup->sessions = setup->script.sessions;
}

/* ---- references --------------------------------------------------------------------------- */

static const char **step_names(const RepSetup *setup)
{
    GPtrArray *names = g_ptr_array_new();
    for (gsize c = 0; c < setup->n_clients; c++)
        for (gsize i = 0; i < setup->clients[c].script.n; i++)
            if (setup->clients[c].script.steps[i].name)
                g_ptr_array_add(names, setup->clients[c].script.steps[i].name);
    g_ptr_array_add(names, NULL);
    return (const char **)g_ptr_array_free(names, FALSE);
}

RepStepName scn_find_step(ScnReader *reader, const char *name, ScnSpan span)
{
    RepStepName step = rep_setup_step(reader->setup, name);
    if (step.client >= 0)
        return step;
    g_autofree const char **names = step_names(reader->setup);
    g_autofree char *list = scn_word_list(names, " ", REFERENCES_SHOWN);
    const char *near = scn_suggest(name, names);
    ScnDiag *diag =
        scn_diags_add(reader->diags, SCN_UNKNOWN_STEP, span, "no step is called '%s'", name);
    scn_diag_label(diag, "known: %s", *list ? list : "none; give a step a 'name:'");
    if (near)
        scn_diag_help(diag, "did you mean '%s'?", near);
    return step;
}

static RepStepSetup *step_at(const RepSetup *setup, RepStepName name)
{
    return &setup->clients[name.client].script.steps[name.number];
}

static void link_context(ScnReader *reader, RepStepSetup *step, const ScnNode *node)
{
    if (!step->context_text)
        return;
    if (strcmp(step->context_text, "last") == 0 || strcmp(step->context_text, "none") == 0) {
        step->context = step->context_text[0] == 'l' ? REP_CONTEXT_LAST : REP_CONTEXT_NONE;
        return;
    }
    step->context = REP_CONTEXT_STEP;
    step->based_on = scn_find_step(reader, step->context_text, node->span);
    if (step->based_on.client < 0 || step_at(reader->setup, step->based_on)->key == step->key)
        return;
    ScnDiag *diag = scn_diags_add(reader->diags, SCN_STEP_MISFIT, node->span,
                                  "what '%s' showed is of another key", step->context_text);
    scn_diag_help(diag, "a context is what its author has seen of the key that he writes");
}

static void link_step(ScnReader *reader, RepStepSetup *step, const ScnNode *map)
{
    if (map->kind != SCN_MAP)
        return;
    if (step->after)
        step->follows = scn_find_step(reader, step->after, scn_map_get(map, "after")->span);
    link_context(reader, step, scn_map_get(map, "context"));
}

/* A step that waits for itself would never begin. */
static gboolean waits_for_itself(const RepSetup *setup, RepStepName name)
{
    RepStepName slow = name, fast = name;
    do {
        slow = step_at(setup, slow)->follows;
        fast = step_at(setup, fast)->follows;
        if (fast.client >= 0)
            fast = step_at(setup, fast)->follows;
        if (fast.client < 0)
            return FALSE;
    } while (slow.client != fast.client || slow.number != fast.number);
    return TRUE;
}

void scn_link_scripts(ScnReader *reader, const ScnNode *root)
{
    const RepSetup *setup = reader->setup;
    gsize n;
    g_autofree ScnNamed *clients = scn_named_entries(scn_map_get(root, "clients"), &n);
    for (gsize pass = 0; pass < 2; pass++)
        for (gsize c = 0; c < setup->n_clients && c < n; c++) {
            const RepScriptSetup *script = &setup->clients[c].script;
            const ScnNode *steps = scn_map_get(clients[c].value, "script");
            for (gsize i = 0; i < script->n; i++) {
                const ScnNode *map = steps->entries[i].value;
                if (pass == 0)
                    link_step(reader, &script->steps[i], map);
                else if (script->steps[i].follows.client >= 0 &&
                         waits_for_itself(setup, (RepStepName){(int)c, (int)i}))
                    report_when(reader, scn_map_get(map, "after")->span,
                                "this step waits for itself, through those that it follows",
                                "let one of them begin 'at' an instant");
            }
        }
}
