/*
 * build_faults.c — faults: one verb each, and the keys that go with it.
 */
#include "models/policies/policy.h"
#include "scenarios/format/build.h"
#include "scenarios/format/path.h"

#include "scenarios/format/suggest.h"

#include <string.h>

/* ---- names -------------------------------------------------------------------------------- */

static gboolean is_unnamed(const ScnNamed *entry)
{
    return entry->name[0] == '#';
}

static void check_fault_name(ScnReader *reader, const ScnNamed *entry)
{
    const ScnNode *name = scn_map_get(entry->value, "name");
    if (is_unnamed(entry)) {
        if (strspn(entry->name + 1, "0123456789") != strlen(entry->name + 1) ||
            strlen(entry->name) < 2 || strlen(entry->name) > 7 || entry->name[1] == '0')
            scn_check_name(reader, entry->key, "a fault");
        return;
    }
    scn_check_name(reader, entry->key, "a fault");
    if (scn_node_is_scalar(name) && strcmp(name->text, entry->name) != 0)
        scn_diags_add(reader->diags, SCN_BAD_NAME, name->span,
                      "this fault is called '%s' by its key", entry->name);
}

void scn_build_fault_names(ScnReader *reader, const ScnNode *root)
{
    RepSetup *setup = reader->setup;
    const ScnEntry *section = scn_map_find(root, "faults");
    gsize n;
    g_autofree ScnNamed *entries = scn_named_entries(section ? section->value : NULL, &n);
    if (n > SCN_FAULTS_MAX) {
        scn_diags_add(reader->diags, SCN_TOO_MANY, section->key->span, "%u faults are the most",
                      SCN_FAULTS_MAX);
        n = 0;
    }
    setup->faults = g_new0(RepFaultSetup, MAX(n, 1));
    setup->n_faults = n;
    for (gsize i = 0; i < n; i++) {
        check_fault_name(reader, &entries[i]);
        setup->faults[i].name = is_unnamed(&entries[i]) ? NULL : g_strdup(entries[i].name);
        setup->faults[i].kind = -1; /* no verb yet: rep_setup_free() looks for it */
    }
}

/* ---- verbs -------------------------------------------------------------------------------- */

static const RepFaultVerb *verb_of(const char *key)
{
    for (const RepFaultVerb *verb = rep_fault_verbs; verb->target.key; verb++)
        if (strcmp(verb->target.key, key) == 0)
            return verb;
    return NULL;
}

static const char **verb_names(void)
{
    GPtrArray *names = g_ptr_array_new();
    for (const RepFaultVerb *verb = rep_fault_verbs; verb->target.key; verb++)
        g_ptr_array_add(names, (gpointer)verb->target.key);
    g_ptr_array_add(names, NULL);
    return (const char **)g_ptr_array_free(names, FALSE);
}

static gboolean is_fault_key(const char *key)
{
    for (const RepField *field = rep_fault_fields; field->key; field++)
        if (strcmp(field->key, key) == 0)
            return TRUE;
    for (const RepFaultVerb *verb = rep_fault_verbs; verb->target.key; verb++)
        for (const RepField *field = verb->extras; field && field->key; field++)
            if (strcmp(field->key, key) == 0)
                return TRUE;
    return g_str_has_prefix(key, "x-");
}

/* No key is a verb: the first that is nothing else was meant as one. */
static void report_no_verb(ScnReader *reader, const ScnNamed *entry)
{
    g_autofree const char **names = verb_names();
    g_autofree char *list = scn_word_list(names, " ", 30);
    const ScnNode *meant = NULL;
    for (gsize i = 0; i < entry->value->n && !meant; i++)
        if (!is_fault_key(entry->value->entries[i].key->text))
            meant = entry->value->entries[i].key;
    if (!meant) {
        ScnSpan span = is_unnamed(entry) ? entry->value->span : entry->key->span;
        span.end = is_unnamed(entry) ? MIN(span.start + 1, span.end) : span.end;
        ScnDiag *diag = scn_diags_add(reader->diags, SCN_NO_VERB, span, "this fault does nothing");
        scn_diag_label(diag, "expected one of: %s", list);
        scn_diag_help(diag, "for example  crash: db1");
        scn_diag_more(diag, "replsim list faults");
        return;
    }
    const char *near = scn_suggest(meant->text, names);
    ScnDiag *diag = scn_diags_add(reader->diags, SCN_UNKNOWN_VERB, meant->span,
                                  "'%s' is not a fault", meant->text);
    if (near)
        scn_diag_label(diag, "did you mean '%s'?", near);
    else
        scn_diag_label(diag, "known: %s", list);
    scn_diag_more(diag, "replsim list faults");
}

