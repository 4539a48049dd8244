/*
 * version_history.h — a random history of writes to one key, and what must be true of it, held
 * against a model that keeps whole histories.
 *
 * Replicas accept writes, send what they hold, die, come back, or are wiped; messages are lost,
 * doubled and late; readers remember what they saw and write on top of it. Beside every set of
 * models/conflict/versions.h the model has all versions that ever reached it and all that it
 * covers, as bits: what stays is worked out anew from these, by the rule's definition.
 */
#ifndef TEST_VERSION_HISTORY_H
#define TEST_VERSION_HISTORY_H

#include "models/conflict/conflict.h"

typedef struct TestHistory {
    const RepConflictRule *rule;
    guint64 seed;
    guint steps;
    gboolean loses;   /* messages get lost and disks are wiped */
    gboolean is_calm; /* replicas do not die */
} TestHistory;

/* NULL, or what is not as it must be; the caller frees. *n_writes: how many there were. */
char *test_history_run(const TestHistory *history, guint *n_writes);

#endif
