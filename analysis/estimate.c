/*
 * estimate.c — the value of a query with its interval, and its difference from the baseline.
 *
 * Which interval belongs to which kind of measure is semantics §9 "Over replications".
 */
#include "analysis/result_private.h"

#include <math.h>

typedef enum Method {
    METHOD_TOTAL,    /* Student's t over replications */
    METHOD_RATIO,    /* pooled: jack-knife */
    METHOD_QUANTILE, /* of the merged histogram: sectioning */
    METHOD_MAX
} Method;

static Method method_of(const AnaQuery *query)
{
    switch (query->metric->shape) {
    case ANA_SHAPE_TOTAL:
        return query->stat == ANA_STAT_RATE ? METHOD_RATIO : METHOD_TOTAL;
    case ANA_SHAPE_RATIO:
    case ANA_SHAPE_PER_OPERATION:
        return METHOD_RATIO;
    case ANA_SHAPE_DISTRIBUTION:
    case ANA_SHAPE_TIME_AVERAGE:
        break;
    }
    if (query->stat == ANA_STAT_MEAN)
        return METHOD_RATIO;
    return query->stat == ANA_STAT_MAX ? METHOD_MAX : METHOD_QUANTILE;
}

/* ---- per-replication values as columns ---------------------------------------------------- */

typedef struct Columns {
    double *value, *above, *below;
    gsize n;
} Columns;

static Columns columns_of(const AnaVariantResult *variant, gsize query)
{
    Columns columns = {.n = variant->n_used};
    columns.value = g_new(double, columns.n + 1);
    columns.above = g_new(double, columns.n + 1);
    columns.below = g_new(double, columns.n + 1);
    for (guint i = 0; i < columns.n; i++) {
        const AnaOwn *own = &variant->runs[variant->used[i]].own[query];
        columns.value[i] = own->value;
        columns.above[i] = own->above;
        columns.below[i] = own->below;
    }
    return columns;
}

static void clear_columns(Columns *columns)
{
    g_free(columns->value);
    g_free(columns->above);
    g_free(columns->below);
}

/* ---- intervals ---------------------------------------------------------------------------- */

static double round_ns(const AnaQuery *query, double x)
{
    return ana_query_unit(query) == ANA_UNIT_NS ? floor(x + 0.5) : x;
}

static void round_interval(const AnaQuery *query, AnaInterval *interval)
{
    interval->value = round_ns(query, interval->value);
    interval->low = round_ns(query, interval->low);
    interval->high = round_ns(query, interval->high);
}

/* A rare event that was never seen: the rule of three says what may still be (for counts and
 * shares; a time or a cost of 0 is no event). NaN where the rule does not apply. */
static double zero_bound(const AnaQuery *query, const AnaCell *cell)
{
    gboolean is_share = ana_query_unit(query) == ANA_UNIT_RATIO;
    gboolean is_count =
        query->metric->shape == ANA_SHAPE_TOTAL && query->metric->unit == ANA_UNIT_COUNT;
    if (cell->hits > 0 || cell->of == 0 || !(is_share || is_count))
        return (double)NAN;
    return ana_zero_bound(is_share ? (double)cell->of : (double)cell->replications);
}

static AnaInterval raw_interval(const AnaVariantResult *variant, gsize query)
{
    const AnaQuery *asked = &variant->given.plan->queries[query];
    const AnaCell *cell = &variant->merged[variant->given.plan->cell_of[query]];
    double merged = ana_cell_value(asked, cell);
    AnaInterval interval = {.value = merged, .low = merged, .high = merged};
    Method method = method_of(asked);
    if (merged != merged || method == METHOD_MAX)
        return interval;
    Columns columns = columns_of(variant, query);
    if (method == METHOD_TOTAL) /* also where a replication had no opportunity: none were seen */
        interval = ana_mean_interval(columns.above, columns.n);
    else if (method == METHOD_RATIO)
        interval = ana_ratio_interval(columns.above, columns.below, columns.n);
    else
        interval = ana_section_interval(merged, columns.value, columns.n);
    clear_columns(&columns);
    return interval;
}

