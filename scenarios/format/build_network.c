/*
 * build_network.c — links, and whether every pair of regions that talks has a delay.
 *
 * `a -> b` names one direction and so is more specific than `a <-> b`, whose other direction then
 * remains. Lines are taken in the order of their spelling, so the order in the file means nothing.
 */
#include "scenarios/format/build.h"

#include "sim/check.h"

#include <string.h>

#define PAIRS_SHOWN 6u

typedef enum What { DELAY, BANDWIDTH, LOSS } What;

static const char *const keys[] = {[DELAY] = "between", [BANDWIDTH] = "bandwidth", [LOSS] = "loss"};

/* The row of the network's table that describes the values. */
static const RepField *row_of(What what)
{
    for (const RepField *field = rep_network_fields; field->key; field++)
        if (strcmp(field->key, keys[what]) == 0)
            return field;
    SIM_UNREACHABLE();
}

/* ---- lines -------------------------------------------------------------------------------- */

static void push_line(RepNetworkSetup *network, const RepLinkSetup *line)
{
    network->links = g_renew(RepLinkSetup, network->links, network->n_links + 1);
    network->links[network->n_links++] = *line;
}

static guint64 place_number(RepPlace place)
{
    return (guint64)place.id * 2 + (place.kind == REP_PLACE_REGION);
}

static gint64 *direction_key(RepPlace from, RepPlace to)
{
    gint64 *key = g_new(gint64, 1);
    *key = (gint64)(place_number(from) << 32 | place_number(to));
    return key;
}

typedef struct Lines {
    ScnReader *reader;
    What what;
    GHashTable *one_way; /* directions that lines of their own give; only looked up */
} Lines;

static gboolean is_one_way(const Lines *lines, RepPlace from, RepPlace to)
{
    g_autofree gint64 *key = direction_key(from, to);
    return g_hash_table_contains(lines->one_way, key);
}

/* The value into a line of its own kind. FALSE: reported. */
static gboolean read_line_value(Lines *lines, const ScnNode *node, RepLinkSetup *line,
                                GString *canonical)
{
    const RepField *field = row_of(lines->what)->fields;
    ScnReader *reader = lines->reader;
    *line = (RepLinkSetup){.loss = -1};
    if (lines->what == DELAY)
        return scn_read_node(reader, field, &line->delay, node, canonical);
    if (lines->what == BANDWIDTH)
        return scn_read_node(reader, field, &line->bits_per_s, node, canonical);
    return scn_read_node(reader, field, &line->loss, node, canonical);
}

static void add_directions(Lines *lines, const RepLinkName *link, RepLinkSetup *line)
{
    RepNetworkSetup *network = &lines->reader->setup->network;
    RepLinkSetup back = *line;
    line->from = back.to = link->from;
    line->to = back.from = link->to;
    if (!link->both_ways) {
        push_line(network, line);
        return;
    }
    gboolean goes = !is_one_way(lines, line->from, line->to);
    gboolean comes = !is_one_way(lines, back.from, back.to);
    if (goes && comes && line->delay)
        back.delay = sim_dist_copy(line->delay);
    if (goes)
        push_line(network, line);
    if (comes)
        push_line(network, &back);
    if (!goes && !comes)
        sim_dist_free(line->delay);
}

static void read_line(Lines *lines, const ScnNamed *entry)
{
    ScnReader *reader = lines->reader;
    g_autoptr(GString) name = g_string_new(NULL), value = g_string_new(NULL);
    RepLinkName link;
    RepLinkSetup line;
    gboolean has_link = scn_read_link(reader, entry->name, entry->key->span, &link, name);
    g_string_truncate(reader->data, 0);
    gboolean has_value = read_line_value(lines, entry->value, &line, value);
    if (!has_link || !has_value) {
        if (has_value)
            sim_dist_free(line.delay);
        return;
    }
    g_autofree char *part = scn_path_part(name->str);
    g_autofree char *path = g_strdup_printf("network.%s.%s", keys[lines->what], part);
    if (reader->resolved)
        scn_resolved_add(reader->resolved, path, value->str, entry->value->origin,
                         reader->data->len ? reader->data->str : NULL);
    g_string_truncate(reader->data, 0);
    add_directions(lines, &link, &line);
}

