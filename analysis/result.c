/* result.c — collecting replications and merging what is complete; see result.h. */
#include "analysis/result_private.h"
#include "analysis/course.h"

#include "sim/check.h"

static void init_variant(AnaVariantResult *variant, const AnaVariant *given)
{
    gsize n = ana_plan_n_queries(given->plan);
    variant->given = *given;
    variant->name = g_strdup(given->name);
    variant->given.name = variant->name;
    variant->names = g_new0(char *, n + 1);
    variant->by_name = g_hash_table_new(g_str_hash, g_str_equal);
    for (gsize i = 0; i < n; i++) {
        variant->names[i] = ana_plan_query_name(given->plan, ana_plan_query(given->plan, i));
        g_hash_table_insert(variant->by_name, variant->names[i], GSIZE_TO_POINTER(i + 1));
    }
    variant->runs = g_new0(AnaRun, given->n_replications + 1);
    variant->used = g_new0(guint, given->n_replications + 1);
    variant->merged = ana_cells_new(given->plan);
    variant->estimates = g_new0(AnaEstimate, n + 1);
    variant->checks = g_new0(AnaCheck, given->n_expectations + 1);
}

AnaResult *ana_result_new(const AnaVariant *variants, gsize n_variants, gssize baseline,
                          AnaDigestFold fold)
{
    AnaResult *result = g_new0(AnaResult, 1);
    SIM_CHECK(baseline < (gssize)n_variants, "baseline %zd of %zu", baseline, n_variants);
    result->variants = g_new0(AnaVariantResult, n_variants + 1);
    result->n_variants = n_variants;
    result->baseline = baseline;
    result->fold = fold;
    for (gsize v = 0; v < n_variants; v++)
        init_variant(&result->variants[v], &variants[v]);
    return result;
}

static void clear_variant(AnaVariantResult *variant)
{
    for (guint r = 0; r < variant->given.n_replications; r++) {
        ana_cells_free(variant->given.plan, variant->runs[r].cells);
        g_free(variant->runs[r].own);
        ana_course_free(variant->runs[r].course);
    }
    ana_course_clear(variant);
    ana_cells_free(variant->given.plan, variant->merged);
    g_hash_table_destroy(variant->by_name);
    g_strfreev(variant->names);
    g_free(variant->runs);
    g_free(variant->used);
    g_free(variant->estimates);
    g_free(variant->checks);
    g_free(variant->name);
}

void ana_result_free(AnaResult *result)
{
    if (!result)
        return;
    for (gsize v = 0; v < result->n_variants; v++)
        clear_variant(&result->variants[v]);
    g_free(result->variants);
    g_free(result);
}

/* ---- arrival ------------------------------------------------------------------------------ */

static AnaOwn own_of(const AnaQuery *query, const AnaCell *cell)
{
    AnaOwn own = {.value = ana_cell_value(query, cell),
                  .above = (double)ana_cell_numerator(query, cell),
                  .below = (double)cell->of};
    if (query->stat == ANA_STAT_MEAN) {
        own.above = ana_hist_sum(cell->hist);
        own.below = (double)ana_hist_count(cell->hist);
    }
    return own;
}

AnaRun *ana_result_find_run(AnaVariantResult *variant, guint replication)
{
    guint first = variant->given.first_replication;
    if (replication < first || replication - first >= variant->given.n_replications)
        return NULL;
    return &variant->runs[replication - first];
}

static gboolean is_complete(AnaResult *result, guint replication)
{
    for (gsize v = 0; v < result->n_variants; v++) {
        const AnaRun *run = ana_result_find_run(&result->variants[v], replication);
        if (run && !run->has_arrived)
            return FALSE;
    }
    return TRUE;
}

static void use(AnaVariantResult *variant, AnaRun *run)
{
    const AnaPlan *plan = variant->given.plan;
    run->own = g_new0(AnaOwn, plan->n_queries + 1);
    for (gsize i = 0; i < plan->n_queries; i++)
        run->own[i] = own_of(&plan->queries[i], &run->cells[plan->cell_of[i]]);
    ana_cells_merge(plan, variant->merged, run->cells);
    ana_cells_free(plan, run->cells);
    run->cells = NULL;
    ana_course_use(variant, run);
    run->is_used = TRUE;
    variant->n_used++;
}

void ana_result_add(AnaResult *result, gsize variant, guint replication, AnaCell *cells,
                    const AnaReplication *facts)
{
    SIM_CHECK(variant < result->n_variants, "variant %zu of %zu", variant, result->n_variants);
    AnaRun *run = ana_result_find_run(&result->variants[variant], replication);
    SIM_CHECK(run && !run->has_arrived, "replication %u of %s", replication,
              result->variants[variant].name);
    run->has_arrived = TRUE;
    run->cells = cells;
    for (gsize i = 0; i < result->variants[variant].given.plan->n_cells; i++) {
        cells[i].found_in = replication;
        if (cells[i].offence)
            cells[i].offence->replication = replication;
    }
    run->facts = *facts;
    result->variants[variant].n_arrived++;
    if (!is_complete(result, replication))
        return;
    for (gsize v = 0; v < result->n_variants; v++) {
        AnaRun *other = ana_result_find_run(&result->variants[v], replication);
        if (other)
            use(&result->variants[v], other);
    }
}

