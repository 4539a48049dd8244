/*
 * invariant_sessions.c — what sessions are promised; see invariants_private.h.
 *
 * Judged by what clients saw and by which logs leaders had, never by tokens: what a session wrote
 * and read of each key, and, when one of its operations begins, what that has to show. A version
 * that a later leader's log lacks was lost, and binds nobody. One account for all logs: it is kept
 * by the first.
 */
#include "analysis/invariants_private.h"

/* Of one key in one session, newest by (term, index). */
typedef struct Known {
    RepVersion wrote, read;
    RepVersion here; /* read at the node that answered last */
    int read_at;     /* that node */
    SimTime read_on; /* when the answer came */
} Known;

typedef struct Session {
    GHashTable *keys;  /* Known, by key */
    RepVersion *wrote; /* per log: its newest acknowledged write */
    RepVersion *read;  /* per log: the newest version that it has read, or that what it has read
                          depends on */
    SimTime wrote_on;  /* when its last write was acknowledged; -1: none */
    int node;          /* that its last read was sent to; -1: none */
    guint *open_tries; /* by node: attempts without success, ever */
} Session;

/* What an operation has to show, as it was when it began. */
typedef struct Due {
    Session *session;
    gboolean is_read;
    Known known;
    RepVersion prefix, newest;
    gboolean asks_for_own;
} Due;

struct AnaSessions {
    GHashTable *sessions; /* by client << 32 | session */
    GHashTable *due;      /* by client << 48 | number */
    GHashTable *newest;   /* RepVersion acknowledged last, by key */
    GHashTable *contexts; /* per log, RepVersion: what a write's session had read and written
                             before, by client << 48 | number */
};

static void free_session(gpointer data)
{
    Session *session = data;
    g_hash_table_destroy(session->keys);
    g_free(session->open_tries);
    g_free(session->wrote);
    g_free(session->read);
    g_free(session);
}

void ana_sessions_init(AnaInvariants *self)
{
    AnaSessions *sessions = self->sessions = g_new0(AnaSessions, 1);
    sessions->sessions = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, free_session);
    sessions->due = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, g_free);
    sessions->newest = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, g_free);
    sessions->contexts = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, g_free);
}

void ana_sessions_clear(AnaInvariants *self)
{
    g_hash_table_destroy(self->sessions->sessions);
    g_hash_table_destroy(self->sessions->due);
    g_hash_table_destroy(self->sessions->newest);
    g_hash_table_destroy(self->sessions->contexts);
    g_free(self->sessions);
}

/* ---- records ------------------------------------------------------------------------------ */

static gpointer find(GHashTable *table, guint64 name, gsize size)
{
    gpointer found = g_hash_table_lookup(table, &name);
    if (!found) {
        guint64 *key = g_new(guint64, 1);
        *key = name;
        found = g_malloc0(size);
        g_hash_table_insert(table, key, found);
    }
    return found;
}

static Session *session_of(AnaInvariants *self, const RepOperationSeen *seen)
{
    guint64 name = (guint64)seen->client << 32 | seen->session;
    Session *session = find(self->sessions->sessions, name, sizeof *session);
    if (!session->keys) {
        session->keys = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, g_free);
        session->wrote_on = session->node = -1;
        session->open_tries = g_new0(guint, self->rules->n_nodes);
        session->wrote = g_new0(RepVersion, self->n_logs);
        session->read = g_new0(RepVersion, self->n_logs);
    }
    return session;
}

static gboolean is_before(RepVersion a, RepVersion b)
{
    return a.term != b.term ? a.term < b.term : a.index < b.index;
}

static RepVersion later_of(RepVersion a, RepVersion b)
{
    return is_before(a, b) ? b : a;
}

static int log_of(const AnaInvariants *self, const RepOperationSeen *seen)
{
    return rep_log_of_key(seen->key, self->n_logs);
}

