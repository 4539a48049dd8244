/* scene_rows.h — private to analysis/trace: the rows of a diagram in characters. */
#ifndef ANA_TRACE_SCENE_ROWS_H
#define ANA_TRACE_SCENE_ROWS_H

#include "analysis/trace/scene.h"

typedef enum AnaTextRowKind {
    ANA_ROW_ARRIVES,
    ANA_ROW_HOLDS,
    ANA_ROW_MARKS,
    ANA_ROW_SENDS,
    ANA_ROW_PASSES,
    ANA_ROW_FOLDS
} AnaTextRowKind;

typedef struct AnaTextRow {
    SimTime at;
    AnaTextRowKind kind;
    guint item;  /* arrow, stay, mark or fold */
    guint order; /* of equal instants and kinds */
    guint host;  /* of a mark that needs no row of its own: row + 1 of the arrival it goes with */
} AnaTextRow;

/* All rows, from the top (of AnaTextRow; the caller unrefs). Marks that go into the row of a
 * message that arrives at that instant are added to `guests` instead; their texts have at most
 * `room` columns. */
GArray *ana_text_rows(const AnaScene *scene, GArray *guests, int room);
/* Both of its ends have lanes of their own. */
gboolean ana_text_is_drawn(const AnaArrow *arrow);

#endif
