/* scene_svg.c — see scene_svg.h. */
#include "analysis/trace/scene_svg.h"

#include "analysis/report/palette.h"
#include "analysis/report/svg.h"
#include "analysis/trace/scene_canvas.h"

#include <math.h>

#define LANE_DOWN 150.0
#define LANE_RIGHT 78.0
#define EVENT_DOWN 15.0 /* px of time for each event, about */
#define EVENT_RIGHT 24.0
#define LENGTH_MIN 420.0
#define LENGTH_MAX_DOWN 6000.0
#define LENGTH_MAX_RIGHT 1800.0
#define FEW_ARROWS 40u
#define HEAD 8.0 /* px of an arrow's head */
#define LOST_AT 0.6

/* ---- sizes -------------------------------------------------------------------------------- */

static double widest_name(const AnaScene *scene)
{
    double widest = 40;
    for (guint i = 0; i < scene->lanes->len; i++)
        widest = MAX(widest, ana_text_width(g_array_index(scene->lanes, AnaLane, i).name, 14));
    return widest;
}

static double widest_note(const AnaScene *scene)
{
    double widest = 0;
    for (guint i = 0; i < scene->promises->len; i++)
        widest = MAX(widest, ana_text_width(g_array_index(scene->promises, AnaPromise, i).label,
                                            ANA_CANVAS_TEXT));
    for (guint i = 0; i < scene->marks->len; i++)
        if (g_array_index(scene->marks, AnaMark, i).kind == ANA_MARK_FAULT)
            widest = MAX(widest, ana_text_width(g_array_index(scene->marks, AnaMark, i).label,
                                                ANA_CANVAS_TEXT));
    return widest;
}

/* Side by side to the right, labels need as much time as they are wide. */
static double length_wanted(const AnaCanvas *canvas)
{
    const AnaScene *scene = canvas->scene;
    double wanted = 0;
    if (canvas->is_down)
        return (2 * scene->arrows->len + scene->marks->len + 6) * EVENT_DOWN;
    for (guint i = 0; i < scene->arrows->len; i++) {
        const char *label = g_array_index(scene->arrows, AnaArrow, i).label;
        wanted += label ? ana_text_width(label, ANA_CANVAS_TEXT) + EVENT_RIGHT : EVENT_RIGHT;
    }
    return wanted + (scene->marks->len + 6) * EVENT_RIGHT;
}

static void lay_out(AnaCanvas *canvas)
{
    const AnaScene *scene = canvas->scene;
    double most = canvas->is_down ? LENGTH_MAX_DOWN : LENGTH_MAX_RIGHT;
    double folds = scene->folds->len * ANA_CANVAS_FOLD;
    double unfolded = CLAMP(length_wanted(canvas), LENGTH_MIN, most);
    canvas->per_ns = unfolded / (double)MAX(ana_scene_unfolded(scene), 1);
    canvas->length = unfolded + folds;
    canvas->lane = canvas->is_down ? MAX(LANE_DOWN, widest_name(scene) + 20) : LANE_RIGHT;
    double breadth = ana_canvas_breadth(canvas), notes = widest_note(scene) + 24;
    canvas->left = canvas->is_down ? 92 : widest_name(scene) + 130;
    canvas->top = canvas->is_down ? 104 : 92;
    canvas->picture->width =
        canvas->left + (canvas->is_down ? breadth + notes : canvas->length + 60);
    canvas->picture->height =
        canvas->top + (canvas->is_down ? canvas->length : breadth) + (canvas->is_down ? 78 : 108);
    canvas->picture->width = MAX(canvas->picture->width, 640);
    canvas->frame = (AnaBox){canvas->is_down ? canvas->left - 4 : canvas->left - 30,
                             canvas->is_down ? canvas->top - 22 : canvas->top - 46,
                             canvas->picture->width - canvas->left,
                             (canvas->is_down ? canvas->length : breadth) + 44};
}

/* ---- arrows ------------------------------------------------------------------------------- */

typedef struct Look {
    const char *class, *stroke, *fill_class, *dash;
    double width;
} Look;

