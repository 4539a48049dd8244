/* codes_check.c — checks on measures, limits, keys that contradict each other, warnings: E04, E05
 * and W03. */
#include "scenarios/format/codes.h"
#include "scenarios/format/codes_example.h"

const ScnCode scn_codes_check[] = {
    {.id = SCN_CHECK_SYNTAX,
     .title = "a check cannot be read",
     .explanation = "A check is  METRIC{filters}.statistic OP VALUE [window], for example "
                    "write.latency.p99{client_region=eu} < 150ms before leader-crash.",
     .example = EXPECT("stale_rate")},
    {.id = SCN_UNKNOWN_METRIC,
     .title = "there is no such metric",
     .explanation = "A check on a metric that does not exist could never fail. 'replsim list "
                    "metrics' shows all of them.",
     .example = EXPECT("stale_rat < 1%")},
    {.id = SCN_UNIT_MISMATCH,
     .title = "the limit has another unit than the metric",
     .explanation = "Latencies and lags are compared with durations, shares with percentages, "
                    "counts with plain numbers.",
     .example = EXPECT("write.latency.p99 < 5%")},
    {.id = SCN_NOT_A_COMPARISON,
     .title = "this is not a comparison",
     .explanation = "Comparisons are < <= > >= and ==.",
     .example = EXPECT("lost_writes = 0")},
    {.id = SCN_MISSING_STATISTIC,
     .title = "which statistic of the metric?",
     .explanation = "A latency is a whole distribution. .p99, .mean or .max make one number of it.",
     .example = EXPECT("write.latency < 150ms")},
    {.id = SCN_UNKNOWN_STATISTIC,
     .title = "the metric has no such statistic",
     .explanation = "Distributions have .mean .p50 .p90 .p99 .p999 .max and any other .pNN; shares "
                    "and totals are one number already; some totals have a .rate.",
     .example = EXPECT("stale_rate.p99 < 1%")},
    {.id = SCN_UNKNOWN_FILTER,
     .title = "there is no such filter",
     .explanation = "Filters are region, client_region, client, node, session, key and age.",
     .example = EXPECT("\"stale_rate{clientregion=us} < 1%\"")},
    {.id = SCN_FILTER_NOT_TAKEN,
     .title = "the metric cannot be restricted in this way",
     .explanation = "'replsim list metric NAME' shows which filters a metric takes.",
     .example = EXPECT("\"lag{client=web, node=db2}.p99 < 1s\"")},
    {.id = SCN_MISSING_FILTER,
     .title = "the metric needs a filter",
     .explanation = "Lag is measured for each node; over all nodes it would mean nothing.",
     .example = EXPECT("lag.p99 < 1s")},
    {.id = SCN_METRIC_ARGUMENT,
     .title = "what stands in ( ) does not fit the metric",
     .explanation = "availability and downtime take (reads) or (writes), fresh_after takes a time, "
                    "time_to_first takes (unavailable).",
     .example = EXPECT("availability(scans) > 99%")},
    {.id = SCN_BAD_WINDOW,
     .title = "nothing is counted in this window",
     .explanation = "A window A..B lies between the end of the warm-up and the end of the run.",
     .example = EXPECT("stale_rate < 1% 2min..3min")},

    {.id = SCN_TOO_MANY,
     .title = "there are too many of them",
     .explanation =
         "10,000 nodes, 256 regions, 1,000 client groups, 200 variants and 10,000 faults "
         "are the most.",
     .example = "replsim: 1\nnodes: {a1..a6000: us, b1..b6000: us}\n" CLIENTS},
    {.id = SCN_WARMUP_TOO_LONG,
     .title = "the warm-up leaves nothing to count",
     .explanation = "The duration includes the warm-up, which is simulated but not counted.",
     .example = COMPLETE "duration: 10s\nwarmup: 10s\n",
     .whole = TRUE},
    {.id = SCN_LINK_TWICE,
     .title = "a link is given twice",
     .explanation = "'a <-> b' and 'b <-> a' are the same link. One direction may have a line of "
                    "its own: 'a -> b' wins over 'a <-> b'.",
     .example =
         "replsim: 1\n" NODES "network: {between: {us <-> eu: 40ms, eu <-> us: 50ms}}\n" CLIENTS},
    {.id = SCN_LINK_MISSING,
     .title = "regions that talk have no delay between them",
     .explanation = "Every two regions with nodes, and every region with clients and one with "
                    "nodes, need a line under network.between. Zero is allowed but not assumed.",
     .example = "replsim: 1\n" NODES CLIENTS,
     .whole = TRUE},
    {.id = SCN_POLICY_IMPOSSIBLE,
     .title = "the policy cannot be",
     .explanation = "Its keys contradict each other or the nodes that there are, for example more "
                    "acknowledgements than followers.",
     .example = COMPLETE "policy: {ack: semi-sync(2)}\n",
     .whole = TRUE},
    {.id = SCN_FAULT_CHANGES_NOTHING,
     .title = "the fault changes nothing",
     .explanation = "'slow' needs at least one of latency, bandwidth, cpu and disk.",
     .example = COMPLETE "faults:\n  - {at: 10s, slow: us -> eu}\n"},
    {.id = SCN_FAULT_MISFIT,
     .title = "the fault's target has no such thing",
     .explanation = "Links have latency and bandwidth, nodes have cpu and disk.",
     .example = COMPLETE "faults:\n  - {at: 10s, slow: us -> eu, cpu: x4}\n"},
    {.id = SCN_NOTHING_THERE,
     .title = "there is nothing to simulate",
     .explanation = "A scenario has at least one node and one client group.",
     .example = "replsim: 1\nnodes: {}\n" CLIENTS},
    {.id = SCN_FAULT_WHEN,
     .title = "it is not clear when the fault happens",
     .explanation =
         "A fault has either 'at' or 'every'. What is over at once (promote, join) takes "
         "no 'for'. 'crews' needs a 'for' to shorten, 'each' a target that is 'each'.",
     .example = COMPLETE "faults:\n  - {at: 10s, every: 20s, crash: db1, for: 1s}\n"},
    {.id = SCN_TARGET_MATCHES_NOTHING,
     .title = "the fault would hit nobody",
     .explanation =
         "Under this policy there is no such node, so the fault could never do anything.",
     .example = COMPLETE "policy: {followers: []}\n"
                         "faults:\n  - {at: 10s, crash: any follower, for: 1s}\n"},
    {.id = SCN_TOO_FEW,
     .title = "there are too few for a conversation",
     .explanation = "One session asks, another answers, a third watches, all of one client group; "
                    "and the answer has a key of its own.",
     .example = "replsim: 1\n" NODES NETWORK
                "clients:\n  web: {rate: 100/s, reads: 90%, keys: uniform_keys(1k), sessions: 2, "
                "conversation: {share: 5%, delay: 50ms}}\n"},

    {.id = SCN_NOT_WITH_SCRIPT,
     .title = "the key says nothing beside a script",
     .explanation = "A client group with a script does what its steps say and nothing else; what "
                    "other clients do is another group.",
     .example = "replsim: 1\n" NODES NETWORK
                "clients:\n  web:\n    rate: 100/s\n    script: [{at: 0ms, write: x}]\n"},
    {.id = SCN_STEP_WHEN,
     .title = "it is not clear when the step begins",
     .explanation = "A step begins 'at' an instant, or 'after' the end of another step and a "
                    "'wait'. Steps that wait for each other in a circle never begin.",
     .example = SCRIPT("{write: x}")},
    {.id = SCN_STEP_MISFIT,
     .title = "the key does not fit the step",
     .explanation = "Values and contexts belong to what is written. A context is what the author "
                    "has seen of the same key. Where values merge, they must be such that can: "
                    "increments of a counter, elements of a set.",
     .example = SCRIPT("{at: 0ms, read: x, value: A}")},

    {.id = SCN_NAME_MISREAD,
     .title = "other YAML readers may misread this name",
     .explanation = "YAML 1.1 readers take no, on, y and their like for true or false, and some "
                    "names for numbers. Here every name stays what it is.",
     .example = "replsim: 1\nnodes: {db1: no}\n" CLIENTS},
    {.id = SCN_FEW_ROWS,
     .title = "there are too few measurements",
     .explanation = "From fewer than 200 rows nobody knows the 99th percentile: it rests on the "
                    "largest one or two."},
    {.id = SCN_HALVED,
     .title = "a round trip is halved",
     .explanation =
         "Delays of links are one-way. rtt(…) takes what ping shows and gives half of it "
         "to each direction, which real networks need not do.",
     .example = WITHIN("rtt(1ms)")},
    {.id = SCN_CLOSED_LOOP,
     .title = "a closed loop hides outages",
     .explanation =
         "Sessions that wait for an answer send nothing meanwhile, so the slow times are "
         "counted too rarely (coordinated omission). Open arrivals go on as independent "
         "users do.",
     .example = "replsim: 1\n" NODES NETWORK "clients:\n  web:\n    rate: closed(50, think=10ms)\n"
                "    reads: 90%\n    keys: uniform_keys(1k)\n"},
    {.id = SCN_FAULT_TOO_LATE,
     .title = "it comes after the last operation",
     .explanation = "After 'duration' clients stop and the system drains; faults go on, but hardly "
                    "anything sees them.",
     .example = COMPLETE "faults:\n  - {at: 2min, crash: db1}\n"},
    {.id = SCN_COMPARED_WITH_ITSELF,
     .title = "the baseline is compared with itself",
     .explanation = "'2 x baseline' means something for the other variants only.",
     .example = EXPECT("write.latency.p99 <= 2 x baseline")},
    {.id = SCN_POLICY_RISK,
     .title = "the policy allows what it seems to forbid",
     .explanation =
         "Each key is possible, but together they do not protect what one would expect: a lease "
         "that outlasts detection and promotion lets two leaders accept writes; an election "
         "guards only entries that a majority acknowledged.",
     .example = COMPLETE "policy: {failover: {detect: 1s, takes: 500ms, fence: lease(3s)}}\n"},
    {.id = SCN_RARE_EVENT,
     .title = "a check on a rare event needs more trials",
     .explanation = "Seeing nothing in n trials shows only that the chance is below about 3/n (95 "
                    "%). Zero losses in 30 runs are compatible with one in ten.",
     .example = EXPECT("lost_writes == 0")},
    {.title = NULL}};
