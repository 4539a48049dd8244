/* invariants.c — the list, and who listens to what; see invariants.h. */
#include "analysis/invariants_private.h"
#include "sim/check.h"

#include <stdarg.h>

static const struct {
    const char *name, *claim;
} invariants[ANA_INVARIANTS] = {
    [ANA_TIME_ORDER] = {"time-order", "time never goes back"},
    [ANA_ONE_OUTCOME] = {"one-outcome", "every operation begins once and has one outcome"},
    [ANA_OUTCOME_HAS_CAUSE] = {"outcome-has-cause",
                               "an operation succeeds by an answer that arrives, and what surely "
                               "failed is in no log"},
    [ANA_ONE_LEADER_A_TERM] = {"one-leader-a-term",
                               "a term has at most one leader, and only it appends and commits"},
    [ANA_ONE_LEADER_AT_A_TIME] = {"one-leader-at-a-time",
                                  "where the old leader is fenced, nobody leads beside it"},
    [ANA_LOG_PREFIX] = {"log-prefix", "a follower's log is a prefix of its leader's"},
    [ANA_POSITIONS_IN_ORDER] = {"positions-in-order",
                                "entries are received, flushed and applied in order, without gaps"},
    [ANA_SILENT_WHILE_STOPPED] = {"silent-while-stopped", "a dead or paused node does nothing"},
    [ANA_ACKNOWLEDGED_BY_RULE] = {"acknowledged-by-rule",
                                  "an entry commits when as many have it, and have said so, as "
                                  "the rule demands"},
    [ANA_ANSWERED_AFTER_COMMIT] = {"answered-after-commit",
                                   "a client hears of its own write, after it has committed"},
    [ANA_APPENDED_ONCE] = {"appended-once", "a log has no write twice"},
    [ANA_READ_WHAT_IS_SHOWN] = {"read-what-is-shown",
                                "a read returns the newest version that its node shows"},
    [ANA_NEW_LEADER_HAS_ALL] = {"new-leader-has-all",
                                "an elected leader has everything that was committed before"},
    [ANA_FURTHEST_PROMOTED] = {"furthest-promoted",
                               "nobody is promoted who lacks what another running node has"},
    [ANA_MAJORITY_DECIDES] = {"majority-decides",
                              "nobody leads for whom no majority has voted, each once a term"},
    [ANA_LEASE_HOLDS] = {"lease-holds",
                         "a lease lapses unless a majority answers what was sent in time"},
    [ANA_MOST_CAUGHT_UP] = {"most-caught-up", "nobody is promoted whom another is ahead of"},
    [ANA_TAIL_IS_CUT] = {"tail-is-cut",
                         "a returning node hears at once what the leader's log has not"},
    [ANA_LATER_WRITE_STANDS] = {"later-write-stands",
                                "of two conflicting writes the later durable one stands"},
    [ANA_READS_OWN_WRITES] = {"reads-own-writes",
                              "a session that is promised its own writes sees them"},
    [ANA_READS_MONOTONIC] = {"reads-monotonic",
                             "a session that is promised it never reads backwards"},
    [ANA_READS_PREFIX] = {"reads-prefix",
                          "a session that is promised it sees nothing without what came before"},
    [ANA_READS_NEWEST] = {"reads-newest",
                          "a leader that makes sure that it leads shows what was acknowledged"},
    [ANA_WRITES_IN_ORDER] = {"writes-in-order",
                             "a session's writes stand in its order, where it is promised that"},
    [ANA_SESSION_STAYS] = {"session-stays",
                           "a session that keeps to its replica leaves it for a reason only"},
    [ANA_NOTHING_LOST] = {"nothing-lost", "what was committed under a majority survives"},
    [ANA_SHOWS_COMMITTED] = {"shows-committed",
                             "a follower shows what has committed and nothing else"},
    [ANA_IN_SYNC_CONFIRMS] = {"in-sync-confirms",
                              "what commits is on every member of the in-sync set"},
    [ANA_IN_SYNC_CHANGES] = {"in-sync-changes",
                             "who leaves the in-sync set was behind, who enters has caught up"},
    [ANA_IN_SYNC_LEADS] = {"in-sync-leads", "nobody is promoted who is not in the in-sync set"},
    [ANA_REPORTS_ARE_TRUE] = {"reports-are-true",
                              "a follower reports what it has, and in its turn"},
    [ANA_ENTRIES_ARE_ASKED] = {"entries-are-asked",
                               "where followers poll, they are sent what they asked for"},
    [ANA_SHOWN_STAYS] = {"shown-stays", "what a node has shown is never cut off"},
    [ANA_LINEARIZABLE_RUN] = {"linearizable",
                              "each operation can be given one instant, so that every read "
                              "returns the last write before it"},
    [ANA_VERSIONS_IN_ORDER] = {"versions-in-order",
                               "a node stores what somebody wrote, once, and drops what it has"},
    [ANA_FOLLOWS_SHOWN] = {"follows-shown",
                           "a blind write follows all that its acceptor shows of the key"},
    [ANA_SIBLINGS_STAY] = {"siblings-stay",
                           "a version gives way only to one whose author had seen it"},
    [ANA_LARGER_STAMP_STAYS] = {"larger-stamp-stays", "of two versions the larger stamp stays"},
    [ANA_READ_STAYS_READ] = {"read-stays-read",
                             "a read covers what an earlier one returned, where reads repair "
                             "first"},
    [ANA_CAUSES_FIRST] = {"causes-first",
                          "under causal delivery nothing is shown before what it rests on"},
    [ANA_HINT_STAYS] = {"hint-stays",
                        "a hint stays until its target has what it says, or it is too old"},
    [ANA_QUORUMS_MEET] = {"quorums-meet",
                          "a read sees every write that was acknowledged before it began"},
    [ANA_MESSAGES_CONSERVED] = {"messages-conserved",
                                "messages sent = delivered + dropped + in flight"},
    [ANA_REPLICAS_EQUAL] = {"replicas-equal", "after a drained run live replicas are equal"},
    [ANA_COMES_TO_REST] = {"comes-to-rest", "when all faults are over, a run drains"},
    [ANA_METERS_SUM_UP] = {"meters-sum-up", "totals of the meters are what was observed"}};

