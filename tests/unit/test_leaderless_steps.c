/*
 * Goal: the leaderless policy says what its papers say, step by step (DeCandia et al., "Dynamo",
 * 2007; DDIA 1st ed. ch. 5 "Leaderless Replication"). Method: transcripts
 * (tests/support/transcript_versions.h). Nodes 0 to 2 keep keys; party 3 is the agent of their
 * region, which stands for clients that coordinate by themselves. {1, 2} are versions 1 and 2.
 */
#include "models/policies/leaderless/state.h"

#define TRANSCRIPT_POLICY rep_leaderless
#define TRANSCRIPT_DESCRIBE_MESSAGE(text, message) describe_message(text, message)
static gboolean describe_message(GString *text, const RepMessage *message);

#include "tests/support/transcript_versions.h"

#define CLIENT N_NODES
#define KEY 5
#define DELETE 32 /* handles from here on delete */

static RepLeaderlessSetup policy;
static RepClientSetup clients[1] = {{.timeout = 1000 * MS, .value_size = 100}};

static gboolean describe_message(GString *text, const RepMessage *message)
{
    g_string_append_printf(text, "%d>%d %s", message->from, message->to,
                           ops->message_names[message->kind]);
    if (message->set)
        append_set(text, message->set);
    if (message->kind == REP_LL_WRITE || message->kind == REP_LL_HINT)
        g_string_append_printf(text, message->value ? " for %d" : "", (int)message->value - 1);
    if (message->kind == REP_LL_REPAIR || message->kind == REP_LL_COMPARE)
        g_string_append(text, message->value ? " and back" : "");
    return TRUE;
}

/* Three replicas, two of which are enough for each. */
static const RepLeaderlessSetup two_of_three = {.replicas = 3,
                                                .write = {REP_QUORUM_COUNT, 2},
                                                .read = {REP_QUORUM_COUNT, 2},
                                                .vnodes = 1,
                                                .hedge = SIM_NEVER,
                                                .replay = {.events = 100, .per = SIM_S},
                                                .keep = 3600 * SIM_S,
                                                .every = 60 * SIM_S,
                                                .tombstone_grace = SIM_NEVER};

static void start(RepLeaderlessSetup setup)
{
    /* By these names the ring prefers them in this order for the key. */
    static char *names[N_NODES] = {(char *)"n2", (char *)"n1", (char *)"n3"};
    policy = setup;
    world = (RepWorld){.setup = {.n_nodes = N_NODES,
                                 .nodes = nodes,
                                 .n_regions = 1,
                                 .clients = clients,
                                 .n_clients = 1,
                                 .policy = ops,
                                 .policy_setup = &policy}};
    for (int node = 0; node < N_NODES; node++)
        nodes[node].name = names[node];
    const void *rule_setup;
    const RepConflictRule *rule = ops->conflict_rule(&world.setup, &rule_setup);
    rep_versions_init(&world.versions, rule, rule_setup, (RepVersionsListener){0});
    g_assert(ops->state_size <= sizeof world.state);
    ops->init(world.state, &world, &world.effects);
}

static void finish(void)
{
    end();
    rep_versions_clear(&world.versions);
}

static void ask(int party, RepOperationKind kind, guint32 handle)
{
    RepRequest request = {.handle = handle,
                          .kind = kind,
                          .number = handle,
                          .key = KEY,
                          .bytes = 100,
                          .is_delete = handle >= DELETE};
    ops->request(world.state, &world, party, &request, &world.effects);
}

/* The replica has the version of a write that came another way. */
static void give(int node, guint32 handle)
{
    world.shown[node][KEY] =
        rep_set_join(&world, world.shown[node][KEY], rep_write_accept(&world, CLIENT, handle, 0));
}

static void tick(guint timer, int party, SimTime at)
{
    world.now = at;
    ops->timer(world.state, &world, party, 0, timer, &world.effects);
}

/* ---- quorums ------------------------------------------------------------------------------ */

