/*
 * random_value.h — a random value for any key, in the scenario's own syntax: private to
 * random_scenario.c.
 *
 * What may be written comes from the tables (field.h), so that a new key, alternative or verb joins
 * the random scenarios by itself where its type is one of those known here. Sizes are chosen for
 * short runs: a table of ranges by key, and by type where a key has none.
 */
#ifndef SCN_RANDOM_VALUE_H
#define SCN_RANDOM_VALUE_H

#include "models/field.h"
#include "sim/random.h"

typedef struct ScnDraft {
    SimRng rng;
    GString *text;
    guint n_regions, n_nodes, n_clients;
    guint n_steps; /* of the one script; 0: there is none */
    guint duration_ms;
    gboolean targets_each; /* the fault in the making has one process for each of a list */
    gboolean may_join;     /* the policy lets nodes come later */
} ScnDraft;

/* Names of what the draft has, by number: r1, n1, c1 … */
#define SCN_DRAFT_REGION 'r'
#define SCN_DRAFT_NODE 'n'
#define SCN_DRAFT_CLIENT 'c'

guint scn_draft_below(ScnDraft *draft, guint n); /* 0 … n - 1 */
guint scn_draft_between(ScnDraft *draft, guint low,
                        guint high); /* inclusive, small ones likelier */
gboolean scn_draft_chance(ScnDraft *draft, guint percent);

/* "key: value" at the indentation, with nested lines where the value has any. FALSE, and nothing is
 * written: nobody here knows how to write such a value. */
gboolean scn_draft_field(ScnDraft *draft, const RepField *field, guint indent);
/* The fields of a table: those required always, each other one with the chance, but for those that
 * random_weights.h knows. */
void scn_draft_fields(ScnDraft *draft, const RepField *fields, guint percent, guint indent);
const RepField *scn_draft_find(const RepField *fields, const char *key);
/* Two different places or one; nodes or regions. */
void scn_draft_link(ScnDraft *draft);
void scn_draft_delay(ScnDraft *draft, guint low_us, guint high_us);
/* random_load.c */
void scn_draft_arrivals(ScnDraft *draft);
void scn_draft_keys(ScnDraft *draft);
void scn_draft_read_after(ScnDraft *draft);
/* random_script.c: perhaps a client group that follows a script; a fault of one of its messages
 * (FALSE: there is no script). */
void scn_draft_script(ScnDraft *draft);
gboolean scn_draft_message(ScnDraft *draft);

#endif
