/* linearizable.c — the search for an order, and the smallest part without one; see
 * linearizable.h. */
#include "analysis/linearizable.h"

#include <stdlib.h>

/* ---- what has been looked at -------------------------------------------------------------- */

typedef struct Mark {
    guint64 high, low; /* 0, 0: free */
} Mark;

typedef struct Memory {
    Mark *marks;
    gsize n, room; /* room is a power of two, and at least half of it free */
} Memory;

static guint64 mixed(guint64 x)
{
    x += G_GUINT64_CONSTANT(0x9e3779b97f4a7c15);
    x = (x ^ (x >> 30)) * G_GUINT64_CONSTANT(0xbf58476d1ce4e5b9);
    x = (x ^ (x >> 27)) * G_GUINT64_CONSTANT(0x94d049bb133111eb);
    return x ^ (x >> 31);
}

/* The mark of one call; that of a set is the sum of its calls'. */
static Mark mark_of(gsize call)
{
    guint64 high = mixed(2 * (guint64)call + 1);
    return (Mark){.high = high, .low = mixed(high)};
}

static Mark *find_mark(const Memory *memory, Mark mark)
{
    gsize at = (gsize)mark.low & (memory->room - 1);
    while ((memory->marks[at].high || memory->marks[at].low) &&
           (memory->marks[at].high != mark.high || memory->marks[at].low != mark.low))
        at = (at + 1) & (memory->room - 1);
    return &memory->marks[at];
}

static void grow(Memory *memory)
{
    Memory old = *memory;
    memory->room = old.room ? 2 * old.room : 1024;
    memory->marks = g_new0(Mark, memory->room);
    for (gsize i = 0; i < old.room; i++)
        if (old.marks[i].high || old.marks[i].low)
            *find_mark(memory, old.marks[i]) = old.marks[i];
    g_free(old.marks);
}

/* TRUE: it is new. */
static gboolean remember(Memory *memory, Mark set, guint64 value)
{
    Mark mark = {.high = set.high ^ mixed(value), .low = set.low + mixed(~value)};
    if (2 * (memory->n + 1) > memory->room)
        grow(memory);
    Mark *place = find_mark(memory, mark);
    if (place->high || place->low)
        return FALSE;
    *place = mark;
    memory->n++;
    return TRUE;
}

/* ---- calls and answers in their order ----------------------------------------------------- */

enum { HEAD = 0 }; /* the list's sentinel */

typedef struct Entry {
    guint64 at;
    gsize call;
    gsize answer; /* of an invocation: its answer's entry; of an answer: 0 */
    gsize before, after;
} Entry;

typedef struct Placed {
    gsize entry;
    guint64 value; /* of the register before */
    gboolean was_choice;
} Placed;

typedef struct Search {
    const AnaCall *calls;
    Entry *entries; /* [HEAD], then in order */
    Placed *placed;
    gsize n_placed;
    guint64 value;
    Mark set;
    Memory memory;
} Search;

static int compare_entries(const void *a, const void *b)
{
    const Entry *x = a, *y = b;
    if (x->at != y->at)
        return x->at < y->at ? -1 : 1;
    return x->call < y->call ? -1 : x->call > y->call; /* only open calls share a place */
}

static void make_entries(Search *search, gsize n)
{
    g_autofree gsize *invocation = g_new(gsize, n + 1);
    gsize n_entries = 1;
    search->entries = g_new0(Entry, 2 * n + 1);
    for (gsize i = 0; i < n; i++) {
        const AnaCall *call = &search->calls[i];
        if (!call->is_write && call->answered == ANA_CALL_OPEN)
            continue;
        search->entries[n_entries++] = (Entry){.at = call->invoked, .call = i, .answer = 1};
        search->entries[n_entries++] = (Entry){.at = call->answered, .call = i};
    }
    qsort(search->entries + 1, n_entries - 1, sizeof(Entry), compare_entries);
    for (gsize e = 1; e < n_entries; e++) {
        Entry *entry = &search->entries[e];
        entry->before = e - 1;
        entry->after = e + 1 < n_entries ? e + 1 : HEAD;
        if (entry->answer)
            invocation[entry->call] = e;
        else
            search->entries[invocation[entry->call]].answer = e;
    }
    search->entries[HEAD] = (Entry){.before = n_entries - 1, .after = n_entries > 1 ? 1 : HEAD};
}

static void take_out(Entry *entries, gsize e)
{
    entries[entries[e].before].after = entries[e].after;
    entries[entries[e].after].before = entries[e].before;
}

static void put_back(Entry *entries, gsize e)
{
    entries[entries[e].before].after = e;
    entries[entries[e].after].before = e;
}

/* ---- the search --------------------------------------------------------------------------- */

static void place(Search *search, gsize e, gboolean is_choice)
{
    Entry *entry = &search->entries[e];
    const AnaCall *call = &search->calls[entry->call];
    Mark mark = mark_of(entry->call);
    search->placed[search->n_placed++] =
        (Placed){.entry = e, .value = search->value, .was_choice = is_choice};
    search->set = (Mark){search->set.high + mark.high, search->set.low + mark.low};
    if (call->is_write)
        search->value = call->value;
    take_out(search->entries, entry->answer);
    take_out(search->entries, e);
}

