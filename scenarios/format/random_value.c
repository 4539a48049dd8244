/* random_value.c — see random_value.h. */
#include "scenarios/format/random_value.h"

#include "scenarios/format/random_weights.h"

#include <string.h>

/* ---- luck --------------------------------------------------------------------------------- */

guint scn_draft_below(ScnDraft *draft, guint n)
{
    SimDraw draw = sim_draw_sequential(&draft->rng);
    return (guint)sim_draw_below(&draw, MAX(n, 1));
}

gboolean scn_draft_chance(ScnDraft *draft, guint percent)
{
    return scn_draft_below(draft, 100) < percent;
}

/* Half of the draws lie below the sixteenth part of the range, so that sizes of every order
 * occur. */
guint scn_draft_between(ScnDraft *draft, guint low, guint high)
{
    guint range = high - low;
    if (scn_draft_chance(draft, 50))
        range = range / 16;
    return low + scn_draft_below(draft, range + 1);
}

/* ---- how large ---------------------------------------------------------------------------- */

typedef struct Range {
    const char *key;
    guint low, high;
} Range;

/* By key; times in microseconds, shares in per cent, factors in tenths. */
static const Range ranges[] = {{"K", 1, 3},
                               {"ack_timeout", 20000, 400000},
                               {"apply", 0, 1500},
                               {"apply_delay", 0, 400000},
                               {"apply_workers", 1, 4},
                               {"bandwidth", 50000, 20000000},
                               {"burst", 1000, 100000},
                               {"by", 0, 400000},
                               {"chance", 20, 100},
                               {"count", 1, 3},
                               {"crews", 1, 2},
                               {"detect", 20000, 400000},
                               {"error_p99", 0, 100000},
                               {"evict", 20000, 400000},
                               {"fsync", 0, 40000},
                               {"heartbeat", 5000, 100000},
                               {"lease", 30000, 600000},
                               {"max_lag", 5000, 500000},
                               {"message_size", 0, 1500},
                               {"most", 200, 5000},
                               {"min", 1, 3},
                               {"probe", 2000, 60000},
                               {"read", 0, 800},
                               {"redirect", 0, 200000},
                               {"snapshot_size", 0, 1000000},
                               {"takes", 0, 250000},
                               {"times", 0, 3},
                               {"transport_acks", 1, 4},
                               {"up_to", 0, 300000},
                               {"value_size", 1, 4000},
                               {"wake", 0, 400},
                               {"workers", 0, 4},
                               {"write", 0, 800},
                               {NULL, 0, 0}};

static Range range_of(const RepField *field, guint low, guint high)
{
    for (const Range *range = ranges; range->key; range++)
        if (strcmp(range->key, field->key) == 0)
            return *range;
    return (Range){field->key, low, high};
}

static guint size_of(ScnDraft *draft, const RepField *field, guint low, guint high)
{
    Range range = range_of(field, low, high);
    return scn_draft_between(draft, range.low, range.high);
}

/* ---- times -------------------------------------------------------------------------------- */

/* When and how long faults are is measured against the run. */
static guint time_of(ScnDraft *draft, const RepField *field)
{
    guint duration_us = draft->duration_ms * 1000;
    if (strcmp(field->key, "at") == 0)
        return scn_draft_below(draft, duration_us);
    if (strcmp(field->key, "for") == 0)
        return 1000 + scn_draft_between(draft, 0, duration_us / 2);
    if (strcmp(field->key, "every") == 0)
        return duration_us / 30 + scn_draft_between(draft, 0, duration_us);
    return size_of(draft, field, 1000, 200000);
}

static void add_law(ScnDraft *draft, guint us)
{
    GString *text = draft->text;
    switch (us ? scn_draft_below(draft, 7) : 0) {
    case 0:
    case 1:
    case 2:
        g_string_append_printf(text, "%uus", us);
        return;
    case 3:
        g_string_append_printf(text, "exponential(mean=%uus)", us);
        return;
    case 4:
        g_string_append_printf(text, "lognormal(p50=%uus, p99=%uus)", us,
                               us * (2 + scn_draft_below(draft, 5)));
        return;
    case 5:
        g_string_append_printf(text, "uniform(%uus, %uus)", us / 2, us * 2);
        return;
    default:
        g_string_append_printf(text, "pareto(min=%uus, alpha=2.5, max=%uus)", us, us * 20);
        return;
    }
}

