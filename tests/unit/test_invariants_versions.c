/*
 * Goal: the checker barks at runs without one log in which a version appears from nowhere, gives
 * way to the wrong one, is missed by a quorum, or stays different from replica to replica.
 * Method: runs made by hand, each first without and then with the one thing that is wrong.
 */
#include "tests/support/check.h"
#include "tests/support/made_up_run.h"

static AnaVersionRules rules;

static gboolean keeps_all(const void *data, int node, guint64 key)
{
    return TRUE;
}

static void new_run(void)
{
    made_new_run();
    made_stop();
    rules = (AnaVersionRules){.keeps = keeps_all};
    made_rules.versions = &rules;
}

static void writes(guint64 serial, SimTime stamp, guint64 follows)
{
    SimIntervals context = {0};
    sim_intervals_add(&context, 1, follows);
    made_tell((RepObservation){
        .kind = REP_OBS_WRITTEN,
        .written = {.key = 7, .serial = serial, .stamp = {.time = stamp}, .context = &context}});
    sim_intervals_clear(&context);
}

static void stores(int node, guint64 serial)
{
    made_tell((RepObservation){.kind = REP_OBS_STORED,
                               .stored = {.node = node, .key = 7, .serial = serial}});
}

static void drops(int node, guint64 serial, guint64 by, RepUnstored why)
{
    made_tell((RepObservation){
        .kind = REP_OBS_UNSTORED,
        .stored = {.node = node, .key = 7, .serial = serial, .by = by, .why = why}});
}

static void answers(RepOperationKind kind, SimTime began, guint64 serial)
{
    SimIntervals cover = {0};
    if (serial)
        sim_intervals_add(&cover, serial, serial);
    RepVersionsSeen seen = {.n = serial ? 1 : 0, .serials = &serial, .cover = &cover};
    made_tell((RepObservation){
        .kind = REP_OBS_OPERATION_ENDED,
        .operation = {
            .kind = (guint8)kind, .outcome = REP_OK, .key = 7, .began = began, .versions = &seen}});
    sim_intervals_clear(&cover);
}

static void check_barks(const char *invariant)
{
    const AnaViolation *violation = ana_invariants_violation(made_checker);
    CHECK_STR(violation ? ana_invariant_name(violation->invariant) : "nothing", invariant);
    made_stop();
    made_rules.versions = NULL;
}

static void a_good_run_is_let_pass(void)
{
    new_run();
    rules.keeps_siblings = rules.quorums_meet = rules.converges = TRUE;
    made_start();
    writes(1, 10, 0);
    stores(A, 1);
    made_now = 5;
    answers(REP_WRITE, 0, 1);
    made_now = 6;
    answers(REP_READ, 6, 1);
    writes(2, 11, 1);
    stores(A, 2);
    drops(A, 1, 2, REP_UNSTORED_FOLLOWED);
    check_barks("nothing");
}

static void what_nobody_wrote_cannot_be_stored(void)
{
    new_run();
    made_start();
    stores(A, 1);
    check_barks("versions-in-order");
}

static void a_write_cannot_follow_a_later_one(void)
{
    new_run();
    made_start();
    writes(1, 10, 1);
    check_barks("versions-in-order");
}

static void what_a_node_has_not_it_cannot_drop(void)
{
    new_run();
    made_start();
    writes(1, 10, 0);
    drops(A, 1, 0, REP_UNSTORED_FOLLOWED);
    check_barks("versions-in-order");
}

static void a_blind_write_cannot_overlook_what_its_acceptor_shows(void)
{
    for (guint64 follows = 1; follows <= 2; follows++) {
        new_run();
        rules.follows_shown = TRUE;
        made_start();
        writes(1, 10, 0);
        writes(2, 11, 0);
        stores(A, 1);
        stores(A, 2);
        writes(3, 12, follows);
        check_barks(follows == 1 ? "follows-shown" : "nothing");
    }
}

static void siblings_give_way_to_followers_only(void)
{
    new_run();
    rules.keeps_siblings = TRUE;
    made_start();
    writes(1, 10, 0);
    writes(2, 11, 0);
    stores(A, 1);
    stores(A, 2);
    drops(A, 1, 2, REP_UNSTORED_RULE);
    check_barks("siblings-stay");
}

static void the_smaller_stamp_cannot_win(void)
{
    new_run();
    rules.stamps_order = TRUE;
    made_start();
    writes(1, 10, 0);
    writes(2, 9, 0);
    stores(A, 1);
    stores(A, 2);
    drops(A, 1, 2, REP_UNSTORED_RULE);
    check_barks("larger-stamp-stays");
}

