/*
 * transcript.h — a world of three positions for transcripts of the single-leader policy: no kernel
 * and no network; the test plays the world, tells the policy what happened at a node and reads what
 * it wants, as text. Nodes: 0 leads, 1 and 2 follow.
 *
 * Of another policy where TRANSCRIPT_POLICY names it; its test then begins and tells by itself.
 * What such a world has besides is in TRANSCRIPT_MORE; TRANSCRIPT_DESCRIBE(text, effect) writes
 * what reads otherwise there (TRUE: it did), and TRANSCRIPT_CARRY_OUT() does what is wanted.
 *
 * It defines what a RepView is, in place of the world's: to be included by the one source file of a
 * test program.
 */
#ifndef TEST_TRANSCRIPT_H
#define TEST_TRANSCRIPT_H

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
    RepLogView more_logs[N_NODES][N_NODES]; /* [log][node], from log 1 on */
    guint64 common;                         /* what rep_view_common() says */
    SimTime durable_at;
    guint avoided, unreachable, wiped; /* bit sets of nodes */
    guint64 lot;
    RepVersion newest; /* of every key */
    guint64 state[64];
    gboolean has_hung_up; /* every client that waits */
    RepEffects effects;
    guint n_done; /* of them: carried out */
#ifdef TRANSCRIPT_MORE
    TRANSCRIPT_MORE
#endif
};

SimTime rep_view_now(RepView *view)
{
    return view->now;
}

SimTime rep_view_clock(RepView *view, int node)
{
    return view->now;
}

SimTime rep_view_when(RepView *view, int node, SimTime shown)
{
    return MAX(shown, view->now);
}

const RepSetup *rep_view_setup(RepView *view)
{
    return &view->setup;
}

RepLogView rep_view_log(RepView *view, int node, int log)
{
    return log > 0 ? view->more_logs[log][node] : view->logs[node];
}

SimTime rep_view_durable_at(RepView *view, int node, int log, guint64 index)
{
    return view->durable_at;
}

guint64 rep_view_common(RepView *view, int node, int log, guint32 term)
{
    RepLogView own = rep_view_log(view, node, log);
    return term == own.term ? own.arrived : view->common;
}

guint64 rep_view_common_of(RepView *view, int log, guint32 one, guint32 other)
{
    return one == other ? G_MAXUINT64 : view->common;
}

guint32 rep_view_term_at(RepView *view, int node, int log, guint64 index)
{
    return index ? view->logs[node].term : 0;
}

RepVersion rep_view_newest(RepView *view, int node, int log, guint64 key)
{
    return view->newest;
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
    return view->wiped >> node & 1;
}

gboolean rep_view_reaches(RepView *view, int party, int node)
{
    return !(view->unreachable >> node & 1);
}

SimSpan rep_view_span(RepView *view, const SimDist *law, int node, int log, guint64 cause)
{
    return 200 * MS;
}

