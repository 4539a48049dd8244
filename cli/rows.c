/* rows.c — see rows.h. */
#include "cli/rows.h"

#include "analysis/format.h"

#include <math.h>
#include <string.h>

/* ---- labels ------------------------------------------------------------------------------- */

/* What stands in ( ) of "downtime(writes)"; NULL: nothing. Caller frees. */
static char *argument_of(const char *metric)
{
    const char *open = strchr(metric, '(');
    return open ? g_strndup(open + 1, strcspn(open + 1, ")")) : NULL;
}

static void append_subject(GString *out, const AnaMetric *metric, const AnaQueryParts *parts)
{
    g_autofree char *argument = argument_of(parts->metric);
    g_string_append(out, metric->label);
    if (metric->arg == ANA_ARG_KIND && argument)
        g_string_append_printf(out, " of %s", argument);
    for (const AnaWord *word = metric->arg == ANA_ARG_WORD ? metric->words : NULL;
         word && word->name; word++)
        if (g_strcmp0(word->name, argument) == 0)
            g_string_append_printf(out, " %s", word->label);
    if (metric->arg == ANA_ARG_SPAN)
        g_string_append_printf(out, " %s after the write", argument ? argument : "");
}

/* One filter as `key=value`: nodes after "of", client regions in words, others as they are. */
static void append_filter(GString *out, const char *filter)
{
    if (g_str_has_prefix(filter, "client_region="))
        g_string_append_printf(out, ", %s clients", filter + strlen("client_region="));
    else if (!g_str_has_prefix(filter, "node="))
        g_string_append_printf(out, ", %s", filter);
}

char *cli_parts_label(const AnaMetric *metric, const AnaQueryParts *parts)
{
    GString *out = g_string_new(NULL);
    if (metric->arg == ANA_ARG_STEP || metric->arg == ANA_ARG_NODE_AND_KEY)
        g_string_append(out, parts->metric); /* a claim says itself what it is about */
    else
        append_subject(out, metric, parts);
    g_auto(GStrv) filters = g_strsplit(parts->filter, ", ", -1);
    for (char **filter = filters; *filter; filter++)
        if (g_str_has_prefix(*filter, "node="))
            g_string_append_printf(out, " of %s", *filter + strlen("node="));
    if (strcmp(parts->stat, "rate") == 0)
        g_string_append_printf(out, " per %s", metric->rate_of);
    else if (*parts->stat)
        g_string_append_printf(out, " %s", parts->stat);
    else if (metric->shape == ANA_SHAPE_TOTAL && metric->arg != ANA_ARG_WORD)
        g_string_append(out, " per run");
    for (char **filter = filters; *filter && **filter; filter++)
        append_filter(out, *filter);
    if (*parts->window)
        g_string_append_printf(out, ", %s", parts->window);
    return g_string_free(out, FALSE);
}

char *cli_query_label(const AnaPlan *plan, const AnaQuery *query)
{
    AnaQueryParts parts;
    ana_plan_query_parts(plan, query, &parts);
    char *label = cli_parts_label(query->metric, &parts);
    ana_query_parts_clear(&parts);
    return label;
}

/* ---- rows --------------------------------------------------------------------------------- */

CliRow *cli_row_of(const CliRuns *runs, guint variant, gsize query)
{
    CliRow *row = g_new0(CliRow, 1);
    const AnaPlan *plan = runs->variants[variant].plan;
    row->name = g_strdup(ana_result_query_name(runs->result, variant, query));
    row->query = *ana_plan_query(plan, query);
    row->label = cli_query_label(plan, &row->query);
    row->numbers = g_new0(gssize, runs->n_variants);
    for (guint v = 0; v < runs->n_variants; v++)
        row->numbers[v] = ana_result_find(runs->result, v, row->name);
    return row;
}

void cli_row_free(gpointer pointer)
{
    CliRow *row = pointer;
    g_free(row->name);
    g_free(row->label);
    g_free(row->numbers);
    g_free(row);
}

