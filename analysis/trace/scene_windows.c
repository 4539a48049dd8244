/* scene_windows.c — windows that fit into a picture; see scene.h. */
#include "analysis/trace/scene_private.h"

#include <stdlib.h>

/* Something worth looking at. */
typedef struct Point {
    SimTime at;
    guint weight;
    guint record;
} Point;

static guint weight_of(const AnaTraceRecord *record)
{
    switch ((int)record->seen.kind) {
    case REP_OBS_FAULT_BEGAN:
        return 5;
    case REP_OBS_TRUNCATED:
        return 5;
    case REP_OBS_LEADERSHIP:
        return record->seen.at > 0 ? 4 : 0;
    case REP_OBS_NODE_CHANGED:
    case REP_OBS_FAULT_ENDED:
        return 3;
    case REP_OBS_OPERATION_ENDED:
        return record->seen.operation.outcome == REP_UNKNOWN ||
                       record->seen.operation.outcome == REP_FAILED
                   ? 2
                   : 1;
    default:
        return 0;
    }
}

static gint by_weight(gconstpointer a, gconstpointer b)
{
    const Point *one = a, *other = b;
    if (one->weight != other->weight)
        return one->weight > other->weight ? -1 : 1;
    return (one->record > other->record) - (one->record < other->record);
}

static gint by_begin(gconstpointer a, gconstpointer b)
{
    const AnaSceneWindow *one = a, *other = b;
    return (one->from > other->from) - (one->from < other->from);
}

static gint by_value(gconstpointer a, gconstpointer b)
{
    SimTime one = *(const SimTime *)a, other = *(const SimTime *)b;
    return (one > other) - (one < other);
}

/* Begins and ends of messages, apart, ascending: how many touch a window is a difference. */
typedef struct Messages {
    GArray *sent, *ends;
} Messages;

static guint below(const GArray *times, SimTime at)
{
    guint low = 0, high = times->len;
    while (low < high) {
        guint middle = low + (high - low) / 2;
        if (g_array_index(times, SimTime, middle) < at)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static guint touching(const Messages *messages, SimTime from, SimTime to)
{
    return below(messages->sent, to + 1) - below(messages->ends, from);
}

static Messages messages_of(const AnaSceneAsk *ask)
{
    const AnaTrace *trace = ask->about->trace;
    Messages messages = {g_array_new(FALSE, FALSE, sizeof(SimTime)),
                         g_array_new(FALSE, FALSE, sizeof(SimTime))};
    for (guint i = 1; i <= ana_trace_n(trace); i++) {
        const RepObservation *seen = &ana_trace_at(trace, i)->seen;
        if (!ana_scene_shows(ask, i) ||
            (seen->kind != REP_OBS_MESSAGE_ARRIVED && seen->kind != REP_OBS_MESSAGE_DROPPED))
            continue;
        g_array_append_val(messages.sent, seen->message.sent);
        g_array_append_val(messages.ends, seen->at);
    }
    g_array_sort(messages.sent, by_value);
    g_array_sort(messages.ends, by_value);
    return messages;
}

/* The widest round window about an instant, a third of it before, with few enough messages. */
static gboolean fit(const Messages *messages, SimTime at, guint most, AnaSceneWindow *window)
{
    static const SimSpan steps[] = {SIM_S,       500 * SIM_MS, 200 * SIM_MS, 100 * SIM_MS,
                                    50 * SIM_MS, 20 * SIM_MS,  10 * SIM_MS,  5 * SIM_MS,
                                    2 * SIM_MS,  SIM_MS,       100 * SIM_US};
    for (gsize i = 0; i < G_N_ELEMENTS(steps); i++) {
        SimTime start = at / steps[i] * steps[i];
        window->from = MAX(start - steps[i], 0);
        window->to = start + 2 * steps[i];
        window->messages = touching(messages, window->from, window->to);
        if (window->messages <= most)
            return TRUE;
    }
    return FALSE;
}

static gboolean meets(const AnaSceneWindow *windows, guint n, const AnaSceneWindow *window)
{
    for (guint i = 0; i < n; i++)
        if (windows[i].from < window->to && window->from < windows[i].to)
            return TRUE;
    return FALSE;
}

guint ana_scene_windows(const AnaSceneAsk *ask, guint most, AnaSceneWindow windows[3])
{
    const AnaTrace *trace = ask->about->trace;
    g_autoptr(GArray) points = g_array_new(FALSE, FALSE, sizeof(Point));
    Messages messages = messages_of(ask);
    guint n = 0;
    for (guint i = 1; i <= ana_trace_n(trace); i++) {
        const AnaTraceRecord *record = ana_trace_at(trace, i);
        Point point = {record->seen.at, weight_of(record), i};
        if (point.weight && ana_scene_shows(ask, i))
            g_array_append_val(points, point);
    }
    g_array_sort(points, by_weight);
    for (guint i = 0; i < points->len && n < 3; i++) {
        const Point *point = &g_array_index(points, Point, i);
        AnaSceneWindow window = {0};
        if (!fit(&messages, point->at, most, &window) || meets(windows, n, &window) ||
            window.messages == 0)
            continue;
        window.why = ana_trace_text(ask->about, ana_trace_at(trace, point->record));
        windows[n++] = window;
    }
    qsort(windows, n, sizeof *windows, by_begin);
    g_array_unref(messages.sent);
    g_array_unref(messages.ends);
    return n;
}
