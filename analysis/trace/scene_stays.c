/* scene_stays.c — nodes over time: up, down or paused, leading or not, and what they hold; see
 * scene.h. */
#include "analysis/trace/scene_private.h"

typedef struct Now {
    AnaStay stay;
    guint leads; /* logs */
} Now;

/* The present stretch ends, and one like it begins. */
static AnaStay *turn(AnaScene *scene, Now *now, SimTime at)
{
    AnaStay ended = now->stay;
    if (at > ended.from) {
        ended.to = at;
        g_array_append_val(scene->stays, ended);
        now->stay.label = NULL;
        now->stay.from = at;
    }
    return &now->stay;
}

static void change_node(AnaScene *scene, Now *now, const RepObservation *seen)
{
    AnaStay *stay = turn(scene, now, seen->at);
    RepNodeState state = (RepNodeState)seen->node.state;
    gboolean is_drawn = seen->at >= scene->from;
    if (is_drawn && state == REP_NODE_DOWN)
        ana_scene_add_mark(scene, ANA_MARK_CRASH, stay->lane, seen->at, g_strdup("down"));
    else if (is_drawn && stay->state == REP_NODE_DOWN)
        ana_scene_add_mark(scene, ANA_MARK_RETURN, stay->lane, seen->at, g_strdup("up"));
    stay->state = state;
}

static void change_leadership(AnaScene *scene, Now *now, const RepObservation *seen)
{
    AnaStay *stay = turn(scene, now, seen->at);
    if (seen->leadership.leads)
        now->leads++;
    else if (now->leads > 0)
        now->leads--;
    stay->leads = now->leads > 0;
    if (seen->leadership.leads && seen->at > 0 && seen->at >= scene->from)
        ana_scene_add_mark(scene, ANA_MARK_LEADS, stay->lane, seen->at,
                           g_strdup_printf("leads, term %u", seen->leadership.term));
}

static void change_hold(AnaScene *scene, Now *now, const AnaTraceHold *hold, const AnaSceneAsk *ask)
{
    AnaStay *stay = turn(scene, now, MAX(hold->at, scene->from));
    stay->version = hold->version;
    g_free(stay->label);
    stay->label = ask->version && hold->version != ask->version ? NULL : g_strdup(hold->label);
}

static void make_stays_of(AnaScene *scene, const AnaSceneAsk *ask, guint lane)
{
    const AnaTrace *trace = ask->about->trace;
    gint32 node = g_array_index(scene->lanes, AnaLane, lane).party.place;
    Now now = {.stay = {.lane = lane,
                        .from = scene->from,
                        .state = (RepNodeState)trace->down_at_start[node],
                        .leads = trace->leads_at_start[node] > 0},
               .leads = trace->leads_at_start[node]};
    guint hold = 0;
    for (guint i = 1; i <= ana_trace_n(trace) + 1; i++) {
        const AnaTraceRecord *record = i <= ana_trace_n(trace) ? ana_trace_at(trace, i) : NULL;
        for (; hold < trace->holds->len; hold++) {
            const AnaTraceHold *next = &g_array_index(trace->holds, AnaTraceHold, hold);
            if ((record && next->at > record->seen.at) || next->at > scene->to)
                break;
            if (next->node == node)
                change_hold(scene, &now, next, ask);
        }
        if (!record || record->place != node || record->seen.at > scene->to)
            continue;
        if (record->seen.kind == REP_OBS_NODE_CHANGED)
            change_node(scene, &now, &record->seen);
        else if (record->seen.kind == REP_OBS_LEADERSHIP)
            change_leadership(scene, &now, &record->seen);
    }
    now.stay.to = scene->to;
    g_array_append_val(scene->stays, now.stay);
}

void ana_scene_make_stays(AnaScene *scene, const AnaSceneAsk *ask)
{
    for (guint lane = 0; lane < scene->lanes->len; lane++)
        if (g_array_index(scene->lanes, AnaLane, lane).kind == ANA_LANE_NODE)
            make_stays_of(scene, ask, lane);
}
