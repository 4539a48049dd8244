/*
 * workload.c — what clients do: arrivals, keys, where sessions are, reads after writes.
 */
#include "scenarios/format/functions.h"
#include "scenarios/format/reader.h"

#include "scenarios/format/suggest.h"
#include "sim/check.h"

#include <math.h>
#include <string.h>

#define SHARES_SLACK 1e-9
#define SESSIONS_MAX 1e7
#define READS_AFTER_MAX 32u

/* ---- tables ------------------------------------------------------------------------------- */

typedef enum ArrivalKind { POISSON, PERIODIC, BURSTY, CLOSED } ArrivalKind;
typedef enum KeyKind { ZIPF, UNIFORM_KEYS, HOTSET, WEIGHTS, UNIQUE } KeyKind;

typedef struct Args {
    RepRate rate;
    SimSpan on, off;
    gint64 sessions, keys;
    SimDist *think;
    double s, hot, share;
    char *file, *column;
} Args;

#define END                                                                                        \
    {                                                                                              \
        .key = NULL                                                                                \
    }
#define AT(member) .offset = G_STRUCT_OFFSET(Args, member)

static const RepField open_args[] = {{.key = "rate",
                                      .type = REP_FIELD_RATE,
                                      AT(rate),
                                      .required = TRUE,
                                      .doc = "operations per time",
                                      .example = "2k/s"},
                                     END};
static const RepField bursty_args[] = {{.key = "rate",
                                        .type = REP_FIELD_RATE,
                                        AT(rate),
                                        .required = TRUE,
                                        .doc = "the average, pauses included",
                                        .example = "2k/s"},
                                       {.key = "on",
                                        .type = REP_FIELD_SPAN,
                                        AT(on),
                                        .required = TRUE,
                                        .min = 1,
                                        .max = 3e18,
                                        .doc = "how long operations come",
                                        .example = "200ms"},
                                       {.key = "off",
                                        .type = REP_FIELD_SPAN,
                                        AT(off),
                                        .required = TRUE,
                                        .max = 3e18,
                                        .doc = "how long none come",
                                        .example = "800ms"},
                                       END};
static const RepField closed_args[] = {{.key = "sessions",
                                        .type = REP_FIELD_COUNT,
                                        AT(sessions),
                                        .required = TRUE,
                                        .min = 1,
                                        .max = SESSIONS_MAX,
                                        .doc = "how many take turns with the system",
                                        .example = "50"},
                                       {.key = "think",
                                        .type = REP_FIELD_DIST,
                                        AT(think),
                                        .fallback = "0s",
                                        .doc = "pause between an answer and the next operation",
                                        .example = "10ms"},
                                       END};

const RepChoice scn_arrivals[] = {
    {.name = "poisson",
     .value = POISSON,
     .args = open_args,
     .doc = "at random and independent of each other; 2k/s alone means poisson(2k/s)"},
    {.name = "periodic", .value = PERIODIC, .args = open_args, .doc = "at even distances"},
    {.name = "bursty",
     .value = BURSTY,
     .args = bursty_args,
     .doc = "poisson while on, nothing while off"},
    {.name = "closed",
     .value = CLOSED,
     .args = closed_args,
     .doc = "each session waits for its answer; hides outages from latency figures"},
    {.name = NULL}};

#define N_ARG                                                                                      \
    {                                                                                              \
        .key = "n", .type = REP_FIELD_COUNT, AT(keys), .required = TRUE, .min = 1,                 \
        .max = SIM_KEYS_MAX, .doc = "how many keys there are", .example = "100k"                   \
    }

static const RepField zipf_args[] = {N_ARG,
                                     {.key = "s",
                                      .type = REP_FIELD_NUMBER,
                                      AT(s),
                                      .required = TRUE,
                                      .max = 20,
                                      .doc = "how uneven: 0 is uniform, 0.99 is usual",
                                      .example = "0.99"},
                                     END};
