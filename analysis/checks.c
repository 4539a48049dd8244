/* checks.c — expectations against estimates; see verdict.h and semantics §9 "Verdicts". */
#include "analysis/result_private.h"

#include "sim/check.h"

#include <math.h>

/* `== 0` and `<= 0` ask whether anything was seen at all. */
static gboolean is_about_nothing(const AnaExpectation *expectation)
{
    return !expectation->relative && expectation->limit == 0 &&
           (expectation->op == ANA_EQUAL || expectation->op == ANA_LESS_EQUAL);
}

static void against_nothing(const AnaEstimate *estimate, AnaCheck *check)
{
    check->verdict = estimate->saw_nothing ? ANA_PASS : ANA_FAIL;
    if (estimate->saw_nothing && estimate->interval.high > 0)
        check->bound = estimate->interval.high;
}

static const char *const not_yet = "in some runs it had not happened by the end";

/* Of a time to an event, a run that ended before only says how long it is at least. */
static gboolean is_lower_bound(const AnaExpectation *expectation, const AnaEstimate *estimate)
{
    return estimate->censored > 0 && expectation->query.metric->arg == ANA_ARG_WORD;
}

/* A larger value would not change the verdict. */
static gboolean is_firm(const AnaCheck *check, double low)
{
    AnaOp op = check->expectation->op;
    return low > check->limit ||
           (low == check->limit && (op == ANA_GREATER_EQUAL || op == ANA_LESS));
}

static void against_limit(const AnaEstimate *estimate, AnaCheck *check)
{
    const AnaInterval *interval = &estimate->interval;
    check->verdict =
        ana_verdict(check->expectation->op, check->limit, interval->low, interval->high);
    if (check->verdict == ANA_INCONCLUSIVE)
        check->why = "the 95 % interval reaches across the limit";
    else if (is_lower_bound(check->expectation, estimate) && !is_firm(check, interval->low)) {
        check->verdict = ANA_INCONCLUSIVE;
        check->why = not_yet;
    }
}

/* value OP factor x baseline, judged on the interval of value - factor x baseline. */
static void against_baseline(const AnaResult *result, gsize variant, gsize query, AnaCheck *check)
{
    const AnaExpectation *expectation = check->expectation;
    if (result->baseline < 0) {
        check->why = "there is no baseline";
        return;
    }
    AnaDifference difference = ana_estimate_difference(result, variant, query, expectation->limit);
    if (!difference.exists) {
        check->why = "the baseline has no value to compare with";
        return;
    }
    gssize other = ana_result_find(result, (gsize)result->baseline,
                                   ana_result_query_name(result, variant, query));
    const AnaEstimate *base = ana_result_estimate(result, (gsize)result->baseline, (gsize)other);
    check->limit = expectation->limit * base->interval.value;
    if (base->is_undrained) {
        check->why = "some runs of the baseline had not drained";
        return;
    }
    const AnaEstimate *own = &result->variants[variant].estimates[query];
    if (is_lower_bound(expectation, own) || is_lower_bound(expectation, base)) {
        check->why = not_yet;
        return;
    }
    if (!difference.has_bounds && own->has_bounds && (gsize)result->baseline != variant) {
        check->why = "too few replications had an opportunity to be compared";
        return;
    }
    /* The baseline is what it is: no spread between it and itself. */
    gboolean is_point = !difference.has_bounds || (gsize)result->baseline == variant;
    double low = is_point ? difference.interval.value : difference.interval.low;
    double high = is_point ? difference.interval.value : difference.interval.high;
    check->verdict = ana_verdict(expectation->op, 0, low, high);
    if (check->verdict == ANA_INCONCLUSIVE)
        check->why = "the 95 % interval of the difference reaches across the limit";
}

/* One key that no order explains is enough; where something is not known, nothing was found. */
static void against_order(const AnaCell *cell, AnaCheck *check)
{
    if (cell->hits + cell->censored < cell->of) {
        check->verdict = ANA_FAIL;
        check->offence = cell->offence;
    } else if (cell->censored) {
        check->why = "the history has more than 1,000,000 operations; ask about a shorter window";
    } else {
        check->verdict = ANA_PASS;
    }
}

/* A story has gone as expected in every replication, or not. */
static void against_story(const AnaCell *cell, AnaCheck *check)
{
    check->verdict = cell->found ? ANA_FAIL : ANA_PASS;
    check->found = cell->found;
    check->found_in = cell->found_in;
}

static void judge(const AnaResult *result, gsize variant, AnaCheck *check)
{
    const AnaExpectation *expectation = check->expectation;
    const AnaVariantResult *own = &result->variants[variant];
    gssize query = ana_plan_find(own->given.plan, &expectation->query);
    SIM_CHECK(query >= 0, "'%s' is not in the plan", expectation->text);
    const AnaEstimate *estimate = &own->estimates[query];
    check->value = estimate->interval.value;
    if (estimate->has_bounds) {
        check->low = estimate->interval.low;
        check->high = estimate->interval.high;
    }
    check->verdict = ANA_INCONCLUSIVE;
    if (estimate->why_absent)
        check->why = estimate->why_absent;
    else if (estimate->opportunities == 0)
        check->why = "there was no opportunity";
    else if (estimate->is_undrained)
        check->why = "some runs had not drained";
    else if (ana_metric_id(expectation->query.metric) == ANA_LINEARIZABLE)
        against_order(&own->merged[own->given.plan->cell_of[query]], check);
    else if (expectation->query.metric->is_claim)
        against_story(&own->merged[own->given.plan->cell_of[query]], check);
    else if (expectation->relative)
        against_baseline(result, variant, (gsize)query, check);
    else if (is_about_nothing(expectation) && !is_lower_bound(expectation, estimate))
        against_nothing(estimate, check);
    else
        against_limit(estimate, check);
}

void ana_check_variant(AnaResult *result, gsize variant)
{
    const AnaVariantResult *own = &result->variants[variant];
    for (gsize i = 0; i < own->given.n_expectations; i++) {
        const AnaExpectation *expectation = &own->given.expectations[i];
        own->checks[i] =
            (AnaCheck){.expectation = expectation,
                       .value = (double)NAN,
                       .low = (double)NAN,
                       .high = (double)NAN,
                       .limit = expectation->relative ? (double)NAN : expectation->limit,
                       .bound = (double)NAN};
        judge(result, variant, &own->checks[i]);
    }
}
