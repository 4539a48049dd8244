/* random_scenario.c — see random_scenario.h. */
#include "scenarios/format/random_scenario.h"

#include "models/policies/policy.h"
#include "scenarios/format/blocks.h"
#include "scenarios/format/random_value.h"
#include "scenarios/format/random_weights.h"
#include "scenarios/format/scenario.h"

#include <string.h>

#define REPAIRS_MAX 40

/* ---- the parts ---------------------------------------------------------------------------- */

static void add_run(ScnDraft *draft, guint64 seed)
{
    GString *text = draft->text;
    draft->duration_ms = 200 + scn_draft_between(draft, 0, 2000);
    g_string_append_printf(text, "replsim: 1\nseed: %" G_GUINT64_FORMAT "\nduration: %ums\n",
                           seed & (guint64)G_MAXINT64, draft->duration_ms);
    if (scn_draft_chance(draft, 25))
        g_string_append_printf(text, "warmup: %ums\n",
                               scn_draft_below(draft, draft->duration_ms / 2));
    if (scn_draft_chance(draft, 15))
        g_string_append_printf(text, "drain: %ums\n", scn_draft_between(draft, 0, 2000));
}

static void add_network(ScnDraft *draft)
{
    GString *text = draft->text;
    g_string_append(text, "network:\n  within: ");
    scn_draft_delay(draft, 50, 5000);
    g_string_append_c(text, '\n');
    if (draft->n_regions > 1)
        g_string_append(text, "  between:\n");
    for (guint a = 1; a <= draft->n_regions; a++)
        for (guint b = a + 1; b <= draft->n_regions; b++) {
            g_string_append_printf(text, "    %c%u <-> %c%u: ", SCN_DRAFT_REGION, a,
                                   SCN_DRAFT_REGION, b);
            scn_draft_delay(draft, 1000, 60000);
            g_string_append_c(text, '\n');
        }
    for (const RepField *field = rep_network_fields; field->key; field++)
        if (strcmp(field->key, "within") != 0 && strcmp(field->key, "between") != 0 &&
            scn_draft_chance(draft, 30))
            scn_draft_field(draft, field, 2);
}

static void add_machines(ScnDraft *draft)
{
    GString *text = draft->text;
    if (scn_draft_chance(draft, 70)) {
        g_string_append(text, "storage:\n");
        scn_draft_fields(draft, rep_storage_fields, 50, 2);
    }
    if (scn_draft_chance(draft, 50)) {
        g_string_append(text, "cpu:\n");
        scn_draft_fields(draft, rep_cpu_fields, 50, 2);
    }
    g_string_append(text, "regions: [");
    for (guint i = 1; i <= draft->n_regions; i++)
        g_string_append_printf(text, "%s%c%u", i > 1 ? ", " : "", SCN_DRAFT_REGION, i);
    g_string_append(text, "]\nnodes:\n");
    for (guint i = 1; i <= draft->n_nodes; i++) {
        guint region = 1 + scn_draft_below(draft, draft->n_regions);
        gboolean is_plain = scn_draft_chance(draft, 70);
        g_string_append_printf(text, is_plain ? "  %c%u: %c%u\n" : "  %c%u:\n    region: %c%u\n",
                               SCN_DRAFT_NODE, i, SCN_DRAFT_REGION, region);
        for (const RepField *field = rep_node_fields; !is_plain && field->key; field++)
            if (field->type == REP_FIELD_MAPPING && scn_draft_chance(draft, 50))
                scn_draft_field(draft, field, 4);
    }
}

static void add_clients(ScnDraft *draft)
{
    g_string_append(draft->text, "clients:\n");
    for (guint i = 1; i <= draft->n_clients; i++) {
        g_string_append_printf(draft->text, "  %c%u:\n", SCN_DRAFT_CLIENT, i);
        scn_draft_fields(draft, rep_client_fields, 40, 4);
    }
    scn_draft_script(draft);
}

static void add_policy(ScnDraft *draft)
{
    guint n = 0;
    while (rep_policies[n])
        n++;
    /* The first has the most to go wrong: it is as likely as all others together. */
    guint lot = scn_draft_below(draft, 2 * n - 2);
    const RepPolicyOps *policy = rep_policies[lot < n - 1 ? 0 : lot - (n - 1) + 1];
    draft->may_join = !policy->conflict_rule;
    g_string_append_printf(draft->text, "policy:\n  model: %s\n", policy->name);
    scn_draft_fields(draft, policy->fields, 40, 2);
}

/* One of these keys says when; the others, how often each of the rest is given, in per cent. */
static gboolean takes_key(ScnDraft *draft, const char *key, gboolean repeats)
{
    if (strcmp(key, "at") == 0)
        return !repeats;
    if (strcmp(key, "every") == 0)
        return repeats;
    if (strcmp(key, "each") == 0)
        return draft->targets_each;
    if (strcmp(key, "crews") == 0)
        return draft->targets_each && scn_draft_chance(draft, 40);
    return scn_draft_chance(draft, strcmp(key, "for") == 0 ? (repeats ? 100 : 90) : 10);
}

