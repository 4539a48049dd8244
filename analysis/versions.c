/* versions.c — acknowledged versions by key; see versions.h. */
#include "analysis/versions.h"

#include "sim/check.h"

#include <string.h>

typedef struct Record {
    AnaVersion version;
    SimTime acknowledged;
    SimTime earliest; /* acknowledgement of this and all newer records */
    SimTime latest;   /* acknowledgement of this and all older records of the block */
} Record;

typedef struct Block {
    SimTime forgotten; /* latest acknowledgement that is no longer recorded; -1: none */
    guint32 n;
    guint32 size_class; /* room for 1 << size_class */
    guint settled;      /* how many carried entries its records know of */
    struct Block *next_free;
    Record records[];
} Block;

typedef struct Slot {
    guint64 key;
    AnaVersion newest; /* ever acknowledged; 0: the slot is empty */
    SimTime latest;    /* acknowledgement ever */
    Block *block;      /* NULL: no record */
} Slot;

enum { SIZE_CLASSES = 40, SLOT_BITS_MIN = 10 };

struct AnaVersions {
    const AnaHistory *history;
    const AnaCarried *carried;
    gboolean keeps_cut;
    SimSpan since_reach;
    Slot *slots;
    unsigned slot_bits;
    gsize n_keys, n_records;
    Block *free_blocks[SIZE_CLASSES];
};

AnaVersions *ana_versions_new(const AnaHistory *history, const AnaCarried *carried,
                              gboolean keeps_cut, SimSpan since_reach)
{
    AnaVersions *versions = g_new0(AnaVersions, 1);
    versions->history = history;
    versions->carried = carried;
    versions->keeps_cut = keeps_cut;
    versions->since_reach = since_reach;
    versions->slot_bits = SLOT_BITS_MIN;
    versions->slots = g_new0(Slot, (gsize)1 << SLOT_BITS_MIN);
    return versions;
}

void ana_versions_free(AnaVersions *versions)
{
    if (!versions)
        return;
    for (gsize i = 0; i < (gsize)1 << versions->slot_bits; i++)
        g_free(versions->slots[i].block);
    for (unsigned c = 0; c < SIZE_CLASSES; c++) {
        for (Block *block = versions->free_blocks[c], *next; block; block = next) {
            next = block->next_free;
            g_free(block);
        }
    }
    g_free(versions->slots);
    g_free(versions);
}

/* ---- slots -------------------------------------------------------------------------------- */

/* The slot of the key, or the empty one where it belongs. */
static Slot *find_slot(const AnaVersions *versions, guint64 key)
{
    gsize mask = ((gsize)1 << versions->slot_bits) - 1;
    gsize i = (gsize)((key * G_GUINT64_CONSTANT(0x9E3779B97F4A7C15)) >> (64 - versions->slot_bits));
    while (versions->slots[i].newest && versions->slots[i].key != key)
        i = (i + 1) & mask;
    return &versions->slots[i];
}

/* ---- blocks of records -------------------------------------------------------------------- */

static Block *take_block(AnaVersions *versions, guint32 size_class)
{
    Block *block = versions->free_blocks[size_class];
    if (block) {
        versions->free_blocks[size_class] = block->next_free;
    } else {
        block = g_malloc(sizeof(Block) + ((gsize)1 << size_class) * sizeof(Record));
        block->size_class = size_class;
    }
    block->n = 0;
    block->next_free = NULL;
    return block;
}

static void give_block(AnaVersions *versions, Block *block)
{
    block->next_free = versions->free_blocks[block->size_class];
    versions->free_blocks[block->size_class] = block;
}

static void make_room(AnaVersions *versions, Slot *slot)
{
    Block *old = slot->block;
    if (!old) {
        slot->block = take_block(versions, 0);
        slot->block->forgotten = slot->newest ? slot->latest : -1;
        slot->block->settled = ana_carried_count(versions->carried);
    } else if (old->n == 1u << old->size_class) {
        slot->block = take_block(versions, old->size_class + 1);
        slot->block->forgotten = old->forgotten;
        slot->block->settled = old->settled;
        slot->block->n = old->n;
        memcpy(slot->block->records, old->records, old->n * sizeof(Record));
        give_block(versions, old);
    }
}

/* Records in order, each with the earliest acknowledgement from it on and the latest up to it. */
static void put_in_order(Block *block)
{
    for (guint32 i = 1; i < block->n; i++) {
        Record moving = block->records[i];
        guint32 at = i;
        for (; at > 0 && block->records[at - 1].version > moving.version; at--)
            block->records[at] = block->records[at - 1];
        block->records[at] = moving;
    }
    SimTime earliest = SIM_NEVER, latest = -1;
    for (guint32 i = block->n; i-- > 0;)
        block->records[i].earliest = earliest = MIN(earliest, block->records[i].acknowledged);
    for (guint32 i = 0; i < block->n; i++)
        block->records[i].latest = latest = MAX(latest, block->records[i].acknowledged);
}

