/*
 * test_verdict.c — verdicts of expectations (semantics §9 "Verdicts"), and planted violations.
 */
#include "tests/support/check.h"
#include "tests/support/result_world.h"

#include <math.h>
#include <string.h>

static void an_interval_inside_passes_outside_fails_across_is_inconclusive(void)
{
    const struct {
        AnaOp op;
        double limit, low, high;
        AnaVerdict verdict;
    } rows[] = {
        {ANA_LESS, 10, 4, 9.9, ANA_PASS},
        {ANA_LESS, 10, 4, 10, ANA_INCONCLUSIVE},
        {ANA_LESS, 10, 10, 10, ANA_FAIL},
        {ANA_LESS, 10, 10, 12, ANA_FAIL},
        {ANA_LESS, 10, 4, 12, ANA_INCONCLUSIVE},
        {ANA_LESS_EQUAL, 10, 4, 10, ANA_PASS},
        {ANA_LESS_EQUAL, 10, 10, 10, ANA_PASS},
        {ANA_LESS_EQUAL, 10, 10, 11, ANA_INCONCLUSIVE},
        {ANA_LESS_EQUAL, 10, 10.1, 11, ANA_FAIL},
        {ANA_GREATER, 10, 10.1, 11, ANA_PASS},
        {ANA_GREATER, 10, 10, 11, ANA_INCONCLUSIVE},
        {ANA_GREATER, 10, 4, 10, ANA_FAIL},
        {ANA_GREATER_EQUAL, 10, 10, 11, ANA_PASS},
        {ANA_GREATER_EQUAL, 10, 9, 10, ANA_INCONCLUSIVE},
        {ANA_GREATER_EQUAL, 10, 4, 9, ANA_FAIL},
        {ANA_EQUAL, 10, 10, 10, ANA_PASS},
        {ANA_EQUAL, 10, 9, 11, ANA_INCONCLUSIVE},
        {ANA_EQUAL, 10, 10, 11, ANA_INCONCLUSIVE},
        {ANA_EQUAL, 10, 11, 12, ANA_FAIL},
        {ANA_EQUAL, 10, 4, 9, ANA_FAIL},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        test_row("[%g, %g] %s %g", rows[i].low, rows[i].high, ana_op_text(rows[i].op),
                 rows[i].limit);
        CHECK_STR(
            ana_verdict_name(ana_verdict(rows[i].op, rows[i].limit, rows[i].low, rows[i].high)),
            ana_verdict_name(rows[i].verdict));
    }
    test_row(NULL);
}

enum { RUNS = 5 };

/* Checks `expectation` on both variants; the rows of the second may be those of the first. */
static AnaResult *check_pair(const AnaExpectation *expectation, const ResultRow *base,
                             const ResultRow *other)
{
    AnaPlan *plan = result_plan(expectation, 1);
    AnaVariant variants[] = {{.name = "base",
                              .plan = plan,
                              .seed = 1,
                              .n_replications = RUNS,
                              .expectations = expectation,
                              .n_expectations = 1},
                             {.name = "other",
                              .plan = plan,
                              .seed = 1,
                              .n_replications = RUNS,
                              .expectations = expectation,
                              .n_expectations = 1,
                              .is_gated = TRUE}};
    AnaResult *result = ana_result_new(variants, 2, 0, result_fold);
    for (guint r = 0; r < RUNS; r++) {
        result_add(result, 0, r, &base[r]);
        result_add(result, 1, r, &other[r]);
    }
    ana_result_finish(result);
    return result;
}

static void end_pair(AnaResult *result)
{
    AnaPlan *plan = (AnaPlan *)ana_result_variant(result, 0)->plan;
    ana_result_free(result);
    ana_plan_free(plan);
}

static void fill(ResultRow *rows, ResultRow row)
{
    for (guint r = 0; r < RUNS; r++)
        rows[r] = row;
}

static void check_one(const AnaExpectation *expectation, const ResultRow *rows, AnaVerdict verdict,
                      const char *why)
{
    AnaResult *result = check_pair(expectation, rows, rows);
    const AnaCheck *check = ana_result_check(result, 1, 0);
    CHECK_STR(ana_verdict_name(check->verdict), ana_verdict_name(verdict));
    CHECK_STR(check->why, why);
    CHECK_STR(ana_verdict_name(ana_result_overall(result)), ana_verdict_name(verdict));
    end_pair(result);
}

