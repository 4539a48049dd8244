/*
 * transcript_versions.h — transcripts of policies whose nodes hold sets of versions: transcript.h
 * with a store for each of the three nodes. Sets are real (models/conflict/versions.h) and read as
 * {1, 3}: the serials of their versions. A node's disk is the test's: what is stored, or kept as a
 * hint, is there when it says flush().
 *
 * TRANSCRIPT_POLICY names the policy; keys are below KEYS.
 */
#ifndef TEST_TRANSCRIPT_VERSIONS_H
#define TEST_TRANSCRIPT_VERSIONS_H

#include "models/conflict/conflict.h"
#include "models/policies/policy.h"

#define KEYS 16
#define HINTS 8
#define PENDING 16
#define SENT 32

typedef struct Pending {
    int node, target; /* of a hint; -1: the node itself */
    guint32 set;
    guint64 token;
} Pending;

typedef struct Kept {
    RepHint hints[HINTS];
    guint64 first, end; /* by number: hints[number % HINTS] */
} Kept;

#define TRANSCRIPT_MORE                                                                            \
    RepVersions versions;                                                                          \
    guint32 shown[N_NODES][KEYS], written[64]; /* by handle */                                     \
    Pending pending[PENDING];                                                                      \
    guint n_pending;                                                                               \
    Kept kept[N_NODES][N_NODES];                                                                   \
    RepMessage sent[SENT];                                                                         \
    guint n_sent;
#define TRANSCRIPT_DESCRIBE(text, effect) describe_versions(text, effect)
#define TRANSCRIPT_CARRY_OUT() carry_out()

static gboolean describe_versions(GString *text, const RepEffect *effect);
static void carry_out(void);

#include "tests/support/transcript.h"

/* ---- the view ----------------------------------------------------------------------------- */

const RepVersions *rep_view_versions(RepView *view)
{
    return &view->versions;
}

guint32 rep_view_shown(RepView *view, int node, guint64 key)
{
    return view->shown[node][key];
}

/* What waits for the disk is held, too. */
guint32 rep_view_held(RepView *view, int node, guint64 key)
{
    guint32 held = view->shown[node][key];
    for (guint i = 0; i < view->n_pending; i++) {
        const Pending *one = &view->pending[i];
        if (one->node == node && one->target < 0 &&
            rep_set_at(&view->versions, one->set)->key == key)
            held = rep_versions_join(&world.versions, held, one->set);
    }
    return held;
}

gboolean rep_view_next_shown(RepView *view, int node, gsize *cursor, guint64 *key, guint32 *set)
{
    while (*cursor < KEYS && !view->shown[node][*cursor])
        ++*cursor;
    if (*cursor == KEYS)
        return FALSE;
    *key = (*cursor)++;
    *set = view->shown[node][*key];
    return TRUE;
}

guint32 rep_set_join(RepView *view, guint32 a, guint32 b)
{
    return rep_versions_join(&world.versions, a, b);
}

/* Nothing goes: every set stays until the end. */
void rep_set_keep(RepView *view, guint32 set)
{
}

void rep_set_let_go(RepView *view, guint32 set)
{
}

guint32 rep_write_accept(RepView *view, int party, guint32 handle, guint32 context)
{
    guint32 *written = &world.written[handle];
    guint64 n_conflicts;
    if (!*written)
        *written = rep_versions_write(&world.versions,
                                      &(RepNewWrite){.key = 5,
                                                     .stamp = {.time = view->now, .origin = party},
                                                     .origin = party,
                                                     .bytes = 100,
                                                     .is_delete = handle >= 32,
                                                     .context = context,
                                                     .written_at = view->now},
                                      &n_conflicts);
    return *written;
}

guint rep_view_n_hints(RepView *view, int node, int target)
{
    return (guint)(view->kept[node][target].end - view->kept[node][target].first);
}

guint64 rep_view_first_hint(RepView *view, int node, int target)
{
    return view->kept[node][target].first;
}

gboolean rep_view_hint_at(RepView *view, int node, int target, guint64 number, RepHint *hint)
{
    const Kept *kept = &view->kept[node][target];
    if (number < kept->first || number >= kept->end)
        return FALSE;
    *hint = kept->hints[number % HINTS];
    return TRUE;
}

gboolean rep_view_is_up(RepView *view, int node)
{
    return rep_view_reaches(view, -1, node);
}

guint64 rep_view_lot(RepView *view, int client, guint64 number, guint attempt)
{
    return view->lot;
}

SimSpan rep_view_drawn_delay(RepView *view, int client, guint64 number, guint attempt, int node,
                             gboolean is_request, guint8 kind)
{
    return 0;
}

/* ---- the store ---------------------------------------------------------------------------- */

