/* json_look.h — looking into the document of a run (semantics §10) with jansson, for tests. */
#ifndef TEST_JSON_LOOK_H
#define TEST_JSON_LOOK_H

#include <jansson.h>

/* Parses; a mistake is a failed check, and the result an empty object. */
json_t *look_parse(const char *text);
/* A variant by name, one of its metrics, and that metric's value (NaN where null or not there).
 * All borrowed. */
json_t *look_variant(json_t *document, const char *name);
json_t *look_metric(json_t *document, const char *variant, const char *metric);
double look_value(json_t *document, const char *variant, const char *metric);
/* The metrics without what compares them with a baseline; the caller decrefs. */
json_t *look_own_metrics(json_t *document, const char *variant);
const char *look_verdict(json_t *document, const char *variant, const char *check);

#endif
