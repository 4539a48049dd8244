/*
 * Goal: reads wait where they have to, and are answered when they may be: tokens at replicas and
 * at leaders, read-index rounds, leases, and where a session's reads go. Method: transcripts, as in
 * test_single_leader.c. Nodes: 0 leads, 1 and 2 follow.
 */
#include "models/policies/single_leader/state.h"
#include "tests/support/transcript.h"

/* Timers, as a transcript names them. */
#define HELD "timer5 "
#define ROUND "timer6 "

static void promise(RepSessionRule rule)
{
    world.policy.session |= 1u << rule;
    world.policy.session_up_to = 100 * MS;
    world.policy.session_window = 50 * MS;
    world.policy.reads = REP_READS_NEAREST;
}

static void read_at(int node, guint32 handle, guint32 term, guint64 index)
{
    RepRequest request = {
        .handle = handle, .kind = REP_READ, .at_least = {.term = term, .index = index}};
    ops->request(world.state, &world, node, &request, &world.effects);
}

static void shows(int node, guint64 index)
{
    RepLogView *log = &world.logs[node];
    log->applied = index;
    log->arrived = log->received = log->flushed = MAX(log->flushed, index);
    ops->applied(world.state, &world, node, 0, index, &world.effects);
}

static void tick(int node, guint timer)
{
    ops->timer(world.state, &world, node, 0, timer, &world.effects);
}

static void confirms(int node, guint64 round)
{
    RepMessage message = {.from = node, .kind = REP_MESSAGE_CONFIRMED, .term = 1, .value = round};
    ops->message(world.state, &world, 0, &message, &world.effects);
}

/* ---- replicas ----------------------------------------------------------------------------- */

static void a_replica_holds_a_read_until_it_shows_the_place_and_no_longer(void)
{
    begin(REP_ACK_ASYNC, 0);
    promise(REP_SESSION_OWN_TOKEN);
    read_at(1, 5, 0, 0);
    EXPECT("read 1 #5");
    shows(1, 3);
    EXPECT("");
    read_at(1, 6, 1, 3);
    EXPECT("read 1 #6");
    world.now = 10 * MS;
    read_at(1, 7, 1, 5);
    EXPECT("hold 1 #7 · " HELD "at 110ms");
    read_at(1, 8, 1, 4);
    EXPECT("hold 1 #8");
    shows(1, 4);
    EXPECT("read 1 #8");
    shows(1, 5);
    EXPECT("read 1 #7 · " HELD "off");
    end();
}

static void what_is_not_shown_in_time_is_handed_on(void)
{
    begin(REP_ACK_ASYNC, 0);
    promise(REP_SESSION_OWN_TOKEN);
    read_at(1, 7, 1, 5);
    EXPECT("hold 1 #7 · " HELD "at 100ms");
    world.now = 40 * MS;
    read_at(1, 8, 1, 6);
    EXPECT("hold 1 #8");
    world.now = 100 * MS;
    tick(1, REP_TIMER_HELD);
    EXPECT("behind 1 #7 · " HELD "at 140ms");
    world.policy.session_behind = REP_BEHIND_LEADER;
    read_at(1, 9, 1, 5);
    EXPECT("behind 1 #9");
    end();
}

static void an_entry_of_a_later_leadership_is_beyond_one_that_was_cut_off(void)
{
    begin(REP_ACK_ASYNC, 0);
    promise(REP_SESSION_MONOTONIC_TOKEN);
    shows(1, 4);
    EXPECT("");
    world.logs[1].term = 2;
    read_at(1, 5, 1, 9);
    EXPECT("read 1 #5");
    read_at(1, 6, 3, 1);
    EXPECT("hold 1 #6 · " HELD "at 1000ms");
    end();
}

static void a_node_that_stops_drops_what_it_holds(void)
{
    begin(REP_ACK_ASYNC, 0);
    promise(REP_SESSION_OWN_TOKEN);
    read_at(1, 7, 1, 5);
    EXPECT("hold 1 #7 · " HELD "at 100ms");
    ops->stopped(world.state, &world, 1, &world.effects);
    EXPECT("drop 1 #7");
    shows(1, 5);
    EXPECT("");
    end();
}

static void reads_whose_clients_have_hung_up_are_not_kept(void)
{
    begin(REP_ACK_ASYNC, 0);
    promise(REP_SESSION_OWN_TOKEN);
    for (guint32 i = 0; i < 16; i++)
        read_at(1, i, 1, 5);
    world.effects.n = 0;
    world.has_hung_up = TRUE;
    read_at(1, 20, 1, 5);
    EXPECT("drop 1 #0 · drop 1 #1 · drop 1 #2 · drop 1 #3 · drop 1 #4 · drop 1 #5 · drop 1 #6 · "
           "drop 1 #7 · drop 1 #8 · drop 1 #9 · drop 1 #10 · drop 1 #11 · drop 1 #12 · "
           "drop 1 #13 · drop 1 #14 · drop 1 #15 · hold 1 #20");
    end();
}

