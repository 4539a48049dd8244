/* meter_staleness.c — stale reads and freshness after a write; see meter_staleness.h. */
#include "analysis/meter_staleness.h"

#include "analysis/acknowledged.h"
#include "analysis/course.h"
#include "analysis/versions.h"
#include "sim/check.h"

/* Positions shown by all are noted this often per life; more would forget sooner. */
enum { NOTES_PER_LIFE = 16, NOTES = 2 * NOTES_PER_LIFE };

typedef struct Note {
    SimTime at;
    guint64 index;
} Note;

/* Reads by clients of one region. */
typedef struct Base {
    guint64 reads, stale;
    AnaHist *age, *missed;
} Base;

typedef struct Freshness {
    guint64 fresh, of;
} Freshness;

struct AnaStalenessMeter {
    const AnaMeterContext *context;
    AnaVersions *versions;
    Base *base; /* by region */
    gsize n_regions;
    SimSpan *spans; /* T of the plain fresh_after cells, ascending */
    gsize n_spans;
    Freshness *freshness; /* [span * n_regions + region] */
    gsize *other;         /* cells not in plain form */
    gsize n_other;
    Note notes[NOTES]; /* a ring, ascending */
    unsigned first_note, n_notes;
    gboolean is_wanted;
};

/* 1.05 T, rounded down; where it does not fit, SIM_NEVER. */
static SimSpan reach_of(SimSpan span)
{
    return sim_time_after(span, span / 20);
}

static void add_span(AnaStalenessMeter *meter, SimSpan span)
{
    gsize at = meter->n_spans;
    for (gsize i = 0; i < meter->n_spans; i++)
        if (meter->spans[i] == span)
            return;
    for (; at > 0 && meter->spans[at - 1] > span; at--)
        meter->spans[at] = meter->spans[at - 1];
    meter->spans[at] = span;
    meter->n_spans++;
}

static SimSpan find_spans(AnaStalenessMeter *meter)
{
    const AnaPlan *plan = meter->context->plan;
    SimSpan longest = ana_plan_keeps_course(plan) ? ANA_COURSE_SINCE : 0;
    meter->spans = g_new0(SimSpan, plan->n_cells + 1);
    for (gsize i = 0; i < plan->n_cells; i++) {
        const AnaQuery *cell = &plan->cells[i];
        if (ana_metric_id(cell->metric) != ANA_FRESH_AFTER)
            continue;
        longest = MAX(longest, reach_of(cell->span));
        if (ana_cell_is_plain(cell))
            add_span(meter, cell->span);
    }
    return longest;
}

static gboolean has_cells(const AnaPlan *plan)
{
    for (gsize i = 0; i < plan->n_cells; i++) {
        AnaMetricId id = ana_metric_id(plan->cells[i].metric);
        if (id >= ANA_STALE_RATE && id <= ANA_FRESH_AFTER)
            return TRUE;
    }
    return FALSE;
}

AnaStalenessMeter *ana_staleness_meter_new(const AnaMeterContext *context)
{
    AnaStalenessMeter *meter = g_new0(AnaStalenessMeter, 1);
    meter->context = context;
    meter->is_wanted = has_cells(context->plan);
    meter->versions =
        ana_versions_new(context->history, context->carried,
                         (context->world->events & ANA_CAN_CONFLICT) != 0, find_spans(meter));
    meter->n_regions = context->world->n_regions;
    meter->base = g_new0(Base, meter->n_regions + 1);
    for (gsize i = 0; i < meter->n_regions; i++) {
        meter->base[i].age = ana_hist_new();
        meter->base[i].missed = ana_hist_new();
    }
    meter->freshness = g_new0(Freshness, meter->n_spans * meter->n_regions + 1);
    meter->other =
        ana_cells_of(context->plan, ANA_STALE_RATE, ANA_FRESH_AFTER, FALSE, &meter->n_other);
    return meter;
}

