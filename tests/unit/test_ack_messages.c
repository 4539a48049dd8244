/*
 * Goal: under ack_messages: each-stage a follower reports every stage up to the acknowledgement
 * point, and what falls due during a flush leaves after it. Method: transcripts
 * (tests/support/transcript.h). Node 1 follows node 0.
 */
#include "tests/support/transcript.h"

static void begin_with(RepAckMessages messages, RepAckPoint point)
{
    begin(REP_ACK_SEMI_SYNC, 1);
    world.policy.ack_messages = (int)messages;
    world.policy.ack_point = (int)point;
}

static void receives(guint64 index)
{
    world.logs[1].arrived = world.logs[1].received = index;
    ops->received(world.state, &world, 1, 0, index, &world.effects);
}

static void flushes(guint64 index)
{
    world.logs[1].flushed = index;
    ops->flushed(world.state, &world, 1, 0, index, index, &world.effects);
}

static void applies(guint64 index)
{
    world.logs[1].applied = index;
    ops->applied(world.state, &world, 1, 0, index, &world.effects);
}

static void one_message_says_it(void)
{
    begin_with(REP_ACK_MESSAGES_ONE, REP_POINT_FLUSHED);
    receives(1);
    EXPECT("");
    flushes(1);
    EXPECT("send 1>0 ack 1..1");
    applies(1);
    EXPECT("");
    end();
}

static void each_stage_is_reported(void)
{
    begin_with(REP_ACK_MESSAGES_EACH_STAGE, REP_POINT_FLUSHED);
    receives(1);
    EXPECT("send 1>0 report-received 1..1");
    flushes(1);
    EXPECT("send 1>0 ack 1..1");
    applies(1);
    EXPECT(""); /* nobody waits for it */
    end();
}

static void the_point_may_be_the_first_stage_or_the_last(void)
{
    begin_with(REP_ACK_MESSAGES_EACH_STAGE, REP_POINT_RECEIVED);
    receives(1);
    EXPECT("send 1>0 ack 1..1");
    flushes(1);
    EXPECT("send 1>0 report-flushed 1..1");
    end();
    begin_with(REP_ACK_MESSAGES_EACH_STAGE, REP_POINT_APPLIED);
    receives(1);
    EXPECT("send 1>0 report-received 1..1");
    flushes(1);
    EXPECT("send 1>0 report-flushed 1..1");
    applies(1);
    EXPECT("send 1>0 ack 1..1");
    end();
}

static void what_falls_due_during_a_flush_leaves_after_it(void)
{
    begin_with(REP_ACK_MESSAGES_EACH_STAGE, REP_POINT_APPLIED);
    receives(1);
    flushes(1);
    receives(2);
    EXPECT("send 1>0 report-received 1..1 · send 1>0 report-flushed 1..1 · "
           "send 1>0 report-received 2..2");
    applies(1);
    EXPECT("");
    flushes(2);
    EXPECT("send 1>0 report-flushed 2..2 · send 1>0 ack 1..1");
    applies(2);
    EXPECT("send 1>0 ack 2..2");
    end();
    begin_with(REP_ACK_MESSAGES_ONE, REP_POINT_APPLIED);
    receives(1);
    flushes(1);
    receives(2);
    applies(1);
    EXPECT("send 1>0 ack 1..1");
    end();
}

/* As on the disk of one that led until now: its own entries follow each other without a pause. */
static void while_flushes_follow_each_other_it_stays_due(void)
{
    begin_with(REP_ACK_MESSAGES_EACH_STAGE, REP_POINT_APPLIED);
    receives(1);
    flushes(1);
    receives(3);
    EXPECT("send 1>0 report-received 1..1 · send 1>0 report-flushed 1..1 · "
           "send 1>0 report-received 3..3");
    applies(1);
    EXPECT("");
    flushes(2); /* 3 is being flushed at once */
    EXPECT("send 1>0 report-flushed 2..2");
    flushes(3);
    EXPECT("send 1>0 report-flushed 3..3 · send 1>0 ack 1..1");
    end();
}

static void a_restart_forgets_what_was_due(void)
{
    begin_with(REP_ACK_MESSAGES_EACH_STAGE, REP_POINT_APPLIED);
    receives(1);
    flushes(1);
    receives(2);
    applies(1);
    world.logs[1].arrived = world.logs[1].received = 1;
    ops->stopped(world.state, &world, 1, &world.effects);
    world.effects.n = world.effects.n_messages = 0;
    receives(2);
    flushes(2);
    EXPECT("send 1>0 report-received 2..2 · send 1>0 report-flushed 2..2");
    end();
}

static const TestCase cases[] = {
    TEST(one_message_says_it),
    TEST(each_stage_is_reported),
    TEST(the_point_may_be_the_first_stage_or_the_last),
    TEST(what_falls_due_during_a_flush_leaves_after_it),
    TEST(while_flushes_follow_each_other_it_stays_due),
    TEST(a_restart_forgets_what_was_due),
    {NULL, NULL},
};

int main(int argc, char **argv)
{
    return test_main("ack_messages", cases, argc, argv);
}
