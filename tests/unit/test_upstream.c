/*
 * Goal: a follower that has an upstream gets the log from it and acknowledges to it, and the leader
 * hears nothing of that; a change of leadership goes down the chain, with what is to be cut off.
 * Method: transcripts (tests/support/transcript.h). Nodes: 0 leads, 1 follows it, 2 follows 1.
 */
#include "tests/support/transcript.h"

enum { ENTRIES, ACK, RESUME, LEADER, CARRY = 13, COMMITTED = 15 };

static int upstream[] = {-1, -1, 1};

static void begin_chain(RepAckRule rule, RepRelayRule relay)
{
    world = (RepWorld){.setup = {.n_nodes = N_NODES, .nodes = nodes, .policy = ops},
                       .policy = {.followers = {followers, 2},
                                  .ack = (int)rule,
                                  .ack_count = 1,
                                  .ack_timeout = SIM_NEVER,
                                  .upstream = {upstream, N_NODES},
                                  .relay = (int)relay}};
    world.setup.policy_setup = &world.policy;
    ops->init(world.state, &world, &world.effects);
    EXPECT("lead 0 term 1 · connect 0-1 · connect 0-2 · connect 1-2");
    for (int node = 0; node < N_NODES; node++)
        world.logs[node].term = 1;
}

static void say(int from, int to, guint8 kind, guint32 term, guint64 first, guint64 last)
{
    RepMessage message = {
        .from = from, .to = to, .kind = kind, .term = term, .first = first, .last = last};
    ops->message(world.state, &world, to, &message, &world.effects);
}

/* Node 1 has taken and flushed entries of the term. */
static void relay_has(guint32 term, guint64 first, guint64 last)
{
    say(0, 1, ENTRIES, term, first, last);
    world.effects.n = world.effects.n_messages = 0;
    world.logs[1].term = term;
    flushed(1, first, last);
}

static void a_leader_ships_to_those_that_hang_on_it(void)
{
    begin_chain(REP_ACK_ASYNC, REP_RELAY_FLUSHED);
    flushed(0, 1, 3);
    EXPECT("send 0>1 entries 1..3 · show 0 3 · commit 0 3");
    end();
}

static void an_upstream_ships_what_it_has_flushed(void)
{
    begin_chain(REP_ACK_ASYNC, REP_RELAY_FLUSHED);
    relay_has(1, 1, 3);
    EXPECT("send 1>0 ack 1..3 · send 1>2 entries 1..3");
    ops->applied(world.state, &world, 1, 0, 3, &world.effects);
    EXPECT("");
    end();
}

static void or_what_it_has_applied(void)
{
    begin_chain(REP_ACK_ASYNC, REP_RELAY_APPLIED);
    relay_has(1, 1, 3);
    EXPECT("send 1>0 ack 1..3");
    ops->applied(world.state, &world, 1, 0, 2, &world.effects);
    EXPECT("send 1>2 entries 1..2");
    end();
}

static void acknowledgements_end_at_the_upstream(void)
{
    begin_chain(REP_ACK_SYNC_ALL, REP_RELAY_FLUSHED);
    flushed(0, 1, 3);
    EXPECT("send 0>1 entries 1..3");
    say(1, 2, ENTRIES, 1, 1, 3);
    EXPECT("accept 2 3");
    flushed(2, 1, 3);
    EXPECT("send 2>1 ack 1..3");
    say(2, 1, ACK, 1, 1, 3);
    EXPECT("");
    /* sync(all): all that hang on the leader. */
    ack(1, 3);
    EXPECT("show 0 3 · commit 0 3");
    end();
}

