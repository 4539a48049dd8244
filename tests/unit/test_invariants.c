/*
 * test_invariants.c — goal: every invariant barks. Method: a small run is made up, observation by
 * observation, in which nothing is wrong; each case breaks one thing in it and names what must
 * bark. Three nodes a, b, c; one of the two followers has to confirm a write.
 */
#include "tests/support/check.h"
#include "tests/support/made_up_run.h"

/* ---- a run without fault, in parts -------------------------------------------------------- */

/* a leads and appends the write of operation 1 as entry 1, on its disk. */
static void written(void)
{
    made_leads(A, 1, TRUE);
    made_begins(1, REP_WRITE);
    made_appends(A, 1, 1, 1);
    made_entries(REP_OBS_DURABLE, A, 1, 1, 1);
}

static void follows(int node)
{
    made_entries(REP_OBS_RECEIVED, node, 1, 1, 1);
    made_entries(REP_OBS_FLUSHED, node, 1, 1, 1);
}

static void committed(void)
{
    written();
    follows(B);
    made_entries(REP_OBS_COMMITTED, A, 1, 1, 1);
    made_entries(REP_OBS_APPLIED, A, 1, 1, 1);
}

static void answered(guint64 number, RepOperationKind kind, int node, RepVersion version)
{
    made_message(REP_OBS_MESSAGE_SENT, number, node, -1, number, made_now, made_now + 5);
    made_now += 5;
    made_message(REP_OBS_MESSAGE_ARRIVED, number, node, -1, number, made_now - 5, made_now);
    made_ends(number, kind, REP_OK, node, version);
}

static void everything(void)
{
    committed();
    answered(1, REP_WRITE, A, (RepVersion){1, 1});
    made_begins(2, REP_READ);
    answered(2, REP_READ, A, (RepVersion){1, 1});
    follows(C);
    made_entries(REP_OBS_APPLIED, B, 1, 1, 1);
    made_entries(REP_OBS_APPLIED, C, 1, 1, 1);
}

static void nothing_wrong(void)
{
    everything();
    made_finish(TRUE, 2, 0);
}

/* ---- one thing wrong ---------------------------------------------------------------------- */

static void time_goes_back(void)
{
    made_now = 10;
    made_begins(1, REP_READ);
    made_now = 9;
    made_begins(2, REP_READ);
}

static void operation_ends_twice(void)
{
    made_begins(1, REP_READ);
    made_ends(1, REP_READ, REP_UNKNOWN, -1, (RepVersion){0});
    made_ends(1, REP_READ, REP_UNKNOWN, -1, (RepVersion){0});
}

static void operation_never_ends(void)
{
    made_begins(1, REP_READ);
    made_finish(FALSE, 0, 0);
}

static void success_without_an_answer(void)
{
    committed();
    made_ends(1, REP_WRITE, REP_OK, A, (RepVersion){1, 1});
}

static void failure_of_what_was_appended(void)
{
    written();
    made_ends(1, REP_WRITE, REP_FAILED, -1, (RepVersion){0});
}

static void second_leader_in_a_term(void)
{
    made_leads(A, 1, TRUE);
    made_leads(A, 1, FALSE);
    made_leads(B, 1, TRUE);
}

static void appends_without_leading(void)
{
    made_leads(A, 1, TRUE);
    made_leads(A, 1, FALSE);
    made_begins(1, REP_WRITE);
    made_appends(A, 1, 1, 1);
}

static void leads_beside_another(void)
{
    made_rules.fences = TRUE;
    made_leads(A, 1, TRUE);
    made_leads(B, 2, TRUE);
}

/* b keeps an entry of term 1 that the leader of term 2 has not, and goes on behind it. */
static void truncation_is_skipped(void)
{
    written();
    follows(B);
    made_leads(A, 1, FALSE);
    made_leads(C, 2, TRUE);
    made_begins(2, REP_WRITE);
    made_appends(C, 2, 1, 2);
    made_begins(3, REP_WRITE);
    made_appends(C, 2, 2, 3);
    made_entries(REP_OBS_RECEIVED, B, 2, 2, 2);
}

