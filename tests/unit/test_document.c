/*
 * test_document.c — goal: the page is well formed, asks for nothing from outside and needs no
 * script; Markdown says the same. Method: a document with one block of each kind, read back with a
 * parser.
 */
#include "analysis/report/document.h"
#include "tests/support/check.h"
#include "tests/support/svg_look.h"

#include <math.h>
#include <string.h>

#define NONE ((double)NAN)

static AnaTable *a_table(void)
{
    const char *const heads[] = {"measure", "async (baseline)", "sync | all"};
    AnaTable *table = ana_table_new("Values", 3, heads);
    AnaTableCell *cells = ana_table_row(table);
    cells[0].text = g_strdup("stale reads");
    cells[1].text = g_strdup("1.64 %");
    cells[2].text = g_strdup("0.14 %");
    cells[2].change = g_strdup("-1.49 pp");
    cells[2].below = g_strdup("[-1.57, -1.41]");
    cells[2].mark = "better";
    cells[2].svg = g_strdup("<svg aria-hidden=\"true\"><path d=\"M1 2V3\"/></svg>");
    g_ptr_array_add(table->notes, g_strdup("¹ none in 30 runs"));
    table->is_sortable = TRUE;
    return table;
}

static AnaChart *a_chart(void)
{
    const AnaAxis x = {ANA_SCALE_LOG, ANA_TICK_TIME, "lag", NONE, NONE},
                  y = {ANA_SCALE_LINEAR, ANA_TICK_SHARE, "share", 0, 1};
    AnaChart *chart = ana_chart_new("Lag & more", &x, &y);
    guint line = ana_chart_add(chart, &(AnaSeries){.name = "async"});
    for (int i = 1; i <= 50; i++)
        ana_chart_point(chart, line, &(AnaPoint){1e6 * i, i / 50.0, NONE, NONE});
    ana_chart_describe(chart, "left is sooner.", "async: 25 ms at 50 %.");
    return chart;
}

static AnaPicture *some_dots(void)
{
    static const double many[] = {0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 4, NONE}, none[] = {0, 0, 0};
    const AnaDotRow rows[] = {{"async", 0, many, 12, 0.5, 0.1, 0.9, "0.5 [0.1, 0.9]"},
                              {"sync", 1, none, 3, 0, 0, 0.1, "0 in 3 runs"}};
    AnaPicture *picture = ana_picture_new("Lost writes", "every dot is one replication.", "few");
    ana_dot_strips(picture, ANA_TICK_COUNT, rows, 2);
    return picture;
}

static AnaPicture *some_cells(void)
{
    static const double share[] = {1, 1, 0.95, 0.5, 0, 0, 0, 1, NONE, 1};
    const AnaCellRow rows[] = {{"async, writes", 0, share, "3 s down"},
                               {"sync, writes", 1, share, "3 s down"}};
    const AnaCellSpan spans[] = {{3e9, 7e9, "crash"}, {3.5e9, 5e9, "hidden: no room"}};
    AnaPicture *picture = ana_picture_new("Availability", "dark is down.", NULL);
    ana_cell_strips(picture, &(AnaCells){rows, 2, 10, 0, 10e9, spans, 2});
    return picture;
}

static AnaDocument *everything(void)
{
    AnaDocument *document = ana_document_new("a <title>", "sub & title", "footer");
    ana_document_variant(document, "async", 0);
    ana_document_variant(document, "sync", 1);
    ana_document_text(document, ANA_BLOCK_BAND, "PARTIAL");
    ana_document_section(document, "verdict", "Verdict");
    ana_document_text(document, ANA_BLOCK_LEAD, "async is > sync & so on.");
    ana_document_chip(document, "fail", "async: stale_rate < 1%");
    ana_document_chip(document, "pass", "sync");
    ana_document_text(document, ANA_BLOCK_ITEM, "an item");
    ana_document_text(document, ANA_BLOCK_ITEM, "another");
    ana_document_section(document, "results", "Results");
    ana_document_table(document, a_table());
    ana_document_fold(document, "More");
    ana_document_chart(document, "lag", a_chart());
    ana_document_code(document, "a.yaml", "a: <b>\n");
    ana_document_end_fold(document);
    ana_document_picture(document, "dots", some_dots(), NULL);
    ana_document_picture(document, "cells", some_cells(), NULL);
    return document;
}

static void the_page_is_well_formed_and_self_contained(void)
{
    g_autoptr(AnaDocument) document = everything();
    g_autoptr(GString) page = g_string_new(NULL);
    ana_document_html(document, page);
    g_autoptr(SvgLook) look = svg_look_new(page->str);
    CHECK_STR(look->error, NULL);
    CHECK_UINT(look->outside->len, 0);
    CHECK_STR(look->title, "a <title>");
    CHECK(strstr(page->str, "http:") == NULL && strstr(page->str, "https:") == NULL);
    CHECK(strstr(page->str, "@import") == NULL && strstr(page->str, "fetch(") == NULL);
    for (guint i = 0; i < look->ids->len; i++)
        for (guint k = 0; k < i; k++) {
            test_row("%s", (const char *)look->ids->pdata[i]);
            CHECK(strcmp(look->ids->pdata[i], look->ids->pdata[k]) != 0);
        }
    test_row(NULL);
}

