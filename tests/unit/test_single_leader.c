/*
 * Goal: the single-leader policy says what its textbook page says, step by step. Method:
 * transcripts. No kernel and no network: the test plays the world, tells the policy what happened
 * at a node and reads what the policy wants, as text. Nodes: 0 leads, 1 and 2 follow.
 */
#include "models/policies/single_leader.h"

#include "tests/support/check.h"

#include <string.h>

#define N_NODES 3
#define MS SIM_MS

/* ---- a world of three positions ----------------------------------------------------------- */

struct RepWorld {
    RepSetup setup;
    RepSingleLeaderSetup policy;
    SimTime now;
    RepLogView logs[N_NODES];
    guint64 common; /* what rep_view_common() says */
    SimTime durable_at;
    guint avoided; /* bit set of nodes */
    guint64 lot;
    guint64 state[64];
    RepEffects effects;
};

SimTime rep_view_now(RepView *view)
{
    return view->now;
}

const RepSetup *rep_view_setup(RepView *view)
{
    return &view->setup;
}

RepLogView rep_view_log(RepView *view, int node, int log)
{
    return view->logs[node];
}

SimTime rep_view_durable_at(RepView *view, int node, int log, guint64 index)
{
    return view->durable_at;
}

guint64 rep_view_common(RepView *view, int node, int log, guint32 term)
{
    return term == view->logs[node].term ? view->logs[node].arrived : view->common;
}

guint32 rep_view_term_at(RepView *view, int node, int log, guint64 index)
{
    return index ? view->logs[node].term : 0;
}

guint64 rep_view_shown_by_all(RepView *view, int log)
{
    return 0;
}

guint64 rep_view_bytes(RepView *view, int node, int log, guint64 first, guint64 last)
{
    return 100 * (last - first + 1);
}

int rep_party_of_region(RepView *view, int region)
{
    return N_NODES + region;
}

int rep_region_of_party(RepView *view, int party)
{
    return party - N_NODES;
}

gboolean rep_party_is_node(RepView *view, int party)
{
    return party < N_NODES;
}

SimSpan rep_view_p50(RepView *view, int from, int to)
{
    return MS;
}

gboolean rep_view_is_wiped(RepView *view, int node)
{
    return FALSE;
}

gboolean rep_view_reaches(RepView *view, int party, int node)
{
    return TRUE;
}

SimSpan rep_view_span(RepView *view, const SimDist *law, int node, int log, guint64 cause)
{
    return 200 * MS;
}

guint64 rep_route_lot(RepView *view, const RepRoute *route)
{
    return view->lot;
}

guint64 rep_route_session_lot(RepView *view, const RepRoute *route)
{
    return view->lot;
}

gboolean rep_route_avoids(RepView *view, const RepRoute *route, int node)
{
    return view->avoided >> node & 1;
}

static int followers[] = {1, 2};
static RepNodeSetup nodes[N_NODES];
static RepWorld world;
static const RepPolicyOps *const ops = &rep_single_leader;