static void equal_to_zero_passes_iff_nothing_was_seen_and_something_could_be(void)
{
    const AnaOp ops[] = {ANA_EQUAL, ANA_LESS_EQUAL};
    for (gsize i = 0; i < G_N_ELEMENTS(ops); i++) {
        AnaExpectation lost = result_expect("lost_writes", ANA_STAT_NONE, ops[i], 0, FALSE);
        ResultRow rows[RUNS];
        fill(rows, (ResultRow){.acknowledged = 100});
        check_one(&lost, rows, ANA_PASS, NULL);
        rows[3].lost = 1; /* the planted violation: one write in one of five runs */
        check_one(&lost, rows, ANA_FAIL, NULL);
        fill(rows, (ResultRow){.reads = 10});
        check_one(&lost, rows, ANA_INCONCLUSIVE, "there was no opportunity");
        AnaExpectation stale = result_expect("stale_rate", ANA_STAT_NONE, ops[i], 0, FALSE);
        check_one(&stale, rows, ANA_PASS, NULL);
        rows[4].stale = 1;
        check_one(&stale, rows, ANA_FAIL, NULL);
        AnaExpectation down = result_expect("downtime", ANA_STAT_NONE, ops[i], 0, FALSE);
        fill(rows, (ResultRow){.writes = 10, .latency = 1});
        check_one(&down, rows, ANA_PASS, NULL);
        rows[0].downtime = 1;
        check_one(&down, rows, ANA_FAIL, NULL);
    }
}

static void the_bound_of_nothing_seen_is_given(void)
{
    AnaExpectation lost = result_expect("lost_writes", ANA_STAT_NONE, ANA_EQUAL, 0, FALSE);
    ResultRow rows[RUNS];
    fill(rows, (ResultRow){.acknowledged = 100, .reads = 50});
    AnaResult *result = check_pair(&lost, rows, rows);
    CHECK_NEAR(ana_result_check(result, 0, 0)->bound, 3.0 / RUNS, 1e-15);
    end_pair(result);
    AnaExpectation stale = result_expect("stale_rate", ANA_STAT_NONE, ANA_EQUAL, 0, FALSE);
    result = check_pair(&stale, rows, rows);
    CHECK_NEAR(ana_result_check(result, 0, 0)->bound, 3.0 / (50 * RUNS), 1e-15);
    end_pair(result);
}

static void zero_seen_of_few_does_not_pass_a_small_limit(void)
{
    AnaExpectation stale = result_expect("stale_rate", ANA_STAT_NONE, ANA_LESS, 0.01, FALSE);
    ResultRow rows[RUNS];
    fill(rows, (ResultRow){.reads = 10});
    check_one(&stale, rows, ANA_INCONCLUSIVE, "the 95 % interval reaches across the limit");
    fill(rows, (ResultRow){.reads = 1000});
    check_one(&stale, rows, ANA_PASS, NULL);
}

static void a_run_that_did_not_drain_makes_losses_inconclusive(void)
{
    AnaExpectation lost = result_expect("lost_writes", ANA_STAT_NONE, ANA_EQUAL, 0, FALSE);
    AnaExpectation stale = result_expect("stale_rate", ANA_STAT_NONE, ANA_LESS, 0.5, FALSE);
    ResultRow rows[RUNS];
    fill(rows, (ResultRow){.acknowledged = 100, .reads = 100, .stale = 1});
    rows[2].undrained = TRUE;
    check_one(&lost, rows, ANA_INCONCLUSIVE, "some runs had not drained");
    check_one(&stale, rows, ANA_PASS, NULL);
}