static void what_the_page_says_is_there_without_script(void)
{
    static const char *const texts[] = {"PARTIAL",
                                        "✗ fail",
                                        "✓ pass",
                                        "<span class=\"mark\">better</span>",
                                        "¹ none in 30 runs",
                                        "<details><summary>More</summary>",
                                        "How to read this: left is sooner.",
                                        "Show data",
                                        "a: &lt;b&gt;",
                                        "download=\"a.yaml\""};
    g_autoptr(AnaDocument) document = everything();
    g_autoptr(GString) page = g_string_new(NULL);
    ana_document_html(document, page);
    char *script = strstr(page->str, "<script>");
    CHECK(script != NULL);
    if (!script)
        return;
    *script = '\0';
    for (gsize i = 0; i < G_N_ELEMENTS(texts); i++) {
        test_row("%s", texts[i]);
        CHECK(strstr(page->str, texts[i]) != NULL);
    }
    test_row(NULL);
}

static void a_page_read_back_is_the_same_page(void)
{
    g_autoptr(AnaDocument) document = everything();
    g_autoptr(GString) page = g_string_new(NULL), again = g_string_new(NULL);
    g_autoptr(GString) one = g_string_new(NULL), two = g_string_new(NULL);
    ana_document_html(document, page);
    g_autoptr(GError) error = NULL;
    g_autoptr(AnaDocument) read = ana_document_read_html(page->str, page->len, &error);
    CHECK(read != NULL && !error);
    if (!read)
        return;
    ana_document_html(read, again);
    CHECK_STR(again->str, page->str);
    ana_document_markdown(document, "x-", one);
    ana_document_markdown(read, "x-", two);
    CHECK_STR(two->str, one->str);
    CHECK_UINT(read->n_figures, document->n_figures);
}

static void what_is_no_page_of_ours_is_refused(void)
{
    static const char *const texts[] = {"", "nothing", "<html><body>hello</body></html>",
                                        "<html><body><main></p></main></body></html>"};
    for (gsize i = 0; i < G_N_ELEMENTS(texts); i++) {
        g_autoptr(GError) error = NULL;
        g_autoptr(AnaDocument) read = ana_document_read_html(texts[i], strlen(texts[i]), &error);
        test_row("%s", texts[i]);
        CHECK(!read && error);
    }
    test_row(NULL);
}

static void markdown_says_the_same(void)
{
    static const char *const texts[] = {
        "# a \\<title\\>\n",
        "> **PARTIAL**",
        "- **fail** async: stale\\_rate \\< 1%\n- **pass** sync\n- an item\n",
        "| measure | async (baseline) | sync \\| all |\n| --- | --- | --- |\n",
        "| stale reads | 1.64 % | 0.14 %, -1.49 pp \\[-1.57, -1.41\\] **better** |",
        "![Lag & more](x-lag.svg)",
        "*How to read this:* left is sooner.",
        "```\na: <b>\n```",
        "</details>"};
    g_autoptr(AnaDocument) document = everything();
    g_autoptr(GString) text = g_string_new(NULL);
    ana_document_markdown(document, "x-", text);
    for (gsize i = 0; i < G_N_ELEMENTS(texts); i++) {
        test_row("%s", texts[i]);
        CHECK(strstr(text->str, texts[i]) != NULL);
    }
    test_row(NULL);
}

static guint count(const char *text, const char *part)
{
    guint n = 0;
    for (const char *at = strstr(text, part); at; at = strstr(at + 1, part))
        n++;
    return n;
}

/* Every replication is visible: no two dots of a row in one place. */
static void every_replication_has_a_dot_of_its_own(void)
{
    g_autoptr(AnaPicture) picture = some_dots();
    CHECK_UINT(count(picture->body->str, "<circle"), 11 + 3);
    g_auto(GStrv) dots = g_strsplit(picture->body->str, "<circle", -1);
    for (guint i = 1; dots[i]; i++)
        for (guint k = 1; k < i; k++) {
            gsize length = (gsize)(strstr(dots[i], " r=") - dots[i]);
            CHECK(strncmp(dots[i], dots[k], length + 1) != 0);
        }
}

static void cells_in_which_nothing_succeeded_are_hatched(void)
{
    g_autoptr(AnaPicture) picture = some_cells();
    CHECK_UINT(count(picture->body->str, "class=\"halo\""), 2);
    CHECK_UINT(count(picture->body->str, "fill-opacity=\"1\""), 2);
    CHECK(strstr(picture->body->str, "hidden") == NULL);
    g_autoptr(GString) svg = g_string_new(NULL);
    ana_picture_svg(picture, "p", TRUE, svg);
    g_autoptr(SvgLook) look = svg_look_new(svg->str);
    g_autofree char *collision = svg_look_collision(look);
    CHECK_STR(look->error, NULL);
    CHECK_STR(collision, NULL);
}

static void pictures_are_found_by_name(void)
{
    g_autoptr(AnaDocument) document = everything();
    CHECK(ana_document_find_picture(document, "cells") != NULL);
    CHECK(ana_document_find_picture(document, "cell") == NULL);
}

static const TestCase cases[] = {TEST(the_page_is_well_formed_and_self_contained),
                                 TEST(what_the_page_says_is_there_without_script),
                                 TEST(a_page_read_back_is_the_same_page),
                                 TEST(what_is_no_page_of_ours_is_refused),
                                 TEST(markdown_says_the_same),
                                 TEST(every_replication_has_a_dot_of_its_own),
                                 TEST(cells_in_which_nothing_succeeded_are_hatched),
                                 TEST(pictures_are_found_by_name),
                                 {NULL, NULL}};

int main(int argc, char **argv)
{
    return test_main("document", cases, argc, argv);
}
