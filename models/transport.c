/* transport.c — bare acknowledgements of the transport; see transport.h. */
#include "models/transport.h"

#include "models/world_state.h"

/* Counts a message that was taken. TRUE: it is acknowledged now. */
static gboolean is_due(const RepWorld *world, guint16 *taken)
{
    if (++*taken < world->setup->network.transport_acks)
        return FALSE;
    *taken = 0;
    return TRUE;
}

static guint16 *taken_on(RepWorld *world, const RepMessage *message)
{
    if (!message->is_clients)
        return &rep_stream_between(world, message->from, message->to, message->log)->taken;
    gboolean is_request = rep_party_is_node(world, message->to);
    RepSession *session = &world->groups[message->client - 1].sessions[message->session];
    RepSessionLink *link = rep_session_link(session, is_request ? message->to : message->from);
    return is_request ? &link->requests_taken : &link->replies_taken;
}

void rep_transport_took(RepWorld *world, const RepMessage *message)
{
    if (world->setup->network.order != REP_ORDER_FIFO || message->is_bulk ||
        rep_world_delay_law(world, message->kind) || !is_due(world, taken_on(world, message)))
        return;
    RepMessage bare = *message;
    bare.from = message->to;
    bare.to = message->from;
    bare.kind = REP_TRANSPORT_ACK;
    bare.service = REP_SERVICE_NONE;
    bare.value = message->kind;
    bare.bytes = (guint64)world->setup->network.message_size;
    bare.set = 0;
    rep_stream_send(world, &bare);
}

void rep_transport_took_exchange(RepWorld *world, guint32 number, gboolean is_request)
{
    const RepExchange *exchange = sim_pool_at(&world->exchanges, number);
    const RepOperation *operation = sim_pool_at(&world->operations, exchange->operation);
    int agent = rep_party_of_region(world, (int)operation->region);
    RepMessage taken = {.from = is_request ? agent : exchange->node,
                        .to = is_request ? exchange->node : agent,
                        .kind = REP_TRANSPORT_ACK, /* of no policy */
                        .log = (guint8)operation->log,
                        .client = operation->client + 1,
                        .session = operation->session,
                        .attempt = exchange->attempt,
                        .is_clients = TRUE,
                        .number = operation->number};
    rep_transport_took(world, &taken);
}
