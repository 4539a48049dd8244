/* changes.c — see changes.h. */
#include "cli/changes.h"

#include <string.h>

struct CliChanges {
    const CliRuns *runs;
    GPtrArray *rows; /* CliRow: the candidates */
    gboolean *holds; /* [row * n_variants + variant] */
};

/* NULL: there is nothing to compare. */
static const AnaEstimate *compared(const CliRuns *runs, const CliRow *row, guint variant)
{
    if ((gssize)variant == runs->baseline || row->numbers[variant] < 0)
        return NULL;
    const AnaEstimate *estimate =
        ana_result_estimate(runs->result, variant, (gsize)row->numbers[variant]);
    return estimate->has_difference && estimate->difference_has_bounds ? estimate : NULL;
}

/* The same difference in every pair of replications has no spread to judge it by; it is no luck. */
static double p_of(const AnaEstimate *estimate)
{
    const AnaInterval *difference = &estimate->difference;
    if (!(difference->error > 0))
        return difference->low <= 0 && difference->high >= 0 ? 1 : 0;
    return ana_p_value(difference);
}

CliChanges *cli_changes_new(const CliRuns *runs)
{
    CliChanges *changes = g_new0(CliChanges, 1);
    changes->runs = runs;
    changes->rows = cli_rows_candidates(runs);
    gsize n = 0, size = (gsize)changes->rows->len * runs->n_variants;
    g_autofree double *p = g_new0(double, size + 1);
    g_autofree gsize *of = g_new0(gsize, size + 1);
    changes->holds = g_new0(gboolean, size + 1);
    for (gsize i = 0; i < size; i++) {
        const AnaEstimate *estimate = compared(runs, changes->rows->pdata[i / runs->n_variants],
                                               (guint)(i % runs->n_variants));
        if (!estimate)
            continue;
        p[n] = p_of(estimate);
        of[n++] = i;
    }
    ana_holm(p, n);
    for (gsize i = 0; i < n; i++)
        changes->holds[of[i]] = p[i] <= 1 - ANA_CONFIDENCE;
    return changes;
}

void cli_changes_free(CliChanges *changes)
{
    if (!changes)
        return;
    g_ptr_array_free(changes->rows, TRUE);
    g_free(changes->holds);
    g_free(changes);
}

AnaChange cli_changes_marked(const CliRuns *runs, const CliRow *row, guint variant)
{
    const AnaEstimate *estimate = compared(runs, row, variant);
    return estimate ? ana_change_of(row->query.metric, estimate) : ANA_CHANGE_UNKNOWN;
}

AnaChange cli_changes_adjusted(const CliChanges *changes, const CliRow *row, guint variant)
{
    AnaChange marked = cli_changes_marked(changes->runs, row, variant);
    if (marked == ANA_CHANGE_UNKNOWN)
        return marked;
    for (guint r = 0; r < changes->rows->len; r++)
        if (strcmp(((const CliRow *)changes->rows->pdata[r])->name, row->name) == 0 &&
            changes->holds[(gsize)r * changes->runs->n_variants + variant])
            return marked;
    return ANA_CHANGE_SAME;
}