const char *ana_invariant_name(AnaInvariant invariant)
{
    return invariants[invariant].name;
}

const char *ana_invariant_claim(AnaInvariant invariant)
{
    return invariants[invariant].claim;
}

void ana_violated(AnaInvariants *self, AnaInvariant invariant, const char *format, ...)
{
    if (self->violation.text)
        return;
    va_list arguments;
    va_start(arguments, format);
    self->violation = (AnaViolation){invariant, self->now, g_strdup_vprintf(format, arguments)};
    va_end(arguments);
}

const char *ana_node_name(const AnaInvariants *self, int node)
{
    return node >= 0 && (gsize)node < self->rules->n_nodes ? self->rules->nodes[node] : "nobody";
}

static AnaInvariants *new_of_log(const AnaRules *rules)
{
    AnaInvariants *self = g_new0(AnaInvariants, 1);
    self->rules = rules;
    ana_logs_init(self);
    ana_settled_init(self);
    ana_acks_init(self);
    ana_elections_init(self);
    ana_leases_init(self);
    ana_ranks_init(self);
    ana_returns_init(self);
    ana_sessions_init(self);
    ana_in_sync_init(self);
    ana_tally_init(self);
    ana_clients_init(self);
    ana_wire_init(self);
    ana_linear_init(self);
    return self;
}

static void free_of_log(AnaInvariants *self)
{
    ana_logs_clear(self);
    ana_settled_clear(self);
    ana_acks_clear(self);
    ana_elections_clear(self);
    ana_leases_clear(self);
    ana_ranks_clear(self);
    ana_returns_clear(self);
    ana_sessions_clear(self);
    ana_in_sync_clear(self);
    ana_tally_clear(self);
    ana_clients_clear(self);
    ana_wire_clear(self);
    ana_linear_clear(self);
    g_free(self->violation.text);
    g_free(self);
}

AnaInvariants *ana_invariants_new(const AnaRules *rules)
{
    AnaInvariants *self = new_of_log(rules);
    self->n_logs = MAX(rules->n_logs, 1);
    self->logs = g_new0(AnaInvariants *, self->n_logs);
    self->logs[0] = self;
    if (rules->versions) {
        ana_versions_init(self);
        ana_causes_init(self);
    }
    for (gsize log = 1; log < self->n_logs; log++)
        self->logs[log] = new_of_log(rules);
    return self;
}

void ana_invariants_free(AnaInvariants *self)
{
    if (!self)
        return;
    for (gsize log = 1; log < self->n_logs; log++)
        free_of_log(self->logs[log]);
    g_free(self->logs);
    if (self->versions) {
        ana_versions_clear(self);
        ana_causes_clear(self);
    }
    free_of_log(self);
}

const AnaViolation *ana_invariants_violation(const AnaInvariants *self)
{
    for (gsize log = 0; log < self->n_logs; log++)
        if (self->logs[log]->violation.text)
            return &self->logs[log]->violation;
    return NULL;
}

