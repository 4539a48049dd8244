/* meter_sessions.c — what sessions see of their own past; see meter_sessions.h. */
#include "analysis/meter_sessions.h"

#include "analysis/depending.h"
#include "analysis/session_covers.h"
#include "analysis/session_versions.h"

enum { MEASURES = ANA_PREFIX_VIOLATIONS - ANA_RYW_VIOLATIONS + 1 };
enum { RYW, MONOTONIC, PREFIX }; /* the numbers of ANA_SESSION_OWN, _SEEN, _NEEDED too */

struct AnaSessionLog {
    const AnaMeterContext *context;
    AnaSessionVersions *versions[MEASURES]; /* NULL: nobody asks */
    AnaDepending *depending;                /* NULL: nobody asks for PREFIX */
    const AnaSessionMeter *meter;           /* of this and the other logs */
};

typedef struct Base {
    guint64 of, late;
} Base;

typedef struct Measure {
    Base *base;   /* by region of the client; NULL: nobody asks */
    gsize *other; /* cells not in plain form */
    gsize n_other;
} Measure;

struct AnaSessionMeter {
    const AnaMeterContext *context;
    AnaSessionLog **logs;
    gsize n_logs;
    AnaSessionCovers *covers; /* instead of the logs, where there is no one log; else NULL */
    Measure measures[MEASURES];
    gboolean is_wanted;
};

static AnaMetricId id_of(int measure)
{
    return (AnaMetricId)(ANA_RYW_VIOLATIONS + measure);
}

static gboolean is_asked(const AnaPlan *plan, int measure)
{
    for (gsize i = 0; i < plan->n_cells; i++)
        if (ana_metric_id(plan->cells[i].metric) == id_of(measure))
            return TRUE;
    return FALSE;
}

/* ---- logs --------------------------------------------------------------------------------- */

AnaSessionLog *ana_session_log_new(const AnaMeterContext *context)
{
    AnaSessionLog *log = g_new0(AnaSessionLog, 1);
    log->context = context;
    for (int m = 0; m < MEASURES; m++)
        if (is_asked(context->plan, m))
            log->versions[m] = ana_session_versions_new(context, m == MONOTONIC);
    if (log->versions[PREFIX])
        log->depending = ana_depending_new(context);
    return log;
}

void ana_session_log_free(AnaSessionLog *log)
{
    if (!log)
        return;
    for (int m = 0; m < MEASURES; m++)
        ana_session_versions_free(log->versions[m]);
    ana_depending_free(log->depending);
    g_free(log);
}

void ana_session_log_forked(AnaSessionLog *log, guint64 index)
{
    if (log->depending)
        ana_depending_forked(log->depending, index);
}

void ana_session_log_settle(AnaSessionLog *log)
{
    for (int m = 0; m < MEASURES; m++)
        if (log->versions[m])
            ana_session_versions_settle(log->versions[m]);
    if (!log->depending)
        return;
    ana_depending_settle(log->depending);
    for (gsize i = 0; i < log->meter->n_logs; i++)
        ana_depending_settle_upon(log->meter->logs[i]->depending, log->context);
}

static AnaSessionLog *log_of(const AnaSessionMeter *meter, guint64 key)
{
    return meter->logs[rep_log_of_key(key, meter->n_logs)];
}

/* ---- life --------------------------------------------------------------------------------- */

AnaSessionMeter *ana_session_meter_new(const AnaMeterContext *context, AnaSessionLog *const *logs,
                                       gsize n_logs)
{
    AnaSessionMeter *meter = g_new0(AnaSessionMeter, 1);
    meter->context = context;
    meter->n_logs = n_logs;
    meter->logs = g_new0(AnaSessionLog *, n_logs);
    for (gsize log = 0; log < n_logs; log++) {
        meter->logs[log] = logs[log];
        logs[log]->meter = meter;
    }
    gboolean asked[MEASURES];
    for (int m = 0; m < MEASURES; m++) {
        Measure *measure = &meter->measures[m];
        asked[m] = is_asked(context->plan, m);
        if (!asked[m])
            continue;
        meter->is_wanted = TRUE;
        measure->base = g_new0(Base, context->world->n_regions + 1);
        measure->other = ana_cells_of(context->plan, id_of(m), id_of(m), FALSE, &measure->n_other);
    }
    if (meter->is_wanted && context->world->events & ANA_HAS_VERSIONS)
        meter->covers = ana_session_covers_new(context, asked);
    return meter;
}

void ana_session_meter_free(AnaSessionMeter *meter)
{
    if (!meter)
        return;
    for (int m = 0; m < MEASURES; m++) {
        g_free(meter->measures[m].base);
        g_free(meter->measures[m].other);
    }
    ana_session_covers_free(meter->covers);
    g_free(meter->logs);
    g_free(meter);
}

gboolean ana_session_meter_wants_appended(const AnaSessionMeter *meter)
{
    return meter->measures[PREFIX].base != NULL && !meter->covers;
}