static void a_write_goes_to_all_and_is_done_when_enough_have_it_on_their_disks(void)
{
    start(two_of_three);
    ask(CLIENT, REP_WRITE, 7);
    EXPECT("hold 3 #7 · timer0 at 1000ms · 3>0 write {1} · 3>1 write {1} · 3>2 write {1}");
    deliver(CLIENT, 0);
    EXPECT("store 0 {1}");
    flush(0);
    EXPECT("0>3 write ok");
    deliver(0, CLIENT);
    deliver(CLIENT, 1);
    EXPECT("store 1 {1}");
    flush(1);
    EXPECT("1>3 write ok");
    deliver(1, CLIENT);
    EXPECT("answer 3 #7 {1}");
    deliver(CLIENT, 2);
    flush(2);
    EXPECT("store 2 {1} · 2>3 write ok");
    deliver(2, CLIENT);
    EXPECT("");
    finish();
}

static void a_read_returns_what_its_quorum_knows_together(void)
{
    start(two_of_three);
    give(0, 1);
    give(1, 2);
    give(2, 3);
    ask(CLIENT, REP_READ, 7);
    EXPECT("hold 3 #7 · timer0 at 1000ms · 3>0 read · 3>1 read · 3>2 read");
    for (int node = 2; node >= 0; node--)
        deliver(CLIENT, node);
    EXPECT("2>3 read ok {3} · 1>3 read ok {2} · 0>3 read ok {1}");
    deliver(2, CLIENT);
    EXPECT("");
    deliver(0, CLIENT);
    EXPECT("answer 3 #7 {1, 3}");
    deliver(1, CLIENT);
    EXPECT("");
    finish();
}

static void a_node_that_coordinates_counts_itself(void)
{
    RepLeaderlessSetup setup = two_of_three;
    setup.coordinator = REP_COORDINATOR_NEAREST;
    start(setup);
    ask(1, REP_WRITE, 7);
    EXPECT("hold 1 #7 · timer0 at 1000ms · 1>0 write {1} · 1>2 write {1} · store 1 {1}");
    flush(1);
    EXPECT("");
    deliver(1, 2);
    flush(2);
    deliver(2, 1);
    EXPECT("store 2 {1} · 2>1 write ok · answer 1 #7 {1}");
    /* What it writes next follows what it has. */
    ask(1, REP_WRITE, 8);
    flush(1);
    EXPECT("hold 1 #8 · timer0 at 1000ms · 1>0 write {2} · 1>2 write {2} · store 1 {2}");
    ask(1, REP_READ, 9);
    EXPECT("hold 1 #9 · 1>0 read · 1>2 read");
    deliver(1, 2);
    deliver(1, 2);
    EXPECT("store 2 {2} · 2>1 read ok {1}");
    deliver(2, 1);
    EXPECT("answer 1 #9 {2}");
    finish();
}

static void too_few_that_can_be_reached_are_no_quorum(void)
{
    start(two_of_three);
    world.unreachable = 1 << 0 | 1 << 2;
    ask(CLIENT, REP_WRITE, 7);
    EXPECT("refuse 3 #7");
    ask(CLIENT, REP_READ, 8);
    EXPECT("refuse 3 #8");
    world.unreachable = 1 << 0;
    ask(CLIENT, REP_WRITE, 9);
    EXPECT("hold 3 #9 · timer0 at 1000ms · 3>1 write {1} · 3>2 write {1}");
    finish();
}

static void a_node_that_stops_forgets_whom_it_was_to_answer(void)
{
    RepLeaderlessSetup setup = two_of_three;
    setup.coordinator = REP_COORDINATOR_NEAREST;
    start(setup);
    ask(1, REP_READ, 7);
    EXPECT("hold 1 #7 · timer0 at 1000ms · 1>0 read · 1>2 read");
    deliver(1, 0);
    EXPECT("0>1 read ok");
    ops->stopped(world.state, &world, 1, &world.effects);
    EXPECT("drop 1 #7");
    deliver(0, 1);
    EXPECT("");
    finish();
}

