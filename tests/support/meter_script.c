/* meter_script.c — transcripts for the meters; see meter_script.h. */
#include "tests/support/meter_script.h"

#include "tests/support/check.h"

#include <math.h>
#include <string.h>

struct MeterScript {
    AnaWorld world;
    GArray *extra;    /* AnaQuery */
    GArray *observed; /* RepObservation */
    AnaPlan *plan;
    AnaMeters *meters;
};

AnaWorld meter_script_world(void)
{
    static const char *const nodes[] = {"db1", "db2", "db3"}, *const regions[] = {"ap", "eu", "us"},
                             *const clients[] = {"jobs", "web"},
                             *const faults[] = {"crash", "flap"};
    static const int node_regions[] = {US, EU, AP};
    static const gboolean client_regions[] = {FALSE, TRUE, TRUE}, follows[] = {FALSE, TRUE, TRUE},
                          answers[] = {TRUE, TRUE, TRUE};
    static const SimSpan lives[] = {SCRIPT_LIFE, SCRIPT_LIFE};
    return (AnaWorld){.nodes = nodes,
                      .node_regions = node_regions,
                      .n_nodes = 3,
                      .regions = regions,
                      .n_regions = 3,
                      .client_regions = client_regions,
                      .clients = clients,
                      .client_lives = lives,
                      .n_clients = 2,
                      .faults = faults,
                      .n_faults = 2,
                      .follows = follows,
                      .answers = answers,
                      .warmup = SCRIPT_WARMUP,
                      .duration = SCRIPT_DURATION,
                      .events = ANA_CAN_FAIL_OVER | ANA_CAN_DIVERGE | ANA_CAN_CONFLICT |
                                ANA_SESSIONS_RETURN | ANA_SESSIONS_TALK,
                      .downtime_floor = 100 * SIM_MS,
                      .has_reads = TRUE,
                      .has_writes = TRUE};
}

MeterScript *meter_script_new_in(const AnaWorld *world)
{
    MeterScript *script = g_new0(MeterScript, 1);
    script->world = *world;
    script->extra = g_array_new(FALSE, FALSE, sizeof(AnaQuery));
    script->observed = g_array_new(FALSE, FALSE, sizeof(RepObservation));
    return script;
}

MeterScript *meter_script_new(void)
{
    AnaWorld world = meter_script_world();
    return meter_script_new_in(&world);
}

void meter_script_free(MeterScript *script)
{
    if (!script)
        return;
    ana_meters_free(script->meters);
    ana_plan_free(script->plan);
    g_array_free(script->extra, TRUE);
    g_array_free(script->observed, TRUE);
    g_free(script);
}

void meter_script_ask(MeterScript *script, AnaQuery query)
{
    g_array_append_val(script->extra, query);
}

void meter_script_add(MeterScript *script, RepObservation seen)
{
    g_array_append_val(script->observed, seen);
}

static RepObservation *add(MeterScript *script, RepObservationKind kind, SimTime at)
{
    meter_script_add(script, (RepObservation){.kind = kind, .at = at});
    return &g_array_index(script->observed, RepObservation, script->observed->len - 1);
}

static RepOperationSeen *add_operation(MeterScript *script, RepOperationKind kind, SimTime began,
                                       SimTime ended, guint64 key, guint64 index)
{
    RepOperationSeen *operation = &add(script, REP_OBS_OPERATION_ENDED, ended)->operation;
    *operation = (RepOperationSeen){.client = WEB,
                                    .region = US,
                                    .kind = (guint8)kind,
                                    .outcome = REP_OK,
                                    .attempts = 1,
                                    .node = kind == REP_WRITE ? DB1 : DB2,
                                    .key = key,
                                    .began = began,
                                    .version = {.index = index, .term = index ? 1 : 0}};
    return operation;
}

RepOperationSeen *meter_script_write(MeterScript *script, SimTime began, SimTime ended, guint64 key,
                                     guint64 index)
{
    return add_operation(script, REP_WRITE, began, ended, key, index);
}

RepOperationSeen *meter_script_read(MeterScript *script, SimTime began, SimTime ended, guint64 key,
                                    guint64 index)
{
    return add_operation(script, REP_READ, began, ended, key, index);
}

RepEntriesSeen *meter_script_entries(MeterScript *script, SimTime at, RepObservationKind kind,
                                     int node, guint64 first, guint64 last)
{
    RepEntriesSeen *entries = &add(script, kind, at)->entries;
    *entries = (RepEntriesSeen){.node = node, .term = 1, .first = first, .last = last};
    return entries;
}

void meter_script_node(MeterScript *script, SimTime at, int node, RepNodeState state,
                       gboolean wiped)
{
    RepObservation *seen = add(script, REP_OBS_NODE_CHANGED, at);
    seen->node.node = node;
    seen->node.state = state;
    seen->node.wiped = (guint32)wiped;
}

void meter_script_leads(MeterScript *script, SimTime at, int node, guint32 term)
{
    RepObservation *seen = add(script, REP_OBS_LEADERSHIP, at);
    seen->leadership.node = node;
    seen->leadership.term = term;
    seen->leadership.leads = 1;
}

