/*
 * metrics.c — the table of measures (semantics §9), in the order of results: what is lost, what is
 * stale, what sessions see of their past, what it costs to wait, what fails, how far replicas are
 * behind, what it costs to run.
 */
#include "analysis/metric_ids.h"

#include <string.h>

#define FILTERS_CLIENT                                                                             \
    (ANA_FILTER_CLIENT_REGION | ANA_FILTER_CLIENT | ANA_FILTER_SESSION | ANA_FILTER_KEY |          \
     ANA_FILTER_PARTITION)
/* Only of operations that some node answered. */
#define FILTERS_ANSWERED (FILTERS_CLIENT | ANA_FILTER_REGION | ANA_FILTER_NODE)

static const AnaWord firsts[] = {{"unavailable", "downtime"}, {NULL, NULL}};

const AnaMetric ana_metrics[] = {
    [ANA_LOST_WRITES] =
        {.name = "lost_writes",
         .unit = ANA_UNIT_COUNT,
         .shape = ANA_SHAPE_TOTAL,
         .filters = FILTERS_CLIENT,
         .has_rate = TRUE,
         .rate_of = "write",
         .good = ANA_GOOD_LOW,
         .doc = "writes that were acknowledged to their client and are, after the drain, neither "
                "present in the surviving history nor followed there by a write that had seen them",
         .detail = "Per replication; .rate is per acknowledged write. The surviving history is "
                   "what live replicas hold. Where a run has not drained, checks are inconclusive.",
         .label = "lost writes"},
    [ANA_OVERWRITTEN_WRITES] =
        {.name = "overwritten_writes",
         .unit = ANA_UNIT_COUNT,
         .shape = ANA_SHAPE_TOTAL,
         .filters = FILTERS_CLIENT,
         .has_rate = TRUE,
         .rate_of = "write",
         .good = ANA_GOOD_LOW,
         .doc = "writes that were acknowledged to their client and then dropped by a conflict "
                "rule, although nobody who had seen them replaced them",
         .detail = "Per replication; .rate is per acknowledged write. A write belongs to the "
                   "instant of its invocation. Such a write is not counted as lost.",
         .label = "overwritten writes"},
    [ANA_CONFLICTS] =
        {.name = "conflicts",
         .unit = ANA_UNIT_COUNT,
         .shape = ANA_SHAPE_TOTAL,
         .has_rate = TRUE,
         .rate_of = "write",
         .rates_apart = TRUE,
         .good = ANA_GOOD_LOW,
         .doc = "pairs of writes to a key of which neither had seen the other",
         .detail =
             "Per replication, at the instant of the decision; .rate is the share of "
             "writes, acknowledged or not, that are in at least one pair. With returning_leader: "
             "keep-and-conflict, a write that a returning "
             "leader hands over and the newest one of its key at the new leader are a pair, "
             "acknowledged or not; the earlier of them is dropped.",
         .label = "conflicts"},
    [ANA_BACKWARDS_WINS] =
        {.name = "backwards_wins",
         .unit = ANA_UNIT_COUNT,
         .shape = ANA_SHAPE_TOTAL,
         .has_rate = TRUE,
         .rate_of = "write",
         .good = ANA_GOOD_LOW,
         .doc = "writes that a conflict rule dropped for one which their author had seen",
         .detail =
             "Per replication, each write once, at the instant in which a replica first drops "
             "it. What clocks that disagree do to a rule that orders by them; .rate is per "
             "acknowledged write.",
         .label = "backwards wins"},
    [ANA_OVERTAKES] =
        {.name = "overtakes",
         .unit = ANA_UNIT_COUNT,
         .shape = ANA_SHAPE_TOTAL,
         .filters = ANA_FILTER_NODE | ANA_FILTER_KEY,
         .has_rate = TRUE,
         .rate_of = "arrival",
         .good = ANA_GOOD_LOW,
         .doc =
             "writes of other leaders that a leader shows before something that they rest on has "
             "arrived there",
         .detail = "Per replication; .rate is per arrival at a leader of a write that another "
                   "accepted. A write rests on the earlier writes to its key that its author had "
                   "before him, and on the question that it answers (conversation). None with "
                   "'causal: true'. By default where several nodes take writes.",
         .label = "effects before their causes"},
    [ANA_DIVERGENCES] =
        {.name = "divergences",
         .unit = ANA_UNIT_COUNT,
         .shape = ANA_SHAPE_TOTAL,
         .filters = ANA_FILTER_NODE,
         .has_rate = TRUE,
         .rate_of = "entry",
         .good = ANA_GOOD_LOW,
         .doc = "log entries whose statement gave another result where it was run again",
         .detail = "Per replication, at the instant of applying; each node that applies an entry "
                   "counts by itself. .rate is per entry applied by followers (at the node, where "
                   "one is given). What comes in a snapshot is not run again.",
         .label = "diverged statements"},
    [ANA_DIVERGENCE_TIME] =
        {.name = "divergence_time",
         .unit = ANA_UNIT_NS,
         .shape = ANA_SHAPE_DISTRIBUTION,
         .good = ANA_GOOD_LOW,
         .doc = "time from the last write to a key until every node that keeps it shows that and "
                "all earlier writes, or what they came to",
         .detail = "One value each time that the replicas of a key agree again, at the instant of "
                   "the last write. Where there is no one log. A node that is down agrees when it "
                   "is back and has caught up; keys on which the replicas never agree again give "
                   "no value.",
         .label = "time until replicas agree"},
    [ANA_STALE_RATE] =
        {.name = "stale_rate",
         .unit = ANA_UNIT_RATIO,
         .shape = ANA_SHAPE_RATIO,
         .filters = FILTERS_ANSWERED | ANA_FILTER_AGE,
         .good = ANA_GOOD_LOW,
         .doc = "share of successful reads that miss a write to their key which had been "
                "acknowledged to its client when the read began",
         .detail = "A read misses a write when what it returned neither is that write, nor "
                   "contains it, nor follows it in the order known when the read is answered. "
                   "Writes cut off from every live replica count as lost, not as missed. A filter "
                   "on age restricts the stale reads counted, not the reads.",
         .label = "stale reads"},
    [ANA_STALE_AGE] =
        {.name = "stale_age",
         .unit = ANA_UNIT_NS,
         .shape = ANA_SHAPE_DISTRIBUTION,
         .filters = FILTERS_ANSWERED,
         .good = ANA_GOOD_LOW,
         .doc = "of a stale read: time from the earliest acknowledgement among the writes it "
                "misses to its start",
         .label = "age of stale reads"},
    [ANA_STALE_VERSIONS] =
        {.name = "stale_versions",
         .unit = ANA_UNIT_COUNT,
         .shape = ANA_SHAPE_DISTRIBUTION,
         .filters = FILTERS_ANSWERED,
         .good = ANA_GOOD_LOW,
         .doc = "of a stale read: number of writes to its key, acknowledged when it began, that "
                "it misses",
         .label = "versions missed"},
    [ANA_FRESH_AFTER] =
        {.name = "fresh_after",
         .unit = ANA_UNIT_RATIO,
         .shape = ANA_SHAPE_RATIO,
         .arg = ANA_ARG_SPAN,
         .filters = FILTERS_ANSWERED,
         .good = ANA_GOOD_HIGH,
         .doc = "share of reads that are not stale, among those that begin T to 1.05 T after the "
                "latest acknowledgement of their key",
         .detail = "For T = 0: exactly at the acknowledgement. Equals the isolated write and read "
                   "of PBS only where the write rate of a key times the spread of one write over "
                   "its replicas is far below 1.",
         .label = "fresh reads"},
    [ANA_T_VISIBILITY] =
        {.name = "t_visibility",
         .unit = ANA_UNIT_NS,
         .shape = ANA_SHAPE_DISTRIBUTION,
         .filters = FILTERS_CLIENT,
         .good = ANA_GOOD_LOW,
         .doc = "how long after the latest acknowledgement of its key a read, with the delays that "
                "it had, would first have been fresh",
         .detail = "Under policy.wars only: there every delay is known. PBS calls its quantile at "
                   "p the t-visibility for probability p (Bailis et al., VLDB 2012).",
         .label = "time until visible"},
    [ANA_RYW_VIOLATIONS] =
        {.name = "ryw_violations",
         .unit = ANA_UNIT_COUNT,
         .shape = ANA_SHAPE_TOTAL,
         .filters = FILTERS_ANSWERED,
         .has_rate = TRUE,
         .rate_of = "read",
         .good = ANA_GOOD_LOW,
         .doc = "successful reads that miss a write to their key which their own session had been "
                "told was done before the read began",
         .detail = "Per replication; .rate is per read of a key with an own acknowledged write. "
                   "Judged as stale_rate is, against the session's own writes: one that is cut "
                   "off from every live replica counts as lost, not as missed. By default where "
                   "there is read_after_write, a conversation or a session guarantee.",
         .label = "reads that miss own writes"},
    [ANA_MONOTONIC_VIOLATIONS] =
        {.name = "monotonic_violations",
         .unit = ANA_UNIT_COUNT,
         .shape = ANA_SHAPE_TOTAL,
         .filters = FILTERS_ANSWERED,
         .has_rate = TRUE,
         .rate_of = "read",
         .good = ANA_GOOD_LOW,
         .doc = "successful reads that return an older version of their key than a read of the "
                "same session that was answered before they began",
         .detail = "Per replication; .rate is per read of a key that the session had read before. "
                   "Older in the order known when the read is answered, where there is one log by "
                   "(term, index): also than a version that was read and then taken back by a "
                   "failover. Where there is no one log, a version that is cut off from every "
                   "live replica counts as lost, not as seen. By default where there is "
                   "read_after_write, a conversation or a session guarantee.",
         .label = "reads that go back in time"},
    [ANA_PREFIX_VIOLATIONS] =
        {.name = "prefix_violations",
         .unit = ANA_UNIT_COUNT,
         .shape = ANA_SHAPE_TOTAL,
         .filters = FILTERS_ANSWERED,
         .has_rate = TRUE,
         .rate_of = "read",
         .good = ANA_GOOD_LOW,
         .doc = "successful reads that lack a write on which another rests that the same session "
                "had read before they began",
         .detail = "Per replication; .rate is per read of a key of which the session had read a "
                   "write that depends on a version of it. Dependencies are those of the "
                   "workload: the answer of a conversation depends on the question as it was read. "
                   "A version that is cut off from every live replica counts as lost, not as "
                   "lacking. By default where there is a conversation.",
         .label = "answers seen before their questions"},
    [ANA_LINEARIZABLE] =
        {.name = "linearizable",
         .unit = ANA_UNIT_RATIO,
         .shape = ANA_SHAPE_RATIO,
         .filters =
             ANA_FILTER_CLIENT_REGION | ANA_FILTER_CLIENT | ANA_FILTER_SESSION | ANA_FILTER_KEY,
         .is_claim = TRUE,
         .good = ANA_GOOD_HIGH,
         .doc = "share of operations on keys of which every operation can be given one instant "
                "while it was under way so that every read returns the last write before it",
         .detail = "As a check it stands alone, with a window if need be: it passes if this holds "
                   "of every key in every replication, and fails if it does not hold of one. "
                   "Filters on clients restrict the reads; writes count whoever made them. A write "
                   "of unknown outcome may have been done at any time, or not. Keeps the history "
                   "of the window, of 1M operations at most; counts only where it is asked for.",
         .label = "linearizable"},
    [ANA_RETURNS] =
        {.name = "returns",
         .unit = ANA_UNIT_RATIO,
         .shape = ANA_SHAPE_RATIO,
         .arg = ANA_ARG_STEP,
         .is_claim = TRUE,
         .good = ANA_GOOD_HIGH,
         .doc = "share of replications in which a step of a script was shown what is expected",
         .detail = "returns(STEP) == VALUE: of a read what it returned, of a write what the node "
                   "that took it then had of the key. Values side by side are a list in any "
                   "order: [A, B]; nothing is []. A step that did not succeed returns failed, "
                   "unknown or not started. As a check it passes if it holds in every replication "
                   "and fails if it does not in one.",
         .label = "returned as expected"},
    [ANA_HOLDS] =
        {.name = "holds",
         .unit = ANA_UNIT_RATIO,
         .shape = ANA_SHAPE_RATIO,
         .arg = ANA_ARG_NODE_AND_KEY,
         .is_claim = TRUE,
         .good = ANA_GOOD_HIGH,
         .doc = "share of replications at whose end a node holds of a key what is expected",
         .detail = "holds(NODE, KEY) == [A, B], of a key that a script writes, after the drain: "
                   "what the node would show to readers, or what is on its disk if it is down.",
         .label = "held as expected"},
    [ANA_VERSION] =
        {.name = "version",
         .unit = ANA_UNIT_RATIO,
         .shape = ANA_SHAPE_RATIO,
         .arg = ANA_ARG_STEP,
         .is_claim = TRUE,
         .good = ANA_GOOD_HIGH,
         .doc = "share of replications in which what a step wrote, or read, is the expected "
                "version of its key",
         .detail = "version(STEP) == 3: versions of a key are counted from 1 in the order of its "
                   "log, or in which its writes were accepted; 0: nothing was read.",
         .label = "version as expected"},
    [ANA_WRITE_LATENCY] =
        {.name = "write.latency",
         .unit = ANA_UNIT_NS,
         .shape = ANA_SHAPE_DISTRIBUTION,
         .filters = FILTERS_ANSWERED,
         .good = ANA_GOOD_LOW,
         .doc = "of a successful write: time from its intended arrival to its first success",
         .label = "write latency"},
    [ANA_READ_LATENCY] =
        {.name = "read.latency",
         .unit = ANA_UNIT_NS,
         .shape = ANA_SHAPE_DISTRIBUTION,
         .filters = FILTERS_ANSWERED,
         .good = ANA_GOOD_LOW,
         .doc = "of a successful read: time from its intended arrival to its first success",
         .label = "read latency"},
    [ANA_AVAILABILITY] =
        {.name = "availability",
         .unit = ANA_UNIT_RATIO,
         .shape = ANA_SHAPE_RATIO,
         .arg = ANA_ARG_KIND,
         .filters = FILTERS_CLIENT,
         .good = ANA_GOOD_HIGH,
         .doc = "share of operations that succeeded, among those that succeeded, failed or have "
                "an unknown outcome",
         .detail = "Without (reads) or (writes): of all operations.",
         .label = "availability"},
    [ANA_UNKNOWN_RATE] =
        {.name = "unknown_rate",
         .unit = ANA_UNIT_RATIO,
         .shape = ANA_SHAPE_RATIO,
         .filters = FILTERS_CLIENT,
         .good = ANA_GOOD_LOW,
         .doc = "share of operations whose outcome the client never learned, among those that "
                "succeeded, failed or have an unknown outcome",
         .label = "unknown outcomes"},
    [ANA_DOWNTIME] =
        {.name = "downtime",
         .unit = ANA_UNIT_NS,
         .shape = ANA_SHAPE_TOTAL,
         .arg = ANA_ARG_KIND,
         .filters = ANA_FILTER_CLIENT_REGION | ANA_FILTER_CLIENT,
         .good = ANA_GOOD_LOW,
         .doc = "total time of the windows that run from the first invocation after which no "
                "operation of the kind succeeds until the next success",
         .detail = "Per replication. A window counts if an operation invoked in it did not succeed "
                   "and it lasts at least downtime_floor. Without (reads) or (writes): windows in "
                   "which neither succeeds.",
         .label = "downtime"},
    [ANA_TIME_TO_FIRST] =
        {.name = "time_to_first",
         .unit = ANA_UNIT_NS,
         .shape = ANA_SHAPE_TOTAL,
         .arg = ANA_ARG_WORD,
         .words = firsts,
         .filters = ANA_FILTER_CLIENT_REGION | ANA_FILTER_CLIENT,
         .good = ANA_GOOD_HIGH,
         .doc = "time from the start of the measured part to the beginning of the first window of "
                "downtime that counts, of reads or of writes",
         .detail = "Per replication. One in which it never happens counts with the whole measured "
                   "part and is marked censored, so the mean is a lower bound. The time to failure "
                   "of exponential failures is value x count / (count - censored). In a window: "
                   "the time that the window has before.",
         .label = "time to first"},
    [ANA_SPLIT_BRAIN] =
        {.name = "split_brain",
         .unit = ANA_UNIT_NS,
         .shape = ANA_SHAPE_TOTAL,
         .good = ANA_GOOD_LOW,
         .doc = "time during which at least two nodes accept writes as leader of the same data",
         .detail = "Per replication; the part within the measured part, or within the window. A "
                   "node accepts writes while it leads, its lease holds (where there are leases), "
                   "and it is neither down nor paused; whether a client reaches it does not "
                   "matter.",
         .label = "split brain"},
    [ANA_FAILOVERS] =
        {.name = "failovers",
         .unit = ANA_UNIT_COUNT,
         .shape = ANA_SHAPE_TOTAL,
         .good = ANA_GOOD_LOW,
         .doc = "leaderships begun by a node other than the one that led before",
         .detail = "Per replication; each at the instant at which the new leadership begins. The "
                   "first leadership of a run is none, nor is one of a node that leads again.",
         .label = "failovers"},
    [ANA_FALSE_FAILOVERS] =
        {.name = "false_failovers",
         .unit = ANA_UNIT_COUNT,
         .shape = ANA_SHAPE_TOTAL,
         .good = ANA_GOOD_LOW,
         .doc = "failovers whose old leader had not died: it was slow, paused or cut off",
         .detail = "Per replication. The old leader died if its node went down while it led. One "
                   "that was fenced or stepped down alive did not, whatever came after; one that "
                   "nothing fenced did not unless it had gone down when the new leadership began. "
                   "A promotion by hand over a leader that lives counts too.",
         .label = "false failovers"},
    [ANA_LAG] =
        {.name = "lag",
         .unit = ANA_UNIT_NS,
         .shape = ANA_SHAPE_DISTRIBUTION,
         .filters = ANA_FILTER_NODE | ANA_FILTER_PARTITION,
         .required = ANA_FILTER_NODE,
         .good = ANA_GOOD_LOW,
         .doc = "per log entry: time from being durable at its origin to being applied at the node",
         .detail = "Negative counts as 0. An entry not applied at the end counts with its age then "
                   "and is marked censored; one cut from the history counts as lost, not as lag. "
                   "Leaderless: per write, from its acceptance by the coordinator until the node "
                   "shows it or what follows it; one that never gets there has none. Only where "
                   "it is asked for.",
         .label = "lag"},
    [ANA_LAG_RECEIVED] =
        {.name = "lag.received",
         .unit = ANA_UNIT_NS,
         .shape = ANA_SHAPE_DISTRIBUTION,
         .filters = ANA_FILTER_NODE | ANA_FILTER_PARTITION,
         .required = ANA_FILTER_NODE,
         .good = ANA_GOOD_LOW,
         .doc = "per log entry: time from being durable at its origin to being received by the "
                "node",
         .detail = "Counted as lag is.",
         .label = "lag until received"},
    [ANA_LAG_FLUSHED] =
        {.name = "lag.flushed",
         .unit = ANA_UNIT_NS,
         .shape = ANA_SHAPE_DISTRIBUTION,
         .filters = ANA_FILTER_NODE | ANA_FILTER_PARTITION,
         .required = ANA_FILTER_NODE,
         .good = ANA_GOOD_LOW,
         .doc = "per log entry: time from being durable at its origin to being on the node's disk",
         .detail = "Counted as lag is.",
         .label = "lag until flushed"},
    [ANA_BEHIND] =
        {.name = "behind",
         .unit = ANA_UNIT_NS,
         .shape = ANA_SHAPE_TIME_AVERAGE,
         .filters = ANA_FILTER_NODE | ANA_FILTER_PARTITION,
         .required = ANA_FILTER_NODE,
         .good = ANA_GOOD_LOW,
         .doc = "over simulated time: age of the oldest durable entry that the node has not "
                "applied, 0 where there is none",
         .detail = "Statistics are weighted by time; the count is the time observed, in ns. With "
                   "several partitions, of each by itself.",
         .label = "time behind"},
    [ANA_BACKLOG] =
        {.name = "backlog",
         .unit = ANA_UNIT_COUNT,
         .shape = ANA_SHAPE_TIME_AVERAGE,
         .filters = ANA_FILTER_NODE | ANA_FILTER_PARTITION,
         .required = ANA_FILTER_NODE,
         .good = ANA_GOOD_LOW,
         .doc = "over simulated time: number of durable entries that the node has not applied",
         .detail = "Statistics are weighted by time; the count is the time observed, in ns. With "
                   "several partitions, of each by itself.",
         .label = "backlog"},
    [ANA_HINTS_PENDING] =
        {.name = "hints.pending",
         .unit = ANA_UNIT_COUNT,
         .shape = ANA_SHAPE_TIME_AVERAGE,
         .good = ANA_GOOD_LOW,
         .doc = "over simulated time: hints that nodes keep for others",
         .detail = "Statistics are weighted by time; the count is the time observed, in ns.",
         .label = "hints kept"},
    [ANA_HINTS_DRAINED] =
        {.name = "hints.drained_after_recovery",
         .unit = ANA_UNIT_NS,
         .shape = ANA_SHAPE_DISTRIBUTION,
         .good = ANA_GOOD_LOW,
         .doc = "time from a node's return until nobody keeps a hint for it any more",
         .detail = "One value for each return of a node for which there were hints, at the "
                   "instant of the return.",
         .label = "time until hints are handed over"},
    [ANA_COST_MESSAGES] =
        {.name = "cost.messages",
         .unit = ANA_UNIT_COUNT,
         .shape = ANA_SHAPE_PER_OPERATION,
         .good = ANA_GOOD_LOW,
         .doc = "messages sent in the measured part, per client operation invoked in it",
         .label = "messages per operation"},
    [ANA_COST_BYTES] = {.name = "cost.bytes",
                        .unit = ANA_UNIT_BYTES,
                        .shape = ANA_SHAPE_PER_OPERATION,
                        .good = ANA_GOOD_LOW,
                        .doc =
                            "bytes sent in the measured part, per client operation invoked in it",
                        .label = "bytes per operation"},
    [ANA_COST_BYTES_BETWEEN_REGIONS] =
        {.name = "cost.bytes_between_regions",
         .unit = ANA_UNIT_BYTES,
         .shape = ANA_SHAPE_PER_OPERATION,
         .good = ANA_GOOD_LOW,
         .doc = "bytes sent from one region to another in the measured part, per client operation "
                "invoked in it",
         .label = "bytes between regions per operation"},
    [ANA_COST_FLUSHES] =
        {.name = "cost.flushes",
         .unit = ANA_UNIT_COUNT,
         .shape = ANA_SHAPE_PER_OPERATION,
         .good = ANA_GOOD_LOW,
         .doc = "flushes of disks in the measured part, per client operation invoked in it",
         .label = "flushes per operation"},
    [ANA_METRICS] = {0},
};