/* Takes back the last call placed. */
static Placed displace(Search *search)
{
    Placed last = search->placed[--search->n_placed];
    Entry *entry = &search->entries[last.entry];
    Mark mark = mark_of(entry->call);
    put_back(search->entries, last.entry);
    put_back(search->entries, entry->answer);
    search->set = (Mark){search->set.high - mark.high, search->set.low - mark.low};
    search->value = last.value;
    return last;
}

/* Back to the last choice, and on behind it; HEAD: there is none left. */
static gsize back(Search *search)
{
    while (search->n_placed) {
        Placed last = displace(search);
        if (last.was_choice)
            return search->entries[last.entry].after;
    }
    return HEAD;
}

/* Would the register, had the write been placed now, be as it has been before? */
static gboolean is_new(Search *search, const Entry *entry)
{
    Mark mark = mark_of(entry->call);
    Mark set = {search->set.high + mark.high, search->set.low + mark.low};
    return remember(&search->memory, set, search->calls[entry->call].value);
}

static AnaOrder run(Search *search, guint64 most)
{
    gsize e = search->entries[HEAD].after;
    while (e != HEAD) {
        const Entry *entry = &search->entries[e];
        const AnaCall *call = &search->calls[entry->call];
        if (!entry->answer) {
            if (call->answered == ANA_CALL_OPEN)
                return ANA_ORDER_EXISTS; /* only open writes are left */
            e = back(search);
            if (e == HEAD)
                return ANA_ORDER_NONE;
        } else if (call->is_write ? is_new(search, entry) : call->value == search->value) {
            place(search, e, call->is_write);
            e = search->entries[HEAD].after;
        } else {
            e = entry->after;
        }
        if (search->memory.n > most)
            return ANA_ORDER_UNKNOWN;
    }
    return ANA_ORDER_EXISTS;
}

AnaOrder ana_linearizable(const AnaCall *calls, gsize n, guint64 most)
{
    Search search = {.calls = calls, .placed = g_new(Placed, n + 1)};
    make_entries(&search, n);
    AnaOrder order = run(&search, most);
    g_free(search.entries);
    g_free(search.placed);
    g_free(search.memory.marks);
    return order;
}

/* ---- the smallest part without an order --------------------------------------------------- */

typedef struct Reduction {
    const AnaCall *calls;
    guint64 most;
    gsize *kept; /* numbers of calls */
    gsize n_kept;
} Reduction;

static int compare_values(const void *a, const void *b)
{
    guint64 x = *(const guint64 *)a, y = *(const guint64 *)b;
    return x < y ? -1 : x > y;
}

/* Writes, open from the beginning, of the values that are read and not written. */
static gsize add_unwritten(AnaCall *calls, gsize n)
{
    g_autofree guint64 *written = g_new(guint64, n + 1), *read = g_new(guint64, n + 1);
    gsize n_written = 0, n_read = 0, total = n;
    for (gsize i = 0; i < n; i++)
        if (calls[i].is_write)
            written[n_written++] = calls[i].value;
        else if (calls[i].value)
            read[n_read++] = calls[i].value;
    qsort(written, n_written, sizeof *written, compare_values);
    qsort(read, n_read, sizeof *read, compare_values);
    for (gsize i = 0; i < n_read; i++)
        if ((i == 0 || read[i] != read[i - 1]) &&
            !bsearch(&read[i], written, n_written, sizeof *written, compare_values))
            calls[total++] = (AnaCall){
                .invoked = 0, .answered = ANA_CALL_OPEN, .value = read[i], .is_write = TRUE};
    return total;
}

/* Is there no order even without kept calls [from, to)? */
static gboolean is_offending_without(const Reduction *reduction, gsize from, gsize to)
{
    g_autofree AnaCall *calls = g_new(AnaCall, 2 * reduction->n_kept + 1);
    gsize n = 0;
    for (gsize i = 0; i < reduction->n_kept; i++)
        if (i < from || i >= to)
            calls[n++] = reduction->calls[reduction->kept[i]];
    n = add_unwritten(calls, n);
    return ana_linearizable(calls, n, reduction->most) == ANA_ORDER_NONE;
}

static void leave_out(Reduction *reduction, gsize from, gsize to)
{
    for (gsize i = to; i < reduction->n_kept; i++)
        reduction->kept[from + i - to] = reduction->kept[i];
    reduction->n_kept -= to - from;
}

gsize ana_offending_calls(const AnaCall *calls, gsize n, guint64 most, gsize *chosen)
{
    Reduction reduction = {.calls = calls, .most = most, .kept = chosen, .n_kept = n};
    for (gsize i = 0; i < n; i++)
        chosen[i] = i;
    /* Large parts first; a part that could not go alone may go once others have gone. */
    for (gsize size = MAX(n / 2, 1);; size = MAX(size / 2, 1)) {
        gboolean has_changed = FALSE;
        for (gsize from = 0; from < reduction.n_kept;) {
            gsize to = MIN(from + size, reduction.n_kept);
            if (is_offending_without(&reduction, from, to)) {
                leave_out(&reduction, from, to);
                has_changed = TRUE;
            } else {
                from = to;
            }
        }
        if (size == 1 && !has_changed)
            return reduction.n_kept;
    }
}