static void a_quorum_cannot_miss_what_was_acknowledged(void)
{
    new_run();
    rules.quorums_meet = TRUE;
    made_start();
    writes(1, 10, 0);
    made_now = 5;
    answers(REP_WRITE, 0, 1);
    made_now = 7;
    answers(REP_READ, 4, 0); /* it began before */
    answers(REP_READ, 5, 0); /* or may have, in the same instant */
    answers(REP_READ, 6, 0);
    check_barks("quorums-meet");
}

static void a_read_that_was_repaired_cannot_be_gone_back_behind(void)
{
    for (SimTime began = 7; began <= 8; began++) {
        new_run();
        rules.quorums_meet = rules.reads_repair = TRUE;
        made_start();
        writes(1, 10, 0);
        made_now = 7;
        answers(REP_READ, 4, 1); /* of a write that nobody acknowledged */
        made_now = 9;
        answers(REP_READ, began, 0);
        check_barks(began < 8 ? "nothing" : "read-stays-read");
    }
}

static void hint_of(guint64 serial, SimTime since, guint was)
{
    made_tell((RepObservation){.kind = REP_OBS_HINT,
                               .hint = {.node = A,
                                        .target = B,
                                        .was = was,
                                        .pending = 1 - was,
                                        .key = 7,
                                        .serial = serial,
                                        .since = since}});
}

static void a_hint_cannot_go_before_its_target_has_it_or_it_is_old(void)
{
    static const struct {
        guint64 stored; /* by the target; the second write follows the first */
        SimTime now;
        const char *barks;
    } rows[] = {{0, 14, "hint-stays"}, {0, 15, "nothing"}, {1, 6, "nothing"}, {2, 6, "nothing"}};
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        new_run();
        rules.hints_kept = 10;
        made_start();
        writes(1, 10, 0);
        writes(2, 11, 1);
        made_now = 5;
        hint_of(1, 5, 0);
        if (rows[i].stored)
            stores(B, rows[i].stored);
        made_now = rows[i].now;
        hint_of(1, 5, 1);
        test_row("row %d", (int)i);
        check_barks(rows[i].barks);
    }
    test_row(NULL);
}

static void a_rule_that_shows_one_version_shows_no_more(void)
{
    const guint64 serials[] = {1, 2};
    for (guint n = 1; n <= 2; n++) {
        RepVersionsSeen seen = {.n = n, .serials = serials};
        new_run();
        rules.shows_one = TRUE;
        made_start();
        writes(1, 10, 0);
        writes(2, 11, 0);
        made_tell((RepObservation){
            .kind = REP_OBS_OPERATION_ENDED,
            .operation = {.kind = REP_READ, .outcome = REP_OK, .key = 7, .versions = &seen}});
        check_barks(n == 1 ? "nothing" : "read-what-is-shown");
    }
}

static void replicas_that_differ_in_the_end_are_noticed(void)
{
    new_run();
    rules.converges = TRUE;
    made_start();
    writes(1, 10, 0);
    stores(A, 1);
    stores(B, 1);
    made_becomes(C, REP_NODE_DOWN);
    made_finish(TRUE, 0, 0);
    check_barks("nothing");
    new_run();
    rules.converges = TRUE;
    made_start();
    writes(1, 10, 0);
    stores(A, 1);
    made_finish(TRUE, 0, 0);
    check_barks("replicas-equal");
}

static const TestCase cases[] = {TEST(a_good_run_is_let_pass),
                                 TEST(what_nobody_wrote_cannot_be_stored),
                                 TEST(a_write_cannot_follow_a_later_one),
                                 TEST(what_a_node_has_not_it_cannot_drop),
                                 TEST(a_blind_write_cannot_overlook_what_its_acceptor_shows),
                                 TEST(siblings_give_way_to_followers_only),
                                 TEST(the_smaller_stamp_cannot_win),
                                 TEST(a_quorum_cannot_miss_what_was_acknowledged),
                                 TEST(a_read_that_was_repaired_cannot_be_gone_back_behind),
                                 TEST(a_hint_cannot_go_before_its_target_has_it_or_it_is_old),
                                 TEST(a_rule_that_shows_one_version_shows_no_more),
                                 TEST(replicas_that_differ_in_the_end_are_noticed),
                                 {0}};

int main(int argc, char **argv)
{
    return test_main("invariants_versions", cases, argc, argv);
}
