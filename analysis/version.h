/*
 * version.h — private to analysis/: the place of an entry in one number.
 */
#ifndef ANA_VERSION_H
#define ANA_VERSION_H

#include "models/observation.h"
#include "sim/check.h"

/* (term, index) in one number that orders as the log does; 0: no entry. */
typedef guint64 AnaVersion;

enum { ANA_VERSION_INDEX_BITS = 44 };

static inline AnaVersion ana_version_pack(RepVersion version)
{
    SIM_CHECK(version.index < (guint64)1 << ANA_VERSION_INDEX_BITS &&
                  version.term < 1u << (64 - ANA_VERSION_INDEX_BITS),
              "entry %u/%" G_GUINT64_FORMAT " does not fit", version.term, version.index);
    return version.index ? (guint64)version.term << ANA_VERSION_INDEX_BITS | version.index : 0;
}

static inline guint32 ana_version_term(AnaVersion version)
{
    return (guint32)(version >> ANA_VERSION_INDEX_BITS);
}
static inline guint64 ana_version_index(AnaVersion version)
{
    return version & (((guint64)1 << ANA_VERSION_INDEX_BITS) - 1);
}

#endif