void scn_draft_delay(ScnDraft *draft, guint low_us, guint high_us)
{
    add_law(draft, scn_draft_chance(draft, 8) ? 0 : scn_draft_between(draft, low_us, high_us));
}

static void add_dist(ScnDraft *draft, const RepField *field)
{
    guint us = time_of(draft, field);
    if (strcmp(field->key, "apply_per_byte") == 0)
        g_string_append_printf(draft->text, "%uns", scn_draft_below(draft, 30));
    else if (strcmp(field->key, "timeout") == 0)
        /* Of elections: without spread two candidates tie for ever. */
        g_string_append_printf(draft->text, "uniform(%ums, %ums)", 40 + us / 2000, 120 + us / 1000);
    else
        add_law(draft, us);
}

/* ---- places ------------------------------------------------------------------------------- */

static void add_node(ScnDraft *draft)
{
    g_string_append_printf(draft->text, "%c%u", SCN_DRAFT_NODE,
                           1 + scn_draft_below(draft, draft->n_nodes));
}

static void add_region(ScnDraft *draft)
{
    g_string_append_printf(draft->text, "%c%u", SCN_DRAFT_REGION,
                           1 + scn_draft_below(draft, draft->n_regions));
}

static void add_place(ScnDraft *draft)
{
    if (scn_draft_chance(draft, 30))
        add_region(draft);
    else
        add_node(draft);
}

/* Each of n with the chance; at least one. */
static void add_some(ScnDraft *draft, char letter, guint n, guint percent)
{
    guint sure = scn_draft_below(draft, n), count = 0;
    g_string_append_c(draft->text, '[');
    for (guint i = 0; i < n; i++)
        if (i == sure || scn_draft_chance(draft, percent))
            g_string_append_printf(draft->text, "%s%c%u", count++ ? ", " : "", letter, i + 1);
    g_string_append_c(draft->text, ']');
}

void scn_draft_link(ScnDraft *draft)
{
    if (draft->n_regions > 1 && scn_draft_chance(draft, 40)) {
        add_region(draft);
        g_string_append(draft->text, scn_draft_chance(draft, 60) ? " <-> " : " -> ");
        add_region(draft);
        return;
    }
    add_place(draft);
    g_string_append(draft->text, scn_draft_chance(draft, 60) ? " <-> " : " -> ");
    add_place(draft);
}

/* All nodes in one row with links both ways, or in a circle with links one way, and perhaps one
 * link more. */
static void add_node_links(ScnDraft *draft)
{
    guint n = draft->n_nodes, turn = scn_draft_below(draft, n);
    gboolean both_ways = scn_draft_chance(draft, 50);
    g_string_append_c(draft->text, '[');
    for (guint i = 0; i + (both_ways ? 1 : 0) < n; i++)
        g_string_append_printf(draft->text, "%s%c%u %s %c%u", i ? ", " : "", SCN_DRAFT_NODE,
                               1 + (i + turn) % n, both_ways ? "<->" : "->", SCN_DRAFT_NODE,
                               1 + (i + 1 + turn) % n);
    if (n > 3 && scn_draft_chance(draft, 50))
        g_string_append_printf(draft->text, ", %c%u -> %c%u", SCN_DRAFT_NODE, 1 + turn,
                               SCN_DRAFT_NODE, 1 + (turn + 2) % n);
    g_string_append_c(draft->text, ']');
}

/* Whom a fault hits; under `each` the draft says so beforehand. */
static void add_target(ScnDraft *draft, gboolean also_regions)
{
    static const char *const words[] = {"the leader", "any follower", "a minority"};
    GString *text = draft->text;
    if (draft->targets_each) {
        g_string_append(text, "each");
        return;
    }
    switch (scn_draft_below(draft, 8)) {
    case 0:
    case 1:
        g_string_append(text, words[scn_draft_below(draft, G_N_ELEMENTS(words))]);
        return;
    case 2:
        g_string_append_printf(text, "%u of ", 1 + scn_draft_below(draft, 2));
        add_some(draft, SCN_DRAFT_NODE, draft->n_nodes, 60);
        return;
    case 3:
        if (scn_draft_chance(draft, 50)) {
            g_string_append_printf(text, "%u of replicas(%s)", 1 + scn_draft_below(draft, 2),
                                   scn_draft_chance(draft, 50) ? "key" : "1");
            return;
        }
        add_some(draft, SCN_DRAFT_NODE, draft->n_nodes, 20);
        return;
    default:
        if (also_regions)
            add_place(draft);
        else
            add_node(draft);
        return;
    }
}

