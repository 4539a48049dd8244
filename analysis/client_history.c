/* client_history.c — see client_history.h. */
#include "analysis/client_history.h"

#include "analysis/linearizable.h"

typedef struct Stray {
    guint64 key;
    AnaVersion version;
} Stray;

struct AnaClientHistory {
    AnaClientCall *first, *last; /* in the order of invocation */
    GHashTable *by_name;         /* only for look-up */
    GArray *handed_on;           /* AnaHandedOn */
    GArray *strays;              /* Stray */
    gsize n_calls, most, n_logs;
    guint64 place; /* of the next invocation or answer */
    guint64 beginning;
    gboolean is_open, is_cut;
};

AnaClientHistory *ana_client_history_new(gsize most, gsize n_logs)
{
    AnaClientHistory *history = g_new0(AnaClientHistory, 1);
    history->by_name = g_hash_table_new(g_int64_hash, g_int64_equal);
    history->handed_on = g_array_new(FALSE, FALSE, sizeof(AnaHandedOn));
    history->strays = g_array_new(FALSE, FALSE, sizeof(Stray));
    history->place = ANA_PLACE_FIRST;
    history->most = most;
    history->n_logs = n_logs;
    return history;
}

static void drop_call(AnaClientHistory *history, AnaClientCall *call)
{
    *(call->before ? &call->before->after : &history->first) = call->after;
    *(call->after ? &call->after->before : &history->last) = call->before;
    g_hash_table_remove(history->by_name, &call->name);
    history->n_calls--;
    if (call->others)
        g_array_free(call->others, TRUE);
    g_free(call);
}

void ana_client_history_free(AnaClientHistory *history)
{
    if (!history)
        return;
    while (history->first)
        drop_call(history, history->first);
    g_hash_table_destroy(history->by_name);
    g_array_free(history->handed_on, TRUE);
    g_array_free(history->strays, TRUE);
    g_free(history);
}

/* ---- the window --------------------------------------------------------------------------- */

void ana_client_history_open(AnaClientHistory *history)
{
    history->is_open = TRUE;
    history->beginning = history->place;
}

void ana_client_history_close(AnaClientHistory *history)
{
    history->is_open = FALSE;
    for (AnaClientCall *call = history->first, *next; call; call = next) {
        next = call->after;
        if (!call->is_write || call->answered != ANA_CALL_OPEN)
            drop_call(history, call);
    }
}

/* ---- observations ------------------------------------------------------------------------- */

/* FALSE: there is no room for one more, and the history ends here. */
static gboolean has_room(AnaClientHistory *history)
{
    history->is_cut |=
        history->n_calls + history->handed_on->len + history->strays->len >= history->most;
    return !history->is_cut;
}

static guint64 name_of(guint32 client, guint64 number)
{
    SIM_CHECK(number >> 48 == 0 && client < 1u << 16, "operation %" G_GUINT64_FORMAT, number);
    return (guint64)client << 48 | number;
}

static void began(AnaClientHistory *history, const RepObservation *seen, gboolean wants_read)
{
    const RepOperationSeen *operation = &seen->operation;
    gboolean is_write = operation->kind == REP_WRITE;
    guint64 place = history->place++;
    if ((!is_write && !(history->is_open && wants_read)) || !has_room(history))
        return;
    AnaClientCall *call = g_new0(AnaClientCall, 1);
    *call = (AnaClientCall){.name = name_of(operation->client, operation->number),
                            .key = operation->key,
                            .invoked = place,
                            .answered = ANA_CALL_OPEN,
                            .began = seen->at,
                            .ended = SIM_NEVER,
                            .client = operation->client,
                            .session = operation->session,
                            .node = -1,
                            .is_write = is_write,
                            .before = history->last};
    *(history->last ? &history->last->after : &history->first) = call;
    history->last = call;
    history->n_calls++;
    g_hash_table_insert(history->by_name, &call->name, call);
}

