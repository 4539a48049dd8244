/*
 * Goal: under follower_shows: committed a follower learns what has committed when the page says so
 * (models/policies/single_leader/committed.c), and takes it for no more than it may. Method:
 * transcripts (tests/support/transcript.h). Nodes: 0 leads, 1 and 2 follow.
 */
#include "tests/support/transcript.h"

#define COMMITTED 15

static void begin_committed(RepAckRule ack, gint64 count)
{
    begin(ack, count);
    world.policy.follower_shows = REP_SHOWS_COMMITTED;
}

/* Entries up to `last` that say how much has committed; the log then is what it became. */
static void takes(int node, guint32 term, guint64 first, guint64 last, guint64 committed)
{
    RepMessage message = {
        .from = 0, .to = node, .term = term, .first = first, .last = last, .value = committed};
    ops->message(world.state, &world, node, &message, &world.effects);
}

static void hears(int node, guint32 term, guint64 committed)
{
    RepMessage message = {
        .from = 0, .to = node, .kind = COMMITTED, .term = term, .value = committed};
    ops->message(world.state, &world, node, &message, &world.effects);
}

/* ---- the leader --------------------------------------------------------------------------- */

static void a_commit_that_no_entries_follow_is_told_at_once(void)
{
    begin_committed(REP_ACK_SEMI_SYNC, 1);
    flushed(0, 1, 2);
    EXPECT("send 0>1 entries 1..2 · send 0>2 entries 1..2");
    ack(1, 1);
    EXPECT("show 0 1 · commit 0 1 · send 0>1 committed 1 · send 0>2 committed 1");
    ack(2, 1);
    EXPECT("");
    end();
}

static void entries_take_the_news_along(void)
{
    begin_committed(REP_ACK_SEMI_SYNC, 1);
    flushed(0, 1, 2);
    ack(1, 2);
    world.effects.n = world.effects.n_messages = 0;
    flushed(0, 3, 3);
    EXPECT("send 0>1 entries 3..3 (2 committed) · send 0>2 entries 3..3 (2 committed)");
    end();
}

static void under_async_it_needs_no_message_of_its_own(void)
{
    begin_committed(REP_ACK_ASYNC, 0);
    flushed(0, 1, 2);
    EXPECT("show 0 2 · commit 0 2 · send 0>1 entries 1..2 (2 committed) · "
           "send 0>2 entries 1..2 (2 committed)");
    end();
}

static void without_the_key_nobody_is_told(void)
{
    begin(REP_ACK_SEMI_SYNC, 1);
    flushed(0, 1, 2);
    EXPECT("send 0>1 entries 1..2 · send 0>2 entries 1..2");
    ack(1, 2);
    EXPECT("show 0 2 · commit 0 2");
    flushed(0, 3, 3);
    EXPECT("send 0>1 entries 3..3 · send 0>2 entries 3..3");
    end();
}

static void who_connects_again_is_told_with_what_it_lacks_or_apart(void)
{
    begin_committed(REP_ACK_SEMI_SYNC, 1);
    flushed(0, 1, 2);
    ops->disconnected(world.state, &world, 0, 2, &world.effects);
    ack(1, 2);
    EXPECT("send 0>1 entries 1..2 · send 0>2 entries 1..2 · show 0 2 · commit 0 2 · "
           "send 0>1 committed 2");
    world.logs[2].arrived = 1;
    resume(2, 1);
    EXPECT("send 0>2 entries 2..2 (2 committed)");
    ops->disconnected(world.state, &world, 0, 2, &world.effects);
    world.logs[2].arrived = 2;
    resume(2, 2);
    EXPECT("send 0>2 committed 2");
    end();
}

/* ---- the follower ------------------------------------------------------------------------- */

static void a_follower_knows_of_no_more_than_it_has(void)
{
    begin_committed(REP_ACK_SEMI_SYNC, 1);
    takes(1, 1, 1, 3, 2);
    EXPECT("accept 1 3 · decided 1 2");
    world.logs[1].arrived = 3;
    world.logs[1].decided = 2;
    hears(1, 1, 5);
    EXPECT("decided 1 3");
    world.logs[1].decided = 3;
    /* What it was told before counts for what comes. */
    takes(1, 1, 4, 6, 2);
    EXPECT("accept 1 6 · decided 1 5");
    end();
}

/* Entry 4 is of an old leadership: nothing is known to be common until entries have come. */
static void news_of_another_leaders_log_is_not_taken_for_ones_own(void)
{
    begin_committed(REP_ACK_SEMI_SYNC, 1);
    world.logs[1].arrived = world.logs[1].flushed = 4;
    world.common = 3;
    hears(1, 2, 9);
    EXPECT("");
    takes(1, 2, 4, 3, 9);
    EXPECT("truncate 1 3 · decided 1 3");
    world.logs[1].arrived = world.logs[1].flushed = world.logs[1].decided = 3;
    hears(1, 1, 9);
    EXPECT(""); /* from a leadership that is over */
    end();
}

static void a_restart_forgets_what_was_told(void)
{
    begin_committed(REP_ACK_SEMI_SYNC, 1);
    hears(1, 1, 5);
    EXPECT("");
    ops->stopped(world.state, &world, 1, &world.effects);
    takes(1, 1, 1, 3, 0);
    EXPECT("accept 1 3");
    end();
}

static const TestCase cases[] = {
    TEST(a_commit_that_no_entries_follow_is_told_at_once),
    TEST(entries_take_the_news_along),
    TEST(under_async_it_needs_no_message_of_its_own),
    TEST(without_the_key_nobody_is_told),
    TEST(who_connects_again_is_told_with_what_it_lacks_or_apart),
    TEST(a_follower_knows_of_no_more_than_it_has),
    TEST(news_of_another_leaders_log_is_not_taken_for_ones_own),
    TEST(a_restart_forgets_what_was_told),
    {NULL, NULL},
};

int main(int argc, char **argv)
{
    return test_main("committed", cases, argc, argv);
}
