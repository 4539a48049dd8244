/* scene.c — arrows, answers and promises of a diagram; see scene.h. */
#include "analysis/trace/scene_private.h"

#include <math.h>
#include <string.h>

#define LATE 0.99
#define MARGIN_SHARE 30 /* of the span, before the first and behind the last event */

/* ---- life --------------------------------------------------------------------------------- */

static void clear_lane(gpointer data)
{
    g_free(((AnaLane *)data)->name);
}

static void clear_arrow(gpointer data)
{
    g_free(((AnaArrow *)data)->label);
    g_free(((AnaArrow *)data)->title);
}

static void clear_mark(gpointer data)
{
    g_free(((AnaMark *)data)->label);
}

static void clear_stay(gpointer data)
{
    g_free(((AnaStay *)data)->label);
}

static void clear_promise(gpointer data)
{
    g_free(((AnaPromise *)data)->label);
}

static GArray *array_of(guint size, GDestroyNotify clear)
{
    GArray *array = g_array_new(FALSE, FALSE, size);
    if (clear)
        g_array_set_clear_func(array, clear);
    return array;
}

void ana_scene_free(AnaScene *scene)
{
    if (!scene)
        return;
    g_array_unref(scene->lanes);
    g_array_unref(scene->arrows);
    g_array_unref(scene->marks);
    g_array_unref(scene->stays);
    g_array_unref(scene->promises);
    g_array_unref(scene->folds);
    g_free(scene->title);
    g_free(scene->description);
    g_free(scene->focus);
    g_free(scene);
}

void ana_scene_add_mark(AnaScene *scene, AnaMarkKind kind, guint lane, SimTime at, char *label)
{
    AnaMark mark = {kind, lane, at, label};
    g_array_append_val(scene->marks, mark);
}

/* ---- arrows ------------------------------------------------------------------------------- */

static AnaArrowKind kind_of(const AnaTraceAbout *about, const RepMessageSeen *message)
{
    const char *name = ana_trace_message_kind(about, message);
    gboolean answers =
        strstr(name, "ack") || g_str_has_suffix(name, "ok") || g_str_has_prefix(name, "report");
    if (message->from < 0)
        return ANA_ARROW_REQUEST;
    if (message->to < 0)
        return ANA_ARROW_REPLY;
    return answers ? ANA_ARROW_ACK : ANA_ARROW_DATA;
}

static char *delay_text(SimSpan span)
{
    return span < SIM_S ? g_strdup_printf("%.3g ms", (double)span / 1e6)
                        : g_strdup_printf("%.4g s", (double)span / 1e9);
}

static char *arrow_title(const AnaSceneAsk *ask, const AnaArrow *arrow,
                         const RepMessageSeen *message)
{
    const AnaTraceAbout *about = ask->about;
    g_autofree char *what = ana_trace_message_text(about, message);
    g_autofree char *from =
        ana_trace_party_name(about->trace, ana_trace_sender(about->trace, message));
    g_autofree char *to =
        ana_trace_party_name(about->trace, ana_trace_receiver(about->trace, message));
    g_autofree char *delay = delay_text(arrow->ends - arrow->sent);
    const char *end = arrow->end == ANA_ARROW_IS_LOST   ? "lost"
                      : arrow->end == ANA_ARROW_GOES_ON ? "still under way"
                                                        : delay;
    if (arrow->late > 0)
        return g_strdup_printf("%s, %s → %s: %s, later than %.4g %% on this link", what, from, to,
                               end, arrow->late * 100);
    return g_strdup_printf("%s, %s → %s: %s", what, from, to, end);
}

static double lateness(const AnaSceneAsk *ask, const RepMessageSeen *message, SimTime ends)
{
    double share = ask->law ? ask->law(ask->law_data, message->from, message->to,
                                       ends - message->sent, message->sent)
                            : (double)NAN;
    return share > LATE ? share : 0;
}

