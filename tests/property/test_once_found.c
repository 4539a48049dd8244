/*
 * test_once_found.c — goal: what random scenarios have once found stays mended. Method: each
 * scenario, made small, is run again under all invariants, in a child process.
 */
#include "cli/swarm.h"
#include "tests/support/check.h"

typedef struct Found {
    const char *what;
    const char *text;
} Found;

static const Found found[] = {
    /* The acknowledgement is lost; the word with which it resumes is heard, though what follows is
     * not kept any more and a snapshot is to come. */
    {"who resumes too far back has what it names",
     "replsim: 1\n"
     "duration: 43ms\n"
     "network: {between: {r1 <-> r2: 15075us}}\n"
     "nodes: {n4: r1, n7: r2}\n"
     "clients: {c1: {rate: 15/s, reads: 1%, keys: uniform_keys(1)}}\n"
     "policy: {ack: 'sync(in-sync, 1, 42603us)', visible: on-flush, retain: 1B}\n"
     "faults:\n"
     "  - {partition: [[r1], [r2]], every: 33448us, for: 1us}\n"},
    {"a leader that returns paused reads its followers' words when it leads",
     "replsim: 1\n"
     "duration: 51ms\n"
     "network: {between: {r1 <-> r2: 401us, r1 <-> r3: 476us, r2 <-> r3: 1us}}\n"
     "nodes: {n1: r2, n2: r3, n3: r1}\n"
     "clients: {c2: {rate: 502/s, reads: 1%, keys: 'hotset(13, hot=12%, share=1%)'}}\n"
     "policy: {ack: quorum(majority), follower_shows: committed, partitions: 3}\n"
     "faults:\n"
     "  - {pause: n3, every: 34268us, for: 'uniform(1us, 18321us)'}\n"
     "  - {crash: n3, at: 36789us, for: 1us}\n"},
    {"a bare acknowledgement is no answer to the first operation of all",
     "replsim: 1\n"
     "seed: 600449\n"
     "duration: 2ms\n"
     "network: {within: 1us, transport_acks: 1}\n"
     "nodes: {n1: r1}\n"
     "clients:\n"
     "  c1: {rate: 'closed(sessions=3, think=1ms)', reads: 41%, keys: uniform_keys(1)}\n"},
    {"who claims again does not stand in its own way",
     "replsim: 1\n"
     "seed: 1104910\n"
     "duration: 6ms\n"
     "network: {between: {r1 <-> r2: 44492us}}\n"
     "nodes: {n1: r2, n2: r2, n3: r1}\n"
     "clients: {c1: {rate: 46/s, reads: 1%, keys: uniform_keys(1), retry: {times: 1}}}\n"
     "policy: {failover: {redirect: 1us}}\n"
     "faults:\n"
     "  - {kill: each, at: 10192us, for: 1us, each: [n1, n2, n3]}\n"
     "  - {crash: n1, at: 142103us, for: 1us}\n"},
    {"who lost its disk waits again for what an entry rests on",
     "replsim: 1\n"
     "duration: 200ms\n"
     "network: {within: 1ms, between: {r1 <-> r2: 20ms}}\n"
     "storage: {fsync: 'exponential(mean=4ms)'}\n"
     "nodes: {n1: r1, n2: r2, n3: r1}\n"
     "clients: {c1: {rate: 200/s, reads: 1%, keys: uniform_keys(2)}}\n"
     "policy: {model: multi-leader, causal: true}\n"
     "faults: [{kill: n3, at: 120ms, for: 20ms, wipe: true}]\n"},
    {"a write that a second leader takes rests on what that one had",
     "replsim: 1\n"
     "duration: 15ms\n"
     "network: {between: {r1 <-> r2: 5179us, r1 <-> r3: 1us, r2 <-> r3: 1us}}\n"
     "regions: [r1, r2, r3]\n"
     "nodes: {n1: r2, n5: r1}\n"
     "clients:\n"
     "  c1:\n"
     "    {rate: 64/s, reads: 1%, keys: 'hotset(2, hot=1%, share=1%)', timeout: 1us,\n"
     "     retry: {times: 1}}\n"
     "policy: {model: multi-leader, causal: true}\n"},
    {"a monitor does not vote again and again against a leader that claims",
     "replsim: 1\n"
     "duration: 1ms\n"
     "network: {between: {r1 <-> r2: 31us}}\n"
     "nodes: {n1: r1, n2: r2}\n"
     "clients: {c2: {rate: 1/s, reads: 1%, keys: 'hotset(3, hot=1%, share=1%)'}}\n"
     "policy: {failover: {heartbeat: 28us, detect: 336us}}\n"
     "faults: [{crash: '2 of [n1, n2]', at: 1us, for: 331us}]\n"},
    {"a leader that leads again fences whom an operator had promoted",
     "replsim: 1\n"
     "seed: 707121\n"
     "duration: 1ms\n"
     "network: {between: {r1 <-> r2: 6us}}\n"
     "nodes: {n1: r2, n2: r2, n3: r2, n4: r1, n5: r1, n6: r2, n7: r1}\n"
     "clients: {c1: {rate: 1/s, reads: 1%, keys: uniform_keys(1)}}\n"
     "policy: {failover: {heartbeat: 4us}}\n"
     "faults:\n"
     "  - {crash: '2 of [n1, n2, n3, n4, n6, n7]', at: 1us, for: 1us}\n"
     "  - {promote: n2, at: 2us}\n"
     "  - {isolate: each, at: 1us, each: [n2, n4, n5, n6, n7]}\n"},
    {"a session asks nobody when its transport acknowledges a reply",
     "replsim: 1\n"
     "seed: 2000427\n"
     "duration: 6ms\n"
     "network: {transport_acks: 2}\n"
     "nodes: {n1: r1, n2: r1, n3: r1, n4: r1, n5: r1, n6: r1}\n"
     "clients:\n"
     "  c1: {rate: 'closed(sessions=1, think=1ms)', reads: 11%, keys: uniform_keys(1)}\n"
     "policy: {reads: any, session: ['monotonic-reads(sticky)']}\n"},
    {"writes that a session holds back wait longer than a drain",
     "replsim: 1\n"
     "duration: 1070ms\n"
     "nodes: {n1: r1, n2: r1}\n"
     "clients:\n"
     "  c2: {rate: 111/s, reads: 1%, keys: uniform_keys(1), sessions: 1}\n"
     "policy:\n"
     "  ack: semi-sync(1)\n"
     "  batch: {every: 552991us}\n"
     "  session: ['causal', 'read-your-writes(leader, 1us)', 'monotonic-writes']\n"},
    {"who led first, and leads no more, answers no poll as an upstream",
     "replsim: 1\n"
     "duration: 277ms\n"
     "network: {between: {r1 <-> r2: 1us}}\n"
     "nodes: {n1: r1, n3: r1, n5: r2}\n"
     "clients: {c1: {rate: 39/s, reads: 1%, keys: unique}}\n"
     "policy: {pull: 1us, partitions: 2, upstream: {n5: n3}}\n"
     "faults:\n"
     "  - {promote: any follower, every: 177713us}\n"},
    {"what waits behind a gap is of the leadership that it was sent under",
     "replsim: 1\n"
     "seed: 506764\n"
     "duration: 29ms\n"
     "network:\n"
     "  within: 2us\n"
     "  between:\n"
     "    r1 <-> r2: 1us\n"
     "    r1 <-> r3: lognormal(p50=17us, p99=13452us)\n"
     "    r2 <-> r3: 0us\n"
     "  order: free\n"
     "nodes: {n1: r3, n2: r1, n3: r2, n4: r3}\n"
     "clients: {c1: {rate: 'bursty(19/s, on=34ms, off=161ms)', reads: 1%, keys: unique}}\n"
     "policy: {model: multi-leader, topology: circle}\n"
     "faults:\n"
     "  - {isolate: n3, every: 6us, for: 1us}\n"
     "  - {partition: [[r1], [r2, r3]], at: 37664us}\n"
     "  - {crash: '1 of [n2, n3, n4]', every: 19553us, for: 1us}\n"},
    {"what everybody shows by now is not shipped again",
     "replsim: 1\n"
     "duration: 101ms\n"
     "network: {between: {r1 <-> r2: 1us, r1 <-> r3: 'uniform(1us, 6426us)', r2 <-> r3: 0us}}\n"
     "regions: [r1, r2, r3]\n"
     "nodes: {n1: r3, n2: r1}\n"
     "clients: {c1: {rate: 275/s, reads: 1%, keys: unique, write: read-then-edit(55428us)}}\n"
     "policy: {batch: {every: 4741us}, retain: 1B, failover: {heartbeat: 1us}}\n"
     "faults:\n"
     "  - {cut: r1 -> r2, at: 1us}\n"
     "  - {isolate: n1, at: 'exponential(mean=142159us)', for: 1607us}\n"},
    {"who lost its disk and stops again before it has its log back still lacks it",
     "replsim: 1\n"
     "duration: 77ms\n"
     "network: {between: {r1 <-> r2: 2617us}}\n"
     "nodes: {n1: r1, n2: r2}\n"
     "clients: {c1: {rate: 15/s, reads: 1%, keys: unique}}\n"
     "policy: {model: multi-leader}\n"
     "faults:\n"
     "  - {kill: 1 of replicas(1), at: 10058us, for: 1us, wipe: true}\n"
     "  - {kill: 1 of replicas(1), at: 13355us, for: 1us}\n"
     "  - {isolate: n1, every: 'uniform(1us, 21531us)', for: 1us}\n"},
};

static void it_is_not_found_again(void)
{
    for (gsize i = 0; i < G_N_ELEMENTS(found); i++) {
        CliSwarmFinding finding;
        cli_swarm_try_apart(found[i].text, &finding);
        test_row("%s: %s", found[i].what, finding.text);
        CHECK_STR(finding.invariant, NULL);
        CHECK(finding.events > 0);
        cli_swarm_finding_clear(&finding);
    }
    test_row(NULL);
}

static const TestCase cases[] = {TEST(it_is_not_found_again), {NULL, NULL}};

int main(int argc, char **argv)
{
    return test_main("once_found", cases, argc, argv);
}