/* Entries without a record cannot have been carried: every replica had them. */
static void settle(const AnaVersions *versions, Slot *slot)
{
    Block *block = slot->block;
    if (!block || block->settled == ana_carried_count(versions->carried))
        return;
    block->settled = ana_carried_count(versions->carried);
    for (guint32 i = 0; i < block->n; i++)
        block->records[i].version = ana_carried_place(versions->carried, block->records[i].version);
    put_in_order(block);
    slot->newest = MAX(ana_carried_place(versions->carried, slot->newest),
                       block->records[block->n - 1].version);
}

void ana_versions_settle(AnaVersions *versions)
{
    for (gsize i = 0; i < (gsize)1 << versions->slot_bits; i++)
        if (versions->slots[i].newest)
            settle(versions, &versions->slots[i]);
}

static gboolean is_main(const AnaVersions *versions, const Record *record)
{
    guint64 index = ana_version_index(record->version);
    AnaPlace place = {.index = index, .term = ana_version_term(record->version)};
    return ana_history_shared(versions->history, place) == index;
}

/* How many records, from the oldest on, no read can miss any more. Records of a branch that the
 * main history has left lie between those of the main one, and go together with a newer one. */
static guint32 n_forgettable(const AnaVersions *versions, const Block *block, AnaForget forget)
{
    guint32 n = 0;
    for (guint32 i = 0; i < block->n; i++) {
        const Record *record = &block->records[i];
        if (record->acknowledged > forget.before)
            break;
        gboolean on_main = is_main(versions, record);
        if (on_main && ana_version_index(record->version) > forget.index)
            break;
        if (on_main)
            n = i + 1;
    }
    return n;
}

/* It was cut off and may be handed to the new leader yet. */
static gboolean may_come_back(const AnaVersions *versions, const Record *record)
{
    return versions->keeps_cut && !is_main(versions, record) &&
           !ana_carried_is_dropped(versions->carried, record->version);
}

static void forget_records(AnaVersions *versions, Slot *slot, AnaForget forget)
{
    Block *block = slot->block;
    guint32 n = block ? n_forgettable(versions, block, forget) : 0, kept = 0;
    for (guint32 i = 0; i < n; i++) {
        const Record *record = &block->records[i];
        if (may_come_back(versions, record))
            block->records[kept++] = *record;
        else
            block->forgotten = MAX(block->forgotten, record->acknowledged);
    }
    if (n == kept)
        return;
    versions->n_records -= n - kept;
    block->n -= n - kept;
    memmove(block->records + kept, block->records + n, (block->n - kept) * sizeof(Record));
    if (block->n == 0) {
        give_block(versions, block);
        slot->block = NULL;
    }
}

/* ---- growth of the table ------------------------------------------------------------------ */

/* Drops keys that nothing can be asked about any more, and makes room for as many as remain. */
static void rebuild(AnaVersions *versions, AnaForget forget)
{
    gsize n_old = (gsize)1 << versions->slot_bits;
    Slot *old = versions->slots;
    gsize n_kept = 0;
    for (gsize i = 0; i < n_old; i++) {
        Slot *slot = &old[i];
        if (!slot->newest)
            continue;
        settle(versions, slot);
        forget_records(versions, slot, forget);
        /* A read under way began after `before`. */
        if (!slot->block && slot->latest < forget.before - versions->since_reach)
            slot->newest = 0;
        else
            n_kept++;
    }
    while ((n_kept + 1) * 4 > (gsize)1 << versions->slot_bits)
        versions->slot_bits++;
    versions->slots = g_new0(Slot, (gsize)1 << versions->slot_bits);
    versions->n_keys = n_kept;
    for (gsize i = 0; i < n_old; i++)
        if (old[i].newest)
            *find_slot(versions, old[i].key) = old[i];
    g_free(old);
}

/* ---- acknowledgements --------------------------------------------------------------------- */