static gboolean is_lost(const AnaInvariants *self, int log, RepVersion version)
{
    const GArray *reigns = self->logs[log]->reigns;
    for (guint32 term = version.term + 1; term < reigns->len; term++) {
        const AnaReign *reign = &g_array_index(reigns, AnaReign, term);
        if (reign->leader >= 0 && !ana_chain_contains(&reign->log, version, version.index))
            return TRUE;
    }
    return FALSE;
}

/* ---- causes ------------------------------------------------------------------------------- */

static void keep_context(AnaInvariants *self, const RepOperationSeen *seen, const Session *session)
{
    RepVersion *context = find(self->sessions->contexts, (guint64)seen->client << 48 | seen->number,
                               self->n_logs * sizeof *context);
    for (gsize log = 0; log < self->n_logs; log++)
        context[log] = later_of(session->read[log], session->wrote[log]);
}

/* Who has read a version has read what it depends on. */
static void take_context(AnaInvariants *self, const RepOperationSeen *seen, Session *session)
{
    int own = log_of(self, seen);
    const AnaAppended *entry =
        seen->version.index ? ana_logs_entry(self->logs[own], seen->version) : NULL;
    guint64 name = entry ? (guint64)entry->client << 48 | entry->number : 0;
    const RepVersion *context = entry ? g_hash_table_lookup(self->sessions->contexts, &name) : NULL;
    for (gsize log = 0; context && log < self->n_logs; log++)
        session->read[log] = later_of(session->read[log], context[log]);
    session->read[own] = later_of(session->read[own], seen->version);
}

/* ---- beginning ---------------------------------------------------------------------------- */

static void begins(AnaInvariants *self, const RepOperationSeen *seen)
{
    const AnaSessionRules *rules = &self->rules->sessions;
    Due *due = find(self->sessions->due, (guint64)seen->client << 48 | seen->number, sizeof *due);
    Session *session = due->session = session_of(self, seen);
    due->known = *(Known *)find(session->keys, seen->key, sizeof(Known));
    due->is_read = seen->kind == REP_READ;
    if (!due->is_read && rules->causes)
        keep_context(self, seen, session);
    due->prefix = session->read[log_of(self, seen)];
    due->newest = *(RepVersion *)find(self->sessions->newest, seen->key, sizeof(RepVersion));
    due->asks_for_own = rules->own_writes && session->wrote_on >= 0 &&
                        self->now < sim_time_after(session->wrote_on, rules->own_writes);
}

/* Whom the session asks: it leaves its replica only if an attempt there did not succeed. */
static void asks(AnaInvariants *self, const RepMessageSeen *message)
{
    Due *due = g_hash_table_lookup(self->sessions->due, &message->first);
    if (!due)
        return;
    Session *session = due->session;
    if (self->rules->sessions.keeps_node && session->node >= 0 && message->to != session->node &&
        due->is_read && !session->open_tries[session->node])
        ana_violated(self, ANA_SESSION_STAYS,
                     "a session that reads from %s goes to %s, though %s has always answered",
                     ana_node_name(self, session->node), ana_node_name(self, message->to),
                     ana_node_name(self, session->node));
    if (due->is_read)
        session->node = message->to;
    session->open_tries[message->to]++;
}

/* ---- what a read shows -------------------------------------------------------------------- */

static void must_show(AnaInvariants *self, AnaInvariant invariant, const RepOperationSeen *seen,
                      RepVersion version, const char *what)
{
    if (!version.index || !is_before(seen->version, version) ||
        is_lost(self, log_of(self, seen), version))
        return;
    ana_violated(self, invariant,
                 "a read of key %" G_GUINT64_FORMAT " at %s returns entry %" G_GUINT64_FORMAT
                 " of term %u; %s entry %" G_GUINT64_FORMAT " of term %u",
                 seen->key, ana_node_name(self, seen->node), seen->version.index,
                 seen->version.term, what, version.index, version.term);
}

/* Of the key, what the log had where the session's newest version is. */
static RepVersion before(AnaInvariants *self, RepVersion version, guint64 key)
{
    AnaInvariants *log = self->logs[rep_log_of_key(key, self->n_logs)];
    if (!version.index || version.term >= log->reigns->len)
        return (RepVersion){0};
    AnaReplica whole = {.chain = g_array_index(log->reigns, AnaReign, version.term).log};
    return ana_clients_newest(log, &whole, version.index, key);
}

