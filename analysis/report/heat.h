/*
 * heat.h — heat maps: one cell for each value of one knob with each of another.
 *
 * One hue, the stronger the more; where nothing was seen at all a cell is hatched at its foot. What
 * a cell stands for is written in it as well, and the region that passes is outlined, so nothing
 * depends on colour. Text keeps a contrast of 4.5 : 1 at every strength, on light and dark pages.
 */
#ifndef ANA_REPORT_HEAT_H
#define ANA_REPORT_HEAT_H

#include "analysis/report/picture.h"

typedef struct AnaHeatCell {
    char *text, *below; /* owned by the caller; NULL: nothing there */
    double share;       /* 0 … 1: how strong; NaN: nothing is known */
    gboolean is_zero;   /* nothing was seen */
    gboolean is_marked; /* within the outline */
} AnaHeatCell;

typedef struct AnaHeat {
    const char *title;          /* above it; NULL: none */
    const char *down, *across;  /* what rows and columns are */
    const char *const *rows;    /* their values */
    const char *const *columns; /* likewise */
    guint n_rows, n_columns;
    const AnaHeatCell *cells; /* row by row */
} AnaHeat;

/* Below each other. */
void ana_heat_maps(AnaPicture *picture, const AnaHeat *maps, guint n);

#endif
