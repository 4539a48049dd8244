/*
 * test_chart.c — goal: charts are well formed, carry their title, description and data, name every
 * line, and no text covers another. Method: charts as the report has them, read back with a parser,
 * and compared byte by byte with tests/unit/golden/chart_*.svg (UPDATE_GOLDEN=1 rewrites them).
 */
#include "analysis/report/chart.h"
#include "analysis/report/labels.h"
#include "analysis/report/palette.h"
#include "analysis/report/svg.h"
#include "tests/support/check.h"
#include "tests/support/svg_look.h"

#include <math.h>
#include <string.h>

#define NONE ((double)NAN)

/* ---- pieces ------------------------------------------------------------------------------- */

static void coordinates_are_short(void)
{
    const struct {
        double value;
        const char *text;
    } rows[] = {{0, "0"},       {-0.001, "0"},     {1, "1"},
                {12.5, "12.5"}, {1.0 / 3, "0.33"}, {-7.25, "-7.25"},
                {100, "100"},   {99.996, "100"},   {1234567.891, "1234567.89"}};
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(GString) out = g_string_new(NULL);
        ana_svg_number(out, rows[i].value);
        CHECK_STR(out->str, rows[i].text);
    }
}

static void text_is_escaped(void)
{
    g_autoptr(GString) out = g_string_new(NULL);
    ana_svg_printf(out, "<a b=\"%s\" c=\"%@\">%u%%</a>", "R < W & \"x\" > 1\x01\xff", 2.5, 7u);
    CHECK_STR(out->str,
              "<a b=\"R &lt; W &amp; &quot;x&quot; &gt; 1 \xef\xbf\xbd\" c=\"2.5\">7%</a>");
}

static gboolean are_apart(const double *at, const double *wish, gsize n, double gap)
{
    for (gsize i = 0; i < n; i++)
        for (gsize k = 0; k < n; k++)
            if (i != k &&
                (fabs(at[i] - at[k]) < gap - 1e-9 || (wish[i] < wish[k] && at[i] > at[k])))
                return FALSE;
    return TRUE;
}

static void labels_are_kept_apart_and_moved_no_more_than_needed(void)
{
    guint32 state = 12345;
    for (int trial = 0; trial < 500; trial++) {
        double wish[8], at[8];
        gsize n = (gsize)(trial % 8) + 1;
        for (gsize i = 0; i < n; i++) {
            state = state * 1664525u + 1013904223u;
            wish[i] = at[i] = (double)(state >> 8) / (1 << 24) * 260;
        }
        test_row("trial %d", trial);
        ana_labels_spread(at, n, 16, 0, 260);
        CHECK(are_apart(at, wish, n, 16));
        for (gsize i = 0; i < n; i++)
            CHECK(at[i] >= 0 && at[i] <= 260);
    }
    test_row(NULL);
    double far[] = {200, 20, 100}, near[] = {100, 100}, low[] = {1, 2, 3};
    ana_labels_spread(far, 3, 16, 0, 260);
    CHECK(far[0] == 200 && far[1] == 20 && far[2] == 100);
    ana_labels_spread(near, 2, 16, 0, 260);
    CHECK(near[0] == 92 && near[1] == 108);
    ana_labels_spread(low, 3, 16, 0, 20);
    CHECK(low[0] == 0 && low[1] == 10 && low[2] == 20);
}

static void names_of_points_find_a_free_side(void)
{
    g_autoptr(GArray) taken = g_array_new(FALSE, FALSE, sizeof(AnaBox));
    AnaBox frame = {0, 0, 400, 300}, size = {.width = 60, .height = 16};
    for (int i = 0; i < 4; i++)
        ana_label_place(taken, &frame, 200, 150, &size);
    for (guint i = 0; i < 4; i++)
        for (guint k = 0; k < i; k++)
            CHECK(!ana_boxes_meet(&g_array_index(taken, AnaBox, i),
                                  &g_array_index(taken, AnaBox, k)));
    AnaBox at_edge = ana_label_place(taken, &frame, 395, 20, &size);
    CHECK(at_edge.x + at_edge.width <= 400);
}

