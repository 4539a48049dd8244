/*
 * test_invariants_sessions.c — goal: the invariants about what sessions are promised bark, and do
 * not bark where nothing was promised or what was promised is lost. Method: runs made up
 * observation by observation (made_up_run.h), in pairs that differ in one thing. All operations are
 * of one session and one key.
 */
#include "tests/support/check.h"
#include "tests/support/made_up_run.h"

static const RepVersion nothing = {0};

static void answers(guint64 number, RepOperationKind kind, int node, RepVersion version)
{
    made_message(REP_OBS_MESSAGE_SENT, number, node, -1, number, made_now, made_now + 5);
    made_now += 5;
    made_message(REP_OBS_MESSAGE_ARRIVED, number, node, -1, number, made_now - 5, made_now);
    made_ends(number, kind, REP_OK, node, version);
}

static void commits(guint32 term, guint64 index, guint64 number)
{
    made_begins(number, REP_WRITE);
    made_appends(A, term, index, number);
    made_entries(REP_OBS_DURABLE, A, term, index, index);
    made_entries(REP_OBS_RECEIVED, B, term, index, index);
    made_entries(REP_OBS_FLUSHED, B, term, index, index);
    made_entries(REP_OBS_COMMITTED, A, term, index, index);
    made_entries(REP_OBS_APPLIED, A, term, index, index);
}

/* The session writes, and reads that at a. */
static void writes_and_reads(void)
{
    made_new_run();
    made_leads(A, 1, TRUE);
    commits(1, 1, 1);
    answers(1, REP_WRITE, A, (RepVersion){1, 1});
    made_begins(2, REP_READ);
    answers(2, REP_READ, A, (RepVersion){1, 1});
}

/* c shows nothing of it. */
static void then_reads_at_c(void)
{
    made_begins(3, REP_READ);
    answers(3, REP_READ, C, nothing);
}

static void check_barks(const char *invariant)
{
    const AnaViolation *violation = ana_invariants_violation(made_checker);
    CHECK_STR(violation ? ana_invariant_name(violation->invariant) : NULL, invariant);
    made_stop();
}

/* ---- reads -------------------------------------------------------------------------------- */

static void where_nothing_is_promised_a_read_may_show_less(void)
{
    writes_and_reads();
    then_reads_at_c();
    check_barks(NULL);
}

static void own_writes_are_missed_where_they_are_promised(void)
{
    writes_and_reads();
    made_rules.sessions.own_writes = SIM_NEVER;
    then_reads_at_c();
    check_barks("reads-own-writes");
}

static void the_promise_of_own_writes_ends_with_its_time(void)
{
    writes_and_reads(); /* the acknowledgement came 5 ns ago, before the read at a */
    made_rules.sessions.own_writes = 5;
    then_reads_at_c();
    check_barks(NULL);
    writes_and_reads();
    made_rules.sessions.own_writes = 6;
    then_reads_at_c();
    check_barks("reads-own-writes");
}

static void reading_backwards_is_noticed(void)
{
    writes_and_reads();
    made_rules.sessions.reads = TRUE;
    then_reads_at_c();
    check_barks("reads-monotonic");
}

static void a_hole_before_what_was_read_is_noticed(void)
{
    writes_and_reads();
    made_rules.sessions.causes = TRUE;
    then_reads_at_c();
    check_barks("reads-prefix");
}

static void an_old_leader_is_noticed(void)
{
    writes_and_reads();
    made_rules.sessions.newest = TRUE;
    then_reads_at_c();
    check_barks("reads-newest");
}

/* c leads in a later term, with an empty log. */
static void what_is_lost_binds_nobody(void)
{
    writes_and_reads();
    made_rules.sessions =
        (AnaSessionRules){.own_writes = SIM_NEVER, .reads = TRUE, .causes = TRUE, .newest = TRUE};
    made_leads(A, 1, FALSE);
    made_leads(C, 2, TRUE);
    then_reads_at_c();
    check_barks(NULL);
}

/* ---- writes and replicas ------------------------------------------------------------------ */

static void writes_out_of_order_are_noticed(void)
{
    for (int promised = 0; promised < 2; promised++) {
        made_new_run();
        made_rules.sessions.writes = promised;
        made_leads(A, 1, TRUE);
        commits(1, 1, 1);
        commits(1, 2, 2);
        answers(2, REP_WRITE, A, (RepVersion){2, 1});
        answers(1, REP_WRITE, A, (RepVersion){1, 1});
        check_barks(promised ? "writes-in-order" : NULL);
    }
}

static void asks(guint64 number, int node)
{
    made_begins(number, REP_READ);
    made_message(REP_OBS_MESSAGE_SENT, 100 + number, -1, node, number, made_now, made_now);
    made_message(REP_OBS_MESSAGE_ARRIVED, 100 + number, -1, node, number, made_now, made_now);
}

static void a_session_that_leaves_its_replica_without_cause_is_noticed(void)
{
    for (int answered = 0; answered < 2; answered++) {
        made_new_run();
        made_rules.sessions.keeps_node = TRUE;
        made_leads(A, 1, TRUE);
        asks(1, B);
        if (answered)
            answers(1, REP_READ, B, nothing);
        asks(2, C);
        check_barks(answered ? "session-stays" : NULL);
    }
}

/* Where the transport acknowledges, replies are followed by something that asks for nothing. */
static void bare_acknowledgements_ask_nobody(void)
{
    made_new_run();
    made_rules.sessions.keeps_node = TRUE;
    made_leads(A, 1, TRUE);
    asks(1, B);
    answers(1, REP_READ, B, nothing);
    made_tell((RepObservation){.kind = REP_OBS_MESSAGE_SENT,
                               .message = {.from = -1,
                                           .to = C,
                                           .kind = MADE_ENTRIES + 60,
                                           .id = 200,
                                           .first = 1,
                                           .sent = made_now,
                                           .due = made_now}});
    check_barks(NULL);
}

static const TestCase cases[] = {TEST(where_nothing_is_promised_a_read_may_show_less),
                                 TEST(own_writes_are_missed_where_they_are_promised),
                                 TEST(the_promise_of_own_writes_ends_with_its_time),
                                 TEST(reading_backwards_is_noticed),
                                 TEST(a_hole_before_what_was_read_is_noticed),
                                 TEST(an_old_leader_is_noticed),
                                 TEST(what_is_lost_binds_nobody),
                                 TEST(writes_out_of_order_are_noticed),
                                 TEST(bare_acknowledgements_ask_nobody),
                                 TEST(a_session_that_leaves_its_replica_without_cause_is_noticed),
                                 {NULL, NULL}};

int main(int argc, char **argv)
{
    return test_main("invariants_sessions", cases, argc, argv);
}