/* What a record says of a message: its end, or that it is under way. */
static void add_arrow(AnaScene *scene, const AnaSceneAsk *ask, const AnaTraceRecord *record,
                      AnaArrowEnd end)
{
    const AnaTrace *trace = ask->about->trace;
    const RepMessageSeen *message = &record->seen.message;
    AnaArrow arrow = {.from = ana_scene_lane(scene, ana_trace_sender(trace, message)),
                      .to = ana_scene_lane(scene, ana_trace_receiver(trace, message)),
                      .sent = message->sent,
                      .ends = end == ANA_ARROW_GOES_ON ? message->due : record->seen.at,
                      .kind = kind_of(ask->about, message),
                      .end = end,
                      .label = ana_scene_arrow_label(ask->about, message)};
    if (end == ANA_ARROW_GOES_ON && message->due == SIM_NEVER)
        arrow.ends = trace->wants.to;
    if (end == ANA_ARROW_ARRIVES)
        arrow.late = lateness(ask, message, arrow.ends);
    arrow.title = arrow_title(ask, &arrow, message);
    g_array_append_val(scene->arrows, arrow);
}

/* Messages whose end the window has seen. */
static GHashTable *find_ended(const AnaSceneAsk *ask)
{
    const AnaTrace *trace = ask->about->trace;
    GHashTable *ended = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL);
    for (guint i = 1; i <= ana_trace_n(trace); i++) {
        const RepObservation *seen = &ana_trace_at(trace, i)->seen;
        gint64 id = (gint64)seen->message.id;
        if (seen->kind == REP_OBS_MESSAGE_ARRIVED || seen->kind == REP_OBS_MESSAGE_DROPPED)
            g_hash_table_add(ended, g_memdup2(&id, sizeof id));
    }
    return ended;
}

static gint by_sending(gconstpointer a, gconstpointer b)
{
    const AnaArrow *one = a, *other = b;
    SimTime keys[][2] = {{one->sent, other->sent},
                         {one->ends, other->ends},
                         {one->from, other->from},
                         {one->to, other->to}};
    for (gsize i = 0; i < G_N_ELEMENTS(keys); i++)
        if (keys[i][0] != keys[i][1])
            return keys[i][0] < keys[i][1] ? -1 : 1;
    return 0;
}

static void make_arrows(AnaScene *scene, const AnaSceneAsk *ask)
{
    const AnaTrace *trace = ask->about->trace;
    g_autoptr(GHashTable) ended = find_ended(ask);
    for (guint i = 1; i <= ana_trace_n(trace); i++) {
        const AnaTraceRecord *record = ana_trace_at(trace, i);
        gint64 id = (gint64)record->seen.message.id;
        if (!ana_scene_shows(ask, i))
            continue;
        if (record->seen.kind == REP_OBS_MESSAGE_ARRIVED)
            add_arrow(scene, ask, record, ANA_ARROW_ARRIVES);
        else if (record->seen.kind == REP_OBS_MESSAGE_DROPPED)
            add_arrow(scene, ask, record, ANA_ARROW_IS_LOST);
        else if (record->seen.kind == REP_OBS_MESSAGE_SENT && !g_hash_table_contains(ended, &id))
            add_arrow(scene, ask, record, ANA_ARROW_GOES_ON);
    }
    g_array_sort(scene->arrows, by_sending);
}

guint ana_scene_messages(const AnaSceneAsk *ask)
{
    const AnaTrace *trace = ask->about->trace;
    g_autoptr(GHashTable) ended = find_ended(ask);
    guint n = 0;
    for (guint i = 1; i <= ana_trace_n(trace); i++) {
        const RepObservation *seen = &ana_trace_at(trace, i)->seen;
        gint64 id = (gint64)seen->message.id;
        if (ana_scene_shows(ask, i) && ana_scene_is_message(seen))
            n += seen->kind != REP_OBS_MESSAGE_SENT || !g_hash_table_contains(ended, &id) ? 1 : 0;
    }
    return n;
}

/* ---- answers ------------------------------------------------------------------------------ */

static guint64 version_of(const AnaTrace *trace, const AnaTraceRecord *record)
{
    const RepOperationSeen *operation = &record->seen.operation;
    if (trace->world->events & ANA_HAS_VERSIONS)
        return record->n_serials ? g_array_index(trace->serials, guint64,
                                                 record->first_serial + record->n_serials - 1)
                                 : 0;
    return ana_trace_version_number(trace, operation->key, operation->version);
}

