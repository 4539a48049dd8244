/*
 * load.h — what the pieces of loading share: private to this folder.
 */
#ifndef SCN_LOAD_H
#define SCN_LOAD_H

#include "scenarios/format/build.h"
#include "scenarios/format/path.h"
#include "scenarios/format/scenario.h"

/* A variant as the file has it. */
typedef struct ScnWish {
    const char *name;
    const ScnNode *key;       /* NULL: the file has no variants */
    const ScnNode *overrides; /* a mapping of paths to values, or NULL */
    const char *origin;       /* "variant NAME" */
    gboolean selected;
} ScnWish;

typedef struct ScnLoad {
    ScnArena *arena;
    ScnDiags *diags;
    ScnFiles *files;
    const ScnOptions *options;
    char *fallback_name;
    ScnNode *root;     /* normalised, without `variants` */
    ScnNode *top;      /* the same with the settings: for what is said once for all variants */
    ScnNode *variants; /* the section, or NULL */
    ScnWish *wishes;
    gsize n_wishes;
    ScnOverride *settings; /* path and value of each of options->settings */
    gsize n_settings;
} ScnLoad;

/* variants.c: the wishes of the file; which are selected; KEY=VALUE of the options. */
void scn_read_wishes(ScnLoad *load);
void scn_read_settings(ScnLoad *load);
/* A copy of the document with the variant's overrides and, if wanted, the settings. wish NULL:
 * neither variant. The copy lives in `arena`. */
ScnNode *scn_wished_root(ScnLoad *load, const ScnWish *wish, gboolean with_settings,
                         ScnArena *arena);
/* Number of the wish that `baseline` names; the first where it names none. */
gsize scn_read_baseline(ScnLoad *load);
/* Sets `gated` of scenario variants (which are the selected wishes, in order). */
void scn_read_gate(ScnLoad *load, ScnScenario *scenario);

/* checks.c: the checks that apply to a variant, from the document's `expect`. */
void scn_read_checks(ScnLoad *load, const ScnWish *wish, gboolean is_baseline, ScnVariant *variant);
/* Lists of texts, such as not_modelled; ended by NULL. */
char **scn_read_texts(ScnLoad *load, const char *key);
/* What is wrong with `expect` whatever the variant. */
void scn_check_expect(ScnLoad *load);

#endif