static void who_is_silent_too_long_is_given_up(void)
{
    start(two_of_three);
    ask(CLIENT, REP_WRITE, 7);
    EXPECT("hold 3 #7 · timer0 at 1000ms · 3>0 write {1} · 3>1 write {1} · 3>2 write {1}");
    tick(REP_LL_TIMER_EXPIRE, CLIENT, 1000 * MS);
    EXPECT("drop 3 #7");
    finish();
}

/* ---- hedges ------------------------------------------------------------------------------- */

static void the_nearest_are_asked_and_a_hedge_asks_who_was_spared(void)
{
    RepLeaderlessSetup setup = two_of_three;
    setup.fanout = REP_FANOUT_QUORUM;
    setup.hedge = 20 * MS;
    start(setup);
    ask(CLIENT, REP_READ, 7);
    EXPECT("hold 3 #7 · timer0 at 1000ms · timer1 at 20ms · 3>0 read · 3>1 read");
    tick(REP_LL_TIMER_HEDGE, CLIENT, 20 * MS);
    EXPECT("3>2 read");
    finish();
}

static void a_twin_of_a_hedge_counts_once(void)
{
    RepLeaderlessSetup setup = two_of_three;
    setup.hedge = 20 * MS;
    start(setup);
    ask(CLIENT, REP_READ, 7);
    tick(REP_LL_TIMER_HEDGE, CLIENT, 20 * MS);
    EXPECT("hold 3 #7 · timer0 at 1000ms · timer1 at 20ms · 3>0 read · 3>1 read · 3>2 read · "
           "3>0 read · 3>1 read · 3>2 read");
    deliver(CLIENT, 0);
    deliver(CLIENT, 0);
    EXPECT("0>3 read ok · 0>3 read ok");
    deliver(0, CLIENT);
    deliver(0, CLIENT);
    EXPECT("");
    finish();
}

/* ---- repair ------------------------------------------------------------------------------- */

static void a_read_repairs_who_answered_with_less(void)
{
    RepLeaderlessSetup setup = two_of_three;
    setup.repair = REP_REPAIR_SHARE;
    setup.repair_share = 1;
    start(setup);
    give(0, 1);
    give(1, 1);
    ask(CLIENT, REP_READ, 7);
    EXPECT("hold 3 #7 · timer0 at 1000ms · 3>0 read · 3>1 read · 3>2 read");
    for (int node = 0; node < N_NODES; node++)
        deliver(CLIENT, node);
    EXPECT("0>3 read ok {1} · 1>3 read ok {1} · 2>3 read ok");
    deliver(0, CLIENT);
    deliver(1, CLIENT);
    EXPECT("answer 3 #7 {1}");
    deliver(2, CLIENT);
    EXPECT("3>2 repair {1}");
    deliver(CLIENT, 2);
    EXPECT("store 2 {1}");
    flush(2);
    EXPECT("");
    finish();
}

static void a_blocking_repair_comes_before_the_answer(void)
{
    RepLeaderlessSetup setup = two_of_three;
    setup.repair = REP_REPAIR_BLOCKING;
    start(setup);
    give(0, 1);
    ask(CLIENT, REP_READ, 7);
    EXPECT("hold 3 #7 · timer0 at 1000ms · 3>0 read · 3>1 read · 3>2 read");
    deliver(CLIENT, 0);
    deliver(CLIENT, 1);
    EXPECT("0>3 read ok {1} · 1>3 read ok");
    deliver(0, CLIENT);
    deliver(1, CLIENT);
    EXPECT("3>1 repair {1} and back");
    deliver(CLIENT, 1);
    EXPECT("store 1 {1}");
    flush(1);
    EXPECT("1>3 repair ok");
    deliver(1, CLIENT);
    EXPECT("answer 3 #7 {1}");
    finish();
}

/* ---- sloppy quorums and hints ------------------------------------------------------------- */

