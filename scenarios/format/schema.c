/* schema.c — the walk over all tables. */
#include "scenarios/format/schema.h"

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
        visit_table(walk, field->fields, named, depth + 2);
        break;
    case REP_INSIDE_DEFAULTS:
        visit_table(walk, field->fields, path, depth + 1);
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

const char *scn_field_kind(const RepField *field)
{
    switch (field->type) {
    case REP_FIELD_SPAN:
        return "a duration";
    case REP_FIELD_SPAN_OR_NEVER:
        return "a duration, or 'never'";
    case REP_FIELD_DIST:
        return "a duration or a distribution";
    case REP_FIELD_DIST_OR_NEVER:
        return "a duration, a distribution, or 'never'";
    case REP_FIELD_RATIO:
        return "a share";
    case REP_FIELD_COUNT:
        return "a whole number";
    case REP_FIELD_SIZE:
        return "a size";
    case REP_FIELD_BANDWIDTH:
        return "a bandwidth";
    case REP_FIELD_FACTOR:
        return "a factor";
    case REP_FIELD_LATENCY_CHANGE:
        return "a factor, a duration or a distribution";
    case REP_FIELD_BOOL:
        return "true or false";
    case REP_FIELD_TEXT:
        return "a text";
    case REP_FIELD_NAME:
        return "a name";
    case REP_FIELD_ARRIVALS:
        return "arrivals";
    case REP_FIELD_KEYS:
        return "a law of keys";
    case REP_FIELD_NODE:
    case REP_FIELD_PLACE_NODE:
        return "a node";
    case REP_FIELD_NODES:
        return "a list of nodes";
    case REP_FIELD_CLIENT:
        return "a client group";
    case REP_FIELD_PLACE:
        return "a node or region";
    case REP_FIELD_PLACES:
        return "a list of nodes or regions";
    case REP_FIELD_GROUPS:
        return "groups of nodes or regions";
    case REP_FIELD_LINK:
        return "a link: 'a <-> b' or 'a -> b'";
    case REP_FIELD_LINK_OR_PLACE:
        return "a link, a node or a region";
    case REP_FIELD_CHOICE:
        return "one of several";
    case REP_FIELD_CHOICES:
        return "'none', or a list";
    case REP_FIELD_SHARES:
        return "a share for each region, or 'equal'";
    case REP_FIELD_READ_AFTER:
        return "a share 'after' a delay";
    case REP_FIELD_NUMBER:
        return "a number";
    case REP_FIELD_RATE:
        return "a rate";
    case REP_FIELD_MAPPING:
        return "a mapping";
    case REP_FIELD_READER:
        break;
    }
    switch (field->inside) {
    case REP_INSIDE_VALUE:
        return "a text";
    case REP_INSIDE_TEXTS:
        return "a list of texts";
    case REP_INSIDE_NAMES:
        return "a list of names";
    case REP_INSIDE_ENTRIES:
    case REP_INSIDE_DEFAULTS:
    case REP_INSIDE_LINKS:
    case REP_INSIDE_POLICY:
    case REP_INSIDE_VARIANTS:
        return "a mapping";
    case REP_INSIDE_FAULTS:
        return "a list of faults";
    case REP_INSIDE_EXPECT:
        return "a list of checks";
    }
    SIM_UNREACHABLE();
}
