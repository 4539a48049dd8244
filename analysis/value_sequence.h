/*
 * value_sequence.h — private to analysis/: a sequence that several edit (values.h).
 */
#ifndef ANA_VALUE_SEQUENCE_H
#define ANA_VALUE_SEQUENCE_H

#include "sim/intervals.h"

typedef struct AnaSequence AnaSequence;

AnaSequence *ana_sequence_new(void);
void ana_sequence_free(AnaSequence *sequence); /* NULL: nothing */

/* The write says what it should become: a canonical list, or a text of characters; NULL: nothing
 * is left. What tells it from what its author had before him is inserted and removed. */
void ana_sequence_add(AnaSequence *sequence, guint64 serial, const char *text,
                      const SimIntervals *context);
/* What it is for who knows these writes: a text, or a canonical list where one of them said a
 * list. Free with g_free(). */
char *ana_sequence_text(const AnaSequence *sequence, const SimIntervals *cover);

#endif
