/*
 * items.h — what `replsim list` can explain, drawn from the description tables of the rooms.
 *
 * A kind is a list of items: a name, one sentence, and facts (label and text). Nothing about a
 * key, a metric or an error is written here: the tables of models/, analysis/ and scenarios/
 * format/ are the one description (architecture, decision 8). Only the units have their table in
 * items_units.c, because their reader is code.
 */
#ifndef CLI_ITEMS_H
#define CLI_ITEMS_H

#include "models/field.h"

#include <glib.h>

typedef struct CliFact {
    char *label, *text; /* owned; text may have line ends */
} CliFact;

typedef struct CliItem {
    char *name;      /* that `list KIND NAME` takes; owned */
    char *also;      /* another one that it takes, or NULL; owned */
    char *signature; /* how it is written, "semi-sync(K)"; owned */
    char *summary;   /* one sentence; owned */
    GArray *facts;   /* of CliFact */
} CliItem;

typedef struct CliKind {
    const char *singular, *plural;
    const char *summary;
    /* Adds every item to `items` (CliItem *, freed by cli_item_free). */
    void (*collect)(GPtrArray *items);
    /* The name that was probably meant by one that is not there, where letters do not say it; the
     * caller frees. NULL: how words are spelled does. */
    char *(*nearest)(const char *word);
} CliKind;

/* Ended by a zero entry. */
extern const CliKind cli_kinds[];

CliItem *cli_item_new(const char *name, const char *signature, const char *summary);
void cli_item_free(gpointer item);
/* Nothing is added where the text is NULL. */
void cli_item_fact(CliItem *item, const char *label, const char *text);
GPtrArray *cli_items_of(const CliKind *kind);

/* One per file. */
void cli_collect_units(GPtrArray *items);
void cli_collect_scenarios(GPtrArray *items);
void cli_collect_presets(GPtrArray *items);
void cli_collect_figures(GPtrArray *items);
/* The question and the variants of a built-in scenario as facts. */
void cli_item_scenario(CliItem *item, const char *scenario);
/* "figure 5-3 (6-3), reading your own writes"; NULL: it shows none. The caller frees. */
char *cli_figure_of_scenario(const char *scenario);
/* CliKind.nearest for figures: the same chapter's nearest number. */
char *cli_nearest_figure(const char *word);
/* What a table of fields says of each, one fact a field. */
void cli_item_fields(CliItem *item, const RepField *fields);

#endif
