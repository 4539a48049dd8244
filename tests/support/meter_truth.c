/* meter_truth.c — what is true of the toy's log, by definition; see meter_toy.h. */
#include "tests/support/meter_toy.h"

void meter_note_lags(MeterToy *toy, int origin)
{
    for (int n = 0; n < METER_NODES; n++) {
        guint64 shared = meter_common(toy->main, toy->nodes[n].log);
        for (int s = 0; s < METER_STAGES && toy->world->world.follows[n]; s++) {
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
            level.oldest = meter_entry(toy, meter_number(toy->main, applied))->durable;
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
        *left =
            (MeterEntry){.term = left->term, .key = left->key, .index = left->index, .durable = -1};
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

void meter_judge(const MeterToy *toy, MeterOperation *read)
{
    read->since = -1;
    for (guint i = 0; i < toy->world->operations->len; i++) {
        const MeterOperation *write = &g_array_index(toy->world->operations, MeterOperation, i);
        const RepVersion version = write->seen.version;
        if (write->seen.kind != REP_WRITE || write->seen.outcome != REP_OK ||
            write->seen.key != read->seen.key || write->ended > read->seen.began)
            continue;
        read->since = read->seen.began - write->ended; /* the last is the latest */
        guint number = 0;
        while (meter_entry(toy, number)->term != version.term ||
               meter_entry(toy, number)->index != version.index)
            number++;
        if (!is_newer(version, read->seen.version) || is_cut_off(toy, number))
            continue;
        read->is_stale = TRUE;
        read->missed++;
        read->age = MAX(read->age, read->seen.began - write->ended);
    }
}
