/*
 * scene.h — a space-time diagram before it is drawn: who takes part, which arrows go from whom to
 * whom and when, what every node is and holds meanwhile, and where idle time is folded (DDIA ch. 5
 * draws its stories so; the rules are ux.md §7.4).
 *
 * A scene knows neither pixels nor characters: scene_svg.h and scene_text.h draw the same one. It
 * is a pure function of a trace and of which of its records are shown.
 *
 * - Lanes are ordered by region; in a region nodes by number, each behind the clients that talk
 *   most to it, then failover agents. Who takes part in nothing has no lane. More than
 *   ANA_SCENE_LANES_MAX make the sessions of a region one lane.
 * - Time is to scale. An idle stretch (nothing happens, and no message is under way) longer than a
 *   tenth of what is left is folded; one with messages under way only where it is three quarters.
 * - Which reads were stale is the meters' affair, and handed in.
 */
#ifndef ANA_TRACE_SCENE_H
#define ANA_TRACE_SCENE_H

#include "analysis/trace/words.h"

#define ANA_SCENE_LANES_MAX 12u
#define ANA_SCENE_MESSAGES_MAX 400u

typedef enum AnaLaneKind { ANA_LANE_NODE, ANA_LANE_AGENT, ANA_LANE_CLIENTS } AnaLaneKind;

typedef struct AnaLane {
    AnaTraceParty party; /* of merged sessions: .client 0 */
    AnaLaneKind kind;
    int region;
    char *name;
} AnaLane;

typedef enum AnaArrowKind {
    ANA_ARROW_REQUEST, /* of clients */
    ANA_ARROW_REPLY,
    ANA_ARROW_DATA, /* between nodes */
    ANA_ARROW_ACK
} AnaArrowKind;

typedef enum AnaArrowEnd { ANA_ARROW_ARRIVES, ANA_ARROW_IS_LOST, ANA_ARROW_GOES_ON } AnaArrowEnd;

typedef struct AnaArrow {
    guint from, to; /* lanes */
    SimTime sent;   /* may lie before the scene */
    SimTime ends;   /* arrival or loss; GOES_ON: planned, behind the scene */
    AnaArrowKind kind;
    AnaArrowEnd end;
    char *label; /* short; NULL: none */
    char *title; /* whole: what, from whom, to whom, how long */
    double late; /* quantile of its delay on that link where it is above 0.99, else 0 */
} AnaArrow;

typedef enum AnaMarkKind {
    ANA_MARK_CRASH,  /* down from here */
    ANA_MARK_RETURN, /* up again */
    ANA_MARK_LEADS,
    ANA_MARK_ANSWER, /* what a client is told */
    ANA_MARK_STALE,  /* … that is older than what was promised */
    ANA_MARK_FAILED, /* … nothing: refused, or no answer in time */
    ANA_MARK_FAULT   /* of the world: on no lane */
} AnaMarkKind;

typedef struct AnaMark {
    AnaMarkKind kind;
    guint lane; /* G_MAXUINT: none */
    SimTime at;
    char *label;
} AnaMark;

/* A node over a stretch of time in which nothing about it changes. */
typedef struct AnaStay {
    guint lane;
    SimTime from, to;
    RepNodeState state;
    gboolean leads;
    guint64 version; /* newest of the key in focus; 0: none */
    char *label;     /* where it holds something else than before; NULL: it does not */
} AnaStay;

/* From here on a client has been told that its write is done. */
typedef struct AnaPromise {
    SimTime at;
    guint lane;
    guint64 version;
    char *label;
} AnaPromise;

typedef struct AnaFold {
    SimTime from, to;
} AnaFold;

typedef struct AnaScene {
    SimTime from, to;
    GArray *lanes;    /* AnaLane */
    GArray *arrows;   /* AnaArrow, by the time of sending */
    GArray *marks;    /* AnaMark, by time */
    GArray *stays;    /* AnaStay, by lane and time */
    GArray *promises; /* AnaPromise, by time */
    GArray *folds;    /* AnaFold, by time */
    char *title, *description;
    char *focus;                /* name of the key whose versions colour the lines; NULL: none */
    const char *const *regions; /* borrowed */
    gboolean are_sessions_merged;
} AnaScene;

/* How likely a delay is at most so long on the link from one place to another; NaN: not known. */
typedef double (*AnaDelayLaw)(void *data, gint32 from, gint32 to, SimSpan delay, SimTime sent);

typedef struct AnaSceneAsk {
    const AnaTraceAbout *about;
    const guint8 *shown;
    AnaDelayLaw law; /* NULL: nothing is late */
    void *law_data;
    SimTime from, to; /* what lies outside is not drawn; to 0: the whole window of the trace */
    const GArray *stale_reads; /* AnaStaleRead, of the meters; NULL: none is */
    guint64 version; /* only where a node comes to have this one is said; 0: every change is */
} AnaSceneAsk;

AnaScene *ana_scene_new(const AnaSceneAsk *ask);
void ana_scene_free(AnaScene *scene);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(AnaScene, ana_scene_free)

/* Messages that a scene of these records would have. */
guint ana_scene_messages(const AnaSceneAsk *ask);

/* ---- time --------------------------------------------------------------------------------- */

/* Where an instant stands: `per_ns` for each unfolded ns, `fold` for each fold; 0 at the begin. */
double ana_scene_at(const AnaScene *scene, SimTime at, double per_ns, double fold);
/* ns that are not folded away. */
SimSpan ana_scene_unfolded(const AnaScene *scene);

/* ---- windows ------------------------------------------------------------------------------ */

typedef struct AnaSceneWindow {
    SimTime from, to; /* round */
    guint messages;
    char *why; /* "outage begins"; owned by the caller */
} AnaSceneWindow;

/* Up to three windows of at most `most` messages, about what is worth looking at first; by time.
 * How many there are. */
guint ana_scene_windows(const AnaSceneAsk *ask, guint most, AnaSceneWindow windows[3]);

#endif