/* ---- charts ------------------------------------------------------------------------------- */

static const AnaAxis lag_axis = {ANA_SCALE_LOG, ANA_TICK_TIME, "lag", NONE, NONE},
                     share_axis = {ANA_SCALE_LINEAR, ANA_TICK_SHARE, "share of writes", 0, 1},
                     tail_axis = {ANA_SCALE_TAIL, ANA_TICK_QUANTILE, "percentile", 0, NONE},
                     latency_axis = {ANA_SCALE_LOG, ANA_TICK_TIME, "latency", NONE, NONE},
                     time_axis = {ANA_SCALE_LINEAR, ANA_TICK_TIME, "simulated time", 0, 60e9};

/* Three variants that end close to each other, with intervals. */
static AnaChart *distribution(void)
{
    static const char *const names[] = {"async", "semi-sync", "sync-all & <odd>"};
    AnaChart *chart = ana_chart_new("Lag", &lag_axis, &share_axis);
    for (guint v = 0; v < 3; v++) {
        guint line = ana_chart_add(chart, &(AnaSeries){.name = names[v], .style = v});
        for (int i = 0; i <= 6; i++) {
            double y = i / 6.0;
            ana_chart_point(
                chart, line,
                &(AnaPoint){(1 + v) * 2e6 * pow(2.0, i), y, MAX(y - 0.05, 0), MIN(y + 0.05, 1)});
        }
    }
    ana_chart_add_limit(chart, 1e8, "limit 100 ms");
    ana_chart_describe(chart, "Higher and further left is better.", "async has 50 % below 16 ms.");
    return chart;
}

static AnaChart *tail(void)
{
    AnaChart *chart = ana_chart_new("Write latency", &tail_axis, &latency_axis);
    for (guint v = 0; v < 6; v++) {
        g_autofree char *name = g_strdup_printf("variant %u", v);
        guint line =
            ana_chart_add(chart, &(AnaSeries){.name = name, .style = v, .form = ANA_SERIES_STEP});
        for (int i = 0; i < 5; i++)
            ana_chart_point(chart, line,
                            &(AnaPoint){1 - pow(0.1, i), 1e6 * (v + 1) * (i + 1), NONE, NONE});
    }
    return chart;
}

/* Panels, with a fault, a gap in a line and a thin line. */
static AnaChart *panels(void)
{
    AnaChart *chart = ana_chart_new("Lag over time", &time_axis, &lag_axis);
    for (guint p = 0; p < 3; p++) {
        g_autofree char *name = g_strdup_printf("db%u", p + 2);
        guint panel = ana_chart_add_panel(chart, name);
        guint line = ana_chart_add(
            chart, &(AnaSeries){.name = "async p50", .label = "async", .panel = panel});
        guint thin = ana_chart_add(
            chart,
            &(AnaSeries){.name = "async p99", .panel = panel, .is_thin = TRUE, .is_quiet = TRUE});
        for (int i = 0; i <= 12; i++) {
            double y = i == 7 ? NONE : 1e7 * (1 + (i * 7 + (int)p) % 5);
            ana_chart_point(chart, line, &(AnaPoint){5e9 * i, y, NONE, NONE});
            ana_chart_point(chart, thin, &(AnaPoint){5e9 * i, y * 4, NONE, NONE});
        }
    }
    ana_chart_add_band(chart, 30e9, 50e9, "crash db1");
    ana_chart_add_band(chart, 52e9, 70e9, "slow");
    return chart;
}

