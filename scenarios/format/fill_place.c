/*
 * fill_place.c — names of nodes, regions, client groups and links become numbers.
 */
#include "scenarios/format/reader.h"

#include "scenarios/format/suggest.h"
#include "sim/check.h"

#include <string.h>

#define NAMES_SHOWN 12

/* ---- unknown names ------------------------------------------------------------------------ */

static const char **node_names(const RepSetup *setup)
{
    const char **names = g_new0(const char *, setup->n_nodes + 1);
    for (gsize i = 0; i < setup->n_nodes; i++)
        names[i] = setup->nodes[i].name;
    return names;
}

static const char **client_names(const RepSetup *setup)
{
    const char **names = g_new0(const char *, setup->n_clients + 1);
    for (gsize i = 0; i < setup->n_clients; i++)
        names[i] = setup->clients[i].name;
    return names;
}

static void suggest_name(ScnDiag *diag, const char *name, const char *const *names)
{
    const char *near = scn_suggest(name, names);
    if (near)
        scn_diag_help(diag, "did you mean '%s'?", near);
}

static void report_unknown(ScnReader *reader, const char *name, ScnSpan span, gboolean nodes_only)
{
    const RepSetup *setup = reader->setup;
    if (setup->n_nodes == 0 || (!nodes_only && setup->n_regions == 0))
        return; /* that there are none was reported where they should be */
    g_autofree const char **nodes = node_names(setup);
    const char *const *regions = (const char *const *)setup->regions;
    g_autofree char *node_list = scn_word_list(nodes, " ", NAMES_SHOWN);
    ScnDiag *diag = scn_diags_add(reader->diags, SCN_UNKNOWN_PLACE, span,
                                  "no node%s is called '%s'", nodes_only ? "" : " or region", name);
    if (nodes_only) {
        scn_diag_label(diag, "known: %s", node_list);
        suggest_name(diag, name, nodes);
        return;
    }
    g_autofree char *region_list = scn_word_list(regions, " ", NAMES_SHOWN);
    scn_diag_label(diag, "known: %s · %s", node_list, region_list);
    suggest_name(diag, name, regions);
    if (!diag->help)
        suggest_name(diag, name, nodes);
}

static void report_region(ScnReader *reader, const char *name, int region, ScnSpan span)
{
    const RepSetup *setup = reader->setup;
    g_autoptr(GPtrArray) inside = g_ptr_array_new();
    for (gsize i = 0; i < setup->n_nodes; i++)
        if (setup->nodes[i].region == region)
            g_ptr_array_add(inside, setup->nodes[i].name);
    g_ptr_array_add(inside, NULL);
    g_autofree char *list = scn_word_list((const char *const *)inside->pdata, " ", NAMES_SHOWN);
    ScnDiag *diag = scn_diags_add(reader->diags, SCN_NODE_NEEDED, span,
                                  "'%s' is a region, and a node is needed here", name);
    scn_diag_label(diag, "its nodes: %s", *list ? list : "none");
}

/* ---- one name ----------------------------------------------------------------------------- */

static RepPlace find_place(const RepSetup *setup, const char *name)
{
    int node = rep_setup_node(setup, name), region = rep_setup_region(setup, name);
    if (node >= 0)
        return (RepPlace){REP_PLACE_NODE, node};
    if (region >= 0)
        return (RepPlace){REP_PLACE_REGION, region};
    return (RepPlace){REP_PLACE_NONE, -1};
}

/* A place by its name. FALSE: reported. */
static gboolean take_place(ScnReader *reader, const char *name, ScnSpan span, gboolean nodes_only,
                           RepPlace *place)
{
    *place = find_place(reader->setup, name);
    if (place->kind == REP_PLACE_NONE)
        report_unknown(reader, name, span, nodes_only);
    else if (nodes_only && place->kind == REP_PLACE_REGION)
        report_region(reader, name, place->id, span);
    else
        return TRUE;
    *place = (RepPlace){REP_PLACE_NONE, -1};
    return FALSE;
}