static void who_does_not_lead_refuses_what_was_handed_on(void)
{
    begin(REP_ACK_ASYNC, 0);
    promise(REP_SESSION_OWN_TOKEN);
    RepRequest request = {
        .handle = 7, .kind = REP_READ, .at_least = {.term = 1, .index = 5}, .is_handed_on = TRUE};
    ops->request(world.state, &world, 1, &request, &world.effects);
    EXPECT("refuse 1 #7");
    end();
}

/* ---- leaders ------------------------------------------------------------------------------ */

static void a_leader_waits_for_what_it_has_refuses_what_is_newer_and_answers_what_is_lost(void)
{
    begin(REP_ACK_SEMI_SYNC, 1);
    promise(REP_SESSION_OWN_TOKEN);
    flushed(0, 1, 2);
    EXPECT("send 0>1 entries 1..2 · send 0>2 entries 1..2");
    read_at(0, 5, 1, 2);
    EXPECT("hold 0 #5");
    read_at(0, 6, 2, 1);
    EXPECT("refuse 0 #6");
    read_at(0, 7, 0, 0);
    EXPECT("read 0 #7");
    world.logs[1] = world.logs[0];
    ack(1, 2);
    EXPECT("show 0 2 · read 0 #5 · commit 0 2");
    world.logs[0].applied = 2;
    read_at(0, 8, 1, 9); /* of its own term, and not there: an earlier life of the leader's */
    EXPECT("read 0 #8");
    end();
}

static void a_round_confirms_the_leader_and_later_reads_share_the_next(void)
{
    begin(REP_ACK_ASYNC, 0);
    world.policy.reads = REP_READS_LEADER_INDEX;
    read_at(0, 5, 0, 0);
    EXPECT("hold 0 #5 · send 0>1 confirm 0..0 · send 0>2 confirm 0..0 · " ROUND "at 500ms");
    world.now = 5 * MS;
    read_at(0, 6, 0, 0);
    read_at(0, 7, 0, 0);
    EXPECT("hold 0 #6 · hold 0 #7");
    confirms(2, 1);
    EXPECT(ROUND
           "off · read 0 #5 · send 0>1 confirm 5000000..0 · send 0>2 confirm 5000000..0 · " ROUND
           "at 505ms");
    confirms(1, 1); /* of the round before */
    EXPECT("");
    confirms(1, 2);
    EXPECT(ROUND "off · read 0 #6 · read 0 #7");
    end();
}

static void members_that_do_not_answer_are_asked_again_while_anybody_waits(void)
{
    begin(REP_ACK_ASYNC, 0);
    world.policy.reads = REP_READS_LEADER_INDEX;
    read_at(0, 5, 0, 0);
    EXPECT("hold 0 #5 · send 0>1 confirm 0..0 · send 0>2 confirm 0..0 · " ROUND "at 500ms");
    world.now = 500 * MS;
    tick(0, REP_TIMER_ROUND);
    EXPECT("send 0>1 confirm 500000000..0 · send 0>2 confirm 500000000..0 · " ROUND "at 1000ms");
    world.has_hung_up = TRUE;
    world.now = 1000 * MS;
    tick(0, REP_TIMER_ROUND);
    EXPECT("drop 0 #5");
    end();
}

static void read_index_answers_no_earlier_than_what_had_committed(void)
{
    begin(REP_ACK_ASYNC, 0);
    world.policy.reads = REP_READS_LEADER_INDEX;
    flushed(0, 1, 1);
    EXPECT("send 0>1 entries 1..1 · send 0>2 entries 1..1 · show 0 1 · commit 0 1");
    read_at(0, 5, 0, 0); /* committed, and not shown yet */
    EXPECT("hold 0 #5 · send 0>1 confirm 0..0 · send 0>2 confirm 0..0 · " ROUND "at 500ms");
    confirms(1, 1);
    EXPECT(ROUND "off");
    shows(0, 1);
    EXPECT("read 0 #5");
    end();
}

static void a_member_confirms_whom_it_follows_and_nobody_older(void)
{
    begin(REP_ACK_ASYNC, 0);
    RepMessage question = {.from = 0, .to = 1, .kind = REP_MESSAGE_CONFIRM, .term = 1, .value = 3};
    ops->message(world.state, &world, 1, &question, &world.effects);
    EXPECT("send 1>0 confirmed 0..0");
    RepMessage newer = {.from = 2, .to = 1, .kind = REP_MESSAGE_LEADER, .term = 2};
    ops->message(world.state, &world, 1, &newer, &world.effects);
    EXPECT("send 1>2 resume 1..0");
    ops->message(world.state, &world, 1, &question, &world.effects);
    EXPECT("");
    end();
}