/* ---- results ------------------------------------------------------------------------------ */

static void sum_up(AnaVariantResult *variant, AnaDigestFold fold)
{
    guint n = 0;
    variant->world_digest = variant->event_digest = variant->events = 0;
    for (guint r = 0; r < variant->given.n_replications; r++) {
        const AnaRun *run = &variant->runs[r];
        if (!run->is_used)
            continue;
        variant->used[n++] = r;
        variant->world_digest = fold(variant->world_digest, run->facts.world_digest);
        variant->event_digest = fold(variant->event_digest, run->facts.event_digest);
        variant->events += run->facts.events;
    }
}

void ana_result_finish(AnaResult *result)
{
    for (gsize v = 0; v < result->n_variants; v++)
        sum_up(&result->variants[v], result->fold);
    for (gsize v = 0; v < result->n_variants; v++)
        ana_estimate_variant(result, v);
    for (gsize v = 0; v < result->n_variants; v++)
        ana_check_variant(result, v);
}

gsize ana_result_n_variants(const AnaResult *result)
{
    return result->n_variants;
}

const AnaVariant *ana_result_variant(const AnaResult *result, gsize variant)
{
    return &result->variants[variant].given;
}

gssize ana_result_baseline(const AnaResult *result)
{
    return result->baseline;
}

guint ana_result_n_arrived(const AnaResult *result, gsize variant)
{
    return result->variants[variant].n_arrived;
}

guint ana_result_n_used(const AnaResult *result, gsize variant)
{
    return result->variants[variant].n_used;
}

gboolean ana_result_is_partial(const AnaResult *result)
{
    for (gsize v = 0; v < result->n_variants; v++)
        if (result->variants[v].n_used < result->variants[v].given.n_replications)
            return TRUE;
    return FALSE;
}

guint64 ana_result_world_digest(const AnaResult *result, gsize variant)
{
    return result->variants[variant].world_digest;
}

guint64 ana_result_event_digest(const AnaResult *result, gsize variant)
{
    return result->variants[variant].event_digest;
}

guint64 ana_result_events(const AnaResult *result, gsize variant)
{
    return result->variants[variant].events;
}

gboolean ana_result_is_paired(const AnaResult *result, gsize variant)
{
    if (result->baseline < 0)
        return FALSE;
    const AnaVariant *own = &result->variants[variant].given;
    const AnaVariant *base = &result->variants[result->baseline].given;
    return own->seed == base->seed && own->n_replications == base->n_replications &&
           own->first_replication == base->first_replication;
}

gboolean ana_result_is_same_world(const AnaResult *result, gsize variant)
{
    return ana_result_is_paired(result, variant) &&
           ana_result_world_digest(result, variant) ==
               ana_result_world_digest(result, (gsize)result->baseline);
}

const AnaCell *ana_result_cell(const AnaResult *result, gsize variant, gsize query)
{
    const AnaVariantResult *own = &result->variants[variant];
    return &own->merged[own->given.plan->cell_of[query]];
}

const char *ana_result_query_name(const AnaResult *result, gsize variant, gsize query)
{
    return result->variants[variant].names[query];
}

gssize ana_result_find(const AnaResult *result, gsize variant, const char *name)
{
    gpointer found = g_hash_table_lookup(result->variants[variant].by_name, name);
    return (gssize)GPOINTER_TO_SIZE(found) - 1;
}

const AnaEstimate *ana_result_estimate(const AnaResult *result, gsize variant, gsize query)
{
    return &result->variants[variant].estimates[query];
}

double ana_result_own_value(const AnaResult *result, gsize variant, gsize query, guint i)
{
    const AnaVariantResult *own = &result->variants[variant];
    return own->runs[own->used[i]].own[query].value;
}

guint ana_result_used_replication(const AnaResult *result, gsize variant, guint i)
{
    const AnaVariantResult *own = &result->variants[variant];
    return own->given.first_replication + own->used[i];
}

guint64 ana_result_replication_digest(const AnaResult *result, gsize variant, guint i)
{
    const AnaVariantResult *own = &result->variants[variant];
    return own->runs[own->used[i]].facts.event_digest;
}

const AnaCheck *ana_result_check(const AnaResult *result, gsize variant, gsize i)
{
    return &result->variants[variant].checks[i];
}

AnaVerdict ana_result_overall(const AnaResult *result)
{
    AnaVerdict overall = ANA_PASS;
    for (gsize v = 0; v < result->n_variants; v++) {
        const AnaVariantResult *variant = &result->variants[v];
        for (gsize i = 0; variant->given.is_gated && i < variant->given.n_expectations; i++) {
            if (variant->checks[i].verdict == ANA_FAIL)
                return ANA_FAIL;
            if (variant->checks[i].verdict == ANA_INCONCLUSIVE)
                overall = ANA_INCONCLUSIVE;
        }
    }
    return overall;
}
