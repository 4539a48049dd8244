/*
 * scene_svg.h — a space-time diagram as a picture.
 *
 * Time runs down, or to the right as in books; labels are horizontal either way. No two labels
 * cover each other: one that finds no room near its arrow is left out, and what it would have said
 * is still in the arrow's title.
 */
#ifndef ANA_TRACE_SCENE_SVG_H
#define ANA_TRACE_SCENE_SVG_H

#include "analysis/report/picture.h"
#include "analysis/trace/scene.h"

typedef enum AnaTimeRuns { ANA_TIME_BY_SIZE, ANA_TIME_DOWN, ANA_TIME_RIGHT } AnaTimeRuns;

/* BY_SIZE: to the right where there are few events, else down. The caller frees. */
AnaPicture *ana_scene_picture(const AnaScene *scene, AnaTimeRuns runs);

/* ---- for tests ---------------------------------------------------------------------------- */

/* The boxes of all labels, in the order in which they were placed. */
GArray *ana_scene_label_boxes(const AnaScene *scene, AnaTimeRuns runs);

#endif
