/* seen.c — what a session saw last of each key, where clients coordinate by themselves. */
#include "models/policies/leaderless/state.h"

#define FIRST_SLOTS 64u

typedef struct Slot {
    guint64 who, key; /* client << 32 | session; plus 1, so that 0 is free */
    guint32 set;
} Slot;

struct RepSeen {
    Slot *slots;
    gsize n_slots, n;
};

struct RepSeen *rep_seen_new(void)
{
    struct RepSeen *seen = g_new0(struct RepSeen, 1);
    seen->n_slots = FIRST_SLOTS;
    seen->slots = g_new0(Slot, seen->n_slots);
    return seen;
}

void rep_seen_free(struct RepSeen *seen)
{
    if (!seen)
        return;
    g_free(seen->slots);
    g_free(seen);
}

static Slot *find(const struct RepSeen *seen, guint64 who, guint64 key)
{
    guint64 hash = (who * G_GUINT64_CONSTANT(0xff51afd7ed558ccd) ^ key) *
                   G_GUINT64_CONSTANT(0x9E3779B97F4A7C15);
    gsize i = (gsize)(hash >> 20) & (seen->n_slots - 1);
    while (seen->slots[i].who && (seen->slots[i].who != who || seen->slots[i].key != key))
        i = (i + 1) & (seen->n_slots - 1);
    return &seen->slots[i];
}

static void grow(struct RepSeen *seen)
{
    Slot *old = seen->slots;
    gsize n_old = seen->n_slots;
    seen->n_slots *= 2;
    seen->slots = g_new0(Slot, seen->n_slots);
    for (gsize i = 0; i < n_old; i++)
        if (old[i].who)
            *find(seen, old[i].who, old[i].key) = old[i];
    g_free(old);
}

static guint64 who_of(int client, int session)
{
    return ((guint64)(guint32)client << 32 | (guint32)session) + 1;
}

guint32 rep_seen_find(const struct RepSeen *seen, int client, int session, guint64 key)
{
    return find(seen, who_of(client, session), key)->set;
}

void rep_seen_note(struct RepSeen *seen, RepView *view, int client, int session, guint64 key,
                   guint32 set)
{
    guint64 who = who_of(client, session);
    Slot *slot = find(seen, who, key);
    if (slot->set == set || !set)
        return;
    if (!slot->who) {
        if (4 * (seen->n + 1) > 3 * seen->n_slots) {
            grow(seen);
            slot = find(seen, who, key);
        }
        seen->n++;
        *slot = (Slot){.who = who, .key = key};
    }
    /* What it saw before stays seen: sets only grow in what they cover. */
    guint32 both = rep_set_join(view, slot->set, set);
    rep_set_keep(view, both);
    rep_set_let_go(view, slot->set);
    slot->set = both;
}
