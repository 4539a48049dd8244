/*
 * tree_parse.c — libyaml's events become nodes.
 *
 * Recursive descent, at most SCN_DEPTH_MAX deep. libyaml counts characters; offsets in bytes come
 * from a cursor that follows its marks, which hardly ever go back.
 */
#include "scenarios/format/tree.h"

#include <string.h>
#include <yaml.h>

typedef struct Parser {
    yaml_parser_t yaml;
    ScnSpan part; /* what is parsed */
    const char *origin;
    ScnArena *arena;
    ScnDiags *diags;
    gsize cursor_index; /* a character and its offset in the source */
    gsize cursor_offset;
    gsize values;     /* nodes so far */
    gboolean is_over; /* gave up: everything unwinds */
} Parser;

/* ---- places ------------------------------------------------------------------------------- */

static gboolean is_continuation(char c)
{
    return ((unsigned char)c & 0xC0) == 0x80;
}

static gsize offset_of(Parser *parser, gsize index)
{
    const char *text = parser->part.source->text;
    gsize at = parser->cursor_offset;
    while (parser->cursor_index < index && at < parser->part.end) {
        do
            at++;
        while (at < parser->part.end && is_continuation(text[at]));
        parser->cursor_index++;
    }
    while (parser->cursor_index > index && at > parser->part.start) {
        do
            at--;
        while (at > parser->part.start && is_continuation(text[at]));
        parser->cursor_index--;
    }
    parser->cursor_offset = at;
    return at;
}

static ScnSpan span_of(Parser *parser, yaml_mark_t start, yaml_mark_t end)
{
    gsize from = offset_of(parser, start.index);
    gsize to = offset_of(parser, end.index);
    return (ScnSpan){parser->part.source, from, MAX(from, to)};
}

static ScnSpan event_span(Parser *parser, const yaml_event_t *event)
{
    return span_of(parser, event->start_mark, event->end_mark);
}

/* ---- events ------------------------------------------------------------------------------- */

/* Is a bracket of a call open at the offset, on its line? */
static gboolean is_in_call(const Parser *parser, gsize offset)
{
    const char *text = parser->part.source->text;
    int open = 0;
    for (gsize at = offset; at > parser->part.start && text[at - 1] != '\n'; at--)
        open += (text[at - 1] == '(') - (text[at - 1] == ')');
    return open > 0;
}

/* libyaml's words, or ours where we know what people meant. */
static void report_syntax(Parser *parser)
{
    const yaml_parser_t *yaml = &parser->yaml;
    ScnSpan at = span_of(parser, yaml->problem_mark, yaml->problem_mark);
    ScnSpan context = span_of(parser, yaml->context_mark, yaml->context_mark);
    const char *problem = yaml->problem ? yaml->problem : "it cannot be read";
    gboolean in_flow = yaml->context && strstr(yaml->context, "flow ");
    if (in_flow && scn_blame_comma((ScnSpan){at.source, context.start, at.start}, parser->diags))
        return;
    at.end = MIN(at.start + 1, parser->part.end);
    ScnDiag *diag = scn_diags_add(parser->diags, SCN_SYNTAX, at, "this is not YAML: %s", problem);
    if (yaml->context && context.start != at.start) {
        context.end = MIN(context.start + 1, parser->part.end);
        scn_diag_relate(diag, context, yaml->context);
    }
    gboolean is_colon = parser->part.source->text[at.start] == ':';
    if (in_flow && parser->part.source->text[at.start] == '[')
        scn_diag_help(diag, "a value with a list in it must be quoted, such as \"2 of [a, b]\"");
    if (is_colon && is_in_call(parser, at.start))
        scn_diag_help(diag, "a value with ': ' in it must be quoted, such as "
                            "\"steps(0s: 40ms, 30s: 200ms)\"");
    else if (strstr(problem, "block end") || strstr(problem, "mapping values"))
        scn_diag_help(diag, "look at the indentation: keys of one mapping stand in one column");
    else if (strstr(problem, "cannot start any token"))
        scn_diag_help(diag, "quote the value");
}