static const RepField uniform_args[] = {N_ARG, END};
static const RepField hotset_args[] = {{.key = "n",
                                        .type = REP_FIELD_COUNT,
                                        AT(keys),
                                        .required = TRUE,
                                        .min = 2,
                                        .max = SIM_KEYS_MAX,
                                        .doc = "how many keys there are",
                                        .example = "1M"},
                                       {.key = "hot",
                                        .type = REP_FIELD_RATIO,
                                        AT(hot),
                                        .required = TRUE,
                                        .max = 1,
                                        .doc = "share of the keys that is hot",
                                        .example = "1%"},
                                       {.key = "share",
                                        .type = REP_FIELD_RATIO,
                                        AT(share),
                                        .required = TRUE,
                                        .max = 1,
                                        .doc = "share of the traffic that goes there",
                                        .example = "90%"},
                                       END};
static const RepField weights_args[] = {
    {.key = "file",
     .type = REP_FIELD_TEXT,
     AT(file),
     .required = TRUE,
     .doc = "a CSV file with a header and one row a key",
     .example = "keys.csv"},
    {.key = "column",
     .type = REP_FIELD_TEXT,
     AT(column),
     .doc = "the column with the weights; not needed where there is only one",
     .example = "weight"},
    END};

const RepChoice scn_key_laws[] = {
    {.name = "zipf",
     .value = ZIPF,
     .args = zipf_args,
     .doc = "the k-th most popular key gets a share proportional to 1 / k^s"},
    {.name = "uniform_keys", .value = UNIFORM_KEYS, .args = uniform_args, .doc = "all keys alike"},
    {.name = "hotset",
     .value = HOTSET,
     .args = hotset_args,
     .doc = "a few keys get most of the traffic"},
    {.name = "file",
     .value = WEIGHTS,
     .args = weights_args,
     .doc = "weights from a CSV file, one row a key"},
    {.name = "unique", .value = UNIQUE, .doc = "every write makes a new key"},
    {.name = NULL}};

/* ---- finding the call --------------------------------------------------------------------- */

static const RepChoice *find(const RepChoice *choices, const ScnExpr *expr)
{
    if (expr->kind == SCN_EXPR_LIST)
        return NULL;
    for (; choices->name; choices++)
        if (strcmp(choices->name, expr->text) == 0)
            return choices;
    return NULL;
}

static gboolean report_unknown(ScnReader *reader, const RepChoice *choices, const ScnExpr *expr,
                               const char *noun)
{
    g_autofree const char **names = scn_choice_names(choices);
    g_autofree char *list = scn_word_list(names, " ", 20);
    const char *near = scn_suggest(expr->text, names);
    if (expr->kind == SCN_EXPR_LIST)
        return scn_expect_words(reader, expr, noun);
    ScnDiag *diag = scn_diags_add(reader->diags, SCN_UNKNOWN_FUNCTION, scn_expr_name_span(expr),
                                  "'%s' is not %s", expr->text, noun);
    if (near)
        scn_diag_label(diag, "did you mean '%s'?", near);
    else
        scn_diag_label(diag, "known: %s", list);
    scn_diag_more(diag, "replsim list distributions");
    return FALSE;
}

static gboolean read_args(ScnReader *reader, const RepChoice *choice, const ScnExpr *expr,
                          Args *args, GString *canonical)
{
    ScnExpr call_expr = *expr; /* a name alone is a call without arguments */
    call_expr.kind = SCN_EXPR_CALL;
    ScnCall call = {.fields = choice->args, .base = args, .expr = &call_expr, .name = choice->name};
    g_string_append(canonical, choice->name);
    return scn_read_arguments(reader, &call, canonical);
}

/* ---- arrivals ----------------------------------------------------------------------------- */

