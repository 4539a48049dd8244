/*
 * distribution.c — distributions of spans: lognormal(p50=40ms, p99=90ms) and its like become
 * SimDist, with what makes them impossible said in words.
 */
#include "scenarios/format/functions.h"
#include "scenarios/format/reader.h"

#include "scenarios/format/suggest.h"
#include "sim/check.h"

#include <math.h>
#include <string.h>

#define FEW_ROWS 200 /* fewer say nothing about a p99 (ux.md §6.1) */
#define ABSENT G_MININT64

typedef enum Kind {
    CONSTANT,
    UNIFORM,
    EXPONENTIAL,
    LOGNORMAL,
    PARETO,
    NORMAL,
    EMPIRICAL,
    MIX,
    STEPS,
    REPLAY,
    RTT
} Kind;

typedef struct Args {
    SimSpan low, high, mean, sd, min, max, p50, p99;
    double alpha;
    char *file, *column, *unit, *time, *time_unit;
    SimDist *part;
} Args;

/* ---- the table ---------------------------------------------------------------------------- */

#define END                                                                                        \
    {                                                                                              \
        .key = NULL                                                                                \
    }
#define SPAN_ARG(name, needed, text, sample)                                                       \
    {                                                                                              \
        .key = #name, .type = REP_FIELD_SPAN, .offset = G_STRUCT_OFFSET(Args, name),               \
        .required = needed, .doc = text, .example = sample                                         \
    }
#define TEXT_ARG(name, needed, text, sample)                                                       \
    {                                                                                              \
        .key = #name, .type = REP_FIELD_TEXT, .offset = G_STRUCT_OFFSET(Args, name),               \
        .required = needed, .doc = text, .example = sample                                         \
    }

static const RepField constant_args[] = {{.key = "value",
                                          .type = REP_FIELD_SPAN,
                                          .offset = G_STRUCT_OFFSET(Args, low),
                                          .required = TRUE,
                                          .doc = "the value",
                                          .example = "5ms"},
                                         END};
static const RepField uniform_args[] = {SPAN_ARG(low, TRUE, "the least value", "1ms"),
                                        SPAN_ARG(high, TRUE, "the largest value", "9ms"), END};
static const RepField exponential_args[] = {SPAN_ARG(mean, TRUE, "the mean", "20ms"), END};
static const RepField lognormal_args[] = {
    {.key = "p50",
     .type = REP_FIELD_SPAN,
     .offset = G_STRUCT_OFFSET(Args, p50),
     .required = TRUE,
     .alias = "median",
     .doc = "half of the values are below it",
     .example = "40ms"},
    SPAN_ARG(p99, TRUE, "99 % of the values are below it", "90ms"),
    SPAN_ARG(min, FALSE, "nothing is faster; percentiles stay as given", "35ms"),
    END};
static const RepField pareto_args[] = {
    SPAN_ARG(min, TRUE, "the least value", "5ms"),
    {.key = "alpha",
     .type = REP_FIELD_NUMBER,
     .offset = G_STRUCT_OFFSET(Args, alpha),
     .required = TRUE,
     .min = 0.01,
     .max = 1000,
     .doc = "how fast the tail falls",
     .example = "1.5"},
    SPAN_ARG(max, FALSE, "the largest value; needed where alpha is 1 or less", "2s"),
    END};
static const RepField normal_args[] = {
    SPAN_ARG(mean, TRUE, "the mean", "10ms"), SPAN_ARG(sd, TRUE, "the standard deviation", "2ms"),
    SPAN_ARG(min, FALSE, "smaller values are drawn again", "0ms"), END};
static const RepField empirical_args[] = {
    TEXT_ARG(file, TRUE, "a CSV file with a header, in the scenario's folder", "rtt.csv"),
    TEXT_ARG(column, FALSE, "the column; not needed where there is only one", "one_way"),
    TEXT_ARG(unit, TRUE, "the unit of the numbers in the file", "ms"), END};
static const RepField replay_args[] = {
    TEXT_ARG(file, TRUE, "a CSV file with a header, in the scenario's folder", "delays.csv"),
    TEXT_ARG(time, TRUE, "the column with the times, ascending", "t"),
    TEXT_ARG(column, TRUE, "the column with the delays", "ms"),
    {.key = "unit",
     .type = REP_FIELD_TEXT,
     .offset = G_STRUCT_OFFSET(Args, unit),
     .doc = "the unit of the delays; not needed where the column is called like a unit",
     .example = "ms"},
    {.key = "time_unit",
     .type = REP_FIELD_TEXT,
     .offset = G_STRUCT_OFFSET(Args, time_unit),
     .fallback = "s",
     .doc = "the unit of the times",
     .example = "s"},
    END};
