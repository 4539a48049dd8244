/*
 * Goal: what acknowledgement keys promise is checked, and nothing else is complained of. Method:
 * made-up runs (tests/support/made_up_run.h), each with one thing wrong, beside the same without.
 */
#include "tests/support/check.h"
#include "tests/support/made_up_run.h"

/* ---- what happens ------------------------------------------------------------------------- */

/* The leader has entry 1 on its disk, and so have the followers. */
static void written(void)
{
    made_leads(A, 1, TRUE);
    made_begins(1, REP_WRITE);
    made_appends(A, 1, 1, 1);
    made_entries(REP_OBS_DURABLE, A, 1, 1, 1);
    for (int node = B; node <= C; node++) {
        made_entries(REP_OBS_RECEIVED, node, 1, 1, 1);
        made_entries(REP_OBS_FLUSHED, node, 1, 1, 1);
    }
}

static void shows_what_has_committed(void)
{
    made_rules.shows_committed = TRUE;
    written();
    made_entries(REP_OBS_COMMITTED, A, 1, 1, 1);
    made_entries(REP_OBS_APPLIED, B, 1, 1, 1);
}

static void shows_what_has_not(void)
{
    made_rules.shows_committed = TRUE;
    written();
    made_entries(REP_OBS_APPLIED, B, 1, 1, 1);
}

static void cuts_what_it_has_not_shown(void)
{
    made_rules.keeps_shown = TRUE;
    written();
    made_entries(REP_OBS_APPLIED, B, 1, 1, 1);
    made_entries(REP_OBS_TRUNCATED, C, 1, 1, 1);
}

static void cuts_what_it_has_shown(void)
{
    made_rules.keeps_shown = TRUE;
    written();
    made_entries(REP_OBS_APPLIED, B, 1, 1, 1);
    made_entries(REP_OBS_TRUNCATED, B, 1, 1, 1);
}

static void answers_before_its_flush(void)
{
    made_rules.acks_unflushed = TRUE;
    made_rules.confirmations = 0;
    made_leads(A, 1, TRUE);
    made_begins(1, REP_WRITE);
    made_appends(A, 1, 1, 1);
    made_entries(REP_OBS_APPLIED, A, 1, 1, 1);
    made_entries(REP_OBS_COMMITTED, A, 1, 1, 1);
}

/* A follower that shows what is not on its disk is wrong all the same. */
static void a_follower_shows_before_its_flush(void)
{
    answers_before_its_flush();
    made_entries(REP_OBS_RECEIVED, B, 1, 1, 1);
    made_entries(REP_OBS_APPLIED, B, 1, 1, 1);
}

static const struct {
    const char *what;
    int barks; /* AnaInvariant; -1: nothing is wrong */
    void (*happens)(void);
} runs[] = {
    {"shows what has committed", -1, shows_what_has_committed},
    {"shows what has not committed", ANA_SHOWS_COMMITTED, shows_what_has_not},
    {"cuts what it has not shown", -1, cuts_what_it_has_not_shown},
    {"cuts what it has shown", ANA_SHOWN_STAYS, cuts_what_it_has_shown},
    {"answers before its flush", -1, answers_before_its_flush},
    {"shows before its flush", ANA_POSITIONS_IN_ORDER, a_follower_shows_before_its_flush},
};

/* ---- tests -------------------------------------------------------------------------------- */

static void each_run_is_judged_as_it_should(void)
{
    for (gsize i = 0; i < G_N_ELEMENTS(runs); i++) {
        test_row("%s", runs[i].what);
        made_new_run();
        runs[i].happens();
        const AnaViolation *violation = ana_invariants_violation(made_checker);
        const char *expected =
            runs[i].barks < 0 ? NULL : ana_invariant_name((AnaInvariant)runs[i].barks);
        CHECK_STR(violation ? ana_invariant_name(violation->invariant) : NULL, expected);
        made_stop();
    }
    test_row(NULL);
}

static void every_invariant_of_acknowledgements_has_a_violation(void)
{
    for (int invariant = 0; invariant < ANA_INVARIANTS; invariant++) {
        gboolean is_there = !MADE_IS_ACKS(invariant);
        for (gsize i = 0; i < G_N_ELEMENTS(runs); i++)
            is_there |= runs[i].barks == invariant;
        test_row("%s", ana_invariant_name((AnaInvariant)invariant));
        CHECK(is_there);
    }
    test_row(NULL);
}

static const TestCase cases[] = {TEST(each_run_is_judged_as_it_should),
                                 TEST(every_invariant_of_acknowledgements_has_a_violation),
                                 {NULL, NULL}};

int main(int argc, char **argv)
{
    return test_main("invariants_acks", cases, argc, argv);
}
