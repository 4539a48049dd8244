/*
 * labels.c — see labels.h.
 *
 * Spreading is least squares under an order: with label i wanted at w(i), u(i) = place(i) - i × gap
 * must not fall, so pooling adjacent violators of w(i) - i × gap gives the best (Barlow et al.
 * 1972); the pools are clipped to the room.
 */
#include "analysis/report/labels.h"

#include "sim/check.h"

#define NEAREST 9.0 /* from a point to its label */
#define RINGS 8     /* of sides, each a label's height further away */

typedef struct Pool {
    double sum;
    gsize n;
} Pool;

/* Numbers 0 … n - 1 by wish, stable. */
static gsize *order_of(const double *at, gsize n)
{
    gsize *order = g_new(gsize, n + 1);
    for (gsize i = 0; i < n; i++) {
        gsize k = i;
        for (; k > 0 && at[order[k - 1]] > at[i]; k--)
            order[k] = order[k - 1];
        order[k] = i;
    }
    return order;
}

void ana_labels_spread(double *at, gsize n, double gap, double low, double high)
{
    if (n == 0)
        return;
    SIM_CHECK(low <= high && gap >= 0, "labels between %g and %g", low, high);
    if (n > 1 && gap * (double)(n - 1) > high - low)
        gap = (high - low) / (double)(n - 1);
    g_autofree gsize *order = order_of(at, n);
    g_autofree Pool *pools = g_new(Pool, n);
    gsize n_pools = 0;
    for (gsize i = 0; i < n; i++) {
        pools[n_pools++] = (Pool){at[order[i]] - gap * (double)i, 1};
        while (n_pools > 1 && pools[n_pools - 2].sum * (double)pools[n_pools - 1].n >
                                  pools[n_pools - 1].sum * (double)pools[n_pools - 2].n) {
            pools[n_pools - 2].sum += pools[n_pools - 1].sum;
            pools[n_pools - 2].n += pools[n_pools - 1].n;
            n_pools--;
        }
    }
    double most = high - gap * (double)(n - 1);
    gsize i = 0;
    for (gsize p = 0; p < n_pools; p++) {
        double shifted = CLAMP(pools[p].sum / (double)pools[p].n, low, most);
        for (gsize k = 0; k < pools[p].n; k++, i++)
            at[order[i]] = shifted + gap * (double)i;
    }
}

gboolean ana_boxes_meet(const AnaBox *a, const AnaBox *b)
{
    return a->x < b->x + b->width && b->x < a->x + a->width && a->y < b->y + b->height &&
           b->y < a->y + a->height;
}

static gboolean is_inside(const AnaBox *frame, const AnaBox *box)
{
    return box->x >= frame->x && box->y >= frame->y &&
           box->x + box->width <= frame->x + frame->width &&
           box->y + box->height <= frame->y + frame->height;
}

static gboolean is_free(const GArray *taken, const AnaBox *frame, const AnaBox *box)
{
    for (guint i = 0; i < taken->len; i++)
        if (ana_boxes_meet(&g_array_index(taken, AnaBox, i), box))
            return FALSE;
    return is_inside(frame, box);
}

/* Sides of a point, as multiples of the distance and of the label's size: to the right, left,
 * above, below, and between. */
typedef struct Side {
    double x, width, y, height;
} Side;

static const Side sides[] = {{1, 0, 0, -0.5}, {-1, -1, 0, -0.5}, {0, -0.5, -1, -1}, {0, -0.5, 1, 0},
                             {1, 0, -1, -1},  {1, 0, 1, 0},      {-1, -1, -1, -1},  {-1, -1, 1, 0}};

AnaBox ana_label_place(GArray *taken, const AnaBox *frame, double x, double y, const AnaBox *size)
{
    AnaBox box = *size;
    for (int ring = 0; ring < RINGS; ring++) {
        double off = NEAREST + ring * size->height;
        for (gsize i = 0; i < G_N_ELEMENTS(sides); i++) {
            box.x = x + sides[i].x * off + sides[i].width * size->width;
            box.y = y + sides[i].y * off + sides[i].height * size->height;
            if (is_free(taken, frame, &box)) {
                g_array_append_val(taken, box);
                return box;
            }
        }
    }
    box.x = CLAMP(x + NEAREST, frame->x, MAX(frame->x, frame->x + frame->width - size->width));
    box.y = CLAMP(y - size->height / 2, frame->y,
                  MAX(frame->y, frame->y + frame->height - size->height));
    g_array_append_val(taken, box);
    return box;
}
