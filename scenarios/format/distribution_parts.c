/*
 * distribution_parts.c — distributions made of others: mix(95% a, 5% b), steps(0s: a, 30s: b).
 */
#include "scenarios/format/reader.h"

#include <math.h>
#include <string.h>

#define WEIGHTS_SLACK                                                                              \
    1e-9 /* shares are written in decimals, so they add up to 1 but for rounding */

typedef struct Parts {
    SimDist **parts;
    double *weights;
    SimTime *starts;
    gsize n;
} Parts;

static Parts *parts_new(gsize n)
{
    Parts *parts = g_new0(Parts, 1);
    parts->parts = g_new0(SimDist *, n + 1);
    parts->weights = g_new0(double, n + 1);
    parts->starts = g_new0(SimTime, n + 1);
    return parts;
}

static void parts_free(Parts *parts)
{
    for (gsize i = 0; i < parts->n; i++)
        sim_dist_free(parts->parts[i]);
    g_free(parts->parts);
    g_free(parts->weights);
    g_free(parts->starts);
    g_free(parts);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Parts, parts_free)

static gboolean report_part(ScnReader *reader, const ScnExpr *part)
{
    ScnDiag *diag = scn_diags_add(reader->diags, SCN_EXPRESSION_SYNTAX, scn_expr_span(part),
                                  "each part of a mix begins with its share");
    scn_diag_help(diag, "for example  mix(95%% 1ms, 5%% uniform(1ms, 9ms))");
    return FALSE;
}

/* `5% VALUE` is cut into the share and the value. FALSE: reported. */
static gboolean cut_share(ScnReader *reader, const ScnExpr *part, ScnExpr *share, ScnExpr *value)
{
    *share = *value = *part;
    share->kind = SCN_EXPR_WORDS;
    if (part->kind == SCN_EXPR_CALL) {
        if (!part->prefix[0])
            return report_part(reader, part);
        share->text = part->prefix;
        share->text_start = share->start = part->prefix_start;
        share->end = part->prefix_start + strlen(part->prefix);
        value->prefix = "";
        value->start = part->text_start;
        return TRUE;
    }
    const char *percent = part->kind == SCN_EXPR_WORDS ? strchr(part->text, '%') : NULL;
    const char *cut = percent                        ? percent + 1
                      : part->kind == SCN_EXPR_WORDS ? strchr(part->text, ' ')
                                                     : NULL;
    if (!cut || *cut != ' ')
        return report_part(reader, part);
    share->text = scn_arena_text(reader->arena, part->text, (gsize)(cut - part->text));
    share->end = part->text_start + (gsize)(cut - part->text);
    value->text = cut + 1;
    value->text_start = value->start = part->text_start + (gsize)(cut + 1 - part->text);
    return TRUE;
}

SimDist *scn_read_mix(ScnReader *reader, const ScnExpr *call, GString *canonical)
{
    static const RepField share_field = {.key = "share", .type = REP_FIELD_RATIO, .max = 1};
    g_autoptr(Parts) parts = parts_new(call->n);
    double sum = 0;
    g_string_append(canonical, "mix(");
    for (gsize i = 0; i < call->n; i++) {
        ScnExpr share, value;
        g_string_append(canonical, i ? ", " : "");
        if (!cut_share(reader, call->arguments[i].value, &share, &value) ||
            !scn_read_quantity(reader, &share_field, &parts->weights[i], &share, canonical))
            return NULL;
        g_string_append_c(canonical, ' ');
        if (!scn_read_dist(reader, &value, &parts->parts[i], canonical))
            return NULL;
        parts->n++;
        sum += parts->weights[i];
    }
    g_string_append_c(canonical, ')');
    if (fabs(sum - 1) > WEIGHTS_SLACK) {
        g_autofree char *text = scn_format_ratio(floor(sum * 1e9 + 0.5) / 1e9);
        ScnDiag *diag = scn_diags_add(reader->diags, SCN_WEIGHTS_SUM, scn_expr_name_span(call),
                                      "the shares of this mix add up to %s", text);
        scn_diag_label(diag, "they must add up to 100%%");
        return NULL;
    }
    SimDist *mix = sim_dist_mix(parts->parts, parts->weights, parts->n);
    parts->n = 0; /* the mix owns them now */
    return mix;
}

/* The time in front of the colon. FALSE: reported. */
static gboolean read_start(ScnReader *reader, const ScnArgument *step, SimTime previous,
                           SimTime *start)
{
    g_auto(ScnIssue) issue = {0};
    if (!step->key) {
        ScnDiag *diag = scn_diags_add(reader->diags, SCN_EXPRESSION_SYNTAX,
                                      scn_expr_span(step->value), "each step begins with its time");
        scn_diag_help(diag, "for example  steps(0s: 40ms, 30s: 200ms)");
        return FALSE;
    }
    if (!scn_parse_span(step->key, start, &issue)) {
        ScnDiag *diag =
            scn_diags_add(reader->diags, issue.code, step->key_span, "%s", issue.message);
        if (issue.label)
            scn_diag_label(diag, "%s", issue.label);
        return FALSE;
    }
    if (previous < 0 ? *start == 0 : *start > previous)
        return TRUE;
    scn_diags_add(reader->diags, SCN_STEPS_ORDER, step->key_span, "%s",
                  previous < 0 ? "the first step begins at 0s" : "the times of steps must ascend");
    return FALSE;
}

SimDist *scn_read_steps(ScnReader *reader, const ScnExpr *call, GString *canonical)
{
    g_autoptr(Parts) parts = parts_new(call->n);
    if (call->n == 0) {
        scn_diags_add(reader->diags, SCN_MISSING_ARGUMENT, scn_expr_name_span(call),
                      "'steps' needs at least one step, such as 0s: 40ms");
        return NULL;
    }
    g_string_append(canonical, "steps(");
    for (gsize i = 0; i < call->n; i++) {
        const ScnArgument *step = &call->arguments[i];
        if (!read_start(reader, step, i ? parts->starts[i - 1] : -1, &parts->starts[i]))
            return NULL;
        g_autofree char *start = scn_format_span(parts->starts[i]);
        g_string_append_printf(canonical, "%s%s: ", i ? ", " : "", start);
        if (!scn_read_dist(reader, step->value, &parts->parts[i], canonical))
            return NULL;
        parts->n++;
    }
    g_string_append_c(canonical, ')');
    SimDist *steps = sim_dist_steps(parts->parts, parts->starts, parts->n);
    parts->n = 0; /* the steps own them now */
    return steps;
}
