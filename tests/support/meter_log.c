/*
 * meter_log.c — the toy's log: what a node appends, flushes, receives, cuts, shows, installs, and
 * hands over; see meter_world.h.
 */
#include "tests/support/meter_toy.h"

/* SplitMix64 (Steele, Lea, Flood 2014). */
guint64 meter_draw(MeterToy *toy, guint64 below)
{
    guint64 z = (toy->random += G_GUINT64_CONSTANT(0x9E3779B97F4A7C15));
    z = (z ^ (z >> 30)) * G_GUINT64_CONSTANT(0xBF58476D1CE4E5B9);
    z = (z ^ (z >> 27)) * G_GUINT64_CONSTANT(0x94D049BB133111EB);
    return (z ^ (z >> 31)) % below;
}

void meter_emit(MeterToy *toy, RepObservation seen)
{
    seen.at = toy->now;
    g_array_append_val(toy->world->observed, seen);
    meter_note_lags(toy, seen.kind == REP_OBS_DURABLE ? seen.entries.node : -1);
    if (seen.kind != REP_OBS_OPERATION_ENDED)
        meter_note_levels(toy);
    meter_note_accepting(toy);
}

gboolean meter_is_running(const MeterNode *node)
{
    return !node->is_down && !node->is_paused;
}

static void emit_range(MeterToy *toy, RepObservationKind kind, int node, guint32 term,
                       guint64 first, guint64 last)
{
    meter_emit(toy, (RepObservation){
                        .kind = kind,
                        .entries = {.node = node, .term = term, .first = first, .last = last}});
}

/* One observation for each run of entries of one term; or, coarse, one under the copy's term. */
static void emit_entries(MeterToy *toy, RepObservationKind kind, int n, guint64 first, guint64 last)
{
    const MeterNode *node = &toy->nodes[n];
    if (toy->coarse || kind == REP_OBS_TRUNCATED) {
        emit_range(toy, kind, n, node->label, first, last);
        return;
    }
    while (first <= last) {
        guint32 term = meter_entry(toy, meter_number(node->log, first - 1))->term;
        guint64 end = first;
        while (end < last && meter_entry(toy, meter_number(node->log, end))->term == term)
            end++;
        emit_range(toy, kind, n, term, first, end);
        first = end + 1;
    }
}

/* ---- the log ------------------------------------------------------------------------------ */

void meter_flush(MeterToy *toy, int n)
{
    MeterNode *node = &toy->nodes[n];
    if (!meter_is_running(node) || node->flushed == node->log->len)
        return;
    guint64 first = node->flushed + 1;
    node->flushed += 1 + meter_draw(toy, node->log->len - node->flushed);
    node->stage[METER_FLUSHED] = MAX(node->stage[METER_FLUSHED], node->flushed);
    if (n == toy->leader) {
        for (int s = 0; s < METER_STAGES; s++)
            node->stage[s] = MAX(node->stage[s], node->flushed);
        meter_extend_main(toy, n, node->flushed);
    }
    emit_entries(toy, n == toy->leader ? REP_OBS_DURABLE : REP_OBS_FLUSHED, n, first,
                 node->flushed);
}

void meter_truncate(MeterToy *toy, int n, guint64 length)
{
    MeterNode *node = &toy->nodes[n];
    guint64 last = node->log->len;
    if (last <= length)
        return;
    g_array_set_size(node->log, (guint)length);
    node->flushed = MIN(node->flushed, length);
    node->shown = MIN(node->shown, length);
    for (int s = 0; s < METER_STAGES; s++)
        node->stage[s] = MIN(node->stage[s], length);
    emit_entries(toy, REP_OBS_TRUNCATED, n, length + 1, last);
}

void meter_receive(MeterToy *toy, int n)
{
    MeterNode *node = &toy->nodes[n];
    if (toy->leader < 0 || n == toy->leader || !meter_is_running(node))
        return;
    const MeterNode *leader = &toy->nodes[toy->leader];
    for (guint64 i = meter_common(node->log, leader->log); toy->carries && i < node->log->len; i++)
        g_array_append_val(toy->handed, g_array_index(node->log, guint, i));
    if (node->label != leader->label)
        meter_truncate(toy, n, meter_common(node->log, leader->log));
    node->label = leader->label;
    guint64 first = node->log->len + 1;
    if (first > leader->log->len)
        return;
    guint64 last = first + meter_draw(toy, leader->log->len - first + 1);
    g_array_append_vals(node->log, &g_array_index(leader->log, guint, first - 1),
                        (guint)(last - first + 1));
    node->stage[METER_RECEIVED] = last;
    emit_entries(toy, REP_OBS_RECEIVED, n, first, last);
}