static void who_reconnects_asks_its_upstream(void)
{
    begin_chain(REP_ACK_ASYNC, REP_RELAY_FLUSHED);
    relay_has(1, 1, 3);
    EXPECT("send 1>0 ack 1..3 · send 1>2 entries 1..3");
    ops->disconnected(world.state, &world, 1, 2, &world.effects);
    flushed(1, 4, 5);
    EXPECT("send 1>0 ack 4..5");
    world.logs[2].arrived = world.logs[2].received = world.logs[2].flushed = 2;
    ops->connected(world.state, &world, 2, 1, &world.effects);
    EXPECT("send 2>1 resume 3..2");
    ops->connected(world.state, &world, 2, 0, &world.effects);
    EXPECT("");
    say(2, 1, RESUME, 1, 3, 2);
    EXPECT("send 1>2 entries 3..5");
    end();
}

/* The leader died with entries 4 and 5, which the others have, and leads again without them. */
static void a_new_leadership_goes_down_the_chain(void)
{
    begin_chain(REP_ACK_ASYNC, REP_RELAY_FLUSHED);
    relay_has(1, 1, 5);
    EXPECT("send 1>0 ack 1..5 · send 1>2 entries 1..5");
    world.common = 3;
    say(0, 1, ENTRIES, 2, 4, 3);
    EXPECT("truncate 1 3 · send 1>2 leader 0..0");
    world.logs[1].arrived = world.logs[1].received = world.logs[1].flushed = 3;
    /* Nothing goes out before it has been asked for. */
    flushed(1, 4, 4);
    EXPECT("send 1>0 ack 4..4");
    RepMessage news = {.from = 1, .to = 2, .kind = LEADER, .term = 2, .value = 1};
    world.logs[2].arrived = world.logs[2].received = world.logs[2].flushed = 5;
    ops->message(world.state, &world, 2, &news, &world.effects);
    EXPECT("send 2>1 resume 6..5");
    world.logs[1].term = 2;
    say(2, 1, RESUME, 1, 6, 5);
    EXPECT("send 1>2 entries 4..4");
    say(1, 2, ENTRIES, 2, 4, 4);
    EXPECT("truncate 2 3 · accept 2 4");
    end();
}

static void of_leaders_it_hears_from_its_upstream_only(void)
{
    begin_chain(REP_ACK_ASYNC, REP_RELAY_FLUSHED);
    say(0, 2, LEADER, 2, 0, 0);
    EXPECT("");
    say(1, 2, ENTRIES, 1, 1, 1);
    EXPECT("accept 2 1");
    end();
}

static void an_upstream_that_does_not_know_its_log_to_be_in_the_new_one_waits(void)
{
    begin_chain(REP_ACK_ASYNC, REP_RELAY_FLUSHED);
    relay_has(1, 1, 3);
    EXPECT("send 1>0 ack 1..3 · send 1>2 entries 1..3");
    say(0, 1, LEADER, 2, 0, 0);
    EXPECT("send 1>0 resume 4..3");
    say(2, 1, RESUME, 1, 4, 3);
    EXPECT("");
    world.common = 3;
    say(0, 1, ENTRIES, 2, 4, 3);
    EXPECT("send 1>2 leader 0..0");
    end();
}

static void what_was_cut_off_is_handed_up(void)
{
    begin_chain(REP_ACK_ASYNC, REP_RELAY_FLUSHED);
    say(2, 1, CARRY, 1, 4, 5);
    EXPECT("send 1>0 carry 4..5");
    end();
}

static const TestCase cases[] = {
    TEST(a_leader_ships_to_those_that_hang_on_it),
    TEST(an_upstream_ships_what_it_has_flushed),
    TEST(or_what_it_has_applied),
    TEST(acknowledgements_end_at_the_upstream),
    TEST(who_reconnects_asks_its_upstream),
    TEST(a_new_leadership_goes_down_the_chain),
    TEST(of_leaders_it_hears_from_its_upstream_only),
    TEST(an_upstream_that_does_not_know_its_log_to_be_in_the_new_one_waits),
    TEST(what_was_cut_off_is_handed_up),
    {NULL, NULL},
};

int main(int argc, char **argv)
{
    return test_main("upstream", cases, argc, argv);
}
