/*
 * Goal: the tree says what the text says, and where.
 * Method: small texts; the tree is written out again in one line, and places are checked by the
 * source text that they cover. Mistakes are under test in tests/errors.
 */
#include "scenarios/format/path.h"
#include "scenarios/format/tree.h"
#include "tests/support/check.h"

#include <string.h>

typedef struct Parsed {
    ScnArena *arena;
    ScnDiags *diags;
    const ScnSource *source;
    ScnNode *root;
} Parsed;

static Parsed parse(const char *text)
{
    Parsed parsed = {.arena = scn_arena_new(), .diags = scn_diags_new()};
    parsed.source = scn_diags_source(parsed.diags, "t.yaml", text, strlen(text));
    parsed.root = scn_tree_parse(parsed.source, parsed.arena, parsed.diags);
    return parsed;
}

static void parsed_clear(Parsed *parsed)
{
    scn_arena_free(parsed->arena);
    scn_diags_free(parsed->diags);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Parsed, parsed_clear)

static void write_out(const ScnNode *node, GString *out)
{
    if (node->kind == SCN_BROKEN)
        g_string_append(out, "?");
    if (node->kind == SCN_SCALAR)
        g_string_append_printf(out, "<%s>", node->text);
    for (gsize i = 0; node->kind == SCN_LIST && i < node->n; i++) {
        g_string_append(out, i ? " " : "[");
        write_out(node->items[i], out);
    }
    for (gsize i = 0; node->kind == SCN_MAP && i < node->n; i++) {
        g_string_append_printf(out, "%s%s:", i ? " " : "{", node->entries[i].key->text);
        write_out(node->entries[i].value, out);
    }
    if (node->kind == SCN_LIST)
        g_string_append(out, node->n ? "]" : "[]");
    if (node->kind == SCN_MAP)
        g_string_append(out, node->n ? "}" : "{}");
}

static char *written(const ScnNode *node)
{
    GString *out = g_string_new(NULL);
    if (node)
        write_out(node, out);
    return g_string_free(out, FALSE);
}

static void every_scalar_is_text(void)
{
    static const struct {
        const char *yaml, *tree;
    } rows[] = {
        {"a: no\nb: 1e3\nc: 12:30\nd: ~\ne: 0x10\n", "{a:<no> b:<1e3> c:<12:30> d:<~> e:<0x10>}"},
        {"a: {b: [1, 2], c: {}}\n", "{a:{b:[<1> <2>] c:{}}}"},
        {"a:\n  - b\n  - c: d\n", "{a:[<b> {c:<d>}]}"},
        {"a: 'it''s'\nb: \"x\\ty\\u00e9\"\n", NULL},
        {"a: >\n  one\n  two\nb: |\n  x\n  y\n", "{a:<one two\n> b:<x\ny\n>}"},
        {"a: poisson(2k/s) # comment\n", "{a:<poisson(2k/s)>}"},
        {"us <-> eu: 40ms\n", "{us <-> eu:<40ms>}"},
        {"{\"a\": 1, \"b\": [true, null]}", "{a:<1> b:[<true> <null>]}"},
        {"---\na: b\n...\n", "{a:<b>}"},
        {"", "<>"},
        {"a:\n", "{a:<>}"}};
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_auto(Parsed) parsed = parse(rows[i].yaml);
        g_autofree char *tree = written(parsed.root);
        test_row("%s", rows[i].yaml);
        if (rows[i].tree)
            CHECK_STR(tree, rows[i].tree);
        CHECK_UINT(scn_diags_errors(parsed.diags), rows[i].tree ? 0 : 1);
    }
    test_row(NULL);
}

/* What stands at the place of a node. */
static char *covered(ScnSpan span)
{
    return g_strndup(span.source->text + span.start, span.end - span.start);
}

static void nodes_cover_their_text(void)
{
    g_auto(Parsed) parsed = parse("é: {ñ: 'x y', b: [日本, c]}\n# ü\nd: >-\n  ab\n  cd\n");
    const ScnNode *inner = scn_map_get(parsed.root, "é");
    const ScnNode *list = scn_map_get(inner, "b");
    g_autofree char *quoted = covered(scn_map_get(inner, "ñ")->span);
    g_autofree char *wide = covered(list->items[0]->span);
    g_autofree char *key = covered(parsed.root->entries[1].key->span);
    g_autofree char *all = covered(list->span);
    CHECK_STR(quoted, "'x y'");
    CHECK_STR(wide, "日本");
    CHECK_STR(key, "d");
    CHECK_STR(all, "[日本, c]");
    ScnPosition position = scn_source_position(parsed.source, list->items[1]->span.start);
    CHECK_UINT(position.line, 1);
    CHECK_UINT(position.column, 23);
}

