/*
 * run.h — run a scenario given as text and look at its measures, for tests.
 *
 * A TestRun holds, for each variant and replication, the cells of the default measures and of the
 * scenario's checks. Values are asked for by the names that `expect` accepts.
 */
#ifndef TEST_RUN_H
#define TEST_RUN_H

#include "analysis/metrics.h"
#include "analysis/result.h"
#include "models/world.h"
#include "scenarios/format/scenario.h"

typedef struct TestRun TestRun;

/* Runs every variant on two threads. A mistake in the text is printed and ends the test program. */
TestRun *test_run(const char *yaml);
/* The same with further measures, ended by NULL. */
TestRun *test_run_with(const char *yaml, const char *const *metrics);
void test_run_free(TestRun *run);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(TestRun, test_run_free)

const ScnScenario *test_run_scenario(const TestRun *run);
const RepRunResult *test_run_result(const TestRun *run, gsize variant, guint replication);

/* Value of a measure in one replication (NaN: none), and in all merged. */
double test_run_value(const TestRun *run, gsize variant, guint replication, const char *metric);
double test_run_merged(const TestRun *run, gsize variant, const char *metric);

/* The result of some of its variants, as the program would print it, `baseline` being one of these
 * by its place in the list; -1: none. Takes what was measured in them: each once, and no values can
 * be asked for afterwards. The run must outlive it. */
AnaResult *test_run_judge(TestRun *run, const gsize *variants, gsize n, gssize baseline);
/* The same as if all had the first one's seed: paired, although nothing is shared. */
AnaResult *test_run_judge_paired(TestRun *run, const gsize *variants, gsize n, gssize baseline);

/* What a claim that does not hold found in replication 0; NULL: it holds. */
const char *test_run_found(const TestRun *run, gsize variant, const AnaQuery *claim);

/* (mean over replications - expected) / its standard error; the mean goes to *mean where given. */
double test_run_z(const TestRun *run, gsize variant, const char *metric, double expected,
                  double *mean);

/* Checks |z| < 4 and prints expected, mean and z. */
#define CHECK_THEORY(run, variant, metric, expected)                                               \
    test_theory((run), (variant), (metric), (expected), __FILE__, __LINE__)
void test_theory(const TestRun *run, gsize variant, const char *metric, double expected,
                 const char *file, int line);

#endif
