/* history_check.c — histories of clients as calls of registers; see history_check.h. */
#include "analysis/history_check.h"

#include "analysis/register_zones.h"

#include <stdlib.h>

/* What is blamed is so little that the search cannot come near this. */
#define SEARCH_MOST 100000u

gboolean ana_offence_is_plainer(const AnaOffence *a, const AnaOffence *b)
{
    if (!a || !b || a->n != b->n)
        return a && (!b || a->n < b->n);
    return a->calls[a->n - 1].began < b->calls[b->n - 1].began;
}

/* ---- one key ------------------------------------------------------------------------------ */

typedef struct Place {
    AnaVersion version;
    gsize call; /* number of the write among the key's calls */
} Place;

typedef struct Key {
    const AnaClientHistory *history;
    AnaClientCall *const *calls;
    gsize n;
    Place *places; /* of its writes, ascending by version */
    gsize n_places;
    AnaVersion *earlier; /* values from before the window */
    gsize n_earlier;
    gboolean *is_read; /* by number of call: some read returned what it wrote */
    /* For the checks: */
    AnaCall *asked;
    gsize *source; /* per call asked: number of the call, or n + number of the earlier value */
    gsize n_asked;
} Key;

static int compare_places(const void *a, const void *b)
{
    const Place *x = a, *y = b;
    if (x->version != y->version)
        return x->version < y->version ? -1 : 1;
    return x->call < y->call ? -1 : x->call > y->call;
}

static void add_place(GArray *places, AnaVersion version, gsize call)
{
    Place place = {version, call};
    if (version)
        g_array_append_val(places, place);
}

static void find_places(Key *key)
{
    GArray *places = g_array_new(FALSE, FALSE, sizeof(Place));
    for (gsize i = 0; i < key->n; i++) {
        const AnaClientCall *call = key->calls[i];
        if (!call->is_write)
            continue;
        add_place(places, call->version, i);
        for (guint v = 0; call->others && v < call->others->len; v++)
            add_place(places, g_array_index(call->others, AnaVersion, v), i);
    }
    key->n_places = places->len;
    key->places = (Place *)(gpointer)g_array_free(places, FALSE);
    if (key->n_places) /* or there is no array at all */
        qsort(key->places, key->n_places, sizeof(Place), compare_places);
}

/* The write at this place; key->n: none that is kept. */
static gsize find_write(const Key *key, AnaVersion version)
{
    gsize low = 0, high = key->n_places;
    while (low < high) {
        gsize middle = (low + high) / 2;
        if (key->places[middle].version < version)
            low = middle + 1;
        else
            high = middle;
    }
    return low < key->n_places && key->places[low].version == version ? key->places[low].call
                                                                      : key->n;
}

/* Back to where an entry stood before it was handed on; the same if it never was. */
static AnaVersion handed_on_from(const Key *key, guint64 name, AnaVersion version)
{
    gsize n;
    const AnaHandedOn *all = ana_client_history_handed_on(key->history, &n);
    for (gsize i = n; i-- > 0;)
        if (all[i].to == version &&
            all[i].log == (guint32)rep_log_of_key(name, ana_client_history_n_logs(key->history)))
            return all[i].from;
    return version;
}

/* What the read returned: number of a write's call, or n + number of an earlier value. */
static gsize find_source(Key *key, const AnaClientCall *read)
{
    AnaVersion version = read->version;
    while (version) {
        gsize write = find_write(key, version);
        if (write < key->n)
            return write;
        AnaVersion from = handed_on_from(key, read->key, version);
        if (from == version)
            break;
        version = from;
    }
    for (gsize i = 0; i < key->n_earlier; i++)
        if (key->earlier[i] == version)
            return key->n + i;
    key->earlier[key->n_earlier] = version;
    return key->n + key->n_earlier++;
}

static void ask(Key *key, gsize source, AnaCall call)
{
    key->source[key->n_asked] = source;
    key->asked[key->n_asked++] = call;
}

/* Values are 1 + the number of the write's call, or of the earlier value behind them. */
static void ask_reads(Key *key)
{
    for (gsize i = 0; i < key->n; i++) {
        const AnaClientCall *call = key->calls[i];
        if (call->is_write || call->answered == ANA_CALL_OPEN ||
            ana_client_history_is_stray(key->history, call->key, call->version))
            continue;
        gsize source = find_source(key, call);
        if (source < key->n)
            key->is_read[source] = TRUE;
        ask(key, i,
            (AnaCall){.invoked = call->invoked, .answered = call->answered, .value = source + 1});
    }
}

/* Earlier values, and what was under way as the window began, stand in any order before it. */
static void ask_writes(Key *key)
{
    guint64 beginning = ana_client_history_beginning(key->history);
    for (gsize i = 0; i < key->n; i++) {
        const AnaClientCall *call = key->calls[i];
        gboolean is_within = call->invoked >= beginning;
        if (call->is_write && (is_within || key->is_read[i]))
            ask(key, i,
                (AnaCall){.invoked = is_within ? call->invoked : 1 + key->n_earlier + i,
                          .answered = call->answered,
                          .value = i + 1,
                          .is_write = TRUE});
    }
    for (gsize i = 0; i < key->n_earlier; i++)
        ask(key, key->n + i,
            (AnaCall){.invoked = 1 + i,
                      .answered = ANA_PLACE_EARLIER + i,
                      .value = key->n + i + 1,
                      .is_write = TRUE});
}

