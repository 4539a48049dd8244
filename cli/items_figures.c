/*
 * items_figures.c — the figures of the chapter on replication as items of `list`.
 *
 * Designing Data-Intensive Applications, chapter 5 of the first edition and chapter 6 of the
 * second, whose figures are almost the same in another order. What they show is said here in our
 * own words; what comes of it is for the scenario to assert.
 */
#include "cli/builtin.h"
#include "cli/items.h"
#include "scenarios/format/suggest.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct Figure {
    const char *first, *second; /* its numbers; NULL: that edition has none */
    const char *concept, *shows;
    const char *scenario;
} Figure;

static const Figure figures[] = {
    {"5-1", "6-1", "leader and followers",
     "a user changes his picture at the leader, the change goes to two followers, and somebody "
     "else "
     "reads it from one of them",
     "ddia/5-1"},
    {"5-2", "6-2", "one synchronous and one asynchronous follower",
     "the leader waits for one follower before it answers, and not for the other, which is far "
     "behind",
     "ddia/5-2"},
    {"5-3", "6-3", "reading your own writes",
     "a user adds a comment, looks for it at once, and is answered by a follower that has not got "
     "it yet",
     "ddia/5-3"},
    {"5-4", "6-4", "monotonic reads",
     "a reader sees a comment on a quick follower, reloads, and a slow one has never heard of it",
     "ddia/5-4"},
    {"5-5", "6-5", "consistent prefix reads",
     "question and answer are kept by two leaders, one of which is slow to be followed: an "
     "observer "
     "hears the answer first",
     "ddia/5-5"},
    {"5-6", "6-6", "a leader in each datacentre",
     "writes are taken and answered nearby; the leaders of two datacentres tell each other "
     "afterwards, through a conflict resolver",
     "ddia/5-6"},
    {"5-7", "6-9", "a write conflict",
     "a title is changed at two leaders at once; the changes cross, and nothing says which was "
     "first",
     "ddia/5-7"},
    {"5-8", "6-7", "topologies",
     "leaders pass writes on in a circle, through the centre of a star, or straight to each other",
     "ddia/5-8"},
    {"5-9", "6-8", "overtaking",
     "a row is inserted at one leader and changed at another, and a third hears of the change "
     "first",
     "ddia/5-9"},
    {"5-10", "6-12", "a quorum and a read repair",
     "a replica misses a write while it is down; a reader is told of both versions, and writes the "
     "newer one back",
     "ddia/5-10"},
    {"5-11", "6-13", "quorums that overlap",
     "of five replicas three confirm a write and three answer a read: one at least takes part in "
     "both",
     "ddia/5-11"},
    {"5-12", "6-14", "concurrent writes",
     "two writes to one key reach three nodes in three ways, and each keeps what came last",
     "ddia/5-12"},
    {"5-13", "6-15", "capturing what happened before",
     "two clients fill one cart; the server counts versions and keeps side by side what neither "
     "author had seen",
     "ddia/5-13"},
    {"5-14", "6-16", "the graph of what happened before",
     "the five writes of the cart, with an arrow from what each author had seen to what he wrote",
     "ddia/5-14"},
    {NULL, "6-10", "what was removed returns",
     "two devices take different things out of one cart, and uniting the carts puts both back",
     "ddia/cart-anomaly"},
    {NULL, "6-11", "merging text",
     "one user puts a letter before a word while another puts one behind it", "ddia/text-merge"},
};

/* "5-3 (6-3)"; in parentheses, the second edition's. */
static char *number_of(const Figure *figure)
{
    if (!figure->first)
        return g_strdup_printf("(%s)", figure->second);
    return figure->second ? g_strdup_printf("%s (%s)", figure->first, figure->second)
                          : g_strdup(figure->first);
}

char *cli_figure_of_scenario(const char *scenario)
{
    for (gsize i = 0; i < G_N_ELEMENTS(figures); i++)
        if (strcmp(figures[i].scenario, scenario) == 0) {
            g_autofree char *number = number_of(&figures[i]);
            return g_strdup_printf("figure %s, %s", number, figures[i].concept);
        }
    return NULL;
}

void cli_collect_figures(GPtrArray *items)
{
    for (gsize i = 0; i < G_N_ELEMENTS(figures); i++) {
        const Figure *figure = &figures[i];
        g_autofree char *number = number_of(figure);
        g_autofree char *summary = g_strdup_printf("%s: %s", figure->concept, figure->shows);
        g_autofree char *run =
            g_strconcat("replsim run " CLI_BUILTIN_PREFIX, figure->scenario, NULL);
        g_autofree char *print = g_strconcat("replsim list scenario ", figure->scenario, NULL);
        CliItem *item =
            cli_item_new(figure->first ? figure->first : figure->second, number, summary);
        item->also = figure->first ? g_strdup(figure->second) : NULL;
        cli_item_fact(item, "1st edition", figure->first);
        cli_item_fact(item, "2nd edition", figure->second);
        cli_item_fact(item, "scenario", figure->scenario);
        cli_item_scenario(item, figure->scenario);
        cli_item_fact(item, "run it", run);
        cli_item_fact(item, "read it", print);
        g_ptr_array_add(items, item);
    }
}

/* ---- which was meant ---------------------------------------------------------------------- */

/* "5-3" and "figure 5.3" are chapter 5, number 3. */
static gboolean read_number(const char *word, int *chapter, int *number)
{
    word += strcspn(word, "0123456789");
    return sscanf(word, "%3d%*[-. ]%3d", chapter, number) == 2;
}

/* How far apart two numbers of one chapter are; of different ones, G_MAXINT. */
static int distance(const char *figure, int chapter, int number)
{
    int its_chapter, its_number;
    if (!figure || !read_number(figure, &its_chapter, &its_number) || its_chapter != chapter)
        return G_MAXINT;
    return abs(its_number - number);
}

char *cli_nearest_figure(const char *word)
{
    int chapter, number, least = G_MAXINT;
    const char *nearest = NULL;
    if (!read_number(word, &chapter, &number))
        return NULL;
    for (gsize i = 0; i < G_N_ELEMENTS(figures); i++) {
        const char *const each[] = {figures[i].first, figures[i].second};
        for (gsize k = 0; k < G_N_ELEMENTS(each); k++) {
            int away = distance(each[k], chapter, number);
            if (away < least) {
                least = away;
                nearest = each[k];
            }
        }
    }
    return g_strdup(nearest);
}