static void gap_in_what_is_flushed(void)
{
    written();
    made_begins(2, REP_WRITE);
    made_appends(A, 1, 2, 2);
    made_entries(REP_OBS_RECEIVED, B, 1, 1, 2);
    made_entries(REP_OBS_FLUSHED, B, 1, 2, 2);
}

static void applied_before_flushed(void)
{
    written();
    made_entries(REP_OBS_RECEIVED, B, 1, 1, 1);
    made_entries(REP_OBS_APPLIED, B, 1, 1, 1);
}

static void receives_what_nobody_appended(void)
{
    written();
    made_entries(REP_OBS_RECEIVED, B, 1, 1, 2);
}

static void flushes_while_down(void)
{
    written();
    made_entries(REP_OBS_RECEIVED, B, 1, 1, 1);
    made_becomes(B, REP_NODE_DOWN);
    made_entries(REP_OBS_FLUSHED, B, 1, 1, 1);
}

static void sends_while_paused(void)
{
    made_becomes(B, REP_NODE_PAUSED);
    made_message(REP_OBS_MESSAGE_SENT, 1, B, A, 0, made_now, made_now + 1);
}

static void commits_unconfirmed(void)
{
    written();
    made_entries(REP_OBS_RECEIVED, B, 1, 1, 1);
    made_entries(REP_OBS_COMMITTED, A, 1, 1, 1);
}

static void commits_before_its_own_flush(void)
{
    made_leads(A, 1, TRUE);
    made_begins(1, REP_WRITE);
    made_appends(A, 1, 1, 1);
    follows(B);
    made_entries(REP_OBS_COMMITTED, A, 1, 1, 1);
}

static void falls_back_unasked(void)
{
    made_leads(A, 1, TRUE);
    made_tell((RepObservation){.kind = REP_OBS_RULE_CHANGED, .rule = {.node = A, .waiting = 0}});
}

static void commits_an_earlier_term_alone(void)
{
    made_rules.commits_own_term = TRUE;
    written();
    follows(B);
    made_leads(A, 1, FALSE);
    made_leads(B, 2, TRUE);
    follows(C);
    made_entries(REP_OBS_COMMITTED, B, 2, 1, 1);
}

static void answers_before_commit(void)
{
    written();
    follows(B);
    answered(1, REP_WRITE, A, (RepVersion){1, 1});
}

static void answers_with_anothers_entry(void)
{
    committed();
    made_begins(2, REP_WRITE);
    answered(2, REP_WRITE, A, (RepVersion){1, 1});
}

static void appends_a_retry_again(void)
{
    written();
    made_appends(A, 1, 2, 1);
}

static void reads_an_old_version(void)
{
    committed();
    made_begins(2, REP_READ);
    answered(2, REP_READ, A, (RepVersion){0});
}

static void reads_what_is_not_shown(void)
{
    committed();
    made_begins(2, REP_READ);
    answered(2, REP_READ, B, (RepVersion){1, 1});
}

static void elects_the_incomplete(void)
{
    made_rules.elects_complete = TRUE;
    committed();
    made_leads(A, 1, FALSE);
    made_leads(C, 2, TRUE);
}

static void promotes_the_laggard(void)
{
    made_rules.promotes_furthest = TRUE;
    made_rules.promotion_max = 10;
    committed();
    made_leads(A, 1, FALSE);
    made_now += 20;
    made_leads(C, 2, TRUE);
}

/* b, c and a lose what was committed, though an election was held properly. */
static void loses_what_was_committed(void)
{
    made_rules.elects_complete = TRUE;
    everything();
    for (int node = A; node < NODES; node++)
        made_entries(REP_OBS_TRUNCATED, node, 1, 1, 1);
    made_finish(TRUE, 2, 0);
}

static void message_arrives_twice(void)
{
    made_message(REP_OBS_MESSAGE_SENT, 1, A, B, 0, made_now, made_now + 5);
    made_now += 5;
    made_message(REP_OBS_MESSAGE_ARRIVED, 1, A, B, 0, made_now - 5, made_now);
    made_message(REP_OBS_MESSAGE_ARRIVED, 1, A, B, 0, made_now - 5, made_now);
}