/* Directions that have a line of their own; what is wrong is reported when the lines are read. */
static void find_one_way(Lines *lines, const ScnNamed *entries, gsize n)
{
    g_autoptr(ScnDiags) unheard = scn_diags_new();
    ScnReader quiet = *lines->reader;
    quiet.diags = unheard;
    for (gsize i = 0; i < n; i++) {
        g_autoptr(GString) name = g_string_new(NULL);
        RepLinkName link;
        ScnSpan nowhere = {0};
        if (!strstr(entries[i].name, "<->") &&
            scn_read_link(&quiet, entries[i].name, nowhere, &link, name))
            g_hash_table_add(lines->one_way, direction_key(link.from, link.to));
    }
}

static void read_lines(ScnReader *reader, const ScnNode *network, What what)
{
    const ScnEntry *section = scn_map_find(network, keys[what]);
    g_autofree char *name = g_strdup_printf("'network.%s'", keys[what]);
    gsize n;
    if (!section || scn_node_is_empty(section->value) ||
        !scn_expect_map(reader, section->value, name))
        return;
    g_autofree ScnNamed *entries = scn_named_entries(section->value, &n);
    Lines lines = {.reader = reader, .what = what};
    lines.one_way = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL);
    find_one_way(&lines, entries, n);
    for (gsize i = 0; i < n; i++)
        read_line(&lines, &entries[i]);
    g_hash_table_unref(lines.one_way);
}

void scn_build_links(ScnReader *reader, const ScnNode *root)
{
    const ScnNode *network = scn_map_get(root, "network");
    read_lines(reader, network, DELAY);
    read_lines(reader, network, BANDWIDTH);
    read_lines(reader, network, LOSS);
}

/* ---- missing ones ------------------------------------------------------------------------- */

typedef struct Check {
    const RepSetup *setup;
    GHashTable *given;     /* directions with a delay; only looked up */
    gboolean *has_clients; /* per region */
    GArray **nodes;        /* per region: its nodes' numbers */
} Check;

static gboolean is_given(const Check *check, RepPlace from, RepPlace to)
{
    g_autofree gint64 *key = direction_key(from, to);
    return g_hash_table_contains(check->given, key);
}

static RepPlace region(int id)
{
    return (RepPlace){REP_PLACE_REGION, id};
}

/* The places of a region that a line between a place and the other region does not serve: nodes,
 * and the region itself for its clients. */
static GArray *unserved(const Check *check, int here, int there, gboolean outgoing)
{
    GArray *places = g_array_new(FALSE, FALSE, sizeof(RepPlace));
    for (guint i = 0; i < check->nodes[here]->len; i++) {
        RepPlace node = {REP_PLACE_NODE, g_array_index(check->nodes[here], int, i)};
        gboolean served =
            outgoing ? is_given(check, node, region(there)) : is_given(check, region(there), node);
        if (!served)
            g_array_append_val(places, node);
    }
    RepPlace clients = region(here);
    if (check->has_clients[here])
        g_array_append_val(places, clients);
    return places;
}

/* Does some sender of `a` have no delay to some receiver of `b`? */
static gboolean lacks_delay(const Check *check, int a, int b)
{
    if (is_given(check, region(a), region(b)))
        return FALSE;
    g_autoptr(GArray) senders = unserved(check, a, b, TRUE);
    g_autoptr(GArray) receivers = unserved(check, b, a, FALSE);
    for (guint i = 0; i < senders->len; i++)
        for (guint j = 0; j < receivers->len; j++) {
            RepPlace from = g_array_index(senders, RepPlace, i);
            RepPlace to = g_array_index(receivers, RepPlace, j);
            gboolean both_clients = from.kind == REP_PLACE_REGION && to.kind == REP_PLACE_REGION;
            if (!both_clients && !is_given(check, from, to))
                return TRUE;
        }
    return FALSE;
}

