/* recorder.c — keeps the records of a window; see trace.h. */
#include "analysis/trace/trace_private.h"

/* What costs are counted by, and what only meters need, is no event of a story. */
#define KEPT                                                                                       \
    (((1u << REP_OBS_KINDS) - 1) & ~(REP_OBS_BIT(REP_OBS_FLUSH) | REP_OBS_BIT(REP_OBS_SETTLED) |   \
                                     REP_OBS_BIT(REP_OBS_WRITE_CUT_OFF)))
#define WRITERS_MAX 4000000u /* some 300 MB */

/* ---- sets --------------------------------------------------------------------------------- */

static guint writer_hash(gconstpointer data)
{
    const AnaTraceWriter *writer = data;
    guint64 mixed = (writer->space ^ writer->version * G_GUINT64_CONSTANT(0x9e3779b97f4a7c15)) *
                    G_GUINT64_CONSTANT(0xbf58476d1ce4e5b9);
    return (guint)(mixed >> 32);
}

static gboolean writer_equal(gconstpointer a, gconstpointer b)
{
    const AnaTraceWriter *one = a, *other = b;
    return one->space == other->space && one->version == other->version;
}

static guint operation_hash(gconstpointer data)
{
    const AnaTraceOperation *operation = data;
    return (guint)((operation->number ^ (guint64)operation->client << 40) *
                       G_GUINT64_CONSTANT(0x9e3779b97f4a7c15) >>
                   32);
}

static gboolean operation_equal(gconstpointer a, gconstpointer b)
{
    const AnaTraceOperation *one = a, *other = b;
    return one->number == other->number && one->client == other->client;
}

const AnaTraceOperation *ana_trace_operation(const AnaTrace *trace, guint32 client, guint64 number)
{
    AnaTraceOperation wanted = {.client = client, .number = number};
    return g_hash_table_lookup(trace->state->operations, &wanted);
}

/* ---- life --------------------------------------------------------------------------------- */

static AnaTraceState *state_new(const AnaWorld *world, const AnaTraceWants *wants)
{
    AnaTraceState *state = g_new0(AnaTraceState, 1);
    state->n_places = world->n_nodes + 2 * world->n_regions;
    state->latest = g_new0(guint32, state->n_places + 1);
    state->sendings = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL);
    state->operations = g_hash_table_new_full(operation_hash, operation_equal, g_free, NULL);
    state->appendings = g_hash_table_new_full(writer_hash, writer_equal, g_free, NULL);
    state->writers = g_hash_table_new_full(writer_hash, writer_equal, g_free, NULL);
    state->node_states = g_new0(guint8, world->n_nodes + 1);
    state->leads = g_new0(guint8, world->n_nodes + 1);
    state->faults = g_new0(guint8, world->n_faults + 1);
    for (gsize i = 0; world->joins && i < world->n_nodes; i++)
        state->node_states[i] = world->joins[i] ? REP_NODE_DOWN : REP_NODE_UP;
    if (!wants->has_focus)
        return state;
    state->logs = ana_story_logs_new(world->n_nodes, MAX(world->n_logs, 1));
    state->held = g_new0(GArray *, world->n_nodes + 1);
    state->labels = g_new0(char *, world->n_nodes + 1);
    for (gsize i = 0; i < world->n_nodes; i++)
        state->held[i] = g_array_new(FALSE, FALSE, sizeof(guint64));
    return state;
}

static void state_free(AnaTraceState *state, gsize n_nodes)
{
    g_free(state->latest);
    g_hash_table_unref(state->sendings);
    g_hash_table_unref(state->operations);
    g_hash_table_unref(state->appendings);
    g_hash_table_unref(state->writers);
    g_free(state->node_states);
    g_free(state->leads);
    g_free(state->faults);
    ana_story_logs_free(state->logs);
    for (gsize i = 0; state->held && i < n_nodes; i++) {
        g_array_unref(state->held[i]);
        g_free(state->labels[i]);
    }
    g_free(state->held);
    g_free(state->labels);
    g_free(state);
}

static void clear_hold(gpointer data)
{
    g_free(((AnaTraceHold *)data)->label);
}

AnaTrace *ana_trace_new(const AnaWorld *world, const AnaTraceWants *wants)
{
    AnaTrace *trace = g_new0(AnaTrace, 1);
    trace->world = world;
    trace->wants = *wants;
    trace->records = g_array_new(FALSE, FALSE, sizeof(AnaTraceRecord));
    trace->serials = g_array_new(FALSE, FALSE, sizeof(guint64));
    trace->holds = g_array_new(FALSE, FALSE, sizeof(AnaTraceHold));
    g_array_set_clear_func(trace->holds, clear_hold);
    trace->down_at_start = g_new0(guint8, world->n_nodes + 1);
    trace->leads_at_start = g_new0(guint8, world->n_nodes + 1);
    trace->faults_at_start = g_new0(guint8, world->n_faults + 1);
    trace->state = state_new(world, wants);
    return trace;
}

