/* trace_scenarios.h — a small scenario of each family, with a fault, for tests of traces. */
#ifndef TEST_TRACE_SCENARIOS_H
#define TEST_TRACE_SCENARIOS_H

typedef struct TraceScenario {
    const char *name, *yaml;
} TraceScenario;

extern const TraceScenario trace_scenarios[]; /* ended by a zero entry */

#endif
