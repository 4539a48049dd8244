/* chart_private.h — private to analysis/report: the inside of an AnaChart. */
#ifndef ANA_REPORT_CHART_PRIVATE_H
#define ANA_REPORT_CHART_PRIVATE_H

#include "analysis/report/chart.h"

typedef struct AnaLine {
    AnaSeries given; /* texts are owned */
    GArray *points;  /* AnaPoint */
} AnaLine;

typedef struct AnaBand {
    double from, to; /* equal: a limit */
    char *label;
} AnaBand;

struct AnaChart {
    char *title, *how, *description;
    AnaAxis x, y;  /* titles are owned */
    GArray *lines; /* AnaLine */
    GArray *bands; /* AnaBand: faults and limits */
    GPtrArray *panels;
    double height;
};

/* The scales of a chart, with ends from the axes or the data, but no pixels yet. */
AnaScale ana_chart_scale(const AnaChart *chart, gboolean is_y, guint most);

static inline const AnaLine *ana_chart_line(const AnaChart *chart, guint i)
{
    return &g_array_index(chart->lines, AnaLine, i);
}

static inline guint ana_chart_n_panels(const AnaChart *chart)
{
    return MAX(chart->panels->len, 1);
}

#endif