/* No measure is negative, and no ratio exceeds 1. */
static void clip(const AnaQuery *query, AnaInterval *interval)
{
    interval->low = MAX(interval->low, 0);
    if (ana_query_unit(query) == ANA_UNIT_RATIO)
        interval->high = MIN(interval->high, 1);
}

/* ---- differences -------------------------------------------------------------------------- */

/* Of several replications at most one had an opportunity on some side, and they are not the same
 * ones with the same values: nothing is known of the spread. */
static gboolean is_too_sparse(const Columns *x, const Columns *y, gsize n)
{
    gsize used_x = 0, used_y = 0;
    gboolean is_same = TRUE;
    for (gsize i = 0; i < n; i++) {
        used_x += x->below[i] > 0 ? 1 : 0;
        used_y += y->below[i] > 0 ? 1 : 0;
        is_same &= x->above[i] == y->above[i] && x->below[i] == y->below[i];
    }
    return n > 1 && (used_x < 2 || used_y < 2) && !is_same;
}

static AnaInterval paired_difference(const AnaVariantResult *a, gsize query_a,
                                     const AnaVariantResult *b, gsize query_b, double factor,
                                     gboolean *is_known)
{
    const AnaQuery *asked = &a->given.plan->queries[query_a];
    Columns x = columns_of(a, query_a), y = columns_of(b, query_b);
    AnaInterval difference;
    gsize n = MIN(x.n, y.n);
    *is_known = method_of(asked) != METHOD_RATIO || !is_too_sparse(&x, &y, n);
    if (method_of(asked) == METHOD_TOTAL) {
        difference = ana_mean_difference(x.above, y.above, factor, n);
    } else if (method_of(asked) == METHOD_RATIO) {
        difference = ana_ratio_difference((AnaRatios){x.above, x.below},
                                          (AnaRatios){y.above, y.below}, factor, n);
    } else {
        const AnaCell *merged_a = &a->merged[a->given.plan->cell_of[query_a]];
        const AnaCell *merged_b = &b->merged[b->given.plan->cell_of[query_b]];
        difference = ana_section_difference((AnaSections){ana_cell_value(asked, merged_a), x.value},
                                            (AnaSections){ana_cell_value(asked, merged_b), y.value},
                                            factor, n);
    }
    clear_columns(&x);
    clear_columns(&y);
    return difference;
}

/* FALSE: too few replications of a side had a value. */
static gboolean unpaired_difference(const AnaVariantResult *a, gsize query_a,
                                    const AnaVariantResult *b, gsize query_b, double factor,
                                    AnaInterval *difference)
{
    AnaInterval ia = raw_interval(a, query_a), ib = raw_interval(b, query_b);
    Columns x = columns_of(a, query_a), y = columns_of(b, query_b);
    gboolean is_total = method_of(&a->given.plan->queries[query_a]) == METHOD_TOTAL;
    gboolean is_known = ana_unpaired_interval(&(AnaSide){&ia, is_total ? x.above : x.value, x.n},
                                              &(AnaSide){&ib, is_total ? y.above : y.value, y.n},
                                              factor, difference);
    clear_columns(&x);
    clear_columns(&y);
    return is_known;
}

/* Neither side saw anything: the difference may be as large as either may still be. */
static gboolean both_saw_nothing(const AnaQuery *query, const AnaCell *a, const AnaCell *b,
                                 double factor, AnaInterval *difference)
{
    double bound_a = zero_bound(query, a), bound_b = zero_bound(query, b);
    if (bound_a != bound_a || bound_b != bound_b)
        return FALSE;
    *difference = (AnaInterval){.value = 0, .low = -factor * bound_b, .high = bound_a};
    return TRUE;
}

