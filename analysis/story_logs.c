/* story_logs.c — see story_logs.h. */
#include "analysis/story_logs.h"

/* One node and one log, or the log of one leadership. */
typedef struct Copy {
    GArray *entries; /* guint: places in AnaStoryLogs.entries, by index */
    guint64 held;    /* up to this index */
} Copy;

typedef struct Term {
    guint32 log, term;
    GArray *entries; /* like Copy's */
} Term;

struct AnaStoryLogs {
    gsize n_nodes, n_logs;
    GArray *entries; /* AnaStoryEntry */
    Copy *copies;    /* [log * n_nodes + node] */
    GArray *terms;   /* Term */
};

AnaStoryLogs *ana_story_logs_new(gsize n_nodes, gsize n_logs)
{
    AnaStoryLogs *logs = g_new0(AnaStoryLogs, 1);
    logs->n_nodes = n_nodes;
    logs->n_logs = n_logs;
    logs->entries = g_array_new(FALSE, FALSE, sizeof(AnaStoryEntry));
    logs->terms = g_array_new(FALSE, FALSE, sizeof(Term));
    logs->copies = g_new0(Copy, n_nodes * n_logs + 1);
    for (gsize i = 0; i < n_nodes * n_logs; i++)
        logs->copies[i].entries = g_array_new(FALSE, FALSE, sizeof(guint));
    return logs;
}

void ana_story_logs_free(AnaStoryLogs *logs)
{
    if (!logs)
        return;
    for (gsize i = 0; i < logs->n_nodes * logs->n_logs; i++)
        g_array_unref(logs->copies[i].entries);
    for (guint i = 0; i < logs->terms->len; i++)
        g_array_unref(g_array_index(logs->terms, Term, i).entries);
    g_array_unref(logs->terms);
    g_array_unref(logs->entries);
    g_free(logs->copies);
    g_free(logs);
}

static Copy *copy_of(const AnaStoryLogs *logs, guint32 log, int node)
{
    return &logs->copies[log * logs->n_nodes + (gsize)node];
}

static const AnaStoryEntry *entry_at(const AnaStoryLogs *logs, const GArray *list, guint i)
{
    return &g_array_index(logs->entries, AnaStoryEntry, g_array_index(list, guint, i));
}

/* ---- lists -------------------------------------------------------------------------------- */

/* Keeps what lies below `index`. */
static void cut(const AnaStoryLogs *logs, GArray *list, guint64 index)
{
    guint n = list->len;
    while (n > 0 && entry_at(logs, list, n - 1)->place.index >= index)
        n--;
    g_array_set_size(list, n);
}

/* The log that a leadership writes. */
static GArray *term_of(AnaStoryLogs *logs, guint32 log, guint32 term)
{
    for (guint i = 0; i < logs->terms->len; i++) {
        Term *one = &g_array_index(logs->terms, Term, i);
        if (one->log == log && one->term == term)
            return one->entries;
    }
    Term one = {.log = log, .term = term, .entries = g_array_new(FALSE, FALSE, sizeof(guint))};
    g_array_append_val(logs->terms, one);
    return one.entries;
}

static void begin_term(AnaStoryLogs *logs, const RepObservation *seen)
{
    const GArray *own = copy_of(logs, seen->leadership.log, seen->leadership.node)->entries;
    GArray *entries = term_of(logs, seen->leadership.log, seen->leadership.term);
    g_array_set_size(entries, 0);
    g_array_append_vals(entries, own->data, own->len);
}

static guint64 version_after(const AnaStoryLogs *logs, const GArray *list, guint64 key)
{
    for (guint i = list->len; i-- > 0;)
        if (entry_at(logs, list, i)->key == key)
            return entry_at(logs, list, i)->version + 1;
    return 1;
}

static void add(AnaStoryLogs *logs, AnaStoryEntry entry, int node)
{
    GArray *term = term_of(logs, entry.log, entry.place.term);
    GArray *own = copy_of(logs, entry.log, node)->entries;
    guint number = logs->entries->len;
    cut(logs, term, entry.place.index);
    cut(logs, own, entry.place.index);
    entry.version = version_after(logs, term, entry.key);
    g_array_append_val(logs->entries, entry);
    g_array_append_val(term, number);
    g_array_append_val(own, number);
}

static void append(AnaStoryLogs *logs, const RepObservation *seen)
{
    add(logs,
        (AnaStoryEntry){.log = seen->appended.log,
                        .place = seen->appended.entry,
                        .key = seen->appended.key,
                        .client = seen->appended.client,
                        .number = seen->appended.number},
        seen->appended.node);
}