static const RepLeaderlessSetup sloppy = {.replicas = 2,
                                          .write = {REP_QUORUM_COUNT, 2},
                                          .read = {REP_QUORUM_COUNT, 1},
                                          .vnodes = 1,
                                          .hedge = SIM_NEVER,
                                          .sloppy = TRUE,
                                          .handoff = REP_HANDOFF_ON,
                                          .replay = {.events = 100, .per = SIM_S},
                                          .keep = 60 * SIM_S,
                                          .tombstone_grace = SIM_NEVER};

/* Nodes 0 and 1 keep the key. */
static void who_stands_in_keeps_a_hint_and_hands_it_over(void)
{
    start(sloppy);
    world.unreachable = 1 << 1;
    ask(CLIENT, REP_WRITE, 7);
    EXPECT("hold 3 #7 · timer0 at 1000ms · 3>0 write {1} · 3>2 write {1} for 1");
    deliver(CLIENT, 2);
    EXPECT("connect 2-1 · hint 2 for 1 {1} · store 2 {1}");
    flush(2);
    EXPECT("timer2 at 0ms · 2>3 write ok");
    tick(REP_LL_TIMER_REPLAY, 2, 1 * MS);
    EXPECT("timer2 at 60000ms");
    world.now = 5 * MS;
    world.unreachable = 0;
    ops->connected(world.state, &world, 2, 1, &world.effects);
    EXPECT("timer2 at 5ms");
    tick(REP_LL_TIMER_REPLAY, 2, 5 * MS);
    EXPECT("2>1 hinted {1} · timer2 at 15ms");
    deliver(2, 1);
    EXPECT("store 1 {1}");
    flush(1);
    EXPECT("1>2 hinted ok");
    deliver(1, 2);
    EXPECT("unhint 2 for 1");
    tick(REP_LL_TIMER_REPLAY, 2, 15 * MS);
    EXPECT("timer2 off");
    finish();
}

static void a_hint_that_gets_lost_is_sent_again(void)
{
    start(sloppy);
    world.unreachable = 1 << 1;
    ask(CLIENT, REP_WRITE, 7);
    EXPECT("hold 3 #7 · timer0 at 1000ms · 3>0 write {1} · 3>2 write {1} for 1");
    deliver(CLIENT, 2);
    EXPECT("connect 2-1 · hint 2 for 1 {1} · store 2 {1}");
    world.unreachable = 0;
    flush(2);
    EXPECT("timer2 at 0ms · 2>3 write ok");
    tick(REP_LL_TIMER_REPLAY, 2, 0);
    EXPECT("2>1 hinted {1} · timer2 at 10ms");
    lose_all();
    tick(REP_LL_TIMER_REPLAY, 2, 10 * MS);
    EXPECT("timer2 at 1000ms");
    tick(REP_LL_TIMER_REPLAY, 2, 1000 * MS);
    EXPECT("2>1 hinted {1} · timer2 at 1010ms");
    finish();
}

static void a_hint_is_given_up_when_it_is_too_old_wherever_its_target_is(void)
{
    start(sloppy);
    world.unreachable = 1 << 1;
    ask(CLIENT, REP_WRITE, 7);
    EXPECT("hold 3 #7 · timer0 at 1000ms · 3>0 write {1} · 3>2 write {1} for 1");
    deliver(CLIENT, 2);
    EXPECT("connect 2-1 · hint 2 for 1 {1} · store 2 {1}");
    flush(2);
    EXPECT("timer2 at 0ms · 2>3 write ok");
    tick(REP_LL_TIMER_REPLAY, 2, 0);
    EXPECT("timer2 at 60000ms");
    tick(REP_LL_TIMER_REPLAY, 2, 60 * SIM_S);
    EXPECT("unhint 2 for 1 · timer2 off");
    finish();
}