AnaDifference ana_estimate_difference(const AnaResult *result, gsize variant, gsize query,
                                      double factor)
{
    const AnaVariantResult *a = &result->variants[variant];
    const AnaVariantResult *b = &result->variants[result->baseline];
    const AnaQuery *asked = &a->given.plan->queries[query];
    gssize other = ana_result_find(result, (gsize)result->baseline, a->names[query]);
    AnaDifference difference = {.has_bounds = method_of(asked) != METHOD_MAX};
    if (other < 0)
        return difference;
    AnaInterval ia = raw_interval(a, query), ib = raw_interval(b, (gsize)other);
    const AnaCell *cell_a = ana_result_cell(result, variant, query);
    const AnaCell *cell_b = ana_result_cell(result, (gsize)result->baseline, (gsize)other);
    difference.exists = ia.value == ia.value && ib.value == ib.value;
    if (!difference.exists)
        return difference;
    if (!difference.has_bounds)
        difference.interval.value = ia.value - factor * ib.value;
    else if (a != b && both_saw_nothing(asked, cell_a, cell_b, factor, &difference.interval))
        return difference;
    else if (ana_result_is_paired(result, variant))
        difference.interval =
            paired_difference(a, query, b, (gsize)other, factor, &difference.has_bounds);
    else
        difference.has_bounds =
            unpaired_difference(a, query, b, (gsize)other, factor, &difference.interval);
    return difference;
}

/* ---- estimates ---------------------------------------------------------------------------- */

static const char *why_absent(const AnaQuery *query, guint n_used)
{
    if (n_used == 0)
        return "no replication was finished";
    if (query->window == ANA_WINDOW_DURING || query->window == ANA_WINDOW_AFTER)
        return "nothing was observed in the window, or the fault did not occur";
    if (query->window != ANA_WINDOW_ALL)
        return "nothing was observed in the window";
    if (query->metric->shape == ANA_SHAPE_DISTRIBUTION ||
        query->metric->shape == ANA_SHAPE_TIME_AVERAGE)
        return "nothing was observed";
    return "there was no opportunity";
}

static gboolean is_thin(const AnaQuery *query, guint64 count)
{
    return query->quantile > 0 && query->metric->shape == ANA_SHAPE_DISTRIBUTION &&
           (double)count * (1 - query->quantile) < 10 * (1 - 1e-9);
}

static void estimate(const AnaResult *result, gsize variant, gsize query)
{
    const AnaVariantResult *own = &result->variants[variant];
    const AnaQuery *asked = &own->given.plan->queries[query];
    const AnaCell *cell = ana_result_cell(result, variant, query);
    double bound = zero_bound(asked, cell);
    AnaEstimate *out = &own->estimates[query];
    *out = (AnaEstimate){.interval = raw_interval(own, query),
                         .has_bounds = method_of(asked) != METHOD_MAX,
                         .count = ana_cell_count(asked, cell),
                         .opportunities = ana_cell_opportunities(cell),
                         .censored = cell->censored,
                         .is_undrained = cell->undrained};
    if (out->interval.value != out->interval.value) {
        out->why_absent = why_absent(asked, own->n_used);
        out->count = 0;
        return;
    }
    out->is_thin = is_thin(asked, out->count);
    if (bound == bound)
        out->interval.high = bound;
    clip(asked, &out->interval);
    round_interval(asked, &out->interval);
    out->saw_nothing =
        cell->hist ? out->interval.value == 0 && out->interval.high == 0 : cell->hits == 0;
    if (result->baseline < 0 || (gsize)result->baseline == variant)
        return;
    AnaDifference difference = ana_estimate_difference(result, variant, query, 1);
    out->has_difference = difference.exists;
    out->difference_has_bounds = difference.has_bounds;
    out->difference = difference.interval;
    if (out->has_difference)
        round_interval(asked, &out->difference);
}

void ana_estimate_variant(AnaResult *result, gsize variant)
{
    for (gsize query = 0; query < result->variants[variant].given.plan->n_queries; query++)
        estimate(result, variant, query);
}