static void warn_closed(ScnReader *reader, const ScnExpr *expr)
{
    ScnDiag *diag = scn_diags_add(reader->diags, SCN_CLOSED_LOOP, scn_expr_name_span(expr),
                                  "a closed loop hides outages");
    scn_diag_note(diag, "sessions that wait send nothing, so slow times are counted too rarely; "
                        "every latency will say so");
    scn_diag_help(diag, "poisson(…) keeps sending, as many independent users do");
}

static gboolean set_arrivals(ScnReader *reader, const RepChoice *choice, const ScnExpr *expr,
                             Args *args, RepArrivals *arrivals)
{
    static const SimArrivalsKind kinds[] = {[POISSON] = SIM_ARRIVALS_POISSON,
                                            [PERIODIC] = SIM_ARRIVALS_PERIODIC,
                                            [BURSTY] = SIM_ARRIVALS_BURSTY};
    if (choice->value == CLOSED) {
        warn_closed(reader, expr);
        arrivals->closed = TRUE;
        arrivals->sessions = args->sessions;
        arrivals->think = g_steal_pointer(&args->think);
        return TRUE;
    }
    arrivals->open = (SimArrivals){.kind = kinds[choice->value],
                                   .events = args->rate.events,
                                   .per = args->rate.per,
                                   .on = args->on,
                                   .off = args->off};
    return TRUE;
}

gboolean scn_read_arrivals(ScnReader *reader, const ScnExpr *expr, RepArrivals *arrivals,
                           GString *canonical)
{
    static const RepField rate_field = {.key = "rate", .type = REP_FIELD_RATE};
    const RepChoice *choice = find(scn_arrivals, expr);
    Args args = {0};
    gboolean is_good;
    g_clear_pointer(&arrivals->think, sim_dist_free);
    *arrivals = (RepArrivals){0};
    if (choice) {
        is_good = read_args(reader, choice, expr, &args, canonical) &&
                  set_arrivals(reader, choice, expr, &args, arrivals);
        rep_fields_clear(choice->args, &args);
        return is_good;
    }
    if (expr->kind != SCN_EXPR_WORDS || !g_ascii_isdigit(expr->text[0]))
        return report_unknown(reader, scn_arrivals, expr, "a way to arrive");
    g_string_append(canonical, "poisson(");
    is_good = scn_read_quantity(reader, &rate_field, &args.rate, expr, canonical);
    g_string_append_c(canonical, ')');
    return is_good && set_arrivals(reader, &scn_arrivals[POISSON], expr, &args, arrivals);
}

/* ---- keys --------------------------------------------------------------------------------- */

static SimKeys *read_weights(ScnReader *reader, const ScnExpr *expr, const Args *args)
{
    ScnColumn column;
    if (!scn_data_column(reader, expr, args->file, args->column, &column))
        return NULL;
    g_autofree double *weights = scn_data_numbers(reader, &column);
    double sum = 0;
    for (gsize i = 0; weights && i < column.csv->rows; i++)
        sum += weights[i];
    if (weights && sum > 0 && sum < 1e300)
        return sim_keys_weights(weights, column.csv->rows);
    if (weights)
        scn_diags_add(reader->diags, SCN_CSV_VALUE, scn_argument_span(expr, "file", 0),
                      "the weights in '%s' add up to %s", args->file,
                      sum > 0 ? "more than fits" : "0");
    return NULL;
}

static SimKeys *make_keys(ScnReader *reader, const RepChoice *choice, const ScnExpr *expr,
                          const Args *args)
{
    switch ((KeyKind)choice->value) {
    case ZIPF:
        return sim_keys_zipf((guint64)args->keys, args->s);
    case UNIFORM_KEYS:
        return sim_keys_uniform((guint64)args->keys);
    case HOTSET:
        if (args->hot > 0 && args->hot < 1)
            return sim_keys_hotset((guint64)args->keys, args->hot, args->share);
        scn_diags_add(reader->diags, SCN_IMPOSSIBLE_PARAMETERS, scn_argument_span(expr, "hot", 1),
                      "the hot share of the keys must be between 0 and 100%%");
        return NULL;
    case WEIGHTS:
        return read_weights(reader, expr, args);
    case UNIQUE:
        return sim_keys_unique();
    }
    SIM_UNREACHABLE();
}