static void describe(GString *text, const RepEffect *effect)
{
    static const char *const names[] = {
        "connect", "lead",  "append",    "wait",   "accept", "truncate", "reserve",
        "install", "carry", "send",      "commit", "show",   "read",     "done",
        "refuse",  "timer", "step-down", "work",   "later",  "lease",    "rule"};
    const RepMessage *message;
    g_string_append_printf(text, "%s%s", text->len ? " · " : "", names[effect->kind]);
    switch (effect->kind) {
    case REP_EFFECT_CONNECT:
        g_string_append_printf(text, " %d-%d", effect->node, effect->peer);
        return;
    case REP_EFFECT_SEND:
        message = &world.effects.messages[effect->message];
        g_string_append_printf(text, " %d>%d %s %d..%d", message->from, message->to,
                               ops->message_names[message->kind], (int)message->first,
                               (int)message->last);
        return;
    case REP_EFFECT_TIMER:
        g_string_append_printf(text, "%u ", effect->timer);
        if (effect->at == SIM_NEVER)
            g_string_append(text, "off");
        else
            g_string_append_printf(text, "at %dms", (int)(effect->at / MS));
        return;
    case REP_EFFECT_LEASE:
        g_string_append(text, effect->value ? " holds" : " lapsed");
        return;
    case REP_EFFECT_RULE:
        g_string_append(text, effect->value ? " waits" : " async");
        return;
    case REP_EFFECT_STEP_DOWN:
    case REP_EFFECT_WORK:
        g_string_append_printf(text, " %d", effect->node);
        return;
    case REP_EFFECT_LATER:
        g_string_append_printf(text, " %d #%u at %dms", effect->node, effect->token,
                               (int)(effect->at / MS));
        return;
    case REP_EFFECT_LEAD:
        g_string_append_printf(text, " %d term %u", effect->node, effect->term);
        return;
    case REP_EFFECT_APPEND:
    case REP_EFFECT_WAIT:
    case REP_EFFECT_READ:
    case REP_EFFECT_DONE:
    case REP_EFFECT_REFUSE:
        g_string_append_printf(text, " %d #%u", effect->node, effect->handle);
        return;
    case REP_EFFECT_ACCEPT:
    case REP_EFFECT_TRUNCATE:
    case REP_EFFECT_COMMIT:
    case REP_EFFECT_SHOW:
    case REP_EFFECT_RESERVE:
    case REP_EFFECT_INSTALL:
    case REP_EFFECT_CARRY:
        g_string_append_printf(text, " %d %d", effect->node, (int)effect->index);
        return;
    }
}

/* What the policy wanted since the last look must read like this. */
#define EXPECT(text) expect(text, __LINE__)
static void expect(const char *expected, int line)
{
    g_autoptr(GString) got = g_string_new("");
    for (guint i = 0; i < world.effects.n; i++)
        describe(got, &world.effects.items[i]);
    world.effects.n = world.effects.n_messages = 0;
    test_row("line %d", line);
    CHECK_STR(got->str, expected);
    test_row(NULL);
}

static void begin(RepAckRule ack, gint64 count)
{
    world = (RepWorld){.setup = {.n_nodes = N_NODES, .nodes = nodes, .policy = ops},
                       .policy = {.followers = {followers, 2},
                                  .ack = (int)ack,
                                  .ack_count = count,
                                  .ack_timeout = SIM_NEVER}};
    world.setup.policy_setup = &world.policy;
    g_assert(ops->state_size <= sizeof world.state);
    ops->init(world.state, &world, &world.effects);
    EXPECT("lead 0 term 1 · connect 0-1 · connect 0-2");
    for (int node = 0; node < N_NODES; node++)
        world.logs[node].term = 1;
}

static void end(void)
{
    ops->clear(world.state);
    rep_effects_clear(&world.effects);
}

static void flushed(int node, guint64 first, guint64 index)
{
    world.logs[node].arrived = world.logs[node].received = world.logs[node].flushed = index;
    ops->flushed(world.state, &world, node, 0, first, index, &world.effects);
}

static void entries(int to, guint32 term, guint64 first, guint64 last)
{
    RepMessage message = {.from = 0, .to = to, .term = term, .first = first, .last = last};
    ops->message(world.state, &world, to, &message, &world.effects);
}

static void ack(int from, guint64 index)
{
    RepMessage message = {
        .from = from, .kind = 1, .term = world.logs[from].term, .first = index, .last = index};
    ops->message(world.state, &world, 0, &message, &world.effects);
}

static void resume(int from, guint64 index)
{
    RepMessage message = {
        .from = from, .kind = 2, .term = world.logs[from].term, .first = index + 1, .last = index};
    ops->message(world.state, &world, 0, &message, &world.effects);
}

static void write(guint64 entry, gboolean committed)
{
    RepRequest request = {.handle = 7, .kind = REP_WRITE, .entry = entry, .committed = committed};
    ops->request(world.state, &world, 0, &request, &world.effects);
}

/* ---- a write's life ----------------------------------------------------------------------- */

static void async_answers_after_its_own_flush_alone(void)
{
    begin(REP_ACK_ASYNC, 0);
    write(0, FALSE);
    EXPECT("append 0 #7");
    flushed(0, 1, 1);
    EXPECT("send 0>1 entries 1..1 · send 0>2 entries 1..1 · show 0 1 · commit 0 1");
    ack(1, 1);
    EXPECT("");
    end();
}

