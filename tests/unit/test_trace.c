/*
 * test_trace.c — goal: the recorder keeps the window it was given and no more, says what it did not
 * keep, and finds what led to what. Method: a made-up run of one leader and one follower, told
 * observation by observation; every cause is worked out in the comment.
 */
#include "analysis/trace/trace.h"
#include "tests/support/check.h"

static const char *const nodes[] = {"db1", "db2"};
static const char *const regions[] = {"us"};
static const char *const clients[] = {"web"};
static const char *const faults[] = {"outage"};
static const int node_regions[] = {0, 0};

static AnaWorld world_of(guint events)
{
    return (AnaWorld){.nodes = nodes,
                      .n_nodes = 2,
                      .regions = regions,
                      .n_regions = 1,
                      .clients = clients,
                      .n_clients = 1,
                      .faults = faults,
                      .n_faults = 1,
                      .node_regions = node_regions,
                      .n_logs = 1,
                      .events = events};
}

typedef struct Told {
    AnaWorld world;
    AnaTrace *trace;
    RepObserver observer;
} Told;

static void begin(Told *told, guint events, AnaTraceWants wants)
{
    told->world = world_of(events);
    told->trace = ana_trace_new(&told->world, &wants);
    told->observer = ana_trace_observer(told->trace);
}

static void tell(Told *told, RepObservation seen)
{
    if (told->observer.mask & REP_OBS_BIT(seen.kind))
        told->observer.observe(told->observer.self, &seen);
}

static RepObservation message(RepObservationKind kind, SimTime at, guint64 id, gint32 from,
                              gint32 to)
{
    return (RepObservation){
        .kind = kind, .at = at, .message = {.from = from, .to = to, .id = id, .kind = 9}};
}

static RepObservation of_operation(RepObservation seen, guint64 number)
{
    seen.message.client = 1;
    seen.message.number = number;
    return seen;
}

static RepObservation of_entries(RepObservation seen, guint64 first, guint64 last)
{
    seen.message.first = first;
    seen.message.last = last;
    return seen;
}

static RepObservation entries(RepObservationKind kind, SimTime at, int node, guint64 first,
                              guint64 last)
{
    return (RepObservation){
        .kind = kind, .at = at, .entries = {.node = node, .term = 1, .first = first, .last = last}};
}

static RepObservation operation(RepObservationKind kind, SimTime at, guint64 number)
{
    return (RepObservation){
        .kind = kind, .at = at, .operation = {.kind = REP_WRITE, .number = number, .key = 7}};
}

static RepObservation appended(SimTime at, guint64 number, guint64 index)
{
    return (RepObservation){
        .kind = REP_OBS_APPENDED,
        .at = at,
        .appended = {.number = number, .key = 7, .entry = {.index = index, .term = 1}}};
}

/* A write, semi-synchronously: its records are numbered in the comments. */
static void tell_write(Told *told)
{
    tell(told, operation(REP_OBS_OPERATION_BEGAN, 0, 5));                         /* 1 */
    tell(told, of_operation(message(REP_OBS_MESSAGE_SENT, 0, 50, -1, 0), 5));     /* 2 */
    tell(told, of_operation(message(REP_OBS_MESSAGE_ARRIVED, 10, 50, -1, 0), 5)); /* 3 */
    tell(told, appended(10, 5, 1));                                               /* 4 */
    tell(told, entries(REP_OBS_DURABLE, 15, 0, 1, 1));                            /* 5 */
    tell(told, of_entries(message(REP_OBS_MESSAGE_SENT, 15, 51, 0, 1), 1, 1));    /* 6 */
    tell(told, of_entries(message(REP_OBS_MESSAGE_ARRIVED, 40, 51, 0, 1), 1, 1)); /* 7 */
    tell(told, entries(REP_OBS_RECEIVED, 40, 1, 1, 1));                           /* 8 */
    tell(told, entries(REP_OBS_FLUSHED, 45, 1, 1, 1));                            /* 9 */
    tell(told, of_entries(message(REP_OBS_MESSAGE_SENT, 45, 52, 1, 0), 1, 1));    /* 10 */
    tell(told, entries(REP_OBS_APPLIED, 46, 1, 1, 1));                            /* 11 */
    tell(told, of_entries(message(REP_OBS_MESSAGE_ARRIVED, 70, 52, 1, 0), 1, 1)); /* 12 */
    tell(told, entries(REP_OBS_COMMITTED, 70, 0, 1, 1));                          /* 13 */
    tell(told, of_operation(message(REP_OBS_MESSAGE_SENT, 70, 53, 0, -1), 5));    /* 14 */
    tell(told, of_operation(message(REP_OBS_MESSAGE_ARRIVED, 80, 53, 0, -1), 5)); /* 15 */
    tell(told, operation(REP_OBS_OPERATION_ENDED, 80, 5));                        /* 16 */
}

