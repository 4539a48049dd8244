/*
 * Goal: under `pull` nothing leaves for a follower before it has asked; a poll is answered with all
 * that is new, with what has committed, or with nothing; who resumes is answered at once. Method:
 * transcripts (tests/support/transcript.h). Nodes: 0 leads, 1 and 2 follow; timer 9 is the poll's.
 * The transcript's world draws 200 ms for every first poll.
 */
#include "tests/support/transcript.h"

enum { ENTRIES, ACK, RESUME, LEADER, POLL = 22, TIMER_POLL = 9 };

static int chain[] = {-1, -1, 1};

static void begin_pulled(RepFollowerShows shows, int *upstream, const char *expected)
{
    world = (RepWorld){.setup = {.n_nodes = N_NODES, .nodes = nodes, .policy = ops},
                       .policy = {.followers = {followers, 2},
                                  .ack = REP_ACK_SEMI_SYNC,
                                  .ack_count = 1,
                                  .ack_timeout = SIM_NEVER,
                                  .follower_shows = (int)shows,
                                  .upstream = {upstream, N_NODES},
                                  .pull = REP_PULL_PERIOD,
                                  .pull_period = 500 * MS}};
    world.setup.policy_setup = &world.policy;
    ops->init(world.state, &world, &world.effects);
    EXPECT(expected);
    for (int node = 0; node < N_NODES; node++)
        world.logs[node].term = 1;
}

#define STAR "lead 0 term 1 · connect 0-1 · connect 0-2 · timer9 at 200ms · timer9 at 200ms"
#define CHAIN                                                                                      \
    "lead 0 term 1 · connect 0-1 · connect 0-2 · connect 1-2 · timer9 at 200ms · timer9 at 200ms"

static void poll(int from, int to)
{
    RepMessage message = {.from = from, .to = to, .kind = POLL, .term = 1, .first = 7};
    ops->message(world.state, &world, to, &message, &world.effects);
}

static void due(int node, SimTime now)
{
    world.now = now;
    ops->timer(world.state, &world, node, 0, TIMER_POLL, &world.effects);
}

static void a_follower_polls_once_in_every_period(void)
{
    begin_pulled(REP_SHOWS_APPLIED, NULL, STAR);
    due(1, 200 * MS);
    EXPECT("send 1>0 poll 200000000..0 · timer9 at 700ms");
    due(1, 700 * MS);
    EXPECT("send 1>0 poll 700000000..0 · timer9 at 1200ms");
    end();
}

static void entries_leave_when_they_are_asked_for(void)
{
    begin_pulled(REP_SHOWS_APPLIED, NULL, STAR);
    flushed(0, 1, 2);
    EXPECT("");
    flushed(0, 3, 3);
    EXPECT("");
    poll(1, 0);
    EXPECT("send 0>1 entries 1..3");
    /* Asked again before the answer was there. */
    poll(1, 0);
    EXPECT("send 0>1 nothing-new 7..0");
    flushed(0, 4, 4);
    poll(2, 0);
    EXPECT("send 0>2 entries 1..4");
    ack(1, 3);
    EXPECT("show 0 3 · commit 0 3");
    end();
}

static void a_poll_that_finds_nothing_hears_what_has_committed(void)
{
    begin_pulled(REP_SHOWS_COMMITTED, NULL, STAR);
    flushed(0, 1, 2);
    poll(1, 0);
    EXPECT("send 0>1 entries 1..2");
    ack(1, 2);
    EXPECT("show 0 2 · commit 0 2");
    poll(1, 0);
    EXPECT("send 0>1 committed 2");
    poll(1, 0);
    EXPECT("send 0>1 nothing-new 7..0");
    end();
}

static void who_resumes_does_not_wait_for_its_poll(void)
{
    begin_pulled(REP_SHOWS_APPLIED, NULL, STAR);
    flushed(0, 1, 3);
    ops->disconnected(world.state, &world, 0, 1, &world.effects);
    poll(1, 0);
    EXPECT("");
    resume(1, 0);
    EXPECT("send 0>1 entries 1..3");
    end();
}

static void a_relay_is_polled_too(void)
{
    begin_pulled(REP_SHOWS_APPLIED, chain, CHAIN);
    RepMessage entries = {.from = 0, .to = 1, .kind = ENTRIES, .term = 1, .first = 1, .last = 3};
    ops->message(world.state, &world, 1, &entries, &world.effects);
    EXPECT("accept 1 3");
    flushed(1, 1, 3);
    EXPECT("send 1>0 ack 1..3");
    due(2, 200 * MS);
    EXPECT("send 2>1 poll 200000000..0 · timer9 at 700ms");
    poll(2, 1);
    EXPECT("send 1>2 entries 1..3");
    poll(2, 1);
    EXPECT("send 1>2 nothing-new 7..0");
    end();
}

static void who_starts_polls_anew_but_a_leader_for_ever_does_not(void)
{
    begin_pulled(REP_SHOWS_APPLIED, NULL, STAR);
    world.now = 900 * MS;
    ops->started(world.state, &world, 2, &world.effects);
    EXPECT("timer9 at 1100ms");
    ops->stopped(world.state, &world, 0, &world.effects);
    ops->started(world.state, &world, 0, &world.effects);
    EXPECT("lead 0 term 2 · connect 0-1 · connect 0-2");
    end();
}

static void without_it_nobody_polls(void)
{
    begin(REP_ACK_ASYNC, 0);
    flushed(0, 1, 1);
    EXPECT("send 0>1 entries 1..1 · send 0>2 entries 1..1 · show 0 1 · commit 0 1");
    end();
}

static const TestCase cases[] = {
    TEST(a_follower_polls_once_in_every_period),
    TEST(entries_leave_when_they_are_asked_for),
    TEST(a_poll_that_finds_nothing_hears_what_has_committed),
    TEST(who_resumes_does_not_wait_for_its_poll),
    TEST(a_relay_is_polled_too),
    TEST(who_starts_polls_anew_but_a_leader_for_ever_does_not),
    TEST(without_it_nobody_polls),
    {NULL, NULL},
};

int main(int argc, char **argv)
{
    return test_main("pull", cases, argc, argv);
}
