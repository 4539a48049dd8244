/*
 * labels.h — labels that do not cover each other.
 */
#ifndef ANA_REPORT_LABELS_H
#define ANA_REPORT_LABELS_H

#include <glib.h>

/* Moves n places, in the order of their wishes (ties: as given), so that neighbours are at least
 * `gap` apart and all lie in [low, high], with the least sum of squared moves. Where there is no
 * room for all they are spread evenly, closer than `gap`. */
void ana_labels_spread(double *at, gsize n, double gap, double low, double high);

typedef struct AnaBox {
    double x, y, width, height; /* x, y: the upper left corner */
} AnaBox;

gboolean ana_boxes_meet(const AnaBox *a, const AnaBox *b);

/* Puts a label of this size beside the point: to the right, left, above or below, or in the same
 * order further and further away, whichever first meets none of `taken` (of AnaBox) and lies within
 * `frame`; where none does, as near to the right of it as the frame allows. The box is added to
 * `taken`. */
AnaBox ana_label_place(GArray *taken, const AnaBox *frame, double x, double y, const AnaBox *size);

#endif
