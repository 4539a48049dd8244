/*
 * schema.h — the tables, walked: for JSON Schema, reference pages, `list` and completion.
 *
 * Everything that a scenario can say is in tables (models/field.h, functions.h, codes.h). The walk
 * visits them in the order of the file format; whoever listens sees each key once, with its path
 * pattern: `clients.NAME.rate`, `network.between.LINK`, `policy.ack` (once for each policy that has
 * it), `faults.NAME.for`, and for faults every verb with its keys.
 */
#ifndef SCN_SCHEMA_H
#define SCN_SCHEMA_H

#include "models/policies/policy.h"
#include "models/setup.h"

typedef struct ScnKey {
    const char *path; /* "clients.NAME.rate"; holds during the call */
    const RepField *field;
    int depth;                  /* 0 at the top level */
    const RepPolicyOps *policy; /* for keys of `policy`: whose it is; else NULL */
    const RepFaultVerb *verb;   /* for keys of a fault that only this verb takes; else NULL */
} ScnKey;

typedef void (*ScnKeyVisit)(void *data, const ScnKey *key);

/* Visits every key, parents before what is inside them. */
void scn_schema_walk(ScnKeyVisit visit, void *data);

/* The JSON Schema (draft-07) of the scenario format; caller frees. */
char *scn_schema_json(void);

/* What a value of the field looks like, in words: "a duration, such as 5ms"; static. */
const char *scn_field_kind(const RepField *field);

#endif