static AnaChart *trade_off(void)
{
    AnaChart *chart = ana_chart_new(
        "Trade-off", &(AnaAxis){ANA_SCALE_LINEAR, ANA_TICK_TIME, "write latency p99", 0, NONE},
        &(AnaAxis){ANA_SCALE_LINEAR, ANA_TICK_SHARE, "stale reads", 0, NONE});
    for (guint v = 0; v < 5; v++) {
        g_autofree char *name = g_strdup_printf("quorum %u", v);
        guint dot =
            ana_chart_add(chart, &(AnaSeries){.name = name, .style = v, .form = ANA_SERIES_DOTS});
        ana_chart_point(chart, dot, &(AnaPoint){4e6 + 1e5 * v, 0.01 + 0.0002 * v, 0.009, 0.012});
    }
    return chart;
}

static AnaChart *empty(void)
{
    return ana_chart_new("Nothing", &lag_axis, &share_axis);
}

static const struct {
    const char *name;
    AnaChart *(*make)(void);
    const char *names[7]; /* that must stand in it */
} charts[] = {
    {"distribution", distribution, {"async", "semi-sync", "sync-all & <odd>", "limit 100 ms"}},
    {"tail", tail, {"variant 0", "variant 4", "variant 5", "99.9 %", "latency", "percentile"}},
    {"panels", panels, {"db2: lag", "db3: lag", "db4: lag", "async", "crash db1", "30 s"}},
    {"trade_off", trade_off, {"quorum 0", "quorum 1", "quorum 2", "quorum 3", "quorum 4"}},
    {"empty", empty, {"lag"}},
};

static char *svg_of(AnaChart *(*make)(void), gboolean alone)
{
    g_autoptr(AnaChart) chart = make();
    GString *out = g_string_new(NULL);
    ana_chart_svg(chart, "c1", alone, out);
    return g_string_free(out, FALSE);
}

static void charts_are_well_formed_and_name_what_they_show(void)
{
    for (gsize i = 0; i < G_N_ELEMENTS(charts); i++) {
        g_autofree char *svg = svg_of(charts[i].make, i % 2);
        g_autoptr(SvgLook) look = svg_look_new(svg);
        test_row("%s", charts[i].name);
        CHECK_STR(look->error, NULL);
        CHECK(look->title && *look->title);
        CHECK(look->description != NULL);
        CHECK_UINT(look->outside->len, 0);
        CHECK(look->least_size >= 12);
        for (gsize n = 0; n < G_N_ELEMENTS(charts[i].names) && charts[i].names[n]; n++) {
            test_row("%s: %s", charts[i].name, charts[i].names[n]);
            CHECK(svg_look_has_text(look, charts[i].names[n]));
        }
    }
    test_row(NULL);
}

static void no_text_covers_another(void)
{
    for (gsize i = 0; i < G_N_ELEMENTS(charts); i++) {
        g_autofree char *svg = svg_of(charts[i].make, TRUE);
        g_autoptr(SvgLook) look = svg_look_new(svg);
        g_autofree char *collision = svg_look_collision(look);
        test_row("%s", charts[i].name);
        CHECK_STR(collision, NULL);
        for (guint t = 0; t < look->texts->len; t++) {
            const SvgText *text = &g_array_index(look->texts, SvgText, t);
            CHECK(text->left >= 0 && text->right <= ANA_CHART_WIDTH && text->top >= 0);
        }
    }
    test_row(NULL);
}

static void the_looker_barks(void)
{
    g_autoptr(SvgLook) broken = svg_look_new("<svg><path d=\"M0 0\"></svg>");
    CHECK(broken->error != NULL);
    g_autoptr(SvgLook) covered =
        svg_look_new("<svg font-size=\"9\"><text x=\"10\" y=\"10\">abc</text>"
                     "<text x=\"40\" y=\"12\" text-anchor=\"end\">def</text></svg>");
    g_autofree char *collision = svg_look_collision(covered);
    CHECK_STR(collision, "abc / def");
    CHECK(covered->least_size < 12);
    g_autoptr(SvgLook) outside =
        svg_look_new("<svg><image href=\"http://a/b.png\"/>"
                     "<rect fill=\"url(x.svg#a)\"/><a href=\"#in\"/></svg>");
    CHECK_UINT(outside->outside->len, 2);
}

