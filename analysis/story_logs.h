/*
 * story_logs.h — private to analysis/: what each node has of each log, entry by entry, for the few
 * keys of a story.
 *
 * A node's copy is the list of the entries that it took, by index; a leadership's log begins as the
 * copy of who leads it. What is applied (of a follower) or durable (of who appended it) is held;
 * the rest is only on its way.
 */
#ifndef ANA_STORY_LOGS_H
#define ANA_STORY_LOGS_H

#include "analysis/meters.h"

typedef struct AnaStoryLogs AnaStoryLogs;

typedef struct AnaStoryEntry {
    guint32 log;
    RepVersion place;
    guint64 key;
    guint32 client;
    guint64 number;  /* of the operation in its client group */
    guint64 version; /* how many writes to its key are in that log up to it, itself included */
} AnaStoryEntry;

AnaStoryLogs *ana_story_logs_new(gsize n_nodes, gsize n_logs);
void ana_story_logs_free(AnaStoryLogs *logs);

/* APPENDED (of a key that matters), DURABLE, RECEIVED, APPLIED, INSTALLED, TRUNCATED, LEADERSHIP,
 * CARRIED; anything else is passed over. */
void ana_story_logs_observe(AnaStoryLogs *logs, const RepObservation *seen);
/* The entry at a place; NULL: it is of no key that matters, or of none. */
const AnaStoryEntry *ana_story_logs_at(const AnaStoryLogs *logs, gsize log, RepVersion place);
/* The newest entry of the key that the node holds, or NULL. */
const AnaStoryEntry *ana_story_logs_held(const AnaStoryLogs *logs, int node, guint64 key);

#endif
