/*
 * Goal: the multi-leader policy says what its books say, step by step (DDIA 1st ed. ch. 5
 * "Multi-Leader Replication"). Method: transcripts (tests/support/transcript_versions.h). Nodes 0
 * to 2 lead the logs a to c; `a3` is the log of node 0 up to its third entry.
 */
#include "models/policies/multi_leader/state.h"

#define TRANSCRIPT_POLICY rep_multi_leader
#define TRANSCRIPT_DESCRIBE_MESSAGE(text, message) describe_message(text, message)
#define TRANSCRIPT_DESCRIBE_EFFECT(text, effect) describe_effect(text, effect)
static gboolean describe_message(GString *text, const RepMessage *message);
static gboolean describe_effect(GString *text, const RepEffect *effect);

#include "tests/support/transcript_versions.h"

enum { LOG_A, LOG_B, LOG_C };

static RepMultiLeaderSetup policy;
static int all_lead[] = {0, 1, 2};

static gboolean describe_message(GString *text, const RepMessage *message)
{
    g_string_append_printf(text, "%d>%d %s %c", message->from, message->to,
                           ops->message_names[message->kind], 'a' + message->log);
    if (message->kind != REP_ML_ENTRIES)
        g_string_append_printf(text, "%d", (int)message->last);
    else if (message->first <= message->last)
        g_string_append_printf(text, "%d..%d", (int)message->first, (int)message->last);
    else
        g_string_append(text, ": nothing");
    return TRUE;
}

static gboolean describe_effect(GString *text, const RepEffect *effect)
{
    static const struct {
        RepEffectKind kind;
        const char *name;
    } about_logs[] = {{REP_EFFECT_ACCEPT, "accept"},
                      {REP_EFFECT_TRUNCATE, "truncate"},
                      {REP_EFFECT_COMMIT, "commit"},
                      {REP_EFFECT_DECIDED, "decided"},
                      {REP_EFFECT_SHOW, "show"}};
    for (gsize i = 0; i < G_N_ELEMENTS(about_logs); i++)
        if (about_logs[i].kind == effect->kind) {
            g_string_append_printf(text, "%s %d %c%d", about_logs[i].name, effect->node,
                                   'a' + effect->log, (int)effect->index);
            return TRUE;
        }
    return FALSE;
}

static RepLogView *copy_of(int node, int log)
{
    return log > 0 ? &world.more_logs[log][node] : &world.logs[node];
}

static RepMultiLeaderSetup all_leaders(RepTopology topology, gboolean causal)
{
    return (RepMultiLeaderSetup){.leaders = {all_lead, N_NODES},
                                 .topology = (int)topology,
                                 .centre = 1,
                                 .causal = causal,
                                 .conflict = REP_CONFLICT_SIBLINGS};
}

static void start(RepMultiLeaderSetup setup)
{
    policy = setup;
    world = (RepWorld){.setup = {.n_nodes = N_NODES,
                                 .nodes = nodes,
                                 .n_regions = 1,
                                 .policy = ops,
                                 .policy_setup = &policy}};
    rep_versions_init(&world.versions, &rep_conflict_siblings, NULL, (RepVersionsListener){0});
    g_assert(ops->state_size <= sizeof world.state);
    ops->init(world.state, &world, &world.effects);
    for (int log = 0; log < N_NODES; log++)
        for (int node = 0; node < N_NODES; node++)
            copy_of(node, log)->term = 1;
}

/* As above, and what it wanted is passed over. */
static void begin_with(RepTopology topology, gboolean causal)
{
    start(all_leaders(topology, causal));
    world.effects.n = world.effects.n_messages = world.n_done = 0;
}

static void finish(void)
{
    end();
    rep_versions_clear(&world.versions);
}

static void ask(int node, RepOperationKind kind, guint32 handle)
{
    RepRequest request = {.handle = handle, .kind = kind, .key = 5};
    ops->request(world.state, &world, node, &request, &world.effects);
}

/* The node's disk has the log up to there. */
static void disk(int node, int log, guint64 index)
{
    RepLogView *copy = copy_of(node, log);
    guint64 first = copy->flushed + 1;
    copy->arrived = copy->received = copy->flushed = index;
    ops->flushed(world.state, &world, node, log, first, index, &world.effects);
}

static void applied(int node, int log, guint64 index)
{
    copy_of(node, log)->applied = index;
    ops->applied(world.state, &world, node, log, index, &world.effects);
}

/* Without a word: what the node has had all the time. */
static void has(int node, int log, guint64 index)
{
    RepLogView *copy = copy_of(node, log);
    copy->arrived = copy->received = copy->flushed = copy->applied = index;
}

