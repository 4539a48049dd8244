/* log.c — terms, copies and key versions; see log.h for the idea. */
#include "models/log.h"

typedef struct Version {
    guint64 index;
    guint32 term;
    guint32 older; /* SIM_POOL_NONE: none */
} Version;

#define FIRST_SLOTS 1024u

void rep_log_init(RepLog *log, int id, gsize n_nodes, gboolean keeps_all)
{
    *log = (RepLog){.id = id, .keeps_all = keeps_all, .n_copies = n_nodes};
    log->copies = g_new0(RepLogCopy, n_nodes);
    log->n_slots = FIRST_SLOTS;
    log->keys = g_new0(RepKeySlot, log->n_slots);
    sim_pool_init(&log->versions, sizeof(Version));
}

void rep_log_clear(RepLog *log)
{
    for (guint32 term = 1; term < log->n_terms; term++)
        if (log->terms[term].opened)
            sim_ring_clear(&log->terms[term].entries);
    g_free(log->terms);
    g_free(log->copies);
    g_free(log->keys);
    sim_pool_clear(&log->versions);
    *log = (RepLog){0};
}

/* ---- terms -------------------------------------------------------------------------------- */

static void find_floor(RepLog *log);

void rep_log_open_term(RepLog *log, int node, guint32 term)
{
    RepLogCopy *copy = &log->copies[node];
    SIM_CHECK(term > copy->term && (term >= log->n_terms || !log->terms[term].opened),
              "term %u follows %u", term, copy->term);
    if (term >= log->n_terms) {
        guint32 n = term + 4;
        log->terms = g_renew(RepLogTerm, log->terms, n);
        for (guint32 i = log->n_terms; i < n; i++)
            log->terms[i] = (RepLogTerm){0};
        log->n_terms = n;
    }
    RepLogTerm *opened = &log->terms[term];
    *opened = (RepLogTerm){.parent = copy->term, .first = copy->flushed + 1, .opened = TRUE};
    sim_ring_init(&opened->entries, sizeof(RepLogEntry), opened->first);
    copy->term = term;
    copy->arrived = copy->received = copy->flushed;
    copy->applied = MIN(copy->applied, copy->flushed);
    /* What every node shows is decided, and may be dropped already. */
    copy->committed = MIN(MAX(copy->committed, log->settled), copy->flushed);
    copy->leads = TRUE;
    log->newest_term = MAX(log->newest_term, term);
    find_floor(log); /* what agrees with the newest log has changed for every copy */
}

/* The term that holds index `index` in the log of `term`, or 0. */
static guint32 holder(const RepLog *log, guint32 term, guint64 index)
{
    while (term && index < log->terms[term].first)
        term = log->terms[term].parent;
    return index ? term : 0;
}

guint32 rep_log_term_at(const RepLog *log, guint32 term, guint64 index)
{
    guint32 at = holder(log, term, index);
    return at && index < log->terms[at].entries.end ? at : 0;
}

RepLogEntry *rep_log_entry(const RepLog *log, guint32 term, guint64 index)
{
    guint32 at = holder(log, term, index);
    if (!at)
        return NULL;
    const SimRing *entries = &log->terms[at].entries;
    if (index < entries->begin || index >= entries->end)
        return NULL;
    return sim_ring_at(entries, index);
}

guint64 rep_log_common(const RepLog *log, guint32 a, guint32 b)
{
    guint64 limit = G_MAXUINT64;
    while (a != b) {
        /* The later term's own entries cannot be in the earlier term's log. */
        guint32 *later = a > b ? &a : &b;
        limit = MIN(limit, log->terms[*later].first - 1);
        *later = log->terms[*later].parent;
    }
    return a ? limit : 0;
}

static guint64 bytes_up_to(const SimRing *entries, guint64 index)
{
    const RepLogEntry *entry = sim_ring_at(entries, index);
    return entry->bytes_before + entry->bytes;
}