/* Nodes or regions dealt into two groups; some into none, which is a third. */
static void add_groups(ScnDraft *draft)
{
    gboolean by_region = draft->n_regions > 2 && scn_draft_chance(draft, 30);
    guint n = by_region ? draft->n_regions : draft->n_nodes;
    GString *groups[2] = {g_string_new(NULL), g_string_new(NULL)};
    for (guint i = 0; i < n; i++) {
        guint group = i < 2 ? i : scn_draft_below(draft, 5) / 2;
        if (group < 2)
            g_string_append_printf(groups[group], "%s%c%u", groups[group]->len ? ", " : "",
                                   by_region ? SCN_DRAFT_REGION : SCN_DRAFT_NODE, i + 1);
    }
    g_string_append_printf(draft->text, "[[%s], [%s]]", groups[0]->str, groups[1]->str);
    g_string_free(groups[0], TRUE);
    g_string_free(groups[1], TRUE);
}

static void add_shares(ScnDraft *draft, guint indent)
{
    guint left = 100;
    for (guint i = 1; i <= draft->n_regions; i++) {
        guint share = i == draft->n_regions ? left : scn_draft_below(draft, left + 1);
        g_string_append_printf(draft->text, "\n%*s%c%u: %u%%", (int)indent + 2, "",
                               SCN_DRAFT_REGION, i, share);
        left -= share;
    }
}

/* Some follow another, seldom in a ring. */
static void add_node_map(ScnDraft *draft, guint indent)
{
    guint n = 1 + scn_draft_between(draft, 0, 2);
    for (guint i = draft->n_nodes; i > 1 && n > 0; i -= 1 + scn_draft_below(draft, 2), n--)
        g_string_append_printf(draft->text, "\n%*s%c%u: %c%u", (int)indent + 2, "", SCN_DRAFT_NODE,
                               i, SCN_DRAFT_NODE, 1 + scn_draft_below(draft, i - 1));
}

/* By their first digit, and for one prefix by the second. */
static void add_key_homes(ScnDraft *draft)
{
    guint n = 1 + scn_draft_below(draft, 9);
    g_string_append_c(draft->text, '{');
    for (guint i = 0; i < n; i++) {
        g_string_append_printf(draft->text, "%s%u: ", i ? ", " : "", i);
        add_region(draft);
    }
    if (scn_draft_chance(draft, 40)) {
        g_string_append_printf(draft->text, ", 1%u: ", scn_draft_below(draft, 10));
        add_region(draft);
    }
    g_string_append_c(draft->text, '}');
}

/* ---- any value ---------------------------------------------------------------------------- */

static void add_retention(ScnDraft *draft, const RepField *field)
{
    if (scn_draft_chance(draft, 30)) {
        g_string_append(draft->text, "unlimited");
        return;
    }
    gboolean is_number = scn_draft_chance(draft, 50);
    guint size = size_of(draft, field, 1, 2000);
    g_string_append_printf(draft->text, is_number ? "%u" : "%uB", size);
}

static gboolean add_value(ScnDraft *draft, const RepField *field, guint indent);

/* Alternatives that switch things off would leave nothing to look at if each were as likely. */
static guint weight_of(const RepChoice *choice)
{
    return strcmp(choice->name, "never") == 0 ? 1 : 4;
}

static const RepChoice *pick(ScnDraft *draft, const RepChoice *choices)
{
    guint total = 0;
    for (const RepChoice *choice = choices; choice->name; choice++)
        total += weight_of(choice);
    guint lot = scn_draft_below(draft, total);
    for (const RepChoice *choice = choices; choice->name; choice++) {
        if (lot < weight_of(choice))
            return choice;
        lot -= weight_of(choice);
    }
    return NULL;
}