void ana_trace_free(AnaTrace *trace)
{
    if (!trace)
        return;
    state_free(trace->state, trace->world->n_nodes);
    g_array_unref(trace->records);
    g_array_unref(trace->serials);
    g_array_unref(trace->holds);
    g_free(trace->down_at_start);
    g_free(trace->leads_at_start);
    g_free(trace->faults_at_start);
    g_free(trace);
}

/* ---- states ------------------------------------------------------------------------------- */

static void begin_window(AnaTrace *trace)
{
    AnaTraceState *state = trace->state;
    state->has_begun = TRUE;
    for (gsize i = 0; i < trace->world->n_nodes; i++) {
        trace->down_at_start[i] = state->node_states[i];
        trace->leads_at_start[i] = state->leads[i];
    }
    for (gsize i = 0; i < trace->world->n_faults; i++)
        trace->faults_at_start[i] = state->faults[i];
    ana_trace_hold_begin(trace);
}

static void note_state(AnaTraceState *state, const RepObservation *seen)
{
    if (seen->kind == REP_OBS_NODE_CHANGED) {
        state->node_states[seen->node.node] = (guint8)seen->node.state;
    } else if (seen->kind == REP_OBS_LEADERSHIP) {
        guint8 *leads = &state->leads[seen->leadership.node];
        if (seen->leadership.leads)
            *leads = (guint8)MIN(*leads + 1, 255);
        else if (*leads > 0)
            (*leads)--;
    } else if (seen->kind == REP_OBS_FAULT_BEGAN) {
        guint8 *under_way = &state->faults[seen->fault.fault];
        *under_way = (guint8)MIN(*under_way + 1, 255);
    } else if (seen->kind == REP_OBS_FAULT_ENDED && state->faults[seen->fault.fault] > 0) {
        state->faults[seen->fault.fault]--;
    }
}

/* ---- writers ------------------------------------------------------------------------------ */

static void add_writer(AnaTrace *trace, AnaTraceWriter writer)
{
    if (g_hash_table_size(trace->state->writers) < WRITERS_MAX)
        g_hash_table_add(trace->state->writers, g_memdup2(&writer, sizeof writer));
    else
        trace->writers_dropped++;
}

static guint64 space_of(guint32 log, guint32 term)
{
    return (guint64)log << 32 | term;
}

static void note_carried(AnaTrace *trace, const RepObservation *seen)
{
    AnaTraceWriter from = {.space = space_of(seen->carried.log, seen->carried.from.term),
                           .version = seen->carried.from.index};
    const AnaTraceWriter *known = g_hash_table_lookup(trace->state->writers, &from);
    if (!known || seen->carried.to.index == 0)
        return;
    AnaTraceWriter to = *known;
    to.space = space_of(seen->carried.log, seen->carried.to.term);
    to.version = seen->carried.to.index;
    add_writer(trace, to);
}

static void note_writer(AnaTrace *trace, const RepObservation *seen)
{
    if (seen->kind == REP_OBS_APPENDED)
        add_writer(trace, (AnaTraceWriter){
                              .space = space_of(seen->appended.log, seen->appended.entry.term),
                              .version = seen->appended.entry.index,
                              .client = seen->appended.client,
                              .number = seen->appended.number});
    else if (seen->kind == REP_OBS_WRITTEN)
        add_writer(trace, (AnaTraceWriter){.space = seen->written.key,
                                           .version = seen->written.serial,
                                           .client = seen->written.client,
                                           .number = seen->written.number});
    else if (seen->kind == REP_OBS_CARRIED)
        note_carried(trace, seen);
}

const AnaTraceWriter *ana_trace_writer(const AnaTrace *trace, guint64 key, RepVersion version)
{
    guint32 log = (guint32)rep_log_of_key(key, MAX(trace->world->n_logs, 1));
    AnaTraceWriter wanted = {.space = space_of(log, version.term), .version = version.index};
    if (trace->world->events & ANA_HAS_VERSIONS)
        return ana_trace_serial_writer(trace, key, version.index);
    return g_hash_table_lookup(trace->state->writers, &wanted);
}

const AnaTraceWriter *ana_trace_appended(const AnaTrace *trace, guint32 log, guint64 index)
{
    AnaTraceWriter wanted = {.space = log, .version = index};
    return g_hash_table_lookup(trace->state->appendings, &wanted);
}

const AnaTraceWriter *ana_trace_serial_writer(const AnaTrace *trace, guint64 key, guint64 serial)
{
    AnaTraceWriter wanted = {.space = key, .version = serial};
    return g_hash_table_lookup(trace->state->writers, &wanted);
}

