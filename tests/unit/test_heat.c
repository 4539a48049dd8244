/*
 * test_heat.c — goal: a heat map says in text what its colours say, and outlines exactly the region
 * that passes. Method: small maps read back as a reader sees them.
 */
#include "analysis/report/heat.h"

#include "tests/support/check.h"
#include "tests/support/svg_look.h"

#include <math.h>
#include <string.h>

static const char *const rows[] = {"1", "2"}, *const columns[] = {"10 ms", "20 ms", "50 ms"};

static AnaHeatCell cell(const char *text, double share, gboolean is_marked)
{
    return (AnaHeatCell){.text = (char *)text,
                         .below = (char *)"[0.1, 0.2]",
                         .share = share,
                         .is_zero = share == 0,
                         .is_marked = is_marked};
}

static SvgLook *look_at(const AnaHeatCell *cells, AnaPicture **picture)
{
    const AnaHeat map = {.title = "async",
                         .down = "read_quorum",
                         .across = "timeout",
                         .rows = rows,
                         .columns = columns,
                         .n_rows = 2,
                         .n_columns = 3,
                         .cells = cells};
    g_autoptr(GString) svg = g_string_new(NULL);
    *picture = ana_picture_new("stale reads", "aid", "");
    ana_heat_maps(*picture, &map, 1);
    ana_picture_svg(*picture, "map", TRUE, svg);
    return svg_look_new(svg->str);
}

/* The path that outlines: of all the one whose strokes begin at corners of cells only. */
static guint sides_of(const SvgLook *look, const AnaPicture *picture)
{
    const char *at = strstr(picture->body->str, "stroke-linecap");
    if (!at)
        return 0;
    const char *path = g_strrstr_len(picture->body->str, at - picture->body->str, "d=\"");
    guint n = 0;
    for (const char *c = path; c < at; c++)
        n += *c == 'M';
    return n;
}

static void every_cell_says_what_it_stands_for(void)
{
    AnaHeatCell cells[] = {cell("0.40 %", 1, FALSE),  cell("0.20 %", 0.5, FALSE),
                           cell("0 %", 0, FALSE),     cell("0.1 %", 0.2, FALSE),
                           cell("0.3 %", 0.8, FALSE), cell("–", (double)NAN, FALSE)};
    AnaPicture *picture;
    g_autoptr(SvgLook) look = look_at(cells, &picture);
    CHECK_STR(look->error ? look->error : "", "");
    for (gsize i = 0; i < G_N_ELEMENTS(cells); i++)
        CHECK(svg_look_has_text(look, cells[i].text));
    CHECK(svg_look_has_text(look, "async") && svg_look_has_text(look, "read_quorum") &&
          svg_look_has_text(look, "timeout") && svg_look_has_text(look, "50 ms"));
    g_autofree char *collision = svg_look_collision(look);
    CHECK_STR(collision ? collision : "", "");
    for (guint i = 0; i < look->texts->len; i++)
        CHECK(g_array_index(look->texts, SvgText, i).left >= 0);
    CHECK_UINT(sides_of(look, picture), 0); /* nothing passes: no outline */
    CHECK_UINT(look->paths->len, 1);        /* one hatch, where nothing was seen */
    CHECK(strstr(picture->body->str, "fill-opacity=\"0.4\"") != NULL);
    CHECK(strstr(picture->body->str, "fill-opacity=\"0.04\"") != NULL);
    ana_picture_free(picture);
}

static void the_outline_runs_around_what_passes(void)
{
    AnaHeatCell cells[] = {cell("a", 0.1, TRUE),  cell("b", 0.1, TRUE),  cell("c", 0.1, FALSE),
                           cell("d", 0.1, FALSE), cell("e", 0.1, FALSE), cell("f", 0.1, TRUE)};
    AnaPicture *picture;
    g_autoptr(SvgLook) look = look_at(cells, &picture);
    CHECK_UINT(sides_of(look, picture), 6 + 4);
    ana_picture_free(picture);
    for (gsize i = 0; i < G_N_ELEMENTS(cells); i++)
        cells[i].is_marked = TRUE;
    g_autoptr(SvgLook) all = look_at(cells, &picture);
    CHECK_UINT(sides_of(all, picture), 2 * (2 + 3));
    ana_picture_free(picture);
}

static void many_narrow_cells_leave_their_text_to_the_table(void)
{
    enum { N = 60 };
    AnaHeatCell cells[N];
    const char *heads[N];
    for (gsize i = 0; i < N; i++) {
        cells[i] = cell("12.345 ms", 0.5, FALSE);
        heads[i] = "100.5 ms";
    }
    const AnaHeat map = {.down = "a",
                         .across = "b",
                         .rows = rows,
                         .columns = heads,
                         .n_rows = 1,
                         .n_columns = N,
                         .cells = cells};
    AnaPicture *picture = ana_picture_new("many", "", "");
    g_autoptr(GString) svg = g_string_new(NULL);
    ana_heat_maps(picture, &map, 1);
    ana_picture_svg(picture, "many", TRUE, svg);
    g_autoptr(SvgLook) look = svg_look_new(svg->str);
    g_autofree char *collision = svg_look_collision(look);
    CHECK_STR(collision ? collision : "", "");
    CHECK(!svg_look_has_text(look, "12.345 ms"));
    ana_picture_free(picture);
}

static const TestCase cases[] = {TEST(every_cell_says_what_it_stands_for),
                                 TEST(the_outline_runs_around_what_passes),
                                 TEST(many_narrow_cells_leave_their_text_to_the_table),
                                 {NULL, NULL}};

int main(int argc, char **argv)
{
    return test_main("heat", cases, argc, argv);
}
