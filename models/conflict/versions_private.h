/* versions_private.h — what versions.c and sets.c share. */
#ifndef REP_VERSIONS_PRIVATE_H
#define REP_VERSIONS_PRIVATE_H

#include "models/conflict/conflict.h"

typedef struct RepVersionKey {
    guint64 key;
    guint64 last_serial;       /* 0: the slot is free */
    guint32 oldest, newest;    /* of the writes that are left; 0: none */
    SimIntervals *in_conflict; /* serials within reach that are in a pair; NULL: none yet; owned */
} RepVersionKey;

RepWrite *rep_versions_write_at(const RepVersions *versions, guint32 number);
/* A set holds the write, or holds it no longer; a live one. */
void rep_versions_count_set(RepVersions *versions, guint32 number, int change);
void rep_versions_count_live(RepVersions *versions, guint32 number, int change);

/* Writes that nobody holds any more end, all at one moment. */
void rep_versions_end_all(RepVersions *versions);
/* In a cover of `key` that has many ranges, gaps beyond reach are closed where no write is left. */
void rep_versions_close_gaps(const RepVersions *versions, guint64 key, SimIntervals *cover);

guint32 rep_sets_of_one(RepVersions *versions, guint32 write);
static inline guint32 rep_set_number(const RepVersionSet *set, guint32 i)
{
    return set->n == 1 ? set->one : set->many[i];
}

#endif