static void check_traffic(AnaInvariants *self, const RepTraffic *traffic)
{
    const AnaTotals *totals = &self->totals;
    if (traffic->messages != totals->all_messages || traffic->bytes != totals->all_bytes ||
        traffic->flushes != totals->all_flushes)
        ana_violated(self, ANA_METERS_SUM_UP,
                     "counters at the end say %" G_GUINT64_FORMAT " messages, %" G_GUINT64_FORMAT
                     " bytes, %" G_GUINT64_FORMAT " flushes; observed were %" G_GUINT64_FORMAT
                     ", %" G_GUINT64_FORMAT ", %" G_GUINT64_FORMAT,
                     traffic->messages, traffic->bytes, traffic->flushes, totals->all_messages,
                     totals->all_bytes, totals->all_flushes);
}

static void phase(AnaInvariants *self, const RepObservation *seen)
{
    if (seen->phase.phase != REP_PHASE_END)
        return;
    self->is_drained = seen->phase.drained != 0;
    if (!self->is_drained && self->rules->must_rest)
        ana_violated(self, ANA_COMES_TO_REST,
                     "the run has not come to rest by the end of its drain");
    ana_linear_finish(self);
    ana_logs_finish(self);
    ana_clients_finish(self);
    ana_wire_finish(self);
}

static void dispatch(AnaInvariants *self, const RepObservation *seen)
{
    ana_acks_observe(self, seen);
    ana_elections_observe(self, seen);
    ana_leases_observe(self, seen);
    ana_ranks_observe(self, seen);
    ana_returns_observe(self, seen);
    ana_in_sync_observe(self, seen);
    ana_linear_observe(self, seen);
    switch (seen->kind) {
    case REP_OBS_OPERATION_BEGAN:
    case REP_OBS_OPERATION_ENDED:
        ana_clients_operation(self, seen);
        break;
    case REP_OBS_APPENDED:
        ana_clients_appended(self, seen);
        ana_logs_observe(self, seen);
        break;
    case REP_OBS_DURABLE:
    case REP_OBS_RECEIVED:
    case REP_OBS_FLUSHED:
    case REP_OBS_APPLIED:
    case REP_OBS_COMMITTED:
    case REP_OBS_TRUNCATED:
    case REP_OBS_INSTALLED:
    case REP_OBS_CARRIED:
    case REP_OBS_LEADERSHIP:
    case REP_OBS_RULE_CHANGED:
    case REP_OBS_NODE_CHANGED:
        ana_logs_observe(self, seen);
        break;
    case REP_OBS_FLUSH:
        self->totals.all_flushes++;
        if (seen->at >= self->rules->warmup && seen->at < self->rules->duration)
            self->totals.flushes++;
        break;
    case REP_OBS_PHASE:
        phase(self, seen);
        break;
    case REP_OBS_MESSAGE_SENT:
    case REP_OBS_MESSAGE_ARRIVED:
    case REP_OBS_MESSAGE_DROPPED:
        ana_wire_observe(self, seen);
        ana_clients_message(self, seen);
        break;
    case REP_OBS_FAULT_BEGAN:
    case REP_OBS_FAULT_ENDED:
    case REP_OBS_LEASE:
    case REP_OBS_IN_SYNC:
    case REP_OBS_DIVERGED:
    case REP_OBS_WRITTEN:
    case REP_OBS_STORED:
    case REP_OBS_UNSTORED:
    case REP_OBS_WRITE_CUT_OFF:
    case REP_OBS_WRITE_ENDED:
    case REP_OBS_SETTLED:
    case REP_OBS_HINT:
    case REP_OBS_KINDS:
        break;
    }
}

/* ---- which log ---------------------------------------------------------------------------- */

/* The log that something is about; -1: all of them. */
static int log_of(const AnaInvariants *self, const RepObservation *seen)
{
    switch (seen->kind) {
    case REP_OBS_OPERATION_BEGAN:
    case REP_OBS_OPERATION_ENDED:
        return rep_log_of_key(seen->operation.key, self->n_logs);
    case REP_OBS_DURABLE:
    case REP_OBS_RECEIVED:
    case REP_OBS_FLUSHED:
    case REP_OBS_APPLIED:
    case REP_OBS_COMMITTED:
    case REP_OBS_TRUNCATED:
    case REP_OBS_INSTALLED:
    case REP_OBS_DIVERGED:
    case REP_OBS_FLUSH:
        return (int)seen->entries.log;
    case REP_OBS_LEADERSHIP:
    case REP_OBS_LEASE:
        return (int)seen->leadership.log;
    case REP_OBS_CARRIED:
        return (int)seen->carried.log;
    case REP_OBS_RULE_CHANGED:
        return (int)seen->rule.log;
    case REP_OBS_IN_SYNC:
        return (int)seen->in_sync.log;
    case REP_OBS_MESSAGE_SENT:
    case REP_OBS_MESSAGE_ARRIVED:
    case REP_OBS_MESSAGE_DROPPED:
        return (int)seen->message.log;
    case REP_OBS_APPENDED:
        return (int)seen->appended.log;
    case REP_OBS_NODE_CHANGED:
    case REP_OBS_FAULT_BEGAN:
    case REP_OBS_FAULT_ENDED:
    case REP_OBS_PHASE:
    case REP_OBS_WRITTEN:
    case REP_OBS_STORED:
    case REP_OBS_UNSTORED:
    case REP_OBS_WRITE_CUT_OFF:
    case REP_OBS_WRITE_ENDED:
    case REP_OBS_SETTLED:
    case REP_OBS_HINT:
    case REP_OBS_KINDS:
        break;
    }
    return -1;
}

