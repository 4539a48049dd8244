/*
 * palette.h — how variants are told apart: colour, dash and end marker together (ux.md §7.3).
 *
 * The colours were found by search: every pair, the baseline included, is at least 34 CIELAB units
 * apart for normal, protan, deutan and tritan vision, and has a contrast of at least 3.2 : 1 with
 * the page (4.7 : 1 with the dark one). Charts carry the light colours as attributes, so they stand
 * alone in any viewer, and classes (s0 … s5 for strokes, f0 … f5 for areas), by which the style
 * sheet of a page replaces them through variables, for dark pages and for print.
 *
 * Style 0 is the baseline, 1 … 4 are variants, 5 is every further one: grey.
 */
#ifndef ANA_REPORT_PALETTE_H
#define ANA_REPORT_PALETTE_H

#include <glib.h>

#define ANA_STYLES 6u

typedef enum AnaMarker {
    ANA_MARKER_NONE,
    ANA_MARKER_CIRCLE,
    ANA_MARKER_SQUARE,
    ANA_MARKER_TRIANGLE,
    ANA_MARKER_DIAMOND
} AnaMarker;

typedef struct AnaStyle {
    const char *light, *dark; /* "#348FF9" */
    const char *dash;         /* of stroke-dasharray; NULL: solid */
    AnaMarker marker;
} AnaStyle;

/* Of variant number `style`; beyond the last, the last. */
const AnaStyle *ana_style(guint style);

/* A marker about a point, its area filled in the style's colour. Nothing for MARKER_NONE. */
void ana_marker_svg(GString *out, guint style, double x, double y);
/* A short line and the marker at its end, 40 × 12, for legends. */
void ana_swatch_svg(GString *out, guint style);
/* The variables of light and dark pages, and the rules that apply them. */
void ana_palette_css(GString *out);

#endif