static void show(MeterToy *toy, int n, guint64 first, guint64 last)
{
    MeterNode *node = &toy->nodes[n];
    node->shown = last;
    node->stage[METER_APPLIED] = MAX(node->stage[METER_APPLIED], last);
    emit_entries(toy, REP_OBS_APPLIED, n, first, last);
    MeterApplied applied = {toy->now, n, node->leads ? 0 : last - first + 1, 0};
    if (!node->leads && meter_draw(toy, 10) == 0) {
        applied.diverged = 1;
        emit_range(toy, REP_OBS_DIVERGED, n, node->label, last, last);
    }
    g_array_append_val(toy->world->applied, applied);
}

/* The leader's disk takes the place of the node's copy, whatever that was. */
void meter_install(MeterToy *toy, int n)
{
    MeterNode *node = &toy->nodes[n];
    if (!toy->joins || toy->leader < 0 || n == toy->leader || !meter_is_running(node))
        return;
    const MeterNode *leader = &toy->nodes[toy->leader];
    if (leader->flushed == 0 || meter_common(node->log, leader->log) > leader->flushed)
        return;
    g_array_set_size(node->log, 0);
    g_array_append_vals(node->log, leader->log->data, (guint)leader->flushed);
    node->flushed = node->shown = leader->flushed;
    for (int s = 0; s < METER_STAGES; s++)
        node->stage[s] = leader->flushed;
    node->label = leader->label;
    node->is_ready = TRUE;
    toy->world->installs++;
    guint32 last_term = meter_entry(toy, meter_number(node->log, node->flushed - 1))->term;
    emit_range(toy, REP_OBS_INSTALLED, n, toy->coarse ? node->label : last_term, 1, node->flushed);
}

/* ---- carrying over ------------------------------------------------------------------------ */

static void emit_carried(MeterToy *toy, const MeterEntry *from, const MeterEntry *to)
{
    RepObservation seen = {
        .kind = REP_OBS_CARRIED,
        .carried = {.node = toy->leader, .from = {.index = from->index, .term = from->term}}};
    if (to)
        seen.carried.to = (RepVersion){.index = to->index, .term = to->term};
    else
        g_array_append_val(toy->world->conflicts, toy->now);
    meter_emit(toy, seen);
}

static void append_again(MeterToy *toy, guint number)
{
    MeterNode *leader = &toy->nodes[toy->leader];
    guint added = toy->entries->len;
    MeterEntry entry = {.term = leader->label,
                        .key = meter_entry(toy, number)->key,
                        .index = leader->log->len + 1,
                        .durable = -1,
                        .carried_from = number + 1};
    g_array_append_val(toy->entries, entry);
    g_array_append_val(leader->log, added);
    meter_entry(toy, number)->carried_to = added + 1;
    for (guint i = 0; i < toy->pending->len; i++) {
        MeterPending *pending = &g_array_index(toy->pending, MeterPending, i);
        if (pending->progress != METER_APPENDED || pending->entry != number || meter_draw(toy, 2))
            continue; /* else it is tried again at the new leader, which has it */
        pending->entry = added;
        pending->seen.node = toy->leader;
        pending->seen.version = (RepVersion){.index = entry.index, .term = entry.term};
    }
    toy->world->carried++;
    emit_carried(toy, meter_entry(toy, number), &entry);
}

/* Number + 1 of the newest write to the key in the leader's log. */
static guint newest_of(const MeterToy *toy, guint64 key)
{
    const GArray *log = toy->nodes[toy->leader].log;
    for (guint64 i = log->len; i-- > 0;)
        if (meter_entry(toy, meter_number(log, i))->key == key)
            return meter_number(log, i) + 1;
    return 0;
}

/* An entry is carried once, whoever hands it in; of two writes that conflict either may stand. */
void meter_carry(MeterToy *toy)
{
    if (toy->leader < 0 || !meter_is_running(&toy->nodes[toy->leader]))
        return;
    guint number = meter_number(toy->handed, 0);
    g_array_remove_index(toy->handed, 0);
    MeterEntry *entry = meter_entry(toy, number);
    const MeterNode *leader = &toy->nodes[toy->leader];
    if (entry->carried_to || entry->is_dropped || leader->label <= entry->term ||
        meter_holds(toy, leader->log, leader->log->len, number))
        return;
    guint other = newest_of(toy, entry->key);
    MeterEntry *stands = other ? meter_entry(toy, other - 1) : NULL;
    gboolean conflicts = stands && stands->term > entry->term && !stands->carried_to;
    MeterEntry *loser = meter_draw(toy, 2) ? entry : stands;
    if (conflicts) {
        loser->is_dropped = TRUE;
        emit_carried(toy, loser, NULL);
    }
    if (!conflicts || loser == stands)
        append_again(toy, number);
}

void meter_apply_or_commit(MeterToy *toy, int n)
{
    MeterNode *node = &toy->nodes[n];
    if (!meter_is_running(node) || node->shown >= node->flushed)
        return;
    guint64 last = node->shown + 1 + meter_draw(toy, node->flushed - node->shown);
    show(toy, n, node->shown + 1, last);
    if (n != toy->leader || last <= toy->committed)
        return;
    emit_entries(toy, REP_OBS_COMMITTED, n, toy->committed + 1, last);
    toy->committed = last;
}
