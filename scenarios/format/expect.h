/*
 * expect.h — checks (`expect`) and questions (`--metric`) about measures.
 *
 *   check    = query OP value [window]      OP: < <= > >= ==
 *            | query [window]               of a claim, such as linearizable
 *            | story == value               story: returns(STEP), version(STEP), holds(NODE, KEY)
 *   query    = METRIC [ (argument) ] [ {filters} ] [ .stat ] [ {filters} ]
 *   value    = a quantity in the metric's unit, or NUMBER x baseline
 *   window   = during FAULT | before FAULT | after FAULT | A..B
 *   question = query [window]
 *
 * Everything is checked before anything runs, because a check on a mistyped metric that silently
 * passes is worse than none.
 */
#ifndef SCN_EXPECT_H
#define SCN_EXPECT_H

#include "analysis/metrics.h"
#include "models/setup.h"
#include "scenarios/format/tree.h"

/* Where a text is read, and for which setup. */
typedef struct ScnQuestion {
    ScnArena *arena;
    ScnDiags *diags;
    const RepSetup *setup;
    const ScnNode *node; /* the scalar that holds the text */
} ScnQuestion;

/* FALSE: reported. */
gboolean scn_read_question(const ScnQuestion *question, AnaQuery *query);
/* expectation->text is owned by the caller, also where FALSE is returned. */
gboolean scn_read_check(const ScnQuestion *question, AnaExpectation *expectation);

/* ---- between query.c and expect.c --------------------------------------------------------- */

typedef struct ScnCheckText {
    const ScnQuestion *question;
    const char *text;
    gsize at;
    gboolean is_check;
    gsize name_end;                /* of the metric's name, in the text */
    gsize session_at, session_end; /* of the filters' values, where given */
    gsize key_at, key_end;
} ScnCheckText;

/* Reads a query at the cursor. */
gboolean scn_parse_query(ScnCheckText *text, AnaQuery *query);
/* Reads a window at the cursor, if there is one, and then the end. */
gboolean scn_parse_window(ScnCheckText *text, AnaQuery *query);
ScnDiag *scn_check_report(const ScnCheckText *text, ScnCodeId code, gsize start, gsize end,
                          const char *format, ...) G_GNUC_PRINTF(5, 6);
void scn_check_skip_space(ScnCheckText *text);
/* A copy of [start, end), in the arena. */
char *scn_check_part(const ScnCheckText *text, gsize start, gsize end);
/* expect_story.c: the argument and the value of a claim about a script, at the cursor. */
gboolean scn_parse_story(ScnCheckText *text, AnaQuery *query);
/* query_filter.c: {…} at the cursor; which filters were given in *seen; whether those that the
 * metric needs are among them; whether sessions and keys have such numbers. */
gboolean scn_parse_filters(ScnCheckText *text, AnaQuery *query, guint *seen);
gboolean scn_check_required(const ScnCheckText *text, const AnaQuery *query, guint seen);
gboolean scn_check_numbers(const ScnCheckText *text, const AnaQuery *query);

#endif
