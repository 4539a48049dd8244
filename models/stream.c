/* stream.c — messages between nodes, and connections; see stream.h. */
#include "models/stream.h"

#include "models/script.h"
#include "models/transport.h"
#include "models/versioned.h"
#include "models/wake.h"
#include "models/world_state.h"

#define FIRST_SLOTS 64u

void rep_streams_init(RepWorld *world)
{
    RepStreams *streams = &world->streams;
    streams->n_slots = FIRST_SLOTS;
    streams->keys = g_new0(guint64, streams->n_slots);
    streams->by_key = g_new0(RepStream *, streams->n_slots);
    sim_pool_init(&streams->free, sizeof(RepTravelling));
}

void rep_streams_clear(RepWorld *world)
{
    RepStreams *streams = &world->streams;
    for (gsize i = 0; i < streams->n; i++) {
        sim_ring_clear(&streams->all[i]->messages);
        for (int end = 0; end < REP_STREAM_ENDS; end++)
            sim_ring_clear(&streams->all[i]->waking[end]);
        g_free(streams->all[i]->furthest);
        g_free(streams->all[i]);
    }
    g_free(streams->all);
    g_free(streams->keys);
    g_free(streams->by_key);
    g_free(streams->connections);
    sim_pool_clear(&streams->free);
}

/* ---- finding a stream --------------------------------------------------------------------- */

static gsize slot_of(const RepStreams *streams, guint64 key)
{
    gsize i =
        (gsize)((key * G_GUINT64_CONSTANT(0x9E3779B97F4A7C15)) >> 32) & (streams->n_slots - 1);
    while (streams->keys[i] && streams->keys[i] != key)
        i = (i + 1) & (streams->n_slots - 1);
    return i;
}

static void grow(RepStreams *streams)
{
    guint64 *keys = streams->keys;
    RepStream **by_key = streams->by_key;
    gsize n_old = streams->n_slots;
    streams->n_slots *= 2;
    streams->keys = g_new0(guint64, streams->n_slots);
    streams->by_key = g_new0(RepStream *, streams->n_slots);
    for (gsize i = 0; i < n_old; i++)
        if (keys[i]) {
            gsize slot = slot_of(streams, keys[i]);
            streams->keys[slot] = keys[i];
            streams->by_key[slot] = by_key[i];
        }
    g_free(keys);
    g_free(by_key);
}

RepStream *rep_stream_between(RepWorld *world, int from, int to, int log)
{
    RepStreams *streams = &world->streams;
    guint64 n_parties = world->setup->n_nodes + world->setup->n_regions;
    guint64 key = ((guint64)log * n_parties + (guint64)from) * n_parties + (guint64)to + 1;
    gsize slot = slot_of(streams, key);
    if (streams->keys[slot])
        return streams->by_key[slot];
    if (2 * (streams->n + 1) > streams->n_slots) {
        grow(streams);
        slot = slot_of(streams, key);
    }
    RepStream *stream = g_new0(RepStream, 1);
    stream->from = from;
    stream->to = to;
    stream->number = (guint32)streams->n;
    stream->path =
        rep_network_path(world, rep_place_of_party(world, from), rep_place_of_party(world, to));
    guint64 second = MIN((guint64)log * n_parties + (guint64)from, SIM_ENTITY_MAX);
    stream->slot = sim_kernel_add_source(&world->kernel, SIM_RANK_MESSAGE, (unsigned)to,
                                         (unsigned)second, world->stream_handler, streams->n);
    sim_ring_init(&stream->messages, sizeof(RepTravelling), 0);
    for (int end = 0; end < REP_STREAM_ENDS; end++)
        sim_ring_init(&stream->waking[end], sizeof(RepMessage), 0);
    streams->keys[slot] = key;
    streams->by_key[slot] = stream;
    if ((streams->n & (streams->n + 1)) == 0)
        streams->all = g_renew(RepStream *, streams->all, 2 * streams->n + 2);
    streams->all[streams->n++] = stream;
    return stream;
}

/* ---- sending ------------------------------------------------------------------------------ */

/* Observers see the clients of a region, not the agent that stands for them. */
static gint32 seen_as(const RepWorld *world, const RepMessage *message, int party)
{
    gboolean is_node = rep_party_is_node(world, party);
    return message->is_clients && !is_node ? -1 - rep_region_of_party(world, party) : party;
}

