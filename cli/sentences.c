/* sentences.c — see sentences.h. */
#include "cli/sentences.h"

#include "analysis/format.h"
#include "cli/changes.h"
#include "cli/tables.h"

#include <math.h>

#define SENTENCES_MAX 4u

static const char *name_of(const CliRuns *runs, guint variant)
{
    return runs->variants[variant].name;
}

/* ---- 1: checks ---------------------------------------------------------------------------- */

typedef struct Tally {
    guint passed, failed, open;
    gsize first_failed, first_open; /* numbers of checks */
} Tally;

static Tally tally_of(const CliRuns *runs, guint variant)
{
    Tally tally = {0};
    for (gsize i = runs->variants[variant].variant->n_expectations; i-- > 0;) {
        switch (ana_result_check(runs->result, variant, i)->verdict) {
        case ANA_PASS:
            tally.passed++;
            break;
        case ANA_FAIL:
            tally.failed++;
            tally.first_failed = i;
            break;
        case ANA_INCONCLUSIVE:
            tally.open++;
            tally.first_open = i;
            break;
        }
    }
    return tally;
}

static const char *check_text(const CliRuns *runs, guint variant, gsize check)
{
    return runs->variants[variant].variant->expectations[check].text;
}

/* Replications at which the interval would leave the limit, if the value stays; 0: unknown. */
static guint64 replications_to_settle(const CliRuns *runs, guint variant, gsize number)
{
    const AnaCheck *check = ana_result_check(runs->result, variant, number);
    double half = (check->high - check->low) / 2, distance = fabs(check->value - check->limit);
    guint used = ana_result_n_used(runs->result, variant);
    if (!(half > 0) || !(distance > 0) || used < 2)
        return 0;
    if (distance > half && !check->expectation->relative)
        return 0; /* it is left already: more of the same runs would not settle it */
    double needed = used * (half / distance) * (half / distance) * 1.2;
    if (needed > 1e6)
        return 0;
    guint64 rounded = 10;
    while ((double)rounded < needed)
        rounded += rounded < 100 ? 10 : rounded < 1000 ? 100 : 1000;
    return rounded;
}

static void say_open(GString *out, const CliRuns *runs, guint variant, gsize check)
{
    g_string_append_printf(out, "Undecided: '%s' of %s is inconclusive",
                           check_text(runs, variant, check), name_of(runs, variant));
    guint64 needed = replications_to_settle(runs, variant, check);
    if (needed > 0)
        g_string_append_printf(out, "; about %" G_GUINT64_FORMAT " replications would settle it",
                               needed);
    g_string_append(out, ". ");
}

static void append_names(GString *out, const CliRuns *runs, const guint *variants, guint n)
{
    for (guint i = 0; i < n; i++)
        g_string_append_printf(out, "%s%s",
                               i == 0       ? ""
                               : i + 1 == n ? " and "
                                            : ", ",
                               name_of(runs, variants[i]));
}

/* "sync-all fails 'downtime(writes) < 1s' and 2 more" */
static void append_failing(GString *out, const CliRuns *runs, guint variant, const Tally *tally)
{
    g_string_append_printf(out, "%s fails '%s'", name_of(runs, variant),
                           check_text(runs, variant, tally->first_failed));
    if (tally->failed > 1)
        g_string_append_printf(out, " and %u more", tally->failed - 1);
}

/* Variants by how their checks went. */
typedef struct Sorted {
    guint *passing, *failing;
    guint n_passing, n_failing, n_checked;
    gssize open;    /* the first without failures that is not decided, or -1 */
    gssize nearest; /* of those that fail, with the fewest failures, or -1 */
} Sorted;

static Sorted sort_variants(const CliRuns *runs)
{
    Sorted sorted = {.passing = g_new(guint, runs->n_variants),
                     .failing = g_new(guint, runs->n_variants),
                     .open = -1,
                     .nearest = -1};
    guint fewest = G_MAXUINT;
    for (guint v = 0; v < runs->n_variants; v++) {
        Tally tally = tally_of(runs, v);
        if (tally.passed + tally.failed + tally.open == 0)
            continue;
        sorted.n_checked++;
        if (tally.failed > 0)
            sorted.failing[sorted.n_failing++] = v;
        else if (tally.open == 0)
            sorted.passing[sorted.n_passing++] = v;
        else if (sorted.open < 0)
            sorted.open = (gssize)v;
        if (tally.failed > 0 && tally.failed < fewest) {
            fewest = tally.failed;
            sorted.nearest = (gssize)v;
        }
    }
    return sorted;
}

