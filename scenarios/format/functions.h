/*
 * functions.h — the calls that values are made of, as tables: distributions of spans, arrivals, and
 * laws of keys. `list distributions`, the schema and "did you mean" read them.
 */
#ifndef SCN_FUNCTIONS_H
#define SCN_FUNCTIONS_H

#include "models/field.h"

/* Each ended by a zero entry; `args` describe the arguments (offsets are private). Calls with
 * arguments of their own form (mix, steps) have none and say so in `doc`. */
extern const RepChoice scn_distributions[];
extern const RepChoice scn_arrivals[];
extern const RepChoice scn_key_laws[];

#endif
