/*
 * course_csv.h — the two tables behind the curves of a report: series.csv and histograms.csv.
 *
 *   series.csv      run,variant,series,node,from,to,stat,unit,value,count
 *
 * availability(reads) and availability(writes) by span of simulated time, lag by node and span
 * (p50, p99), and stale_rate by time since the latest acknowledgement of the key. `from` and `to`
 * are ns; `count` is the number of reads behind a share of stale ones, else empty. Spans in which
 * nothing happened have no row.
 *
 *   histograms.csv  run,variant,metric,filter,unit,from,to,count
 *
 * Every distribution of the whole run: how many values lie in [from, to], in sixteenths of an
 * octave or, where values are small, one by one. Both are RFC 4180, like metrics.csv.
 */
#ifndef ANA_COURSE_CSV_H
#define ANA_COURSE_CSV_H

#include "analysis/csv.h"

/* FALSE where the sink stopped it. Variants whose course was not kept have no rows. */
gboolean ana_series_csv_write(const AnaResult *result, const char *run, AnaSink sink, void *data);
gboolean ana_histograms_csv_write(const AnaResult *result, const char *run, AnaSink sink,
                                  void *data);

#endif
