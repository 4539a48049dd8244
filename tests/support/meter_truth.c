/* meter_truth.c — what is true of the toy's log, by definition; see meter_toy.h. */
#include "tests/support/meter_toy.h"

#include <string.h>

void meter_note_lags(MeterToy *toy, int origin)
{
    for (int n = 0; n < METER_NODES; n++) {
        guint64 shared = meter_common(toy->main, toy->nodes[n].log);
        gboolean counts = toy->world->world.follows[n] && !toy->nodes[n].is_absent;
        for (int s = 0; s < METER_STAGES && counts; s++) {
            for (guint64 i = 0; i < MIN(shared, toy->nodes[n].stage[s]); i++) {
                MeterEntry *entry = meter_entry(toy, meter_number(toy->main, i));
                MeterLag lag = {n, s, entry->durable, toy->now, FALSE};
                if (!entry->counted[n][s] && n != origin)
                    g_array_append_val(toy->world->lags, lag);
                entry->counted[n][s] = TRUE;
            }
        }
    }
}

void meter_note_levels(MeterToy *toy)
{
    for (int n = 0; n < METER_NODES; n++) {
        GArray *levels = toy->world->levels;
        guint64 applied =
            MIN(meter_common(toy->main, toy->nodes[n].log), toy->nodes[n].stage[METER_APPLIED]);
        MeterLevel level = {n, toy->now, SIM_NEVER, toy->main->len - applied, -1};
        if (level.backlog)
            level.oldest = MAX(meter_entry(toy, meter_number(toy->main, applied))->durable,
                               toy->nodes[n].joined);
        if (toy->nodes[n].is_absent)
            continue;
        for (guint i = levels->len; i-- > 0;) {
            MeterLevel *last = &g_array_index(levels, MeterLevel, i);
            if (last->node != n)
                continue;
            last->to = toy->now;
            break;
        }
        g_array_append_val(levels, level);
    }
}

void meter_note_accepting(MeterToy *toy)
{
    MeterAccepting now = {.at = toy->now};
    for (int n = 0; n < METER_NODES; n++) {
        const MeterNode *node = &toy->nodes[n];
        now.nodes += node->leads && node->holds_lease && !node->is_down && !node->is_paused;
    }
    g_array_append_val(toy->world->accepting, now);
}

/* The main history is that of the highest term with a durable entry. */
void meter_extend_main(MeterToy *toy, int node, guint64 to)
{
    const MeterNode *leader = &toy->nodes[node];
    guint64 kept = meter_common(toy->main, leader->log);
    guint32 term = meter_entry(toy, meter_number(leader->log, to - 1))->term;
    if (term <= toy->main_term && kept < toy->main->len)
        return; /* old entries again, under a leader that has none of its own yet */
    to = MAX(to, kept);
    for (guint64 i = kept; i < toy->main->len; i++) {
        MeterEntry *left = meter_entry(toy, meter_number(toy->main, i));
        left->durable = -1;
        memset(left->counted, 0, sizeof left->counted);
    }
    g_array_set_size(toy->main, (guint)kept);
    for (guint64 i = kept; i < to; i++) {
        guint number = meter_number(leader->log, i);
        meter_entry(toy, number)->durable = toy->now;
        g_array_append_val(toy->main, number);
    }
    toy->main_term = MAX(toy->main_term, term);
}

gboolean meter_holds(const MeterToy *toy, const GArray *log, guint64 length, guint number)
{
    guint64 index = meter_entry(toy, number)->index;
    return index <= MIN(length, log->len) && meter_number(log, index - 1) == number;
}

static gboolean is_cut_off(const MeterToy *toy, guint number)
{
    gboolean on_dead_disk = FALSE;
    for (int n = 0; n < METER_NODES; n++) {
        const MeterNode *node = &toy->nodes[n];
        if (!node->is_down && meter_holds(toy, node->log, node->log->len, number))
            return FALSE;
        on_dead_disk |= node->is_down && meter_holds(toy, node->log, node->flushed, number);
    }
    gboolean is_written = toy->main_term == toy->term; /* the latest leader has an entry on disk */
    const GArray *present = is_written ? toy->main : toy->led;
    gboolean goes_on_without = toy->term > meter_entry(toy, number)->term &&
                               !meter_holds(toy, present, present->len, number);
    return goes_on_without || !on_dead_disk;
}

static gboolean is_newer(RepVersion a, RepVersion b)
{
    return b.index == 0 || a.term > b.term || (a.term == b.term && a.index > b.index);
}

static guint number_of(const MeterToy *toy, RepVersion version)
{
    guint number = 0;
    while (meter_entry(toy, number)->term != version.term ||
           meter_entry(toy, number)->index != version.index)
        number++;
    return number;
}

