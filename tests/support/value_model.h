/*
 * value_model.h — replicated values as whoever knows nothing of covers would build them: one object
 * per replica, which is sent the operation of each write and applies it when it has what the write
 * had before it. What the product computes from a cover (analysis/values.h) must be the same.
 *
 *   counter   increments; a delete takes back those that it had seen
 *   set       observed-remove set: additions with a tag each, removals of tags
 *   sequence  replicated growable array by insertion behind an element, past all that are larger
 *             (Roh et al. 2011, figure 5)
 *   siblings  a value per write that nobody followed
 *
 * Up to 64 writes; a write is its serial, from 1.
 */
#ifndef TEST_VALUE_MODEL_H
#define TEST_VALUE_MODEL_H

#include "analysis/values.h"

#include "sim/random.h"

#define VALUE_WRITES_MAX 60u

typedef guint64 Bits; /* the serial s is bit s - 1 */

typedef struct ValueModel ValueModel;

ValueModel *value_model_new(AnaMerge merge, SimRng *rng);
void value_model_free(ValueModel *model);
/* The next write, by somebody who knows `context`; returns the canonical text that says it, NULL: a
 * delete. Owned by the model. */
const char *value_model_write(ValueModel *model, Bits context);
/* What somebody shows who was sent these writes, one after the other in a random order in which
 * none comes before what it follows. Values side by side are sorted. The caller frees. */
char *value_model_read(ValueModel *model, Bits known);

#endif