void ana_staleness_meter_free(AnaStalenessMeter *meter)
{
    if (!meter)
        return;
    for (gsize i = 0; i < meter->n_regions; i++) {
        ana_hist_free(meter->base[i].age);
        ana_hist_free(meter->base[i].missed);
    }
    ana_versions_free(meter->versions);
    g_free(meter->base);
    g_free(meter->spans);
    g_free(meter->freshness);
    g_free(meter->other);
    g_free(meter);
}

/* ---- what may be forgotten ---------------------------------------------------------------- */

static guint64 shown_by_all(const AnaMeterContext *context)
{
    guint64 least = G_MAXUINT64;
    for (gsize node = 0; node < context->world->n_nodes; node++) {
        const AnaCopy *copy = ana_history_copy(context->history, (int)node);
        if (context->world->may_be_wiped[node])
            return 0;
        if (context->world->answers[node] && !copy->is_absent)
            least = MIN(least, ana_history_shared(context->history, copy->shown));
    }
    return least;
}

static Note *note_at(AnaStalenessMeter *meter, unsigned i)
{
    return &meter->notes[(meter->first_note + i) % NOTES];
}

static AnaForget what_to_forget(AnaStalenessMeter *meter, SimTime now)
{
    SimSpan life = meter->context->longest_life;
    if (life == SIM_NEVER)
        return (AnaForget){.before = -1};
    SimSpan pause = MAX(life / NOTES_PER_LIFE, 1);
    if (meter->n_notes == 0 || now - note_at(meter, meter->n_notes - 1)->at >= pause) {
        SIM_CHECK(meter->n_notes < NOTES, "too many notes");
        *note_at(meter, meter->n_notes++) = (Note){now, shown_by_all(meter->context)};
    }
    while (meter->n_notes > 1 && note_at(meter, 1)->at <= now - life) {
        meter->first_note = (meter->first_note + 1) % NOTES;
        meter->n_notes--;
    }
    const Note *oldest = note_at(meter, 0);
    if (oldest->at > now - life)
        return (AnaForget){.before = -1};
    return (AnaForget){.index = oldest->index, .before = now - life};
}

void ana_staleness_meter_forked(AnaStalenessMeter *meter, guint64 index)
{
    for (unsigned i = 0; i < meter->n_notes; i++)
        note_at(meter, i)->index = MIN(note_at(meter, i)->index, index);
}

/* ---- reads -------------------------------------------------------------------------------- */

static gboolean is_within(SimSpan since, SimSpan span)
{
    return since >= span && since <= reach_of(span);
}

static void count_plain(AnaStalenessMeter *meter, guint32 region, const AnaReadJudged *judged)
{
    Base *base = &meter->base[region];
    base->reads++;
    if (judged->is_stale) {
        base->stale++;
        ana_hist_add(base->age, judged->age);
        ana_hist_add(base->missed, (gint64)judged->missed);
    }
    for (gsize i = 0; i < meter->n_spans && judged->since >= meter->spans[i]; i++) {
        if (!is_within(judged->since, meter->spans[i]))
            continue;
        Freshness *freshness = &meter->freshness[i * meter->n_regions + region];
        freshness->of++;
        freshness->fresh += judged->is_stale ? 0 : 1;
    }
}

static void count_into(AnaCell *cell, const AnaQuery *query, const AnaReadJudged *judged)
{
    AnaMetricId id = ana_metric_id(query->metric);
    if (id == ANA_STALE_RATE) {
        cell->of++;
        cell->hits += judged->is_stale && judged->age > query->age ? 1 : 0;
    } else if (id == ANA_STALE_AGE && judged->is_stale) {
        ana_hist_add(cell->hist, judged->age);
    } else if (id == ANA_STALE_VERSIONS && judged->is_stale) {
        ana_hist_add(cell->hist, (gint64)judged->missed);
    } else if (id == ANA_FRESH_AFTER && is_within(judged->since, query->span)) {
        cell->of++;
        cell->hits += judged->is_stale ? 0 : 1;
    }
}

