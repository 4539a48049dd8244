/*
 * test_invariants_failover.c — goal: the invariants about who may lead, and about what becomes of
 * entries that the leader's log has not, bark, and do not bark at what is right. Method: runs made
 * up observation by observation (made_up_run.h), in pairs that differ in one thing. Three regions
 * with a monitor each, which are the parties X, Y and Z.
 */
#include "tests/support/check.h"
#include "tests/support/made_up_run.h"

enum { X = NODES, Y, Z };
enum { VOTE = 10, GRANT, HEARTBEAT, ANSWER, REQUEST_VOTE, VOTED, ACK, RESUME, LOG, SNAPSHOT };

#define DETECT 50
#define LEASE 100

static guint64 last_id;

static guint64 sends(guint8 kind, int from, int to, guint32 term, guint64 last, SimSpan takes)
{
    made_tell((RepObservation){.kind = REP_OBS_MESSAGE_SENT,
                               .message = {.from = from,
                                           .to = to,
                                           .kind = kind,
                                           .term = term,
                                           .last = last,
                                           .id = ++last_id,
                                           .sent = made_now,
                                           .due = made_now + takes}});
    return last_id;
}

/* It is sent now, and time goes on until it has arrived. */
static void tells(guint8 kind, int from, int to, guint32 term, guint64 last, SimSpan takes)
{
    guint64 id = sends(kind, from, to, term, last, takes);
    made_now += takes;
    made_tell((RepObservation){.kind = REP_OBS_MESSAGE_ARRIVED,
                               .message = {.from = from,
                                           .to = to,
                                           .kind = kind,
                                           .term = term,
                                           .last = last,
                                           .id = id,
                                           .sent = made_now - takes,
                                           .due = made_now}});
}

static void lease(int node, guint32 term, gboolean holds)
{
    made_tell((RepObservation){.kind = REP_OBS_LEASE,
                               .leadership = {.node = node, .term = term, .leads = holds ? 1 : 0}});
}

static void writes(int node, guint32 term, guint64 index, guint64 number)
{
    made_begins(number, REP_WRITE);
    made_appends(node, term, index, number);
    made_entries(REP_OBS_DURABLE, node, term, index, index);
}

static void follows(int node, guint32 term, guint64 first, guint64 last)
{
    made_entries(REP_OBS_RECEIVED, node, term, first, last);
    made_entries(REP_OBS_FLUSHED, node, term, first, last);
}

/* a has led and stops; b leads. */
static void succeeds(int node, guint32 term)
{
    made_leads(A, 1, FALSE);
    made_leads(node, term, TRUE);
}

/* ---- majorities --------------------------------------------------------------------------- */

static void monitors_decide(void)
{
    made_rules.decides = ANA_DECIDED_BY_MONITORS;
    made_leads(A, 1, TRUE);
}

/* x coordinates and may have voted at itself; y's vote arrives. */
static void two_monitors_of_three(void)
{
    monitors_decide();
    made_now = 60;
    tells(VOTE, Y, X, 2, 1, 40);
    succeeds(B, 2);
}

/* The same, but x has heard the leader all the time. */
static void one_monitor_of_three(void)
{
    monitors_decide();
    tells(HEARTBEAT, A, X, 1, 0, 40);
    tells(HEARTBEAT, A, X, 1, 0, 40);
    tells(VOTE, Y, X, 2, 1, 20);
    succeeds(B, 2);
}

static void two_grants_of_three(void)
{
    monitors_decide();
    made_leads(A, 1, FALSE);
    tells(GRANT, X, A, 2, 0, 10);
    tells(GRANT, Y, A, 2, 0, 10);
    made_leads(A, 2, TRUE);
}

static void one_grant_of_three(void)
{
    monitors_decide();
    made_leads(A, 1, FALSE);
    tells(GRANT, X, A, 2, 0, 10);
    tells(GRANT, X, A, 2, 0, 10);
    made_leads(A, 2, TRUE);
}

