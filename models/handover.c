/*
 * handover.c — what one node hands to another besides its stream: a snapshot of everything, and
 * entries of a log that was cut off.
 *
 * A snapshot is the sender's shown state at the moment of sending. While it is on its way the log
 * keeps what the receiver will need after it.
 *
 * Carrying over (semantics §4, keep-and-conflict). The leader of the newer term appends the entry
 * again, unless a write to the same key that is not part of the old log became durable later: of
 * two such writes the later one stands, and the other is the loser of a conflict. An entry is
 * carried once, whoever hands it in.
 */
#include "models/planted.h"
#include "models/world_state.h"

/* ---- snapshots ---------------------------------------------------------------------------- */

void rep_world_reserve(RepWorld *world, const RepEffect *effect)
{
    RepLog *log = &world->logs[effect->log];
    guint64 before = rep_log_holds(log, effect->node);
    RepLogCopy *copy = &log->copies[effect->node];
    /* An earlier snapshot may still arrive. */
    copy->reserved = copy->is_reserved ? MIN(copy->reserved, effect->index) : effect->index;
    copy->is_reserved = TRUE;
    rep_log_moved(log, effect->node, before);
}

void rep_world_install(RepWorld *world, const RepEffect *effect)
{
    RepLog *log = &world->logs[effect->log];
    RepLogCopy *copy = &log->copies[effect->node];
    /* What the snapshot does not contain is lost here, and seen to be. */
    rep_world_truncate(world, effect->node, effect->log,
                       MIN(copy->arrived, rep_log_common(log, copy->term, effect->term)));
    guint64 before = rep_log_holds(log, effect->node);
    copy->is_kept = TRUE;
    copy->is_awaited = FALSE;
    copy->is_reserved = FALSE;
    copy->term = effect->term;
    copy->leads = FALSE;
    copy->arrived = copy->received = copy->flushed = copy->applied = effect->index;
    copy->decided = effect->index;
    world->nodes[effect->node].disk.covers[effect->log] = effect->index;
    rep_applier_reset(world, effect->node, effect->log);
    rep_world_observe_entries(world, REP_OBS_INSTALLED, effect->node, effect->log, effect->term, 1,
                              effect->index);
    rep_log_moved(log, effect->node, before);
}

/* ---- carrying over ------------------------------------------------------------------------ */

/* Names a place in a table. */
static gpointer name_of(RepVersion place)
{
    return GSIZE_TO_POINTER(rep_entry_cause(place.term, place.index));
}

/* What became of the entry from this place, or which entry came to it; NULL: none. The tables are
 * only looked up, so that their order cannot show. */
static const RepCarried *find_carried(const RepHandover *handover, GHashTable *table,
                                      RepVersion place)
{
    gsize at = table ? GPOINTER_TO_SIZE(g_hash_table_lookup(table, name_of(place))) : 0;
    return at ? &g_array_index(handover->carried, RepCarried, at - 1) : NULL;
}

/* The entry got a new place, or lost to a later write (to.index is 0). */
static void note_carried(RepWorld *world, int node, int log, RepVersion from, RepVersion to)
{
    RepHandover *handover = &world->handovers[log];
    RepCarried carried = {.from = from, .to = to};
    if (!handover->carried) {
        handover->carried = g_array_new(FALSE, FALSE, sizeof(RepCarried));
        handover->carried_from = g_hash_table_new(NULL, NULL);
        handover->carried_to = g_hash_table_new(NULL, NULL);
    }
    g_array_append_val(handover->carried, carried);
    gpointer number = GSIZE_TO_POINTER((gsize)handover->carried->len);
    g_hash_table_insert(handover->carried_from, name_of(from), number);
    if (to.index)
        g_hash_table_insert(handover->carried_to, name_of(to), number);
    rep_world_emit(
        world,
        &(RepObservation){.kind = REP_OBS_CARRIED,
                          .at = world->kernel.now,
                          .carried = {.node = node, .log = (guint32)log, .from = from, .to = to}});
}

static SimTime durable_at(const RepLog *log, RepVersion place)
{
    const RepLogEntry *entry = rep_log_entry(log, place.term, place.index);
    return entry ? entry->durable_at : SIM_NEVER;
}