static Look look_of(AnaArrowKind kind)
{
    static const Look looks[] = {[ANA_ARROW_REQUEST] = {"s0", "#222222", "f0", NULL, 2.2},
                                 [ANA_ARROW_REPLY] = {"s0", "#222222", "f0", "7 3", 2.2},
                                 [ANA_ARROW_DATA] = {"s0", "#222222", "f0", NULL, 1.2},
                                 [ANA_ARROW_ACK] = {"axis", "#57606A", "soft", "4 3", 1.1}};
    return looks[kind];
}

/* How far along an arrow it is at an instant. */
static double share_at(const AnaArrow *arrow, SimTime at)
{
    if (arrow->ends <= arrow->sent)
        return at > arrow->sent ? 1 : 0;
    return CLAMP((double)(at - arrow->sent) / (double)(arrow->ends - arrow->sent), 0, 1);
}

static double lane_at(const AnaArrow *arrow, double share)
{
    return arrow->from + ((double)arrow->to - arrow->from) * share;
}

static void draw_head(AnaCanvas *canvas, AnaPlace from, AnaPlace to, const Look *look)
{
    GString *out = canvas->picture->body;
    double x = to.x - from.x, y = to.y - from.y, length = sqrt(x * x + y * y);
    if (length < 1)
        return;
    x /= length;
    y /= length;
    double size = look->width > 2 ? HEAD + 2 : HEAD;
    g_string_append(out, "<path d=\"");
    ana_svg_point(out, 'M', to.x, to.y);
    ana_svg_point(out, 'L', to.x - size * x - size * 0.38 * y, to.y - size * y + size * 0.38 * x);
    ana_svg_point(out, 'L', to.x - size * x + size * 0.38 * y, to.y - size * y - size * 0.38 * x);
    ana_svg_printf(out, "Z\" class=\"%s\" fill=\"%s\"/>", look->fill_class, look->stroke);
}

static void draw_cross(AnaCanvas *canvas, AnaPlace at, double size)
{
    ana_canvas_line(canvas, (AnaPlace){at.x - size, at.y - size},
                    (AnaPlace){at.x + size, at.y + size}, "s0", "#222222", 2.4, NULL);
    ana_canvas_line(canvas, (AnaPlace){at.x - size, at.y + size},
                    (AnaPlace){at.x + size, at.y - size}, "s0", "#222222", 2.4, NULL);
}

/* Both ends as they are drawn. */
static void ends_of(const AnaCanvas *canvas, const AnaArrow *arrow, AnaPlace *from, AnaPlace *to)
{
    const AnaScene *scene = canvas->scene;
    double begin = share_at(arrow, MAX(arrow->sent, scene->from));
    double end =
        arrow->end == ANA_ARROW_IS_LOST ? LOST_AT : share_at(arrow, MIN(arrow->ends, scene->to));
    SimTime ends = arrow->end == ANA_ARROW_IS_LOST
                       ? arrow->sent + (SimSpan)(LOST_AT * (double)(arrow->ends - arrow->sent))
                       : arrow->ends;
    *from = ana_canvas_at(canvas, lane_at(arrow, begin), arrow->sent);
    *to = ana_canvas_at(canvas, lane_at(arrow, end), ends);
    if (arrow->end == ANA_ARROW_IS_LOST && arrow->ends == arrow->sent) /* as it left */
        *(canvas->is_down ? &to->y : &to->x) += 14;
}

/* Small boxes along the line: labels keep clear of it where they can. */
static void keep_clear_along(AnaCanvas *canvas, AnaPlace from, AnaPlace to)
{
    double length = fmax(fabs(to.x - from.x), fabs(to.y - from.y));
    guint n = (guint)(length / 8) + 1;
    for (guint i = 0; i <= n; i++) {
        double share = (double)i / n;
        AnaPlace at = {from.x + (to.x - from.x) * share, from.y + (to.y - from.y) * share};
        AnaBox box = {at.x - 1, at.y - 1, 2, 2};
        g_array_append_val(canvas->lines, box);
    }
}