const AnaMetric *ana_metric_find(const char *name)
{
    for (const AnaMetric *metric = ana_metrics; metric->name; metric++)
        if (strcmp(metric->name, name) == 0)
            return metric;
    return NULL;
}

const char *ana_unit_name(AnaUnit unit)
{
    static const char *const names[] = {[ANA_UNIT_RATIO] = "ratio",
                                        [ANA_UNIT_NS] = "ns",
                                        [ANA_UNIT_COUNT] = "count",
                                        [ANA_UNIT_BYTES] = "bytes"};
    return names[unit];
}

AnaQuery ana_query_of(const AnaMetric *metric)
{
    return (AnaQuery){.metric = metric,
                      .writes = -1,
                      .word = -1,
                      .region = -1,
                      .client_region = -1,
                      .client = -1,
                      .node = -1,
                      .session = -1,
                      .key = -1,
                      .partition = -1,
                      .age = -1,
                      .window = ANA_WINDOW_ALL,
                      .fault = -1,
                      .step = -1,
                      .stat = ANA_STAT_NONE};
}

AnaUnit ana_query_unit(const AnaQuery *query)
{
    return query->stat == ANA_STAT_RATE ? ANA_UNIT_RATIO : query->metric->unit;
}

gboolean ana_query_same_cell(const AnaQuery *a, const AnaQuery *b)
{
    return a->metric == b->metric && a->writes == b->writes && a->span == b->span &&
           a->word == b->word && a->region == b->region && a->client_region == b->client_region &&
           a->client == b->client && a->node == b->node && a->session == b->session &&
           a->key == b->key && a->partition == b->partition && a->age == b->age &&
           a->step == b->step && a->expected == b->expected && a->window == b->window &&
           a->fault == b->fault && a->from == b->from && a->to == b->to;
}