static void causes_lead_from_the_answer_to_the_invocation(void)
{
    static const guint32 causes[] = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 9, 10, 12, 13, 14, 15};
    Told told;
    begin(&told, 0, (AnaTraceWants){.to = SIM_NEVER, .records_max = 100});
    tell_write(&told);
    CHECK_UINT(ana_trace_n(told.trace), G_N_ELEMENTS(causes));
    for (guint i = 1; i <= ana_trace_n(told.trace); i++) {
        test_row("record %u", i);
        CHECK_UINT(ana_trace_at(told.trace, i)->cause, causes[i - 1]);
    }
    test_row(NULL);
    ana_trace_free(told.trace);
}

/* Another operation's records at the same place and instant lead to nothing. */
static void what_happens_beside_is_no_cause(void)
{
    Told told;
    begin(&told, 0, (AnaTraceWants){.to = SIM_NEVER, .records_max = 100});
    tell(&told, of_operation(message(REP_OBS_MESSAGE_ARRIVED, 10, 50, -1, 0), 5)); /* 1 */
    tell(&told, of_operation(message(REP_OBS_MESSAGE_ARRIVED, 10, 60, -1, 0), 6)); /* 2 */
    tell(&told, appended(10, 5, 1));                                               /* 3 ← 1 */
    tell(&told, entries(REP_OBS_DURABLE, 20, 0, 9, 9)); /* 4: of neither */
    CHECK_UINT(ana_trace_at(told.trace, 1)->cause, 0);  /* sent before the window */
    CHECK_UINT(ana_trace_at(told.trace, 3)->cause, 1);
    CHECK_UINT(ana_trace_at(told.trace, 4)->cause, 0);
    ana_trace_free(told.trace);
}

static void a_fault_leads_to_what_it_does_to_a_node(void)
{
    Told told;
    begin(&told, 0, (AnaTraceWants){.to = SIM_NEVER, .records_max = 100});
    tell(&told, (RepObservation){.kind = REP_OBS_FAULT_BEGAN, .at = 10});
    tell(&told,
         (RepObservation){.kind = REP_OBS_NODE_CHANGED, .at = 10, .node = {1, REP_NODE_DOWN, 0}});
    tell(&told,
         (RepObservation){.kind = REP_OBS_NODE_CHANGED, .at = 30, .node = {1, REP_NODE_UP, 0}});
    CHECK_UINT(ana_trace_at(told.trace, 2)->cause, 1);
    CHECK_UINT(ana_trace_at(told.trace, 3)->cause, 0);
    ana_trace_free(told.trace);
}

static void a_window_begins_with_the_state_before_it(void)
{
    Told told;
    begin(&told, 0,
          (AnaTraceWants){.from = 50, .to = 75, .records_max = 100, .has_focus = TRUE, .focus = 7});
    tell(&told, (RepObservation){.kind = REP_OBS_LEADERSHIP, .at = 0, .leadership = {0, 0, 1, 1}});
    tell(&told,
         (RepObservation){.kind = REP_OBS_NODE_CHANGED, .at = 0, .node = {1, REP_NODE_PAUSED, 0}});
    tell_write(&told);
    CHECK_UINT(ana_trace_n(told.trace), 3); /* at 70 */
    CHECK_INT(told.trace->down_at_start[1], REP_NODE_PAUSED);
    CHECK_INT(told.trace->leads_at_start[0], 1);
    CHECK_INT(told.trace->ended, 80);
    CHECK_UINT(told.trace->holds->len, 2); /* both hold v1 from before */
    for (guint i = 0; i < told.trace->holds->len; i++) {
        const AnaTraceHold *hold = &g_array_index(told.trace->holds, AnaTraceHold, i);
        CHECK_STR(hold->label, "v1");
        CHECK_UINT(hold->version, 1);
    }
    ana_trace_free(told.trace);
}

