/* parties.c — who takes part in a record; see trace.h. */
#include "analysis/trace/trace_private.h"

static AnaTraceParty of_clients(const AnaTrace *trace, gint32 place, guint32 client, guint64 number)
{
    const AnaTraceOperation *known = ana_trace_operation(trace, client, number);
    AnaTraceParty party = {.place = place};
    if (known) {
        party.client = client + 1;
        party.session = known->session;
    }
    return party;
}

static AnaTraceParty of_message(gint32 place, const RepMessageSeen *message)
{
    AnaTraceParty party = {.place = place};
    if (place < 0 && message->client) {
        party.client = message->client;
        party.session = message->session;
    }
    return party;
}

AnaTraceParty ana_trace_sender(const AnaTrace *trace, const RepMessageSeen *message)
{
    return of_message(message->from, message);
}

AnaTraceParty ana_trace_receiver(const AnaTrace *trace, const RepMessageSeen *message)
{
    return of_message(message->to, message);
}

AnaTraceParty ana_trace_party(const AnaTrace *trace, const AnaTraceRecord *record)
{
    const RepObservation *seen = &record->seen;
    if (record->place >= 0 || record->place == ANA_TRACE_NOWHERE)
        return (AnaTraceParty){.place = record->place};
    switch ((int)seen->kind) {
    case REP_OBS_OPERATION_BEGAN:
    case REP_OBS_OPERATION_ENDED:
        return (AnaTraceParty){record->place, seen->operation.client + 1, seen->operation.session};
    case REP_OBS_MESSAGE_SENT:
        return ana_trace_sender(trace, &seen->message);
    case REP_OBS_MESSAGE_ARRIVED:
    case REP_OBS_MESSAGE_DROPPED:
        return ana_trace_receiver(trace, &seen->message);
    case REP_OBS_WRITTEN:
        return of_clients(trace, record->place, seen->written.client, seen->written.number);
    default:
        return (AnaTraceParty){.place = record->place};
    }
}

gboolean ana_trace_same_party(AnaTraceParty a, AnaTraceParty b)
{
    return a.place == b.place && a.client == b.client && a.session == b.session;
}
