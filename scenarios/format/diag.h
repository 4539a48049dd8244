/*
 * diag.h — mistakes in the input as data, and how they are printed.
 *
 * A ScnDiag says what is wrong (message), where (span), what was expected there (label), what to do
 * (help), what else to know (note), where to read more (more), and may point at a second place
 * (related). Any number may be added in any order; they come out in the order of the file. The
 * same mistake at the same place is kept once, because each variant reads the same lines again.
 *
 * Messages: lower case, the offending word in single quotes, no final stop. Ownership: a ScnDiags
 * owns its diagnostics and the sources that they point into.
 */
#ifndef SCN_DIAG_H
#define SCN_DIAG_H

#include "scenarios/format/codes.h"
#include "scenarios/format/source.h"

#define SCN_DIAGS_SHOWN 20 /* errors printed; semantics §11 */

typedef struct ScnDiag {
    ScnCodeId code;
    ScnSpan span;
    char *message;
    char *label;         /* at the caret; may be NULL */
    char *help;          /* may be NULL */
    char *note;          /* may be NULL */
    char *more;          /* a command; may be NULL */
    ScnSpan related;     /* source NULL: none */
    char *related_label; /* may be NULL */
} ScnDiag;

typedef struct ScnDiags ScnDiags;

ScnDiags *scn_diags_new(void);
void scn_diags_free(ScnDiags *diags);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ScnDiags, scn_diags_free)

/* A copy of the text becomes a source, owned by `diags`. */
const ScnSource *scn_diags_source(ScnDiags *diags, const char *name, const char *text,
                                  gsize length);

/* Adds one and returns it for the functions below; never NULL. */
ScnDiag *scn_diags_add(ScnDiags *diags, ScnCodeId code, ScnSpan span, const char *format, ...)
    G_GNUC_PRINTF(4, 5);
void scn_diag_label(ScnDiag *diag, const char *format, ...) G_GNUC_PRINTF(2, 3);
void scn_diag_help(ScnDiag *diag, const char *format, ...) G_GNUC_PRINTF(2, 3);
void scn_diag_note(ScnDiag *diag, const char *format, ...) G_GNUC_PRINTF(2, 3);
void scn_diag_more(ScnDiag *diag, const char *format, ...) G_GNUC_PRINTF(2, 3);
void scn_diag_relate(ScnDiag *diag, ScnSpan span, const char *label);

/* While muted, mistakes about the scenario as a whole (ScnCode.whole) are dropped. */
void scn_diags_mute_whole(ScnDiags *diags, gboolean mute);

/* How many errors were ever reported, those not kept included: unchanged means that what was read
 * in between is good. */
gsize scn_diags_attempts(const ScnDiags *diags);
gsize scn_diags_errors(const ScnDiags *diags);
gsize scn_diags_warnings(const ScnDiags *diags);
gsize scn_diags_count(const ScnDiags *diags);
/* In the order of the sources. The pointer holds until the next is added. */
const ScnDiag *scn_diags_get(ScnDiags *diags, gsize i);

/* ---- printing (diag_print.c) -------------------------------------------------------------- */

typedef struct ScnDiagStyle {
    gboolean colour; /* terminal escape sequences */
    gboolean ascii;  /* nothing beyond ASCII */
} ScnDiagStyle;

/* As for people: excerpts with carets; the closing line says how many errors there were. */
void scn_diags_print(ScnDiags *diags, const ScnDiagStyle *style, GString *out);
/* file:line:col: error: text [E0203] */
void scn_diags_print_gcc(ScnDiags *diags, GString *out);
/* One JSON array. */
void scn_diags_print_json(ScnDiags *diags, GString *out);

#endif