static gboolean has_row(const GPtrArray *rows, const char *name)
{
    for (guint i = 0; i < rows->len; i++)
        if (strcmp(((const CliRow *)rows->pdata[i])->name, name) == 0)
            return TRUE;
    return FALSE;
}

static void add(const CliRuns *runs, GPtrArray *rows, guint variant, gsize query, gboolean all)
{
    const char *name = ana_result_query_name(runs->result, variant, query);
    if ((all || rows->len < CLI_ROWS_SHOWN) && !has_row(rows, name))
        g_ptr_array_add(rows, cli_row_of(runs, variant, query));
}

static gboolean differs(const CliRuns *runs, const char *name)
{
    for (guint v = 0; v < runs->n_variants; v++) {
        gssize query = ana_result_find(runs->result, v, name);
        if (query < 0)
            continue;
        const AnaEstimate *estimate = ana_result_estimate(runs->result, v, (gsize)query);
        AnaChange change =
            ana_change_of(ana_plan_query(runs->variants[v].plan, (gsize)query)->metric, estimate);
        if (change != ANA_CHANGE_UNKNOWN && change != ANA_CHANGE_SAME)
            return TRUE;
    }
    return FALSE;
}

/* Some variant has seen some of it. */
static gboolean is_seen(const CliRuns *runs, const char *name)
{
    for (guint v = 0; v < runs->n_variants; v++) {
        gssize query = ana_result_find(runs->result, v, name);
        if (query >= 0 && ana_result_estimate(runs->result, v, (gsize)query)->interval.value > 0)
            return TRUE;
    }
    return FALSE;
}

/* ---- what is worth a row ------------------------------------------------------------------ */

/* Measures of the whole run for everybody; of distributions the middle and the tail. `rank` 0 is
 * shown whatever it says, 1 where variants differ or there is room, 2 only where there is any. */
static const struct {
    const char *metric;
    AnaStat stat;
    int writes; /* -1: takes none */
    int rank;
} headlines[] = {
    {"stale_rate", ANA_STAT_NONE, -1, 0},
    {"write.latency", ANA_STAT_P99, -1, 0},
    {"read.latency", ANA_STAT_P99, -1, 0},
    {"write.latency", ANA_STAT_P50, -1, 1},
    {"read.latency", ANA_STAT_P50, -1, 1},
    {"availability", ANA_STAT_NONE, 1, 1},
    {"availability", ANA_STAT_NONE, 0, 1},
    {"downtime", ANA_STAT_NONE, 1, 1},
    {"downtime", ANA_STAT_NONE, 0, 1},
    {"lost_writes", ANA_STAT_NONE, -1, 1},
    {"lag", ANA_STAT_P50, -1, 1},
    {"lag", ANA_STAT_P99, -1, 1},
    {"ryw_violations", ANA_STAT_RATE, -1, 2},
    {"monotonic_violations", ANA_STAT_RATE, -1, 2},
    {"prefix_violations", ANA_STAT_RATE, -1, 2},
    {"overwritten_writes", ANA_STAT_NONE, -1, 2},
    {"conflicts", ANA_STAT_NONE, -1, 2},
    {"overtakes", ANA_STAT_NONE, -1, 2},
    {"divergences", ANA_STAT_NONE, -1, 2},
    {"split_brain", ANA_STAT_NONE, -1, 2},
    {"failovers", ANA_STAT_NONE, -1, 2},
    {"false_failovers", ANA_STAT_NONE, -1, 2},
};

static gboolean is_whole(const AnaQuery *query)
{
    return query->window == ANA_WINDOW_ALL && query->client_region < 0 && query->client < 0 &&
           query->region < 0 && (query->node < 0 || query->metric->required) &&
           query->session < 0 && query->key < 0 && query->age < 0;
}

/* Number of the headline that the query is, or -1. */
static int headline_of(const AnaQuery *query)
{
    for (gsize h = 0; h < G_N_ELEMENTS(headlines); h++)
        if (is_whole(query) && strcmp(query->metric->name, headlines[h].metric) == 0 &&
            query->stat == headlines[h].stat && query->writes == headlines[h].writes)
            return (int)h;
    return -1;
}

