/*
 * acknowledged.h — private to analysis/: the acknowledged writes of every key where there is no one
 * log, and what a read has missed of them.
 *
 * A read covers a write that it returned, or that what it returned follows or has won over (its
 * cover), and where a rule orders stamps every write with a smaller one (semantics §9). A read is
 * stale if some write that was acknowledged at or before its start is not covered; but for those
 * that no live replica holds or can receive.
 *
 * Forgetting. A record goes when every replica of its key has covered it (REP_OBS_SETTLED) for
 * longer than an operation can take, and nobody holds the write itself any more, so that its fate
 * is known. Where a disk may be wiped nothing is settled for good, and nothing goes.
 */
#ifndef ANA_ACKNOWLEDGED_H
#define ANA_ACKNOWLEDGED_H

#include "analysis/meter_context.h"
#include "analysis/versions.h"

typedef struct AnaAcknowledged AnaAcknowledged;

/* An acknowledged write. */
typedef struct AnaAcked {
    guint64 serial;
    RepStamp stamp;
    SimTime at;         /* of the acknowledgement */
    SimTime settled_at; /* SIM_NEVER: not yet */
    SimTime began;
    guint32 client, session, region;
    gint32 node;
    guint8 is_cut_off, has_ended, fate;
} AnaAcked;

/* What becomes of an acknowledged write in the end is told once, when it is known. */
typedef void (*AnaFated)(void *self, guint64 key, const AnaAcked *write, RepWriteFate fate);

AnaAcknowledged *ana_acknowledged_new(const AnaMeterContext *context, SimSpan since_reach,
                                      AnaFated fated, void *self);
void ana_acknowledged_free(AnaAcknowledged *acked);
/* An operation has ended well: a write. */
void ana_acknowledged_add(AnaAcknowledged *acked, const RepOperationSeen *write, SimTime at);
/* WRITE_CUT_OFF, WRITE_ENDED, SETTLED. */
void ana_acknowledged_observe(AnaAcknowledged *acked, const RepObservation *seen);
AnaReadJudged ana_acknowledged_judge(AnaAcknowledged *acked, const RepOperationSeen *read);
/* The run is over: what is cut off is lost. */
void ana_acknowledged_finish(AnaAcknowledged *acked);
/* Does what was returned cover the write? */
gboolean ana_is_covered(const AnaWorld *world, const RepVersionsSeen *returned, guint64 serial,
                        RepStamp stamp);
int ana_stamp_compare(RepStamp a, RepStamp b);

#endif