static void semi_sync_answers_after_the_first_follower(void)
{
    begin(REP_ACK_SEMI_SYNC, 1);
    flushed(0, 1, 3);
    EXPECT("send 0>1 entries 1..3 · send 0>2 entries 1..3");
    ack(2, 2);
    EXPECT("show 0 2 · commit 0 2");
    ack(1, 1);
    EXPECT("");
    ack(1, 3);
    EXPECT("show 0 3 · commit 0 3");
    ack(2, 3);
    EXPECT("");
    end();
}

static void sync_all_waits_for_the_last_follower_also_a_dead_one(void)
{
    begin(REP_ACK_SYNC_ALL, 0);
    flushed(0, 1, 1);
    EXPECT("send 0>1 entries 1..1 · send 0>2 entries 1..1");
    ack(1, 1);
    EXPECT("");
    ops->disconnected(world.state, &world, 0, 2, &world.effects);
    EXPECT("");
    flushed(0, 2, 2);
    EXPECT("send 0>1 entries 2..2");
    ack(1, 2);
    EXPECT("");
    world.logs[2].arrived = 1;
    resume(2, 1);
    EXPECT("show 0 1 · commit 0 1 · send 0>2 entries 2..2");
    ack(2, 2);
    EXPECT("show 0 2 · commit 0 2");
    end();
}