/* ---- what is blamed ----------------------------------------------------------------------- */

static void set_version(AnaOffender *offender, AnaVersion version)
{
    offender->term = ana_version_term(version);
    offender->index = ana_version_index(version);
}

static AnaVersion version_of(const Key *key, gsize source)
{
    return source < key->n ? key->calls[source]->version : key->earlier[source - key->n];
}

static AnaOffender offender_of(const Key *key, gsize asked)
{
    gsize source = key->source[asked];
    AnaOffender offender = {
        .node = -1, .is_write = TRUE, .is_earlier = TRUE, .began = -1, .ended = SIM_NEVER};
    if (source < key->n) {
        const AnaClientCall *call = key->calls[source];
        offender = (AnaOffender){.number = call->name & (((guint64)1 << 48) - 1),
                                 .client = call->client,
                                 .session = call->session,
                                 .node = call->node,
                                 .is_write = call->is_write,
                                 .began = call->began,
                                 .ended = call->ended};
    }
    /* The first place of the write, also where a read met it at another. */
    set_version(&offender, version_of(key, key->asked[asked].value - 1));
    return offender;
}

static AnaOffence *offence_of(const Key *key, const AnaConflict *conflict)
{
    AnaCall part[ANA_CONFLICT_MOST];
    gsize chosen[ANA_CONFLICT_MOST];
    for (gsize i = 0; i < conflict->n; i++)
        part[i] = key->asked[conflict->calls[i]];
    SIM_CHECK(ana_linearizable(part, conflict->n, SEARCH_MOST) == ANA_ORDER_NONE,
              "the search finds an order where the zones find none");
    AnaOffence *offence = g_new0(AnaOffence, 1);
    offence->key = key->calls[0]->key;
    offence->n = ana_offending_calls(part, conflict->n, SEARCH_MOST, chosen);
    offence->calls = g_new0(AnaOffender, offence->n + 1);
    guint64 done = 0; /* invocations up to here are in */
    for (gsize i = 0; i < offence->n; i++) {
        gsize next = 0;
        guint64 invoked = ANA_CALL_OPEN;
        for (gsize c = 0; c < offence->n; c++)
            if (part[chosen[c]].invoked > done && part[chosen[c]].invoked < invoked) {
                invoked = part[chosen[c]].invoked;
                next = conflict->calls[chosen[c]];
            }
        offence->calls[i] = offender_of(key, next);
        done = invoked;
    }
    return offence;
}

static void check_key(Key *key, AnaHistoryVerdict *verdict)
{
    AnaConflict conflict;
    guint64 beginning = ana_client_history_beginning(key->history), checked = 0;
    gsize room = 2 * key->n + 1;
    key->earlier = g_new(AnaVersion, key->n + 1);
    key->is_read = g_new0(gboolean, key->n + 1);
    key->asked = g_new(AnaCall, room);
    key->source = g_new(gsize, room);
    find_places(key);
    ask_reads(key);
    ask_writes(key);
    for (gsize i = 0; i < key->n_asked; i++)
        checked += key->asked[i].invoked >= beginning;
    verdict->checked += checked;
    if (ana_register_zones(key->asked, key->n_asked, &conflict) == ANA_ORDER_NONE) {
        AnaOffence *offence = offence_of(key, &conflict);
        gboolean is_plainer = ana_offence_is_plainer(offence, verdict->offence);
        ana_offence_free(is_plainer ? verdict->offence : offence);
        if (is_plainer)
            verdict->offence = offence;
    } else {
        *(ana_client_history_is_cut(key->history) ? &verdict->undecided : &verdict->explained) +=
            checked;
    }
    g_free(key->places);
    g_free(key->earlier);
    g_free(key->is_read);
    g_free(key->asked);
    g_free(key->source);
}

/* ---- all keys ----------------------------------------------------------------------------- */

static int compare_calls(const void *a, const void *b)
{
    const AnaClientCall *x = *(AnaClientCall *const *)a, *y = *(AnaClientCall *const *)b;
    if (x->key != y->key)
        return x->key < y->key ? -1 : 1;
    return x->invoked < y->invoked ? -1 : x->invoked > y->invoked;
}

void ana_history_check(const AnaClientHistory *history, AnaHistoryVerdict *verdict)
{
    gsize n;
    AnaClientCall **calls = ana_client_history_calls(history, &n);
    *verdict = (AnaHistoryVerdict){.checked = 0};
    qsort(calls, n, sizeof *calls, compare_calls);
    for (gsize from = 0, to; from < n; from = to) {
        for (to = from + 1; to < n && calls[to]->key == calls[from]->key;)
            to++;
        check_key(&(Key){.history = history, .calls = calls + from, .n = to - from}, verdict);
    }
    g_free(calls);
}
