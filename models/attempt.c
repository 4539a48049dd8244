/* attempt.c — one operation's attempts: request, service, reply, retry. */
#include "models/client.h"

#include "models/conversation.h"
#include "models/script.h"
#include "models/transport.h"
#include "models/versioned.h"
#include "models/world_state.h"

static RepOperation *operation_at(RepWorld *world, guint32 number)
{
    return sim_pool_at(&world->operations, number);
}

static RepSession *session_of(RepWorld *world, const RepOperation *operation)
{
    return &world->groups[operation->client].sessions[operation->session];
}

static void release(RepWorld *world, guint32 number)
{
    RepOperation *operation = operation_at(world, number);
    SIM_CHECK(operation->references > 0, "operation released twice");
    if (--operation->references > 0)
        return;
    if (G_UNLIKELY(operation->talk))
        rep_conversation_release(world, operation);
    if (G_UNLIKELY(world->versions))
        rep_versioned_release(world, operation);
    sim_pool_give(&world->operations, number);
}

/* What an operation came to. */
typedef struct RepGiven {
    int node; /* that answered; -1: no one node */
    RepVersion version;
    guint32 set; /* of versions */
    SimSpan visible_after;
    guint32 shown; /* set that the answer to a step's write showed; 0: none */
} RepGiven;

static const RepGiven nothing = {.node = -1, .visible_after = -1};

static void observe_operation(RepWorld *world, RepObservationKind kind,
                              const RepOperation *operation, RepOutcome outcome,
                              const RepGiven *given)
{
    RepObservation seen = {.kind = kind,
                           .at = world->kernel.now,
                           .operation = {.number = operation->number,
                                         .client = operation->client,
                                         .session = operation->session,
                                         .region = operation->region,
                                         .kind = operation->kind,
                                         .outcome = (guint8)outcome,
                                         .is_follow_up = operation->is_follow_up,
                                         .attempts = (guint8)(operation->attempt + 1),
                                         .node = given->node,
                                         .key = operation->key,
                                         .began = operation->began,
                                         .version = given->version,
                                         .visible_after = given->visible_after}};
    RepVersionsSeen versions, shown;
    if (G_UNLIKELY(world->versions)) {
        rep_versioned_seen(world, given->set, world->serials, &versions);
        seen.operation.versions = &versions;
        if (given->shown) {
            rep_versioned_seen(world, given->shown, world->shown_serials, &shown);
            seen.operation.shown = &shown;
        }
    }
    if (G_UNLIKELY(operation->talk))
        seen.operation.depends_on = rep_conversation_dependency(world, operation);
    rep_world_emit(world, &seen);
}

void rep_operation_begin(RepWorld *world, const RepOperation *template)
{
    guint32 number = sim_pool_take_raw(&world->operations);
    RepOperation *operation = operation_at(world, number);
    *operation = *template;
    operation->began = world->kernel.now;
    operation->references = 1;
    operation->log = (guint16)rep_log_of_key(operation->key, world->n_logs);
    operation->serial = ++world->operations_begun;
    world->operations_open++;
    if (world->mask & REP_OBS_BIT(REP_OBS_OPERATION_BEGAN))
        observe_operation(world, REP_OBS_OPERATION_BEGAN, operation, REP_OK, &nothing);
    if (G_UNLIKELY(world->has_memory) && rep_memory_queues(world, number))
        return;
    rep_attempt_send(world, number);
}

static void end_operation(RepWorld *world, guint32 number, RepOutcome outcome,
                          const RepGiven *given)
{
    RepOperation *operation = operation_at(world, number);
    SIM_CHECK(!operation->has_ended, "operation %" G_GUINT64_FORMAT " of %s ended twice",
              operation->number, world->setup->clients[operation->client].name);
    operation->has_ended = TRUE;
    world->operations_open--;
    if (G_UNLIKELY(world->groups[operation->client].script))
        rep_script_ended(world, operation, given->set);
    observe_operation(world, REP_OBS_OPERATION_ENDED, operation, outcome, given);
    if (G_UNLIKELY(operation->is_edit_read && world->versions))
        rep_versioned_remember(world, operation, given->set);
    rep_operation_ended(world, number, outcome, given->version);
    guint32 next =
        G_UNLIKELY(world->has_memory) ? rep_memory_dequeue(world, number) : SIM_POOL_NONE;
    release(world, number);
    if (next != SIM_POOL_NONE)
        rep_attempt_send(world, next);
}

