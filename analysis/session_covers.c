/* session_covers.c — what sessions must not fall behind; see session_covers.h. */
#include "analysis/session_covers.h"

#include "analysis/acknowledged.h"

enum { ROOM_MIN = 4, AGES = 3 };

/* A write that a session must not fall behind. */
typedef struct Record {
    guint64 serial;
    RepStamp stamp;
    SimTime at; /* first noted */
} Record;

typedef struct Duty {
    SimTime first; /* that anything was noted; -1: nothing was */
    guint32 n, room;
    Record *records; /* owned */
} Duty;

typedef struct Slot {
    AnaSessionKey whose;
    Duty duties[ANA_SESSION_DUTIES];
} Slot;

/* What is on all replicas: shown, or replaced there. */
typedef struct Settled {
    SimIntervals shown, replaced;
    RepStamp stamp; /* the largest */
    gboolean has_stamp;
} Settled;

/* What a write depends on. */
typedef struct Known {
    guint64 serial;
    RepStamp stamp;
    guint64 upon_key;
    guint64 upon; /* 0: nothing */
    RepStamp upon_stamp;
    gboolean upon_settled; /* so nobody can lack it */
} Known;

typedef struct Key {
    SimIntervals cut_off;  /* now */
    Settled settled[AGES]; /* [0]: for longer than an operation can take; [1]: at or before
                              `closed`; [2]: since */
    SimTime closed;
    Known *known; /* owned; only where NEEDED is asked */
    guint32 n, room;
} Key;

struct AnaSessionCovers {
    const AnaMeterContext *context;
    gboolean is_asked[ANA_SESSION_DUTIES];
    gboolean keeps_all;
    GHashTable *keys;  /* Key by number; only looked up */
    GHashTable *slots; /* Slot by whose; only looked up */
    gsize n_records;
};

/* ---- life --------------------------------------------------------------------------------- */

static void free_key(gpointer data)
{
    Key *key = data;
    sim_intervals_clear(&key->cut_off);
    for (int age = 0; age < AGES; age++) {
        sim_intervals_clear(&key->settled[age].shown);
        sim_intervals_clear(&key->settled[age].replaced);
    }
    g_free(key->known);
    g_free(key);
}

static void free_slot(gpointer data)
{
    Slot *slot = data;
    for (int duty = 0; duty < ANA_SESSION_DUTIES; duty++)
        g_free(slot->duties[duty].records);
    g_free(slot);
}

static guint hash_whose(gconstpointer data)
{
    const AnaSessionKey *whose = data;
    guint64 session = (guint64)whose->client << 32 | whose->session;
    guint64 hash = (whose->key ^ session * G_GUINT64_CONSTANT(0xD6E8FEB86659FD93)) *
                   G_GUINT64_CONSTANT(0x9E3779B97F4A7C15);
    return (guint)(hash >> 32);
}

static gboolean equal_whose(gconstpointer a, gconstpointer b)
{
    const AnaSessionKey *one = a, *other = b;
    return one->key == other->key && one->session == other->session && one->client == other->client;
}

AnaSessionCovers *ana_session_covers_new(const AnaMeterContext *context,
                                         const gboolean is_asked[ANA_SESSION_DUTIES])
{
    AnaSessionCovers *self = g_new0(AnaSessionCovers, 1);
    self->context = context;
    for (int duty = 0; duty < ANA_SESSION_DUTIES; duty++)
        self->is_asked[duty] = is_asked[duty];
    self->keeps_all = context->longest_life == SIM_NEVER;
    for (gsize node = 0; node < context->world->n_nodes; node++)
        self->keeps_all |= context->world->may_be_wiped[node];
    self->keys = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, free_key);
    self->slots = g_hash_table_new_full(hash_whose, equal_whose, NULL, free_slot);
    return self;
}

void ana_session_covers_free(AnaSessionCovers *self)
{
    if (!self)
        return;
    g_hash_table_unref(self->keys);
    g_hash_table_unref(self->slots);
    g_free(self);
}

/* ---- keys --------------------------------------------------------------------------------- */

static Key *key_of(AnaSessionCovers *self, guint64 number)
{
    Key *key = g_hash_table_lookup(self->keys, &number);
    if (!key) {
        key = g_new0(Key, 1);
        g_hash_table_insert(self->keys, g_memdup2(&number, sizeof number), key);
    }
    return key;
}

static gboolean is_settled(const AnaSessionCovers *self, const Key *key, guint64 serial,
                           RepStamp stamp)
{
    const Settled *old = &key->settled[0];
    return sim_intervals_has(&old->shown, serial) ||
           (self->context->world->stamps_order && old->has_stamp &&
            ana_stamp_compare(stamp, old->stamp) <= 0);
}

static gboolean is_replaced(const AnaSessionCovers *self, const Key *key, const Known *known)
{
    const Settled *old = &key->settled[0];
    return sim_intervals_has(&old->replaced, known->serial) ||
           (self->context->world->stamps_order && old->has_stamp &&
            ana_stamp_compare(known->stamp, old->stamp) < 0);
}

