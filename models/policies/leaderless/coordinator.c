/* coordinator.c — one attempt of an operation: whom to ask, whose answers count; see state.h. */
#include "models/planted.h"
#include "models/policies/leaderless/state.h"

/* ---- records ------------------------------------------------------------------------------ */

guint64 rep_coordination_name(const RepCoordination *one)
{
    return (guint64)one->generation << 32 | one->number;
}

RepCoordination *rep_coordination_find(const RepLeaderless *state, guint64 name)
{
    RepCoordination *one = sim_pool_at(&state->coordinations, (guint32)name);
    return one->is_used && one->generation == (guint32)(name >> 32) ? one : NULL;
}

static RepCoordination *begin(RepLeaderless *state, RepView *view, int party,
                              const RepRequest *request)
{
    guint32 number = sim_pool_take_raw(&state->coordinations);
    RepCoordination *one = sim_pool_at(&state->coordinations, number);
    *one = (RepCoordination){.number = number,
                             .generation = ++state->begun,
                             .request = *request,
                             .party = party,
                             .began = rep_view_now(view),
                             .is_open = TRUE,
                             .is_used = TRUE};
    return one;
}

static void end(RepLeaderless *state, RepView *view, RepCoordination *one)
{
    for (guint32 i = 0; i < one->n_asked; i++)
        rep_set_let_go(view, one->asked[i].set);
    rep_set_let_go(view, one->set);
    rep_set_let_go(view, one->shown);
    one->is_used = FALSE;
    sim_pool_give(&state->coordinations, one->number);
}

static void await(RepLeaderless *state, RepView *view, const RepCoordination *one, SimRing *ring,
                  SimSpan span, guint timer, RepEffects *out)
{
    SimTime at = sim_time_after(rep_view_now(view), span);
    while (sim_ring_len(ring) &&
           !rep_coordination_find(state, ((const RepDue *)sim_ring_head(ring))->name))
        sim_ring_pop(ring);
    gboolean is_first = sim_ring_len(ring) == 0;
    *(RepDue *)sim_ring_push(ring) = (RepDue){.at = at, .name = rep_coordination_name(one)};
    if (is_first)
        rep_effects_add(
            out,
            &(RepEffect){.kind = REP_EFFECT_TIMER, .node = one->party, .timer = timer, .at = at});
}

/* The next that is due now, or NULL; arms the timer for what comes after. */
static RepCoordination *next_due(const RepLeaderless *state, RepView *view, int party,
                                 SimRing *ring, guint timer, RepEffects *out)
{
    while (sim_ring_len(ring)) {
        RepDue due = *(const RepDue *)sim_ring_head(ring);
        RepCoordination *one = rep_coordination_find(state, due.name);
        if (one && due.at > rep_view_now(view)) {
            rep_effects_add(
                out, &(RepEffect){
                         .kind = REP_EFFECT_TIMER, .node = party, .timer = timer, .at = due.at});
            return NULL;
        }
        sim_ring_pop(ring);
        if (one)
            return one;
    }
    return NULL;
}

/* ---- whom to ask -------------------------------------------------------------------------- */

static gboolean reaches(RepView *view, int party, int node)
{
    return party == node || rep_view_reaches(view, party, node);
}

static void add(RepCoordination *one, int node, int instead_of)
{
    one->asked[one->n_asked++] = (RepAsked){.node = node, .instead_of = instead_of};
}

/* Every replica that can be reached; under a sloppy quorum others stand in for those that cannot.
 */
static void choose_all(const RepLeaderless *state, RepView *view, RepCoordination *one)
{
    const int *replicas = rep_ring_replicas(&state->ring, one->request.key);
    gsize cursor = 0;
    for (gsize i = 0; i < state->ring.n_replicas; i++) {
        if (reaches(view, one->party, replicas[i])) {
            add(one, replicas[i], -1);
            continue;
        }
        int other = state->setup->sloppy ? 0 : -1;
        while (other >= 0) {
            other = rep_ring_next_fallback(&state->ring, one->request.key, &cursor);
            if (other >= 0 && reaches(view, one->party, other)) {
                add(one, other, replicas[i]);
                break;
            }
        }
    }
}

