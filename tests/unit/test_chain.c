/*
 * Goal: the chain policy says what its papers say, step by step. Method: transcripts
 * (tests/support/transcript.h). Nodes: 0 is the head, 2 the tail; the master is the agent of the
 * first region, party 3.
 */
#include "models/policies/chain/state.h"

#define TRANSCRIPT_POLICY rep_chain
#include "tests/support/transcript.h"

static RepChainSetup policy;
static int line_of_nodes[] = {0, 1, 2};

static void begin_chain(RepChainReads reads, gboolean fails_over)
{
    policy = (RepChainSetup){.nodes = {line_of_nodes, N_NODES},
                             .reads = reads,
                             .fails_over = fails_over,
                             .detect = 100 * MS};
    world = (RepWorld){.setup = {.n_nodes = N_NODES,
                                 .nodes = nodes,
                                 .n_regions = 1,
                                 .policy = ops,
                                 .policy_setup = &policy}};
    g_assert(ops->state_size <= sizeof world.state);
    ops->init(world.state, &world, &world.effects);
    for (int node = 0; node < N_NODES; node++)
        world.logs[node].term = 1;
    world.effects.n = world.effects.n_messages = 0;
}

static void say(int from, int to, guint8 kind, guint64 first, guint64 last, guint64 config,
                RepChainMark mark)
{
    RepMessage message = {.from = from,
                          .to = to,
                          .kind = kind,
                          .term = 1,
                          .first = first,
                          .last = last,
                          .value = config << 2 | mark};
    ops->message(world.state, &world, to, &message, &world.effects);
}

static void applied(int node, guint64 index)
{
    world.logs[node].applied = index;
    ops->applied(world.state, &world, node, 0, index, &world.effects);
}

static void ask(int node, guint32 handle)
{
    RepRequest request = {.handle = handle, .kind = REP_READ, .key = 5};
    ops->request(world.state, &world, node, &request, &world.effects);
}

static void forget(void)
{
    world.effects.n = world.effects.n_messages = 0;
}

/* ---- a write's life ----------------------------------------------------------------------- */

static void a_write_goes_down_the_chain_and_the_tail_acknowledges(void)
{
    begin_chain(REP_CHAIN_READS_TAIL, FALSE);
    write(0, FALSE);
    EXPECT("append 0 #7");
    flushed(0, 1, 1);
    EXPECT("send 0>1 entries 1..1");
    say(0, 1, REP_CHAIN_ENTRIES, 1, 1, 1, REP_CHAIN_PLAIN);
    EXPECT("accept 1 1");
    flushed(1, 1, 1);
    EXPECT("send 1>2 entries 1..1 · decided 1 0");
    say(1, 2, REP_CHAIN_ENTRIES, 1, 1, 1, REP_CHAIN_PLAIN);
    EXPECT("accept 2 1 · decided 2 0");
    flushed(2, 1, 1);
    EXPECT("decided 2 1");
    applied(2, 1);
    EXPECT("send 2>1 ack 1..1 · send 2>0 tail-ack 1..1");
    say(2, 0, REP_CHAIN_COMMITTED, 1, 1, 1, REP_CHAIN_PLAIN);
    EXPECT("show 0 1 · commit 0 1");
    say(2, 1, REP_CHAIN_ACK, 1, 1, 1, REP_CHAIN_PLAIN);
    EXPECT("decided 1 1 · send 1>0 ack 1..1");
    end();
}

static void back_the_head_hears_of_it_by_its_neighbour_alone(void)
{
    begin_chain(REP_CHAIN_READS_TAIL, FALSE);
    policy.ack_path = REP_CHAIN_ACK_BACK;
    applied(2, 1);
    EXPECT("send 2>1 ack 1..1");
    end();
}

static void only_the_head_takes_writes_and_only_the_tail_reads(void)
{
    RepRequest request = {.handle = 8, .kind = REP_WRITE};
    begin_chain(REP_CHAIN_READS_TAIL, FALSE);
    ops->request(world.state, &world, 1, &request, &world.effects);
    EXPECT("refuse 1 #8");
    ask(1, 9);
    EXPECT("refuse 1 #9");
    ask(2, 9);
    EXPECT("read 2 #9");
    end();
}

