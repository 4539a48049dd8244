/* session_versions.c — what sessions must not fall behind; see session_versions.h. */
#include "analysis/session_versions.h"

#include "sim/check.h"

typedef struct Record {
    AnaVersion version;
    SimTime at; /* first noted */
} Record;

/* Records besides the newest, in any order. */
typedef struct Older {
    guint32 n, room;
    Record records[];
} Older;

typedef struct Slot {
    AnaSessionKey whose;
    SimTime first; /* that anything was noted; -1: the slot is empty */
    Record newest;
    Older *older; /* NULL: none */
} Slot;

enum { SLOT_BITS_MIN = 8, ROOM_MIN = 2 };

struct AnaSessionVersions {
    const AnaMeterContext *context;
    gboolean counts_cut_off;
    Slot *slots;
    unsigned slot_bits;
    gsize n_keys;
    guint64 on_all_disks; /* entries of the main history up to it, as it was last looked up */
};

static Slot *new_slots(unsigned bits)
{
    Slot *slots = g_new0(Slot, (gsize)1 << bits);
    for (gsize i = 0; i < (gsize)1 << bits; i++)
        slots[i].first = -1;
    return slots;
}

AnaSessionVersions *ana_session_versions_new(const AnaMeterContext *context,
                                             gboolean counts_cut_off)
{
    AnaSessionVersions *self = g_new0(AnaSessionVersions, 1);
    self->context = context;
    self->counts_cut_off = counts_cut_off;
    self->slot_bits = SLOT_BITS_MIN;
    self->slots = new_slots(SLOT_BITS_MIN);
    return self;
}

void ana_session_versions_free(AnaSessionVersions *self)
{
    if (!self)
        return;
    for (gsize i = 0; i < (gsize)1 << self->slot_bits; i++)
        g_free(self->slots[i].older);
    g_free(self->slots);
    g_free(self);
}

/* ---- slots -------------------------------------------------------------------------------- */

static gboolean is_of(const Slot *slot, const AnaSessionKey *whose)
{
    return slot->whose.key == whose->key && slot->whose.session == whose->session &&
           slot->whose.client == whose->client;
}

/* The slot of the session's key, or the empty one where it belongs. */
static Slot *find_slot(const AnaSessionVersions *self, const AnaSessionKey *whose)
{
    gsize mask = ((gsize)1 << self->slot_bits) - 1;
    guint64 session = (guint64)whose->client << 32 | whose->session;
    guint64 hash = (whose->key ^ session * G_GUINT64_CONSTANT(0xD6E8FEB86659FD93)) *
                   G_GUINT64_CONSTANT(0x9E3779B97F4A7C15);
    gsize i = (gsize)(hash >> (64 - self->slot_bits));
    while (self->slots[i].first >= 0 && !is_of(&self->slots[i], whose))
        i = (i + 1) & mask;
    return &self->slots[i];
}

static void grow(AnaSessionVersions *self)
{
    gsize n = (gsize)1 << self->slot_bits;
    Slot *old = self->slots;
    self->slots = new_slots(++self->slot_bits);
    for (gsize i = 0; i < n; i++)
        if (old[i].first >= 0)
            *find_slot(self, &old[i].whose) = old[i];
    g_free(old);
}

/* ---- what no read can be judged by any more ------------------------------------------------ */

static gboolean is_main(const AnaSessionVersions *self, AnaVersion version)
{
    guint64 index = ana_version_index(version);
    AnaPlace place = {.index = index, .term = ana_version_term(version)};
    return ana_history_shared(self->context->history, place) == index;
}

static guint64 look_up_disks(const AnaMeterContext *context)
{
    guint64 least = G_MAXUINT64;
    for (gsize node = 0; node < context->world->n_nodes; node++) {
        const AnaCopy *copy = ana_history_copy(context->history, (int)node);
        if (context->world->may_be_wiped[node] || copy->is_absent)
            return 0;
        least = MIN(least, ana_history_shared(context->history, copy->disk));
    }
    return least;
}

/* Whoever leads will have it. What once was on all disks stays there. */
static gboolean is_settled(AnaSessionVersions *self, AnaVersion version)
{
    if (!is_main(self, version))
        return FALSE;
    if (ana_version_index(version) > self->on_all_disks)
        self->on_all_disks = MAX(self->on_all_disks, look_up_disks(self->context));
    return ana_version_index(version) <= self->on_all_disks;
}

/* No read under way began before it was noted. */
static gboolean is_old(const AnaSessionVersions *self, const Record *record, SimTime now)
{
    SimSpan life = self->context->longest_life;
    return life != SIM_NEVER && record->at <= now - life;
}

/* It was cut off and may be handed to a new leader yet, where it is newer than anything before. */
static gboolean may_come_back(const AnaSessionVersions *self, AnaVersion version)
{
    return (self->context->world->events & ANA_CAN_CONFLICT) && !is_main(self, version) &&
           !ana_carried_is_dropped(self->context->carried, version);
}