/* read_fanout: quorum: the nearest that are enough, by the configured median, then preference. */
static void keep_nearest(const RepLeaderless *state, RepView *view, RepCoordination *one)
{
    RepAsked all[REP_REPLICAS_MAX];
    guint32 n = one->n_asked;
    const SimSpan *p50 = state->p50 + (gsize)one->party * state->n_nodes;
    for (guint32 i = 0; i < n; i++) {
        guint32 at = i;
        for (; at > 0 && p50[all[at - 1].node] > p50[one->asked[i].node]; at--)
            all[at] = all[at - 1];
        all[at] = one->asked[i];
    }
    for (guint32 i = 0; i < n; i++)
        one->asked[i] = all[i];
    for (one->n_asked = 1; one->n_asked < n; one->n_asked++)
        if (rep_quorum_can_be_met(state, view, one))
            break;
    one->n_spare = n - one->n_asked;
}

/* ---- asking ------------------------------------------------------------------------------- */

RepMessage rep_coordination_message(RepView *view, const RepCoordination *one, guint8 kind, int to)
{
    const RepRequest *request = &one->request;
    const RepSetup *setup = rep_view_setup(view);
    gboolean carries = kind == REP_LL_WRITE || kind == REP_LL_REPAIR;
    return (RepMessage){
        .from = one->party,
        .to = to,
        .kind = kind,
        .service = kind == REP_LL_READ ? REP_SERVICE_READ : REP_SERVICE_WRITE,
        .first = request->key,
        .last = rep_coordination_name(one),
        .bytes = (guint64)(carries ? (gint64)request->bytes : setup->network.message_size),
        .set = carries ? one->set : 0,
        .client = (guint32)request->client + 1,
        .session = (guint32)request->session,
        .attempt = (guint8)request->attempt,
        .is_clients = !rep_party_is_node(view, one->party),
        .number = request->number};
}

static void count_own(RepLeaderless *state, RepView *view, RepCoordination *one, guint32 i,
                      RepEffects *out)
{
    if (one->request.kind == REP_READ) {
        rep_coordination_counted(state, view, one, i,
                                 rep_view_shown(view, one->party, one->request.key), out);
        return;
    }
    if (one->asked[i].instead_of >= 0 && state->setup->handoff == REP_HANDOFF_ON)
        rep_handoff_keep(state, view, one->party, one->asked[i].instead_of, one->set, out);
    rep_store(state, view, one->party, one->set, rep_coordination_name(one) << 1 | 1, out);
}

static void ask(RepLeaderless *state, RepView *view, RepCoordination *one, guint32 i, guint8 line,
                RepEffects *out)
{
    RepAsked *asked = &one->asked[i];
    if (asked->node == one->party) {
        count_own(state, view, one, i, out);
        return;
    }
    guint8 kind = one->request.kind == REP_READ ? REP_LL_READ : REP_LL_WRITE;
    RepMessage message = rep_coordination_message(view, one, kind, asked->node);
    message.line = line;
    message.value =
        kind == REP_LL_WRITE && asked->instead_of >= 0 ? (guint64)asked->instead_of + 1 : 0;
    rep_effects_send(out, &message);
}

/* Its own part comes last: it may be enough. */
static void ask_all(RepLeaderless *state, RepView *view, RepCoordination *one, RepEffects *out)
{
    gssize own = -1;
    for (guint32 i = 0; i < one->n_asked; i++)
        if (one->asked[i].node == one->party)
            own = i;
        else
            ask(state, view, one, i, 0, out);
    if (own >= 0)
        ask(state, view, one, (guint32)own, 0, out);
}

/* A strict quorum writes to replicas only; where hints are kept, one that has the write keeps them
 * for those that cannot be reached. */
