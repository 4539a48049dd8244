/*
 * meter_script.h — hand-written observation transcripts for the meters.
 *
 * A small fixed world: db1 in us leads, db2 in eu and db3 in ap follow; client group `web` lives in
 * us and eu, `jobs` in us; faults `crash` and `flap`; measured part [1s, 101s). Observations may be
 * written down in any order and are played in order of time, those of one instant as written. Then
 * results are asked for by the name that `expect` accepts.
 */
#ifndef TEST_METER_SCRIPT_H
#define TEST_METER_SCRIPT_H

#include "analysis/meters.h"

enum { DB1, DB2, DB3 }; /* nodes */
enum { AP, EU, US };    /* regions, in name order */
enum { JOBS, WEB };     /* client groups */
enum { CRASH, FLAP };   /* faults */
#define SCRIPT_WARMUP SIM_S
#define SCRIPT_DURATION (101 * SIM_S)
#define SCRIPT_LIFE (30 * SIM_S)

typedef struct MeterScript MeterScript;

/* The world's description, to be changed before meter_script_new_in(). */
AnaWorld meter_script_world(void);
MeterScript *meter_script_new(void);
MeterScript *meter_script_new_in(const AnaWorld *world);
void meter_script_free(MeterScript *script);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(MeterScript, meter_script_free)

/* Ask for one more query, before anything is observed. */
void meter_script_ask(MeterScript *script, AnaQuery query);

void meter_script_add(MeterScript *script, RepObservation seen);
/* An operation of web in us by default; changed by the caller through the pointer, which is valid
 * until the next call. */
RepOperationSeen *meter_script_write(MeterScript *script, SimTime began, SimTime ended, guint64 key,
                                     guint64 index);
RepOperationSeen *meter_script_read(MeterScript *script, SimTime began, SimTime ended, guint64 key,
                                    guint64 index);
RepEntriesSeen *meter_script_entries(MeterScript *script, SimTime at, RepObservationKind kind,
                                     int node, guint64 first, guint64 last);
void meter_script_node(MeterScript *script, SimTime at, int node, RepNodeState state,
                       gboolean wiped);
void meter_script_leads(MeterScript *script, SimTime at, int node, guint32 term);
/* LEADERSHIP ends, LEASE lapses (holds FALSE) or holds again. */
void meter_script_ceases(MeterScript *script, SimTime at, int node, guint32 term);
void meter_script_lease(MeterScript *script, SimTime at, int node, gboolean holds);
/* to.index 0: it is dropped. */
void meter_script_carried(MeterScript *script, SimTime at, int node, RepVersion from,
                          RepVersion to);
void meter_script_fault(MeterScript *script, SimTime at, int fault, gboolean begins);
RepMessageSeen *meter_script_message(MeterScript *script, SimTime at, guint32 bytes,
                                     gboolean crosses);

/* Plays all and ends the run at `end`. */
void meter_script_play(MeterScript *script, SimTime end, gboolean drained);
/* Value of the query with this name; NaN where it has none. Unknown names fail the test. */
double meter_script_value(MeterScript *script, const char *name);
const AnaCell *meter_script_cell(MeterScript *script, const char *name);

#endif