/* y's vote is still on its way. */
static void vote_has_not_arrived(void)
{
    monitors_decide();
    made_now = 60;
    sends(VOTE, Y, X, 2, 1, 40);
    succeeds(B, 2);
}

static void monitor_votes_at_two_coordinators(void)
{
    monitors_decide();
    made_now = 60;
    tells(VOTE, Y, X, 2, 1, 10);
    tells(VOTE, Y, Z, 2, 1, 10);
}

static void monitor_votes_against_whom_it_hears(void)
{
    monitors_decide();
    made_now = 60;
    tells(HEARTBEAT, A, Y, 1, 0, 10);
    tells(VOTE, Y, X, 2, 1, 10);
}

static void members_decide(void)
{
    made_rules.decides = ANA_DECIDED_BY_MEMBERS;
    made_leads(A, 1, TRUE);
    sends(REQUEST_VOTE, B, C, 2, 0, 10);
}

static void two_members_of_three(void)
{
    members_decide();
    tells(VOTED, C, B, 2, 0, 10);
    succeeds(B, 2);
}

static void one_member_of_three(void)
{
    members_decide();
    succeeds(B, 2);
}

static void member_votes_for_two(void)
{
    members_decide();
    tells(VOTED, C, B, 2, 0, 10);
    tells(VOTED, C, A, 2, 0, 10);
}

static void candidate_votes_for_another(void)
{
    members_decide();
    tells(VOTED, B, C, 2, 0, 10);
}

/* ---- acknowledgements --------------------------------------------------------------------- */

static void one_follower_has_it(void)
{
    made_leads(A, 1, TRUE);
    writes(A, 1, 1, 1);
    follows(B, 1, 1, 1);
}

static void commits_what_was_acknowledged(void)
{
    one_follower_has_it();
    tells(ACK, B, A, 1, 1, 10);
    made_entries(REP_OBS_COMMITTED, A, 1, 1, 1);
}

static void commits_before_the_word_has_come(void)
{
    one_follower_has_it();
    sends(ACK, B, A, 1, 1, 10);
    made_entries(REP_OBS_COMMITTED, A, 1, 1, 1);
}

static void counts_what_was_taken_back(void)
{
    one_follower_has_it();
    tells(ACK, B, A, 1, 1, 10);
    tells(RESUME, B, A, 1, 0, 10);
    made_entries(REP_OBS_COMMITTED, A, 1, 1, 1);
}

/* ---- leases ------------------------------------------------------------------------------- */

/* Heartbeats sent at 20, answered by x and y: the lease holds until 120. */
static void leads_under_a_lease(void)
{
    made_rules.lease = LEASE;
    made_leads(A, 1, TRUE);
    made_now = 20;
    for (int monitor = X; monitor <= Y; monitor++) {
        made_now = 20;
        sends(HEARTBEAT, A, monitor, 1, 0, 30);
    }
    made_now = 50;
    for (int monitor = X; monitor <= Y; monitor++)
        made_tell((RepObservation){.kind = REP_OBS_MESSAGE_ARRIVED,
                                   .message = {.from = A,
                                               .to = monitor,
                                               .kind = HEARTBEAT,
                                               .term = 1,
                                               .sent = 20,
                                               .due = 50,
                                               .id = last_id - (guint64)(Y - monitor)}});
    tells(ANSWER, X, A, 1, 0, 10);
    tells(ANSWER, Y, A, 1, 0, 10);
}

static void writes_while_the_lease_holds(void)
{
    leads_under_a_lease();
    made_now = 119;
    writes(A, 1, 1, 1);
    made_now = 120;
    lease(A, 1, FALSE);
}

static void writes_after_the_lease(void)
{
    leads_under_a_lease();
    made_now = 120;
    writes(A, 1, 1, 1);
}

static void lease_lapses_late(void)
{
    leads_under_a_lease();
    made_now = 121;
    lease(A, 1, FALSE);
}

static void lease_holds_again_for_nothing(void)
{
    leads_under_a_lease();
    made_now = 120;
    lease(A, 1, FALSE);
    lease(A, 1, TRUE);
}

/* ---- who is further ----------------------------------------------------------------------- */