static void label_arrow(AnaCanvas *canvas, const AnaArrow *arrow, AnaPlace from, AnaPlace to)
{
    static const double shares[] = {0.5, 0.4, 0.6, 0.3, 0.7, 0.22, 0.78};
    AnaPlace places[G_N_ELEMENTS(shares) * 4 + 4];
    guint n = 0;
    if (!arrow->label)
        return;
    g_autofree char *text = arrow->late > 0
                                ? g_strdup_printf("%s (p%.4g)", arrow->label, arrow->late * 100)
                                : g_strdup(arrow->label);
    double half = ana_text_width(text, ANA_CANVAS_TEXT) / 2 + 5;
    gboolean is_steep = fabs(to.x - from.x) < fabs(to.y - from.y);
    for (gsize i = 0; i < G_N_ELEMENTS(shares); i++) {
        AnaPlace at = {from.x + (to.x - from.x) * shares[i], from.y + (to.y - from.y) * shares[i]};
        double rise =
            fabs(to.x - from.x) > 1 ? fabs(to.y - from.y) / fabs(to.x - from.x) * half : 0;
        double off = 10 + MIN(rise, 16);
        if (is_steep) {
            places[n++] = (AnaPlace){at.x + half + 2, at.y};
            places[n++] = (AnaPlace){at.x - half - 2, at.y};
        }
        places[n++] = (AnaPlace){at.x, at.y - off};
        places[n++] = (AnaPlace){at.x, at.y + off};
    }
    for (int side = -1; side <= 1; side += 2) { /* beside its begin */
        places[n++] = (AnaPlace){from.x + half + 3, from.y + side * 13};
        places[n++] = (AnaPlace){from.x - half - 3, from.y + side * 13};
    }
    ana_canvas_label(canvas, places, n, text, arrow->kind == ANA_ARROW_ACK ? "soft" : "ink", 400,
                     FALSE);
}

static void draw_arrow(AnaCanvas *canvas, const AnaArrow *arrow)
{
    AnaPlace from, to;
    Look look = look_of(arrow->kind);
    if (arrow->from == G_MAXUINT || arrow->to == G_MAXUINT)
        return;
    ends_of(canvas, arrow, &from, &to);
    keep_clear_along(canvas, from, to);
    ana_svg_printf(canvas->picture->body, "<g><title>%s</title>", arrow->title);
    ana_canvas_line(canvas, from, to, look.class, look.stroke, look.width,
                    arrow->end == ANA_ARROW_GOES_ON ? "2 4" : look.dash);
    if (arrow->end == ANA_ARROW_ARRIVES)
        draw_head(canvas, from, to, &look);
    else if (arrow->end == ANA_ARROW_IS_LOST)
        draw_cross(canvas, to, 4.5);
    g_string_append(canvas->picture->body, "</g>");
}

/* ---- marks -------------------------------------------------------------------------------- */

/* Beside a point of a lane, first where time goes on, then further off. */
static void label_point(AnaCanvas *canvas, AnaPlace at, const char *text, const char *class,
                        int weight, gboolean insists)
{
    double half = ana_text_width(text, ANA_CANVAS_TEXT) / 2 * (weight > 500 ? 1.06 : 1) + 9;
    AnaPlace places[14];
    guint n = 0;
    for (int ring = 0; ring < 2; ring++) {
        double far = ring * 16;
        places[n++] = (AnaPlace){at.x + half, at.y + far + (canvas->is_down ? 0 : 12)};
        places[n++] = (AnaPlace){at.x - half, at.y + far + (canvas->is_down ? 0 : 12)};
        places[n++] = (AnaPlace){at.x + half, at.y - far - 12};
        places[n++] = (AnaPlace){at.x - half, at.y - far - 12};
        places[n++] = (AnaPlace){at.x, at.y - far - 14};
        places[n++] = (AnaPlace){at.x, at.y + far + 15};
        places[n++] = (AnaPlace){at.x + half, at.y + far + 12};
    }
    ana_canvas_label(canvas, places, n, text, class, weight, insists);
}

static void draw_dot(AnaCanvas *canvas, AnaPlace at, double radius, const char *class,
                     const char *fill, gboolean is_open)
{
    if (is_open)
        ana_svg_printf(canvas->picture->body,
                       "<circle cx=\"%@\" cy=\"%@\" r=\"%@\" class=\"paper s0\" fill=\"#FFFFFF\" "
                       "stroke=\"#222222\" stroke-width=\"2\"/>",
                       at.x, at.y, radius);
    else
        ana_svg_printf(canvas->picture->body,
                       "<circle cx=\"%@\" cy=\"%@\" r=\"%@\" class=\"%s\" fill=\"%s\"/>", at.x,
                       at.y, radius, class, fill);
}

