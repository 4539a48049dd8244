/*
 * Goal: under leader_ack: appended the leader's own flush is no condition of an answer, and every
 * other one stays. Method: transcripts (tests/support/transcript.h). Nodes: 0 leads, 1 and 2
 * follow.
 */
#include "tests/support/transcript.h"

static void begin_early(RepAckRule ack, gint64 count)
{
    begin(ack, count);
    world.policy.leader_ack = REP_LEADER_ACK_APPENDED;
}

/* The write has its place in the leader's memory. */
static void appended(guint64 index)
{
    world.logs[0].arrived = index;
    ops->appended(world.state, &world, 0, 0, index, &world.effects);
}

static void async_answers_at_once(void)
{
    begin_early(REP_ACK_ASYNC, 0);
    write(0, FALSE);
    EXPECT("append 0 #7");
    appended(1);
    EXPECT("show 0 1 · commit 0 1");
    flushed(0, 1, 1);
    EXPECT("send 0>1 entries 1..1 · send 0>2 entries 1..1");
    end();
}

static void with_the_default_nothing_is_answered_before_the_flush(void)
{
    begin(REP_ACK_ASYNC, 0);
    appended(1);
    EXPECT("");
    end();
}

static void a_rule_may_hold_before_the_leaders_flush(void)
{
    begin_early(REP_ACK_SEMI_SYNC, 1);
    world.policy.ship = REP_SHIP_ON_APPEND;
    appended(1);
    EXPECT("send 0>1 entries 1..1 · send 0>2 entries 1..1");
    appended(2);
    EXPECT("send 0>1 entries 2..2 · send 0>2 entries 2..2");
    world.logs[1].term = 1;
    ack(1, 1);
    EXPECT("show 0 1 · commit 0 1");
    flushed(0, 1, 2);
    EXPECT("");
    ack(2, 2);
    EXPECT("show 0 2 · commit 0 2");
    end();
}

static void shipping_on_flush_leaves_the_followers_to_wait_for_it(void)
{
    begin_early(REP_ACK_SEMI_SYNC, 1);
    appended(1);
    EXPECT("");
    flushed(0, 1, 1);
    EXPECT("send 0>1 entries 1..1 · send 0>2 entries 1..1");
    ack(1, 1);
    EXPECT("show 0 1 · commit 0 1");
    end();
}

/* Readers see on flush what has been answered before. */
static void visible_on_flush_stays_what_it_is(void)
{
    begin_early(REP_ACK_ASYNC, 0);
    world.policy.visible = REP_VISIBLE_ON_FLUSH;
    appended(1);
    EXPECT("commit 0 1");
    flushed(0, 1, 1);
    EXPECT("send 0>1 entries 1..1 · send 0>2 entries 1..1 · show 0 1");
    end();
}

static void the_timeout_counts_from_the_flush(void)
{
    begin_early(REP_ACK_SEMI_SYNC, 1);
    end();
    world.policy.ack_timeout = 100 * MS;
    ops->init(world.state, &world, &world.effects);
    world.effects.n = world.effects.n_messages = 0;
    appended(1);
    EXPECT("timer0 off");
    world.durable_at = 30 * MS;
    flushed(0, 1, 1);
    EXPECT("send 0>1 entries 1..1 · send 0>2 entries 1..1 · timer0 at 130ms");
    end();
}

static const TestCase cases[] = {
    TEST(async_answers_at_once),
    TEST(with_the_default_nothing_is_answered_before_the_flush),
    TEST(a_rule_may_hold_before_the_leaders_flush),
    TEST(shipping_on_flush_leaves_the_followers_to_wait_for_it),
    TEST(visible_on_flush_stays_what_it_is),
    TEST(the_timeout_counts_from_the_flush),
    {NULL, NULL},
};

int main(int argc, char **argv)
{
    return test_main("leader_ack", cases, argc, argv);
}