/* b has one entry more on its disk than c; somebody is promoted 20 later. */
static void promotes(int node)
{
    made_rules.ranks_candidates = TRUE;
    made_rules.promotion_max = 10;
    made_now = 5;
    made_leads(A, 1, TRUE);
    writes(A, 1, 1, 1);
    follows(B, 1, 1, 1);
    follows(C, 1, 1, 1);
    writes(A, 1, 2, 2);
    follows(B, 1, 2, 2);
    made_now += 20;
    succeeds(node, 2);
}

static void promotes_the_furthest(void)
{
    promotes(B);
}

static void promotes_another(void)
{
    promotes(C);
}

/* ---- what the leader's log has not -------------------------------------------------------- */

/* a comes back with entry 2, which b's log lacks. */
static void returns_with_a_tail(void)
{
    made_leads(A, 1, TRUE);
    writes(A, 1, 1, 1);
    follows(B, 1, 1, 1);
    writes(A, 1, 2, 2);
    succeeds(B, 2);
    tells(RESUME, A, B, 1, 2, 10);
}

static void is_told_what_to_cut(void)
{
    returns_with_a_tail();
    sends(LOG, B, A, 2, 1, 10);
    made_now += 10;
    made_entries(REP_OBS_TRUNCATED, A, 1, 2, 2);
}

static void is_told_nothing(void)
{
    returns_with_a_tail();
    made_now += 1;
    made_begins(9, REP_READ);
}

/* What c asked the old leader arrives when c follows b, with whom it has more. */
static void asked_before_it_followed_another(void)
{
    made_leads(A, 1, TRUE);
    writes(A, 1, 1, 1);
    follows(B, 1, 1, 1);
    follows(C, 1, 1, 1);
    made_leads(B, 2, TRUE);
    writes(B, 2, 2, 2);
    follows(C, 2, 2, 2);
    tells(RESUME, C, A, 1, 1, 10);
    made_now += 1;
    made_begins(9, REP_READ);
}

static void carries(RepVersion from, RepVersion to)
{
    made_tell(
        (RepObservation){.kind = REP_OBS_CARRIED, .carried = {.node = B, .from = from, .to = to}});
}

/* Both sides write to the key, the old leader first. */
static void two_sides_write(void)
{
    made_leads(A, 1, TRUE);
    writes(A, 1, 1, 1);
    made_leads(B, 2, TRUE);
    made_now += 10;
    writes(B, 2, 1, 2);
    made_leads(A, 1, FALSE);
}

static void later_write_stands(void)
{
    two_sides_write();
    carries((RepVersion){.index = 1, .term = 1}, (RepVersion){0});
}

static void earlier_write_is_put_on_top(void)
{
    two_sides_write();
    carries((RepVersion){.index = 1, .term = 1}, (RepVersion){.index = 2, .term = 2});
}

static void write_is_dropped_for_nothing(void)
{
    made_leads(A, 1, TRUE);
    writes(A, 1, 1, 1);
    succeeds(B, 2);
    carries((RepVersion){.index = 1, .term = 1}, (RepVersion){0});
}

/* b has two entries, and a snapshot of the first comes late. */
static void snapshot_comes_late(void)
{
    made_leads(A, 1, TRUE);
    writes(A, 1, 1, 1);
    writes(A, 1, 2, 2);
    follows(B, 1, 1, 2);
    made_entries(REP_OBS_INSTALLED, B, 1, 1, 1);
}

/* ---- claims ------------------------------------------------------------------------------- */

