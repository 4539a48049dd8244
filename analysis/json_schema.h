/*
 * json_schema.h — the documents of json_keys.h as JSON Schema, draft 2020-12.
 *
 * A schema is as strict as this version of the writer: no other keys, every key that is always
 * there required, words listed. Beyond types it says of a measure that it is absent with a reason
 * or has a value, that times are whole, and that an interval has both ends.
 */
#ifndef ANA_JSON_SCHEMA_H
#define ANA_JSON_SCHEMA_H

#include "analysis/json_keys.h"

/* Objects that are documents come first; their number. */
#define ANA_N_JSON_DOCUMENTS ((gsize)ANA_OBJECT_SCENARIO)

/* Appends the schema, with a newline at its end. */
void ana_json_schema_write(AnaJsonObject document, GString *out);

#endif
