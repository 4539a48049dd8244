/*
 * hdr_log.h — distributions as a log of HdrHistogram, for the plotters and scripts that people
 * have.
 *
 * One line a distribution of times: tagged VARIANT:METRIC{filters}, with commas and spaces
 * replaced, the measured part as its interval, the maximum in ms, and the histogram in the V2
 * encoding, compressed, in base 64. Values are ns with 3 significant digits. The buckets of hist.h
 * are those of HdrHistogram with 3 digits, so every count stands where a recorder would have put
 * it; what is lost is the sum within a bucket.
 *
 * Format: github.com/HdrHistogram, "Histogram log format version 1.3" and "V2 encoding". The bytes
 * depend on the version of zlib; the counts do not.
 */
#ifndef ANA_HDR_LOG_H
#define ANA_HDR_LOG_H

#include "analysis/result.h"

void ana_hdr_log_write(const AnaResult *result, const char *version, GString *out);
/* One histogram, as the last field of a line holds it; caller frees. */
char *ana_hdr_encode(const AnaHist *hist);

#endif
