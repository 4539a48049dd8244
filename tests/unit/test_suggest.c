/*
 * Goal: "did you mean" proposes what a person would, and nothing where it would be silly.
 * Method: a table of slips.
 */
#include "scenarios/format/suggest.h"
#include "tests/support/check.h"

#include <string.h>

static void slips_find_the_word_that_was_meant(void)
{
    static const struct {
        const char *word, *meant; /* NULL: nothing is near */
    } rows[] = {{"carsh", "crash"},
                {"crsh", "crash"},
                {"crassh", "crash"},
                {"CRASH", "crash"},
                {"semisync", "semi-sync"},
                {"semi_sync", "semi-sync"},
                {"--sed", "--seed"},
                {"--st", "--set"},
                {"ue", "eu"},
                {"us-wset", "us-west"},
                {"stale_rat", "stale_rate"},
                {"db5", NULL},
                {"p95", NULL},
                {"z", NULL},
                {"", NULL},
                {"reboot", NULL},
                {"crashcrashcrash", NULL}};
    static const char *const words[] = {"crash", "semi-sync", "--set",      "--seed",
                                        "eu",    "us-west",   "stale_rate", "db1",
                                        "p99",   "a",         NULL};
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        test_row("%s", rows[i].word);
        CHECK_STR(scn_suggest(rows[i].word, words), rows[i].meant);
    }
    test_row(NULL);
}

static void very_long_words_are_left_alone(void)
{
    char word[200];
    const char *const words[] = {word, "crash", NULL};
    memset(word, 'a', sizeof word);
    word[sizeof word - 1] = '\0';
    CHECK(scn_suggest(word, words) == NULL);
    CHECK_STR(scn_suggest("crush", words), "crash");
}

static void lists_are_cut_where_they_are_long(void)
{
    static const char *const words[] = {"a", "b", "c", NULL};
    g_autofree char *all = scn_word_list(words, ", ", 3);
    g_autofree char *some = scn_word_list(words, " ", 2);
    CHECK_STR(all, "a, b, c");
    CHECK_STR(some, "a b …");
}

static const TestCase cases[] = {
    {"slips_find_the_word_that_was_meant", slips_find_the_word_that_was_meant},
    {"very_long_words_are_left_alone", very_long_words_are_left_alone},
    {"lists_are_cut_where_they_are_long", lists_are_cut_where_they_are_long},
    {NULL, NULL}};

int main(int argc, char **argv)
{
    return test_main("suggest", cases, argc, argv);
}
