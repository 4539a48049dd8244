/* trace_scenarios.c — see trace_scenarios.h. */
#include "tests/support/trace_scenarios.h"

#include <stddef.h>

#define WORLD                                                                                      \
    "replsim: 1\n"                                                                                 \
    "seed: 3\n"                                                                                    \
    "duration: 2s\n"                                                                               \
    "replications: 3\n"                                                                            \
    "network:\n"                                                                                   \
    "  within: lognormal(p50=0.4ms, p99=2ms)\n"                                                    \
    "  between: {us <-> eu: 'lognormal(p50=40ms, p99=70ms)'}\n"                                    \
    "nodes: {db1: us, db2: us, db3: eu}\n"                                                         \
    "storage: {fsync: 0.5ms}\n"                                                                    \
    "clients:\n"                                                                                   \
    "  web: {rate: poisson(100/s), reads: 60%, keys: uniform_keys(5), timeout: 300ms,\n"           \
    "        sessions: 6}\n"                                                                       \
    "faults: [{name: outage, at: 1s, crash: db3, for: 300ms}]\n"

const TraceScenario trace_scenarios[] = {
    {"single", WORLD "name: single\n"
                     "policy: {model: single-leader, leader: db1, reads: nearest, ack: "
                     "semi-sync(1)}\n"},
    {"multi",
     WORLD "name: multi\n"
           "policy: {model: multi-leader, leaders: [db1, db2, db3], conflict: lww(clock)}\n"},
    {"leaderless", WORLD "name: leaderless\n"
                         "policy: {model: leaderless, replicas: 3, read_quorum: 2, write_quorum: "
                         "2, versions: vector}\n"},
    {"chain", WORLD
     "name: chain\n"
     "policy: {model: chain, nodes: [db1, db2, db3], failover: {detect: 100ms, takes: 50ms}}\n"},
    {NULL, NULL}};