static void a_follower_acknowledges_at_the_point_the_setup_names(void)
{
    struct {
        RepAckPoint point;
        const char *at_receive, *at_flush, *at_apply;
    } rows[] = {
        {REP_POINT_RECEIVED, "send 1>0 ack 1..2", "", ""},
        {REP_POINT_FLUSHED, "", "send 1>0 ack 1..2", ""},
        {REP_POINT_APPLIED, "", "", "send 1>0 ack 1..2"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        begin(REP_ACK_SYNC_ALL, 0);
        world.policy.ack_point = (int)rows[i].point;
        entries(1, 1, 1, 2);
        EXPECT("accept 1 2");
        ops->received(world.state, &world, 1, 0, 2, &world.effects);
        EXPECT(rows[i].at_receive);
        flushed(1, 1, 2);
        EXPECT(rows[i].at_flush);
        ops->applied(world.state, &world, 1, 0, 2, &world.effects);
        EXPECT(rows[i].at_apply);
        end();
    }
}

static void shipping_on_append_does_not_wait_for_the_leaders_disk(void)
{
    begin(REP_ACK_SYNC_ALL, 0);
    world.policy.ship = REP_SHIP_ON_APPEND;
    world.logs[0].arrived = 1;
    ops->appended(world.state, &world, 0, 0, 1, &world.effects);
    EXPECT("send 0>1 entries 1..1 · send 0>2 entries 1..1");
    ack(1, 1);
    ack(2, 1);
    EXPECT(""); /* the leader answers no earlier than its own flush */
    flushed(0, 1, 1);
    EXPECT("show 0 1 · commit 0 1");
    end();
}

static void visible_on_flush_shows_before_anybody_acknowledged(void)
{
    begin(REP_ACK_SEMI_SYNC, 1);
    world.policy.visible = REP_VISIBLE_ON_FLUSH;
    flushed(0, 1, 1);
    EXPECT("send 0>1 entries 1..1 · send 0>2 entries 1..1 · show 0 1");
    ack(1, 1);
    EXPECT("commit 0 1");
    end();
}

static void a_repeated_write_is_not_appended_twice(void)
{
    begin(REP_ACK_SEMI_SYNC, 1);
    write(5, FALSE);
    EXPECT("wait 0 #7");
    write(5, TRUE);
    EXPECT("done 0 #7");
    RepRequest request = {.handle = 8, .kind = REP_WRITE};
    ops->request(world.state, &world, 1, &request, &world.effects);
    EXPECT("refuse 1 #8");
    request.kind = REP_READ;
    ops->request(world.state, &world, 1, &request, &world.effects);
    EXPECT("read 1 #8");
    end();
}

/* ---- falling back ------------------------------------------------------------------------- */

static void after_the_timeout_it_answers_alone_and_waits_again_when_a_follower_is_back(void)
{
    begin(REP_ACK_SEMI_SYNC, 1);
    ops->clear(world.state);
    memset(world.state, 0, sizeof world.state);
    world.policy.ack_timeout = 100 * MS;
    ops->init(world.state, &world, &world.effects);
    world.effects.n = 0;
    ops->disconnected(world.state, &world, 0, 1, &world.effects);
    ops->disconnected(world.state, &world, 0, 2, &world.effects);
    world.effects.n = 0;
    world.durable_at = 50 * MS;
    flushed(0, 1, 1);
    EXPECT("timer0 at 150ms");
    world.now = 150 * MS;
    ops->timer(world.state, &world, 0, 0, 0, &world.effects);
    EXPECT("rule async · show 0 1 · commit 0 1 · timer0 off");
    flushed(0, 2, 2);
    EXPECT("show 0 2 · commit 0 2 · timer0 off");
    world.now = 900 * MS;
    resume(1, 0);
    EXPECT("timer0 off · send 0>1 entries 1..2");
    world.now = 910 * MS;
    ack(1, 2);
    EXPECT("timer0 off"); /* that round began with the fall-back, 760 ms ago */
    flushed(0, 3, 3);
    EXPECT("send 0>1 entries 3..3 · show 0 3 · commit 0 3 · timer0 off");
    world.now = 930 * MS;
    ack(1, 3);
    EXPECT("rule waits · timer0 off");
    world.durable_at = 940 * MS;
    flushed(0, 4, 4);
    EXPECT("send 0>1 entries 4..4 · timer0 at 1040ms");
    end();
}

/* ---- gaps, returns, terms ----------------------------------------------------------------- */

static void entries_behind_a_gap_wait_until_it_is_closed(void)
{
    begin(REP_ACK_ASYNC, 0);
    entries(1, 1, 3, 4);
    EXPECT("");
    entries(1, 1, 6, 6);
    EXPECT("");
    entries(1, 1, 1, 2);
    EXPECT("accept 1 4");
    world.logs[1].arrived = 4;
    entries(1, 1, 5, 5);
    EXPECT("accept 1 6");
    end();
}

static void a_returning_follower_resumes_from_what_its_disk_kept(void)
{
    begin(REP_ACK_ASYNC, 0);
    flushed(0, 1, 9);
    world.effects.n = 0;
    ops->disconnected(world.state, &world, 0, 1, &world.effects);
    EXPECT("");
    flushed(0, 10, 10);
    EXPECT("send 0>2 entries 10..10 · show 0 10 · commit 0 10");
    world.logs[1] = (RepLogView){.term = 1, .arrived = 4, .received = 4, .flushed = 4};
    ops->stopped(world.state, &world, 1);
    ops->started(world.state, &world, 1, &world.effects);
    ops->connected(world.state, &world, 1, 0, &world.effects);
    EXPECT("send 1>0 resume 5..4");
    resume(1, 4);
    EXPECT("send 0>1 entries 5..10");
    end();
}

static void a_leader_that_returns_opens_a_term_and_followers_cut_what_it_lost(void)
{
    begin(REP_ACK_ASYNC, 0);
    flushed(0, 1, 5);
    world.effects.n = 0;
    /* Under ship: on-append follower 1 holds 7 entries, the leader's disk kept 5. */
    ops->stopped(world.state, &world, 0);
    world.logs[0].applied = 5;
    ops->started(world.state, &world, 0, &world.effects);
    EXPECT("lead 0 term 2 · connect 0-1 · connect 0-2");
    world.logs[0].term = 2;
    world.logs[1] = (RepLogView){.term = 1, .arrived = 7, .received = 7, .flushed = 7};
    world.common = 5;
    resume(1, 7);
    EXPECT("send 0>1 entries 6..5");
    entries(1, 2, 6, 5);
    EXPECT("truncate 1 5");
    world.logs[1].arrived = world.logs[1].flushed = 5;
    entries(1, 2, 6, 6);
    EXPECT("accept 1 6");
    entries(1, 1, 6, 7);
    world.effects.n = 0;
    world.logs[1].term = 2;
    entries(1, 1, 7, 8);
    EXPECT(""); /* from a leadership that is over */
    end();
}

static void a_wiped_follower_no_longer_counts_for_what_it_had_acknowledged(void)
{
    begin(REP_ACK_SYNC_ALL, 0);
    flushed(0, 1, 3);
    world.effects.n = 0;
    ack(1, 3);
    ops->disconnected(world.state, &world, 0, 1, &world.effects);
    world.logs[1] = (RepLogView){.term = 1};
    resume(1, 0);
    EXPECT("send 0>1 entries 1..3");
    ack(2, 3);
    EXPECT("");
    ack(1, 3);
    EXPECT("show 0 3 · commit 0 3");
    end();
}

/* ---- routing ------------------------------------------------------------------------------ */

static int routed(RepReadRule reads, RepOperationKind kind, int sticky, guint64 lot)
{
    static const int nearest[] = {2, 1, 0};
    world.policy.reads = (int)reads;
    world.lot = lot;
    RepRoute route = {.kind = kind, .nearest = nearest, .sticky = sticky};
    return ops->route(world.state, &world, &route);
}

static void reads_go_where_the_rule_says_and_writes_to_the_leader(void)
{
    begin(REP_ACK_ASYNC, 0);
    world.policy.reads_node = 1;
    CHECK_INT(routed(REP_READS_NEAREST, REP_WRITE, -1, 0), 0);
    CHECK_INT(routed(REP_READS_LEADER, REP_READ, -1, 0), 0);
    CHECK_INT(routed(REP_READS_FOLLOWER, REP_READ, -1, 0), 1);
    CHECK_INT(routed(REP_READS_NEAREST, REP_READ, -1, 0), 2);
    CHECK_INT(routed(REP_READS_ANY, REP_READ, -1, 0), 0);
    CHECK_INT(routed(REP_READS_ANY, REP_READ, -1, G_MAXUINT64 / 2), 1);
    CHECK_INT(routed(REP_READS_ANY, REP_READ, -1, G_MAXUINT64), 2);
    CHECK_INT(routed(REP_READS_STICKY, REP_READ, 1, G_MAXUINT64), 1);
    CHECK_INT(routed(REP_READS_STICKY, REP_READ, -1, G_MAXUINT64), 2);
    end();
}

static void a_replica_that_let_the_session_down_is_avoided(void)
{
    begin(REP_ACK_ASYNC, 0);
    world.avoided = 1 << 2;
    CHECK_INT(routed(REP_READS_NEAREST, REP_READ, -1, 0), 1);
    CHECK_INT(routed(REP_READS_ANY, REP_READ, -1, G_MAXUINT64), 1);
    CHECK_INT(routed(REP_READS_STICKY, REP_READ, 2, 0), 0);
    world.avoided = 7;
    CHECK_INT(routed(REP_READS_NEAREST, REP_READ, -1, 0), 2);
    CHECK_INT(routed(REP_READS_ANY, REP_READ, -1, G_MAXUINT64), 2);
    end();
}

static const TestCase cases[] = {
    TEST(async_answers_after_its_own_flush_alone),
    TEST(semi_sync_answers_after_the_first_follower),
    TEST(sync_all_waits_for_the_last_follower_also_a_dead_one),
    TEST(a_follower_acknowledges_at_the_point_the_setup_names),
    TEST(shipping_on_append_does_not_wait_for_the_leaders_disk),
    TEST(visible_on_flush_shows_before_anybody_acknowledged),
    TEST(a_repeated_write_is_not_appended_twice),
    TEST(after_the_timeout_it_answers_alone_and_waits_again_when_a_follower_is_back),
    TEST(entries_behind_a_gap_wait_until_it_is_closed),
    TEST(a_returning_follower_resumes_from_what_its_disk_kept),
    TEST(a_leader_that_returns_opens_a_term_and_followers_cut_what_it_lost),
    TEST(a_wiped_follower_no_longer_counts_for_what_it_had_acknowledged),
    TEST(reads_go_where_the_rule_says_and_writes_to_the_leader),
    TEST(a_replica_that_let_the_session_down_is_avoided),
    {NULL, NULL},
};

int main(int argc, char **argv)
{
    return test_main("single_leader", cases, argc, argv);
}