void meter_script_ceases(MeterScript *script, SimTime at, int node, guint32 term)
{
    RepObservation *seen = add(script, REP_OBS_LEADERSHIP, at);
    seen->leadership.node = node;
    seen->leadership.term = term;
}

void meter_script_lease(MeterScript *script, SimTime at, int node, gboolean holds)
{
    RepObservation *seen = add(script, REP_OBS_LEASE, at);
    seen->leadership.node = node;
    seen->leadership.leads = (guint32)holds;
}

void meter_script_carried(MeterScript *script, SimTime at, int node, RepVersion from, RepVersion to)
{
    RepObservation *seen = add(script, REP_OBS_CARRIED, at);
    seen->carried.node = node;
    seen->carried.from = from;
    seen->carried.to = to;
}

void meter_script_fault(MeterScript *script, SimTime at, int fault, gboolean begins)
{
    add(script, begins ? REP_OBS_FAULT_BEGAN : REP_OBS_FAULT_ENDED, at)->fault.fault =
        (guint32)fault;
}

RepMessageSeen *meter_script_message(MeterScript *script, SimTime at, guint32 bytes,
                                     gboolean crosses)
{
    RepMessageSeen *message = &add(script, REP_OBS_MESSAGE_SENT, at)->message;
    *message = (RepMessageSeen){.bytes = bytes, .crosses_regions = (guint8)crosses, .sent = at};
    return message;
}

/* Stable: observations of one instant stay as written. */
static void sort_by_time(GArray *observed)
{
    for (guint i = 1; i < observed->len; i++) {
        RepObservation moving = g_array_index(observed, RepObservation, i);
        guint at = i;
        for (; at > 0 && g_array_index(observed, RepObservation, at - 1).at > moving.at; at--)
            g_array_index(observed, RepObservation, at) =
                g_array_index(observed, RepObservation, at - 1);
        g_array_index(observed, RepObservation, at) = moving;
    }
}

static void count_traffic(RepTraffic *traffic, const RepObservation *seen)
{
    if (seen->kind == REP_OBS_FLUSH)
        traffic->flushes++;
    if (seen->kind != REP_OBS_MESSAGE_SENT)
        return;
    traffic->messages++;
    traffic->bytes += seen->message.bytes;
    traffic->bytes_between_regions += seen->message.crosses_regions ? seen->message.bytes : 0;
}

static void enter(const RepObserver *observer, RepPhase phase, SimTime at, gboolean drained,
                  const RepTraffic *traffic)
{
    RepObservation seen = {
        .kind = REP_OBS_PHASE,
        .at = at,
        .phase = {.phase = phase, .drained = (guint32)drained, .traffic = *traffic}};
    observer->observe(observer->self, &seen);
}

void meter_script_play(MeterScript *script, SimTime end, gboolean drained)
{
    script->plan =
        ana_plan_new(&script->world, (AnaQuery *)(gpointer)script->extra->data, script->extra->len);
    script->meters = ana_meters_new(script->plan);
    RepObserver observer = ana_meters_observer(script->meters);
    RepTraffic traffic = {0};
    RepPhase phase = REP_PHASE_WARMUP;
    sort_by_time(script->observed);
    for (guint i = 0; i <= script->observed->len; i++) {
        const RepObservation *seen = &g_array_index(script->observed, RepObservation, i);
        SimTime at = i < script->observed->len ? seen->at : end;
        if (phase == REP_PHASE_WARMUP && at >= script->world.warmup)
            enter(&observer, phase = REP_PHASE_MEASURED, script->world.warmup, FALSE, &traffic);
        if (phase == REP_PHASE_MEASURED && at >= script->world.duration)
            enter(&observer, phase = REP_PHASE_DRAIN, script->world.duration, FALSE, &traffic);
        if (i == script->observed->len)
            break;
        count_traffic(&traffic, seen);
        if (REP_OBS_BIT(seen->kind) & observer.mask)
            observer.observe(observer.self, seen);
    }
    enter(&observer, REP_PHASE_END, end, drained, &traffic);
}

static gssize find(MeterScript *script, const char *name)
{
    for (gsize i = 0; i < ana_plan_n_queries(script->plan); i++) {
        g_autofree char *own = ana_plan_query_name(script->plan, ana_plan_query(script->plan, i));
        if (strcmp(own, name) == 0)
            return (gssize)i;
    }
    test_str_eq("no such query", name, "query", __FILE__, __LINE__);
    return -1;
}

const AnaCell *meter_script_cell(MeterScript *script, const char *name)
{
    static const AnaCell none;
    gssize i = find(script, name);
    return i < 0 ? &none
                 : &ana_meters_cells(script->meters)[ana_plan_cell_of(script->plan, (gsize)i)];
}

double meter_script_value(MeterScript *script, const char *name)
{
    gssize i = find(script, name);
    return i < 0 ? (double)NAN
                 : ana_cell_value(ana_plan_query(script->plan, (gsize)i),
                                  meter_script_cell(script, name));
}
