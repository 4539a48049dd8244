/*
 * test_result.c — bringing replications together: order, pairing, intervals, differences.
 */
#include "tests/support/check.h"
#include "tests/support/result_world.h"

#include <math.h>
#include <string.h>

static const ResultRow rows[] = {
    {.stale = 3,
     .reads = 100,
     .lost = 2,
     .acknowledged = 50,
     .latency = 1000000,
     .writes = 100,
     .downtime = 6000000001},
    {.stale = 8,
     .reads = 140,
     .lost = 0,
     .acknowledged = 60,
     .latency = 1100000,
     .writes = 120,
     .downtime = 6300000000},
    {.stale = 5,
     .reads = 90,
     .lost = 4,
     .acknowledged = 40,
     .latency = 1050000,
     .writes = 80,
     .downtime = 5900000000},
    {.stale = 6,
     .reads = 110,
     .lost = 3,
     .acknowledged = 55,
     .latency = 990000,
     .writes = 90,
     .downtime = 6200000000},
};
enum { ROWS = G_N_ELEMENTS(rows) };

static AnaVariant variant_of(const char *name, const AnaPlan *plan, guint n)
{
    return (AnaVariant){
        .name = name, .plan = plan, .seed = 42, .n_replications = n, .is_gated = TRUE};
}

static AnaResult *single(const AnaPlan *plan, const ResultRow *given, guint n)
{
    AnaVariant variant = variant_of("base", plan, n);
    AnaResult *result = ana_result_new(&variant, 1, 0, result_fold);
    for (guint r = 0; r < n; r++)
        result_add(result, 0, r, &given[r]);
    ana_result_finish(result);
    return result;
}

/* The second variant: the rows, each stale by a few more and slower. */
static ResultRow slower(const ResultRow *row)
{
    ResultRow other = *row;
    other.stale += 4;
    other.latency += 200000;
    other.lost = 0;
    return other;
}

static AnaResult *pair_in_order(const AnaPlan *plan, const guint *order, guint n)
{
    AnaVariant variants[] = {variant_of("async", plan, ROWS), variant_of("sync", plan, ROWS)};
    AnaResult *result = ana_result_new(variants, 2, 0, result_fold);
    for (guint i = 0; i < n; i++) {
        ResultRow other = slower(&rows[order[i] / 2]);
        result_add(result, order[i] % 2, order[i] / 2, order[i] % 2 ? &other : &rows[order[i] / 2]);
    }
    ana_result_finish(result);
    return result;
}

static gboolean same_double(double a, double b)
{
    return memcmp(&a, &b, sizeof a) == 0;
}

static gboolean same_interval(const AnaInterval *a, const AnaInterval *b)
{
    return same_double(a->value, b->value) && same_double(a->low, b->low) &&
           same_double(a->high, b->high);
}

static void the_order_of_arrival_does_not_show(void)
{
    g_autoptr(AnaPlan) plan = result_plan(NULL, 0);
    const guint orders[][2 * ROWS] = {{0, 1, 2, 3, 4, 5, 6, 7},
                                      {7, 6, 5, 4, 3, 2, 1, 0},
                                      {2, 5, 0, 7, 3, 1, 6, 4},
                                      {1, 3, 5, 7, 6, 4, 2, 0}};
    g_autoptr(AnaResult) first = pair_in_order(plan, orders[0], 2 * ROWS);
    for (gsize o = 1; o < G_N_ELEMENTS(orders); o++) {
        g_autoptr(AnaResult) other = pair_in_order(plan, orders[o], 2 * ROWS);
        for (gsize v = 0; v < 2; v++) {
            CHECK_UINT(ana_result_world_digest(first, v), ana_result_world_digest(other, v));
            CHECK_UINT(ana_result_event_digest(first, v), ana_result_event_digest(other, v));
            CHECK_UINT(ana_result_events(first, v), ana_result_events(other, v));
            for (gsize q = 0; q < ana_plan_n_queries(plan); q++) {
                const AnaEstimate *a = ana_result_estimate(first, v, q);
                const AnaEstimate *b = ana_result_estimate(other, v, q);
                CHECK(same_interval(&a->interval, &b->interval));
                CHECK(same_interval(&a->difference, &b->difference));
            }
        }
    }
}

