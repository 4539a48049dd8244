/* batch_choices.c — how long entries wait for others before they are shipped. */
#include "models/policies/single_leader/choices.h"

#define AT(member) .offset = G_STRUCT_OFFSET(RepSingleLeaderSetup, member)

static const RepField batch_args[] = {
    {.key = "every",
     .type = REP_FIELD_SPAN,
     AT(batch_every),
     .required = TRUE,
     .min = 1,
     .max = 3600e9,
     .doc = "the first entry of a batch waits so long (linger.ms of Kafka's producers)",
     .example = "5ms"},
    {.key = "most",
     .type = REP_FIELD_SIZE,
     AT(batch_most),
     .min = 1,
     .max = 1e18,
     .doc = "a batch of so many bytes leaves at once; default: however large",
     .example = "1MB"},
    {.key = NULL}};

const RepChoice rep_batch_choices[] = {
    {.name = "none",
     .value = REP_BATCH_NONE,
     .doc = "entries are shipped as 'ship' says, what one flush covers as one message"},
    {.name = "batch",
     .value = REP_BATCH_ON,
     .args = batch_args,
     .form = REP_FORM_MAPPING,
     .doc = "what is ready to be shipped waits until the first of it has waited for 'every', or "
            "there are 'most' bytes of it, and leaves as one message",
     .guarantees = "at most one message per follower in each 'every', unless batches fill up",
     .does_not = "keep followers as fresh: each entry is up to 'every' later, and writes that wait "
                 "for acknowledgements as well"},
    {.name = NULL}};