static gboolean is_stale(const AnaSceneAsk *ask, const RepOperationSeen *operation)
{
    for (guint i = 0; ask->stale_reads && i < ask->stale_reads->len; i++) {
        const AnaStaleRead *read = &g_array_index(ask->stale_reads, AnaStaleRead, i);
        if (operation->kind == REP_READ && read->client == operation->client &&
            read->number == operation->number)
            return TRUE;
    }
    return FALSE;
}

static void add_answer(AnaScene *scene, const AnaSceneAsk *ask, const AnaTraceRecord *record)
{
    const AnaTrace *trace = ask->about->trace;
    const RepOperationSeen *operation = &record->seen.operation;
    guint lane = ana_scene_lane(scene, ana_trace_party(trace, record));
    if (lane == G_MAXUINT || operation->outcome == REP_NOT_STARTED)
        return;
    if (operation->outcome != REP_OK) {
        ana_scene_add_mark(scene, ANA_MARK_FAILED, lane, record->seen.at,
                           g_strdup(operation->outcome == REP_FAILED ? "refused" : "no answer"));
        return;
    }
    gboolean is_stale_read = is_stale(ask, operation);
    ana_scene_add_mark(scene, is_stale_read ? ANA_MARK_STALE : ANA_MARK_ANSWER, lane,
                       record->seen.at, ana_scene_answer_label(ask->about, record, is_stale_read));
    guint64 number = version_of(trace, record);
    if (operation->kind != REP_WRITE || !number || !trace->wants.has_focus ||
        operation->key != trace->wants.focus)
        return;
    AnaPromise promise = {record->seen.at, lane, number,
                          g_strdup_printf("v%" G_GUINT64_FORMAT " promised", number)};
    g_array_append_val(scene->promises, promise);
}

static void add_fault(AnaScene *scene, const AnaSceneAsk *ask, const RepObservation *seen)
{
    const char *name = ask->about->trace->world->faults[seen->fault.fault];
    ana_scene_add_mark(scene, ANA_MARK_FAULT, G_MAXUINT, seen->at,
                       g_strdup_printf("%s %s", name ? name : "fault",
                                       seen->kind == REP_OBS_FAULT_BEGAN ? "begins" : "ends"));
}

static void make_answers(AnaScene *scene, const AnaSceneAsk *ask)
{
    const AnaTrace *trace = ask->about->trace;
    for (guint i = 1; i <= ana_trace_n(trace); i++) {
        const AnaTraceRecord *record = ana_trace_at(trace, i);
        if (!ana_scene_shows(ask, i))
            continue;
        if (record->seen.kind == REP_OBS_OPERATION_ENDED)
            add_answer(scene, ask, record);
        else if (record->seen.kind == REP_OBS_FAULT_BEGAN ||
                 record->seen.kind == REP_OBS_FAULT_ENDED)
            add_fault(scene, ask, &record->seen);
    }
}

/* ---- the whole ---------------------------------------------------------------------------- */

/* From the first to the last thing that is drawn, within the window. */
static void find_span(AnaScene *scene, const AnaSceneAsk *ask)
{
    const AnaTrace *trace = ask->about->trace;
    SimTime first = SIM_NEVER, last = 0, end = MIN(trace->wants.to, trace->ended);
    end = ask->to ? MIN(end, ask->to) : end;
    for (guint i = 0; i < scene->arrows->len; i++) {
        const AnaArrow *arrow = &g_array_index(scene->arrows, AnaArrow, i);
        first = MIN(first, arrow->sent);
        last = MAX(last, arrow->ends);
    }
    for (guint i = 0; i < scene->marks->len; i++) {
        first = MIN(first, g_array_index(scene->marks, AnaMark, i).at);
        last = MAX(last, g_array_index(scene->marks, AnaMark, i).at);
    }
    for (guint i = 0; i < trace->holds->len; i++)
        last = MAX(last, g_array_index(trace->holds, AnaTraceHold, i).at);
    for (guint i = 1; i <= ana_trace_n(trace); i++) {
        const AnaTraceRecord *record = ana_trace_at(trace, i);
        gboolean is_change = record->seen.kind == REP_OBS_NODE_CHANGED ||
                             (record->seen.kind == REP_OBS_LEADERSHIP && record->seen.at > 0);
        if (!is_change || !ana_scene_shows(ask, i) ||
            ana_scene_lane(scene, (AnaTraceParty){.place = record->place}) == G_MAXUINT)
            continue;
        first = MIN(first, record->seen.at);
        last = MAX(last, record->seen.at);
    }
    first = MIN(MAX(first, MAX(trace->wants.from, ask->from)), end);
    last = MAX(MIN(last, end), first);
    scene->from = first;
    scene->to = MAX(last, first + 1);
}