static void add_settled(Settled *into, const Settled *from)
{
    sim_intervals_unite(&into->shown, &from->shown);
    sim_intervals_unite(&into->replaced, &from->replaced);
    if (from->has_stamp && (!into->has_stamp || ana_stamp_compare(into->stamp, from->stamp) < 0)) {
        into->has_stamp = TRUE;
        into->stamp = from->stamp;
    }
}

/* About once in the life of an operation everything is an age older. */
static void settled(AnaSessionCovers *self, const RepObservation *seen)
{
    Key *key = key_of(self, seen->settled.key);
    Settled *ages = key->settled;
    if (self->keeps_all)
        return;
    if (seen->at - key->closed > self->context->longest_life) {
        add_settled(&ages[0], &ages[1]);
        sim_intervals_clear(&ages[1].shown);
        sim_intervals_clear(&ages[1].replaced);
        ages[1] = ages[2];
        ages[2] = (Settled){0};
        key->closed = seen->at;
    }
    Settled now = {.stamp = seen->settled.stamp, .has_stamp = TRUE};
    sim_intervals_copy(&now.replaced, seen->settled.context);
    sim_intervals_copy(&now.shown, seen->settled.context);
    sim_intervals_add(&now.shown, seen->settled.serial, seen->settled.serial);
    add_settled(&ages[2], &now);
    sim_intervals_clear(&now.shown);
    sim_intervals_clear(&now.replaced);
}

static void subtract(SimIntervals *from, const SimIntervals *gone)
{
    SimIntervals left = {0};
    for (guint32 i = 0; i < from->n; i++) {
        SimRange range = *sim_intervals_range(from, i);
        for (guint32 g = 0; g < gone->n && range.first <= range.last; g++) {
            const SimRange *out = sim_intervals_range(gone, g);
            if (out->last < range.first)
                continue;
            if (out->first > range.last)
                break;
            if (out->first > range.first)
                sim_intervals_add(&left, range.first, out->first - 1);
            range.first = out->last + 1;
        }
        sim_intervals_add(&left, range.first, range.last);
    }
    sim_intervals_clear(from);
    *from = left;
}

/* What a write follows goes with it, unless something else that is live follows that too. */
static void cut_off(AnaSessionCovers *self, const RepObservation *seen)
{
    Key *key = key_of(self, seen->cut_off.key);
    SimIntervals told;
    sim_intervals_copy(&told, seen->cut_off.context);
    sim_intervals_add(&told, seen->cut_off.serial, seen->cut_off.serial);
    subtract(&key->cut_off, &told);
    if (seen->cut_off.is_cut_off) {
        subtract(&told, seen->cut_off.live);
        sim_intervals_unite(&key->cut_off, &told);
    }
    sim_intervals_clear(&told);
}

/* ---- what writes depend on ---------------------------------------------------------------- */

static const Known *find_known(const Key *key, guint64 serial)
{
    for (guint32 i = key->n; i-- > 0;)
        if (key->known[i].serial == serial)
            return &key->known[i];
    return NULL;
}

/* Without dependence it is kept for its stamp, which who depends on it may need. */
static void prune_known(AnaSessionCovers *self, Key *key)
{
    guint32 kept = 0;
    for (guint32 i = 0; i < key->n; i++) {
        const Known *known = &key->known[i];
        gboolean goes = known->upon ? is_replaced(self, key, known)
                                    : is_settled(self, key, known->serial, known->stamp);
        if (!goes)
            key->known[kept++] = *known;
    }
    key->n = kept;
}

static void written(AnaSessionCovers *self, const RepObservation *seen)
{
    const RepDependency *upon = &seen->written.depends_on;
    Known known = {.serial = seen->written.serial, .stamp = seen->written.stamp};
    if (upon->version.index) {
        const Known *other = find_known(key_of(self, upon->key), upon->version.index);
        known.upon_key = upon->key;
        known.upon = upon->version.index;
        known.upon_settled = !other;
        known.upon_stamp = other ? other->stamp : (RepStamp){0};
    }
    Key *key = key_of(self, seen->written.key);
    if (key->n == key->room) {
        prune_known(self, key);
        if (key->n * 4 >= key->room * 3) {
            key->room = MAX(2 * key->room, ROOM_MIN);
            key->known = g_renew(Known, key->known, key->room);
        }
    }
    key->known[key->n++] = known;
}

void ana_session_covers_observe(AnaSessionCovers *self, const RepObservation *seen)
{
    if (seen->kind == REP_OBS_SETTLED)
        settled(self, seen);
    else if (seen->kind == REP_OBS_WRITE_CUT_OFF)
        cut_off(self, seen);
    else if (seen->kind == REP_OBS_WRITTEN && self->is_asked[ANA_SESSION_NEEDED])
        written(self, seen);
}