static AnaReadJudged judge(AnaStalenessMeter *meter, const RepOperationSeen *operation)
{
    const AnaMeterContext *context = meter->context;
    if (context->acknowledged)
        return ana_acknowledged_judge(context->acknowledged, operation);
    AnaVersion returned = ana_carried_living(
        context->carried, context->history,
        ana_carried_place(context->carried, ana_version_pack(operation->version)));
    return ana_versions_judge(meter->versions, operation->key, returned, operation->began);
}

static void keep_stale(GArray *reads, const RepOperationSeen *operation,
                       const AnaReadJudged *judged, SimTime at)
{
    AnaStaleRead read = {.number = operation->number,
                         .key = operation->key,
                         .missed = judged->missed,
                         .began = operation->began,
                         .ended = at,
                         .age = judged->age,
                         .client = operation->client};
    g_array_append_val(reads, read);
}

static void read_answered(AnaStalenessMeter *meter, const RepOperationSeen *operation, SimTime at)
{
    const AnaMeterContext *context = meter->context;
    AnaReadJudged judged = judge(meter, operation);
    count_plain(meter, operation->region, &judged);
    if (context->stale_reads && judged.is_stale)
        keep_stale(context->stale_reads, operation, &judged, at);
    if (context->course)
        ana_course_read(context->course, judged.since, judged.is_stale);
    for (gsize i = 0; i < meter->n_other; i++) {
        const AnaQuery *query = &context->plan->cells[meter->other[i]];
        if (ana_operation_passes(query, context->world, operation) &&
            ana_windows_has(context->windows, context->world, query, operation->began))
            count_into(&context->cells[meter->other[i]], query, &judged);
    }
}

void ana_staleness_meter_ended(AnaStalenessMeter *meter, const RepOperationSeen *operation,
                               SimTime at)
{
    if (operation->outcome != REP_OK || !meter->is_wanted)
        return;
    if (operation->kind == REP_WRITE && meter->context->acknowledged)
        return; /* it is noted there */
    if (operation->kind == REP_WRITE)
        ana_versions_acknowledged(
            meter->versions, operation->key,
            ana_carried_place(meter->context->carried, ana_version_pack(operation->version)), at,
            what_to_forget(meter, at));
    else if (ana_is_measured(meter->context->world, operation->began))
        read_answered(meter, operation, at);
}

void ana_staleness_meter_settle(AnaStalenessMeter *meter)
{
    ana_versions_settle(meter->versions);
}

/* ---- results ------------------------------------------------------------------------------ */

static void add_base(const AnaStalenessMeter *meter, AnaCell *cell, const AnaQuery *query,
                     gsize region)
{
    const Base *base = &meter->base[region];
    AnaMetricId id = ana_metric_id(query->metric);
    if (id == ANA_STALE_RATE) {
        cell->hits += base->stale;
        cell->of += base->reads;
    } else if (id == ANA_FRESH_AFTER) {
        gsize span = 0;
        while (meter->spans[span] != query->span)
            span++;
        cell->hits += meter->freshness[span * meter->n_regions + region].fresh;
        cell->of += meter->freshness[span * meter->n_regions + region].of;
    } else {
        ana_hist_merge(cell->hist, id == ANA_STALE_AGE ? base->age : base->missed);
    }
}

void ana_staleness_meter_finish(AnaStalenessMeter *meter)
{
    const AnaMeterContext *context = meter->context;
    gsize n;
    gsize *plain = ana_cells_of(context->plan, ANA_STALE_RATE, ANA_FRESH_AFTER, TRUE, &n);
    for (gsize i = 0; i < n; i++) {
        const AnaQuery *query = &context->plan->cells[plain[i]];
        for (gsize region = 0; region < meter->n_regions; region++)
            if (query->client_region < 0 || (gsize)query->client_region == region)
                add_base(meter, &context->cells[plain[i]], query, region);
    }
    g_free(plain);
}

gsize ana_staleness_meter_n_records(const AnaStalenessMeter *meter)
{
    return ana_versions_n_records(meter->versions);
}
