/* scene_canvas.c — see scene_canvas.h. */
#include "analysis/trace/scene_canvas.h"

#include "analysis/report/svg.h"

#define LABEL_HEIGHT 15.0

double ana_canvas_time(const AnaCanvas *canvas, SimTime at)
{
    at = CLAMP(at, canvas->scene->from, canvas->scene->to);
    return ana_scene_at(canvas->scene, at, canvas->per_ns, ANA_CANVAS_FOLD);
}

AnaPlace ana_canvas_at(const AnaCanvas *canvas, double lane, SimTime at)
{
    double across = (lane + 0.5) * canvas->lane, along = ana_canvas_time(canvas, at);
    return canvas->is_down ? (AnaPlace){canvas->left + across, canvas->top + along}
                           : (AnaPlace){canvas->left + along, canvas->top + across};
}

double ana_canvas_breadth(const AnaCanvas *canvas)
{
    return canvas->scene->lanes->len * canvas->lane;
}

/* How many of the boxes it meets; no more than `most` are counted. */
static guint meets(const GArray *boxes, const AnaBox *box, guint most)
{
    guint n = 0;
    for (guint i = 0; i < boxes->len && n < most; i++)
        n += ana_boxes_meet(&g_array_index(boxes, AnaBox, i), box) ? 1 : 0;
    return n;
}

static gboolean is_inside(const AnaBox *frame, const AnaBox *box)
{
    return box->x >= frame->x && box->y >= frame->y &&
           box->x + box->width <= frame->x + frame->width &&
           box->y + box->height <= frame->y + frame->height;
}

gboolean ana_canvas_label(AnaCanvas *canvas, const AnaPlace *places, guint n, const char *text,
                          const char *class, int weight, gboolean insists)
{
    double width = ana_text_width(text, ANA_CANVAS_TEXT) * (weight > 500 ? 1.06 : 1) + 4;
    gssize found = -1;
    guint least = G_MAXUINT;
    AnaBox box;
    for (guint i = 0; i < n && least > 0; i++) {
        box =
            (AnaBox){places[i].x - width / 2, places[i].y - LABEL_HEIGHT / 2, width, LABEL_HEIGHT};
        if (!is_inside(&canvas->frame, &box) || meets(canvas->labels, &box, 1) > 0)
            continue;
        guint crossed = meets(canvas->lines, &box, least);
        if (crossed < least) {
            least = crossed;
            found = i;
        }
    }
    if (found < 0 && !insists)
        return FALSE;
    AnaPlace place = places[MAX(found, 0)];
    box.x = place.x - width / 2;
    box.y = place.y - LABEL_HEIGHT / 2;
    g_array_append_val(canvas->labels, box);
    ana_svg_printf(canvas->picture->body,
                   "<text x=\"%@\" y=\"%@\" text-anchor=\"middle\" class=\"%s halo\" fill=\"%s\" "
                   "stroke=\"#FFFFFF\" stroke-width=\"3\" stroke-linejoin=\"round\" "
                   "paint-order=\"stroke\" font-size=\"%@\" font-weight=\"%u\">%s</text>",
                   place.x, place.y + 4.5, class, *class == 's' ? "#57606A" : "#1B1F24",
                   ANA_CANVAS_TEXT, (guint)weight, text);
    return TRUE;
}
