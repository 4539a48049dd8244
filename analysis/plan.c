/* plan.c — what a variant's runs are asked; see meters.h and plan.h. */
#include "analysis/plan.h"

#include "sim/check.h"

/* Times after an acknowledgement at which fresh_after is given by default. */
static const SimSpan fresh_grid[] = {0, SIM_MS, 10 * SIM_MS, 100 * SIM_MS, SIM_S};

static const AnaStat distribution_stats[] = {ANA_STAT_MEAN, ANA_STAT_P50,  ANA_STAT_P90,
                                             ANA_STAT_P99,  ANA_STAT_P999, ANA_STAT_MAX};

/* ---- copy of the world -------------------------------------------------------------------- */

static const char *const *copy_names(const char *const *names, gsize n)
{
    char **copy = g_new0(char *, n + 1);
    for (gsize i = 0; i < n; i++)
        copy[i] = g_strdup(names[i]);
    return (const char *const *)copy;
}

static void free_names(const char *const *names, gsize n)
{
    for (gsize i = 0; i < n; i++)
        g_free((char *)names[i]);
    g_free((gpointer)names);
}

static const gboolean *copy_flags(const gboolean *flags, gsize n)
{
    gboolean *copy = g_new0(gboolean, n + 1);
    for (gsize i = 0; flags && i < n; i++)
        copy[i] = flags[i];
    return copy;
}

static void copy_world(AnaWorld *to, const AnaWorld *from)
{
    *to = *from;
    to->n_logs = MAX(from->n_logs, 1);
    to->nodes = copy_names(from->nodes, from->n_nodes);
    to->regions = copy_names(from->regions, from->n_regions);
    to->clients = copy_names(from->clients, from->n_clients);
    to->faults = copy_names(from->faults, from->n_faults);
    to->client_regions = copy_flags(from->client_regions, from->n_regions);
    to->follows = copy_flags(from->follows, to->n_logs * from->n_nodes);
    to->answers = copy_flags(from->answers, from->n_nodes);
    to->may_be_wiped = copy_flags(from->may_be_wiped, from->n_nodes);
    to->joins = copy_flags(from->joins, from->n_nodes);
    int *regions = g_new0(int, from->n_nodes + 1);
    for (gsize i = 0; i < from->n_nodes; i++)
        regions[i] = from->node_regions[i];
    to->node_regions = regions;
    AnaStep *steps = g_new0(AnaStep, from->n_steps + 1);
    for (gsize i = 0; i < from->n_steps; i++)
        steps[i] = from->steps[i];
    to->steps = steps;
    SimSpan *lives = g_new0(SimSpan, from->n_clients + 1);
    for (gsize i = 0; i < from->n_clients; i++)
        lives[i] = from->client_lives[i];
    to->client_lives = lives;
}

static void free_world(AnaWorld *world)
{
    free_names(world->nodes, world->n_nodes);
    free_names(world->regions, world->n_regions);
    free_names(world->clients, world->n_clients);
    free_names(world->faults, world->n_faults);
    g_free((gpointer)world->client_regions);
    g_free((gpointer)world->follows);
    g_free((gpointer)world->answers);
    g_free((gpointer)world->may_be_wiped);
    g_free((gpointer)world->joins);
    g_free((gpointer)world->node_regions);
    g_free((gpointer)world->client_lives);
    g_free((gpointer)world->steps);
}

SimSpan ana_world_longest_life(const AnaWorld *world)
{
    SimSpan longest = 0;
    for (gsize i = 0; i < world->n_clients; i++)
        longest = MAX(longest, world->client_lives[i]);
    return longest;
}

gboolean ana_cell_is_plain(const AnaQuery *cell)
{
    return cell->window == ANA_WINDOW_ALL && cell->region < 0 && cell->client < 0 &&
           cell->session < 0 && cell->key < 0 && cell->partition < 0 && cell->age < 0 &&
           (cell->node < 0 || cell->metric->required & ANA_FILTER_NODE);
}

/* ---- the default measures ----------------------------------------------------------------- */

/* For all clients, and for each region that has some. */
static void add_by_client_region(GArray *cells, const AnaWorld *world, AnaQuery cell)
{
    g_array_append_val(cells, cell);
    for (gsize region = 0; region < world->n_regions; region++) {
        cell.client_region = (int)region;
        if (world->client_regions[region])
            g_array_append_val(cells, cell);
    }
}

