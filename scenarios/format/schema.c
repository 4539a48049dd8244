/* schema.c — the walk over all tables. */
#include "scenarios/format/schema.h"

#include "scenarios/format/presets.h"
#include "sim/check.h"

typedef struct Walk {
    ScnKeyVisit visit;
    void *data;
    const RepPolicyOps *policy;
    const RepFaultVerb *verb;
} Walk;

static void visit_table(const Walk *walk, const RepField *fields, const char *path, int depth);

static void visit_field(const Walk *walk, const RepField *field, const char *path, int depth)
{
    ScnKey key = {
        .path = path, .field = field, .depth = depth, .policy = walk->policy, .verb = walk->verb};
    walk->visit(walk->data, &key);
}

static const RepField *mapping_args(const RepField *field)
{
    if (field->type != REP_FIELD_CHOICE)
        return NULL;
    for (const RepChoice *choice = field->choices; choice && choice->name; choice++)
        if (choice->form == REP_FORM_MAPPING)
            return choice->args;
    return NULL;
}

static void visit_policies(const Walk *walk, const char *path, int depth)
{
    static const RepField model = {.key = "model",
                                   .type = REP_FIELD_READER,
                                   .fallback = "single-leader",
                                   .doc = "the replication policy",
                                   .example = "single-leader"};
    g_autofree char *model_path = g_strconcat(path, ".model", NULL);
    visit_field(walk, &model, model_path, depth);
    visit_table(walk, scn_preset_field, path, depth);
    for (gsize i = 0; rep_policies[i]; i++) {
        Walk inside = *walk;
        inside.policy = rep_policies[i];
        visit_table(&inside, rep_policies[i]->fields, path, depth);
    }
}

static void visit_faults(const Walk *walk, const char *path, int depth)
{
    visit_table(walk, rep_fault_fields, path, depth);
    for (const RepFaultVerb *verb = rep_fault_verbs; verb->target.key; verb++) {
        Walk inside = *walk;
        const RepField target[] = {verb->target, {.key = NULL}};
        inside.verb = verb;
        visit_table(&inside, target, path, depth);
        if (verb->extras)
            visit_table(&inside, verb->extras, path, depth);
    }
}

/* What is inside a key that the reader has code for. */
static void visit_inside(const Walk *walk, const RepField *field, const char *path, int depth)
{
    g_autofree char *named = g_strconcat(path, ".NAME", NULL);
    switch (field->inside) {
    case REP_INSIDE_ENTRIES:
    case REP_INSIDE_SCRIPT:
        visit_table(walk, field->fields, named, depth + 2);
        break;
    case REP_INSIDE_DEFAULTS:
        visit_table(walk, field->fields, path, depth + 1);
        break;
    case REP_INSIDE_CLOCKS:
        visit_field(walk, field->fields, named, depth + 1);
        break;
    case REP_INSIDE_LINKS: {
        g_autofree char *link = g_strconcat(path, ".LINK", NULL);
        visit_field(walk, field->fields, link, depth + 1);
        break;
    }
    case REP_INSIDE_POLICY:
        visit_policies(walk, path, depth + 1);
        break;
    case REP_INSIDE_FAULTS:
        visit_faults(walk, named, depth + 2);
        break;
    case REP_INSIDE_VALUE:
    case REP_INSIDE_TEXTS:
    case REP_INSIDE_NAMES:
    case REP_INSIDE_VARIANTS:
    case REP_INSIDE_EXPECT:
        break;
    }
}

static void visit_table(const Walk *walk, const RepField *fields, const char *path, int depth)
{
    for (const RepField *field = fields; field->key; field++) {
        g_autofree char *inside =
            *path ? g_strconcat(path, ".", field->key, NULL) : g_strdup(field->key);
        visit_field(walk, field, inside, depth);
        if (field->type == REP_FIELD_MAPPING)
            visit_table(walk, field->fields, inside, depth + 1);
        else if (field->type == REP_FIELD_READER)
            visit_inside(walk, field, inside, depth);
        else if (mapping_args(field))
            visit_table(walk, mapping_args(field), inside, depth + 1);
    }
}

