/* palette.c — see palette.h. */
#include "analysis/report/palette.h"

#include "analysis/report/svg.h"
#include "sim/check.h"

static const AnaStyle styles[ANA_STYLES] = {
    {"#222222", "#E6E6E6", NULL, ANA_MARKER_NONE},
    {"#348FF9", "#1590A1", "10 4", ANA_MARKER_CIRCLE},
    {"#881D83", "#A170EB", "10 3 2 3", ANA_MARKER_SQUARE},
    {"#E2568B", "#E39A78", "5 3", ANA_MARKER_TRIANGLE},
    {"#7A7424", "#E46212", "1.5 3", ANA_MARKER_DIAMOND},
    {"#767676", "#8F98A3", "3 2", ANA_MARKER_NONE},
};

const AnaStyle *ana_style(guint style)
{
    return &styles[MIN(style, ANA_STYLES - 1)];
}

void ana_marker_svg(GString *out, guint style, double x, double y)
{
    const AnaStyle *look = ana_style(style);
    guint number = MIN(style, ANA_STYLES - 1);
    switch (look->marker) {
    case ANA_MARKER_NONE:
        return;
    case ANA_MARKER_CIRCLE:
        ana_svg_printf(out, "<circle cx=\"%@\" cy=\"%@\" r=\"4\"", x, y);
        break;
    case ANA_MARKER_SQUARE:
        ana_svg_printf(out, "<rect x=\"%@\" y=\"%@\" width=\"7\" height=\"7\"", x - 3.5, y - 3.5);
        break;
    case ANA_MARKER_TRIANGLE:
        g_string_append(out, "<path d=\"");
        ana_svg_point(out, 'M', x, y - 5);
        ana_svg_point(out, 'L', x + 4.5, y + 3.5);
        ana_svg_point(out, 'L', x - 4.5, y + 3.5);
        g_string_append(out, "Z\"");
        break;
    case ANA_MARKER_DIAMOND:
        g_string_append(out, "<path d=\"");
        ana_svg_point(out, 'M', x, y - 5);
        ana_svg_point(out, 'L', x + 5, y);
        ana_svg_point(out, 'L', x, y + 5);
        ana_svg_point(out, 'L', x - 5, y);
        g_string_append(out, "Z\"");
        break;
    }
    ana_svg_printf(out, " class=\"f%u\" fill=\"%s\"/>", number, look->light);
}

void ana_swatch_svg(GString *out, guint style)
{
    const AnaStyle *look = ana_style(style);
    g_string_append(out, "<svg class=\"swatch\" width=\"40\" height=\"12\" viewBox=\"0 0 40 12\" "
                         "aria-hidden=\"true\"><path d=\"M0 6H34\"");
    ana_svg_printf(out, " class=\"s%u\" stroke=\"%s\" stroke-width=\"2.5\" fill=\"none\"",
                   MIN(style, ANA_STYLES - 1), look->light);
    if (look->dash)
        ana_svg_printf(out, " stroke-dasharray=\"%s\"", look->dash);
    g_string_append(out, "/>");
    ana_marker_svg(out, style, 34, 6);
    g_string_append(out, "</svg>");
}

/* Besides the styles: ink, faint ink, grid lines, page, the tint of faults, and availability. */
typedef struct Variable {
    const char *name, *light, *dark;
} Variable;

static const Variable variables[] = {
    {"ink", "#1B1F24", "#E6E6E6"},  {"soft", "#57606A", "#A9B1BA"}, {"grid", "#DADFE4", "#2E353D"},
    {"page", "#FFFFFF", "#14181D"}, {"tint", "#EEF1F4", "#222932"}, {"link", "#0B57C2", "#7FB4FF"},
    {"full", "#D5E4F7", "#20364F"}, {"none", "#0B3D7A", "#BFD9FF"}};

static void define(GString *out, gboolean is_dark)
{
    for (guint i = 0; i < ANA_STYLES; i++)
        g_string_append_printf(out, "--v%u:%s;", i, is_dark ? styles[i].dark : styles[i].light);
    for (gsize i = 0; i < G_N_ELEMENTS(variables); i++)
        g_string_append_printf(out, "--%s:%s;", variables[i].name,
                               is_dark ? variables[i].dark : variables[i].light);
    g_string_append_printf(out, "color-scheme:%s", is_dark ? "dark" : "light");
}

/* The reader's system decides, unless the switch says otherwise; paper is light. */
void ana_palette_css(GString *out)
{
    g_string_append(out, ":root{");
    define(out, FALSE);
    g_string_append(out, "}\n@media screen{:root:has(#dark:checked){");
    define(out, TRUE);
    g_string_append(out, "}}\n@media screen and (prefers-color-scheme:dark){"
                         ":root:not(:has(#light:checked)){");
    define(out, TRUE);
    g_string_append(out, "}}\n");
    for (guint i = 0; i < ANA_STYLES; i++)
        g_string_append_printf(out, ".s%u{stroke:var(--v%u)}.f%u{fill:var(--v%u)}", i, i, i, i);
    g_string_append(out, ".ink{fill:var(--ink)}.soft{fill:var(--soft)}.grid{stroke:var(--grid)}"
                         ".axis{stroke:var(--soft)}.tint{fill:var(--tint)}"
                         ".full{fill:var(--full)}.none{fill:var(--none)}"
                         ".halo{stroke:var(--page)}.paper{fill:var(--page)}\n");
}