void ana_versions_acknowledged(AnaVersions *versions, guint64 key, AnaVersion version, SimTime at,
                               AnaForget forget)
{
    SIM_CHECK(version != 0, "an acknowledged write without an entry");
    if ((versions->n_keys + 1) * 2 > (gsize)1 << versions->slot_bits)
        rebuild(versions, forget);
    Slot *slot = find_slot(versions, key);
    settle(versions, slot);
    forget_records(versions, slot, forget);
    make_room(versions, slot);
    Block *block = slot->block;
    if (slot->newest == 0) {
        slot->key = key;
        versions->n_keys++;
    }
    slot->newest = MAX(slot->newest, version);
    slot->latest = at;
    guint32 i = block->n;
    while (i > 0 && block->records[i - 1].version > version) {
        block->records[i] = block->records[i - 1];
        block->records[i].latest = at;
        i--;
    }
    SimTime earliest = i < block->n ? block->records[i + 1].earliest : at;
    block->records[i] =
        (Record){.version = version, .acknowledged = at, .earliest = earliest, .latest = at};
    block->n++;
    versions->n_records++;
}

/* ---- reads -------------------------------------------------------------------------------- */

/* Index of the first record newer than `version`: doubling steps back from the newest, because few
 * are missed, then halving. */
static guint32 first_newer(const Block *block, AnaVersion version)
{
    guint32 high = block->n, step = 1, low;
    for (;;) {
        low = step < high ? high - step : 0;
        if (low == 0 || block->records[low - 1].version <= version)
            break;
        high = low;
        step *= 2;
    }
    while (low < high) {
        guint32 middle = low + (high - low) / 2;
        if (block->records[middle].version > version)
            high = middle;
        else
            low = middle + 1;
    }
    return low;
}

/* Missed among the records from `first` on; nothing is cut off. */
static void count_missed(const Block *block, guint32 first, SimTime began, AnaReadJudged *judged)
{
    if (first >= block->n || block->records[first].earliest > began)
        return;
    judged->is_stale = TRUE;
    judged->age = began - block->records[first].earliest;
    /* Up to some record everything was acknowledged in time, from some other nothing was. */
    guint32 low = first, high = block->n;
    while (low < high) {
        guint32 middle = low + (high - low) / 2;
        if (block->records[middle].latest > began)
            high = middle;
        else
            low = middle + 1;
    }
    judged->missed = low - first;
    for (guint32 i = low; i < block->n && block->records[i].earliest <= began; i++)
        judged->missed += block->records[i].acknowledged <= began;
}

static void count_missed_of_held(const AnaVersions *versions, const Block *block,
                                 AnaVersion returned, SimTime began, AnaReadJudged *judged)
{
    for (guint32 i = first_newer(block, returned); i < block->n; i++) {
        const Record *record = &block->records[i];
        if (record->acknowledged > began)
            continue;
        AnaVersion place =
            ana_carried_living(versions->carried, versions->history, record->version);
        if (place <= returned || ana_history_is_cut_off(versions->history, ana_version_term(place),
                                                        ana_version_index(place)))
            continue;
        judged->is_stale = TRUE;
        judged->age = MAX(judged->age, began - record->acknowledged);
        judged->missed++;
    }
}

/* The latest acknowledgement at or before `began`, or -1. */
static SimTime latest_before(const Slot *slot, SimTime began)
{
    if (G_LIKELY(slot->latest <= began))
        return slot->latest;
    const Block *block = slot->block;
    SimTime latest = -1;
    if (block && block->forgotten <= began)
        latest = block->forgotten;
    for (guint32 i = block ? block->n : 0; i-- > 0;) {
        const Record *record = &block->records[i];
        if (record->latest <= began)
            return MAX(latest, record->latest); /* and no older one was later */
        if (record->acknowledged <= began)
            latest = MAX(latest, record->acknowledged);
    }
    return latest;
}

AnaReadJudged ana_versions_judge(AnaVersions *versions, guint64 key, AnaVersion returned,
                                 SimTime began)
{
    AnaReadJudged judged = {.since = -1};
    Slot *slot = find_slot(versions, key);
    if (!slot->newest)
        return judged;
    settle(versions, slot);
    SimTime latest = latest_before(slot, began);
    if (latest >= 0)
        judged.since = began - latest;
    if (G_LIKELY(returned >= slot->newest))
        return judged;
    gboolean has_losses = ana_history_has_losses(versions->history);
    if (!slot->block) {
        SIM_CHECK(has_losses,
                  "key %" G_GUINT64_FORMAT ": a read returned version %" G_GUINT64_FORMAT
                  " after every replica had shown %" G_GUINT64_FORMAT,
                  key, returned, slot->newest);
        return judged;
    }
    if (G_UNLIKELY(has_losses))
        count_missed_of_held(versions, slot->block, returned, began, &judged);
    else
        count_missed(slot->block, first_newer(slot->block, returned), began, &judged);
    return judged;
}

gsize ana_versions_n_records(const AnaVersions *versions)
{
    return versions->n_records;
}

gsize ana_versions_n_keys(const AnaVersions *versions)
{
    return versions->n_keys;
}