/* ---- request ------------------------------------------------------------------------------ */

/* The agent of the session's region: the client coordinates by itself, and nothing travels. */
static gboolean is_agent(const RepWorld *world, int node)
{
    return node >= (int)world->setup->n_nodes;
}

static int choose_node(RepWorld *world, RepOperation *operation, gboolean is_handed_on)
{
    RepSession *session = session_of(world, operation);
    const RepStepSetup *step = rep_script_step(&world->groups[operation->client], operation);
    if (step && step->to >= 0 && !is_handed_on)
        return step->to;
    RepRoute route = {
        .kind = operation->kind,
        .client = (int)operation->client,
        .session = (int)operation->session,
        .region = (int)operation->region,
        .number = operation->number,
        .attempt = operation->attempt,
        .log = operation->log,
        .key = operation->key,
        .nearest = world->nearest + operation->region * world->setup->n_nodes,
        .sticky = session->reads_from,
        .is_handed_on = is_handed_on,
        .wrote_at = rep_memory_wrote_at(&world->groups[operation->client], operation->session),
        .private_state = session};
    int node = world->policy->route(world->policy_state, world, &route);
    if (node & REP_ROUTE_ASIDE)
        return node & ~REP_ROUTE_ASIDE;
    if (is_agent(world, node))
        return node;
    if (operation->kind == REP_READ && node != session->reads_from) {
        if (session->reads_from >= 0)
            session->moves++;
        session->reads_from = node;
    }
    return node;
}

static guint32 request_bytes(const RepWorld *world, const RepOperation *operation)
{
    return (guint32)(operation->kind == REP_WRITE
                         ? world->setup->clients[operation->client].value_size
                         : world->setup->network.message_size);
}

static guint32 reply_bytes(const RepWorld *world, const RepOperation *operation, RepAnswer answer)
{
    return (guint32)(operation->kind == REP_READ && answer == REP_ANSWER_DONE
                         ? world->setup->clients[operation->client].value_size
                         : world->setup->network.message_size);
}

static void emit_message(RepWorld *world, RepObservationKind kind, const RepExchange *exchange,
                         gboolean is_request, guint32 bytes, SimTime due)
{
    const RepOperation *operation = operation_at(world, exchange->operation);
    const RepNode *node = &world->nodes[exchange->node];
    int client = -1 - (int)operation->region;
    RepObservation seen = {
        .kind = kind,
        .at = world->kernel.now,
        .message = {.from = is_request ? client : exchange->node,
                    .to = is_request ? exchange->node : client,
                    .kind = is_request ? REP_MESSAGE_REQUEST : REP_MESSAGE_REPLY,
                    .crosses_regions = node->region != (int)operation->region,
                    .log = operation->log,
                    .bytes = bytes,
                    .id = exchange->message,
                    .first = (guint64)operation->client << 48 | operation->number,
                    .last = exchange->attempt,
                    .sent = exchange->sent,
                    .due = due,
                    .client = operation->client + 1,
                    .session = operation->session,
                    .attempt = exchange->attempt,
                    .number = operation->number}};
    rep_world_emit(world, &seen);
}

static inline void observe_message(RepWorld *world, RepObservationKind kind,
                                   const RepExchange *exchange, gboolean is_request, guint32 bytes,
                                   SimTime due)
{
    if (world->mask & REP_OBS_BIT(kind))
        emit_message(world, kind, exchange, is_request, bytes, due);
}

/* A request or a reply as it leaves. */
typedef struct Leg {
    RepPath *path;
    SimStream delays, losses;
    SimTime *previous; /* NULL: it may overtake */
    SimSpan delay;     /* where it was drawn ahead; else -1 */
    guint32 bytes;
    unsigned entity; /* of its receiver */
    gboolean is_request;
} Leg;

/* A fault waits for messages of scripts. */
static SimTime meddle(RepWorld *world, const RepExchange *exchange, const Leg *leg, SimTime at)
{
    const RepOperation *operation = operation_at(world, exchange->operation);
    const RepFaultSetup *fault = world->groups[operation->client].script && at != SIM_NEVER
                                     ? rep_script_meets_request(world, operation, exchange->node)
                                     : NULL;
    if (!fault)
        return at;
    return fault->drop ? SIM_NEVER : rep_network_later(leg->path, at, fault->delay, leg->previous);
}

