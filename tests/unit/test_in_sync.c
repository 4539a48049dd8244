/*
 * Goal: the in-sync set is what models/policies/single_leader/in_sync.c says, step by step. Method:
 * transcripts (tests/support/transcript.h). Nodes: 0 leads, 1 and 2 follow; evict is 100 ms. Timer
 * 7 is the one that watches for who is behind.
 */
#include "tests/support/transcript.h"

static void begin_in_sync(gint64 min)
{
    begin(REP_ACK_ASYNC, 0);
    end();
    world.policy.ack = REP_ACK_IN_SYNC;
    world.policy.ack_min = min;
    world.policy.ack_evict = 100 * MS;
    ops->init(world.state, &world, &world.effects);
    EXPECT("lead 0 term 1 · timer7 off · connect 0-1 · connect 0-2");
}

static void watch_timer(SimTime now)
{
    world.now = now;
    ops->timer(world.state, &world, 0, 0, 7, &world.effects);
}

/* Entry 1 is on the leader's disk at 10 ms, and has been sent. */
static void write_one(void)
{
    world.now = world.durable_at = 10 * MS;
    flushed(0, 1, 1);
    EXPECT("send 0>1 entries 1..1 · send 0>2 entries 1..1 · timer7 at 110ms");
}

static void every_member_must_confirm(void)
{
    begin_in_sync(2);
    write_one();
    ack(1, 1);
    EXPECT("");
    ack(2, 1);
    EXPECT("show 0 1 · commit 0 1");
    watch_timer(110 * MS);
    EXPECT("timer7 off"); /* nobody is behind */
    end();
}

static void who_is_behind_for_long_leaves_and_is_waited_for_no_more(void)
{
    begin_in_sync(2);
    write_one();
    ack(1, 1);
    EXPECT("");
    watch_timer(109 * MS);
    EXPECT("timer7 at 110ms");
    watch_timer(110 * MS);
    EXPECT("in-sync without 2 · timer7 off · show 0 1 · commit 0 1");
    end();
}

static void too_few_members_refuse_writes_and_what_was_appended_waits(void)
{
    begin_in_sync(3);
    write(0, FALSE);
    EXPECT("append 0 #7");
    write_one();
    ack(1, 1);
    watch_timer(110 * MS);
    EXPECT("in-sync without 2 · timer7 off");
    write(0, FALSE);
    EXPECT("refuse 0 #7");
    write(1, FALSE); /* a retry of what is in the log */
    EXPECT("wait 0 #7");
    ack(2, 1);
    EXPECT("in-sync with 2 · timer7 off · show 0 1 · commit 0 1");
    write(0, FALSE);
    EXPECT("append 0 #7");
    end();
}

static void who_has_what_committed_enters_again(void)
{
    begin_in_sync(2);
    write_one();
    ack(1, 1);
    watch_timer(110 * MS);
    flushed(0, 2, 3);
    world.effects.n = world.effects.n_messages = 0;
    ack(1, 2);
    EXPECT("show 0 2 · commit 0 2");
    ack(2, 1);
    EXPECT(""); /* entry 2 has committed without it */
    world.durable_at = 150 * MS;
    ack(2, 2);
    EXPECT("in-sync with 2 · timer7 at 250ms");
    ack(1, 3);
    EXPECT(""); /* it is waited for */
    ack(2, 3);
    EXPECT("show 0 3 · commit 0 3");
    end();
}

static void alone_in_the_set_a_leader_goes_on_if_it_may(void)
{
    begin_in_sync(1);
    write_one();
    watch_timer(110 * MS);
    EXPECT("in-sync without 1 · in-sync without 2 · timer7 off · show 0 1 · commit 0 1");
    write(0, FALSE);
    EXPECT("append 0 #7");
    end();
}

/* Its acknowledgement of entry 1 was lost, and the leader keeps only the newest entry. */
static void who_resumes_too_far_back_has_what_it_names(void)
{
    begin_in_sync(2);
    world.policy.retain = (RepRetention){.is_given = TRUE, .entries = 1};
    write_one();
    flushed(0, 2, 3);
    world.logs[0].applied = 3;
    world.effects.n = world.effects.n_messages = 0;
    ack(1, 3);
    EXPECT("");
    resume(2, 1);
    EXPECT("timer7 at 110ms · reserve 2 3 · send 0>2 snapshot 3..3 · show 0 1 · commit 0 1");
    end();
}

/* It names nothing: what it confirmed before is gone. */
static void who_has_lost_all_confirms_nothing(void)
{
    begin_in_sync(2);
    write_one();
    ack(1, 1);
    EXPECT("");
    world.logs[0].applied = 1;
    RepMessage empty = {.from = 2, .kind = 2, .value = 1};
    ops->message(world.state, &world, 0, &empty, &world.effects);
    EXPECT("timer7 at 110ms · reserve 2 1 · send 0>2 snapshot 1..1");
    end();
}

static const TestCase cases[] = {
    TEST(every_member_must_confirm),
    TEST(who_is_behind_for_long_leaves_and_is_waited_for_no_more),
    TEST(too_few_members_refuse_writes_and_what_was_appended_waits),
    TEST(who_has_what_committed_enters_again),
    TEST(alone_in_the_set_a_leader_goes_on_if_it_may),
    TEST(who_resumes_too_far_back_has_what_it_names),
    TEST(who_has_lost_all_confirms_nothing),
    {NULL, NULL},
};

int main(int argc, char **argv)
{
    return test_main("in_sync", cases, argc, argv);
}