static guint last_place(const MeterToy *toy, guint number)
{
    while (meter_entry(toy, number)->carried_to)
        number = meter_entry(toy, number)->carried_to - 1;
    return number;
}

/* The newest place of the write that is not cut off; else the last. */
static guint living_place(const MeterToy *toy, guint number)
{
    guint last = last_place(toy, number), place = last;
    while (is_cut_off(toy, place)) {
        if (!meter_entry(toy, place)->carried_from)
            return last;
        place = meter_entry(toy, place)->carried_from - 1;
    }
    return place;
}

static RepVersion version_at(const MeterToy *toy, guint number)
{
    const MeterEntry *entry = meter_entry(toy, number);
    return (RepVersion){.index = entry->index, .term = entry->term};
}

void meter_judge(const MeterToy *toy, MeterOperation *read)
{
    RepVersion returned = read->seen.version;
    if (returned.index)
        returned = version_at(toy, living_place(toy, number_of(toy, returned)));
    read->since = -1;
    for (guint i = 0; i < toy->world->operations->len; i++) {
        const MeterOperation *write = &g_array_index(toy->world->operations, MeterOperation, i);
        if (write->seen.kind != REP_WRITE || write->seen.outcome != REP_OK ||
            write->seen.key != read->seen.key || write->ended > read->seen.began)
            continue;
        read->since = read->seen.began - write->ended; /* the last is the latest */
        guint place = living_place(toy, number_of(toy, write->seen.version));
        if (!is_newer(version_at(toy, place), returned) || is_cut_off(toy, place))
            continue;
        read->is_stale = TRUE;
        read->missed++;
        read->age = MAX(read->age, read->seen.began - write->ended);
    }
}

/* What is cut off no read can lack; what it showed may be taken back all the same. */
typedef enum Kind { LACKED, TAKEN_BACK } Kind;

/* Is what was returned older than the version? */
static gboolean is_older(const MeterToy *toy, RepVersion returned, RepVersion version, Kind kind)
{
    if (version.index == 0)
        return FALSE;
    guint place = living_place(toy, number_of(toy, version));
    return is_newer(version_at(toy, place), returned) &&
           (kind == TAKEN_BACK || !is_cut_off(toy, place));
}

/* What the write that was read depends on, wherever it had been carried. */
static RepDependency dependency_of(const MeterToy *toy, RepVersion read)
{
    if (read.index == 0)
        return (RepDependency){0};
    guint number = number_of(toy, read);
    while (meter_entry(toy, number)->carried_from)
        number = meter_entry(toy, number)->carried_from - 1;
    return meter_entry(toy, number)->depends_on;
}

void meter_judge_session(const MeterToy *toy, MeterOperation *read)
{
    const RepOperationSeen *seen = &read->seen;
    RepVersion returned = seen->version;
    if (returned.index)
        returned = version_at(toy, living_place(toy, number_of(toy, returned)));
    for (guint i = 0; i < toy->world->operations->len; i++) {
        const MeterOperation *own = &g_array_index(toy->world->operations, MeterOperation, i);
        if (own->seen.client != seen->client || own->seen.session != seen->session ||
            own->seen.outcome != REP_OK || own->ended > seen->began)
            continue;
        if (own->seen.key == seen->key) {
            int measure = own->seen.kind == REP_WRITE ? 0 : 1;
            read->is_due[measure] = TRUE;
            read->is_late[measure] |=
                is_older(toy, returned, own->seen.version, measure == 1 ? TAKEN_BACK : LACKED);
        }
        RepDependency upon = {0};
        if (own->seen.kind == REP_READ)
            upon = dependency_of(toy, own->seen.version);
        if (upon.version.index && upon.key == seen->key) {
            read->is_due[2] = TRUE;
            read->is_late[2] |= is_older(toy, returned, upon.version, LACKED);
        }
    }
}

static gboolean is_live(const MeterToy *toy, guint number)
{
    for (int n = 0; n < METER_NODES; n++)
        if (!toy->nodes[n].is_down &&
            meter_holds(toy, toy->nodes[n].log, toy->nodes[n].log->len, number))
            return TRUE;
    return FALSE;
}

void meter_find_fate(const MeterToy *toy, MeterOperation *write)
{
    guint number = last_place(toy, number_of(toy, write->seen.version));
    write->is_overwritten = meter_entry(toy, number)->is_dropped;
    write->is_lost = !write->is_overwritten && !is_live(toy, number);
    for (guint i = meter_entry(toy, number)->carried_from; i && write->is_lost;
         i = meter_entry(toy, i - 1)->carried_from) {
        write->is_lost = !is_live(toy, i - 1);
        toy->world->back += !write->is_lost;
    }
}
