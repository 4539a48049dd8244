/* planted_scenarios.c — see planted_scenarios.h. */
#include "tests/support/planted_scenarios.h"

#include <string.h>

/* One monitor, next to db2, loses sight of db1; db3 goes on with db1, which is not fenced. */
#define OLD_LEADER_WITH_A_FOLLOWER                                                                 \
    "fence: false, detect: 2s, takes: 500ms, promote: 'preferred([db2])', monitors: [b]"

#define THREE_LINKS "a <-> b: 20ms, a <-> c: 30ms, b <-> c: 20ms"

const TestPlanted test_planted[REP_BUG_COUNT - 1] = {
    /* Entries arrive during a flush. */
    {.bug = REP_BUG_ACK_BEFORE_FLUSH, .clients = "rate: 200/s", .storage = "fsync: 20ms"},
    /* The new leader inherits entries that it has not applied, and has none of its own yet. */
    {.bug = REP_BUG_COMMIT_EARLIER_TERM,
     .storage = "fsync: 5ms, apply: 300ms",
     .policy = "ack: quorum(majority)",
     .failover = "elect: 'raft(timeout=uniform(300ms, 600ms))'",
     .faults = {"every: 5s, kill: db1, for: 2s", "every: 7s, kill: db2, for: 2s"}},
    /* db2 acknowledges what it has received, dies before its flush, and gets it again; the other
     * acknowledgement must come from db3, which is away. */
    {.bug = REP_BUG_ACK_COUNTED_TWICE,
     .storage = "fsync: 50ms",
     .policy = "ack: semi-sync(2), ack_point: received, ack_timeout: never",
     .faults = {"at: 5s, isolate: db3, for: 20s", "every: 500ms, kill: db2, for: 10ms"}},
    /* db3 flushes entries of the old leader while it hears of the new one. */
    {.bug = REP_BUG_ACK_BY_POSITION,
     .links = "a <-> b: 20ms, a <-> c: 30ms, b <-> c: 100ms",
     .clients = "rate: 200/s",
     .storage = "fsync: 50ms",
     .policy = "ack: semi-sync(1), ack_timeout: never",
     .failover = OLD_LEADER_WITH_A_FOLLOWER ", redirect: 300ms",
     .faults = {"at: 10s, cut: a <-> b, for: 10s"}},
    /* Connections break and stand again while a follower flushes. */
    {.bug = REP_BUG_RESUME_FROM_MEMORY,
     .storage = "fsync: 100ms",
     .policy = "ack: semi-sync(1)",
     .faults = {"every: 300ms, cut: a <-> b, for: 20ms"}},
    /* db3 is busy applying what db2 makes it cut off. */
    {.bug = REP_BUG_APPLIED_PAST_CUT,
     .storage = "apply: 500ms, apply_workers: 50",
     .failover = OLD_LEADER_WITH_A_FOLLOWER ", redirect: 8s",
     .faults = {"at: 10s, cut: a <-> b, for: 10s"}},
    /* db3 dies while a snapshot is on its way and asks for another: both arrive. While db2 is away
     * the log keeps what db3 then asks for again; otherwise a check of the models would notice. */
    {.bug = REP_BUG_STALE_SNAPSHOT,
     .links = THREE_LINKS "}, bandwidth: {a <-> c: 8Mbit/s",
     .clients = "rate: 100/s",
     .storage = "snapshot_size: 4MB",
     .policy = "retain: 1000",
     .faults = {"at: 5s, kill: db3, for: 15s", "at: 20500ms, kill: db3, for: 50ms",
                "at: 20s, isolate: db2, for: 8s"}},
    /* db1 went on alone, returns, and db2 has nothing new for it yet. */
    {.bug = REP_BUG_TAIL_KEPT_WHILE_IDLE,
     .clients = "rate: 1/s, from: {a: 100%}",
     .failover = "fence: false, detect: 2s, takes: 500ms",
     .faults = {"at: 10s, partition: [[a], [b, c]], for: 5s"}},
    /* db2 and db3 do not hear each other and stand in one term; between their questions db1, which
     * has voted for one of them, restarts. */
    {.bug = REP_BUG_VOTE_NOT_DURABLE,
     .breaks_check = TRUE,
     .clients = "rate: 10/s",
     .policy = "ack: quorum(majority)",
     .failover = "elect: 'raft(timeout=uniform(300ms, 320ms))'",
     .faults = {"at: 5s, cut: b <-> c, for: 20s", "at: 5s, kill: db1, for: 250ms",
                "at: 5340ms, kill: db1, for: 1ms"}},
    /* After one failover, one monitor out of three loses sight of the new leader. */
    {.bug = REP_BUG_STALE_VOTES_COUNT,
     .nodes = "db1: a, db2: b, db4: d, db5: e",
     .links = "a <-> b: 5ms, a <-> d: 50ms, a <-> e: 50ms, b <-> d: 50ms, b <-> e: 50ms,\n"
              "    d <-> e: 50ms",
     .failover = "detect: 2s, takes: 500ms, monitors: [b, d, e],\n"
                 "    promote: 'preferred([db2, db1])'",
     .faults = {"at: 5s, kill: db1, for: 5s", "at: 15s, cut: b -> d, for: 10s"}},
    /* db2 has most on its disk, for what was on its way to db3 is lost with db1; db3 shows most. */
    {.bug = REP_BUG_PROMOTE_BY_APPLIED,
     .nodes = "db1: a, db2: {region: b, storage: {apply: 15ms}}, db3: c",
     .links = "a <-> b: 20ms, a <-> c: 130ms, b <-> c: 20ms",
     .clients = "rate: 100/s",
     .failover = "detect: 2s, takes: 500ms",
     .faults = {"at: 10s, crash: db1, for: 10s"}},
    /* The leader is cut off from its monitors. */
    {.bug = REP_BUG_LEASE_FROM_ANSWER,
     .failover = "detect: 6s, takes: 500ms, heartbeat: 1s, fence: lease(3s)",
     .faults = {"at: 10s, isolate: db1, for: 10s"}},
    /* No follower acknowledges for longer than clients wait. */
    {.bug = REP_BUG_RETRY_ANSWERED_EARLY,
     .clients = "rate: 20/s, from: {a: 100%}, timeout: 200ms, retry: {times: 3, after: 50ms}",
     .policy = "ack: semi-sync(1)",
     .faults = {"at: 10s, partition: [[a], [b, c]], for: 2s"}},
    /* Both sides of a split write to the same keys. */
    {.bug = REP_BUG_CARRY_OVERWRITES_NEWER,
     .clients = "rate: 100/s",
     .failover = "detect: 2s, takes: 500ms, fence: false, returning_leader: keep-and-conflict",
     .faults = {"at: 10s, partition: [[a], [b, c]], for: 10s"}},
    /* What a follower has been sent commits a round trip later. */
    {.bug = REP_BUG_SHOWS_UNCOMMITTED,
     .policy = "ack: quorum(majority), follower_shows: committed"},
    /* Replicas apply slowly, and sessions read at once what they wrote. */
    {.bug = REP_BUG_TOKEN_IGNORED,
     .clients = "rate: 50/s, read_after_write: 100% after 1ms",
     .storage = "apply: 5ms",
     .policy = "reads: nearest, session: read-your-writes(token)"},
    /* Several entries are waiting to be applied when a read comes to wait for the last. */
    {.bug = REP_BUG_HELD_READ_EARLY,
     .clients = "rate: 100/s, read_after_write: 100% after 1ms",
     .storage = "fsync: 1ms, apply: 9ms",
     .policy = "reads: nearest, session: read-your-writes(token)"},
    /* Nothing goes wrong. */
    {.bug = REP_BUG_STICKY_WANDERS,
     .clients = "rate: 20/s, sessions: 10, read_after_write: 100% after 1ms",
     .policy = "reads: any, session: monotonic-reads(sticky)"},
    /* The old leader is cut off with some of its clients. */
    {.bug = REP_BUG_READ_INDEX_UNCONFIRMED,
     .clients = "rate: 100/s, reads: 50%, keys: uniform_keys(20)",
     .policy = "ack: quorum(majority), reads: leader(read-index)",
     .failover = "elect: 'raft(timeout=uniform(300ms, 600ms))'",
     .faults = {"at: 10s, partition: [[a], [b, c]], for: 10s"}},
    /* db3 does not hear the leader any more, and has all that it wrote; db2 hears both. */
    {.bug = REP_BUG_VOTE_UNDER_LEASE,
     .clients = "reads: 100%, rate: 100/s, keys: uniform_keys(1), from: {a: 100%}},\n"
                "  pen: {reads: 0%, rate: 20/s, keys: uniform_keys(1), from: {c: 100%}",
     .policy = "ack: quorum(majority), reads: leader(lease)",
     .failover = "elect: 'raft(timeout=uniform(1s, 1200ms))', heartbeat: 100ms",
     .faults = {"at: 10s, cut: a <-> c, for: 10s"}},
    /* db3 returns when it has left the set long ago. */
    {.bug = REP_BUG_ENTERS_BEHIND,
     .policy = "ack: 'sync(in-sync, min=2, evict=500ms)'",
     .faults = {"at: 10s, isolate: db3, for: 5s"}},
    /* Nothing goes wrong. */
    {.bug = REP_BUG_REPORT_BEFORE_FLUSH, .policy = "ack: semi-sync(1)"},
    /* db1 leads the first partition, and is far from db2, which leads the second and dies. */
    {.bug = REP_BUG_PROMOTE_BY_FIRST_LOG,
     .links = "a <-> b: 100ms, a <-> c: 20ms, b <-> c: 5ms",
     .clients = "rate: 100/s",
     .policy = "partitions: {count: 2, leaders: spread}",
     .failover = "detect: 2s, takes: 500ms",
     .faults = {"at: 10s, crash: db2, for: 10s"}},
    /* db3 applies at once what db2, whom it follows, is slow to apply. */
    {.bug = REP_BUG_RELAYED_ACK,
     .nodes = "db1: a, db2: {region: b, storage: {apply: 10ms}}, db3: c",
     .policy = "ack: sync(db2), ack_point: applied, upstream: {db3: db2}"},
    /* Replicas apply slowly, and sessions read at once what they wrote, in either partition. */
    {.bug = REP_BUG_TOKENS_MIXED,
     .clients = "rate: 50/s, read_after_write: 100% after 1ms",
     .storage = "apply: 5ms",
     .policy = "partitions: 2, reads: nearest, session: read-your-writes(token)"},
    /* Leaders that are far from each other write to the same few keys. */
    {.bug = REP_BUG_SIBLING_FORGOTTEN,
     .clients = "rate: 50/s, reads: 0%, keys: uniform_keys(5)",
     .model = "model: multi-leader",
     .policy = "conflict: siblings"},
    /* Replicas count for themselves, and several coordinate writes to a key at a time. */
    {.bug = REP_BUG_TIE_KEEPS_HELD,
     .clients = "rate: 50/s, reads: 0%, keys: uniform_keys(50)",
     .model = "model: leaderless",
     .policy = "coordinator: nearest-node, versions: single, anti_entropy: every 10s"},
    /* As for siblings that are forgotten. */
    {.bug = REP_BUG_CONTEXT_MISSES_SIBLING,
     .clients = "rate: 50/s, reads: 0%, keys: uniform_keys(5)",
     .model = "model: multi-leader",
     .policy = "conflict: siblings"},
    /* The tail is slow to show what it has been sent. */
    {.bug = REP_BUG_TAIL_ACKS_RECEIVED,
     .model = "model: chain",
     .clients = "rate: 200/s, reads: 50%, keys: uniform_keys(5)",
     .storage = "fsync: 5ms, apply: 200ms, apply_workers: 100"},
    /* Nothing goes wrong. */
    {.bug = REP_BUG_DIRTY_READ_ANSWERED,
     .model = "model: chain",
     .clients = "rate: 200/s, reads: 50%, keys: uniform_keys(5)",
     .policy = "reads: any"},
    /* db3, the tail, dies; db2 is far from it, and has not heard what db1 has. */
    {.bug = REP_BUG_UNACKED_FORGOTTEN,
     .model = "model: chain",
     .links = "a <-> b: 20ms, a <-> c: 20ms, b <-> c: 300ms",
     .clients = "rate: 200/s, reads: 50%, keys: uniform_keys(5), timeout: 3s",
     .failover = "detect: 100ms, takes: 0ms, heartbeat: 20ms",
     .faults = {"at: 10s, kill: db3, for: 10s"}},
    /* The leader, whose clock is behind, is cut off from its monitors. */
    {.bug = REP_BUG_LEASE_BY_TWO_CLOCKS,
     .nodes = "db1: {region: a, clock: skewed(by=-1s)}, db2: b, db3: c",
     .failover = "detect: 6s, takes: 500ms, heartbeat: 1s, fence: lease(3s)",
     .faults = {"at: 10s, isolate: db1, for: 10s"}},
    /* Nothing goes wrong. */
    {.bug = REP_BUG_PUSHES_UNASKED, .policy = "pull: 200ms"},
    /* A hint is on its way when its target dies again. */
    {.bug = REP_BUG_HINT_DROPPED_SENT,
     .model = "model: leaderless",
     .clients = "rate: 200/s",
     .policy = "coordinator: nearest-node, hinted_handoff: {replay: 100/s}",
     .faults = {"at: 5s, kill: db3, for: 5s", "at: 10100ms, kill: db3, for: 2s"}},
    /* Reads are asked again while the first answers are on their way. */
    {.bug = REP_BUG_TWIN_COUNTED,
     .model = "model: leaderless",
     .links = "a <-> b: 5ms, a <-> c: 100ms, b <-> c: 100ms",
     .clients = "rate: 200/s, reads: 50%, keys: uniform_keys(5)",
     .policy = "write_quorum: 1, read_quorum: 3, hedge: 1ms"},
    /* Flushes take longer than the way there and back. */
    {.bug = REP_BUG_STORED_BEFORE_FLUSH,
     .model = "model: leaderless",
     .clients = "rate: 200/s, reads: 50%, keys: uniform_keys(5)",
     .storage = "fsync: 300ms",
     .policy = "replicas: 3"},
    /* db3 missed what was written while it was cut off. */
    {.bug = REP_BUG_ENTROPY_SKIPS_LAST,
     .model = "model: leaderless",
     .policy = "anti_entropy: every 1s",
     .faults = {"at: 10s, isolate: db3, for: 5s"}},
    /* Writes are on db1 long before they are on two. */
    {.bug = REP_BUG_REPAIR_WRITES_OLDER,
     .model = "model: leaderless",
     .nodes = "db1: a, db2: {region: b, storage: {fsync: 300ms}},\n"
              "  db3: {region: c, storage: {fsync: 300ms}}",
     .clients = "rate: 100/s, reads: 80%, keys: uniform_keys(5), timeout: 5s",
     .policy = "read_repair: blocking"},

    /* What db3 has seen at db2 comes to db1 by a shorter way than from db2 itself. */
    {.bug = REP_BUG_CAUSES_NOT_AWAITED,
     .model = "model: multi-leader",
     .links = "a <-> b: 200ms, a <-> c: 5ms, b <-> c: 5ms",
     .clients = "rate: 100/s, reads: 20%, keys: uniform_keys(5)",
     .policy = "leaders: [db1, db2, db3], causal: true"},
};

