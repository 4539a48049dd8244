/*
 * svg_look.h — looking at SVG and HTML as a reader does: is it well formed, which texts stand
 * where, do any cover each other, does it ask for anything from outside?
 */
#ifndef TEST_SVG_LOOK_H
#define TEST_SVG_LOOK_H

#include <glib.h>

typedef struct SvgText {
    char *text; /* owned */
    double left, right, top, bottom;
} SvgText;

typedef struct SvgLook {
    char *error;      /* not well formed: why; NULL: it is */
    GArray *texts;    /* SvgText, in order */
    GPtrArray *paths; /* char *: the d of each path */
    char *title, *description;
    guint n_elements;
    double least_size;  /* of text; 0: none is given */
    GPtrArray *outside; /* char *: src, href and url() that leave the page */
    GPtrArray *ids;     /* char * */
} SvgLook;

/* Of one element with all that is in it. */
SvgLook *svg_look_new(const char *svg);
void svg_look_free(SvgLook *look);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(SvgLook, svg_look_free)

/* Two texts that cover each other: "a / b", or NULL; caller frees. */
char *svg_look_collision(const SvgLook *look);
gboolean svg_look_has_text(const SvgLook *look, const char *text);

#endif