static void ask_for_hints(RepLeaderless *state, RepView *view, RepCoordination *one,
                          RepEffects *out)
{
    const int *replicas = rep_ring_replicas(&state->ring, one->request.key);
    if (state->setup->handoff == REP_HANDOFF_NONE || state->setup->sloppy || one->n_asked == 0)
        return;
    guint8 line = 1;
    for (gsize i = 0; i < state->ring.n_replicas; i++)
        if (!reaches(view, one->party, replicas[i]))
            rep_coordination_hint(state, view, one, replicas[i], line++, out);
}

void rep_coordination_hint(RepLeaderless *state, RepView *view, RepCoordination *one, int target,
                           guint8 line, RepEffects *out)
{
    if (rep_party_is_node(view, one->party)) {
        rep_handoff_keep(state, view, one->party, target, one->set, out);
        return;
    }
    for (guint32 i = 0; i < one->n_asked; i++) {
        if (one->asked[i].node == target || !reaches(view, one->party, one->asked[i].node))
            continue;
        RepMessage message = rep_coordination_message(view, one, REP_LL_WRITE, one->asked[i].node);
        message.kind = REP_LL_HINT;
        message.value = (guint64)target + 1;
        message.line = line;
        rep_effects_send(out, &message);
        return;
    }
}

/* ---- an operation ------------------------------------------------------------------------- */

/* Too few replicas can be reached; another coordinator might find no more of them. */
static void refuse(RepLeaderless *state, RepView *view, RepCoordination *one, RepEffects *out)
{
    rep_effects_add(out, &(RepEffect){.kind = REP_EFFECT_REFUSE,
                                      .node = one->party,
                                      .handle = one->request.handle,
                                      .value = 1});
    end(state, view, one);
}

static guint32 known_before(const RepLeaderless *state, RepView *view, const RepCoordination *one)
{
    const RepRequest *request = &one->request;
    if (!rep_party_is_node(view, one->party))
        return rep_seen_find(state->seen, request->client, request->session, request->key);
    return rep_view_held(view, one->party, request->key);
}

void rep_coordinate(RepLeaderless *state, RepView *view, int party, const RepRequest *request,
                    RepEffects *out)
{
    RepCoordination *one = begin(state, view, party, request);
    gboolean is_read = request->kind == REP_READ;
    choose_all(state, view, one);
    if (!rep_quorum_can_be_met(state, view, one)) {
        refuse(state, view, one, out);
        return;
    }
    rep_effects_add(
        out, &(RepEffect){.kind = REP_EFFECT_HOLD, .node = party, .handle = request->handle});
    if (!is_read) {
        one->set = rep_write_accept(view, party, request->handle, known_before(state, view, one));
        rep_set_keep(view, one->set);
    } else {
        if (state->setup->fanout == REP_FANOUT_QUORUM)
            keep_nearest(state, view, one);
        rep_wars_read(state, one);
    }
    RepParty *own = &state->parties[party];
    await(state, view, one, &own->expiring, state->life, REP_LL_TIMER_EXPIRE, out);
    if (is_read && state->setup->hedge != SIM_NEVER)
        await(state, view, one, &own->hedging, state->setup->hedge, REP_LL_TIMER_HEDGE, out);
    if (!is_read)
        ask_for_hints(state, view, one, out);
    ask_all(state, view, one, out);
}

/* The answer came from one node, or from nobody in particular. */
static int source_of(RepView *view, const RepCoordination *one)
{
    int node = -1;
    guint n = 0;
    for (guint32 i = 0; i < one->n_asked; i++)
        if (one->asked[i].counted) {
            node = one->asked[i].node;
            n++;
        }
    if (n == 1)
        return node;
    return rep_party_is_node(view, one->party) ? one->party : -1;
}

/* A write, with what those who took it have of the key (replica.c says it to scripts only). Kept.
 */