static void wait_for_disk(const RepEffect *effect, int target)
{
    g_assert(world.n_pending < PENDING);
    world.pending[world.n_pending++] = (Pending){
        .node = effect->node, .target = target, .set = effect->set, .token = effect->value};
}

static void do_one(const RepEffect *effect)
{
    g_assert(world.n_sent < SENT);
    if (effect->kind == REP_EFFECT_SEND)
        world.sent[world.n_sent++] = world.effects.messages[effect->message];
    else if (effect->kind == REP_EFFECT_STORE)
        wait_for_disk(effect, -1);
    else if (effect->kind == REP_EFFECT_HINT)
        wait_for_disk(effect, effect->log);
    else if (effect->kind == REP_EFFECT_UNHINT)
        world.kept[effect->node][effect->log].first++;
    else if (effect->kind == REP_EFFECT_FORGET)
        world.shown[effect->node][effect->index] = 0;
}

/* What was not yet. EXPECT forgets the effects then. */
static void carry_out(void)
{
    while (world.n_done < world.effects.n)
        do_one(&world.effects.items[world.n_done++]);
}

static void complete(const Pending *one)
{
    guint64 key = rep_set_at(&world.versions, one->set)->key;
    guint32 *shown = &world.shown[one->node][key];
    if (one->target < 0) {
        *shown = rep_versions_join(&world.versions, *shown, one->set);
    } else {
        Kept *kept = &world.kept[one->node][one->target];
        kept->hints[kept->end++ % HINTS] =
            (RepHint){.key = key, .set = one->set, .since = world.now};
    }
    if (one->token)
        ops->stored(world.state, &world, one->node, one->token, &world.effects);
}

/* What the node has waiting for its disk is on it now. */
G_GNUC_UNUSED static void flush(int node)
{
    carry_out();
    guint n = world.n_pending, left = 0;
    Pending all[PENDING];
    memcpy(all, world.pending, sizeof all);
    world.n_pending = 0;
    for (guint i = 0; i < n; i++)
        if (all[i].node != node)
            world.pending[left++] = all[i];
    world.n_pending = left;
    for (guint i = 0; i < n; i++)
        if (all[i].node == node)
            complete(&all[i]);
}

/* The oldest message on its way between the two arrives. */
G_GNUC_UNUSED static void deliver(int from, int to)
{
    carry_out();
    for (guint i = 0; i < world.n_sent; i++) {
        RepMessage message = world.sent[i];
        if (message.from != from || message.to != to)
            continue;
        world.sent[i].from = -1;
        ops->message(world.state, &world, to, &message, &world.effects);
        return;
    }
    g_assert_not_reached();
}

/* What is on its way is lost. */
G_GNUC_UNUSED static void lose_all(void)
{
    world.n_sent = 0;
}

/* ---- as text ------------------------------------------------------------------------------ */

static void append_set(GString *text, guint32 number)
{
    const RepVersionSet *set = rep_set_at(&world.versions, number);
    g_string_append(text, " {");
    for (guint32 i = 0; number && i < set->n; i++)
        g_string_append_printf(text, "%s%d", i ? ", " : "",
                               (int)rep_set_version(&world.versions, set, i)->serial);
    g_string_append(text, "}");
}

/* What a message says besides: TRUE where it does. */
#ifndef TRANSCRIPT_DESCRIBE_MESSAGE
#define TRANSCRIPT_DESCRIBE_MESSAGE(text, message) FALSE
#endif

#ifndef TRANSCRIPT_DESCRIBE_EFFECT
#define TRANSCRIPT_DESCRIBE_EFFECT(text, effect) FALSE
#endif

static gboolean describe_versions(GString *text, const RepEffect *effect)
{
    if (TRANSCRIPT_DESCRIBE_EFFECT(text, effect))
        return TRUE;
    switch ((int)effect->kind) {
    case REP_EFFECT_SEND:
        return TRANSCRIPT_DESCRIBE_MESSAGE(text, &world.effects.messages[effect->message]);
    case REP_EFFECT_STORE:
        g_string_append_printf(text, "store %d", effect->node);
        append_set(text, effect->set);
        return TRUE;
    case REP_EFFECT_HINT:
        g_string_append_printf(text, "hint %d for %d", effect->node, effect->log);
        append_set(text, effect->set);
        return TRUE;
    case REP_EFFECT_UNHINT:
        g_string_append_printf(text, "unhint %d for %d", effect->node, effect->log);
        return TRUE;
    case REP_EFFECT_ANSWER:
        g_string_append_printf(text, "answer %d #%u", effect->node, effect->handle);
        append_set(text, (guint32)effect->value);
        return TRUE;
    default:
        return FALSE;
    }
}

#endif
