/*
 * test_planted_caught.c — goal: the checkers bark. Each planted bug (models/planted.h) breaks an
 * invariant, or a check of the models, in the scenario made for it; healthy code breaks none there.
 * The bugs were chosen by somebody who had not seen the checkers.
 */
#include "cli/swarm.h"
#include "tests/support/check.h"
#include "tests/support/planted_scenarios.h"

/* By bug, from 1; the table of models/planted.h says the same. */
static const char *const caught_by[REP_BUG_COUNT - 1] = {
    [REP_BUG_ACK_BEFORE_FLUSH - 1] = "positions-in-order",
    [REP_BUG_COMMIT_EARLIER_TERM - 1] = "acknowledged-by-rule",
    [REP_BUG_ACK_COUNTED_TWICE - 1] = "acknowledged-by-rule",
    [REP_BUG_ACK_BY_POSITION - 1] = "acknowledged-by-rule",
    [REP_BUG_RESUME_FROM_MEMORY - 1] = "acknowledged-by-rule",
    [REP_BUG_APPLIED_PAST_CUT - 1] = "positions-in-order",
    [REP_BUG_STALE_SNAPSHOT - 1] = "positions-in-order",
    [REP_BUG_TAIL_KEPT_WHILE_IDLE - 1] = "tail-is-cut",
    [REP_BUG_VOTE_NOT_DURABLE - 1] = "majority-decides",
    [REP_BUG_STALE_VOTES_COUNT - 1] = "majority-decides",
    [REP_BUG_PROMOTE_BY_APPLIED - 1] = "most-caught-up",
    [REP_BUG_LEASE_FROM_ANSWER - 1] = "lease-holds",
    [REP_BUG_RETRY_ANSWERED_EARLY - 1] = "answered-after-commit",
    [REP_BUG_CARRY_OVERWRITES_NEWER - 1] = "later-write-stands",
};

static void try_with(RepPlantedBug bug, const TestPlanted *planted, CliSwarmFinding *finding)
{
    g_autofree char *text = test_planted_text(planted);
    *finding = (CliSwarmFinding){0};
    rep_planted_bug = bug;
    cli_swarm_try_apart(text, finding);
    rep_planted_bug = REP_BUG_NONE;
}

static void every_planted_bug_is_caught(void)
{
    for (int i = 0; i < REP_BUG_COUNT - 1; i++) {
        CliSwarmFinding finding;
        test_row("%s", rep_planted_names[i + 1]);
        CHECK_INT(test_planted[i].bug, i + 1);
        try_with(test_planted[i].bug, &test_planted[i], &finding);
        CHECK_STR(finding.invariant, caught_by[i]);
        cli_swarm_finding_clear(&finding);
    }
    test_row(NULL);
}

static void healthy_code_breaks_nothing_in_the_same_scenarios(void)
{
    for (int i = 0; i < REP_BUG_COUNT - 1; i++) {
        CliSwarmFinding finding;
        try_with(REP_BUG_NONE, &test_planted[i], &finding);
        test_row("%s: %s", rep_planted_names[i + 1], finding.text);
        CHECK_STR(finding.invariant, NULL);
        cli_swarm_finding_clear(&finding);
    }
    test_row(NULL);
}

static const TestCase cases[] = {
    TEST(every_planted_bug_is_caught),
    TEST(healthy_code_breaks_nothing_in_the_same_scenarios),
    {NULL, NULL},
};

int main(int argc, char **argv)
{
    return test_main("planted_caught", cases, argc, argv);
}
