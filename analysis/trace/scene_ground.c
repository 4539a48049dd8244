/* scene_ground.c — what a scene's arrows are drawn upon: regions, lanes, time and its folds. */
#include "analysis/report/palette.h"
#include "analysis/report/svg.h"
#include "analysis/trace/scene_canvas.h"

#include <math.h>

#define NAME_SIZE 14.0

/* ---- the ground --------------------------------------------------------------------------- */

static void rect(AnaCanvas *canvas, double x, double y, double width, double height)
{
    ana_svg_printf(canvas->picture->body,
                   "<rect x=\"%@\" y=\"%@\" width=\"%@\" height=\"%@\" class=\"tint\" "
                   "fill=\"#EEF1F4\"/>",
                   x, y, width, height);
}

static void draw_band(AnaCanvas *canvas, guint first, guint last, gboolean is_tinted)
{
    const AnaScene *scene = canvas->scene;
    double from = first * canvas->lane, size = (last - first + 1) * canvas->lane;
    const char *name = scene->regions[g_array_index(scene->lanes, AnaLane, first).region];
    if (canvas->is_down) {
        if (is_tinted)
            rect(canvas, canvas->left + from, canvas->top - 62, size, canvas->length + 70);
        ana_picture_text(canvas->picture, canvas->left + from + size / 2, canvas->top - 46,
                         "middle", "soft", name);
        return;
    }
    if (is_tinted)
        rect(canvas, 12, canvas->top + from, canvas->left + canvas->length - 4, size);
    ana_picture_text(canvas->picture, 22, canvas->top + from + size / 2 + 4, "start", "soft", name);
}

void ana_canvas_bands(AnaCanvas *canvas)
{
    const AnaScene *scene = canvas->scene;
    guint first = 0;
    gboolean is_tinted = TRUE;
    for (guint i = 1; i <= scene->lanes->len; i++) {
        if (i < scene->lanes->len && g_array_index(scene->lanes, AnaLane, i).region ==
                                         g_array_index(scene->lanes, AnaLane, first).region)
            continue;
        draw_band(canvas, first, i - 1, is_tinted);
        is_tinted = !is_tinted;
        first = i;
    }
}

/* No label may cover them. */
void ana_canvas_names(AnaCanvas *canvas)
{
    const AnaScene *scene = canvas->scene;
    for (guint i = 0; i < scene->lanes->len; i++) {
        const AnaLane *lane = &g_array_index(scene->lanes, AnaLane, i);
        AnaPlace at = ana_canvas_at(canvas, i, scene->from);
        double x = canvas->is_down ? at.x : at.x - 14, y = canvas->is_down ? at.y - 20 : at.y + 5;
        double width = ana_text_width(lane->name, NAME_SIZE) * 1.08;
        AnaBox box = {canvas->is_down ? x - width / 2 : x - width, y - 13, width, 17};
        g_array_append_val(canvas->labels, box);
        ana_svg_printf(canvas->picture->body,
                       "<text x=\"%@\" y=\"%@\" text-anchor=\"%s\" class=\"ink\" fill=\"#1B1F24\" "
                       "font-size=\"%@\" font-weight=\"%u\">%s</text>",
                       x, y, canvas->is_down ? "middle" : "end", NAME_SIZE,
                       lane->kind == ANA_LANE_NODE ? 600u : 400u, lane->name);
    }
}

/* ---- lines of lanes ----------------------------------------------------------------------- */

void ana_canvas_line(AnaCanvas *canvas, AnaPlace a, AnaPlace b, const char *class,
                     const char *stroke, double width, const char *dash)
{
    GString *out = canvas->picture->body;
    g_string_append(out, "<path d=\"");
    ana_svg_point(out, 'M', a.x, a.y);
    ana_svg_point(out, 'L', b.x, b.y);
    ana_svg_printf(out, "\" class=\"%s\" stroke=\"%s\" stroke-width=\"%@\" fill=\"none\"", class,
                   stroke, width);
    if (dash)
        ana_svg_printf(out, " stroke-dasharray=\"%s\"", dash);
    g_string_append(out, "/>");
}

static void keep_clear(AnaCanvas *canvas, AnaPlace a, AnaPlace b)
{
    AnaBox box = {MIN(a.x, b.x) - 3, MIN(a.y, b.y) - 3, fabs(a.x - b.x) + 6, fabs(a.y - b.y) + 6};
    g_array_append_val(canvas->lines, box);
}

