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

/* ---- the in-sync set ---------------------------------------------------------------------- */

static void in_sync(guint64 min)
{
    made_rules.in_sync_min = min;
    made_rules.in_sync_evict = 100;
    made_rules.confirmations = min - 1;
    written();
}

static void set_changes(int member, guint32 enters)
{
    made_tell((RepObservation){.kind = REP_OBS_IN_SYNC,
                               .in_sync = {.node = A, .member = member, .enters = enters}});
}

static void the_whole_set_confirms(void)
{
    in_sync(2);
    made_entries(REP_OBS_COMMITTED, A, 1, 1, 1);
}

static void a_member_has_not_confirmed(void)
{
    made_rules.in_sync_min = 2;
    made_leads(A, 1, TRUE);
    made_begins(1, REP_WRITE);
    made_appends(A, 1, 1, 1);
    made_entries(REP_OBS_DURABLE, A, 1, 1, 1);
    made_entries(REP_OBS_RECEIVED, B, 1, 1, 1);
    made_entries(REP_OBS_FLUSHED, B, 1, 1, 1);
    made_entries(REP_OBS_COMMITTED, A, 1, 1, 1);
}

/* c lacks entry 2, which has been on the leader's disk for as long as it may. */
static void written_without(int behind)
{
    in_sync(2);
    made_begins(2, REP_WRITE);
    made_appends(A, 1, 2, 2);
    made_entries(REP_OBS_DURABLE, A, 1, 2, 2);
    made_entries(REP_OBS_RECEIVED, behind == C ? B : C, 1, 2, 2);
    made_entries(REP_OBS_FLUSHED, behind == C ? B : C, 1, 2, 2);
    made_now += 100;
}

static void who_is_behind_leaves(void)
{
    made_rules.kinds.ack = MADE_ENTRIES + 1;
    written_without(C);
    set_changes(C, 0);
    made_rules.kinds.ack = 0;
    made_entries(REP_OBS_COMMITTED, A, 1, 1, 2);
}

static void somebody_leaves_at_once(void)
{
    made_rules.kinds.ack = MADE_ENTRIES + 1;
    in_sync(2);
    made_now += 50;
    set_changes(C, 0);
}

static void too_few_are_left(void)
{
    made_rules.kinds.ack = MADE_ENTRIES + 1;
    written_without(C);
    set_changes(C, 0);
    set_changes(B, 0);
    made_begins(3, REP_WRITE);
    made_appends(A, 1, 3, 3);
}

static void somebody_enters_behind(void)
{
    who_is_behind_leaves();
    made_rules.kinds.ack = MADE_ENTRIES + 1;
    set_changes(C, 1);
}

static void somebody_else_is_promoted(void)
{
    made_rules.in_sync_leads = TRUE;
    who_is_behind_leaves();
    made_leads(A, 1, FALSE);
    made_leads(C, 2, TRUE);
}

/* ---- words that wait ---------------------------------------------------------------------- */

static void resumes(int from, guint64 last)
{
    made_tell((RepObservation){.kind = REP_OBS_MESSAGE_SENT,
                               .message = {.from = from,
                                           .to = A,
                                           .kind = MADE_ENTRIES + 2,
                                           .term = 1,
                                           .id = (guint64)from,
                                           .last = last,
                                           .sent = made_now,
                                           .due = made_now}});
    made_tell((RepObservation){.kind = REP_OBS_MESSAGE_ARRIVED,
                               .message = {.from = from,
                                           .to = A,
                                           .kind = MADE_ENTRIES + 2,
                                           .term = 1,
                                           .id = (guint64)from,
                                           .last = last,
                                           .sent = made_now,
                                           .due = made_now}});
}

/* The leader dies and comes back paused; b says what it has, and is heard when a runs again. */
static void returns_paused(gboolean dies_again)
{
    made_rules.kinds.ack = MADE_ENTRIES + 1;
    made_rules.kinds.resume = MADE_ENTRIES + 2;
    written();
    made_now = 10;
    made_leads(A, 1, FALSE);
    made_becomes(A, REP_NODE_DOWN);
    made_becomes(A, REP_NODE_PAUSED);
    resumes(B, 1);
    made_now = 20;
    if (dies_again) {
        made_becomes(A, REP_NODE_DOWN);
        made_becomes(A, REP_NODE_PAUSED);
    }
    made_becomes(A, REP_NODE_UP);
    made_leads(A, 2, TRUE);
    made_entries(REP_OBS_COMMITTED, A, 2, 1, 1);
}