static gboolean ran_since(const AnaInvariants *self, int node, SimTime at)
{
    return self->replicas[node].state == REP_NODE_UP && self->replicas[node].running_since <= at;
}

static void check_read(AnaInvariants *self, const RepOperationSeen *seen, const Due *due)
{
    const AnaSessionRules *rules = &self->rules->sessions;
    /* A later attempt may come when the time of read-your-writes(leader) is over. */
    if (due->asks_for_own && (rules->own_writes == SIM_NEVER || seen->attempts == 1))
        must_show(self, ANA_READS_OWN_WRITES, seen, due->known.wrote, "its session wrote");
    if (rules->reads)
        must_show(self, ANA_READS_MONOTONIC, seen, due->known.read, "its session has read");
    if (rules->keeps_node && due->known.read_at == seen->node &&
        ran_since(self, seen->node, due->known.read_on))
        must_show(self, ANA_READS_MONOTONIC, seen, due->known.here, "its session has read there");
    if (rules->causes && !is_lost(self, log_of(self, seen), due->prefix))
        must_show(self, ANA_READS_PREFIX, seen, before(self, due->prefix, seen->key),
                  "its session has read what follows");
    if (rules->newest)
        must_show(self, ANA_READS_NEWEST, seen, due->newest, "acknowledged before it began was");
}

/* ---- ending ------------------------------------------------------------------------------- */

static void has_written(AnaInvariants *self, const RepOperationSeen *seen, Session *session,
                        Known *known)
{
    int log = log_of(self, seen);
    RepVersion *wrote = &session->wrote[log];
    if (self->rules->sessions.writes && wrote->index && is_before(seen->version, *wrote) &&
        !is_lost(self, log, *wrote) && !is_lost(self, log, seen->version))
        ana_violated(self, ANA_WRITES_IN_ORDER,
                     "a session's write is entry %" G_GUINT64_FORMAT
                     " of term %u, and the one before it entry %" G_GUINT64_FORMAT " of term %u",
                     seen->version.index, seen->version.term, wrote->index, wrote->term);
    RepVersion *newest = find(self->sessions->newest, seen->key, sizeof *newest);
    *newest = later_of(*newest, seen->version);
    *wrote = later_of(*wrote, seen->version);
    session->wrote_on = self->now;
    known->wrote = later_of(known->wrote, seen->version);
}

static void ends(AnaInvariants *self, const RepOperationSeen *seen)
{
    guint64 name = (guint64)seen->client << 48 | seen->number;
    const Due *due = g_hash_table_lookup(self->sessions->due, &name);
    if (!due || seen->outcome != REP_OK || seen->node < 0)
        return;
    Session *session = due->session;
    Known *known = find(session->keys, seen->key, sizeof *known);
    if (session->open_tries[seen->node])
        session->open_tries[seen->node]--;
    if (seen->kind == REP_WRITE) {
        has_written(self, seen, session, known);
        return;
    }
    check_read(self, seen, due);
    known->here =
        known->read_at == seen->node ? later_of(known->here, seen->version) : seen->version;
    known->read_at = seen->node;
    known->read_on = self->now;
    known->read = later_of(known->read, seen->version);
    take_context(self, seen, session);
}

/* The transport acknowledges replies, too. */
static gboolean is_request(const RepMessageSeen *message)
{
    return message->from < 0 && message->to >= 0 && message->kind == REP_MESSAGE_REQUEST;
}

void ana_sessions_observe(AnaInvariants *self, const RepObservation *seen)
{
    self->now = seen->at;
    if (seen->kind == REP_OBS_OPERATION_BEGAN)
        begins(self, &seen->operation);
    else if (seen->kind == REP_OBS_OPERATION_ENDED)
        ends(self, &seen->operation);
    else if (seen->kind == REP_OBS_MESSAGE_SENT && is_request(&seen->message))
        asks(self, &seen->message);
}
