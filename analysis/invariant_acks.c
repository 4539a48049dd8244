/*
 * invariant_acks.c — what a leader has heard of its followers, from messages that arrived, and what
 * it sends where they have to ask for it.
 *
 * A follower counts once, as far as the newest it said goes: an acknowledgement is cumulative, and
 * one that comes back with less has lost the rest.
 *
 * A node that returns paused leads from the instant at which it runs again; what arrived meanwhile
 * it reads after that, as the leader.
 */
#include "analysis/invariants_private.h"

struct AnaAcks {
    guint64 *heard; /* by leader and follower: last entry, in the leader's log */
    GArray **held;  /* RepMessageSeen, by node: what arrived while it was paused and did not lead */
    SimTime *asked; /* by who is followed, and follower: when it asked last */
};

void ana_acks_init(AnaInvariants *self)
{
    self->acks = g_new0(AnaAcks, 1);
    self->acks->held = g_new0(GArray *, self->rules->n_nodes + 1);
    for (gsize id = 0; id < self->rules->n_nodes; id++)
        self->acks->held[id] = g_array_new(FALSE, FALSE, sizeof(RepMessageSeen));
    gsize n_pairs = self->rules->n_nodes * self->rules->n_nodes;
    self->acks->heard = g_new0(guint64, n_pairs + 1);
    self->acks->asked = g_new(SimTime, n_pairs + 1);
    for (gsize i = 0; i <= n_pairs; i++)
        self->acks->asked[i] = -1;
}

void ana_acks_clear(AnaInvariants *self)
{
    for (gsize id = 0; id < self->rules->n_nodes; id++)
        g_array_free(self->acks->held[id], TRUE);
    g_free(self->acks->held);
    g_free(self->acks->heard);
    g_free(self->acks->asked);
    g_free(self->acks);
}

static guint64 *heard(const AnaInvariants *self, int leader, int follower)
{
    return &self->acks->heard[(gsize)leader * self->rules->n_nodes + (gsize)follower];
}

gboolean ana_acks_cover(const AnaInvariants *self, int leader, int follower, guint64 index)
{
    return !self->rules->kinds.ack || *heard(self, leader, follower) >= index;
}

static void listens(AnaInvariants *self, const RepMessageSeen *message)
{
    const AnaReplica *leader = &self->replicas[message->to];
    const AnaChain *said = &ana_reign(self, message->term)->log;
    const AnaChain *own = &ana_reign(self, leader->term)->log;
    guint64 upto = MIN(message->last, ana_chain_common(said, own));
    guint64 *known = heard(self, message->to, message->from);
    /* A paused leader, or one that has to be woken, has yet to read it, after what came before. */
    gboolean is_read = leader->state == REP_NODE_UP && !self->rules->wakes;
    gboolean takes_back = message->kind == self->rules->kinds.resume && is_read;
    *known = takes_back ? upto : MAX(*known, upto);
}

static void arrived(AnaInvariants *self, const RepMessageSeen *message)
{
    const AnaReplica *node = &self->replicas[message->to];
    if (node->leads)
        listens(self, message);
    else if (node->state == REP_NODE_PAUSED)
        g_array_append_val(self->acks->held[message->to], *message);
}

void ana_acks_begin(AnaInvariants *self, int leader)
{
    GArray *held = self->acks->held[leader];
    for (int id = 0; id < (int)self->rules->n_nodes; id++)
        *heard(self, leader, id) = 0;
    for (guint i = 0; self->replicas[leader].running_since == self->now && i < held->len; i++)
        listens(self, &g_array_index(held, RepMessageSeen, i));
    g_array_set_size(held, 0);
}

static guint64 position(const AnaReplica *node, AnaPoint point)
{
    return point == ANA_POINT_RECEIVED  ? node->received
           : point == ANA_POINT_FLUSHED ? node->flushed
                                        : node->applied;
}

static void leaves(AnaInvariants *self, const RepMessageSeen *message)
{
    const AnaRules *rules = self->rules;
    const AnaReplica *node = &self->replicas[message->from];
    gboolean is_ack = message->kind == rules->kinds.ack;
    AnaPoint point = is_ack                                          ? rules->point
                     : message->kind == rules->kinds.report_received ? ANA_POINT_RECEIVED
                                                                     : ANA_POINT_FLUSHED;
    if (message->last > position(node, point))
        ana_violated(self, ANA_REPORTS_ARE_TRUE,
                     "%s reports entry %" G_GUINT64_FORMAT " and has reached %" G_GUINT64_FORMAT,
                     ana_node_name(self, message->from), message->last, position(node, point));
    if (is_ack && rules->reports_in_turn && point == ANA_POINT_APPLIED &&
        node->received > node->flushed)
        ana_violated(self, ANA_REPORTS_ARE_TRUE, "%s reports what it has applied during a flush",
                     ana_node_name(self, message->from));
}

/* ---- where followers ask ------------------------------------------------------------------ */

static SimTime *asked(const AnaInvariants *self, int source, int follower)
{
    return &self->acks->asked[(gsize)source * self->rules->n_nodes + (gsize)follower];
}

/* A node that was paused deals only now with questions that arrived meanwhile. */
static void check_asked(AnaInvariants *self, const RepMessageSeen *message)
{
    if (*asked(self, message->from, message->to) == self->now || self->rules->wakes ||
        self->replicas[message->from].running_since == self->now)
        return;
    ana_violated(self, ANA_ENTRIES_ARE_ASKED, "%s sends something to %s, which has not asked",
                 ana_node_name(self, message->from), ana_node_name(self, message->to));
}

static void observe_asking(AnaInvariants *self, const RepObservation *seen)
{
    const AnaKinds *kinds = &self->rules->kinds;
    const RepMessageSeen *message = &seen->message;
    gboolean is_question = message->kind == kinds->poll || message->kind == kinds->resume;
    gboolean is_answer = message->kind == kinds->entries || message->kind == kinds->committed;
    if (seen->kind == REP_OBS_MESSAGE_ARRIVED && is_question)
        *asked(self, message->to, message->from) = self->now;
    else if (seen->kind == REP_OBS_MESSAGE_SENT && is_answer)
        check_asked(self, message);
}

/* Kind 0 is a client's request, and no policy's message. */
static gboolean says_how_far(const AnaKinds *kinds, guint8 kind)
{
    return kind &&
           (kind == kinds->ack || kind == kinds->report_received || kind == kinds->report_flushed);
}

void ana_acks_observe(AnaInvariants *self, const RepObservation *seen)
{
    const AnaKinds *kinds = &self->rules->kinds;
    if (self->rules->asks &&
        (seen->kind == REP_OBS_MESSAGE_ARRIVED || seen->kind == REP_OBS_MESSAGE_SENT))
        observe_asking(self, seen);
    if (seen->kind == REP_OBS_MESSAGE_ARRIVED && kinds->ack &&
        (seen->message.kind == kinds->ack || seen->message.kind == kinds->resume))
        arrived(self, &seen->message);
    else if (seen->kind == REP_OBS_MESSAGE_SENT && says_how_far(kinds, seen->message.kind))
        leaves(self, &seen->message);
    else if (seen->kind == REP_OBS_NODE_CHANGED && seen->node.state != REP_NODE_UP)
        g_array_set_size(self->acks->held[seen->node.node], 0); /* it died, or has read it all */
}