static AnaClientCall *find_call(const AnaClientHistory *history, guint64 name)
{
    return g_hash_table_lookup(history->by_name, &name);
}

static void add_version(AnaClientCall *call, AnaVersion version)
{
    gboolean is_known = version == 0 || call->version == version;
    for (guint i = 0; call->others && i < call->others->len; i++)
        is_known |= g_array_index(call->others, AnaVersion, i) == version;
    if (is_known)
        return;
    if (!call->version) {
        call->version = version;
        return;
    }
    if (!call->others)
        call->others = g_array_new(FALSE, FALSE, sizeof(AnaVersion));
    g_array_append_val(call->others, version);
}

static void ended(AnaClientHistory *history, const RepObservation *seen)
{
    const RepOperationSeen *operation = &seen->operation;
    guint64 place = history->place++;
    AnaClientCall *call = find_call(history, name_of(operation->client, operation->number));
    if (!call)
        return;
    gboolean is_ok = operation->outcome == REP_OK;
    if (call->is_write ? operation->outcome == REP_FAILED || (is_ok && !history->is_open)
                       : !is_ok) {
        drop_call(history, call);
        return;
    }
    if (!is_ok)
        return;
    call->answered = place;
    call->ended = seen->at;
    call->node = operation->node;
    add_version(call, ana_version_pack(operation->version));
}

static void appended(AnaClientHistory *history, const RepObservation *seen)
{
    AnaClientCall *call = find_call(history, name_of(seen->appended.client, seen->appended.number));
    AnaVersion version = ana_version_pack(seen->appended.entry);
    if (call) {
        add_version(call, version);
    } else if (has_room(history)) {
        Stray stray = {seen->appended.key, version};
        g_array_append_val(history->strays, stray);
    }
}

static void carried(AnaClientHistory *history, const RepObservation *seen)
{
    AnaHandedOn handed_on = {.log = seen->carried.log,
                             .from = ana_version_pack(seen->carried.from),
                             .to = ana_version_pack(seen->carried.to)};
    if (handed_on.to && has_room(history))
        g_array_append_val(history->handed_on, handed_on);
}

void ana_client_history_observe(AnaClientHistory *history, const RepObservation *seen,
                                gboolean wants_read)
{
    if (history->is_cut)
        return;
    if (seen->kind == REP_OBS_OPERATION_BEGAN)
        began(history, seen, wants_read);
    else if (seen->kind == REP_OBS_OPERATION_ENDED)
        ended(history, seen);
    else if (seen->kind == REP_OBS_APPENDED)
        appended(history, seen);
    else if (seen->kind == REP_OBS_CARRIED)
        carried(history, seen);
}

/* ---- what was kept ------------------------------------------------------------------------ */

gboolean ana_client_history_is_cut(const AnaClientHistory *history)
{
    return history->is_cut;
}

guint64 ana_client_history_beginning(const AnaClientHistory *history)
{
    return history->beginning;
}

AnaClientCall **ana_client_history_calls(const AnaClientHistory *history, gsize *n)
{
    AnaClientCall **calls = g_new0(AnaClientCall *, history->n_calls + 1);
    *n = 0;
    for (AnaClientCall *call = history->first; call; call = call->after)
        calls[(*n)++] = call;
    return calls;
}

const AnaHandedOn *ana_client_history_handed_on(const AnaClientHistory *history, gsize *n)
{
    *n = history->handed_on->len;
    return (const AnaHandedOn *)(gconstpointer)history->handed_on->data;
}

gsize ana_client_history_n_logs(const AnaClientHistory *history)
{
    return history->n_logs;
}

gboolean ana_client_history_is_stray(const AnaClientHistory *history, guint64 key,
                                     AnaVersion version)
{
    for (guint i = 0; i < history->strays->len; i++) {
        const Stray *stray = &g_array_index(history->strays, Stray, i);
        if (stray->key == key && stray->version == version)
            return TRUE;
    }
    return FALSE;
}
