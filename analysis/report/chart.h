/*
 * chart.h — charts of lines, steps, bands and points over one or several panels, as SVG.
 *
 * A chart carries what a reader who does not see it needs: a title, a description with the main
 * numbers, one sentence on how to read it, and its data as a table. Every line has its name at its
 * end; names are kept apart. Nothing depends on colour alone (palette.h).
 *
 *   AnaChart *chart = ana_chart_new("Lag", &x_axis, &y_axis);
 *   guint line = ana_chart_add(chart, &(AnaSeries){.name = "async", .style = 0});
 *   ana_chart_point(chart, line, &(AnaPoint){x, y, low, high});
 *   ana_chart_svg(chart, out);
 *
 * Panels (small multiples) share both axes. Texts are copied. A point whose y is NaN interrupts its
 * line; low and high, where they are not NaN, span a ribbon: the 95 % interval.
 */
#ifndef ANA_REPORT_CHART_H
#define ANA_REPORT_CHART_H

#include "analysis/report/picture.h"

#define ANA_CHART_WIDTH 960.0 /* of the picture; text is 13 */

typedef struct AnaAxis {
    AnaScaleKind kind;
    AnaTickForm form;
    const char *title; /* "lag", "share of writes" */
    double low, high;  /* NaN: where the data end, rounded */
} AnaAxis;

typedef enum AnaSeriesForm { ANA_SERIES_LINE, ANA_SERIES_STEP, ANA_SERIES_DOTS } AnaSeriesForm;

typedef struct AnaSeries {
    const char *name;  /* in the table, and at its end unless it is quiet */
    const char *label; /* at its end, where that is not the name; NULL: the name */
    guint style;       /* palette.h */
    AnaSeriesForm form;
    guint panel;
    gboolean is_thin;  /* a line beside the main ones: the worst replication, a tail */
    gboolean is_quiet; /* has no label */
} AnaSeries;

typedef struct AnaPoint {
    double x, y, low, high;
} AnaPoint;

typedef struct AnaChart AnaChart;

/* Ends of the axes are rounded outwards to ticks. */
AnaChart *ana_chart_new(const char *title, const AnaAxis *x, const AnaAxis *y);
void ana_chart_free(AnaChart *chart);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(AnaChart, ana_chart_free)

/* One sentence: how to read it; a paragraph: what it shows; both may be NULL. */
void ana_chart_describe(AnaChart *chart, const char *how_to_read, const char *description);
/* A further panel with a name of its own; without any there is one, nameless. Returns its number.
 * `height` holds for all panels: of the plotted area, in pixels (0: the default). */
guint ana_chart_add_panel(AnaChart *chart, const char *name);
void ana_chart_set_height(AnaChart *chart, double height);

guint ana_chart_add(AnaChart *chart, const AnaSeries *series);
/* x does not fall from point to point of a line. */
void ana_chart_point(AnaChart *chart, guint series, const AnaPoint *point);
/* A span of x in all panels, tinted: a fault. */
void ana_chart_add_band(AnaChart *chart, double from, double to, const char *label);
/* A value of x at which a line stands in all panels: a limit. */
void ana_chart_add_limit(AnaChart *chart, double x, const char *label);

const char *ana_chart_title(const AnaChart *chart);
const char *ana_chart_how_to_read(const AnaChart *chart); /* "" where there is none */
const char *ana_chart_description(const AnaChart *chart); /* "" where there is none */
gboolean ana_chart_is_empty(const AnaChart *chart);       /* no point has a place */

/* The picture; `id` is unique in the page (letters, digits, '-'). With `alone` it is a document of
 * its own: namespace, size and fonts are given. */
void ana_chart_svg(const AnaChart *chart, const char *id, gboolean alone, GString *out);

/* The same without its outermost element; caller frees. */
AnaPicture *ana_chart_picture(const AnaChart *chart);

/* Calls `row` for each line of the data table: panel ("" where there is one), series, x, y, and the
 * interval ("" where there is none), as people read them; at most about `most` rows a series. */
typedef void (*AnaChartRow)(void *data, const char *const cells[5]);
void ana_chart_table(const AnaChart *chart, guint most, AnaChartRow row, void *data);
gboolean ana_chart_has_panels(const AnaChart *chart);
gboolean ana_chart_has_intervals(const AnaChart *chart);
const char *ana_chart_axis_title(const AnaChart *chart, gboolean is_y);

#endif
