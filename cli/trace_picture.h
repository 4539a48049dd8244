/*
 * trace_picture.h — space-time diagrams of `trace`: made, unless they would be too large, and
 * written.
 */
#ifndef CLI_TRACE_PICTURE_H
#define CLI_TRACE_PICTURE_H

#include "analysis/trace/scene_svg.h"
#include "cli/status.h"
#include "models/setup.h"

#include <stdio.h>

/* The law of delays is filled in. CLI_OK and *scene; or CLI_USAGE after an error that names windows
 * which fit. */
CliStatus cli_trace_scene(const AnaSceneAsk *wanted, const RepSetup *setup, guint most,
                          AnaScene **scene);
/* To a file; FALSE where it failed. */
gboolean cli_trace_svg(const AnaScene *scene, AnaTimeRuns runs, FILE *file);
gboolean cli_trace_text(const AnaScene *scene, FILE *file);
/* As text for the terminal; the caller frees. */
char *cli_trace_characters(const AnaScene *scene);
/* On standard output. */
CliStatus cli_trace_print(const AnaScene *scene);

#endif