static void a_time_that_some_runs_did_not_see_the_end_of_is_a_lower_bound(void)
{
    const char *not_yet = "in some runs it had not happened by the end";
    const struct {
        AnaOp op;
        double limit;
        AnaVerdict seen, censored;
    } rows[] = {{ANA_LESS, 2000, ANA_PASS, ANA_INCONCLUSIVE},
                {ANA_LESS, 1000, ANA_FAIL, ANA_FAIL},
                {ANA_LESS_EQUAL, 1000, ANA_PASS, ANA_INCONCLUSIVE},
                {ANA_LESS_EQUAL, 500, ANA_FAIL, ANA_FAIL},
                {ANA_GREATER, 500, ANA_PASS, ANA_PASS},
                {ANA_GREATER, 1000, ANA_FAIL, ANA_INCONCLUSIVE},
                {ANA_GREATER_EQUAL, 1000, ANA_PASS, ANA_PASS},
                {ANA_GREATER_EQUAL, 2000, ANA_FAIL, ANA_INCONCLUSIVE},
                {ANA_EQUAL, 1000, ANA_PASS, ANA_INCONCLUSIVE},
                {ANA_EQUAL, 500, ANA_FAIL, ANA_FAIL}};
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        AnaExpectation first =
            result_expect("time_to_first", ANA_STAT_NONE, rows[i].op, rows[i].limit, FALSE);
        ResultRow runs[RUNS];
        fill(runs, (ResultRow){.first = 1000});
        test_row("%s %g", ana_op_text(rows[i].op), rows[i].limit);
        check_one(&first, runs, rows[i].seen, NULL);
        runs[1].is_censored = TRUE;
        check_one(&first, runs, rows[i].censored,
                  rows[i].censored == ANA_INCONCLUSIVE ? not_yet : NULL);
    }
    test_row(NULL);
    AnaExpectation twice = result_expect("time_to_first", ANA_STAT_NONE, ANA_LESS, 2, TRUE);
    ResultRow runs[RUNS];
    fill(runs, (ResultRow){.first = 1000});
    check_one(&twice, runs, ANA_PASS, NULL);
    runs[1].is_censored = TRUE;
    check_one(&twice, runs, ANA_INCONCLUSIVE, not_yet);
}

static void a_maximum_is_judged_as_it_is(void)
{
    AnaExpectation max = result_expect("write.latency", ANA_STAT_MAX, ANA_LESS, 2000, FALSE);
    ResultRow rows[RUNS];
    fill(rows, (ResultRow){.writes = 2, .latency = 500});
    check_one(&max, rows, ANA_PASS, NULL);
    rows[1].latency = 1000;
    check_one(&max, rows, ANA_FAIL, NULL);
}

static void no_observation_is_inconclusive_and_never_a_pass(void)
{
    AnaExpectation p99 = result_expect("write.latency", ANA_STAT_P99, ANA_LESS, 1e12, FALSE);
    ResultRow rows[RUNS];
    fill(rows, (ResultRow){.reads = 5});
    check_one(&p99, rows, ANA_INCONCLUSIVE, "nothing was observed");
}

static void limits_relative_to_the_baseline_are_judged_on_paired_differences(void)
{
    AnaExpectation twice = result_expect("write.latency", ANA_STAT_P50, ANA_LESS_EQUAL, 2, TRUE);
    ResultRow base[RUNS], other[RUNS];
    /* Replications differ wildly, but each is 1.9 times its pair. */
    for (guint r = 0; r < RUNS; r++) {
        base[r] = (ResultRow){.writes = 1, .latency = 1000000 * (1 << r)};
        other[r] = (ResultRow){.writes = 1, .latency = 1900000 * (1 << r)};
    }
    AnaResult *result = check_pair(&twice, base, other);
    const AnaCheck *check = ana_result_check(result, 1, 0);
    CHECK_STR(ana_verdict_name(check->verdict), "inconclusive"); /* sectioning about one median */
    CHECK_NEAR(check->limit, 8e6, 8e6 / 1000);
    CHECK_NEAR(check->value, 7.6e6, 7.6e6 / 1000);
    CHECK_STR(ana_verdict_name(ana_result_check(result, 0, 0)->verdict), "pass"); /* x <= 2 x */
    end_pair(result);
    for (guint r = 0; r < RUNS; r++) {
        base[r] = (ResultRow){.writes = 1, .latency = 1000000 + 1000 * r};
        other[r] = (ResultRow){.writes = 1, .latency = 1900000 + 1900 * r};
    }
    result = check_pair(&twice, base, other);
    CHECK_STR(ana_verdict_name(ana_result_check(result, 1, 0)->verdict), "pass");
    end_pair(result);
    for (guint r = 0; r < RUNS; r++)
        other[r].latency = 2100000 + 2100 * r; /* the planted violation */
    result = check_pair(&twice, base, other);
    CHECK_STR(ana_verdict_name(ana_result_check(result, 1, 0)->verdict), "fail");
    CHECK_STR(ana_verdict_name(ana_result_overall(result)), "fail");
    end_pair(result);
}