/* The value of `.p50`, `.p999`, … for the statistics that have a name of their own. */
static double named_quantile(AnaStat stat)
{
    switch (stat) {
    case ANA_STAT_P50:
        return 0.5;
    case ANA_STAT_P90:
        return 0.9;
    case ANA_STAT_P99:
        return 0.99;
    case ANA_STAT_P999:
        return 0.999;
    case ANA_STAT_NONE:
    case ANA_STAT_MEAN:
    case ANA_STAT_MAX:
    case ANA_STAT_RATE:
    case ANA_STAT_QUANTILE:
        break;
    }
    return 0;
}

AnaQuery ana_query_with(const AnaQuery *query, AnaStat stat)
{
    AnaQuery with = *query;
    with.stat = stat;
    with.quantile = named_quantile(stat);
    return with;
}

AnaQuery ana_query_canonical(const AnaQuery *query)
{
    static const AnaStat named[] = {ANA_STAT_P50, ANA_STAT_P90, ANA_STAT_P99, ANA_STAT_P999};
    AnaQuery canonical = *query;
    if (query->stat == ANA_STAT_QUANTILE) {
        for (gsize i = 0; i < G_N_ELEMENTS(named); i++)
            if (query->quantile == named_quantile(named[i]))
                canonical.stat = named[i];
    } else {
        canonical.quantile = named_quantile(query->stat);
    }
    if (query->metric->arg != ANA_ARG_KIND)
        canonical.writes = -1;
    if (query->metric->arg != ANA_ARG_SPAN)
        canonical.span = 0;
    if (query->metric->arg != ANA_ARG_WORD)
        canonical.word = -1;
    if (query->window != ANA_WINDOW_SPAN)
        canonical.from = canonical.to = 0;
    if (query->window == ANA_WINDOW_ALL || query->window == ANA_WINDOW_SPAN)
        canonical.fault = -1;
    return canonical;
}

gboolean ana_query_equal(const AnaQuery *a, const AnaQuery *b)
{
    return ana_query_same_cell(a, b) && a->stat == b->stat && a->quantile == b->quantile;
}