static void message_is_forgotten(void)
{
    made_message(REP_OBS_MESSAGE_SENT, 1, A, B, 0, made_now, made_now + 5);
    made_finish(TRUE, 1, 0);
}

static void message_overtakes(void)
{
    made_rules.delays_are_fifo = TRUE;
    made_message(REP_OBS_MESSAGE_SENT, 1, A, B, 0, made_now, made_now + 5);
    made_message(REP_OBS_MESSAGE_SENT, 2, A, B, 0, made_now, made_now + 4);
}

static void replicas_differ_at_the_end(void)
{
    committed();
    answered(1, REP_WRITE, A, (RepVersion){1, 1});
    made_entries(REP_OBS_APPLIED, B, 1, 1, 1);
    made_finish(TRUE, 1, 0);
}

static void does_not_come_to_rest(void)
{
    made_rules.must_rest = TRUE;
    made_finish(FALSE, 0, 0);
}

static void counters_miss_a_flush(void)
{
    made_tell((RepObservation){.kind = REP_OBS_FLUSH, .entries = {.node = A}});
    made_finish(TRUE, 0, 0);
}

/* c shows what it has, and nobody may ask it: the leader has answered a write before. */
static void a_follower_is_asked(void)
{
    made_rules.is_linearizable = TRUE;
    committed();
    answered(1, REP_WRITE, A, (RepVersion){1, 1});
    made_begins(2, REP_READ);
    answered(2, REP_READ, C, (RepVersion){0});
    made_finish(FALSE, 2, 0);
}

static const struct {
    const char *what;
    AnaInvariant barks;
    void (*happens)(void);
} wrongs[] = {
    {"time goes back", ANA_TIME_ORDER, time_goes_back},
    {"an operation ends twice", ANA_ONE_OUTCOME, operation_ends_twice},
    {"an operation never ends", ANA_ONE_OUTCOME, operation_never_ends},
    {"success without an answer", ANA_OUTCOME_HAS_CAUSE, success_without_an_answer},
    {"failure of what was appended", ANA_OUTCOME_HAS_CAUSE, failure_of_what_was_appended},
    {"a second leader in a term", ANA_ONE_LEADER_A_TERM, second_leader_in_a_term},
    {"appending without leading", ANA_ONE_LEADER_A_TERM, appends_without_leading},
    {"a leader beside another", ANA_ONE_LEADER_AT_A_TIME, leads_beside_another},
    {"a truncation is skipped", ANA_LOG_PREFIX, truncation_is_skipped},
    {"a gap in what is flushed", ANA_POSITIONS_IN_ORDER, gap_in_what_is_flushed},
    {"applied before flushed", ANA_POSITIONS_IN_ORDER, applied_before_flushed},
    {"received what nobody appended", ANA_POSITIONS_IN_ORDER, receives_what_nobody_appended},
    {"a dead node flushes", ANA_SILENT_WHILE_STOPPED, flushes_while_down},
    {"a paused node sends", ANA_SILENT_WHILE_STOPPED, sends_while_paused},
    {"commit before a follower's flush", ANA_ACKNOWLEDGED_BY_RULE, commits_unconfirmed},
    {"commit before the leader's flush", ANA_ACKNOWLEDGED_BY_RULE, commits_before_its_own_flush},
    {"a fall back that nothing allows", ANA_ACKNOWLEDGED_BY_RULE, falls_back_unasked},
    {"an earlier term commits alone", ANA_ACKNOWLEDGED_BY_RULE, commits_an_earlier_term_alone},
    {"an answer before the commit", ANA_ANSWERED_AFTER_COMMIT, answers_before_commit},
    {"an answer with another's entry", ANA_ANSWERED_AFTER_COMMIT, answers_with_anothers_entry},
    {"a retry is appended again", ANA_APPENDED_ONCE, appends_a_retry_again},
    {"a read of an old version", ANA_READ_WHAT_IS_SHOWN, reads_an_old_version},
    {"a read of what is not shown", ANA_READ_WHAT_IS_SHOWN, reads_what_is_not_shown},
    {"a read from a follower", ANA_LINEARIZABLE_RUN, a_follower_is_asked},
    {"an incomplete leader", ANA_NEW_LEADER_HAS_ALL, elects_the_incomplete},
    {"the laggard is promoted", ANA_FURTHEST_PROMOTED, promotes_the_laggard},
    {"a committed write is gone", ANA_NOTHING_LOST, loses_what_was_committed},
    {"a message arrives twice", ANA_MESSAGES_CONSERVED, message_arrives_twice},
    {"a message is forgotten", ANA_MESSAGES_CONSERVED, message_is_forgotten},
    {"a message overtakes", ANA_MESSAGES_CONSERVED, message_overtakes},
    {"replicas differ after the drain", ANA_REPLICAS_EQUAL, replicas_differ_at_the_end},
    {"no rest", ANA_COMES_TO_REST, does_not_come_to_rest},
    {"a counter misses a flush", ANA_METERS_SUM_UP, counters_miss_a_flush},
};

