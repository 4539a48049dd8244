/*
 * words.h — a scenario read back in plain words (ux.md §5.5): the commonest mistake is to simulate
 * something else than intended.
 */
#ifndef CLI_WORDS_H
#define CLI_WORDS_H

#include "cli/probe.h"
#include "cli/terminal.h"

/* One labelled paragraph each: nodes, links, clients, policy, variants, faults, expects, work.
 * `probes` has one entry per variant. */
void cli_words_scenario(CliPage *page, const ScnScenario *scenario, const CliProbe *probes,
                        const CliWork *work, guint jobs);

/* words_network.c, words_clients.c: paragraphs about one setup. */
void cli_words_links(CliPage *page, const RepSetup *setup, const CliProbe *probe);
void cli_words_clients(CliPage *page, const RepSetup *setup);
void cli_words_faults(CliPage *page, const RepSetup *setup);

/* Their parts; callers free. Spaces at which lines do not break are CLI_SPACE. */
/* p50 / p99, or one value for a constant; NULL is 0. */
char *cli_words_delay(const SimDist *delay);
/* What the node is under its policy when the run begins, in words that stay together; "": nothing
 * to say. */
char *cli_words_role(const RepSetup *setup, int node);
/* When, what, for how long, how likely: "20 s: db3 crashes for 10 s (outage)". */
char *cli_words_fault(const RepSetup *setup, const RepFaultSetup *fault);

/* Begins a paragraph; the text that follows stands in column CLI_WORDS_INDENT. */
#define CLI_WORDS_INDENT 13
void cli_words_label(CliPage *page, const char *label);

#endif