/* `lose` beside `message` says what happens to the message. */
static gboolean is_extra(const RepFaultVerb *verb, const ScnNamed *entry)
{
    for (gsize i = 0; i < entry->value->n; i++) {
        const RepFaultVerb *other = verb_of(entry->value->entries[i].key->text);
        for (const RepField *field = other ? other->extras : NULL; field && field->key; field++)
            if (other != verb && strcmp(field->key, verb->target.key) == 0)
                return TRUE;
    }
    return FALSE;
}

/* The one verb of a fault, or NULL and a report. */
static const RepFaultVerb *find_verb(ScnReader *reader, const ScnNamed *entry)
{
    const RepFaultVerb *found = NULL;
    const ScnNode *first = NULL;
    for (gsize i = 0; i < entry->value->n; i++) {
        const ScnNode *key = entry->value->entries[i].key;
        const RepFaultVerb *verb = verb_of(key->text);
        if (verb && is_extra(verb, entry))
            continue;
        if (verb && found) {
            ScnDiag *diag = scn_diags_add(reader->diags, SCN_TWO_VERBS, key->span,
                                          "a fault does one thing, and this is a second");
            scn_diag_relate(diag, first->span, "the first");
            scn_diag_help(diag, "make two faults of it");
            return NULL;
        }
        if (verb) {
            found = verb;
            first = key;
        }
    }
    if (!found)
        report_no_verb(reader, entry);
    return found;
}

/* ---- one fault ---------------------------------------------------------------------------- */

/* What only a node has cannot be slowed on a link. */
static void check_slow(ScnReader *reader, const RepFaultSetup *fault, const ScnNamed *entry)
{
    static const char *const node_keys[] = {"cpu", "disk"};
    if (fault->kind != REP_FAULT_SLOW || fault->aim.link.to.kind == REP_PLACE_NONE)
        return;
    for (gsize i = 0; i < G_N_ELEMENTS(node_keys); i++) {
        const ScnEntry *given = scn_map_find(entry->value, node_keys[i]);
        if (!given)
            continue;
        ScnDiag *diag = scn_diags_add(reader->diags, SCN_FAULT_MISFIT, given->key->span,
                                      "a link has no %s", node_keys[i]);
        scn_diag_help(diag, "slow a node or region:  slow: db1");
    }
}

/* The key's entry, or NULL where it is absent or was reported as broken. */
static const ScnNode *given_key(const ScnNamed *entry, const char *key)
{
    const ScnEntry *given = scn_map_find(entry->value, key);
    return given ? given->key : NULL;
}

static void report_when(ScnReader *reader, const ScnNode *at, const char *message, const char *help)
{
    ScnDiag *diag = scn_diags_add(reader->diags, SCN_FAULT_WHEN, at->span, "%s", message);
    scn_diag_help(diag, "%s", help);
}

/* Neither up-time nor repair takes any time: the instant would never be over. */
static gboolean takes_no_time(const RepFaultVerb *verb, const RepFaultSetup *fault)
{
    if (!fault->every || sim_dist_mean(fault->every, 0) > 0)
        return FALSE;
    return verb->is_instant || fault->chance <= 0 ||
           (fault->duration && sim_dist_mean(fault->duration, 0) <= 0);
}

/* Either `at` or `every`; and what goes only with other keys. */
static void check_when(ScnReader *reader, const RepFaultVerb *verb, const RepFaultSetup *fault,
                       const ScnNamed *entry)
{
    const ScnNode *at = given_key(entry, "at"), *every = given_key(entry, "every");
    const ScnNode *length = given_key(entry, "for"), *crews = given_key(entry, "crews");
    const ScnNode *each = given_key(entry, "each"), *target = given_key(entry, verb->target.key);
    if (at && every)
        report_when(reader, every, "a fault happens 'at' an instant or 'every' so often, not both",
                    "make two faults of it");
    if (!at && !every)
        report_when(reader, target, "this fault has neither 'at' nor 'every'",
                    "for example  at: 30s");
    if (verb->is_instant && length)
        report_when(reader, length, "this is over at once and lasts for no time",
                    "leave 'for' out");
    if (every && !length && !verb->is_instant)
        report_when(reader, every, "a fault that happens again needs an end",
                    "for example  for: 20s");
    if (every && takes_no_time(verb, fault))
        report_when(reader, every, "this fault happens again and again at one instant",
                    "for example  every: 10min");
    if (crews && !length)
        report_when(reader, crews, "'crews' repair what lasts 'for' some time", "add 'for'");
    if (each && fault->aim.target.kind != REP_TARGET_EACH)
        report_when(reader, each, "'each' lists the targets of a fault whose target is 'each'",
                    "for example  crash: each");
    if (!each && fault->aim.target.kind == REP_TARGET_EACH)
        report_when(reader, target, "'each' of what?", "add a list:  each: [n1, n2, n3]");
    for (gsize i = 0; each && verb->target.type == REP_FIELD_TARGET_NODES && i < fault->each.n; i++)
        if (fault->each.places[i].kind != REP_PLACE_NODE) {
            report_when(reader, each, "this fault happens to nodes, and 'each' names a region",
                        "name its nodes");
            return;
        }
}