static void only_replications_complete_in_all_variants_are_used(void)
{
    g_autoptr(AnaPlan) plan = result_plan(NULL, 0);
    const guint came[] = {0, 1, 2, 6, 7}; /* replication 1 lacks sync; 2 lacks both */
    g_autoptr(AnaResult) part = pair_in_order(plan, came, G_N_ELEMENTS(came));
    CHECK(ana_result_is_partial(part));
    CHECK_UINT(ana_result_n_arrived(part, 0), 3);
    CHECK_UINT(ana_result_n_arrived(part, 1), 2);
    CHECK_UINT(ana_result_n_used(part, 0), 2);
    CHECK_UINT(ana_result_n_used(part, 1), 2);
    CHECK_UINT(ana_result_used_replication(part, 0, 1), 3);
    const AnaEstimate *stale = result_estimate(part, 0, "stale_rate");
    CHECK_NEAR(stale->interval.value, 9.0 / 210, 1e-15);
    CHECK_UINT(ana_result_events(part, 0), 203);
    /* The rest arrives: the same as a run that was not interrupted. */
    const ResultRow others[] = {slower(&rows[1]), slower(&rows[2])};
    result_add(part, 1, 1, &others[0]);
    result_add(part, 1, 2, &others[1]);
    result_add(part, 0, 2, &rows[2]);
    ana_result_finish(part);
    const guint all[] = {0, 1, 2, 3, 4, 5, 6, 7};
    g_autoptr(AnaResult) whole = pair_in_order(plan, all, 8);
    CHECK(!ana_result_is_partial(part));
    CHECK_UINT(ana_result_event_digest(part, 1), ana_result_event_digest(whole, 1));
    CHECK(same_interval(&result_estimate(part, 1, "stale_rate")->difference,
                        &result_estimate(whole, 1, "stale_rate")->difference));
}

static void digests_depend_on_the_order_of_replications_not_of_arrival(void)
{
    g_autoptr(AnaPlan) plan = result_plan(NULL, 0);
    g_autoptr(AnaResult) result = single(plan, rows, 2);
    CHECK_UINT(ana_result_world_digest(result, 0), result_fold(result_fold(0, 1000), 1001));
    CHECK_UINT(ana_result_event_digest(result, 0), result_fold(result_fold(0, 77), 78));
}

static void each_kind_of_measure_has_its_interval(void)
{
    g_autoptr(AnaPlan) plan = result_plan(NULL, 0);
    g_autoptr(AnaResult) result = single(plan, rows, ROWS);
    double above[ROWS], below[ROWS], lost[ROWS], down[ROWS], medians[ROWS];
    AnaHist *merged = ana_hist_new();
    for (guint r = 0; r < ROWS; r++) {
        AnaHist *own = ana_hist_new();
        above[r] = (double)rows[r].stale;
        below[r] = (double)rows[r].reads;
        lost[r] = (double)rows[r].lost;
        down[r] = (double)rows[r].downtime;
        for (guint i = 0; i < rows[r].writes; i++)
            ana_hist_add(own, rows[r].latency + i * 1000);
        medians[r] = (double)ana_hist_quantile(own, 0.5);
        ana_hist_merge(merged, own);
        ana_hist_free(own);
    }
    AnaInterval ratio = ana_ratio_interval(above, below, ROWS);
    const AnaEstimate *stale = result_estimate(result, 0, "stale_rate");
    CHECK(same_interval(&stale->interval, &ratio));
    CHECK_UINT(stale->count, 440);
    AnaInterval count = ana_mean_interval(lost, ROWS);
    count.low = MAX(count.low, 0);
    const AnaEstimate *losses = result_estimate(result, 0, "lost_writes");
    CHECK(same_interval(&losses->interval, &count));
    CHECK_UINT(losses->count, ROWS);
    AnaInterval time = ana_mean_interval(down, ROWS);
    const AnaEstimate *downtime = result_estimate(result, 0, "downtime(writes)");
    CHECK_NEAR(downtime->interval.value, floor(time.value + 0.5), 0);
    CHECK_NEAR(downtime->interval.high, floor(time.high + 0.5), 0);
    AnaInterval median =
        ana_section_interval((double)ana_hist_quantile(merged, 0.5), medians, ROWS);
    const AnaEstimate *p50 = result_estimate(result, 0, "write.latency.p50");
    CHECK_NEAR(p50->interval.value, median.value, 0);
    CHECK_NEAR(p50->interval.low, floor(median.low + 0.5), 0);
    CHECK_UINT(p50->count, 390);
    const AnaEstimate *max = result_estimate(result, 0, "write.latency.max");
    CHECK_NEAR(max->interval.value, 1219000, 0);
    CHECK(!max->has_bounds);
    CHECK_NEAR(result_estimate(result, 0, "write.latency.mean")->interval.value,
               floor(ana_hist_mean(merged) + 0.5), 0);
    ana_hist_free(merged);
}

static void own_values_are_kept_by_replication(void)
{
    g_autoptr(AnaPlan) plan = result_plan(NULL, 0);
    g_autoptr(AnaResult) result = single(plan, rows, ROWS);
    gsize stale = (gsize)ana_result_find(result, 0, "stale_rate");
    gsize lost = (gsize)ana_result_find(result, 0, "lost_writes");
    gsize read = (gsize)ana_result_find(result, 0, "read.latency.p50");
    for (guint r = 0; r < ROWS; r++) {
        CHECK_NEAR(ana_result_own_value(result, 0, stale, r),
                   (double)rows[r].stale / (double)rows[r].reads, 0);
        CHECK_NEAR(ana_result_own_value(result, 0, lost, r), (double)rows[r].lost, 0);
        CHECK(isnan(ana_result_own_value(result, 0, read, r)));
    }
}