static inline SimTime arrival_of(RepWorld *world, const RepExchange *exchange,
                                 const RepOperation *operation, const Leg *leg)
{
    if (leg->delay >= 0 && rep_network_is_plain(world, leg->path))
        return rep_network_after(world, leg->delay, leg->previous);
    return rep_network_arrival(world, leg->path, leg->delays, leg->losses,
                               rep_operation_cause(operation, exchange->attempt), leg->bytes,
                               leg->previous);
}

/* Where it will not arrive, the exchange is over. */
static inline void leave(RepWorld *world, guint32 number, const Leg *leg)
{
    RepExchange *exchange = sim_pool_at(&world->exchanges, number);
    const RepOperation *operation = operation_at(world, exchange->operation);
    exchange->message = rep_network_count(&world->network, leg->path, leg->bytes);
    SimTime at = arrival_of(world, exchange, operation, leg);
    if (G_UNLIKELY(world->faults.n_messages && leg->is_request))
        at = meddle(world, exchange, leg, at);
    observe_message(world, REP_OBS_MESSAGE_SENT, exchange, leg->is_request, leg->bytes, at);
    if (at == SIM_NEVER) {
        observe_message(world, REP_OBS_MESSAGE_DROPPED, exchange, leg->is_request, leg->bytes, at);
        rep_exchange_drop(world, number);
        return;
    }
    world->network.in_flight++;
    sim_kernel_post(&world->kernel, at, SIM_RANK_MESSAGE, leg->entity,
                    leg->is_request ? world->request_handler : world->reply_handler, number);
}

static Leg leg_of_line(const Leg *leg, guint8 line)
{
    Leg own = *leg;
    if (line) {
        own.delay = -1;
        own.delays = sim_stream_numbered(rep_network_copies(leg->delays), line);
        own.losses = sim_stream_numbered(rep_network_copies(leg->losses), line);
    }
    return own;
}

/* The same while faults double messages: a copy is an exchange of its own, and what it brings
 * about at the node is answered separately. */
static void leave_disturbed(RepWorld *world, guint32 number, const Leg *leg)
{
    const RepExchange *exchange = sim_pool_at(&world->exchanges, number);
    RepOperation *operation = operation_at(world, exchange->operation);
    guint8 line = exchange->line;
    Leg own = leg_of_line(leg, line);
    guint32 copy = SIM_POOL_NONE;
    if (!leg->previous && world->faults.disturbing &&
        rep_network_doubles(world, leg->path, own.delays,
                            rep_operation_cause(operation, exchange->attempt))) {
        copy = sim_pool_take_raw(&world->exchanges);
        RepExchange *other = sim_pool_at(&world->exchanges, copy);
        *other = *exchange;
        if (other->set)
            rep_set_hold(world->versions, other->set, FALSE); /* each gives its own back */
        line = other->line |= leg->is_request ? REP_COPY_REQUEST : REP_COPY_REPLY;
        if (world->has_memory)
            rep_memory_copy(world, number, copy);
        operation->references++;
        /* One of two requests may be refused and the other done. */
        if (leg->is_request)
            operation->is_uncertain = TRUE;
    }
    leave(world, number, &own);
    if (copy != SIM_POOL_NONE) {
        own = leg_of_line(leg, line);
        leave(world, copy, &own);
    }
}

static inline void send(RepWorld *world, guint32 number, const Leg *leg)
{
    const RepExchange *exchange = sim_pool_at(&world->exchanges, number);
    if (G_UNLIKELY(world->faults.disturbing || exchange->line))
        leave_disturbed(world, number, leg);
    else
        leave(world, number, leg);
}

