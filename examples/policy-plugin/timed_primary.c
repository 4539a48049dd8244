/*
 * timed_primary.c — a primary that answers a write a fixed time after it is on its own disk, in the
 * hope that the others have it by then. Nobody acknowledges anything, and nobody is promoted.
 *
 * The entries go to everybody when they are flushed. A node that is connected again, or runs again,
 * says how far its disk goes and gets the rest. A primary that restarts opens a new term: who has
 * more than its disk kept cuts that off.
 *
 * It supposes links that keep the order of messages.
 */
#include <models/policies/policy.h>

enum { ENTRIES, RESUME };
static const char *const message_names[] = {"entries", "resume", NULL};

/* ---- keys --------------------------------------------------------------------------------- */

typedef struct Setup {
    int primary;
    SimSpan wait;
} Setup;

static const RepField fields[] = {
    {.key = "primary",
     .type = REP_FIELD_NODE,
     .offset = G_STRUCT_OFFSET(Setup, primary),
     .fallback = "@first",
     .doc = "the node that accepts writes; default: the first by name",
     .example = "db1"},
    {.key = "wait",
     .type = REP_FIELD_SPAN,
     .offset = G_STRUCT_OFFSET(Setup, wait),
     .fallback = "10ms",
     .doc = "from the primary's flush to its answer",
     .example = "10ms"},
    {.key = NULL}};

static const Setup *setup_of(const RepSetup *setup)
{
    return setup->policy_setup;
}

static gboolean validate(const RepSetup *setup, char **message, const char **key)
{
    *key = "model";
    if (setup->network.order == REP_ORDER_FIFO)
        return TRUE;
    *message = g_strdup("'timed-primary' needs links that keep the order of messages");
    return FALSE;
}

/* ---- what the world asks beforehand ------------------------------------------------------- */

static int logs(const RepSetup *setup)
{
    return 1;
}

/* Nobody here can set up a node that joins later. */
static gboolean holds(const RepSetup *setup, int node, int log)
{
    return node == setup_of(setup)->primary || !rep_setup_joins(setup, node);
}

static gboolean follows(const RepSetup *setup, int node, int log)
{
    return node != setup_of(setup)->primary && holds(setup, node, log);
}

static int first_leader(const RepSetup *setup, int log)
{
    return setup_of(setup)->primary;
}

static gboolean answers_reads(const RepSetup *setup, int node)
{
    return node == setup_of(setup)->primary;
}

/* ---- the state ---------------------------------------------------------------------------- */

typedef struct State {
    int primary;
    gboolean leads;
    guint32 term;
    guint64 answered; /* … have been, up to here */
} State;

static void add(RepEffectKind kind, int node, guint64 index, guint32 term, RepEffects *out)
{
    rep_effects_add(out, &(RepEffect){.kind = kind, .node = node, .index = index, .term = term});
}

static void init(void *self, RepView *view, RepEffects *out)
{
    State *state = self;
    const RepSetup *setup = rep_view_setup(view);
    *state = (State){.primary = setup_of(setup)->primary, .leads = TRUE, .term = 1};
    add(REP_EFFECT_LEAD, state->primary, 0, state->term, out);
    for (int node = 0; node < (int)setup->n_nodes; node++)
        if (follows(setup, node, 0))
            rep_effects_add(
                out,
                &(RepEffect){.kind = REP_EFFECT_CONNECT, .node = state->primary, .peer = node});
}

static int leader(const void *self, int log)
{
    const State *state = self;
    return state->leads ? state->primary : -1;
}

static int route(const void *self, RepView *view, const RepRoute *asked)
{
    return ((const State *)self)->primary;
}

/* ---- the primary -------------------------------------------------------------------------- */

static void request(void *self, RepView *view, int node, const RepRequest *asked, RepEffects *out)
{
    const State *state = self;
    RepEffectKind kind = !state->leads || node != state->primary ? REP_EFFECT_REFUSE
                         : asked->kind == REP_READ               ? REP_EFFECT_READ
                         : !asked->entry                         ? REP_EFFECT_APPEND
                         : asked->committed                      ? REP_EFFECT_DONE
                                                                 : REP_EFFECT_WAIT;
    rep_effects_add(out, &(RepEffect){.kind = kind, .node = node, .handle = asked->handle});
}

static void ship(State *state, RepView *view, int to, guint64 first, guint64 last, RepEffects *out)
{
    rep_effects_send(
        out,
        &(RepMessage){.from = state->primary,
                      .to = to,
                      .kind = ENTRIES,
                      .term = state->term,
                      .first = first,
                      .last = last,
                      .bytes = first <= last ? rep_view_bytes(view, state->primary, 0, first, last)
                                             : 0});
}