static gboolean read_place(ScnReader *reader, const ScnExpr *expr, gboolean nodes_only,
                           RepPlace *place, GString *canonical)
{
    if (!scn_expect_words(reader, expr, nodes_only ? "a node" : "a node or region"))
        return FALSE;
    g_string_append(canonical, expr->text);
    return take_place(reader, expr->text, scn_expr_span(expr), nodes_only, place);
}

gboolean scn_read_place_name(ScnReader *reader, const ScnExpr *expr, RepPlace *place,
                             GString *canonical)
{
    return read_place(reader, expr, FALSE, place, canonical);
}

static gboolean read_node(ScnReader *reader, int *node, const ScnExpr *expr, GString *canonical)
{
    const RepSetup *setup = reader->setup;
    RepPlace place = {REP_PLACE_NODE, 0};
    if (expr->kind == SCN_EXPR_WORDS && strcmp(expr->text, "@first") == 0) {
        if (setup->n_nodes == 0)
            return FALSE; /* no nodes: reported where they are missing */
        g_string_append(canonical, setup->nodes[0].name);
    } else if (!read_place(reader, expr, TRUE, &place, canonical)) {
        return FALSE;
    }
    *node = place.id;
    return TRUE;
}

static gboolean read_client(ScnReader *reader, int *client, const ScnExpr *expr, GString *canonical)
{
    const RepSetup *setup = reader->setup;
    if (!scn_expect_words(reader, expr, "a client group"))
        return FALSE;
    *client = rep_setup_client(setup, expr->text);
    g_string_append(canonical, expr->text);
    if (*client >= 0)
        return TRUE;
    g_autofree const char **names = client_names(setup);
    g_autofree char *list = scn_word_list(names, " ", NAMES_SHOWN);
    ScnDiag *diag = scn_diags_add(reader->diags, SCN_UNKNOWN_CLIENT, scn_expr_span(expr),
                                  "no client group is called '%s'", expr->text);
    scn_diag_label(diag, "known: %s", list);
    suggest_name(diag, expr->text, names);
    return FALSE;
}

/* ---- lists -------------------------------------------------------------------------------- */

/* What a list is restricted to. */
enum { NODES_ONLY = 1, NO_PLACE_TWICE = 2 };

static gboolean read_list(ScnReader *reader, const ScnExpr *expr, guint rules, RepPlaceList *list,
                          GString *canonical)
{
    const ScnArgument alone = {.value = (ScnExpr *)expr};
    const ScnArgument *each = expr->kind == SCN_EXPR_LIST ? expr->arguments : &alone;
    gsize n = expr->kind == SCN_EXPR_LIST ? expr->n : 1;
    const RepSetup *setup = reader->setup;
    g_autofree gboolean *seen = g_new0(gboolean, setup->n_nodes + setup->n_regions + 1);
    gboolean is_good = TRUE;
    g_free(list->places);
    list->places = g_new0(RepPlace, MAX(n, 1));
    list->n = 0;
    g_string_append_c(canonical, '[');
    for (gsize i = 0; i < n; i++) {
        RepPlace place;
        g_string_append(canonical, i ? ", " : "");
        if (!read_place(reader, each[i].value, rules & NODES_ONLY, &place, canonical)) {
            is_good = FALSE;
            continue;
        }
        gsize mark = (gsize)place.id + (place.kind == REP_PLACE_REGION ? setup->n_nodes : 0);
        if (seen[mark] && rules & NO_PLACE_TWICE) {
            scn_diags_add(reader->diags, SCN_PLACE_TWICE, scn_expr_span(each[i].value),
                          "'%s' is in this list already", each[i].value->text);
            is_good = FALSE;
        }
        seen[mark] = TRUE;
        list->places[list->n++] = place;
    }
    g_string_append_c(canonical, ']');
    return is_good;
}

/* A list of places, or one place alone; none may be named twice. */
gboolean scn_read_places(ScnReader *reader, const ScnExpr *expr, gboolean nodes_only,
                         RepPlaceList *list, GString *canonical)
{
    return read_list(reader, expr, NO_PLACE_TWICE | (nodes_only ? NODES_ONLY : 0), list, canonical);
}