static void emit(RepWorld *world, RepObservationKind kind, const RepTravelling *travelling,
                 gboolean crosses_regions)
{
    const RepMessage *message = &travelling->message;
    RepObservation seen = {.kind = kind,
                           .at = world->kernel.now,
                           .message = {.from = seen_as(world, message, message->from),
                                       .to = seen_as(world, message, message->to),
                                       .kind = (guint8)(REP_MESSAGE_POLICY + message->kind),
                                       .crosses_regions = (guint8)crosses_regions,
                                       .log = message->log,
                                       .term = message->term,
                                       .bytes = message->bytes,
                                       .id = travelling->number,
                                       .first = message->first,
                                       .last = message->last,
                                       .sent = travelling->sent,
                                       .due = travelling->due,
                                       .client = message->client,
                                       .session = message->session,
                                       .attempt = message->attempt,
                                       .number = message->number}};
    rep_world_emit(world, &seen);
}

static inline void observe(RepWorld *world, RepObservationKind kind,
                           const RepTravelling *travelling, gboolean crosses_regions)
{
    if (world->mask & REP_OBS_BIT(kind))
        emit(world, kind, travelling, crosses_regions);
}

/* Messages that keep a run from its rest. */
static gint64 weight_of(const RepWorld *world, const RepMessage *message)
{
    gboolean is_routine =
        message->kind == REP_TRANSPORT_ACK || (world->policy->routine >> message->kind & 1);
    return is_routine ? 0 : 1;
}

/* Draws about a message are keyed by the operation that it is about, or by the entry. */
static guint64 cause_of(const RepMessage *message)
{
    return message->client ? rep_attempt_cause(message->number, message->attempt)
                           : rep_entry_cause(message->term, message->first);
}

static void travel_freely(RepWorld *world, const RepTravelling *travelling)
{
    guint32 number = sim_pool_take_raw(&world->streams.free);
    *(RepTravelling *)sim_pool_at(&world->streams.free, number) = *travelling;
    sim_kernel_post(&world->kernel, travelling->due, SIM_RANK_MESSAGE,
                    (unsigned)travelling->message.to, world->free_message_handler, number);
}

static SimTime arrival_on_stream(RepWorld *world, RepStream *stream, const RepMessage *message,
                                 SimStream delays, SimStream losses)
{
    guint64 cause = cause_of(message);
    gboolean is_fifo = world->setup->network.order == REP_ORDER_FIFO;
    if (message->is_bulk)
        return rep_network_bulk_arrival(world, stream->path, delays, cause, message->bytes);
    if (message->kind == REP_TRANSPORT_ACK)
        return rep_network_bare_arrival(world, stream->path, delays, losses, cause, message->bytes,
                                        &stream->previous);
    return rep_network_arrival(world, stream->path, delays, losses, cause, message->bytes,
                               is_fifo ? &stream->previous : NULL);
}

/* A fault waits for messages of scripts. What belongs to an ordered log is sent again, as over TCP;
 * what belongs to one operation is gone: its connection broke. */
static SimTime meddle(RepWorld *world, const RepMessage *message, RepPath *path, SimTime at,
                      SimTime *previous)
{
    if (at == SIM_NEVER || !rep_party_is_node(world, message->to))
        return at;
    const RepFaultSetup *fault = rep_script_meets_message(world, message);
    if (!fault)
        return at;
    gboolean is_sent_again = previous && !message->client;
    if (fault->drop && !is_sent_again)
        return SIM_NEVER;
    return rep_network_later(path, at, fault->drop ? path->retransmission : fault->delay, previous);
}