static void add_by_kind(GArray *cells, const AnaWorld *world, AnaQuery cell)
{
    for (cell.writes = 0; cell.writes <= 1; cell.writes++)
        if (cell.writes ? world->has_writes : world->has_reads)
            add_by_client_region(cells, world, cell);
}

static void add_by_node(GArray *cells, const AnaWorld *world, AnaQuery cell)
{
    for (gsize node = 0; node < world->n_nodes; node++) {
        cell.node = (int)node;
        if (ana_world_follows(world, node) && world->has_writes)
            g_array_append_val(cells, cell);
    }
}

/* What must be able to happen for a measure to be asked by default. */
static const guint needed_events[ANA_METRICS] = {[ANA_OVERWRITTEN_WRITES] = ANA_CAN_CONFLICT,
                                                 [ANA_CONFLICTS] = ANA_CAN_CONFLICT,
                                                 [ANA_BACKWARDS_WINS] =
                                                     ANA_HAS_VERSIONS | ANA_CAN_CONFLICT,
                                                 [ANA_T_VISIBILITY] = ANA_HAS_WARS,
                                                 [ANA_DIVERGENCE_TIME] = ANA_HAS_VERSIONS,
                                                 [ANA_HINTS_PENDING] = ANA_HAS_HINTS,
                                                 [ANA_HINTS_DRAINED] = ANA_HAS_HINTS,
                                                 [ANA_DIVERGENCES] = ANA_CAN_DIVERGE,
                                                 [ANA_SPLIT_BRAIN] = ANA_CAN_FAIL_OVER,
                                                 [ANA_FAILOVERS] = ANA_CAN_FAIL_OVER,
                                                 [ANA_FALSE_FAILOVERS] = ANA_CAN_FAIL_OVER,
                                                 [ANA_RYW_VIOLATIONS] = ANA_SESSIONS_RETURN,
                                                 [ANA_MONOTONIC_VIOLATIONS] = ANA_SESSIONS_RETURN,
                                                 [ANA_PREFIX_VIOLATIONS] = ANA_SESSIONS_TALK};

static gboolean has_leaders(const AnaWorld *world)
{
    for (gsize node = 0; node < world->n_nodes; node++)
        if (ana_world_leads_beside_others(world, node))
            return TRUE;
    return FALSE;
}

static void add_default_cells(GArray *cells, const AnaWorld *world, AnaMetricId id)
{
    AnaQuery cell = ana_query_of(&ana_metrics[id]);
    if ((needed_events[id] & world->events) != needed_events[id])
        return;
    switch (id) {
    case ANA_LOST_WRITES:
    case ANA_OVERWRITTEN_WRITES:
    case ANA_CONFLICTS:
    case ANA_BACKWARDS_WINS:
    case ANA_T_VISIBILITY:
    case ANA_DIVERGENCE_TIME:
        if (world->has_writes)
            g_array_append_val(cells, cell);
        break;
    case ANA_OVERTAKES:
        if (world->has_writes && has_leaders(world))
            g_array_append_val(cells, cell);
        break;
    case ANA_DIVERGENCES:
        if (world->has_writes)
            g_array_append_val(cells, cell);
        add_by_node(cells, world, cell);
        break;
    case ANA_STALE_RATE:
    case ANA_STALE_AGE:
    case ANA_STALE_VERSIONS:
    case ANA_RYW_VIOLATIONS:
    case ANA_MONOTONIC_VIOLATIONS:
    case ANA_PREFIX_VIOLATIONS:
        if (world->has_reads && world->has_writes)
            add_by_client_region(cells, world, cell);
        break;
    case ANA_FRESH_AFTER:
        for (gsize i = 0; i < G_N_ELEMENTS(fresh_grid); i++) {
            cell.span = fresh_grid[i];
            if (world->has_reads && world->has_writes)
                add_by_client_region(cells, world, cell);
        }
        break;
    case ANA_WRITE_LATENCY:
        if (world->has_writes)
            add_by_client_region(cells, world, cell);
        break;
    case ANA_READ_LATENCY:
        if (world->has_reads)
            add_by_client_region(cells, world, cell);
        break;
    case ANA_AVAILABILITY:
        add_by_client_region(cells, world, cell);
        add_by_kind(cells, world, cell);
        break;
    case ANA_UNKNOWN_RATE:
        add_by_client_region(cells, world, cell);
        break;
    case ANA_DOWNTIME:
        add_by_kind(cells, world, cell);
        break;
    case ANA_TIME_TO_FIRST:
        for (cell.word = 0; cell.metric->words[cell.word].name && world->n_faults; cell.word++)
            g_array_append_val(cells, cell);
        break;
    case ANA_LAG:
    case ANA_LAG_RECEIVED:
    case ANA_LAG_FLUSHED:
    case ANA_BEHIND:
    case ANA_BACKLOG:
        add_by_node(cells, world, cell);
        break;
    case ANA_HINTS_PENDING:
    case ANA_HINTS_DRAINED:
    case ANA_SPLIT_BRAIN:
    case ANA_FAILOVERS:
    case ANA_FALSE_FAILOVERS:
    case ANA_COST_MESSAGES:
    case ANA_COST_BYTES:
    case ANA_COST_BYTES_BETWEEN_REGIONS:
    case ANA_COST_FLUSHES:
        g_array_append_val(cells, cell);
        break;
    case ANA_LINEARIZABLE: /* keeps a history */
    case ANA_RETURNS:      /* need what is expected */
    case ANA_HOLDS:
    case ANA_VERSION:
        break;
    case ANA_METRICS:
        SIM_UNREACHABLE();
    }
}