static void say_passing(GString *out, const CliRuns *runs, const Sorted *sorted)
{
    if (sorted->n_passing == sorted->n_checked) {
        g_string_append(out, runs->n_variants == 1 ? "Every check passes. "
                             : sorted->n_checked == runs->n_variants
                                 ? "Every variant passes every check. "
                                 : "Every variant that has checks passes them. ");
        return;
    }
    if (sorted->n_passing == 1 && sorted->n_checked == runs->n_variants && sorted->open < 0) {
        g_string_append_printf(out, "%s is the only variant that passes every check",
                               name_of(runs, sorted->passing[0]));
    } else {
        append_names(out, runs, sorted->passing, sorted->n_passing);
        g_string_append(out, sorted->n_passing == 1 ? " passes every check" : " pass every check");
    }
    if (sorted->n_failing == 1) {
        Tally tally = tally_of(runs, sorted->failing[0]);
        g_string_append(out, "; ");
        append_failing(out, runs, sorted->failing[0], &tally);
    } else if (sorted->n_failing > 1) {
        g_string_append(out, "; ");
        append_names(out, runs, sorted->failing, sorted->n_failing);
        g_string_append(out, " fail some");
    }
    g_string_append(out, ". ");
}

static void say_none(GString *out, const CliRuns *runs, guint nearest)
{
    Tally tally = tally_of(runs, nearest);
    if (runs->n_variants > 1) {
        g_string_append(out, "No variant passes every check; the nearest: ");
        append_failing(out, runs, nearest, &tally);
    } else {
        g_string_append_printf(out, "'%s' fails", check_text(runs, nearest, tally.first_failed));
        if (tally.failed > 1)
            g_string_append_printf(out, ", and %u more", tally.failed - 1);
    }
    g_string_append(out, ". ");
}

/* Returns the variant that the second rule is about, or -1: the one that passes, or comes nearest,
 * or decides. */
static gssize say_checks(GString *out, GString *undecided, const CliRuns *runs)
{
    Sorted sorted = sort_variants(runs);
    gssize subject = sorted.n_passing == 1   ? (gssize)sorted.passing[0]
                     : sorted.n_passing == 0 ? sorted.nearest
                                             : -1;
    if (sorted.n_passing > 0)
        say_passing(out, runs, &sorted);
    else if (sorted.nearest >= 0 && sorted.open < 0)
        say_none(out, runs, (guint)sorted.nearest);
    if (sorted.open >= 0)
        say_open(undecided, runs, (guint)sorted.open,
                 tally_of(runs, (guint)sorted.open).first_open);
    g_free(sorted.passing);
    g_free(sorted.failing);
    if (subject < 0 || subject == runs->baseline)
        subject = runs->n_variants == 2 && runs->baseline >= 0 ? 1 - runs->baseline : -1;
    guint gated = 0;
    for (guint v = 0; v < runs->n_variants; v++)
        gated += ana_result_variant(runs->result, v)->is_gated ? 1 : 0;
    for (guint v = 0; v < runs->n_variants && subject < 0 && gated == 1; v++)
        if (ana_result_variant(runs->result, v)->is_gated && (gssize)v != runs->baseline)
            subject = (gssize)v;
    return subject;
}

/* ---- 2: against the baseline -------------------------------------------------------------- */

/* What sentences about changes are drawn from. */
typedef struct Table {
    const CliRuns *runs;
    const GPtrArray *rows; /* CliRow */
    const CliChanges *changes;
} Table;

typedef struct Change {
    const CliRow *row;
    const AnaEstimate *base, *estimate;
    double size; /* relative to the larger of the two values */
} Change;