gboolean scn_read_keys(ScnReader *reader, const ScnExpr *expr, SimKeys **keys, GString *canonical)
{
    const RepChoice *choice = find(scn_key_laws, expr);
    Args args = {0};
    g_clear_pointer(keys, sim_keys_free);
    if (!choice)
        return report_unknown(reader, scn_key_laws, expr, "a law of keys");
    if (read_args(reader, choice, expr, &args, canonical))
        *keys = make_keys(reader, choice, expr, &args);
    rep_fields_clear(choice->args, &args);
    return *keys != NULL;
}

/* ---- where sessions are ------------------------------------------------------------------- */

static void share_equally(const RepSetup *setup, RepShares *shares)
{
    shares->n = setup->n_regions;
    shares->share = g_new0(double, MAX(shares->n, 1));
    for (gsize i = 0; i < shares->n; i++)
        shares->share[i] = 1.0 / (double)shares->n;
}

/* The number of the region that a key names, or -1 and a report. */
static int region_of(ScnReader *reader, const ScnNode *key)
{
    const RepSetup *setup = reader->setup;
    int region = rep_setup_region(setup, key->text);
    if (region >= 0)
        return region;
    const char *const none[] = {NULL};
    const char *const *names = setup->n_regions ? (const char *const *)setup->regions : none;
    g_autofree char *list = scn_word_list(names, " ", 12);
    const char *near = scn_suggest(key->text, names);
    ScnDiag *diag = scn_diags_add(reader->diags, SCN_UNKNOWN_REGION, key->span,
                                  "no region is called '%s'", key->text);
    scn_diag_label(diag, "known: %s", list);
    if (near)
        scn_diag_help(diag, "did you mean '%s'?", near);
    return -1;
}

static gboolean check_sum(ScnReader *reader, const ScnNode *node, double sum)
{
    if (fabs(sum - 1) <= SHARES_SLACK)
        return TRUE;
    g_autofree char *text = scn_format_ratio(floor(sum * 1e9 + 0.5) / 1e9);
    ScnSpan span = node->span;
    if (node->n)
        span = node->entries[node->n - 1].value->span;
    ScnDiag *diag =
        scn_diags_add(reader->diags, SCN_SHARES_SUM, span, "these shares add up to %s", text);
    scn_diag_label(diag, "they must add up to 100%%");
    return FALSE;
}

static gboolean read_share_map(ScnReader *reader, const ScnNode *node, RepShares *shares)
{
    static const RepField share_field = {.key = "share", .type = REP_FIELD_RATIO, .max = 1};
    gboolean is_good = TRUE;
    double sum = 0;
    shares->n = reader->setup->n_regions;
    shares->share = g_new0(double, MAX(shares->n, 1));
    for (gsize i = 0; i < node->n; i++) {
        g_autoptr(GString) text = g_string_new(NULL);
        double share = 0;
        int region = region_of(reader, node->entries[i].key);
        if (!scn_read_node(reader, &share_field, &share, node->entries[i].value, text) ||
            region < 0) {
            is_good = FALSE;
            continue;
        }
        shares->share[region] = share;
        sum += share;
    }
    return is_good && check_sum(reader, node, sum);
}