guint64 rep_log_bytes(const RepLog *log, guint32 term, guint64 first, guint64 last)
{
    guint64 bytes = 0;
    while (last >= first) {
        guint32 at = holder(log, term, last);
        SIM_CHECK(at, "no entry %" G_GUINT64_FORMAT " in the log of term %u", last, term);
        const RepLogTerm *part = &log->terms[at];
        guint64 from = MAX(first, part->first);
        SIM_CHECK(from >= part->entries.begin && last < part->entries.end,
                  "entry %" G_GUINT64_FORMAT " was dropped too early", from);
        const RepLogEntry *start = sim_ring_at(&part->entries, from);
        bytes += bytes_up_to(&part->entries, last) - start->bytes_before;
        last = from - 1;
        term = part->parent;
    }
    return bytes;
}

/* ---- versions of keys --------------------------------------------------------------------- */

static gsize home_of(const RepLog *log, guint64 key)
{
    guint64 hash = key * G_GUINT64_CONSTANT(0x9E3779B97F4A7C15);
    return (gsize)(hash ^ (hash >> 32)) & (log->n_slots - 1);
}

void rep_log_prefetch(const RepLog *log, guint64 key)
{
    __builtin_prefetch(&log->keys[home_of(log, key)]);
}

static gsize slot_of(const RepLog *log, guint64 key)
{
    gsize i = home_of(log, key);
    while (log->keys[i].index && log->keys[i].key != key)
        i = (i + 1) & (log->n_slots - 1);
    return i;
}

static void grow_keys(RepLog *log)
{
    RepKeySlot *old = log->keys;
    gsize n_old = log->n_slots;
    log->n_slots *= 2;
    log->keys = g_new0(RepKeySlot, log->n_slots);
    for (gsize i = 0; i < n_old; i++)
        if (old[i].index)
            log->keys[slot_of(log, old[i].key)] = old[i];
    g_free(old);
}

/* True where every node shows the version, so that nothing older can ever be read again. */
static gboolean is_shown_by_all(const RepLog *log, guint32 term, guint64 index)
{
    return index <= log->floor && holder(log, log->newest_term, index) == term;
}

static void drop_chain(RepLog *log, guint32 *first)
{
    while (*first != SIM_POOL_NONE) {
        guint32 next = ((Version *)sim_pool_at(&log->versions, *first))->older;
        sim_pool_give(&log->versions, *first);
        *first = next;
    }
}

static void drop_unreadable(RepLog *log, RepKeySlot *slot)
{
    guint32 *older = &slot->older;
    gboolean enough = is_shown_by_all(log, slot->term, slot->index);
    while (!enough && *older != SIM_POOL_NONE) {
        Version *version = sim_pool_at(&log->versions, *older);
        enough = is_shown_by_all(log, version->term, version->index);
        older = &version->older;
    }
    if (enough)
        drop_chain(log, older);
}

static void add_version(RepLog *log, guint64 key, guint32 term, guint64 index)
{
    if (2 * (log->n_keys + 1) > log->n_slots)
        grow_keys(log);
    RepKeySlot *slot = &log->keys[slot_of(log, key)];
    if (!slot->index) {
        log->n_keys++;
        *slot = (RepKeySlot){.key = key, .index = index, .term = term, .older = SIM_POOL_NONE};
        return;
    }
    if (!log->keeps_all)
        drop_unreadable(log, slot);
    guint32 number = sim_pool_take_raw(&log->versions);
    *(Version *)sim_pool_at(&log->versions, number) =
        (Version){.index = slot->index, .term = slot->term, .older = slot->older};
    slot->index = index;
    slot->term = term;
    slot->older = number;
}

static inline gboolean is_in(const RepLog *log, const RepLogCopy *copy, guint64 end, guint32 term,
                             guint64 index)
{
    return index <= end && holder(log, copy->term, index) == term;
}

/* The newest version of a key in the first `end` entries of a copy. */
static RepVersion newest_up_to(const RepLog *log, const RepLogCopy *copy, guint64 end, guint64 key)
{
    const RepKeySlot *slot = &log->keys[slot_of(log, key)];
    if (!slot->index)
        return (RepVersion){0};
    if (is_in(log, copy, end, slot->term, slot->index))
        return (RepVersion){.index = slot->index, .term = slot->term};
    for (guint32 at = slot->older; at != SIM_POOL_NONE;) {
        const Version *version = sim_pool_at(&log->versions, at);
        if (is_in(log, copy, end, version->term, version->index))
            return (RepVersion){.index = version->index, .term = version->term};
        at = version->older;
    }
    return (RepVersion){0};
}