static gboolean names(const RepField *field, const void *base, int node)
{
    const void *at = (const char *)base + field->offset;
    const RepNodeMap *map = at;
    return (field->type == REP_FIELD_NODE && *(const int *)at == node) ||
           (field->type == REP_FIELD_NODE_MAP && map->to && map->to[node] >= 0);
}

/* Is the node the value of a NODE field above `field`, or does a NODE_MAP above give it another? */
static gboolean is_named_above(const ScnReader *reader, const RepField *field, const void *base,
                               int node)
{
    for (const RepField *above = reader->table; above && above->key && above != field; above++)
        if (names(above, base, node))
            return TRUE;
    return FALSE;
}

static void take_others(ScnReader *reader, const RepField *field, void *base, GString *canonical)
{
    const RepSetup *setup = reader->setup;
    RepIdList *list = SCN_AT(base, field);
    list->ids = g_new0(int, MAX(setup->n_nodes, 1));
    list->n = 0;
    g_string_append_c(canonical, '[');
    for (gsize i = 0; i < setup->n_nodes; i++) {
        if (is_named_above(reader, field, base, (int)i))
            continue;
        g_string_append_printf(canonical, "%s%s", list->n ? ", " : "", setup->nodes[i].name);
        list->ids[list->n++] = (int)i;
    }
    g_string_append_c(canonical, ']');
}

static gboolean read_nodes(ScnReader *reader, const RepField *field, void *base,
                           const ScnExpr *expr, GString *canonical)
{
    RepIdList *list = SCN_AT(base, field);
    RepPlaceList places = {0};
    g_clear_pointer(&list->ids, g_free);
    if (expr->kind == SCN_EXPR_WORDS && strcmp(expr->text, "@others") == 0) {
        take_others(reader, field, base, canonical);
        return TRUE;
    }
    gboolean is_good = read_list(
        reader, expr, NODES_ONLY | (field->may_repeat ? 0 : NO_PLACE_TWICE), &places, canonical);
    list->ids = g_new0(int, MAX(places.n, 1));
    list->n = places.n;
    for (gsize i = 0; i < places.n; i++)
        list->ids[i] = places.places[i].id;
    g_free(places.places);
    return is_good;
}

/* ---- groups ------------------------------------------------------------------------------- */

/* For each node and region, the group (from 1) that names it first; and for each region the first
 * group that names one of its nodes. 0: none. */
typedef struct Marks {
    gsize *nodes, *regions, *parts;
} Marks;

/* Marks the place as one of group `group`; FALSE where an earlier group has it or part of it. */
static gboolean mark_place(const RepSetup *setup, Marks *marks, RepPlace place, gsize group)
{
    gsize *whole = &marks->regions[rep_setup_region_of(setup, place)];
    gsize *part = &marks->parts[rep_setup_region_of(setup, place)];
    gsize *own = place.kind == REP_PLACE_NODE ? &marks->nodes[place.id] : whole;
    gsize *other = place.kind == REP_PLACE_NODE ? whole : part;
    if ((*own && *own != group) || (*other && *other != group))
        return FALSE;
    *own = group;
    if (place.kind == REP_PLACE_NODE && !*part)
        *part = group;
    return TRUE;
}

/* A node or region may be in one group only, also as part of its region. */
static gboolean check_groups(ScnReader *reader, const RepGroups *groups, const ScnExpr *expr)
{
    const RepSetup *setup = reader->setup;
    g_autofree gsize *counters = g_new0(gsize, setup->n_nodes + 2 * setup->n_regions);
    Marks marks = {counters, counters + setup->n_nodes,
                   counters + setup->n_nodes + setup->n_regions};
    for (gsize i = 0; i < groups->n; i++)
        for (gsize j = 0; j < groups->groups[i].n; j++) {
            if (mark_place(setup, &marks, groups->groups[i].places[j], i + 1))
                continue;
            const ScnExpr *group = expr->arguments[i].value;
            const ScnExpr *place = group->kind == SCN_EXPR_LIST ? group->arguments[j].value : group;
            scn_diags_add(reader->diags, SCN_PLACE_TWICE, scn_expr_span(place),
                          "'%s' is in an earlier group already", place->text);
            return FALSE;
        }
    return TRUE;
}