static void observe_in(AnaInvariants *self, const RepObservation *seen)
{
    if (seen->at < self->now)
        ana_violated(self, ANA_TIME_ORDER,
                     "something is seen at %" G_GINT64_FORMAT
                     " ns after something at %" G_GINT64_FORMAT " ns",
                     seen->at, self->now);
    self->now = seen->at;
    dispatch(self, seen);
    ana_settled_observe(self, seen);
}

/* What the logs have counted, together. */
static void add_totals(AnaTotals *into, const AnaTotals *from)
{
    for (int kind = REP_READ; kind <= REP_WRITE; kind++)
        for (int outcome = 0; outcome <= REP_NOT_STARTED; outcome++)
            into->outcomes[kind][outcome] += from->outcomes[kind][outcome];
    into->messages += from->messages;
    into->bytes += from->bytes;
    into->bytes_between_regions += from->bytes_between_regions;
    into->flushes += from->flushes;
    into->all_messages += from->all_messages;
    into->all_bytes += from->all_bytes;
    into->all_flushes += from->all_flushes;
}

/* Where there is no one log: what is on the wire, and what becomes of versions. */
static void observe_versions(AnaInvariants *self, const RepObservation *seen)
{
    gboolean is_message = REP_OBS_BIT(seen->kind) & REP_OBS_MESSAGES;
    AnaInvariants *on_wire = is_message ? self->logs[log_of(self, seen)] : self;
    if (seen->at < self->now)
        ana_violated(self, ANA_TIME_ORDER, "something is seen before what was seen earlier");
    self->now = on_wire->now = seen->at;
    if (is_message)
        ana_wire_observe(on_wire, seen);
    if (seen->kind == REP_OBS_FLUSH)
        self->totals.all_flushes++;
    if (seen->kind != REP_OBS_PHASE || seen->phase.phase != REP_PHASE_END) {
        ana_versions_observe(self, seen);
        ana_causes_observe(self, seen);
        return;
    }
    self->is_drained = seen->phase.drained != 0;
    if (!self->is_drained && self->rules->must_rest)
        ana_violated(self, ANA_COMES_TO_REST,
                     "the run has not come to rest by the end of its drain");
    for (gsize i = 0; i < self->n_logs; i++) {
        self->logs[i]->is_drained = self->is_drained;
        ana_wire_finish(self->logs[i]);
    }
    ana_versions_observe(self, seen);
    for (gsize i = 1; i < self->n_logs; i++)
        add_totals(&self->totals, &self->logs[i]->totals);
    check_traffic(self, &seen->phase.traffic);
}

static void observe(void *data, const RepObservation *seen)
{
    AnaInvariants *self = data;
    if (ana_invariants_violation(self))
        return;
    if (self->versions) {
        observe_versions(self, seen);
        return;
    }
    int log = log_of(self, seen);
    SIM_CHECK(log < (int)self->n_logs, "log %d of %" G_GSIZE_FORMAT, log, self->n_logs);
    for (int i = 0; i < (int)self->n_logs; i++)
        if (log < 0 || log == i)
            observe_in(self->logs[i], seen);
    ana_sessions_observe(self, seen);
    ana_tally_observe(self, seen);
    if (seen->kind != REP_OBS_PHASE || seen->phase.phase != REP_PHASE_END)
        return;
    for (gsize i = 1; i < self->n_logs; i++)
        add_totals(&self->totals, &self->logs[i]->totals);
    check_traffic(self, &seen->phase.traffic);
}

RepObserver ana_invariants_observer(AnaInvariants *self)
{
    return (RepObserver){.mask = (1u << REP_OBS_KINDS) - 1, .observe = observe, .self = self};
}