static void draw_mark(AnaCanvas *canvas, const AnaMark *mark)
{
    if (mark->lane == G_MAXUINT)
        return;
    AnaPlace at = ana_canvas_at(canvas, mark->lane, mark->at);
    switch (mark->kind) {
    case ANA_MARK_CRASH:
    case ANA_MARK_FAILED:
        draw_cross(canvas, at, mark->kind == ANA_MARK_CRASH ? 6.5 : 4);
        break;
    case ANA_MARK_RETURN:
        draw_dot(canvas, at, 5.5, "", "", TRUE);
        break;
    case ANA_MARK_LEADS:
    case ANA_MARK_ANSWER:
        draw_dot(canvas, at, 3.2, "f0", "#222222", FALSE);
        break;
    case ANA_MARK_STALE:
        draw_dot(canvas, at, 6.5, "", "", TRUE);
        draw_dot(canvas, at, 3.2, "f0", "#222222", FALSE);
        break;
    case ANA_MARK_FAULT:
        break;
    }
}

static void label_mark(AnaCanvas *canvas, const AnaMark *mark)
{
    if (mark->lane != G_MAXUINT)
        label_point(canvas, ana_canvas_at(canvas, mark->lane, mark->at), mark->label, "ink",
                    mark->kind == ANA_MARK_ANSWER ? 400 : 600, mark->kind == ANA_MARK_STALE);
}

static void label_stay(AnaCanvas *canvas, const AnaStay *stay)
{
    AnaPlace at = ana_canvas_at(canvas, stay->lane, stay->from);
    guint style = ana_canvas_style(canvas->scene, stay->version);
    g_autofree char *class = g_strdup_printf("f%u", style);
    gboolean is_news = stay->from > canvas->scene->from;
    if (!stay->label || stay->state == REP_NODE_DOWN || (!is_news && stay->version == 0))
        return;
    if (is_news)
        draw_dot(canvas, at, 4.2, class, ana_style(style)->light, FALSE);
    label_point(canvas, at, stay->label, "ink", 600, FALSE);
}

/* ---- what concerns all lanes -------------------------------------------------------------- */

/* Beyond the last lane, or above the first, one below the other where they would meet. */
static void note(AnaCanvas *canvas, SimTime at, const char *text)
{
    double along = ana_canvas_time(canvas, at);
    double half = ana_text_width(text, ANA_CANVAS_TEXT) / 2 + 4;
    AnaPlace places[8];
    for (guint i = 0; i < G_N_ELEMENTS(places); i++)
        places[i] = canvas->is_down
                        ? (AnaPlace){canvas->left + ana_canvas_breadth(canvas) + half + 4,
                                     canvas->top + along + i * 16.0}
                        : (AnaPlace){canvas->left + MAX(along, half - 24) + (i / 3) * 40.0,
                                     canvas->top - 8 - (i % 3) * 15.0};
    ana_canvas_label(canvas, places, G_N_ELEMENTS(places), text, "soft", 400, FALSE);
}

static void draw_promises(AnaCanvas *canvas)
{
    const AnaScene *scene = canvas->scene;
    for (guint i = 0; i < scene->promises->len; i++) {
        const AnaPromise *promise = &g_array_index(scene->promises, AnaPromise, i);
        guint style = ana_canvas_style(scene, promise->version);
        g_autofree char *class = g_strdup_printf("s%u", style);
        ana_canvas_across(canvas, ana_canvas_time(canvas, promise->at), class,
                          ana_style(style)->light, 1.1, "1 3");
        note(canvas, promise->at, promise->label);
    }
    for (guint i = 0; i < scene->marks->len; i++) {
        const AnaMark *mark = &g_array_index(scene->marks, AnaMark, i);
        if (mark->kind != ANA_MARK_FAULT)
            continue;
        ana_canvas_across(canvas, ana_canvas_time(canvas, mark->at), "axis", "#57606A", 1, "6 4");
        note(canvas, mark->at, mark->label);
    }
}

static const char how_to_read[] =
    "Time is to scale; zigzags are idle stretches that were folded. Arrows: thick of clients, thin "
    "between nodes, dashed answers; × lost. Lines: thick leads, dotted paused, absent down.";