gboolean rep_view_awaits(RepView *view, guint32 handle)
{
    return !view->has_hung_up;
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

G_GNUC_UNUSED static int followers[] = {1, 2};
static RepNodeSetup nodes[N_NODES];
static RepWorld world;
#ifndef TRANSCRIPT_POLICY
#define TRANSCRIPT_POLICY rep_single_leader
#endif
static const RepPolicyOps *const ops = &TRANSCRIPT_POLICY;

#ifndef TRANSCRIPT_DESCRIBE
#define TRANSCRIPT_DESCRIBE(text, effect) FALSE
#define TRANSCRIPT_CARRY_OUT() (void)0
#endif

static void describe(GString *text, const RepEffect *effect)
{
    if (text->len)
        g_string_append(text, " · ");
    if (TRANSCRIPT_DESCRIBE(text, effect))
        return;
    static const char *const names[] = {
        "connect", "lead",    "append", "wait",      "accept",  "truncate", "reserve",
        "install", "carry",   "send",   "commit",    "decided", "show",     "read",
        "done",    "refuse",  "timer",  "step-down", "work",    "later",    "lease",
        "rule",    "hold",    "drop",   "behind",    "store",   "hint",     "unhint",
        "forget",  "visible", "shown",  "answer",    "in-sync"};
    const RepMessage *message;
    g_string_append(text, names[effect->kind]);
    switch (effect->kind) {
    case REP_EFFECT_CONNECT:
        g_string_append_printf(text, " %d-%d", effect->node, effect->peer);
        return;
    case REP_EFFECT_SEND:
        message = &world.effects.messages[effect->message];
        if (strcmp(ops->message_names[message->kind], "committed") == 0) {
            g_string_append_printf(text, " %d>%d committed %d", message->from, message->to,
                                   (int)message->value);
            return;
        }
        g_string_append_printf(text, " %d>%d %s %d..%d", message->from, message->to,
                               ops->message_names[message->kind], (int)message->first,
                               (int)message->last);
        if (ops == &rep_single_leader && message->value &&
            strcmp(ops->message_names[message->kind], "entries") == 0)
            g_string_append_printf(text, " (%d committed)", (int)message->value);
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
    case REP_EFFECT_IN_SYNC:
        g_string_append_printf(text, " %s %d", effect->value ? "with" : "without", effect->peer);
        return;
    case REP_EFFECT_STORE:
    case REP_EFFECT_HINT:
    case REP_EFFECT_UNHINT:
    case REP_EFFECT_FORGET:
    case REP_EFFECT_VISIBLE:
    case REP_EFFECT_ANSWER:
    case REP_EFFECT_SHOWN:
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
    case REP_EFFECT_HOLD:
    case REP_EFFECT_DROP:
    case REP_EFFECT_BEHIND:
        g_string_append_printf(text, " %d #%u", effect->node, effect->handle);
        return;
    case REP_EFFECT_ACCEPT:
    case REP_EFFECT_TRUNCATE:
    case REP_EFFECT_COMMIT:
    case REP_EFFECT_DECIDED:
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
G_GNUC_UNUSED static void expect(const char *expected, int line)
{
    g_autoptr(GString) got = g_string_new("");
    TRANSCRIPT_CARRY_OUT();
    for (guint i = 0; i < world.effects.n; i++)
        describe(got, &world.effects.items[i]);
    world.effects.n = world.effects.n_messages = world.n_done = 0;
    test_row("line %d", line);
    CHECK_STR(got->str, expected);
    test_row(NULL);
}

G_GNUC_UNUSED static void begin(RepAckRule ack, gint64 count)
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

G_GNUC_UNUSED static void end(void)
{
    ops->clear(world.state);
    rep_effects_clear(&world.effects);
}

G_GNUC_UNUSED static void flushed(int node, guint64 first, guint64 index)
{
    world.logs[node].arrived = world.logs[node].received = world.logs[node].flushed = index;
    ops->flushed(world.state, &world, node, 0, first, index, &world.effects);
}

G_GNUC_UNUSED static void entries(int to, guint32 term, guint64 first, guint64 last)
{
    RepMessage message = {.from = 0, .to = to, .term = term, .first = first, .last = last};
    ops->message(world.state, &world, to, &message, &world.effects);
}

G_GNUC_UNUSED static void ack(int from, guint64 index)
{
    RepMessage message = {
        .from = from, .kind = 1, .term = world.logs[from].term, .first = index, .last = index};
    ops->message(world.state, &world, 0, &message, &world.effects);
}

G_GNUC_UNUSED static void resume(int from, guint64 index)
{
    RepMessage message = {
        .from = from, .kind = 2, .term = world.logs[from].term, .first = index + 1, .last = index};
    ops->message(world.state, &world, 0, &message, &world.effects);
}

G_GNUC_UNUSED static void write(guint64 entry, gboolean committed)
{
    RepRequest request = {.handle = 7, .kind = REP_WRITE, .entry = entry, .committed = committed};
    ops->request(world.state, &world, 0, &request, &world.effects);
}

#endif