/* It was appended again as another entry, by nobody's request. */
static void carry(AnaStoryLogs *logs, const RepObservation *seen)
{
    const AnaStoryEntry *from = ana_story_logs_at(logs, seen->carried.log, seen->carried.from);
    if (!from || seen->carried.to.index == 0)
        return;
    AnaStoryEntry entry = *from;
    entry.place = seen->carried.to;
    add(logs, entry, seen->carried.node);
}

/* The first in the list at or behind `index`; indices ascend. */
static guint first_from(const AnaStoryLogs *logs, const GArray *list, guint64 index)
{
    guint low = 0, high = list->len;
    while (low < high) {
        guint middle = low + (high - low) / 2;
        if (entry_at(logs, list, middle)->place.index < index)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* The node has what the log of the term has in [first, last], and what it had before. */
static void take(AnaStoryLogs *logs, const RepEntriesSeen *entries)
{
    const GArray *from = term_of(logs, entries->log, entries->term);
    GArray *own = copy_of(logs, entries->log, entries->node)->entries;
    for (guint i = first_from(logs, from, entries->first); i < from->len; i++) {
        guint number = g_array_index(from, guint, i);
        guint64 index = entry_at(logs, from, i)->place.index;
        if (index > entries->last)
            break;
        guint64 newest = own->len ? entry_at(logs, own, own->len - 1)->place.index : 0;
        if (index > newest)
            g_array_append_val(own, number);
    }
}

static void install(AnaStoryLogs *logs, const RepEntriesSeen *entries)
{
    RepEntriesSeen all = *entries;
    Copy *copy = copy_of(logs, entries->log, entries->node);
    all.first = 1;
    g_array_set_size(copy->entries, 0);
    take(logs, &all);
    copy->held = entries->last;
}

static void truncate(AnaStoryLogs *logs, const RepEntriesSeen *entries)
{
    Copy *copy = copy_of(logs, entries->log, entries->node);
    cut(logs, copy->entries, entries->first);
    copy->held = MIN(copy->held, entries->first - 1);
}

void ana_story_logs_observe(AnaStoryLogs *logs, const RepObservation *seen)
{
    switch ((int)seen->kind) {
    case REP_OBS_APPENDED:
        append(logs, seen);
        break;
    case REP_OBS_CARRIED:
        carry(logs, seen);
        break;
    case REP_OBS_LEADERSHIP:
        if (seen->leadership.leads)
            begin_term(logs, seen);
        break;
    case REP_OBS_RECEIVED:
        take(logs, &seen->entries);
        break;
    case REP_OBS_DURABLE:
    case REP_OBS_APPLIED: {
        Copy *copy = copy_of(logs, seen->entries.log, seen->entries.node);
        take(logs, &seen->entries);
        copy->held = MAX(copy->held, seen->entries.last);
        break;
    }
    case REP_OBS_INSTALLED:
        install(logs, &seen->entries);
        break;
    case REP_OBS_TRUNCATED:
        truncate(logs, &seen->entries);
        break;
    default:
        break;
    }
}

/* ---- questions ---------------------------------------------------------------------------- */

/* In the log of its own term, where it still stands there. */
static const AnaStoryEntry *at_in_term(const AnaStoryLogs *logs, gsize log, RepVersion place)
{
    for (guint i = logs->terms->len; i-- > 0;) {
        const Term *one = &g_array_index(logs->terms, Term, i);
        if (one->log != log || one->term != place.term)
            continue;
        guint at = first_from(logs, one->entries, place.index);
        const AnaStoryEntry *entry =
            at < one->entries->len ? entry_at(logs, one->entries, at) : NULL;
        return entry && entry->place.index == place.index && entry->place.term == place.term ? entry
                                                                                             : NULL;
    }
    return NULL;
}

const AnaStoryEntry *ana_story_logs_at(const AnaStoryLogs *logs, gsize log, RepVersion place)
{
    const AnaStoryEntry *found = at_in_term(logs, log, place);
    if (found)
        return found;
    for (guint i = 0; i < logs->entries->len; i++) {
        const AnaStoryEntry *entry = &g_array_index(logs->entries, AnaStoryEntry, i);
        if (entry->log == log && entry->place.index == place.index &&
            entry->place.term == place.term)
            return entry;
    }
    return NULL;
}

const AnaStoryEntry *ana_story_logs_held(const AnaStoryLogs *logs, int node, guint64 key)
{
    guint32 log = (guint32)rep_log_of_key(key, logs->n_logs);
    const Copy *copy = copy_of(logs, log, node);
    for (guint i = copy->entries->len; i-- > 0;) {
        const AnaStoryEntry *entry = entry_at(logs, copy->entries, i);
        if (entry->key == key && entry->place.index <= copy->held)
            return entry;
    }
    return NULL;
}
