/*
 * client_history.h — the history of a window as its clients saw it: who asked what, from when to
 * when, and which write it was.
 *
 * A value is known by the write that wrote it, and a write by its places (term, index) in the log:
 * REP_OBS_APPENDED names them as they are given, so that a write whose outcome nobody learned is
 * recognised when it is read. A write has several places when it was tried again after the first
 * was lost, or handed to a new leader (REP_OBS_CARRIED).
 *
 * The order of calls is that of the observations, not of their times: at one instant an
 * acknowledgement comes before what begins (semantics §1). Failed writes were surely not done, and
 * unanswered reads say nothing: neither is kept. A write of unknown outcome stays open.
 *
 * A window that begins in mid-run. Outside the window only open writes are kept, so memory does
 * not grow with simulated time. Of writes answered before it no more is known than what reads in
 * it return: any one of these values may have been the register's as the window begins. A write
 * under way at that moment counts where a read in the window returns it. What is still under way
 * at the end of the window stays open: reads after it cannot accuse it.
 *
 * At the limit the history ends at that instant, as a window does; it then shows a violation, or
 * nothing.
 */
#ifndef ANA_CLIENT_HISTORY_H
#define ANA_CLIENT_HISTORY_H

#include "analysis/version.h"

/* One operation. */
typedef struct AnaClientCall {
    guint64 name; /* client << 48 | number */
    guint64 key;
    guint64 invoked, answered; /* places in the order of all; ANA_CALL_OPEN: not answered */
    SimTime began, ended;      /* ended: SIM_NEVER where not answered */
    AnaVersion version;        /* write: its first place, 0: none; read: what was returned */
    GArray *others;            /* AnaVersion: further places of a write; or NULL */
    guint32 client, session;
    gint32 node; /* that answered; -1: none */
    gboolean is_write;
    struct AnaClientCall *before, *after; /* private */
} AnaClientCall;

/* An entry of a log that was handed on. */
typedef struct AnaHandedOn {
    guint32 log;
    AnaVersion from, to;
} AnaHandedOn;

typedef struct AnaClientHistory AnaClientHistory;

/* Places from here on are given to observations; those below are for writes of which it is only
 * known that they came before the window. */
#define ANA_PLACE_EARLIER ((guint64)1 << 32)
#define ANA_PLACE_FIRST ((guint64)1 << 33)

/* Keeps at most `most` operations and places at a time; the world has so many logs (0 is 1). */
AnaClientHistory *ana_client_history_new(gsize most, gsize n_logs);
void ana_client_history_free(AnaClientHistory *history);

/* The window begins; it ends, and what was kept goes but for open writes. */
void ana_client_history_open(AnaClientHistory *history);
void ana_client_history_close(AnaClientHistory *history);
/* OPERATION_BEGAN, OPERATION_ENDED, APPENDED, CARRIED, from the start of the run on. Reads are kept
 * where the window is open and `wants_read`. */
void ana_client_history_observe(AnaClientHistory *history, const RepObservation *seen,
                                gboolean wants_read);

/* The limit was reached, and the history ended there. */
gboolean ana_client_history_is_cut(const AnaClientHistory *history);
/* Where the window began; calls invoked earlier were under way. */
guint64 ana_client_history_beginning(const AnaClientHistory *history);
/* What is kept, in the order of invocation. Caller frees the array. */
AnaClientCall **ana_client_history_calls(const AnaClientHistory *history, gsize *n);
/* Owned by the history. */
const AnaHandedOn *ana_client_history_handed_on(const AnaClientHistory *history, gsize *n);
gsize ana_client_history_n_logs(const AnaClientHistory *history);
/* TRUE: a place of a write that was answered, and forgotten, before it was given. */
gboolean ana_client_history_is_stray(const AnaClientHistory *history, guint64 key,
                                     AnaVersion version);

#endif
