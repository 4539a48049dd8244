/*
 * reader.h — from nodes of the document to the fields of setup structs: private to this folder.
 *
 * One function reads a value of each type of field.h from an expression, stores it, and writes its
 * canonical spelling; everything else (sections, choices, arguments of distributions) goes through
 * the tables and this function. So a new key is a row in a table, and every row is checked, has its
 * default filled in and is recorded in the resolved document in the same way.
 *
 * Mistakes are reported and reading goes on: a value that cannot be read is left at zero, which is
 * why a setup is used only when there were no errors.
 */
#ifndef SCN_READER_H
#define SCN_READER_H

#include "models/setup.h"
#include "scenarios/format/expression.h"
#include "scenarios/format/files.h"
#include "scenarios/format/resolved.h"

typedef struct ScnReader {
    ScnArena *arena;
    ScnDiags *diags;
    ScnFiles *files;
    RepSetup *setup;       /* what has been read of it so far: names come first */
    ScnResolved *resolved; /* NULL: nothing is recorded */
    const RepField *table; /* being filled, for "@others" */
    GPtrArray *implied;    /* "key=value" of choices made: later defaults of the same table */
    GString *data;         /* sha256 of data files read for the value at hand */
    const char *prefix;    /* key of the argument at hand, for suggestions: "p50="; or NULL */
} ScnReader;

void scn_reader_init(ScnReader *reader, ScnArena *arena, ScnDiags *diags, ScnFiles *files);
void scn_reader_clear(ScnReader *reader);

/* ---- one table ---------------------------------------------------------------------------- */

typedef struct ScnFill {
    const RepField *fields;
    void *base;           /* the struct that they describe */
    const ScnNode *map;   /* NULL: nothing is given */
    const ScnNode *owner; /* the key whose value `map` is, for messages; NULL: the document */
    const char *path;     /* dotted, with a dot at the end; "" at the top */
    gboolean overlay;     /* defaults are not filled in: what is not given stays as it is */
} ScnFill;

/* Reads every field that is given, and defaults for the rest. REP_FIELD_READER fields are left to
 * the caller. */
void scn_fill(ScnReader *reader, const ScnFill *fill);

/* Every key of `map` must be in one of the tables (ended by NULL), or begin with "x-". `what` is
 * what the map describes, e.g. "a client group". */
void scn_check_keys(ScnReader *reader, const ScnNode *map, const char *what,
                    const RepField *const *tables);
/* Reports what is not a mapping. NULL and mappings pass; broken and other nodes do not. */
gboolean scn_expect_map(ScnReader *reader, const ScnNode *node, const char *what);
/* Reports that `map`, the value of `owner`, lacks a required key. */
void scn_report_missing(ScnReader *reader, const ScnFill *fill, const RepField *field);

/* ---- one value ---------------------------------------------------------------------------- */

/* Reads `expr` into the field of `base` and appends its canonical spelling. FALSE: reported. */
gboolean scn_read_value(ScnReader *reader, const RepField *field, void *base, const ScnExpr *expr,
                        GString *canonical);
/* Takes a node: also texts and mappings, which are no expressions. */
gboolean scn_read_node(ScnReader *reader, const RepField *field, void *base, const ScnNode *node,
                       GString *canonical);

/* Arguments of a call into fields: by position, then by key. `named`: spelled as key=value. */
typedef struct ScnCall {
    const RepField *fields; /* NULL: it takes none */
    void *base;
    const ScnExpr *expr; /* a CALL, or WORDS without arguments */
    const char *name;    /* for messages */
    gboolean named;
    char **texts; /* NULL, or where each argument is put as it is spelled, in the order of `fields`;
                     NULL where one is neither given nor has a default */
} ScnCall;

gboolean scn_read_arguments(ScnReader *reader, const ScnCall *call, GString *canonical);

/* fill_choice.c */
gboolean scn_read_choice(ScnReader *reader, const RepField *field, void *base, const ScnExpr *expr,
                         GString *canonical);
gboolean scn_read_choices(ScnReader *reader, const RepField *field, void *base, const ScnExpr *expr,
                          GString *canonical);
/* The alternative of a CHOICE that is written as a mapping, or NULL. */
const RepChoice *scn_mapping_choice(const RepField *field);
/* "expected: …": what a choice may be. Caller frees. */
char *scn_choice_list(const RepField *field);

