/* setup_network.c — what a scenario can say of the network (semantics §2): one row a key. */
#include "models/setup.h"

#include "models/transport.h"

#define END                                                                                        \
    {                                                                                              \
        .key = NULL                                                                                \
    }
#define AT(type, member) .offset = G_STRUCT_OFFSET(type, member)

static const RepChoice orders[] = {
    {.name = "fifo",
     .value = REP_ORDER_FIFO,
     .doc = "messages of one stream arrive in the order of sending, as over one TCP connection",
     .guarantees = "a message never overtakes another of the same stream",
     .does_not = "keep delays independent: one slow message holds up those behind it"},
    {.name = "free",
     .value = REP_ORDER_FREE,
     .doc = "every message travels by itself and may overtake; a lost one stays lost",
     .guarantees = "delays are exactly those of the link",
     .does_not = "deliver what was lost: whoever needs it must ask again"},
    {.name = NULL}};

static const RepChoice fifo_scopes[] = {
    {.name = "stream",
     .value = REP_FIFO_STREAM,
     .doc = "a message waits for those before it on its own connection",
     .guarantees = "one session, partition or log never waits for another's slow message"},
    {.name = "link",
     .value = REP_FIFO_LINK,
     .doc = "a message waits for all that was sent before it from the same place to the same "
            "place, as if everything shared one connection",
     .guarantees = "whatever goes the same way arrives in the order of sending",
     .does_not = "keep streams independent: one slow message holds up every session and log"},
    {.name = NULL}};

static const RepField delay_row[] = {{.key = "delay",
                                      .type = REP_FIELD_DIST,
                                      .doc = "one-way delay",
                                      .example = "lognormal(min=30ms, p50=33ms, p99=45ms)"},
                                     END};
static const RepField bandwidth_row[] = {{.key = "bandwidth",
                                          .type = REP_FIELD_BANDWIDTH,
                                          .min = 1,
                                          .max = 1e15,
                                          .doc = "bits per second, per direction",
                                          .example = "8Mbit/s"},
                                         END};
static const RepField loss_row[] = {{.key = "loss",
                                     .type = REP_FIELD_RATIO,
                                     .max = 0.999,
                                     .doc = "share of the messages that is lost",
                                     .example = "0.1%"},
                                    END};

const RepField rep_network_fields[] = {
    {.key = "order",
     .type = REP_FIELD_CHOICE,
     AT(RepNetworkSetup, order),
     .fallback = "fifo",
     .choices = orders,
     .noun = "an order of messages",
     .doc = "may messages overtake each other?",
     .example = "free"},
    {.key = "fifo_scope",
     .type = REP_FIELD_CHOICE,
     AT(RepNetworkSetup, fifo_scope),
     .fallback = "stream",
     .is_later = TRUE,
     .choices = fifo_scopes,
     .noun = "a scope of the order of messages",
     .doc = "under 'order: fifo', which messages wait for each other",
     .example = "link"},
    {.key = "transport_acks",
     .type = REP_FIELD_COUNT,
     AT(RepNetworkSetup, transport_acks),
     .fallback = "0",
     .max = REP_TRANSPORT_ACKS_MAX,
     .is_later = TRUE,
     .doc = "under 'order: fifo', one bare message back for every so many received, as TCP "
            "acknowledges; 0: none",
     .example = "2"},
    {.key = "within",
     .type = REP_FIELD_DIST,
     AT(RepNetworkSetup, within),
     .fallback = "0s",
     .doc = "one-way delay between two places of one region",
     .example = "lognormal(p50=0.3ms, p99=1.5ms)"},
    {.key = "between",
     .type = REP_FIELD_READER,
     .inside = REP_INSIDE_LINKS,
     .fields = delay_row,
     .doc = "one-way delays: 'a <-> b' both directions, 'a -> b' one; regions or nodes, the most "
            "specific wins",
     .example = "{us <-> eu: 40ms}"},
    {.key = "bandwidth",
     .type = REP_FIELD_READER,
     .inside = REP_INSIDE_LINKS,
     .fields = bandwidth_row,
     .doc = "limits; a limited link between regions is one pipe per direction, shared by all",
     .example = "{us -> eu: 8Mbit/s}"},
    {.key = "loss",
     .type = REP_FIELD_READER,
     .inside = REP_INSIDE_LINKS,
     .fields = loss_row,
     .doc = "share of messages lost; under 'order: fifo' they are sent again and come late",
     .example = "{us <-> eu: 0.1%}"},
    {.key = "message_size",
     .type = REP_FIELD_SIZE,
     AT(RepNetworkSetup, message_size),
     .fallback = "0B",
     .max = 1e9,
     .doc = "bytes of everything that carries no value",
     .example = "100B"},
    END};
