/*
 * Goal: the single-leader policy says what its textbook page says, step by step. Method:
 * transcripts (tests/support/transcript.h). Nodes: 0 leads, 1 and 2 follow.
 */
#include "tests/support/transcript.h"

/* ---- a write's life ----------------------------------------------------------------------- */

static void async_answers_after_its_own_flush_alone(void)
{
    begin(REP_ACK_ASYNC, 0);
    write(0, FALSE);
    EXPECT("append 0 #7");
    flushed(0, 1, 1);
    EXPECT("send 0>1 entries 1..1 · send 0>2 entries 1..1 · show 0 1 · commit 0 1");
    ack(1, 1);
    EXPECT("");
    end();
}

static void semi_sync_answers_after_the_first_follower(void)
{
    begin(REP_ACK_SEMI_SYNC, 1);
    flushed(0, 1, 3);
    EXPECT("send 0>1 entries 1..3 · send 0>2 entries 1..3");
    ack(2, 2);
    EXPECT("show 0 2 · commit 0 2");
    ack(1, 1);
    EXPECT("");
    ack(1, 3);
    EXPECT("show 0 3 · commit 0 3");
    ack(2, 3);
    EXPECT("");
    end();
}

static void sync_all_waits_for_the_last_follower_also_a_dead_one(void)
{
    begin(REP_ACK_SYNC_ALL, 0);
    flushed(0, 1, 1);
    EXPECT("send 0>1 entries 1..1 · send 0>2 entries 1..1");
    ack(1, 1);
    EXPECT("");
    ops->disconnected(world.state, &world, 0, 2, &world.effects);
    EXPECT("");
    flushed(0, 2, 2);
    EXPECT("send 0>1 entries 2..2");
    ack(1, 2);
    EXPECT("");
    world.logs[2].arrived = 1;
    resume(2, 1);
    EXPECT("show 0 1 · commit 0 1 · send 0>2 entries 2..2");
    ack(2, 2);
    EXPECT("show 0 2 · commit 0 2");
    end();
}

