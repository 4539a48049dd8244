/*
 * offence.h — operations on a key that no order explains, as few as possible: what a reader is
 * shown where a history is not linearizable.
 */
#ifndef ANA_OFFENCE_H
#define ANA_OFFENCE_H

#include "sim/time.h"

#include <glib.h>

typedef struct AnaOffender {
    guint64 number; /* of the operation in its client group */
    guint32 client, session;
    gint32 node; /* that answered; -1: none */
    gboolean is_write;
    gboolean is_earlier;  /* a write answered before the window: nothing else is known of it */
    guint32 term;         /* the version written or read */
    guint64 index;        /* 0: never written */
    SimTime began, ended; /* ended: SIM_NEVER where not answered */
} AnaOffender;

typedef struct AnaOffence {
    guint replication;
    guint64 key;
    gsize n;
    AnaOffender *calls; /* in the order of invocation; owned */
} AnaOffence;

AnaOffence *ana_offence_copy(const AnaOffence *offence); /* of NULL: NULL */
void ana_offence_free(AnaOffence *offence);

#endif
