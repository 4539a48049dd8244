/*
 * suggest.h — "did you mean": the nearest known word, by edit distance.
 *
 * Distance counts insertions, deletions, substitutions and swaps of neighbours (Damerau 1964, in
 * the restricted form); case and the difference between '-' and '_' count nothing. A word is near
 * when no more than a third of its letters differ, and more than its digits.
 */
#ifndef SCN_SUGGEST_H
#define SCN_SUGGEST_H

#include <glib.h>

/* The nearest of `words` (ended by NULL), the first of several; NULL where none is near. */
const char *scn_suggest(const char *word, const char *const *words);

/* The words one after the other, at most `most` of them and then "…"; caller frees. */
char *scn_word_list(const char *const *words, const char *separator, gsize most);

#endif
