/*
 * session_covers.h — private to analysis/: what each session must not fall behind where there is no
 * one log.
 *
 * Something happened to a session (its write was acknowledged, its read was answered), and from
 * then on what it reads of a key ought to cover a write: be it, follow it, or have won over it
 * (semantics §9; acknowledged.h says how that is decided). A read is judged when it is answered,
 * against everything noted at or before its start:
 *
 *   own      its own acknowledged writes to the key
 *   seen     every version that its reads of the key returned
 *   needed   what a version that its reads returned, of any key, was declared to depend on
 *
 * Writes that are cut off when the read is answered count only as lost.
 *
 * Forgetting. What every replica of the key has shown for longer than an operation can take
 * (REP_OBS_SETTLED) no read can lack: it goes when its session's list is next looked through, and
 * so does, for `needed`, a write that all replicas have replaced for as long. Where a disk may be
 * wiped nothing goes. That something was noted stays: memory grows with sessions times keys
 * touched, and with what has not settled.
 */
#ifndef ANA_SESSION_COVERS_H
#define ANA_SESSION_COVERS_H

#include "analysis/meter_context.h"
#include "analysis/session_versions.h"

enum { ANA_SESSION_OWN, ANA_SESSION_SEEN, ANA_SESSION_NEEDED, ANA_SESSION_DUTIES };

typedef struct AnaSessionCovers AnaSessionCovers;

AnaSessionCovers *ana_session_covers_new(const AnaMeterContext *context,
                                         const gboolean is_asked[ANA_SESSION_DUTIES]);
void ana_session_covers_free(AnaSessionCovers *self);
/* WRITTEN, WRITE_CUT_OFF, SETTLED. */
void ana_session_covers_observe(AnaSessionCovers *self, const RepObservation *seen);
/* The read is answered now. Duties that nobody asks for are not due. */
void ana_session_covers_judge(const AnaSessionCovers *self, const RepOperationSeen *read,
                              AnaSessionJudged judged[ANA_SESSION_DUTIES]);
/* The operation has ended well. */
void ana_session_covers_note(AnaSessionCovers *self, const RepOperationSeen *operation, SimTime at);
/* Writes kept in the lists of all sessions, for tests. */
gsize ana_session_covers_n_records(const AnaSessionCovers *self);

#endif