static void parts_of_a_scalar_are_found_in_any_style(void)
{
    static const char *const texts[] = {"a: one three(two)\n",     "a: 'one three(two)'\n",
                                        "a: \"one three(two)\"\n", "a: >-\n  one\n  three(two)\n",
                                        "a: one\n   three(two)\n", "a: |-\n  one three(two)\n"};
    for (gsize i = 0; i < G_N_ELEMENTS(texts); i++) {
        g_auto(Parsed) parsed = parse(texts[i]);
        const ScnNode *node = scn_map_get(parsed.root, "a");
        gsize start = (gsize)(strstr(node->text, "two") - node->text);
        g_autofree char *part = covered(scn_node_part(node, start, start + 3));
        test_row("%s", texts[i]);
        CHECK_STR(part, "two");
    }
    test_row(NULL);
}

static void doubled_quotes_do_not_move_places(void)
{
    g_auto(Parsed) parsed = parse("a: 'it''s two'\n");
    const ScnNode *node = scn_map_get(parsed.root, "a");
    g_autofree char *part = covered(scn_node_part(node, 5, 8));
    CHECK_STR(node->text, "it's two");
    CHECK_STR(part, "two");
}

static void after_an_escape_the_whole_scalar_is_the_place(void)
{
    g_auto(Parsed) parsed = parse("a: \"x\\u0041 two\"\n");
    g_autofree char *part = covered(scn_node_part(scn_map_get(parsed.root, "a"), 3, 6));
    CHECK_STR(part, "\"x\\u0041 two\"");
}

static void line_ends_are_all_one(void)
{
    g_auto(Parsed) unix_ends = parse("a: b\nc: [d,\n  e]\n");
    g_auto(Parsed) dos_ends = parse("a: b\r\nc: [d,\r\n  e]\r\n");
    g_autofree char *one = written(unix_ends.root), *two = written(dos_ends.root);
    CHECK_STR(two, one);
    const ScnNode *e = scn_map_get(dos_ends.root, "c")->items[1];
    ScnPosition position = scn_source_position(dos_ends.source, e->span.start);
    CHECK_UINT(position.line, 3);
    CHECK_UINT(position.column, 3);
}

static void depth_32_is_read_and_33_is_not(void)
{
    for (int depth = 31; depth <= 33; depth++) {
        GString *text = g_string_new(NULL);
        for (int i = 0; i < depth; i++)
            g_string_append_c(text, '[');
        for (int i = 0; i < depth; i++)
            g_string_append_c(text, ']');
        g_auto(Parsed) parsed = parse(text->str);
        CHECK_UINT(scn_diags_errors(parsed.diags), depth > SCN_DEPTH_MAX);
        CHECK((parsed.root != NULL) == (depth <= SCN_DEPTH_MAX));
        g_string_free(text, TRUE);
    }
}

static void a_call_cut_by_commas_is_put_together(void)
{
    g_auto(Parsed) parsed = parse("a: {b: f(x, y=1, z), c: d}\ne: [g(h, i), j]\nk: {l: m(n, o}\n");
    g_autofree char *tree = written(parsed.root);
    CHECK_STR(tree, "{a:{b:<f(x, y=1, z)> c:<d>} e:[<g(h, i)> <j>] k:{l:<m(n> o:<>}}");
    CHECK_UINT(scn_diags_errors(parsed.diags), 2);
}

/* ---- maps and paths ----------------------------------------------------------------------- */

static void large_maps_are_indexed(void)
{
    g_autoptr(ScnArena) arena = scn_arena_new();
    ScnNode *map = scn_node_map(arena, scn_node_scalar(arena, "", (ScnSpan){0}, "test"));
    for (int i = 0; i < 5000; i++) {
        char *key = scn_arena_printf(arena, "k%d", i);
        scn_map_set(arena, map, scn_node_scalar(arena, key, (ScnSpan){0}, "test"),
                    scn_node_scalar(arena, key + 1, (ScnSpan){0}, "test"));
    }
    scn_map_set(arena, map, scn_node_scalar(arena, "k17", (ScnSpan){0}, "test"),
                scn_node_scalar(arena, "new", (ScnSpan){0}, "test"));
    CHECK_UINT(map->n, 5000);
    CHECK_STR(scn_map_get(map, "k17")->text, "new");
    CHECK_STR(scn_map_get(map, "k4999")->text, "4999");
    CHECK(scn_map_get(map, "k5000") == NULL);
    ScnNode *copy = scn_node_copy(arena, map, NULL);
    CHECK_STR(scn_map_get(copy, "k4321")->text, "4321");
}