static void reads_what_waited(void)
{
    returns_paused(FALSE);
}

static void counts_what_died_with_it(void)
{
    returns_paused(TRUE);
}

/* ---- reports ------------------------------------------------------------------------------ */

static void reports(guint64 last)
{
    made_tell((RepObservation){.kind = REP_OBS_MESSAGE_SENT,
                               .message = {.from = B,
                                           .to = A,
                                           .kind = MADE_ENTRIES + 1,
                                           .term = 1,
                                           .id = 1,
                                           .last = last,
                                           .sent = made_now,
                                           .due = made_now + 1}});
}

static void reports_what_it_has(void)
{
    made_rules.kinds.ack = MADE_ENTRIES + 1;
    written();
    reports(1);
}

static void reports_more(void)
{
    made_rules.kinds.ack = MADE_ENTRIES + 1;
    written();
    reports(2);
}

static void reports_during_a_flush(void)
{
    made_rules.kinds.ack = MADE_ENTRIES + 1;
    made_rules.point = ANA_POINT_APPLIED;
    made_rules.reports_in_turn = TRUE;
    written();
    made_entries(REP_OBS_APPLIED, B, 1, 1, 1);
    made_begins(2, REP_WRITE);
    made_appends(A, 1, 2, 2);
    made_entries(REP_OBS_RECEIVED, B, 1, 2, 2);
    reports(1);
}

/* ---- polls -------------------------------------------------------------------------------- */

static void sends(RepObservationKind kind, int from, int to, guint8 what, SimTime sent)
{
    made_tell((RepObservation){.kind = kind,
                               .message = {.from = from,
                                           .to = to,
                                           .kind = what,
                                           .term = 1,
                                           .id = what,
                                           .first = 1,
                                           .last = 1,
                                           .sent = sent,
                                           .due = sent + 10}});
}

/* db2 asks, and its question arrives now. */
static void polled(void)
{
    made_rules.asks = TRUE;
    made_rules.kinds.entries = MADE_ENTRIES;
    made_rules.kinds.poll = MADE_ENTRIES + 1;
    written();
    SimTime sent = made_now;
    sends(REP_OBS_MESSAGE_SENT, B, A, MADE_ENTRIES + 1, sent);
    made_now += 10;
    sends(REP_OBS_MESSAGE_ARRIVED, B, A, MADE_ENTRIES + 1, sent);
}

static void answers_a_poll(void)
{
    polled();
    sends(REP_OBS_MESSAGE_SENT, A, B, MADE_ENTRIES, made_now);
}

static void sends_to_who_did_not_ask(void)
{
    polled();
    sends(REP_OBS_MESSAGE_SENT, A, C, MADE_ENTRIES, made_now);
}

static void sends_later(void)
{
    polled();
    made_now += 10;
    sends(REP_OBS_MESSAGE_SENT, A, B, MADE_ENTRIES, made_now);
}

/* Its sender was being woken. */
static void sends_later_from_sleep(void)
{
    made_rules.wakes = TRUE;
    sends_later();
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
    {"reports what it has", -1, reports_what_it_has},
    {"reports more", ANA_REPORTS_ARE_TRUE, reports_more},
    {"reports during a flush", ANA_REPORTS_ARE_TRUE, reports_during_a_flush},
    {"answers a poll", -1, answers_a_poll},
    {"sends to who did not ask", ANA_ENTRIES_ARE_ASKED, sends_to_who_did_not_ask},
    {"sends later", ANA_ENTRIES_ARE_ASKED, sends_later},
    {"sends later, from sleep", -1, sends_later_from_sleep},
    {"the whole set confirms", -1, the_whole_set_confirms},
    {"a member has not confirmed", ANA_IN_SYNC_CONFIRMS, a_member_has_not_confirmed},
    {"who is behind leaves", -1, who_is_behind_leaves},
    {"somebody leaves at once", ANA_IN_SYNC_CHANGES, somebody_leaves_at_once},
    {"too few are left", ANA_IN_SYNC_CONFIRMS, too_few_are_left},
    {"somebody enters behind", ANA_IN_SYNC_CHANGES, somebody_enters_behind},
    {"somebody else is promoted", ANA_IN_SYNC_LEADS, somebody_else_is_promoted},
    {"reads what waited", -1, reads_what_waited},
    {"counts what died with it", ANA_ACKNOWLEDGED_BY_RULE, counts_what_died_with_it},
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