/* ---- queries ------------------------------------------------------------------------------ */

static gboolean has_distribution(const AnaMetric *metric)
{
    return metric->shape == ANA_SHAPE_DISTRIBUTION || metric->shape == ANA_SHAPE_TIME_AVERAGE;
}

static void add_query(GArray *queries, gsize first_of_cell, const AnaQuery *query)
{
    for (gsize i = first_of_cell; i < queries->len; i++)
        if (ana_query_equal(&g_array_index(queries, AnaQuery, i), query))
            return;
    g_array_append_vals(queries, query, 1);
}

/* Every statistic that is printed where none is named. */
static void add_all_stats(GArray *queries, gsize first_of_cell, const AnaQuery *cell)
{
    if (has_distribution(cell->metric)) {
        for (gsize i = 0; i < G_N_ELEMENTS(distribution_stats); i++) {
            AnaQuery query = ana_query_with(cell, distribution_stats[i]);
            add_query(queries, first_of_cell, &query);
        }
        return;
    }
    AnaQuery query = ana_query_with(cell, ANA_STAT_NONE);
    add_query(queries, first_of_cell, &query);
    query.stat = ANA_STAT_RATE;
    if (cell->metric->has_rate)
        add_query(queries, first_of_cell, &query);
}

/* What was asked for beyond the default measures. */
typedef struct Wishes {
    AnaQuery *queries;
    gsize n;
} Wishes;

static void add_cell_queries(GArray *queries, const AnaQuery *cell, gboolean is_default,
                             const Wishes *wishes)
{
    gsize first = queries->len;
    if (is_default)
        add_all_stats(queries, first, cell);
    for (gsize i = 0; i < wishes->n; i++) {
        const AnaQuery *wish = &wishes->queries[i];
        if (!ana_query_same_cell(wish, cell))
            continue;
        if (wish->stat == ANA_STAT_NONE)
            add_all_stats(queries, first, cell);
        else
            add_query(queries, first, wish);
    }
}

static gboolean has_cell(const GArray *cells, gsize from, const AnaQuery *cell)
{
    for (gsize i = from; i < cells->len; i++)
        if (ana_query_same_cell(&g_array_index(cells, AnaQuery, i), cell))
            return TRUE;
    return FALSE;
}

/* The cells of one measure: the default ones, then those only asked for, in the order given. */
static void add_metric(GArray *cells, GArray *queries, const AnaWorld *world, AnaMetricId id,
                       const Wishes *wishes)
{
    gsize first = cells->len;
    add_default_cells(cells, world, id);
    gsize n_default = cells->len - first;
    for (gsize i = 0; i < wishes->n; i++) {
        AnaQuery cell = ana_query_with(&wishes->queries[i], ANA_STAT_NONE);
        if (ana_metric_id(cell.metric) == id && !has_cell(cells, first, &cell))
            g_array_append_val(cells, cell);
    }
    for (gsize i = first; i < cells->len; i++)
        add_cell_queries(queries, &g_array_index(cells, AnaQuery, i), i - first < n_default,
                         wishes);
}