static void leave(RepWorld *world, RepStream *stream, const RepMessage *message, SimStream delays,
                  SimStream losses)
{
    RepPath *path = stream->path;
    gboolean is_fifo = world->setup->network.order == REP_ORDER_FIFO && !message->is_bulk;
    RepTravelling travelling = {.message = *message,
                                .sent = world->kernel.now,
                                .number = rep_network_count(&world->network, path, message->bytes),
                                .path = path};
    if (G_UNLIKELY(message->set))
        rep_set_hold(world->versions, message->set, TRUE);
    travelling.due = arrival_on_stream(world, stream, message, delays, losses);
    if (G_UNLIKELY(world->faults.n_messages))
        travelling.due =
            meddle(world, message, path, travelling.due, is_fifo ? &stream->previous : NULL);
    observe(world, REP_OBS_MESSAGE_SENT, &travelling, path->crosses_regions);
    if (travelling.due == SIM_NEVER) {
        observe(world, REP_OBS_MESSAGE_DROPPED, &travelling, path->crosses_regions);
        rep_stream_drop(world, message);
        return;
    }
    world->network.in_flight += weight_of(world, message);
    if (is_fifo) {
        gboolean is_head = sim_ring_len(&stream->messages) == 0;
        *(RepTravelling *)sim_ring_push(&stream->messages) = travelling;
        if (is_head)
            sim_kernel_arm(&world->kernel, stream->slot, travelling.due);
        return;
    }
    travel_freely(world, &travelling);
}

/* ---- between sessions and nodes ----------------------------------------------------------- */

/* Where draws about a bare acknowledgement come from: not those of what it goes along with. */
static SimStream bare_stream(SimStream stream, const RepMessage *message)
{
    return sim_stream_numbered(sim_stream_named(stream, "bare"), message->value);
}

static SimTime arrival_on_session(RepWorld *world, const RepMessage *message, RepPath *path)
{
    RepGroup *group = &world->groups[message->client - 1];
    gboolean is_request = rep_party_is_node(world, message->to);
    int node = is_request ? message->to : message->from;
    SimStream delays = (is_request ? group->requests : group->replies)[node];
    SimStream losses = (is_request ? group->request_losses : group->reply_losses)[node];
    guint64 cause = cause_of(message);
    if (message->line) {
        delays = sim_stream_numbered(delays, message->line);
        losses = sim_stream_numbered(losses, message->line);
    }
    if (message->kind == REP_TRANSPORT_ACK) {
        RepSessionLink *link = rep_session_link(&group->sessions[message->session], node);
        return rep_network_bare_arrival(world, path, bare_stream(delays, message),
                                        bare_stream(losses, message), cause, message->bytes,
                                        is_request ? &link->requests : &link->replies);
    }
    const SimDist *law = rep_world_delay_law(world, message->kind);
    if (law) {
        SimDraw draw = sim_draw(delays, cause);
        SimTime at =
            sim_time_after(world->kernel.now, sim_dist_span(law, &draw, world->kernel.now));
        return G_UNLIKELY(world->faults.n_messages) ? meddle(world, message, path, at, NULL) : at;
    }
    SimTime *previous = NULL;
    if (world->setup->network.order == REP_ORDER_FIFO) {
        RepSessionLink *link = rep_session_link(&group->sessions[message->session], node);
        previous = is_request ? &link->requests : &link->replies;
    }
    SimTime at = rep_network_arrival(world, path, delays, losses, cause, message->bytes, previous);
    return G_UNLIKELY(world->faults.n_messages) ? meddle(world, message, path, at, previous) : at;
}

const SimDist *rep_world_delay_law(const RepWorld *world, guint8 kind)
{
    return world->policy->delay_law ? world->policy->delay_law(world->setup, kind) : NULL;
}

SimSpan rep_view_drawn_delay(RepView *view, int client, guint64 number, guint attempt, int node,
                             gboolean is_request, guint8 kind)
{
    const RepGroup *group = &view->groups[client];
    SimDraw draw = sim_draw((is_request ? group->requests : group->replies)[node],
                            rep_attempt_cause(number, attempt));
    return sim_dist_span(rep_world_delay_law(view, kind), &draw, view->kernel.now);
}

