/* session_covers.c — see session_covers.h. */
#include "analysis/session_covers.h"

#define FIRST_SLOTS 64u

typedef struct Noted {
    SimTime at;     /* -1: nothing */
    guint64 serial; /* 0: the key was never written, as far as the session knows */
    RepStamp stamp;
} Noted;

typedef struct Slot {
    guint64 who, key; /* client << 32 | session, plus 1; 0: free */
    Noted newest, before;
} Slot;

struct AnaSessionCovers {
    const AnaMeterContext *context;
    Slot *slots; /* open addressing */
    gsize n_slots, n;
};

AnaSessionCovers *ana_session_covers_new(const AnaMeterContext *context)
{
    AnaSessionCovers *self = g_new0(AnaSessionCovers, 1);
    self->context = context;
    self->n_slots = FIRST_SLOTS;
    self->slots = g_new0(Slot, self->n_slots);
    return self;
}

void ana_session_covers_free(AnaSessionCovers *self)
{
    if (!self)
        return;
    g_free(self->slots);
    g_free(self);
}

static guint64 who_of(AnaSessionKey whose)
{
    return ((guint64)whose.client << 32 | whose.session) + 1;
}

static Slot *find(const AnaSessionCovers *self, guint64 who, guint64 key)
{
    guint64 hash = (who * G_GUINT64_CONSTANT(0xff51afd7ed558ccd) ^ key) *
                   G_GUINT64_CONSTANT(0x9E3779B97F4A7C15);
    gsize i = (gsize)(hash >> 20) & (self->n_slots - 1);
    while (self->slots[i].who && (self->slots[i].who != who || self->slots[i].key != key))
        i = (i + 1) & (self->n_slots - 1);
    return &self->slots[i];
}

static void grow(AnaSessionCovers *self)
{
    Slot *old = self->slots;
    gsize n_old = self->n_slots;
    self->n_slots *= 2;
    self->slots = g_new0(Slot, self->n_slots);
    for (gsize i = 0; i < n_old; i++)
        if (old[i].who)
            *find(self, old[i].who, old[i].key) = old[i];
    g_free(old);
}

void ana_session_covers_note(AnaSessionCovers *self, AnaSessionKey whose,
                             const RepVersionsSeen *seen, SimTime at)
{
    guint64 who = who_of(whose);
    Slot *slot = find(self, who, whose.key);
    if (!slot->who) {
        if (4 * (self->n + 1) > 3 * self->n_slots) {
            grow(self);
            slot = find(self, who, whose.key);
        }
        self->n++;
        *slot = (Slot){.who = who, .key = whose.key, .newest.at = -1, .before.at = -1};
    }
    slot->before = slot->newest;
    slot->newest = (Noted){.at = at};
    if (seen && seen->n > 0) {
        slot->newest.serial = seen->serials[seen->n - 1];
        slot->newest.stamp = seen->newest;
    }
}

AnaSessionJudged ana_session_covers_judge(const AnaSessionCovers *self, AnaSessionKey whose,
                                          const RepVersionsSeen *returned, SimTime began)
{
    const Slot *slot = find(self, who_of(whose), whose.key);
    if (!slot->who)
        return (AnaSessionJudged){0};
    const Noted *noted = slot->newest.at <= began ? &slot->newest : &slot->before;
    if (noted->at < 0 || noted->at > began)
        return (AnaSessionJudged){0};
    gboolean is_late = noted->serial &&
                       !ana_is_covered(self->context->world, returned, noted->serial, noted->stamp);
    return (AnaSessionJudged){.is_due = TRUE, .is_late = is_late};
}
