/*
 * scene_text.h — a space-time diagram in characters: time runs down, one row an event.
 *
 * Idle time between events is as many empty rows as the scale gives, so that the picture is to
 * scale as far as rows go; folds are a row of their own with their length. A message leaves its
 * lane in one row, runs down beside that of its receiver, and enters in the row of its arrival.
 */
#ifndef ANA_TRACE_SCENE_TEXT_H
#define ANA_TRACE_SCENE_TEXT_H

#include "analysis/trace/scene.h"

/* UTF-8, lines of at most `width` columns where the lanes have room in it; the caller frees. */
char *ana_scene_text(const AnaScene *scene, int width);

#endif
