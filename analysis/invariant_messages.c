/* invariant_messages.c — what is on the wire; see invariants_private.h. */
#include "analysis/invariants_private.h"

#include <string.h>

typedef struct Flying {
    RepMessageSeen message;
} Flying;

struct AnaWire {
    GHashTable *flying; /* by message id */
    GHashTable *last;   /* by sender and receiver: when the last one sent so far arrives */
    guint64 sent, delivered, dropped;
    guint64 flying_routine; /* of those on their way */
};

void ana_wire_init(AnaInvariants *self)
{
    self->wire = g_new0(AnaWire, 1);
    self->wire->flying = g_hash_table_new_full(g_int64_hash, g_int64_equal, NULL, g_free);
    self->wire->last = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, g_free);
}

void ana_wire_clear(AnaInvariants *self)
{
    g_hash_table_destroy(self->wire->flying);
    g_hash_table_destroy(self->wire->last);
    g_free(self->wire);
}

#define M "message %" G_GUINT64_FORMAT

/* Between two parties; the streams of sessions cannot be told apart by a message. */
static void check_order(AnaInvariants *self, const RepMessageSeen *message)
{
    if (!self->rules->delays_are_fifo || message->from < 0 || message->to < 0 ||
        message->due == SIM_NEVER || self->rules->overtaking >> message->kind & 1)
        return;
    guint64 pair = (guint64)message->from << 32 | (guint64)message->to;
    SimTime *last = g_hash_table_lookup(self->wire->last, &pair);
    if (!last) {
        guint64 *key = g_new(guint64, 1);
        *key = pair;
        last = g_new0(SimTime, 1);
        g_hash_table_insert(self->wire->last, key, last);
    }
    if (message->due < *last)
        ana_violated(self, ANA_MESSAGES_CONSERVED, M " overtakes the one before it", message->id);
    *last = message->due;
}

static void sent(AnaInvariants *self, const RepObservation *seen)
{
    const RepMessageSeen *message = &seen->message;
    Flying *flying = g_new(Flying, 1);
    flying->message = *message;
    if (message->sent != seen->at || message->due < seen->at)
        ana_violated(self, ANA_MESSAGES_CONSERVED, M " is to arrive before it was sent",
                     message->id);
    if (!g_hash_table_insert(self->wire->flying, &flying->message.id, flying))
        ana_violated(self, ANA_MESSAGES_CONSERVED, M " is sent twice", message->id);
    check_order(self, message);
    self->wire->flying_routine += self->rules->routine >> message->kind & 1;
    gboolean is_measured = seen->at >= self->rules->warmup && seen->at < self->rules->duration;
    self->wire->sent++;
    self->totals.all_messages++;
    self->totals.all_bytes += message->bytes;
    if (is_measured) {
        self->totals.messages++;
        self->totals.bytes += message->bytes;
        self->totals.bytes_between_regions += message->crosses_regions ? message->bytes : 0;
    }
    /* A host whose database is dead may still refuse clients; nothing else leaves it. */
    if (message->from >= 0 && (gsize)message->from < self->rules->n_nodes && message->to >= 0 &&
        self->replicas[message->from].state != REP_NODE_UP)
        ana_violated(self, ANA_SILENT_WHILE_STOPPED, "%s sends " M " while it does not run",
                     ana_node_name(self, message->from), message->id);
}

static void landed(AnaInvariants *self, const RepObservation *seen)
{
    const RepMessageSeen *message = &seen->message;
    const Flying *flying = g_hash_table_lookup(self->wire->flying, &message->id);
    gboolean arrives = seen->kind == REP_OBS_MESSAGE_ARRIVED;
    if (!flying) {
        ana_violated(self, ANA_MESSAGES_CONSERVED, M " %s but is not on its way", message->id,
                     arrives ? "arrives" : "is dropped");
        return;
    }
    const RepMessageSeen *was = &flying->message;
    if (was->from != message->from || was->to != message->to || was->kind != message->kind ||
        was->bytes != message->bytes || was->sent != message->sent)
        ana_violated(self, ANA_MESSAGES_CONSERVED, M " changes on its way", message->id);
    if (arrives && was->due != seen->at)
        ana_violated(self, ANA_MESSAGES_CONSERVED, M " does not arrive when it was to",
                     message->id);
    if (arrives && message->from >= 0 && message->to >= 0 &&
        (gsize)message->to < self->rules->n_nodes &&
        self->replicas[message->to].state == REP_NODE_DOWN)
        ana_violated(self, ANA_SILENT_WHILE_STOPPED, "%s takes " M " while it is down",
                     ana_node_name(self, message->to), message->id);
    self->wire->flying_routine -= self->rules->routine >> message->kind & 1;
    g_hash_table_remove(self->wire->flying, &message->id);
    self->wire->delivered += arrives ? 1 : 0;
    self->wire->dropped += arrives ? 0 : 1;
}

void ana_wire_observe(AnaInvariants *self, const RepObservation *seen)
{
    if (seen->kind == REP_OBS_MESSAGE_SENT)
        sent(self, seen);
    else
        landed(self, seen);
}

void ana_wire_finish(AnaInvariants *self)
{
    const AnaWire *wire = self->wire;
    guint64 flying = g_hash_table_size(wire->flying);
    if (wire->sent != wire->delivered + wire->dropped + flying ||
        (self->is_drained && flying > wire->flying_routine))
        ana_violated(self, ANA_MESSAGES_CONSERVED,
                     "%" G_GUINT64_FORMAT " sent, %" G_GUINT64_FORMAT " delivered, "
                     "%" G_GUINT64_FORMAT " dropped, %" G_GUINT64_FORMAT " in flight",
                     wire->sent, wire->delivered, wire->dropped, flying);
}