static void under_a_strict_quorum_a_replica_that_has_it_keeps_the_hint(void)
{
    RepLeaderlessSetup setup = two_of_three;
    setup.handoff = REP_HANDOFF_ON;
    start(setup);
    world.unreachable = 1 << 2;
    ask(CLIENT, REP_WRITE, 7);
    EXPECT("hold 3 #7 · timer0 at 1000ms · 3>0 hint {1} for 2 · 3>0 write {1} · 3>1 write {1}");
    finish();
}

static void who_did_not_answer_gets_a_hint_at_the_end(void)
{
    RepLeaderlessSetup setup = two_of_three;
    setup.handoff = REP_HANDOFF_ON;
    start(setup);
    ask(CLIENT, REP_WRITE, 7);
    EXPECT("hold 3 #7 · timer0 at 1000ms · 3>0 write {1} · 3>1 write {1} · 3>2 write {1}");
    for (int node = 0; node < 2; node++) {
        deliver(CLIENT, node);
        flush(node);
        deliver(node, CLIENT);
    }
    EXPECT("store 0 {1} · 0>3 write ok · store 1 {1} · 1>3 write ok · answer 3 #7 {1}");
    tick(REP_LL_TIMER_EXPIRE, CLIENT, 1000 * MS);
    EXPECT("3>0 hint {1} for 2");
    finish();
}

/* ---- anti-entropy ------------------------------------------------------------------------- */

static void two_that_compare_have_the_same_afterwards(void)
{
    RepLeaderlessSetup setup = two_of_three;
    setup.anti_entropy = REP_ANTI_ENTROPY_EVERY;
    start(setup);
    EXPECT("timer4 at 60000ms · timer4 at 60000ms · timer4 at 60000ms");
    give(0, 1);
    give(1, 2);
    tick(REP_LL_TIMER_COMPARE, 0, 60 * SIM_S);
    EXPECT("0>1 compare and back · timer4 at 120000ms");
    deliver(0, 1);
    EXPECT("1>0 difference {2} · 1>0 compare");
    deliver(1, 0);
    flush(0);
    EXPECT("store 0 {2}");
    deliver(1, 0);
    EXPECT("0>1 difference {1, 2}");
    deliver(0, 1);
    flush(1);
    EXPECT("store 1 {1, 2}");
    finish();
}

/* ---- tombstones --------------------------------------------------------------------------- */

static RepLeaderlessSetup forgetful(void)
{
    RepLeaderlessSetup setup = two_of_three;
    setup.anti_entropy = REP_ANTI_ENTROPY_EVERY;
    setup.tombstone_grace = 10 * SIM_S;
    return setup;
}

static void a_tombstone_goes_a_grace_after_the_delete_however_late_it_came(void)
{
    start(forgetful());
    EXPECT("timer4 at 60000ms · timer4 at 60000ms · timer4 at 60000ms");
    world.now = 1 * SIM_S;
    give(0, DELETE);
    world.now = 8 * SIM_S;
    tick(REP_LL_TIMER_COMPARE, 1, 8 * SIM_S);
    EXPECT("1>2 compare and back · timer4 at 68000ms");
    tick(REP_LL_TIMER_COMPARE, 1, 8 * SIM_S);
    EXPECT("1>0 compare and back · timer4 at 68000ms");
    deliver(1, 0);
    EXPECT("0>1 difference {1} · 0>1 compare");
    deliver(0, 1);
    EXPECT("timer3 at 11000ms · store 1 {1}");
    flush(1);
    tick(REP_LL_TIMER_PURGE, 1, 11 * SIM_S);
    EXPECT("forget 1");
    finish();
}

static void a_tombstone_whose_time_is_over_is_not_handed_on(void)
{
    start(forgetful());
    EXPECT("timer4 at 60000ms · timer4 at 60000ms · timer4 at 60000ms");
    give(0, DELETE);
    tick(REP_LL_TIMER_COMPARE, 1, 9 * SIM_S);
    tick(REP_LL_TIMER_COMPARE, 1, 9 * SIM_S);
    EXPECT("1>2 compare and back · timer4 at 69000ms · 1>0 compare and back · timer4 at 69000ms");
    world.now = 10 * SIM_S;
    deliver(1, 0);
    EXPECT("0>1 compare");
    finish();
}