static void check_init(Check *check, const RepSetup *setup)
{
    *check = (Check){.setup = setup};
    check->given = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL);
    check->has_clients = g_new0(gboolean, setup->n_regions + 1);
    check->nodes = g_new0(GArray *, setup->n_regions + 1);
    for (gsize i = 0; i < setup->n_regions; i++)
        check->nodes[i] = g_array_new(FALSE, FALSE, sizeof(int));
    for (int i = 0; i < (int)setup->n_nodes; i++)
        if (setup->nodes[i].region >= 0)
            g_array_append_val(check->nodes[setup->nodes[i].region], i);
    for (gsize i = 0; i < setup->n_clients; i++)
        for (gsize j = 0; j < setup->clients[i].from.n; j++)
            if (setup->clients[i].from.share[j] > 0)
                check->has_clients[j] = TRUE;
    for (gsize i = 0; i < setup->network.n_links; i++)
        if (setup->network.links[i].delay)
            g_hash_table_add(check->given, direction_key(setup->network.links[i].from,
                                                         setup->network.links[i].to));
}

static void check_clear(Check *check)
{
    g_hash_table_unref(check->given);
    for (gsize i = 0; i < check->setup->n_regions; i++)
        g_array_unref(check->nodes[i]);
    g_free(check->nodes);
    g_free(check->has_clients);
}

/* Nobody sends between regions that have clients only. */
static gboolean need_link(const Check *check, int a, int b)
{
    gboolean a_talks = check->nodes[a]->len || check->has_clients[a];
    gboolean b_talks = check->nodes[b]->len || check->has_clients[b];
    return a_talks && b_talks && (check->nodes[a]->len || check->nodes[b]->len);
}

static void report_missing(ScnReader *reader, const ScnNode *root, const GString *pairs, gsize n,
                           const char *first)
{
    const ScnNode *network = scn_map_get(root, "network");
    const ScnEntry *place = scn_map_find(network, "between");
    if (!place)
        place = scn_map_find(root, "network");
    if (!place)
        place = scn_map_find(root, "nodes");
    ScnSpan span = place ? place->key->span : root->span;
    ScnDiag *diag = scn_diags_add(reader->diags, SCN_LINK_MISSING, span,
                                  "%" G_GSIZE_FORMAT " pair%s of regions ha%s no delay", n,
                                  n == 1 ? "" : "s", n == 1 ? "s" : "ve");
    scn_diag_label(diag, "no line for %s", pairs->str);
    scn_diag_help(diag, "add under network.between  %s: 40ms  (one way)", first);
}

void scn_check_links(ScnReader *reader, const ScnNode *root)
{
    const RepSetup *setup = reader->setup;
    g_autoptr(GString) pairs = g_string_new(NULL);
    g_autofree char *first = NULL;
    gsize n = 0;
    Check check;
    check_init(&check, setup);
    for (int a = 0; a < (int)setup->n_regions; a++)
        for (int b = a + 1; b < (int)setup->n_regions; b++) {
            if (!need_link(&check, a, b))
                continue;
            gboolean there = lacks_delay(&check, a, b), back = lacks_delay(&check, b, a);
            if (!there && !back)
                continue;
            int from = there ? a : b, to = there ? b : a;
            g_autofree char *pair = g_strdup_printf(
                "%s %s %s", setup->regions[from], there && back ? "<->" : "->", setup->regions[to]);
            if (n < PAIRS_SHOWN)
                g_string_append_printf(pairs, "%s%s", n ? ", " : "", pair);
            else if (n == PAIRS_SHOWN)
                g_string_append(pairs, " …");
            if (n++ == 0)
                first = g_strdup(pair);
        }
    if (n)
        report_missing(reader, root, pairs, n, first);
    check_clear(&check);
}
