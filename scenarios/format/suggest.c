/* suggest.c — three rows of the distance table are enough. */
#include "scenarios/format/suggest.h"

#include <string.h>

#define LETTERS_MAX 64u
/* A letter too many or too few is the likelier slip than a wrong one; by so little that it only
 * decides between equals. */
#define STEP 10u
#define WRONG_LETTER 11u

static char folded(char c)
{
    return c == '_' ? '-' : g_ascii_tolower(c);
}

static gsize distance(const char *a, const char *b)
{
    gsize length_a = strlen(a), length_b = strlen(b);
    gsize rows[3][LETTERS_MAX + 1];
    for (gsize j = 0; j <= length_b; j++)
        rows[0][j] = j * STEP;
    for (gsize i = 1; i <= length_a; i++) {
        gsize *row = rows[i % 3];
        const gsize *above = rows[(i + 2) % 3], *twice_above = rows[(i + 1) % 3];
        row[0] = i * STEP;
        for (gsize j = 1; j <= length_b; j++) {
            char x = folded(a[i - 1]), y = folded(b[j - 1]);
            gsize best = MIN(above[j], row[j - 1]) + STEP;
            best = MIN(best, above[j - 1] + (x != y ? WRONG_LETTER : 0));
            if (i > 1 && j > 1 && x == folded(b[j - 2]) && folded(a[i - 2]) == y)
                best = MIN(best, twice_above[j - 2] + STEP);
            row[j] = best;
        }
    }
    return rows[length_a % 3][length_b];
}

/* Words that differ in their digits only are no slips: db5 for db1, p95 for p99. */
static gboolean differ_in_digits(const char *a, const char *b)
{
    while (*a || *b) {
        while (g_ascii_isdigit(*a))
            a++;
        while (g_ascii_isdigit(*b))
            b++;
        if (*a != *b)
            return FALSE;
        if (*a) {
            a++;
            b++;
        }
    }
    return TRUE;
}

const char *scn_suggest(const char *word, const char *const *words)
{
    gsize length = strlen(word), best = G_MAXSIZE;
    const char *nearest = NULL;
    if (length == 0 || length > LETTERS_MAX)
        return NULL;
    for (; *words; words++) {
        gsize other = strlen(*words);
        if (other == 0 || other > LETTERS_MAX)
            continue;
        gsize away = distance(word, *words);
        gsize letters = away / STEP, longest = MAX(length, other);
        if (letters * 3 <= MAX(longest, 3) && letters < longest && away < best &&
            !differ_in_digits(word, *words)) {
            best = away;
            nearest = *words;
        }
    }
    return nearest;
}

char *scn_word_list(const char *const *words, const char *separator, gsize most)
{
    GString *list = g_string_new(NULL);
    for (gsize i = 0; words[i]; i++) {
        if (i == most) {
            g_string_append(list, " …");
            break;
        }
        g_string_append_printf(list, "%s%s", i ? separator : "", words[i]);
    }
    return g_string_free(list, FALSE);
}
