/* scene_canvas.h — private to analysis/trace: where things stand in a picture of a scene. */
#ifndef ANA_TRACE_SCENE_CANVAS_H
#define ANA_TRACE_SCENE_CANVAS_H

#include "analysis/report/labels.h"
#include "analysis/trace/scene_svg.h"

typedef struct AnaPlace {
    double x, y;
} AnaPlace;

typedef struct AnaCanvas {
    const AnaScene *scene;
    AnaPicture *picture;
    gboolean is_down; /* time runs down */
    double per_ns;    /* px */
    double left, top; /* of the field: first lane's edge, begin of time */
    double lane;      /* px from lane to lane */
    double length;    /* of time, px */
    AnaBox frame;     /* labels stay in it */
    GArray *labels;   /* AnaBox: taken by labels */
    GArray *lines;    /* AnaBox: of lanes, which labels keep clear of where they can */
} AnaCanvas;

#define ANA_CANVAS_FOLD 26.0
#define ANA_CANVAS_TEXT 12.5

/* Lane may lie between two; time is clipped to the scene. */
AnaPlace ana_canvas_at(const AnaCanvas *canvas, double lane, SimTime at);
double ana_canvas_time(const AnaCanvas *canvas, SimTime at); /* px from the begin */
double ana_canvas_breadth(const AnaCanvas *canvas);          /* of all lanes, px */

/* Writes a text at that of n places (centres) where it meets no other text and the fewest lines,
 * the first of such; FALSE: at none. With `insists` at the first. Style: "ink", "soft"; weight 400
 * or 600. */
gboolean ana_canvas_label(AnaCanvas *canvas, const AnaPlace *places, guint n, const char *text,
                          const char *class, int weight, gboolean insists);

/* ---- scene_ground.c ----------------------------------------------------------------------- */

void ana_canvas_bands(AnaCanvas *canvas);
void ana_canvas_names(AnaCanvas *canvas);
void ana_canvas_lanes(AnaCanvas *canvas);
void ana_canvas_ticks(AnaCanvas *canvas);
void ana_canvas_folds(AnaCanvas *canvas);
void ana_canvas_line(AnaCanvas *canvas, AnaPlace a, AnaPlace b, const char *class,
                     const char *stroke, double width, const char *dash);
/* Across all lanes, at so many px from the begin of time. */
void ana_canvas_across(AnaCanvas *canvas, double along, const char *class, const char *stroke,
                       double width, const char *dash);
/* Of a version (palette.h): grey before there is any; then four colours in turn. */
guint ana_canvas_style(const AnaScene *scene, guint64 version);

#endif