static void the_pictures_are_those_that_were_looked_at(void)
{
    for (gsize i = 0; i < G_N_ELEMENTS(charts); i++) {
        g_autofree char *svg = svg_of(charts[i].make, TRUE);
        g_autofree char *path =
            g_strdup_printf(REPLSIM_SOURCE_DIR "/tests/unit/golden/chart_%s.svg", charts[i].name);
        g_autofree char *golden = NULL;
        if (g_getenv("UPDATE_GOLDEN"))
            CHECK(g_file_set_contents(path, svg, -1, NULL));
        test_row("%s", path);
        CHECK(g_file_get_contents(path, &golden, NULL, NULL));
        CHECK_STR(svg, golden);
    }
    test_row(NULL);
}

static void a_line_with_a_gap_is_drawn_in_two_parts(void)
{
    g_autoptr(AnaChart) chart = ana_chart_new("Gap", &time_axis, &share_axis);
    guint line = ana_chart_add(chart, &(AnaSeries){.name = "a"});
    for (int i = 0; i < 5; i++)
        ana_chart_point(chart, line, &(AnaPoint){i * 1e9, i == 2 ? NONE : 0.5, NONE, NONE});
    g_autoptr(GString) out = g_string_new(NULL);
    ana_chart_svg(chart, "gap", FALSE, out);
    g_autoptr(SvgLook) look = svg_look_new(out->str);
    guint parts = 0;
    for (guint i = 0; i < look->paths->len; i++) {
        const char *d = look->paths->pdata[i];
        if (strchr(d, 'L'))
            for (const char *c = d; *c; c++)
                parts += *c == 'M' ? 1 : 0;
    }
    CHECK_UINT(parts, 2 + 1); /* and the pointer from its end to its name */
}

static void count_row(void *data, const char *const cells[5])
{
    GPtrArray *rows = data;
    g_ptr_array_add(
        rows, g_strdup_printf("%s|%s|%s|%s|%s", cells[0], cells[1], cells[2], cells[3], cells[4]));
}

static void the_table_holds_what_is_drawn(void)
{
    g_autoptr(AnaChart) chart = distribution();
    g_autoptr(GPtrArray) rows = g_ptr_array_new_with_free_func(g_free);
    ana_chart_table(chart, 100, count_row, rows);
    CHECK_UINT(rows->len, 21);
    CHECK_STR(rows->pdata[3], "|async|16 ms|50 %|45 % … 55 %");
    CHECK(ana_chart_has_intervals(chart));
    g_ptr_array_set_size(rows, 0);
    ana_chart_table(chart, 4, count_row, rows);
    CHECK(rows->len <= 15);
    CHECK_STR(rows->pdata[rows->len - 1], "|sync-all & <odd>|384 ms|100 %|95 % … 100 %");
    g_autoptr(AnaChart) nothing = empty();
    CHECK(ana_chart_is_empty(nothing) && !ana_chart_is_empty(chart));
}

/* ---- colours ------------------------------------------------------------------------------ */

static void linear_of(const char *hex, double rgb[3])
{
    guint64 value = g_ascii_strtoull(hex + 1, NULL, 16);
    for (int i = 0; i < 3; i++) {
        double c = (double)((value >> (16 - 8 * i)) & 255) / 255;
        rgb[i] = c <= 0.04045 ? c / 12.92 : pow((c + 0.055) / 1.055, 2.4);
    }
}

/* WCAG 2: ratio of relative luminances. */
static double contrast(const char *a, const char *b)
{
    double luminance[2];
    const char *const hex[] = {a, b};
    for (int i = 0; i < 2; i++) {
        double rgb[3];
        linear_of(hex[i], rgb);
        luminance[i] = 0.2126 * rgb[0] + 0.7152 * rgb[1] + 0.0722 * rgb[2] + 0.05;
    }
    return MAX(luminance[0], luminance[1]) / MIN(luminance[0], luminance[1]);
}