static void the_normal_form_has_one_path_for_each_value(void)
{
    g_auto(Parsed) parsed = parse("nodes: {n1..n3: us, m09..m10: {region: eu}}\n"
                                  "faults: [{at: 1s}, {name: x, at: 2s}, {at: 3s}]\n"
                                  "network: {between: {us<->eu: 1ms, us -> eu: 2ms}}\n");
    ScnNode *root = scn_node_copy(parsed.arena, parsed.root, NULL);
    scn_normalise(root, parsed.arena, parsed.diags);
    scn_normalise(root, parsed.arena, parsed.diags);
    g_autofree char *tree = written(root);
    CHECK_STR(tree, "{nodes:{n1:{region:<us>} n2:{region:<us>} n3:{region:<us>} "
                    "m09:{region:<eu>} m10:{region:<eu>}} "
                    "faults:{#1:{at:<1s>} x:{name:<x> at:<2s>} #2:{at:<3s>}} "
                    "network:{between:{eu <-> us:<1ms> us -> eu:<2ms>}}}");
    CHECK_UINT(scn_diags_errors(parsed.diags), 0);
}

static gboolean set(Parsed *parsed, ScnNode *root, const char *path, const char *value)
{
    ScnOverride override = {.path = scn_node_scalar(parsed->arena, path, (ScnSpan){0}, "--set"),
                            .value = scn_node_scalar(parsed->arena, value, (ScnSpan){0}, "--set"),
                            .origin = "--set"};
    return scn_path_set(root, &override, parsed->arena, parsed->diags);
}

static void paths_reach_every_kind_of_value(void)
{
    g_auto(Parsed) parsed = parse("nodes: {a.b: us, c: eu}\nnetwork: {between: {us <-> eu: 1ms}}\n"
                                  "faults: [{name: f.g, at: 1s}]\npolicy: {ack: async}\n");
    ScnNode *root = scn_node_copy(parsed.arena, parsed.root, NULL);
    scn_normalise(root, parsed.arena, parsed.diags);
    CHECK(set(&parsed, root, "policy.ack", "1"));
    CHECK(set(&parsed, root, "seed", "2"));
    CHECK(set(&parsed, root, "nodes.a.b.region", "3"));
    CHECK(set(&parsed, root, "nodes.\"a.b\".storage.fsync", "4"));
    CHECK(set(&parsed, root, "network.between.eu <-> us", "5"));
    CHECK(set(&parsed, root, "faults.f.g.at", "6"));
    CHECK(set(&parsed, root, "nodes.c", "7"));
    CHECK(!set(&parsed, root, "nodes.x.region", "8"));
    CHECK(!set(&parsed, root, "policy.ack.x", "9"));
    CHECK(!set(&parsed, root, "", "10"));
    CHECK(!set(&parsed, root, "policy.", "11"));
    g_autofree char *tree = written(root);
    CHECK_STR(tree, "{nodes:{a.b:{region:<3> storage:{fsync:<4>}} c:<7>} "
                    "network:{between:{eu <-> us:<5>}} faults:{f.g:{name:<f.g> at:<6>}} "
                    "policy:{ack:<1>} seed:<2>}");
}

static const TestCase cases[] = {
    {"every_scalar_is_text", every_scalar_is_text},
    {"nodes_cover_their_text", nodes_cover_their_text},
    {"parts_of_a_scalar_are_found_in_any_style", parts_of_a_scalar_are_found_in_any_style},
    {"doubled_quotes_do_not_move_places", doubled_quotes_do_not_move_places},
    {"after_an_escape_the_whole_scalar_is_the_place",
     after_an_escape_the_whole_scalar_is_the_place},
    {"line_ends_are_all_one", line_ends_are_all_one},
    {"depth_32_is_read_and_33_is_not", depth_32_is_read_and_33_is_not},
    {"a_call_cut_by_commas_is_put_together", a_call_cut_by_commas_is_put_together},
    {"large_maps_are_indexed", large_maps_are_indexed},
    {"the_normal_form_has_one_path_for_each_value", the_normal_form_has_one_path_for_each_value},
    {"paths_reach_every_kind_of_value", paths_reach_every_kind_of_value},
    {NULL, NULL}};

int main(int argc, char **argv)
{
    return test_main("tree", cases, argc, argv);
}
