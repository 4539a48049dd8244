/*
 * load.h — reading a scenario from a text in a test.
 */
#ifndef TEST_LOAD_H
#define TEST_LOAD_H

#include "scenarios/format/scenario.h"

/* NULL where there are mistakes. `messages` (may be NULL) gets what would be printed; caller frees.
 * `settings` are KEY=VALUE texts ended by NULL, or NULL. Data files are those of tests/errors. */
ScnScenario *test_load(const char *text, const char *const *settings, char **messages);

/* The same where mistakes end the test program; never NULL. */
ScnScenario *test_load_good(const char *text, const char *const *settings);

/* A scenario that needs only what a test adds: two regions, three nodes, one client group. */
#define TEST_SCENARIO                                                                              \
    "replsim: 1\n"                                                                                 \
    "nodes: {db1: us, db2: eu, db3: eu}\n"                                                         \
    "network: {between: {us <-> eu: 40ms}}\n"                                                      \
    "clients:\n  web: {rate: 100/s, reads: 90%, keys: uniform_keys(1k)}\n"

#endif
