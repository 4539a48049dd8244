/*
 * tree_repair.c — the comma that YAML takes away from a call.
 *
 * Inside { } or [ ] a comma ends a plain scalar, so {clock: skewed(by=250ms, drift=40ppm)} has the
 * keys `clock` and `drift=40ppm)`. The pieces are recognised by their open bracket, put together
 * again so that nothing else is complained of, and the comma is reported with the quoted text to
 * write instead.
 */
#include "scenarios/format/tree.h"

#include <string.h>

/* Brackets opened less brackets closed. */
static int balance(const char *text)
{
    int open = 0;
    for (; *text; text++)
        open += (*text == '(') - (*text == ')');
    return open;
}

static gboolean is_piece(const ScnNode *node)
{
    return scn_node_is_scalar(node) && node->style == SCN_PLAIN && node->span.source;
}

static void report(ScnSpan whole, gsize comma, const char *where, const ScnNode *owner,
                   ScnDiags *diags)
{
    ScnSpan span = {whole.source, comma, comma + 1};
    ScnDiag *diag = scn_diags_add(diags, SCN_FLOW_COMMA, span,
                                  "this comma ends the value, because it is inside %s", where);
    int length = (int)(whole.end - whole.start);
    const char *text = whole.source->text + whole.start;
    if (owner)
        scn_diag_help(diag, "quote it: \"%.*s\", or write %s over several lines", length, text,
                      owner->text);
    else
        scn_diag_help(diag, "quote it: \"%.*s\"", length, text);
}

/* One scalar of all pieces, which stand between the ends of `whole`. */
static ScnNode *join(const ScnNode *first, gsize end, ScnArena *arena)
{
    ScnSpan span = {first->span.source, first->span.start, end};
    const char *text = scn_arena_text(arena, span.source->text + span.start, span.end - span.start);
    return scn_node_scalar(arena, text, span, first->origin);
}

static gsize next_comma(const ScnNode *piece)
{
    const ScnSource *source = piece->span.source;
    gsize at = piece->span.end;
    while (at < source->length && source->text[at] != ',')
        at++;
    return at;
}

/* The entry at which the call that entry `i` opens is closed; 0 where it never is. */
static gsize closing_entry(const ScnEntry *entries, gsize n, gsize i)
{
    int open = balance(entries[i].value->text);
    for (gsize j = i + 1; j < n && open > 0; j++) {
        if (!is_piece(entries[j].key) || !is_piece(entries[j].value))
            return 0;
        open += balance(entries[j].key->text) + balance(entries[j].value->text);
        if (open <= 0)
            return j;
    }
    return 0;
}

void scn_repair_entries(ScnEntry *entries, gsize *n, const ScnNode *owner, ScnArena *arena,
                        ScnDiags *diags)
{
    gsize kept = 0;
    for (gsize i = 0; i < *n; i++) {
        entries[kept] = entries[i];
        gsize last = is_piece(entries[i].value) && balance(entries[i].value->text) > 0
                         ? closing_entry(entries, *n, i)
                         : 0;
        if (last) {
            gsize end = MAX(entries[last].key->span.end, entries[last].value->span.end);
            if (scn_node_is_empty(entries[last].value))
                end = entries[last].key->span.end;
            ScnNode *whole = join(entries[i].value, end, arena);
            report(whole->span, next_comma(entries[i].value), "{ }", owner, diags);
            entries[kept].value = whole;
            i = last;
        }
        kept++;
    }
    *n = kept;
}

static gsize closing_item(ScnNode *const *items, gsize n, gsize i)
{
    int open = balance(items[i]->text);
    for (gsize j = i + 1; j < n && open > 0; j++) {
        if (!is_piece(items[j]))
            return 0;
        open += balance(items[j]->text);
        if (open <= 0)
            return j;
    }
    return 0;
}

void scn_repair_items(ScnNode **items, gsize *n, const ScnNode *owner, ScnArena *arena,
                      ScnDiags *diags)
{
    gsize kept = 0;
    for (gsize i = 0; i < *n; i++) {
        items[kept] = items[i];
        gsize last =
            is_piece(items[i]) && balance(items[i]->text) > 0 ? closing_item(items, *n, i) : 0;
        if (last) {
            ScnNode *whole = join(items[i], items[last]->span.end, arena);
            report(whole->span, next_comma(items[i]), "[ ]", owner, diags);
            items[kept] = whole;
            i = last;
        }
        kept++;
    }
    *n = kept;
}

gboolean scn_blame_comma(ScnSpan between, ScnDiags *diags)
{
    const char *text = between.source->text;
    gsize comma = 0, word = 0;
    int open = 0;
    char quote = '\0';
    for (gsize at = between.start; at < between.end; at++) {
        char c = text[at];
        if (quote) {
            quote = c == quote ? '\0' : quote;
        } else if (c == '"' || c == '\'') {
            quote = c;
        } else if (c == '(') {
            open++;
        } else if (c == ')' && open > 0) {
            open--;
        } else if (c == ',' && open > 0) {
            comma = at;
            break;
        } else if (open == 0 && (c == ' ' || c == '{' || c == '[' || c == ',')) {
            word = at + 1;
        }
    }
    if (!comma || !word)
        return FALSE;
    gsize end = comma;
    while (end < between.source->length && open > 0 && text[end] != '\n') {
        open += (text[end] == '(') - (text[end] == ')');
        end++;
    }
    if (open > 0)
        return FALSE;
    report((ScnSpan){between.source, word, end}, comma, text[between.start] == '[' ? "[ ]" : "{ }",
           NULL, diags);
    return TRUE;
}