static const RepField rtt_args[] = {{.key = "value",
                                     .type = REP_FIELD_DIST,
                                     .offset = G_STRUCT_OFFSET(Args, part),
                                     .required = TRUE,
                                     .doc = "round-trip times",
                                     .example = "80ms"},
                                    END};

const RepChoice scn_distributions[] = {
    {.name = "constant",
     .value = CONSTANT,
     .args = constant_args,
     .doc = "always the same; 5ms alone means constant(5ms)"},
    {.name = "uniform",
     .value = UNIFORM,
     .args = uniform_args,
     .doc = "anything between two values, equally likely"},
    {.name = "exponential",
     .value = EXPONENTIAL,
     .args = exponential_args,
     .doc = "without memory, as times between independent events are"},
    {.name = "lognormal",
     .value = LOGNORMAL,
     .args = lognormal_args,
     .doc = "skewed to the right, as network and disk delays usually are"},
    {.name = "pareto",
     .value = PARETO,
     .args = pareto_args,
     .doc = "a heavy tail: the rare value is very large"},
    {.name = "normal", .value = NORMAL, .args = normal_args, .doc = "the bell curve"},
    {.name = "empirical",
     .value = EMPIRICAL,
     .args = empirical_args,
     .doc = "draws from your own measurements, one row each"},
    {.name = "mix",
     .value = MIX,
     .doc = "one of several by share: mix(95% lognormal(p50=1ms, p99=4ms), 5% 20ms)"},
    {.name = "steps",
     .value = STEPS,
     .doc = "changes with simulated time: steps(0s: 40ms, 30s: 200ms); quote it in the file"},
    {.name = "replay",
     .value = REPLAY,
     .args = replay_args,
     .doc = "a recorded sequence, in order: the last row at or before the time of sending"},
    {.name = "rtt",
     .value = RTT,
     .args = rtt_args,
     .doc = "half of a round trip: links take one-way delays"},
    {.name = NULL}};

/* ---- checks ------------------------------------------------------------------------------- */

static SimDist *report(ScnReader *reader, ScnCodeId code, ScnSpan span, const char *message)
{
    scn_diags_add(reader->diags, code, span, "%s", message);
    return NULL;
}

static SimDist *make_uniform(ScnReader *reader, const ScnExpr *call, const Args *args)
{
    if (args->low <= args->high)
        return sim_dist_uniform(args->low, args->high);
    return report(reader, SCN_IMPOSSIBLE_PARAMETERS, scn_argument_span(call, "high", 1),
                  "the largest value is less than the least");
}

static SimDist *make_exponential(ScnReader *reader, const ScnExpr *call, const Args *args)
{
    if (args->mean > 0)
        return sim_dist_exponential((double)args->mean);
    return report(reader, SCN_IMPOSSIBLE_PARAMETERS, scn_argument_span(call, "mean", 0),
                  "the mean must be more than 0");
}

static SimDist *make_lognormal(ScnReader *reader, const ScnExpr *call, const Args *args)
{
    SimSpan min = args->min == ABSENT ? 0 : args->min;
    ScnSpan where = scn_argument_span(call, "p50", 0);
    if (args->p50 >= args->p99) {
        ScnDiag *diag = scn_diags_add(reader->diags, SCN_PERCENTILE_ORDER, where,
                                      "the p50 must be less than the p99");
        scn_diag_label(diag, "half of the values are below this, 99 %% below the p99");
        return NULL;
    }
    if (min < args->p50)
        return sim_dist_lognormal(min, args->p50, args->p99);
    return report(reader, SCN_PERCENTILE_ORDER, where,
                  min == 0 ? "the p50 must be more than 0" : "the p50 must be more than the min");
}