/* Does the entry at `before` of the log of `term` follow the place there? */
static gboolean is_followed(const RepLog *log, RepVersion place, guint32 term, guint64 before)
{
    return place.index < before && rep_log_term_at(log, term, place.index) == place.term;
}

/* The place, or the one that it was carried to, if the node's log has either; else index 0. */
static RepVersion carried_into(const RepWorld *world, int log, int node, RepVersion place)
{
    while (place.index && !rep_log_contains(&world->logs[log], node, place)) {
        const RepCarried *carried =
            find_carried(&world->handovers[log], world->handovers[log].carried_from, place);
        place = carried ? carried->to : (RepVersion){0};
    }
    return place;
}

/* ---- writes with several places ----------------------------------------------------------- */

void rep_world_note_earlier(RepWorld *world, int log, RepVersion place, RepVersion earlier)
{
    RepHandover *handover = &world->handovers[log];
    if (!handover->earlier) {
        handover->earlier_places = g_array_new(FALSE, FALSE, sizeof(RepVersion));
        handover->earlier = g_hash_table_new(NULL, NULL);
    }
    g_array_append_val(handover->earlier_places, earlier);
    g_hash_table_insert(handover->earlier, name_of(place),
                        GSIZE_TO_POINTER((gsize)handover->earlier_places->len));
}

RepVersion rep_world_place_at(const RepWorld *world, int log, int node, RepVersion place)
{
    const RepHandover *handover = &world->handovers[log];
    while (place.index) {
        RepVersion now = carried_into(world, log, node, place);
        if (now.index)
            return now;
        gsize at = handover->earlier
                       ? GPOINTER_TO_SIZE(g_hash_table_lookup(handover->earlier, name_of(place)))
                       : 0;
        place = at ? g_array_index(handover->earlier_places, RepVersion, at - 1) : (RepVersion){0};
    }
    return place;
}

void rep_world_clear_handovers(RepWorld *world)
{
    for (gsize i = 0; i < world->n_logs; i++) {
        RepHandover *handover = &world->handovers[i];
        g_clear_pointer(&handover->earlier_places, g_array_unref);
        g_clear_pointer(&handover->earlier, g_hash_table_unref);
        g_clear_pointer(&handover->carried, g_array_unref);
        g_clear_pointer(&handover->carried_from, g_hash_table_unref);
        g_clear_pointer(&handover->carried_to, g_hash_table_unref);
    }
    g_free(world->handovers);
}

void rep_world_carry(RepWorld *world, const RepEffect *effect)
{
    RepLog *log = &world->logs[effect->log];
    const RepHandover *handover = &world->handovers[effect->log];
    int node = effect->node;
    const RepLogCopy *copy = &log->copies[node];
    RepVersion from = {.index = effect->index,
                       .term = rep_log_term_at(log, effect->term, effect->index)};
    const RepLogEntry *found = rep_log_entry(log, effect->term, effect->index);
    if (!copy->leads || !found || rep_log_contains(log, node, from) ||
        find_carried(handover, handover->carried_from, from))
        return;
    RepLogEntry entry = *found; /* appending may move it */
    RepVersion other = rep_log_newest(log, node, entry.key), origin = other;
    const RepCarried *carried = find_carried(handover, handover->carried_to, other);
    if (other.index && carried)
        origin = carried->from;
    if (other.index && !is_followed(log, origin, effect->term, effect->index)) {
        /* Neither write had seen the other. */
        gboolean is_later = durable_at(log, origin) >= entry.durable_at;
        if (REP_PLANTED(CARRY_OVERWRITES_NEWER))
            is_later = FALSE;
        note_carried(world, node, effect->log, is_later ? from : other, (RepVersion){0});
        if (is_later)
            return;
    }
    guint64 index = rep_log_append(log, node, entry.key, entry.bytes);
    note_carried(world, node, effect->log, from, (RepVersion){.index = index, .term = copy->term});
    if (world->policy->appended)
        world->policy->appended(world->policy_state, world, node, effect->log, index,
                                &world->effects);
    rep_disk_kick(world, node);
}