static guint32 shown_with(RepView *view, const RepCoordination *one)
{
    guint32 shown = one->set;
    rep_set_keep(view, shown);
    for (guint32 i = 0; i < one->n_asked; i++) {
        guint32 with = one->asked[i].counted ? one->asked[i].set : 0;
        guint32 joined = with ? rep_set_join(view, shown, with) : shown;
        rep_set_keep(view, joined);
        rep_set_let_go(view, shown);
        shown = joined;
    }
    return shown;
}

static void answer(RepLeaderless *state, RepView *view, RepCoordination *one, RepEffects *out)
{
    const RepRequest *request = &one->request;
    one->is_open = FALSE;
    if (rep_is_scripted(view, request->client) && request->kind == REP_WRITE) {
        one->shown = shown_with(view, one);
        rep_effects_add(out, &(RepEffect){.kind = REP_EFFECT_SHOWN,
                                          .node = one->party,
                                          .handle = request->handle,
                                          .value = one->shown});
    }
    if (request->kind == REP_READ)
        rep_wars_answer(state, view, one, out);
    else
        rep_wars_acknowledged(state, view, one);
    /* A session that has gone on has not seen this. */
    if (state->seen && rep_view_awaits(view, request->handle))
        rep_seen_note(state->seen, view, request->client, request->session, request->key,
                      one->shown ? one->shown : one->set);
    rep_effects_add(out, &(RepEffect){.kind = REP_EFFECT_ANSWER,
                                      .node = one->party,
                                      .log = source_of(view, one),
                                      .handle = request->handle,
                                      .value = one->set});
}

/* Are late answers of any use? */
static gboolean is_awaited(const RepLeaderless *state, const RepCoordination *one)
{
    if (one->n_repairing > 0)
        return TRUE;
    if (one->n_answered == one->n_asked)
        return FALSE;
    return one->request.kind == REP_READ ? one->is_compared
                                         : state->setup->handoff == REP_HANDOFF_ON;
}

static void settle(RepLeaderless *state, RepView *view, RepCoordination *one, RepEffects *out)
{
    if (one->is_open || is_awaited(state, one))
        return;
    if (one->request.kind == REP_READ && one->is_compared)
        rep_repair(state, view, one, FALSE, out);
    end(state, view, one);
}

/* Enough have answered. */
static void complete(RepLeaderless *state, RepView *view, RepCoordination *one, RepEffects *out)
{
    if (one->request.kind == REP_READ && state->setup->repair == REP_REPAIR_BLOCKING) {
        rep_repair(state, view, one, TRUE, out);
        if (one->n_repairing > 0)
            return; /* the answer waits for them */
    }
    one->is_compared = one->request.kind == REP_READ && rep_repair_is_due(state, view, one);
    answer(state, view, one, out);
}

static void note_answer(RepView *view, RepCoordination *one, RepAsked *asked, guint32 set)
{
    asked->has_answered = TRUE;
    one->n_answered++;
    rep_set_keep(view, set);
    asked->set = set;
}

void rep_coordination_counted(RepLeaderless *state, RepView *view, RepCoordination *one, guint32 i,
                              guint32 set, RepEffects *out)
{
    RepAsked *asked = &one->asked[i];
    if (asked->has_answered && !REP_PLANTED(TWIN_COUNTED))
        return; /* the hedge's twin */
    if (!asked->has_answered)
        note_answer(view, one, asked, set);
    if (one->is_open && one->n_repairing == 0) {
        asked->counted++;
        if (one->request.kind == REP_READ) {
            guint32 joined = rep_set_join(view, one->set, set);
            rep_set_keep(view, joined);
            rep_set_let_go(view, one->set);
            one->set = joined;
        }
        if (rep_quorum_is_met(state, view, one))
            complete(state, view, one, out);
    }
    settle(state, view, one, out);
}

static gssize asked_of(const RepCoordination *one, int node)
{
    for (guint32 i = 0; i < one->n_asked; i++)
        if (one->asked[i].node == node)
            return i;
    return -1;
}

static void repaired(RepLeaderless *state, RepView *view, RepCoordination *one, RepEffects *out)
{
    if (one->n_repairing > 0 && --one->n_repairing == 0 && one->is_open)
        answer(state, view, one, out);
    settle(state, view, one, out);
}