static gboolean change_of(const CliRuns *runs, const CliRow *row, guint variant, Change *change)
{
    if (row->numbers[variant] < 0 || row->numbers[runs->baseline] < 0)
        return FALSE;
    const AnaEstimate *estimate =
        ana_result_estimate(runs->result, variant, (gsize)row->numbers[variant]);
    const AnaEstimate *base = ana_result_estimate(runs->result, (gsize)runs->baseline,
                                                  (gsize)row->numbers[runs->baseline]);
    if (estimate->why_absent || base->why_absent)
        return FALSE;
    double larger = fmax(fabs(base->interval.value), fabs(estimate->interval.value));
    *change = (Change){row, base, estimate, fabs(estimate->difference.value) / larger};
    return TRUE;
}

/* The largest changes of a kind, at most `most`; of one measure only one. */
static guint largest_changes(const Table *table, guint variant, AnaChange wanted, Change *found,
                             guint most)
{
    const GPtrArray *rows = table->rows;
    guint n = 0;
    while (n < most) {
        Change best = {.size = -1};
        for (guint r = 0; r < rows->len; r++) {
            Change change;
            gboolean taken = FALSE;
            for (guint i = 0; i < n; i++)
                taken |= found[i].row->query.metric == ((CliRow *)rows->pdata[r])->query.metric;
            if (!taken && cli_changes_adjusted(table->changes, rows->pdata[r], variant) == wanted &&
                change_of(table->runs, rows->pdata[r], variant, &change) && change.size > best.size)
                best = change;
        }
        if (best.size < 0)
            break;
        found[n++] = best;
    }
    return n;
}

/* Lines do not break between a number and its unit. */
static char *unbroken(char *text)
{
    return g_strdelimit(text, " ", CLI_SPACE[0]);
}

/* "write latency p50 from 1.6 ms to 69 ms"; with a percentage where the baseline is clearly away
 * from zero. */
static void say_change(const CliPage *page, GString *out, const Change *change)
{
    const AnaQuery *query = &change->row->query;
    g_autofree char *from = unbroken(cli_estimate_text(page, query, change->base, NULL));
    g_autofree char *to = unbroken(cli_estimate_text(page, query, change->estimate, NULL));
    const AnaInterval *base = &change->base->interval;
    g_string_append_printf(out, "%s from %s to %s", change->row->label, from, to);
    double percent = change->estimate->difference.value / base->value * 100;
    if (fabs(base->value) > 10 * (base->high - base->low) && fabs(percent) < 1000 &&
        ana_query_unit(query) != ANA_UNIT_RATIO)
        g_string_append_printf(out, " (%s%.0f" CLI_SPACE "%%)", percent < 0 ? "" : "+", percent);
}

static void say_against_baseline(const CliPage *page, GString *out, const Table *table,
                                 gssize subject)
{
    const CliRuns *runs = table->runs;
    if (runs->baseline < 0 || runs->n_variants < 2)
        return;
    if (subject < 0)
        return;
    Change better[2], worse[1];
    guint n_better = largest_changes(table, (guint)subject, ANA_CHANGE_BETTER, better, 2);
    guint n_worse = largest_changes(table, (guint)subject, ANA_CHANGE_WORSE, worse, 1);
    if (n_better + n_worse == 0)
        return;
    g_string_append_printf(out, "Compared with %s, %s ", name_of(runs, (guint)runs->baseline),
                           name_of(runs, (guint)subject));
    for (guint i = 0; i < n_better; i++) {
        g_string_append(out, i == 0 ? "improves " : " and ");
        say_change(page, out, &better[i]);
    }
    for (guint i = 0; i < n_worse; i++) {
        g_string_append(out, n_better ? ", and worsens " : "worsens ");
        say_change(page, out, &worse[i]);
    }
    g_string_append(out, ". ");
}

/* ---- 3: all in one direction -------------------------------------------------------------- */

/* Marks of a variant's row by kind; and how many of the good ones hold together. */
typedef struct Marks {
    guint same, better, against, held;
} Marks;

static Marks count_marks(const Table *table, guint variant)
{
    Marks marks = {0};
    for (guint r = 0; r < table->rows->len; r++) {
        AnaChange change = cli_changes_marked(table->runs, table->rows->pdata[r], variant);
        marks.same += change == ANA_CHANGE_SAME ? 1 : 0;
        marks.better += change == ANA_CHANGE_BETTER ? 1 : 0;
        marks.against += change == ANA_CHANGE_WORSE || change == ANA_CHANGE_DIFFERS ? 1 : 0;
        change = cli_changes_adjusted(table->changes, table->rows->pdata[r], variant);
        marks.held += change == ANA_CHANGE_BETTER ? 1 : 0;
    }
    return marks;
}