static void what_was_deleted_again_since_has_a_grace_of_its_own(void)
{
    start(forgetful());
    EXPECT("timer4 at 60000ms · timer4 at 60000ms · timer4 at 60000ms");
    ask(CLIENT, REP_WRITE, DELETE);
    EXPECT("hold 3 #32 · timer0 at 1000ms · 3>0 write {1} · 3>1 write {1} · 3>2 write {1}");
    deliver(CLIENT, 0);
    EXPECT("timer3 at 10000ms · store 0 {1}");
    flush(0);
    EXPECT("0>3 write ok");
    world.now = 4 * SIM_S;
    ask(CLIENT, REP_WRITE, DELETE + 1);
    EXPECT("hold 3 #33 · 3>0 write {2} · 3>1 write {2} · 3>2 write {2}");
    deliver(CLIENT, 0);
    EXPECT("store 0 {2}");
    flush(0);
    EXPECT("0>3 write ok");
    tick(REP_LL_TIMER_PURGE, 0, 10 * SIM_S);
    EXPECT("timer3 at 14000ms");
    tick(REP_LL_TIMER_PURGE, 0, 14 * SIM_S);
    EXPECT("forget 0");
    finish();
}

static void a_tombstone_that_waits_for_the_disk_is_looked_at_again(void)
{
    start(forgetful());
    EXPECT("timer4 at 60000ms · timer4 at 60000ms · timer4 at 60000ms");
    ask(CLIENT, REP_WRITE, DELETE);
    EXPECT("hold 3 #32 · timer0 at 1000ms · 3>0 write {1} · 3>1 write {1} · 3>2 write {1}");
    world.now = 11 * SIM_S;
    deliver(CLIENT, 0);
    EXPECT("timer3 at 11000ms · store 0 {1}");
    tick(REP_LL_TIMER_PURGE, 0, 11 * SIM_S);
    EXPECT("timer3 at 12000ms · timer3 at 12000ms");
    flush(0);
    EXPECT("0>3 write ok");
    tick(REP_LL_TIMER_PURGE, 0, 12 * SIM_S);
    EXPECT("forget 0");
    finish();
}

static const TestCase cases[] = {
    TEST(a_write_goes_to_all_and_is_done_when_enough_have_it_on_their_disks),
    TEST(a_read_returns_what_its_quorum_knows_together),
    TEST(a_node_that_coordinates_counts_itself),
    TEST(too_few_that_can_be_reached_are_no_quorum),
    TEST(a_node_that_stops_forgets_whom_it_was_to_answer),
    TEST(who_is_silent_too_long_is_given_up),
    TEST(the_nearest_are_asked_and_a_hedge_asks_who_was_spared),
    TEST(a_twin_of_a_hedge_counts_once),
    TEST(a_read_repairs_who_answered_with_less),
    TEST(a_blocking_repair_comes_before_the_answer),
    TEST(who_stands_in_keeps_a_hint_and_hands_it_over),
    TEST(a_hint_that_gets_lost_is_sent_again),
    TEST(a_hint_is_given_up_when_it_is_too_old_wherever_its_target_is),
    TEST(under_a_strict_quorum_a_replica_that_has_it_keeps_the_hint),
    TEST(who_did_not_answer_gets_a_hint_at_the_end),
    TEST(two_that_compare_have_the_same_afterwards),
    TEST(a_tombstone_goes_a_grace_after_the_delete_however_late_it_came),
    TEST(a_tombstone_whose_time_is_over_is_not_handed_on),
    TEST(what_was_deleted_again_since_has_a_grace_of_its_own),
    TEST(a_tombstone_that_waits_for_the_disk_is_looked_at_again),
    {NULL, NULL},
};

int main(int argc, char **argv)
{
    return test_main("leaderless_steps", cases, argc, argv);
}
