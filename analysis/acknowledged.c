/* acknowledged.c — see acknowledged.h. */
#include "analysis/acknowledged.h"

#define FIRST_SLOTS 64u

typedef struct Slot {
    guint64 key;
    AnaAcked *writes; /* owned; in the order of their acknowledgements */
    guint32 n, room;
    SimTime latest; /* acknowledgement ever; -1: the slot is free */
    guint64 last;   /* largest serial ever acknowledged */
} Slot;

struct AnaAcknowledged {
    const AnaMeterContext *context;
    Slot *slots; /* open addressing */
    gsize n_slots, n_keys;
    gboolean keeps_all;
    AnaFated fated;
    void *self;
};

static Slot *make_slots(gsize n)
{
    Slot *slots = g_new0(Slot, n);
    for (gsize i = 0; i < n; i++)
        slots[i].latest = -1;
    return slots;
}

AnaAcknowledged *ana_acknowledged_new(const AnaMeterContext *context, SimSpan since_reach,
                                      AnaFated fated, void *self)
{
    (void)since_reach; /* the latest acknowledgement of a key is never forgotten */
    AnaAcknowledged *acked = g_new0(AnaAcknowledged, 1);
    acked->context = context;
    acked->n_slots = FIRST_SLOTS;
    acked->slots = make_slots(acked->n_slots);
    acked->fated = fated;
    acked->self = self;
    for (gsize node = 0; node < context->world->n_nodes; node++)
        acked->keeps_all |= context->world->may_be_wiped[node];
    return acked;
}

void ana_acknowledged_free(AnaAcknowledged *acked)
{
    if (!acked)
        return;
    for (gsize i = 0; i < acked->n_slots; i++)
        g_free(acked->slots[i].writes);
    g_free(acked->slots);
    g_free(acked);
}

/* ---- keys --------------------------------------------------------------------------------- */

static Slot *find(const AnaAcknowledged *acked, guint64 key)
{
    gsize i = (gsize)((key * G_GUINT64_CONSTANT(0x9E3779B97F4A7C15)) >> 20) & (acked->n_slots - 1);
    while (acked->slots[i].latest >= 0 && acked->slots[i].key != key)
        i = (i + 1) & (acked->n_slots - 1);
    return &acked->slots[i];
}

static void grow(AnaAcknowledged *acked)
{
    Slot *old = acked->slots;
    gsize n_old = acked->n_slots;
    acked->n_slots *= 2;
    acked->slots = make_slots(acked->n_slots);
    for (gsize i = 0; i < n_old; i++)
        if (old[i].latest >= 0)
            *find(acked, old[i].key) = old[i];
    g_free(old);
}

static AnaAcked *find_write(const Slot *slot, guint64 serial)
{
    for (guint32 i = slot->n; i-- > 0;)
        if (slot->writes[i].serial == serial)
            return &slot->writes[i];
    return NULL;
}

/* ---- forgetting --------------------------------------------------------------------------- */

static void forget(const AnaAcknowledged *acked, Slot *slot, SimTime now)
{
    SimSpan life = acked->context->longest_life;
    guint32 kept = 0;
    if (acked->keeps_all || life == SIM_NEVER)
        return;
    for (guint32 i = 0; i < slot->n; i++) {
        const AnaAcked *write = &slot->writes[i];
        gboolean goes =
            write->has_ended && write->settled_at != SIM_NEVER && write->settled_at < now - life;
        if (!goes)
            slot->writes[kept++] = *write;
    }
    slot->n = kept;
}

/* ---- what happens ------------------------------------------------------------------------- */

void ana_acknowledged_add(AnaAcknowledged *acked, const RepOperationSeen *write, SimTime at)
{
    if (!write->versions || write->versions->n == 0)
        return;
    Slot *slot = find(acked, write->key);
    if (slot->latest < 0) {
        if (4 * (acked->n_keys + 1) > 3 * acked->n_slots) {
            grow(acked);
            slot = find(acked, write->key);
        }
        acked->n_keys++;
        slot->key = write->key;
    }
    slot->latest = at;
    slot->last = MAX(slot->last, write->versions->serials[0]);
    forget(acked, slot, at);
    if (slot->n == slot->room) {
        slot->room = MAX(2, 2 * slot->room);
        slot->writes = g_renew(AnaAcked, slot->writes, slot->room);
    }
    slot->writes[slot->n++] = (AnaAcked){.serial = write->versions->serials[0],
                                         .stamp = write->versions->newest,
                                         .at = at,
                                         .settled_at = SIM_NEVER,
                                         .began = write->began,
                                         .client = write->client,
                                         .session = write->session,
                                         .region = write->region,
                                         .node = write->node,
                                         .is_cut_off = (guint8)write->versions->is_cut_off};
}

