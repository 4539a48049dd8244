/*
 * Goal: under `batch` entries leave when the first of them has waited for `every`, or when there
 * are `most` bytes of them, as one message; reconnecting and dying leave nothing behind; an
 * upstream does as the leader. Method: transcripts (tests/support/transcript.h). Nodes: 0 leads, 1
 * and 2 follow; an entry has 100 bytes; timer 8 is the batch's.
 */
#include "tests/support/transcript.h"

static void begin_batched(gint64 most)
{
    begin(REP_ACK_ASYNC, 0);
    world.policy.batch = REP_BATCH_ON;
    world.policy.batch_every = 5 * MS;
    world.policy.batch_most = most;
}

static void due(SimTime now)
{
    world.now = now;
    ops->timer(world.state, &world, 0, 0, 8, &world.effects);
}

static void what_waits_leaves_as_one_message_when_the_first_has_waited(void)
{
    begin_batched(0);
    flushed(0, 1, 1);
    EXPECT("timer8 at 5ms · show 0 1 · commit 0 1");
    world.now = 2 * MS;
    flushed(0, 2, 3);
    EXPECT("show 0 3 · commit 0 3");
    due(5 * MS);
    EXPECT("send 0>1 entries 1..3 · send 0>2 entries 1..3");
    world.now = 9 * MS;
    flushed(0, 4, 4);
    EXPECT("timer8 at 14ms · show 0 4 · commit 0 4");
    end();
}

static void a_full_batch_leaves_at_once(void)
{
    begin_batched(300);
    flushed(0, 1, 2);
    EXPECT("timer8 at 5ms · show 0 2 · commit 0 2");
    flushed(0, 3, 4);
    EXPECT("send 0>1 entries 1..4 · send 0>2 entries 1..4 · timer8 off · show 0 4 · commit 0 4");
    flushed(0, 5, 7);
    EXPECT("send 0>1 entries 5..7 · send 0>2 entries 5..7 · show 0 7 · commit 0 7");
    end();
}

static void a_follower_that_reconnects_does_not_wait(void)
{
    begin_batched(0);
    flushed(0, 1, 2);
    EXPECT("timer8 at 5ms · show 0 2 · commit 0 2");
    resume(1, 0);
    EXPECT("send 0>1 entries 1..2");
    due(5 * MS);
    EXPECT("send 0>2 entries 1..2");
    end();
}

static void acknowledgements_are_waited_for_as_ever(void)
{
    begin_batched(0);
    end();
    world.policy.ack = REP_ACK_SEMI_SYNC;
    world.policy.ack_count = 1;
    ops->init(world.state, &world, &world.effects);
    world.effects.n = world.effects.n_messages = 0;
    flushed(0, 1, 1);
    EXPECT("timer8 at 5ms");
    due(5 * MS);
    EXPECT("send 0>1 entries 1..1 · send 0>2 entries 1..1");
    ack(1, 1);
    EXPECT("show 0 1 · commit 0 1");
    end();
}

/* ---- upstreams ---------------------------------------------------------------------------- */

static int chain[] = {-1, -1, 1};

/* 2 follows 1, which follows 0. */
static void begin_chain(gint64 most)
{
    begin_batched(most);
    end();
    world.policy.upstream = (RepNodeMap){chain, N_NODES};
    ops->init(world.state, &world, &world.effects);
    EXPECT("lead 0 term 1 · connect 0-1 · connect 0-2 · connect 1-2");
}

static void relay_due(SimTime now)
{
    world.now = now;
    ops->timer(world.state, &world, 1, 0, 8, &world.effects);
}

static void an_upstream_lets_entries_wait_as_a_leader_does(void)
{
    begin_chain(300);
    world.now = 10 * MS;
    flushed(1, 1, 1);
    EXPECT("send 1>0 ack 1..1 · timer8 at 15ms");
    world.now = 12 * MS;
    flushed(1, 2, 2);
    EXPECT("send 1>0 ack 2..2");
    relay_due(15 * MS);
    EXPECT("send 1>2 entries 1..2");
    flushed(1, 3, 5);
    EXPECT("send 1>0 ack 3..5 · send 1>2 entries 3..5");
    end();
}

static void who_resumes_at_an_upstream_does_not_wait(void)
{
    begin_chain(300);
    flushed(1, 1, 2);
    EXPECT("send 1>0 ack 1..2 · timer8 at 5ms");
    RepMessage resume = {.from = 2, .to = 1, .kind = 2, .term = 1, .first = 1, .last = 0};
    ops->message(world.state, &world, 1, &resume, &world.effects);
    EXPECT("send 1>2 entries 1..2");
    relay_due(5 * MS);
    EXPECT("");
    /* What it was given fills no batch. */
    flushed(1, 3, 4);
    EXPECT("send 1>0 ack 3..4 · timer8 at 10ms");
    end();
}

/* The log is cut in the middle of a batch; what takes the place of the cut part waits anew. */
static void what_was_cut_off_does_not_count(void)
{
    begin_chain(0);
    flushed(1, 1, 5);
    EXPECT("send 1>0 ack 1..5 · timer8 at 5ms");
    world.common = 3;
    entries(1, 2, 4, 3);
    EXPECT("truncate 1 3 · send 1>2 leader 0..0 · timer8 off");
    world.logs[1].arrived = world.logs[1].received = world.logs[1].flushed = 3;
    world.logs[1].term = 2;
    RepMessage resume = {.from = 2, .to = 1, .kind = 2, .term = 2, .first = 1, .last = 0};
    ops->message(world.state, &world, 1, &resume, &world.effects);
    EXPECT("send 1>2 entries 1..3");
    world.now = 20 * MS;
    flushed(1, 4, 4);
    EXPECT("send 1>0 ack 4..4 · timer8 at 25ms");
    relay_due(25 * MS);
    EXPECT("send 1>2 entries 4..4");
    end();
}

static void without_it_nothing_waits(void)
{
    begin(REP_ACK_ASYNC, 0);
    flushed(0, 1, 1);
    EXPECT("send 0>1 entries 1..1 · send 0>2 entries 1..1 · show 0 1 · commit 0 1");
    end();
}

static const TestCase cases[] = {
    TEST(what_waits_leaves_as_one_message_when_the_first_has_waited),
    TEST(a_full_batch_leaves_at_once),
    TEST(a_follower_that_reconnects_does_not_wait),
    TEST(acknowledgements_are_waited_for_as_ever),
    TEST(an_upstream_lets_entries_wait_as_a_leader_does),
    TEST(who_resumes_at_an_upstream_does_not_wait),
    TEST(what_was_cut_off_does_not_count),
    TEST(without_it_nothing_waits),
    {NULL, NULL},
};

int main(int argc, char **argv)
{
    return test_main("batch", cases, argc, argv);
}