static void sends(int from, int to, int log, guint64 first, guint64 last)
{
    RepMessage message = {.from = from,
                          .to = to,
                          .kind = REP_ML_ENTRIES,
                          .log = (guint8)log,
                          .term = 1,
                          .first = first,
                          .last = last,
                          .value = last};
    ops->message(world.state, &world, to, &message, &world.effects);
}

/* ---- a write's life ----------------------------------------------------------------------- */

static void a_write_is_answered_by_its_own_leader_alone(void)
{
    start(all_leaders(REP_TOPOLOGY_ALL, FALSE));
    EXPECT("connect 0-1 · connect 0-2 · connect 1-0 · connect 1-2 · connect 2-0 · connect 2-1 · "
           "lead 0 term 1 · lead 1 term 1 · lead 2 term 1");
    ask(0, REP_WRITE, 7);
    EXPECT("append 0 #7");
    disk(0, LOG_A, 1);
    EXPECT("show 0 a1 · commit 0 a1 · 0>1 entries a1..1 · 0>2 entries a1..1");
    deliver(0, 1);
    EXPECT("accept 1 a1");
    disk(1, LOG_A, 1);
    EXPECT("1>0 ack a1");
    ask(1, REP_READ, 8);
    EXPECT("answer 1 #8 {}");
    finish();
}

static void in_a_circle_each_passes_on_to_the_next_but_to_its_origin(void)
{
    begin_with(REP_TOPOLOGY_CIRCLE, FALSE);
    disk(0, LOG_A, 1);
    EXPECT("show 0 a1 · commit 0 a1 · 0>1 entries a1..1");
    deliver(0, 1);
    disk(1, LOG_A, 1);
    EXPECT("accept 1 a1 · 1>0 ack a1 · 1>2 entries a1..1");
    deliver(1, 2);
    disk(2, LOG_A, 1);
    EXPECT("accept 2 a1 · 2>1 ack a1");
    finish();
}

static void in_a_star_the_centre_passes_on(void)
{
    begin_with(REP_TOPOLOGY_STAR, FALSE);
    disk(0, LOG_A, 1);
    EXPECT("show 0 a1 · commit 0 a1 · 0>1 entries a1..1");
    deliver(0, 1);
    disk(1, LOG_A, 1);
    EXPECT("accept 1 a1 · 1>0 ack a1 · 1>2 entries a1..1");
    deliver(1, 2);
    disk(2, LOG_A, 1);
    EXPECT("accept 2 a1 · 2>1 ack a1");
    disk(1, LOG_B, 1);
    EXPECT("show 1 b1 · commit 1 b1 · 1>0 entries b1..1 · 1>2 entries b1..1");
    finish();
}

static void along_links_nothing_goes_back_to_who_sent_it(void)
{
    RepLinkName row[] = {{.from = {.kind = REP_PLACE_NODE, .id = 0},
                          .to = {.kind = REP_PLACE_NODE, .id = 1},
                          .both_ways = TRUE},
                         {.from = {.kind = REP_PLACE_NODE, .id = 1},
                          .to = {.kind = REP_PLACE_NODE, .id = 2},
                          .both_ways = TRUE}};
    RepMultiLeaderSetup setup = all_leaders(REP_TOPOLOGY_LINKS, FALSE);
    setup.links = (RepLinks){.links = row, .n = 2};
    start(setup);
    EXPECT("connect 0-1 · connect 1-0 · connect 1-2 · connect 2-1 · lead 0 term 1 · lead 1 term 1 "
           "· lead 2 term 1");
    sends(2, 1, LOG_C, 1, 2);
    disk(1, LOG_C, 2);
    EXPECT("accept 1 c2 · 1>2 ack c2 · 1>0 entries c1..2");
    finish();
}

static void a_follower_gets_all_logs_from_its_own_leader_and_takes_no_writes(void)
{
    int to[] = {-1, -1, 1};
    RepMultiLeaderSetup setup = all_leaders(REP_TOPOLOGY_ALL, FALSE);
    setup.leaders.n = 2;
    setup.followers = (RepNodeMap){.to = to};
    start(setup);
    EXPECT("connect 0-1 · connect 1-0 · connect 1-2 · lead 0 term 1 · lead 1 term 1");
    sends(0, 1, LOG_A, 1, 3);
    disk(1, LOG_A, 3);
    EXPECT("accept 1 a3 · 1>0 ack a3 · 1>2 entries a1..3");
    ask(2, REP_WRITE, 7);
    EXPECT("refuse 2 #7");
    finish();
}

/* ---- order -------------------------------------------------------------------------------- */