static void send_request(RepWorld *world, guint32 number, gboolean is_handed_on)
{
    RepOperation *operation = operation_at(world, number);
    RepGroup *group = &world->groups[operation->client];
    int node = operation->node = choose_node(world, operation, is_handed_on);
    guint32 exchange_number = sim_pool_take_raw(&world->exchanges);
    RepExchange *exchange = sim_pool_at(&world->exchanges, exchange_number);
    *exchange = (RepExchange){.operation = number,
                              .next = SIM_POOL_NONE,
                              .node = node,
                              .attempt = (guint8)operation->attempt,
                              .marks = is_handed_on ? REP_MARK_HANDED_ON : 0,
                              .sent = world->kernel.now,
                              .visible_after = -1,
                              .way_back = -1};
    operation->references++;
    if (!is_handed_on)
        rep_timeout_plan(world, number);
    if (G_UNLIKELY(world->has_memory))
        rep_memory_send(world, exchange_number);
    if (is_agent(world, node)) {
        rep_world_request(world, exchange_number);
        rep_world_carry_out(world);
        return;
    }

    RepPath *path = rep_network_to_node(world, (int)operation->region, node);
    RepSessionLink *link = rep_session_link(session_of(world, operation), node);
    /* Both delays are drawn here: side by side they take little longer than one. */
    exchange->way_back = rep_network_delay_ahead(
        world, rep_network_to_client(world, node, (int)operation->region), group->replies[node],
        rep_operation_cause(operation, operation->attempt));
    rep_log_prefetch(&world->logs[operation->log],
                     operation->key); /* it will be asked for on arrival */
    send(world, exchange_number,
         &(Leg){.path = path,
                .delays = group->requests[node],
                .losses = group->request_losses[node],
                .previous = world->setup->network.order == REP_ORDER_FIFO ? &link->requests : NULL,
                .delay = -1,
                .bytes = request_bytes(world, operation),
                .entity = (unsigned)node,
                .is_request = TRUE});
}

void rep_attempt_send(RepWorld *world, guint32 number)
{
    send_request(world, number, FALSE);
}

void rep_request_arrived(void *self, guint64 payload)
{
    RepWorld *world = self;
    guint32 number = (guint32)payload;
    RepExchange *exchange = sim_pool_at(&world->exchanges, number);
    RepOperation *operation = operation_at(world, exchange->operation);
    RepNode *node = &world->nodes[exchange->node];
    RepPath *path = rep_network_to_node(world, (int)operation->region, exchange->node);
    gboolean is_lost = rep_path_lost(path, exchange->sent);
    gboolean is_refused = !is_lost && node->downs && node->refusals;
    gboolean arrives = !is_lost && (is_refused || rep_node_is_up(node));
    world->network.in_flight--;
    observe_message(world, arrives ? REP_OBS_MESSAGE_ARRIVED : REP_OBS_MESSAGE_DROPPED, exchange,
                    TRUE, request_bytes(world, operation), world->kernel.now);
    if (!arrives)
        rep_exchange_drop(world, number);
    else if (is_refused)
        rep_reply_send(world, number, REP_ANSWER_REFUSED, (RepVersion){0});
    else if (node->pauses)
        rep_node_hold(world, node->id, &(RepHeld){.kind = REP_HELD_REQUEST, .number = number});
    else {
        if (G_UNLIKELY(world->setup->network.transport_acks))
            rep_transport_took_exchange(world, number, TRUE);
        rep_cpu_serve(world, node->id, number);
        rep_world_carry_out(world);
    }
}

/* ---- reply -------------------------------------------------------------------------------- */

void rep_exchange_drop(RepWorld *world, guint32 number)
{
    RepExchange *exchange = sim_pool_at(&world->exchanges, number);
    guint32 operation = exchange->operation;
    if (G_UNLIKELY(world->versions))
        rep_versioned_drop_exchange(world, exchange);
    sim_pool_give(&world->exchanges, number);
    release(world, operation);
}

static void reply_arrives(RepWorld *world, guint32 number);

void rep_reply_send(RepWorld *world, guint32 number, RepAnswer answer, RepVersion version)
{
    RepExchange *exchange = sim_pool_at(&world->exchanges, number);
    RepOperation *operation = operation_at(world, exchange->operation);
    RepGroup *group = &world->groups[operation->client];
    int node = exchange->node;
    exchange->answer = (guint8)answer;
    exchange->version = version;
    exchange->sent = world->kernel.now;
    if (is_agent(world, node)) {
        reply_arrives(world, number);
        return;
    }
    RepPath *path = rep_network_to_client(world, node, (int)operation->region);
    RepSessionLink *link = rep_session_link(session_of(world, operation), node);
    send(world, number,
         &(Leg){.path = path,
                .delays = group->replies[node],
                .losses = group->reply_losses[node],
                .previous = world->setup->network.order == REP_ORDER_FIFO ? &link->replies : NULL,
                .delay = exchange->way_back,
                .bytes = reply_bytes(world, operation, answer),
                .entity = rep_client_entity(world, operation->client)});
}