static guint weight_of(const ScnDraft *draft, const RepFaultVerb *verb)
{
    if (verb->kind == REP_FAULT_MESSAGE && draft->n_steps == 0)
        return 0;
    return verb->kind == REP_FAULT_JOIN && !draft->may_join ? 0
                                                            : scn_weight_of_verb(verb->target.key);
}

static const RepFaultVerb *draw_verb(ScnDraft *draft)
{
    guint total = 0;
    for (const RepFaultVerb *verb = rep_fault_verbs; verb->target.key; verb++)
        total += weight_of(draft, verb);
    guint lot = scn_draft_below(draft, total);
    const RepFaultVerb *verb = rep_fault_verbs;
    for (; lot >= weight_of(draft, verb); verb++)
        lot -= weight_of(draft, verb);
    return verb;
}

static void add_fault(ScnDraft *draft)
{
    const RepFaultVerb *verb = draw_verb(draft);
    gboolean repeats = scn_draft_chance(draft, scn_chance_of_repeats(verb->target.key));
    gsize before = draft->text->len;
    draft->targets_each = scn_draft_chance(draft, 8);
    if (verb->kind == REP_FAULT_MESSAGE) {
        scn_draft_message(draft);
        return;
    }
    if (!scn_draft_field(draft, &verb->target, 4))
        return;
    draft->text->str[before + 2] = '-';
    for (const RepField *field = rep_fault_fields; field->key; field++)
        if (takes_key(draft, field->key, repeats) &&
            !(verb->is_instant && strcmp(field->key, "for") == 0))
            scn_draft_field(draft, field, 4);
    if (verb->extras)
        for (const RepField *field = verb->extras; field->key; field++)
            if (field->required || scn_draft_chance(draft, verb->needs_extra ? 60 : 25))
                scn_draft_field(draft, field, 4);
    draft->targets_each = FALSE;
}

static void add_faults(ScnDraft *draft)
{
    guint n = scn_draft_chance(draft, 15) ? 0 : 1 + scn_draft_between(draft, 0, 6);
    if (n > 0)
        g_string_append(draft->text, "faults:\n");
    for (; n > 0; n--)
        add_fault(draft);
}

/* For all, and perhaps for one. */
static void add_clocks(ScnDraft *draft)
{
    RepField row = rep_clock_fields[0];
    if (!scn_draft_chance(draft, 30))
        return;
    g_string_append(draft->text, "clocks:\n");
    row.key = "default";
    scn_draft_field(draft, &row, 2);
    row.key = "n1";
    if (scn_draft_chance(draft, 50))
        scn_draft_field(draft, &row, 2);
}

static void add_wake(ScnDraft *draft)
{
    if (scn_draft_chance(draft, 15))
        scn_draft_field(draft, scn_draft_find(rep_top_fields, "wake"), 0);
}

/* ---- what does not fit -------------------------------------------------------------------- */

/* Takes out the lines that the reader complains about; TRUE: it has nothing to say. */
static gboolean repair(GString *text)
{
    g_autoptr(ScnDiags) diags = scn_diags_new();
    ScnInput input = {.bytes = text->str, .length = text->len, .display = "random"};
    g_autoptr(ScnScenario) scenario = scn_load_bytes(&input, NULL, diags);
    if (scenario)
        return TRUE;
    /* The last first, so that the places of the others stay what they are. */
    gsize upto = text->len + 1;
    for (gsize i = scn_diags_count(diags); i-- > 0;) {
        ScnSpan span = scn_diags_get(diags, i)->span;
        if (!span.source || span.start >= upto)
            continue;
        ScnBlock block = scn_block_at(text->str, span.start);
        g_string_erase(text, (gssize)block.start, (gssize)(block.end - block.start));
        upto = block.start;
    }
    return FALSE;
}

static gboolean draw(ScnDraft *draft, guint64 seed)
{
    g_string_truncate(draft->text, 0);
    draft->n_steps = 0;
    add_run(draft, seed);
    add_network(draft);
    add_machines(draft);
    add_clients(draft);
    add_policy(draft);
    add_faults(draft);
    add_clocks(draft);
    add_wake(draft);
    for (guint i = 0; i < REPAIRS_MAX && draft->text->len; i++)
        if (repair(draft->text))
            return TRUE;
    return FALSE;
}

char *scn_random_scenario(guint64 seed)
{
    ScnDraft draft = {.text = g_string_new(NULL)};
    sim_rng_seed(&draft.rng, seed);
    do {
        draft.n_regions = 1 + scn_draft_below(&draft, 3);
        draft.n_nodes = 1 + scn_draft_below(&draft, 7);
        draft.n_clients = 1 + scn_draft_below(&draft, 2);
    } while (!draw(&draft, seed));
    return g_string_free(draft.text, FALSE);
}
