/*
 * invariant_session_meters.c — what sessions have written and read, and how much of it their reads
 * lack, counted apart from the meters. One account for all logs, kept by the first.
 *
 * Late is only what surely is: what the session must see, and what it got, both lie in the newest
 * log, in that order.
 */
#include "analysis/invariants_private.h"

/* From `at` on the session's reads of the key must show the version. */
typedef struct Event {
    SimTime at;
    RepVersion version;
    AnaSessionMeasure measure;
} Event;

typedef struct Id {
    guint64 who, key;
} Id;

struct AnaSessionTally {
    GHashTable *events;  /* by session and key: GArray of Event */
    GHashTable *depends; /* by client and number of a write: RepDependency */
    guint64 due[ANA_SESSION_MEASURES], late[ANA_SESSION_MEASURES]; /* of the measured part */
    gboolean has_carried;                                          /* an entry has two places */
    gboolean is_disturbed; /* something may have been lost */
};

static guint hash_id(gconstpointer data)
{
    const Id *id = data;
    guint64 hash = (id->who * G_GUINT64_CONSTANT(0xD6E8FEB86659FD93) ^ id->key) *
                   G_GUINT64_CONSTANT(0x9E3779B97F4A7C15);
    return (guint)(hash >> 32);
}

static gboolean equal_ids(gconstpointer a, gconstpointer b)
{
    const Id *one = a, *other = b;
    return one->who == other->who && one->key == other->key;
}

static void free_array(gpointer data)
{
    g_array_free(data, TRUE);
}

void ana_tally_init(AnaInvariants *self)
{
    self->tally = g_new0(AnaSessionTally, 1);
    self->tally->events = g_hash_table_new_full(hash_id, equal_ids, g_free, free_array);
    self->tally->depends = g_hash_table_new_full(hash_id, equal_ids, g_free, g_free);
}

void ana_tally_clear(AnaInvariants *self)
{
    g_hash_table_destroy(self->tally->events);
    g_hash_table_destroy(self->tally->depends);
    g_free(self->tally);
}

/* ---- what is noted ------------------------------------------------------------------------ */

static Id session_of(const RepOperationSeen *operation, guint64 key)
{
    return (Id){(guint64)operation->client << 32 | operation->session, key};
}

static void note(AnaSessionTally *tally, Id id, Event event)
{
    GArray *events = g_hash_table_lookup(tally->events, &id);
    if (!events) {
        events = g_array_new(FALSE, FALSE, sizeof(Event));
        g_hash_table_insert(tally->events, g_memdup2(&id, sizeof id), events);
    }
    g_array_append_val(events, event);
}

static AnaInvariants *log_of(const AnaInvariants *self, guint64 key)
{
    return self->logs[rep_log_of_key(key, self->n_logs)];
}

/* What the write depends on that the version is of. */
static const RepDependency *dependency_of(const AnaInvariants *self, guint64 key,
                                          RepVersion version)
{
    const AnaAppended *entry = version.index ? ana_logs_entry(log_of(self, key), version) : NULL;
    Id id = {entry ? entry->client : 0, entry ? entry->number : 0};
    return entry ? g_hash_table_lookup(self->tally->depends, &id) : NULL;
}

static void remember(AnaInvariants *self, const RepOperationSeen *operation)
{
    gboolean is_write = operation->kind == REP_WRITE;
    Event event = {self->now, operation->version,
                   is_write ? ANA_SESSION_OWN_WRITES : ANA_SESSION_MONOTONIC};
    note(self->tally, session_of(operation, operation->key), event);
    const RepDependency *upon =
        is_write ? NULL : dependency_of(self, operation->key, operation->version);
    if (upon)
        note(self->tally, session_of(operation, upon->key),
             (Event){self->now, upon->version, ANA_SESSION_PREFIX});
}

/* ---- reads -------------------------------------------------------------------------------- */

static gboolean is_surely_older(AnaInvariants *log, RepVersion got, RepVersion wanted)
{
    const AnaReign *reign = ana_reign(log, log->latest);
    return wanted.index > got.index && ana_chain_contains(&reign->log, wanted, G_MAXUINT64) &&
           (got.index == 0 || ana_chain_contains(&reign->log, got, G_MAXUINT64));
}

static void judge(AnaInvariants *self, const RepOperationSeen *read)
{
    AnaSessionTally *tally = self->tally;
    Id id = session_of(read, read->key);
    const GArray *events = g_hash_table_lookup(tally->events, &id);
    gboolean is_due[ANA_SESSION_MEASURES] = {FALSE}, is_late[ANA_SESSION_MEASURES] = {FALSE};
    for (guint i = 0; events && i < events->len; i++) {
        const Event *event = &g_array_index(events, Event, i);
        if (event->at > read->began)
            continue;
        is_due[event->measure] = TRUE;
        is_late[event->measure] |=
            is_surely_older(log_of(self, read->key), read->version, event->version);
    }
    if (read->began < self->rules->warmup || read->began >= self->rules->duration)
        return;
    for (int m = 0; m < ANA_SESSION_MEASURES; m++) {
        tally->due[m] += is_due[m] ? 1 : 0;
        tally->late[m] += is_late[m] ? 1 : 0;
    }
}

void ana_tally_observe(AnaInvariants *self, const RepObservation *seen)
{
    AnaSessionTally *tally = self->tally;
    const RepOperationSeen *operation = &seen->operation;
    if (seen->kind == REP_OBS_OPERATION_BEGAN && operation->depends_on.version.index) {
        Id id = {operation->client, operation->number};
        g_hash_table_insert(tally->depends, g_memdup2(&id, sizeof id),
                            g_memdup2(&operation->depends_on, sizeof(RepDependency)));
    } else if (seen->kind == REP_OBS_OPERATION_ENDED && operation->outcome == REP_OK) {
        if (operation->kind == REP_READ)
            judge(self, operation);
        remember(self, operation);
    } else if (seen->kind == REP_OBS_CARRIED) {
        tally->has_carried = TRUE;
    } else if (seen->kind == REP_OBS_TRUNCATED || seen->kind == REP_OBS_INSTALLED ||
               (seen->kind == REP_OBS_NODE_CHANGED && seen->node.state == REP_NODE_DOWN)) {
        tally->is_disturbed = TRUE;
    }
}

gboolean ana_tally_counted(const AnaInvariants *self, AnaSessionMeasure measure, guint64 *due)
{
    *due = self->tally->due[measure];
    return measure != ANA_SESSION_PREFIX || !self->tally->has_carried;
}

gboolean ana_tally_late(const AnaInvariants *self, AnaSessionMeasure measure, guint64 *late)
{
    *late = self->tally->late[measure];
    for (gsize i = 0; i < self->n_logs; i++)
        if (self->logs[i]->n_leaderships != 1)
            return FALSE;
    return !self->tally->is_disturbed;
}