/* The next event, or NULL where there is none that can be used. The caller deletes it. */
static yaml_event_t *next_event(Parser *parser, yaml_event_t *event)
{
    if (parser->is_over)
        return NULL;
    if (!yaml_parser_parse(&parser->yaml, event)) {
        report_syntax(parser);
        parser->is_over = TRUE;
        return NULL;
    }
    return event;
}

static gboolean is_start_of_node(yaml_event_type_t type)
{
    return type == YAML_SCALAR_EVENT || type == YAML_SEQUENCE_START_EVENT ||
           type == YAML_MAPPING_START_EVENT || type == YAML_ALIAS_EVENT;
}

static void report_anchor_and_tag(Parser *parser, ScnSpan span, const yaml_char_t *anchor,
                                  const yaml_char_t *tag)
{
    const char *text = span.source->text;
    ScnSpan head = {span.source, span.start, span.start};
    while (head.end < span.source->length && !strchr(" \n\r,[]{}", text[head.end]))
        head.end++;
    if (anchor) {
        ScnDiag *diag = scn_diags_add(parser->diags, SCN_ANCHOR, head,
                                      "anchors ('&%s') are not used here", (const char *)anchor);
        scn_diag_help(diag, "say it once and vary it under 'variants', or write it twice");
    }
    if (tag) {
        ScnDiag *diag = scn_diags_add(parser->diags, SCN_TAG, head, "tags are not used here");
        scn_diag_help(diag, "remove it: each key knows the type of its value");
    }
}

static gboolean count_value(Parser *parser, ScnSpan span)
{
    if (++parser->values <= SCN_VALUES_MAX)
        return TRUE;
    ScnDiag *diag = scn_diags_add(
        parser->diags, SCN_TOO_MANY_VALUES, (ScnSpan){span.source, span.start, span.start + 1},
        "this is value %u, one more than a scenario may have", SCN_VALUES_MAX + 1);
    scn_diag_help(diag, "nodes can be given as a range: n1..n5000: dc1");
    parser->is_over = TRUE;
    return FALSE;
}

/* ---- nodes -------------------------------------------------------------------------------- */

static ScnNode *parse_node(Parser *parser, yaml_event_t *event, const ScnNode *owner, int depth);

static ScnNode *new_node(Parser *parser, ScnNodeKind kind, ScnSpan span)
{
    ScnNode *node = scn_arena_new0(parser->arena, ScnNode, 1);
    node->kind = kind;
    node->span = span;
    node->origin = parser->origin;
    node->text = "";
    return node;
}

static ScnStyle style_of(yaml_scalar_style_t style)
{
    if (style == YAML_SINGLE_QUOTED_SCALAR_STYLE)
        return SCN_SINGLE_QUOTED;
    if (style == YAML_DOUBLE_QUOTED_SCALAR_STYLE)
        return SCN_DOUBLE_QUOTED;
    if (style == YAML_LITERAL_SCALAR_STYLE || style == YAML_FOLDED_SCALAR_STYLE)
        return SCN_BLOCK;
    return SCN_PLAIN;
}

static ScnNode *scalar_node(Parser *parser, const yaml_event_t *event, ScnSpan span)
{
    const char *value = (const char *)event->data.scalar.value;
    gsize length = event->data.scalar.length;
    ScnNode *node = new_node(parser, SCN_SCALAR, span);
    node->style = style_of(event->data.scalar.style);
    report_anchor_and_tag(parser, span, event->data.scalar.anchor, event->data.scalar.tag);
    for (gsize i = 0; i < length; i++) {
        unsigned char c = (unsigned char)value[i];
        if ((c < 0x20 && c != '\n') || c == 0x7F) {
            ScnDiag *diag = scn_diags_add(parser->diags, SCN_CONTROL_CHARACTER, span,
                                          "a control character has no place here");
            scn_diag_label(diag, "an escape sequence for U+%04X", c);
            node->kind = SCN_BROKEN;
            return node;
        }
    }
    node->text = scn_arena_text(parser->arena, value, length);
    return node;
}