/* ---- tests -------------------------------------------------------------------------------- */

static void a_good_run_violates_nothing(void)
{
    made_new_run();
    nothing_wrong();
    const AnaViolation *violation = ana_invariants_violation(made_checker);
    CHECK_STR(violation ? violation->text : NULL, NULL);
    made_stop();
}

/* All show it before the leader hears of that; then c loses its disk. */
static void what_all_have_shown_may_be_answered_whatever_becomes_of_them(void)
{
    made_new_run();
    written();
    follows(B);
    follows(C);
    for (int node = A; node < NODES; node++)
        made_entries(REP_OBS_APPLIED, node, 1, 1, 1);
    made_entries(REP_OBS_TRUNCATED, C, 1, 1, 1);
    answered(1, REP_WRITE, A, (RepVersion){1, 1});
    const AnaViolation *violation = ana_invariants_violation(made_checker);
    CHECK_STR(violation ? violation->text : NULL, NULL);
    made_stop();
}

static void every_planted_violation_is_found_by_its_invariant(void)
{
    for (gsize i = 0; i < G_N_ELEMENTS(wrongs); i++) {
        test_row("%s", wrongs[i].what);
        made_new_run();
        wrongs[i].happens();
        const AnaViolation *violation = ana_invariants_violation(made_checker);
        CHECK(violation != NULL);
        if (violation)
            CHECK_STR(ana_invariant_name(violation->invariant),
                      ana_invariant_name(wrongs[i].barks));
        made_stop();
    }
    test_row(NULL);
}

static void every_invariant_has_a_planted_violation(void)
{
    for (int invariant = 0; invariant < ANA_INVARIANTS; invariant++) {
        gboolean is_there = MADE_IS_FAILOVER(invariant) || MADE_IS_ACKS(invariant) ||
                            MADE_IS_SESSION(invariant) || MADE_IS_VERSIONS(invariant);
        for (gsize i = 0; i < G_N_ELEMENTS(wrongs); i++)
            is_there |= (int)wrongs[i].barks == invariant;
        test_row("%s", ana_invariant_name((AnaInvariant)invariant));
        CHECK(is_there);
    }
    test_row(NULL);
}

static void the_first_violation_is_kept(void)
{
    made_new_run();
    made_now = 3;
    made_begins(1, REP_READ);
    made_begins(1, REP_READ);
    made_now = 2;
    made_begins(2, REP_READ);
    const AnaViolation *violation = ana_invariants_violation(made_checker);
    CHECK(violation && violation->invariant == ANA_ONE_OUTCOME && violation->at == 3);
    made_stop();
}

static const TestCase cases[] = {TEST(a_good_run_violates_nothing),
                                 TEST(what_all_have_shown_may_be_answered_whatever_becomes_of_them),
                                 TEST(every_planted_violation_is_found_by_its_invariant),
                                 TEST(every_invariant_has_a_planted_violation),
                                 TEST(the_first_violation_is_kept),
                                 {NULL, NULL}};

int main(int argc, char **argv)
{
    return test_main("invariants", cases, argc, argv);
}