static void a_follower_acknowledges_at_the_point_the_setup_names(void)
{
    struct {
        RepAckPoint point;
        const char *at_receive, *at_flush, *at_apply;
    } rows[] = {
        {REP_POINT_RECEIVED, "send 1>0 ack 1..2", "", ""},
        {REP_POINT_FLUSHED, "", "send 1>0 ack 1..2", ""},
        {REP_POINT_APPLIED, "", "", "send 1>0 ack 1..2"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        begin(REP_ACK_SYNC_ALL, 0);
        world.policy.ack_point = (int)rows[i].point;
        entries(1, 1, 1, 2);
        EXPECT("accept 1 2");
        ops->received(world.state, &world, 1, 0, 2, &world.effects);
        EXPECT(rows[i].at_receive);
        flushed(1, 1, 2);
        EXPECT(rows[i].at_flush);
        ops->applied(world.state, &world, 1, 0, 2, &world.effects);
        EXPECT(rows[i].at_apply);
        end();
    }
}

static void shipping_on_append_does_not_wait_for_the_leaders_disk(void)
{
    begin(REP_ACK_SYNC_ALL, 0);
    world.policy.ship = REP_SHIP_ON_APPEND;
    world.logs[0].arrived = 1;
    ops->appended(world.state, &world, 0, 0, 1, &world.effects);
    EXPECT("send 0>1 entries 1..1 · send 0>2 entries 1..1");
    ack(1, 1);
    ack(2, 1);
    EXPECT(""); /* the leader answers no earlier than its own flush */
    flushed(0, 1, 1);
    EXPECT("show 0 1 · commit 0 1");
    end();
}

static void visible_on_flush_shows_before_anybody_acknowledged(void)
{
    begin(REP_ACK_SEMI_SYNC, 1);
    world.policy.visible = REP_VISIBLE_ON_FLUSH;
    flushed(0, 1, 1);
    EXPECT("send 0>1 entries 1..1 · send 0>2 entries 1..1 · show 0 1");
    ack(1, 1);
    EXPECT("commit 0 1");
    end();
}

static void a_repeated_write_is_not_appended_twice(void)
{
    begin(REP_ACK_SEMI_SYNC, 1);
    write(5, FALSE);
    EXPECT("wait 0 #7");
    write(5, TRUE);
    EXPECT("done 0 #7");
    RepRequest request = {.handle = 8, .kind = REP_WRITE};
    ops->request(world.state, &world, 1, &request, &world.effects);
    EXPECT("refuse 1 #8");
    end();
}

/* `reads: leader` is about the leader: a client that has not heard of the new one is told so. */
static void reads_of_the_leader_are_refused_by_others(void)
{
    begin(REP_ACK_SEMI_SYNC, 1);
    RepRequest request = {.handle = 8, .kind = REP_READ};
    ops->request(world.state, &world, 0, &request, &world.effects);
    EXPECT("read 0 #8");
    ops->request(world.state, &world, 1, &request, &world.effects);
    EXPECT("refuse 1 #8");
    world.policy.reads = REP_READS_NEAREST;
    ops->request(world.state, &world, 1, &request, &world.effects);
    EXPECT("read 1 #8");
    end();
}

/* ---- falling back ------------------------------------------------------------------------- */

static void after_the_timeout_it_answers_alone_and_waits_again_when_a_follower_is_back(void)
{
    begin(REP_ACK_SEMI_SYNC, 1);
    ops->clear(world.state);
    memset(world.state, 0, sizeof world.state);
    world.policy.ack_timeout = 100 * MS;
    ops->init(world.state, &world, &world.effects);
    world.effects.n = 0;
    ops->disconnected(world.state, &world, 0, 1, &world.effects);
    ops->disconnected(world.state, &world, 0, 2, &world.effects);
    world.effects.n = 0;
    world.durable_at = 50 * MS;
    flushed(0, 1, 1);
    EXPECT("timer0 at 150ms");
    world.now = 150 * MS;
    ops->timer(world.state, &world, 0, 0, 0, &world.effects);
    EXPECT("rule async · show 0 1 · commit 0 1 · timer0 off");
    flushed(0, 2, 2);
    EXPECT("show 0 2 · commit 0 2 · timer0 off");
    world.now = 900 * MS;
    resume(1, 0);
    EXPECT("timer0 off · send 0>1 entries 1..2");
    world.now = 910 * MS;
    ack(1, 2);
    EXPECT("timer0 off"); /* that round began with the fall-back, 760 ms ago */
    flushed(0, 3, 3);
    EXPECT("send 0>1 entries 3..3 · show 0 3 · commit 0 3 · timer0 off");
    world.now = 930 * MS;
    ack(1, 3);
    EXPECT("rule waits · timer0 off");
    world.durable_at = 940 * MS;
    flushed(0, 4, 4);
    EXPECT("send 0>1 entries 4..4 · timer0 at 1040ms");
    end();
}

/* ---- gaps, returns, terms ----------------------------------------------------------------- */

static void entries_behind_a_gap_wait_until_it_is_closed(void)
{
    begin(REP_ACK_ASYNC, 0);
    entries(1, 1, 3, 4);
    EXPECT("");
    entries(1, 1, 6, 6);
    EXPECT("");
    entries(1, 1, 1, 2);
    EXPECT("accept 1 4");
    world.logs[1].arrived = 4;
    entries(1, 1, 5, 5);
    EXPECT("accept 1 6");
    end();
}

static void a_returning_follower_resumes_from_what_its_disk_kept(void)
{
    begin(REP_ACK_ASYNC, 0);
    flushed(0, 1, 9);
    world.effects.n = 0;
    ops->disconnected(world.state, &world, 0, 1, &world.effects);
    EXPECT("");
    flushed(0, 10, 10);
    EXPECT("send 0>2 entries 10..10 · show 0 10 · commit 0 10");
    world.logs[1] = (RepLogView){.term = 1, .arrived = 4, .received = 4, .flushed = 4};
    ops->stopped(world.state, &world, 1, &world.effects);
    ops->started(world.state, &world, 1, &world.effects);
    ops->connected(world.state, &world, 1, 0, &world.effects);
    EXPECT("send 1>0 resume 5..4");
    resume(1, 4);
    EXPECT("send 0>1 entries 5..10");
    end();
}

static void a_leader_that_returns_opens_a_term_and_followers_cut_what_it_lost(void)
{
    begin(REP_ACK_ASYNC, 0);
    flushed(0, 1, 5);
    world.effects.n = 0;
    /* Under ship: on-append follower 1 holds 7 entries, the leader's disk kept 5. */
    ops->stopped(world.state, &world, 0, &world.effects);
    world.logs[0].applied = 5;
    ops->started(world.state, &world, 0, &world.effects);
    EXPECT("lead 0 term 2 · connect 0-1 · connect 0-2");
    world.logs[0].term = 2;
    world.logs[1] = (RepLogView){.term = 1, .arrived = 7, .received = 7, .flushed = 7};
    world.common = 5;
    resume(1, 7);
    EXPECT("send 0>1 entries 6..5");
    entries(1, 2, 6, 5);
    EXPECT("truncate 1 5");
    world.logs[1].arrived = world.logs[1].flushed = 5;
    entries(1, 2, 6, 6);
    EXPECT("accept 1 6");
    entries(1, 1, 6, 7);
    world.effects.n = 0;
    world.logs[1].term = 2;
    entries(1, 1, 7, 8);
    EXPECT(""); /* from a leadership that is over */
    end();
}

static void a_wiped_follower_no_longer_counts_for_what_it_had_acknowledged(void)
{
    begin(REP_ACK_SYNC_ALL, 0);
    flushed(0, 1, 3);
    world.effects.n = 0;
    ack(1, 3);
    ops->disconnected(world.state, &world, 0, 1, &world.effects);
    world.logs[1] = (RepLogView){.term = 1};
    resume(1, 0);
    EXPECT("send 0>1 entries 1..3");
    ack(2, 3);
    EXPECT("");
    ack(1, 3);
    EXPECT("show 0 3 · commit 0 3");
    end();
}

/* ---- routing ------------------------------------------------------------------------------ */

static int routed(RepReadRule reads, RepOperationKind kind, int sticky, guint64 lot)
{
    static const int nearest[] = {2, 1, 0};
    world.policy.reads = (int)reads;
    world.lot = lot;
    RepRoute route = {.kind = kind, .nearest = nearest, .sticky = sticky};
    return ops->route(world.state, &world, &route);
}

static void reads_go_where_the_rule_says_and_writes_to_the_leader(void)
{
    begin(REP_ACK_ASYNC, 0);
    world.policy.reads_node = 1;
    CHECK_INT(routed(REP_READS_NEAREST, REP_WRITE, -1, 0), 0);
    CHECK_INT(routed(REP_READS_LEADER, REP_READ, -1, 0), 0);
    CHECK_INT(routed(REP_READS_FOLLOWER, REP_READ, -1, 0), 1);
    CHECK_INT(routed(REP_READS_NEAREST, REP_READ, -1, 0), 2);
    CHECK_INT(routed(REP_READS_ANY, REP_READ, -1, 0), 0);
    CHECK_INT(routed(REP_READS_ANY, REP_READ, -1, G_MAXUINT64 / 2), 1);
    CHECK_INT(routed(REP_READS_ANY, REP_READ, -1, G_MAXUINT64), 2);
    CHECK_INT(routed(REP_READS_STICKY, REP_READ, 1, G_MAXUINT64), 1);
    CHECK_INT(routed(REP_READS_STICKY, REP_READ, -1, G_MAXUINT64), 2);
    end();
}

static void a_replica_that_let_the_session_down_is_avoided(void)
{
    begin(REP_ACK_ASYNC, 0);
    world.avoided = 1 << 2;
    CHECK_INT(routed(REP_READS_NEAREST, REP_READ, -1, 0), 1);
    CHECK_INT(routed(REP_READS_ANY, REP_READ, -1, G_MAXUINT64), 1);
    CHECK_INT(routed(REP_READS_STICKY, REP_READ, 2, 0), 0);
    world.avoided = 7;
    CHECK_INT(routed(REP_READS_NEAREST, REP_READ, -1, 0), 2);
    CHECK_INT(routed(REP_READS_ANY, REP_READ, -1, G_MAXUINT64), 2);
    end();
}

static const TestCase cases[] = {
    TEST(async_answers_after_its_own_flush_alone),
    TEST(semi_sync_answers_after_the_first_follower),
    TEST(sync_all_waits_for_the_last_follower_also_a_dead_one),
    TEST(a_follower_acknowledges_at_the_point_the_setup_names),
    TEST(shipping_on_append_does_not_wait_for_the_leaders_disk),
    TEST(visible_on_flush_shows_before_anybody_acknowledged),
    TEST(a_repeated_write_is_not_appended_twice),
    TEST(reads_of_the_leader_are_refused_by_others),
    TEST(after_the_timeout_it_answers_alone_and_waits_again_when_a_follower_is_back),
    TEST(entries_behind_a_gap_wait_until_it_is_closed),
    TEST(a_returning_follower_resumes_from_what_its_disk_kept),
    TEST(a_leader_that_returns_opens_a_term_and_followers_cut_what_it_lost),
    TEST(a_wiped_follower_no_longer_counts_for_what_it_had_acknowledged),
    TEST(reads_go_where_the_rule_says_and_writes_to_the_leader),
    TEST(a_replica_that_let_the_session_down_is_avoided),
    {NULL, NULL},
};

int main(int argc, char **argv)
{
    return test_main("single_leader", cases, argc, argv);
}
