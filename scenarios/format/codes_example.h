/* codes_example.h — what the examples of codes have in common: private to codes_*.c. */
#ifndef SCN_CODES_EXAMPLE_H
#define SCN_CODES_EXAMPLE_H

#define NODES "nodes: {db1: us, db2: eu}\n"
#define NETWORK "network: {between: {us <-> eu: 40ms}}\n"
#define CLIENTS "clients:\n  web: {rate: 100/s, reads: 90%, keys: uniform_keys(1k)}\n"
/* All that a scenario needs. */
#define COMPLETE "replsim: 1\n" NODES NETWORK CLIENTS
/* A complete scenario whose clients follow a script. */
#define SCRIPT(steps) "replsim: 1\n" NODES NETWORK "clients:\n  web:\n    script: [" steps "]\n"
/* A complete scenario but for the value of `network.within`. */
#define WITHIN(value)                                                                              \
    "replsim: 1\n" NODES "network:\n  between: {us <-> eu: 40ms}\n  within: " value "\n" CLIENTS
/* A complete scenario with one check. */
#define EXPECT(check) COMPLETE "expect:\n  - " check "\n"

#endif