/* Grey before there is any version; then four colours in turn. */
guint ana_canvas_style(const AnaScene *scene, guint64 version)
{
    if (!scene->focus)
        return 0;
    return version ? 1 + (guint)((version - 1) % 4) : 5;
}

static void draw_stay(AnaCanvas *canvas, const AnaStay *stay)
{
    AnaPlace from = ana_canvas_at(canvas, stay->lane, stay->from);
    AnaPlace to = ana_canvas_at(canvas, stay->lane, stay->to);
    guint style = ana_canvas_style(canvas->scene, stay->version);
    g_autofree char *class = g_strdup_printf("s%u", style);
    if (stay->state == REP_NODE_DOWN)
        return;
    ana_canvas_line(canvas, from, to, class, ana_style(style)->light, stay->leads ? 5 : 2.5,
                    stay->state == REP_NODE_PAUSED ? "2 5" : NULL);
    keep_clear(canvas, from, to);
}

void ana_canvas_lanes(AnaCanvas *canvas)
{
    const AnaScene *scene = canvas->scene;
    for (guint i = 0; i < scene->lanes->len; i++) {
        AnaPlace from = ana_canvas_at(canvas, i, scene->from);
        AnaPlace to = ana_canvas_at(canvas, i, scene->to);
        if (g_array_index(scene->lanes, AnaLane, i).kind == ANA_LANE_NODE)
            continue;
        ana_canvas_line(canvas, from, to, "axis", "#57606A", 1.2, NULL);
        keep_clear(canvas, from, to);
    }
    for (guint i = 0; i < scene->stays->len; i++)
        draw_stay(canvas, &g_array_index(scene->stays, AnaStay, i));
}

/* ---- time --------------------------------------------------------------------------------- */

/* Across all lanes, at so many px from the begin of time. */
void ana_canvas_across(AnaCanvas *canvas, double along, const char *class, const char *stroke,
                       double width, const char *dash)
{
    double breadth = ana_canvas_breadth(canvas);
    AnaPlace a = canvas->is_down ? (AnaPlace){canvas->left, canvas->top + along}
                                 : (AnaPlace){canvas->left + along, canvas->top};
    AnaPlace b = canvas->is_down ? (AnaPlace){a.x + breadth, a.y} : (AnaPlace){a.x, a.y + breadth};
    ana_canvas_line(canvas, a, b, class, stroke, width, dash);
}

/* Below the field, in one of two rows, or to its left. */
static void time_text(AnaCanvas *canvas, double along, guint row, const char *text)
{
    if (canvas->is_down)
        ana_picture_text(canvas->picture, canvas->left - 10, canvas->top + along + 4.5, "end",
                         "soft", text);
    else
        ana_picture_text(canvas->picture, canvas->left + along,
                         canvas->top + ana_canvas_breadth(canvas) + 18 + 17 * row, "middle", "soft",
                         text);
}

/* Round steps far enough apart for their labels. */
static SimSpan tick_step(const AnaCanvas *canvas)
{
    double least = (canvas->is_down ? 44 : 84) / canvas->per_ns;
    SimSpan step = 1;
    while ((double)step < least)
        step *= (double)step * 2 >= least ? 2 : (double)step * 5 >= least ? 5 : 10;
    return step;
}

static char *instant_text(const AnaScene *scene, SimTime at, SimSpan step)
{
    gboolean in_s = scene->to >= SIM_S;
    int digits = 0;
    for (SimSpan unit = in_s ? SIM_S : SIM_MS; step % unit && unit > 1; unit /= 10)
        digits++;
    return g_strdup_printf("%.*f %s", digits, (double)at / (in_s ? 1e9 : 1e6), in_s ? "s" : "ms");
}

static char *fold_text(SimSpan span)
{
    return span < SIM_S ? g_strdup_printf("(%.3g ms)", (double)span / 1e6)
                        : g_strdup_printf("(%.4g s)", (double)span / 1e9);
}