static void prune(AnaSessionVersions *self, Slot *slot, SimTime now)
{
    Older *older = slot->older;
    AnaVersion standing = 0; /* newest that stands for all before it */
    if (is_old(self, &slot->newest, now) && is_settled(self, slot->newest.version))
        standing = slot->newest.version;
    for (guint32 i = 0; i < older->n && standing != slot->newest.version; i++) {
        const Record *record = &older->records[i];
        if (record->version > standing && is_old(self, record, now) &&
            is_settled(self, record->version))
            standing = record->version;
    }
    guint32 kept = 0;
    for (guint32 i = 0; i < older->n; i++)
        if (older->records[i].version >= standing || may_come_back(self, older->records[i].version))
            older->records[kept++] = older->records[i];
    older->n = kept;
}

/* ---- notes -------------------------------------------------------------------------------- */

static void put_aside(AnaSessionVersions *self, Slot *slot, Record record, SimTime now)
{
    Older *older = slot->older;
    for (guint32 i = 0; older && i < older->n; i++)
        if (older->records[i].version == record.version)
            return;
    if (older && older->n == older->room)
        prune(self, slot, now);
    if (!older || older->n == older->room) {
        guint32 room = older ? 2 * older->room : ROOM_MIN;
        gboolean is_first = !older;
        older = slot->older = g_realloc(older, sizeof(Older) + room * sizeof(Record));
        older->room = room;
        if (is_first)
            older->n = 0;
    }
    older->records[older->n++] = record;
}

void ana_session_versions_note(AnaSessionVersions *self, AnaSessionKey whose, AnaVersion version,
                               SimTime at)
{
    Slot *slot = find_slot(self, &whose);
    Record record = {version, at};
    if (slot->first < 0) {
        if ((self->n_keys + 1) * 2 > (gsize)1 << self->slot_bits) {
            grow(self);
            slot = find_slot(self, &whose);
        }
        *slot = (Slot){.whose = whose, .first = at, .newest = record};
        self->n_keys++;
    } else if (version > slot->newest.version) {
        Record before = slot->newest;
        if (before.version)
            put_aside(self, slot, before, at);
        slot->newest = record;
    } else if (version && version < slot->newest.version &&
               (!is_settled(self, slot->newest.version) || may_come_back(self, version))) {
        /* The newer one, noted earlier, stands for it as long as it is not cut off. */
        put_aside(self, slot, record, at);
    }
}

/* ---- reads -------------------------------------------------------------------------------- */

static gboolean is_behind(const AnaSessionVersions *self, const Record *record, AnaVersion returned,
                          SimTime began)
{
    const AnaMeterContext *context = self->context;
    if (record->at > began || record->version == 0)
        return FALSE;
    AnaVersion place = ana_carried_living(context->carried, context->history,
                                          ana_carried_place(context->carried, record->version));
    return place > returned && (self->counts_cut_off ||
                                !ana_history_is_cut_off(context->history, ana_version_term(place),
                                                        ana_version_index(place)));
}

AnaSessionJudged ana_session_versions_judge(const AnaSessionVersions *self, AnaSessionKey whose,
                                            AnaVersion returned, SimTime began)
{
    const Slot *slot = find_slot(self, &whose);
    AnaSessionJudged judged = {0};
    if (slot->first < 0 || slot->first > began)
        return judged;
    judged.is_due = TRUE;
    /* Nearly always; but what was carried may be newer than its number here. */
    if (returned >= slot->newest.version && ana_carried_count(self->context->carried) == 0)
        return judged;
    judged.is_late = is_behind(self, &slot->newest, returned, began);
    for (guint32 i = 0; slot->older && i < slot->older->n && !judged.is_late; i++)
        judged.is_late = is_behind(self, &slot->older->records[i], returned, began);
    return judged;
}

/* ---- carried entries ---------------------------------------------------------------------- */

void ana_session_versions_settle(AnaSessionVersions *self)
{
    const AnaCarried *carried = self->context->carried;
    for (gsize i = 0; i < (gsize)1 << self->slot_bits; i++) {
        Slot *slot = &self->slots[i];
        if (slot->first < 0)
            continue;
        slot->newest.version = ana_carried_place(carried, slot->newest.version);
        for (guint32 r = 0; slot->older && r < slot->older->n; r++) {
            Record *record = &slot->older->records[r];
            record->version = ana_carried_place(carried, record->version);
            if (record->version > slot->newest.version) {
                Record newest = slot->newest;
                slot->newest = *record;
                *record = newest;
            }
        }
    }
}

gsize ana_session_versions_n_keys(const AnaSessionVersions *self)
{
    return self->n_keys;
}

gsize ana_session_versions_n_records(const AnaSessionVersions *self)
{
    gsize n = 0;
    for (gsize i = 0; i < (gsize)1 << self->slot_bits; i++)
        if (self->slots[i].first >= 0)
            n += 1 + (self->slots[i].older ? self->slots[i].older->n : 0);
    return n;
}