static void a_baseline_without_a_value_makes_it_inconclusive(void)
{
    AnaExpectation twice = result_expect("write.latency", ANA_STAT_P50, ANA_LESS_EQUAL, 2, TRUE);
    ResultRow base[RUNS], other[RUNS];
    fill(base, (ResultRow){.reads = 1});
    fill(other, (ResultRow){.writes = 1, .latency = 5});
    AnaResult *result = check_pair(&twice, base, other);
    CHECK_STR(ana_result_check(result, 1, 0)->why, "the baseline has no value to compare with");
    CHECK(isnan(ana_result_check(result, 1, 0)->limit));
    end_pair(result);
}

static void only_gated_variants_decide_and_a_failure_outweighs(void)
{
    AnaExpectation expectations[] = {
        result_expect("lost_writes", ANA_STAT_NONE, ANA_EQUAL, 0, FALSE),
        result_expect("read.latency", ANA_STAT_P99, ANA_LESS, 1, FALSE)};
    g_autoptr(AnaPlan) plan = result_plan(expectations, 2);
    for (int gated = 0; gated < 4; gated++) {
        AnaVariant variants[] = {{.name = "loses",
                                  .plan = plan,
                                  .n_replications = 1,
                                  .expectations = expectations,
                                  .n_expectations = 1,
                                  .is_gated = gated & 1},
                                 {.name = "unsure",
                                  .plan = plan,
                                  .n_replications = 1,
                                  .expectations = expectations,
                                  .n_expectations = 2,
                                  .is_gated = gated & 2}};
        g_autoptr(AnaResult) result = ana_result_new(variants, 2, 0, result_fold);
        const ResultRow loses = {.acknowledged = 5, .lost = 1}, keeps = {.acknowledged = 5};
        result_add(result, 0, 0, &loses);
        result_add(result, 1, 0, &keeps);
        ana_result_finish(result);
        const char *expected[] = {"pass", "fail", "inconclusive", "fail"};
        CHECK_STR(ana_verdict_name(ana_result_overall(result)), expected[gated]);
    }
}

static const TestCase cases[] = {
    {"an_interval_inside_passes_outside_fails_across_is_inconclusive",
     an_interval_inside_passes_outside_fails_across_is_inconclusive},
    {"equal_to_zero_passes_iff_nothing_was_seen_and_something_could_be",
     equal_to_zero_passes_iff_nothing_was_seen_and_something_could_be},
    {"the_bound_of_nothing_seen_is_given", the_bound_of_nothing_seen_is_given},
    {"zero_seen_of_few_does_not_pass_a_small_limit", zero_seen_of_few_does_not_pass_a_small_limit},
    {"a_run_that_did_not_drain_makes_losses_inconclusive",
     a_run_that_did_not_drain_makes_losses_inconclusive},
    {"a_time_that_some_runs_did_not_see_the_end_of_is_a_lower_bound",
     a_time_that_some_runs_did_not_see_the_end_of_is_a_lower_bound},
    {"a_maximum_is_judged_as_it_is", a_maximum_is_judged_as_it_is},
    {"no_observation_is_inconclusive_and_never_a_pass",
     no_observation_is_inconclusive_and_never_a_pass},
    {"limits_relative_to_the_baseline_are_judged_on_paired_differences",
     limits_relative_to_the_baseline_are_judged_on_paired_differences},
    {"a_baseline_without_a_value_makes_it_inconclusive",
     a_baseline_without_a_value_makes_it_inconclusive},
    {"only_gated_variants_decide_and_a_failure_outweighs",
     only_gated_variants_decide_and_a_failure_outweighs},
    {0},
};

int main(int argc, char **argv)
{
    return test_main("verdict", cases, argc, argv);
}
