/*
 * explain_text.h — what `explain` prints: what was read and missed, the diagram, and the numbered
 * reasons.
 */
#ifndef CLI_EXPLAIN_TEXT_H
#define CLI_EXPLAIN_TEXT_H

#include "analysis/trace/scene.h"
#include "analysis/trace/why_stale.h"
#include "cli/replay.h"

typedef struct CliExplain {
    const CliReplay *replay;
    const AnaStaleRead *read;
    double rank; /* share of stale reads that are less old … */
    guint of;    /* … of so many */
    gboolean is_oldest;
    AnaTraceAbout about;
    AnaWhyStale why;
    const AnaScene *scene;
} CliExplain;

void cli_explain_stale(CliPage *page, const CliExplain *explain);

#endif