/* Careful both ways: against a variant speaks every mark, for it only what holds. */
static void say_direction(GString *out, const Table *table)
{
    const CliRuns *runs = table->runs;
    gboolean all_same = TRUE, compared = FALSE;
    if (runs->baseline < 0 || runs->n_variants < 2)
        return;
    g_autofree guint *as_good = g_new(guint, runs->n_variants);
    guint n = 0;
    for (guint v = 0; v < runs->n_variants; v++) {
        if ((gssize)v == runs->baseline)
            continue;
        Marks marks = count_marks(table, v);
        compared |= marks.same > 0;
        all_same &= marks.better + marks.against == 0;
        if (marks.held > 0 && marks.against == 0)
            as_good[n++] = v;
    }
    if (all_same && compared)
        g_string_append(out, "No difference between the variants was detected. ");
    if (n == 0 || all_same)
        return;
    append_names(out, runs, as_good, n);
    g_string_append_printf(out, " %s at least as good as %s on everything shown here. ",
                           n == 1 ? "is" : "are", name_of(runs, (guint)runs->baseline));
}

/* ---- 4: a caution ------------------------------------------------------------------------- */

static gboolean has_closed_loop(const CliRuns *runs)
{
    for (guint v = 0; v < runs->n_variants; v++) {
        const RepSetup *setup = runs->variants[v].variant->setup;
        for (gsize c = 0; c < setup->n_clients; c++)
            if (setup->clients[c].rate.closed)
                return TRUE;
    }
    return FALSE;
}

static guint least_used(const CliRuns *runs)
{
    guint least = G_MAXUINT;
    for (guint v = 0; v < runs->n_variants; v++)
        least = MIN(least, ana_result_n_used(runs->result, v));
    return least;
}

static void say_caution(GString *out, const CliRuns *runs)
{
    if (has_closed_loop(runs))
        g_string_append(out, "Caution: clients in a closed loop wait while the system is down, so "
                             "latencies hide outages. ");
    else if (!cli_runs_same_world(runs))
        g_string_append(out, "Caution: the variants do not see the same world, so some of the "
                             "difference is due to that. ");
    else if (least_used(runs) < 5)
        g_string_append_printf(out, "Caution: %u replication%s say%s little about the spread. ",
                               least_used(runs), least_used(runs) == 1 ? "" : "s",
                               least_used(runs) == 1 ? "s" : "");
}

guint64 cli_replications_needed(const CliRuns *runs)
{
    guint64 needed = 0;
    for (guint v = 0; v < runs->n_variants; v++)
        for (gsize i = 0; i < runs->variants[v].variant->n_expectations; i++)
            if (ana_result_check(runs->result, v, i)->verdict == ANA_INCONCLUSIVE)
                needed = MAX(needed, replications_to_settle(runs, v, i));
    return needed;
}

char *cli_sentences(const CliPage *page, const CliRuns *runs, const GPtrArray *rows)
{
    enum { CHECKS, UNDECIDED, BASELINE, DIRECTION, CAUTION, RULES };
    GString *said[RULES];
    for (int i = 0; i < RULES; i++)
        said[i] = g_string_new(NULL);
    gssize subject = say_checks(said[CHECKS], said[UNDECIDED], runs);
    g_autoptr(CliChanges) changes = cli_changes_new(runs);
    const Table table = {runs, rows, changes};
    say_against_baseline(page, said[BASELINE], &table, subject);
    say_direction(said[DIRECTION], &table);
    say_caution(said[CAUTION], runs);
    guint n = 0;
    for (int i = 0; i < RULES; i++)
        n += said[i]->len > 0 ? 1 : 0;
    if (n > SENTENCES_MAX)
        g_string_truncate(said[DIRECTION], 0);
    GString *out = g_string_new(NULL);
    for (int i = 0; i < RULES; i++) {
        g_string_append(out, said[i]->str);
        g_string_free(said[i], TRUE);
    }
    g_strchomp(out->str);
    if (n > 0)
        return g_string_free(out, FALSE);
    g_string_free(out, TRUE);
    return NULL;
}