static void only_the_leader_answers_where_it_has_to_make_sure(void)
{
    begin(REP_ACK_ASYNC, 0);
    world.policy.reads = REP_READS_LEADER_INDEX;
    read_at(1, 5, 0, 0);
    EXPECT("refuse 1 #5");
    world.policy.reads = REP_READS_LEADER_LEASE; /* nobody else can lead: failover is off */
    read_at(0, 6, 0, 0);
    EXPECT("read 0 #6");
    end();
}

/* ---- where a session reads ---------------------------------------------------------------- */

static int route_of(SimTime wrote_at, int sticky, gboolean is_handed_on)
{
    static const int nearest[] = {2, 1, 0};
    RepRoute route = {.kind = REP_READ,
                      .nearest = nearest,
                      .sticky = sticky,
                      .wrote_at = wrote_at,
                      .is_handed_on = is_handed_on};
    return ops->route(world.state, &world, &route);
}

static void after_its_write_a_session_reads_from_the_leader_for_a_while(void)
{
    begin(REP_ACK_ASYNC, 0);
    world.policy.reads = REP_READS_NEAREST;
    CHECK_INT(route_of(0, -1, FALSE), 2);
    promise(REP_SESSION_OWN_LEADER);
    CHECK_INT(route_of(-1, -1, FALSE), 2);
    CHECK_INT(route_of(0, -1, FALSE), 0 | REP_ROUTE_ASIDE);
    world.now = 50 * MS - 1;
    CHECK_INT(route_of(0, -1, FALSE), 0 | REP_ROUTE_ASIDE);
    world.now = 50 * MS;
    CHECK_INT(route_of(0, -1, FALSE), 2);
    CHECK_INT(route_of(-1, -1, TRUE), 0 | REP_ROUTE_ASIDE);
    end();
}

static void a_session_keeps_to_its_replica_while_that_answers(void)
{
    begin(REP_ACK_ASYNC, 0);
    promise(REP_SESSION_MONOTONIC_STICKY);
    world.policy.reads = REP_READS_NEAREST;
    CHECK_INT(route_of(-1, -1, FALSE), 2);
    CHECK_INT(route_of(-1, 1, FALSE), 1);
    world.avoided = 1u << 1;
    CHECK_INT(route_of(-1, 1, FALSE), 2);
    world.policy.reads = REP_READS_ANY;
    world.lot = G_MAXUINT64;
    CHECK_INT(route_of(-1, 0, FALSE), 0);
    CHECK_INT(route_of(-1, 1, FALSE), 2);
    end();
}

/* What is kept for each promise. */
static void tokens_carry_what_the_promise_needs(void)
{
    begin(REP_ACK_ASYNC, 0);
    RepMemoryRule rule = ops->memory(&world.setup);
    CHECK(!rule.own_writes && !rule.reads && !rule.causes && !rule.orders_writes);
    promise(REP_SESSION_OWN_LEADER);
    CHECK_INT(ops->memory(&world.setup).own_writes, 50 * MS);
    promise(REP_SESSION_OWN_TOKEN);
    CHECK_INT(ops->memory(&world.setup).own_writes, SIM_NEVER);
    promise(REP_SESSION_MONOTONIC_TOKEN);
    promise(REP_SESSION_WRITES);
    rule = ops->memory(&world.setup);
    CHECK(rule.reads && rule.orders_writes && !rule.causes);
    world.policy.session = 0;
    promise(REP_SESSION_CAUSAL);
    rule = ops->memory(&world.setup);
    CHECK(rule.own_writes == SIM_NEVER && rule.reads && rule.orders_writes && rule.causes);
    end();
}

static const TestCase cases[] = {
    TEST(a_replica_holds_a_read_until_it_shows_the_place_and_no_longer),
    TEST(what_is_not_shown_in_time_is_handed_on),
    TEST(an_entry_of_a_later_leadership_is_beyond_one_that_was_cut_off),
    TEST(a_node_that_stops_drops_what_it_holds),
    TEST(reads_whose_clients_have_hung_up_are_not_kept),
    TEST(who_does_not_lead_refuses_what_was_handed_on),
    TEST(a_leader_waits_for_what_it_has_refuses_what_is_newer_and_answers_what_is_lost),
    TEST(a_round_confirms_the_leader_and_later_reads_share_the_next),
    TEST(members_that_do_not_answer_are_asked_again_while_anybody_waits),
    TEST(read_index_answers_no_earlier_than_what_had_committed),
    TEST(a_member_confirms_whom_it_follows_and_nobody_older),
    TEST(only_the_leader_answers_where_it_has_to_make_sure),
    TEST(after_its_write_a_session_reads_from_the_leader_for_a_while),
    TEST(a_session_keeps_to_its_replica_while_that_answers),
    TEST(tokens_carry_what_the_promise_needs),
    {NULL, NULL}};

int main(int argc, char **argv)
{
    return test_main("reads", cases, argc, argv);
}