/* ---- CRAQ --------------------------------------------------------------------------------- */

static void a_dirty_key_asks_the_tail_and_a_clean_one_nobody(void)
{
    begin_chain(REP_CHAIN_READS_ANY, FALSE);
    world.logs[1] =
        (RepLogView){.term = 1, .arrived = 3, .received = 3, .flushed = 3, .applied = 2};
    world.newest = (RepVersion){.index = 2, .term = 1};
    ask(1, 7);
    EXPECT("read 1 #7");
    world.newest.index = 3;
    ask(1, 8);
    EXPECT("send 1>2 query 1..1 · hold 1 #8");
    world.logs[2].applied = 3;
    say(1, 2, REP_CHAIN_QUERY, 1, 1, 1, REP_CHAIN_PLAIN);
    EXPECT("send 2>1 answer 1..3");
    say(2, 1, REP_CHAIN_ANSWER, 1, 3, 1, REP_CHAIN_PLAIN);
    EXPECT("decided 1 3");
    applied(1, 3);
    EXPECT("read 1 #8");
    end();
}

/* ---- removal ------------------------------------------------------------------------------ */

/* The master hears all but `dead`, decides, and publishes. */
static void remove_node(int dead)
{
    forget();
    world.now = 90 * MS;
    for (int node = 0; node < N_NODES; node++)
        if (node != dead)
            say(node, N_NODES, REP_CHAIN_HEARTBEAT, 0, 0, 1, REP_CHAIN_PLAIN);
    world.now = 100 * MS;
    ops->timer(world.state, &world, N_NODES, 0, REP_CHAIN_TIMER_SUSPECT, &world.effects);
    forget();
    ops->timer(world.state, &world, N_NODES, 0, REP_CHAIN_TIMER_TAKES, &world.effects);
}

static void the_node_before_a_dead_tail_shows_all_that_it_has(void)
{
    begin_chain(REP_CHAIN_READS_TAIL, TRUE);
    world.logs[1] =
        (RepLogView){.term = 1, .arrived = 3, .received = 3, .flushed = 3, .applied = 1};
    remove_node(2);
    EXPECT("send 3>0 config 100000000..0 · send 3>1 config 100000000..0 · "
           "send 3>3 clients 100000000..0 · timer4 at 120ms");
    say(N_NODES, 1, REP_CHAIN_CONFIG, 0, 0, 2, REP_CHAIN_PLAIN);
    EXPECT("decided 1 3 · send 1>0 ack 1..1 · connect 0-1 · send 1>0 resume 4..3 · "
           "send 1>0 ack 1..1");
    ask(1, 7);
    EXPECT("hold 1 #7");
    applied(1, 2);
    EXPECT("send 1>0 ack 2..2");
    applied(1, 3);
    EXPECT("send 1>0 ack 3..3 · read 1 #7");
    end();
}

static void the_second_becomes_the_head_with_what_it_has_on_its_disk(void)
{
    begin_chain(REP_CHAIN_READS_TAIL, TRUE);
    world.logs[1] =
        (RepLogView){.term = 1, .arrived = 3, .received = 3, .flushed = 3, .applied = 1};
    remove_node(0);
    forget();
    say(N_NODES, 1, REP_CHAIN_CONFIG, 0, 0, 2, REP_CHAIN_PLAIN);
    EXPECT("lead 1 term 2 · show 1 1 · commit 1 1");
    end();
}

static void a_successor_gets_what_the_node_between_did_not_pass_on(void)
{
    begin_chain(REP_CHAIN_READS_TAIL, TRUE);
    world.logs[0] =
        (RepLogView){.term = 1, .arrived = 5, .received = 5, .flushed = 5, .applied = 1};
    remove_node(1);
    forget();
    say(2, 0, REP_CHAIN_RESUME, 3, 2, 2, REP_CHAIN_PLAIN);
    EXPECT("send 0>2 entries 3..5");
    end();
}

