/*
 * ziggurat.c — the rest path: edges of the layers and the tails.
 *
 * In the edge of a layer the place is accepted with the density's probability; below the base
 * layer the tail is drawn: of the exponential law by its lack of memory, of the normal law after
 * Marsaglia (1964). A miss begins again with the next sub-draw of the same cause.
 */
#include "sim/ziggurat.h"

#include "sim/detmath.h"

double sim_ziggurat_exponential_rest(SimDraw *draw, uint64_t bits)
{
    for (;;) {
        unsigned layer = (unsigned)bits & 0xff;
        uint64_t place = bits >> 11;
        double x = (double)place * sim_ziggurat_exponential[layer].width;
        if (place < sim_ziggurat_exponential[layer].core)
            return x;
        if (layer == 0)
            return sim_ziggurat_exponential_r - sim_log(sim_draw_open(draw));
        const double *heights = &sim_ziggurat_exponential_heights[layer];
        double y = heights[0] + sim_draw_unit(draw) * (heights[1] - heights[0]);
        if (y < sim_exp(-x))
            return x;
        bits = sim_draw_bits(draw);
    }
}

static double normal_tail(SimDraw *draw)
{
    double x, y;
    do {
        x = -sim_log(sim_draw_open(draw)) / sim_ziggurat_normal_r;
        y = -sim_log(sim_draw_open(draw));
    } while (2.0 * y < x * x);
    return sim_ziggurat_normal_r + x;
}

double sim_ziggurat_normal_rest(SimDraw *draw, uint64_t bits)
{
    for (;;) {
        unsigned layer = (unsigned)bits & 0xff;
        uint64_t place = bits >> 11;
        double sign = 1.0 - (double)((bits >> 7) & 2);
        double x = (double)place * sim_ziggurat_normal[layer].width;
        if (place < sim_ziggurat_normal[layer].core)
            return sign * x;
        if (layer == 0)
            return sign * normal_tail(draw);
        const double *heights = &sim_ziggurat_normal_heights[layer];
        double y = heights[0] + sim_draw_unit(draw) * (heights[1] - heights[0]);
        if (y < sim_exp(-0.5 * x * x))
            return sign * x;
        bits = sim_draw_bits(draw);
    }
}
