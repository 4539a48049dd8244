/*
 * meter_sessions.h — private to analysis/: ryw_violations, monotonic_violations, prefix_violations.
 *
 * semantics §9: each session against its own completed operations, in the order known when a read
 * is answered. Something *completed before* a read if it was answered at or before the read's
 * start. A read opposes
 *
 *   ryw        the newest of the session's own writes to the key that were acknowledged before;
 *   monotonic  the newest version that the session's reads of the key returned before;
 *   prefix     the newest version of the key on which some write rests that the session's reads
 *              returned before: what the author of that write declared (RepDependency), and what
 *              it rests on in turn is not followed.
 *
 * The opportunity is that there is one (monotonic: an earlier read, even of a key never written);
 * the violation, that what is returned neither is it nor follows it. For ryw and prefix newest
 * means: of those that are not cut off, so a write that is lost is no violation but may be the
 * opportunity. For monotonic it means of all: a session that has read what a failover then takes
 * away, and reads what was before, has seen time run backwards, whether anybody had been promised
 * that write or not. What a later leader appends is newer again. What happens in the warm-up
 * counts; reads judged are those invoked in the measured part.
 *
 * What is noted and judged belongs to the log of its key, and is ordered there. One meter over all
 * logs hands it there, because an answer may lie in another log than its question.
 *
 * Where there is no one log, what is noted is in session_covers.h, to follow is to cover, and what
 * is cut off binds no measure: no later write takes its place in an order.
 *
 * A measure that nobody asks for costs nothing, and its table is never made.
 */
#ifndef ANA_METER_SESSIONS_H
#define ANA_METER_SESSIONS_H

#include "analysis/meter_context.h"

/* What sessions have done and seen of the keys of one log. */
typedef struct AnaSessionLog AnaSessionLog;

AnaSessionLog *ana_session_log_new(const AnaMeterContext *context);
void ana_session_log_free(AnaSessionLog *log);
/* The main history left the entries above `index`. */
void ana_session_log_forked(AnaSessionLog *log, guint64 index);
/* Nothing that it keeps is at a place that was left (carried.h). */
void ana_session_log_settle(AnaSessionLog *log);

typedef struct AnaSessionMeter AnaSessionMeter;

/* The logs by number, borrowed; the array is copied. */
AnaSessionMeter *ana_session_meter_new(const AnaMeterContext *context, AnaSessionLog *const *logs,
                                       gsize n_logs);
void ana_session_meter_free(AnaSessionMeter *meter);
/* Whether appended entries must be observed. */
gboolean ana_session_meter_wants_appended(const AnaSessionMeter *meter);
void ana_session_meter_appended(AnaSessionMeter *meter, const RepObservation *seen);
/* Where there is no one log: WRITTEN, WRITE_CUT_OFF, SETTLED. */
void ana_session_meter_observe(AnaSessionMeter *meter, const RepObservation *seen);
void ana_session_meter_ended(AnaSessionMeter *meter, const RepOperationSeen *operation, SimTime at);
void ana_session_meter_finish(AnaSessionMeter *meter);

#endif
