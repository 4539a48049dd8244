/* status.h — exit statuses, the same for every verb (contract: ux.md §5.3). */
#ifndef CLI_STATUS_H
#define CLI_STATUS_H

typedef enum CliStatus {
    CLI_OK = 0,             /* done; every expectation held, or there were none */
    CLI_FAILED = 1,         /* done; an expectation of a gated variant failed */
    CLI_USAGE = 2,          /* usage error or invalid scenario; nothing was simulated */
    CLI_INCONCLUSIVE = 3,   /* done; nothing failed, but an expectation is inconclusive */
    CLI_ENVIRONMENT = 4,    /* the environment refused: unreadable, unwritable, full, closed */
    CLI_NOT_REPRODUCED = 5, /* stored inputs gave another result with the same binary */
    CLI_INTERNAL = 70,      /* a broken invariant; a report file was written */
    CLI_INTERRUPTED = 130   /* Ctrl-C; what was finished is kept */
} CliStatus;

#endif
