/* invariant_clients.c — operations and what they were answered; see invariants_private.h. */
#include "analysis/invariants_private.h"

#include <string.h>

/* An answer on its way: what it may say. */
typedef struct Answer {
    int node;
    guint attempt; /* from 0 */
    guint64 message;
    gboolean is_committed; /* write: some entry of it had been, at the node, when it was sent */
    RepVersion shown;      /* read: the newest version that the node showed then */
    gboolean has_arrived;
    SimTime arrived_at;
} Answer;

typedef struct Operation {
    guint64 key;
    guint8 kind;
    gboolean has_begun, has_ended;
    GArray *entries; /* RepVersion: where it was appended; NULL: nowhere */
    GArray *answers; /* Answer; NULL: none */
} Operation;

struct AnaClients {
    GHashTable *operations; /* by client << 48 | number */
    GHashTable *versions;   /* by key: GArray of RepVersion in the order of appending */
    guint64 open;
};

static void free_operation(gpointer data)
{
    Operation *operation = data;
    if (operation->entries)
        g_array_free(operation->entries, TRUE);
    if (operation->answers)
        g_array_free(operation->answers, TRUE);
    g_free(operation);
}

static void free_array(gpointer data)
{
    g_array_free(data, TRUE);
}

void ana_clients_init(AnaInvariants *self)
{
    self->clients = g_new0(AnaClients, 1);
    self->clients->operations =
        g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, free_operation);
    self->clients->versions =
        g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, free_array);
}

void ana_clients_clear(AnaInvariants *self)
{
    g_hash_table_destroy(self->clients->operations);
    g_hash_table_destroy(self->clients->versions);
    g_free(self->clients);
}

static guint64 *copy_of(guint64 id)
{
    guint64 *copy = g_new(guint64, 1);
    *copy = id;
    return copy;
}

static Operation *find(AnaInvariants *self, guint64 id)
{
    Operation *operation = g_hash_table_lookup(self->clients->operations, &id);
    if (!operation) {
        operation = g_new0(Operation, 1);
        g_hash_table_insert(self->clients->operations, copy_of(id), operation);
    }
    return operation;
}

static guint64 id_of(guint32 client, guint64 number)
{
    return (guint64)client << 48 | number;
}

/* ---- appending ---------------------------------------------------------------------------- */

static void add_version(AnaInvariants *self, guint64 key, RepVersion entry)
{
    GArray *versions = g_hash_table_lookup(self->clients->versions, &key);
    if (!versions) {
        versions = g_array_new(FALSE, FALSE, sizeof(RepVersion));
        g_hash_table_insert(self->clients->versions, copy_of(key), versions);
    }
    g_array_append_val(versions, entry);
}

void ana_clients_carried(AnaInvariants *self, const AnaAppended *what, RepVersion to)
{
    Operation *operation = find(self, id_of(what->client, what->number));
    if (operation->entries)
        g_array_append_val(operation->entries, to);
    add_version(self, what->key, to);
}

void ana_clients_appended(AnaInvariants *self, const RepObservation *seen)
{
    guint64 key = seen->appended.key;
    RepVersion entry = seen->appended.entry;
    Operation *operation = find(self, id_of(seen->appended.client, seen->appended.number));
    const AnaReplica *node = &self->replicas[seen->appended.node];
    if (!operation->has_begun || operation->kind != REP_WRITE || operation->key != key)
        ana_violated(self, ANA_ONE_OUTCOME,
                     "%s appends a write that no client has asked for, to key %" G_GUINT64_FORMAT,
                     ana_node_name(self, seen->appended.node), key);
    if (!operation->entries)
        operation->entries = g_array_new(FALSE, FALSE, sizeof(RepVersion));
    for (guint i = 0; i < operation->entries->len; i++) {
        RepVersion earlier = g_array_index(operation->entries, RepVersion, i);
        if (ana_chain_contains(&node->chain, earlier, entry.index - 1))
            ana_violated(self, ANA_APPENDED_ONCE,
                         "%s appends operation %" G_GUINT64_FORMAT " of client group %u as entry "
                         "%" G_GUINT64_FORMAT ", but its log has it as entry %" G_GUINT64_FORMAT
                         " of term %u",
                         ana_node_name(self, seen->appended.node), seen->appended.number,
                         seen->appended.client, entry.index, earlier.index, earlier.term);
    }
    g_array_append_val(operation->entries, entry);
    add_version(self, key, entry);
}

/* ---- answers ------------------------------------------------------------------------------ */

/* The latest in its log, not the one that was appended last. */
RepVersion ana_clients_newest(AnaInvariants *self, const AnaReplica *node, guint64 upto,
                              guint64 key)
{
    const GArray *versions = g_hash_table_lookup(self->clients->versions, &key);
    RepVersion newest = {0};
    for (guint i = versions ? versions->len : 0; i-- > 0;) {
        RepVersion version = g_array_index(versions, RepVersion, i);
        if (version.index > newest.index && ana_chain_contains(&node->chain, version, upto))
            newest = version;
    }
    return newest;
}

static RepVersion shown_by(AnaInvariants *self, const AnaReplica *node, guint64 key)
{
    return ana_clients_newest(self, node, node->applied, key);
}

static gboolean has_committed_entry(AnaInvariants *self, const Operation *operation)
{
    for (guint i = 0; operation->entries && i < operation->entries->len; i++)
        if (ana_logs_is_committed(self, g_array_index(operation->entries, RepVersion, i)) ||
            ana_settled_has(self, g_array_index(operation->entries, RepVersion, i)))
            return TRUE;
    return FALSE;
}

static Answer *find_answer(const Operation *operation, guint64 message)
{
    for (guint i = operation->answers ? operation->answers->len : 0; i-- > 0;) {
        Answer *answer = &g_array_index(operation->answers, Answer, i);
        if (answer->message == message)
            return answer;
    }
    return NULL;
}