/* The message says when; it is of a step, and only what is sent to nodes is met. */
static void link_message(ScnReader *reader, RepFaultSetup *fault, const ScnNamed *entry)
{
    const ScnNode *of = scn_map_get(scn_map_get(entry->value, "message"), "of");
    fault->message.step = (RepStepName){-1, -1};
    if (fault->message.of && of)
        fault->message.step = scn_find_step(reader, fault->message.of, of->span);
    if (fault->drop && fault->delay > 0) {
        ScnDiag *diag =
            scn_diags_add(reader->diags, SCN_FAULT_MISFIT, given_key(entry, "delay")->span,
                          "a message that is lost is not late");
        scn_diag_help(diag, "leave one of 'lose' and 'delay' out");
    }
}

static void check_extras(ScnReader *reader, const RepFaultVerb *verb, const ScnNamed *entry)
{
    gboolean has_extra = FALSE;
    if (!verb->needs_extra)
        return;
    for (const RepField *field = verb->extras; field->key; field++)
        has_extra |= scn_map_find(entry->value, field->key) != NULL;
    if (has_extra)
        return;
    const RepField *tables[] = {verb->extras, NULL};
    g_autofree const char **keys = scn_field_keys(tables);
    g_autofree char *list = scn_word_list(keys, ", ", 12);
    const ScnEntry *place = scn_map_find(entry->value, verb->target.key);
    ScnDiag *diag = scn_diags_add(reader->diags, SCN_FAULT_CHANGES_NOTHING, place->key->span,
                                  "this fault changes nothing");
    scn_diag_label(diag, "it needs at least one of: %s", list);
    scn_diag_help(diag, "for example  %s: %s", verb->extras->key, verb->extras->example);
}

static void check_begin(ScnReader *reader, const RepFaultSetup *fault, const ScnNamed *entry)
{
    const RepSetup *setup = reader->setup;
    const ScnNode *at = scn_map_get(entry->value, "at");
    if (!at || !fault->at || !sim_dist_is_constant(fault->at))
        return;
    if (sim_dist_mean(fault->at, 0) < (double)setup->duration)
        return;
    g_autofree char *duration = scn_format_span(setup->duration);
    ScnDiag *diag = scn_diags_add(reader->diags, SCN_FAULT_TOO_LATE, at->span,
                                  "this fault begins when no operations come any more");
    scn_diag_label(diag, "the run lasts %s, and then drains", duration);
}

static void fill_fault(ScnReader *reader, RepFaultSetup *fault, const ScnNamed *entry)
{
    const RepField none[] = {{.key = NULL}}, name_only[] = {rep_fault_fields[0], {.key = NULL}};
    g_autofree char *part = scn_path_part(entry->name);
    g_autofree char *path = g_strdup_printf("faults.%s.", part);
    if (!scn_expect_map(reader, entry->value, "a fault") || entry->value->kind != SCN_MAP)
        return;
    const RepFaultVerb *verb = find_verb(reader, entry);
    if (!verb)
        return;
    fault->kind = verb->kind;
    const RepField target[] = {verb->target, {.key = NULL}};
    const RepField *extras = verb->extras ? verb->extras : none;
    const RepField *tables[] = {verb->has_no_time ? name_only : rep_fault_fields, target, extras,
                                NULL};
    g_autofree char *what = g_strdup_printf("'%s'", verb->target.key);
    scn_check_keys(reader, entry->value, what, tables);
    ScnFill fill = {.base = fault, .map = entry->value, .owner = entry->key, .path = path};
    for (const RepField **table = tables; *table; table++) {
        fill.fields = *table;
        scn_fill(reader, &fill);
    }
    if (verb->has_no_time)
        link_message(reader, fault, entry);
    else
        check_when(reader, verb, fault, entry);
    check_slow(reader, fault, entry);
    check_extras(reader, verb, entry);
    check_begin(reader, fault, entry);
}

/* ---- targets that depend on the policy ---------------------------------------------------- */

static guint n_holders(const RepSetup *setup)
{
    guint n = 0;
    for (gsize node = 0; node < setup->n_nodes; node++)
        n += setup->policy->holds(setup, (int)node, 0) ||
                     (setup->policy->stores && setup->policy->stores(setup, (int)node))
                 ? 1
                 : 0;
    return n;
}

static const ScnNode *target_of(const RepFaultSetup *fault, const ScnNamed *entry)
{
    const RepFaultVerb *verb = rep_fault_verbs;
    while (verb->target.key && verb->kind != fault->kind)
        verb++;
    return entry->value->kind == SCN_MAP ? scn_map_get(entry->value, verb->target.key) : NULL;
}

