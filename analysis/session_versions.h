/*
 * session_versions.h — private to analysis/: which version of which key each session must not fall
 * behind.
 *
 * Something happened to a session (its write was acknowledged, its read was answered), and from
 * then on what it reads of a key ought not to be older than a version. A read is judged when it is
 * answered, against everything noted at or before its start, in the order then known. Of versions
 * that are cut off by then one measure says that they count only as lost (semantics §9), and
 * another that they were there all the same: where a session's reads must not go back, what it has
 * read and is gone is newer than what was before it, and older than what a later leader appends.
 *
 * Sessions and keys are in one open-addressing table (Fibonacci hashing, linear probing) of 56-byte
 * slots. A slot holds the newest version noted, and apart from it those which some read may still
 * be judged by: an older one is forgotten once a newer one, noted longer ago than an operation can
 * take, is on every node's disk and so can no longer be cut off. As a node whose disk may be
 * destroyed, or that has yet to join, can lead without it, nothing is forgotten there. Slots stay:
 * memory grows with sessions times keys touched.
 */
#ifndef ANA_SESSION_VERSIONS_H
#define ANA_SESSION_VERSIONS_H

#include "analysis/meter_context.h"
#include "analysis/version.h"

typedef struct AnaSessionVersions AnaSessionVersions;

typedef struct AnaSessionKey {
    guint32 client, session;
    guint64 key;
} AnaSessionKey;

/* `counts_cut_off`: a read may be late by a version that is cut off. */
AnaSessionVersions *ana_session_versions_new(const AnaMeterContext *context,
                                             gboolean counts_cut_off);
void ana_session_versions_free(AnaSessionVersions *self);

/* From now on reads are measured against `version` (0: never written). `at` does not decrease. */
void ana_session_versions_note(AnaSessionVersions *self, AnaSessionKey whose, AnaVersion version,
                               SimTime at);

typedef struct AnaSessionJudged {
    gboolean is_due;  /* something had been noted when the read began */
    gboolean is_late; /* and what the read returned is older */
} AnaSessionJudged;

/* A read that began at `began` is answered now with `returned` (0: never written). */
AnaSessionJudged ana_session_versions_judge(const AnaSessionVersions *self, AnaSessionKey whose,
                                            AnaVersion returned, SimTime began);

/* All versions move to where their entries were carried (carried.h). */
void ana_session_versions_settle(AnaSessionVersions *self);

/* Slots in use, and versions kept in all of them; for tests. */
gsize ana_session_versions_n_keys(const AnaSessionVersions *self);
gsize ana_session_versions_n_records(const AnaSessionVersions *self);

#endif
