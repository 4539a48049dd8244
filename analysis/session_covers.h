/*
 * session_covers.h — private to analysis/: what each session must not fall behind, where there is
 * no one log.
 *
 * Per session and key, the newest of its own acknowledged writes and the version that its last read
 * returned first, with the one before each, for reads that began in between. A read falls behind
 * where it does not cover them (acknowledged.h). One that is lost for good counts all the same:
 * nobody can tell a session that it was.
 *
 * Slots stay: memory grows with sessions times keys touched.
 */
#ifndef ANA_SESSION_COVERS_H
#define ANA_SESSION_COVERS_H

#include "analysis/acknowledged.h"
#include "analysis/session_versions.h"

typedef struct AnaSessionCovers AnaSessionCovers;

AnaSessionCovers *ana_session_covers_new(const AnaMeterContext *context);
void ana_session_covers_free(AnaSessionCovers *self);
/* From now on reads are measured against what was returned, or written. */
void ana_session_covers_note(AnaSessionCovers *self, AnaSessionKey whose,
                             const RepVersionsSeen *seen, SimTime at);
AnaSessionJudged ana_session_covers_judge(const AnaSessionCovers *self, AnaSessionKey whose,
                                          const RepVersionsSeen *returned, SimTime began);

#endif
