/*
 * build_places.c — regions and nodes.
 *
 * Numbers are places in name order. Regions are those that `regions` lists, or else those that
 * nodes name.
 */
#include "scenarios/format/build.h"
#include "scenarios/format/path.h"

#include "scenarios/format/suggest.h"

#include <stdlib.h>
#include <string.h>

/* ---- regions ------------------------------------------------------------------------------ */

static int by_text(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static const ScnNode *region_of(const ScnNode *node)
{
    const ScnNode *region = scn_map_get(node, "region");
    return scn_node_is_scalar(region) && !scn_node_is_empty(region) ? region : NULL;
}

static void add_region(ScnReader *reader, GHashTable *seen, const ScnNode *name)
{
    RepSetup *setup = reader->setup;
    if (!scn_check_name(reader, name, "a region"))
        return;
    g_hash_table_insert(seen, (gpointer)name->text, (gpointer)name);
    /* Ended by NULL, so that it is also a list of words for suggestions. */
    setup->regions = g_renew(char *, setup->regions, setup->n_regions + 2);
    setup->regions[setup->n_regions++] = g_strdup(name->text);
    setup->regions[setup->n_regions] = NULL;
}

static void listed_regions(ScnReader *reader, GHashTable *seen, const ScnNode *list)
{
    if (list->kind == SCN_BROKEN)
        return;
    if (list->kind != SCN_LIST) {
        scn_diag_help(scn_diags_add(reader->diags, SCN_WRONG_SHAPE, list->span,
                                    "'regions' is a list of names"),
                      "for example  regions: [us, eu]");
        return;
    }
    if (list->n == 0)
        scn_diags_add(reader->diags, SCN_NOTHING_THERE, list->span,
                      "there must be at least one region");
    for (gsize i = 0; i < list->n; i++) {
        const ScnNode *name = list->items[i];
        if (!scn_node_is_scalar(name)) {
            if (name->kind != SCN_BROKEN)
                scn_diags_add(reader->diags, SCN_WRONG_SHAPE, name->span,
                              "a region is a name, and this is %s", scn_node_kind_name(name));
            continue;
        }
        const ScnNode *first = g_hash_table_lookup(seen, name->text);
        if (first) {
            ScnDiag *diag = scn_diags_add(reader->diags, SCN_NAME_TAKEN, name->span,
                                          "the region '%s' is listed twice", name->text);
            scn_diag_relate(diag, first->span, "first time");
            continue;
        }
        add_region(reader, seen, name);
    }
}

static void check_region_count(ScnReader *reader, const ScnNode *place)
{
    if (reader->setup->n_regions > SCN_REGIONS_MAX)
        scn_diags_add(reader->diags, SCN_TOO_MANY, place->span, "%u regions are the most",
                      SCN_REGIONS_MAX);
}

static void build_regions(ScnReader *reader, const ScnNode *root, const ScnNamed *nodes, gsize n)
{
    g_autoptr(GHashTable) seen = g_hash_table_new(g_str_hash, g_str_equal);
    const ScnEntry *list = scn_map_find(root, "regions"), *all = scn_map_find(root, "nodes");
    RepSetup *setup = reader->setup;
    if (list)
        listed_regions(reader, seen, list->value);
    for (gsize i = 0; !list && i < n; i++) {
        const ScnNode *region = region_of(nodes[i].value);
        if (region && !g_hash_table_contains(seen, region->text))
            add_region(reader, seen, region);
    }
    if (list || all)
        check_region_count(reader, (list ? list : all)->key);
    if (setup->n_regions > 1)
        qsort(setup->regions, setup->n_regions, sizeof(char *), by_text);
    g_autoptr(GString) names = g_string_new("[");
    for (gsize i = 0; i < setup->n_regions; i++)
        g_string_append_printf(names, "%s%s", i ? ", " : "", setup->regions[i]);
    g_string_append_c(names, ']');
    scn_record(reader, "regions", names->str, list ? list->value->origin : scn_origin_default);
}

/* ---- names of nodes ----------------------------------------------------------------------- */

static void report_region(ScnReader *reader, const ScnNode *region)
{
    const RepSetup *setup = reader->setup;
    if (setup->n_regions == 0)
        return; /* reported at 'regions' */
    g_autofree const char **names = g_new0(const char *, setup->n_regions + 1);
    for (gsize i = 0; i < setup->n_regions; i++)
        names[i] = setup->regions[i];
    g_autofree char *list = scn_word_list(names, " ", 12);
    const char *near = scn_suggest(region->text, names);
    ScnDiag *diag = scn_diags_add(reader->diags, SCN_UNKNOWN_REGION, region->span,
                                  "no region is called '%s'", region->text);
    scn_diag_label(diag, "known: %s", list);
    if (near)
        scn_diag_help(diag, "did you mean '%s'?", near);
    else
        scn_diag_help(diag, "add it to 'regions'");
}

static void take_node(ScnReader *reader, RepNodeSetup *node, const ScnNamed *entry)
{
    node->name = g_strdup(entry->name);
    node->region = -1;
    scn_check_name(reader, entry->key, "a node");
    if (rep_setup_region(reader->setup, entry->name) >= 0) {
        ScnDiag *diag = scn_diags_add(reader->diags, SCN_NAME_TAKEN, entry->key->span,
                                      "'%s' is a node and a region", entry->name);
        scn_diag_label(diag, "faults and links could mean either");
    }
    if (!scn_expect_map(reader, entry->value, "a node"))
        return;
    const ScnNode *given = scn_map_get(entry->value, "region"), *region = region_of(entry->value);
    if (!given) {
        ScnFill fill = {.map = entry->value, .owner = entry->key};
        scn_report_missing(reader, &fill, &rep_node_fields[0]);
        return;
    }
    if (!region) {
        if (given->kind != SCN_BROKEN)
            scn_diags_add(reader->diags, SCN_EMPTY_VALUE, entry->key->span,
                          "the node '%s' needs the name of its region", entry->name);
        return;
    }
    node->region = rep_setup_region(reader->setup, region->text);
    if (node->region < 0)
        report_region(reader, region);
}

void scn_build_names(ScnReader *reader, const ScnNode *root)
{
    RepSetup *setup = reader->setup;
    const ScnEntry *section = scn_map_find(root, "nodes");
    gsize n = 0;
    gboolean is_map = !section || scn_expect_map(reader, section->value, "'nodes'");
    g_autofree ScnNamed *entries = scn_named_entries(section ? section->value : NULL, &n);
    if (n > SCN_NODES_MAX) {
        scn_diags_add(reader->diags, SCN_TOO_MANY, section->key->span,
                      "there are %" G_GSIZE_FORMAT " nodes, and 10,000 are the most", n);
        n = 0;
    } else if (section && n == 0 && is_map) {
        scn_diags_add(reader->diags, SCN_NOTHING_THERE, section->key->span,
                      "there must be at least one node");
    }
    build_regions(reader, root, entries, n);
    setup->nodes = g_new0(RepNodeSetup, MAX(n, 1));
    for (gsize i = 0; i < n; i++)
        take_node(reader, &setup->nodes[i], &entries[i]);
    setup->n_nodes = n;
}

/* ---- cpu and storage ---------------------------------------------------------------------- */

typedef struct Defaults {
    RepCpuSetup cpu;
    RepStorageSetup storage;
    const ScnEntry *clocks;
} Defaults;

static void fill_defaults(ScnReader *reader, const ScnNode *root, const char *key,
                          const RepField *fields, void *base)
{
    const ScnEntry *entry = scn_map_find(root, key);
    const RepField *tables[] = {fields, NULL};
    g_autofree char *path = g_strconcat(key, ".", NULL);
    g_autofree char *what = g_strdup_printf("'%s'", key);
    const ScnNode *map = entry && !scn_node_is_empty(entry->value) ? entry->value : NULL;
    if (!scn_expect_map(reader, map, what))
        map = NULL;
    scn_check_keys(reader, map, what, tables);
    ScnFill fill = {.fields = fields,
                    .base = base,
                    .map = map,
                    .owner = entry ? entry->key : NULL,
                    .path = path};
    scn_fill(reader, &fill);
}

/* The value for the node under `clocks`, or the default there; NULL: there is none. */
static ScnNode *clock_of(const ScnNode *clocks, const char *name)
{
    ScnNode *own = clocks ? scn_map_get(clocks, name) : NULL;
    return own || !clocks ? own : scn_map_get(clocks, "default");
}

static void fill_clock(ScnReader *reader, RepNodeSetup *node, const ScnEntry *section,
                       const char *path)
{
    ScnNode *value = clock_of(section ? section->value : NULL, node->name);
    if (!value)
        return;
    ScnNode *map = scn_node_map(reader->arena, value);
    scn_map_add(reader->arena, map,
                scn_node_scalar(reader->arena, "clock", value->span, value->origin), value);
    ScnFill fill = {
        .fields = rep_clock_fields, .base = node, .map = map, .owner = section->key, .path = path};
    scn_fill(reader, &fill);
}

static void report_clock(ScnReader *reader, const ScnNode *name)
{
    const RepSetup *setup = reader->setup;
    g_autofree const char **names = g_new0(const char *, setup->n_nodes + 2);
    for (gsize i = 0; i < setup->n_nodes; i++)
        names[i] = setup->nodes[i].name;
    names[setup->n_nodes] = "default";
    const char *near = scn_suggest(name->text, names);
    ScnDiag *diag = scn_diags_add(reader->diags, SCN_UNKNOWN_PLACE, name->span,
                                  "no node is called '%s'", name->text);
    if (near)
        scn_diag_help(diag, "did you mean '%s'?", near);
}

/* A name under `clocks` that no node has. */
static void check_clocks(ScnReader *reader, const ScnEntry *section)
{
    if (!section || !scn_expect_map(reader, section->value, "'clocks'"))
        return;
    for (gsize i = 0; i < section->value->n; i++) {
        const ScnNode *name = section->value->entries[i].key;
        if (strcmp(name->text, "default") != 0 && rep_setup_node(reader->setup, name->text) < 0)
            report_clock(reader, name);
    }
}

static void fill_node(ScnReader *reader, RepNodeSetup *node, const ScnNamed *entry,
                      const Defaults *defaults)
{
    const RepField *tables[] = {rep_node_fields, NULL};
    g_autofree char *part = scn_path_part(node->name);
    g_autofree char *path = g_strdup_printf("nodes.%s.", part);
    g_autofree char *region_path = g_strconcat(path, "region", NULL);
    const ScnNode *region = region_of(entry->value);
    rep_fields_copy(rep_cpu_fields, &node->cpu, &defaults->cpu);
    rep_fields_copy(rep_storage_fields, &node->storage, &defaults->storage);
    if (region)
        scn_record(reader, region_path, region->text, region->origin);
    const ScnEntry *clocks = defaults->clocks;
    if (entry->value->kind != SCN_MAP || !scn_map_get(entry->value, "clock"))
        fill_clock(reader, node, clocks, path);
    if (entry->value->kind != SCN_MAP)
        return;
    scn_check_keys(reader, entry->value, "a node", tables);
    ScnFill fill = {.fields = rep_node_fields,
                    .base = node,
                    .map = entry->value,
                    .owner = entry->key,
                    .path = path,
                    .overlay = TRUE};
    scn_fill(reader, &fill);
}

void scn_build_nodes(ScnReader *reader, const ScnNode *root)
{
    RepSetup *setup = reader->setup;
    Defaults defaults = {0};
    gsize n;
    g_autofree ScnNamed *entries = scn_named_entries(scn_map_get(root, "nodes"), &n);
    fill_defaults(reader, root, "storage", rep_storage_fields, &defaults.storage);
    fill_defaults(reader, root, "cpu", rep_cpu_fields, &defaults.cpu);
    defaults.clocks = scn_map_find(root, "clocks");
    check_clocks(reader, defaults.clocks);
    if (defaults.clocks && defaults.clocks->value->kind != SCN_MAP)
        defaults.clocks = NULL;
    for (gsize i = 0; i < setup->n_nodes && i < n; i++)
        fill_node(reader, &setup->nodes[i], &entries[i], &defaults);
    rep_fields_clear(rep_cpu_fields, &defaults.cpu);
    rep_fields_clear(rep_storage_fields, &defaults.storage);
}