gboolean cli_rows_is_headline(const AnaMetric *metric, const AnaQueryParts *parts)
{
    static const char *const stats[] = {[ANA_STAT_NONE] = "",
                                        [ANA_STAT_P50] = "p50",
                                        [ANA_STAT_P99] = "p99",
                                        [ANA_STAT_RATE] = "rate"};
    g_autofree char *argument = argument_of(parts->metric);
    gboolean is_node = g_str_has_prefix(parts->filter, "node=") && !strchr(parts->filter, ',');
    if (*parts->window || (*parts->filter && !(metric->required && is_node)))
        return FALSE;
    for (gsize h = 0; h < G_N_ELEMENTS(headlines); h++) {
        const char *kind = headlines[h].writes < 0 ? NULL
                           : headlines[h].writes   ? "writes"
                                                   : "reads";
        if (strcmp(metric->name, headlines[h].metric) == 0 &&
            strcmp(parts->stat, stats[headlines[h].stat]) == 0 && g_strcmp0(argument, kind) == 0)
            return TRUE;
    }
    return FALSE;
}

static void add_expected(const CliRuns *runs, GPtrArray *rows, gboolean all)
{
    for (guint v = 0; v < runs->n_variants; v++)
        for (gsize e = 0; e < runs->variants[v].variant->n_expectations; e++) {
            const AnaExpectation *expectation = &runs->variants[v].variant->expectations[e];
            gssize query = ana_plan_find(runs->variants[v].plan, &expectation->query);
            if (query >= 0 && !expectation->query.expected) /* CHECKS says it all of stories */
                add(runs, rows, v, (gsize)query, FALSE);
        }
}

/* Headlines of ranks first … last in their order, where `wanted` agrees; NULL: all. */
static void add_headlines(const CliRuns *runs, GPtrArray *rows, int first, int last,
                          gboolean (*wanted)(const CliRuns *runs, const char *name))
{
    for (gsize h = 0; h < G_N_ELEMENTS(headlines); h++) {
        if (headlines[h].rank < first || headlines[h].rank > last)
            continue;
        for (guint v = 0; v < runs->n_variants; v++) {
            const AnaPlan *plan = runs->variants[v].plan;
            for (gsize q = 0; q < ana_plan_n_queries(plan); q++)
                if (headline_of(ana_plan_query(plan, q)) == (int)h &&
                    (!wanted || wanted(runs, ana_result_query_name(runs->result, v, q))))
                    add(runs, rows, v, q, FALSE);
        }
    }
}

static gboolean has_faults(const CliRuns *runs)
{
    for (guint v = 0; v < runs->n_variants; v++)
        if (runs->variants[v].variant->setup->n_faults > 0)
            return TRUE;
    return FALSE;
}

GPtrArray *cli_rows_candidates(const CliRuns *runs)
{
    GPtrArray *rows = g_ptr_array_new_with_free_func(cli_row_free);
    add_expected(runs, rows, TRUE);
    for (guint v = 0; v < runs->n_variants; v++)
        for (gsize q = 0; q < ana_plan_n_queries(runs->variants[v].plan); q++)
            if (headline_of(ana_plan_query(runs->variants[v].plan, q)) >= 0)
                add(runs, rows, v, q, TRUE);
    return rows;
}

GPtrArray *cli_rows_new(const CliRuns *runs, gboolean all)
{
    GPtrArray *rows = g_ptr_array_new_with_free_func(cli_row_free);
    add_expected(runs, rows, FALSE);
    add_headlines(runs, rows, 0, 2, differs);
    add_headlines(runs, rows, 0, 0, NULL);
    add_headlines(runs, rows, 2, 2, is_seen);
    if (has_faults(runs) || runs->n_variants > 1)
        add_headlines(runs, rows, 0, 1, NULL);
    for (guint v = 0; v < runs->n_variants && all; v++)
        for (gsize q = 0; q < ana_plan_n_queries(runs->variants[v].plan); q++)
            add(runs, rows, v, q, TRUE);
    return rows;
}