/* Ticks of an unfolded stretch; where no round instant of the step lies in it, of a finer one. */
static void draw_stretch(AnaCanvas *canvas, SimTime from, SimTime to, SimSpan step, double *last)
{
    double room = canvas->is_down ? 18 : 70, least = ANA_CANVAS_FOLD / 2 + 14;
    SimSpan own = step;
    gboolean is_first = from == canvas->scene->from, is_last = to == canvas->scene->to;
    while (own > 10 && (from + own - 1) / own * own > to)
        own /= own % 10 == 0 && (own / 10) % 5 ? 2 : 5;
    for (SimTime at = (from + own - 1) / own * own; at <= to; at = sim_time_after(at, own)) {
        double along = ana_canvas_time(canvas, at);
        double before = along - ana_canvas_time(canvas, from) + ANA_CANVAS_FOLD / 2;
        double behind = ana_canvas_time(canvas, to) - along + ANA_CANVAS_FOLD / 2;
        if (along - *last < room || (canvas->is_down && !is_first && before < least) ||
            (!is_last && behind < least))
            continue;
        g_autofree char *text = instant_text(canvas->scene, at, own);
        ana_canvas_across(canvas, along, "grid", "#DADFE4", 1, NULL);
        time_text(canvas, along, 0, text);
        *last = along;
        if (own != step)
            return;
    }
}

void ana_canvas_ticks(AnaCanvas *canvas)
{
    const AnaScene *scene = canvas->scene;
    SimSpan step = tick_step(canvas);
    double last = -1000;
    SimTime from = scene->from;
    for (guint i = 0; i <= scene->folds->len; i++) {
        const AnaFold *fold =
            i < scene->folds->len ? &g_array_index(scene->folds, AnaFold, i) : NULL;
        draw_stretch(canvas, from, fold ? fold->from : scene->to, step, &last);
        from = fold ? fold->to : from;
    }
}

/* One edge of a fold. */
static void zigzag(AnaCanvas *canvas, double along)
{
    GString *out = canvas->picture->body;
    double breadth = ana_canvas_breadth(canvas);
    guint n = (guint)(breadth / 9);
    g_string_append(out, "<path d=\"");
    for (guint i = 0; i <= n; i++) {
        double off = breadth * i / n, swing = i % 2 ? 2.5 : -2.5;
        ana_svg_point(out, i ? 'L' : 'M', canvas->left + (canvas->is_down ? off : along + swing),
                      canvas->top + (canvas->is_down ? along + swing : off));
    }
    g_string_append(out,
                    "\" class=\"axis\" stroke=\"#57606A\" stroke-width=\"0.9\" fill=\"none\"/>");
}

/* Where time runs to the right: in the first of two rows with room; in none where there is none. */
static void label_fold(AnaCanvas *canvas, double along, const char *text, double ends[2])
{
    double half = ana_text_width(text, ANA_PICTURE_TEXT) / 2 + 3;
    guint row = 0;
    while (!canvas->is_down && row < 2 && along - half < ends[row])
        row++;
    if (row == 2)
        return;
    time_text(canvas, along, row + 1, text);
    ends[row] = along + half;
}

void ana_canvas_folds(AnaCanvas *canvas)
{
    const AnaScene *scene = canvas->scene;
    double ends[2] = {-1000, -1000};
    for (guint i = 0; i < scene->folds->len; i++) {
        const AnaFold *fold = &g_array_index(scene->folds, AnaFold, i);
        double along = ana_canvas_time(canvas, fold->from);
        double breadth = ana_canvas_breadth(canvas);
        g_autofree char *text = fold_text(fold->to - fold->from);
        ana_svg_printf(canvas->picture->body,
                       "<rect x=\"%@\" y=\"%@\" width=\"%@\" height=\"%@\" class=\"paper\" "
                       "fill=\"#FFFFFF\"/>",
                       canvas->left + (canvas->is_down ? -2 : along + 7),
                       canvas->top + (canvas->is_down ? along + 7 : -2),
                       canvas->is_down ? breadth + 4 : ANA_CANVAS_FOLD - 14,
                       canvas->is_down ? ANA_CANVAS_FOLD - 14 : breadth + 4);
        zigzag(canvas, along + 7);
        zigzag(canvas, along + ANA_CANVAS_FOLD - 7);
        label_fold(canvas, along + ANA_CANVAS_FOLD / 2, text, ends);
        keep_clear(canvas,
                   (AnaPlace){canvas->left + (canvas->is_down ? 0 : along),
                              canvas->top + (canvas->is_down ? along : 0)},
                   (AnaPlace){canvas->left + (canvas->is_down ? breadth : along + ANA_CANVAS_FOLD),
                              canvas->top + (canvas->is_down ? along + ANA_CANVAS_FOLD : breadth)});
    }
}