static void check_query(const AnaWorld *world, const AnaQuery *query)
{
    const char *name = query->metric->name;
    gboolean names_fault = query->window == ANA_WINDOW_DURING ||
                           query->window == ANA_WINDOW_BEFORE || query->window == ANA_WINDOW_AFTER;
    SIM_CHECK(!names_fault || (query->fault >= 0 && (gsize)query->fault < world->n_faults),
              "%s: fault %d of %zu", name, query->fault, world->n_faults);
    SIM_CHECK(query->node < (int)world->n_nodes && query->region < (int)world->n_regions &&
                  query->client_region < (int)world->n_regions &&
                  query->client < (int)world->n_clients,
              "%s: filter out of range", name);
    SIM_CHECK(query->step < (int)world->n_steps, "%s: step %d of %zu", name, query->step,
              world->n_steps);
    SIM_CHECK(query->metric->arg != ANA_ARG_STEP || query->step >= 0, "%s of which step?", name);
    SIM_CHECK(query->metric->arg != ANA_ARG_WORD || query->word >= 0, "%s of what?", name);
    SIM_CHECK(!(query->metric->required & ANA_FILTER_NODE) || query->node >= 0, "%s without a node",
              name);
}

AnaPlan *ana_plan_new(const AnaWorld *world, const AnaQuery *extra, gsize n_extra)
{
    AnaPlan *plan = g_new0(AnaPlan, 1);
    copy_world(&plan->world, world);
    Wishes wishes = {g_new0(AnaQuery, n_extra + 1), n_extra};
    for (gsize i = 0; i < n_extra; i++) {
        check_query(world, &extra[i]);
        wishes.queries[i] = ana_query_canonical(&extra[i]);
    }
    GArray *cells = g_array_new(FALSE, FALSE, sizeof(AnaQuery));
    GArray *queries = g_array_new(FALSE, FALSE, sizeof(AnaQuery));
    for (int id = 0; id < ANA_METRICS; id++)
        add_metric(cells, queries, &plan->world, (AnaMetricId)id, &wishes);
    g_free(wishes.queries);
    plan->n_cells = cells->len;
    plan->cells = (AnaQuery *)(gpointer)g_array_free(cells, FALSE);
    plan->n_queries = queries->len;
    plan->queries = (AnaQuery *)(gpointer)g_array_free(queries, FALSE);
    plan->cell_of = g_new0(gsize, plan->n_queries + 1);
    for (gsize i = 0, cell = 0; i < plan->n_queries; i++) {
        while (!ana_query_same_cell(&plan->cells[cell], &plan->queries[i]))
            cell++;
        plan->cell_of[i] = cell;
    }
    return plan;
}

void ana_plan_keep_course(AnaPlan *plan)
{
    plan->keeps_course = TRUE;
}

void ana_plan_keep_stale_reads(AnaPlan *plan)
{
    plan->keeps_stale_reads = TRUE;
}

gboolean ana_plan_keeps_course(const AnaPlan *plan)
{
    return plan->keeps_course;
}

const AnaWorld *ana_plan_world(const AnaPlan *plan)
{
    return &plan->world;
}

void ana_plan_free(AnaPlan *plan)
{
    if (!plan)
        return;
    free_world(&plan->world);
    g_free(plan->queries);
    g_free(plan->cell_of);
    g_free(plan->cells);
    g_free(plan);
}

gsize ana_plan_n_queries(const AnaPlan *plan)
{
    return plan->n_queries;
}

const AnaQuery *ana_plan_query(const AnaPlan *plan, gsize i)
{
    return &plan->queries[i];
}

gsize ana_plan_cell_of(const AnaPlan *plan, gsize query)
{
    return plan->cell_of[query];
}

gsize ana_plan_n_cells(const AnaPlan *plan)
{
    return plan->n_cells;
}

gssize ana_plan_find(const AnaPlan *plan, const AnaQuery *query)
{
    AnaQuery canonical = ana_query_canonical(query);
    for (gsize i = 0; i < plan->n_queries; i++)
        if (ana_query_equal(&plan->queries[i], &canonical))
            return (gssize)i;
    return -1;
}
