/* scene_private.h — private to analysis/trace: the parts that make a scene. */
#ifndef ANA_TRACE_SCENE_PRIVATE_H
#define ANA_TRACE_SCENE_PRIVATE_H

#include "analysis/trace/scene.h"

/* scene_lanes.c: lanes in their order, from the records that are shown. */
void ana_scene_make_lanes(AnaScene *scene, const AnaSceneAsk *ask);
/* The lane of a party, or G_MAXUINT. */
guint ana_scene_lane(const AnaScene *scene, AnaTraceParty party);

/* scene_labels.c: what stands at an arrow (NULL: nothing) and at an answer. */
char *ana_scene_arrow_label(const AnaTraceAbout *about, const RepMessageSeen *message);
char *ana_scene_answer_label(const AnaTraceAbout *about, const AnaTraceRecord *record,
                             gboolean is_stale);

/* scene_stays.c: what nodes are and hold; and crashes, returns, leaderships. */
void ana_scene_make_stays(AnaScene *scene, const AnaSceneAsk *ask);

/* scene_time.c: from the arrows and all other instants. */
void ana_scene_make_folds(AnaScene *scene);

static inline gboolean ana_scene_shows(const AnaSceneAsk *ask, guint number)
{
    return !ask->shown || ask->shown[number - 1];
}

static inline gboolean ana_scene_is_message(const RepObservation *seen)
{
    return seen->kind == REP_OBS_MESSAGE_SENT || seen->kind == REP_OBS_MESSAGE_ARRIVED ||
           seen->kind == REP_OBS_MESSAGE_DROPPED;
}

void ana_scene_add_mark(AnaScene *scene, AnaMarkKind kind, guint lane, SimTime at, char *label);

#endif