/* A key must be a scalar, appear once, and not be the merge key. FALSE: reported. */
static gboolean is_usable_key(Parser *parser, const ScnNode *key, const ScnNode *map)
{
    if (key->kind == SCN_BROKEN)
        return FALSE;
    if (key->kind != SCN_SCALAR) {
        ScnSpan head = {key->span.source, key->span.start, key->span.start + 1};
        scn_diag_help(scn_diags_add(parser->diags, SCN_KEY_NOT_SCALAR, head,
                                    "a key must be a text, and this is %s",
                                    scn_node_kind_name(key)),
                      "write 'key: value'");
        return FALSE;
    }
    if (strcmp(key->text, "<<") == 0 && key->style == SCN_PLAIN) {
        scn_diag_help(scn_diags_add(parser->diags, SCN_MERGE_KEY, key->span,
                                    "merge keys ('<<') are not used here"),
                      "node mappings already merge over the top-level 'storage' and 'cpu'; for "
                      "the rest use 'variants'");
        return FALSE;
    }
    const ScnEntry *first = scn_map_find(map, key->text);
    if (!first)
        return TRUE;
    ScnDiag *diag = scn_diags_add(parser->diags, SCN_DUPLICATE_KEY, key->span,
                                  "the key '%s' is given twice", key->text);
    scn_diag_label(diag, "second time");
    scn_diag_relate(diag, first->key->span, "first time");
    scn_diag_help(diag, "keep one of them");
    return FALSE;
}

static ScnNode *map_node(Parser *parser, ScnSpan start, gboolean is_flow, const ScnNode *owner,
                         int depth)
{
    g_autoptr(GArray) entries = g_array_new(FALSE, FALSE, sizeof(ScnEntry));
    ScnSpan span = start;
    yaml_event_t event;
    while (next_event(parser, &event)) {
        if (event.type == YAML_MAPPING_END_EVENT) {
            span.end = MAX(span.end, event_span(parser, &event).end);
            yaml_event_delete(&event);
            break;
        }
        ScnNode *key = parse_node(parser, &event, NULL, depth + 1);
        if (!key || !next_event(parser, &event))
            break;
        ScnNode *value = parse_node(parser, &event, key, depth + 1);
        if (!value)
            break;
        ScnEntry entry = {key, value};
        g_array_append_val(entries, entry);
    }
    ScnEntry *all = (ScnEntry *)(void *)entries->data;
    gsize n = entries->len;
    if (is_flow && !parser->is_over)
        scn_repair_entries(all, &n, owner, parser->arena, parser->diags);
    ScnNode *node = new_node(parser, SCN_MAP, span);
    for (gsize i = 0; i < n && !parser->is_over; i++)
        if (is_usable_key(parser, all[i].key, node))
            scn_map_add(parser->arena, node, all[i].key, all[i].value);
    return node;
}

static ScnNode *list_node(Parser *parser, ScnSpan start, gboolean is_flow, const ScnNode *owner,
                          int depth)
{
    g_autoptr(GPtrArray) items = g_ptr_array_new();
    ScnSpan span = start;
    yaml_event_t event;
    while (next_event(parser, &event)) {
        if (event.type == YAML_SEQUENCE_END_EVENT) {
            span.end = MAX(span.end, event_span(parser, &event).end);
            yaml_event_delete(&event);
            break;
        }
        ScnNode *item = parse_node(parser, &event, owner, depth + 1);
        if (!item)
            break;
        g_ptr_array_add(items, item);
    }
    gsize n = items->len;
    ScnNode **copy = scn_arena_new0(parser->arena, ScnNode *, MAX(n, 1));
    for (gsize i = 0; i < n; i++)
        copy[i] = g_ptr_array_index(items, i);
    if (is_flow && !parser->is_over)
        scn_repair_items(copy, &n, owner, parser->arena, parser->diags);
    ScnNode *node = new_node(parser, SCN_LIST, span);
    node->items = copy;
    node->n = n;
    return node;
}

static gboolean is_too_deep(Parser *parser, ScnSpan span, int depth)
{
    if (depth <= SCN_DEPTH_MAX)
        return FALSE;
    scn_diags_add(parser->diags, SCN_TOO_DEEP, (ScnSpan){span.source, span.start, span.start + 1},
                  "this is nested more than %d levels deep", SCN_DEPTH_MAX);
    parser->is_over = TRUE;
    return TRUE;
}

