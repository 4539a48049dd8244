/*
 * fuzz_expression.c — any text is an expression or a mistake inside the text; and distributions,
 * arrivals, laws of keys and choices that are accepted have a canonical spelling that reads back
 * to itself.
 */
#include "models/policies/single_leader.h"
#include "scenarios/format/reader.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

typedef gboolean (*Read)(ScnReader *reader, const ScnExpr *expr, GString *canonical);

static gboolean read_dist(ScnReader *reader, const ScnExpr *expr, GString *canonical)
{
    SimDist *dist = NULL;
    gboolean is_good = scn_read_dist(reader, expr, &dist, canonical);
    sim_dist_free(dist);
    return is_good;
}

static gboolean read_arrivals(ScnReader *reader, const ScnExpr *expr, GString *canonical)
{
    RepArrivals arrivals = {0};
    gboolean is_good = scn_read_arrivals(reader, expr, &arrivals, canonical);
    sim_dist_free(arrivals.think);
    return is_good;
}

static gboolean read_keys(ScnReader *reader, const ScnExpr *expr, GString *canonical)
{
    SimKeys *keys = NULL;
    gboolean is_good = scn_read_keys(reader, expr, &keys, canonical);
    sim_keys_free(keys);
    return is_good;
}

static gboolean read_choices(ScnReader *reader, const ScnExpr *expr, GString *canonical)
{
    RepSingleLeaderSetup policy = {0};
    gboolean is_good = FALSE;
    for (const RepField *field = rep_single_leader_fields; field->key && !is_good; field++) {
        g_string_truncate(canonical, 0);
        if (field->type == REP_FIELD_NODE_MAP)
            continue; /* no text, but a mapping */
        is_good = scn_read_value(reader, field, &policy, expr, canonical);
        g_ptr_array_set_size(reader->implied, 0);
        rep_fields_clear(rep_single_leader_fields, &policy);
    }
    return is_good;
}

static const Read reads[] = {read_dist, read_arrivals, read_keys, read_choices};

/* The text as the scalar of a source, so that every place can be looked up. */
static ScnExpr *expr_of(ScnReader *reader, const char *text)
{
    gsize length = strlen(text);
    const ScnSource *source = scn_diags_source(reader->diags, "fuzz", text, length);
    ScnNode *node = scn_node_scalar(reader->arena, source->text, (ScnSpan){source, 0, length}, "x");
    g_auto(ScnIssue) issue = {0};
    ScnExpr *expr = scn_expr_parse(node, reader->arena, &issue);
    if (!expr && (!issue.message || issue.start > issue.end || issue.end > length))
        abort();
    return expr;
}

static void try_text(ScnReader *reader, Read read, const char *text)
{
    g_autoptr(GString) canonical = g_string_new(NULL), again = g_string_new(NULL);
    const ScnExpr *expr = expr_of(reader, text);
    if (!expr || !read(reader, expr, canonical))
        return;
    expr = expr_of(reader, canonical->str);
    if (!expr || !read(reader, expr, again) || strcmp(canonical->str, again->str) != 0)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    RepNodeSetup nodes[] = {{.name = "db1"}, {.name = "db2"}, {.name = "db3"}};
    RepClientSetup clients[] = {{.name = "web"}};
    char *regions[] = {"us", NULL};
    RepSetup setup = {.nodes = nodes,
                      .n_nodes = 3,
                      .clients = clients,
                      .n_clients = 1,
                      .regions = regions,
                      .n_regions = 1};
    ScnFilesOptions options = {0};
    ScnReader reader;
    if (size == 0 || size > 4096)
        return 0;
    g_autofree char *text = g_strndup((const char *)data + 1, size - 1);
    g_autoptr(ScnArena) arena = scn_arena_new();
    g_autoptr(ScnDiags) diags = scn_diags_new();
    g_autoptr(ScnFiles) files = scn_files_new(&options);
    if (!g_utf8_validate(text, -1, NULL))
        return 0;
    scn_reader_init(&reader, arena, diags, files);
    reader.setup = &setup;
    try_text(&reader, reads[data[0] % G_N_ELEMENTS(reads)], text);
    scn_reader_clear(&reader);
    return 0;
}
