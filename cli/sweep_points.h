/*
 * sweep_points.h — the scenario at each point of a sweep.
 */
#ifndef CLI_SWEEP_POINTS_H
#define CLI_SWEEP_POINTS_H

#include "cli/run_options.h"
#include "cli/runs.h"
#include "cli/vary.h"

/* Reads the file once and checks it at each point: CliInput, in the order of the points, owned by
 * the array. Mistakes of the first point that has any are printed, and with
 * `warns` the warnings of the first point, which stand for all. */
CliStatus cli_points_read(CliRunOptions *options, const char *file, const GArray *axes,
                          const GArray *points, gboolean warns, GPtrArray **inputs);
/* What runs are asked at these points. */
CliRunsRequest cli_points_request(const CliRunOptions *options, const GPtrArray *inputs);

#endif