static gboolean add_choice(ScnDraft *draft, const RepChoice *choice, guint indent)
{
    if (choice->form == REP_FORM_MAPPING) {
        g_string_append_c(draft->text, '\n');
        scn_draft_fields(draft, choice->args, 50, indent + 2);
        g_string_truncate(draft->text, draft->text->len - 1); /* the caller ends the line */
        return TRUE;
    }
    if (choice->form == REP_FORM_VALUE)
        return add_value(draft, choice->args, indent);
    g_string_append(draft->text, choice->name);
    for (const RepField *arg = choice->args; arg && arg->key; arg++) {
        g_string_append(draft->text, arg == choice->args ? "(" : ", ");
        if (!add_value(draft, arg, indent))
            return FALSE;
    }
    if (choice->args)
        g_string_append_c(draft->text, ')');
    return TRUE;
}

/* One to three of them: most go together. */
static gboolean add_choices(ScnDraft *draft, const RepField *field, guint indent)
{
    guint n = 1 + scn_draft_between(draft, 0, 2);
    g_string_append_c(draft->text, '[');
    for (guint i = 0; i < n; i++) {
        g_string_append(draft->text, i ? ", '" : "'");
        if (!add_choice(draft, pick(draft, field->choices), indent))
            return FALSE;
        g_string_append_c(draft->text, '\'');
    }
    g_string_append_c(draft->text, ']');
    return TRUE;
}

static gboolean add_mapping(ScnDraft *draft, const RepField *field, guint indent)
{
    gsize before = draft->text->len;
    g_string_append_c(draft->text, '\n');
    scn_draft_fields(draft, field->fields, 60, indent + 2);
    g_string_truncate(draft->text, draft->text->len - 1);
    return draft->text->len > before;
}

static gboolean add_links(ScnDraft *draft, const RepField *field, guint indent)
{
    for (guint i = 1 + scn_draft_below(draft, 2); i > 0; i--) {
        g_string_append_printf(draft->text, "\n%*s", (int)indent + 2, "");
        scn_draft_link(draft);
        g_string_append(draft->text, ": ");
        if (!add_value(draft, field->fields, indent))
            return FALSE;
    }
    return TRUE;
}

static void add_factor(ScnDraft *draft, const RepField *field)
{
    guint tenths = size_of(draft, field, 2, 60);
    g_string_append_printf(draft->text, "x%u.%u", tenths / 10, tenths % 10);
}

/* Up to a tenth: a run of seconds shows nothing of what real clocks do. */
static void add_drift(ScnDraft *draft, const RepField *field)
{
    gboolean is_slow = scn_draft_chance(draft, 50);
    guint ppm = size_of(draft, field, 0, 100000);
    g_string_append_printf(draft->text, "%s%uppm", is_slow ? "-" : "", ppm);
}