static void nothing_seen_is_bounded_by_three_over_the_opportunities(void)
{
    const ResultRow none[] = {{.reads = 100, .acknowledged = 10, .writes = 50, .latency = 5},
                              {.reads = 200, .acknowledged = 20, .writes = 50, .latency = 5}};
    g_autoptr(AnaPlan) plan = result_plan(NULL, 0);
    for (guint n = 1; n <= 2; n++) {
        g_autoptr(AnaResult) result = single(plan, none, n);
        const AnaInterval *stale = &result_estimate(result, 0, "stale_rate")->interval;
        const AnaInterval *lost = &result_estimate(result, 0, "lost_writes")->interval;
        const AnaInterval *rate = &result_estimate(result, 0, "lost_writes.rate")->interval;
        const AnaInterval *down = &result_estimate(result, 0, "downtime(writes)")->interval;
        CHECK_NEAR(stale->value, 0, 0);
        CHECK_NEAR(stale->low, 0, 0);
        CHECK_NEAR(stale->high, n == 1 ? 0.03 : 0.01, 1e-15);
        CHECK_NEAR(lost->high, 3.0 / n, 1e-15);
        CHECK_NEAR(rate->high, n == 1 ? 0.3 : 0.1, 1e-15);
        CHECK_NEAR(down->high, 0, 0); /* a time is no event */
        CHECK(result_estimate(result, 0, "downtime(writes)")->saw_nothing);
    }
    /* With fewer than 3 opportunities a ratio may still be anything. */
    const ResultRow few = {.reads = 2};
    g_autoptr(AnaResult) result = single(plan, &few, 1);
    CHECK_NEAR(result_estimate(result, 0, "stale_rate")->interval.high, 1, 0);
}

static void one_replication_gives_a_point(void)
{
    g_autoptr(AnaPlan) plan = result_plan(NULL, 0);
    g_autoptr(AnaResult) result = single(plan, rows, 1);
    const char *names[] = {"stale_rate", "lost_writes", "write.latency.p99", "write.latency.mean",
                           "downtime(writes)"};
    for (gsize i = 0; i < G_N_ELEMENTS(names); i++) {
        const AnaInterval *interval = &result_estimate(result, 0, names[i])->interval;
        test_row("%s", names[i]);
        CHECK(interval->value > 0);
        CHECK_NEAR(interval->low, interval->value, 0);
        CHECK_NEAR(interval->high, interval->value, 0);
    }
    test_row(NULL);
}

static void what_was_not_observed_is_absent_and_says_why(void)
{
    g_autoptr(AnaPlan) plan = result_plan(NULL, 0);
    const ResultRow empty = {0};
    g_autoptr(AnaResult) result = single(plan, &empty, 1);
    const char *names[] = {"stale_rate", "lost_writes", "read.latency.p50", "downtime(writes)",
                           "cost.bytes"};
    for (gsize i = 0; i < G_N_ELEMENTS(names); i++) {
        const AnaEstimate *estimate = result_estimate(result, 0, names[i]);
        test_row("%s", names[i]);
        CHECK(isnan(estimate->interval.value));
        CHECK(estimate->why_absent != NULL);
        CHECK_UINT(estimate->count, 0);
    }
    test_row(NULL);
    AnaVariant variant = variant_of("base", plan, 3);
    g_autoptr(AnaResult) nothing = ana_result_new(&variant, 1, 0, result_fold);
    ana_result_finish(nothing);
    CHECK_STR(result_estimate(nothing, 0, "stale_rate")->why_absent, "no replication was finished");
}

static void percentiles_from_few_values_are_marked(void)
{
    g_autoptr(AnaPlan) plan = result_plan(NULL, 0);
    for (guint writes = 999; writes <= 1000; writes++) {
        ResultRow row = {.writes = writes, .latency = 100};
        g_autoptr(AnaResult) result = single(plan, &row, 1);
        CHECK(result_estimate(result, 0, "write.latency.p99")->is_thin == (writes < 1000));
        CHECK(result_estimate(result, 0, "write.latency.p999")->is_thin);
        CHECK(!result_estimate(result, 0, "write.latency.p50")->is_thin);
        CHECK(!result_estimate(result, 0, "write.latency.max")->is_thin);
    }
}