static void flushed(void *self, RepView *view, int node, int log, guint64 first, guint64 index,
                    RepEffects *out)
{
    State *state = self;
    const RepSetup *setup = rep_view_setup(view);
    if (node != state->primary)
        return;
    for (int other = 0; other < (int)setup->n_nodes; other++)
        if (follows(setup, other, log))
            ship(state, view, other, first, index, out);
    rep_effects_add(out,
                    &(RepEffect){.kind = REP_EFFECT_LATER,
                                 .node = node,
                                 .token = (guint32)index,
                                 .at = sim_time_after(rep_view_now(view), setup_of(setup)->wait)});
}

/* The token is the end of the index; entries are answered in order. */
static void later(void *self, RepView *view, int node, int log, guint32 token, RepEffects *out)
{
    State *state = self;
    state->answered += (guint32)(token - (guint32)state->answered);
    add(REP_EFFECT_SHOW, node, state->answered, 0, out);
    add(REP_EFFECT_COMMIT, node, state->answered, 0, out);
}

/* ---- the others --------------------------------------------------------------------------- */

static void ask(State *state, RepView *view, int node, RepEffects *out)
{
    RepLogView log = rep_view_log(view, node, 0);
    rep_effects_send(out, &(RepMessage){.from = node,
                                        .to = state->primary,
                                        .kind = RESUME,
                                        .term = log.term,
                                        .first = log.flushed + 1,
                                        .last = log.flushed});
}

static void take(RepView *view, int node, const RepMessage *entries, RepEffects *out)
{
    RepLogView log = rep_view_log(view, node, 0);
    guint64 end = log.arrived;
    if (entries->term > log.term && log.arrived > 0) {
        end = rep_view_common(view, node, 0, entries->term);
        add(REP_EFFECT_TRUNCATE, node, end, 0, out);
    }
    /* A gap is what a cut lost: the connection is about to be made again, and asks for it. */
    if (entries->first <= end + 1 && entries->last > end)
        add(REP_EFFECT_ACCEPT, node, entries->last, entries->term, out);
}

static void resume(State *state, RepView *view, const RepMessage *asked, RepEffects *out)
{
    if (!state->leads)
        return;
    guint64 agreed = asked->last;
    if (asked->term != state->term)
        agreed = MIN(agreed, rep_view_common(view, state->primary, 0, asked->term));
    agreed = MAX(agreed, rep_view_shown_by_all(view, 0));
    ship(state, view, asked->from, agreed + 1, rep_view_log(view, state->primary, 0).flushed, out);
}

static void message(void *self, RepView *view, int party, const RepMessage *arrived,
                    RepEffects *out)
{
    if (arrived->kind == ENTRIES)
        take(view, party, arrived, out);
    else
        resume(self, view, arrived, out);
}

/* ---- crash and return --------------------------------------------------------------------- */

static void stopped(void *self, RepView *view, int node, RepEffects *out)
{
    State *state = self;
    if (node == state->primary)
        state->leads = FALSE;
}

static void started(void *self, RepView *view, int node, RepEffects *out)
{
    State *state = self;
    if (node != state->primary)
        return;
    guint64 kept = rep_view_log(view, node, 0).flushed;
    state->leads = TRUE;
    state->answered = kept;
    add(REP_EFFECT_LEAD, node, 0, ++state->term, out);
    add(REP_EFFECT_SHOW, node, kept, 0, out);
    add(REP_EFFECT_COMMIT, node, kept, 0, out);
}

static void connected(void *self, RepView *view, int node, int peer, RepEffects *out)
{
    State *state = self;
    if (peer == state->primary)
        ask(state, view, node, out);
}

/* ---- the table ---------------------------------------------------------------------------- */

static const RepPolicyOps timed_primary = {
    .abi = REP_POLICY_ABI,
    .name = "timed-primary",
    .summary = "a primary answers a fixed time after its own flush, and asks nobody",
    .setup_size = sizeof(Setup),
    .fields = fields,
    .state_size = sizeof(State),
    .message_names = message_names,
    .validate = validate,
    .logs = logs,
    .holds = holds,
    .follows = follows,
    .first_leader = first_leader,
    .answers_reads = answers_reads,
    .init = init,
    .route = route,
    .request = request,
    .flushed = flushed,
    .message = message,
    .later = later,
    .leader = leader,
    .stopped = stopped,
    .started = started,
    .connected = connected,
};

const RepPolicyOps *rep_policy_plugin(void)
{
    return &timed_primary;
}
