/*
 * Goal: what partitions change has the values that probability theory gives: a leader's death
 * loses its own partitions' writes only (theory.md C, row 13, by share), and two partitions lag
 * unequally and independently, so that an answer overtakes its question as often as one delay is
 * longer than another (theory.md G, figure 5-5). Method: many replications at fixed seeds; the mean
 * must lie within four standard errors of the closed form.
 */
#include "tests/support/check.h"
#include "tests/support/run.h"

#include <math.h>
#include <stdio.h>

/* Rate 200/s, of which half belong to the partition whose leader dies; the reply takes no time, the
 * log 50 ms: 200 · 1/2 · 0.050. */
static void a_death_loses_the_writes_of_its_partition(void)
{
    g_autoptr(TestRun) run = test_run(
        "replsim: 1\nseed: 31\nduration: 5s\nreplications: 1000\nregions: [a, b, c]\n"
        "nodes: {db1: a, db2: b}\n"
        "network:\n  between: {a <-> b: 50ms, a <-> c: 0ms, b <-> c: 0ms}\n"
        "clients:\n"
        "  web: {rate: poisson(200/s), reads: 0%, keys: unique, from: {c: 100%}, timeout: 1s}\n"
        "policy: {partitions: [db1, db2], failover: {detect: 200ms, takes: 100ms,\n"
        "         monitors: [c]}}\n"
        "faults:\n  - {at: \"uniform(2s, 3s)\", crash: db1}\n");
    CHECK_THEORY(run, 0, "lost_writes", 200 * 0.5 * 0.050);
}

/* ---- the answer before the question ------------------------------------------------------- */

/* Entries are so rare that none waits for another. */
#define DURATION 400
#define REPLICATIONS 20

typedef struct Seen {
    SimTime durable[2];
    GArray *lags[2]; /* SimSpan, at db3 */
} Seen;

static void watch(void *self, const RepObservation *seen)
{
    Seen *both = self;
    guint32 log = seen->entries.log;
    if (seen->kind == REP_OBS_DURABLE)
        both->durable[log] = seen->at;
    else if (seen->entries.node == 2) {
        SimSpan lag = seen->at - both->durable[log];
        g_array_append_val(both->lags[log], lag);
    }
}

/* A question in partition 0 at some instant and its
 * answer in partition 1 `gap` later: the observer at db3 sees the answer first when X > gap + Y.
 * For exponential X of mean m and Y of mean n that has the probability
 * m / (m + n) · e^(-gap/m). */
static void check_overtaking(const char *leaders, double m, double n, double gap)
{
    g_autofree char *text =
        g_strdup_printf("replsim: 1\nseed: 8\nduration: %ds\nregions: [a, b, c]\n"
                        "nodes: {db1: a, db2: b, db3: c}\n"
                        "network:\n  between: {a <-> b: 1ms, a <-> c: exponential(mean=%gms),\n"
                        "                 b <-> c: exponential(mean=%gms)}\n"
                        "clients: {web: {rate: periodic(2/s), reads: 0%%, keys: uniform_keys(1k),\n"
                        "                from: {a: 100%%}}}\n"
                        "policy: {partitions: [db1, db2]}\n",
                        DURATION, m, n);
    g_autoptr(TestRun) run = test_run(text);
    const RepSetup *setup = test_run_scenario(run)->variants[0].setup;
    guint pairs = 0, overtaken = 0;
    for (guint32 r = 0; r < REPLICATIONS; r++) {
        Seen seen = {.lags = {g_array_new(FALSE, FALSE, sizeof(SimSpan)),
                              g_array_new(FALSE, FALSE, sizeof(SimSpan))}};
        g_autoptr(RepWorld) world = rep_world_new(setup, r, NULL, NULL);
        rep_world_observe(world, (RepObserver){.mask = REP_OBS_BIT(REP_OBS_DURABLE) |
                                                       REP_OBS_BIT(REP_OBS_APPLIED),
                                               .observe = watch,
                                               .self = &seen});
        rep_world_run(world, G_MAXUINT64, NULL);
        for (guint i = 0; i < MIN(seen.lags[0]->len, seen.lags[1]->len); i++, pairs++)
            overtaken += (double)g_array_index(seen.lags[0], SimSpan, i) >
                         gap * 1e6 + (double)g_array_index(seen.lags[1], SimSpan, i);
        g_array_free(seen.lags[0], TRUE);
        g_array_free(seen.lags[1], TRUE);
    }
    double expected = m / (m + n) * exp(-gap / m), share = (double)overtaken / pairs;
    double z = (share - expected) / sqrt(expected * (1 - expected) / pairs);
    printf("\n    %s: m %g, n %g, gap %g: expected %.4f, seen %.4f of %u, z %+.2f", leaders, m, n,
           gap, expected, share, pairs, z);
    CHECK(pairs > 5000);
    CHECK_NEAR(z, 0, 4);
}

static void an_answer_overtakes_its_question_by_the_law_of_the_two_delays(void)
{
    check_overtaking("db1, db2", 50, 50, 0);
    check_overtaking("db1, db2", 80, 20, 0);
    check_overtaking("db1, db2", 80, 20, 40);
    check_overtaking("db1, db2", 20, 80, 10);
    /* Over one link, with a draw for each partition. */
    check_overtaking("db1, db1", 50, 50, 0);
    check_overtaking("db1, db1", 50, 50, 30);
}

static const TestCase cases[] = {
    TEST(a_death_loses_the_writes_of_its_partition),
    TEST(an_answer_overtakes_its_question_by_the_law_of_the_two_delays),
    {NULL, NULL}};

int main(int argc, char **argv)
{
    return test_main("theory_partitions", cases, argc, argv);
}