void rep_coordinate_answered(RepLeaderless *state, RepView *view, int party,
                             const RepMessage *message, RepEffects *out)
{
    RepCoordination *one = rep_coordination_find(state, message->last);
    if (!one)
        return;
    gssize i = asked_of(one, message->from);
    if (message->kind == REP_LL_REPAIR_OK)
        repaired(state, view, one, out);
    else if (i >= 0)
        rep_coordination_counted(state, view, one, (guint32)i, message->set, out);
}

void rep_coordinate_stored(RepLeaderless *state, RepView *view, int node, guint64 name,
                           RepEffects *out)
{
    RepCoordination *one = rep_coordination_find(state, name);
    gssize i = one ? asked_of(one, node) : -1;
    if (i < 0)
        return;
    if (one->request.kind == REP_READ)
        repaired(state, view, one, out);
    else
        rep_coordination_counted(state, view, one, (guint32)i,
                                 rep_is_scripted(view, one->request.client)
                                     ? rep_view_shown(view, node, one->request.key)
                                     : 0,
                                 out);
}

/* ---- what time brings --------------------------------------------------------------------- */

static void give_up(RepLeaderless *state, RepView *view, RepCoordination *one, RepEffects *out)
{
    if (one->is_open)
        rep_effects_add(out, &(RepEffect){.kind = REP_EFFECT_DROP,
                                          .node = one->party,
                                          .handle = one->request.handle});
    if (one->request.kind == REP_WRITE && state->setup->handoff == REP_HANDOFF_ON)
        for (guint32 i = 0; i < one->n_asked; i++)
            if (!one->asked[i].has_answered && one->asked[i].instead_of < 0)
                rep_coordination_hint(state, view, one, one->asked[i].node,
                                      (guint8)(REP_REPLICAS_MAX + i), out);
    if (one->request.kind == REP_READ && one->is_compared)
        rep_repair(state, view, one, FALSE, out);
    end(state, view, one);
}

void rep_coordinate_expire(RepLeaderless *state, RepView *view, int party, RepEffects *out)
{
    SimRing *ring = &state->parties[party].expiring;
    for (;;) {
        RepCoordination *one = next_due(state, view, party, ring, REP_LL_TIMER_EXPIRE, out);
        if (!one)
            return;
        give_up(state, view, one, out);
    }
}

static void hedge(RepLeaderless *state, RepView *view, RepCoordination *one, RepEffects *out)
{
    if (one->n_spare > 0) {
        one->n_spare--;
        ask(state, view, one, one->n_asked++, 0, out);
        return;
    }
    guint64 name = rep_coordination_name(one);
    for (guint32 i = 0; i < one->n_asked && rep_coordination_find(state, name); i++)
        if (!one->asked[i].has_answered)
            ask(state, view, one, i, 1, out);
}

void rep_coordinate_hedge(RepLeaderless *state, RepView *view, int party, RepEffects *out)
{
    SimRing *ring = &state->parties[party].hedging;
    for (;;) {
        RepCoordination *one = next_due(state, view, party, ring, REP_LL_TIMER_HEDGE, out);
        if (!one)
            return;
        if (one->is_open)
            hedge(state, view, one, out);
    }
}

void rep_coordinate_stop(RepLeaderless *state, RepView *view, int node, RepEffects *out)
{
    SimRing *ring = &state->parties[node].expiring;
    for (; sim_ring_len(ring); sim_ring_pop(ring)) {
        RepCoordination *one =
            rep_coordination_find(state, ((const RepDue *)sim_ring_head(ring))->name);
        if (!one)
            continue;
        if (one->is_open)
            rep_effects_add(
                out,
                &(RepEffect){.kind = REP_EFFECT_DROP, .node = node, .handle = one->request.handle});
        end(state, view, one);
    }
    SimRing *hedging = &state->parties[node].hedging;
    while (sim_ring_len(hedging))
        sim_ring_pop(hedging);
}