static gboolean read_groups(ScnReader *reader, RepGroups *groups, const ScnExpr *expr,
                            GString *canonical)
{
    gboolean is_good = TRUE;
    if (expr->kind != SCN_EXPR_LIST) {
        ScnDiag *diag = scn_diags_add(reader->diags, SCN_WRONG_SHAPE, scn_expr_span(expr),
                                      "a list of groups is expected here");
        scn_diag_help(diag, "for example  [[us, eu], [ap]]");
        return FALSE;
    }
    groups->groups = g_new0(RepPlaceList, MAX(expr->n, 1));
    groups->n = expr->n;
    g_string_append_c(canonical, '[');
    for (gsize i = 0; i < expr->n; i++) {
        g_string_append(canonical, i ? ", " : "");
        if (!scn_read_places(reader, expr->arguments[i].value, FALSE, &groups->groups[i],
                             canonical))
            is_good = FALSE;
    }
    g_string_append_c(canonical, ']');
    return is_good && check_groups(reader, groups, expr);
}

/* ---- links -------------------------------------------------------------------------------- */

gboolean scn_text_is_link(const char *text)
{
    return strstr(text, "->") != NULL;
}

static gboolean report_link(ScnReader *reader, const char *text, ScnSpan span)
{
    ScnDiag *diag = scn_diags_add(reader->diags, SCN_BAD_LINK, span, "'%s' is not a link", text);
    scn_diag_label(diag, "expected 'a <-> b' for both directions, 'a -> b' for one");
    return FALSE;
}

/* Where the name stands in the place of the link; all of that where it cannot be told. */
static ScnSpan name_span(ScnSpan link, const char *name)
{
    if (!link.source)
        return link;
    const char *text = link.source->text + link.start;
    const char *found = g_strstr_len(text, (gssize)(link.end - link.start), name);
    if (!found)
        return link;
    gsize start = link.start + (gsize)(found - text);
    return (ScnSpan){link.source, start, start + strlen(name)};
}

static gboolean take_link(ScnReader *reader, const char *text, ScnSpan span, gboolean nodes_only,
                          RepLinkName *link, GString *canonical)
{
    const char *arrow = strstr(text, "<->");
    gsize width = arrow ? 3 : 2;
    if (!arrow)
        arrow = strstr(text, "->");
    if (!arrow)
        return report_link(reader, text, span);
    g_autofree char *left = g_strstrip(g_strndup(text, (gsize)(arrow - text)));
    g_autofree char *right = g_strstrip(g_strdup(arrow + width));
    if (!*left || !*right || strchr(left, ' ') || strchr(right, ' ') || strstr(right, "->"))
        return report_link(reader, text, span);
    link->both_ways = width == 3;
    gboolean has_left = take_place(reader, left, name_span(span, left), nodes_only, &link->from);
    gboolean has_right = take_place(reader, right, name_span(span, right), nodes_only, &link->to);
    if (!has_left || !has_right)
        return FALSE;
    if (link->from.kind == link->to.kind && link->from.id == link->to.id) {
        ScnDiag *diag = scn_diags_add(reader->diags, SCN_LINK_TO_ITSELF, span,
                                      "'%s' is a link from '%s' to itself", text, left);
        if (!nodes_only)
            scn_diag_help(diag, "delays inside a region are 'network.within'");
        return FALSE;
    }
    gboolean is_turned = link->both_ways && strcmp(left, right) > 0;
    if (is_turned) {
        RepPlace from = link->from;
        link->from = link->to;
        link->to = from;
    }
    g_string_append_printf(canonical, "%s %s %s", is_turned ? right : left,
                           link->both_ways ? "<->" : "->", is_turned ? left : right);
    return TRUE;
}