static void leave_session(RepWorld *world, const RepMessage *message)
{
    gboolean is_request = rep_party_is_node(world, message->to);
    int region = rep_region_of_party(world, is_request ? message->from : message->to);
    RepPath *path = is_request ? rep_network_to_node(world, region, message->to)
                               : rep_network_to_client(world, message->from, region);
    RepTravelling travelling = {.message = *message,
                                .sent = world->kernel.now,
                                .number = rep_network_count(&world->network, path, message->bytes),
                                .path = path};
    if (message->set)
        rep_set_hold(world->versions, message->set, TRUE);
    travelling.due = arrival_on_session(world, message, path);
    observe(world, REP_OBS_MESSAGE_SENT, &travelling, path->crosses_regions);
    if (travelling.due == SIM_NEVER) {
        observe(world, REP_OBS_MESSAGE_DROPPED, &travelling, path->crosses_regions);
        rep_stream_drop(world, message);
        return;
    }
    world->network.in_flight += weight_of(world, message);
    travel_freely(world, &travelling);
}

static RepFurthest *furthest_of(RepStream *stream, guint64 purpose)
{
    for (guint i = 0; i < stream->n_furthest; i++)
        if (stream->furthest[i].purpose == purpose)
            return &stream->furthest[i];
    stream->furthest = g_renew(RepFurthest, stream->furthest, stream->n_furthest + 1);
    RepFurthest *furthest = &stream->furthest[stream->n_furthest++];
    *furthest = (RepFurthest){.purpose = purpose};
    return furthest;
}

/* Has something like it been said before, on a link that may have lost it? */
static gboolean is_repeated(RepStream *stream, guint64 purpose, const RepMessage *message)
{
    RepFurthest *furthest = furthest_of(stream, purpose);
    if (message->term < furthest->term ||
        (message->term == furthest->term && message->first <= furthest->first))
        return TRUE;
    furthest->term = message->term;
    furthest->first = message->first;
    return FALSE;
}

/* A bulk copy goes over a connection of its own, which hides copies. */
void rep_stream_send(RepWorld *world, const RepMessage *message)
{
    if (G_UNLIKELY(message->is_clients)) {
        leave_session(world, message);
        return;
    }
    RepStream *stream = rep_stream_between(world, message->from, message->to, message->log);
    guint64 purpose = (guint64)message->log << 8 | message->kind;
    RepPath *path = stream->path;
    SimStream delays = sim_stream_remembered(&stream->delays_for, path->delays, purpose);
    SimStream losses = sim_stream_remembered(&stream->losses_for, path->losses, purpose);
    gboolean is_free = world->setup->network.order == REP_ORDER_FREE && !message->is_bulk;
    if (message->kind == REP_TRANSPORT_ACK) {
        delays = bare_stream(delays, message);
        losses = bare_stream(losses, message);
    }
    if (G_UNLIKELY(message->client)) {
        guint64 own = (guint64)message->client << 8 | message->line;
        delays = sim_stream_numbered(delays, own);
        losses = sim_stream_numbered(losses, own);
    } else if (is_free && is_repeated(stream, purpose, message)) {
        delays = sim_stream_numbered(delays, (guint64)world->kernel.now);
        losses = sim_stream_numbered(losses, (guint64)world->kernel.now);
    }
    leave(world, stream, message, delays, losses);
    if (G_UNLIKELY(world->faults.disturbing) && is_free &&
        rep_network_doubles(world, stream->path, delays, cause_of(message)))
        leave(world, stream, message, rep_network_copies(delays), rep_network_copies(losses));
}

/* ---- arriving ----------------------------------------------------------------------------- */

void rep_stream_drop(RepWorld *world, const RepMessage *message)
{
    if (G_UNLIKELY(message->set))
        rep_set_release(world->versions, message->set, TRUE);
}

void rep_stream_deliver(RepWorld *world, const RepMessage *message)
{
    world->policy->message(world->policy_state, world, message->to, message, &world->effects);
    if (G_UNLIKELY(message->set))
        rep_versioned_let_go(world, message->set);
}

void rep_stream_serve(RepWorld *world, const RepMessage *message)
{
    if (!rep_wake_holds(world, message, REP_STREAM_RECEIVER))
        rep_stream_take(world, message);
}

void rep_stream_take(RepWorld *world, const RepMessage *message)
{
    if (G_UNLIKELY(message->service) && rep_party_is_node(world, message->to))
        rep_cpu_serve_message(world, message->to, message);
    else
        rep_stream_deliver(world, message);
}