static void differences_are_paired_where_seed_and_replications_match(void)
{
    g_autoptr(AnaPlan) plan = result_plan(NULL, 0);
    const guint all[] = {0, 1, 2, 3, 4, 5, 6, 7};
    g_autoptr(AnaResult) result = pair_in_order(plan, all, 8);
    CHECK(ana_result_is_paired(result, 1));
    CHECK(ana_result_is_same_world(result, 1));
    const AnaEstimate *p50 = result_estimate(result, 1, "write.latency.p50");
    CHECK(p50->has_difference);
    CHECK_NEAR(p50->difference.value, 200000, 1000);
    CHECK(p50->difference.high - p50->difference.low < 2000); /* every pair differs by 200 us */
    const AnaEstimate *lost = result_estimate(result, 1, "lost_writes");
    CHECK_NEAR(lost->difference.value, -2.25, 1e-15);
    CHECK(lost->difference.high < 0.5);
    CHECK(!result_estimate(result, 0, "lost_writes")->has_difference);
    CHECK(!result_estimate(result, 1, "write.latency.max")->difference_has_bounds);
}

static void another_seed_is_unpaired_and_another_world_is_said_to_be_so(void)
{
    g_autoptr(AnaPlan) plan = result_plan(NULL, 0);
    AnaVariant variants[] = {variant_of("a", plan, ROWS), variant_of("b", plan, ROWS),
                             variant_of("c", plan, ROWS)};
    variants[1].seed = 43;
    g_autoptr(AnaResult) result = ana_result_new(variants, 3, 0, result_fold);
    for (guint r = 0; r < ROWS; r++) {
        ResultRow other = slower(&rows[r]), elsewhere = slower(&rows[r]);
        elsewhere.world = 5;
        result_add(result, 0, r, &rows[r]);
        result_add(result, 1, r, &other);
        result_add(result, 2, r, &elsewhere);
    }
    ana_result_finish(result);
    CHECK(!ana_result_is_paired(result, 1));
    CHECK(!ana_result_is_same_world(result, 1));
    CHECK(ana_result_is_paired(result, 2));
    CHECK(!ana_result_is_same_world(result, 2));
    const AnaInterval *unpaired = &result_estimate(result, 1, "write.latency.p50")->difference;
    const AnaInterval *paired = &result_estimate(result, 2, "write.latency.p50")->difference;
    CHECK_NEAR(unpaired->value, paired->value, 0);
    CHECK(unpaired->high - unpaired->low > 20 * (paired->high - paired->low));
}

static void two_that_saw_nothing_may_still_differ_by_their_bounds(void)
{
    g_autoptr(AnaPlan) plan = result_plan(NULL, 0);
    AnaVariant variants[] = {variant_of("a", plan, 2), variant_of("b", plan, 2)};
    g_autoptr(AnaResult) result = ana_result_new(variants, 2, 0, result_fold);
    const ResultRow none = {.reads = 300, .acknowledged = 10};
    for (guint r = 0; r < 2; r++)
        for (gsize v = 0; v < 2; v++)
            result_add(result, v, r, &none);
    ana_result_finish(result);
    const AnaInterval *stale = &result_estimate(result, 1, "stale_rate")->difference;
    CHECK_NEAR(stale->value, 0, 0);
    CHECK_NEAR(stale->low, -3.0 / 600, 1e-15);
    CHECK_NEAR(stale->high, 3.0 / 600, 1e-15);
    CHECK_NEAR(result_estimate(result, 1, "lost_writes")->difference.high, 1.5, 1e-15);
}

static const TestCase cases[] = {
    {"the_order_of_arrival_does_not_show", the_order_of_arrival_does_not_show},
    {"only_replications_complete_in_all_variants_are_used",
     only_replications_complete_in_all_variants_are_used},
    {"digests_depend_on_the_order_of_replications_not_of_arrival",
     digests_depend_on_the_order_of_replications_not_of_arrival},
    {"each_kind_of_measure_has_its_interval", each_kind_of_measure_has_its_interval},
    {"own_values_are_kept_by_replication", own_values_are_kept_by_replication},
    {"nothing_seen_is_bounded_by_three_over_the_opportunities",
     nothing_seen_is_bounded_by_three_over_the_opportunities},
    {"one_replication_gives_a_point", one_replication_gives_a_point},
    {"what_was_not_observed_is_absent_and_says_why", what_was_not_observed_is_absent_and_says_why},
    {"percentiles_from_few_values_are_marked", percentiles_from_few_values_are_marked},
    {"differences_are_paired_where_seed_and_replications_match",
     differences_are_paired_where_seed_and_replications_match},
    {"another_seed_is_unpaired_and_another_world_is_said_to_be_so",
     another_seed_is_unpaired_and_another_world_is_said_to_be_so},
    {"two_that_saw_nothing_may_still_differ_by_their_bounds",
     two_that_saw_nothing_may_still_differ_by_their_bounds},
    {0},
};

int main(int argc, char **argv)
{
    return test_main("result", cases, argc, argv);
}
