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

/* Begins a paragraph; the text that follows stands in column CLI_WORDS_INDENT. */
#define CLI_WORDS_INDENT 13
void cli_words_label(CliPage *page, const char *label);

#endif