/* The one that arrives now: a request that was doubled on its way has several. */
static const Answer *arriving_answer(const AnaInvariants *self, const Operation *operation,
                                     int node, guint attempt)
{
    for (guint i = operation->answers ? operation->answers->len : 0; i-- > 0;) {
        const Answer *answer = &g_array_index(operation->answers, Answer, i);
        if (answer->node == node && answer->attempt == attempt && answer->has_arrived &&
            answer->arrived_at == self->now)
            return answer;
    }
    return NULL;
}

void ana_clients_message(AnaInvariants *self, const RepObservation *seen)
{
    const RepMessageSeen *message = &seen->message;
    /* An answer, and no bare acknowledgement, goes from a node to the clients of a region. */
    if (message->to >= 0 || message->from < 0 || message->kind != REP_MESSAGE_REPLY)
        return;
    Operation *operation = find(self, message->first);
    if (seen->kind == REP_OBS_MESSAGE_ARRIVED) {
        Answer *answer = find_answer(operation, message->id);
        if (answer) {
            answer->has_arrived = TRUE;
            answer->arrived_at = seen->at;
        }
    }
    if (seen->kind != REP_OBS_MESSAGE_SENT)
        return;
    Answer answer = {
        .node = message->from, .attempt = (guint)message->last, .message = message->id};
    if (operation->kind == REP_WRITE)
        answer.is_committed = has_committed_entry(self, operation);
    else
        answer.shown = shown_by(self, &self->replicas[message->from], operation->key);
    if (!operation->answers)
        operation->answers = g_array_new(FALSE, FALSE, sizeof(Answer));
    g_array_append_val(operation->answers, answer);
}

/* ---- operations --------------------------------------------------------------------------- */

static void check_write(AnaInvariants *self, const RepOperationSeen *seen, const Answer *answer)
{
    const AnaAppended *entry = ana_logs_entry(self, seen->version);
    if (!entry || entry->number != seen->number || entry->client != seen->client)
        ana_violated(self, ANA_ANSWERED_AFTER_COMMIT,
                     "a client hears that its write is entry %" G_GUINT64_FORMAT
                     " of term %u, which is not its write",
                     seen->version.index, seen->version.term);
    else if (!answer->is_committed)
        ana_violated(self, ANA_ANSWERED_AFTER_COMMIT,
                     "%s answers a write (entry %" G_GUINT64_FORMAT
                     " of term %u) that has not committed",
                     ana_node_name(self, seen->node), seen->version.index, seen->version.term);
}

static void check_read(AnaInvariants *self, const RepOperationSeen *seen, const Answer *answer)
{
    RepVersion shown = answer->shown;
    if (shown.index != seen->version.index || (shown.index && shown.term != seen->version.term))
        ana_violated(self, ANA_READ_WHAT_IS_SHOWN,
                     "a read of key %" G_GUINT64_FORMAT " at %s returns entry %" G_GUINT64_FORMAT
                     " of term %u; the node shows entry %" G_GUINT64_FORMAT " of term %u",
                     seen->key, ana_node_name(self, seen->node), seen->version.index,
                     seen->version.term, shown.index, shown.term);
}

static void check_success(AnaInvariants *self, const Operation *operation,
                          const RepOperationSeen *seen)
{
    const Answer *answer =
        seen->attempts ? arriving_answer(self, operation, seen->node, seen->attempts - 1u) : NULL;
    if (!answer)
        ana_violated(self, ANA_OUTCOME_HAS_CAUSE,
                     "operation %" G_GUINT64_FORMAT
                     " of client group %u succeeds although no answer arrives",
                     seen->number, seen->client);
    else if (seen->kind == REP_WRITE)
        check_write(self, seen, answer);
    else
        check_read(self, seen, answer);
}

static void ended(AnaInvariants *self, Operation *operation, const RepOperationSeen *seen)
{
    if (!operation->has_begun || operation->has_ended)
        ana_violated(self, ANA_ONE_OUTCOME, "operation %" G_GUINT64_FORMAT " of client group %u %s",
                     seen->number, seen->client,
                     operation->has_ended ? "ends twice" : "ends before it began");
    operation->has_ended = TRUE;
    self->clients->open--;
    if (seen->outcome == REP_OK)
        check_success(self, operation, seen);
    /* Surely not done: no log that anybody keeps may have it. */
    if (seen->outcome == REP_FAILED && operation->entries)
        ana_violated(self, ANA_OUTCOME_HAS_CAUSE,
                     "operation %" G_GUINT64_FORMAT
                     " of client group %u is reported as surely not done, but was appended",
                     seen->number, seen->client);
    if (seen->began >= self->rules->warmup && seen->began < self->rules->duration)
        self->totals.outcomes[seen->kind][seen->outcome]++;
}

void ana_clients_operation(AnaInvariants *self, const RepObservation *seen)
{
    const RepOperationSeen *what = &seen->operation;
    Operation *operation = find(self, id_of(what->client, what->number));
    if (seen->kind == REP_OBS_OPERATION_ENDED) {
        ended(self, operation, what);
        return;
    }
    if (operation->has_begun)
        ana_violated(self, ANA_ONE_OUTCOME,
                     "operation %" G_GUINT64_FORMAT " of client group %u begins twice",
                     what->number, what->client);
    operation->has_begun = TRUE;
    operation->key = what->key;
    operation->kind = what->kind;
    self->clients->open++;
}

void ana_clients_finish(AnaInvariants *self)
{
    if (self->clients->open)
        ana_violated(self, ANA_ONE_OUTCOME, "%" G_GUINT64_FORMAT " operations have no outcome",
                     self->clients->open);
}