/* What a write follows goes with it, unless something else that is live follows that too. */
static void cut_off(const Slot *slot, const RepObservation *seen)
{
    for (guint32 i = 0; i < slot->n; i++) {
        AnaAcked *write = &slot->writes[i];
        if (write->serial == seen->cut_off.serial ||
            sim_intervals_has(seen->cut_off.context, write->serial))
            write->is_cut_off =
                seen->cut_off.is_cut_off && !sim_intervals_has(seen->cut_off.live, write->serial);
    }
}

static void settled(AnaAcknowledged *acked, Slot *slot, const RepObservation *seen)
{
    const AnaWorld *world = acked->context->world;
    for (guint32 i = 0; i < slot->n; i++) {
        AnaAcked *write = &slot->writes[i];
        gboolean is_covered =
            write->serial == seen->settled.serial ||
            sim_intervals_has(seen->settled.context, write->serial) ||
            (world->stamps_order && ana_stamp_compare(write->stamp, seen->settled.stamp) < 0);
        if (is_covered && write->settled_at == SIM_NEVER)
            write->settled_at = seen->at;
    }
}

void ana_acknowledged_observe(AnaAcknowledged *acked, const RepObservation *seen)
{
    if (seen->kind == REP_OBS_SETTLED) {
        settled(acked, find(acked, seen->settled.key), seen);
        return;
    }
    if (seen->kind == REP_OBS_WRITE_CUT_OFF) {
        cut_off(find(acked, seen->cut_off.key), seen);
        return;
    }
    AnaAcked *write = find_write(find(acked, seen->stored.key), seen->stored.serial);
    if (!write)
        return;
    write->has_ended = TRUE;
    write->fate = (guint8)seen->stored.why;
    if (write->fate == REP_FATE_OVERWRITTEN)
        acked->fated(acked->self, seen->stored.key, write, REP_FATE_OVERWRITTEN);
}

void ana_acknowledged_finish(AnaAcknowledged *acked)
{
    for (gsize i = 0; i < acked->n_slots; i++)
        for (guint32 w = 0; w < acked->slots[i].n; w++) {
            const AnaAcked *write = &acked->slots[i].writes[w];
            if (write->is_cut_off && !(write->has_ended && write->fate == REP_FATE_OVERWRITTEN))
                acked->fated(acked->self, acked->slots[i].key, write, REP_FATE_LOST);
        }
}

/* ---- judging ------------------------------------------------------------------------------ */

int ana_stamp_compare(RepStamp a, RepStamp b)
{
    if (a.time != b.time)
        return a.time < b.time ? -1 : 1;
    if (a.count != b.count)
        return a.count < b.count ? -1 : 1;
    return (a.origin > b.origin) - (a.origin < b.origin);
}

gboolean ana_is_covered(const AnaWorld *world, const RepVersionsSeen *returned, guint64 serial,
                        RepStamp stamp)
{
    if (!returned || returned->n == 0)
        return FALSE;
    return (returned->cover && sim_intervals_has(returned->cover, serial)) ||
           (world->stamps_order && ana_stamp_compare(returned->newest, stamp) >= 0);
}

AnaReadJudged ana_acknowledged_judge(AnaAcknowledged *acked, const RepOperationSeen *read)
{
    const Slot *slot = find(acked, read->key);
    AnaReadJudged judged = {.since = -1};
    if (slot->latest >= 0 && slot->latest <= read->began)
        judged.since = read->began - slot->latest;
    const SimIntervals *cover = read->versions ? read->versions->cover : NULL;
    /* What covers everything misses nothing; only `since` may have to be looked up. */
    gboolean is_all =
        cover && cover->n == 1 && cover->head.first == 1 && cover->head.last >= slot->last;
    for (guint32 i = slot->n; i-- > 0 && !(is_all && judged.since >= 0);) {
        const AnaAcked *write = &slot->writes[i];
        if (write->at > read->began)
            continue;
        judged.since = judged.since < 0 ? read->began - write->at : judged.since;
        if (write->is_cut_off ||
            ana_is_covered(acked->context->world, read->versions, write->serial, write->stamp))
            continue;
        judged.is_stale = TRUE;
        judged.age = MAX(judged.age, read->began - write->at);
        judged.missed++;
    }
    return judged;
}