static void arrive(RepWorld *world, RepPath *path, const RepTravelling *travelling)
{
    const RepNode *sender = rep_node_of_party(world, travelling->message.from);
    const RepNode *receiver = rep_node_of_party(world, travelling->message.to);
    gboolean arrives = !rep_path_lost(path, travelling->sent) &&
                       (!sender || travelling->sent > sender->crashed_at) &&
                       (!receiver || rep_node_is_up(receiver));
    world->network.in_flight -= weight_of(world, &travelling->message);
    observe(world, arrives ? REP_OBS_MESSAGE_ARRIVED : REP_OBS_MESSAGE_DROPPED, travelling,
            path->crosses_regions);
    if (!arrives) {
        rep_stream_drop(world, &travelling->message);
        return;
    }
    if (travelling->message.kind == REP_TRANSPORT_ACK)
        return;
    if (receiver && receiver->pauses) {
        rep_node_hold(world, receiver->id,
                      &(RepHeld){.kind = REP_HELD_MESSAGE, .message = travelling->message});
        return;
    }
    if (G_UNLIKELY(world->setup->network.transport_acks))
        rep_transport_took(world, &travelling->message);
    rep_stream_serve(world, &travelling->message);
}

void rep_stream_head_arrived(void *self, guint64 number)
{
    RepWorld *world = self;
    RepStream *stream = world->streams.all[number];
    RepTravelling travelling = *(RepTravelling *)sim_ring_head(&stream->messages);
    sim_ring_pop(&stream->messages);
    if (sim_ring_len(&stream->messages))
        sim_kernel_arm(&world->kernel, stream->slot,
                       ((RepTravelling *)sim_ring_head(&stream->messages))->due);
    arrive(world, stream->path, &travelling);
    rep_world_carry_out(world);
}

void rep_stream_free_arrived(void *self, guint64 payload)
{
    RepWorld *world = self;
    RepTravelling travelling =
        *(RepTravelling *)sim_pool_at(&world->streams.free, (guint32)payload);
    sim_pool_give(&world->streams.free, (guint32)payload);
    arrive(world, travelling.path, &travelling);
    rep_world_carry_out(world);
}

/* ---- connections -------------------------------------------------------------------------- */

static gboolean can_stand(RepWorld *world, const RepConnection *connection)
{
    return rep_node_is_up(&world->nodes[connection->a]) &&
           rep_node_is_up(&world->nodes[connection->b]) &&
           rep_stream_between(world, connection->a, connection->b, 0)->path->cuts == 0 &&
           rep_stream_between(world, connection->b, connection->a, 0)->path->cuts == 0;
}

static void tell(RepWorld *world, int node, int peer, gboolean stands)
{
    const RepPolicyOps *policy = world->policy;
    void (*callback)(void *, RepView *, int, int, RepEffects *) =
        stands ? policy->connected : policy->disconnected;
    if (!callback || !rep_node_is_up(&world->nodes[node]))
        return;
    if (world->nodes[node].pauses)
        rep_node_hold(world, node,
                      &(RepHeld){.kind = stands ? REP_HELD_CONNECTED : REP_HELD_DISCONNECTED,
                                 .number = (guint32)peer});
    else
        callback(world->policy_state, world, node, peer, &world->effects);
}

void rep_world_connect(RepWorld *world, int node, int peer)
{
    RepStreams *streams = &world->streams;
    int a = MIN(node, peer), b = MAX(node, peer);
    for (gsize i = 0; i < streams->n_connections; i++)
        if (streams->connections[i].a == a && streams->connections[i].b == b)
            return;
    if ((streams->n_connections & (streams->n_connections + 1)) == 0)
        streams->connections =
            g_renew(RepConnection, streams->connections, 2 * streams->n_connections + 2);
    RepConnection *connection = &streams->connections[streams->n_connections++];
    *connection = (RepConnection){.a = a, .b = b};
    connection->stands = can_stand(world, connection);
}

void rep_world_check_connections(RepWorld *world)
{
    RepStreams *streams = &world->streams;
    for (gsize i = 0; i < streams->n_connections; i++) {
        gboolean stands = can_stand(world, &streams->connections[i]);
        if (stands == streams->connections[i].stands)
            continue;
        streams->connections[i].stands = stands;
        int a = streams->connections[i].a, b = streams->connections[i].b;
        tell(world, a, b, stands);
        tell(world, b, a, stands);
    }
}