/* ---- sessions ----------------------------------------------------------------------------- */

static Duty *duty_of(AnaSessionCovers *self, const RepOperationSeen *operation, guint64 key,
                     int which, SimTime at)
{
    AnaSessionKey whose = {operation->client, operation->session, key};
    Slot *slot = g_hash_table_lookup(self->slots, &whose);
    if (!slot) {
        slot = g_new0(Slot, 1);
        slot->whose = whose;
        for (int duty = 0; duty < ANA_SESSION_DUTIES; duty++)
            slot->duties[duty].first = -1;
        g_hash_table_insert(self->slots, &slot->whose, slot);
    }
    Duty *duty = &slot->duties[which];
    if (duty->first < 0)
        duty->first = at;
    return duty;
}

static void prune_records(AnaSessionCovers *self, const Key *key, Duty *duty)
{
    guint32 kept = 0;
    for (guint32 i = 0; i < duty->n; i++)
        if (!is_settled(self, key, duty->records[i].serial, duty->records[i].stamp))
            duty->records[kept++] = duty->records[i];
    self->n_records -= duty->n - kept;
    duty->n = kept;
}

static void add_record(AnaSessionCovers *self, guint64 number, Duty *duty, Record record)
{
    const Key *key = key_of(self, number);
    if (is_settled(self, key, record.serial, record.stamp))
        return;
    for (guint32 i = 0; i < duty->n; i++)
        if (duty->records[i].serial == record.serial)
            return;
    if (duty->n == duty->room) {
        prune_records(self, key, duty);
        if (duty->n * 4 >= duty->room * 3) {
            duty->room = MAX(2 * duty->room, ROOM_MIN);
            duty->records = g_renew(Record, duty->records, duty->room);
        }
    }
    duty->records[duty->n++] = record;
    self->n_records++;
}

static void note_write(AnaSessionCovers *self, const RepOperationSeen *write, SimTime at)
{
    const RepVersionsSeen *own = write->versions;
    if (!own || own->n == 0)
        return;
    if (own->is_cut_off)
        sim_intervals_add(&key_of(self, write->key)->cut_off, own->serials[0], own->serials[0]);
    if (self->is_asked[ANA_SESSION_OWN])
        add_record(self, write->key, duty_of(self, write, write->key, ANA_SESSION_OWN, at),
                   (Record){own->serials[0], own->newest, at});
}

static void note_read(AnaSessionCovers *self, const RepOperationSeen *read, SimTime at)
{
    const RepVersionsSeen *got = read->versions;
    Duty *seen = self->is_asked[ANA_SESSION_SEEN]
                     ? duty_of(self, read, read->key, ANA_SESSION_SEEN, at)
                     : NULL;
    for (guint i = 0; got && i < got->n; i++) {
        if (seen)
            add_record(self, read->key, seen, (Record){got->serials[i], got->newest, at});
        const Known *known = find_known(key_of(self, read->key), got->serials[i]);
        if (!known || !known->upon)
            continue;
        Record needed = {known->upon, known->upon_stamp, at};
        Duty *duty = duty_of(self, read, known->upon_key, ANA_SESSION_NEEDED, at);
        if (!known->upon_settled)
            add_record(self, known->upon_key, duty, needed);
    }
}

void ana_session_covers_note(AnaSessionCovers *self, const RepOperationSeen *operation, SimTime at)
{
    if (operation->kind == REP_WRITE)
        note_write(self, operation, at);
    else
        note_read(self, operation, at);
}

static gboolean is_behind(const AnaSessionCovers *self, const Key *key, const Duty *duty,
                          const RepOperationSeen *read)
{
    for (guint32 i = 0; i < duty->n; i++) {
        const Record *record = &duty->records[i];
        if (record->at <= read->began &&
            !(key && sim_intervals_has(&key->cut_off, record->serial)) &&
            !ana_is_covered(self->context->world, read->versions, record->serial, record->stamp))
            return TRUE;
    }
    return FALSE;
}

void ana_session_covers_judge(const AnaSessionCovers *self, const RepOperationSeen *read,
                              AnaSessionJudged judged[ANA_SESSION_DUTIES])
{
    AnaSessionKey whose = {read->client, read->session, read->key};
    const Slot *slot = g_hash_table_lookup(self->slots, &whose);
    const Key *key = g_hash_table_lookup(self->keys, &read->key);
    for (int which = 0; which < ANA_SESSION_DUTIES; which++) {
        judged[which] = (AnaSessionJudged){0};
        const Duty *duty = slot ? &slot->duties[which] : NULL;
        if (!duty || duty->first < 0 || duty->first > read->began)
            continue;
        judged[which].is_due = TRUE;
        judged[which].is_late = is_behind(self, key, duty, read);
    }
}

gsize ana_session_covers_n_records(const AnaSessionCovers *self)
{
    return self->n_records;
}
