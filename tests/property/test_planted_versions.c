/*
 * Goal: the random histories of test_version_sets.c catch what is wrong with joins, orders and
 * contexts (models/planted.h). Method: each such bug switched on, the rule that it is about, and
 * histories from the first seed until one is not as it must be; the same ones without it all are.
 */
#include "models/planted.h"
#include "tests/support/check.h"
#include "tests/support/version_history.h"

#define HISTORIES 50u

/* The first complaint; NULL: none. The caller frees. */
static char *complaint(const RepConflictRule *rule, RepPlantedBug bug)
{
    char *violation = NULL;
    guint n_writes;
    rep_planted_bug = bug;
    for (guint64 seed = 1; seed <= HISTORIES && !violation; seed++)
        violation = test_history_run(
            &(TestHistory){.rule = rule, .seed = seed, .steps = 200, .is_calm = TRUE}, &n_writes);
    rep_planted_bug = REP_BUG_NONE;
    return violation;
}

static void each_bug_is_caught_under_the_rules_that_it_is_about(void)
{
    static const struct {
        RepPlantedBug bug;
        const RepConflictRule *rule;
    } rows[] = {{REP_BUG_SIBLING_FORGOTTEN, &rep_conflict_siblings},
                {REP_BUG_SIBLING_FORGOTTEN, &rep_conflict_merge},
                {REP_BUG_SIBLING_FORGOTTEN, &rep_conflict_priority},
                {REP_BUG_TIE_KEEPS_HELD, &rep_conflict_lww},
                {REP_BUG_TIE_KEEPS_HELD, &rep_conflict_hybrid},
                {REP_BUG_TIE_KEEPS_HELD, &rep_conflict_single},
                {REP_BUG_CONTEXT_MISSES_SIBLING, &rep_conflict_siblings},
                {REP_BUG_CONTEXT_MISSES_SIBLING, &rep_conflict_merge},
                {REP_BUG_CONTEXT_MISSES_SIBLING, &rep_conflict_priority}};
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *caught = complaint(rows[i].rule, rows[i].bug);
        g_autofree char *healthy = complaint(rows[i].rule, REP_BUG_NONE);
        test_row("%s under %s", rep_planted_names[rows[i].bug], rows[i].rule->name);
        CHECK(caught != NULL);
        CHECK_STR(healthy, NULL);
    }
    test_row(NULL);
}

static const TestCase cases[] = {
    TEST(each_bug_is_caught_under_the_rules_that_it_is_about),
    {NULL, NULL},
};

int main(int argc, char **argv)
{
    return test_main("planted_versions", cases, argc, argv);
}