gboolean scn_read_shares(ScnReader *reader, const ScnNode *node, RepShares *shares,
                         GString *canonical)
{
    const RepSetup *setup = reader->setup;
    g_clear_pointer(&shares->share, g_free);
    if (scn_node_is_scalar(node) && strcmp(node->text, "equal") == 0) {
        share_equally(setup, shares);
        g_string_append(canonical, "equal");
        return TRUE;
    }
    if (node->kind != SCN_MAP) {
        ScnDiag *diag = scn_diags_add(reader->diags, SCN_WRONG_SHAPE, node->span,
                                      "shares of regions are expected here");
        scn_diag_help(diag, "for example  {us: 40%%, eu: 60%%}, or 'equal'");
        return FALSE;
    }
    if (!read_share_map(reader, node, shares))
        return FALSE;
    gsize used = 0;
    g_string_append_c(canonical, '{');
    for (gsize i = 0; i < shares->n; i++) {
        if (!(shares->share[i] > 0))
            continue;
        g_autofree char *text = scn_format_ratio(shares->share[i]);
        g_string_append_printf(canonical, "%s%s: %s", used++ ? ", " : "", setup->regions[i], text);
    }
    g_string_append_c(canonical, '}');
    return TRUE;
}

/* ---- reads after writes ------------------------------------------------------------------- */

/* `10% after VALUE`: the share's end and the value's beginning in the node's text. */
static gboolean find_after(const ScnExpr *expr, gsize *share_end, gsize *value_start)
{
    if (expr->node->kind != SCN_SCALAR)
        return FALSE;
    const char *text = expr->node->text + expr->start;
    const char *after = strstr(text, " after ");
    if (!after || (gsize)(after - text) > expr->end - expr->start)
        return FALSE;
    *share_end = expr->start + (gsize)(after - text);
    *value_start = *share_end + strlen(" after ");
    return TRUE;
}

static gboolean read_delays(ScnReader *reader, const ScnExpr *value, RepReadAfter *reads,
                            GString *canonical)
{
    const ScnArgument alone = {.value = (ScnExpr *)value};
    gboolean is_list = value->kind == SCN_EXPR_LIST;
    const ScnArgument *each = is_list ? value->arguments : &alone;
    gsize n = is_list ? value->n : 1;
    gboolean is_good = TRUE;
    if (n == 0 || n > READS_AFTER_MAX) {
        scn_diags_add(reader->diags, SCN_TOO_MANY, scn_expr_span(value),
                      "between 1 and %u reads may follow a write", READS_AFTER_MAX);
        return FALSE;
    }
    reads->after = g_new0(SimDist *, n);
    reads->n = n;
    g_string_append(canonical, is_list ? "[" : "");
    for (gsize i = 0; i < n; i++) {
        g_string_append(canonical, i ? ", " : "");
        if (!scn_read_dist(reader, each[i].value, &reads->after[i], canonical))
            is_good = FALSE;
    }
    g_string_append(canonical, is_list ? "]" : "");
    return is_good;
}

gboolean scn_read_read_after(ScnReader *reader, const ScnExpr *expr, RepReadAfter *reads,
                             GString *canonical)
{
    static const RepField share_field = {.key = "share", .type = REP_FIELD_RATIO, .max = 1};
    static const RepField alone[] = {{.key = "self", .type = REP_FIELD_READ_AFTER}, {.key = NULL}};
    gsize share_end, value_start;
    g_auto(ScnIssue) issue = {0};
    rep_fields_clear(alone, reads);
    if (!find_after(expr, &share_end, &value_start)) {
        ScnDiag *diag = scn_diags_add(reader->diags, SCN_EXPRESSION_SYNTAX, scn_expr_span(expr),
                                      "a share and a delay are expected here");
        scn_diag_help(diag, "for example  10%% after 100ms, or 10%% after [0ms, 50ms]");
        return FALSE;
    }
    ScnExpr *share = scn_expr_parse_part(expr->node, expr->start, share_end, reader->arena, &issue);
    ScnExpr *value =
        share ? scn_expr_parse_part(expr->node, value_start, expr->end, reader->arena, &issue)
              : NULL;
    if (!value) {
        scn_diags_add(reader->diags, issue.code, scn_node_part(expr->node, issue.start, issue.end),
                      "%s", issue.message);
        return FALSE;
    }
    if (!scn_read_quantity(reader, &share_field, &reads->share, share, canonical))
        return FALSE;
    g_string_append(canonical, " after ");
    return read_delays(reader, value, reads, canonical);
}