static void entries_behind_a_gap_wait_for_it_to_be_filled(void)
{
    begin_with(REP_TOPOLOGY_ALL, FALSE);
    sends(0, 1, LOG_A, 3, 4);
    sends(0, 1, LOG_A, 2, 2);
    EXPECT("");
    sends(0, 1, LOG_A, 1, 1);
    EXPECT("accept 1 a4");
    has(1, LOG_A, 4);
    sends(0, 1, LOG_A, 2, 3); /* again */
    EXPECT("");
    finish();
}

static void an_effect_waits_for_its_cause_under_causal_delivery(void)
{
    begin_with(REP_TOPOLOGY_ALL, TRUE);
    has(0, LOG_A, 1);
    has(2, LOG_A, 1);
    ask(2, REP_WRITE, 7);
    EXPECT("append 2 #7");
    ops->appended(world.state, &world, 2, LOG_C, 1, &world.effects);
    sends(2, 1, LOG_C, 1, 1);
    disk(1, LOG_C, 1);
    EXPECT("accept 1 c1 · 1>2 ack c1");
    sends(0, 1, LOG_A, 1, 1);
    disk(1, LOG_A, 1);
    EXPECT("accept 1 a1 · 1>0 ack a1 · decided 1 a1");
    copy_of(1, LOG_A)->decided = 1;
    applied(1, LOG_A, 1);
    EXPECT("decided 1 c1");
    finish();
}

static void without_it_an_effect_is_shown_at_once(void)
{
    begin_with(REP_TOPOLOGY_ALL, FALSE);
    has(2, LOG_A, 1);
    ops->appended(world.state, &world, 2, LOG_C, 1, &world.effects);
    sends(2, 1, LOG_C, 1, 1);
    disk(1, LOG_C, 1);
    EXPECT("accept 1 c1 · 1>2 ack c1"); /* what is on its disk a follower applies */
    finish();
}

/* ---- breaks ------------------------------------------------------------------------------- */

static void after_a_break_the_sender_goes_on_from_where_the_receivers_disk_is(void)
{
    begin_with(REP_TOPOLOGY_ALL, FALSE);
    has(0, LOG_A, 5);
    has(1, LOG_A, 2);
    ops->disconnected(world.state, &world, 0, 1, &world.effects);
    disk(0, LOG_A, 6);
    EXPECT("show 0 a6 · commit 0 a6 · 0>2 entries a1..6");
    ops->connected(world.state, &world, 1, 0, &world.effects);
    EXPECT("1>0 resume a2 · 1>0 resume b0 · 1>0 resume c0");
    deliver(1, 0);
    EXPECT("0>1 entries a3..6");
    deliver(1, 0);
    deliver(1, 0);
    EXPECT("");
    finish();
}

/* ---- lost disks --------------------------------------------------------------------------- */

static void restart_empty(int node)
{
    ops->stopped(world.state, &world, node, &world.effects);
    for (int log = 0; log < N_NODES; log++)
        *copy_of(node, log) = (RepLogView){0};
    world.wiped = 1u << node;
    ops->started(world.state, &world, node, &world.effects);
    EXPECT("");
}

static void who_restarts_with_its_disk_leads_at_once(void)
{
    begin_with(REP_TOPOLOGY_ALL, FALSE);
    has(1, LOG_B, 4);
    ops->stopped(world.state, &world, 1, &world.effects);
    ops->started(world.state, &world, 1, &world.effects);
    EXPECT("lead 1 term 2");
    finish();
}

static void who_lost_its_disk_leads_when_all_whom_it_reaches_have_told_what_it_had(void)
{
    begin_with(REP_TOPOLOGY_ALL, FALSE);
    has(0, LOG_B, 2);
    has(2, LOG_B, 5);
    restart_empty(1);
    ask(1, REP_WRITE, 7);
    EXPECT("refuse 1 #7");
    ops->connected(world.state, &world, 2, 1, &world.effects);
    EXPECT("2>1 resume a0 · 2>1 resume b5 · 2>1 resume c0");
    for (int log = 0; log < N_NODES; log++)
        deliver(2, 1);
    EXPECT("1>2 entries b: nothing");
    lose_all();
    ops->connected(world.state, &world, 1, 0, &world.effects);
    ops->connected(world.state, &world, 1, 2, &world.effects);
    EXPECT("1>0 resume a0 · 1>0 resume b0 · 1>0 resume c0 · 1>2 resume a0 · 1>2 resume b0 · "
           "1>2 resume c0");
    for (int log = 0; log < N_NODES; log++)
        deliver(1, 0);
    EXPECT("0>1 entries a: nothing · 0>1 entries b1..2");
    deliver(0, 1);
    deliver(0, 1);
    EXPECT("accept 1 b2");
    disk(1, LOG_B, 2);
    applied(1, LOG_B, 2);
    EXPECT("1>0 ack b2"); /* node 2 has not told yet */
    for (int log = 0; log < N_NODES; log++)
        deliver(1, 2);
    EXPECT("2>1 entries b1..5 · 2>1 entries c: nothing");
    deliver(2, 1);
    EXPECT("accept 1 b5");
    disk(1, LOG_B, 5);
    EXPECT("1>2 ack b5");
    applied(1, LOG_B, 5);
    EXPECT("lead 1 term 2");
    disk(1, LOG_B, 6);
    EXPECT("show 1 b6 · commit 1 b6 · 1>2 entries b6..6");
    finish();
}