static gboolean add_value(ScnDraft *draft, const RepField *field, guint indent)
{
    GString *text = draft->text;
    switch (field->type) {
    case REP_FIELD_SPAN_OR_NEVER:
        if (scn_draft_chance(draft, 30)) {
            g_string_append(text, "never");
            return TRUE;
        }
        /* fall through */
    case REP_FIELD_SPAN:
        if (field->min < 0 && scn_draft_chance(draft, 50))
            g_string_append_c(text, '-');
        g_string_append_printf(text, "%uus", time_of(draft, field));
        return TRUE;
    case REP_FIELD_DIST:
    case REP_FIELD_DIST_OR_NEVER:
        add_dist(draft, field);
        return TRUE;
    case REP_FIELD_RATIO:
        if (field->min < 0) {
            add_drift(draft, field);
            return TRUE;
        }
        g_string_append_printf(text, "%u%%", size_of(draft, field, 0, 100));
        return TRUE;
    case REP_FIELD_COUNT:
        g_string_append_printf(text, "%u", size_of(draft, field, 1, 20));
        return TRUE;
    case REP_FIELD_SIZE:
        g_string_append_printf(text, "%uB", size_of(draft, field, 1, 2000));
        return TRUE;
    case REP_FIELD_RETENTION:
        add_retention(draft, field);
        return TRUE;
    case REP_FIELD_BANDWIDTH:
        g_string_append_printf(text, "%ubit/s", size_of(draft, field, 50000, 20000000));
        return TRUE;
    case REP_FIELD_FACTOR:
    case REP_FIELD_LATENCY_CHANGE:
        add_factor(draft, field);
        return TRUE;
    case REP_FIELD_BOOL:
        g_string_append(text, scn_draft_chance(draft, 50) ? "true" : "false");
        return TRUE;
    case REP_FIELD_ARRIVALS:
        scn_draft_arrivals(draft);
        return TRUE;
    case REP_FIELD_KEYS:
        scn_draft_keys(draft);
        return TRUE;
    case REP_FIELD_NODE:
        add_node(draft);
        return TRUE;
    case REP_FIELD_NODES:
        add_some(draft, SCN_DRAFT_NODE, draft->n_nodes, 60);
        return TRUE;
    case REP_FIELD_CLIENT:
        g_string_append_printf(text, "%c%u", SCN_DRAFT_CLIENT,
                               1 + scn_draft_below(draft, draft->n_clients));
        return TRUE;
    case REP_FIELD_TARGET:
    case REP_FIELD_TARGET_NODES:
        add_target(draft, field->type == REP_FIELD_TARGET);
        return TRUE;
    case REP_FIELD_PLACES:
        if (strcmp(field->key, "each") == 0)
            add_some(draft, SCN_DRAFT_NODE, draft->n_nodes, 60);
        else
            add_some(draft, SCN_DRAFT_REGION, draft->n_regions, 60);
        return TRUE;
    case REP_FIELD_GROUPS:
        add_groups(draft);
        return TRUE;
    case REP_FIELD_LINK:
        scn_draft_link(draft);
        return TRUE;
    case REP_FIELD_LINKS:
        add_node_links(draft);
        return draft->n_nodes > 1;
    case REP_FIELD_LINK_OR_TARGET:
        if (scn_draft_chance(draft, 50))
            scn_draft_link(draft);
        else
            add_target(draft, TRUE);
        return TRUE;
    case REP_FIELD_CHOICE:
        return add_choice(draft, pick(draft, field->choices), indent);
    case REP_FIELD_CHOICES:
        return add_choices(draft, field, indent);
    case REP_FIELD_SHARES:
        add_shares(draft, indent);
        return TRUE;
    case REP_FIELD_NODE_MAP:
        add_node_map(draft, indent);
        return draft->n_nodes > 1;
    case REP_FIELD_KEY_HOMES:
        add_key_homes(draft);
        return TRUE;
    case REP_FIELD_READ_AFTER:
        scn_draft_read_after(draft);
        return TRUE;
    case REP_FIELD_MAPPING:
        return add_mapping(draft, field, indent);
    case REP_FIELD_READER:
        return field->inside == REP_INSIDE_LINKS && add_links(draft, field, indent);
    case REP_FIELD_TEXT:
    case REP_FIELD_VALUE:
    case REP_FIELD_NAME:
    case REP_FIELD_NUMBER:
    case REP_FIELD_RATE:
        return FALSE;
    }
    return FALSE;
}

gboolean scn_draft_field(ScnDraft *draft, const RepField *field, guint indent)
{
    gsize before = draft->text->len;
    g_string_append_printf(draft->text, "%*s%s: ", (int)indent, "", field->key);
    gsize value = draft->text->len;
    if (!add_value(draft, field, indent)) {
        g_string_truncate(draft->text, before);
        return FALSE;
    }
    if (draft->text->str[value] == '\n')
        g_string_erase(draft->text, (gssize)value - 1, 1);
    g_string_append_c(draft->text, '\n');
    return TRUE;
}

void scn_draft_fields(ScnDraft *draft, const RepField *fields, guint percent, guint indent)
{
    gsize before = draft->text->len;
    for (const RepField *field = fields; field->key; field++)
        if (field->required || scn_draft_chance(draft, scn_chance_of_key(field->key, percent)))
            scn_draft_field(draft, field, indent);
    /* A mapping has at least one key. */
    for (const RepField *field = fields; draft->text->len == before && field->key; field++)
        scn_draft_field(draft, field, indent);
}

const RepField *scn_draft_find(const RepField *fields, const char *key)
{
    for (const RepField *field = fields; field->key; field++)
        if (strcmp(field->key, key) == 0)
            return field;
    return NULL;
}