/* The node that begins with `event`, which is deleted; NULL when parsing is over. */
static ScnNode *parse_node(Parser *parser, yaml_event_t *event, const ScnNode *owner, int depth)
{
    ScnSpan span = event_span(parser, event);
    ScnNode *node = NULL;
    if (!count_value(parser, span) || is_too_deep(parser, span, depth)) {
        yaml_event_delete(event);
        return NULL;
    }
    if (event->type == YAML_SCALAR_EVENT) {
        node = scalar_node(parser, event, span);
        yaml_event_delete(event);
    } else if (event->type == YAML_ALIAS_EVENT) {
        ScnDiag *diag =
            scn_diags_add(parser->diags, SCN_ALIAS, span, "aliases ('*%s') are not used here",
                          (const char *)event->data.alias.anchor);
        scn_diag_help(diag, "write the value out");
        node = new_node(parser, SCN_BROKEN, span);
        yaml_event_delete(event);
    } else if (event->type == YAML_MAPPING_START_EVENT) {
        gboolean is_flow = event->data.mapping_start.style == YAML_FLOW_MAPPING_STYLE;
        report_anchor_and_tag(parser, span, event->data.mapping_start.anchor,
                              event->data.mapping_start.tag);
        yaml_event_delete(event);
        node = map_node(parser, span, is_flow, owner, depth);
    } else {
        gboolean is_flow = event->data.sequence_start.style == YAML_FLOW_SEQUENCE_STYLE;
        report_anchor_and_tag(parser, span, event->data.sequence_start.anchor,
                              event->data.sequence_start.tag);
        yaml_event_delete(event);
        node = list_node(parser, span, is_flow, owner, depth);
    }
    return parser->is_over ? NULL : node;
}

/* ---- documents ---------------------------------------------------------------------------- */

static void report_directives(Parser *parser, const yaml_event_t *event)
{
    gboolean has_tags = event->data.document_start.tag_directives.start !=
                        event->data.document_start.tag_directives.end;
    if (event->data.document_start.version_directive || has_tags)
        scn_diags_add(parser->diags, SCN_DIRECTIVE, event_span(parser, event),
                      "YAML directives are not used here");
}

static void report_second_document(Parser *parser, ScnSpan span)
{
    ScnDiag *diag =
        scn_diags_add(parser->diags, SCN_SEVERAL_DOCUMENTS, span, "a second document begins here");
    scn_diag_help(diag, "one file, one scenario: remove the line, or use 'variants'");
}

static ScnNode *parse_document(Parser *parser)
{
    ScnNode *root = NULL;
    gsize documents = 0;
    yaml_event_t event;
    while (next_event(parser, &event)) {
        yaml_event_type_t type = event.type;
        gboolean is_second = type == YAML_DOCUMENT_START_EVENT && documents++ > 0;
        if (type == YAML_DOCUMENT_START_EVENT)
            report_directives(parser, &event);
        if (is_second)
            report_second_document(parser, event_span(parser, &event));
        if (is_start_of_node(type))
            root = parse_node(parser, &event, NULL, 1);
        else
            yaml_event_delete(&event);
        if (type == YAML_STREAM_END_EVENT || is_second)
            break;
    }
    return root;
}

ScnNode *scn_tree_parse_part(ScnSpan part, const char *origin, ScnArena *arena, ScnDiags *diags)
{
    if (!scn_text_scan(part, diags))
        return NULL;
    Parser parser = {.part = part,
                     .origin = origin,
                     .arena = arena,
                     .diags = diags,
                     .cursor_offset = part.start};
    if (!yaml_parser_initialize(&parser.yaml))
        g_error("libyaml: out of memory");
    yaml_parser_set_encoding(&parser.yaml, YAML_UTF8_ENCODING);
    yaml_parser_set_input_string(
        &parser.yaml, (const unsigned char *)part.source->text + part.start, part.end - part.start);
    ScnNode *root = parse_document(&parser);
    yaml_parser_delete(&parser.yaml);
    if (parser.is_over)
        return NULL;
    ScnSpan nothing = {part.source, part.start, part.start};
    return root ? root : scn_node_scalar(arena, "", nothing, origin);
}

ScnNode *scn_tree_parse(const ScnSource *source, ScnArena *arena, ScnDiags *diags)
{
    return scn_tree_parse_part((ScnSpan){source, 0, source->length}, scn_origin_file, arena, diags);
}