/* fill_quantity.c: SPAN … FACTOR, NUMBER, RATE, BOOL */
gboolean scn_read_quantity(ScnReader *reader, const RepField *field, void *at, const ScnExpr *expr,
                           GString *canonical);

/* fill_target.c: whom a fault hits */
gboolean scn_read_target(ScnReader *reader, const ScnExpr *expr, gboolean nodes_only,
                         RepTarget *target, GString *canonical);
/* fill_place.c: a list of places, or one alone; none twice */
gboolean scn_read_places(ScnReader *reader, const ScnExpr *expr, gboolean nodes_only,
                         RepPlaceList *list, GString *canonical);
/* NODE … LINK_OR_TARGET, CLIENT */
gboolean scn_read_place(ScnReader *reader, const RepField *field, void *base, const ScnExpr *expr,
                        GString *canonical);
/* One node or region. */
gboolean scn_read_place_name(ScnReader *reader, const ScnExpr *expr, RepPlace *place,
                             GString *canonical);
/* fill_key_homes.c */
gboolean scn_read_key_homes(ScnReader *reader, const ScnExpr *expr, RepKeyHomes *homes,
                            GString *canonical);
/* fill_node_map.c: `upstream` */
gboolean scn_read_node_map(ScnReader *reader, const RepField *field, RepNodeMap *map,
                           const ScnNode *node, GString *canonical);
/* A link by its text. FALSE: reported at `span`. Canonical spelling in *canonical. */
gboolean scn_read_link(ScnReader *reader, const char *text, ScnSpan span, RepLinkName *link,
                       GString *canonical);
/* Is it written as a link? */
gboolean scn_text_is_link(const char *text);

/* value_text.c: a short text, or a list */
gboolean scn_read_value_node(ScnReader *reader, const ScnNode *node, char **value,
                             GString *canonical);

/* distribution.c, workload.c */
gboolean scn_read_dist(ScnReader *reader, const ScnExpr *expr, SimDist **dist, GString *canonical);
SimDist *scn_read_mix(ScnReader *reader, const ScnExpr *call, GString *canonical);
SimDist *scn_read_steps(ScnReader *reader, const ScnExpr *call, GString *canonical);
gboolean scn_read_arrivals(ScnReader *reader, const ScnExpr *expr, RepArrivals *arrivals,
                           GString *canonical);
gboolean scn_read_keys(ScnReader *reader, const ScnExpr *expr, SimKeys **keys, GString *canonical);
gboolean scn_read_shares(ScnReader *reader, const ScnNode *node, RepShares *shares,
                         GString *canonical);
gboolean scn_read_read_after(ScnReader *reader, const ScnExpr *expr, RepReadAfter *reads,
                             GString *canonical);

/* ---- data files (data.c) ------------------------------------------------------------------ */

typedef struct ScnColumn {
    const ScnExpr *call; /* that names the file, for places in messages */
    const char *file;
    const ScnCsv *csv;
    int index;
} ScnColumn;

/* The column of the file that a call's arguments `file` and `column` name; `column` may be NULL
 * where the file has only one. FALSE: reported. */
gboolean scn_data_column(ScnReader *reader, const ScnExpr *call, const char *file,
                         const char *column, ScnColumn *result);
/* Its rows times `unit`. NULL: reported. */
SimSpan *scn_data_spans(ScnReader *reader, const ScnColumn *column, SimSpan unit);
/* Its rows as plain numbers >= 0. NULL: reported. */
double *scn_data_numbers(ScnReader *reader, const ScnColumn *column);

/* Where the argument stands that was given by that key or at that position (from 0), or else the
 * name of the call. */
ScnSpan scn_argument_span(const ScnExpr *call, const char *key, gsize position);

/* ---- reporting ---------------------------------------------------------------------------- */

/* The issue, whose places are in the text of `expr` from `offset` on. Returns FALSE. */
gboolean scn_report_issue(ScnReader *reader, const ScnExpr *expr, gsize offset,
                          const ScnIssue *issue);
/* "expected X, found a list" unless the expression is plain words. TRUE: it is. */
gboolean scn_expect_words(ScnReader *reader, const ScnExpr *expr, const char *noun);

/* Names of a table for "did you mean" and lists; free the array, not the words. */
const char **scn_field_keys(const RepField *const *tables);
const char **scn_choice_names(const RepChoice *choices);

/* The values of unlike kinds at the field's place. */
#define SCN_AT(base, field) ((void *)((char *)(base) + (field)->offset))

#endif