/* Several nodes take writes, each into a log of its own. */
static gboolean has_logs_of_leaders(const RepSetup *setup)
{
    for (int node = 0; setup->policy->conflict_rule && node < (int)setup->n_nodes; node++)
        if (setup->policy->holds(setup, node, 0))
            return TRUE;
    return FALSE;
}

/* Who joins later must be known from the start, and cannot lead from the start. */
static void check_join(ScnReader *reader, const RepFaultSetup *fault, const ScnNode *target)
{
    const RepSetup *setup = reader->setup;
    RepTargetKind kind = fault->aim.target.kind;
    if (kind == REP_TARGET_LEADER || kind == REP_TARGET_ANY_FOLLOWER ||
        kind == REP_TARGET_MINORITY || kind == REP_TARGET_REPLICAS) {
        ScnDiag *diag = scn_diags_add(reader->diags, SCN_BAD_TARGET, target->span,
                                      "a node that joins later is named");
        scn_diag_help(diag, "for example  join: %s", setup->nodes[setup->n_nodes - 1].name);
        return;
    }
    if (has_logs_of_leaders(setup)) {
        scn_diags_add(reader->diags, SCN_BAD_TARGET, target->span,
                      "nobody can join later where each leader has a log of its own");
        return;
    }
    int leader = -1;
    for (int log = 0; setup->policy->first_leader && log < setup->policy->logs(setup); log++)
        if (leader < 0 || !rep_fault_names_node(fault, leader))
            leader = setup->policy->first_leader(setup, log);
    if (leader < 0 || !rep_fault_names_node(fault, leader))
        return;
    ScnDiag *diag = scn_diags_add(reader->diags, SCN_BAD_TARGET, target->span,
                                  "%s leads from the start, so it cannot join later",
                                  setup->nodes[leader].name);
    scn_diag_help(diag, "let a follower join");
}

/* No more replicas than a key has. */
static void check_replicas(ScnReader *reader, const RepTarget *target, const ScnNode *place,
                           guint holders)
{
    const RepSetup *setup = reader->setup;
    guint n = setup->policy->n_keepers ? setup->policy->n_keepers(setup) : holders;
    if (target->kind != REP_TARGET_REPLICAS || !place || target->count <= (gint64)n)
        return;
    ScnDiag *diag = scn_diags_add(reader->diags, SCN_BAD_TARGET, place->span,
                                  "%" G_GINT64_FORMAT " of the replicas of a key", target->count);
    scn_diag_label(diag, n == 1 ? "it has one" : "it has %u", n);
}

void scn_check_targets(ScnReader *reader, const ScnNode *root)
{
    const RepSetup *setup = reader->setup;
    const ScnEntry *section = scn_map_find(root, "faults");
    gsize n;
    g_autofree ScnNamed *entries = scn_named_entries(section ? section->value : NULL, &n);
    guint holders = n_holders(setup);
    for (gsize i = 0; i < setup->n_faults && i < n; i++) {
        const RepFaultSetup *fault = &setup->faults[i];
        RepTargetKind kind = fault->aim.target.kind;
        guint least = kind == REP_TARGET_ANY_FOLLOWER ? 2 : kind == REP_TARGET_MINORITY ? 3 : 0;
        const ScnNode *target = target_of(fault, &entries[i]);
        check_replicas(reader, &fault->aim.target, target, holders);
        if (target && fault->kind == REP_FAULT_JOIN)
            check_join(reader, fault, target);
        if (holders >= least || !target)
            continue;
        ScnDiag *diag = scn_diags_add(reader->diags, SCN_TARGET_MATCHES_NOTHING, target->span,
                                      "there is no %s here",
                                      kind == REP_TARGET_MINORITY ? "minority" : "follower");
        scn_diag_label(diag, holders == 1 ? "one node holds the data" : "%u nodes hold the data",
                       holders);
    }
}

void scn_build_faults(ScnReader *reader, const ScnNode *root)
{
    RepSetup *setup = reader->setup;
    const ScnEntry *section = scn_map_find(root, "faults");
    gsize n;
    g_autofree ScnNamed *entries = scn_named_entries(section ? section->value : NULL, &n);
    if (section && section->value->kind == SCN_SCALAR && !scn_node_is_empty(section->value)) {
        ScnDiag *diag = scn_diags_add(reader->diags, SCN_WRONG_SHAPE, section->value->span,
                                      "'faults' is a list");
        scn_diag_help(diag, "for example  [{at: 30s, crash: db1, for: 20s}]");
    }
    for (gsize i = 0; i < setup->n_faults && i < n; i++)
        fill_fault(reader, &setup->faults[i], &entries[i]);
}