static void who_stops_again_before_it_has_everything_back_still_lacks_it(void)
{
    begin_with(REP_TOPOLOGY_ALL, FALSE);
    restart_empty(1);
    world.wiped = 0;
    ops->stopped(world.state, &world, 1, &world.effects);
    ops->started(world.state, &world, 1, &world.effects);
    ask(1, REP_WRITE, 7);
    EXPECT("refuse 1 #7");
    finish();
}

/* What a neighbour has but not on its disk yet is on its way, too. */
static void what_a_neighbour_is_about_to_flush_is_waited_for(void)
{
    begin_with(REP_TOPOLOGY_CIRCLE, FALSE);
    has(0, LOG_B, 2);
    copy_of(0, LOG_B)->arrived = 3;
    restart_empty(1);
    ops->connected(world.state, &world, 1, 0, &world.effects);
    EXPECT("1>0 resume a0 · 1>0 resume b0 · 1>0 resume c0");
    deliver(1, 0);
    deliver(1, 0);
    EXPECT("0>1 entries a: nothing · 0>1 entries b1..2");
    deliver(0, 1);
    deliver(0, 1);
    disk(1, LOG_B, 2);
    applied(1, LOG_B, 2);
    EXPECT("accept 1 b2 · 1>0 ack b2");
    disk(0, LOG_B, 3);
    EXPECT("0>1 entries b3..3");
    deliver(0, 1);
    disk(1, LOG_B, 3);
    applied(1, LOG_B, 3);
    EXPECT("accept 1 b3 · 1>0 ack b3 · lead 1 term 2");
    finish();
}

static void who_cannot_be_reached_is_not_waited_for(void)
{
    begin_with(REP_TOPOLOGY_ALL, FALSE);
    has(0, LOG_B, 2);
    has(2, LOG_B, 5);
    restart_empty(1);
    ops->connected(world.state, &world, 1, 0, &world.effects);
    EXPECT("1>0 resume a0 · 1>0 resume b0 · 1>0 resume c0");
    deliver(1, 0);
    deliver(1, 0);
    EXPECT("0>1 entries a: nothing · 0>1 entries b1..2");
    deliver(0, 1);
    deliver(0, 1);
    disk(1, LOG_B, 2);
    applied(1, LOG_B, 2);
    EXPECT("accept 1 b2 · 1>0 ack b2");
    world.unreachable = 1 << 2;
    ops->disconnected(world.state, &world, 1, 2, &world.effects);
    EXPECT("lead 1 term 2");
    finish();
}

static const TestCase cases[] = {
    TEST(a_write_is_answered_by_its_own_leader_alone),
    TEST(in_a_circle_each_passes_on_to_the_next_but_to_its_origin),
    TEST(in_a_star_the_centre_passes_on),
    TEST(along_links_nothing_goes_back_to_who_sent_it),
    TEST(a_follower_gets_all_logs_from_its_own_leader_and_takes_no_writes),
    TEST(entries_behind_a_gap_wait_for_it_to_be_filled),
    TEST(an_effect_waits_for_its_cause_under_causal_delivery),
    TEST(without_it_an_effect_is_shown_at_once),
    TEST(after_a_break_the_sender_goes_on_from_where_the_receivers_disk_is),
    TEST(who_restarts_with_its_disk_leads_at_once),
    TEST(who_lost_its_disk_leads_when_all_whom_it_reaches_have_told_what_it_had),
    TEST(who_stops_again_before_it_has_everything_back_still_lacks_it),
    TEST(what_a_neighbour_is_about_to_flush_is_waited_for),
    TEST(who_cannot_be_reached_is_not_waited_for),
    {NULL, NULL},
};

int main(int argc, char **argv)
{
    return test_main("multi_leader", cases, argc, argv);
}