static double lab_part(double t)
{
    return t > 216.0 / 24389 ? cbrt(t) : (24389.0 / 27 * t + 16) / 116;
}

static void lab_of(const double rgb[3], double lab[3])
{
    double x = lab_part((0.4124564 * rgb[0] + 0.3575761 * rgb[1] + 0.1804375 * rgb[2]) / 0.95047);
    double y = lab_part(0.2126729 * rgb[0] + 0.7151522 * rgb[1] + 0.0721750 * rgb[2]);
    double z = lab_part((0.0193339 * rgb[0] + 0.1191920 * rgb[1] + 0.9503041 * rgb[2]) / 1.08883);
    lab[0] = 116 * y - 16;
    lab[1] = 500 * (x - y);
    lab[2] = 200 * (y - z);
}

/* Machado, Oliveira, Fernandes 2009, severity 1. */
static const double visions[4][3][3] = {{{1, 0, 0}, {0, 1, 0}, {0, 0, 1}},
                                        {{0.152286, 1.052583, -0.204868},
                                         {0.114503, 0.786281, 0.099216},
                                         {-0.003882, -0.048116, 1.051998}},
                                        {{0.367322, 0.860646, -0.227968},
                                         {0.280085, 0.672501, 0.047413},
                                         {-0.011820, 0.042940, 0.968881}},
                                        {{1.255528, -0.076749, -0.178779},
                                         {-0.078411, 0.930809, 0.147602},
                                         {0.004733, 0.691367, 0.303900}}};

static double distance(const char *a, const char *b, int vision)
{
    double lab[2][3], sum = 0;
    const char *const hex[] = {a, b};
    for (int i = 0; i < 2; i++) {
        double rgb[3], seen[3];
        linear_of(hex[i], rgb);
        for (int r = 0; r < 3; r++) {
            seen[r] = 0;
            for (int c = 0; c < 3; c++)
                seen[r] += visions[vision][r][c] * rgb[c];
            seen[r] = CLAMP(seen[r], 0, 1);
        }
        lab_of(seen, lab[i]);
    }
    for (int i = 0; i < 3; i++)
        sum += (lab[0][i] - lab[1][i]) * (lab[0][i] - lab[1][i]);
    return sqrt(sum);
}

static void variants_can_be_told_apart(void)
{
    for (guint a = 0; a < ANA_STYLES; a++) {
        const AnaStyle *one = ana_style(a);
        test_row("style %u", a);
        CHECK(contrast(one->light, "#FFFFFF") >= 3.2);
        CHECK(contrast(one->dark, "#14181D") >= 4.695); /* 4.7, rounded */
        for (guint b = 0; b < a; b++) {
            const AnaStyle *other = ana_style(b);
            CHECK(g_strcmp0(one->dash, other->dash) != 0);
            for (int vision = 0; vision < 4 && a < 5; vision++) {
                test_row("styles %u and %u, vision %d", a, b, vision);
                CHECK(distance(one->light, other->light, vision) >= 34);
                CHECK(distance(one->dark, other->dark, vision) >= 34);
            }
        }
    }
    test_row(NULL);
}

static const TestCase cases[] = {TEST(coordinates_are_short),
                                 TEST(text_is_escaped),
                                 TEST(labels_are_kept_apart_and_moved_no_more_than_needed),
                                 TEST(names_of_points_find_a_free_side),
                                 TEST(charts_are_well_formed_and_name_what_they_show),
                                 TEST(no_text_covers_another),
                                 TEST(the_looker_barks),
                                 TEST(the_pictures_are_those_that_were_looked_at),
                                 TEST(a_line_with_a_gap_is_drawn_in_two_parts),
                                 TEST(the_table_holds_what_is_drawn),
                                 TEST(variants_can_be_told_apart),
                                 {NULL, NULL}};

int main(int argc, char **argv)
{
    return test_main("chart", cases, argc, argv);
}