static void who_is_removed_is_fenced_and_refuses(void)
{
    begin_chain(REP_CHAIN_READS_TAIL, TRUE);
    remove_node(2);
    forget();
    ask(2, 7);
    EXPECT("refuse 2 #7");
    end();
    begin_chain(REP_CHAIN_READS_TAIL, TRUE);
    policy.fence = REP_CHAIN_FENCE_FALSE;
    remove_node(2);
    forget();
    ask(2, 7);
    EXPECT("read 2 #7");
    end();
}

static void what_belongs_to_an_older_chain_is_not_taken(void)
{
    begin_chain(REP_CHAIN_READS_TAIL, TRUE);
    remove_node(1);
    say(N_NODES, 0, REP_CHAIN_CONFIG, 0, 0, 2, REP_CHAIN_PLAIN);
    forget();
    say(1, 0, REP_CHAIN_ACK, 1, 1, 1, REP_CHAIN_PLAIN);
    EXPECT("");
    end();
}

/* ---- return ------------------------------------------------------------------------------- */

static void a_node_that_returns_joins_at_the_tail_when_it_has_caught_up(void)
{
    begin_chain(REP_CHAIN_READS_TAIL, TRUE);
    remove_node(0);
    say(N_NODES, 2, REP_CHAIN_CONFIG, 0, 0, 2, REP_CHAIN_PLAIN);
    forget();
    /* It hears that it is out, and asks; the master lets it follow the tail. */
    say(N_NODES, 0, REP_CHAIN_CONFIG, 0, 0, 2, REP_CHAIN_PLAIN);
    EXPECT("send 0>3 heartbeat 100000000..0");
    say(0, N_NODES, REP_CHAIN_HEARTBEAT, 0, 0, 2, REP_CHAIN_PLAIN);
    forget();
    say(N_NODES, 0, REP_CHAIN_CONFIG, 0, 0, 3, REP_CHAIN_PLAIN);
    EXPECT("connect 2-0 · send 0>2 resume 1..0");
    /* The tail has nothing for it; so it has caught up. */
    say(2, 0, REP_CHAIN_ENTRIES, 1, 0, 3, REP_CHAIN_PLAIN);
    EXPECT("decided 0 0 · send 0>3 heartbeat 100000000..0");
    say(0, N_NODES, REP_CHAIN_HEARTBEAT, 0, 0, 3, REP_CHAIN_CAUGHT_UP);
    forget();
    say(N_NODES, 0, REP_CHAIN_CONFIG, 0, 0, 4, REP_CHAIN_PLAIN);
    EXPECT("connect 2-0 · send 0>2 resume 1..0");
    /* It answers no read before it knows what the tail before had shown. */
    ask(0, 7);
    EXPECT("hold 0 #7");
    say(2, 0, REP_CHAIN_ENTRIES, 1, 0, 4, REP_CHAIN_PLAIN);
    EXPECT("read 0 #7 · decided 0 0 · send 0>3 heartbeat 100000000..0");
    end();
}

static const TestCase cases[] = {
    TEST(a_write_goes_down_the_chain_and_the_tail_acknowledges),
    TEST(back_the_head_hears_of_it_by_its_neighbour_alone),
    TEST(only_the_head_takes_writes_and_only_the_tail_reads),
    TEST(a_dirty_key_asks_the_tail_and_a_clean_one_nobody),
    TEST(the_node_before_a_dead_tail_shows_all_that_it_has),
    TEST(the_second_becomes_the_head_with_what_it_has_on_its_disk),
    TEST(a_successor_gets_what_the_node_between_did_not_pass_on),
    TEST(who_is_removed_is_fenced_and_refuses),
    TEST(what_belongs_to_an_older_chain_is_not_taken),
    TEST(a_node_that_returns_joins_at_the_tail_when_it_has_caught_up),
    {NULL, NULL},
};

int main(int argc, char **argv)
{
    return test_main("chain", cases, argc, argv);
}