static const struct {
    const char *what;
    int barks; /* AnaInvariant; -1: nothing may */
    void (*happens)(void);
} runs[] = {
    {"two monitors of three", -1, two_monitors_of_three},
    {"one monitor of three", ANA_MAJORITY_DECIDES, one_monitor_of_three},
    {"two grants of three", -1, two_grants_of_three},
    {"one grant, twice", ANA_MAJORITY_DECIDES, one_grant_of_three},
    {"a vote is on its way", ANA_MAJORITY_DECIDES, vote_has_not_arrived},
    {"a monitor votes twice", ANA_MAJORITY_DECIDES, monitor_votes_at_two_coordinators},
    {"a monitor votes too soon", ANA_MAJORITY_DECIDES, monitor_votes_against_whom_it_hears},
    {"two members of three", -1, two_members_of_three},
    {"one member of three", ANA_MAJORITY_DECIDES, one_member_of_three},
    {"a member votes twice", ANA_MAJORITY_DECIDES, member_votes_for_two},
    {"a candidate votes twice", ANA_MAJORITY_DECIDES, candidate_votes_for_another},
    {"an acknowledged entry", -1, commits_what_was_acknowledged},
    {"a word on its way", ANA_ACKNOWLEDGED_BY_RULE, commits_before_the_word_has_come},
    {"a word taken back", ANA_ACKNOWLEDGED_BY_RULE, counts_what_was_taken_back},
    {"a lease holds", -1, writes_while_the_lease_holds},
    {"a write after the lease", ANA_LEASE_HOLDS, writes_after_the_lease},
    {"a lease lapses late", ANA_LEASE_HOLDS, lease_lapses_late},
    {"a lease holds unanswered", ANA_LEASE_HOLDS, lease_holds_again_for_nothing},
    {"the furthest is promoted", -1, promotes_the_furthest},
    {"another is promoted", ANA_MOST_CAUGHT_UP, promotes_another},
    {"a tail is cut", -1, is_told_what_to_cut},
    {"a tail is kept", ANA_TAIL_IS_CUT, is_told_nothing},
    {"an old question", -1, asked_before_it_followed_another},
    {"the later write stands", -1, later_write_stands},
    {"the earlier write stands", ANA_LATER_WRITE_STANDS, earlier_write_is_put_on_top},
    {"a write is dropped", ANA_LATER_WRITE_STANDS, write_is_dropped_for_nothing},
    {"a late snapshot is installed", ANA_POSITIONS_IN_ORDER, snapshot_comes_late},
};

static void begin(void)
{
    static const gboolean monitors[] = {TRUE, TRUE, TRUE};
    made_new_run();
    made_stop();
    made_rules.monitors = monitors;
    made_rules.n_regions = G_N_ELEMENTS(monitors);
    made_rules.detect = DETECT;
    made_rules.kinds = (AnaKinds){.vote = VOTE,
                                  .grant = GRANT,
                                  .heartbeat = HEARTBEAT,
                                  .answer = ANSWER,
                                  .request_vote = REQUEST_VOTE,
                                  .voted = VOTED,
                                  .ack = ACK,
                                  .resume = RESUME,
                                  .entries = LOG,
                                  .snapshot = SNAPSHOT};
    made_start();
}

static void what_is_wrong_is_found_and_what_is_right_is_not(void)
{
    for (gsize i = 0; i < G_N_ELEMENTS(runs); i++) {
        test_row("%s", runs[i].what);
        begin();
        runs[i].happens();
        const AnaViolation *violation = ana_invariants_violation(made_checker);
        CHECK_STR(violation ? ana_invariant_name(violation->invariant) : NULL,
                  runs[i].barks < 0 ? NULL : ana_invariant_name((AnaInvariant)runs[i].barks));
        made_stop();
    }
    test_row(NULL);
}

static void every_invariant_of_failover_has_a_planted_violation(void)
{
    for (int invariant = 0; invariant < ANA_INVARIANTS; invariant++) {
        gboolean is_there = !MADE_IS_FAILOVER(invariant);
        for (gsize i = 0; i < G_N_ELEMENTS(runs); i++)
            is_there |= runs[i].barks == invariant;
        test_row("%s", ana_invariant_name((AnaInvariant)invariant));
        CHECK(is_there);
    }
    test_row(NULL);
}

static const TestCase cases[] = {TEST(what_is_wrong_is_found_and_what_is_right_is_not),
                                 TEST(every_invariant_of_failover_has_a_planted_violation),
                                 {NULL, NULL}};

int main(int argc, char **argv)
{
    return test_main("invariants_failover", cases, argc, argv);
}
