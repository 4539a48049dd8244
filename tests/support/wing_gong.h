/*
 * wing_gong.h — is a history of one register linearizable? By the search of Wing and Gong (JPDC
 * 17, 1993) with Lowe's memory of what was tried (2017): slow, simple, and nothing to do with the
 * checker of analysis/, which works by zones.
 */
#ifndef TEST_WING_GONG_H
#define TEST_WING_GONG_H

#include "tests/support/edn_look.h"

#include <stdbool.h>

#define WING_GONG_MAX 512 /* operations on a key */

/* Of one key of a Jepsen history (EdnValue maps, by time). What failed did not happen; a write that
 * nobody knows about (:info, or no end) may have happened at any time since, or never. */
bool wing_gong_linearizable(const GPtrArray *history, gint64 key);

#endif