static void draw_head_and_foot(AnaCanvas *canvas)
{
    const AnaScene *scene = canvas->scene;
    ana_svg_printf(canvas->picture->body,
                   "<text x=\"16\" y=\"24\" class=\"ink\" fill=\"#1B1F24\" font-size=\"15\" "
                   "font-weight=\"600\">%s</text>",
                   scene->title);
    g_autofree char *focus =
        scene->focus ? g_strdup_printf("The colour of a node's line is the version of key %s that "
                                       "it holds; %s",
                                       scene->focus, "dotted lines across: promised to a client.")
                     : g_strdup("No one key is followed: --key KEY colours what nodes hold of it.");
    double foot = canvas->picture->height - 30;
    ana_svg_printf(canvas->picture->body,
                   "<text x=\"16\" y=\"%@\" class=\"soft\" fill=\"#57606A\" "
                   "font-size=\"12\">%s</text>",
                   foot,
                   "Time to scale; zigzag: folded. Thick arrows: clients; thin: nodes; "
                   "dashed: answers; × lost.");
    ana_svg_printf(canvas->picture->body,
                   "<text x=\"16\" y=\"%@\" class=\"soft\" fill=\"#57606A\" "
                   "font-size=\"12\">%s</text>",
                   foot + 17, focus);
}

/* ---- the whole ---------------------------------------------------------------------------- */

static void label_arrows(AnaCanvas *canvas, gboolean requests)
{
    const AnaScene *scene = canvas->scene;
    for (guint i = 0; i < scene->arrows->len; i++) {
        const AnaArrow *arrow = &g_array_index(scene->arrows, AnaArrow, i);
        AnaPlace from, to;
        if (arrow->from == G_MAXUINT || arrow->to == G_MAXUINT ||
            (arrow->kind == ANA_ARROW_REQUEST) != requests)
            continue;
        ends_of(canvas, arrow, &from, &to);
        label_arrow(canvas, arrow, from, to);
    }
}

/* What must be read first, then the longest, then the rest. */
static void label_all(AnaCanvas *canvas)
{
    const AnaScene *scene = canvas->scene;
    for (int stale = 1; stale >= 0; stale--) {
        for (guint i = 0; i < scene->marks->len; i++) {
            const AnaMark *mark = &g_array_index(scene->marks, AnaMark, i);
            if ((mark->kind == ANA_MARK_STALE) == (stale == 1))
                label_mark(canvas, mark);
        }
        if (stale)
            label_arrows(canvas, TRUE);
    }
    for (guint i = 0; i < scene->stays->len; i++)
        label_stay(canvas, &g_array_index(scene->stays, AnaStay, i));
    label_arrows(canvas, FALSE);
}

static void draw(AnaCanvas *canvas)
{
    const AnaScene *scene = canvas->scene;
    lay_out(canvas);
    ana_canvas_bands(canvas);
    ana_canvas_names(canvas);
    ana_canvas_ticks(canvas);
    ana_canvas_lanes(canvas);
    ana_canvas_folds(canvas);
    draw_promises(canvas);
    for (guint i = 0; i < scene->arrows->len; i++)
        draw_arrow(canvas, &g_array_index(scene->arrows, AnaArrow, i));
    for (guint i = 0; i < scene->marks->len; i++)
        draw_mark(canvas, &g_array_index(scene->marks, AnaMark, i));
    label_all(canvas);
    draw_head_and_foot(canvas);
}

static AnaCanvas canvas_of(const AnaScene *scene, AnaTimeRuns runs)
{
    AnaCanvas canvas = {.scene = scene,
                        .picture = ana_picture_new(scene->title, how_to_read, scene->description),
                        .labels = g_array_new(FALSE, FALSE, sizeof(AnaBox)),
                        .lines = g_array_new(FALSE, FALSE, sizeof(AnaBox))};
    canvas.is_down =
        runs == ANA_TIME_DOWN || (runs == ANA_TIME_BY_SIZE && scene->arrows->len > FEW_ARROWS);
    draw(&canvas);
    g_array_unref(canvas.lines);
    return canvas;
}

AnaPicture *ana_scene_picture(const AnaScene *scene, AnaTimeRuns runs)
{
    AnaCanvas canvas = canvas_of(scene, runs);
    g_array_unref(canvas.labels);
    return canvas.picture;
}

GArray *ana_scene_label_boxes(const AnaScene *scene, AnaTimeRuns runs)
{
    AnaCanvas canvas = canvas_of(scene, runs);
    ana_picture_free(canvas.picture);
    return canvas.labels;
}
