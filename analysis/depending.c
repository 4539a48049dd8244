/* depending.c — what entries depend on; see depending.h. */
#include "analysis/depending.h"

#include "sim/check.h"

typedef struct Entry {
    AnaVersion place;
    guint64 key;     /* that it depends on … */
    AnaVersion upon; /* … as of this version; 0: it depends on nothing */
} Entry;

typedef struct Slot {
    guint64 key;
    gboolean is_used;
    guint32 n, room;
    Entry *entries; /* in the order of appending; the first depends on something */
} Slot;

enum { SLOT_BITS_MIN = 8, ROOM_MIN = 4 };

struct AnaDepending {
    const AnaMeterContext *context;
    Slot *slots;
    unsigned slot_bits;
    gsize n_keys;
    guint64 shown;    /* by every replica that answers, when no read under way had begun */
    guint64 noted;    /* will be, a life after … */
    SimTime noted_at; /* -1: not yet */
};

AnaDepending *ana_depending_new(const AnaMeterContext *context)
{
    AnaDepending *self = g_new0(AnaDepending, 1);
    self->context = context;
    self->slot_bits = SLOT_BITS_MIN;
    self->slots = g_new0(Slot, (gsize)1 << SLOT_BITS_MIN);
    self->noted_at = -1;
    return self;
}

void ana_depending_free(AnaDepending *self)
{
    if (!self)
        return;
    for (gsize i = 0; i < (gsize)1 << self->slot_bits; i++)
        g_free(self->slots[i].entries);
    g_free(self->slots);
    g_free(self);
}

/* The slot of the key, or the empty one where it belongs. */
static Slot *find_slot(const AnaDepending *self, guint64 key)
{
    gsize mask = ((gsize)1 << self->slot_bits) - 1;
    gsize i = (gsize)((key * G_GUINT64_CONSTANT(0x9E3779B97F4A7C15)) >> (64 - self->slot_bits));
    while (self->slots[i].is_used && self->slots[i].key != key)
        i = (i + 1) & mask;
    return &self->slots[i];
}

static void grow(AnaDepending *self)
{
    gsize n = (gsize)1 << self->slot_bits;
    Slot *old = self->slots;
    self->slots = g_new0(Slot, (gsize)1 << ++self->slot_bits);
    for (gsize i = 0; i < n; i++)
        if (old[i].is_used)
            *find_slot(self, old[i].key) = old[i];
    g_free(old);
}

/* ---- forgetting --------------------------------------------------------------------------- */

static guint64 look_up_shown(const AnaMeterContext *context)
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

/* About once in the life of an operation. */
static void note_shown(AnaDepending *self, SimTime now)
{
    SimSpan life = self->context->longest_life;
    if (life == SIM_NEVER || (self->noted_at >= 0 && self->noted_at > now - life))
        return;
    self->shown = self->noted;
    self->noted = look_up_shown(self->context);
    self->noted_at = now;
}

void ana_depending_forked(AnaDepending *self, guint64 index)
{
    self->shown = MIN(self->shown, index);
    self->noted = MIN(self->noted, index);
}

static gboolean is_shared(const AnaDepending *self, AnaVersion place, guint64 upto)
{
    guint64 index = ana_version_index(place);
    AnaPlace end = {.index = index, .term = ana_version_term(place)};
    return index <= upto && ana_history_shared(self->context->history, end) == index;
}

static void prune(const AnaDepending *self, Slot *slot)
{
    AnaVersion standing = 0;
    for (guint32 i = 0; i < slot->n; i++)
        if (slot->entries[i].place > standing &&
            is_shared(self, slot->entries[i].place, self->shown))
            standing = slot->entries[i].place;
    guint32 kept = 0;
    for (guint32 i = 0; i < slot->n; i++) {
        const Entry *entry = &slot->entries[i];
        gboolean may_come_back = (self->context->world->events & ANA_CAN_CONFLICT) &&
                                 !is_shared(self, entry->place, G_MAXUINT64) && entry->upon;
        /* What depends on nothing is there for what came before it. */
        if ((entry->place >= standing || may_come_back) && (entry->upon || kept))
            slot->entries[kept++] = *entry;
    }
    slot->n = kept;
}

/* ---- entries ------------------------------------------------------------------------------ */

void ana_depending_appended(AnaDepending *self, const RepObservation *seen)
{
    const RepDependency *upon = &seen->appended.depends_on;
    Slot *slot = find_slot(self, seen->appended.key);
    if (upon->version.index == 0 && slot->n == 0)
        return;
    if (!slot->is_used) {
        if ((self->n_keys + 1) * 2 > (gsize)1 << self->slot_bits) {
            grow(self);
            slot = find_slot(self, seen->appended.key);
        }
        *slot = (Slot){.key = seen->appended.key, .is_used = TRUE};
        self->n_keys++;
    }
    note_shown(self, seen->at);
    if (slot->n == slot->room) {
        prune(self, slot);
        if (slot->n * 4 >= slot->room * 3) {
            slot->room = MAX(2 * slot->room, ROOM_MIN);
            slot->entries = g_renew(Entry, slot->entries, slot->room);
        }
    }
    slot->entries[slot->n++] = (Entry){.place = ana_version_pack(seen->appended.entry),
                                       .key = upon->key,
                                       .upon = ana_version_pack(upon->version)};
}

AnaVersion ana_depending_of(const AnaDepending *self, guint64 read_key, AnaVersion read,
                            guint64 *key)
{
    const AnaCarried *carried = self->context->carried;
    const Slot *slot = find_slot(self, read_key);
    AnaVersion place = slot->n ? ana_carried_place(carried, read) : 0;
    for (guint32 i = 0; i < slot->n; i++) {
        const Entry *entry = &slot->entries[i];
        if (entry->upon &&
            (entry->place == read || ana_carried_place(carried, entry->place) == place)) {
            *key = entry->key;
            return entry->upon;
        }
    }
    return 0;
}

void ana_depending_settle(AnaDepending *self)
{
    for (gsize i = 0; i < (gsize)1 << self->slot_bits; i++)
        for (guint32 e = 0; e < self->slots[i].n; e++) {
            Entry *entry = &self->slots[i].entries[e];
            entry->place = ana_carried_place(self->context->carried, entry->place);
        }
}

void ana_depending_settle_upon(AnaDepending *self, const AnaMeterContext *of)
{
    for (gsize i = 0; i < (gsize)1 << self->slot_bits; i++)
        for (guint32 e = 0; e < self->slots[i].n; e++) {
            Entry *entry = &self->slots[i].entries[e];
            if (entry->upon && rep_log_of_key(entry->key, of->world->n_logs) == of->log)
                entry->upon = ana_carried_place(of->carried, entry->upon);
        }
}

gsize ana_depending_n_entries(const AnaDepending *self)
{
    gsize n = 0;
    for (gsize i = 0; i < (gsize)1 << self->slot_bits; i++)
        n += self->slots[i].n;
    return n;
}