void scn_schema_walk(ScnKeyVisit visit, void *data)
{
    Walk walk = {.visit = visit, .data = data};
    visit_table(&walk, rep_top_fields, "", 0);
}

static const char *const kinds[] = {
    [REP_FIELD_SPAN] = "a duration",
    [REP_FIELD_SPAN_OR_NEVER] = "a duration, or 'never'",
    [REP_FIELD_DIST] = "a duration or a distribution",
    [REP_FIELD_DIST_OR_NEVER] = "a duration, a distribution, or 'never'",
    [REP_FIELD_RATIO] = "a share",
    [REP_FIELD_COUNT] = "a whole number",
    [REP_FIELD_SIZE] = "a size",
    [REP_FIELD_RETENTION] = "a number of entries, a size, or 'unlimited'",
    [REP_FIELD_BANDWIDTH] = "a bandwidth",
    [REP_FIELD_FACTOR] = "a factor",
    [REP_FIELD_LATENCY_CHANGE] = "a factor, a duration or a distribution",
    [REP_FIELD_BOOL] = "true or false",
    [REP_FIELD_TEXT] = "a text",
    [REP_FIELD_VALUE] = "a text, or a list of texts",
    [REP_FIELD_NAME] = "a name",
    [REP_FIELD_ARRIVALS] = "arrivals",
    [REP_FIELD_KEYS] = "a law of keys",
    [REP_FIELD_NODE] = "a node",
    [REP_FIELD_NODES] = "a list of nodes",
    [REP_FIELD_CLIENT] = "a client group",
    [REP_FIELD_PLACES] = "a list of nodes or regions",
    [REP_FIELD_TARGET] = "a node or region, or words such as 'the leader'",
    [REP_FIELD_TARGET_NODES] = "a node, or words such as 'any follower'",
    [REP_FIELD_GROUPS] = "groups of nodes or regions",
    [REP_FIELD_LINK] = "a link: 'a <-> b' or 'a -> b'",
    [REP_FIELD_LINKS] = "a list of links: 'a <-> b' or 'a -> b'",
    [REP_FIELD_LINK_OR_TARGET] = "a link, a node or a region",
    [REP_FIELD_CHOICE] = "one of several",
    [REP_FIELD_CHOICES] = "'none', or a list",
    [REP_FIELD_SHARES] = "a share for each region, or 'equal'",
    [REP_FIELD_NODE_MAP] = "a node for each of some nodes, or 'leader'",
    [REP_FIELD_KEY_HOMES] = "a region for each prefix of keys",
    [REP_FIELD_READ_AFTER] = "a share 'after' a delay",
    [REP_FIELD_NUMBER] = "a number",
    [REP_FIELD_RATE] = "a rate",
    [REP_FIELD_MAPPING] = "a mapping",
};

static const char *const kinds_inside[] = {
    [REP_INSIDE_VALUE] = "a text",
    [REP_INSIDE_TEXTS] = "a list of texts",
    [REP_INSIDE_NAMES] = "a list of names",
    [REP_INSIDE_ENTRIES] = "a mapping",
    [REP_INSIDE_DEFAULTS] = "a mapping",
    [REP_INSIDE_CLOCKS] = "a mapping: default or node -> clock",
    [REP_INSIDE_LINKS] = "a mapping",
    [REP_INSIDE_POLICY] = "a mapping",
    [REP_INSIDE_VARIANTS] = "a mapping",
    [REP_INSIDE_FAULTS] = "a list of faults",
    [REP_INSIDE_SCRIPT] = "a list of steps",
    [REP_INSIDE_EXPECT] = "a list of checks",
};

const char *scn_field_kind(const RepField *field)
{
    const char *kind =
        field->type == REP_FIELD_READER ? kinds_inside[field->inside] : kinds[field->type];
    SIM_CHECK(kind, "no words for the type of '%s'", field->key);
    return kind;
}