char *test_planted_text(const TestPlanted *scenario)
{
    GString *text = g_string_new("replsim: 1\nduration: 30s\n");
    g_string_append_printf(
        text,
        "nodes: {%s}\nnetwork: {between: {%s}}\nstorage: {%s}\n"
        "clients: {web: {%s%s}}\n"
        "policy:\n  {%s%s%s%s%s%s}\nfaults:\n",
        scenario->nodes ? scenario->nodes : "db1: a, db2: b, db3: c",
        scenario->links ? scenario->links : THREE_LINKS,
        scenario->storage ? scenario->storage : "fsync: 1ms",
        scenario->clients && strstr(scenario->clients, "reads: ")
            ? ""
            : "reads: 0%, keys: uniform_keys(200), ",
        scenario->clients ? scenario->clients : "rate: 50/s",
        scenario->model ? scenario->model : "leader: db1", scenario->policy ? ", " : "",
        scenario->policy ? scenario->policy : "", scenario->failover ? ", failover: {" : "",
        scenario->failover ? scenario->failover : "", scenario->failover ? "}" : "");
    for (gsize i = 0; i < G_N_ELEMENTS(scenario->faults) && scenario->faults[i]; i++)
        g_string_append_printf(text, "  - {%s}\n", scenario->faults[i]);
    if (!scenario->faults[0])
        g_string_append(text, "  []\n");
    return g_string_free(text, FALSE);
}