static SimDist *make_pareto(ScnReader *reader, const ScnExpr *call, const Args *args)
{
    if (args->min == 0)
        return report(reader, SCN_IMPOSSIBLE_PARAMETERS, scn_argument_span(call, "min", 0),
                      "the min of a pareto must be more than 0");
    if (args->max == ABSENT && args->alpha <= 1) {
        ScnDiag *diag =
            scn_diags_add(reader->diags, SCN_NO_MEAN, scn_argument_span(call, "alpha", 1),
                          "with alpha <= 1 and no max there is no mean");
        scn_diag_label(diag, "the tail is too heavy");
        scn_diag_help(diag, "add a largest value, such as max=2s");
        return NULL;
    }
    SimSpan max = args->max == ABSENT ? SIM_NEVER : args->max;
    if (max > args->min)
        return sim_dist_pareto(args->min, args->alpha, max);
    return report(reader, SCN_IMPOSSIBLE_PARAMETERS, scn_argument_span(call, "max", 2),
                  "the max must be more than the min");
}

static SimDist *make_normal(ScnReader *reader, const ScnExpr *call, const Args *args)
{
    if (args->sd <= 0)
        return report(reader, SCN_IMPOSSIBLE_PARAMETERS, scn_argument_span(call, "sd", 1),
                      "the standard deviation must be more than 0");
    double min = args->min == ABSENT ? -HUGE_VAL : (double)args->min;
    return sim_dist_normal((double)args->mean, (double)args->sd, min);
}

/* ---- measured ----------------------------------------------------------------------------- */

/* ns of the unit that the argument names, or 0 and a report. */
static SimSpan unit_of(ScnReader *reader, const ScnExpr *call, const char *key, const char *unit)
{
    SimSpan ns = scn_time_unit(unit);
    if (ns)
        return ns;
    ScnDiag *diag =
        scn_diags_add(reader->diags, SCN_UNKNOWN_UNIT, scn_argument_span(call, key, G_MAXSIZE),
                      "'%s' is not a unit of time", unit);
    scn_diag_label(diag, "units: ns us ms s min h d");
    return 0;
}

static SimDist *make_empirical(ScnReader *reader, const ScnExpr *call, const Args *args)
{
    ScnColumn column;
    SimSpan unit = unit_of(reader, call, "unit", args->unit);
    if (!unit || !scn_data_column(reader, call, args->file, args->column, &column))
        return NULL;
    g_autofree SimSpan *rows = scn_data_spans(reader, &column, unit);
    if (!rows)
        return NULL;
    gsize n = column.csv->rows;
    if (n < FEW_ROWS) {
        ScnDiag *diag = scn_diags_add(
            reader->diags, SCN_FEW_ROWS, scn_argument_span(call, "file", 0),
            "'%s' has only %" G_GSIZE_FORMAT " row%s", args->file, n, n == 1 ? "" : "s");
        scn_diag_note(diag, "its p99 is not known from fewer than %d", FEW_ROWS);
    }
    return sim_dist_empirical(rows, n);
}

static SimDist *make_replay(ScnReader *reader, const ScnExpr *call, Args *args)
{
    ScnColumn times, delays;
    if (!args->unit && scn_time_unit(args->column))
        args->unit = g_strdup(args->column);
    if (!args->unit) {
        ScnDiag *diag =
            scn_diags_add(reader->diags, SCN_MISSING_ARGUMENT, scn_argument_span(call, "column", 2),
                          "'replay' needs 'unit'");
        scn_diag_label(diag, "numbers of which unit?");
        scn_diag_help(diag, "for example  unit=ms");
        return NULL;
    }
    SimSpan unit = unit_of(reader, call, "unit", args->unit);
    SimSpan time_unit = unit_of(reader, call, "time_unit", args->time_unit);
    if (!unit || !time_unit || !scn_data_column(reader, call, args->file, args->time, &times) ||
        !scn_data_column(reader, call, args->file, args->column, &delays))
        return NULL;
    g_autofree SimSpan *at = scn_data_spans(reader, &times, time_unit);
    g_autofree SimSpan *values = at ? scn_data_spans(reader, &delays, unit) : NULL;
    if (!values)
        return NULL;
    for (gsize i = 1; i < times.csv->rows; i++)
        if (at[i] <= at[i - 1]) {
            scn_diags_add(reader->diags, SCN_CSV_ORDER, scn_argument_span(call, "file", 0),
                          "'%s', line %" G_GSIZE_FORMAT ": the times do not ascend", args->file,
                          times.csv->lines[i]);
            return NULL;
        }
    return sim_dist_replay(at, values, times.csv->rows);
}

/* ---- all of them -------------------------------------------------------------------------- */