/* A little time before and behind, of what is not folded. */
static void widen(AnaScene *scene)
{
    SimSpan margin = MAX(ana_scene_unfolded(scene) / MARGIN_SHARE, 1);
    SimTime from = MAX(scene->from - margin, 0), to = sim_time_after(scene->to, margin);
    for (guint i = 0; i < scene->stays->len; i++) {
        AnaStay *stay = &g_array_index(scene->stays, AnaStay, i);
        stay->from = stay->from == scene->from ? from : stay->from;
        stay->to = stay->to == scene->to ? to : stay->to;
    }
    scene->from = from;
    scene->to = to;
}

static gint by_time(gconstpointer a, gconstpointer b)
{
    const AnaMark *one = a, *other = b;
    if (one->at != other->at)
        return one->at < other->at ? -1 : 1;
    return (one->lane > other->lane) - (one->lane < other->lane);
}

static guint count_marks(const AnaScene *scene, AnaMarkKind kind)
{
    guint n = 0;
    for (guint i = 0; i < scene->marks->len; i++)
        n += g_array_index(scene->marks, AnaMark, i).kind == kind ? 1 : 0;
    return n;
}

static void describe(AnaScene *scene, const AnaSceneAsk *ask)
{
    const AnaTraceAbout *about = ask->about;
    guint lost = 0, late = 0;
    for (guint i = 0; i < scene->arrows->len; i++) {
        const AnaArrow *arrow = &g_array_index(scene->arrows, AnaArrow, i);
        lost += arrow->end == ANA_ARROW_IS_LOST ? 1 : 0;
        late += arrow->late > 0 ? 1 : 0;
    }
    scene->title = g_strdup_printf("%s · %s · replication %u", about->scenario, about->variant,
                                   about->replication);
    GString *text = g_string_new(NULL);
    g_string_append_printf(text,
                           "Space-time diagram from %.6f s to %.6f s of simulated time, with %u "
                           "participants and %u messages, of which %u were lost and %u late.",
                           (double)scene->from / 1e9, (double)scene->to / 1e9, scene->lanes->len,
                           scene->arrows->len, lost, late);
    g_string_append_printf(text, " %u answers to clients, %u of them stale; %u operations failed.",
                           count_marks(scene, ANA_MARK_ANSWER) + count_marks(scene, ANA_MARK_STALE),
                           count_marks(scene, ANA_MARK_STALE), count_marks(scene, ANA_MARK_FAILED));
    if (scene->focus)
        g_string_append_printf(text, " Colours of lines are the version of %s that a node holds.",
                               scene->focus);
    scene->description = g_string_free(text, FALSE);
}

AnaScene *ana_scene_new(const AnaSceneAsk *ask)
{
    const AnaTrace *trace = ask->about->trace;
    AnaScene *scene = g_new0(AnaScene, 1);
    scene->lanes = array_of(sizeof(AnaLane), clear_lane);
    scene->arrows = array_of(sizeof(AnaArrow), clear_arrow);
    scene->marks = array_of(sizeof(AnaMark), clear_mark);
    scene->stays = array_of(sizeof(AnaStay), clear_stay);
    scene->promises = array_of(sizeof(AnaPromise), clear_promise);
    scene->folds = array_of(sizeof(AnaFold), NULL);
    scene->regions = trace->world->regions;
    if (trace->wants.has_focus)
        scene->focus = ana_trace_key_name(trace, trace->wants.focus);
    ana_scene_make_lanes(scene, ask);
    make_arrows(scene, ask);
    make_answers(scene, ask);
    find_span(scene, ask);
    ana_scene_make_stays(scene, ask);
    g_array_sort(scene->marks, by_time);
    ana_scene_make_folds(scene);
    widen(scene);
    describe(scene, ask);
    return scene;
}
