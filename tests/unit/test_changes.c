/*
 * test_changes.c — goal: sentences may speak only of differences that hold after Holm's adjustment,
 * and each difference is marked for itself in the table. Method: results made by hand, whose
 * differences have known t values.
 */
#include "cli/changes.h"
#include "tests/support/check.h"
#include "tests/support/result_world.h"

#include <string.h>

enum { REPLICATIONS = 6 };

/* Stale reads of 1000 in each replication of the second variant, against 50 each in the first. */
typedef struct Made {
    AnaPlan *plan;
    ScnVariant variant;
    CliRunVariant variants[2];
    CliRuns runs;
} Made;

static void make(Made *made, const guint64 *stale)
{
    *made = (Made){.plan = result_plan(NULL, 0)};
    AnaVariant given[2] = {{.name = "base", .plan = made->plan, .n_replications = REPLICATIONS},
                           {.name = "other", .plan = made->plan, .n_replications = REPLICATIONS}};
    AnaResult *result = ana_result_new(given, 2, 0, result_fold);
    for (guint r = 0; r < REPLICATIONS; r++)
        for (gsize v = 0; v < 2; v++) {
            ResultRow row = {.stale = v ? stale[r] : 50,
                             .reads = 1000,
                             .acknowledged = 100,
                             .latency = 1000000 + (gint64)(r * 977 + v * (r * 131 % 7)),
                             .writes = 50,
                             .world = 1};
            result_add(result, v, r, &row);
        }
    ana_result_finish(result);
    for (gsize v = 0; v < 2; v++)
        made->variants[v] =
            (CliRunVariant){.variant = &made->variant, .plan = made->plan, .n = REPLICATIONS};
    made->runs = (CliRuns){.variants = made->variants, .n_variants = 2, .result = result};
}

static void made_clear(Made *made)
{
    ana_result_free(made->runs.result);
    ana_plan_free(made->plan);
}

static CliRow *stale_row(const CliRuns *runs)
{
    return cli_row_of(runs, 1, (gsize)ana_result_find(runs->result, 1, "stale_rate"));
}

static void check_marks(const guint64 *stale, AnaChange marked, AnaChange adjusted)
{
    Made made;
    make(&made, stale);
    g_autoptr(CliChanges) changes = cli_changes_new(&made.runs);
    CliRow *row = stale_row(&made.runs);
    CHECK_STR(ana_change_word(cli_changes_marked(&made.runs, row, 1)), ana_change_word(marked));
    CHECK_STR(ana_change_word(cli_changes_adjusted(changes, row, 1)), ana_change_word(adjusted));
    CHECK(cli_changes_marked(&made.runs, row, 0) == ANA_CHANGE_UNKNOWN);
    CHECK(cli_changes_adjusted(changes, row, 0) == ANA_CHANGE_UNKNOWN);
    cli_row_free(row);
    made_clear(&made);
}

/* Differences 0 … -4 with mean -2: t = -3.5, p = 0.02, which a handful of comparisons takes away;
 * -9 … -11: t = -27. */
static void a_lucky_mark_does_not_hold_and_a_clear_one_does(void)
{
    static const guint64 lucky[] = {49, 47, 48, 46, 50, 48}, clear[] = {40, 41, 39, 40, 41, 39};
    static const guint64 worse[] = {60, 61, 59, 60, 61, 59};
    check_marks(lucky, ANA_CHANGE_BETTER, ANA_CHANGE_SAME);
    check_marks(clear, ANA_CHANGE_BETTER, ANA_CHANGE_BETTER);
    check_marks(worse, ANA_CHANGE_WORSE, ANA_CHANGE_WORSE);
}

static void no_difference_is_no_mark(void)
{
    static const guint64 same[] = {50, 50, 50, 50, 50, 50}, noise[] = {52, 48, 51, 49, 50, 50};
    check_marks(same, ANA_CHANGE_SAME, ANA_CHANGE_SAME);
    check_marks(noise, ANA_CHANGE_SAME, ANA_CHANGE_SAME);
}

/* Without any spread there is nothing to doubt: no p-value takes it away. */
static void the_same_difference_in_every_pair_holds(void)
{
    static const guint64 always[] = {49, 49, 49, 49, 49, 49};
    check_marks(always, ANA_CHANGE_BETTER, ANA_CHANGE_BETTER);
}

static void a_row_that_is_no_candidate_has_no_adjusted_mark(void)
{
    static const guint64 clear[] = {40, 41, 39, 40, 41, 39};
    Made made;
    make(&made, clear);
    g_autoptr(CliChanges) changes = cli_changes_new(&made.runs);
    CliRow *row = stale_row(&made.runs);
    g_free(row->name);
    row->name = g_strdup("stale_rate{of nobody}");
    CHECK(cli_changes_marked(&made.runs, row, 1) == ANA_CHANGE_BETTER);
    CHECK(cli_changes_adjusted(changes, row, 1) == ANA_CHANGE_SAME);
    cli_row_free(row);
    made_clear(&made);
}

static const TestCase cases[] = {TEST(a_lucky_mark_does_not_hold_and_a_clear_one_does),
                                 TEST(no_difference_is_no_mark),
                                 TEST(the_same_difference_in_every_pair_holds),
                                 TEST(a_row_that_is_no_candidate_has_no_adjusted_mark),
                                 {NULL, NULL}};

int main(int argc, char **argv)
{
    return test_main("changes", cases, argc, argv);
}