/* ---- records ------------------------------------------------------------------------------ */

static gint32 place_of(const AnaTrace *trace, const RepObservation *seen)
{
    gint32 n_nodes = (gint32)trace->world->n_nodes;
    switch (seen->kind) {
    case REP_OBS_OPERATION_BEGAN:
    case REP_OBS_OPERATION_ENDED:
        return -1 - (gint32)seen->operation.region;
    case REP_OBS_DURABLE:
    case REP_OBS_RECEIVED:
    case REP_OBS_FLUSHED:
    case REP_OBS_APPLIED:
    case REP_OBS_COMMITTED:
    case REP_OBS_TRUNCATED:
    case REP_OBS_INSTALLED:
    case REP_OBS_DIVERGED:
    case REP_OBS_FLUSH:
        return seen->entries.node;
    case REP_OBS_LEADERSHIP:
    case REP_OBS_LEASE:
        return seen->leadership.node;
    case REP_OBS_CARRIED:
        return seen->carried.node;
    case REP_OBS_RULE_CHANGED:
        return seen->rule.node;
    case REP_OBS_NODE_CHANGED:
        return seen->node.node;
    case REP_OBS_MESSAGE_SENT:
        return seen->message.from;
    case REP_OBS_MESSAGE_ARRIVED:
    case REP_OBS_MESSAGE_DROPPED:
        return seen->message.to;
    case REP_OBS_APPENDED:
        return seen->appended.node;
    case REP_OBS_IN_SYNC:
        return seen->in_sync.node;
    case REP_OBS_WRITTEN: /* an agent accepts for the clients of its region */
        return seen->written.party < n_nodes ? seen->written.party
                                             : n_nodes - 1 - seen->written.party;
    case REP_OBS_STORED:
    case REP_OBS_UNSTORED:
        return seen->stored.node >= 0 ? seen->stored.node : ANA_TRACE_NOWHERE;
    case REP_OBS_HINT:
        return seen->hint.node;
    case REP_OBS_WRITE_ENDED:
    case REP_OBS_WRITE_CUT_OFF:
    case REP_OBS_SETTLED:
    case REP_OBS_FAULT_BEGAN:
    case REP_OBS_FAULT_ENDED:
    case REP_OBS_PHASE:
    case REP_OBS_KINDS:
        break;
    }
    return ANA_TRACE_NOWHERE;
}

/* Nothing in it is borrowed any more. */
static AnaTraceRecord record_of(AnaTrace *trace, const RepObservation *seen)
{
    AnaTraceRecord record = {.seen = *seen, .place = place_of(trace, seen)};
    if (seen->kind == REP_OBS_OPERATION_BEGAN || seen->kind == REP_OBS_OPERATION_ENDED) {
        const RepVersionsSeen *versions = seen->operation.versions;
        record.first_serial = trace->serials->len;
        record.n_serials = versions ? versions->n : 0;
        if (record.n_serials)
            g_array_append_vals(trace->serials, versions->serials, versions->n);
        record.seen.operation.versions = record.seen.operation.shown = NULL;
    } else if (seen->kind == REP_OBS_WRITTEN) {
        record.seen.written.context = NULL;
    }
    return record;
}

static void add(AnaTrace *trace, const RepObservation *seen)
{
    if (trace->records->len >= trace->wants.records_max) {
        if (trace->n_dropped++ == 0)
            trace->dropped_from = seen->at;
        return;
    }
    AnaTraceRecord record = record_of(trace, seen);
    if (record.place != ANA_TRACE_NOWHERE)
        record.previous = trace->state->latest[ana_trace_slot(trace, record.place)];
    record.cause = ana_trace_cause(trace, &record);
    g_array_append_val(trace->records, record);
    ana_trace_note(trace, &record, trace->records->len);
}

static void observe(void *self, const RepObservation *seen)
{
    AnaTrace *trace = self;
    const AnaTraceWants *wants = &trace->wants;
    if (!trace->state->has_begun && seen->at >= wants->from)
        begin_window(trace);
    trace->ended = seen->at;
    note_state(trace->state, seen);
    if (wants->keeps_writers)
        note_writer(trace, seen);
    if (wants->has_focus && seen->at <= wants->to)
        ana_trace_hold_observe(trace, seen);
    if (seen->at >= wants->from && seen->at <= wants->to && (REP_OBS_BIT(seen->kind) & KEPT))
        add(trace, seen);
}

RepObserver ana_trace_observer(AnaTrace *trace)
{
    return (RepObserver){.mask = KEPT, .observe = observe, .self = trace};
}

const AnaTraceRecord *ana_trace_at(const AnaTrace *trace, guint number)
{
    return number ? &g_array_index(trace->records, AnaTraceRecord, number - 1) : NULL;
}

guint ana_trace_n(const AnaTrace *trace)
{
    return trace->records->len;
}
