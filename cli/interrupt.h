/*
 * interrupt.h — Ctrl-C, or SIGTERM, while worlds run.
 *
 * The first is acknowledged at once and lets the worlds under way finish; the second ends the
 * program. What is finished is kept by whoever waits for the run.
 */
#ifndef CLI_INTERRUPT_H
#define CLI_INTERRUPT_H

#include "scenarios/format/runner.h"

/* From now on Ctrl-C is about this run. */
void cli_interrupt_watch(ScnRun *run);
/* The run is over: Ctrl-C ends the program again. TRUE: it was pressed. */
gboolean cli_interrupt_end(void);

#endif