static void holdings_change_when_entries_are_applied(void)
{
    Told told;
    begin(&told, 0,
          (AnaTraceWants){.to = SIM_NEVER, .records_max = 100, .has_focus = TRUE, .focus = 7});
    tell(&told, (RepObservation){.kind = REP_OBS_LEADERSHIP, .at = 0, .leadership = {0, 0, 1, 1}});
    tell_write(&told);
    static const struct {
        SimTime at;
        int node;
        const char *label;
    } rows[] = {{0, 0, "–"}, {0, 1, "–"}, {15, 0, "v1"}, {46, 1, "v1"}};
    CHECK_UINT(told.trace->holds->len, G_N_ELEMENTS(rows));
    for (guint i = 0; i < told.trace->holds->len; i++) {
        const AnaTraceHold *hold = &g_array_index(told.trace->holds, AnaTraceHold, i);
        CHECK_INT(hold->at, rows[i].at);
        CHECK_INT(hold->node, rows[i].node);
        CHECK_STR(hold->label, rows[i].label);
    }
    CHECK_UINT(ana_trace_version_number(told.trace, 7, (RepVersion){.index = 1, .term = 1}), 1);
    CHECK_UINT(ana_trace_version_number(told.trace, 8, (RepVersion){.index = 1, .term = 1}), 0);
    ana_trace_free(told.trace);
}

static void siblings_are_held_side_by_side(void)
{
    Told told;
    begin(&told, ANA_HAS_VERSIONS,
          (AnaTraceWants){.to = SIM_NEVER, .records_max = 100, .has_focus = TRUE, .focus = 7});
    for (guint64 serial = 1; serial <= 2; serial++)
        tell(&told, (RepObservation){.kind = REP_OBS_STORED,
                                     .at = (SimTime)serial,
                                     .stored = {.node = 1, .key = 7, .serial = serial}});
    tell(&told, (RepObservation){.kind = REP_OBS_UNSTORED,
                                 .at = 3,
                                 .stored = {.node = 1, .key = 7, .serial = 1}});
    const char *labels[] = {"–", "–", "v1", "v1 v2", "v2"};
    CHECK_UINT(told.trace->holds->len, G_N_ELEMENTS(labels));
    for (guint i = 0; i < told.trace->holds->len; i++)
        CHECK_STR(g_array_index(told.trace->holds, AnaTraceHold, i).label, labels[i]);
    ana_trace_free(told.trace);
}

static void no_more_is_kept_than_was_allowed(void)
{
    Told told;
    begin(&told, 0, (AnaTraceWants){.to = SIM_NEVER, .records_max = 12});
    tell_write(&told);
    CHECK_UINT(ana_trace_n(told.trace), 12);
    CHECK_UINT(told.trace->n_dropped, 4);
    CHECK_INT(told.trace->dropped_from, 70);
    ana_trace_free(told.trace);
}

/* What an observation points to is gone when the observer returns. */
static void versions_are_copied(void)
{
    Told told;
    guint64 serials[] = {3, 5};
    RepVersionsSeen versions = {.n = 2, .serials = serials};
    RepObservation seen = operation(REP_OBS_OPERATION_ENDED, 9, 1);
    begin(&told, ANA_HAS_VERSIONS, (AnaTraceWants){.to = SIM_NEVER, .records_max = 100});
    seen.operation.versions = &versions;
    tell(&told, seen);
    serials[0] = serials[1] = 0;
    const AnaTraceRecord *record = ana_trace_at(told.trace, 1);
    CHECK(record->seen.operation.versions == NULL);
    CHECK_UINT(record->n_serials, 2);
    CHECK_UINT(g_array_index(told.trace->serials, guint64, record->first_serial + 1), 5);
    ana_trace_free(told.trace);
}

/* An entry that was cut off and appended again is still the same write. */
static void writers_are_found_through_a_failover(void)
{
    Told told;
    begin(&told, 0, (AnaTraceWants){.to = SIM_NEVER, .records_max = 100, .keeps_writers = TRUE});
    tell_write(&told);
    tell(&told, (RepObservation){.kind = REP_OBS_CARRIED,
                                 .at = 90,
                                 .carried = {.node = 1,
                                             .from = {.index = 1, .term = 1},
                                             .to = {.index = 4, .term = 2}}});
    const AnaTraceWriter *writer =
        ana_trace_writer(told.trace, 7, (RepVersion){.index = 4, .term = 2});
    CHECK(writer && writer->number == 5);
    CHECK(ana_trace_writer(told.trace, 7, (RepVersion){.index = 2, .term = 1}) == NULL);
    ana_trace_free(told.trace);
}

static const TestCase cases[] = {TEST(causes_lead_from_the_answer_to_the_invocation),
                                 TEST(what_happens_beside_is_no_cause),
                                 TEST(a_fault_leads_to_what_it_does_to_a_node),
                                 TEST(a_window_begins_with_the_state_before_it),
                                 TEST(holdings_change_when_entries_are_applied),
                                 TEST(siblings_are_held_side_by_side),
                                 TEST(no_more_is_kept_than_was_allowed),
                                 TEST(versions_are_copied),
                                 TEST(writers_are_found_through_a_failover),
                                 {NULL, NULL}};

int main(int argc, char **argv)
{
    return test_main("trace", cases, argc, argv);
}