RepVersion rep_log_version(const RepLog *log, int node, guint64 key)
{
    const RepLogCopy *copy = &log->copies[node];
    return newest_up_to(log, copy, copy->applied, key);
}

RepVersion rep_log_newest(const RepLog *log, int node, guint64 key)
{
    const RepLogCopy *copy = &log->copies[node];
    return newest_up_to(log, copy, copy->arrived, key);
}

/* ---- entries ------------------------------------------------------------------------------ */

guint64 rep_log_append(RepLog *log, int node, guint64 key, guint32 bytes)
{
    RepLogCopy *copy = &log->copies[node];
    RepLogTerm *term = &log->terms[copy->term];
    guint64 index = copy->arrived + 1;
    SIM_CHECK(index == term->entries.end,
              "entry %" G_GUINT64_FORMAT " of term %u is not at its end %" G_GUINT64_FORMAT, index,
              copy->term, term->entries.end);
    guint64 bytes_before =
        sim_ring_len(&term->entries) ? bytes_up_to(&term->entries, index - 1) : 0;
    *(RepLogEntry *)sim_ring_push(&term->entries) = (RepLogEntry){.key = key,
                                                                  .bytes_before = bytes_before,
                                                                  .bytes = bytes,
                                                                  .waiting = SIM_POOL_NONE,
                                                                  .durable_at = SIM_NEVER};
    copy->arrived = copy->received = index;
    if (!log->dropped)
        add_version(log, key, copy->term, index);
    return index;
}

gboolean rep_log_contains(const RepLog *log, int node, RepVersion version)
{
    const RepLogCopy *copy = &log->copies[node];
    return version.index && version.index <= copy->arrived &&
           holder(log, copy->term, version.index) == version.term;
}

/* ---- the floor ---------------------------------------------------------------------------- */

guint64 rep_log_holds(const RepLog *log, int node)
{
    const RepLogCopy *copy = &log->copies[node];
    if (!copy->is_kept)
        return copy->is_reserved ? copy->reserved : G_MAXUINT64;
    guint64 shown = MIN(copy->applied, copy->flushed);
    if (copy->leads)
        shown = MIN(shown, copy->committed);
    if (copy->term == log->newest_term || !copy->term)
        return shown;
    return MIN(shown, rep_log_common(log, copy->term, log->newest_term));
}

static void find_floor(RepLog *log)
{
    guint64 floor = G_MAXUINT64;
    log->at_floor = 0;
    for (gsize i = 0; i < log->n_copies; i++) {
        guint64 holds = rep_log_holds(log, (int)i);
        if (holds < floor) {
            floor = holds;
            log->at_floor = 0;
        }
        log->at_floor += holds == floor;
    }
    log->floor = floor;
}

/* The last entry below the floor stays: its byte count anchors those of the next. */
static void drop_entries(RepLog *log)
{
    for (guint32 term = 1; term < log->n_terms; term++) {
        SimRing *entries = &log->terms[term].entries;
        if (log->terms[term].opened)
            while (sim_ring_len(entries) > 1 && entries->begin < log->floor) {
                if (log->dropped)
                    log->dropped(log->self, sim_ring_head(entries));
                sim_ring_pop(entries);
            }
    }
}

void rep_log_begin(RepLog *log)
{
    find_floor(log);
}

void rep_log_moved(RepLog *log, int node, guint64 before)
{
    guint64 now = rep_log_holds(log, node);
    if (now < log->floor) {
        log->floor = now;
        log->at_floor = 1;
        return;
    }
    if (before == log->floor && now > before)
        log->at_floor--;
    else if (now == log->floor && before > now)
        log->at_floor++;
    if (log->at_floor)
        return;
    find_floor(log);
    log->settled = MAX(log->settled, log->floor);
    if (!log->keeps_all)
        drop_entries(log);
}