static SimDist *make(ScnReader *reader, Kind kind, const ScnExpr *call, Args *args)
{
    switch (kind) {
    case CONSTANT:
        return sim_dist_constant(args->low);
    case UNIFORM:
        return make_uniform(reader, call, args);
    case EXPONENTIAL:
        return make_exponential(reader, call, args);
    case LOGNORMAL:
        return make_lognormal(reader, call, args);
    case PARETO:
        return make_pareto(reader, call, args);
    case NORMAL:
        return make_normal(reader, call, args);
    case EMPIRICAL:
        return make_empirical(reader, call, args);
    case REPLAY:
        return make_replay(reader, call, args);
    case RTT: {
        ScnDiag *diag = scn_diags_add(reader->diags, SCN_HALVED, scn_expr_name_span(call),
                                      "a round trip is halved: link delays are one-way");
        scn_diag_note(diag, "both directions get half of it, which real networks need not do");
        return sim_dist_scaled(g_steal_pointer(&args->part), 0.5);
    }
    case MIX:
    case STEPS:
        break;
    }
    SIM_UNREACHABLE();
}

static SimDist *read_call(ScnReader *reader, const RepChoice *choice, const ScnExpr *expr,
                          GString *canonical)
{
    Args args = {.min = ABSENT, .max = ABSENT};
    ScnCall call = {.fields = choice->args,
                    .base = &args,
                    .expr = expr,
                    .name = choice->name,
                    .named = choice->value != CONSTANT && choice->value != UNIFORM &&
                             choice->value != RTT};
    g_autoptr(GString) text = g_string_new(NULL);
    SimDist *dist = scn_read_arguments(reader, &call, text)
                        ? make(reader, (Kind)choice->value, expr, &args)
                        : NULL;
    if (choice->value == CONSTANT) {
        g_autofree char *value = scn_format_span(args.low);
        g_string_append(canonical, value);
    } else {
        g_string_append_printf(canonical, "%s%s", choice->name, text->str);
    }
    rep_fields_clear(choice->args, &args);
    return dist;
}

static gboolean report_unknown(ScnReader *reader, const ScnExpr *expr)
{
    g_autofree const char **names = scn_choice_names(scn_distributions);
    g_autofree char *list = scn_word_list(names, " ", 20);
    const char *near = scn_suggest(expr->text, names);
    ScnDiag *diag = scn_diags_add(reader->diags, SCN_UNKNOWN_FUNCTION, scn_expr_name_span(expr),
                                  "'%s' is not a distribution", expr->text);
    if (near)
        scn_diag_label(diag, "did you mean '%s'?", near);
    else
        scn_diag_label(diag, "known: %s", list);
    scn_diag_more(diag, "replsim list distributions");
    return FALSE;
}

static const RepChoice *find(const char *name)
{
    for (const RepChoice *choice = scn_distributions; choice->name; choice++)
        if (strcmp(choice->name, name) == 0)
            return choice;
    return NULL;
}

static SimDist *read_any_call(ScnReader *reader, const RepChoice *choice, const ScnExpr *expr,
                              GString *canonical)
{
    if (expr->prefix[0]) {
        scn_diags_add(reader->diags, SCN_EXPRESSION_SYNTAX, scn_expr_span(expr),
                      "'%s' cannot stand in front of '%s'", expr->prefix, expr->text);
        return NULL;
    }
    if (choice->value == MIX)
        return scn_read_mix(reader, expr, canonical);
    if (choice->value == STEPS)
        return scn_read_steps(reader, expr, canonical);
    return read_call(reader, choice, expr, canonical);
}

gboolean scn_read_dist(ScnReader *reader, const ScnExpr *expr, SimDist **dist, GString *canonical)
{
    static const RepField span_field = {.type = REP_FIELD_SPAN};
    const RepChoice *choice = expr->kind == SCN_EXPR_LIST ? NULL : find(expr->text);
    g_clear_pointer(dist, sim_dist_free);
    if (choice) {
        ScnExpr call = *expr; /* a name alone is a call without arguments */
        call.kind = SCN_EXPR_CALL;
        *dist = read_any_call(reader, choice, &call, canonical);
        return *dist != NULL;
    }
    if (expr->kind == SCN_EXPR_CALL)
        return report_unknown(reader, expr);
    SimSpan value;
    if (!scn_expect_words(reader, expr, "a duration or distribution") ||
        !scn_read_quantity(reader, &span_field, &value, expr, canonical))
        return FALSE;
    *dist = sim_dist_constant(value);
    return TRUE;
}