void ana_session_meter_appended(AnaSessionMeter *meter, const RepObservation *seen)
{
    AnaSessionLog *log = log_of(meter, seen->appended.key);
    if (log->depending)
        ana_depending_appended(log->depending, seen);
}

void ana_session_meter_observe(AnaSessionMeter *meter, const RepObservation *seen)
{
    if (meter->covers)
        ana_session_covers_observe(meter->covers, seen);
}

/* ---- judging ------------------------------------------------------------------------------ */

static AnaSessionKey key_of(const RepOperationSeen *operation, guint64 key)
{
    return (AnaSessionKey){operation->client, operation->session, key};
}

static AnaVersion place_of(const AnaSessionLog *log, AnaVersion version)
{
    return ana_carried_place(log->context->carried, version);
}

static void count(const AnaSessionMeter *meter, Measure *measure, const RepOperationSeen *read,
                  guint64 late)
{
    const AnaMeterContext *context = meter->context;
    measure->base[read->region].of++;
    measure->base[read->region].late += late;
    for (gsize i = 0; i < measure->n_other; i++) {
        const AnaQuery *query = &context->plan->cells[measure->other[i]];
        if (!ana_operation_passes(query, context->world, read) ||
            !ana_windows_has(context->windows, context->world, query, read->began))
            continue;
        context->cells[measure->other[i]].of++;
        context->cells[measure->other[i]].hits += late;
    }
}

static void judge(AnaSessionMeter *meter, const AnaSessionLog *log, const RepOperationSeen *read)
{
    AnaVersion returned = ana_carried_living(log->context->carried, log->context->history,
                                             place_of(log, ana_version_pack(read->version)));
    for (int m = 0; m < MEASURES; m++) {
        if (!log->versions[m])
            continue;
        AnaSessionJudged judged = ana_session_versions_judge(
            log->versions[m], key_of(read, read->key), returned, read->began);
        if (judged.is_due)
            count(meter, &meter->measures[m], read, judged.is_late ? 1 : 0);
    }
}

static void note(AnaSessionLog *log, int measure, const RepOperationSeen *operation, guint64 key,
                 AnaVersion version, SimTime at)
{
    if (log->versions[measure])
        ana_session_versions_note(log->versions[measure], key_of(operation, key),
                                  place_of(log, version), at);
}

/* What the session has seen by this read. */
static void remember(AnaSessionMeter *meter, AnaSessionLog *log, const RepOperationSeen *read,
                     SimTime at)
{
    AnaVersion returned = ana_version_pack(read->version);
    guint64 key;
    note(log, MONOTONIC, read, read->key, returned, at);
    AnaVersion upon = log->depending && returned
                          ? ana_depending_of(log->depending, read->key, returned, &key)
                          : 0;
    if (upon)
        note(log_of(meter, key), PREFIX, read, key, upon, at);
}

static void ended_without_log(AnaSessionMeter *meter, const RepOperationSeen *operation, SimTime at)
{
    AnaSessionJudged judged[MEASURES];
    if (operation->kind == REP_READ && ana_is_measured(meter->context->world, operation->began)) {
        ana_session_covers_judge(meter->covers, operation, judged);
        for (int m = 0; m < MEASURES; m++)
            if (judged[m].is_due)
                count(meter, &meter->measures[m], operation, judged[m].is_late ? 1 : 0);
    }
    ana_session_covers_note(meter->covers, operation, at);
}

void ana_session_meter_ended(AnaSessionMeter *meter, const RepOperationSeen *operation, SimTime at)
{
    if (!meter->is_wanted || operation->outcome != REP_OK)
        return;
    if (meter->covers) {
        ended_without_log(meter, operation, at);
        return;
    }
    AnaSessionLog *log = log_of(meter, operation->key);
    AnaVersion version = ana_version_pack(operation->version);
    if (operation->kind == REP_WRITE) {
        note(log, RYW, operation, operation->key, version, at);
        return;
    }
    if (ana_is_measured(meter->context->world, operation->began))
        judge(meter, log, operation);
    remember(meter, log, operation, at);
}

/* ---- results ------------------------------------------------------------------------------ */

static void finish(const AnaSessionMeter *meter, int m)
{
    const AnaMeterContext *context = meter->context;
    gsize n;
    gsize *plain = ana_cells_of(context->plan, id_of(m), id_of(m), TRUE, &n);
    for (gsize i = 0; i < n; i++) {
        const AnaQuery *query = &context->plan->cells[plain[i]];
        AnaCell *cell = &context->cells[plain[i]];
        for (gsize region = 0; region < context->world->n_regions; region++) {
            if (query->client_region >= 0 && (gsize)query->client_region != region)
                continue;
            cell->of += meter->measures[m].base[region].of;
            cell->hits += meter->measures[m].base[region].late;
        }
    }
    g_free(plain);
}

void ana_session_meter_finish(AnaSessionMeter *meter)
{
    for (int m = 0; m < MEASURES; m++)
        if (meter->measures[m].base)
            finish(meter, m);
}