gboolean scn_read_link(ScnReader *reader, const char *text, ScnSpan span, RepLinkName *link,
                       GString *canonical)
{
    return take_link(reader, text, span, FALSE, link, canonical);
}

static gboolean read_link(ScnReader *reader, RepLinkName *link, const ScnExpr *expr,
                          GString *canonical)
{
    return scn_expect_words(reader, expr, "a link") &&
           scn_read_link(reader, expr->text, scn_expr_span(expr), link, canonical);
}

/* Has one of the first n links a direction of this one? */
static gboolean is_linked(const RepLinks *links, gsize n, const RepLinkName *link)
{
    for (gsize i = 0; i < n; i++) {
        const RepLinkName *other = &links->links[i];
        gboolean is_same = other->from.id == link->from.id && other->to.id == link->to.id;
        gboolean is_turned = other->from.id == link->to.id && other->to.id == link->from.id;
        if (is_same || (is_turned && (other->both_ways || link->both_ways)))
            return TRUE;
    }
    return FALSE;
}

/* A list of links between nodes, or one alone. */
static gboolean read_links(ScnReader *reader, RepLinks *links, const ScnExpr *expr,
                           GString *canonical)
{
    const ScnArgument alone = {.value = (ScnExpr *)expr};
    const ScnArgument *each = expr->kind == SCN_EXPR_LIST ? expr->arguments : &alone;
    gsize n = expr->kind == SCN_EXPR_LIST ? expr->n : 1;
    gboolean is_good = TRUE;
    g_free(links->links);
    *links = (RepLinks){.links = g_new0(RepLinkName, MAX(n, 1))};
    g_string_append_c(canonical, '[');
    for (gsize i = 0; i < n; i++) {
        const ScnExpr *item = each[i].value;
        RepLinkName *link = &links->links[links->n];
        g_string_append(canonical, i ? ", " : "");
        if (!scn_expect_words(reader, item, "a link") ||
            !take_link(reader, item->text, scn_expr_span(item), TRUE, link, canonical)) {
            is_good = FALSE;
            continue;
        }
        if (is_linked(links, links->n, link)) {
            scn_diags_add(reader->diags, SCN_PLACE_TWICE, scn_expr_span(item),
                          "'%s' is in an earlier link of this list already", item->text);
            is_good = FALSE;
        }
        links->n++;
    }
    g_string_append_c(canonical, ']');
    return is_good;
}

static gboolean read_aim(ScnReader *reader, RepAim *aim, const ScnExpr *expr, GString *canonical)
{
    if (expr->kind == SCN_EXPR_WORDS && scn_text_is_link(expr->text))
        return read_link(reader, &aim->link, expr, canonical);
    return scn_read_target(reader, expr, FALSE, &aim->target, canonical);
}

gboolean scn_read_place(ScnReader *reader, const RepField *field, void *base, const ScnExpr *expr,
                        GString *canonical)
{
    void *at = SCN_AT(base, field);
    switch ((int)field->type) {
    case REP_FIELD_NODE:
        return read_node(reader, at, expr, canonical);
    case REP_FIELD_NODES:
        return read_nodes(reader, field, base, expr, canonical);
    case REP_FIELD_CLIENT:
        return read_client(reader, at, expr, canonical);
    case REP_FIELD_PLACES:
        return scn_read_places(reader, expr, FALSE, at, canonical);
    case REP_FIELD_TARGET:
    case REP_FIELD_TARGET_NODES:
        return scn_read_target(reader, expr, field->type == REP_FIELD_TARGET_NODES, at, canonical);
    case REP_FIELD_GROUPS:
        return read_groups(reader, at, expr, canonical);
    case REP_FIELD_LINK:
        return read_link(reader, at, expr, canonical);
    case REP_FIELD_LINKS:
        return read_links(reader, at, expr, canonical);
    case REP_FIELD_LINK_OR_TARGET:
        return read_aim(reader, at, expr, canonical);
    }
    SIM_UNREACHABLE();
}