/* An attempt did not succeed: try again, or give the operation its outcome. */
static void attempt_failed(RepWorld *world, guint32 number)
{
    RepOperation *operation = operation_at(world, number);
    RepGroup *group = &world->groups[operation->client];
    if (operation->attempt >= group->setup->retry.times) {
        end_operation(world, number, operation->is_uncertain ? REP_UNKNOWN : REP_FAILED, &nothing);
        return;
    }
    SimDraw draw = sim_draw(group->retries, rep_operation_cause(operation, operation->attempt));
    const SimDist *after = group->setup->retry.after;
    SimSpan wait = after ? sim_dist_span(after, &draw, world->kernel.now) : 0;
    operation->attempt++;
    operation->references++;
    sim_kernel_post(&world->kernel, sim_time_after(world->kernel.now, wait), SIM_RANK_CLIENT,
                    rep_client_entity(world, operation->client), world->retry_handler, number);
}

void rep_attempt_unanswered(RepWorld *world, guint32 number)
{
    RepOperation *operation = operation_at(world, number);
    if (!is_agent(world, operation->node))
        rep_session_avoid(session_of(world, operation), operation->node, world->kernel.now);
    operation->is_uncertain = TRUE;
    attempt_failed(world, number);
}

void rep_attempt_again(void *self, guint64 payload)
{
    RepWorld *world = self;
    guint32 number = (guint32)payload;
    rep_attempt_send(world, number);
    release(world, number);
}

static void deal_with_reply(RepWorld *world, guint32 number, const RepExchange *exchange)
{
    RepOperation *operation = operation_at(world, exchange->operation);
    if (exchange->answer == REP_ANSWER_DONE) {
        if (G_UNLIKELY(world->has_memory))
            rep_memory_learn(world, number);
        RepGiven given = {.node = world->versions ? exchange->answered_by : exchange->node,
                          .version = exchange->version,
                          .set = exchange->set,
                          .visible_after = world->versions ? exchange->visible_after : -1};
        const RepGroup *group = &world->groups[operation->client];
        if (G_UNLIKELY(group->script) && world->versions && operation->kind == REP_WRITE)
            given.shown = group->script[operation->number].shown;
        end_operation(world, exchange->operation, REP_OK, &given);
    } else if (exchange->answer == REP_ANSWER_BEHIND)
        send_request(world, exchange->operation, TRUE);
    else {
        if (exchange->answer == REP_ANSWER_REFUSED && !is_agent(world, exchange->node))
            rep_session_avoid(session_of(world, operation), exchange->node, world->kernel.now);
        attempt_failed(world, exchange->operation);
    }
}

/* A client that has given the attempt up no longer listens for its answer. */
static void reply_arrives(RepWorld *world, guint32 number)
{
    RepExchange exchange = *(RepExchange *)sim_pool_at(&world->exchanges, number);
    const RepOperation *operation = operation_at(world, exchange.operation);
    if (!operation->has_ended && exchange.attempt == operation->attempt)
        deal_with_reply(world, number, &exchange);
    rep_exchange_drop(world, number);
}

void rep_reply_arrived(void *self, guint64 payload)
{
    RepWorld *world = self;
    guint32 number = (guint32)payload;
    const RepExchange *exchange = sim_pool_at(&world->exchanges, number);
    const RepOperation *operation = operation_at(world, exchange->operation);
    RepPath *path = rep_network_to_client(world, exchange->node, (int)operation->region);
    gboolean arrives = !rep_path_lost(path, exchange->sent) &&
                       exchange->sent > world->nodes[exchange->node].crashed_at;
    world->network.in_flight--;
    observe_message(world, arrives ? REP_OBS_MESSAGE_ARRIVED : REP_OBS_MESSAGE_DROPPED, exchange,
                    FALSE, reply_bytes(world, operation, exchange->answer), world->kernel.now);
    if (arrives && G_UNLIKELY(world->setup->network.transport_acks))
        rep_transport_took_exchange(world, number, FALSE);
    if (arrives)
        reply_arrives(world, number);
    else
        rep_exchange_drop(world, number);
}

void rep_clients_finish(RepWorld *world)
{
    for (gsize id = 0; id < world->setup->n_clients; id++)
        rep_memory_close(&world->groups[id]);
    for (guint32 number = 0; number < world->operations.made && world->operations_open; number++) {
        const RepOperation *operation = operation_at(world, number);
        if (operation->references > 0 && !operation->has_ended)
            end_operation(world, number, operation->is_queued ? REP_NOT_STARTED : REP_UNKNOWN,
                          &nothing);
    }
}
