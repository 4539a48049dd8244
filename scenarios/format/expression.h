/*
 * expression.h — the one grammar of values: `lognormal(p50=40ms, p99=90ms)`, `semi-sync(1)`,
 * `first(1, [db2, db3])`, `mix(95% 1ms, 5% uniform(1ms, 9ms))`, `steps(0s: 40ms, 30s: 200ms)`.
 *
 *   value     = words | words? name "(" arguments ")" | words? "[" values "]"
 *             | "{" words ":" value { "," words ":" value } "}"
 *   arguments = argument { "," argument }
 *   argument  = [ key "=" | words ":" ] value
 *   words     = anything but ( ) [ ] { } , and, inside a call or { }, = and ": "
 *
 * The same text means the same in the file, in `--set` and in `--metric`. What YAML says in its own
 * way gives the same expression: a list is a list, and a mapping with one key is a call:
 * {lognormal: {p50: 40ms, p99: 90ms}}.
 *
 * An expression knows where each part stands, for the caret.
 */
#ifndef SCN_EXPRESSION_H
#define SCN_EXPRESSION_H

#include "scenarios/format/quantity.h"
#include "scenarios/format/tree.h"

typedef enum ScnExprKind { SCN_EXPR_WORDS, SCN_EXPR_CALL, SCN_EXPR_LIST, SCN_EXPR_MAP } ScnExprKind;

typedef struct ScnExpr ScnExpr;

typedef struct ScnArgument {
    const char *key; /* NULL: given by position */
    char mark;       /* what stands behind the key: '=' or ':' */
    ScnSpan key_span;
    ScnExpr *value;
} ScnArgument;

struct ScnExpr {
    ScnExprKind kind;
    const ScnNode *node;    /* the scalar whose text holds it, or the YAML list or mapping */
    gsize start, end;       /* bytes of the node's text (scalar) */
    const char *text;       /* WORDS: with single spaces; CALL: the name; else "" */
    gsize text_start;       /* of the words or the name, in the node's text */
    const char *prefix;     /* words before the name or the list; "" where there are none */
    gsize prefix_start;     /* of the prefix */
    gboolean is_quoted;     /* WORDS that were quoted inside the expression */
    ScnArgument *arguments; /* CALL, LIST, MAP: there each has a key */
    gsize n;
};

/* Reads all of a scalar's text, or NULL and the issue, whose places are in the text. */
ScnExpr *scn_expr_parse(const ScnNode *scalar, ScnArena *arena, ScnIssue *issue);
/* The same for bytes [start, end) of the text. */
ScnExpr *scn_expr_parse_part(const ScnNode *scalar, gsize start, gsize end, ScnArena *arena,
                             ScnIssue *issue);
/* Any node. NULL where it is no expression; that is reported. */
ScnExpr *scn_expr_from_node(const ScnNode *node, ScnArena *arena, ScnDiags *diags);

/* Where it stands, and where n bytes of its text from `from` on do (WORDS and CALL). */
ScnSpan scn_expr_span(const ScnExpr *expr);
ScnSpan scn_expr_part(const ScnExpr *expr, gsize from, gsize n);
/* Only its name or words. */
ScnSpan scn_expr_name_span(const ScnExpr *expr);

#endif
