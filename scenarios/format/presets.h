/*
 * presets.h — how real databases are set, as values of `policy`: `policy: {preset: NAME, …}`.
 *
 * A preset stands for some keys of the policy and their values. It is expanded before the policy is
 * read: each key that the file (a variant, an option) gives itself keeps what it is given there, in
 * whatever order they are written; the rest is read as if it had been written. So a preset can do
 * nothing that the keys cannot do, and `check --resolved` shows what it stood for.
 *
 * Arguments are settings of the database under their own names. Rows of the later cases replace
 * those of the same key before them.
 *
 * What each value stands for, where the manual says so, and what of the database cannot be
 * expressed is said by `list preset NAME`, from the same table.
 */
#ifndef SCN_PRESETS_H
#define SCN_PRESETS_H

#include "models/field.h"
#include "scenarios/format/reader.h"

/* A key of the policy, dotted where it is inside another. */
typedef struct ScnPresetRow {
    const char *key;
    const char *value;   /* `{argument}` stands for the argument as it is given */
    const char *setting; /* of the database, which says so; NULL: that is how it works */
} ScnPresetRow;

/* Rows that hold while an argument is this word, or a call of this name. */
typedef struct ScnPresetCase {
    const char *argument, *word;
    const ScnPresetRow *rows; /* ended by a zero entry */
} ScnPresetCase;

typedef struct ScnPreset {
    const char *name;
    const char *doc;             /* one sentence */
    const RepField *args;        /* into ScnPresetArgs; NULL or ended by a zero entry */
    const ScnPresetRow *rows;    /* ended by a zero entry */
    const ScnPresetCase *cases;  /* NULL or ended by a zero entry */
    const char *manual;          /* where the database's manual describes it */
    const char *const *cannot;   /* what of it cannot be expressed; ended by NULL */
    const char *const *examples; /* of the call, beside the bare name; NULL or ended by NULL */
} ScnPreset;

/* Where arguments are read to, only to be checked. */
typedef struct ScnPresetArgs {
    int words[5];
    gint64 count;
    RepIdList nodes;
    SimSpan spans[3];
    double ratio;
} ScnPresetArgs;

/* The key itself, a row of the policy's table. */
extern const RepField scn_preset_field[];

/* Every preset, ended by NULL. */
extern const ScnPreset *const scn_presets[];
const ScnPreset *scn_preset_find(const char *name);

/* The policy's mapping with the preset that it names expanded; `map` itself where it names none.
 * Reported: the preset is left out. */
const ScnNode *scn_preset_expand(ScnReader *reader, const ScnNode *map);

/* The rows that hold for arguments given as texts, by the order of `args` (NULL: as by default).
 * Values are owned by the caller of g_ptr_array_unref(); in the order of the table. */
typedef struct ScnPresetValue {
    const char *key, *setting;
    char *value;
} ScnPresetValue;
GPtrArray *scn_preset_values(const ScnPreset *preset, char *const *texts);

#endif
